/* Parallel-beam ray transform about the tilt axis y, and its exact transpose.
 *
 * Slices across the tilt axis are independent: detector row v sees volume slice y = v. */
#ifndef ATW_PROJECTION_PROJECTOR_H
#define ATW_PROJECTION_PROJECTOR_H

#include "core/grid.h"
#include "core/tilt_series.h"

struct atw_projection_geometry {
    struct atw_grid grid;
    size_t n_u;     /* detector pixels across the tilt axis; along it n_v = grid.n_y */
    double pixel_m; /* detector pitch across the tilt axis */
    size_t n_tilt;
    const double *tilt_rad;
    double axis_offset_m; /* of the tilt axis from the detector centre, towards +u */
};

struct atw_projector; /* opaque: weights and layout; immutable, may be shared by threads
                       */

/* Angles are copied. Any angle list, repeated and unordered too. ATW_EINVAL, ATW_ENOMEM.
 */
enum atw_status atw_projector_create(struct atw_projector **out,
                                     const struct atw_projection_geometry *geometry,
                                     struct atw_error *err) ATW_MUST_CHECK;
void atw_projector_destroy(struct atw_projector *projector);

/* series [tilt][v][u] = line integrals of volume [z][y][x], in (volume unit) * nm. */
enum atw_status atw_projector_forward(const struct atw_projector *projector,
                                      const float *volume,
                                      float *series,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* volume = A^T series; <A x, y> = <x, A^T y> to rounding. */
enum atw_status atw_projector_backward(const struct atw_projector *projector,
                                       const float *series,
                                       float *volume,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
