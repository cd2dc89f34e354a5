/* Read experiment.yaml and the files it names. */
#include "pipeline/experiment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/angles.h"
#include "io/experiment_schema.h"
#include "io/volume_file.h"

/* A file named by `key` of the map `path`, NULL if the key is absent. */
static char *
named_file(const struct atw_config *config, const char *path, const char *key)
{
    if (!atw_config_is_set(config, "%s.%s", path, key))
        return NULL;
    return atw_config_file_path(config, "%s.%s", path, key);
}

static double pixel_size_m(const struct atw_config *config)
{
    return atw_config_is_set(config, "pixel_size")
               ? atw_config_number(config, "pixel_size")
               : 0.0;
}

/* Report a reader's complaint at the line that named the file. */
static enum atw_status blame(const struct atw_config *config,
                             const char *path,
                             const struct atw_error *reason,
                             struct atw_error *err)
{
    if (reason->status == ATW_ENOMEM)
        return atw_error_set(err, ATW_ENOMEM, "%s", reason->text);
    return atw_config_error(config, err, ATW_EINPUT, path, "%s", reason->text);
}

/* A volume, and the views it was made of if their angles are given: one pixel to a
 * voxel. */
static enum atw_status read_volume(struct atw_tomogram *tomogram,
                                   const char *volume,
                                   const char *angles,
                                   double pixel_m,
                                   struct atw_error *err)
{
    struct atw_angles *list = NULL;
    const struct atw_grid *grid;
    enum atw_status status = atw_volume_read(&tomogram->volume, volume, pixel_m, err);

    if (status != ATW_OK || !angles)
        return status;
    grid = &tomogram->volume->grid;
    if (grid->n_x != grid->n_z)
        return atw_error_set(err, ATW_EINPUT,
                             "%s: %zu voxels along x and %zu along z; with angles a "
                             "volume must be as deep as it is wide, so that it can be "
                             "imitated: cut or pad it, or leave the angles out",
                             volume, grid->n_x, grid->n_z);
    status = atw_angles_read(&list, angles, err);
    if (status == ATW_OK)
        status = atw_tilt_series_create(&tomogram->views, list->count, grid->n_y,
                                        grid->n_x, grid->spacing_m, list->tilt_rad, err);
    atw_angles_destroy(list);
    return status;
}

/* Neither tilts nor a volume: nothing was recorded. */
static enum atw_status read_tomogram(struct atw_tomogram *tomogram,
                                     const struct atw_config *config,
                                     const char *path,
                                     struct atw_error *err)
{
    char *tilts = named_file(config, path, "tilts");
    char *angles = named_file(config, path, "angles");
    char *volume = named_file(config, path, "volume");
    struct atw_error reason = {0};
    enum atw_status status = ATW_OK;

    if (tilts && volume)
        status = atw_config_error(config, err, ATW_EINPUT, path,
                                  "tilts and a volume; give one of them");
    if (angles && !tilts && !volume)
        status = atw_config_error(config, err, ATW_EINPUT, path,
                                  "angles of nothing; give tilts or a volume with them");
    if (status == ATW_OK && tilts &&
        atw_tilts_read(&tomogram->series, tilts, angles, pixel_size_m(config), &reason) !=
            ATW_OK)
        status = blame(config, path, &reason, err);
    if (status == ATW_OK && volume &&
        read_volume(tomogram, volume, angles, pixel_size_m(config), &reason) != ATW_OK)
        status = blame(config, path, &reason, err);
    free(tilts);
    free(angles);
    free(volume);
    return status;
}

static enum atw_status read_reference(struct atw_tomogram *tomogram,
                                      const struct atw_config *config,
                                      const char *path,
                                      struct atw_error *err)
{
    enum atw_status status = read_tomogram(tomogram, config, path, err);

    if (status == ATW_OK && !tomogram->series && !tomogram->volume)
        status = atw_config_error(config, err, ATW_EINPUT, path,
                                  "no tilts and no volume; alloying is measured against "
                                  "what was taken before heating");
    return status;
}

static enum atw_status read_given_field(struct atw_field **out,
                                        const struct atw_config *config,
                                        const char *path,
                                        const char *key,
                                        struct atw_error *err)
{
    char *file = named_file(config, path, key);
    struct atw_error reason = {0};
    enum atw_status status = ATW_OK;

