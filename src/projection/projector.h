/* Parallel-beam ray transform about the tilt axis y, and its exact transpose.
 *
 * Slices across the tilt axis are independent: detector row v sees volume slice y = v.
 * A point (x, z) from the volume centre projects at tilt t to u = x cos t + z sin t from
 * the detector centre (n_u - 1) / 2, plus the axis offset. The field is zero outside its
 * grid. Results do not depend on the number of threads. docs/tomography.md has the
 * equations and the measured accuracy; block.h serves methods that iterate. */
#ifndef ATW_PROJECTION_PROJECTOR_H
#define ATW_PROJECTION_PROJECTOR_H

#include "core/grid.h"
#include "core/tilt_series.h"

enum atw_projection_kernel {
    ATW_KERNEL_AREA, /* no weight is negative: what counting methods need */
    ATW_KERNEL_SHARP /* less blur; views of non-negative volumes may dip below zero */
};

struct atw_projection_geometry {
    struct atw_grid grid;
    size_t n_u;     /* detector pixels across the tilt axis; along it n_v = grid.n_y */
    double pixel_m; /* detector pitch across the tilt axis */
    size_t n_tilt;
    const double *tilt_rad;
    double axis_offset_m; /* of the tilt axis from the detector centre, towards +u */
    enum atw_projection_kernel kernel;
};

struct atw_projector; /* opaque: weights and layout; immutable, may be shared by threads
                       */

/* Angles are copied. Any angle list, repeated and unordered too. Cost: about that of
 * projecting 100 slices; memory about 100 bytes per (row, view).
 *
 * ATW_EINVAL if the grid is not valid, a count is zero or above 2^20, the pixel is not
 * positive and finite or more than 1000 times smaller or larger than the voxel, or an
 * angle is not finite, the axis is beside the detector, or the sizes overflow.
 * ATW_ENOMEM. */
enum atw_status atw_projector_create(struct atw_projector **out,
                                     const struct atw_projection_geometry *geometry,
                                     struct atw_error *err) ATW_MUST_CHECK;
void atw_projector_destroy(struct atw_projector *projector);

/* Borrowed; lives as long as the projector. */
const struct atw_projection_geometry *
atw_projector_geometry(const struct atw_projector *projector);

/* A^T 1: what a voxel of each column along y contributes to all pixels together.
 * [n_z][n_x], nm; zero where no view sees the voxel. Borrowed. */
const float *atw_projector_sensitivity(const struct atw_projector *projector);

/* series [tilt][v][u] = line integrals of volume [z][y][x], in (volume unit) * nm,
 * averaged over each pixel. With the area kernel never negative for a volume that is
 * not. What falls beside the detector is lost; everything else is conserved: the sum of a
 * view times the pixel is the volume integral. ATW_ENOMEM. */
enum atw_status atw_projector_forward(const struct atw_projector *projector,
                                      const float *volume,
                                      float *series,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* volume = A^T series; <A x, y> = <x, A^T y> to rounding. ATW_ENOMEM. */
enum atw_status atw_projector_backward(const struct atw_projector *projector,
                                       const float *series,
                                       float *volume,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* Variance along the detector, in voxel^2, of the box a voxel is drawn as in a view at
 * this tilt (area kernel): as wide as its neighbours in a row are apart. The shadow of a
 * cube has 1/12 at any tilt. */
double atw_projector_box_variance(double tilt_rad);

#endif
