/* Line integrals of a volume whose voxels are cubes. */
#ifndef ATW_MICROSCOPE_CUBES_H
#define ATW_MICROSCOPE_CUBES_H

#include "core/grid.h"
#include "core/tilt_series.h"
#include "projection/projector.h"

/* The series [n_tilt][n_y][n_u] that a projector of this geometry (area kernel) makes,
 * with every voxel as wide as its shadow: the projector's box has h^2/12 cos^2 t of its
 * variance (sin^2 t for steep views), the rest is added. *out belongs to the caller.
 * ATW_EINVAL, ATW_ENOMEM. */
enum atw_status atw_cubes_project(struct atw_tilt_series **out,
                                  const struct atw_field *volume,
                                  const struct atw_projection_geometry *geometry,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* The same with the projector itself, for many volumes of its grid. */
enum atw_status atw_cubes_project_by(struct atw_tilt_series **out,
                                     const struct atw_field *volume,
                                     const struct atw_projector *projector,
                                     struct atw_error *err) ATW_MUST_CHECK;

#endif
