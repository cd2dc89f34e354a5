/* Otsu's threshold: the cut that leaves the least variance within two classes. */
#ifndef ATW_QUANTIFICATION_THRESHOLD_H
#define ATW_QUANTIFICATION_THRESHOLD_H

#include "quantification/segmentation.h"

struct atw_otsu {
    double threshold;  /* values at or above it are the upper class */
    double mean_below; /* of the two classes, to the width of a bin */
    double mean_above;
};

/* Of the voxels inside a mask, or of all voxels (mask NULL), on a histogram of 512 bins
 * between the least and the greatest value. Class means are those of the values, not of
 * the bins; among equal cuts (an empty gap) the middle one is taken.
 *
 * ATW_EINVAL if the mask is empty or has another grid, or the values are constant;
 * ATW_EINPUT if a voxel is not finite. Source: Otsu, "A threshold selection method from
 * gray-level histograms", IEEE Trans. SMC 9 (1979), eq. 18. */
enum atw_status atw_otsu_threshold(struct atw_otsu *otsu,
                                   const struct atw_field *volume,
                                   const struct atw_mask *mask,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
