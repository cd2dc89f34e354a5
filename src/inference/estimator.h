/* Estimators of the temperature difference: one file and one table row each.
 *
 * An estimator sees observations and, through a table of functions, the forward model of
 * the analysis; never the truth. */
#ifndef ATW_INFERENCE_ESTIMATOR_H
#define ATW_INFERENCE_ESTIMATOR_H

#include <stddef.h>

#include "inference/arrhenius.h"
#include "inference/delta_T_model.h"

#define ATW_STEPS_MAX 64

/* The silicon frame of a chip stays at room temperature. */
#define ATW_FRAME_K 298.15

struct atw_bayes_options; /* inference/bayes.h */
struct atw_ln_S_measured; /* inference/ln_S.h */
struct atw_interval_result;

/* Where the error of a variance left comes from: deviations of s^2, s_0^2 and s_inf^2,
 * each over s_0^2 - s_inf^2. The first one is of this step alone; the others all steps of
 * a particle share. */
struct atw_variance_errors {
    double own, unheated, alloyed;
};

struct atw_observed_particle {
    const char *name;
    size_t n_steps;
    double nominal_K[ATW_STEPS_MAX];
    double dwell_s[ATW_STEPS_MAX];
    double alloying_degree[ATW_STEPS_MAX];     /* after each step; NaN: not measured */
    double alloying_degree_std[ATW_STEPS_MAX]; /* NaN: unknown */
    /* Share of the variance of the unheated particle that is left after each step,
     * (s^2 - s_inf^2) / (s_0^2 - s_inf^2): its error does not grow as the particle mixes,
     * and noise may make it negative. NaN: not measured. */
    double variance_left[ATW_STEPS_MAX];
    double variance_left_std[ATW_STEPS_MAX];                   /* NaN: unknown */
    struct atw_variance_errors variance_errors[ATW_STEPS_MAX]; /* 0 or NaN: unknown */
};

struct atw_observations {
    size_t n_particles;
    size_t reference; /* index of the particle dT is reported against */
    const struct atw_observed_particle *particles;
    double frame_K; /* where the heater's rise is counted from: dT proportional to it */
    const struct atw_bayes_options *bayes; /* priors and sampling; NULL: the defaults */
    size_t gls_draws; /* experiments that `gls` draws again; 0: none */
};

/* The analysis model, handed in by the pipeline. Callable from several threads for
 * different particles at once. */
struct atw_forward_model {
    void *context;
    /* Degree of alloying the analysis would measure if the state measured before `step`
     * diffused by S_m2; INFINITY: until all is mixed. */
    enum atw_status (*degree_after)(void *context,
                                    size_t particle,
                                    size_t step,
                                    double S_m2,
                                    double *degree,
                                    struct atw_error *err);
    /* Variance that the analysis would find left after `step` if the particle it infers
     * from the unheated tomogram diffused by S_m2 in all. NULL: the model has none. */
    enum atw_status (*variance_from_start)(void *context,
                                           size_t particle,
                                           size_t step,
                                           double S_m2,
                                           double *variance_left,
                                           struct atw_error *err);
    /* The first step whose tomogram would see a state just as that of `step`: their
     * variances from the start agree. NULL: every step is its own. */
    size_t (*like_step)(void *context, size_t particle, size_t step);
    /* S of every step of a particle from the counts of its tilt series. NULL: the model
     * has no such fit. */
    enum atw_status (*ln_S_from_counts)(void *context,
                                        size_t particle,
                                        struct atw_ln_S_measured *measured,
                                        struct atw_error *err);
    /* What atw_intervals_determine() would give, were the particles those it infers from
     * the unheated tomograms, diffused by S_m2 [particle * ATW_STEPS_MAX + step] in all
     * until the end of each step; with other noise for each `draw`. *interval belongs to
     * the caller. Costs an analysis. NULL: the model cannot do that. */
    enum atw_status (*intervals_again)(void *context,
                                       const double *S_m2,
                                       size_t draw,
                                       struct atw_interval_result **interval,
                                       struct atw_error *err);
};

/* D of one particle and heating interval, as the two-step estimators use it. */
struct atw_interval_result {
    double D_m2_per_s;     /* NaN: not determined */
    double D_std_m2_per_s; /* NaN: unknown */
    /* "ok", "saturated" (degree out of reach of the largest S), "no progress" (degree met
     * before any diffusion), "not measured" (the degree is NaN), "start not measured"
     * (the one before it is); static text */
    const char *status;
};

