/* slices: three slices through a volume as a picture. */
#include "cli/commands.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/values.h"
#include "core/progress.h"
#include "io/png_write.h"
#include "io/volume_file.h"
#include "report/orthoslices.h"

enum { KEY_AT = 0x2001, KEY_RANGE, KEY_SCALE, KEY_PIXEL };

struct arguments {
    struct atw_common common;
    const char *volume, *at, *range, *scale, *pixel;
};

static const struct argp_option options[] = {
    {"at", KEY_AT, "X:Y:Z", 0,
     "voxel the slices go through, counted from 0 (default: the middle)", 0},
    {"range", KEY_RANGE, "BLACK:WHITE", 0,
     "values drawn black and white (default: at 1 and 99.7 % of the voxels)", 0},
    {"scale", KEY_SCALE, "N", 0, "N x N pixels per voxel (default 1)", 0},
    {"pixel-size", KEY_PIXEL, "VALUE", 0,
     "voxel size, if the file lacks it, e.g. \"0.6 nm\"", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_AT:
        arguments->at = argument;
        return 0;
    case KEY_RANGE:
        arguments->range = argument;
        return 0;
    case KEY_SCALE:
        arguments->scale = argument;
        return 0;
    case KEY_PIXEL:
        arguments->pixel = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->volume)
            argp_error(state, "one volume at a time");
        arguments->volume = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->volume)
            argp_error(state, "name a volume");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Whole numbers parted by colons, count of them and no more. */
static int parse_whole(size_t *value, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        char *end = NULL;
        unsigned long long number;

        if (*text < '0' || *text > '9')
            return 0;
        errno = 0;
        number = strtoull(text, &end, 10);
        if (errno != 0 || number > SIZE_MAX / 2 || *end != (i + 1 < count ? ':' : '\0'))
            return 0;
        value[i] = (size_t)number;
        text = end + 1;
    }
    return 1;
}

static enum atw_status parse_range(struct atw_orthoslices_options *slices,
                                   const char *text,
                                   struct atw_error *err)
{
    const char *colon = strchr(text, ':');
    char black[64];
    double least = 0.0, greatest = 0.0;
    enum atw_status status;

    if (!colon || (size_t)(colon - text) >= sizeof black)
        return atw_error_set(err, ATW_EUSAGE,
                             "--range '%s': give BLACK:WHITE, such as 0:8.5", text);
    snprintf(black, sizeof black, "%.*s", (int)(colon - text), text);
    status = atw_option_number(&least, "--range", black, err);
    if (status == ATW_OK)
        status = atw_option_number(&greatest, "--range", colon + 1, err);
    slices->least = (float)least;
    slices->greatest = (float)greatest;
    return status;
}

static enum atw_status fill_options(struct atw_orthoslices_options *slices,
                                    const struct arguments *arguments,
                                    struct atw_error *err)
{
    if (arguments->at && !parse_whole(slices->at, 3, arguments->at))
        return atw_error_set(err, ATW_EUSAGE, "--at '%s': give three whole numbers X:Y:Z",
                             arguments->at);
    if (arguments->scale && !parse_whole(&slices->magnification, 1, arguments->scale))
        return atw_error_set(err, ATW_EUSAGE, "--scale '%s': give a whole number",
                             arguments->scale);
    return arguments->range ? parse_range(slices, arguments->range, err) : ATW_OK;
}

static enum atw_status check_suffix(const char *path, struct atw_error *err)
{
    size_t length = strlen(path);

    if (length > 4 && strcmp(path + length - 4, ".png") == 0)
        return ATW_OK;
    return atw_error_set(err, ATW_EUSAGE, "'%s': pictures are PNG; name a file .png",
                         path);
}

static enum atw_status draw(const struct atw_field *volume,
                            const struct arguments *arguments,
                            struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_orthoslices_options slices;
    struct atw_picture picture = {0};
    enum atw_status status = atw_orthoslices_defaults(&slices, volume, err);

    if (status == ATW_OK)
        status = fill_options(&slices, arguments, err);
    if (status == ATW_OK)
        status = atw_orthoslices(&picture, volume, &slices, err);
    if (status == ATW_EINVAL)
        status = ATW_EUSAGE;
    if (status == ATW_OK)
        status = atw_png_write(picture.grey, picture.width, picture.height,
                               common->output, common->force, err);
    if (status == ATW_OK)
        atw_log("slices at x %zu, y %zu, z %zu; black %.4g, white %.4g", slices.at[0],
                slices.at[1], slices.at[2], (double)slices.least,
                (double)slices.greatest);
    free(picture.grey);
    return status;
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    struct atw_field *volume = NULL;
    double pixel_m = 0.0;
    enum atw_status status = atw_common_need_output(&arguments->common, err);

    if (status == ATW_OK)
        status = check_suffix(arguments->common.output, err);
    if (status == ATW_OK && arguments->pixel)
        status = atw_option_length(&pixel_m, "--pixel-size", arguments->pixel, err);
    if (status == ATW_OK)
        status = atw_volume_read(&volume, arguments->volume, pixel_m, err);
    if (status == ATW_OK)
        status = draw(volume, arguments, err);
    atw_field_destroy(volume);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(&arguments.common, options, parse,
                     "VOLUME [--at X:Y:Z] -o FIGURE.png",
                     "Three slices through a volume as one picture: above left x to the "
                     "right and y upwards, to the right of it z and y, below it x and z "
                     "(downwards). Logs the values that are black and white.",
                     argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_slices = {
    "slices", "three slices through a volume as a picture", run};
