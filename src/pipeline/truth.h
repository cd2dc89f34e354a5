/* What the simulation knows and the analysis must not see. */
#ifndef ATW_PIPELINE_TRUTH_H
#define ATW_PIPELINE_TRUTH_H

#include <jansson.h>

#include "microscope/acquisition.h"
#include "phantom/phantom.h"

/* Arrays of [n_steps + 1] hold the state before heating and after each step. */
struct atw_truth_particle {
    char *name;
    struct atw_phantom *phantom; /* before heating */
    size_t n_steps;
    struct atw_acquisition **acquisition; /* [n_steps + 1], of every series taken */
    struct atw_field **composition;       /* [n_steps + 1] */
    struct atw_phantom **reshaped;        /* [n_steps + 1]; NULL: still as `phantom` */
    double *temperature_K;                /* [n_steps], local plateau */
    double *D_m2_per_s;   /* [n_steps], at the plateau; docs/physics.md says
                             what if it depends on composition */
    double *S_m2;         /* [n_steps], integral of D dt over ramp, dwell, quench; NaN if
                             D depends on composition */
    double *degree;       /* [n_steps + 1], of a perfect instrument */
    double *aspect_ratio; /* [n_steps + 1] */
    double *lost;         /* [n_steps + 1], fraction of the shell metal evaporated */
};

struct atw_truth {
    char *scenario;
    unsigned long long seed;
    size_t reference, n_particles;
    double Q_J_per_mol, D0_m2_per_s; /* NaN if D depends on composition */
    double *set_point_K, *dwell_s;   /* [n_steps], as they in truth were */
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

/* Fraction of metal and of silica in a state; borrowed. */
const struct atw_field *atw_truth_metal(const struct atw_truth_particle *particle,
                                        size_t state);
const struct atw_field *atw_truth_silica(const struct atw_truth_particle *particle,
                                         size_t state);

/* Length of the particle in a state over that before heating; 1 unless it reshapes. */
double atw_truth_stretch(const struct atw_truth_particle *particle, size_t state);

/* T(particle) - T(reference) at a step, and its mean weighted with the dwell. */
double atw_truth_delta_T_K(const struct atw_truth *truth, size_t particle, size_t step);
double atw_truth_mean_delta_T_K(const struct atw_truth *truth, size_t particle);

/* The JSON of truth.json; new reference, NULL without memory. */
json_t *atw_truth_to_json(const struct atw_truth *truth);

/* What happened in each view: one array per quantity, one number per view in the order of
 * the recorded tilts. NULL: an empty object. New reference. */
json_t *atw_acquisition_to_json(const struct atw_acquisition *acquisition);

#endif
