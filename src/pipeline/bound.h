/* Bound: how well any unbiased method could find dT from what a scenario records.
 *
 * Fisher information of the expected counts of all tilt series, with less and less taken
 * as known, and of the degrees of alloying that the analysis makes of them. Equations,
 * steps and limits: docs/bound.md. */
#ifndef ATW_PIPELINE_BOUND_H
#define ATW_PIPELINE_BOUND_H

#include <jansson.h>

#include "core/table.h"
#include "inference/arrhenius.h"
#include "inference/delta_T_model.h"
#include "inference/estimator.h"
#include "pipeline/scenario.h"
#include "pipeline/truth.h"

/* What is unknown beside D, Q and dT: each row all of those above it. */
enum atw_bound_stage {
    ATW_BOUND_PHOTONS,    /* nothing */
    ATW_BOUND_BRIGHTNESS, /* scale and background of every series */
    ATW_BOUND_POSITIONS,  /* where every view lies on the detector */
    ATW_BOUND_BLUR,       /* the probe of every series */
    ATW_BOUND_PARTICLE,   /* four lengths, azimuth and contrast of every particle */
    ATW_BOUND_DEGREES,    /* only the share of variance left of every step is used */
    ATW_BOUND_D_LOG,    /* and of these one D per interval, fitted as ln D, unweighted */
    ATW_BOUND_D_LINEAR, /* or fitted as D */
    ATW_BOUND_STAGES
};

extern const char *const atw_bound_stage_name[ATW_BOUND_STAGES];

struct atw_bound_options {
    enum atw_delta_T_model delta_T_model;
    size_t n_replicates; /* for the stages from DEGREES on; 0: leave them out */
    int photons_only;    /* only the first stage, which is cheap */
    size_t view_stride;  /* use every such view only, its information standing for those
                            left out; 0: 1 */
    /* The scenario as atw_simulate() simulated it, if it has been; borrowed. */
    const struct atw_truth *truth; /* NULL: simulate */
    double counts_per_nm;
};

struct atw_bound_row {
    double ln_D_std; /* of D at T_ref_K */
    double Q_std_J_per_mol;
    double delta_T_std_K[ATW_ARRHENIUS_PARTICLES_MAX]; /* NaN for the reference */
    double condition_number;
    int is_known; /* 0: not asked for */
};

struct atw_bound {
    size_t n_particles, reference, n_steps;
    double T_ref_K; /* harmonic mean of the set points */
    struct atw_bound_row row[ATW_BOUND_STAGES];
    /* Of ln S, S = integral of D dt up to a step, from that step's series alone:
     * [stage][particle][step], stages up to PARTICLE from the photons, DEGREES from the
     * share of variance left; owned */
    double *ln_S_std;
};

/* *out belongs to the caller. The numbers depend neither on threads nor, except for the
 * draws of shifts and noise, on the seed. ATW_EINPUT when the state does not depend on S
 * alone, without shot noise, or for less than two particles; ATW_ENOMEM. */
enum atw_status atw_bound_create(struct atw_bound **out,
                                 const struct atw_scenario *scenario,
                                 const struct atw_bound_options *options,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_bound_destroy(struct atw_bound *bound);

/* Whether a scenario has a bound: ATW_EINPUT as atw_bound_create(). */
enum atw_status atw_bound_check(const struct atw_scenario *scenario,
                                struct atw_error *err) ATW_MUST_CHECK;

double atw_bound_ln_S_std(const struct atw_bound *bound,
                          enum atw_bound_stage stage,
                          size_t particle,
                          size_t step);

/* New reference; NULL without memory. */
json_t *atw_bound_to_json(const struct atw_bound *bound,
                          const struct atw_scenario *scenario);

enum {
    ATW_BOUND_TABLE_STAGES, /* stage, particle, delta_T_std_K, Q_std_J_per_mol, ln_D_std;
                               the stages that are known */
    ATW_BOUND_TABLE_SERIES, /* particle, step, nominal_K, ln_S_std_photons,
                               ln_S_std_particle, ln_S_std_degree */
    ATW_BOUND_TABLES
};

/* Tidy tables; the caller destroys each. ATW_ENOMEM: none. */
enum atw_status atw_bound_tables(struct atw_table *table[ATW_BOUND_TABLES],
                                 const struct atw_bound *bound,
                                 const struct atw_scenario *scenario,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
