/* Estimator `bayes`: the posterior of D, Q, dT and of what else is not known exactly.
 *
 * The model of `joint` with a prior of Q; errors that all steps of a particle share, and
 * those of the model itself, are parameters. Sampled by ensembles of walkers, which must
 * agree with each other before anything is said. */
#include "inference/bayes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "core/constants.h"
#include "inference/bayes_internal.h"

/* A posterior of dT wider than this share of its prior has learnt nothing from the data.
 */
#define PRIOR_SHARE 0.5

#define DRAWS 1000 /* reported */

static const struct atw_bayes_options defaults = ATW_BAYES_DEFAULTS;

enum { LOWEST, LOW, MIDDLE, HIGH, HIGHEST, N_LEVELS };

struct summary {
    double q[N_LEVELS], std; /* quantiles */
};

static enum atw_status summarise(struct summary *summary,
                                 const struct atw_bayes_sampling *sampling,
                                 size_t parameter,
                                 struct atw_error *err)
{
    const double level[N_LEVELS] = {0.025, gsl_cdf_ugaussian_P(-1.0), 0.5,
                                    gsl_cdf_ugaussian_P(1.0), 0.975};
    struct atw_chain_statistics statistics = {0};
    enum atw_status status = atw_chain_statistics(&statistics, sampling->chains,
                                                  sampling->first, parameter, err);

    summary->std = statistics.std;
    if (status == ATW_OK)
        status = atw_chain_quantiles(summary->q, level, N_LEVELS, sampling->chains,
                                     sampling->first, parameter, err);
    return status;
}

static void fill_estimate(struct atw_estimate *estimate,
                          const struct summary *ln_D,
                          const struct summary *Q,
                          const struct summary *shift,
                          double T_ref_K)
{
    double RT_ref = ATW_GAS_CONSTANT_J_PER_MOL_K * T_ref_K;

    estimate->delta_T_K = T_ref_K * shift->q[MIDDLE];
    estimate->std_K = T_ref_K * shift->std;
    estimate->interval_68_K[0] = T_ref_K * shift->q[LOW];
    estimate->interval_68_K[1] = T_ref_K * shift->q[HIGH];
    estimate->interval_95_K[0] = T_ref_K * shift->q[LOWEST];
    estimate->interval_95_K[1] = T_ref_K * shift->q[HIGHEST];
    estimate->Q_J_per_mol = RT_ref * Q->q[MIDDLE];
    estimate->Q_std_J_per_mol = RT_ref * Q->std;
    estimate->D0_m2_per_s = exp(ln_D->q[MIDDLE] + Q->q[MIDDLE]);
    atw_estimate_say(estimate, "ok");
}

/* Where the data say no more than the prior, its middle is no answer. */
static enum atw_status conclude(struct atw_estimate *estimate,
                                const struct atw_bayes_sampling *sampling,
                                struct atw_error *err)
{
    const struct atw_joint *joint = sampling->posterior.joint;
    double prior_K = sampling->posterior.options->delta_T_std_K;
    struct summary ln_D, Q, shift;
    enum atw_status status = summarise(&ln_D, sampling, 0, err);

    if (status == ATW_OK)
        status = summarise(&Q, sampling, 1, err);
    if (status == ATW_OK)
        status = summarise(&shift, sampling,
                           atw_joint_shift_index(joint, estimate->particle), err);
    if (status != ATW_OK)
        return status;
    if (joint->T_ref_K * shift.std <= PRIOR_SHARE * prior_K)
        fill_estimate(estimate, &ln_D, &Q, &shift, joint->T_ref_K);
    else
        snprintf(estimate->status, sizeof estimate->status,
                 "dT is not identifiable: the data leave a deviation of %.0f K where the "
                 "prior has %.0f K",
                 joint->T_ref_K * shift.std, prior_K);
    return ATW_OK;
}

/* ---- draws ---------------------------------------------------------------- */

