/* reconstruct: tilt series to volume. */
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/reconstruct_request.h"
#include "cli/values.h"
#include "core/progress.h"
#include "io/json_file.h"
#include "io/volume_file.h"
#include "microscope/microscope.h"
#include "pipeline/analysis_settings.h"
#include "tomography/background.h"
#include "tomography/memory.h"

enum {
    KEY_ANGLES = 0x2001,
    KEY_METHOD,
    KEY_ITERATIONS,
    KEY_SUBSETS,
    KEY_FILTER,
    KEY_REGULARISATION,
    KEY_MASK,
    KEY_BOUNDS,
    KEY_START,
    KEY_DISCREPANCY,
    KEY_HOLD_OUT,
    KEY_BACKGROUND,
    KEY_UNDAMP,
    KEY_ROWS,
    KEY_THICKNESS,
    KEY_AXIS_OFFSET,
    KEY_PIXEL,
    KEY_END
};

#define BACKGROUND_FRAME_PIXELS 3

struct arguments {
    struct atw_common common;
    const char *tilts;
    const char *text[KEY_END - KEY_ANGLES]; /* by key; NULL: not given */
};

static const char *text_of(const struct arguments *arguments, int key)
{
    return arguments->text[key - KEY_ANGLES];
}

static const struct argp_option options[] = {
    {"angles", KEY_ANGLES, "FILE", 0,
     "tilt angles (default: beside the series, or in it)", 0},
    {"method", KEY_METHOD, "NAME", 0, "reconstruction method (default em)", 0},
    {"iterations", KEY_ITERATIONS, "N", 0,
     "number of iterations (default: the method's, 20 for em)", 0},
    {"subsets", KEY_SUBSETS, "N", 0, "subsets of views, for os-em (default 14)", 0},
    {"filter", KEY_FILTER, "NAME", 0,
     "ram-lak, shepp-logan, cosine, hamming or hann, for wbp (default ram-lak)", 0},
    {"regularisation", KEY_REGULARISATION, "X", 0,
     "weight of the penalty, for tv (default 0.02)", 0},
    {"mask", KEY_MASK, "FILE", 0, "volume; where it is not positive, the result is zero",
     0},
    {"bounds", KEY_BOUNDS, "LOW:HIGH", 0, "least and greatest value of a voxel", 0},
    {"start", KEY_START, "FILE", 0, "volume to start from", 0},
    {"discrepancy", KEY_DISCREPANCY, "X", 0,
     "stop when the relative misfit is no more than X", 0},
    {"hold-out", KEY_HOLD_OUT, "N", 0,
     "stop when every Nth view, held out, fits worse; then use all; of tv without "
     "--regularisation: choose that",
     0},
    {"background", KEY_BACKGROUND, "auto|none|VALUE", 0,
     "level to subtract (default auto)", 0},
    {"undamp", KEY_UNDAMP, "COUNTS", 0,
     "undo damping: counts behind an opaque object, without background", 0},
    {"rows", KEY_ROWS, "A:B", 0, "reconstruct detector rows A to B-1 only", 0},
    {"thickness", KEY_THICKNESS, "N", 0,
     "voxels along the beam (default: as many as pixels across the axis)", 0},
    {"axis-offset", KEY_AXIS_OFFSET, "VALUE", 0,
     "of the tilt axis from the detector centre, e.g. \"-1.2 nm\"", 0},
    {"pixel-size", KEY_PIXEL, "VALUE", 0,
     "pixel size, if the file lacks it, e.g. \"0.6 nm\"", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    if (key >= KEY_ANGLES && key < KEY_END) {
        arguments->text[key - KEY_ANGLES] = argument;
        return 0;
    }
    switch (key) {
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
    if (rule == ATW_BACKGROUND_AUTO) {
        status = atw_background_estimate(series, BACKGROUND_FRAME_PIXELS, &level, err);
        if (status != ATW_OK)
            return status;
        atw_log("background: %.6g", level);
    }
    status = atw_background_check(series, level, err);
    if (status == ATW_OK && rule != ATW_BACKGROUND_NONE)
        atw_background_subtract(series, level);
    return status;
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

static enum atw_status
undamp(struct atw_tilt_series *series, const char *text, struct atw_error *err)
{
    double opaque = 0.0;
    enum atw_status status = atw_option_number(&opaque, "--undamp", text, err);

    if (status == ATW_OK && !(opaque > 0.0))
        status = atw_error_set(err, ATW_EUSAGE,
                               "--undamp '%s': give a positive number of counts", text);
    return status == ATW_OK ? atw_microscope_undamp(series, opaque, err) : status;
}

/* From what was recorded to what is reconstructed. */
static enum atw_status prepare_series(struct atw_tilt_series **series,
                                      const struct arguments *arguments,
                                      struct atw_error *err)
{
    const char *background = text_of(arguments, KEY_BACKGROUND);
    enum atw_status status = atw_reconstruction_check_views(*series, err);

    if (status == ATW_OK && text_of(arguments, KEY_ROWS))
        status = crop_rows(series, text_of(arguments, KEY_ROWS), err);
    if (status == ATW_OK)
        status = subtract_background(*series, background ? background : "auto", err);
    if (status == ATW_OK && text_of(arguments, KEY_UNDAMP))
        status = undamp(*series, text_of(arguments, KEY_UNDAMP), err);
    if (status == ATW_EINPUT)
        atw_error_prepend(err, "'%s'", arguments->tilts);
    return status;
}

static enum atw_status read_series(struct atw_tilt_series **series,
                                   const struct arguments *arguments,
                                   struct atw_error *err)
{
    const char *pixel = text_of(arguments, KEY_PIXEL);
    double pixel_m = 0.0;
    enum atw_status status = ATW_OK;

    if (pixel)
        status = atw_option_length(&pixel_m, "--pixel-size", pixel, err);
    if (status == ATW_OK)
        status = atw_tilts_read(series, arguments->tilts, text_of(arguments, KEY_ANGLES),
                                pixel_m, err);
    return status == ATW_OK ? prepare_series(series, arguments, err) : status;
}

static struct atw_reconstruct_words words_of(const struct arguments *arguments)
{
    return (struct atw_reconstruct_words){
        .method = text_of(arguments, KEY_METHOD),
        .iterations = text_of(arguments, KEY_ITERATIONS),
        .subsets = text_of(arguments, KEY_SUBSETS),
        .filter = text_of(arguments, KEY_FILTER),
        .regularisation = text_of(arguments, KEY_REGULARISATION),
        .mask = text_of(arguments, KEY_MASK),
        .bounds = text_of(arguments, KEY_BOUNDS),
        .start = text_of(arguments, KEY_START),
        .discrepancy = text_of(arguments, KEY_DISCREPANCY),
        .hold_out = text_of(arguments, KEY_HOLD_OUT),
        .thickness = text_of(arguments, KEY_THICKNESS),
        .axis_offset = text_of(arguments, KEY_AXIS_OFFSET),
    };
}

static enum atw_status print_json(const struct atw_reconstruct_request *request,
                                  const struct atw_grid *grid,
                                  double memory_MiB,
                                  const double *residual,
                                  size_t done,
                                  struct atw_error *err)
{
    json_t *list = json_array(), *json;

    for (size_t i = 0; i < done; i++)
        json_array_append_new(list, atw_json_number(residual[i]));
    json = json_pack("{s:s, s:I, s:[I, I, I], s:f, s:o}", "method", request->method->name,
                     "iterations", (json_int_t)done, "voxels", (json_int_t)grid->n_x,
                     (json_int_t)grid->n_y, (json_int_t)grid->n_z, "memory_MiB",
                     memory_MiB, "residual", list);
    if (!json)
        return atw_error_set(err, ATW_ENOMEM, "reconstruct: out of memory");
    json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(json);
    return ATW_OK;
}

/* Where more than there is may be promised, a volume too large ends in the death of the
 * program, not in an allocation that fails. */
static enum atw_status check_memory(double needed_MiB, struct atw_error *err)
{
    double there_MiB =
        (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) / 1048576.0;

    if (there_MiB <= 0.0 || needed_MiB <= there_MiB) /* not known: a product of -1 */
        return ATW_OK;
    return atw_error_set(
        err, ATW_ENOMEM,
        "the reconstruction needs about %.3g GiB, this machine has %.3g: "
        "take fewer rows (--rows) or voxels along the beam "
        "(--thickness), or bin the series",
        needed_MiB / 1024.0, there_MiB / 1024.0);
}

static enum atw_status solve(struct atw_field **volume,
                             const struct arguments *arguments,
                             const struct atw_reconstruct_request *request,
                             const struct atw_tilt_series *series,
                             const struct atw_projection_geometry *geometry,
                             struct atw_error *err)
{
    const struct atw_grid *grid = &geometry->grid;
    double memory_MiB = atw_reconstruction_memory(request->method, grid, series,
                                                  &request->options, &request->stopping) /
                        1048576.0;
    size_t done = 0;
    double penalty, *residual;
    enum atw_status status = check_memory(memory_MiB, err);

    if (status != ATW_OK)
        return status;
    residual = calloc(request->options.iterations, sizeof *residual);
    if (!residual)
        return atw_error_set(err, ATW_ENOMEM, "reconstruct: out of memory");
    atw_log("%s: %zu x %zu x %zu voxels from %zu views, up to %zu iterations, about %.3g "
            "MiB",
            request->method->name, grid->n_x, grid->n_y, grid->n_z, series->n_tilt,
            request->options.iterations, memory_MiB);
    status = atw_reconstruct_until(volume, residual, &done, &penalty, geometry, series,
                                   request->method, &request->options, &request->stopping,
                                   err);
    if (status == ATW_OK && penalty > 0.0)
        atw_log("%s: penalty %g", request->method->name, penalty);
    if (status == ATW_OK)
        atw_log("%s: %zu iterations, relative misfit before the last %.4g",
                request->method->name, done, done ? residual[done - 1] : 0.0);
    if (status == ATW_OK && arguments->common.json)
        status = print_json(request, grid, memory_MiB, residual, done, err);
    free(residual);
    return status;
}

static enum atw_status reconstruct(struct atw_field **volume,
                                   const struct arguments *arguments,
                                   struct atw_error *err)
{
    struct atw_reconstruct_request request = {.options = {.shows_progress = 1}};
    struct atw_reconstruct_words words = words_of(arguments);
    struct atw_projection_geometry geometry;
    struct atw_tilt_series *series = NULL;
    enum atw_status status = atw_reconstruct_request_parse(&request, &words, err);

    if (status == ATW_OK)
        status = read_series(&series, arguments, err);
    if (status == ATW_OK)
        status = atw_reconstruct_request_geometry(&geometry, &request, series, err);
    if (status == ATW_OK)
        status =
            atw_reconstruct_request_read_volumes(&request, &words, &geometry.grid, err);
    if (status == ATW_OK) {
        status = solve(volume, arguments, &request, series, &geometry, err);
        if (status != ATW_OK)
            atw_error_prepend(err, "'%s'", arguments->tilts);
        if (status == ATW_EINVAL) /* nothing but options can be at fault now */
            status = ATW_EUSAGE;
    }
    atw_tilt_series_destroy(series);
    atw_reconstruct_request_release(&request);
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
