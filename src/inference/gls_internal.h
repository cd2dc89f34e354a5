/* The least-squares problem of the estimator `gls`, and what a bootstrap tells of its
 * data. */
#ifndef ATW_INFERENCE_GLS_INTERNAL_H
#define ATW_INFERENCE_GLS_INTERNAL_H

#include <gsl/gsl_matrix.h>

#include "inference/interval.h"
#include "inference/joint_internal.h"

/* Bias and covariance of ln D, from experiments drawn again. */
struct atw_gls_errors {
    /* [particle * ATW_STEPS_MAX + step]; NaN: the interval is too often without a D */
    double bias[ATW_ARRHENIUS_PARTICLES_MAX * ATW_STEPS_MAX];
    /* [particle][step][step], of intervals with a bias; that of its mean included, and
     * widened so that its inverse is unbiased */
    double covariance[ATW_ARRHENIUS_PARTICLES_MAX][ATW_STEPS_MAX][ATW_STEPS_MAX];
};

/* Draw observations->gls_draws experiments in which the diffusivities are D_m2_per_s
 * [particle * ATW_STEPS_MAX + step], and see what the chain makes of them. *out is to be
 * freed by the caller. ATW_EINVAL when no particle has enough draws with a D,
 * ATW_ENOMEM, and what the forward model returns. */
enum atw_status atw_gls_bootstrap(struct atw_gls_errors **out,
                                  const struct atw_observations *observations,
                                  const struct atw_forward_model *model,
                                  const double *D_m2_per_s,
                                  struct atw_error *err) ATW_MUST_CHECK;

struct atw_gls_point {
    size_t particle, step;
    double nominal_K, share; /* dT of the step over the particle's dT */
    double ln_D, slope;
};

struct atw_gls {
    const struct atw_observations *observations;
    enum atw_delta_T_model delta_T_model;
    size_t n_points, n_parameters, n_censored;
    size_t index[ATW_ARRHENIUS_PARTICLES_MAX]; /* of dT; ATW_JOINT_NO_PARAMETER: none */
    int is_present[ATW_ARRHENIUS_PARTICLES_MAX];
    double T_ref_K;
    struct atw_gls_point point[ATW_ARRHENIUS_PARTICLES_MAX * ATW_STEPS_MAX];
    const struct atw_gls_errors *errors; /* borrowed; NULL: by propagation */
    gsl_matrix *factor;                  /* of the covariance, Cholesky */
    gsl_matrix *jacobian;                /* whitened, of the last parameters */
};

/* Fit the diffusivities of `interval` with what `gls` says of observations, model of dT
 * and errors; the rest of it is filled in. ATW_EINVAL, ATW_EDIVERGED are verdicts on the
 * data; ATW_ENOMEM. */
enum atw_status atw_gls_fit(struct atw_least_squares_minimum *best,
                            struct atw_gls *gls,
                            const struct atw_interval_result *interval,
                            struct atw_error *err) ATW_MUST_CHECK;

/* Temperature of a particle in a step over T_ref at the parameters. */
double atw_gls_temperature(const struct atw_gls *gls,
                           const double *theta,
                           size_t particle,
                           double nominal_K,
                           double share);

void atw_gls_destroy(struct atw_gls *gls);

#endif