enum { ATW_ESTIMATE_STATUS_SIZE = 256 };

struct atw_estimate {
    const char *estimator;
    const char *weighting; /* "log", "linear": residuals of D; "coupled", "bootstrap",
                              "variance"; "counts" */
    const char
        *delta_T_model; /* "constant", "proportional" (to the rise above the frame) */
    size_t particle;    /* whose dT this is */
    size_t nominal_particle;
    double delta_T_K, std_K, interval_68_K[2], interval_95_K[2];
    double Q_J_per_mol, D0_m2_per_s;
    double condition_number;
    double Q_std_J_per_mol;
    double chi_square; /* as struct atw_arrhenius_fit */
    size_t n_points;   /* diffusivities or degrees used */
    size_t degrees_of_freedom;
    /* deviance of the counts over that of a perfect model, the worst particle's; NaN:
     * counts were not fitted */
    double deviance_ratio;
    double r_hat, effective_samples;       /* of a sampled posterior; 0: none was */
    char status[ATW_ESTIMATE_STATUS_SIZE]; /* "ok", what speaks against the number, or why
                                              there is none */
};

/* One draw of a sampled posterior, as one particle sees it. Errors are in their own
 * standard deviations, 0 where they are not parameters. */
struct atw_posterior_draw {
    const char *delta_T_model;
    size_t draw, particle;
    double delta_T_K;                            /* 0 for the reference */
    double Q_J_per_mol, T_ref_K, D_ref_m2_per_s; /* D at T_ref */
    double model_error;                          /* deviation, of the variance left */
    double unheated_error, alloyed_error, length_error;
};

struct atw_estimates {
    struct atw_estimate *estimate; /* [count], owned */
    size_t count;
    /* [particle * ATW_STEPS_MAX + step], filled by estimators that determine D per
     * interval; NULL until then; owned */
    struct atw_interval_result *interval;
    struct atw_posterior_draw *posterior; /* [n_posterior], owned */
    size_t n_posterior;
};

struct atw_estimator {
    const char *name;
    const char *description;
    int is_from_counts; /* looks at no tomogram of a heated particle */
    /* Append estimates, one per variant of the method and particle other than the
     * reference. A failed fit is an estimate whose status says why, not an error. On an
     * error *estimates is unchanged. */
    enum atw_status (*run)(const struct atw_observations *observations,
                           const struct atw_forward_model *model,
                           struct atw_estimates *estimates,
                           struct atw_error *err);
};

extern const struct atw_estimator atw_estimator_paper, atw_estimator_joint,
    atw_estimator_bayes, atw_estimator_gls, atw_estimator_direct;

/* NULL-terminated table of all estimators. */
extern const struct atw_estimator *const atw_estimators[];

/* ATW_EINVAL, with the known names, for a name that is not in the table; *estimator is
 * then NULL. */
enum atw_status atw_estimator_find(const struct atw_estimator **estimator,
                                   const char *name,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* An estimate that has no number yet: all are NaN, the status empty. */
struct atw_estimate atw_estimate_blank(const char *estimator,
                                       const char *weighting,
                                       const char *delta_T_model,
                                       size_t particle,
                                       size_t nominal_particle,
                                       size_t n_points);

/* Set the status, cut to what fits. */
void atw_estimate_say(struct atw_estimate *estimate, const char *text);

/* "ok", or that the model misses the data when chance makes as large a chi^2, of data
 * whose variances are `dispersion` times what they are taken for, once in a thousand
 * times at most: data and suspects name what is missed, and what may be wrong. */
void atw_estimate_say_fit(struct atw_estimate *estimate,
                          double dispersion,
                          const char *data,
                          const char *suspects);

/* Append a copy. ATW_ENOMEM; *estimates is then unchanged. */
enum atw_status atw_estimates_append(struct atw_estimates *estimates,
                                     const struct atw_estimate *estimate,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Free what is owned and zero the rest; NULL is a no-op. */
void atw_estimates_clear(struct atw_estimates *estimates);

/* atw_delta_T_share() of a step of a particle. */
double atw_observations_delta_T_share(const struct atw_observations *observations,
                                      enum atw_delta_T_model delta_T_model,
                                      size_t particle,
                                      size_t step);

/* Refuse what no estimator can use: fewer than two particles or too many, a reference out
 * of range, temperatures or dwell times that are not positive, infinite degrees.
 * ATW_EINVAL. */
enum atw_status atw_observations_check(const struct atw_observations *observations,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
