/* Constant background of a tilt series. */
#ifndef ATW_TOMOGRAPHY_BACKGROUND_H
#define ATW_TOMOGRAPHY_BACKGROUND_H

#include "core/tilt_series.h"

/* Level of the empty part of the field of view: mean of the pixels in a frame of
 * `frame` pixels along the left and right edges, outliers above 3 sigma left out. */
enum atw_status atw_background_estimate(const struct atw_tilt_series *series,
                                        size_t frame,
                                        double *level,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* Subtract a level and clip at zero, as EM needs. */
void atw_background_subtract(struct atw_tilt_series *series, double level);

#endif
