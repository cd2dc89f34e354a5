/* Estimator `gls`: the diffusivities of `paper`, fitted by generalised least squares.
 *
 * Neighbouring intervals share a degree of alloying: its error makes one D larger and the
 * next one smaller. With deviations std_k of the degrees and slopes s_k = dA / d ln S,
 *
 *   var ln D_k = (std_(k-1)^2 + std_k^2) / s_k^2,   cov = -std_k^2 / (s_k s_(k+1)),
 *
 * std_0 being that before the first interval, 0 by definition. Intervals whose degree
 * hardly depends on D are left out. Experiments drawn again, if they are asked for, give
 * the covariance instead, and the bias, which is taken off (gls_bootstrap.c). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "core/constants.h"
#include "core/progress.h"
#include "inference/gls_internal.h"

#define ROUNDS 2

/* ---- answer --------------------------------------------------------------- */

static void fill_estimate(struct atw_estimate *estimate,
                          const struct atw_gls *gls,
                          const struct atw_least_squares_minimum *minimum)
{
    size_t index = gls->index[estimate->particle];
    size_t freedom = gls->n_points - gls->n_parameters;
    double RT_ref = ATW_GAS_CONSTANT_J_PER_MOL_K * gls->T_ref_K, n = (double)freedom;
    int is_misfit = minimum->chi_square > atw_chi_square_limit(ATW_MISFIT_LEVEL, freedom);
    double scale = is_misfit ? minimum->chi_square / n : 1.0;
    const double upper[] = {gsl_cdf_ugaussian_P(1.0), 0.975};

    estimate->delta_T_K = gls->T_ref_K * minimum->theta[index];
    estimate->std_K = gls->T_ref_K * sqrt(scale * minimum->covariance[index][index]);
    for (int end = 0; end < 2; end++) {
        double sign = end == 0 ? -1.0 : 1.0, reach[2];

        for (int c = 0; c < 2; c++)
            reach[c] = sign * estimate->std_K *
                       (is_misfit ? gsl_cdf_tdist_Pinv(upper[c], n)
                                  : gsl_cdf_ugaussian_Pinv(upper[c]));
        estimate->interval_68_K[end] = estimate->delta_T_K + reach[0];
        estimate->interval_95_K[end] = estimate->delta_T_K + reach[1];
    }
    estimate->Q_J_per_mol = RT_ref * minimum->theta[1];
    estimate->Q_std_J_per_mol = RT_ref * sqrt(scale * minimum->covariance[1][1]);
    estimate->D0_m2_per_s = exp(minimum->theta[0] + minimum->theta[1]);
    estimate->condition_number = minimum->condition_number;
    estimate->chi_square = minimum->chi_square;
    estimate->degrees_of_freedom = freedom;
    atw_estimate_say(estimate, "ok");
}

static enum atw_status append_fit(struct atw_estimates *estimates,
                                  const struct atw_observations *observations,
                                  const struct atw_gls_errors *errors,
                                  enum atw_delta_T_model delta_T_model,
                                  struct atw_error *err)
{
    struct atw_gls *gls = calloc(1, sizeof *gls);
    struct atw_least_squares_minimum minimum;
    struct atw_error reason = {0};
    enum atw_status status, verdict;

    if (!gls)
        return atw_error_set(err, ATW_ENOMEM, "gls: out of memory");
    gls->observations = observations;
    gls->delta_T_model = delta_T_model;
    gls->errors = errors;
    status = verdict = atw_gls_fit(&minimum, gls, estimates->interval, &reason);
    status = atw_joint_is_verdict(status) ? ATW_OK : status;
    if (status != ATW_OK)
        atw_error_set(err, status, "%s", reason.text);
    for (size_t p = 0; p < observations->n_particles && status == ATW_OK; p++) {
        struct atw_estimate estimate =
            atw_estimate_blank(atw_estimator_gls.name, errors ? "bootstrap" : "coupled",
                               atw_delta_T_model_name(delta_T_model), p,
                               observations->reference, gls->n_points);

        if (p == observations->reference)
            continue;
        if (verdict == ATW_OK && gls->is_present[p])
            fill_estimate(&estimate, gls, &minimum);
        else
            atw_estimate_say(&estimate, verdict == ATW_OK
                                            ? "the particle has no sensitive diffusivity"
                                            : reason.text);
        status = atw_estimates_append(estimates, &estimate, err);
    }
    atw_gls_destroy(gls);
    return status;
}

/* ---- bootstrap ------------------------------------------------------------ */

