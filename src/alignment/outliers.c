/* Views that fit the others badly: a robust cut on residuals, relative to neighbours. */
#include "alignment/outliers.h"

#include <math.h>
#include <stdlib.h>

#include "alignment/track.h"

/* Of a normal distribution: standard deviation over median absolute deviation. */
#define SIGMA_PER_MAD 1.4826
/* Outliers fit worse than their neighbours in angle at least by this share of theirs. */
#define LEAST_EXCESS 0.5
enum { NEIGHBOURS = 4 }; /* on each side */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Middle one of n values, which are sorted. */
static double median(double *value, size_t n)
{
    qsort(value, n, sizeof *value, compare_doubles);
    return n % 2 ? value[n / 2] : 0.5 * (value[n / 2 - 1] + value[n / 2]);
}

/* Residual of each view over the median of its neighbours in angle, itself included, less
 * one: views at high tilt fit worse than others, but not worse than each other. */
static void
find_excess(double *excess, const double *residual, const size_t *order, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        size_t first = k > NEIGHBOURS ? k - NEIGHBOURS : 0;
        size_t end = k + NEIGHBOURS + 1 < n ? k + NEIGHBOURS + 1 : n;
        double near[2 * NEIGHBOURS + 1], middle;

        for (size_t j = first; j < end; j++)
            near[j - first] = residual[order[j]];
        middle = median(near, end - first);
        excess[order[k]] = middle > 0.0 ? residual[order[k]] / middle - 1.0 : 0.0;
    }
}

/* scratch [2 n] */
static size_t mark(unsigned char *rejected,
                   const double *residual,
                   const size_t *order,
                   size_t n,
                   double sigmas,
                   double *scratch)
{
    size_t count = 0;
    double *excess = scratch, *size = scratch + n, limit;

    find_excess(excess, residual, order, n);
    for (size_t i = 0; i < n; i++)
        size[i] = fabs(excess[i]);
    limit = fmax(sigmas * SIGMA_PER_MAD * median(size, n), LEAST_EXCESS);
    for (size_t i = 0; i < n; i++)
        if (excess[i] > limit) {
            rejected[i] = 1;
            count++;
        }
    return count;
}

enum atw_status atw_reject_outliers(unsigned char *rejected,
                                    const double *residual,
                                    const double *tilt_rad,
                                    size_t n,
                                    double sigmas,
                                    size_t *count,
                                    struct atw_error *err)
{
    double *scratch = calloc(2 * n, sizeof *scratch);
    size_t *order = calloc(n, sizeof *order);
    enum atw_status status = ATW_OK;

    if (scratch && order) {
        atw_sort_views(order, tilt_rad, n);
        *count = mark(rejected, residual, order, n, sigmas, scratch);
    } else {
        status = atw_error_set(err, ATW_ENOMEM, "alignment: out of memory");
    }
    free(scratch);
    free(order);
    return status;
}
