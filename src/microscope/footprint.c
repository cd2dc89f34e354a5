/* Tabulated weights of the samples of a finer axis in a pixel anywhere. */
#include "microscope/footprint.h"

#include <math.h>
#include <stdlib.h>

#include "microscope/resampling.h"

static const double ENTRIES_PER_SAMPLE = 32.0;

enum atw_status atw_footprint_create(struct atw_footprint **out,
                                     double pitch_sample_m,
                                     double pitch_pixel_m,
                                     double sigma_m,
                                     struct atw_error *err)
{
    struct atw_footprint *footprint = NULL;
    double step = pitch_sample_m / ENTRIES_PER_SAMPLE, reach;

    *out = NULL;
    if (!(pitch_sample_m > 0.0) || !(pitch_pixel_m > 0.0) || !(sigma_m >= 0.0) ||
        !isfinite(pitch_sample_m + pitch_pixel_m + sigma_m))
        return atw_error_set(err, ATW_EINVAL,
                             "footprint: pitches %g m and %g m must be positive, the "
                             "blur of sigma %g m zero or positive, all finite",
                             pitch_sample_m, pitch_pixel_m, sigma_m);
    reach = 0.5 * (pitch_sample_m + pitch_pixel_m) + ATW_RESAMPLING_SIGMAS * sigma_m;
    footprint = calloc(1, sizeof *footprint);
    if (footprint) {
        footprint->pitch_m = pitch_sample_m;
        footprint->reach_m = reach;
        footprint->n_taps = (size_t)ceil(2.0 * reach / pitch_sample_m) + 1;
        footprint->n_table = (size_t)ceil(reach / step) + 2;
        footprint->table = calloc(footprint->n_table, sizeof *footprint->table);
    }
    if (!footprint || !footprint->table) {
        atw_footprint_destroy(footprint);
        return atw_error_set(err, ATW_ENOMEM, "footprint: out of memory");
    }
    for (size_t i = 0; i < footprint->n_table; i++)
        footprint->table[i] = (float)atw_resampling_weight(
            (double)i * step, pitch_sample_m, pitch_pixel_m, sigma_m);
    *out = footprint;
    return ATW_OK;
}

void atw_footprint_destroy(struct atw_footprint *footprint)
{
    if (!footprint)
        return;
    free(footprint->table);
    free(footprint);
}

static float weight_at(const struct atw_footprint *footprint, double entries)
{
    size_t i = (size_t)entries;
    float fraction = (float)(entries - (double)i);

    if (i + 1 >= footprint->n_table)
        return 0.0F;
    return footprint->table[i] +
           fraction * (footprint->table[i + 1] - footprint->table[i]);
}

size_t atw_footprint_weights(const struct atw_footprint *footprint,
                             size_t n_samples,
                             double position_m,
                             size_t *first,
                             float *weight)
{
    double at = position_m / footprint->pitch_m + 0.5 * ((double)n_samples - 1.0);
    double reach = footprint->reach_m / footprint->pitch_m;
    double begin = fmax(0.0, ceil(at - reach));
    double end = fmin((double)n_samples - 1.0, floor(at + reach));
    size_t count = 0;

    *first = 0;
    if (!(begin <= end))
        return 0;
    *first = (size_t)begin;
    for (double sample = begin; sample <= end && count < footprint->n_taps; sample += 1.0)
        weight[count++] = weight_at(footprint, fabs(at - sample) * ENTRIES_PER_SAMPLE);
    return count;
}
