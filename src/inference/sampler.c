/* Samples of a probability density by ensembles of walkers. */
#include "inference/sampler.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STRETCH 2.0 /* z is in [1 / STRETCH, STRETCH] */
#define JUMP 2.38   /* over sqrt(2 n): best for normal densities */
#define GATHER 0.1  /* of the distance of two good walkers */
#define SCATTER_TRIES_MAX 1000

struct atw_sampler {
    struct atw_sampler_options options;
    struct atw_chains chains;
    size_t capacity; /* steps */
    gsl_rng **rng;   /* [n_ensembles] */
    /* where the walkers are: [n_ensembles][n_walkers][n_parameters], and the density */
    double *position, *log_density;
    double *proposal; /* [n_parameters] */
};

static enum atw_status check(const struct atw_sampler_options *options,
                             struct atw_error *err)
{
    if (options->n_parameters == 0 || options->n_ensembles == 0 ||
        options->keep_every == 0)
        return atw_error_set(err, ATW_EINVAL,
                             "sampler: %zu parameters, %zu ensembles, every %zu. step "
                             "kept; each must be at least 1",
                             options->n_parameters, options->n_ensembles,
                             options->keep_every);
    if (options->n_walkers % 2 != 0 || options->n_walkers < 2 * options->n_parameters ||
        options->n_walkers < 4)
        return atw_error_set(err, ATW_EINVAL,
                             "sampler: %zu walkers for %zu parameters; an even number is "
                             "needed, at least twice the parameters and 4",
                             options->n_walkers, options->n_parameters);
    return ATW_OK;
}

static enum atw_status open_streams(struct atw_sampler *sampler, struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t e = 0; e < sampler->options.n_ensembles && status == ATW_OK; e++) {
        struct atw_random_key key = sampler->options.key;

        key.item += e;
        status = atw_random_create(&sampler->rng[e], &key, err);
    }
    return status;
}

enum atw_status atw_sampler_create(struct atw_sampler **out,
                                   const struct atw_sampler_options *options,
                                   struct atw_error *err)
{
    size_t walkers = options->n_ensembles * options->n_walkers;
    struct atw_sampler *sampler = NULL;
    enum atw_status status = check(options, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    sampler = calloc(1, sizeof *sampler);
    if (sampler) {
        sampler->options = *options;
        sampler->chains = (struct atw_chains){.n_parameters = options->n_parameters,
                                              .n_ensembles = options->n_ensembles,
                                              .n_walkers = options->n_walkers,
                                              .keep_every = options->keep_every};
        sampler->rng = calloc(options->n_ensembles, sizeof(gsl_rng *));
        sampler->position =
            calloc(walkers * options->n_parameters, sizeof *sampler->position);
        sampler->log_density = calloc(walkers, sizeof *sampler->log_density);
        sampler->proposal = calloc(options->n_parameters, sizeof *sampler->proposal);
    }
    if (!sampler || !sampler->rng || !sampler->position || !sampler->log_density ||
        !sampler->proposal)
        status = atw_error_set(err, ATW_ENOMEM, "sampler: out of memory");
    else
        status = open_streams(sampler, err);
    if (status == ATW_OK)
        *out = sampler;
    else
        atw_sampler_destroy(sampler);
    return status;
}

void atw_sampler_destroy(struct atw_sampler *sampler)
{
    if (!sampler)
        return;
    for (size_t e = 0; sampler->rng && e < sampler->options.n_ensembles; e++)
        if (sampler->rng[e])
            gsl_rng_free(sampler->rng[e]);
    free(sampler->rng);
    free(sampler->position);
    free(sampler->log_density);
    free(sampler->proposal);
    free(sampler->chains.value);
    free(sampler->chains.log_density);
    free(sampler);
}

static double *position_of(const struct atw_sampler *sampler, size_t e, size_t walker)
{
    return sampler->position +
           (e * sampler->options.n_walkers + walker) * sampler->options.n_parameters;
}

/* ---- start ---------------------------------------------------------------- */

/* Box and Muller, one of the pair: a fixed count of numbers per deviate. */
static double normal_deviate(gsl_rng *rng)
{
    double u = 1.0 - gsl_rng_uniform(rng), angle = 2.0 * M_PI * gsl_rng_uniform(rng);

    return sqrt(-2.0 * log(u)) * cos(angle);
}

static enum atw_status place(struct atw_sampler *sampler,
                             size_t e,
                             size_t walker,
                             const double *centre,
                             const double *spread,
                             atw_log_density_fn density,
                             void *context,
                             struct atw_error *err)
{
    double *theta = position_of(sampler, e, walker);
    double *log_density = &sampler->log_density[e * sampler->options.n_walkers + walker];
    enum atw_status status = ATW_OK;

