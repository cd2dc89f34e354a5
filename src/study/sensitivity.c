/* Sobol' indices and elementary effects with bootstrap intervals. Both are functions of a
 * list of blocks; the bootstrap draws blocks with replacement and evaluates them again.
 */
#include "study/sensitivity.h"

#include <math.h>
#include <stdlib.h>

#include "core/random.h"

#define Z_975 1.959963984540054

/* Outcomes of the blocks without a gap, and values computed from a choice of them. */
struct blocks {
    const double *row; /* [n_blocks][width] */
    size_t width, n_factors;
    size_t *used; /* [n_used], indices of blocks */
    size_t n_used;
};

/* values  out, [n_values] computed from blocks chosen[0 .. n_used) */
typedef void (*evaluate_fn)(const struct blocks *blocks,
                            const size_t *chosen,
                            double *values);

static enum atw_status
select_blocks(struct blocks *blocks, size_t n_blocks, struct atw_error *err)
{
    blocks->used = malloc((n_blocks + 1) * sizeof *blocks->used);
    if (!blocks->used)
        return atw_error_set(err, ATW_ENOMEM, "sensitivity: out of memory");
    blocks->n_used = 0;
    for (size_t k = 0; k < n_blocks; k++) {
        int complete = 1;

        for (size_t i = 0; i < blocks->width; i++)
            complete = complete && isfinite(blocks->row[k * blocks->width + i]);
        if (complete)
            blocks->used[blocks->n_used++] = k;
    }
    return ATW_OK;
}

/* Standard errors of n_values values over resamples; NaN resamples (no variance in the
 * draw) are left out. */
static enum atw_status resample(const struct blocks *blocks,
                                evaluate_fn evaluate,
                                size_t n_values,
                                const struct atw_bootstrap *bootstrap,
                                double *se,
                                struct atw_error *err)
{
    struct atw_random_key key = {.seed = bootstrap->seed, .stage = ATW_RANDOM_BOOTSTRAP};
    double *values = calloc(4 * n_values, sizeof *values);
    double *mean = values + n_values, *square = mean + n_values, *n = square + n_values;
    size_t *chosen = malloc((blocks->n_used + 1) * sizeof *chosen);
    gsl_rng *rng = NULL;
    enum atw_status status = ATW_OK;

    if (!values || !chosen)
        status = atw_error_set(err, ATW_ENOMEM, "bootstrap: out of memory");
    if (status == ATW_OK)
        status = atw_random_create(&rng, &key, err);
    for (size_t b = 0; status == ATW_OK && b < bootstrap->n_resamples; b++) {
        for (size_t k = 0; k < blocks->n_used; k++)
            chosen[k] =
                blocks->used[(size_t)(gsl_rng_uniform(rng) * (double)blocks->n_used)];
        evaluate(blocks, chosen, values);
        for (size_t i = 0; i < n_values; i++)
            if (isfinite(values[i])) { /* running mean and sum of squares (Welford) */
                double deviation = values[i] - mean[i];

                n[i] += 1.0;
                mean[i] += deviation / n[i];
                square[i] += deviation * (values[i] - mean[i]);
            }
    }
    for (size_t i = 0; status == ATW_OK && i < n_values; i++)
        se[i] = n[i] > 1.0 ? sqrt(square[i] / (n[i] - 1.0)) : NAN;
    gsl_rng_free(rng);
    free(chosen);
    free(values);
    return status;
}

static struct atw_index index_of(double value, double se)
{
    struct atw_index index = {.value = value,
                              .se = se,
                              .interval_95 = {value - Z_975 * se, value + Z_975 * se}};

    index.is_zero_within_noise =
        index.interval_95[0] <= 0.0 && index.interval_95[1] >= 0.0;
    return index;
}

/* Evaluate and resample: value[i] and se[i], NaN with fewer than two blocks. */
static enum atw_status estimate(struct blocks *blocks,
                                evaluate_fn evaluate,
                                size_t n_values,
                                const struct atw_bootstrap *bootstrap,
                                double *value,
                                double *se,
                                struct atw_error *err)
{
    for (size_t i = 0; i < n_values; i++)
        value[i] = se[i] = NAN;
    if (blocks->n_used < 2)
        return ATW_OK;
    evaluate(blocks, blocks->used, value);
    return resample(blocks, evaluate, n_values, bootstrap, se, err);
}

/* Mean and variance of the outcomes at A and B of the chosen blocks. */
static void
base_moments(const struct blocks *blocks, const size_t *chosen, double *mean, double *var)
{
    double n = 2.0 * (double)blocks->n_used;

    *mean = *var = 0.0;
    for (size_t k = 0; k < blocks->n_used; k++) {
        const double *row = blocks->row + chosen[k] * blocks->width;

        *mean += (row[0] + row[1]) / n;
    }
    for (size_t k = 0; k < blocks->n_used; k++) {
        const double *row = blocks->row + chosen[k] * blocks->width;

        *var +=
            ((row[0] - *mean) * (row[0] - *mean) + (row[1] - *mean) * (row[1] - *mean)) /
            (n - 1.0);
    }
}

