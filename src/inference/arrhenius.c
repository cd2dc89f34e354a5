/* Arrhenius fit with a temperature difference between particles: choice of the minimum
 * and the report in physical quantities. */
#include "inference/arrhenius.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "core/constants.h"
#include "inference/arrhenius_internal.h"

/* The distance from the minimum, in standard deviations, is about this times the
 * condition number: 1e-5 for any sensible design. */
#define GRADIENT_COSINE_ACCEPTED 1e-6
/* Beyond this the gradient no longer tells where the minimum is. The published design has
 * 6. */
#define CONDITION_NUMBER_MAX 1e6
/* An activation energy below which a shift in temperature has no effect on D. */
#define Q_MIN_J_PER_MOL 1.0

static struct atw_arrhenius_problem
pose_problem(const struct atw_diffusivity_point *points,
             size_t n_points,
             size_t n_particles,
             const struct atw_arrhenius_options *options)
{
    struct atw_arrhenius_problem problem = {.points = points,
                                            .n_points = n_points,
                                            .n_particles = n_particles,
                                            .n_parameters = n_particles + 1,
                                            .nominal_particle = options->nominal_particle,
                                            .weighting = options->weighting};
    double sum_inverse = 0.0;

    problem.deviations_known = !isnan(points[0].D_std_m2_per_s);
    for (size_t i = 0; i < n_points; i++) {
        sum_inverse += 1.0 / points[i].nominal_K;
        problem.D_max_m2_per_s = fmax(problem.D_max_m2_per_s, points[i].D_m2_per_s);
    }
    problem.T_ref_K = (double)n_points / sum_inverse;
    return problem;
}

/* Keep the lower of two minima; one that has not converged counts only while there is
 * nothing better. */
static void keep_better(struct atw_least_squares_minimum *best,
                        const struct atw_least_squares_minimum *candidate)
{
    int best_is_minimum = best->gradient_cosine <= GRADIENT_COSINE_ACCEPTED;
    int is_minimum = candidate->gradient_cosine <= GRADIENT_COSINE_ACCEPTED;

    if (is_minimum != best_is_minimum ? is_minimum
                                      : candidate->chi_square < best->chi_square)
        *best = *candidate;
}

static enum atw_status find_lowest(struct atw_least_squares_minimum *best,
                                   const struct atw_arrhenius_problem *problem,
                                   struct atw_error *err)
{
    double start[ATW_ARRHENIUS_STARTS_MAX][ATW_ARRHENIUS_PARAMETERS_MAX];
    size_t n_starts = atw_arrhenius_starts(problem, start);
    struct atw_least_squares_minimum candidate;
    enum atw_status status = ATW_OK;

    *best = (struct atw_least_squares_minimum){.gradient_cosine = INFINITY,
                                               .chi_square = INFINITY};
    if (problem->weighting == ATW_WEIGHTING_LINEAR) {
        /* the fit of ln D is nearly linear, hence a start that is always at hand */
        struct atw_arrhenius_problem in_log = *problem;

        in_log.weighting = ATW_WEIGHTING_LOG;
        status = find_lowest(&candidate, &in_log, err);
        if (status == ATW_OK)
            status = atw_arrhenius_minimise(best, problem, candidate.theta, err);
    }
    for (size_t s = 0; s < n_starts && status == ATW_OK; s++) {
        status = atw_arrhenius_minimise(&candidate, problem, start[s], err);
        if (status == ATW_OK)
            keep_better(best, &candidate);
    }
    return status;
}

