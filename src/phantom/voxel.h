/* Volume fraction of a convex body in one cubic voxel. */
#ifndef ATW_PHANTOM_VOXEL_H
#define ATW_PHANTOM_VOXEL_H

#include "phantom/body.h"

/* Fraction of the cube of this centre and edge that the body fills, in [0, 1].
 *
 * Exactly 0 or 1 where the signed distance proves it, otherwise to `tolerance` (absolute,
 * 1e-6 to 0.1). Planes that cut the cube without an edge of the body are exact to
 * rounding. Cost for a smooth surface and cubes well below its radius of curvature: some
 * hundred chords; a thousand where an edge of a cylinder or box crosses the cube. */
double atw_voxel_fraction(const struct atw_body *body,
                          const double centre_m[3],
                          double edge_m,
                          double tolerance);

#endif
