/* Measures of how far the intensities of a particle are apart.
 *
 *   std    standard deviation
 *   mad    1.4826 times the median distance from the median
 *   iqr    (third quartile - first quartile) / 1.349
 *   peaks  distance of the means of two Gaussians fitted to the histogram
 *
 * each over the mean. The factors make the first three agree for a Gaussian. All take the
 * place of s in the degree of alloying. See docs/quantification.md for what each is good
 * at. */
#ifndef ATW_QUANTIFICATION_SPREAD_MEASURES_H
#define ATW_QUANTIFICATION_SPREAD_MEASURES_H

#include "quantification/two_gaussians.h"

enum atw_spread_measure {
    ATW_SPREAD_STD,
    ATW_SPREAD_MAD,
    ATW_SPREAD_IQR,
    ATW_SPREAD_PEAKS,
    ATW_SPREAD_MEASURES
};

extern const char *const atw_spread_measure_names[ATW_SPREAD_MEASURES];

struct atw_spread_measures {
    double mean, mean_std;              /* of the intensity */
    double value[ATW_SPREAD_MEASURES];  /* over the mean; NaN: not determined */
    double std[ATW_SPREAD_MEASURES];    /* standard deviations; NaN likewise */
    struct atw_two_gaussians peaks;     /* in units of the intensity */
    struct atw_two_gaussians peaks_std; /* their standard deviations; misfit 0 */
};

/* Of the voxels inside, and their standard deviations from the volume alone: replication
 * of half samples. Slices across y, whose noise is independent, are paired with their
 * neighbours; a replicate takes one slice of each pair twice, and the mean square of its
 * deviation is the variance. Differences between neighbouring slices of the particle
 * count as noise: an upper bound at caps and for tilted rods, and one that misses what
 * neighbouring slices have in common (interpolated series, methods that couple slices).
 *
 * Worked out on 2048 levels between the least and the greatest value inside. The same
 * numbers every time. A volume that is constant inside has no spread and no peaks.
 * ATW_EINVAL: empty mask, other grid, mean not positive; ATW_EINPUT: not finite;
 * ATW_ENOMEM. Source of the method: McCarthy, Rev. Int. Stat. Inst. 37 (1969) 239
 * (recalled, not re-read); random instead of balanced halves.
 */
enum atw_status atw_spread_measures_of(struct atw_spread_measures *measures,
                                       const struct atw_field *volume,
                                       const struct atw_mask *mask,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
