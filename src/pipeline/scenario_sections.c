/* Sections of a scenario: particle, microscope. */
#include "pipeline/scenario_sections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "inference/estimator.h"

static enum atw_shape_kind shape_kind(const char *name)
{
    static const struct {
        const char *name;
        enum atw_shape_kind kind;
    } kinds[] = {{"nanorod", ATW_SHAPE_NANOROD},
                 {"sphere", ATW_SHAPE_SPHERE},
                 {"cylinder", ATW_SHAPE_CYLINDER},
                 {"box", ATW_SHAPE_BOX},
                 {"slab", ATW_SHAPE_SLAB}};
    size_t i = 0;

    while (i + 1 < sizeof kinds / sizeof *kinds && strcmp(kinds[i].name, name) != 0)
        i++;
    return kinds[i].kind;
}

/* `scale` multiplies what is metal; the silica shell keeps its thickness. */
static void read_shape(struct atw_shape *shape, const struct atw_config *config, size_t i)
{
    double scale = atw_config_number(config, "particles[%zu].scale", i);
    double shell_scale =
        scale * atw_config_number(config, "particles[%zu].shell_scale", i);

    shape->kind = shape_kind(atw_config_text(config, "particles[%zu].shape", i));
    shape->core_diameter_m =
        scale * atw_config_number(config, "particles[%zu].core_diameter", i);
    shape->core_length_m =
        scale * atw_config_number(config, "particles[%zu].core_length", i);
    shape->shell_side_m =
        shell_scale * atw_config_number(config, "particles[%zu].shell_side", i);
    shape->shell_tip_m =
        shell_scale * atw_config_number(config, "particles[%zu].shell_tip", i);
    for (size_t k = 0; k < 3; k++)
        shape->core_offset_m[k] =
            scale * atw_config_number(config, "particles[%zu].core_offset[%zu]", i, k);
    shape->core_tilt_rad = atw_config_number(config, "particles[%zu].core_tilt", i);
    shape->azimuth_rad = atw_config_number(config, "particles[%zu].azimuth", i);
    shape->elevation_rad = atw_config_number(config, "particles[%zu].elevation", i);
    shape->silica_m = atw_config_number(config, "particles[%zu].silica", i);
}

enum atw_status atw_scenario_read_particle(struct atw_scenario_particle *particle,
                                           const struct atw_config *config,
                                           size_t index,
                                           struct atw_error *err)
{
    struct atw_error reason = {0};
    char path[64];

    snprintf(path, sizeof path, "particles[%zu]", index);
    particle->name = atw_config_text(config, "particles[%zu].name", index);
    for (size_t i = 0; i < index; i++)
        if (strcmp(atw_config_text(config, "particles[%zu].name", i), particle->name) ==
            0)
            return atw_config_error(config, err, ATW_EINPUT, path,
                                    "a second particle named '%s'", particle->name);
    /* Names become parts of file names. */
    if (particle->name[0] == '\0' ||
        strspn(particle->name,
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") !=
            strlen(particle->name))
        return atw_config_error(config, err, ATW_EINPUT, path,
                                "name '%s': use letters, digits and '-'", particle->name);
    if (atw_config_is_set(config, "particles[%zu].window", index))
        particle->window = atw_config_text(config, "particles[%zu].window", index);
    particle->has_offset =
        atw_config_is_set(config, "particles[%zu].temperature_offset", index);
    if (particle->has_offset)
        particle->offset_K =
            atw_config_number(config, "particles[%zu].temperature_offset", index);
    if (!particle->window && !particle->has_offset)
        return atw_config_error(config, err, ATW_EINPUT, path,
                                "give its window on the chip or a temperature_offset");
    read_shape(&particle->shape, config, index);
    if (atw_shape_check(&particle->shape, &reason) != ATW_OK)
        return atw_config_error(config, err, ATW_EINPUT, path, "%s", reason.text);
    particle->reshaping = atw_config_number(config, "particles[%zu].reshaping", index);
    particle->twin = atw_twin_read(config, index);
    return ATW_OK;
}

static enum atw_status read_tilts(struct atw_scenario *scenario, struct atw_error *err)
{
    const struct atw_config *config = scenario->config;
    double first = atw_config_number(config, "microscope.tilt.first") / ATW_DEGREE_RAD;
    double last = atw_config_number(config, "microscope.tilt.last") / ATW_DEGREE_RAD;
    double step = atw_config_number(config, "microscope.tilt.step") / ATW_DEGREE_RAD;
    double count = floor((last - first) / step + 1e-9) + 1.0;

    if (!(last >= first) || !(step > 0.0) || count > 100000.0)
        return atw_config_error(
            config, err, ATW_EINPUT, "microscope.tilt",
            "from %g deg to %g deg in steps of %g deg; the last angle must "
            "not be below the first and the step must be positive",
            first, last, step);
    scenario->n_tilt = (size_t)count;
    scenario->tilt_rad = calloc(scenario->n_tilt, sizeof *scenario->tilt_rad);
    if (!scenario->tilt_rad)
        return atw_error_set(err, ATW_ENOMEM, "scenario: out of memory");
    for (size_t i = 0; i < scenario->n_tilt; i++)
        scenario->tilt_rad[i] = (first + (double)i * step) * ATW_DEGREE_RAD;
    return ATW_OK;
}

enum atw_status atw_scenario_read_microscope(struct atw_scenario *scenario,
                                             struct atw_error *err)
{
    enum atw_status status = atw_imaging_settings_read(
        &scenario->imaging, scenario->config, scenario->config, err);

    scenario->imaging.from_voxels =
        strcmp(atw_config_text(scenario->config, "simulation.projection"), "voxels") == 0;
    return status == ATW_OK ? read_tilts(scenario, err) : status;
}
