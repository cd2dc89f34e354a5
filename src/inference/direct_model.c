/* ln S as a function of D(T_ref), Q and dT, against what the tilt series tell. */
#include <math.h>
#include <string.h>

#include "core/constants.h"
#include "inference/direct_internal.h"

#define T_LEAST_K 1.0
#define LN_D_GREATEST 700.0
#define LN_S_ROUNDING 1e-13

size_t atw_direct_shift_index(const struct atw_direct_problem *problem, size_t particle)
{
    size_t reference = problem->observations->reference;

    if (particle == reference)
        return ATW_DIRECT_NO_PARAMETER;
    return 2 + particle - (particle > reference);
}

enum atw_status atw_direct_data_fill(struct atw_direct_data *data,
                                     const struct atw_ln_S_measured *measured,
                                     double std_most,
                                     struct atw_error *err)
{
    size_t n_all = measured->n_steps, n = 0;
    double *L = data->factor;

    *data = (struct atw_direct_data){0};
    for (size_t k = 0; k < n_all; k++)
        if (measured->covariance[k * (n_all + 1)] <= std_most * std_most) {
            data->step[n] = k;
            data->ln_S[n++] = measured->ln_S[k];
        }
    data->n = n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = measured->covariance[data->step[i] * n_all + data->step[j]];

            for (size_t k = 0; k < j; k++)
                sum -= L[i * n + k] * L[j * n + k];
            if (i == j && !(sum > 0.0))
                return atw_error_set(err, ATW_EDIVERGED,
                                     "the errors of the steps have no covariance");
            L[i * n + j] = i == j ? sqrt(sum) : sum / L[j * n + j];
        }
    return ATW_OK;
}

/* x := L^-1 x */
static void whiten(const struct atw_direct_data *data, double *x)
{
    for (size_t i = 0; i < data->n; i++) {
        for (size_t k = 0; k < i; k++)
            x[i] -= data->factor[i * data->n + k] * x[k];
        x[i] /= data->factor[i * data->n + i];
    }
}

/* ln S up to and including each step, and its derivatives by theta_0, theta_1 and the
 * particle's own shift. Returns 0 outside the model. */
static int ln_S_of(const struct atw_direct_problem *problem,
                   const double *theta,
                   size_t p,
                   double ln_S[ATW_STEPS_MAX],
                   double derivative[3][ATW_STEPS_MAX])
{
    const struct atw_observed_particle *particle = &problem->observations->particles[p];
    size_t index = atw_direct_shift_index(problem, p);
    double shift = index == ATW_DIRECT_NO_PARAMETER ? 0.0 : theta[index];
    double S_m2 = 0.0, sum[3] = {0.0};

    for (size_t i = 0; i < particle->n_steps; i++) {
        double share = atw_observations_delta_T_share(problem->observations,
                                                      problem->delta_T_model, p, i);
        double T = particle->nominal_K[i] / problem->T_ref_K + share * shift, part;
        double ln_D = theta[0] - theta[1] * (1.0 / T - 1.0);

        if (!(T * problem->T_ref_K > T_LEAST_K) || !(fabs(ln_D) < LN_D_GREATEST))
            return 0;
        part = particle->dwell_s[i] * exp(ln_D);
        S_m2 += part;
        sum[0] += part;
        sum[1] -= part * (1.0 / T - 1.0);
        sum[2] += part * theta[1] * share / (T * T);
        if (!(S_m2 > 0.0))
            return 0;
        ln_S[i] = log(S_m2);
        for (size_t j = 0; j < 3; j++)
            derivative[j][i] = sum[j] / S_m2;
    }
    return 1;
}

/* ---- least squares -------------------------------------------------------- */

static void
whole_theta(const struct atw_direct_problem *problem, const double *free, double *theta)
{
    for (size_t j = 0, k = 0; j < problem->n_parameters; j++)
        theta[j] = j == problem->held ? problem->held_value : free[k++];
}

static int residuals(void *context, const double *free, double *residual)
{
    const struct atw_direct_problem *problem = context;
    double theta[ATW_LEAST_SQUARES_PARAMETERS_MAX], ln_S[ATW_STEPS_MAX];
    double derivative[3][ATW_STEPS_MAX];

    whole_theta(problem, free, theta);
    for (size_t p = 0; p < problem->observations->n_particles; p++) {
        const struct atw_direct_data *data = &problem->data[p];

        if (!ln_S_of(problem, theta, p, ln_S, derivative))
            return 0;
        for (size_t i = 0; i < data->n; i++)
            residual[i] = ln_S[data->step[i]] - data->ln_S[i];
        whiten(data, residual);
        residual += data->n;
    }
    return 1;
}

static void jacobian_row(void *context, const double *free, size_t row, double *out)
{
    const struct atw_direct_problem *problem = context;
    double theta[ATW_LEAST_SQUARES_PARAMETERS_MAX], ln_S[ATW_STEPS_MAX];
    double all[ATW_LEAST_SQUARES_PARAMETERS_MAX] = {0.0};
    double derivative[3][ATW_STEPS_MAX], column[ATW_STEPS_MAX];
    size_t p = 0, index;

    whole_theta(problem, free, theta);
    for (; row >= problem->data[p].n; p++)
        row -= problem->data[p].n;
    index = atw_direct_shift_index(problem, p);
    if (ln_S_of(problem, theta, p, ln_S, derivative))
        for (size_t j = 0; j < 3; j++) {
            if (j == 2 && index == ATW_DIRECT_NO_PARAMETER)
                continue;
            for (size_t i = 0; i < problem->data[p].n; i++)
                column[i] = derivative[j][problem->data[p].step[i]];
            whiten(&problem->data[p], column);
            all[j < 2 ? j : index] = column[row];
        }
    for (size_t j = 0, k = 0; j < problem->n_parameters; j++)
        if (j != problem->held)
            out[k++] = all[j];
}

static double rounding(const struct atw_direct_problem *problem)
{
    double sum = 0.0;

    for (size_t p = 0; p < problem->observations->n_particles; p++)
        for (size_t i = 0; i < problem->data[p].n; i++)
            sum += pow(problem->data[p].factor[i * (problem->data[p].n + 1)], -2.0);
    return LN_S_ROUNDING * sqrt(sum);
}

enum atw_status atw_direct_fit(struct atw_least_squares_minimum *minimum,
                               struct atw_direct_problem *problem,
                               const double *start,
                               struct atw_error *err)
{
    int is_held = problem->held != ATW_DIRECT_NO_PARAMETER;
    const struct atw_least_squares squares = {.context = problem,
                                              .n_residuals = problem->n_points,
                                              .n_parameters = problem->n_parameters -
                                                              (is_held ? 1 : 0),
                                              .residuals = residuals,
                                              .jacobian_row = jacobian_row,
                                              .rounding = rounding(problem)};
    double free[ATW_LEAST_SQUARES_PARAMETERS_MAX];
    double whole[ATW_LEAST_SQUARES_PARAMETERS_MAX] = {0.0};
    enum atw_status status;

    for (size_t j = 0, k = 0; j < problem->n_parameters; j++)
        if (j != problem->held)
            free[k++] = start[j];
    status = atw_least_squares_minimise(minimum, &squares, free, err);
    if (status != ATW_OK)
        return status;
    whole_theta(problem, minimum->theta, whole);
    memcpy(minimum->theta, whole, sizeof whole);
    return ATW_OK;
}
