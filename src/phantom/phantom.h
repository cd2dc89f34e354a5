/* Phantom: a shape put on a grid as volume fractions. */
#ifndef ATW_PHANTOM_PHANTOM_H
#define ATW_PHANTOM_PHANTOM_H

#include "phantom/shape.h"

struct atw_phantom {
    struct atw_field *metal; /* fraction of the voxel that is metal, core or shell */
    struct atw_field
        *composition; /* fraction of the metal that is shell metal; 0 where none */
    struct atw_field *silica; /* fraction of the voxel that is silica */
};

/* Volume fractions of a shape on a grid, centred on the grid.
 *
 * Boundary voxels hold the volume fraction to `tolerance` (1e-4 is a good choice),
 * interior ones are exact. ATW_EINVAL for an invalid shape or grid or if the particle
 * does not fit. */
enum atw_status atw_phantom_create(struct atw_phantom **out,
                                   const struct atw_shape *shape,
                                   const struct atw_grid *grid,
                                   double tolerance,
                                   struct atw_error *err) ATW_MUST_CHECK;
void atw_phantom_destroy(struct atw_phantom *phantom);

/* Cubic-voxel grid that holds the particle in every view, with `margin_m` around it; n_x
 * = n_z. */
enum atw_status atw_phantom_grid(struct atw_grid *grid,
                                 const struct atw_shape *shape,
                                 double spacing_m,
                                 double margin_m,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
