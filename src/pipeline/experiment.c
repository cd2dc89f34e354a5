/* An experiment in memory. */
#include "pipeline/experiment.h"

#include <stdlib.h>
#include <string.h>

enum atw_status atw_experiment_create(struct atw_experiment **out,
                                      size_t n_particles,
                                      struct atw_error *err)
{
    struct atw_experiment *experiment = calloc(1, sizeof *experiment);

    *out = NULL;
    if (experiment)
        experiment->particle = calloc(n_particles, sizeof *experiment->particle);
    if (!experiment || !experiment->particle) {
        atw_experiment_destroy(experiment);
        return atw_error_set(err, ATW_ENOMEM, "experiment: out of memory");
    }
    experiment->n_particles = n_particles;
    *out = experiment;
    return ATW_OK;
}

static void destroy_tomogram(struct atw_tomogram *tomogram)
{
    atw_tilt_series_destroy(tomogram->series);
    atw_field_destroy(tomogram->volume);
    atw_tilt_series_destroy(tomogram->views);
}

static void destroy_particle(struct atw_experiment_particle *particle)
{
    free(particle->name);
    free(particle->window);
    destroy_tomogram(&particle->reference);
    for (size_t k = 0; k < particle->n_steps; k++) {
        destroy_tomogram(&particle->step[k].tomogram);
        atw_field_destroy(particle->step[k].initial_composition);
        atw_field_destroy(particle->step[k].initial_metal);
    }
    free(particle->step);
}

void atw_experiment_destroy(struct atw_experiment *experiment)
{
    if (!experiment)
        return;
    for (size_t i = 0; experiment->particle && i < experiment->n_particles; i++)
        destroy_particle(&experiment->particle[i]);
    free(experiment->particle);
    free(experiment->title);
    atw_config_destroy(experiment->config);
    free(experiment);
}

enum atw_status atw_experiment_set_particle(struct atw_experiment *experiment,
                                            size_t index,
                                            const char *name,
                                            const char *window,
                                            size_t n_steps,
                                            struct atw_error *err)
{
    struct atw_experiment_particle *particle = &experiment->particle[index];

    particle->name = strdup(name);
    particle->window = window ? strdup(window) : NULL;
    particle->step = calloc(n_steps ? n_steps : 1, sizeof *particle->step);
    if (!particle->name || (window && !particle->window) || !particle->step)
        return atw_error_set(err, ATW_ENOMEM, "experiment: out of memory");
    particle->n_steps = n_steps;
    return ATW_OK;
}

static void count_electrons(struct atw_tomogram *tomogram, double gain, double offset)
{
    struct atw_tilt_series *series = tomogram->series;
    size_t count = series ? atw_tilt_series_pixel_count(series) : 0;

    for (size_t i = 0; i < count && (gain != 1.0 || offset != 0.0); i++)
        series->value[i] = (float)(((double)series->value[i] - offset) / gain);
}

void atw_experiment_count_electrons(struct atw_experiment *experiment)
{
    for (size_t i = 0; i < experiment->n_particles; i++) {
        struct atw_experiment_particle *particle = &experiment->particle[i];

        count_electrons(&particle->reference, experiment->gain, experiment->offset);
        for (size_t k = 0; k < particle->n_steps; k++)
            count_electrons(&particle->step[k].tomogram, experiment->gain,
                            experiment->offset);
    }
}
