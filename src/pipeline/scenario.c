/* A scenario as the simulation needs it: reads the loaded configuration section by
 * section; each section has its own function. */
#include "pipeline/scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inference/estimator.h"
#include "pipeline/analysis_settings.h"
#include "pipeline/chip_section.h"
#include "pipeline/scenario_sections.h"

static enum atw_status read_particles(struct atw_scenario *scenario,
                                      struct atw_error *err)
{
    const struct atw_config *config = scenario->config;
    enum atw_status status = ATW_OK;

    scenario->n_particles = atw_config_count(config, "particles");
    if (scenario->n_particles < 2)
        return atw_config_error(config, err, ATW_EINPUT, "particles",
                                "%zu given; a temperature difference needs at least 2",
                                scenario->n_particles);
    if (scenario->n_particles > ATW_ARRHENIUS_PARTICLES_MAX)
        return atw_config_error(config, err, ATW_EINPUT, "particles",
                                "%zu given; at most %d are supported",
                                scenario->n_particles, ATW_ARRHENIUS_PARTICLES_MAX);
    scenario->particle = calloc(scenario->n_particles, sizeof *scenario->particle);
    if (!scenario->particle)
        return atw_error_set(err, ATW_ENOMEM, "scenario: out of memory");
    for (size_t i = 0; i < scenario->n_particles && status == ATW_OK; i++)
        status = atw_scenario_read_particle(&scenario->particle[i], config, i, err);
    return status;
}

static enum atw_status read_reference(struct atw_scenario *scenario,
                                      struct atw_error *err)
{
    const char *name = atw_config_text(scenario->config, "reference");
    struct atw_error reason = {0};

    if (atw_scenario_find_particle(scenario, name, &scenario->reference, &reason) ==
        ATW_OK)
        return ATW_OK;
    return atw_config_error(scenario->config, err, ATW_EINPUT, "reference", "%s",
                            reason.text);
}

static int needs_chip(const struct atw_scenario *scenario)
{
    for (size_t i = 0; i < scenario->n_particles; i++)
        if (!scenario->particle[i].has_offset)
            return 1;
    return 0;
}

static enum atw_status read_chip(struct atw_scenario *scenario, struct atw_error *err)
{
    size_t window;

    if (!needs_chip(scenario) && !atw_config_is_set(scenario->config, "chip"))
        return ATW_OK;
    for (size_t i = 0; i < scenario->n_particles; i++) {
        const struct atw_scenario_particle *particle = &scenario->particle[i];
        struct atw_error reason = {0};
        char path[64];

        if (!scenario->chip &&
            atw_chip_read(&scenario->chip, scenario->config, err) != ATW_OK)
            return err ? err->status : ATW_EINPUT;
        if (!particle->window || particle->has_offset)
            continue;
        snprintf(path, sizeof path, "particles[%zu].window", i);
        if (atw_chip_find_window(scenario->chip, particle->window, &window, &reason) !=
            ATW_OK)
            return atw_config_error(scenario->config, err, ATW_EINPUT, path, "%s",
                                    reason.text);
    }
    return ATW_OK;
}

/* Temperatures are asked for once here, so that a set point the chip cannot reach is
 * reported with its line and not in the middle of a run. */
static enum atw_status check_temperatures(const struct atw_scenario *scenario,
                                          struct atw_error *err)
{
    for (size_t i = 0; i < scenario->n_particles; i++)
        for (size_t k = 0; k < scenario->n_steps; k++) {
            struct atw_error reason = {0};
            char path[64];
            double T_K;

            if (atw_scenario_local_temperature(scenario, i, k, &T_K, &reason) == ATW_OK)
                continue;
            snprintf(path, sizeof path, "heating.steps[%zu].set_point", k);
            return atw_config_error(scenario->config, err,
                                    reason.status == ATW_EDIVERGED ? ATW_EDIVERGED
                                                                   : ATW_EINPUT,
                                    path, "%s", reason.text);
        }
    return ATW_OK;
}

/* The material is judged over the temperatures that the particles pass through. */
static enum atw_status read_material(struct atw_scenario *scenario, struct atw_error *err)
{
    double hottest_K = scenario->rest_K;

    for (size_t i = 0; i < scenario->n_particles; i++)
        for (size_t k = 0; k < scenario->n_steps; k++) {
            double T_K;
            enum atw_status status =
                atw_scenario_local_temperature(scenario, i, k, &T_K, err);

            if (status != ATW_OK)
                return status;
            hottest_K = fmax(hottest_K, T_K);
        }
    return atw_material_read(&scenario->material, scenario->config, scenario->rest_K,
                             hottest_K, err);
}

