/* Views that fit the others badly. Room-internal, but for tests. */
#ifndef ATW_ALIGNMENT_OUTLIERS_H
#define ATW_ALIGNMENT_OUTLIERS_H

#include <stddef.h>

#include "core/status.h"

/* Mark views whose residual exceeds the median of their neighbours in angle by more than
 * `sigmas` robust standard deviations of such excesses, and by half at least.
 * residual, tilt_rad, rejected [n]; marks are added, *count is how many. ATW_ENOMEM. */
enum atw_status atw_reject_outliers(unsigned char *rejected,
                                    const double *residual,
                                    const double *tilt_rad,
                                    size_t n,
                                    double sigmas,
                                    size_t *count,
                                    struct atw_error *err) ATW_MUST_CHECK;

#endif
