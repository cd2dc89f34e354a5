/* What start_state.c and start_curve.c share. Room-internal. */
#ifndef ATW_PIPELINE_START_INTERNAL_H
#define ATW_PIPELINE_START_INTERNAL_H

#include <gsl/gsl_interp.h>

#include "diffusion/family.h"
#include "pipeline/start_state.h"

/* States seen with and without noise: alloyed, heated to some shares, unheated. */
#define ATW_START_SHARES 3
#define ATW_START_KNOTS_MAX (ATW_START_SHARES + 2)

/* Draws of the noise in the level of the alloyed state: its deviation is that of an
 * alloyed reference with one draw, over the root of their number. */
#define ATW_START_DRAWS 8

/* What shares of the variance with noise have more than those without. */
struct atw_start_excess {
    size_t n_knots;
    double share[ATW_START_KNOTS_MAX]; /* without noise, rising */
    double value[ATW_START_KNOTS_MAX];
    gsl_interp *interpolant; /* NULL: nothing */
};

/* How a tomogram sees the inferred particle; tomograms that are alike share one. */
struct atw_start_reference {
    int is_unheated_known, is_known;
    double unheated, alloyed; /* squared spreads without noise, of the curve */
    double noisy_unheated, noisy_alloyed; /* with a draw of the noise */
    double alloyed_level;                 /* the mean of several draws */
    struct atw_start_excess excess;
};

/* Estimators share their points on the curve. */
struct atw_start_point {
    size_t tomogram;
    double S_m2, silent_share;
};

struct atw_start_state {
    const struct atw_specimen *specimen;
    struct atw_two_phases_imaging imaging;
    struct atw_field *metal, *composition; /* the latter is overwritten by diffusion */
    struct atw_diffusion_family *family;
    struct atw_start_reference *reference; /* [n_tomograms] */
    struct atw_start_point *known;
    size_t n_known;
};

/* The instrument of a tomogram as the unheated one says it is; it owns nothing. */
struct atw_instrument atw_start_instrument(const struct atw_start_state *start,
                                           size_t tomogram);

/* The signal in a tomogram of the state that start->composition holds. *signal belongs to
 * the caller. */
enum atw_status atw_start_signal(struct atw_tilt_series **signal,
                                 const struct atw_start_state *start,
                                 size_t tomogram,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Square of the spread that a signal has in a tomogram without noise: in the sample of
 * its slices; in all of them for an instrument without noise, where nothing else sees
 * more. */
enum atw_status atw_start_see_silent(double *squared,
                                     const struct atw_start_state *start,
                                     size_t tomogram,
                                     const struct atw_tilt_series *signal,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* With the instrument's noise, of the whole interior: the mean of a draw of the noise and
 * of its negative. */
enum atw_status atw_start_see_noisy(double *squared,
                                    const struct atw_start_state *start,
                                    size_t tomogram,
                                    const struct atw_tilt_series *signal,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Sum of the squared spreads with other draws of the noise, 1 .. count. */
enum atw_status atw_start_see_draws(double *sum,
                                    const struct atw_start_state *start,
                                    size_t tomogram,
                                    const struct atw_tilt_series *signal,
                                    size_t count,
                                    struct atw_error *err) ATW_MUST_CHECK;

void atw_start_references_release(struct atw_start_state *start);

#endif
