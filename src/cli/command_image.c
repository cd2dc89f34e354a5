/* image: a volume seen by the microscope. */
#include "cli/commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/model.h"
#include "cli/particle_file.h"
#include "cli/values.h"
#include "core/progress.h"
#include "io/json_file.h"
#include "io/volume_file.h"
#include "microscope/record.h"
#include "pipeline/truth.h"

enum {
    KEY_MICROSCOPE = 0x2001,
    KEY_MATERIAL,
    KEY_METAL,
    KEY_INTENSITY,
    KEY_TILTS,
    KEY_COUNTS,
    KEY_TRUTH
};

struct arguments {
    struct atw_common common;
    const char *volume, *metal, *microscope, *material, *tilts, *counts_per_nm, *truth;
    int is_intensity;
};

struct views {
    double *tilt_rad;
    size_t count;
};

static const struct argp_option options[] = {
    {"metal", KEY_METAL, "FILE", 0, "metal fraction, if VOLUME is a composition", 0},
    {"intensity", KEY_INTENSITY, NULL, 0, "VOLUME is HAADF intensity, core metal = 1", 0},
    {"microscope", KEY_MICROSCOPE, "NAME", 0, "models/microscopes/NAME (haadf-200kv)", 0},
    {"material", KEY_MATERIAL, "NAME", 0, "models/materials/NAME (gold-silver)", 0},
    {"tilts", KEY_TILTS, "FIRST:LAST:STEP", 0,
     "tilt angles in degrees (default -72:72:2)", 0},
    {"counts-per-nm", KEY_COUNTS, "X", 0, "detector gain (default: from peak_counts)", 0},
    {"truth", KEY_TRUTH, "FILE", 0, "write true tilts, shifts, defocus per view (JSON)",
     0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_METAL:
        arguments->metal = argument;
        return 0;
    case KEY_INTENSITY:
        arguments->is_intensity = 1;
        return 0;
    case KEY_MICROSCOPE:
        arguments->microscope = argument;
        return 0;
    case KEY_MATERIAL:
        arguments->material = argument;
        return 0;
    case KEY_TILTS:
        arguments->tilts = argument;
        return 0;
    case KEY_COUNTS:
        arguments->counts_per_nm = argument;
        return 0;
    case KEY_TRUTH:
        arguments->truth = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->volume)
            argp_error(state, "one volume at a time");
        arguments->volume = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->volume)
            argp_error(state, "name a volume");
        if (arguments->is_intensity && arguments->metal)
            argp_error(state, "--intensity and --metal exclude each other");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum atw_status check_intensity(const struct atw_field *intensity,
                                       const char *path,
                                       struct atw_error *err)
{
    float least, greatest;
    enum atw_status status = atw_field_check_finite(intensity, path, err);

    atw_field_range(intensity, &least, &greatest);
    if (status == ATW_OK && least < 0.0F)
        status = atw_error_set(err, ATW_EINPUT,
                               "%s: intensity runs from %g to %g; it must not be "
                               "negative: take the background off, or clip it at 0",
                               path, (double)least, (double)greatest);
    return status;
}

static enum atw_status read_intensity(struct atw_field **intensity,
                                      const struct arguments *arguments,
                                      const struct atw_haadf_contrast *contrast,
                                      struct atw_error *err)
{
    struct atw_field *composition = NULL, *metal = NULL;
    enum atw_status status;

    if (arguments->is_intensity) {
        status = atw_volume_read(intensity, arguments->volume, 0.0, err);
        return status == ATW_OK ? check_intensity(*intensity, arguments->volume, err)
                                : status;
    }
    status = atw_particle_file_read(&composition, &metal, arguments->volume,
                                    arguments->metal, err);
    if (status == ATW_OK)
        status =
            atw_microscope_intensity(intensity, metal, composition, NULL, contrast, err);
    atw_field_destroy(composition);
    atw_field_destroy(metal);
    return status;
}

/* The detector frames the whole volume and the model's margin around it, where
 * reconstruction finds the background. */
static void
frame(struct atw_microscope *microscope, const struct atw_grid *grid, double margin_m)
{
    size_t n_across = grid->n_x > grid->n_z ? grid->n_x : grid->n_z;
    double across_m = (double)n_across * grid->spacing_m + 2.0 * margin_m;
    double along_m = (double)grid->n_y * grid->spacing_m + 2.0 * margin_m;

    microscope->n_u = atw_grid_cover(across_m, microscope->pixel_m);
    microscope->n_v = atw_grid_cover(along_m, microscope->pixel_m);
}

/* The gain asked for, that of the beam current, or what puts the brightest pixel of a
 * perfect acquisition at the peak counts. */
static enum atw_status set_gain(struct atw_imaging_settings *settings,
                                const struct arguments *arguments,
                                const struct atw_field *intensity,
                                const struct views *views,
                                struct atw_error *err)
{
    struct atw_microscope *microscope = &settings->microscope;
    struct atw_tilt_series *signal = NULL;
    enum atw_status status = ATW_OK;