    if (!file)
        return atw_config_error(
            config, err, ATW_EINPUT, path,
            "%s is missing; analysis.initial_state is 'given', so every "
            "step needs initial_state.composition and .metal",
            key);
    if (atw_volume_read(out, file, 0.0, &reason) != ATW_OK)
        status = blame(config, path, &reason, err);
    free(file);
    return status;
}

static enum atw_status read_initial_state(struct atw_experiment_step *step,
                                          const struct atw_config *config,
                                          const char *step_path,
                                          struct atw_error *err)
{
    enum atw_status status;
    char path[128];

    snprintf(path, sizeof path, "%s.initial_state", step_path);
    if (!atw_config_is_set(config, "%s", path))
        return atw_config_error(
            config, err, ATW_EINPUT, step_path,
            "no initial_state, but analysis.initial_state is 'given'");
    status =
        read_given_field(&step->initial_composition, config, path, "composition", err);
    if (status == ATW_OK)
        status = read_given_field(&step->initial_metal, config, path, "metal", err);
    if (status == ATW_OK &&
        !atw_grid_equal(&step->initial_composition->grid, &step->initial_metal->grid))
        status = atw_config_error(config, err, ATW_EINPUT, path,
                                  "composition and metal are on different grids");
    return status;
}

static enum atw_status read_step(struct atw_experiment *experiment,
                                 size_t particle,
                                 size_t k,
                                 struct atw_error *err)
{
    const struct atw_config *config = experiment->config;
    struct atw_experiment_step *step = &experiment->particle[particle].step[k];
    enum atw_status status;
    char path[96];

    snprintf(path, sizeof path, "particles[%zu].steps[%zu]", particle, k);
    step->set_point_K = atw_config_number(config, "%s.set_point", path);
    step->dwell_s = atw_config_number(config, "%s.dwell", path);
    if (!(step->dwell_s > 0.0))
        return atw_config_error(config, err, ATW_EINPUT, path,
                                "dwell %g s; a heating step needs a positive time",
                                step->dwell_s);
    status = read_tomogram(&step->tomogram, config, path, err);
    if (status == ATW_OK && experiment->analysis.initial_state_given)
        status = read_initial_state(step, config, path, err);
    return status;
}

/* Names tell particles apart in tables and are parts of dataset names. */
static enum atw_status check_name(const struct atw_config *config,
                                  size_t i,
                                  const char *path,
                                  struct atw_error *err)
{
    const char *name = atw_config_text(config, "%s.name", path);

    if (*name == '\0' || strchr(name, '/'))
        return atw_config_error(config, err, ATW_EINPUT, path,
                                "name '%s': give a name without '/'", name);
    for (size_t other = 0; other < i; other++)
        if (strcmp(atw_config_text(config, "particles[%zu].name", other), name) == 0)
            return atw_config_error(config, err, ATW_EINPUT, path,
                                    "a second particle named '%s'", name);
    return ATW_OK;
}

static enum atw_status
read_particle(struct atw_experiment *experiment, size_t i, struct atw_error *err)
{
    const struct atw_config *config = experiment->config;
    size_t n_steps = atw_config_count(config, "particles[%zu].steps", i);
    const char *window = NULL;
    enum atw_status status;
    char path[64];

    snprintf(path, sizeof path, "particles[%zu]", i);
    status = check_name(config, i, path, err);
    if (status != ATW_OK)
        return status;
    if (n_steps > ATW_STEPS_MAX)
        return atw_config_error(config, err, ATW_EINPUT, path, "%zu steps; at most %d",
                                n_steps, ATW_STEPS_MAX);
    if (atw_config_is_set(config, "%s.window", path))
        window = atw_config_text(config, "%s.window", path);
    status = atw_experiment_set_particle(
        experiment, i, atw_config_text(config, "%s.name", path), window, n_steps, err);
    snprintf(path, sizeof path, "particles[%zu].reference_series", i);
    if (status == ATW_OK)
        status = read_reference(&experiment->particle[i].reference, config, path, err);
    for (size_t k = 0; k < n_steps && status == ATW_OK; k++)
        status = read_step(experiment, i, k, err);
    return status;
}

static enum atw_status find_reference(struct atw_experiment *experiment,
                                      struct atw_error *err)
{
    const char *name = atw_config_text(experiment->config, "reference");
    char names[256] = "";

