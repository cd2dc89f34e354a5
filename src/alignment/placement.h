/* Where the views of a series lie, and what of that merely moves the specimen.
 * Room-internal. */
#ifndef ATW_ALIGNMENT_PLACEMENT_H
#define ATW_ALIGNMENT_PLACEMENT_H

#include "core/tilt_series.h"

/* Where the views of a prepared series lie, in its pixels; see alignment.h. */
struct atw_placement {
    const struct atw_tilt_series *series; /* prepared */
    double *u, *v;                        /* [n_tilt] */
    double rotation_rad;
    const unsigned char *rejected; /* [n_tilt] */
};

/* The series as placed, views rejected left in. *out belongs to the caller. ATW_ENOMEM.
 */
enum atw_status atw_placement_apply(struct atw_tilt_series **out,
                                    const struct atw_placement *placement,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Turn all shifts by angle_rad; by minus the rotation they are seen from the axis: u
 * across, v along. */
void atw_placement_turn(struct atw_placement *placement, double angle_rad);

/* Leave the specimen where it is: take off what follows a path through it. */
void atw_placement_keep(struct atw_placement *placement);

/* Put the axis in the middle: take off the constant across it. Views followed from one to
 * the next do not know it when the tilts span little: their errors add up to a bow, which
 * looks like an axis off the centre. */
void atw_placement_assume_axis(struct atw_placement *placement);

/* Bring the centre of mass to the middle of the volume. ATW_ENOMEM. */
enum atw_status atw_placement_centre(struct atw_placement *placement,
                                     struct atw_error *err) ATW_MUST_CHECK;

#endif
