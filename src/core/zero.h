/* Zero of a function inside a bracket, where an evaluation is expensive and may fail.
 *
 * Regula falsi with the Illinois rule: superlinear, never leaves the bracket. Source:
 * Dowell and Jarratt, BIT 11 (1971) 168 (recalled, not re-read). */
#ifndef ATW_CORE_ZERO_H
#define ATW_CORE_ZERO_H

#include "core/status.h"

typedef enum atw_status (*atw_zero_fn)(void *context,
                                       double x,
                                       double *value,
                                       struct atw_error *err);

struct atw_zero_bracket {
    double x[2], value[2]; /* of opposite signs, or one of them zero */
};

/* Stop when the bracket is narrower than tolerance_x or |value| is at most
 * tolerance_value; *x is the best point, and the last one evaluated. At most 60
 * evaluations. ATW_EINVAL for values of the same sign or not finite; else what the
 * function returns. */
enum atw_status atw_zero_find(double *x,
                              atw_zero_fn function,
                              void *context,
                              struct atw_zero_bracket bracket,
                              double tolerance_x,
                              double tolerance_value,
                              struct atw_error *err) ATW_MUST_CHECK;

#endif
