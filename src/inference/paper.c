/* Estimator `paper`: the published two-step analysis.
 *
 * One diffusion coefficient per particle and interval, then an unweighted Arrhenius fit
 * with shared D0 and Q and one dT per particle: residuals of ln D and of D, every
 * particle in turn as the nominal one, dT constant as published and in proportion to the
 * rise above the frame. Source: Chen et al., doi
 * 10.1002/ppsc.202300070, equations 1 and 2 and Experimental Section. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inference/estimator.h"
#include "inference/interval.h"

#define ABSENT ((size_t)-1)

/* The intervals with a diffusivity, of the particles that have any. */
struct fit_input {
    enum atw_delta_T_model delta_T_model;
    struct atw_diffusivity_point point[ATW_ARRHENIUS_PARTICLES_MAX * ATW_STEPS_MAX];
    size_t n_points, n_particles;
    size_t row[ATW_ARRHENIUS_PARTICLES_MAX]; /* by particle; ABSENT: no diffusivity */
    const char *name[ATW_ARRHENIUS_PARTICLES_MAX]; /* by row */
    char left_out[ATW_ESTIMATE_STATUS_SIZE];       /* "A step 4 saturated, ..." */
};

static void append_text(char *text, size_t size, const char *more)
{
    size_t used = strlen(text), length = strlen(more);

    if (length > size - used - 1)
        length = size - used - 1;
    memcpy(text + used, more, length);
    text[used + length] = '\0';
}

static void note_left_out(struct fit_input *input,
                          const struct atw_observed_particle *particle,
                          size_t step,
                          const char *status)
{
    char note[96];

    snprintf(note, sizeof note, "%s%s step %zu %s", input->left_out[0] ? ", " : "",
             particle->name ? particle->name : "?", step + 1, status);
    append_text(input->left_out, sizeof input->left_out, note);
}

static void collect_points(struct fit_input *input,
                           const struct atw_observations *observations,
                           const struct atw_interval_result *interval,
                           enum atw_delta_T_model delta_T_model)
{
    *input = (struct fit_input){.delta_T_model = delta_T_model};
    for (size_t p = 0; p < observations->n_particles; p++) {
        const struct atw_observed_particle *particle = &observations->particles[p];
        const struct atw_interval_result *own = interval + p * ATW_STEPS_MAX;
        size_t before = input->n_points;

        for (size_t k = 0; k < particle->n_steps; k++) {
            if (!atw_interval_is_ok(&own[k])) {
                note_left_out(input, particle, k, own[k].status);
                continue;
            }
            input->point[input->n_points++] = (struct atw_diffusivity_point){
                .particle = input->n_particles,
                .nominal_K = particle->nominal_K[k],
                .D_m2_per_s = own[k].D_m2_per_s,
                .D_std_m2_per_s = NAN,
                .excess_share =
                    atw_observations_delta_T_share(observations, delta_T_model, p, k) -
                    1.0};
        }
        input->row[p] = ABSENT;
        if (input->n_points > before) {
            input->name[input->n_particles] = particle->name ? particle->name : "?";
            input->row[p] = input->n_particles++;
        }
    }
}

static void
explain(struct atw_estimate *estimate, const struct fit_input *input, const char *reason)
{
    estimate->status[0] = '\0';
    append_text(estimate->status, sizeof estimate->status, reason);
    if (!input->left_out[0])
        return;
    append_text(estimate->status, sizeof estimate->status, "; without a diffusivity: ");
    append_text(estimate->status, sizeof estimate->status, input->left_out);
}

static struct atw_estimate blank_estimate(const struct fit_input *input,
                                          size_t particle,
                                          size_t nominal,
                                          enum atw_weighting weighting)
{
    return atw_estimate_blank(
        atw_estimator_paper.name, weighting == ATW_WEIGHTING_LOG ? "log" : "linear",
        atw_delta_T_model_name(input->delta_T_model), particle, nominal, input->n_points);
}

static void fill_estimate(struct atw_estimate *estimate,
                          const struct atw_arrhenius_fit *fit,
                          size_t row)
{
    estimate->delta_T_K = fit->delta_T_K[row];
    estimate->std_K = fit->delta_T_std_K[row];
    memcpy(estimate->interval_68_K, fit->interval_68_K[row],
           sizeof estimate->interval_68_K);
    memcpy(estimate->interval_95_K, fit->interval_95_K[row],
           sizeof estimate->interval_95_K);
    estimate->Q_J_per_mol = fit->Q_J_per_mol;
    estimate->Q_std_J_per_mol = fit->Q_std_J_per_mol;
    estimate->D0_m2_per_s = fit->D0_m2_per_s;
    estimate->condition_number = fit->condition_number;
    estimate->chi_square = fit->chi_square;
    estimate->degrees_of_freedom = fit->degrees_of_freedom;
    atw_estimate_say(estimate, "ok");
}