/* Rows of the linear map from theta to the reported quantities. */
static void reported_row(const struct atw_arrhenius_problem *problem,
                         size_t origin,
                         size_t quantity,
                         double *row)
{
    size_t k;

    for (size_t j = 0; j < problem->n_parameters; j++)
        row[j] = 0.0;
    if (quantity == ATW_ARRHENIUS_LN_D_REF) {
        row[0] = 1.0;
        return;
    }
    if (quantity == ATW_ARRHENIUS_Q) {
        row[1] = ATW_GAS_CONSTANT_J_PER_MOL_K * problem->T_ref_K;
        return;
    }
    k = atw_arrhenius_shift_index(problem, quantity - ATW_ARRHENIUS_DELTA_T);
    if (k != ATW_ARRHENIUS_NO_PARAMETER)
        row[k] += problem->T_ref_K;
    k = atw_arrhenius_shift_index(problem, origin);
    if (k != ATW_ARRHENIUS_NO_PARAMETER)
        row[k] -= problem->T_ref_K;
}

static void report_covariance(struct atw_arrhenius_fit *fit,
                              const struct atw_arrhenius_problem *problem,
                              const struct atw_least_squares_minimum *minimum,
                              size_t origin)
{
    double row[ATW_ARRHENIUS_QUANTITIES_MAX][ATW_ARRHENIUS_PARAMETERS_MAX];
    size_t n_quantities = problem->n_particles + 2;
    double scale = problem->deviations_known
                       ? 1.0
                       : minimum->chi_square / (double)fit->degrees_of_freedom;

    for (size_t a = 0; a < n_quantities; a++)
        reported_row(problem, origin, a, row[a]);
    for (size_t a = 0; a < n_quantities; a++) {
        for (size_t b = 0; b < n_quantities; b++) {
            double sum = 0.0;

            for (size_t i = 0; i < problem->n_parameters; i++)
                for (size_t j = 0; j < problem->n_parameters; j++)
                    sum += row[a][i] * minimum->covariance[i][j] * row[b][j];
            fit->covariance[a][b] = scale * sum;
        }
    }
}

static void report_delta_T(struct atw_arrhenius_fit *fit,
                           const struct atw_arrhenius_problem *problem,
                           const double *theta,
                           size_t origin)
{
    double coverage[2] = {2.0 * gsl_cdf_ugaussian_P(1.0) - 1.0, 0.95};
    double factor[2];
    double row[ATW_ARRHENIUS_PARAMETERS_MAX];

    for (size_t c = 0; c < 2; c++) {
        double upper = 0.5 * (1.0 + coverage[c]);

        factor[c] = problem->deviations_known
                        ? gsl_cdf_ugaussian_Pinv(upper)
                        : gsl_cdf_tdist_Pinv(upper, (double)fit->degrees_of_freedom);
    }
    for (size_t p = 0; p < problem->n_particles; p++) {
        size_t quantity = ATW_ARRHENIUS_DELTA_T + p;
        double std = sqrt(fit->covariance[quantity][quantity]);
        double value = 0.0;

        reported_row(problem, origin, quantity, row);
        for (size_t j = 0; j < problem->n_parameters; j++)
            value += row[j] * theta[j];
        fit->delta_T_K[p] = value;
        fit->delta_T_std_K[p] = std;
        for (int side = 0; side < 2; side++) {
            fit->interval_68_K[p][side] = value + (2 * side - 1) * factor[0] * std;
            fit->interval_95_K[p][side] = value + (2 * side - 1) * factor[1] * std;
        }
    }
}

static void report(struct atw_arrhenius_fit *fit,
                   const struct atw_arrhenius_problem *problem,
                   const struct atw_least_squares_minimum *minimum,
                   size_t origin)
{
    double RT_ref = ATW_GAS_CONSTANT_J_PER_MOL_K * problem->T_ref_K;
    double(*covariance)[ATW_ARRHENIUS_QUANTITIES_MAX] = fit->covariance;

    *fit = (struct atw_arrhenius_fit){.ln_D_ref = minimum->theta[0],
                                      .T_ref_K = problem->T_ref_K,
                                      .Q_J_per_mol = minimum->theta[1] * RT_ref,
                                      .ln_D0 = minimum->theta[0] + minimum->theta[1],
                                      .chi_square = minimum->chi_square,
                                      .degrees_of_freedom =
                                          problem->n_points - problem->n_parameters,
                                      .condition_number = minimum->condition_number};
    fit->D0_m2_per_s = exp(fit->ln_D0);
    report_covariance(fit, problem, minimum, origin);
    fit->Q_std_J_per_mol = sqrt(covariance[ATW_ARRHENIUS_Q][ATW_ARRHENIUS_Q]);
    fit->ln_D0_std =
        sqrt(covariance[ATW_ARRHENIUS_LN_D_REF][ATW_ARRHENIUS_LN_D_REF] +
             2.0 * covariance[ATW_ARRHENIUS_LN_D_REF][ATW_ARRHENIUS_Q] / RT_ref +
             covariance[ATW_ARRHENIUS_Q][ATW_ARRHENIUS_Q] / (RT_ref * RT_ref));
    report_delta_T(fit, problem, minimum->theta, origin);
}