    if (arguments->counts_per_nm) {
        status = atw_option_number(&microscope->counts_per_nm, "--counts-per-nm",
                                   arguments->counts_per_nm, err);
        if (status == ATW_OK && !(microscope->counts_per_nm > 0.0))
            status =
                atw_error_set(err, ATW_EUSAGE, "--counts-per-nm '%s': must be positive",
                              arguments->counts_per_nm);
    } else if (settings->calibration == ATW_CALIBRATION_CURRENT) {
        microscope->counts_per_nm =
            settings->electrons_per_pixel / settings->damping_core_nm;
    } else {
        status = atw_microscope_signal(&signal, intensity, microscope, views->tilt_rad,
                                       views->count, err);
        if (status == ATW_OK)
            status = atw_microscope_counts_per_nm(signal, settings->peak_counts,
                                                  &microscope->counts_per_nm, err);
    }
    if (status == ATW_OK)
        atw_log("gain: %.6g counts per nm of core metal", microscope->counts_per_nm);
    atw_tilt_series_destroy(signal);
    return status;
}

static enum atw_status save_truth(const struct atw_acquisition *acquisition,
                                  const struct arguments *arguments,
                                  struct atw_error *err)
{
    json_t *truth;
    enum atw_status status;

    if (!arguments->truth)
        return ATW_OK;
    truth = atw_acquisition_to_json(acquisition);
    status = atw_json_save(truth, arguments->truth, arguments->common.force, err);
    json_decref(truth);
    return status;
}

/* Every material attenuates as it scatters: the volume does not tell them apart. */
static enum atw_status record(struct atw_tilt_series **series,
                              const struct arguments *arguments,
                              const struct atw_field *intensity,
                              const struct atw_imaging_settings *settings,
                              const struct views *views,
                              struct atw_error *err)
{
    struct atw_random_key key = {.seed = 1, .stage = ATW_RANDOM_ACQUISITION};
    struct atw_acquisition *acquisition = NULL;
    const struct atw_scene scene = {.volume = intensity,
                                    .volume_signal = 1.0,
                                    .volume_attenuation_per_nm =
                                        1.0 / settings->damping_core_nm,
                                    .is_damped = settings->is_damped};
    enum atw_status status;

    if (arguments->common.seed_override[0])
        sscanf(arguments->common.seed_override, "seed=%lu", &key.seed);
    status = atw_acquisition_create(&acquisition, &settings->acquisition, views->tilt_rad,
                                    views->count, 0, &key, err);
    if (status == ATW_OK)
        status = atw_microscope_record(series, &scene, &settings->microscope, acquisition,
                                       views->tilt_rad, err);
    key.stage = ATW_RANDOM_SHOT_NOISE;
    if (status == ATW_OK)
        status = atw_microscope_expose(*series, &settings->microscope, &key, err);
    if (status == ATW_OK)
        atw_microscope_digitise(*series, acquisition, settings->gain, settings->offset);
    if (status == ATW_OK)
        status = save_truth(acquisition, arguments, err);
    atw_acquisition_destroy(acquisition);
    return status;
}

static enum atw_status image(struct atw_tilt_series **series,
                             const struct arguments *arguments,
                             struct atw_error *err)
{
    const char *tilts = arguments->tilts ? arguments->tilts : "-72:72:2";
    struct atw_imaging_settings settings;
    struct atw_field *intensity = NULL;
    struct views views = {0};
    enum atw_status status = atw_model_imaging(
        &settings, arguments->microscope ? arguments->microscope : "haadf-200kv",
        arguments->material ? arguments->material : "gold-silver", &arguments->common,
        err);

    if (status == ATW_OK)
        status = atw_option_tilts(&views.tilt_rad, &views.count, tilts, err);
    if (status == ATW_OK)
        status =
            read_intensity(&intensity, arguments, &settings.microscope.contrast, err);
    if (status == ATW_OK) {
        frame(&settings.microscope, &intensity->grid, settings.margin_m);
        settings.microscope.damping_length_nm =
            settings.is_damped ? settings.damping_core_nm : 0.0;
        status = set_gain(&settings, arguments, intensity, &views, err);
    }
    if (status == ATW_OK)
        status = record(series, arguments, intensity, &settings, &views, err);
    free(views.tilt_rad);
    atw_field_destroy(intensity);
    return status;
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_tilt_series *series = NULL;
    struct atw_metadata *metadata = NULL;
    enum atw_status status = atw_common_need_output(common, err);

    if (status == ATW_OK)
        status = image(&series, arguments, err);
    if (status == ATW_OK)
        status = atw_common_metadata(&metadata, common, err);
    if (status == ATW_OK)
        status = atw_tilts_write(series, common->output, common->force, metadata, err);
    atw_tilt_series_destroy(series);
    atw_metadata_destroy(metadata);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(
        &arguments.common, options, parse,
        "VOLUME [--metal FILE | --intensity] [--microscope NAME] -o TILTS",
        "Take a synthetic HAADF-STEM tilt series of a particle: contrast, damping, blur, "
        "pixels, background and shot noise, and whatever the microscope's model says "
        "goes wrong: drift, defocus, tilt errors. VOLUME is a composition with its metal "
        "fraction (one EMD file of 'phantom' holds both) or an intensity. Override "
        "the microscope with --set microscope.KEY=VALUE.",
        argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_image = {
    "image", "synthetic HAADF-STEM tilt series of a volume", run};
