/* Body of the inner loops, compiled once per instruction set.
 *
 * The including file defines what vector.h lists, TILE (vectors summed in registers) and
 * the name SWEEP of the table. */
#ifndef ATW_PROJECTION_SWEEP_BODY_H
#define ATW_PROJECTION_SWEEP_BODY_H

#include "projection/rebin_body.h"
#include "projection/sweep.h"
#include "projection/vector.h"

#ifndef SWEEP
#define TILE 8
#define SWEEP atw_sweep_portable
#endif

#define TILE_FLOATS (TILE * VECTOR_LANES)

/* Rows, and views, that are added to a tile in one round. There are some ten of them: a
 * loop over single ones takes a tenth longer, and no processor foresees its end. */
#define AT_ONCE 4

/* Add to one tile of bins the rows of its class: sums stay in registers. */
INLINE void add_rows(const ptrdiff_t *row_offset,
                     struct atw_row_range range,
                     const float *volume,
                     ptrdiff_t step,
                     int fresh,
                     float *bins)
{
    VECTOR sum[TILE];
    unsigned row = range.first;

#pragma GCC unroll 16
    for (int i = 0; i < TILE; i++)
        sum[i] = fresh ? SPLAT(0.0f) : LOAD(bins + i * VECTOR_LANES);
    for (; row + AT_ONCE <= range.end; row += AT_ONCE) {
#pragma GCC unroll 16
        for (int i = 0; i < TILE; i++)
#pragma GCC unroll 4
            for (unsigned k = 0; k < AT_ONCE; k++)
                sum[i] += LOAD(volume + row_offset[row + k] + i * step);
    }
    for (; row < range.end; row++)
#pragma GCC unroll 16
        for (int i = 0; i < TILE; i++)
            sum[i] += LOAD(volume + row_offset[row] + i * step);
#pragma GCC unroll 16
    for (int i = 0; i < TILE; i++)
        STORE(bins + i * VECTOR_LANES, sum[i]);
}

INLINE void add_band(const struct atw_view *view,
                     size_t band,
                     size_t tile,
                     const float *volume,
                     ptrdiff_t step,
                     float *bins)
{
    const struct atw_row_range *range =
        view->range + (band * view->n_tile + tile) * ATW_SUBBINS;
    const uint32_t *start = view->class_start + band * ATW_SUBBINS;

    volume += (ptrdiff_t)tile * TILE * step;
    bins += tile * TILE_FLOATS;
    for (size_t class = 0; class < ATW_SUBBINS; class ++) {
        const ptrdiff_t *row_offset = view->row_offset + start[class];
        float *line = bins + class * view->class_pitch;

        if (band == 0)
            add_rows(row_offset, range[class], volume, step, 1, line);
        else if (range[class].end > range[class].first)
            add_rows(row_offset, range[class], volume, step, 0, line);
    }
}

/* The usual step as a literal: one address serves all loads of a tile. */
INLINE void add_tile(const struct atw_view *view,
                     size_t band,
                     size_t tile,
                     const float *volume,
                     float *bins)
{
    if (view->step != VECTOR_LANES)
        add_band(view, band, tile, volume, view->step, bins);
    else
        add_band(view, band, tile, volume, VECTOR_LANES, bins);
}

/* Tiles across the columns that are done in all bands before the next ones, so that their
 * bins of a group stay in the second cache. */
#define WINDOW 8

/* Across the columns with all views at once: they meet about the same voxels, which stay
 * in cache. Only the WINDOW tiles of bins from strip `start` of the middle band on. */
INLINE void sweep_window(const struct atw_view *view,
                         size_t count,
                         size_t band,
                         ptrdiff_t start,
                         const float *volume,
                         float *bins,
                         size_t bin_stride)
{
    size_t middle = view->n_band / 2;
    ptrdiff_t first = PTRDIFF_MAX, end = PTRDIFF_MIN;

    for (size_t i = 0; i < count; i++) {
        ptrdiff_t strip = start + view[i].centre_tile[middle] - view[i].centre_tile[band];

        first = strip < first ? strip : first;
        end = strip + WINDOW > end ? strip + WINDOW : end;
    }
    for (ptrdiff_t strip = first; strip < end; strip++)
        for (size_t i = 0; i < count; i++) {
            ptrdiff_t tile = strip + view[i].centre_tile[band];
            ptrdiff_t at = tile - start - view[i].centre_tile[middle];

            if (at >= 0 && at < WINDOW && tile >= (ptrdiff_t)view[i].first_tile &&
                tile < (ptrdiff_t)view[i].end_tile)
                add_tile(&view[i], band, (size_t)tile, volume, bins + i * bin_stride);
        }
}

