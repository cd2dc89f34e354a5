/* From reconstructed intensity to composition, and its histogram. */
#ifndef ATW_QUANTIFICATION_COMPOSITION_H
#define ATW_QUANTIFICATION_COMPOSITION_H

#include "core/table.h"
#include "quantification/segmentation.h"

/* Intensity of the pure metals in a reconstruction, same unit as the volume. */
struct atw_intensity_scale {
    double core;
    double shell;
};

enum atw_composition_range {
    ATW_COMPOSITION_AS_MEASURED, /* noise may push it outside [0, 1]; unbiased */
    ATW_COMPOSITION_CLIPPED /* to [0, 1]: for people, not for models: with noise, pure
                               phases seem mixed */
};

/* Fraction of shell metal c = (I_core - I) / (I_core - I_shell) inside the mask; 0
 * outside. Linear because the atomic densities of gold and silver differ by 0.9 % only.
 * *out belongs to the caller. ATW_EINVAL if the two intensities are equal or not finite,
 * or the mask has another grid; ATW_EINPUT if a voxel is not finite; ATW_ENOMEM. */
enum atw_status atw_composition_from_intensity(struct atw_field **out,
                                               const struct atw_field *volume,
                                               const struct atw_mask *mask,
                                               const struct atw_intensity_scale *scale,
                                               enum atw_composition_range range,
                                               struct atw_error *err) ATW_MUST_CHECK;

/* Scale from a reconstruction of the unalloyed state when the detector is not calibrated:
 * core = median of the upper Otsu class within the mask, shell = core / intensity_ratio.
 *
 * intensity_ratio is core over shell metal per volume, above 1: the core must be the
 * brighter metal. The median ignores the blurred interface as long as most of the upper
 * class is interior; an alloyed particle has no pure core and gives a meaningless scale.
 * ATW_EINVAL if the ratio is not above 1 and finite, the mask is empty, has another grid
 * or constant values, or the median is not positive; ATW_EINPUT if a voxel is not finite;
 * ATW_ENOMEM. */
enum atw_status atw_intensity_scale_estimate(struct atw_intensity_scale *scale,
                                             const struct atw_field *volume,
                                             const struct atw_mask *mask,
                                             double intensity_ratio,
                                             struct atw_error *err) ATW_MUST_CHECK;

/* Sum over all voxels; that of a particle stays when its metals mix. */
double atw_intensity_total(const struct atw_field *volume);

/* Standard deviation of total(volume) / total(first) - 1, from the volumes alone. The
 * difference of slices across y, the first volume scaled to the total of the other, holds
 * no particle but noise, which is independent: neighbours are paired, and the squares of
 * what the two of a pair differ by add up. Metal that moved along y counts as noise. 0
 * for a volume against itself. Volumes of one grid. */
double atw_intensity_change_std(const struct atw_field *volume,
                                const struct atw_field *first);

/* Mean within a mask of the same grid; NaN for an empty one. */
double atw_intensity_mean(const struct atw_field *volume, const struct atw_mask *mask);

struct atw_histogram {
    size_t n_bins;
    double least, greatest; /* outer edges */
    double *density;        /* [n_bins], integrates to 1; owned by the struct */
};

/* Histogram of the voxels inside a mask; values outside the range fall into the end bins,
 * a value on an inner edge into the upper one. ATW_EINVAL if there are no bins, the range
 * is empty or not finite, the mask is empty or has another grid; ATW_EINPUT if a voxel is
 * not finite; ATW_ENOMEM. */
enum atw_status atw_histogram_create(struct atw_histogram **out,
                                     const struct atw_field *volume,
                                     const struct atw_mask *mask,
                                     double least,
                                     double greatest,
                                     size_t n_bins,
                                     struct atw_error *err) ATW_MUST_CHECK;
void atw_histogram_destroy(struct atw_histogram *histogram);

#endif
