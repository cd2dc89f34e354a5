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
#include "pipeline/stage_keys.h"
#include "pipeline/true_degree.h"

struct simulation {
    const struct atw_scenario *scenario;
    struct atw_experiment *experiment;
    struct atw_truth *truth;
    struct atw_stage_cache *cache;    /* may be NULL */
    struct atw_stage_key *states_key; /* [n_particles] */
    struct atw_tilt_series **signal;  /* [n_tomograms], owned until exposed */
    struct atw_stage_key *signal_key; /* [n_tomograms] */
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

    if (truth->phantom) { /* from the cache */
        atw_progress_step();
        return ATW_OK;
    }
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

/* The states of all particles: what the cache has, and the rest by diffusion. */
static enum atw_status simulate_particles(struct simulation *simulation,
                                          struct atw_error *err)
{
    struct atw_truth *truth = simulation->truth;
    int is_known[ATW_ARRHENIUS_PARTICLES_MAX] = {0};
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < truth->n_particles && status == ATW_OK; i++) {
        struct atw_stage_key *key = &simulation->states_key[i];

        truth->particle[i].name = strdup(simulation->scenario->particle[i].name);
        if (!truth->particle[i].name)
            return atw_error_set(err, ATW_ENOMEM, "simulate: out of memory");
        if (!simulation->cache)
            continue;
        status = atw_stage_key_of_states(key, simulation->scenario, i, err);
        if (status == ATW_OK)
            status =
                atw_stage_cache_get_states(&truth->particle[i], &is_known[i],
                                           simulation->cache, key->bytes, key->size, err);
    }
    atw_progress_begin("diffusion", truth->n_particles);
    if (status == ATW_OK)
        status = atw_parallel_try(truth->n_particles, simulate_particle, simulation, err);
    for (size_t i = 0; simulation->cache && i < truth->n_particles && status == ATW_OK;
         i++)
        if (!is_known[i])
            atw_stage_cache_put_states(simulation->cache, simulation->states_key[i].bytes,
                                       simulation->states_key[i].size,
                                       &truth->particle[i]);
    return status;
}

/* ---- tilt series; series `index` is of state index % (n_steps + 1) of particle index /
 * (n_steps + 1) ---- */

static size_t particle_of(const struct simulation *simulation, size_t index)
{
    return index / (simulation->scenario->n_steps + 1);
}

static size_t tomogram_of(const struct simulation *simulation, size_t index)
{
    return index % (simulation->scenario->n_steps + 1);
}

/* *series NULL, and the key for when it is computed, if the cache does not have it. */
static enum atw_status recall_signal(struct simulation *simulation,
                                     struct atw_tilt_series **series,
                                     struct atw_stage_key *key,
                                     size_t particle,
                                     size_t tomogram,
                                     const struct atw_acquisition *acquisition,
                                     struct atw_error *err)
{
    const struct atw_scenario *scenario = simulation->scenario;
    struct atw_microscope detector =
        atw_imaging_frame(scenario, simulation->truth, particle);
    enum atw_status status;

    *series = NULL;
    if (!simulation->cache)
        return ATW_OK;
    status = atw_stage_key_of_signal(key, &simulation->states_key[particle], scenario,
                                     tomogram, &detector, acquisition, err);
    if (status == ATW_OK)
        status = atw_stage_cache_get_signal(series, simulation->cache, key->bytes,
                                            key->size, err);
    return status;
}

static void keep_signal(struct simulation *simulation,
                        struct atw_stage_key *key,
                        const struct atw_tilt_series *series)
{
    if (key->bytes)
        atw_stage_cache_put_signal(simulation->cache, key->bytes, key->size, series);
    atw_stage_key_clear(key);
}

static enum atw_status signal_of(struct atw_tilt_series **out,
                                 const struct simulation *simulation,
                                 size_t particle,
                                 size_t tomogram,
                                 const struct atw_acquisition *acquisition,
                                 struct atw_error *err)
{
    const struct atw_microscope detector =
        atw_imaging_frame(simulation->scenario, simulation->truth, particle);

    return atw_imaging_signal(out, simulation->scenario, simulation->truth, particle,
                              tomogram, &detector, acquisition, err);
}

/* Counts follow from the reference particle before heating in a perfect acquisition. */
static enum atw_status calibrate(struct simulation *simulation, struct atw_error *err)
{
    const struct atw_scenario *scenario = simulation->scenario;
    struct atw_acquisition *perfect = NULL;
    struct atw_tilt_series *signal = NULL;
    struct atw_stage_key key = {0};
    enum atw_status status = ATW_OK;

    if (scenario->imaging.calibration == ATW_CALIBRATION_PEAK) {
        status = atw_imaging_acquire_perfect(&perfect, scenario, err);
        if (status == ATW_OK)
            status = recall_signal(simulation, &signal, &key, scenario->reference, 0,
                                   perfect, err);
        if (status == ATW_OK && signal)
            atw_stage_key_clear(&key);
        else if (status == ATW_OK)
            status = signal_of(&signal, simulation, scenario->reference, 0, perfect, err);
        if (status == ATW_OK)
            keep_signal(simulation, &key, signal);
    }
    if (status == ATW_OK)
        status = atw_imaging_counts_per_nm(&simulation->experiment->counts_per_nm,
                                           scenario, signal, err);
    atw_stage_key_clear(&key);
    atw_tilt_series_destroy(signal);
    atw_acquisition_destroy(perfect);
    return status;
}

