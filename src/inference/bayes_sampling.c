/* Walking until the chains of the estimator `bayes` can be trusted, or saying that they
 * cannot. */
#include <math.h>
#include <stdio.h>

#include "inference/bayes_internal.h"

#define N_ENSEMBLES 4
#define WALKERS_LEAST 24
#define WALKERS_PER_PARAMETER 3
#define KEEP_EVERY 4
#define PILOT_STEPS 200  /* then the stuck walkers are freed */
#define FIRST_STEPS 2000 /* doubled until the chains agree */
#define BURN_IN_SHARE 4  /* the first quarter is left out */

#define R_HAT_GREATEST 1.01
#define AUTOCORRELATION_TIMES 50.0 /* that a chain must be long */

static enum atw_status start(struct atw_bayes_sampling *sampling, struct atw_error *err)
{
    const struct atw_posterior *posterior = &sampling->posterior;
    size_t walkers = WALKERS_PER_PARAMETER * posterior->n_parameters;
    const struct atw_sampler_options options = {
        .n_parameters = posterior->n_parameters,
        .n_ensembles = N_ENSEMBLES,
        .n_walkers = walkers < WALKERS_LEAST ? WALKERS_LEAST : walkers + walkers % 2,
        .keep_every = KEEP_EVERY,
        .key = {.seed = posterior->options->seed,
                .stage = ATW_RANDOM_POSTERIOR,
                .point = (uint32_t)posterior->joint->delta_T_model}};
    double centre[ATW_POSTERIOR_PARAMETERS_MAX], spread[ATW_POSTERIOR_PARAMETERS_MAX];
    enum atw_status status = atw_sampler_create(&sampling->sampler, &options, err);

    if (status == ATW_OK)
        status = atw_posterior_start(posterior, centre, spread, err);
    if (status == ATW_OK)
        status =
            atw_sampler_scatter(sampling->sampler, centre, spread,
                                atw_posterior_log_density, &sampling->posterior, err);
    if (status == ATW_OK)
        status = atw_sampler_run(sampling->sampler, PILOT_STEPS / KEEP_EVERY,
                                 atw_posterior_log_density, &sampling->posterior, err);
    if (status == ATW_OK)
        status = atw_sampler_gather(sampling->sampler, atw_posterior_log_density,
                                    &sampling->posterior, err);
    return status;
}

enum atw_status atw_chains_check_health(struct atw_chain_health *health,
                                        const struct atw_chains *chains,
                                        size_t first,
                                        struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    *health = (struct atw_chain_health){.effective_samples = INFINITY};
    for (size_t j = 0; j < chains->n_parameters && status == ATW_OK; j++) {
        struct atw_chain_statistics one;

        status = atw_chain_statistics(&one, chains, first, j, err);
        if (status != ATW_OK)
            break;
        /* NaN for walkers that never moved: as bad as can be */
        if (!(one.r_hat <= health->r_hat))
            health->r_hat = isnan(one.r_hat) ? INFINITY : one.r_hat;
        health->effective_samples =
            fmin(health->effective_samples, one.effective_samples);
        health->autocorrelation_steps =
            fmax(health->autocorrelation_steps, one.autocorrelation_steps);
        health->n_steps = one.n_steps;
    }
    return status;
}

int atw_chains_are_healthy(const struct atw_chain_health *health,
                           double effective_samples)
{
    return health->r_hat <= R_HAT_GREATEST &&
           health->effective_samples >= effective_samples &&
           health->n_steps >= AUTOCORRELATION_TIMES * health->autocorrelation_steps;
}

/* A chain too short to tell its autocorrelation time has an infinite one. */
static enum atw_status refuse(const struct atw_chain_health *health,
                              const struct atw_bayes_options *options,
                              struct atw_error *err)
{
    char time[64] = "longer than can be told from it";

    if (isfinite(health->autocorrelation_steps))
        (void)snprintf(time, sizeof time, "%.0f steps", health->autocorrelation_steps);
    return atw_error_set(
        err, ATW_EDIVERGED,
        "the chains are too short to trust after %zu steps: R-hat %.3f (at most %g), "
        "%.0f effective samples (at least %.0f), autocorrelation time %s (at most 1/%.0f "
        "of the chain); allow more steps",
        options->n_steps_max, health->r_hat, R_HAT_GREATEST, health->effective_samples,
        options->effective_samples, time, AUTOCORRELATION_TIMES);
}

enum atw_status atw_bayes_sample(struct atw_bayes_sampling *sampling,
                                 struct atw_error *err)
{
    const struct atw_bayes_options *options = sampling->posterior.options;
    const struct atw_chain_health *health = &sampling->health;
    size_t kept_max = options->n_steps_max / KEEP_EVERY;
    size_t n_kept = FIRST_STEPS / KEEP_EVERY;
    enum atw_status status = start(sampling, err);

    while (status == ATW_OK) {
        n_kept = n_kept < kept_max ? n_kept : kept_max;
        status = atw_sampler_run(sampling->sampler, n_kept, atw_posterior_log_density,
                                 &sampling->posterior, err);
        if (status != ATW_OK)
            return status;
        sampling->chains = atw_sampler_chains(sampling->sampler);
        sampling->first = sampling->chains->n_kept / BURN_IN_SHARE;
        status = atw_chains_check_health(&sampling->health, sampling->chains,
                                         sampling->first, err);
        if (status != ATW_OK ||
            atw_chains_are_healthy(health, options->effective_samples))
            return status;
        if (n_kept == kept_max)
            return refuse(health, options, err);
        n_kept *= 2;
    }
    return status;
}
