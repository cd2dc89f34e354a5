/* What turns volumes of one grid into signals on one detector: for many of them.
 *
 * The fine detector, its weights and those of blur and pixels take as long to find as a
 * projection does. See atw_microscope_signal(), which is this for one volume. */
#ifndef ATW_MICROSCOPE_OPTICS_H
#define ATW_MICROSCOPE_OPTICS_H

#include "microscope/microscope.h"

/* Immutable after creation; threads may share it. */
struct atw_optics;

/* For volumes on `grid`, by the blur, the pixels and the counts of the microscope; its
 * other values are not used. *out belongs to the caller. Errors as
 * atw_microscope_signal(). */
enum atw_status atw_optics_create(struct atw_optics **out,
                                  const struct atw_grid *grid,
                                  const struct atw_microscope *microscope,
                                  const double *tilt_rad,
                                  size_t n_tilt,
                                  struct atw_error *err) ATW_MUST_CHECK;
void atw_optics_destroy(struct atw_optics *optics);

/* True when a volume on `grid` can pass. */
int atw_optics_fit(const struct atw_optics *optics, const struct atw_grid *grid);

/* Signal of an intensity volume that fits, damped unless the length is 0. *out [n_tilt]
 * [n_v][n_u] belongs to the caller. ATW_ENOMEM. */
enum atw_status atw_optics_signal(struct atw_tilt_series **out,
                                  const struct atw_field *intensity,
                                  const struct atw_optics *optics,
                                  double damping_length_nm,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
