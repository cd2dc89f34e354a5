/* The posterior density that the estimator `bayes` samples. */
#include <math.h>

#include "core/constants.h"
#include "inference/bayes_internal.h"

/* Wide enough for any metal in any experiment; they only make the density proper. */
#define LN_D_LEAST (-60.0) /* 9e-27 m2/s */
#define LN_D_GREATEST (-27.0)
#define Q_GREATEST_J_PER_MOL 1000e3

/* Ends of the prior that is flat in the logarithm of the model error, for data without
 * deviations; no variance left is known better, images being rounded to single precision,
 * and none is missed by more. The other prior is proper without them. */
#define MODEL_ERROR_LEAST 1e-7
#define MODEL_ERROR_GREATEST 1.0

/* Where walkers start: in ln D, in kJ/mol unless the prior is narrower, and in K. */
#define START_LN_D_SPREAD 0.1
#define START_Q_J_PER_MOL 190e3
#define START_Q_SPREAD_J_PER_MOL 10e3
#define START_DELTA_T_SPREAD_K 3.0
#define START_MODEL_ERROR 3e-3
#define START_LN_MODEL_ERROR_SPREAD 0.7

/* ---- parameters ----------------------------------------------------------- */

void atw_posterior_set_up(struct atw_posterior *posterior,
                          struct atw_joint *joint,
                          const struct atw_bayes_options *options)
{
    size_t n = joint->n_parameters;
    int has_model_error = 1;

    *posterior = (struct atw_posterior){.joint = joint,
                                        .options = options,
                                        .errors_known = joint->errors_known,
                                        .model_error = ATW_JOINT_NO_PARAMETER,
                                        .model_error_scale = options->model_error_scale};
    if (!posterior->errors_known && !joint->deviations_known)
        posterior->model_error_scale = 0.0;
    else if (options->model_error_scale == 0.0)
        has_model_error = 0;
    if (has_model_error)
        posterior->model_error = n++;
    for (size_t p = 0; p < joint->observations->n_particles; p++) {
        posterior->unheated[p] = posterior->errors_known ? n++ : ATW_JOINT_NO_PARAMETER;
        posterior->alloyed[p] = posterior->errors_known ? n++ : ATW_JOINT_NO_PARAMETER;
        posterior->length[p] = options->length_std > 0.0 ? n++ : ATW_JOINT_NO_PARAMETER;
    }
    posterior->n_parameters = n;
}

double atw_posterior_value(const double *theta, size_t index)
{
    return index == ATW_JOINT_NO_PARAMETER ? 0.0 : theta[index];
}

/* ---- density -------------------------------------------------------------- */

static double square(double x)
{
    return x * x;
}

/* Of ln tau, tau being the model error; -infinity outside. Half-Cauchy in tau: most of it
 * below the scale s, with a tail that gives way to data that ask for more,
 *
 *   p(ln tau) ~ (tau / s) / (1 + (tau / s)^2).
 *
 * It falls on both sides of s: unlike in a prior that is flat in ln tau, walkers do not
 * stray where tau is too small to matter. */
static double log_prior_of_model_error(const struct atw_posterior *posterior,
                                       double ln_tau)
{
    if (posterior->model_error_scale > 0.0)
        return -log(cosh(ln_tau - log(posterior->model_error_scale)));
    return ln_tau < log(MODEL_ERROR_LEAST) || ln_tau > log(MODEL_ERROR_GREATEST)
               ? -INFINITY
               : 0.0;
}

/* The prior of D, Q, dT and the model error; -infinity outside. */
static double log_prior(const struct atw_posterior *posterior, const double *theta)
{
    const struct atw_bayes_options *options = posterior->options;
    const struct atw_joint *joint = posterior->joint;
    double Q = theta[1] * ATW_GAS_CONSTANT_J_PER_MOL_K * joint->T_ref_K, sum = 0.0;
    double of_model_error = 0.0;

    if (theta[0] < LN_D_LEAST || theta[0] > LN_D_GREATEST || Q <= 0.0 ||
        Q > Q_GREATEST_J_PER_MOL)
        return -INFINITY;
    if (posterior->model_error != ATW_JOINT_NO_PARAMETER)
        of_model_error =
            log_prior_of_model_error(posterior, theta[posterior->model_error]);
    if (options->Q_std_J_per_mol > 0.0)
        sum += square((Q - options->Q_J_per_mol) / options->Q_std_J_per_mol);
    for (size_t j = 2; j < joint->n_parameters; j++)
        sum += square(theta[j] * joint->T_ref_K / options->delta_T_std_K);
    for (size_t j = joint->n_parameters; j < posterior->n_parameters; j++)
        if (j != posterior->model_error)
            sum += square(theta[j]);
    return of_model_error - 0.5 * sum;
}

