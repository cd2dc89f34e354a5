/* Distributions of the factors of a study: quantile functions, truncation by rescaling
 * the probability between those of the two bounds. */
#include "study/distribution.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

/* A truncation that leaves less is taken for a mistake. */
#define LEAST_PROBABILITY 1e-6

static double standard_score(const struct atw_distribution *distribution, double value)
{
    if (isinf(value))
        return value;
    if (distribution->kind == ATW_DISTRIBUTION_NORMAL)
        return (value - distribution->mean) / distribution->std;
    return value > 0.0 ? log(value / distribution->mean) / distribution->std : -INFINITY;
}

static double remaining_probability(const struct atw_distribution *distribution)
{
    return gsl_cdf_ugaussian_P(standard_score(distribution, distribution->max)) -
           gsl_cdf_ugaussian_P(standard_score(distribution, distribution->min));
}

static enum atw_status check_weights(const struct atw_distribution *distribution,
                                     struct atw_error *err)
{
    double sum = 0.0;

    if (distribution->n_values == 0)
        return atw_error_set(err, ATW_EINVAL, "give at least one value");
    if (!distribution->weights)
        return ATW_OK;
    for (size_t i = 0; i < distribution->n_values; i++) {
        if (!(distribution->weights[i] >= 0.0) || isinf(distribution->weights[i]))
            return atw_error_set(err, ATW_EINVAL,
                                 "weight %g; allowed: 0 or a positive number",
                                 distribution->weights[i]);
        sum += distribution->weights[i];
    }
    if (!(sum > 0.0))
        return atw_error_set(err, ATW_EINVAL, "every weight is 0");
    return ATW_OK;
}

static enum atw_status check_spread(const struct atw_distribution *distribution,
                                    struct atw_error *err)
{
    double probability;

    if (!(distribution->std > 0.0) || isinf(distribution->std))
        return atw_error_set(err, ATW_EINVAL, "std %g; allowed: a positive number",
                             distribution->std);
    if (distribution->kind == ATW_DISTRIBUTION_LOGNORMAL && !(distribution->mean > 0.0))
        return atw_error_set(err, ATW_EINVAL,
                             "the median %g of a lognormal distribution must be positive",
                             distribution->mean);
    probability = remaining_probability(distribution);
    if (!(probability >= LEAST_PROBABILITY))
        return atw_error_set(err, ATW_EINVAL,
                             "only the fraction %.2g of the distribution lies between "
                             "min and max; widen them or move the centre",
                             probability);
    return ATW_OK;
}

enum atw_status atw_distribution_check(const struct atw_distribution *distribution,
                                       struct atw_error *err)
{
    if (distribution->kind == ATW_DISTRIBUTION_DISCRETE)
        return check_weights(distribution, err);
    if (!(distribution->min < distribution->max))
        return atw_error_set(err, ATW_EINVAL, "min %g is not below max %g",
                             distribution->min, distribution->max);
    if (distribution->kind == ATW_DISTRIBUTION_UNIFORM) {
        if (isinf(distribution->min) || isinf(distribution->max))
            return atw_error_set(err, ATW_EINVAL,
                                 "a uniform distribution needs min and max");
        return ATW_OK;
    }
    return check_spread(distribution, err);
}

/* Standard normal quantile between two scores. The upper tail is used where it is the
 * smaller one, so that a truncation far out keeps its digits. */
static double truncated_score(double low, double high, double u)
{
    double p_low, p_high;

    if (low > 0.0)
        return -truncated_score(-high, -low, 1.0 - u);
    p_low = gsl_cdf_ugaussian_P(low);
    p_high = gsl_cdf_ugaussian_P(high);
    return fmin(fmax(gsl_cdf_ugaussian_Pinv(p_low + u * (p_high - p_low)), low), high);
}

static double discrete_quantile(const struct atw_distribution *distribution, double u)
{
    size_t last = distribution->n_values - 1;
    double sum = 0.0, target;

    if (!distribution->weights)
        return fmin(floor(u * (double)distribution->n_values), (double)last);
    for (size_t i = 0; i <= last; i++)
        sum += distribution->weights[i];
    target = u * sum;
    sum = 0.0;
    for (size_t i = 0; i < last; i++) {
        sum += distribution->weights[i];
        if (target < sum)
            return (double)i;
    }
    while (last > 0 && distribution->weights[last] <= 0.0)
        last--;
    return (double)last;
}

double atw_distribution_quantile(const struct atw_distribution *distribution, double u)
{
    double score;

    switch (distribution->kind) {
    case ATW_DISTRIBUTION_UNIFORM:
        return distribution->min + u * (distribution->max - distribution->min);
    case ATW_DISTRIBUTION_DISCRETE:
        return discrete_quantile(distribution, u);
    case ATW_DISTRIBUTION_NORMAL:
    case ATW_DISTRIBUTION_LOGNORMAL:
        break;
    }
    score = truncated_score(standard_score(distribution, distribution->min),
                            standard_score(distribution, distribution->max), u);
    if (distribution->kind == ATW_DISTRIBUTION_NORMAL)
        return distribution->mean + distribution->std * score;
    return distribution->mean * exp(distribution->std * score);
}
