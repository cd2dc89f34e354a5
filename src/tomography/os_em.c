/* Expectation maximisation with ordered subsets: an EM update after every few views.
 *
 *   v <- v * A_s^T (b_s / A_s v) / A_s^T 1   for the subsets s in turn,
 *
 * a subset being neighbouring views, the next one looking across them (stage.h); the last
 * quarter of the passes, at least one, is plain EM over all views, which subsets alone do
 * not converge to. Source: Hudson and Larkin, IEEE Trans. Med. Imaging 13 (1994) 601.
 * Deviations: subsets there are spread over all views (docs/tomography.md compares); so
 * that nothing is lost for good to one subset, an update lowers a voxel to 1/50 at most,
 * and a voxel that a subset hardly sees is left alone. */
#include "tomography/os_em.h"

#include "core/wide.h"
#include "tomography/em.h"
#include "tomography/iterate.h"

/* Least factor of one update. */
#define LEAST_FACTOR 0.02f

ATW_WIDE static void multiply_guarded(const float *back,
                                      const float *weight,
                                      size_t n_x,
                                      size_t lanes,
                                      float floor,
                                      float *volume)
{
    for (size_t x = 0; x < n_x; x++) {
        const float *restrict from = back + x * lanes;
        float *restrict to = volume + x * lanes;
        float scale = weight[x], least = scale > 0.0f ? LEAST_FACTOR : 1.0f;

        for (size_t lane = 0; lane < lanes; lane++) {
            float factor = from[lane] * scale;
            float value = to[lane] * (factor > least ? factor : least);

            to[lane] = value > floor ? value : 0.0f;
        }
    }
}

static const struct atw_iteration iteration = {
    .name = "os-em",
    .start = 1.0f,
    .needs_counts = 1,
    .compare = atw_em_ratio,
    .update = atw_em_multiply,
    .update_subset = multiply_guarded,
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

const struct atw_reconstruction_method atw_reconstruction_os_em = {
    .name = "os-em",
    .iterations = 2,
    .has_subsets = 1,
    .n_block = 2,
    .n_views = 1,
    .description = "expectation maximisation in subsets of views; non-negative, fast",
    .run = run,
};
