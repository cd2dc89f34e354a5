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

/* c = (I_core - I) / (I_core - I_shell) inside the mask, clipped to [0, 1]; 0 outside. */
enum atw_status atw_composition_from_intensity(struct atw_field **out,
                                               const struct atw_field *volume,
                                               const struct atw_mask *mask,
                                               const struct atw_intensity_scale *scale,
                                               struct atw_error *err) ATW_MUST_CHECK;

/* Scale from a reconstruction of the unalloyed state when the detector is not calibrated:
 * core = median of the upper Otsu class within the mask, shell = core / intensity_ratio.
 */
enum atw_status atw_intensity_scale_estimate(struct atw_intensity_scale *scale,
                                             const struct atw_field *volume,
                                             const struct atw_mask *mask,
                                             double intensity_ratio,
                                             struct atw_error *err) ATW_MUST_CHECK;

struct atw_histogram {
    size_t n_bins;
    double least, greatest; /* outer edges */
    double *density;        /* [n_bins], integrates to 1; owned by the struct */
};

/* Histogram of the voxels inside a mask; values outside the range fall into the end bins.
 */
enum atw_status atw_histogram_create(struct atw_histogram **out,
                                     const struct atw_field *volume,
                                     const struct atw_mask *mask,
                                     double least,
                                     double greatest,
                                     size_t n_bins,
                                     struct atw_error *err) ATW_MUST_CHECK;
void atw_histogram_destroy(struct atw_histogram *histogram);

#endif
