/* What the parts of the maximum-likelihood fit to tilt series share.
 *
 * A particle has parameters that all its series share (globals), each series has its own
 * and so has every view. Lengths are nm, angles rad. Equations: docs/estimators.md. */
#ifndef ATW_PIPELINE_DIRECT_INTERNAL_H
#define ATW_PIPELINE_DIRECT_INTERNAL_H

#include "diffusion/axial.h"
#include "inference/deviance.h"
#include "pipeline/direct.h"
#include "pipeline/direct_table.h"

/* Of a view; relative to what was recorded. */
enum { ATW_DIRECT_SHIFT_U, ATW_DIRECT_SHIFT_V, ATW_DIRECT_TILT, ATW_DIRECT_OF_VIEW };

/* Of a series. ln S is there for heated ones alone and stays when the others go. */
enum {
    ATW_DIRECT_LN_SCALE,
    ATW_DIRECT_BACKGROUND, /* counts */
    ATW_DIRECT_BLUR,       /* variance of the probe, nm2 */
    ATW_DIRECT_OF_SERIES
};

enum { ATW_DIRECT_LOCALS_MAX = ATW_DIRECT_GLOBALS + 1 + 3 + 3 };

/* The particle as the analysis models it. */
struct atw_direct_particle {
    const struct atw_specimen *specimen;
    struct atw_direct_globals globals;
    size_t n_free, free_index[ATW_DIRECT_GLOBALS]; /* those that are fitted */
    double counts_per_nm, shell_over_core;         /* the last as stated */
    double damping_core_nm;                        /* as stated; 0: none */
    double tilt_error_rad;                         /* rms, of every view */
    struct atw_direct_globals prior;
    struct atw_axial *axial; /* states of the globals; NULL: not made yet */
};

struct atw_direct_view {
    double value[ATW_DIRECT_OF_VIEW], prior[ATW_DIRECT_OF_VIEW];
};

struct atw_direct_series {
    const struct atw_tilt_series *data; /* electrons */
    int is_heated;
    double ln_S; /* S in m2 */
    double value[ATW_DIRECT_OF_SERIES], prior[ATW_DIRECT_OF_SERIES];
    struct atw_direct_view *view;   /* [data->n_tilt], owned */
    size_t first, stride;           /* views that are used: first, first + stride, ... */
    struct atw_direct_table *table; /* of its particle; NULL: not known; owned */
    struct atw_tilt_series *signal; /* of the used views, from there; owned */
    double prior_ln_S;
    /* Derivatives of the table by the globals but for the angles, image slope_of[i], and
     * by ln S, the last image; where they were taken; NULL: not known; owned. */
    struct atw_direct_table *slopes;
    size_t slope_of[ATW_DIRECT_GLOBALS];
    struct atw_direct_globals derived_at;
    double derived_ln_S;
    /* how the eliminated follow from the others, after linearising; owned */
    double *back_of_series, *back_of_view;
};

/* ---- direct_particle.c ---- */

/* Another value of the globals: phantom and states are made anew when needed. */
void atw_direct_particle_set(struct atw_direct_particle *particle,
                             const struct atw_direct_globals *globals);
void atw_direct_particle_clear(struct atw_direct_particle *particle);

/* Image `index` of a table: the particle after S, S = 0: before heating, signal in nm of
 * core metal, blurred with the given variance. ATW_EINVAL for a shape that cannot be. */
