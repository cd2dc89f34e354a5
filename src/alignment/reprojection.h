/* Comparison of an aligned series with what its own reconstruction projects to.
 * Room-internal. */
#ifndef ATW_ALIGNMENT_REPROJECTION_H
#define ATW_ALIGNMENT_REPROJECTION_H

#include "alignment/correlation.h"
#include "alignment/placement.h"

/* Reconstruct the aligned series by EM from the views kept, negative values as zero, and
 * project it to all angles.
 * *out belongs to the caller. ATW_ENOMEM. */
enum atw_status atw_reproject(struct atw_tilt_series **out,
                              const struct atw_tilt_series *aligned,
                              const unsigned char *rejected,
                              size_t iterations,
                              struct atw_error *err) ATW_MUST_CHECK;

/* |view - reprojection| / |view| of each view, inside the frame less `margin` pixels. */
void atw_view_residuals(double *residual,
                        const struct atw_tilt_series *aligned,
                        const struct atw_tilt_series *reprojected,
                        size_t margin);

/* One round: align every view with its reprojection. The shifts move by what is found,
 * less what only moves the specimen; *moved_px is its rms over the views kept, residual
 * [n_tilt] that before the move. ATW_ENOMEM. */
enum atw_status atw_reprojection_round(struct atw_placement *placement,
                                       const struct atw_correlator *correlator,
                                       double *residual,
                                       double *moved_px,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* Misfit of the whole series with the axis moved by axis_px and turned by turn_rad beside
 * where the placement has it: what a search for the axis makes least. ATW_ENOMEM. */
enum atw_status atw_placement_misfit(const struct atw_placement *placement,
                                     double axis_px,
                                     double turn_rad,
                                     double *misfit,
                                     struct atw_error *err) ATW_MUST_CHECK;

#endif