    for (int i = 0; i < SCATTER_TRIES_MAX && status == ATW_OK; i++) {
        for (size_t j = 0; j < sampler->options.n_parameters; j++)
            theta[j] = centre[j] + spread[j] * normal_deviate(sampler->rng[e]);
        status = density(context, theta, log_density, err);
        if (status == ATW_OK && isfinite(*log_density))
            return ATW_OK;
    }
    if (status == ATW_OK)
        status = atw_error_set(err, ATW_EDIVERGED,
                               "sampler: the density is 0 wherever a walker could start "
                               "(%d tries)",
                               SCATTER_TRIES_MAX);
    return status;
}

enum atw_status atw_sampler_scatter(struct atw_sampler *sampler,
                                    const double *centre,
                                    const double *spread,
                                    atw_log_density_fn density,
                                    void *context,
                                    struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t e = 0; e < sampler->options.n_ensembles; e++)
        for (size_t k = 0; k < sampler->options.n_walkers && status == ATW_OK; k++)
            status = place(sampler, e, k, centre, spread, density, context, err);
    return status;
}

/* ---- gather --------------------------------------------------------------- */

/* Indices of the walkers of an ensemble, best first. */
static void rank(size_t *order, const double *log_density, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = i;

        for (; at > 0 && log_density[order[at - 1]] < log_density[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

/* Put a walker beside another, off by a tenth of what two others are apart, or on it
 * where that has no density. */
static enum atw_status put_beside(struct atw_sampler *sampler,
                                  size_t e,
                                  size_t walker,
                                  const size_t beside[3],
                                  atw_log_density_fn density,
                                  void *context,
                                  struct atw_error *err)
{
    size_t n = sampler->options.n_parameters;
    double *log_density = sampler->log_density + e * sampler->options.n_walkers;
    double *theta = position_of(sampler, e, walker);
    const double *at = position_of(sampler, e, beside[0]);
    const double *a = position_of(sampler, e, beside[1]);
    const double *b = position_of(sampler, e, beside[2]);
    enum atw_status status;

    for (size_t j = 0; j < n; j++)
        theta[j] = at[j] + GATHER * (a[j] - b[j]);
    status = density(context, theta, &log_density[walker], err);
    if (status == ATW_OK && !isfinite(log_density[walker])) {
        memcpy(theta, at, n * sizeof *theta);
        log_density[walker] = log_density[beside[0]];
    }
    return status;
}

enum atw_status atw_sampler_gather(struct atw_sampler *sampler,
                                   atw_log_density_fn density,
                                   void *context,
                                   struct atw_error *err)
{
    size_t n = sampler->options.n_walkers, half = n / 2;
    size_t *order = calloc(n, sizeof *order);
    enum atw_status status = ATW_OK;

    if (!order)
        return atw_error_set(err, ATW_ENOMEM, "sampler: out of memory");
    for (size_t e = 0; e < sampler->options.n_ensembles; e++) {
        rank(order, sampler->log_density + e * n, n);
        for (size_t i = 0; i < half && status == ATW_OK; i++) {
            const size_t beside[3] = {order[i], order[(i + 1) % half],
                                      order[(i + half / 2 + 1) % half]};

            status =
                put_beside(sampler, e, order[half + i], beside, density, context, err);
        }
    }
    free(order);
    return status;
}

/* ---- walk ----------------------------------------------------------------- */

/* Proposes in sampler->proposal; returns the logarithm of the factor of the probability
 * to accept. Always four numbers of the stream. */
static double propose(struct atw_sampler *sampler, size_t e, size_t walker)
{
    size_t half = sampler->options.n_walkers / 2, n = sampler->options.n_parameters;
    size_t other = walker < half ? half : 0; /* first walker of the other half */
    gsl_rng *rng = sampler->rng[e];
    int stretches = gsl_rng_uniform(rng) < 0.5;
    size_t i = (size_t)(gsl_rng_uniform(rng) * (double)half);
    size_t step = 1 + (size_t)(gsl_rng_uniform(rng) * (double)(half - 1));
    double u = gsl_rng_uniform(rng), root = 1.0 + (STRETCH - 1.0) * u;
    double z = root * root / STRETCH, c = (0.5 + u) * JUMP / sqrt(2.0 * (double)n);
    const double *own = position_of(sampler, e, walker);
    const double *a = position_of(sampler, e, other + i);
    const double *b = position_of(sampler, e, other + (i + step) % half);

    for (size_t j = 0; j < n; j++)
        sampler->proposal[j] =
            stretches ? a[j] + z * (own[j] - a[j]) : own[j] + c * (a[j] - b[j]);
    return stretches ? (double)(n - 1) * log(z) : 0.0;
}

static enum atw_status jump(struct atw_sampler *sampler,
                            size_t e,
                            size_t walker,
                            atw_log_density_fn density,
                            void *context,
                            struct atw_error *err)
{
    double *own = &sampler->log_density[e * sampler->options.n_walkers + walker];
    double factor = propose(sampler, e, walker);
    double threshold = log(1.0 - gsl_rng_uniform(sampler->rng[e]));
    double log_density = -(double)INFINITY;
    enum atw_status status = density(context, sampler->proposal, &log_density, err);

    if (status != ATW_OK)
        return status;
    sampler->chains.n_proposed++;
    if (threshold < factor + log_density - *own) {
        memcpy(position_of(sampler, e, walker), sampler->proposal,
               sampler->options.n_parameters * sizeof *sampler->proposal);
        *own = log_density;
        sampler->chains.n_accepted++;
    }
    return ATW_OK;
}

static void keep(struct atw_sampler *sampler, size_t e, size_t step)
{
    struct atw_chains *chains = &sampler->chains;
    size_t walkers = chains->n_walkers, at = (step * chains->n_ensembles + e) * walkers;

    memcpy(chains->value + at * chains->n_parameters, position_of(sampler, e, 0),
           walkers * chains->n_parameters * sizeof *chains->value);
    memcpy(chains->log_density + at, sampler->log_density + e * walkers,
           walkers * sizeof *chains->log_density);
}

static enum atw_status walk(struct atw_sampler *sampler,
                            size_t e,
                            size_t n_kept,
                            atw_log_density_fn density,
                            void *context,
                            struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t step = sampler->chains.n_kept; step < n_kept && status == ATW_OK;
         step++) {
        for (size_t i = 0; i < sampler->options.keep_every; i++)
            for (size_t k = 0; k < sampler->options.n_walkers && status == ATW_OK; k++)
                status = jump(sampler, e, k, density, context, err);
        keep(sampler, e, step);
    }
    return status;
}

static enum atw_status
make_room(struct atw_sampler *sampler, size_t n_kept, struct atw_error *err)
{
    struct atw_chains *chains = &sampler->chains;
    size_t walkers = chains->n_ensembles * chains->n_walkers;
    double *grown;

    if (n_kept <= sampler->capacity)
        return ATW_OK;
    grown = reallocarray(chains->value, n_kept * walkers,
                         chains->n_parameters * sizeof *grown);
    if (grown) {
        chains->value = grown;
        grown = reallocarray(chains->log_density, n_kept * walkers, sizeof *grown);
    }
    if (!grown)
        return atw_error_set(err, ATW_ENOMEM, "sampler: no memory for %zu steps", n_kept);
    chains->log_density = grown;
    sampler->capacity = n_kept;
    return ATW_OK;
}

enum atw_status atw_sampler_run(struct atw_sampler *sampler,
                                size_t n_kept,
                                atw_log_density_fn density,
                                void *context,
                                struct atw_error *err)
{
    enum atw_status status = make_room(sampler, n_kept, err);

    for (size_t e = 0; e < sampler->options.n_ensembles && status == ATW_OK; e++)
        status = walk(sampler, e, n_kept, density, context, err);
    if (status == ATW_OK && n_kept > sampler->chains.n_kept)
        sampler->chains.n_kept = n_kept;
    return status;
}

const struct atw_chains *atw_sampler_chains(const struct atw_sampler *sampler)
{
    return &sampler->chains;
}