static enum atw_status check_minimum(const struct atw_least_squares_minimum *minimum,
                                     const struct atw_arrhenius_problem *problem,
                                     struct atw_error *err)
{
    double Q_J_per_mol =
        minimum->theta[1] * ATW_GAS_CONSTANT_J_PER_MOL_K * problem->T_ref_K;

    /* this order: where nothing can be identified the gradient says nothing either */
    if (fabs(Q_J_per_mol) < Q_MIN_J_PER_MOL)
        return atw_error_set(
            err, ATW_EDIVERGED,
            "Arrhenius fit: dT is not identifiable: D does not depend on "
            "temperature (Q = %.3g J/mol)",
            Q_J_per_mol);
    if (!(minimum->condition_number <= CONDITION_NUMBER_MAX))
        return atw_error_set(err, ATW_EDIVERGED,
                             "Arrhenius fit: D0, Q and dT are not identifiable together "
                             "(condition number %.2g, limit %.0e); measure more "
                             "temperatures",
                             minimum->condition_number, CONDITION_NUMBER_MAX);
    if (!(minimum->gradient_cosine <= GRADIENT_COSINE_ACCEPTED))
        return atw_error_set(err, ATW_EDIVERGED,
                             "Arrhenius fit: no minimum found (relative gradient %.2g, "
                             "accepted %.0e, at Q = %.4g kJ/mol)",
                             minimum->gradient_cosine, GRADIENT_COSINE_ACCEPTED,
                             Q_J_per_mol * 1e-3);
    return ATW_OK;
}

static enum atw_status check_deviations(const struct atw_arrhenius_fit *fit,
                                        size_t n_particles,
                                        const struct atw_arrhenius_options *options,
                                        struct atw_error *err)
{
    for (size_t p = 0; p < n_particles; p++)
        if (!(fit->delta_T_std_K[p] <= fit->T_ref_K))
            return atw_error_set(
                err, ATW_EDIVERGED,
                "Arrhenius fit: dT is not identifiable: %s: %.3g K with a "
                "standard deviation of %.3g K, above the temperature",
                atw_arrhenius_label(options, p).text, fit->delta_T_K[p],
                fit->delta_T_std_K[p]);
    return ATW_OK;
}

enum atw_status atw_arrhenius_fit(struct atw_arrhenius_fit *fit,
                                  const struct atw_diffusivity_point *points,
                                  size_t n_points,
                                  size_t n_particles,
                                  const struct atw_arrhenius_options *options,
                                  struct atw_error *err)
{
    struct atw_arrhenius_problem problem;
    struct atw_least_squares_minimum minimum;
    struct atw_arrhenius_fit result;
    enum atw_status status =
        atw_arrhenius_check(points, n_points, n_particles, options, err);

    if (status != ATW_OK)
        return status;
    problem = pose_problem(points, n_points, n_particles, options);
    status = find_lowest(&minimum, &problem, err);
    if (status == ATW_OK)
        status = check_minimum(&minimum, &problem, err);
    if (status != ATW_OK)
        return status;
    report(&result, &problem, &minimum, options->origin_particle);
    status = check_deviations(&result, n_particles, options, err);
    if (status == ATW_OK)
        *fit = result;
    return status;
}
