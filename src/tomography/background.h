/* Constant background of a tilt series. */
#ifndef ATW_TOMOGRAPHY_BACKGROUND_H
#define ATW_TOMOGRAPHY_BACKGROUND_H

#include "core/tilt_series.h"

/* Level of the empty part of the field of view: mean of the pixels within `frame` pixels
 * of the left and right edges of all views, outliers beyond 3 sigma left out, repeatedly,
 * until none is found.
 *
 * Clipping a skewed distribution lowers its mean: Poisson noise of mean 100, 10, 3, 1,
 * 0.3 and 0.1 counts by 0.04, 0.04, 0.02, 0.06, 0.07 and 0.1 counts (to zero); symmetric
 * noise not at all.
 *
 * ATW_EINVAL if the frame is zero; ATW_EINPUT if the two edges overlap or a pixel is not
 * finite. *level is untouched on failure. */
enum atw_status atw_background_estimate(const struct atw_tilt_series *series,
                                        size_t frame,
                                        double *level,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* ATW_EINPUT if no pixel is above the level: the series is empty, or dark on bright. A
 * warning if twice as much lies below it as above. */
enum atw_status atw_background_check(const struct atw_tilt_series *series,
                                     double level,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Subtract a level and clip at zero, as EM needs. */
void atw_background_subtract(struct atw_tilt_series *series, double level);

#endif
