/* A scenario as the simulation needs it: every value in SI, models resolved. */
#ifndef ATW_PIPELINE_SCENARIO_H
#define ATW_PIPELINE_SCENARIO_H

#include "chip/chip.h"
#include "core/random.h"
#include "heating/heating.h"
#include "io/config.h"
#include "phantom/shape.h"
#include "pipeline/imaging_settings.h"
#include "pipeline/material.h"
#include "pipeline/twin.h"

struct atw_scenario_particle {
    const char *name;
    const char *window; /* NULL with an explicit offset and no window */
    struct atw_shape shape;
    int has_offset; /* local temperature = set point + offset_K, whatever the chip says */
    double offset_K;
    struct atw_twin twin;
    double reshaping; /* factor on the material's rate */
};

struct atw_scenario {
    const struct atw_config *config; /* borrowed; texts point into it */
    const char *name;
    uint64_t seed;
    size_t reference; /* particle dT is reported against */

    struct atw_chip *chip; /* NULL if every particle has an explicit offset */
    struct atw_material material;
    size_t n_particles;
    struct atw_scenario_particle *particle;

    size_t n_steps;
    double *set_point_K, *dwell_s; /* [n_steps], as asked for: what the experiment says */
    double *reached_K, *held_s;    /* [n_steps], as they in truth were */
    double *local_error_K;         /* [n_particles][n_steps], added to the local one */
    double rest_K, time_constant_s;

    double voxel_m, diffusion_tolerance;
    int keeps_dispersion; /* see atw_diffusion_options */
    int export_states;

    struct atw_imaging_settings imaging;
    double analysis_erosion_m; /* surface layer that the analysis leaves out */
    size_t n_tilt;
    double *tilt_rad;
};

/* Resolve a loaded scenario. config must outlive *out. Fails with file, line and key when
 * values contradict each other: ATW_EINPUT. */
enum atw_status atw_scenario_create(struct atw_scenario **out,
                                    const struct atw_config *config,
                                    struct atw_error *err) ATW_MUST_CHECK;
void atw_scenario_destroy(struct atw_scenario *scenario);

/* Local plateau temperature that a particle in truth had at a heating step. */
enum atw_status atw_scenario_local_temperature(const struct atw_scenario *scenario,
                                               size_t particle,
                                               size_t step,
                                               double *T_K,
                                               struct atw_error *err) ATW_MUST_CHECK;

/* The heating step as it in truth was for a particle. */
enum atw_status atw_scenario_heating_step(const struct atw_scenario *scenario,
                                          size_t particle,
                                          size_t step,
                                          struct atw_heating_step *heating,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* Index of a particle by name; ATW_EINPUT lists the names. */
enum atw_status atw_scenario_find_particle(const struct atw_scenario *scenario,
                                           const char *name,
                                           size_t *index,
                                           struct atw_error *err) ATW_MUST_CHECK;

#endif