TARGET static void sweep_forward(const struct atw_view *view,
                                 size_t count,
                                 const float *volume,
                                 float *bins,
                                 size_t bin_stride)
{
    size_t middle = view->n_band / 2;
    ptrdiff_t first = PTRDIFF_MAX, end = PTRDIFF_MIN;

    for (size_t i = 0; i < count; i++) {
        ptrdiff_t centre = view[i].centre_tile[middle];
        ptrdiff_t seen = (ptrdiff_t)view[i].first_tile - centre;
        ptrdiff_t last = (ptrdiff_t)view[i].end_tile - centre;

        first = seen < first ? seen : first;
        end = last > end ? last : end;
    }
    for (ptrdiff_t start = first; start < end; start += WINDOW)
        for (size_t band = 0; band < view->n_band; band++)
            sweep_window(view, count, band, start, volume, bins, bin_stride);
}

#define CACHE_LINE 16 /* floats */

/* Ask for n vectors ahead of their use: hardware does not foresee jumps from row to row,
 * of a page or more. */
INLINE void fetch_voxels(const float *voxel, int n, ptrdiff_t step)
{
#pragma GCC unroll 16
    for (int i = 0; i < n; i += step < CACHE_LINE ? 2 : 1)
        __builtin_prefetch(voxel + i * step);
}

/* Add to n vectors of one row what all views of the group have there. */
INLINE void lift_voxels(const uint32_t *lift,
                        size_t count,
                        const float *bins,
                        int n,
                        ptrdiff_t step,
                        int overwrites,
                        float *voxel)
{
    VECTOR sum[TILE];
    size_t view = 0;

#pragma GCC unroll 16
    for (int i = 0; i < n; i++)
        sum[i] = overwrites ? SPLAT(0.0f) : LOAD(voxel + i * step);
    for (; view + AT_ONCE <= count; view += AT_ONCE) {
#pragma GCC unroll 16
        for (int i = 0; i < n; i++)
#pragma GCC unroll 4
            for (unsigned k = 0; k < AT_ONCE; k++)
                sum[i] += LOAD(bins + lift[view + k] + i * VECTOR_LANES);
    }
    for (; view < count; view++)
#pragma GCC unroll 16
        for (int i = 0; i < n; i++)
            sum[i] += LOAD(bins + lift[view] + i * VECTOR_LANES);
#pragma GCC unroll 16
    for (int i = 0; i < n; i++)
        STORE(voxel + i * step, sum[i]);
}

/* Rows whose voxels are fetched before they are summed. */
#define ROWS_AHEAD 2

/* Down the rows of strips of n vectors: the bins a strip needs stay in the first cache.
 * Returns the first float not done; the last strip of all may reach into the border. */
INLINE size_t lift_strips(const struct atw_group *group,
                          const float *bins,
                          size_t done,
                          size_t end,
                          int n,
                          ptrdiff_t step,
                          float *volume)
{
    for (; done < end; done += (size_t)n * VECTOR_LANES) {
        float *voxel = volume + group->origin + (ptrdiff_t)(done / VECTOR_LANES) * step;

        for (size_t row = 0; row < group->n_row; row++) {
            ptrdiff_t at = (ptrdiff_t)row * group->row_stride;

            if (row + ROWS_AHEAD < group->n_row)
                fetch_voxels(voxel + at + ROWS_AHEAD * group->row_stride, n, step);
            lift_voxels(group->lift + row * group->count, group->count, bins + done, n,
                        step, group->overwrites, voxel + at);
        }
    }
    return done;
}

INLINE void lift_group(const struct atw_group *group,
                       const float *bins,
                       ptrdiff_t step,
                       float *volume)
{
    size_t whole = group->row_length / TILE_FLOATS * TILE_FLOATS;
    size_t done = lift_strips(group, bins, 0, whole, TILE, step, volume);

    if (group->row_length - done > TILE_FLOATS / 2)
        lift_strips(group, bins, done, group->row_length, TILE, step, volume);
    else
        lift_strips(group, bins, done, group->row_length, 2, step, volume);
}

TARGET static void
sweep_backward(const struct atw_group *group, const float *bins, float *volume)
{
    if (group->step == VECTOR_LANES)
        lift_group(group, bins, VECTOR_LANES, volume);
    else
        lift_group(group, bins, group->step, volume);
}

const struct atw_sweep SWEEP = {
    .lanes = VECTOR_LANES,
    .tile = TILE_FLOATS,
    .forward = sweep_forward,
    .backward = sweep_backward,
    .to_view = to_view,
    .to_bins = to_bins,
};

#endif
