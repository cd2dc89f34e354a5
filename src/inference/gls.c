/* Estimator `gls`: the diffusivities of `paper`, fitted by generalised least squares.
 *
 * Neighbouring intervals share a degree of alloying: its error makes one D larger and the
 * next one smaller. With deviations std_k of the degrees and slopes s_k = dA / d ln S,
 *
 *   var ln D_k = (std_(k-1)^2 + std_k^2) / s_k^2,   cov = -std_k^2 / (s_k s_(k+1)),
 *
 * std_0 being that before the first interval, 0 by definition. Intervals whose degree
 * hardly depends on D are left out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>

#include "core/constants.h"
#include "inference/interval.h"
#include "inference/joint_internal.h"

/* Below it an error of 0.01 in the degree is one of more than 30 % in D. */
#define SLOPE_LEAST 0.03

#define GRADIENT_COSINE_ACCEPTED 1e-5
#define CONDITION_NUMBER_MAX 1e6

static const double start_Q_J_per_mol[] = {190e3, 130e3, 260e3};

struct gls_point {
    size_t particle, step;
    double nominal_K, share; /* dT of the step over the particle's dT */
    double ln_D, slope;
};

struct gls {
    const struct atw_observations *observations;
    enum atw_delta_T_model delta_T_model;
    size_t n_points, n_parameters, n_censored;
    size_t index[ATW_ARRHENIUS_PARTICLES_MAX]; /* of dT; ATW_JOINT_NO_PARAMETER: none */
    int is_present[ATW_ARRHENIUS_PARTICLES_MAX];
    double T_ref_K;
    struct gls_point point[ATW_ARRHENIUS_PARTICLES_MAX * ATW_STEPS_MAX];
    gsl_matrix *factor;   /* of the covariance, Cholesky */
    gsl_matrix *jacobian; /* whitened, of the last parameters */
};

/* ---- points --------------------------------------------------------------- */

static double std_before(const struct atw_observed_particle *particle, size_t step)
{
    return step > 0 ? particle->alloying_degree_std[step - 1] : 0.0;
}

/* The slope is in the deviation of D: interval.h. */
static enum atw_status add_point(struct gls *gls,
                                 const struct atw_interval_result *interval,
                                 size_t p,
                                 size_t k,
                                 struct atw_error *err)
{
    const struct atw_observed_particle *particle = &gls->observations->particles[p];
    double relative = interval->D_std_m2_per_s / interval->D_m2_per_s;
    double slope =
        hypot(std_before(particle, k), particle->alloying_degree_std[k]) / relative;

    if (!(relative > 0.0) || !isfinite(slope))
        return atw_error_set(err, ATW_EINVAL,
                             "particle %s, step %zu: the deviation of the degree of "
                             "alloying is not known",
                             particle->name ? particle->name : "?", k + 1);
    if (slope < SLOPE_LEAST) {
        gls->n_censored++;
        return ATW_OK;
    }
    gls->point[gls->n_points++] =
        (struct gls_point){.particle = p,
                           .step = k,
                           .nominal_K = particle->nominal_K[k],
                           .share = atw_observations_delta_T_share(
                               gls->observations, gls->delta_T_model, p, k),
                           .ln_D = log(interval->D_m2_per_s),
                           .slope = slope};
    gls->is_present[p] = 1;
    return ATW_OK;
}

static enum atw_status collect_points(struct gls *gls,
                                      const struct atw_interval_result *interval,
                                      struct atw_error *err)
{
    const struct atw_observations *observations = gls->observations;
    enum atw_status status = ATW_OK;
    double inverse = 0.0;

    for (size_t p = 0; p < observations->n_particles; p++)
        for (size_t k = 0; k < observations->particles[p].n_steps && status == ATW_OK;
             k++)
            if (atw_interval_is_ok(&interval[p * ATW_STEPS_MAX + k]))
                status = add_point(gls, &interval[p * ATW_STEPS_MAX + k], p, k, err);
    gls->n_parameters = 2;
    for (size_t p = 0; p < observations->n_particles; p++)
        gls->index[p] = gls->is_present[p] && p != observations->reference
                            ? gls->n_parameters++
                            : ATW_JOINT_NO_PARAMETER;
    for (size_t i = 0; i < gls->n_points; i++)
        inverse += 1.0 / gls->point[i].nominal_K;
    gls->T_ref_K = (double)gls->n_points / inverse;
    if (status != ATW_OK)
        return status;
    if (!gls->is_present[observations->reference] || gls->n_points < gls->n_parameters ||
        gls->n_parameters < 3)
        return atw_error_set(err, ATW_EINVAL,
                             "%zu diffusivities (%zu insensitive ones left out) for %zu "
                             "parameters; the reference and another particle need some",
                             gls->n_points, gls->n_censored, gls->n_parameters);
    return ATW_OK;
}

