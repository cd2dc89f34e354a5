/* Estimator `direct`: maximum likelihood on the tilt series, without a reconstruction.
 *
 * With a D that does not depend on composition the counts of a heated series depend on D,
 * Q and dT through S = integral of D dt alone. The forward model hands over the value of
 * ln S of every step at which the likelihood of all counts of a particle is greatest,
 * what is unknown about particle, series and views fitted along, and their covariance.
 * So many electrons make that likelihood a Gaussian, and fitting D, Q and dT to ln S with
 * its covariance is the maximum-likelihood fit to the counts. */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "core/constants.h"
#include "inference/direct_internal.h"

#define GRADIENT_COSINE_ACCEPTED 1e-5
#define CONDITION_NUMBER_MAX 1e6
/* Steps known worse than this tell nothing beside the others, and their likelihood is no
 * Gaussian. */
#define LN_S_STD_MOST 0.3
#define START_Q_J_PER_MOL 190e3

struct direct {
    const struct atw_observations *observations;
    struct atw_ln_S_measured *measured; /* [n_particles] */
    struct atw_direct_data *data;
    double dispersion; /* factor on variances, from the deviance */
};

static double harmonic_mean_K(const struct atw_observations *observations)
{
    double sum = 0.0;
    size_t n = 0;

    for (size_t p = 0; p < observations->n_particles; p++)
        for (size_t k = 0; k < observations->particles[p].n_steps; k++, n++)
            sum += 1.0 / observations->particles[p].nominal_K[k];
    return n ? (double)n / sum : (double)NAN;
}

/* What a perfect model would leave after fitting so many parameters. */
static double expected_deviance(const struct atw_ln_S_measured *measured)
{
    return measured->deviance.expected - (double)measured->n_parameters;
}

/* How much worse than that the worst particle is, where it is no chance. */
static enum atw_status judge_deviances(struct direct *direct, struct atw_error *err)
{
    direct->dispersion = 1.0;
    for (size_t p = 0; p < direct->observations->n_particles; p++) {
        const struct atw_ln_S_measured *measured = &direct->measured[p];
        double excess = atw_deviance_excess(&measured->deviance, measured->n_parameters);

        if (excess + 1.0 <= direct->dispersion)
            continue;
        direct->dispersion = 1.0 + excess;
        if (measured->start == ATW_LN_S_FROM_MODEL && excess > ATW_DEVIANCE_EXCESS_MOST)
            return atw_error_set(err, ATW_EINPUT,
                                 "particle %s is not what was assumed: the deviance of "
                                 "its counts is %.3g times that of a perfect model, %.3g "
                                 "allowed; analysis.direct.start: reconstruction assumes "
                                 "no shape",
                                 direct->observations->particles[p].name,
                                 direct->dispersion, 1.0 + ATW_DEVIANCE_EXCESS_MOST);
    }
    return ATW_OK;
}

static enum atw_status measure(struct direct *direct,
                               const struct atw_forward_model *model,
                               struct atw_error *err)
{
    for (size_t p = 0; p < direct->observations->n_particles; p++) {
        enum atw_status status =
            model->ln_S_from_counts(model->context, p, &direct->measured[p], err);

        if (status == ATW_OK)
            status = atw_direct_data_fill(&direct->data[p], &direct->measured[p],
                                          LN_S_STD_MOST, err);
        if (status != ATW_OK) {
            atw_error_prepend(err, "particle %s",
                              direct->observations->particles[p].name);
            return status;
        }
    }
    return judge_deviances(direct, err);
}

static enum atw_status check_points(const struct atw_direct_problem *problem,
                                    struct atw_error *err)
{
    for (size_t p = 0; p < problem->observations->n_particles; p++)
        if (problem->data[p].n == 0)
            return atw_error_set(
                err, ATW_EINVAL,
                "particle %s has no step whose S is known to %.0f %%: it has not begun "
                "to mix, or has mixed already",
                problem->observations->particles[p].name, 100.0 * LN_S_STD_MOST);
    if (problem->n_points < problem->n_parameters)
        return atw_error_set(err, ATW_EINVAL,
                             "%zu steps whose S is known for %zu parameters",
                             problem->n_points, problem->n_parameters);
    return ATW_OK;
}

