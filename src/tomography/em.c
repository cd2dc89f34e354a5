/* Expectation maximisation (MLEM): the maximum of the Poisson likelihood, step by step.
 *
 *   v <- v * A^T (b / A v) / A^T 1, from v = 1 everywhere, no relaxation.
 *
 * Source: Shepp and Vardi, IEEE Trans. Med. Imaging 1 (1982) 113, eq. 2.13; the starting
 * value and the missing relaxation as in the ASTRA toolbox. Deviation: A v is kept above
 * 1e-20 of the largest datum, voxels below that are set to zero, and so are voxels that
 * no view sees, so that nothing is ever divided by zero. */
#include "tomography/em.h"

#include "core/wide.h"
#include "tomography/iterate.h"

ATW_WIDE void atw_em_ratio(const float *data,
                           const float *row_sum,
                           size_t n_u,
                           size_t lanes,
                           float floor,
                           float *view)
{
    (void)row_sum;
    for (size_t i = 0; i < n_u * lanes; i++)
        view[i] = data[i] / (view[i] > floor ? view[i] : floor);
}

ATW_WIDE void atw_em_multiply(const float *back,
                              const float *weight,
                              size_t n_x,
                              size_t lanes,
                              float floor,
                              float *volume)
{
    for (size_t x = 0; x < n_x; x++) {
        const float *restrict from = back + x * lanes;
        float *restrict to = volume + x * lanes;
        float scale = weight[x];

        for (size_t lane = 0; lane < lanes; lane++) {
            float value = to[lane] * from[lane] * scale;

            to[lane] = value > floor ? value : 0.0f;
        }
    }
}

static const struct atw_iteration iteration = {
    .name = "em",
    .start = 1.0f,
    .needs_counts = 1,
    .compare = atw_em_ratio,
    .update = atw_em_multiply,
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

const struct atw_reconstruction_method atw_reconstruction_em = {
    .name = "em",
    .iterations = 20,
    .is_resumable = 1,
    .is_slicewise = 1,
    .n_block = 2,
    .n_views = 1,
    .description = "expectation maximisation for counts; non-negative",
    .run = run,
};
