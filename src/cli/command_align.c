/* align: where the views of a tilt series lie, and the series moved there. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "alignment/alignment.h"
#include "cli/align_report.h"
#include "cli/values.h"
#include "cli/view_list.h"
#include "core/constants.h"
#include "io/volume_file.h"

enum {
    KEY_ANGLES = 0x2001,
    KEY_METHOD,
    KEY_ROUNDS,
    KEY_ROTATION,
    KEY_NO_AXIS,
    KEY_REJECT,
    KEY_MAX_SHIFT,
    KEY_CENTRE,
    KEY_EXCLUDE,
    KEY_PIXEL
};

#define MOST_ROUNDS 1000

struct arguments {
    struct atw_common common;
    const char *tilts, *angles, *method, *rotation, *reject, *max_shift, *exclude, *pixel;
    long rounds; /* negative: not given */
    int keep_axis, centre;
};

static const struct argp_option options[] = {
    {"angles", KEY_ANGLES, "FILE", 0,
     "tilt angles (default: beside the series, or in it)", 0},
    {"method", KEY_METHOD, "NAME", 0,
     "auto, com, xcorr or common-line: first shifts (default auto)", 0},
    {"rounds", KEY_ROUNDS, "N", 0,
     "at most N comparisons with reprojections (default 10; 0: first shifts only)", 0},
    {"rotation", KEY_ROTATION, "auto|DEGREES", 0,
     "direction of the tilt axis in the image, from +y towards -x (default auto)", 0},
    {"no-axis", KEY_NO_AXIS, NULL, 0, "take the tilt axis to be in the middle", 0},
    {"reject", KEY_REJECT, "SIGMAS", 0,
     "drop views that fit worse than others by more (default 6; 0: keep all)", 0},
    {"max-shift", KEY_MAX_SHIFT, "PIXELS", 0,
     "largest shift between neighbouring views (default: a quarter of the width)", 0},
    {"exclude", KEY_EXCLUDE, "LIST", 0,
     "leave these views out from the start, counted from 1, e.g. 4,50-52", 0},
    {"centre", KEY_CENTRE, NULL, 0, "bring the centre of mass to the middle", 0},
    {"pixel-size", KEY_PIXEL, "VALUE", 0,
     "pixel size, if the file lacks it, e.g. \"0.6 nm\"", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_ANGLES:
        arguments->angles = argument;
        return 0;
    case KEY_METHOD:
        arguments->method = argument;
        return 0;
    case KEY_ROUNDS:
        arguments->rounds =
            (long)atw_common_count(state, "--rounds", argument, 0, MOST_ROUNDS);
        return 0;
    case KEY_ROTATION:
        arguments->rotation = argument;
        return 0;
    case KEY_NO_AXIS:
        arguments->keep_axis = 1;
        return 0;
    case KEY_REJECT:
        arguments->reject = argument;
        return 0;
    case KEY_MAX_SHIFT:
        arguments->max_shift = argument;
        return 0;
    case KEY_CENTRE:
        arguments->centre = 1;
        return 0;
    case KEY_EXCLUDE:
        arguments->exclude = argument;
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
        if (!arguments->common.output && !arguments->common.json)
            argp_error(state, "say where the aligned series goes: -o TILTS (or --json)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* A number of an option that has a range. */
static enum atw_status parse_number(double *value,
                                    const char *option,
                                    const char *text,
                                    double least,
                                    double greatest,
                                    struct atw_error *err)
{
    enum atw_status status = atw_option_number(value, option, text, err);

    if (status == ATW_OK && !(*value >= least && *value <= greatest))
        status = atw_error_set(err, ATW_EUSAGE, "%s '%s': give a number from %g to %g",
                               option, text, least, greatest);
    return status;
}

static enum atw_status parse_method(const struct atw_alignment_method **method,
                                    const char *name,
                                    struct atw_error *err)
{
    if (!name || strcmp(name, "auto") == 0)
        return ATW_OK;
    return atw_alignment_find(method, name, err) == ATW_OK ? ATW_OK : ATW_EUSAGE;
}

/* Options that would do nothing, with what makes them so. */
static enum atw_status check_use(const struct atw_alignment_options *alignment,
                                 const struct arguments *arguments,
                                 struct atw_error *err)
{
    const struct atw_alignment_method *method = alignment->method;

    if (method && strcmp(method->name, "com") == 0 && arguments->max_shift)
        return atw_error_set(err, ATW_EUSAGE,
                             "--max-shift: method com compares no views; leave it out");
    if (method && method->finds_axis && arguments->keep_axis)
        return atw_error_set(err, ATW_EUSAGE,
                             "--no-axis: method %s finds the axis by itself; leave it "
                             "out, or take xcorr",
                             method->name);
    if (alignment->rounds == 0 && arguments->reject)
        return atw_error_set(err, ATW_EUSAGE,
                             "--reject: without rounds there are no residuals to judge "
                             "views by; give --rounds 1 or more");
    return ATW_OK;
}

static enum atw_status fill_options(struct atw_alignment_options *alignment,
                                    const struct arguments *arguments,
                                    struct atw_error *err)
{
    double degrees;
    enum atw_status status;

    *alignment = atw_alignment_defaults;
    alignment->find_axis = !arguments->keep_axis;
    alignment->centre = arguments->centre;
    if (arguments->rounds >= 0)
        alignment->rounds = (size_t)arguments->rounds;
    status = parse_method(&alignment->method, arguments->method, err);
    if (status == ATW_OK && arguments->rotation &&
        strcmp(arguments->rotation, "auto") != 0) {
        status =
            parse_number(&degrees, "--rotation", arguments->rotation, -90.0, 90.0, err);
        alignment->find_rotation = 0;
        alignment->rotation_rad = degrees * ATW_DEGREE_RAD;
    }
    if (status == ATW_OK && arguments->reject)
        status = parse_number(&alignment->reject_sigmas, "--reject", arguments->reject,
                              0.0, 1e6, err);
    if (status == ATW_OK && arguments->max_shift)
        status = parse_number(&alignment->most_shift_px, "--max-shift",
                              arguments->max_shift, 1.0, 1e5, err);
    return status == ATW_OK ? check_use(alignment, arguments, err) : status;
}

static enum atw_status write_series(const struct atw_common *common,
                                    const struct atw_tilt_series *series,
                                    const struct atw_alignment *alignment,
                                    struct atw_error *err)
{
    struct atw_tilt_series *aligned = NULL;
    struct atw_metadata *metadata = NULL;
    enum atw_status status = atw_alignment_apply(&aligned, series, alignment, err);

    if (status == ATW_OK)
        status = atw_common_metadata(&metadata, common, err);
    if (status == ATW_OK)
        status = atw_metadata_set(metadata, "description", "tilt series, aligned", err);
    if (status == ATW_OK)
        status = atw_tilts_write(aligned, common->output, common->force, metadata, err);
    atw_tilt_series_destroy(aligned);
    atw_metadata_destroy(metadata);
    return status;
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_alignment_options alignment_options;
    struct atw_alignment *alignment = NULL;
    struct atw_tilt_series *series = NULL;
    struct atw_view_list list = {0};
    double pixel_m = 0.0;
    enum atw_status status = fill_options(&alignment_options, arguments, err);

    if (status == ATW_OK && arguments->pixel)
        status = atw_option_length(&pixel_m, "--pixel-size", arguments->pixel, err);
    if (status == ATW_OK)
        status =
            atw_tilts_read(&series, arguments->tilts, arguments->angles, pixel_m, err);
    if (status == ATW_OK)
        status =
            atw_view_list_exclude(&list, &series, "--exclude", arguments->exclude, err);
    if (status == ATW_OK) {
        status = atw_align(&alignment, series, &alignment_options, err);
        if (status != ATW_OK)
            atw_error_prepend(err, "'%s'", arguments->tilts);
    }
    if (status == ATW_OK)
        atw_align_log(alignment, series, &list);
    if (status == ATW_OK && common->output)
        status = write_series(common, series, alignment, err);
    if (status == ATW_OK && common->json)
        status = atw_align_print_json(alignment, series, &list, err);
    atw_view_list_clear(&list);
    atw_alignment_destroy(alignment);
    atw_tilt_series_destroy(series);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {.rounds = -1};

    atw_common_parse(&arguments.common, options, parse,
                     "TILTS [--angles FILE] [--method NAME] -o TILTS",
                     "Align a tilt series: shifts of the views, direction and offset of "
                     "the tilt axis, "
                     "views that are no good. Writes the series moved to where the tilt "
                     "axis is y and in "
                     "the middle, without views dropped, and its angles.",
                     argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_align = {"align", "align a tilt series", run};
