/* Estimator `joint`: one fit of all degrees of alloying of all particles.
 *
 * With a D that does not depend on composition the state depends on S = integral of D dt
 * alone, so the degree after step k is f(S_k) with one curve f per particle, tabulated
 * through the analysis model from the particle inferred from the room-temperature
 * tomogram. ln D(T_ref), Q and one dT per particle are fitted to the degrees themselves:
 * no interval is started from a noisy tomogram, none can saturate into a wrong D. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "core/constants.h"
#include "inference/joint_internal.h"

/* As in the Arrhenius fit: what counts as a minimum, and what as identified. */
#define GRADIENT_COSINE_ACCEPTED 1e-5
#define CONDITION_NUMBER_MAX 1e6

/* Of a variance left, below which it may as well be none. */
#define SATURATED_DEVIATIONS 2.0

static const double start_Q_J_per_mol[] = {190e3, 130e3, 260e3};

struct atw_estimate atw_joint_blank_estimate(const struct atw_joint *joint,
                                             const char *estimator,
                                             size_t particle)
{
    return atw_estimate_blank(estimator, "variance",
                              atw_delta_T_model_name(joint->delta_T_model), particle,
                              joint->observations->reference, joint->n_points);
}

enum atw_status atw_joint_check_particles(const struct atw_joint *joint,
                                          struct atw_error *err)
{
    for (size_t p = 0; p < joint->observations->n_particles; p++) {
        int has_point = 0;

        for (size_t i = 0; i < joint->n_points; i++)
            has_point |= joint->point[i].particle == p;
        if (!has_point)
            return atw_error_set(err, ATW_EINVAL, "particle %s has no degree of alloying",
                                 joint->observations->particles[p].name
                                     ? joint->observations->particles[p].name
                                     : "?");
    }
    return ATW_OK;
}

/* Particles without anything left to mix tell no S, only that S is large. One of them
 * still bounds dT. */
static enum atw_status check_saturation(const struct atw_joint *joint,
                                        struct atw_error *err)
{
    double greatest = -INFINITY; /* variance left, in its standard deviations */

    for (size_t i = 0; i < joint->n_points; i++) {
        const struct atw_joint_point *point = &joint->point[i];

        greatest =
            fmax(greatest, point->weight * joint->observations->particles[point->particle]
                                               .variance_left[point->step]);
    }
    if (joint->deviations_known && greatest < SATURATED_DEVIATIONS)
        return atw_error_set(err, ATW_EINVAL,
                             "every particle is fully alloyed after every step: the "
                             "variance left is at most %.1f of its standard deviations; "
                             "heat less",
                             greatest);
    return ATW_OK;
}

/* Without deviations the scatter about the fit has to tell them. */
static enum atw_status check_points(const struct atw_joint *joint, struct atw_error *err)
{
    size_t needed = joint->n_parameters + (joint->deviations_known ? 0 : 1);

    if (joint->n_points < needed)
        return atw_error_set(err, ATW_EINVAL,
                             "%zu degrees of alloying for %zu parameters; %zu are needed",
                             joint->n_points, joint->n_parameters, needed);
    return atw_joint_check_particles(joint, err);
}

static int is_minimum(const struct atw_least_squares_minimum *minimum)
{
    return minimum->gradient_cosine <= GRADIENT_COSINE_ACCEPTED;
}

/* A minimum that known deviations explain needs no rival: what other starts would find is
 * lower by chance at most, and the way there costs points of the curve. */
static int is_explained(const struct atw_joint *joint,
                        const struct atw_least_squares_minimum *minimum)
{
    return joint->deviations_known && is_minimum(minimum) &&
           atw_joint_are_deviations_enough(joint, minimum->chi_square);
}

