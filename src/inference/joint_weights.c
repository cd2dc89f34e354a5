/* Weights of the residuals of the estimator `joint`.
 *
 * q = (s^2 - s_inf^2) / (s_0^2 - s_inf^2). With the deviations u of s_0^2 and v of
 * s_inf^2 over s_0^2 - s_inf^2, which all steps of a particle share, and the steps' own
 * deviations,
 *
 *   cov(q_i, q_j) = own_i^2 delta_ij + q_i q_j u_i u_j + (1 - q_i) (1 - q_j) v_i v_j
 *
 * in first order, q as measured. With its Cholesky factor L the residuals L^-1 r are
 * independent and of unit variance. */
#include <math.h>

#include "inference/joint_internal.h"

/* Error of the curves' interpolation: no residual means anything below it. */
#define DEGREE_ROUNDING 1e-12

static int are_errors_known(const struct atw_joint *joint)
{
    for (size_t i = 0; i < joint->n_points; i++) {
        const struct atw_joint_point *point = &joint->point[i];
        const struct atw_variance_errors *errors =
            &joint->observations->particles[point->particle].variance_errors[point->step];

        if (!(errors->own > 0.0 && isfinite(errors->own)) ||
            !(errors->unheated >= 0.0 && isfinite(errors->unheated)) ||
            !(errors->alloyed >= 0.0 && isfinite(errors->alloyed)))
            return 0;
    }
    return 1;
}

static double covariance(const struct atw_joint *joint, size_t i, size_t j)
{
    const struct atw_joint_point *point = &joint->point[i], *other = &joint->point[j];
    const struct atw_observed_particle *particle =
        &joint->observations->particles[point->particle];
    const struct atw_variance_errors *a = &particle->variance_errors[point->step];
    const struct atw_variance_errors *b = &particle->variance_errors[other->step];
    double q = particle->variance_left[point->step];
    double q_other = particle->variance_left[other->step];
    double shared = q * q_other * a->unheated * b->unheated +
                    (1.0 - q) * (1.0 - q_other) * a->alloyed * b->alloyed;

    return i == j ? a->own * a->own + shared : shared;
}

/* Row of the Cholesky factor [0 ... i - first] from the rows above it. Positive definite:
 * every own deviation is positive. */
static void factorise_row(const struct atw_joint *joint,
                          size_t first,
                          size_t i,
                          double factor[ATW_STEPS_MAX][ATW_STEPS_MAX])
{
    double *row = factor[i - first];

    for (size_t j = 0; j <= i - first; j++) {
        double rest = covariance(joint, i, first + j);

        for (size_t k = 0; k < j; k++)
            rest -= row[k] * factor[j][k];
        row[j] = j < i - first ? rest / factor[j][j] : sqrt(rest);
    }
}

/* Row of the inverse of the factor, from the rows above it. */
static void invert_row(size_t n,
                       double inverse[][ATW_STEPS_MAX],
                       double factor[ATW_STEPS_MAX][ATW_STEPS_MAX])
{
    const double *row = factor[n];

    for (size_t j = 0; j < n; j++) {
        double sum = 0.0;

        for (size_t k = j; k < n; k++)
            sum += row[k] * inverse[k][j];
        inverse[n][j] = -sum / row[n];
    }
    inverse[n][n] = 1.0 / row[n];
}

void atw_joint_weigh(struct atw_joint *joint)
{
    double factor[ATW_STEPS_MAX][ATW_STEPS_MAX];
    size_t first = 0;

    joint->errors_known = are_errors_known(joint);
    for (size_t i = 0; i < joint->n_points; i++) {
        if (joint->point[i].particle != joint->point[first].particle)
            first = i;
        joint->point[i].first = first;
        if (joint->errors_known && joint->deviations_known) {
            factorise_row(joint, first, i, factor);
            invert_row(i - first, joint->whitener + first, factor);
        } else {
            for (size_t j = 0; j < i - first; j++)
                joint->whitener[i][j] = 0.0;
            joint->whitener[i][i - first] = joint->point[i].weight;
        }
    }
}

double atw_joint_whiten(const struct atw_joint *joint, size_t i, const double *missed)
{
    size_t first = joint->point[i].first;
    double sum = 0.0;

    for (size_t j = first; j <= i; j++)
        sum += joint->whitener[i][j - first] * missed[j];
    return sum;
}

double atw_joint_rounding(const struct atw_joint *joint)
{
    double sum = 0.0;

    for (size_t i = 0; i < joint->n_points; i++)
        for (size_t j = 0; j <= i - joint->point[i].first; j++)
            sum += joint->whitener[i][j] * joint->whitener[i][j];
    return DEGREE_ROUNDING * sqrt(sum);
}
