/* Distributions of the factors of a study, as quantile functions.
 *
 * Every design works in the unit cube; the quantile function turns a coordinate into a
 * value. A list of values is a discrete distribution, so that grids and random designs
 * treat factors alike. */
#ifndef ATW_STUDY_DISTRIBUTION_H
#define ATW_STUDY_DISTRIBUTION_H

#include <stddef.h>

#include "core/status.h"

enum atw_distribution_kind {
    ATW_DISTRIBUTION_UNIFORM,
    ATW_DISTRIBUTION_NORMAL,
    ATW_DISTRIBUTION_LOGNORMAL,
    ATW_DISTRIBUTION_DISCRETE
};

/* min and max bound the uniform distribution and truncate the others: what lies outside
 * is cut off and the rest scaled up. Infinite: not truncated. */
struct atw_distribution {
    enum atw_distribution_kind kind;
    double min, max;
    double mean, std; /* normal: of the value; lognormal: median of the value, std of its
                         natural logarithm */
    size_t n_values;  /* discrete: the quantile is an index below this */
    const double *weights; /* [n_values], borrowed; NULL: equal */
};

/* ATW_EINVAL with the reason: min not below max, a std that is not positive, a median
 * that is not positive, no values, a negative weight or none positive, or a truncation
 * that leaves less than 1e-6 of the distribution. */
enum atw_status atw_distribution_check(const struct atw_distribution *distribution,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* Value at probability u in (0, 1); of a discrete distribution the index of the value. */
double atw_distribution_quantile(const struct atw_distribution *distribution, double u);

#endif