/* The lowest converged minimum over the starts, or the first that is explained. */
static enum atw_status find_lowest(struct atw_least_squares_minimum *best,
                                   struct atw_joint *joint,
                                   struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    *best = (struct atw_least_squares_minimum){.chi_square = INFINITY,
                                               .gradient_cosine = INFINITY};
    for (size_t s = 0; s < sizeof start_Q_J_per_mol / sizeof *start_Q_J_per_mol &&
                       !is_explained(joint, best);
         s++) {
        double theta[ATW_LEAST_SQUARES_PARAMETERS_MAX];
        struct atw_least_squares_minimum candidate;

        status = atw_joint_start(theta, joint, start_Q_J_per_mol[s], err);
        if (status == ATW_OK)
            status = atw_joint_minimise(&candidate, joint, theta, err);
        if (status != ATW_OK)
            return status;
        if (is_minimum(&candidate) != is_minimum(best)
                ? is_minimum(&candidate)
                : candidate.chi_square < best->chi_square)
            *best = candidate;
    }
    return status;
}

static enum atw_status check_minimum(const struct atw_least_squares_minimum *minimum,
                                     struct atw_error *err)
{
    if (!(minimum->condition_number <= CONDITION_NUMBER_MAX))
        return atw_error_set(err, ATW_EDIVERGED,
                             "D, Q and dT are not identifiable together (condition "
                             "number %.2g, limit %.0e): the degrees hardly depend on "
                             "them, or there is one temperature only",
                             minimum->condition_number, CONDITION_NUMBER_MAX);
    if (!is_minimum(minimum))
        return atw_error_set(err, ATW_EDIVERGED,
                             "no minimum found (relative gradient %.2g, accepted %.0e)",
                             minimum->gradient_cosine, GRADIENT_COSINE_ACCEPTED);
    return ATW_OK;
}

/* Rise of chi^2 at the end of an interval: of a known deviation, or of one estimated from
 * the fit with Student's t. */
static double allowed_excess(const struct atw_joint *joint,
                             const struct atw_least_squares_minimum *minimum,
                             double coverage)
{
    double upper = 0.5 * (1.0 + coverage);
    double freedom = (double)(joint->n_points - joint->n_parameters), factor;

    if (atw_joint_are_deviations_enough(joint, minimum->chi_square)) {
        factor = gsl_cdf_ugaussian_Pinv(upper);
        return factor * factor;
    }
    factor = gsl_cdf_tdist_Pinv(upper, freedom);
    return factor * factor * minimum->chi_square / freedom;
}

static void fill_estimate(struct atw_estimate *estimate,
                          const struct atw_joint *joint,
                          const struct atw_least_squares_minimum *minimum)
{
    size_t index = atw_joint_shift_index(joint, estimate->particle);
    size_t freedom = joint->n_points - joint->n_parameters;
    double RT_ref = ATW_GAS_CONSTANT_J_PER_MOL_K * joint->T_ref_K;
    double scale = atw_joint_are_deviations_enough(joint, minimum->chi_square)
                       ? 1.0
                       : minimum->chi_square / (double)freedom;

    estimate->delta_T_K = joint->T_ref_K * minimum->theta[index];
    estimate->std_K = joint->T_ref_K * sqrt(scale * minimum->covariance[index][index]);
    estimate->Q_J_per_mol = RT_ref * minimum->theta[1];
    estimate->Q_std_J_per_mol = RT_ref * sqrt(scale * minimum->covariance[1][1]);
    estimate->D0_m2_per_s = exp(minimum->theta[0] + minimum->theta[1]);
    estimate->condition_number = minimum->condition_number;
    estimate->chi_square = minimum->chi_square;
    estimate->degrees_of_freedom = freedom;
}

static enum atw_status fill_intervals(struct atw_estimate *estimate,
                                      struct atw_joint *joint,
                                      const struct atw_least_squares_minimum *minimum,
                                      struct atw_error *err)
{
    enum atw_status status = atw_joint_profile(
        estimate->interval_68_K, joint, minimum, estimate->particle, estimate->std_K,
        allowed_excess(joint, minimum, 2.0 * gsl_cdf_ugaussian_P(1.0) - 1.0), err);

    if (status == ATW_OK)
        status =
            atw_joint_profile(estimate->interval_95_K, joint, minimum, estimate->particle,
                              estimate->std_K, allowed_excess(joint, minimum, 0.95), err);
    return status;
}

