/* The posterior density that the estimator `bayes` samples.
 *
 * Parameters theta: those of `joint` first (ln D(T_ref), Q / (R T_ref), dT_p / T_ref),
 * then, as far as they are needed, ln of the model error and for each particle the errors
 * of s_0^2, s_inf^2 and of its lengths in their own standard deviations. What step k of
 * particle p should show, u = z_0 std_0 and v = z_inf std_inf being those errors over
 * s_0^2 - s_inf^2:
 *
 *   q(p, k) = (f_p(S_k exp(-2 z_l std_l)) - v) / (1 + u - v)
 *
 * with independent normal errors of variance std_own^2 + model error^2. */
#ifndef ATW_INFERENCE_BAYES_INTERNAL_H
#define ATW_INFERENCE_BAYES_INTERNAL_H

#include "inference/bayes.h"
#include "inference/chain_statistics.h"
#include "inference/joint_internal.h"

enum { ATW_POSTERIOR_PARAMETERS_MAX = 2 + 4 * ATW_ARRHENIUS_PARTICLES_MAX };

struct atw_posterior {
    struct atw_joint *joint;
    const struct atw_bayes_options *options;
    int errors_known;         /* of s^2, s_0^2 and s_inf^2 apart */
    double model_error_scale; /* of a half-Cauchy prior; 0: flat in the logarithm */
    size_t n_parameters;
    /* indices of parameters, by particle; ATW_JOINT_NO_PARAMETER: not one */
    size_t model_error;
    size_t unheated[ATW_ARRHENIUS_PARTICLES_MAX], alloyed[ATW_ARRHENIUS_PARTICLES_MAX];
    size_t length[ATW_ARRHENIUS_PARTICLES_MAX];
};

/* Which parameters there are. The joint problem and the options are borrowed. */
void atw_posterior_set_up(struct atw_posterior *posterior,
                          struct atw_joint *joint,
                          const struct atw_bayes_options *options);

/* An atw_log_density_fn; context is a struct atw_posterior. */
enum atw_status atw_posterior_log_density(void *context,
                                          const double *theta,
                                          double *log_density,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* Where walkers start, wider than the posterior as a rule: D and dT from the first degree
 * of each particle, the rest from the priors. [n_parameters] each. */
enum atw_status atw_posterior_start(const struct atw_posterior *posterior,
                                    double *centre,
                                    double *spread,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* The worst of all parameters. */
struct atw_chain_health {
    double r_hat, effective_samples, autocorrelation_steps, n_steps;
};

/* From kept step `first` on. As atw_chain_statistics(). */
enum atw_status atw_chains_check_health(struct atw_chain_health *health,
                                        const struct atw_chains *chains,
                                        size_t first,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* The ensembles agree, the samples are many, and the chains are long. */
int atw_chains_are_healthy(const struct atw_chain_health *health,
                           double effective_samples);

struct atw_bayes_sampling {
    struct atw_posterior posterior;
    struct atw_sampler *sampler;     /* owned */
    const struct atw_chains *chains; /* its own */
    size_t first;                    /* kept step after the burn-in */
    struct atw_chain_health health;
};

/* Walk until the chains can be trusted. The posterior has been set up; the sampler is
 * destroyed by the caller whatever comes. ATW_EDIVERGED when the chains are as long as
 * they may be and still cannot; what the curves and the sampler return. */
enum atw_status atw_bayes_sample(struct atw_bayes_sampling *sampling,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Value of a parameter that may not be one. */
double atw_posterior_value(const double *theta, size_t index);

#endif
