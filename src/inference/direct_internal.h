/* The least-squares problem of the estimator `direct`.
 *
 *   ln S(p, k) = ln sum over steps i <= k of t_i D(T_i + g_i dT_p),
 *   ln D(T) = theta_0 - theta_1 (T_ref / T - 1),   theta_1 = Q / (R T_ref)
 *
 * against measured ln S whose errors of one particle are correlated; theta_2.. are the
 * dT_p / T_ref of the particles other than the reference. */
#ifndef ATW_INFERENCE_DIRECT_INTERNAL_H
#define ATW_INFERENCE_DIRECT_INTERNAL_H

#include "inference/delta_T_model.h"
#include "inference/estimator.h"
#include "inference/least_squares.h"
#include "inference/ln_S.h"

#define ATW_DIRECT_NO_PARAMETER ((size_t)-1)

/* The steps of a particle that tell something, and their errors made independent. */
struct atw_direct_data {
    size_t n, step[ATW_STEPS_MAX];
    double ln_S[ATW_STEPS_MAX];
    double factor[ATW_STEPS_MAX * ATW_STEPS_MAX]; /* lower, covariance = L L' */
};

struct atw_direct_problem {
    const struct atw_observations *observations;
    const struct atw_direct_data *data; /* [n_particles] */
    enum atw_delta_T_model delta_T_model;
    double T_ref_K;
    size_t n_points, n_parameters; /* of theta */
    size_t held;                   /* for profiles, or ATW_DIRECT_NO_PARAMETER */
    double held_value;
    double dispersion; /* factor on variances, from the deviance; 1: none */
};

/* Steps whose ln S is known to `std_most` or better. ATW_EDIVERGED when their covariance
 * is none. */
enum atw_status atw_direct_data_fill(struct atw_direct_data *data,
                                     const struct atw_ln_S_measured *measured,
                                     double std_most,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Index of a particle's dT in theta; ATW_DIRECT_NO_PARAMETER for the reference. */
size_t atw_direct_shift_index(const struct atw_direct_problem *problem, size_t particle);

/* theta of start and minimum are whole, the covariance is that of the free ones. */
enum atw_status atw_direct_fit(struct atw_least_squares_minimum *minimum,
                               struct atw_direct_problem *problem,
                               const double *start,
                               struct atw_error *err) ATW_MUST_CHECK;

/* Factor on the variances: what the deviance says, or the misfit of the steps where that
 * is too large for chance. *by_scatter: the latter, so that Student's t applies. */
double atw_direct_scale(const struct atw_direct_problem *problem,
                        double chi_square,
                        int *by_scatter);

/* Rise of chi^2 at the ends of an interval of this coverage. */
double atw_direct_allowed_excess(const struct atw_direct_problem *problem,
                                 double chi_square,
                                 double coverage);

/* Ends of the interval of dT of a particle, K, in which chi^2 exceeds its minimum by at
 * most `excess`, the other parameters following; infinite where there is none. */
enum atw_status atw_direct_profile(double interval_K[2],
                                   struct atw_direct_problem *problem,
                                   const struct atw_least_squares_minimum *minimum,
                                   size_t particle,
                                   double std_K,
                                   double excess,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
