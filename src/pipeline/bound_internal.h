/* What the parts of the bound share. */
#ifndef ATW_PIPELINE_BOUND_INTERNAL_H
#define ATW_PIPELINE_BOUND_INTERNAL_H

#include "inference/information.h"
#include "pipeline/bound.h"
#include "pipeline/stage_cache.h"

/* What the counts of one series depend on. */
enum atw_bound_parameter {
    ATW_BOUND_LN_S, /* S up to the step before it */
    ATW_BOUND_SCALE,
    ATW_BOUND_OFFSET,
    ATW_BOUND_SIGMA, /* of the probe */
    ATW_BOUND_CONTRAST,
    ATW_BOUND_AZIMUTH,
    ATW_BOUND_LENGTH, /* core across, core along, shell at the side, shell at the tip */
    ATW_BOUND_SERIES_PARAMETERS = ATW_BOUND_LENGTH + 4
};

/* Particles that differ from the scenario's by a little, both ways, so that their series
 * tell derivatives; truth holds only what has been diffused. */
enum atw_bound_variant { ATW_BOUND_MORE, ATW_BOUND_LESS, ATW_BOUND_VARIANTS };

struct atw_bound_work {
    const struct atw_scenario *scenario;
    const struct atw_bound_options *options;
    size_t n_tomograms;            /* of every particle; 0 is before heating */
    struct atw_stage_cache *cache; /* for the replicates; NULL without */
    double counts_per_nm;
    const struct atw_truth *truth;                 /* as the scenario says */
    struct atw_truth *simulated;                   /* the same, if it is owned */
    struct atw_truth *variant[ATW_BOUND_VARIANTS]; /* D by a factor exp(+-h) */
    /* [particle * n_tomograms + tomogram], ATW_BOUND_SERIES_PARAMETERS parameters;
     * positions of the views known, and unknown */
    struct atw_information **positions_known, **positions_unknown;
};

/* h of the variants: the central difference errs by h^2/6 of a third derivative in ln S,
 * below 1 % of the information everywhere (docs/bound.md). */
#define ATW_BOUND_LN_S_STEP 0.1

/* The scenario at the D of a variant, ATW_BOUND_VARIANTS: its own; what it points to is
 * borrowed. */
struct atw_scenario atw_bound_scenario(const struct atw_scenario *scenario,
                                       size_t variant);

/* A truth of which only one particle has been through the heating. */
enum atw_status atw_bound_anneal(struct atw_truth **out,
                                 const struct atw_scenario *scenario,
                                 size_t particle,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Fill in the truths, counts_per_nm and, for replicates, the cache; make room for the
 * information. The caller releases all of it, on failure too. */
enum atw_status atw_bound_prepare(struct atw_bound_work *work,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Expected counts of a state of a particle in the frame of the scenario asked about, of
 * every view_stride-th view. shift_m NULL: none. */
enum atw_status atw_bound_expect(struct atw_tilt_series **out,
                                 const struct atw_bound_work *work,
                                 const struct atw_scenario *scenario,
                                 const struct atw_truth *truth,
                                 size_t particle,
                                 size_t tomogram,
                                 const double shift_m[2],
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Fill in both arrays of information. */
enum atw_status atw_bound_expose(struct atw_bound_work *work,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Information about ln S of every step [n_steps] of a particle, the stage's nuisances
 * eliminated; only PHOTONS to PARTICLE. */
enum atw_status atw_bound_of_particle(struct atw_information **out,
                                      const struct atw_bound_work *work,
                                      size_t particle,
                                      enum atw_bound_stage stage,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* d ln S_k / d (ln D(T_ref), Q, dT of every particle), [n_steps][n_theta], dT of the
 * particle itself in column 2 + particle, the others' 0. */
enum atw_status atw_bound_chain(double *chain,
                                const struct atw_bound_work *work,
                                size_t particle,
                                double T_ref_K,
                                struct atw_error *err) ATW_MUST_CHECK;

/* What an ensemble of replicates says about the shares of variance left. */
struct atw_bound_degrees {
    /* all [particle][...] */
    double *slope;          /* [n_steps], d q / d ln S */
    double *covariance;     /* [n_steps][n_steps], of q, the alloyed level known */
    double *covariance_own; /* likewise, each replicate with its own alloyed level */
};

/* Least covariance [n][n] of the n = 1 + n_particles parameters, from the shares
 * (DEGREES) or as an unweighted fit to one D per interval has it; jacobians
 * [particle][step][n] of ln S. */
enum atw_status atw_bound_fit_degrees(double *covariance,
                                      double *condition_number,
                                      const struct atw_bound_work *work,
                                      const struct atw_bound_degrees *degrees,
                                      const double *jacobians,
                                      enum atw_bound_stage stage,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Record and reconstruct n_replicates; arrays belong to the caller, on failure too. */
enum atw_status atw_bound_measure_degrees(struct atw_bound_degrees *degrees,
                                          const struct atw_bound_work *work,
                                          struct atw_error *err) ATW_MUST_CHECK;

#endif
