/* calibrate: fit a parameter of a chip to a measured difference of temperature. */
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli/model.h"
#include "cli/values.h"
#include "core/constants.h"
#include "io/output.h"
#include "io/scenario_schema.h"
#include "pipeline/chip_calibrate.h"

enum { KEY_PARAMETER = 0x2001, KEY_WINDOW, KEY_REFERENCE, KEY_SET_POINT, KEY_DIFFERENCE };

struct arguments {
    struct atw_common common;
    const char *model, *parameter, *window, *reference, *set_point, *difference;
};

static const struct argp_option options[] = {
    {"parameter", KEY_PARAMETER, "KEY", 0, "what to adjust, e.g. heater.conductivity", 0},
    {"window", KEY_WINDOW, "NAME", 0, "the window that was measured ...", 0},
    {"reference", KEY_REFERENCE, "NAME", 0, "... and the one it was compared with", 0},
    {"set-point", KEY_SET_POINT, "VALUE", 0, "at this set point, e.g. \"400 degC\"", 0},
    {"difference", KEY_DIFFERENCE, "VALUE", 0, "T(window) - T(reference), e.g. \"-34 K\"",
     0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_PARAMETER:
        arguments->parameter = argument;
        return 0;
    case KEY_WINDOW:
        arguments->window = argument;
        return 0;
    case KEY_REFERENCE:
        arguments->reference = argument;
        return 0;
    case KEY_SET_POINT:
        arguments->set_point = argument;
        return 0;
    case KEY_DIFFERENCE:
        arguments->difference = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->model)
            argp_error(state, "one model at a time");
        arguments->model = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->model)
            argp_error(state, "name a chip model; `alloytwin list models` knows them");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Options are overrides of the model's own calibration. */
static enum atw_status load(struct atw_config **config,
                            struct arguments *arguments,
                            char (*text)[256],
                            struct atw_error *err)
{
    struct atw_common *common = &arguments->common;
    const char *const value[] = {arguments->parameter, arguments->window,
                                 arguments->reference, arguments->set_point,
                                 arguments->difference};
    static const char *const key[] = {"parameter", "window", "reference", "set_point",
                                      "difference"};
    static const char *const sections[] = {"chip."};
    enum atw_status status = atw_model_check_overrides(common, sections, 1, err);

    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < sizeof key / sizeof *key; i++) {
        if (!value[i])
            continue;
        if (common->n_overrides >= ATW_OVERRIDES_MAX)
            return atw_error_set(err, ATW_EUSAGE, "too many --set");
        snprintf(text[i], sizeof text[i], "chip.calibration.%s=%s", key[i], value[i]);
        common->overrides[common->n_overrides++] = text[i];
    }
    return atw_model_load(config, &atw_chip_schema, "chip", arguments->model, common,
                          err);
}

/* A model file: the keys of the section, one level up. */
static enum atw_status save(const struct atw_config *config,
                            const struct atw_common *common,
                            struct atw_error *err)
{
    struct atw_output *output = NULL;
    char *section = NULL, *line, *rest;
    size_t size = 0;
    FILE *stream = open_memstream(&section, &size);
    enum atw_status status;

    if (!stream)
        return atw_error_set(err, ATW_ENOMEM, "calibrate: out of memory");
    atw_config_write_section(config, "chip", stream);
    if (fclose(stream) != 0) {
        free(section);
        return atw_error_set(err, ATW_ENOMEM, "calibrate: out of memory");
    }
    status = atw_output_begin(&output, common->output, common->force, err);
    for (line = strtok_r(section, "\n", &rest); line && status == ATW_OK;
         line = strtok_r(NULL, "\n", &rest))
        if (line[0] == ' ' && !strstr(line, "  model:"))
            fprintf(atw_output_stream(output), "%s\n", line + 2);
    if (status == ATW_OK)
        status = atw_output_commit(&output, err);
    free(section);
    return status;
}

static void print(const struct atw_chip_calibrated *result,
                  const struct atw_chip_measurement *measurement,
                  const struct atw_config *config,
                  int as_json)
{
    char value[ATW_QUANTITY_TEXT_SIZE], low[ATW_QUANTITY_TEXT_SIZE],
        high[ATW_QUANTITY_TEXT_SIZE];
    json_t *json;

    atw_chip_format_value(value, config, measurement->parameter, result->value);
    atw_chip_format_value(low, config, measurement->parameter, result->low);
    atw_chip_format_value(high, config, measurement->parameter, result->high);
    if (!as_json) {
        printf("%s: %s (range %s to %s)\n", measurement->parameter, value, low, high);
        printf("T(%s) - T(%s) at %.6g degC: %.4f K\n", measurement->window,
               measurement->reference, measurement->set_point_K - ATW_ZERO_CELSIUS_K,
               result->difference_K);
        return;
    }
    json = json_pack("{s:s, s:f, s:s, s:[f,f], s:s, s:s, s:f, s:f, s:I}", "parameter",
                     measurement->parameter, "value_SI", result->value, "value", value,
                     "range_SI", result->low, result->high, "window", measurement->window,
                     "reference", measurement->reference, "set_point_K",
                     measurement->set_point_K, "difference_K", result->difference_K,
                     "solves", (json_int_t)result->solves);
    json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(json);
}

static enum atw_status execute(struct arguments *arguments, struct atw_error *err)
{
    struct atw_config *config = NULL, *calibrated = NULL;
    struct atw_chip_measurement measurement;
    struct atw_chip_calibrated result;
    char text[5][256];
    enum atw_status status = load(&config, arguments, text, err);

    if (status == ATW_OK)
        status = atw_chip_read_measurement(&measurement, config, err);
    if (status == ATW_OK)
        status = atw_chip_calibrate(&result, &calibrated, config, &measurement, err);
    if (status == ATW_OK && arguments->common.output)
        status = save(calibrated, &arguments->common, err);
    if (status == ATW_OK)
        print(&result, &measurement, config, arguments->common.json);
    atw_config_destroy(config);
    atw_config_destroy(calibrated);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(&arguments.common, options, parse, "MODEL",
                     "Adjust one parameter of a chip, within its range in the model, "
                     "until two windows differ as measured. What is not given comes "
                     "from `calibration` in the model, so that the shipped models "
                     "reproduce themselves. -o writes the calibrated model.",
                     argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_calibrate = {
    "calibrate", "fit a chip to a measured difference of temperature", run};
