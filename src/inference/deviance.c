/* Deviance of counts, and its mean and variance under the Poisson law. */
#include "inference/deviance.h"

#include <math.h>

/* Standard deviations of a deviance that are no chance. */
#define NOTICED_SIGMAS 5.0

/* Table over ln mu, from ATW_DEVIANCE_LEAST_MEAN on. */
enum { TABLE_POINTS = 64 };
#define TABLE_STEP 0.12

/* Beyond the table: d is chi^2 of one degree of freedom but for these terms,
 * E = 1 + 1/(6 mu), Var = 2 + 2/(3 mu) (Lawley's expansion, checked by the tests). */
static double mean_of_many(double mu)
{
    return 1.0 + 1.0 / (6.0 * mu);
}

static double variance_of_many(double mu)
{
    return 2.0 + 2.0 / (3.0 * mu);
}

static double deviance_of(double n, double mu)
{
    return 2.0 * (mu - n + (n > 0.0 ? n * log(n / mu) : 0.0));
}

/* First two moments by summing over all counts that matter. */
static void moments_at(double mu, double *mean, double *variance)
{
    double last = mu + 12.0 * sqrt(mu) + 20.0, first = 0.0, second = 0.0;

    for (double n = 0.0; n <= last; n += 1.0) {
        double p = exp(n * log(mu) - mu - lgamma(n + 1.0)), d = deviance_of(n, mu);

        first += p * d;
        second += p * d * d;
    }
    *mean = first;
    *variance = second - first * first;
}

struct table {
    double mean[TABLE_POINTS], variance[TABLE_POINTS];
};

static void fill(struct table *table)
{
    for (size_t i = 0; i < TABLE_POINTS; i++)
        moments_at(ATW_DEVIANCE_LEAST_MEAN * exp(TABLE_STEP * (double)i), &table->mean[i],
                   &table->variance[i]);
}

static void look_up(const struct table *table, double mu, double *mean, double *variance)
{
    double at = log(mu / ATW_DEVIANCE_LEAST_MEAN) / TABLE_STEP;
    size_t i = (size_t)at;
    double t = at - (double)i;

    if (i + 1 >= TABLE_POINTS) {
        *mean = mean_of_many(mu);
        *variance = variance_of_many(mu);
        return;
    }
    *mean = (1.0 - t) * table->mean[i] + t * table->mean[i + 1];
    *variance = (1.0 - t) * table->variance[i] + t * table->variance[i + 1];
}

void atw_deviance_add(struct atw_deviance *deviance,
                      const float *counts,
                      const float *mean,
                      size_t count)
{
    struct table table;

    fill(&table);
    for (size_t i = 0; i < count; i++) {
        double mu = fmax((double)mean[i], ATW_DEVIANCE_LEAST_MEAN), expected, variance;

        look_up(&table, mu, &expected, &variance);
        deviance->value += deviance_of(fmax((double)counts[i], 0.0), mu);
        deviance->expected += expected;
        deviance->variance += variance;
    }
    deviance->n_counts += count;
}

double atw_deviance_excess(const struct atw_deviance *deviance, size_t n_parameters)
{
    double expected = deviance->expected - (double)n_parameters;
    double excess = deviance->value - expected;

    return excess < NOTICED_SIGMAS * sqrt(deviance->variance) ? 0.0 : excess / expected;
}

double atw_deviance_ratio(const struct atw_deviance *deviance)
{
    return deviance->expected > 0.0 ? deviance->value / deviance->expected : (double)NAN;
}