    for (size_t i = 0; i < experiment->n_particles; i++) {
        size_t used = strlen(names);

        if (strcmp(experiment->particle[i].name, name) == 0) {
            experiment->reference = i;
            return ATW_OK;
        }
        snprintf(names + used, sizeof names - used, " %s", experiment->particle[i].name);
    }
    return atw_config_error(experiment->config, err, ATW_EINPUT, "reference",
                            "no particle is named '%s'; there are:%s", name, names);
}

static enum atw_status read_microscope(struct atw_experiment *experiment,
                                       struct atw_error *err)
{
    const struct atw_config *config = experiment->config;

    experiment->intensity_ratio = atw_config_number(config, "microscope.intensity_ratio");
    if (experiment->intensity_ratio <= 1.0)
        return atw_config_error(
            config, err, ATW_EINPUT, "microscope.intensity_ratio",
            "%g; the core metal must be brighter than the shell metal (> 1)",
            experiment->intensity_ratio);
    if (atw_config_is_set(config, "microscope.counts_per_unit"))
        experiment->counts_per_nm =
            atw_config_number(config, "microscope.counts_per_unit");
    if (experiment->analysis.undamp && !(experiment->counts_per_nm > 0.0))
        return atw_config_error(config, err, ATW_EINPUT, "analysis.reconstruction.undamp",
                                "true, but microscope.counts_per_unit is not set: the "
                                "counts behind an opaque object are not known");
    if (atw_config_is_set(config, "microscope.background"))
        experiment->background_counts =
            atw_config_number(config, "microscope.background");
    experiment->gain = atw_config_number(config, "microscope.detector.gain");
    experiment->offset = atw_config_number(config, "microscope.detector.offset");
    experiment->shot_noise = atw_config_boolean(config, "microscope.shot_noise");
    return ATW_OK;
}

static enum atw_status read_all(struct atw_experiment *experiment, struct atw_error *err)
{
    const struct atw_config *config = experiment->config;
    enum atw_status status;

    experiment->title = strdup(atw_config_text(config, "title"));
    if (!experiment->title)
        return atw_error_set(err, ATW_ENOMEM, "experiment: out of memory");
    status = atw_analysis_settings_read(&experiment->analysis, config, err);
    if (status == ATW_OK && experiment->n_particles < 2 &&
        experiment->analysis.n_estimators > 0)
        status = atw_config_error(config, err, ATW_EINPUT, "particles",
                                  "1 given; a temperature difference needs at least 2 "
                                  "(for its degree of alloying alone say "
                                  "analysis.estimators: [])");
    if (status == ATW_OK)
        status = read_microscope(experiment, err);
    for (size_t i = 0; i < experiment->n_particles && status == ATW_OK; i++)
        status = read_particle(experiment, i, err);
    if (status == ATW_OK)
        atw_experiment_count_electrons(experiment);
    if (status == ATW_OK)
        status = find_reference(experiment, err);
    return status;
}

enum atw_status atw_experiment_read(struct atw_experiment **out,
                                    const char *path,
                                    const char *const *overrides,
                                    size_t n_overrides,
                                    struct atw_error *err)
{
    struct atw_experiment *experiment = NULL;
    struct atw_config *config = NULL;
    enum atw_status status;
    size_t n_particles;

    *out = NULL;
    status = atw_config_load(&config, &atw_experiment_schema, path, overrides,
                             n_overrides, err);
    if (status != ATW_OK)
        return status;
    n_particles = atw_config_count(config, "particles");
    if (n_particles == 0 || n_particles > ATW_ARRHENIUS_PARTICLES_MAX) {
        status = atw_config_error(config, err, ATW_EINPUT, "particles",
                                  "%zu given; allowed: 1 to %d", n_particles,
                                  ATW_ARRHENIUS_PARTICLES_MAX);
        atw_config_destroy(config);
        return status;
    }
    status = atw_experiment_create(&experiment, n_particles, err);
    if (status != ATW_OK) {
        atw_config_destroy(config);
        return status;
    }
    experiment->config = config;
    status = read_all(experiment, err);
    if (status == ATW_OK)
        *out = experiment;
    else
        atw_experiment_destroy(experiment);
    return status;
}
