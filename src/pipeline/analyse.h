/* Analyse: experiment -> reconstruct -> quantify -> infer. Sees nothing but the
 * experiment. */
#ifndef ATW_PIPELINE_ANALYSE_H
#define ATW_PIPELINE_ANALYSE_H

#include "pipeline/specimen.h"

enum { ATW_CURVE_POINTS = 8 };

/* Degree of alloying against S = integral of D dt, from the room-temperature state. */
struct atw_alloying_curve {
    double S_m2[ATW_CURVE_POINTS]; /* rising */
    double degree[ATW_CURVE_POINTS];
};

struct atw_tomogram_spreads; /* pipeline/spreads.h */

struct atw_analysis {
    const struct atw_experiment *experiment; /* borrowed */
    struct atw_specimen **specimen;          /* [n_particles] */
    struct atw_observed_particle *observed;  /* [n_particles] */
    /* [n_particles], zero for one without steps; NULL without angles, or unwanted */
    struct atw_alloying_curve *curve;
    /* [n_particles][n_tomograms]; NULL unless atw_spreads_measure() was called */
    struct atw_tomogram_spreads **spreads;
    struct atw_estimates estimates;
    int is_skipped[ATW_ESTIMATORS_MAX]; /* estimators that need what the data lack */
};

/* *out belongs to the caller and borrows the experiment. The numbers do not depend on the
 * number of threads. An estimator that finds no answer is not an error: its estimates say
 * why. */
enum atw_status atw_analyse(struct atw_analysis **out,
                            const struct atw_experiment *experiment,
                            struct atw_error *err) ATW_MUST_CHECK;

/* The same without what only tables need: curves of degree against S, a tenth of the
 * time; and tomograms of heated particles when no estimator looks at them. */
enum atw_status atw_analyse_without_curves(struct atw_analysis **out,
                                           const struct atw_experiment *experiment,
                                           struct atw_error *err) ATW_MUST_CHECK;
void atw_analysis_destroy(struct atw_analysis *analysis);

/* Degree of alloying of a particle after S_m2 from its curve: monotone cubic in ln S, 0
 * at S = 0 and constant beyond the last point. NaN without a curve. */
double atw_analysis_curve_degree(const struct atw_analysis *analysis,
                                 size_t particle,
                                 double S_m2);

#endif