static enum atw_status
acquire(struct simulation *simulation, size_t index, struct atw_error *err)
{
    size_t particle = particle_of(simulation, index);
    size_t tomogram = tomogram_of(simulation, index);
    struct atw_tilt_series **signal = &simulation->signal[index];
    struct atw_stage_key *key = &simulation->signal_key[index];
    enum atw_status status = atw_imaging_acquire(simulation->scenario, simulation->truth,
                                                 particle, tomogram, err);

    if (status == ATW_OK)
        status = recall_signal(
            simulation, signal, key, particle, tomogram,
            simulation->truth->particle[particle].acquisition[tomogram], err);
    if (*signal)
        atw_stage_key_clear(key);
    return status;
}

static enum atw_status compute_signal(void *context, size_t index, struct atw_error *err)
{
    struct simulation *simulation = context;
    size_t particle = particle_of(simulation, index);
    size_t tomogram = tomogram_of(simulation, index);
    enum atw_status status = ATW_OK;

    if (!simulation->signal[index])
        status =
            signal_of(&simulation->signal[index], simulation, particle, tomogram,
                      simulation->truth->particle[particle].acquisition[tomogram], err);
    atw_progress_step();
    return status;
}

static enum atw_status expose(void *context, size_t index, struct atw_error *err)
{
    struct simulation *simulation = context;
    size_t particle = particle_of(simulation, index);
    size_t tomogram = tomogram_of(simulation, index);
    struct atw_experiment_particle *target = &simulation->experiment->particle[particle];
    enum atw_status status = atw_imaging_expose(
        simulation->signal[index], simulation->scenario, simulation->truth, particle,
        tomogram, simulation->experiment->counts_per_nm, err);

    if (status != ATW_OK)
        return status;
    if (tomogram == 0)
        target->reference.series = simulation->signal[index];
    else
        target->step[tomogram - 1].tomogram.series = simulation->signal[index];
    simulation->signal[index] = NULL;
    return ATW_OK;
}

static enum atw_status take_series(struct simulation *simulation, struct atw_error *err)
{
    size_t n = simulation->scenario->n_particles * (simulation->scenario->n_steps + 1);
    enum atw_status status = ATW_OK;

    simulation->signal = calloc(n, sizeof(struct atw_tilt_series *));
    simulation->signal_key = calloc(n, sizeof *simulation->signal_key);
    if (!simulation->signal || !simulation->signal_key)
        return atw_error_set(err, ATW_ENOMEM, "simulate: out of memory");
    atw_progress_begin("tilt series", n);
    for (size_t i = 0; i < n && status == ATW_OK; i++)
        status = acquire(simulation, i, err);
    if (status == ATW_OK)
        status = atw_parallel_try(n, compute_signal, simulation, err);
    for (size_t i = 0; i < n && status == ATW_OK; i++)
        keep_signal(simulation, &simulation->signal_key[i], simulation->signal[i]);
    if (status == ATW_OK)
        status = atw_parallel_try(n, expose, simulation, err);
    return status;
}

static void destroy_scratch(struct simulation *simulation)
{
    const struct atw_scenario *scenario = simulation->scenario;
    size_t n = scenario->n_particles * (scenario->n_steps + 1);

    for (size_t i = 0; simulation->states_key && i < scenario->n_particles; i++)
        atw_stage_key_clear(&simulation->states_key[i]);
    for (size_t i = 0; simulation->signal && i < n; i++)
        atw_tilt_series_destroy(simulation->signal[i]);
    for (size_t i = 0; simulation->signal_key && i < n; i++)
        atw_stage_key_clear(&simulation->signal_key[i]);
    free(simulation->states_key);
    free(simulation->signal);
    free(simulation->signal_key);
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
    enum atw_status status = describe(simulation, err);

    if (status != ATW_OK)
        return status;
    simulation->states_key = calloc(scenario->n_particles, sizeof(struct atw_stage_key));
    if (!simulation->states_key)
        return atw_error_set(err, ATW_ENOMEM, "simulate: out of memory");
    status = simulate_particles(simulation, err);
    if (status == ATW_OK)
        status = calibrate(simulation, err);
    if (status == ATW_OK)
        status = take_series(simulation, err);
    if (status == ATW_OK && scenario->export_states)
        status = export_states(simulation, err);
    return status;
}

enum atw_status atw_simulate_cached(struct atw_experiment **experiment,
                                    struct atw_truth **truth,
                                    const struct atw_scenario *scenario,
                                    struct atw_stage_cache *cache,
                                    struct atw_error *err)
{
    struct simulation simulation = {.scenario = scenario, .cache = cache};
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
    destroy_scratch(&simulation);
    if (status == ATW_OK) {
        *experiment = simulation.experiment;
        *truth = simulation.truth;
        return ATW_OK;
    }
    atw_experiment_destroy(simulation.experiment);
    atw_truth_destroy(simulation.truth);
    return status;
}

enum atw_status atw_simulate(struct atw_experiment **experiment,
                             struct atw_truth **truth,
                             const struct atw_scenario *scenario,
                             struct atw_error *err)
{
    return atw_simulate_cached(experiment, truth, scenario, NULL, err);
}