/* D of each particle from its first step that is known. */
static void find_start(double *theta, const struct atw_direct_problem *problem)
{
    const struct atw_observations *observations = problem->observations;
    size_t reference = observations->reference;

    theta[1] = START_Q_J_PER_MOL / (ATW_GAS_CONSTANT_J_PER_MOL_K * problem->T_ref_K);
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t p = 0; p < observations->n_particles; p++) {
            const struct atw_observed_particle *particle = &observations->particles[p];
            double time_s = 0.0, ln_D;

            if ((p == reference) != (pass == 0))
                continue;
            for (size_t i = 0; i <= problem->data[p].step[0]; i++)
                time_s +=
                    particle->dwell_s[i] *
                    exp(-theta[1] * (problem->T_ref_K / particle->nominal_K[i] - 1.0));
            ln_D = problem->data[p].ln_S[0] - log(time_s);
            if (p == reference)
                theta[0] = ln_D;
            else
                theta[atw_direct_shift_index(problem, p)] =
                    fmin(fmax((ln_D - theta[0]) / theta[1], -0.3), 0.3);
        }
}

static enum atw_status check_minimum(const struct atw_least_squares_minimum *minimum,
                                     struct atw_error *err)
{
    if (!(minimum->condition_number <= CONDITION_NUMBER_MAX))
        return atw_error_set(err, ATW_EDIVERGED,
                             "D, Q and dT are not identifiable together (condition "
                             "number %.2g, limit %.0e): there is one temperature only, "
                             "or nothing happened",
                             minimum->condition_number, CONDITION_NUMBER_MAX);
    if (!(minimum->gradient_cosine <= GRADIENT_COSINE_ACCEPTED))
        return atw_error_set(err, ATW_EDIVERGED,
                             "no minimum found (relative gradient %.2g, accepted %.0e)",
                             minimum->gradient_cosine, GRADIENT_COSINE_ACCEPTED);
    return ATW_OK;
}

/* ---- estimates ------------------------------------------------------------ */

static enum atw_status fill_estimate(struct atw_estimate *estimate,
                                     struct atw_direct_problem *problem,
                                     const struct atw_least_squares_minimum *minimum,
                                     struct atw_error *err)
{
    size_t index = atw_direct_shift_index(problem, estimate->particle);
    double RT_ref = ATW_GAS_CONSTANT_J_PER_MOL_K * problem->T_ref_K;
    double chi_square = minimum->chi_square, scale;
    int by_scatter;
    enum atw_status status;

    scale = atw_direct_scale(problem, chi_square, &by_scatter);
    estimate->delta_T_K = problem->T_ref_K * minimum->theta[index];
    estimate->std_K = problem->T_ref_K * sqrt(scale * minimum->covariance[index][index]);
    estimate->Q_J_per_mol = RT_ref * minimum->theta[1];
    estimate->Q_std_J_per_mol = RT_ref * sqrt(scale * minimum->covariance[1][1]);
    estimate->D0_m2_per_s = exp(minimum->theta[0] + minimum->theta[1]);
    estimate->condition_number = minimum->condition_number;
    estimate->chi_square = chi_square;
    estimate->degrees_of_freedom = problem->n_points - problem->n_parameters;
    atw_estimate_say_fit(estimate, problem->dispersion, "ln S of the series",
                         "D, dT or particle");
    status = atw_direct_profile(
        estimate->interval_68_K, problem, minimum, estimate->particle, estimate->std_K,
        atw_direct_allowed_excess(problem, chi_square,
                                  2.0 * gsl_cdf_ugaussian_P(1.0) - 1.0),
        err);
    if (status == ATW_OK)
        status = atw_direct_profile(
            estimate->interval_95_K, problem, minimum, estimate->particle,
            estimate->std_K, atw_direct_allowed_excess(problem, chi_square, 0.95), err);
    return status;
}

/* The worst of the particles, over what a perfect model gives. */
static double worst_deviance_ratio(const struct direct *direct)
{
    double worst = 0.0;

    for (size_t p = 0; p < direct->observations->n_particles; p++)
        worst = fmax(worst, direct->measured[p].deviance.value /
                                expected_deviance(&direct->measured[p]));
    return worst > 0.0 ? worst : (double)NAN; /* not measured */
}

