/* Simultaneous iterative reconstruction (SIRT) with non-negativity.
 *
 *   v <- max(0, v + C A^T R (b - A v)), from v = 0, R = 1 / A 1 and C = 1 / A^T 1.
 *
 * Source: Gilbert, J. Theor. Biol. 36 (1972) 105, in the row and column weighting of
 * Gregor and Benson, IEEE Trans. Med. Imaging 27 (2008) 918. Deviation: rays and voxels
 * without weight are left out. Negative data are allowed. */
#include "tomography/sirt.h"

#include "tomography/iterate.h"

static void difference(const float *data,
                       const float *row_sum,
                       size_t n_u,
                       size_t lanes,
                       float floor,
                       float *view)
{
    (void)floor;
    for (size_t u = 0; u < n_u; u++) {
        float weight = row_sum[u] > 0.0f ? 1.0f / row_sum[u] : 0.0f;

        for (size_t lane = 0; lane < lanes; lane++) {
            size_t i = u * lanes + lane;

            view[i] = (data[i] - view[i]) * weight;
        }
    }
}

static void add(const float *back,
                const float *weight,
                size_t n_x,
                size_t lanes,
                float floor,
                float *volume)
{
    (void)floor;
    for (size_t x = 0; x < n_x; x++)
        for (size_t lane = 0; lane < lanes; lane++) {
            size_t i = x * lanes + lane;
            float value = volume[i] + back[i] * weight[x];

            volume[i] = value > 0.0f ? value : 0.0f;
        }
}

static const struct atw_iteration iteration = {
    .name = "sirt",
    .start = 0.0f,
    .needs_row_sum = 1,
    .compare = difference,
    .update = add,
};

static enum atw_status run(const struct atw_projector *projector,
                           const float *series,
                           const struct atw_reconstruction_options *options,
                           float *volume,
                           double *residual,
                           struct atw_error *err)
{
    return atw_iterate(&iteration, projector, series, options, volume, residual, err);
}

const struct atw_reconstruction_method atw_reconstruction_sirt = {
    .name = "sirt",
    .iterations = 20,
    .is_resumable = 1,
    .is_slicewise = 1,
    .n_block = 2,
    .n_views = 1,
    .description = "simultaneous iterative least squares, clipped at zero",
    .run = run,
};
