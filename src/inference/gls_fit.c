/* The fit of the estimator `gls`: its points, their covariance, the minimum. */
#include "inference/gls_internal.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>

#include "core/constants.h"

/* Below it an error of 0.01 in the degree is one of more than 30 % in D. */
#define SLOPE_LEAST 0.03

#define GRADIENT_COSINE_ACCEPTED 1e-5
#define CONDITION_NUMBER_MAX 1e6

static const double start_Q_J_per_mol[] = {190e3, 130e3, 260e3};

/* ---- points --------------------------------------------------------------- */

static double std_before(const struct atw_observed_particle *particle, size_t step)
{
    return step > 0 ? particle->alloying_degree_std[step - 1] : 0.0;
}

/* The slope is in the deviation of D: interval.h. */
static enum atw_status add_point(struct atw_gls *gls,
                                 const struct atw_interval_result *interval,
                                 size_t p,
                                 size_t k,
                                 struct atw_error *err)
{
    const struct atw_observed_particle *particle = &gls->observations->particles[p];
    double relative = interval->D_std_m2_per_s / interval->D_m2_per_s;
    double bias = gls->errors ? gls->errors->bias[p * ATW_STEPS_MAX + k] : 0.0;
    double slope =
        hypot(std_before(particle, k), particle->alloying_degree_std[k]) / relative;

    if (!(relative > 0.0) || !isfinite(slope))
        return atw_error_set(err, ATW_EINVAL,
                             "particle %s, step %zu: the deviation of the degree of "
                             "alloying is not known",
                             particle->name ? particle->name : "?", k + 1);
    if (slope < SLOPE_LEAST || isnan(bias)) {
        gls->n_censored++;
        return ATW_OK;
    }
    gls->point[gls->n_points++] =
        (struct atw_gls_point){.particle = p,
                               .step = k,
                               .nominal_K = particle->nominal_K[k],
                               .share = atw_observations_delta_T_share(
                                   gls->observations, gls->delta_T_model, p, k),
                               .ln_D = log(interval->D_m2_per_s) - bias,
                               .slope = slope};
    gls->is_present[p] = 1;
    return ATW_OK;
}

static enum atw_status collect_points(struct atw_gls *gls,
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

static double covariance_of(const struct atw_gls *gls, size_t i, size_t j)
{
    const struct atw_gls_point *a = &gls->point[i], *b = &gls->point[j];
    const struct atw_observed_particle *particle =
        &gls->observations->particles[a->particle];
    double shared;

    if (gls->errors)
        return a->particle == b->particle
                   ? gls->errors->covariance[a->particle][a->step][b->step]
                   : 0.0;
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

static enum atw_status factorise(struct atw_gls *gls, struct atw_error *err)
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

void atw_gls_destroy(struct atw_gls *gls)
{
    if (!gls)
        return;
    gsl_matrix_free(gls->factor);
    gsl_matrix_free(gls->jacobian);
    free(gls);
}

/* ---- fit ------------------------------------------------------------------ */

double atw_gls_temperature(const struct atw_gls *gls,
                           const double *theta,
                           size_t particle,
                           double nominal_K,
                           double share)
{
    size_t index = gls->index[particle];
    double shift = index == ATW_JOINT_NO_PARAMETER ? 0.0 : theta[index];

    return nominal_K / gls->T_ref_K + share * shift;
}

static double temperature(const struct atw_gls *gls, const double *theta, size_t i)
{
    const struct atw_gls_point *point = &gls->point[i];

    return atw_gls_temperature(gls, theta, point->particle, point->nominal_K,
                               point->share);
}

static int residuals(void *context, const double *theta, double *residual)
{
    const struct atw_gls *gls = context;
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
    const struct atw_gls *gls = context;

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

static void start_at(double *theta, const struct atw_gls *gls, double Q_J_per_mol)
{
    double mean[ATW_ARRHENIUS_PARTICLES_MAX] = {0.0};
    double count[ATW_ARRHENIUS_PARTICLES_MAX] = {0.0};

    theta[1] = Q_J_per_mol / (ATW_GAS_CONSTANT_J_PER_MOL_K * gls->T_ref_K);
    for (size_t i = 0; i < gls->n_points; i++) {
        const struct atw_gls_point *point = &gls->point[i];

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

enum atw_status atw_gls_fit(struct atw_least_squares_minimum *best,
                            struct atw_gls *gls,
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