static enum atw_status append_all(struct atw_estimates *estimates,
                                  const struct direct *direct,
                                  struct atw_direct_problem *problem,
                                  const struct atw_least_squares_minimum *minimum,
                                  const struct atw_error *verdict,
                                  struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t p = 0; p < direct->observations->n_particles && status == ATW_OK; p++) {
        struct atw_estimate estimate =
            atw_estimate_blank(atw_estimator_direct.name, "counts",
                               atw_delta_T_model_name(problem->delta_T_model), p,
                               direct->observations->reference, problem->n_points);

        if (p == direct->observations->reference)
            continue;
        estimate.deviance_ratio = worst_deviance_ratio(direct);
        if (verdict->status == ATW_OK) {
            status = fill_estimate(&estimate, problem, minimum, err);
        } else {
            atw_estimate_say(&estimate, verdict->text);
        }
        if (status == ATW_OK)
            status = atw_estimates_append(estimates, &estimate, err);
    }
    return status;
}

/* A fit that finds no answer, or data that the model can make nothing of, are an estimate
 * that says why. */
static int is_verdict(enum atw_status status)
{
    return status == ATW_EINVAL || status == ATW_EINPUT || status == ATW_EDIVERGED;
}

static enum atw_status fit_model(struct atw_estimates *estimates,
                                 const struct direct *direct,
                                 enum atw_delta_T_model model,
                                 const struct atw_error *unmeasured,
                                 struct atw_error *err)
{
    struct atw_direct_problem problem = {.observations = direct->observations,
                                         .data = direct->data,
                                         .delta_T_model = model,
                                         .T_ref_K = harmonic_mean_K(direct->observations),
                                         .n_parameters =
                                             direct->observations->n_particles + 1,
                                         .held = ATW_DIRECT_NO_PARAMETER,
                                         .dispersion = direct->dispersion};
    struct atw_least_squares_minimum minimum;
    double theta[ATW_LEAST_SQUARES_PARAMETERS_MAX];
    struct atw_error verdict = *unmeasured;
    enum atw_status status = unmeasured->status;

    for (size_t p = 0; p < direct->observations->n_particles && status == ATW_OK; p++)
        problem.n_points += direct->data[p].n;
    if (status == ATW_OK)
        status = check_points(&problem, &verdict);
    if (status == ATW_OK) {
        find_start(theta, &problem);
        status = atw_direct_fit(&minimum, &problem, theta, &verdict);
    }
    if (status == ATW_OK)
        status = check_minimum(&minimum, &verdict);
    if (status != ATW_OK && !is_verdict(status))
        return atw_error_set(err, status, "%s", verdict.text);
    return append_all(estimates, direct, &problem, &minimum, &verdict, err);
}

static enum atw_status run(const struct atw_observations *observations,
                           const struct atw_forward_model *model,
                           struct atw_estimates *estimates,
                           struct atw_error *err)
{
    size_t count = estimates->count, n = observations->n_particles;
    struct direct direct = {.observations = observations};
    struct atw_error unmeasured = {0};
    enum atw_status status = atw_observations_check(observations, err);

    if (status != ATW_OK)
        return status;
    if (!model->ln_S_from_counts)
        return atw_error_set(err, ATW_EINVAL,
                             "direct: the analysis model does not fit tilt series");
    direct.measured = calloc(n, sizeof *direct.measured);
    direct.data = calloc(n, sizeof *direct.data);
    if (!direct.measured || !direct.data)
        status = atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
    else
        status = measure(&direct, model, &unmeasured);
    if (is_verdict(status))
        status = ATW_OK;
    else if (status != ATW_OK)
        atw_error_set(err, status, "direct: %s", unmeasured.text);
    for (int m = ATW_DELTA_T_CONSTANT; m <= ATW_DELTA_T_PROPORTIONAL && status == ATW_OK;
         m++)
        status =
            fit_model(estimates, &direct, (enum atw_delta_T_model)m, &unmeasured, err);
    if (status != ATW_OK)
        estimates->count = count;
    free(direct.measured);
    free(direct.data);
    return status;
}

const struct atw_estimator atw_estimator_direct = {
    .name = "direct",
    .description = "maximum likelihood of the counts of all tilt series, without any "
                   "reconstruction",
    .is_from_counts = 1,
    .run = run};
