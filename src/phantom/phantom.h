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

/* Volume fractions of a shape on a grid, its centre at the centre of the grid.
 *
 * out        the three fields, shape [n_z][n_y][n_x]; NULL on failure
 * tolerance  absolute, of each body's fraction of a voxel, 1e-6 to 0.1; 1e-4 is a good
 *            choice. Interior and exterior voxels are exact, and so is composition
 *            wherever a voxel touches the core or the shell alone.
 *
 * A slab is cut off by the grid across its axis and exact where the axis is a grid axis.
 * ATW_EINVAL for an invalid shape, grid or tolerance or if the particle does not fit,
 * ATW_ENOMEM. Cost: about 1e-5 s per voxel that the surface crosses; slices run in
 * parallel. */
enum atw_status atw_phantom_create(struct atw_phantom **out,
                                   const struct atw_shape *shape,
                                   const struct atw_grid *grid,
                                   double tolerance,
                                   struct atw_error *err) ATW_MUST_CHECK;
/* All fractions zero. ATW_EINVAL for a grid, ATW_ENOMEM. */
enum atw_status atw_phantom_create_empty(struct atw_phantom **out,
                                         const struct atw_grid *grid,
                                         struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_phantom_copy(struct atw_phantom **out,
                                 const struct atw_phantom *phantom,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_phantom_destroy(struct atw_phantom *phantom);

/* Cubic-voxel grid that holds the particle in every view, with `margin_m` around it; n_x
 * = n_z, all counts even. ATW_EINVAL for an invalid shape, a spacing that is not
 * positive, a negative margin, or a slab, which is unbounded. */
enum atw_status atw_phantom_grid(struct atw_grid *grid,
                                 const struct atw_shape *shape,
                                 double spacing_m,
                                 double margin_m,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
