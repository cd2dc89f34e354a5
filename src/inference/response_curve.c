/* What an instrument sees of a particle against ln S, computed where it is needed. */
#include "inference/response_curve.h"

#include <math.h>
#include <stdlib.h>

#define STEP 0.4
#define S_LEAST_M2 1e-22
#define S_GREATEST_M2 1e-13
#define N_POINTS 53 /* from S_LEAST_M2 by STEP to beyond S_GREATEST_M2 */
#define STRIDE 4    /* points, while a value is looked for */

struct atw_response_curve {
    atw_response_fn response;
    void *context;
    size_t evaluations;
    double value[N_POINTS]; /* NaN: not computed yet */
};

enum atw_status atw_response_curve_create(struct atw_response_curve **out,
                                          atw_response_fn response,
                                          void *context,
                                          struct atw_error *err)
{
    struct atw_response_curve *curve = malloc(sizeof *curve);

    *out = NULL;
    if (!curve)
        return atw_error_set(err, ATW_ENOMEM, "response curve: out of memory");
    *curve = (struct atw_response_curve){.response = response, .context = context};
    for (size_t j = 0; j < N_POINTS; j++)
        curve->value[j] = NAN;
    *out = curve;
    return ATW_OK;
}

void atw_response_curve_destroy(struct atw_response_curve *curve)
{
    free(curve);
}

size_t atw_response_curve_evaluations(const struct atw_response_curve *curve)
{
    return curve->evaluations;
}

/* S at a place on the lattice, in steps; NaN of NaN. */
static double S_at(double x)
{
    return S_LEAST_M2 * exp(STEP * x);
}

/* Value at point j; points beyond the ends repeat them. */
static enum atw_status
point(struct atw_response_curve *curve, long j, double *value, struct atw_error *err)
{
    size_t at = j < 0 ? 0 : j >= N_POINTS ? N_POINTS - 1 : (size_t)j;
    double S_m2 = S_at((double)at);
    enum atw_status status = ATW_OK;

    if (isnan(curve->value[at])) {
        curve->evaluations++;
        status = curve->response(curve->context, S_m2, value, err);
        if (status == ATW_OK && !isfinite(*value))
            status = atw_error_set(err, ATW_EDIVERGED,
                                   "response curve: the response after %.3g nm2 is %g",
                                   S_m2 * 1e18, *value);
        if (status != ATW_OK)
            return status;
        curve->value[at] = *value;
    }
    *value = curve->value[at];
    return status;
}

/* Cubic Hermite polynomial between values f[2] and f[3] of six neighbours, at t in [0,
 * 1]; slope with respect to t. */
static void interpolate(const double f[6], double t, double *value, double *slope)
{
    double left = (8.0 * (f[3] - f[1]) - (f[4] - f[0])) / 12.0;
    double right = (8.0 * (f[4] - f[2]) - (f[5] - f[1])) / 12.0;
    double rise = f[3] - f[2];
    double b = 3.0 * rise - 2.0 * left - right, c = left + right - 2.0 * rise;

    *value = f[2] + t * (left + t * (b + t * c));
    *slope = left + t * (2.0 * b + 3.0 * t * c);
}

enum atw_status atw_response_curve_at(struct atw_response_curve *curve,
                                      double S_m2,
                                      double *response,
                                      double *slope,
                                      struct atw_error *err)
{
    double x = log(S_m2 / S_LEAST_M2) / STEP, f[6];
    enum atw_status status = ATW_OK;
    long j;

    if (!(S_m2 > 0.0) || !isfinite(S_m2))
        return atw_error_set(err, ATW_EINVAL,
                             "response curve: S is %g m2; it must be "
                             "positive and finite",
                             S_m2);
    *slope = 0.0;
    if (x <= 0.0)
        return point(curve, 0, response, err);
    if (S_m2 >= S_GREATEST_M2)
        return point(curve, N_POINTS - 1, response, err);
    j = (long)x;
    for (long k = 0; k < 6 && status == ATW_OK; k++)
        status = point(curve, j - 2 + k, &f[k], err);
    if (status != ATW_OK)
        return status;
    interpolate(f, x - (double)j, response, slope);
    *slope /= STEP;
    return ATW_OK;
}

/* Strides until the value is passed, then halves. *x is where on the lattice it is
 * passed, in steps between points, interpolated; NaN: nowhere. */
static enum atw_status pass(struct atw_response_curve *curve,
                            double value,
                            double guess_m2,
                            double *x,
                            struct atw_error *err)
{
    long last = N_POINTS - 1;
    long j = lround(fmin(fmax(log(guess_m2 / S_LEAST_M2) / STEP, 0.0), (double)last));
    long low = -1, high = N_POINTS; /* above the value, not above it */
    double above = NAN, below = NAN;

    *x = NAN;
    while (high - low > 1) {
        double here;
        enum atw_status status = point(curve, j, &here, err);

        if (status != ATW_OK)
            return status;
        if (here > value) {
            low = j;
            above = here;
        } else {
            high = j;
            below = here;
        }
        if (low >= 0 && high <= last)
            j = (low + high) / 2;
        else
            j = low >= 0 ? low + STRIDE : high - STRIDE;
        j = j < 0 ? 0 : j > last ? last : j;
    }
    if (low >= 0 && high <= last)
        *x = (double)low + (above - value) / (above - below);
    return ATW_OK;
}

enum atw_status atw_response_curve_find(struct atw_response_curve *curve,
                                        double value,
                                        double guess_m2,
                                        double *S_m2,
                                        struct atw_error *err)
{
    double x;
    enum atw_status status = pass(curve, value, guess_m2, &x, err);

    *S_m2 = S_at(x);
    return status;
}

enum atw_status atw_response_curve_find_point(struct atw_response_curve *curve,
                                              double value,
                                              double guess_m2,
                                              double *S_m2,
                                              struct atw_error *err)
{
    double x;
    enum atw_status status = pass(curve, value, guess_m2, &x, err);

    *S_m2 = S_at(round(x));
    return status;
}
