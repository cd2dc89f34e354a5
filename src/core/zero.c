/* Zero of a function inside a bracket. */
#include "core/zero.h"

#include <math.h>

#define EVALUATIONS_MAX 60

static enum atw_status check(const struct atw_zero_bracket *bracket,
                             struct atw_error *err)
{
    double a = bracket->value[0], b = bracket->value[1];

    if (!isfinite(a) || !isfinite(b) ||
        !((a <= 0.0 && b >= 0.0) || (a >= 0.0 && b <= 0.0)))
        return atw_error_set(err, ATW_EINVAL,
                             "no zero between %g and %g: the function is %g and %g there",
                             bracket->x[0], bracket->x[1], a, b);
    return ATW_OK;
}

enum atw_status atw_zero_find(double *x,
                              atw_zero_fn function,
                              void *context,
                              struct atw_zero_bracket bracket,
                              double tolerance_x,
                              double tolerance_value,
                              struct atw_error *err)
{
    enum atw_status status = check(&bracket, err);
    int kept = -1; /* the end that the last step left in its place */

    *x = fabs(bracket.value[0]) < fabs(bracket.value[1]) ? bracket.x[0] : bracket.x[1];
    for (int i = 0; i < EVALUATIONS_MAX && status == ATW_OK; i++) {
        double a = bracket.value[0], b = bracket.value[1], value = 0.0;
        int moved;

        if (fabs(bracket.x[1] - bracket.x[0]) <= tolerance_x)
            break;
        *x = a == b ? 0.5 * (bracket.x[0] + bracket.x[1])
                    : (bracket.x[0] * b - bracket.x[1] * a) / (b - a);
        status = function(context, *x, &value, err);
        if (status != ATW_OK || fabs(value) <= tolerance_value)
            break;
        moved = (value < 0.0) == (a < 0.0 || (a == 0.0 && b > 0.0)) ? 0 : 1;
        bracket.x[moved] = *x;
        bracket.value[moved] = value;
        if (kept == 1 - moved)
            bracket.value[kept] *= 0.5;
        kept = 1 - moved;
    }
    return status;
}
