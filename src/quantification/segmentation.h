/* Which voxels are particle. */
#ifndef ATW_QUANTIFICATION_SEGMENTATION_H
#define ATW_QUANTIFICATION_SEGMENTATION_H

#include "core/grid.h"

struct atw_mask {
    struct atw_grid grid;
    unsigned char *inside; /* [n_z][n_y][n_x], 0 or 1, owned */
};

enum atw_threshold_rule {
    ATW_THRESHOLD_OTSU,     /* between the two classes of the histogram */
    ATW_THRESHOLD_FRACTION, /* fraction of the mean above Otsu's threshold */
    ATW_THRESHOLD_VALUE     /* absolute */
};

struct atw_segmentation_options {
    enum atw_threshold_rule rule;
    double parameter; /* fraction or absolute value */
};

enum atw_status atw_mask_create(struct atw_mask **out,
                                const struct atw_grid *grid,
                                struct atw_error *err) ATW_MUST_CHECK;
void atw_mask_destroy(struct atw_mask *mask);
size_t atw_mask_count(const struct atw_mask *mask);

/* Voxels at or above the threshold; only the largest 6-connected component is kept and
 * its enclosed holes are filled. ATW_EINVAL if nothing is left or the volume is constant.
 */
enum atw_status atw_segment(struct atw_mask **out,
                            const struct atw_field *volume,
                            const struct atw_segmentation_options *options,
                            double *threshold, /* used; may be NULL */
                            struct atw_error *err) ATW_MUST_CHECK;

/* Voxels whose centre is at least depth_m away from every voxel centre outside (exact
 * Euclidean distance). ATW_EINVAL if nothing is left. */
enum atw_status atw_mask_erode(struct atw_mask **out,
                               const struct atw_mask *mask,
                               double depth_m,
                               struct atw_error *err) ATW_MUST_CHECK;

#endif
