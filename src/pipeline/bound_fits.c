/* Bound: what fits to the shares of variance, or to one D per interval, can reach. */
#include "pipeline/bound_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

/* Square matrices of one particle's steps, on the stack. */
struct steps {
    size_t n;
    double value[ATW_STEPS_MAX * ATW_STEPS_MAX];
};

/* An inverse covariance from n samples of p numbers is too large by this factor
 * (Hartlap et al., Astron. Astrophys. 464 (2007) 399). */
static double inverse_bias(size_t n_samples, size_t n_numbers)
{
    return ((double)n_samples - 1.0) / ((double)n_samples - (double)n_numbers - 2.0);
}

/* Covariance of ln S of the steps of a particle, from that of the shares. */
static void covariance_of_ln_S(struct steps *out,
                               const struct atw_bound_degrees *degrees,
                               enum atw_bound_stage stage,
                               size_t particle)
{
    size_t n = out->n;
    const double *slope = degrees->slope + particle * n;
    const double *of_shares =
        (stage == ATW_BOUND_DEGREES ? degrees->covariance : degrees->covariance_own) +
        particle * n * n;

    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < n; k++)
            out->value[j * n + k] = of_shares[j * n + k] / (slope[j] * slope[k]);
}

/* ATW_EDIVERGED if the matrix has no inverse. */
static enum atw_status invert(struct steps *matrix, struct atw_error *err)
{
    gsl_matrix_view view = gsl_matrix_view_array(matrix->value, matrix->n, matrix->n);

    if (gsl_linalg_cholesky_decomp1(&view.matrix) != 0 ||
        gsl_linalg_cholesky_invert(&view.matrix) != 0)
        return atw_error_set(err, ATW_EDIVERGED,
                             "bound: the degrees of the replicates do not vary "
                             "independently; more replicates are needed");
    return ATW_OK;
}

/* ln D of the intervals from ln S of the steps. */
static void map_to_intervals(struct steps *map, const double *S_m2)
{
    size_t n = map->n;

    memset(map->value, 0, n * n * sizeof *map->value);
    for (size_t k = 0; k < n; k++) {
        double before = k > 0 ? S_m2[k - 1] : 0.0, width = S_m2[k] - before;

        map->value[k * n + k] = S_m2[k] / width;
        if (k > 0)
            map->value[k * n + k - 1] = -before / width;
    }
}

/* out [n][columns] = map b */
static void
multiply(double *out, const struct steps *map, const double *b, size_t columns)
{
    size_t n = map->n;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < columns; j++) {
            double sum = 0.0;

            for (size_t k = 0; k < n; k++)
                sum += map->value[i * n + k] * b[k * columns + j];
            out[i * columns + j] = sum;
        }
}

/* matrix = map matrix map' */
static void transform(struct steps *matrix, const struct steps *map)
{
    size_t n = map->n;
    struct steps half = {.n = n};

    multiply(half.value, map, matrix->value, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0.0;

            for (size_t k = 0; k < n; k++)
                sum += half.value[i * n + k] * map->value[j * n + k];
            matrix->value[i * n + j] = sum;
        }
}

/* Weight of each D in the sum of squares: 1 of ln D, D^2 of D. */
static void weigh(double *weight, const struct atw_truth_particle *truth, int is_linear)
{
    for (size_t k = 0; k < truth->n_steps; k++)
        weight[k] = is_linear ? truth->D_m2_per_s[k] * truth->D_m2_per_s[k] * 1e40 : 1.0;
}

/* S after every step. */
static void sum_up(double *S_m2, const struct atw_truth_particle *truth)
{
    for (size_t k = 0; k < truth->n_steps; k++)
        S_m2[k] = truth->S_m2[k] + (k > 0 ? S_m2[k - 1] : 0.0);
}

/* Add X' W X to `normal` and X' W C W X to `middle`, X the derivatives of ln D of the
 * intervals of a particle, C their covariance. */
static void add_intervals(struct atw_information *normal,
                          struct atw_information *middle,
                          struct steps *covariance,
                          const struct atw_truth_particle *truth,
                          const double *jacobian,
                          int is_linear)
{
    size_t n = covariance->n;
    struct steps map = {.n = n}, weights = {.n = n};
    double S_m2[ATW_STEPS_MAX], weight[ATW_STEPS_MAX];
    double X[ATW_STEPS_MAX * (1 + ATW_ARRHENIUS_PARTICLES_MAX)];

    sum_up(S_m2, truth);
    map_to_intervals(&map, S_m2);
    transform(covariance, &map);
    multiply(X, &map, jacobian, normal->n);
    weigh(weight, truth, is_linear);
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < n; k++) {
            weights.value[j * n + k] = j == k ? weight[k] : 0.0;
            covariance->value[j * n + k] *= weight[j] * weight[k];
        }
    atw_information_add_linear(normal, X, weights.value, n);
    atw_information_add_linear(middle, X, covariance->value, n);
}

/* covariance = N^-1 M N^-1 */
static void
sandwich(double *covariance, const double *inverse, const double *middle, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0.0;

            for (size_t a = 0; a < n; a++)
                for (size_t b = 0; b < n; b++)
                    sum += inverse[i * n + a] * middle[a * n + b] * inverse[b * n + j];
            covariance[i * n + j] = sum;
        }
}

enum atw_status atw_bound_fit_degrees(double *covariance,
                                      double *condition_number,
                                      const struct atw_bound_work *work,
                                      const struct atw_bound_degrees *degrees,
                                      const double *jacobians,
                                      enum atw_bound_stage stage,
                                      struct atw_error *err)
{
    size_t n_theta = 1 + work->scenario->n_particles, n = work->scenario->n_steps;
    double bias = inverse_bias(work->options->n_replicates, n);
    double inverse[(1 + ATW_ARRHENIUS_PARTICLES_MAX) * (1 + ATW_ARRHENIUS_PARTICLES_MAX)];
    struct atw_information *normal = NULL, *middle = NULL;
    enum atw_status status = atw_information_create(&normal, n_theta, err);

    if (status == ATW_OK)
        status = atw_information_create(&middle, n_theta, err);
    for (size_t p = 0; p < work->scenario->n_particles && status == ATW_OK; p++) {
        const double *jacobian = jacobians + p * n * n_theta;
        struct steps of_ln_S = {.n = n};

        covariance_of_ln_S(&of_ln_S, degrees, stage, p);
        if (stage != ATW_BOUND_DEGREES) {
            add_intervals(normal, middle, &of_ln_S, &work->truth->particle[p], jacobian,
                          stage == ATW_BOUND_D_LINEAR);
            continue;
        }
        status = invert(&of_ln_S, err);
        for (size_t i = 0; i < n * n; i++)
            of_ln_S.value[i] /= bias;
        atw_information_add_linear(normal, jacobian, of_ln_S.value, n);
    }
    if (status == ATW_OK)
        status = atw_information_covariance(inverse, condition_number, normal, err);
    if (status == ATW_OK && stage == ATW_BOUND_DEGREES)
        memcpy(covariance, inverse, n_theta * n_theta * sizeof *covariance);
    else if (status == ATW_OK)
        sandwich(covariance, inverse, middle->value, n_theta);
    atw_information_destroy(normal);
    atw_information_destroy(middle);
    return status;
}
