/* What chains of walkers say about a distribution, and how far they can be trusted. */
#include "inference/chain_statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_fft_halfcomplex.h>
#include <gsl/gsl_fft_real.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#define WINDOW_TIMES 5.0 /* Sokal: of the autocorrelation time */
#define STEPS_LEAST 4

static double
value_at(const struct atw_chains *chains, size_t step, size_t e, size_t walker, size_t j)
{
    return chains->value[((step * chains->n_ensembles + e) * chains->n_walkers + walker) *
                             chains->n_parameters +
                         j];
}

/* Mean and sum of squared distances from it, over steps [from, to) of an ensemble. */
static void moments(const struct atw_chains *chains,
                    size_t e,
                    size_t from,
                    size_t to,
                    size_t j,
                    double *mean,
                    double *square)
{
    double count = (double)((to - from) * chains->n_walkers), sum = 0.0;

    for (size_t step = from; step < to; step++)
        for (size_t k = 0; k < chains->n_walkers; k++)
            sum += value_at(chains, step, e, k, j);
    *mean = sum / count;
    *square = 0.0;
    for (size_t step = from; step < to; step++)
        for (size_t k = 0; k < chains->n_walkers; k++) {
            double distance = value_at(chains, step, e, k, j) - *mean;

            *square += distance * distance;
        }
}

/* Mean, deviation and R-hat from the halves of all ensembles. With 2 n_ensembles halves
 * of n samples each, W the mean variance within and B / n that of the means:
 * R-hat^2 = ((n - 1) / n W + B / n) / W. */
static void compare_halves(struct atw_chain_statistics *statistics,
                           const struct atw_chains *chains,
                           size_t first,
                           size_t j)
{
    size_t half = (chains->n_kept - first) / 2, n_halves = 2 * chains->n_ensembles;
    double n = (double)(half * chains->n_walkers);
    double within = 0.0, between = 0.0, mean = 0.0;

    for (size_t h = 0; h < n_halves; h++) {
        size_t from = h % 2 ? chains->n_kept - half : first;
        double own_mean, square, delta;

        moments(chains, h / 2, from, from + half, j, &own_mean, &square);
        within += square / (n - 1.0) / (double)n_halves;
        delta = own_mean - mean; /* updated mean: Welford */
        mean += delta / (double)(h + 1);
        between += delta * (own_mean - mean);
    }
    between /= (double)(n_halves - 1);
    statistics->mean = mean;
    statistics->std = sqrt((n - 1.0) / n * within + between);
    statistics->r_hat = statistics->std / sqrt(within);
}

/* Add |transform|^2 of one walker's distances from the mean to `power` [size], which is
 * halfcomplex: the real parts hold it. */
static void add_power(double *power,
                      double *scratch,
                      size_t size,
                      const struct atw_chains *chains,
                      size_t first,
                      size_t walker_of_all,
                      size_t j,
                      double mean)
{
    size_t e = walker_of_all / chains->n_walkers, k = walker_of_all % chains->n_walkers;

    memset(scratch, 0, size * sizeof *scratch);
    for (size_t step = first; step < chains->n_kept; step++)
        scratch[step - first] = value_at(chains, step, e, k, j) - mean;
    gsl_fft_real_radix2_transform(scratch, 1, size);
    power[0] += scratch[0] * scratch[0];
    power[size / 2] += scratch[size / 2] * scratch[size / 2];
    for (size_t i = 1; i < size / 2; i++)
        power[i] += scratch[i] * scratch[i] + scratch[size - i] * scratch[size - i];
}

/* In kept steps, from the summed products of walkers with themselves t steps later. */
static double time_of(const double *product, size_t n)
{
    double time = 1.0;

    for (size_t t = 1; t < n; t++) {
        time += 2.0 * product[t] / product[0];
        if ((double)t >= WINDOW_TIMES * time)
            return fmax(time, 1.0);
    }
    return INFINITY;
}

static enum atw_status find_time(struct atw_chain_statistics *statistics,
                                 const struct atw_chains *chains,
                                 size_t first,
                                 size_t j,
                                 struct atw_error *err)
{
    size_t n = chains->n_kept - first, walkers = chains->n_ensembles * chains->n_walkers;
    size_t size = 1;
    double *power, *scratch;
    enum atw_status status = ATW_OK;

    while (size < 2 * n)
        size *= 2;
    power = calloc(size, sizeof *power);
    scratch = calloc(size, sizeof *scratch);
    if (!power || !scratch) {
        status = atw_error_set(err, ATW_ENOMEM, "chain statistics: out of memory");
        goto cleanup;
    }
    for (size_t k = 0; k < walkers; k++)
        add_power(power, scratch, size, chains, first, k, j, statistics->mean);
    gsl_fft_halfcomplex_radix2_inverse(power, 1, size);
    statistics->autocorrelation_steps =
        power[0] > 0.0 ? (double)chains->keep_every * time_of(power, n) : INFINITY;
    statistics->n_steps = (double)(n * chains->keep_every);
    statistics->effective_samples =
        statistics->n_steps * (double)walkers / statistics->autocorrelation_steps;
cleanup:
    free(power);
    free(scratch);
    return status;
}

enum atw_status atw_chain_statistics(struct atw_chain_statistics *statistics,
                                     const struct atw_chains *chains,
                                     size_t first,
                                     size_t parameter,
                                     struct atw_error *err)
{
    if (chains->n_kept < first + STEPS_LEAST)
        return atw_error_set(
            err, ATW_EINVAL,
            "chain statistics: %zu steps are kept and the first %zu left "
            "out; at least %d must remain",
            chains->n_kept, first, STEPS_LEAST);
    compare_halves(statistics, chains, first, parameter);
    return find_time(statistics, chains, first, parameter, err);
}

enum atw_status atw_chain_quantiles(double *quantile,
                                    const double *level,
                                    size_t n_levels,
                                    const struct atw_chains *chains,
                                    size_t first,
                                    size_t parameter,
                                    struct atw_error *err)
{
    size_t walkers = chains->n_ensembles * chains->n_walkers;
    size_t count = chains->n_kept > first ? (chains->n_kept - first) * walkers : 0;
    double *sorted;

    if (count == 0)
        return atw_error_set(err, ATW_EINVAL, "chain quantiles: there are no samples");
    sorted = malloc(count * sizeof *sorted);
    if (!sorted)
        return atw_error_set(err, ATW_ENOMEM, "chain quantiles: out of memory");
    for (size_t i = 0; i < count; i++)
        sorted[i] =
            chains->value[(first * walkers + i) * chains->n_parameters + parameter];
    gsl_sort(sorted, 1, count);
    for (size_t i = 0; i < n_levels; i++)
        quantile[i] = gsl_stats_quantile_from_sorted_data(sorted, 1, count, level[i]);
    free(sorted);
    return ATW_OK;
}
