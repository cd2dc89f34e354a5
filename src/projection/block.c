/* Packed slice blocks: layout, and the transform of one block. */
#include "projection/block.h"

#include <string.h>

#include "projection/plan.h"

size_t atw_block_lanes(const struct atw_projector *projector)
{
    return projector->lanes;
}

size_t atw_block_count(const struct atw_projector *projector)
{
    return (projector->geometry.grid.n_y + projector->lanes - 1) / projector->lanes;
}

size_t atw_block_slice_count(const struct atw_projector *projector, size_t block)
{
    size_t left = projector->geometry.grid.n_y - block * projector->lanes;

    return left < projector->lanes ? left : projector->lanes;
}

size_t atw_block_volume_length(const struct atw_projector *projector)
{
    return projector->part_z + projector->geometry.grid.n_x * projector->pitch_z;
}

size_t atw_block_views_length(const struct atw_projector *projector)
{
    return projector->geometry.n_tilt * projector->geometry.n_u * projector->lanes;
}

/* The last strip of a back projection reads up to a tile beyond the bins. */
size_t atw_block_scratch_length(const struct atw_projector *projector)
{
    size_t most = 0;

    for (size_t i = 0; i < projector->n_group; i++)
        if (projector->group[i].count > most)
            most = projector->group[i].count;
    return most * projector->bin_stride + projector->sweep->tile;
}

size_t atw_block_shallow_count(const struct atw_projector *projector)
{
    return projector->n_shallow;
}

size_t atw_block_group_count(const struct atw_projector *projector)
{
    return projector->n_group;
}

size_t atw_block_group_length(const struct atw_projector *projector, size_t group)
{
    return projector->group[group].count * projector->geometry.n_u * projector->lanes;
}

float *
atw_block_group_views(const struct atw_projector *projector, size_t group, float *views)
{
    return views +
           projector->group[group].first * projector->geometry.n_u * projector->lanes;
}

size_t atw_block_tilt(const struct atw_projector *projector, size_t slot)
{
    return projector->view[slot].tilt;
}

float *atw_block_row(const struct atw_projector *projector, float *packed, size_t z)
{
    return packed + atw_plan_row_x(projector, z);
}

/* [lane][count] with the given stride between lanes -> [count][n_all], position by
 * position: strides between lanes are often whole pages, which share a cache set. */
static inline void interleave_lanes(
    const float *in, size_t stride, size_t n_lane, size_t n_all, size_t count, float *out)
{
    for (size_t i = 0; i < count; i++)
        for (size_t lane = 0; lane < n_all; lane++)
            out[i * n_all + lane] = lane < n_lane ? in[lane * stride + i] : 0.0f;
}

static void interleave(
    const float *in, size_t stride, size_t n_lane, size_t n_all, size_t count, float *out)
{
    if (n_lane == 8 && n_all == 8)
        interleave_lanes(in, stride, 8, 8, count, out);
    else if (n_lane == 16 && n_all == 16)
        interleave_lanes(in, stride, 16, 16, count, out);
    else
        interleave_lanes(in, stride, n_lane, n_all, count, out);
}

static void separate(
    const float *in, size_t stride, size_t n_lane, size_t n_all, size_t count, float *out)
{
    for (size_t lane = 0; lane < n_lane; lane++)
        for (size_t i = 0; i < count; i++)
            out[lane * stride + i] = in[i * n_all + lane];
}

void atw_block_pack_volume(const struct atw_projector *projector,
                           size_t block,
                           const float *volume,
                           float *packed)
{
    const struct atw_grid *grid = &projector->geometry.grid;

    for (size_t z = 0; z < grid->n_z; z++) {
        interleave(volume + atw_grid_index(grid, 0, block * projector->lanes, z),
                   grid->n_x, atw_block_slice_count(projector, block), projector->lanes,
                   grid->n_x, packed + atw_plan_row_x(projector, z));
        if ((z + 1) % ATW_BLOCK_ROWS == 0 || z + 1 == grid->n_z)
            atw_block_spread_rows(projector, z / ATW_BLOCK_ROWS * ATW_BLOCK_ROWS,
                                  z % ATW_BLOCK_ROWS + 1, packed);
    }
}

void atw_block_unpack_rows(const struct atw_projector *projector,
                           size_t block,
                           size_t z,
                           size_t count,
                           const float *packed,
                           float *volume)
{
    const struct atw_grid *grid = &projector->geometry.grid;

    for (size_t end = z + count; z < end; z++)
        separate(packed + atw_plan_row_x(projector, z), grid->n_x,
                 atw_block_slice_count(projector, block), projector->lanes, grid->n_x,
                 volume + atw_grid_index(grid, 0, block * projector->lanes, z));
}

/* First value of a block in one view of a series [tilt][v][u]. */
static size_t
series_index(const struct atw_projector *projector, size_t slot, size_t block)
{
    const struct atw_projection_geometry *geometry = &projector->geometry;

    return (projector->view[slot].tilt * geometry->grid.n_y + block * projector->lanes) *
           geometry->n_u;
}

void atw_block_pack_views(const struct atw_projector *projector,
                          size_t block,
                          const float *series,
                          float *packed)
{
    size_t n_u = projector->geometry.n_u;

    for (size_t slot = 0; slot < projector->geometry.n_tilt; slot++)
        interleave(series + series_index(projector, slot, block), n_u,
                   atw_block_slice_count(projector, block), projector->lanes, n_u,
                   packed + slot * n_u * projector->lanes);
}

