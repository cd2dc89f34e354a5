/* Precision: how well a heating programme would tell dT, before it is measured.
 *
 * A series taken after step k shows one number q of the particle, a function of
 * ln S_k, S_k = sum over i <= k of t_i D(T_i). Its errors are of the series alone, or
 * shared by all series of the particle through the unheated and the alloyed reference:
 *
 *   cov(q_j, q_k) = own_j^2 / dose_j (j = k) + q_j q_k unheated^2 / dose_0
 *                   + (1 - q_j)(1 - q_k) alloyed^2 / (mean dose)
 *
 * and the least covariance of ln D(T_ref), Q and dT follows from the slopes dq / d ln S.
 * All curves are known beforehand, so that a programme is judged in microseconds. */
#ifndef ATW_INFERENCE_PRECISION_H
#define ATW_INFERENCE_PRECISION_H

#include <stddef.h>

#include "core/arrhenius_law.h"
#include "inference/arrhenius.h"
#include "inference/delta_T_model.h"

enum { ATW_PROGRAM_STEPS_MAX = 12 };

struct atw_program {
    size_t n_steps;
    double set_point_K[ATW_PROGRAM_STEPS_MAX], dwell_s[ATW_PROGRAM_STEPS_MAX];
    /* of the series before heating and after each step, over the dose for which the
     * curves hold */
    double dose[ATW_PROGRAM_STEPS_MAX + 1];
};

/* A function of one variable between its first and last node, nowhere overshooting
 * (Steffen's interpolation); beyond them as at the nearer one. */
struct atw_curve; /* opaque */
enum atw_status atw_curve_create(struct atw_curve **out,
                                 const double *x,
                                 const double *y,
                                 size_t count,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_curve_destroy(struct atw_curve *curve);
double atw_curve_at(const struct atw_curve *curve, double x);

/* What a series tells about ln S, at a dose of 1; of a series that is used whole, q and
 * the shared errors are 0, own 1 and the slope the root of the information. */
struct atw_series_model {
    struct atw_curve *q, *slope, *ln_own; /* of ln S, S in m2; owned */
    double least_ln_S, greatest_ln_S;     /* beyond them a series tells nothing */
    double unheated, alloyed;
};

struct atw_precision_model {
    size_t n_particles, reference;
    const struct atw_series_model *series[ATW_ARRHENIUS_PARTICLES_MAX]; /* borrowed */
    const struct atw_curve *temperature_K[ATW_ARRHENIUS_PARTICLES_MAX]; /* local, of the
                                                                           set point */
    struct atw_arrhenius_law law;
    enum atw_delta_T_model delta_T_model;
    double frame_K;
};

struct atw_precision {
    double ln_D_std; /* of D at T_ref_K, the harmonic mean of the set points */
    double T_ref_K, Q_std_J_per_mol;
    double delta_T_std_K[ATW_ARRHENIUS_PARTICLES_MAX]; /* NaN for the reference */
    double merit_K; /* root mean square of them; infinite if the programme tells none */
};

void atw_series_model_clear(struct atw_series_model *series);

/* S of a particle after each step, m2: square pulses. */
void atw_program_S_m2(double *S_m2,
                      const struct atw_precision_model *model,
                      const struct atw_program *program,
                      size_t particle);

/* ATW_ENOMEM. A programme without an answer is none: its deviations are infinite. */
enum atw_status atw_program_precision(struct atw_precision *precision,
                                      const struct atw_precision_model *model,
                                      const struct atw_program *program,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* ---- the best programme ---- */

struct atw_program_limits {
    double time_s;               /* of all dwells together */
    double dose;                 /* of all series of a particle together */
    double coldest_K, hottest_K; /* set points */
    double shortest_s;           /* dwell of a step */
};

/* The programme of n_steps with the least merit within the limits: simplex searches from
 * several starts, then a pattern search on whole degrees Celsius and whole seconds, which
 * set points and dwells of the result are. The dose is the same for all series. Two calls
 * give the same bits.
 *
 * ATW_EINVAL, naming the limit, if no such programme exists: a time too short for the
 * steps, no whole degree between the temperatures; ATW_ENOMEM. */
enum atw_status atw_program_search(struct atw_program *best,
                                   const struct atw_precision_model *model,
                                   const struct atw_program_limits *limits,
                                   size_t n_steps,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Divide the dose of a programme among its series so that the merit is least. ATW_ENOMEM.
 */
enum atw_status atw_program_split_dose(struct atw_program *program,
                                       const struct atw_precision_model *model,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