/* D of every interval by a fit, whether it has one or not. */
static void predict(double *D_m2_per_s,
                    const struct atw_gls *gls,
                    const struct atw_least_squares_minimum *minimum)
{
    const struct atw_observations *observations = gls->observations;
    const double *theta = minimum->theta;

    for (size_t p = 0; p < observations->n_particles; p++)
        for (size_t k = 0; k < observations->particles[p].n_steps; k++) {
            double share =
                atw_observations_delta_T_share(observations, gls->delta_T_model, p, k);
            double T = atw_gls_temperature(
                gls, theta, p, observations->particles[p].nominal_K[k], share);

            D_m2_per_s[p * ATW_STEPS_MAX + k] =
                exp(theta[0] - theta[1] * (1.0 / T - 1.0));
        }
}

/* By the model of dT that fits better; *is_fitted is 0 if none does. */
static enum atw_status predict_best(double *D_m2_per_s,
                                    int *is_fitted,
                                    const struct atw_observations *observations,
                                    const struct atw_interval_result *interval,
                                    const struct atw_gls_errors *errors,
                                    struct atw_error *err)
{
    static const enum atw_delta_T_model models[] = {ATW_DELTA_T_CONSTANT,
                                                    ATW_DELTA_T_PROPORTIONAL};
    enum atw_status status = ATW_OK;
    double least = INFINITY;

    *is_fitted = 0;
    for (size_t m = 0; m < 2 && status == ATW_OK; m++) {
        struct atw_gls *gls = calloc(1, sizeof *gls);
        struct atw_least_squares_minimum minimum;
        struct atw_error reason = {0};

        if (!gls)
            return atw_error_set(err, ATW_ENOMEM, "gls: out of memory");
        gls->observations = observations;
        gls->delta_T_model = models[m];
        gls->errors = errors;
        status = atw_gls_fit(&minimum, gls, interval, &reason);
        if (status == ATW_OK && minimum.chi_square < least) {
            least = minimum.chi_square;
            *is_fitted = 1;
            predict(D_m2_per_s, gls, &minimum);
        }
        if (atw_joint_is_verdict(status))
            status = ATW_OK;
        else if (status != ATW_OK)
            atw_error_set(err, status, "%s", reason.text);
        atw_gls_destroy(gls);
    }
    return status;
}

/* The bias depends on the diffusivities, which it puts right: twice is enough. A verdict
 * against it leaves *errors as they were, NULL at first. */
static enum atw_status bootstrap(struct atw_gls_errors **errors,
                                 const struct atw_observations *observations,
                                 const struct atw_forward_model *model,
                                 const struct atw_interval_result *interval,
                                 struct atw_error *err)
{
    double D_m2_per_s[ATW_ARRHENIUS_PARTICLES_MAX * ATW_STEPS_MAX] = {0.0};

    *errors = NULL;
    for (int round = 0; round < ROUNDS; round++) {
        struct atw_gls_errors *next = NULL;
        struct atw_error reason = {0};
        int is_fitted;
        enum atw_status status =
            predict_best(D_m2_per_s, &is_fitted, observations, interval, *errors, err);

        if (status != ATW_OK || !is_fitted)
            return status;
        status = atw_gls_bootstrap(&next, observations, model, D_m2_per_s, &reason);
        if (atw_joint_is_verdict(status)) {
            atw_warn("gls: the bootstrap is left out: %s", reason.text);
            return ATW_OK;
        }
        if (status != ATW_OK)
            return atw_error_set(err, status, "%s", reason.text);
        free(*errors);
        *errors = next;
    }
    return ATW_OK;
}

static enum atw_status run(const struct atw_observations *observations,
                           const struct atw_forward_model *model,
                           struct atw_estimates *estimates,
                           struct atw_error *err)
{
    struct atw_gls_errors *errors = NULL;
    size_t count = estimates->count;
    enum atw_status status = atw_observations_check(observations, err);

    if (status == ATW_OK && !estimates->interval) /* else those that `paper` found */
        status = atw_intervals_determine(&estimates->interval, observations, model, err);
    if (status == ATW_OK && observations->gls_draws > 0 && model->intervals_again)
        status = bootstrap(&errors, observations, model, estimates->interval, err);
    if (status == ATW_OK)
        status = append_fit(estimates, observations, errors, ATW_DELTA_T_CONSTANT, err);
    if (status == ATW_OK)
        status =
            append_fit(estimates, observations, errors, ATW_DELTA_T_PROPORTIONAL, err);
    if (status != ATW_OK)
        estimates->count = count;
    free(errors);
    return status;
}

const struct atw_estimator atw_estimator_gls = {
    .name = "gls",
    .description =
        "the diffusivities of paper, weighted by the covariance of their errors",
    .run = run};
