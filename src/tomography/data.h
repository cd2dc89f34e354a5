/* Checks of data and options that all methods share. Room-internal. */
#ifndef ATW_TOMOGRAPHY_DATA_H
#define ATW_TOMOGRAPHY_DATA_H

#include "tomography/reconstruction.h"

/* Data and start images beyond this, in the caller's units, are refused: sums of them
 * could be infinite. */
#define ATW_DATA_MOST 1e30f

/* *most: largest magnitude of the data. ATW_EINPUT naming the first pixel that is not
 * finite or beyond ATW_DATA_MOST, or negative when the method needs counts, or the first
 * such voxel of a start image; ATW_EINVAL for zero iterations and bounds that are not in
 * order. */
enum atw_status atw_data_check(const char *method,
                               int needs_counts,
                               const struct atw_projector *projector,
                               const float *series,
                               const struct atw_reconstruction_options *options,
                               float *most,
                               struct atw_error *err) ATW_MUST_CHECK;

/* ATW_EDIVERGED naming the first voxel that is not finite. Data within the limits give
 * none in sensible units; this is the last guard. */
enum atw_status atw_data_check_result(const char *method,
                                      const struct atw_field *volume,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Bounds and support of a whole volume, as the options say. */
void atw_data_constrain(const struct atw_reconstruction_options *options,
                        size_t count,
                        float *volume);

/* Zero outside the support, in packed row z of a block. */
void atw_data_mask_row(const struct atw_projector *projector,
                       const float *support,
                       size_t block,
                       size_t z,
                       float *row);

/* |series - projected| / |series|, 0 for a series of zeros. */
double atw_data_misfit(const struct atw_projector *projector,
                       const float *series,
                       const float *projected);

/* residual [iterations] = |series - projected| / |series| from the sums of squares of the
 * blocks, squares [block][iterations], added in order whatever order they were found in.
 */
void atw_data_collect_misfit(const struct atw_projector *projector,
                             const float *series,
                             const double *squares,
                             size_t iterations,
                             double *residual);

#endif
