/* Degree of alloying from the spread of voxel intensities.
 *
 * The linear form is the published kind of measure; in the quadrature form a noise
 * variance common to s, s_0 and s_inf cancels. Two passes: the sums of squares of 10^6
 * nearly equal voxels would lose half the digits otherwise. */
#include "quantification/alloying.h"

#include <math.h>

enum atw_status atw_intensity_spread(double *spread,
                                     const struct atw_field *volume,
                                     const struct atw_mask *mask,
                                     struct atw_error *err)
{
    size_t voxels = atw_grid_voxel_count(&volume->grid);
    size_t count = 0;
    double mean = 0.0, variance = 0.0;
    enum atw_status status = atw_mask_check_grid(mask, volume, "spread", err);

    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < voxels; i++)
        if (mask->inside[i]) {
            mean += (double)volume->value[i];
            count++;
        }
    if (count == 0)
        return atw_error_set(err, ATW_EINVAL, "spread: the mask is empty");
    mean /= (double)count;
    if (!(mean > 0.0) || !isfinite(mean))
        return atw_error_set(err, ATW_EINVAL,
                             "spread: mean intensity within the mask is %g; it must be "
                             "positive and finite",
                             mean);
    for (size_t i = 0; i < voxels; i++)
        if (mask->inside[i]) {
            double deviation = (double)volume->value[i] - mean;

            variance += deviation * deviation;
        }
    *spread = sqrt(variance / (double)count) / mean;
    return ATW_OK;
}

static enum atw_status check_spreads(double spread,
                                     const struct atw_alloying_reference *reference,
                                     struct atw_error *err)
{
    double s_0 = reference->spread_unalloyed, s_inf = reference->spread_alloyed;

    if (!(s_inf >= 0.0) || !(s_0 > s_inf) || !isfinite(s_0))
        return atw_error_set(err, ATW_EINVAL,
                             "alloying: spread of the unalloyed particle %g must exceed "
                             "that of the alloyed reference %g, which must not be "
                             "negative",
                             s_0, s_inf);
    if (!(spread >= 0.0) || !isfinite(spread))
        return atw_error_set(err, ATW_EINVAL,
                             "alloying: spread %g must be zero or positive and finite",
                             spread);
    return ATW_OK;
}

enum atw_status atw_variance_left(double *variance_left,
                                  double spread,
                                  const struct atw_alloying_reference *reference,
                                  struct atw_error *err)
{
    double s_0 = reference->spread_unalloyed, s_inf = reference->spread_alloyed;
    enum atw_status status = check_spreads(spread, reference, err);

    if (status == ATW_OK)
        *variance_left = (spread * spread - s_inf * s_inf) / (s_0 * s_0 - s_inf * s_inf);
    return status;
}

enum atw_status atw_alloying_degree(double *degree,
                                    double spread,
                                    const struct atw_alloying_reference *reference,
                                    enum atw_alloying_measure measure,
                                    struct atw_error *err)
{
    double s_0 = reference->spread_unalloyed, s_inf = reference->spread_alloyed;
    double variance_left = 0.0;
    enum atw_status status = atw_variance_left(&variance_left, spread, reference, err);

    if (status != ATW_OK)
        return status;
    switch (measure) {
    case ATW_ALLOYING_LINEAR:
        *degree = (s_0 - spread) / (s_0 - s_inf);
        return ATW_OK;
    case ATW_ALLOYING_QUADRATURE:
        *degree = 1.0 - sqrt(fmax(variance_left, 0.0));
        return ATW_OK;
    }
    return atw_error_set(err, ATW_EINVAL, "alloying: unknown measure %d", (int)measure);
}
