/* Where thin fast paths cross the faces of the voxels, and the particle's surface.
 *
 * A surface voxel holds its metal behind a plane whose normal is the gradient of the
 * metal fraction (Youngs) and whose offset gives the voxel its fraction. Private to this
 * room. */
#ifndef ATW_DIFFUSION_SHEET_H
#define ATW_DIFFUSION_SHEET_H

#include "core/grid.h"
#include "diffusion/law.h"

/* A plane across a voxel: normal . x = offset with x in [0, 1]^3 from the voxel's lower
 * corner; area in units of the voxel's face, 0 where there is no surface. */
struct atw_surface_patch {
    double normal[3], offset, area;
};

/* The patch of a voxel of `metal`, whose slivers are already left out. */
struct atw_surface_patch atw_surface_patch(const struct atw_field *metal, size_t voxel);

/* plus [voxels][3]: extra conductance b of the face to the next voxel along x, y, z, in
 * units of a whole face of bulk. ATW_EINVAL for values outside their ranges; ATW_ENOMEM.
 */
enum atw_status atw_sheet_faces(const struct atw_diffusion_sheet *sheet,
                                const struct atw_field *metal,
                                float (*plus)[3],
                                struct atw_error *err) ATW_MUST_CHECK;

#endif
