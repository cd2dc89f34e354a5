/* Keys of results for the cache of stages. Numbers go in with all their bits. */
#include "pipeline/stage_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void atw_stage_key_clear(struct atw_stage_key *key)
{
    free(key->bytes);
    *key = (struct atw_stage_key){0};
}

static enum atw_status close_key(FILE *stream, struct atw_error *err)
{
    if (stream && fclose(stream) == 0)
        return ATW_OK;
    return atw_error_set(err, ATW_ENOMEM, "cache of stages: out of memory");
}

/* Whether a resolved line of the scenario decides on the states of any particle, beside
 * the temperatures and its own section. */
static int is_about_states(const char *line)
{
    static const char *const keys[] = {
        "material.", "simulation.",
        "microscope.z_exponent:", "analysis.segmentation.erosion:"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strncmp(line, keys[i], strlen(keys[i])) == 0)
            return 1;
    return 0;
}

/* What names a particle, or decides on nothing but its temperature. */
static int is_mere_name(const char *line)
{
    static const char *const keys[] = {
        "name:", "model:", "window:", "temperature_offset:"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strncmp(line, keys[i], strlen(keys[i])) == 0)
            return 1;
    return 0;
}

static void put_lines(FILE *stream, const char *lines, const char *section)
{
    while (*lines) {
        size_t length = strcspn(lines, "\n");
        size_t own = strncmp(lines, section, strlen(section)) ? 0 : strlen(section);

        if (own ? !is_mere_name(lines + own) : is_about_states(lines))
            fprintf(stream, "%.*s\n", (int)(length - own), lines + own);
        lines += length + (lines[length] == '\n');
    }
}

static enum atw_status put_steps(FILE *stream,
                                 const struct atw_scenario *scenario,
                                 size_t particle,
                                 struct atw_error *err)
{
    const struct atw_arrhenius_law *law = &scenario->material.law;
    enum atw_status status = ATW_OK;

    fprintf(stream, "%a %a\n", law->D0_m2_per_s, law->Q_J_per_mol);
    for (size_t k = 0; k < scenario->n_steps && status == ATW_OK; k++) {
        struct atw_heating_step step = {0};

        status = atw_scenario_heating_step(scenario, particle, k, &step, err);
        fprintf(stream, "%a %a %a %a\n", step.plateau_K, step.rest_K, step.dwell_s,
                step.time_constant_s);
    }
    return status;
}

enum atw_status atw_stage_key_of_states(struct atw_stage_key *key,
                                        const struct atw_scenario *scenario,
                                        size_t particle,
                                        struct atw_error *err)
{
    char section[48], *lines = atw_config_key_lines(scenario->config);
    FILE *stream = open_memstream(&key->bytes, &key->size);
    enum atw_status status = ATW_OK, closed;

    if (stream && lines) {
        snprintf(section, sizeof section, "particles[%zu].", particle);
        put_lines(stream, lines, section);
        status = put_steps(stream, scenario, particle, err);
    }
    closed = close_key(stream, status == ATW_OK ? err : NULL);
    if (!lines && closed == ATW_OK)
        closed = atw_error_set(err, ATW_ENOMEM, "cache of stages: out of memory");
    free(lines);
    return status == ATW_OK ? closed : status;
}

/* What a view does to the signal; the gain comes after the noise. Zeros have no sign. */
static void put_view(FILE *stream, const struct atw_acquisition *acquisition, size_t i)
{
    const struct atw_view *view = &acquisition->view[i];
    const double numbers[] = {
        view->tilt_rad + 0.0,  view->shift_u_m + 0.0,
        view->shift_v_m + 0.0, view->drift_u_m + 0.0,
        view->drift_v_m + 0.0, atw_view_defocus_sigma_m(acquisition, i) + 0.0,
        view->brightness,      view->contamination_m + 0.0};

    fwrite(numbers, sizeof *numbers, sizeof numbers / sizeof *numbers, stream);
}

enum atw_status atw_stage_key_of_signal(struct atw_stage_key *key,
                                        const struct atw_stage_key *states,
                                        const struct atw_scenario *scenario,
                                        size_t tomogram,
                                        const struct atw_microscope *detector,
                                        const struct atw_acquisition *acquisition,
                                        struct atw_error *err)
{
    const struct atw_imaging_settings *imaging = &scenario->imaging;
    const struct atw_acquisition_settings *settings = &acquisition->settings;
    FILE *stream = open_memstream(&key->bytes, &key->size);

    if (!stream)
        return close_key(stream, err);
    fprintf(stream, "%zu %zu %zu %a %a\n", tomogram, detector->n_u, detector->n_v,
            detector->pixel_m, detector->blur_sigma_m);
    fprintf(stream, "%d %a %a %a %d\n", imaging->is_damped, imaging->damping_core_nm,
            imaging->damping_shell_nm, imaging->carbon, imaging->from_voxels);
    /* What holds for all views, and whether there is carbon at all. */
    fprintf(stream, "%a %a %a %d\n", settings->turn_rad, settings->axis_offset_m,
            settings->axis_rotation_rad,
            imaging->acquisition.contamination_m > 0.0 ||
                imaging->acquisition.contamination_per_view_m > 0.0);
    fwrite(scenario->tilt_rad, sizeof(double), scenario->n_tilt, stream);
    for (size_t i = 0; i < acquisition->n_views; i++)
        put_view(stream, acquisition, i);
    fwrite(states->bytes, 1, states->size, stream);
    return close_key(stream, err);
}
