/* Mean and deviation of the values that lie within limits, run by run. */
#ifndef ATW_CORE_CLIPPED_SUMS_H
#define ATW_CORE_CLIPPED_SUMS_H

#include <stddef.h>

/* Start with the limits, a pivot near the mean (sums of squares about it lose no digits),
 * and zeros. */
struct atw_clipped_sums {
    double low, high, pivot;
    size_t count;
    double sum, squares; /* of value - pivot */
};

/* Add the values of a run that are within [low, high]; NaN is not left out. */
void atw_clipped_sums_add(struct atw_clipped_sums *sums, const float *run, size_t length);

/* The mean, and the deviation of the values about it; there must be a value. */
double atw_clipped_sums_mean(const struct atw_clipped_sums *sums);
double atw_clipped_sums_sigma(const struct atw_clipped_sums *sums);

#endif