int atw_joint_is_verdict(enum atw_status status)
{
    return status == ATW_EINVAL || status == ATW_EINPUT || status == ATW_EDIVERGED;
}

/* *estimate is blank, and stays so but for its status if the minimum is no answer. */
static enum atw_status conclude(struct atw_estimate *estimate,
                                struct atw_joint *joint,
                                const struct atw_least_squares_minimum *minimum,
                                struct atw_error *err)
{
    struct atw_estimate found = *estimate;
    struct atw_error verdict = {0};
    enum atw_status status;

    fill_estimate(&found, joint, minimum);
    status = fill_intervals(&found, joint, minimum, err);
    if (status != ATW_OK)
        return status;
    if (atw_joint_check_range(&found, joint, &verdict) == ATW_OK) {
        atw_joint_tell_misfit(&found, joint);
        *estimate = found;
    } else {
        atw_estimate_say(estimate, verdict.text);
    }
    return ATW_OK;
}

static enum atw_status append_fit(struct atw_estimates *estimates,
                                  struct atw_joint *joint,
                                  struct atw_error *err)
{
    struct atw_least_squares_minimum minimum;
    struct atw_error fit_err = {0};
    enum atw_status status = check_points(joint, &fit_err), fit_status;

    if (status == ATW_OK)
        status = check_saturation(joint, &fit_err);
    if (status == ATW_OK)
        status = find_lowest(&minimum, joint, &fit_err);
    if (status == ATW_OK)
        status = check_minimum(&minimum, &fit_err);
    if (status != ATW_OK && !atw_joint_is_verdict(status))
        return atw_error_set(err, status, "joint: %s", fit_err.text);
    fit_status = status;
    status = ATW_OK;
    for (size_t p = 0; p < joint->observations->n_particles && status == ATW_OK; p++) {
        struct atw_estimate estimate =
            atw_joint_blank_estimate(joint, atw_estimator_joint.name, p);

        if (p == joint->observations->reference)
            continue;
        if (fit_status == ATW_OK)
            status = conclude(&estimate, joint, &minimum, err);
        else
            atw_estimate_say(&estimate, fit_err.text);
        if (status == ATW_OK)
            status = atw_estimates_append(estimates, &estimate, err);
    }
    return status;
}

enum atw_status atw_joint_run(const char *estimator,
                              atw_joint_append_fn append,
                              const struct atw_observations *observations,
                              const struct atw_forward_model *model,
                              struct atw_estimates *estimates,
                              struct atw_error *err)
{
    static const enum atw_delta_T_model models[] = {ATW_DELTA_T_CONSTANT,
                                                    ATW_DELTA_T_PROPORTIONAL};
    size_t count = estimates->count, n_posterior = estimates->n_posterior;
    struct atw_joint *joint = NULL;
    enum atw_status status = atw_observations_check(observations, err);

    if (status == ATW_OK && !model->variance_from_start)
        status = atw_error_set(err, ATW_EINVAL,
                               "%s: the analysis model has no curve of the degree from "
                               "the unheated particle",
                               estimator);
    if (status == ATW_OK)
        status = atw_joint_create(&joint, observations, model, err);
    for (size_t m = 0; m < 2 && status == ATW_OK; m++) {
        atw_joint_choose_delta_T_model(joint, models[m]);
        status = append(estimates, joint, err);
    }
    if (status != ATW_OK) {
        estimates->count = count;
        estimates->n_posterior = n_posterior;
    }
    atw_joint_destroy(joint);
    return status;
}

static enum atw_status run(const struct atw_observations *observations,
                           const struct atw_forward_model *model,
                           struct atw_estimates *estimates,
                           struct atw_error *err)
{
    return atw_joint_run(atw_estimator_joint.name, append_fit, observations, model,
                         estimates, err);
}

const struct atw_estimator atw_estimator_joint = {
    .name = "joint",
    .description = "all degrees of alloying of all particles in one fit of D, Q and dT",
    .run = run};
