/* Volume, centre and second moments of the bright part of a volume. */
#ifndef ATW_PIPELINE_MOMENTS_H
#define ATW_PIPELINE_MOMENTS_H

#include "quantification/segmentation.h"

struct atw_moments {
    double volume_m3, centre_m[3], second_m2[3][3]; /* x, y, z; about the centre */
};

/* Of the voxels inside a mask that are at or above a threshold, each counting the same; 0
 * without any. */
struct atw_moments atw_moments_of(const struct atw_field *volume,
                                  const struct atw_mask *mask,
                                  double threshold);

/* The direction (x, y, z) in which it is longest, y not negative, and the variance along
 * it. ATW_ENOMEM. */
enum atw_status atw_moments_longest_axis(double axis[3],
                                         double *variance_m2,
                                         const struct atw_moments *moments,
                                         struct atw_error *err) ATW_MUST_CHECK;

#endif
