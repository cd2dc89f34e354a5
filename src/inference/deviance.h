/* Deviance of counts, and what it is when the model is right.
 *
 *   d(n, mu) = 2 [mu - n + n ln(n / mu)]
 *
 * is not distributed as chi^2 where few counts are expected; its mean and variance under
 * the Poisson law are tabulated instead. */
#ifndef ATW_INFERENCE_DEVIANCE_H
#define ATW_INFERENCE_DEVIANCE_H

#include <stddef.h>

/* Excess from which on the particle is not the model: dispersion makes good for less. */
#define ATW_DEVIANCE_EXCESS_MOST 0.02

struct atw_deviance {
    double value;              /* sum over the counts */
    double expected, variance; /* of that sum, were the model right */
    size_t n_counts;
};

/* Expected counts below this are taken to be this many. */
#define ATW_DEVIANCE_LEAST_MEAN 0.02

/* Add counts whose model expects mean, [count] each. */
void atw_deviance_add(struct atw_deviance *deviance,
                      const float *counts,
                      const float *mean,
                      size_t count);

/* Value beyond what a perfect model leaves after fitting so many parameters, as a share
 * of that; 0 where it is less than 5 standard deviations, which may be chance. */
double atw_deviance_excess(const struct atw_deviance *deviance, size_t n_parameters);

/* Value over what a perfect model gives; NaN without counts. */
double atw_deviance_ratio(const struct atw_deviance *deviance);

#endif
