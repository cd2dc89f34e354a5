/* The table of estimators and the list of estimates they append to. */
#include "inference/estimator.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inference/least_squares.h"

#define NAME_LIST_SIZE 256
/* Chance of as large a chi^2 below which people are told. */
#define TOLD_LEVEL 0.001

const struct atw_estimator *const atw_estimators[] = {
    &atw_estimator_paper, &atw_estimator_joint,  &atw_estimator_bayes,
    &atw_estimator_gls,   &atw_estimator_direct, NULL};

static void list_names(char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; atw_estimators[i] && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "",
                                 atw_estimators[i]->name);
}

enum atw_status atw_estimator_find(const struct atw_estimator **estimator,
                                   const char *name,
                                   struct atw_error *err)
{
    char names[NAME_LIST_SIZE];

    *estimator = NULL;
    for (size_t i = 0; atw_estimators[i]; i++) {
        if (strcmp(atw_estimators[i]->name, name) == 0) {
            *estimator = atw_estimators[i];
            return ATW_OK;
        }
    }
    list_names(names, sizeof names);
    return atw_error_set(err, ATW_EINVAL, "unknown estimator '%s'; known: %s", name,
                         names);
}

struct atw_estimate atw_estimate_blank(const char *estimator,
                                       const char *weighting,
                                       const char *delta_T_model,
                                       size_t particle,
                                       size_t nominal_particle,
                                       size_t n_points)
{
    return (struct atw_estimate){.estimator = estimator,
                                 .weighting = weighting,
                                 .delta_T_model = delta_T_model,
                                 .particle = particle,
                                 .nominal_particle = nominal_particle,
                                 .delta_T_K = NAN,
                                 .std_K = NAN,
                                 .interval_68_K = {NAN, NAN},
                                 .interval_95_K = {NAN, NAN},
                                 .Q_J_per_mol = NAN,
                                 .D0_m2_per_s = NAN,
                                 .condition_number = NAN,
                                 .Q_std_J_per_mol = NAN,
                                 .chi_square = NAN,
                                 .deviance_ratio = NAN,
                                 .n_points = n_points};
}

void atw_estimate_say(struct atw_estimate *estimate, const char *text)
{
    snprintf(estimate->status, sizeof estimate->status, "%.*s",
             (int)sizeof estimate->status - 1, text);
}

void atw_estimate_say_fit(struct atw_estimate *estimate,
                          double dispersion,
                          const char *data,
                          const char *suspects)
{
    double chi_square = estimate->chi_square;
    size_t freedom = estimate->degrees_of_freedom;

    atw_estimate_say(estimate, "ok");
    if (!(chi_square < dispersion * atw_chi_square_limit(TOLD_LEVEL, freedom)))
        snprintf(estimate->status, sizeof estimate->status,
                 "the model misses %s by %.1f of their deviations (chi^2 %.1f, %zu "
                 "degrees of freedom): errors are from the scatter; what is wrong with "
                 "%s they do not contain",
                 data, sqrt(chi_square / (double)freedom), chi_square, freedom, suspects);
}

enum atw_status atw_estimates_append(struct atw_estimates *estimates,
                                     const struct atw_estimate *estimate,
                                     struct atw_error *err)
{
    struct atw_estimate *grown =
        reallocarray(estimates->estimate, estimates->count + 1, sizeof *grown);

    if (!grown)
        return atw_error_set(err, ATW_ENOMEM, "estimates: no memory for %zu",
                             estimates->count + 1);
    estimates->estimate = grown;
    grown[estimates->count++] = *estimate;
    return ATW_OK;
}

void atw_estimates_clear(struct atw_estimates *estimates)
{
    if (!estimates)
        return;
    free(estimates->estimate);
    free(estimates->interval);
    free(estimates->posterior);
    *estimates = (struct atw_estimates){0};
}

static enum atw_status check_particle(const struct atw_observed_particle *particle,
                                      struct atw_error *err)
{
    const char *name = particle->name ? particle->name : "?";

    if (particle->n_steps > ATW_STEPS_MAX)
        return atw_error_set(err, ATW_EINVAL,
                             "observations: particle %s has %zu steps; at most %d", name,
                             particle->n_steps, ATW_STEPS_MAX);
    for (size_t k = 0; k < particle->n_steps; k++) {
        double T_K = particle->nominal_K[k], t_s = particle->dwell_s[k];

        if (!(T_K > 0.0) || !isfinite(T_K) || !(t_s > 0.0) || !isfinite(t_s))
            return atw_error_set(err, ATW_EINVAL,
                                 "observations: particle %s, step %zu: %g K for %g s; "
                                 "both must be positive and finite",
                                 name, k + 1, T_K, t_s);
        if (isinf(particle->alloying_degree[k]))
            return atw_error_set(err, ATW_EINVAL,
                                 "observations: particle %s, step %zu: the alloying "
                                 "degree is infinite",
                                 name, k + 1);
    }
    return ATW_OK;
}

double atw_observations_delta_T_share(const struct atw_observations *observations,
                                      enum atw_delta_T_model delta_T_model,
                                      size_t particle,
                                      size_t step)
{
    const struct atw_observed_particle *observed = &observations->particles[particle];

    return atw_delta_T_share(delta_T_model, observed->nominal_K, observed->dwell_s,
                             observed->n_steps, observations->frame_K, step);
}

enum atw_status atw_observations_check(const struct atw_observations *observations,
                                       struct atw_error *err)
{
    if (observations->n_particles < 2 ||
        observations->n_particles > ATW_ARRHENIUS_PARTICLES_MAX)
        return atw_error_set(err, ATW_EINVAL,
                             "observations: %zu particles; a temperature difference "
                             "needs 2 to %d",
                             observations->n_particles, ATW_ARRHENIUS_PARTICLES_MAX);
    if (observations->reference >= observations->n_particles)
        return atw_error_set(err, ATW_EINVAL,
                             "observations: reference particle %zu of %zu",
                             observations->reference + 1, observations->n_particles);
    for (size_t p = 0; p < observations->n_particles; p++) {
        enum atw_status status = check_particle(&observations->particles[p], err);

        if (status != ATW_OK)
            return status;
    }
    return ATW_OK;
}