static double covariance_of(const struct gls *gls, size_t i, size_t j)
{
    const struct gls_point *a = &gls->point[i], *b = &gls->point[j];
    const struct atw_observed_particle *particle =
        &gls->observations->particles[a->particle];
    double shared;

    if (i == j)
        return pow(
            hypot(std_before(particle, a->step), particle->alloying_degree_std[a->step]) /
                a->slope,
            2.0);
    if (a->particle != b->particle || a->step + 1 != b->step)
        return 0.0;
    shared = particle->alloying_degree_std[a->step];
    return -shared * shared / (a->slope * b->slope);
}

static enum atw_status factorise(struct gls *gls, struct atw_error *err)
{
    gls->factor = gsl_matrix_calloc(gls->n_points, gls->n_points);
    gls->jacobian = gsl_matrix_calloc(gls->n_points, gls->n_parameters);
    if (!gls->factor || !gls->jacobian)
        return atw_error_set(err, ATW_ENOMEM, "gls: out of memory");
    for (size_t i = 0; i < gls->n_points; i++)
        for (size_t j = i; j < gls->n_points; j++) {
            gsl_matrix_set(gls->factor, i, j, covariance_of(gls, i, j));
            gsl_matrix_set(gls->factor, j, i, covariance_of(gls, i, j));
        }
    if (gsl_linalg_cholesky_decomp1(gls->factor) != 0)
        return atw_error_set(err, ATW_EDIVERGED,
                             "the covariance of the diffusivities is singular");
    return ATW_OK;
}

static void release(struct gls *gls)
{
    gsl_matrix_free(gls->factor);
    gsl_matrix_free(gls->jacobian);
    free(gls);
}

/* ---- fit ------------------------------------------------------------------ */

static double temperature(const struct gls *gls, const double *theta, size_t i)
{
    const struct gls_point *point = &gls->point[i];
    size_t index = gls->index[point->particle];
    double shift = index == ATW_JOINT_NO_PARAMETER ? 0.0 : theta[index];

    return point->nominal_K / gls->T_ref_K + point->share * shift;
}

static int residuals(void *context, const double *theta, double *residual)
{
    const struct gls *gls = context;
    gsl_vector_view r = gsl_vector_view_array(residual, gls->n_points);

    for (size_t i = 0; i < gls->n_points; i++) {
        double T = temperature(gls, theta, i);

        if (!(T > 0.01))
            return 0;
        residual[i] = theta[0] - theta[1] * (1.0 / T - 1.0) - gls->point[i].ln_D;
    }
    gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, gls->factor, &r.vector);
    return 1;
}

/* Rows are asked for in order; the whole is whitened for the first one. */
static void jacobian_row(void *context, const double *theta, size_t i, double *row)
{
    const struct gls *gls = context;

    for (size_t k = 0; i == 0 && k < gls->n_points; k++) {
        size_t index = gls->index[gls->point[k].particle];
        double T = temperature(gls, theta, k);

        for (size_t j = 2; j < gls->n_parameters; j++)
            gsl_matrix_set(gls->jacobian, k, j, 0.0);
        gsl_matrix_set(gls->jacobian, k, 0, 1.0);
        gsl_matrix_set(gls->jacobian, k, 1, 1.0 - 1.0 / T);
        if (index != ATW_JOINT_NO_PARAMETER)
            gsl_matrix_set(gls->jacobian, k, index,
                           theta[1] * gls->point[k].share / (T * T));
    }
    if (i == 0)
        gsl_blas_dtrsm(CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, 1.0,
                       gls->factor, gls->jacobian);
    for (size_t j = 0; j < gls->n_parameters; j++)
        row[j] = gsl_matrix_get(gls->jacobian, i, j);
}

