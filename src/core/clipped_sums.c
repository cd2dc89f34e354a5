/* Mean and deviation of the values that lie within limits. */
#include "core/clipped_sums.h"

#include <math.h>

void atw_clipped_sums_add(struct atw_clipped_sums *sums, const float *run, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        double from_pivot = (double)run[i] - sums->pivot;

        if ((double)run[i] < sums->low || (double)run[i] > sums->high)
            continue;
        sums->count++;
        sums->sum += from_pivot;
        sums->squares += from_pivot * from_pivot;
    }
}

double atw_clipped_sums_mean(const struct atw_clipped_sums *sums)
{
    return sums->pivot + sums->sum / (double)sums->count;
}

double atw_clipped_sums_sigma(const struct atw_clipped_sums *sums)
{
    double mean = sums->sum / (double)sums->count;

    return sqrt(fmax(sums->squares / (double)sums->count - mean * mean, 0.0));
}
