/* What the simulation knows and the analysis must not see. */
#ifndef ATW_PIPELINE_TRUTH_H
#define ATW_PIPELINE_TRUTH_H

#include <jansson.h>

#include "microscope/acquisition.h"
#include "phantom/phantom.h"

struct atw_truth_particle {
    char *name;
    struct atw_phantom *phantom;
    size_t n_steps;
    struct atw_field *
        *composition; /* [n_steps + 1], after each step; [0] before heating */
    struct atw_acquisition **acquisition; /* [n_steps + 1], of every series taken */
    double *temperature_K;                /* [n_steps], local plateau */
    double *D_m2_per_s;                   /* [n_steps], at the plateau */
    double *S_m2;   /* [n_steps], integral of D dt over ramp, dwell, quench */
    double *degree; /* [n_steps + 1], of a perfect instrument */
};

struct atw_truth {
    char *scenario;
    unsigned long long seed;
    size_t reference, n_particles;
    double Q_J_per_mol, D0_m2_per_s;
    double *dwell_s; /* [n_steps] */
    size_t n_steps;
    struct atw_truth_particle *particle;
};

/* Empty truth for n_particles and n_steps; ATW_ENOMEM. */
enum atw_status atw_truth_create(struct atw_truth **out,
                                 const char *scenario,
                                 size_t n_particles,
                                 size_t n_steps,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_truth_destroy(struct atw_truth *truth);

/* T(particle) - T(reference) at a step, and its mean weighted with the dwell. */
double atw_truth_delta_T_K(const struct atw_truth *truth, size_t particle, size_t step);
double atw_truth_mean_delta_T_K(const struct atw_truth *truth, size_t particle);

/* The JSON of truth.json; new reference, NULL without memory. */
json_t *atw_truth_to_json(const struct atw_truth *truth);

/* What happened in each view: one array per quantity, one number per view in the order of
 * the recorded tilts. NULL: an empty object. New reference. */
json_t *atw_acquisition_to_json(const struct atw_acquisition *acquisition);

#endif
