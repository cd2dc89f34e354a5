/* quantify: segmentation, composition and degree of alloying of reconstructions. */
#include "cli/commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "cli/measures_json.h"
#include "cli/quantify_mask.h"
#include "cli/values.h"
#include "core/progress.h"
#include "io/json_file.h"
#include "io/volume_file.h"
#include "quantification/alloying.h"
#include "quantification/composition.h"

enum {
    KEY_ALLOYED = 0x2001,
    KEY_RATIO,
    KEY_EROSION,
    KEY_THRESHOLD,
    KEY_RULE,
    KEY_MASK,
    KEY_BACKGROUND
};

enum { VOLUMES_MAX = 256 };

/* Of the intensity of a volume, beyond what noise and reconstruction do to it. */
#define TOTAL_CHANGE_ACCEPTED 0.03

struct arguments {
    struct atw_common common;
    const char *volume[VOLUMES_MAX];
    size_t n_volumes;
    const char *alloyed, *ratio, *erosion, *background;
    struct atw_mask_request mask;
};

static const struct argp_option options[] = {
    {"alloyed", KEY_ALLOYED, "FILE", 0, "reconstruction of a fully alloyed particle", 0},
    {"intensity-ratio", KEY_RATIO, "X", 0, "core metal over shell metal (default 2.60)",
     0},
    {"erosion", KEY_EROSION, "LENGTH", 0, "taken off the mask (default \"1.5 nm\")", 0},
    {"rule", KEY_RULE, "RULE", 0,
     "threshold: shell (default), otsu, fraction, surface, value", 0},
    {"threshold", KEY_THRESHOLD, "X", 0,
     "shell, fraction: of the shell's or the metal's intensity (0.5); value: intensity",
     0},
    {"background", KEY_BACKGROUND, "auto|VALUE", 0,
     "intensity of what surrounds the particle, taken off every volume (default 0)", 0},
    {"mask", KEY_MASK, "FILE", 0, "metal fraction of the particle model, instead", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_ALLOYED:
        arguments->alloyed = argument;
        return 0;
    case KEY_RATIO:
        arguments->ratio = argument;
        return 0;
    case KEY_EROSION:
        arguments->erosion = argument;
        return 0;
    case KEY_THRESHOLD:
        arguments->mask.threshold = argument;
        return 0;
    case KEY_RULE:
        arguments->mask.rule = argument;
        return 0;
    case KEY_BACKGROUND:
        arguments->background = argument;
        return 0;
    case KEY_MASK:
        arguments->mask.model = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->n_volumes >= VOLUMES_MAX)
            argp_error(state, "more than %d volumes", VOLUMES_MAX);
        arguments->volume[arguments->n_volumes++] = argument;
        return 0;
    case ARGP_KEY_END:
        if (arguments->n_volumes == 0)
            argp_error(state, "name one volume or more, the unalloyed one first");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What all volumes are judged by: taken from the first, the unalloyed one. */
struct yardstick {
    struct atw_mask *mask, *interior;
    struct atw_intensity_scale scale;
    double threshold;
    struct atw_alloying_reference reference;
    struct atw_spread_measures unalloyed, alloyed; /* the latter 0: perfectly even */
    struct atw_spread_measures amount;             /* of the whole unalloyed particle */
    struct atw_field *first;                       /* its volume */
};

static enum atw_status option_or(double *value,
                                 double otherwise,
                                 const char *option,
                                 const char *text,
                                 const char *unit, /* NULL: a plain number */
                                 struct atw_error *err)
{
    enum atw_status status;

    *value = otherwise;
    if (!text)
        return ATW_OK;
    status = unit ? atw_option_quantity(value, option, text, unit, err)
                  : atw_option_number(value, option, text, err);
    if (status == ATW_OK && !(*value >= 0.0 && isfinite(*value)))
        status =
            atw_error_set(err, ATW_EUSAGE, "%s '%s': must not be negative", option, text);
    return status;
}

static enum atw_status segment(struct yardstick *yardstick,
                               const struct atw_field *volume,
                               const struct arguments *arguments,
                               struct atw_error *err)
{
    const struct atw_segmentation_options otsu = {.rule = ATW_THRESHOLD_OTSU};
    struct atw_mask *core = NULL;
    double ratio, erosion_m;
    enum atw_status status =
        option_or(&ratio, 2.60, "--intensity-ratio", arguments->ratio, NULL, err);

    if (status == ATW_OK && !(ratio > 1.0))
        status = atw_error_set(err, ATW_EUSAGE,
                               "--intensity-ratio '%s': the core metal must be brighter "
                               "than the shell metal (> 1)",
                               arguments->ratio);
    if (status == ATW_OK)
        status = option_or(&erosion_m, 1.5e-9, "--erosion", arguments->erosion, "m", err);
    if (status == ATW_OK)
        status = atw_segment(&core, volume, &otsu, NULL, err);
    if (status == ATW_OK)
        status =
            atw_intensity_scale_estimate(&yardstick->scale, volume, core, ratio, err);
    if (status == ATW_OK)
        status =
            atw_mask_of_request(&yardstick->mask, &yardstick->threshold, &arguments->mask,
                                volume, yardstick->scale.shell, err);
    if (status == ATW_OK)
        status = atw_mask_erode(&yardstick->interior, yardstick->mask, erosion_m, err);
    if (status == ATW_OK)
        status = atw_intensity_spread(&yardstick->reference.spread_unalloyed, volume,
                                      yardstick->interior, err);
    if (status == ATW_OK)
        status = atw_spread_measures_of(&yardstick->unalloyed, volume,
                                        yardstick->interior, err);
    if (status == ATW_OK)
        status = atw_spread_measures_of(&yardstick->amount, volume, yardstick->mask, err);
    if (status == ATW_OK)
        status = atw_field_copy(&yardstick->first, volume, err);
    atw_mask_destroy(core);
    return status;
}

static enum atw_status read_volume(struct atw_field **volume,
                                   const char *path,
                                   const struct arguments *arguments,
                                   struct atw_error *err)
{
    enum atw_status status = atw_volume_read(volume, path, 0.0, err);

    if (status == ATW_OK && arguments->background)
        status = atw_take_background(*volume, arguments->background, path, err);
    return status;
}

static enum atw_status read_alloyed(struct yardstick *yardstick,
                                    const struct arguments *arguments,
                                    struct atw_error *err)
{
    const char *path = arguments->alloyed;
    struct atw_field *volume = NULL;
    enum atw_status status;

    if (!path)
        return ATW_OK;
    status = read_volume(&volume, path, arguments, err);
    if (status == ATW_OK && !atw_grid_equal(&volume->grid, &yardstick->mask->grid))
        status = atw_error_set(err, ATW_EINPUT, "%s: not on the grid of the first volume",
                               path);
    if (status == ATW_OK)
        status = atw_intensity_spread(&yardstick->reference.spread_alloyed, volume,
                                      yardstick->interior, err);
    if (status == ATW_OK)
        status =
            atw_spread_measures_of(&yardstick->alloyed, volume, yardstick->interior, err);
    atw_field_destroy(volume);
    return status;
}

/* Heating moves metal but neither makes nor loses any: the intensity of the whole volume
 * stays, and that within the mask nearly (some blurs out of it once the brighter metal
 * reaches the surface). */
static void add_amount(json_t *row,
                       const struct yardstick *yardstick,
                       const struct atw_spread_measures *whole,
                       const struct atw_field *volume)
{
    const char *path = json_string_value(json_object_get(row, "volume"));
    double change =
        atw_intensity_total(volume) / atw_intensity_total(yardstick->first) - 1.0;
    const struct atw_intensity_scale *scale = &yardstick->scale;
    double range = scale->core - scale->shell;

    if (fabs(change) > TOTAL_CHANGE_ACCEPTED)
        atw_warn("%s: total intensity %+.1f %% off that of the first volume: another "
                 "dose or gain, metal lost, or something else in view",
                 path, 100.0 * change);
    json_object_set_new(row, "total_change", atw_json_number(change));
    json_object_set_new(
        row, "total_change_std",
        atw_json_number(atw_intensity_change_std(volume, yardstick->first)));
    json_object_set_new(row, "composition_mean",
                        atw_json_number((scale->core - whole->mean) / range));
    json_object_set_new(row, "composition_mean_std",
                        atw_json_number(whole->mean_std / range));
    json_object_set_new(row, "composition_change",
                        atw_json_number((yardstick->amount.mean - whole->mean) / range));
    json_object_set_new(
        row, "composition_change_std",
        atw_json_number(whole->mean == yardstick->amount.mean
                            ? 0.0
                            : hypot(whole->mean_std, yardstick->amount.mean_std) /
                                  range));
}

static enum atw_status measure(json_t *rows,
                               const struct yardstick *yardstick,
                               const struct atw_field *volume,
                               const char *path,
                               struct atw_error *err)
{
    double spread = NAN, linear = NAN, quadrature = NAN;
    struct atw_spread_measures interior, whole;
    enum atw_status status = ATW_OK;
    json_t *row;

    if (!atw_grid_equal(&volume->grid, &yardstick->mask->grid))
        return atw_error_set(err, ATW_EINPUT, "%s: not on the grid of the first volume",
                             path);
    status = atw_spread_measures_of(&interior, volume, yardstick->interior, err);
    if (status == ATW_OK)
        status = atw_spread_measures_of(&whole, volume, yardstick->mask, err);
    if (status == ATW_OK)
        status = atw_intensity_spread(&spread, volume, yardstick->interior, err);
    if (status == ATW_OK)
        status = atw_alloying_degree(&linear, spread, &yardstick->reference,
                                     ATW_ALLOYING_LINEAR, err);
    if (status == ATW_OK)
        status = atw_alloying_degree(&quadrature, spread, &yardstick->reference,
                                     ATW_ALLOYING_QUADRATURE, err);
    if (status != ATW_OK)
        return status;
    row = json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o}", "volume", path, "spread",
        atw_json_number(spread), "alloying_degree_linear", atw_json_number(linear),
        "alloying_degree_quadrature", atw_json_number(quadrature), "measures",
        atw_measures_to_json(&interior, &yardstick->unalloyed, &yardstick->alloyed),
        "peaks", atw_peaks_to_json(&interior));
    add_amount(row, yardstick, &whole, volume);
    json_array_append_new(rows, row);
    return ATW_OK;
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void print_rows(const json_t *result)
{
    const json_t *row;
    size_t i;

    printf(
        "threshold %.6g, core metal %.6g, shell metal %.6g, %lld voxels (%lld inside)\n",
        number(result, "threshold"),
        json_number_value(json_object_get(result, "core_intensity")),
        json_number_value(json_object_get(result, "shell_intensity")),
        (long long)json_integer_value(json_object_get(result, "mask_voxels")),
        (long long)json_integer_value(json_object_get(result, "interior_voxels")));
    printf("composition  change    +-    spread  degree(linear)   +-    "
           "degree(quadrature)   +-    volume\n");
    json_array_foreach(json_object_get(result, "volumes"), i, row)
    {
        const json_t *std = json_object_get(json_object_get(row, "measures"), "std");

        printf("%11.4f %7.4f %6.4f %8.4f %12.4f %9.4f %12.4f %12.4f  %s\n",
               number(row, "composition_mean"), number(row, "composition_change"),
               number(row, "composition_change_std"), number(row, "spread"),
               number(row, "alloying_degree_linear"), number(std, "degree_linear_std"),
               number(row, "alloying_degree_quadrature"),
               number(std, "degree_quadrature_std"),
               json_string_value(json_object_get(row, "volume")));
    }
}