/* One fit; *fit_err says why there is none. Only a broken machine is an error. */
static enum atw_status fit_once(struct atw_arrhenius_fit *fit,
                                struct atw_error *fit_err,
                                const struct fit_input *input,
                                const struct atw_observations *observations,
                                size_t nominal,
                                enum atw_weighting weighting)
{
    size_t origin = observations->reference;
    struct atw_arrhenius_options options = {.weighting = weighting,
                                            .nominal_particle = input->row[nominal],
                                            .origin_particle = input->row[origin],
                                            .particle_names = input->name};
    size_t missing = input->row[origin] == ABSENT ? origin : nominal;
    enum atw_status status;

    if (input->row[missing] == ABSENT)
        status = atw_error_set(fit_err, ATW_EINVAL, "particle %s has no diffusivity",
                               observations->particles[missing].name
                                   ? observations->particles[missing].name
                                   : "?");
    else
        status = atw_arrhenius_fit(fit, input->point, input->n_points, input->n_particles,
                                   &options, fit_err);
    return status == ATW_EINVAL || status == ATW_EDIVERGED ? ATW_OK : status;
}

static enum atw_status append_fit(struct atw_estimates *estimates,
                                  const struct fit_input *input,
                                  const struct atw_observations *observations,
                                  size_t nominal,
                                  enum atw_weighting weighting,
                                  struct atw_error *err)
{
    struct atw_arrhenius_fit fit;
    struct atw_error fit_err = {0};
    enum atw_status status =
        fit_once(&fit, &fit_err, input, observations, nominal, weighting);

    if (status != ATW_OK)
        return atw_error_set(err, status, "%s", fit_err.text);
    for (size_t p = 0; p < observations->n_particles && status == ATW_OK; p++) {
        struct atw_estimate estimate = blank_estimate(input, p, nominal, weighting);

        if (p == observations->reference)
            continue;
        if (fit_err.status != ATW_OK)
            explain(&estimate, input, fit_err.text);
        else if (input->row[p] == ABSENT)
            explain(&estimate, input, "the particle has no diffusivity");
        else
            fill_estimate(&estimate, &fit, input->row[p]);
        status = atw_estimates_append(estimates, &estimate, err);
    }
    return status;
}

/* All weightings; the reference as nominal particle first, then the others. */
static enum atw_status append_all(struct atw_estimates *estimates,
                                  const struct fit_input *input,
                                  const struct atw_observations *observations,
                                  struct atw_error *err)
{
    static const enum atw_weighting weightings[] = {ATW_WEIGHTING_LOG,
                                                    ATW_WEIGHTING_LINEAR};
    enum atw_status status = ATW_OK;

    for (size_t w = 0; w < 2 && status == ATW_OK; w++) {
        status = append_fit(estimates, input, observations, observations->reference,
                            weightings[w], err);
        for (size_t p = 0; p < observations->n_particles && status == ATW_OK; p++)
            if (p != observations->reference)
                status =
                    append_fit(estimates, input, observations, p, weightings[w], err);
    }
    return status;
}

static enum atw_status run(const struct atw_observations *observations,
                           const struct atw_forward_model *model,
                           struct atw_estimates *estimates,
                           struct atw_error *err)
{
    static const enum atw_delta_T_model models[] = {ATW_DELTA_T_CONSTANT,
                                                    ATW_DELTA_T_PROPORTIONAL};
    struct atw_interval_result *interval = NULL;
    struct fit_input *input = NULL;
    size_t count_before = estimates->count;
    enum atw_status status = atw_intervals_determine(&interval, observations, model, err);

    if (status != ATW_OK)
        return status;
    input = malloc(sizeof *input);
    if (!input) {
        status = atw_error_set(err, ATW_ENOMEM, "paper: out of memory");
        goto cleanup;
    }
    for (size_t m = 0; m < 2 && status == ATW_OK; m++) {
        collect_points(input, observations, interval, models[m]);
        status = append_all(estimates, input, observations, err);
    }
    if (status != ATW_OK) {
        estimates->count = count_before;
        goto cleanup;
    }
    free(estimates->interval);
    estimates->interval = interval;
    interval = NULL; /* now owned by the estimates */
cleanup:
    free(input);
    free(interval);
    return status;
}

const struct atw_estimator atw_estimator_paper = {
    .name = "paper",
    .description = "as published: D per interval, then an Arrhenius fit (log and linear)",
    .run = run};
