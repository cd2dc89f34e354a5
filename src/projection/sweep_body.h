/* Body of the inner loops, compiled once per instruction set.
 *
 * The including file defines VECTOR (a vector of VECTOR_LANES floats), SPLAT, LOAD,
 * STORE, FMADD(a, b, c) = a * b + c, TARGET (function attribute), TILE and the name SWEEP
 * of the table. TILE is chosen so that 2 TILE accumulators fit the registers. */
#ifndef ATW_PROJECTION_SWEEP_BODY_H
#define ATW_PROJECTION_SWEEP_BODY_H

#include "projection/block.h"
#include "projection/sweep.h"

#ifndef VECTOR
typedef float vector4 __attribute__((vector_size(16)));
#define VECTOR vector4
#define VECTOR_LANES 4
#define SPLAT(x) ((vector4){(x), (x), (x), (x)})
#define LOAD(p) (*(const vector4 *)(p))
#define STORE(p, v) (*(vector4 *)(p) = (v))
#define FMADD(a, b, c) ((a) * (b) + (c))
#define TARGET
#define TILE 6
#define SWEEP atw_sweep_portable
#endif

#define INLINE static inline __attribute__((always_inline)) TARGET
#define LANES ATW_BLOCK_LANES

/* Sums over the rows first..end of voxels (sum) and of fraction * voxels (part). Both add
 * in the same order and rounding is monotone, so sum - part, the share of the other bin,
 * is not negative where no voxel is. */
INLINE void sum_rows(const struct atw_view *view,
                     const float *volume,
                     const uint32_t *rows,
                     ptrdiff_t stride,
                     VECTOR sum[TILE],
                     VECTOR part[TILE])
{
    for (int i = 0; i < TILE; i++)
        sum[i] = part[i] = SPLAT(0.0f);
    for (uint32_t row = rows[0]; row < rows[1]; row++) {
        const float *voxel = volume + view->row_offset[row];
        VECTOR fraction = SPLAT(view->row_fraction[row]);

#pragma GCC unroll 16
        for (int i = 0; i < TILE; i++) {
            VECTOR value = LOAD(voxel + i * stride);

            sum[i] += value;
            part[i] = FMADD(fraction, value, part[i]);
        }
    }
}

/* Even rows touch bins (2b, 2b + 1) and write them; odd rows add to (2b + 1, 2b + 2), the
 * last of which belongs to the next tile and travels in `carry`. */
INLINE void sweep_tiles(const struct atw_view *view,
                        const float *volume,
                        ptrdiff_t stride,
                        float *bins)
{
    VECTOR sum[TILE], part[TILE];
    VECTOR carry = SPLAT(0.0f);

    for (size_t tile = 0; tile < view->n_tile; tile++) {
        const uint32_t *rows = view->tile_rows + 4 * tile;
        float *bin = bins + 2 * TILE * LANES * tile;
        const float *voxels = volume + (ptrdiff_t)(TILE * tile) * stride;

        sum_rows(view, voxels, rows, stride, sum, part);
        for (int i = 0; i < TILE; i++) {
            STORE(bin + 2 * LANES * i, sum[i] - part[i]);
            STORE(bin + 2 * LANES * i + LANES, part[i]);
        }
        sum_rows(view, voxels, rows + 2, stride, sum, part);
        for (int i = 0; i < TILE; i++) {
            float *odd = bin + 2 * LANES * i;

            STORE(odd, LOAD(odd) + carry);
            STORE(odd + LANES, LOAD(odd + LANES) + (sum[i] - part[i]));
            carry = part[i];
        }
    }
}

TARGET static void
sweep_forward(const struct atw_view *view, const float *volume, float *bins)
{
    for (int lane = 0; lane < LANES; lane += VECTOR_LANES) {
        /* A literal stride lets the compiler fold it into the addresses. */
        if (view->col_stride == LANES)
            sweep_tiles(view, volume + lane, LANES, bins + lane);
        else
            sweep_tiles(view, volume + lane, view->col_stride, bins + lane);
    }
}

/* Gather `n` neighbouring voxels of one row from all views of the group. */
INLINE void lift_voxels(const struct atw_group *group,
                        const struct atw_lift *lift,
                        const float *bins,
                        size_t bin_stride,
                        int n,
                        float *voxel)
{
    VECTOR sum[16];

#pragma GCC unroll 16
    for (int i = 0; i < n; i++)
        sum[i] = LOAD(voxel + i * group->col_stride);
    for (size_t view = 0; view < group->count; view++) {
        const float *bin = bins + view * bin_stride + (size_t)lift[view].shift * LANES;
        VECTOR after = SPLAT(lift[view].fraction);
        VECTOR before = SPLAT(1.0f - lift[view].fraction);

#pragma GCC unroll 16
        for (int i = 0; i < n; i++) {
            sum[i] = FMADD(before, LOAD(bin + 2 * LANES * i), sum[i]);
            sum[i] = FMADD(after, LOAD(bin + 2 * LANES * i + LANES), sum[i]);
        }
    }
#pragma GCC unroll 16
    for (int i = 0; i < n; i++)
        STORE(voxel + i * group->col_stride, sum[i]);
}

/* Down the rows of one strip of columns: the bins it needs stay in the first cache. */
INLINE size_t lift_strips(const struct atw_group *group,
                          const float *bins,
                          size_t bin_stride,
                          size_t col,
                          int n,
                          float *volume)
{
    for (; col + (size_t)n <= group->n_col; col += (size_t)n)
        for (size_t row = 0; row < group->n_row; row++)
            lift_voxels(group, group->lift + row * group->count, bins + 2 * LANES * col,
                        bin_stride, n,
                        volume + group->origin + (ptrdiff_t)row * group->row_stride +
                            (ptrdiff_t)col * group->col_stride);
    return col;
}

TARGET static void sweep_backward(const struct atw_group *group,
                                  const float *bins,
                                  size_t bin_stride,
                                  float *volume)
{
    for (int lane = 0; lane < LANES; lane += VECTOR_LANES) {
        size_t col = 0;

        col = lift_strips(group, bins + lane, bin_stride, col, 16, volume + lane);
        col = lift_strips(group, bins + lane, bin_stride, col, 4, volume + lane);
        lift_strips(group, bins + lane, bin_stride, col, 1, volume + lane);
    }
}

TARGET static void rebin(const struct atw_band *band, const float *in, float *out)
{
    for (size_t row = 0; row < band->n_row; row++) {
        const float *source = in + (size_t)band->first[row] * LANES;
        const float *weight = band->weight + band->start[row];
        uint32_t count = band->start[row + 1] - band->start[row];

        for (int lane = 0; lane < LANES; lane += VECTOR_LANES) {
            VECTOR sum = SPLAT(0.0f);

            for (uint32_t i = 0; i < count; i++)
                sum = FMADD(SPLAT(weight[i]), LOAD(source + i * LANES + lane), sum);
            STORE(out + row * LANES + lane, sum);
        }
    }
}

const struct atw_sweep SWEEP = {
    .tile = TILE,
    .forward = sweep_forward,
    .backward = sweep_backward,
    .rebin = rebin,
};

#endif