enum atw_status atw_direct_tabulate(struct atw_direct_table *table,
                                    size_t index,
                                    struct atw_direct_particle *particle,
                                    double S_m2,
                                    double blur_nm2,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* The table of a particle as a series shows it, and the signal of the used views from
 * there; both belong to the caller. */
enum atw_status atw_direct_record(struct atw_direct_table **table,
                                  struct atw_tilt_series **signal,
                                  struct atw_direct_particle *particle,
                                  const struct atw_direct_series *series,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* As atw_direct_table_view(), of a view of a series. */
enum atw_status atw_direct_view_images(float *out,
                                       const struct atw_direct_table *table,
                                       const struct atw_direct_particle *particle,
                                       const struct atw_direct_series *series,
                                       size_t view,
                                       int with_q,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* Where the particle points in a view of a series. */
struct atw_direct_pose atw_direct_view_pose(const struct atw_direct_particle *particle,
                                            const struct atw_direct_series *series,
                                            size_t view);

/* ---- direct.c ---- */

/* The particle as its reconstruction shows it, before any fit. */
enum atw_status atw_direct_particle_start(struct atw_direct_particle *particle,
                                          const struct atw_specimen *specimen,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* ---- direct_series.c ---- */

double atw_direct_S_m2(const struct atw_direct_series *series); /* 0 before heating */
size_t atw_direct_view_count(const struct atw_direct_series *series);

enum atw_status atw_direct_series_create(struct atw_direct_series *series,
                                         const struct atw_tilt_series *data,
                                         struct atw_error *err) ATW_MUST_CHECK;
void atw_direct_series_clear(struct atw_direct_series *series);
/* Use other views: what was recorded of the former is forgotten. */
void atw_direct_series_use(struct atw_direct_series *series, size_t first, size_t stride);

/* Counts expected in a view, from the signal recorded [n_v][n_u]. */
void atw_direct_expect(float *mean,
                       const struct atw_direct_particle *particle,
                       const struct atw_direct_series *series,
                       const float *signal);

/* Record the signal unless it is known. */
enum atw_status atw_direct_look(struct atw_direct_particle *particle,
                                struct atw_direct_series *series,
                                struct atw_error *err) ATW_MUST_CHECK;

/* After a parameter has changed, or the globals. */
void atw_direct_series_forget(struct atw_direct_series *series);
void atw_direct_series_forget_derivatives(struct atw_direct_series *series);

/* Add the deviance of the used views. Parameters of the series and its views that stray
 * from what is known beforehand cost as their priors say: *penalty is added to. */
enum atw_status atw_direct_compare(struct atw_deviance *deviance,
                                   double *penalty,
                                   struct atw_direct_particle *particle,
                                   struct atw_direct_series *series,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* ---- direct_differentiate.c ---- */

/* Derivatives of all series by ln S and, if asked for, the free globals, unless they are
 * known nearby. */
enum atw_status atw_direct_differentiate(struct atw_direct_particle *particle,
                                         struct atw_direct_series *series,
                                         size_t n_series,
                                         int with_globals,
                                         struct atw_error *err) ATW_MUST_CHECK;

/* ---- direct_linearise.c ---- */

/* Normal equations of one series in the free globals, then ln S if it is heated: matrix
 * [n][n] and rhs [n]; with_globals 0: the globals are known and n is 1, or 0. Diagonals
 * grow by `damping` of themselves. Its derivatives are known. Priors of the series and
 * its views are in, those of the globals are not. What the deviance gains by what was
 * eliminated, while the others stay, is added to *gain. */
enum atw_status atw_direct_linearise(double *matrix,
                                     double *rhs,
                                     double *gain,
                                     struct atw_direct_particle *particle,
                                     struct atw_direct_series *series,
                                     int with_globals,
                                     double damping,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Take the step `first` [n] of the linearised equations, in the series and its views. */
void atw_direct_series_step(struct atw_direct_series *series,
                            const double *first,
                            size_t n_first);

/* ---- direct_silica.c ---- */

/* Expect of the particle the silica that the series before heating shows around its
 * metal, if it does: a start, not a fit. */
enum atw_status atw_direct_find_silica(int *is_there,
                                       struct atw_direct_particle *particle,
                                       struct atw_direct_series *series,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* ---- direct_minimise.c ---- */

struct atw_direct_minimum {
    struct atw_deviance deviance;
    double penalty;
    size_t n_iterations;
    int has_converged;
};

/* When to stop. */
struct atw_direct_effort {
    size_t n_iterations_max;
    double gain_least; /* a step that promises less deviance than this is the last one */
};

/* Levenberg-Marquardt over the series of one particle. Unless NULL, covariance [n][n] is
 * the inverse of the information at the end about the free globals and then ln S of the
 * heated series, everything else eliminated. */
enum atw_status atw_direct_minimise(struct atw_direct_minimum *minimum,
                                    double *covariance,
                                    struct atw_direct_particle *particle,
                                    struct atw_direct_series *series,
                                    size_t n_series,
                                    int with_globals,
                                    const struct atw_direct_effort *effort,
                                    struct atw_error *err) ATW_MUST_CHECK;

#endif