/* Sizes are known to a relative deviation; diffusion over a length l takes S as l^2. */
static void shift_sizes(const struct atw_posterior *posterior,
                        const double *theta,
                        double *ln_S_shift)
{
    for (size_t p = 0; p < posterior->joint->observations->n_particles; p++)
        ln_S_shift[p] = -2.0 * posterior->options->length_std *
                        atw_posterior_value(theta, posterior->length[p]);
}

/* What the point should show, and the variance of its own error but that of the model. */
static double expect(const struct atw_posterior *posterior,
                     const double *theta,
                     const struct atw_joint_point *point,
                     double *variance)
{
    const struct atw_joint *joint = posterior->joint;
    const struct atw_variance_errors *errors =
        &joint->observations->particles[point->particle].variance_errors[point->step];
    double u, v;

    if (!posterior->errors_known) {
        *variance = joint->deviations_known ? 1.0 / square(point->weight) : 0.0;
        return point->degree;
    }
    u = theta[posterior->unheated[point->particle]] * errors->unheated;
    v = theta[posterior->alloyed[point->particle]] * errors->alloyed;
    *variance = square(errors->own);
    return (point->degree - v) / (1.0 + u - v);
}

static double log_likelihood(const struct atw_posterior *posterior, const double *theta)
{
    const struct atw_joint *joint = posterior->joint;
    double model_variance = 0.0, sum = 0.0;

    if (posterior->model_error != ATW_JOINT_NO_PARAMETER)
        model_variance = exp(2.0 * theta[posterior->model_error]);
    for (size_t i = 0; i < joint->n_points; i++) {
        const struct atw_joint_point *point = &joint->point[i];
        double measured =
            joint->observations->particles[point->particle].variance_left[point->step];
        double variance, expected = expect(posterior, theta, point, &variance);

        variance += model_variance;
        sum += square(measured - expected) / variance + log(variance);
    }
    return -0.5 * sum;
}

enum atw_status atw_posterior_log_density(void *context,
                                          const double *theta,
                                          double *log_density,
                                          struct atw_error *err)
{
    const struct atw_posterior *posterior = context;
    double ln_S_shift[ATW_ARRHENIUS_PARTICLES_MAX];

    *log_density = log_prior(posterior, theta);
    if (!isfinite(*log_density))
        return ATW_OK;
    shift_sizes(posterior, theta, ln_S_shift);
    if (!atw_joint_evaluate(posterior->joint, theta, ln_S_shift)) {
        *log_density = -INFINITY;
        return atw_joint_curve_error(posterior->joint, err);
    }
    *log_density += log_likelihood(posterior, theta);
    return ATW_OK;
}

/* ---- start ---------------------------------------------------------------- */

enum atw_status atw_posterior_start(const struct atw_posterior *posterior,
                                    double *centre,
                                    double *spread,
                                    struct atw_error *err)
{
    const struct atw_bayes_options *options = posterior->options;
    struct atw_joint *joint = posterior->joint;
    int has_prior = options->Q_std_J_per_mol > 0.0;
    double Q_spread = START_Q_SPREAD_J_PER_MOL;
    enum atw_status status = atw_joint_start(
        centre, joint, has_prior ? options->Q_J_per_mol : START_Q_J_PER_MOL, err);

    if (has_prior)
        Q_spread = fmin(Q_spread, options->Q_std_J_per_mol);
    spread[0] = START_LN_D_SPREAD;
    spread[1] = Q_spread / (ATW_GAS_CONSTANT_J_PER_MOL_K * joint->T_ref_K);
    for (size_t j = 2; j < posterior->n_parameters; j++) {
        spread[j] = 1.0;
        if (j < joint->n_parameters)
            spread[j] = START_DELTA_T_SPREAD_K / joint->T_ref_K;
        else
            centre[j] = 0.0;
    }
    if (posterior->model_error != ATW_JOINT_NO_PARAMETER) {
        centre[posterior->model_error] =
            log(posterior->model_error_scale > 0.0 ? posterior->model_error_scale
                                                   : START_MODEL_ERROR);
        spread[posterior->model_error] = START_LN_MODEL_ERROR_SPREAD;
    }
    return status;
}