static struct atw_posterior_draw draw_of(const struct atw_bayes_sampling *sampling,
                                         const double *theta,
                                         size_t number,
                                         size_t particle)
{
    const struct atw_posterior *posterior = &sampling->posterior;
    const struct atw_joint *joint = posterior->joint;
    size_t shift = atw_joint_shift_index(joint, particle);

    return (struct atw_posterior_draw){
        .delta_T_model = atw_delta_T_model_name(joint->delta_T_model),
        .draw = number,
        .particle = particle,
        .delta_T_K = joint->T_ref_K * atw_posterior_value(theta, shift),
        .Q_J_per_mol = ATW_GAS_CONSTANT_J_PER_MOL_K * joint->T_ref_K * theta[1],
        .T_ref_K = joint->T_ref_K,
        .D_ref_m2_per_s = exp(theta[0]),
        .model_error = posterior->model_error == ATW_JOINT_NO_PARAMETER
                           ? 0.0
                           : exp(theta[posterior->model_error]),
        .unheated_error = atw_posterior_value(theta, posterior->unheated[particle]),
        .alloyed_error = atw_posterior_value(theta, posterior->alloyed[particle]),
        .length_error = atw_posterior_value(theta, posterior->length[particle])};
}

/* Draws spread evenly over the chains, for people to look at. */
static enum atw_status append_draws(struct atw_estimates *estimates,
                                    const struct atw_bayes_sampling *sampling,
                                    struct atw_error *err)
{
    const struct atw_chains *chains = sampling->chains;
    size_t n_particles = sampling->posterior.joint->observations->n_particles;
    size_t walkers = chains->n_ensembles * chains->n_walkers;
    size_t first = sampling->first * walkers, count = chains->n_kept * walkers - first;
    size_t n_posterior = estimates->n_posterior + DRAWS * n_particles;
    struct atw_posterior_draw *grown =
        reallocarray(estimates->posterior, n_posterior, sizeof *grown);

    if (!grown)
        return atw_error_set(err, ATW_ENOMEM, "bayes: no memory for %d draws", DRAWS);
    estimates->posterior = grown;
    for (size_t i = 0; i < DRAWS; i++) {
        const double *theta =
            chains->value + (first + i * count / DRAWS) * chains->n_parameters;

        for (size_t p = 0; p < n_particles; p++)
            grown[estimates->n_posterior++] = draw_of(sampling, theta, i, p);
    }
    return ATW_OK;
}

/* ---- estimator ------------------------------------------------------------ */

static enum atw_status append_conclusions(struct atw_estimates *estimates,
                                          const struct atw_bayes_sampling *sampling,
                                          const char *failure,
                                          struct atw_error *err)
{
    const struct atw_joint *joint = sampling->posterior.joint;
    enum atw_status status = ATW_OK;

    for (size_t p = 0; p < joint->observations->n_particles && status == ATW_OK; p++) {
        struct atw_estimate estimate =
            atw_joint_blank_estimate(joint, atw_estimator_bayes.name, p);

        if (p == joint->observations->reference)
            continue;
        estimate.r_hat = sampling->health.r_hat;
        estimate.effective_samples = sampling->health.effective_samples;
        if (failure)
            atw_estimate_say(&estimate, failure);
        else
            status = conclude(&estimate, sampling, err);
        if (status == ATW_OK)
            status = atw_estimates_append(estimates, &estimate, err);
    }
    return status;
}

static enum atw_status append_posterior(struct atw_estimates *estimates,
                                        struct atw_joint *joint,
                                        struct atw_error *err)
{
    const struct atw_bayes_options *options = joint->observations->bayes;
    struct atw_bayes_sampling sampling = {0};
    struct atw_error reason = {0};
    enum atw_status status = atw_joint_check_particles(joint, &reason);

    atw_posterior_set_up(&sampling.posterior, joint, options ? options : &defaults);
    if (status == ATW_OK)
        status = atw_bayes_sample(&sampling, &reason);
    if (status == ATW_OK)
        status = append_draws(estimates, &sampling, &reason);
    if (status == ATW_OK || atw_joint_is_verdict(status))
        status = append_conclusions(estimates, &sampling,
                                    status == ATW_OK ? NULL : reason.text, err);
    else
        atw_error_set(err, status, "bayes: %s", reason.text);
    atw_sampler_destroy(sampling.sampler);
    return status;
}

static enum atw_status run(const struct atw_observations *observations,
                           const struct atw_forward_model *model,
                           struct atw_estimates *estimates,
                           struct atw_error *err)
{
    return atw_joint_run(atw_estimator_bayes.name, append_posterior, observations, model,
                         estimates, err);
}

const struct atw_estimator atw_estimator_bayes = {
    .name = "bayes",
    .description = "posterior of D, Q, dT and the errors of model and references, with a "
                   "prior of Q",
    .run = run};