static json_t *describe(const struct yardstick *yardstick, json_t *rows)
{
    return json_pack("{s:o, s:o, s:o, s:I, s:I, s:O}", "threshold",
                     atw_json_number(yardstick->threshold), "core_intensity",
                     atw_json_number(yardstick->scale.core), "shell_intensity",
                     atw_json_number(yardstick->scale.shell), "mask_voxels",
                     (json_int_t)atw_mask_count(yardstick->mask), "interior_voxels",
                     (json_int_t)atw_mask_count(yardstick->interior), "volumes", rows);
}

static enum atw_status measure_all(json_t *rows,
                                   struct yardstick *yardstick,
                                   const struct arguments *arguments,
                                   struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < arguments->n_volumes && status == ATW_OK; i++) {
        struct atw_field *volume = NULL;

        status = read_volume(&volume, arguments->volume[i], arguments, err);
        if (status == ATW_OK && i == 0)
            status = segment(yardstick, volume, arguments, err);
        if (status == ATW_OK && i == 0)
            status = read_alloyed(yardstick, arguments, err);
        if (status == ATW_OK)
            status = measure(rows, yardstick, volume, arguments->volume[i], err);
        atw_field_destroy(volume);
    }
    return status;
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    struct yardstick yardstick = {0};
    json_t *rows = json_array(), *result = NULL;
    enum atw_status status = measure_all(rows, &yardstick, arguments, err);

    if (status == ATW_OK)
        result = describe(&yardstick, rows);
    if (status == ATW_OK && arguments->common.output)
        status =
            atw_json_save(result, arguments->common.output, arguments->common.force, err);
    if (status == ATW_OK && arguments->common.json)
        json_dumpf(result, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    else if (status == ATW_OK)
        print_rows(result);
    json_decref(result);
    json_decref(rows);
    atw_mask_destroy(yardstick.mask);
    atw_mask_destroy(yardstick.interior);
    atw_field_destroy(yardstick.first);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(
        &arguments.common, options, parse, "VOLUME...",
        "Segment reconstructions and measure composition and degree of alloying. "
        "The first volume is the unalloyed particle: it gives the mask, the "
        "intensity scale and the spread of degree 0. Without --alloyed the spread "
        "of a fully alloyed particle is taken as zero.",
        argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_quantify = {
    "quantify", "composition and degree of alloying of reconstructions", run};
