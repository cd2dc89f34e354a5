/* Search for the tilt axis: its offset from the centre and its direction in the image.
 * Room-internal. */
#ifndef ATW_ALIGNMENT_AXIS_H
#define ATW_ALIGNMENT_AXIS_H

#include "alignment/reprojection.h"

/* Move the axis of a placement across u to where the misfit is least, within +-reach_px,
 * if that lowers it by the share least_gain: noise and a specimen that changes have least
 * misfits too, at random places. ATW_ENOMEM. */
enum atw_status atw_axis_find_offset(struct atw_placement *placement,
                                     double reach_px,
                                     double least_gain,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Turn the axis in the same way, within +-reach_rad. ATW_ENOMEM. */
enum atw_status atw_axis_find_rotation(struct atw_placement *placement,
                                       double reach_rad,
                                       double least_gain,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
