/* Bias and covariance of the diffusivities by parametric bootstrap through the chain.
 *
 * B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapter 6: the
 * data are drawn again from the fitted model, and what the estimator then finds is
 * compared with what was put in. The inverse of a sample covariance of m values from n
 * draws is too large by (n - 1) / (n - m - 2): J. Hartlap, P. Simon, P. Schneider,
 * Astron. Astrophys. 464 (2007) 399. */
#include "inference/gls_internal.h"

#include <math.h>
#include <stdlib.h>

/* An interval with a D in fewer of the draws is left out. */
#define SHARE_LEAST 0.9

enum { N_INTERVALS = ATW_ARRHENIUS_PARTICLES_MAX * ATW_STEPS_MAX };

struct draws {
    size_t count;
    double *ln_D; /* [count][N_INTERVALS], NaN: none found */
};

/* S of every step from its start on. */
static void accumulate(double *S_m2,
                       const struct atw_observations *observations,
                       const double *D_m2_per_s)
{
    for (size_t p = 0; p < observations->n_particles; p++) {
        const struct atw_observed_particle *particle = &observations->particles[p];
        double sum = 0.0;

        for (size_t k = 0; k < particle->n_steps; k++) {
            sum += D_m2_per_s[p * ATW_STEPS_MAX + k] * particle->dwell_s[k];
            S_m2[p * ATW_STEPS_MAX + k] = sum;
        }
    }
}

static enum atw_status draw(struct draws *draws,
                            const struct atw_observations *observations,
                            const struct atw_forward_model *model,
                            const double *D_m2_per_s,
                            struct atw_error *err)
{
    double S_m2[N_INTERVALS] = {0.0};
    enum atw_status status = ATW_OK;

    accumulate(S_m2, observations, D_m2_per_s);
    for (size_t b = 0; b < draws->count && status == ATW_OK; b++) {
        struct atw_interval_result *interval = NULL;

        status = model->intervals_again(model->context, S_m2, b, &interval, err);
        for (size_t i = 0; status == ATW_OK && i < N_INTERVALS; i++) {
            int is_there =
                i / ATW_STEPS_MAX < observations->n_particles &&
                i % ATW_STEPS_MAX < observations->particles[i / ATW_STEPS_MAX].n_steps;

            draws->ln_D[b * N_INTERVALS + i] =
                is_there && atw_interval_is_ok(&interval[i]) ? log(interval[i].D_m2_per_s)
                                                             : NAN;
        }
        free(interval);
    }
    return status;
}

/* Intervals of a particle that nearly always have a D. */
static size_t
choose(size_t *chosen, const struct draws *draws, size_t particle, size_t n_steps)
{
    size_t count = 0;

    for (size_t k = 0; k < n_steps; k++) {
        size_t found = 0;

        for (size_t b = 0; b < draws->count; b++)
            found += isnan(draws->ln_D[b * N_INTERVALS + particle * ATW_STEPS_MAX + k])
                         ? 0
                         : 1;
        if ((double)found >= SHARE_LEAST * (double)draws->count)
            chosen[count++] = particle * ATW_STEPS_MAX + k;
    }
    return count;
}

static int is_complete(const double *ln_D, const size_t *chosen, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(ln_D[chosen[i]]))
            return 0;
    return 1;
}

/* Of one particle, from the draws in which all of its chosen intervals have a D. Returns
 * whether there are enough of them. */
static int summarise(struct atw_gls_errors *errors,
                     const struct draws *draws,
                     const double *D_m2_per_s,
                     size_t particle,
                     size_t n_steps)
{
    size_t chosen[ATW_STEPS_MAX], n = 0;
    size_t m = choose(chosen, draws, particle, n_steps);
    double mean[ATW_STEPS_MAX] = {0.0}, scale;

    for (size_t b = 0; b < draws->count; b++) {
        const double *ln_D = draws->ln_D + b * N_INTERVALS;

        if (!is_complete(ln_D, chosen, m))
            continue;
        n++;
        for (size_t i = 0; i < m; i++)
            mean[i] += ln_D[chosen[i]];
    }
    if (m == 0 || n < m + 3)
        return 0;
    for (size_t i = 0; i < m; i++) {
        mean[i] /= (double)n;
        errors->bias[chosen[i]] = mean[i] - log(D_m2_per_s[chosen[i]]);
    }
    /* of n - 1 sums; of the mean as well; of the inverse */
    scale = (1.0 + 1.0 / (double)n) / (double)(n - m - 2);
    for (size_t b = 0; b < draws->count; b++) {
        const double *ln_D = draws->ln_D + b * N_INTERVALS;

        if (!is_complete(ln_D, chosen, m))
            continue;
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < m; j++)
                errors->covariance[particle][chosen[i] % ATW_STEPS_MAX]
                                  [chosen[j] % ATW_STEPS_MAX] +=
                    scale * (ln_D[chosen[i]] - mean[i]) * (ln_D[chosen[j]] - mean[j]);
    }
    return 1;
}

enum atw_status atw_gls_bootstrap(struct atw_gls_errors **out,
                                  const struct atw_observations *observations,
                                  const struct atw_forward_model *model,
                                  const double *D_m2_per_s,
                                  struct atw_error *err)
{
    struct draws draws = {.count = observations->gls_draws};
    struct atw_gls_errors *errors = calloc(1, sizeof *errors);
    enum atw_status status = ATW_OK;
    size_t n_good = 0;

    *out = NULL;
    draws.ln_D = calloc(draws.count * N_INTERVALS, sizeof *draws.ln_D);
    if (!errors || !draws.ln_D) {
        status = atw_error_set(err, ATW_ENOMEM, "gls: out of memory");
        goto cleanup;
    }
    status = draw(&draws, observations, model, D_m2_per_s, err);
    if (status != ATW_OK)
        goto cleanup;
    for (size_t i = 0; i < N_INTERVALS; i++)
        errors->bias[i] = NAN;
    for (size_t p = 0; p < observations->n_particles; p++)
        n_good += (size_t)summarise(errors, &draws, D_m2_per_s, p,
                                    observations->particles[p].n_steps);
    if (n_good == 0)
        status = atw_error_set(err, ATW_EINVAL,
                               "no particle has diffusivities in enough of the %zu draws "
                               "of the bootstrap; raise analysis.gls.bootstrap",
                               draws.count);
    if (status == ATW_OK) {
        *out = errors;
        errors = NULL; /* now owned by the caller */
    }
cleanup:
    free(errors);
    free(draws.ln_D);
    return status;
}
