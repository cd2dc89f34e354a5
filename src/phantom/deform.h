/* A phantom drawn out or pressed together along its axis at constant volume, and turned.
 *
 * The body phantom lies with its axis along y (azimuth and elevation 0). A point
 * (across, along, normal) of it moves to (across / sqrt(s), s along, normal / sqrt(s))
 * and is then turned to the azimuth and elevation of the shape. */
#ifndef ATW_PHANTOM_DEFORM_H
#define ATW_PHANTOM_DEFORM_H

#include "phantom/phantom.h"

/* The deformed phantom on a grid of its own.
 *
 * stretch  s, positive; below 1 the particle becomes shorter and thicker
 * shape    of the phantom; only its azimuth and elevation are used
 *
 * Fractions are averages over 2 x 2 x 2 points of every voxel, at which the body is
 * interpolated. Amounts of metal, shell metal and silica are kept to 1e-3; the
 * interpolation blurs as diffusion by S = h^2 / 12 does, h the voxel edge (0.013 nm2 at
 * 0.4 nm). A body that does not fit is cut off:
 * choose the grid with atw_phantom_deformed_extent(). ATW_EINVAL for a stretch that is
 * not positive and finite, ATW_ENOMEM. Slices run in parallel. */
enum atw_status atw_phantom_deform(struct atw_phantom **out,
                                   const struct atw_phantom *body,
                                   const struct atw_shape *shape,
                                   double stretch,
                                   const struct atw_grid *grid,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* As atw_shape_extent() for the shape stretched. */
void atw_phantom_deformed_extent(const struct atw_shape *shape,
                                 double stretch,
                                 double *half_across_m,
                                 double *half_along_m);

#endif
