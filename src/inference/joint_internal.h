/* The least-squares problem of the estimator `joint`.
 *
 *   A(p, k) = f_p(S),   S = sum over steps i <= k of t_i D(T_i + g_i dT_p),
 *   ln D(T) = theta_0 - theta_1 (T_ref / T - 1),   theta_1 = Q / (R T_ref)
 *
 * theta_2.. are the dT_p / T_ref of the particles other than the reference. g_i is 1, or
 * the rise of set point i above the frame over its dwell-weighted mean. */
#ifndef ATW_INFERENCE_JOINT_INTERNAL_H
#define ATW_INFERENCE_JOINT_INTERNAL_H

#include "inference/delta_T_model.h"
#include "inference/estimator.h"
#include "inference/least_squares.h"
#include "inference/response_curve.h"

#define ATW_JOINT_NO_PARAMETER ((size_t)-1)

struct atw_joint_curve {
    const struct atw_forward_model *model;
    size_t particle, step;
    struct atw_response_curve *curve;
};

/* One measured degree, and the model's at the parameters of the last evaluation. */
struct atw_joint_point {
    size_t particle, step;
    size_t first;  /* point of the particle */
    double weight; /* 1 / deviation; 1 where deviations are unknown */
    double degree, slope, S_m2;
};

struct atw_joint {
    const struct atw_observations *observations;
    enum atw_delta_T_model delta_T_model; /* set by atw_joint_choose_delta_T_model() */
    double (*share)[ATW_STEPS_MAX];       /* [particle][step], g of the model */
    double T_ref_K;
    int deviations_known, errors_known; /* as one number, and what they are made of */
    size_t n_points, n_parameters;      /* of theta */
    struct atw_joint_point *point;      /* [n_points], particle by particle */
    /* [n_points][i - first]: residual i is the sum of its row times what the points from
     * the particle's first one to i miss */
    double (*whitener)[ATW_STEPS_MAX];
    struct atw_joint_curve
        *curve; /* [particle * ATW_STEPS_MAX + step]; NULL curve: unused */
    size_t (*like)[ATW_STEPS_MAX]; /* [particle][step]: the step whose curve serves */
    /* for profiles: a parameter that is held, or ATW_JOINT_NO_PARAMETER */
    size_t held;
    double held_value;
    enum atw_status status[ATW_ARRHENIUS_PARTICLES_MAX]; /* of the curves, by particle */
    struct atw_error err[ATW_ARRHENIUS_PARTICLES_MAX];
};

/* *out belongs to the caller. The observations have been checked; the curves compute
 * nothing yet. ATW_ENOMEM. */
enum atw_status atw_joint_create(struct atw_joint **out,
                                 const struct atw_observations *observations,
                                 const struct atw_forward_model *model,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_joint_destroy(struct atw_joint *joint);

/* Fill the whitener: after it the residuals are independent and of unit variance, if
 * deviations are known, with what the steps of a particle share if that is known too. */
void atw_joint_weigh(struct atw_joint *joint);

/* Residual i, given what all points miss [n_points]. */
double atw_joint_whiten(const struct atw_joint *joint, size_t i, const double *missed);

/* Size of the rounding error in the vector of residuals. */
double atw_joint_rounding(const struct atw_joint *joint);

/* To be called before anything is evaluated. */
void atw_joint_choose_delta_T_model(struct atw_joint *joint,
                                    enum atw_delta_T_model delta_T_model);

/* An estimate of a particle's dT without a number, by an estimator of this model. */
struct atw_estimate atw_joint_blank_estimate(const struct atw_joint *joint,
                                             const char *estimator,
                                             size_t particle);

/* ATW_EINVAL unless every particle has a degree. */
enum atw_status atw_joint_check_particles(const struct atw_joint *joint,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* A fit that finds no answer, or data that the model can make nothing of, are an estimate
 * that says why; only a broken machine is an error. */
int atw_joint_is_verdict(enum atw_status status);

typedef enum atw_status (*atw_joint_append_fn)(struct atw_estimates *estimates,
                                               struct atw_joint *joint,
                                               struct atw_error *err);

/* Body of an estimator on this model: append its estimates for both models of dT. On an
 * error *estimates is as before. */
enum atw_status atw_joint_run(const char *estimator,
                              atw_joint_append_fn append,
                              const struct atw_observations *observations,
                              const struct atw_forward_model *model,
                              struct atw_estimates *estimates,
                              struct atw_error *err) ATW_MUST_CHECK;

/* Index of a particle's dT in theta; ATW_JOINT_NO_PARAMETER for the reference. */
size_t atw_joint_shift_index(const struct atw_joint *joint, size_t particle);

/* Model degrees of all points at theta, in this thread. With ln_S_shift [n_particles] the
 * S of a particle is exp() of its shift times what theta says; NULL: as it says. Returns
 * 0 outside the model or when a curve fails, which atw_joint_curve_error() tells apart.
 */
int atw_joint_evaluate(struct atw_joint *joint,
                       const double *theta,
                       const double *ln_S_shift);

/* The first failure of a curve, if there was one. */
enum atw_status atw_joint_curve_error(const struct atw_joint *joint,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Degree and slope of the curve that serves a point, at any S. */
enum atw_status atw_joint_curve_at(struct atw_joint *joint,
                                   size_t particle,
                                   size_t step,
                                   double S_m2,
                                   double *degree,
                                   double *slope,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* S at which that curve has a degree, roughly, as atw_response_curve_find(). */
enum atw_status atw_joint_curve_find(struct atw_joint *joint,
                                     size_t particle,
                                     size_t step,
                                     double degree,
                                     double guess_m2,
                                     double *S_m2,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* The minimum from one start; theta of start and minimum are whole, whether or not one is
 * held, the covariance is that of the free ones in their order. ATW_EDIVERGED and others
 * from the forward model; ATW_ENOMEM. */
enum atw_status atw_joint_minimise(struct atw_least_squares_minimum *minimum,
                                   struct atw_joint *joint,
                                   const double *start,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* A start [n_parameters] for a guess of Q: D of each particle from its first degree. */
enum atw_status atw_joint_start(double *theta,
                                struct atw_joint *joint,
                                double Q_J_per_mol,
                                struct atw_error *err) ATW_MUST_CHECK;

/* Ends of the interval of dT of a particle, K, in which chi^2 exceeds its minimum by at
 * most `excess`, the other parameters following. An end that is not found within the
 * temperatures that exist is infinite. */
enum atw_status atw_joint_profile(double interval_K[2],
                                  struct atw_joint *joint,
                                  const struct atw_least_squares_minimum *minimum,
                                  size_t particle,
                                  double std_K,
                                  double excess,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Known deviations set the scale unless the model misses the data by far more than they
 * allow: then the scatter about the fit does, as where none are known. */
int atw_joint_are_deviations_enough(const struct atw_joint *joint, double chi_square);

/* ATW_EDIVERGED, with the reason, for an estimate that no heater allows or that the data
 * bound on neither side, with 95 %. */
enum atw_status atw_joint_check_range(const struct atw_estimate *estimate,
                                      const struct atw_joint *joint,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* The status of an estimate that has its numbers: "ok", or how badly the model fits. */
void atw_joint_tell_misfit(struct atw_estimate *estimate, const struct atw_joint *joint);

#endif
