/* The loops behind the vectors of core/ode, over plain arrays. */
#include "core/ode_kernels.h"

#include <math.h>
#include <string.h>

#define LANES 8
#define BLOCK 1024 /* values of one array that stay in the first-level cache */

static double join(const double lane[LANES])
{
    return ((lane[0] + lane[4]) + (lane[1] + lane[5])) +
           ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

static double greatest_of(const double lane[LANES])
{
    double greatest = lane[0];

    for (size_t k = 1; k < LANES; k++)
        greatest = lane[k] > greatest ? lane[k] : greatest;
    return greatest;
}

void atw_ode_linear_sum(
    size_t count, double a, const double *x, double b, const double *y, double *z)
{
    if (a == 1.0 && b == 1.0)
        for (size_t i = 0; i < count; i++)
            z[i] = x[i] + y[i];
    else
        for (size_t i = 0; i < count; i++)
            z[i] = a * x[i] + b * y[i];
}

void atw_ode_scale(size_t count, double a, const double *x, double *z)
{
    if (a == 1.0 && x != z)
        memcpy(z, x, count * sizeof *z);
    else if (a != 1.0)
        for (size_t i = 0; i < count; i++)
            z[i] = a * x[i];
}

double atw_ode_dot(size_t count, const double *x, const double *y)
{
    double lane[LANES] = {0};
    size_t i = 0;

    for (; i + LANES <= count; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            lane[k] += x[i + k] * y[i + k];
    for (size_t k = 0; i + k < count; k++)
        lane[k] += x[i + k] * y[i + k];
    return join(lane);
}

double atw_ode_weighted_squares(size_t count, const double *x, const double *w)
{
    double lane[LANES] = {0};
    size_t i = 0;

    for (; i + LANES <= count; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            lane[k] += x[i + k] * w[i + k] * (x[i + k] * w[i + k]);
    for (size_t k = 0; i + k < count; k++)
        lane[k] += x[i + k] * w[i + k] * (x[i + k] * w[i + k]);
    return join(lane);
}

/* A NaN or an infinity poisons the result, for CVODE to see a failed step: comparisons
 * alone would pass it over. */
double atw_ode_weighted_max(size_t count, const double *x, const double *w)
{
    double lane[LANES] = {0}, poison[LANES] = {0};
    size_t i = 0;

    for (; i + LANES <= count; i += LANES)
        for (size_t k = 0; k < LANES; k++) {
            double value = fabs(x[i + k] * w[i + k]);

            lane[k] = value > lane[k] ? value : lane[k];
            poison[k] += 0.0 * value;
        }
    for (size_t k = 0; i + k < count; k++) {
        double value = fabs(x[i + k] * w[i + k]);

        lane[k] = value > lane[k] ? value : lane[k];
        poison[k] += 0.0 * value;
    }
    return greatest_of(lane) + join(poison);
}

double atw_ode_max_norm(size_t count, const double *x)
{
    double lane[LANES] = {0};
    size_t i = 0;

    for (; i + LANES <= count; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            lane[k] = fabs(x[i + k]) > lane[k] ? fabs(x[i + k]) : lane[k];
    for (size_t k = 0; i + k < count; k++)
        lane[k] = fabs(x[i + k]) > lane[k] ? fabs(x[i + k]) : lane[k];
    return greatest_of(lane);
}

double atw_ode_least(size_t count, const double *x)
{
    double least = x[0];

    for (size_t i = 1; i < count; i++)
        least = x[i] < least ? x[i] : least;
    return least;
}

static void combine_block(
    size_t count, size_t terms, const double *a, const double *const *x, double *z)
{
    double sum[BLOCK];

    for (size_t i = 0; i < count; i++)
        sum[i] = a[0] * x[0][i];
    for (size_t k = 1; k < terms; k++) {
        const double *term = x[k];
        double factor = a[k];

        for (size_t i = 0; i < count; i++)
            sum[i] += factor * term[i];
    }
    memcpy(z, sum, count * sizeof *z);
}

void atw_ode_combine(
    size_t count, size_t terms, const double *a, const double *const *x, double *z)
{
    enum { MOST = 64 };
    const double *from[MOST];

    for (size_t first = 0; first < count; first += BLOCK) {
        for (size_t k = 0; k < terms; k++)
            from[k] = x[k] + first;
        combine_block(count - first < BLOCK ? count - first : BLOCK, terms, a, from,
                      z + first);
    }
}

void atw_ode_scale_add(size_t count,
                       size_t terms,
                       const double *a,
                       const double *x,
                       const double *const *y,
                       double *const *z)
{
    for (size_t first = 0; first < count; first += BLOCK) {
        size_t n = count - first < BLOCK ? count - first : BLOCK;

        for (size_t k = 0; k < terms; k++)
            atw_ode_linear_sum(n, a[k], x + first, 1.0, y[k] + first, z[k] + first);
    }
}
