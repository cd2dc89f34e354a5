/* reconstruct: tilt series to volume. */
#include "cli/commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/values.h"
#include "core/progress.h"
#include "io/volume_file.h"
#include "pipeline/analysis_settings.h"
#include "tomography/background.h"

enum {
    KEY_ANGLES = 0x2001,
    KEY_METHOD,
    KEY_ITERATIONS,
    KEY_BACKGROUND,
    KEY_ROWS,
    KEY_PIXEL
};

#define BACKGROUND_FRAME_PIXELS 3

struct arguments {
    struct atw_common common;
    const char *tilts, *angles, *method, *background, *rows, *pixel;
    size_t iterations;
};

static const struct argp_option options[] = {
    {"angles", KEY_ANGLES, "FILE", 0,
     "tilt angles (default: beside the series, or in it)", 0},
    {"method", KEY_METHOD, "NAME", 0, "reconstruction method (default em)", 0},
    {"iterations", KEY_ITERATIONS, "N", 0, "number of iterations (default 20)", 0},
    {"background", KEY_BACKGROUND, "auto|none|VALUE", 0,
     "level to subtract (default auto)", 0},
    {"rows", KEY_ROWS, "A:B", 0, "reconstruct detector rows A to B-1 only", 0},
    {"pixel-size", KEY_PIXEL, "VALUE", 0,
     "pixel size, if the file lacks it, e.g. \"0.6 nm\"", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);
    char *end = NULL;
    long iterations;

    switch (key) {
    case KEY_ANGLES:
        arguments->angles = argument;
        return 0;
    case KEY_METHOD:
        arguments->method = argument;
        return 0;
    case KEY_ITERATIONS:
        iterations = strtol(argument, &end, 10);
        if (end == argument || *end != '\0' || iterations < 1 || iterations > 100000)
            argp_error(state, "--iterations '%s': give a whole number from 1 to 100000",
                       argument);
        arguments->iterations = (size_t)iterations;
        return 0;
    case KEY_BACKGROUND:
        arguments->background = argument;
        return 0;
    case KEY_ROWS:
        arguments->rows = argument;
        return 0;
    case KEY_PIXEL:
        arguments->pixel = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->tilts)
            argp_error(state, "one tilt series at a time");
        arguments->tilts = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->tilts)
            argp_error(state, "name a tilt series");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum atw_status subtract_background(struct atw_tilt_series *series,
                                           const char *text,
                                           struct atw_error *err)
{
    enum atw_background_rule rule;
    double level;
    enum atw_status status = atw_background_parse(&rule, &level, text, err);

    if (status != ATW_OK)
        return ATW_EUSAGE;
    if (rule == ATW_BACKGROUND_NONE)
        return ATW_OK;
    if (rule == ATW_BACKGROUND_AUTO) {
        status = atw_background_estimate(series, BACKGROUND_FRAME_PIXELS, &level, err);
        if (status != ATW_OK)
            return status;
        atw_log("background: %.6g", level);
    }
    atw_background_subtract(series, level);
    return ATW_OK;
}

/* Keep detector rows first .. end-1. */
static enum atw_status
crop_rows(struct atw_tilt_series **series, const char *text, struct atw_error *err)
{
    struct atw_tilt_series *cropped = NULL;
    size_t first, end, row = (*series)->n_u;
    enum atw_status status = atw_option_rows(&first, &end, text, (*series)->n_v, err);

    if (status == ATW_OK)
        status = atw_tilt_series_create(&cropped, (*series)->n_tilt, end - first, row,
                                        (*series)->pixel_m, (*series)->tilt_rad, err);
    if (status != ATW_OK)
        return status;
    for (size_t t = 0; t < cropped->n_tilt; t++)
        memcpy(atw_tilt_series_view(cropped, t),
               atw_tilt_series_view(*series, t) + first * row,
               (end - first) * row * sizeof(float));
    atw_tilt_series_destroy(*series);
    *series = cropped;
    return ATW_OK;
}

static enum atw_status reconstruct(struct atw_field **volume,
                                   const struct arguments *arguments,
                                   struct atw_error *err)
{
    struct atw_reconstruction_options reconstruction = {
        .iterations = arguments->iterations ? arguments->iterations : 20};
    const struct atw_reconstruction_method *method = NULL;
    struct atw_tilt_series *series = NULL;
    struct atw_grid grid;
    double pixel_m = 0.0;
    enum atw_status status = atw_reconstruction_find(
        &method, arguments->method ? arguments->method : "em", err);

    if (status != ATW_OK)
        return ATW_EUSAGE;
    if (arguments->pixel)
        status =
            atw_option_quantity(&pixel_m, "--pixel-size", arguments->pixel, "m", err);
    if (status == ATW_OK && arguments->pixel && !(pixel_m > 0.0 && isfinite(pixel_m)))
        status =
            atw_error_set(err, ATW_EUSAGE, "--pixel-size '%s': give a positive length",
                          arguments->pixel);
    if (status == ATW_OK)
        status =
            atw_tilts_read(&series, arguments->tilts, arguments->angles, pixel_m, err);
    if (status == ATW_OK && arguments->rows)
        status = crop_rows(&series, arguments->rows, err);
    if (status == ATW_OK)
        status = subtract_background(
            series, arguments->background ? arguments->background : "auto", err);
    if (status == ATW_OK) {
        grid = atw_reconstruction_default_grid(series);
        status = atw_reconstruct(volume, series, &grid, method, &reconstruction, err);
    }
    atw_tilt_series_destroy(series);
    return status;
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_field *volume = NULL;
    struct atw_metadata *metadata = NULL;
    enum atw_status status = atw_common_need_output(common, err);

    if (status == ATW_OK)
        status = reconstruct(&volume, arguments, err);
    if (status == ATW_OK)
        status = atw_common_metadata(&metadata, common, err);
    if (status == ATW_OK)
        status = atw_volume_write(volume, common->output, common->force, metadata, err);
    atw_field_destroy(volume);
    atw_metadata_destroy(metadata);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(
        &arguments.common, options, parse,
        "TILTS [--angles FILE] [--method NAME] [--iterations N] -o VOLUME",
        "Reconstruct a volume from a tilt series; values per nm. 'alloytwin list "
        "methods' names the methods.",
        argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_reconstruct = {"reconstruct",
                                                    "volume from a tilt series", run};
