/* Simulate: one call per arrow of scenario -> phantom -> chip + heating -> diffusion ->
 * microscope. Particles, then views, are independent tasks. */
#include "pipeline/simulate.h"

#include <stdlib.h>
#include <string.h>

#include "core/parallel.h"
#include "core/progress.h"
#include "phantom/deform.h"
#include "pipeline/anneal.h"
#include "pipeline/effective_diffusivity.h"
#include "pipeline/imaging.h"
#include "pipeline/true_degree.h"

struct simulation {
    const struct atw_scenario *scenario;
    struct atw_experiment *experiment;
    struct atw_truth *truth;
};

enum atw_status atw_simulate_phantom(struct atw_phantom **out,
                                     const struct atw_scenario *scenario,
                                     size_t particle,
                                     struct atw_error *err)
{
    enum atw_status status = atw_anneal_phantom(out, scenario, particle, err);

    if (status != ATW_OK)
        atw_error_prepend(err, "particle %s", scenario->particle[particle].name);
    return status;
}

static enum atw_status
simulate_particle(void *context, size_t index, struct atw_error *err)
{
    struct simulation *simulation = context;
    const struct atw_scenario *scenario = simulation->scenario;
    struct atw_truth_particle *truth = &simulation->truth->particle[index];
    enum atw_status status = ATW_OK;

    truth->name = strdup(scenario->particle[index].name);
    if (!truth->name)
        return atw_error_set(err, ATW_ENOMEM, "simulate: out of memory");
    status = atw_anneal_phantom(&truth->phantom, scenario, index, err);
    if (status == ATW_OK)
        status = atw_anneal(truth, scenario, index, err);
    if (status == ATW_OK)
        status = atw_true_degrees(truth, &scenario->imaging.microscope.contrast,
                                  scenario->analysis_erosion_m, err);
    if (status == ATW_OK)
        status = atw_effective_diffusivity(truth, scenario, err);
    if (status != ATW_OK)
        atw_error_prepend(err, "particle %s", scenario->particle[index].name);
    atw_progress_step();
    return status;
}

/* Task: record tomogram `index % (n_steps + 1)` of particle `index / (n_steps + 1)`. */
static enum atw_status record(void *context, size_t index, struct atw_error *err)
{
    struct simulation *simulation = context;
    const struct atw_scenario *scenario = simulation->scenario;
    size_t particle = index / (scenario->n_steps + 1);
    size_t tomogram = index % (scenario->n_steps + 1);
    struct atw_experiment_particle *target = &simulation->experiment->particle[particle];
    struct atw_tilt_series *series = NULL;
    enum atw_status status =
        atw_imaging_record(&series, scenario, simulation->truth, particle, tomogram,
                           simulation->experiment->counts_per_nm, err);

    if (status != ATW_OK)
        return status;
    if (tomogram == 0)
        target->reference.series = series;
    else
        target->step[tomogram - 1].tomogram.series = series;
    atw_progress_step();
    return ATW_OK;
}

static enum atw_status export_states(struct simulation *simulation, struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < simulation->truth->n_particles; i++) {
        const struct atw_truth_particle *truth = &simulation->truth->particle[i];

        for (size_t k = 0; k < truth->n_steps && status == ATW_OK; k++) {
            struct atw_experiment_step *step =
                &simulation->experiment->particle[i].step[k];

            status =
                atw_field_copy(&step->initial_composition, truth->composition[k], err);
            if (status == ATW_OK)
                status =
                    atw_field_copy(&step->initial_metal, atw_truth_metal(truth, k), err);
        }
    }
    return status;
}

/* Everything the experimenter knows without looking at the data. */
static enum atw_status describe(struct simulation *simulation, struct atw_error *err)
{
    const struct atw_scenario *scenario = simulation->scenario;
    struct atw_experiment *experiment = simulation->experiment;
    struct atw_truth *truth = simulation->truth;
    const char *title = atw_config_text(scenario->config, "title");
    enum atw_status status = ATW_OK;

    experiment->title = strdup(*title ? title : scenario->name);
    if (!experiment->title)
        return atw_error_set(err, ATW_ENOMEM, "simulate: out of memory");
    experiment->reference = truth->reference = scenario->reference;
    experiment->intensity_ratio = 1.0 / scenario->imaging.microscope.contrast.shell;
    experiment->background_counts = scenario->imaging.microscope.background_counts;
    experiment->gain = scenario->imaging.gain;
    experiment->offset = scenario->imaging.offset;
    experiment->shot_noise = scenario->imaging.microscope.shot_noise;
    truth->seed = scenario->seed;
    truth->Q_J_per_mol = scenario->material.law.Q_J_per_mol;
    truth->D0_m2_per_s = scenario->material.law.D0_m2_per_s;
    memcpy(truth->dwell_s, scenario->held_s, scenario->n_steps * sizeof(double));
    memcpy(truth->set_point_K, scenario->reached_K, scenario->n_steps * sizeof(double));
    for (size_t i = 0; i < scenario->n_particles && status == ATW_OK; i++) {
        status = atw_experiment_set_particle(experiment, i, scenario->particle[i].name,
                                             scenario->particle[i].window,
                                             scenario->n_steps, err);
        for (size_t k = 0; k < scenario->n_steps && status == ATW_OK; k++) {
            experiment->particle[i].step[k].set_point_K = scenario->set_point_K[k];
            experiment->particle[i].step[k].dwell_s = scenario->dwell_s[k];
        }
    }
    return status;
}

static enum atw_status run_stages(struct simulation *simulation, struct atw_error *err)
{
    const struct atw_scenario *scenario = simulation->scenario;
    size_t n_tomograms = scenario->n_particles * (scenario->n_steps + 1);
    enum atw_status status = describe(simulation, err);

    if (status != ATW_OK)
        return status;
    atw_progress_begin("diffusion", scenario->n_particles);
    status = atw_parallel_try(scenario->n_particles, simulate_particle, simulation, err);
    if (status == ATW_OK)
        status = atw_imaging_counts_per_nm(&simulation->experiment->counts_per_nm,
                                           scenario, simulation->truth, err);
    if (status != ATW_OK)
        return status;
    atw_progress_begin("tilt series", n_tomograms);
    status = atw_parallel_try(n_tomograms, record, simulation, err);
    if (status == ATW_OK && scenario->export_states)
        status = export_states(simulation, err);
    return status;
}

enum atw_status atw_simulate(struct atw_experiment **experiment,
                             struct atw_truth **truth,
                             const struct atw_scenario *scenario,
                             struct atw_error *err)
{
    struct simulation simulation = {.scenario = scenario};
    enum atw_status status;

    *experiment = NULL;
    *truth = NULL;
    status = atw_experiment_create(&simulation.experiment, scenario->n_particles, err);
    if (status == ATW_OK)
        status = atw_truth_create(&simulation.truth, scenario->name,
                                  scenario->n_particles, scenario->n_steps, err);
    if (status == ATW_OK)
        status = run_stages(&simulation, err);
    atw_progress_end();
    if (status == ATW_OK) {
        *experiment = simulation.experiment;
        *truth = simulation.truth;
        return ATW_OK;
    }
    atw_experiment_destroy(simulation.experiment);
    atw_truth_destroy(simulation.truth);
    return status;
}