static void start_at(double *theta, const struct gls *gls, double Q_J_per_mol)
{
    double mean[ATW_ARRHENIUS_PARTICLES_MAX] = {0.0};
    double count[ATW_ARRHENIUS_PARTICLES_MAX] = {0.0};

    theta[1] = Q_J_per_mol / (ATW_GAS_CONSTANT_J_PER_MOL_K * gls->T_ref_K);
    for (size_t i = 0; i < gls->n_points; i++) {
        const struct gls_point *point = &gls->point[i];

        mean[point->particle] +=
            point->ln_D + theta[1] * (gls->T_ref_K / point->nominal_K - 1.0);
        count[point->particle] += 1.0;
    }
    theta[0] = mean[gls->observations->reference] / count[gls->observations->reference];
    for (size_t p = 0; p < gls->observations->n_particles; p++)
        if (gls->index[p] != ATW_JOINT_NO_PARAMETER)
            theta[gls->index[p]] =
                fmin(fmax((mean[p] / count[p] - theta[0]) / theta[1], -0.3), 0.3);
}

static enum atw_status fit(struct atw_least_squares_minimum *best,
                           struct gls *gls,
                           const struct atw_interval_result *interval,
                           struct atw_error *err)
{
    enum atw_status status = collect_points(gls, interval, err);

    if (status == ATW_OK)
        status = factorise(gls, err);
    *best = (struct atw_least_squares_minimum){.chi_square = INFINITY,
                                               .gradient_cosine = INFINITY};
    for (size_t s = 0; s < 3 && status == ATW_OK; s++) {
        const struct atw_least_squares problem = {.context = gls,
                                                  .n_residuals = gls->n_points,
                                                  .n_parameters = gls->n_parameters,
                                                  .residuals = residuals,
                                                  .jacobian_row = jacobian_row,
                                                  .rounding = 1e-12};
        double theta[ATW_LEAST_SQUARES_PARAMETERS_MAX];
        struct atw_least_squares_minimum candidate;

        start_at(theta, gls, start_Q_J_per_mol[s]);
        status = atw_least_squares_minimise(&candidate, &problem, theta, err);
        if (status == ATW_OK && candidate.chi_square < best->chi_square)
            *best = candidate;
    }
    if (status != ATW_OK)
        return status;
    if (!(best->condition_number <= CONDITION_NUMBER_MAX))
        return atw_error_set(err, ATW_EDIVERGED,
                             "dT is not identifiable (condition number %.2g, limit %.0e)",
                             best->condition_number, CONDITION_NUMBER_MAX);
    if (!(best->gradient_cosine <= GRADIENT_COSINE_ACCEPTED))
        return atw_error_set(err, ATW_EDIVERGED, "no minimum found");
    return ATW_OK;
}

/* ---- answer --------------------------------------------------------------- */

static void fill_estimate(struct atw_estimate *estimate,
                          const struct gls *gls,
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
                                  enum atw_delta_T_model delta_T_model,
                                  struct atw_error *err)
{
    struct gls *gls = calloc(1, sizeof *gls);
    struct atw_least_squares_minimum minimum;
    struct atw_error reason = {0};
    enum atw_status status, verdict;

    if (!gls)
        return atw_error_set(err, ATW_ENOMEM, "gls: out of memory");
    gls->observations = observations;
    gls->delta_T_model = delta_T_model;
    status = verdict = fit(&minimum, gls, estimates->interval, &reason);
    status = atw_joint_is_verdict(status) ? ATW_OK : status;
    if (status != ATW_OK)
        atw_error_set(err, status, "%s", reason.text);
    for (size_t p = 0; p < observations->n_particles && status == ATW_OK; p++) {
        struct atw_estimate estimate = atw_estimate_blank(
            atw_estimator_gls.name, "coupled", atw_delta_T_model_name(delta_T_model), p,
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
    release(gls);
    return status;
}

static enum atw_status run(const struct atw_observations *observations,
                           const struct atw_forward_model *model,
                           struct atw_estimates *estimates,
                           struct atw_error *err)
{
    size_t count = estimates->count;
    enum atw_status status = atw_observations_check(observations, err);

    if (status == ATW_OK && !estimates->interval) /* else those that `paper` found */
        status = atw_intervals_determine(&estimates->interval, observations, model, err);
    if (status == ATW_OK)
        status = append_fit(estimates, observations, ATW_DELTA_T_CONSTANT, err);
    if (status == ATW_OK)
        status = append_fit(estimates, observations, ATW_DELTA_T_PROPORTIONAL, err);
    if (status != ATW_OK)
        estimates->count = count;
    return status;
}

const struct atw_estimator atw_estimator_gls = {
    .name = "gls",
    .description =
        "the diffusivities of paper, weighted by the covariance of their errors",
    .run = run};