/* The analysis is asked for here too: what it cannot do is reported with the line of the
 * scenario and before the simulation, not from the experiment that it wrote. */
static enum atw_status check_analysis(const struct atw_scenario *scenario,
                                      struct atw_error *err)
{
    struct atw_analysis_settings settings;
    enum atw_status status = atw_analysis_settings_read(&settings, scenario->config, err);

    if (status != ATW_OK || !settings.initial_state_given || scenario->export_states)
        return status;
    return atw_config_error(scenario->config, err, ATW_EINPUT, "analysis.initial_state",
                            "'given' needs a state in the experiment to start from; set "
                            "simulation.export_states: true, or say 'measured'");
}

enum atw_status atw_scenario_create(struct atw_scenario **out,
                                    const struct atw_config *config,
                                    struct atw_error *err)
{
    struct atw_scenario *scenario = calloc(1, sizeof *scenario);
    enum atw_status status;

    *out = NULL;
    if (!scenario)
        return atw_error_set(err, ATW_ENOMEM, "scenario: out of memory");
    scenario->config = config;
    scenario->name = atw_config_text(config, "name");
    scenario->seed = (uint64_t)atw_config_integer(config, "seed");
    scenario->voxel_m = atw_config_number(config, "simulation.voxel");
    scenario->diffusion_tolerance = atw_config_number(config, "simulation.tolerance");
    scenario->keeps_dispersion = atw_config_boolean(config, "simulation.keep_dispersion");
    scenario->export_states = atw_config_boolean(config, "simulation.export_states");
    scenario->analysis_erosion_m =
        atw_config_number(config, "analysis.segmentation.erosion");
    status = read_particles(scenario, err);
    if (status == ATW_OK)
        status = read_reference(scenario, err);
    if (status == ATW_OK)
        status = read_chip(scenario, err);
    if (status == ATW_OK)
        status = atw_scenario_read_heating(scenario, err);
    if (status == ATW_OK)
        status = atw_scenario_read_microscope(scenario, err);
    if (status == ATW_OK)
        status = check_temperatures(scenario, err);
    if (status == ATW_OK)
        status = read_material(scenario, err);
    if (status == ATW_OK)
        status = check_analysis(scenario, err);
    if (status == ATW_OK)
        *out = scenario;
    else
        atw_scenario_destroy(scenario);
    return status;
}

void atw_scenario_destroy(struct atw_scenario *scenario)
{
    if (!scenario)
        return;
    atw_chip_destroy(scenario->chip);
    free(scenario->particle);
    free(scenario->set_point_K);
    free(scenario->dwell_s);
    free(scenario->reached_K);
    free(scenario->held_s);
    free(scenario->local_error_K);
    free(scenario->tilt_rad);
    free(scenario);
}

enum atw_status atw_scenario_local_temperature(const struct atw_scenario *scenario,
                                               size_t particle,
                                               size_t step,
                                               double *T_K,
                                               struct atw_error *err)
{
    const struct atw_scenario_particle *subject = &scenario->particle[particle];
    double set_point_K = scenario->reached_K[step], plateau_K;
    size_t window;
    enum atw_status status;

    if (subject->has_offset) {
        plateau_K = set_point_K + subject->offset_K;
    } else {
        status = atw_chip_find_window(scenario->chip, subject->window, &window, err);
        if (status == ATW_OK)
            status = atw_chip_temperature(scenario->chip, window, set_point_K, &plateau_K,
                                          err);
        if (status != ATW_OK)
            return status;
    }
    plateau_K += scenario->local_error_K[particle * scenario->n_steps + step];
    if (plateau_K < scenario->rest_K)
        return atw_error_set(err, ATW_EINVAL,
                             "the particle would be at %g K, below the %g K of "
                             "heating.rest_temperature; a step heats",
                             plateau_K, scenario->rest_K);
    *T_K = plateau_K;
    return ATW_OK;
}

enum atw_status atw_scenario_find_particle(const struct atw_scenario *scenario,
                                           const char *name,
                                           size_t *index,
                                           struct atw_error *err)
{
    char names[256] = "";

    for (size_t i = 0; i < scenario->n_particles; i++) {
        size_t used = strlen(names);

        if (strcmp(scenario->particle[i].name, name) == 0) {
            *index = i;
            return ATW_OK;
        }
        snprintf(names + used, sizeof names - used, " %s", scenario->particle[i].name);
    }
    return atw_error_set(err, ATW_EINPUT, "no particle is named '%s'; there are:%s", name,
                         names);
}