void atw_block_unpack_views(const struct atw_projector *projector,
                            size_t block,
                            const float *packed,
                            float *series)
{
    size_t n_u = projector->geometry.n_u;

    for (size_t slot = 0; slot < projector->geometry.n_tilt; slot++)
        separate(packed + slot * n_u * projector->lanes, n_u,
                 atw_block_slice_count(projector, block), projector->lanes, n_u,
                 series + series_index(projector, slot, block));
}

/* For a few rows, tile by tile, both sides of which stay in the first cache:
 * to[column][row] = from[row][column], added to what is there if `add`. */
static inline void transpose(const float *from,
                             size_t from_pitch,
                             size_t n_row,
                             size_t n_col,
                             size_t lanes,
                             int add,
                             float *to,
                             size_t to_pitch)
{
    for (size_t row0 = 0; row0 < n_row; row0 += ATW_BLOCK_ROWS)
        for (size_t col0 = 0; col0 < n_col; col0 += ATW_BLOCK_ROWS)
            for (size_t row = row0; row < n_row && row < row0 + ATW_BLOCK_ROWS; row++)
                for (size_t col = col0; col < n_col && col < col0 + ATW_BLOCK_ROWS;
                     col++) {
                    const float *source = from + row * from_pitch + col * lanes;
                    float *target = to + col * to_pitch + row * lanes;

                    for (size_t lane = 0; lane < lanes; lane++)
                        target[lane] = (add ? target[lane] : 0.0f) + source[lane];
                }
}

/* The usual numbers of lanes as literals. */
static void transpose_lanes(const float *from,
                            size_t from_pitch,
                            size_t n_row,
                            size_t n_col,
                            size_t lanes,
                            int add,
                            float *to,
                            size_t to_pitch)
{
    if (lanes == 16)
        transpose(from, from_pitch, n_row, n_col, 16, add, to, to_pitch);
    else if (lanes == 8)
        transpose(from, from_pitch, n_row, n_col, 8, add, to, to_pitch);
    else if (lanes == 1)
        transpose(from, from_pitch, n_row, n_col, 1, add, to, to_pitch);
    else
        transpose(from, from_pitch, n_row, n_col, lanes, add, to, to_pitch);
}

static int has_steep(const struct atw_projector *projector)
{
    return projector->n_shallow < projector->geometry.n_tilt;
}

void atw_block_spread_rows(const struct atw_projector *projector,
                           size_t z,
                           size_t count,
                           float *packed)
{
    if (projector->has_copy && has_steep(projector))
        transpose_lanes(packed + atw_plan_row_x(projector, z), projector->pitch_x, count,
                        projector->geometry.grid.n_x, projector->lanes, 0,
                        packed + atw_plan_row_z(projector, 0) + z * projector->lanes,
                        projector->pitch_z);
}

void atw_block_fold_rows(const struct atw_projector *projector,
                         size_t z,
                         size_t count,
                         float *packed)
{
    if (projector->has_copy && has_steep(projector))
        transpose_lanes(packed + atw_plan_row_z(projector, 0) + z * projector->lanes,
                        projector->pitch_z, projector->geometry.grid.n_x, count,
                        projector->lanes, projector->n_shallow > 0,
                        packed + atw_plan_row_x(projector, z), projector->pitch_x);
}

void atw_block_forward(const struct atw_projector *projector,
                       size_t group,
                       const float *volume,
                       float *scratch,
                       float *views)
{
    const struct atw_group *g = &projector->group[group];
    const struct atw_view *view = &projector->view[g->first];

    projector->sweep->forward(view, g->count, volume, scratch, projector->bin_stride);
    for (size_t i = 0; i < g->count; i++)
        projector->sweep->to_view(&view[i].rebin, projector->lanes,
                                  scratch + i * projector->bin_stride,
                                  views + i * projector->geometry.n_u * projector->lanes);
}

void atw_block_backward(const struct atw_projector *projector,
                        size_t group,
                        const float *views,
                        float *scratch,
                        float *volume)
{
    const struct atw_group *g = &projector->group[group];

    for (size_t i = 0; i < g->count; i++)
        projector->sweep->to_bins(&projector->view[g->first + i].rebin, projector->lanes,
                                  views + i * projector->geometry.n_u * projector->lanes,
                                  scratch + i * projector->bin_stride);
    projector->sweep->backward(g, scratch, volume);
}

void atw_block_sensitivity(const struct atw_projector *projector,
                           float *views,
                           float *scratch,
                           float *packed,
                           float *sensitivity)
{
    const struct atw_grid *grid = &projector->geometry.grid;

    for (size_t i = 0; i < atw_block_views_length(projector); i++)
        views[i] = 1.0f;
    for (size_t group = 0; group < projector->n_group; group++)
        atw_block_backward(projector, group,
                           atw_block_group_views(projector, group, views), scratch,
                           packed);
    atw_block_fold_rows(projector, 0, grid->n_z, packed);
    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t x = 0; x < grid->n_x; x++)
            sensitivity[z * grid->n_x + x] =
                atw_block_row(projector, packed, z)[x * projector->lanes];
}
