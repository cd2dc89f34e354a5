/* Fisher information: what data can tell about parameters, whatever the estimator.
 *
 * For independent Poisson counts of mean mu(theta)
 *
 *   I_ij = sum over counts of (d mu / d theta_i)(d mu / d theta_j) / mu
 *
 * and the covariance of any unbiased estimator is at least I^-1 (Cramer and Rao). A
 * parameter that is unknown but of no interest is eliminated by the Schur complement:
 * what is left is the information about the others. */
#ifndef ATW_INFERENCE_INFORMATION_H
#define ATW_INFERENCE_INFORMATION_H

#include <stddef.h>

#include "core/status.h"

struct atw_information {
    size_t n;
    double *value; /* [n][n], symmetric; owned */
};

/* Of n parameters, none yet. ATW_EINVAL for n = 0; ATW_ENOMEM. */
enum atw_status atw_information_create(struct atw_information **out,
                                       size_t n,
                                       struct atw_error *err) ATW_MUST_CHECK;
void atw_information_destroy(struct atw_information *information);

/* Add that of `count` Poisson counts. derivative [n][count], NULL for a parameter that
 * they do not depend on. Counts of a mean below `least_mean` are taken to have that
 * variance: rounding in derivatives where nothing is expected is no information. Sums in
 * double, in order. */
void atw_information_add_counts(struct atw_information *information,
                                const float *mean,
                                const float *const *derivative,
                                size_t count,
                                double least_mean);

/* Add J' W J: numbers y [count] with d y / d theta = jacobian [count][n] and the inverse
 * of their covariance, weight [count][count]. */
void atw_information_add_linear(struct atw_information *information,
                                const double *jacobian,
                                const double *weight,
                                size_t count);

/* Add the information of `part` about its parameters, parameter i of part being index[i]
 * of the whole. */
void atw_information_add_part(struct atw_information *information,
                              const struct atw_information *part,
                              const size_t *index);

/* What is left about the parameters with known[i] == 0 and keep[i] != 0 when those with
 * keep[i] == 0 are unknown; known ones are dropped. `out` has as many parameters as are
 * kept, in their order. Directions of unwanted parameters without information (below
 * 1e-10 of the scaled greatest) take nothing away. known NULL: none. ATW_EINVAL if
 * nothing is kept; ATW_ENOMEM. */
enum atw_status atw_information_reduce(struct atw_information **out,
                                       const struct atw_information *information,
                                       const int *keep,
                                       const int *known,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* Least covariance [n][n], and the condition number of the Jacobian with columns of unit
 * length (the square root of that of the scaled information). Both are infinite, the
 * covariance all over its diagonal, when a direction of the parameters has no
 * information. ATW_ENOMEM. */
enum atw_status atw_information_covariance(double *covariance,
                                           double *condition_number,
                                           const struct atw_information *information,
                                           struct atw_error *err) ATW_MUST_CHECK;

#endif