/* values: first order of every factor, then total order. The mean is taken off first,
 * which changes no expectation and takes most of the noise out of the first order. */
static void
evaluate_sobol(const struct blocks *blocks, const size_t *chosen, double *values)
{
    double mean, variance, n = (double)blocks->n_used;

    base_moments(blocks, chosen, &mean, &variance);
    for (size_t i = 0; i < blocks->n_factors; i++) {
        double first = 0.0, total = 0.0;

        for (size_t k = 0; k < blocks->n_used; k++) {
            const double *row = blocks->row + chosen[k] * blocks->width;
            double change = row[2 + i] - row[0];

            first += (row[1] - mean) * change;
            total += change * change;
        }
        values[i] = variance > 0.0 ? first / n / variance : NAN;
        values[blocks->n_factors + i] =
            variance > 0.0 ? total / (2.0 * n) / variance : NAN;
    }
}

enum atw_status atw_sobol_indices(struct atw_sobol_index *indices,
                                  const double *outcomes,
                                  size_t n_blocks,
                                  size_t n_factors,
                                  const struct atw_bootstrap *bootstrap,
                                  size_t *n_used,
                                  struct atw_error *err)
{
    struct blocks blocks = {
        .row = outcomes, .width = n_factors + 2, .n_factors = n_factors};
    double *value = calloc(4 * n_factors + 1, sizeof *value);
    double *se = value + 2 * n_factors;
    enum atw_status status = ATW_OK;

    if (!value)
        return atw_error_set(err, ATW_ENOMEM, "sensitivity: out of memory");
    status = select_blocks(&blocks, n_blocks, err);
    if (status == ATW_OK)
        status =
            estimate(&blocks, evaluate_sobol, 2 * n_factors, bootstrap, value, se, err);
    for (size_t i = 0; status == ATW_OK && i < n_factors; i++) {
        indices[i].first = index_of(value[i], se[i]);
        indices[i].total = index_of(value[n_factors + i], se[n_factors + i]);
    }
    *n_used = blocks.n_used;
    free(blocks.used);
    free(value);
    return status;
}

/* values: mu*, mu, sigma of every factor; a row holds the effects of one trajectory. */
static void
evaluate_morris(const struct blocks *blocks, const size_t *chosen, double *values)
{
    double n = (double)blocks->n_used;

    for (size_t i = 0; i < blocks->n_factors; i++) {
        double sum = 0.0, magnitude = 0.0, square = 0.0;

        for (size_t k = 0; k < blocks->n_used; k++) {
            double effect = blocks->row[chosen[k] * blocks->width + i];

            sum += effect;
            magnitude += fabs(effect);
        }
        for (size_t k = 0; k < blocks->n_used; k++) {
            double deviation = blocks->row[chosen[k] * blocks->width + i] - sum / n;

            square += deviation * deviation;
        }
        values[i] = magnitude / n;
        values[blocks->n_factors + i] = sum / n;
        values[2 * blocks->n_factors + i] = sqrt(square / (n - 1.0));
    }
}

/* Effects of one trajectory: each step moved one coordinate. */
static void effects_of(double *effects, const double *u, const double *y, size_t n)
{
    for (size_t step = 1; step <= n; step++)
        for (size_t i = 0; i < n; i++) {
            double moved = u[step * n + i] - u[(step - 1) * n + i];

            if (fabs(moved) > 0.0)
                effects[i] = (y[step] - y[step - 1]) / moved;
        }
}

enum atw_status atw_morris_indices(struct atw_morris_index *indices,
                                   const double *u,
                                   const double *outcomes,
                                   size_t n_blocks,
                                   size_t n_factors,
                                   const struct atw_bootstrap *bootstrap,
                                   size_t *n_used,
                                   struct atw_error *err)
{
    struct blocks blocks = {.width = n_factors, .n_factors = n_factors};
    double *effects = calloc(n_blocks * n_factors + 1, sizeof *effects);
    double *value = calloc(6 * n_factors + 1, sizeof *value);
    double *se = value + 3 * n_factors;
    enum atw_status status = ATW_OK;

    if (!effects || !value)
        status = atw_error_set(err, ATW_ENOMEM, "sensitivity: out of memory");
    blocks.row = effects;
    for (size_t k = 0; status == ATW_OK && k < n_blocks; k++)
        effects_of(effects + k * n_factors, u + k * (n_factors + 1) * n_factors,
                   outcomes + k * (n_factors + 1), n_factors);
    if (status == ATW_OK)
        status = select_blocks(&blocks, n_blocks, err);
    if (status == ATW_OK)
        status =
            estimate(&blocks, evaluate_morris, 3 * n_factors, bootstrap, value, se, err);
    for (size_t i = 0; status == ATW_OK && i < n_factors; i++) {
        indices[i].mu_star = index_of(value[i], se[i]);
        indices[i].mu = value[n_factors + i];
        indices[i].sigma = value[2 * n_factors + i];
    }
    *n_used = blocks.n_used;
    free(blocks.used);
    free(effects);
    free(value);
    return status;
}
