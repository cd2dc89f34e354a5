/* run, simulate: scenario in, run directory out. */
#include "cli/commands.h"

#include <stdio.h>

#include "core/progress.h"
#include "io/scenario_schema.h"
#include "pipeline/run.h"
#include "report/report.h"

enum { KEY_NO_REPORT = 0x2001 };

struct arguments {
    struct atw_common common;
    const char *scenario;
    int no_report;
};

static const struct argp_option run_options[] = {
    {"no-report", KEY_NO_REPORT, NULL, 0, "no figures and no HTML report", 0}, {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_NO_REPORT:
        arguments->no_report = 1;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->scenario)
            argp_error(state, "one scenario at a time");
        arguments->scenario = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->scenario)
            argp_error(state, "name a scenario file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum atw_status draw(const char *directory, struct atw_error *err)
{
    return atw_report_write(directory, NULL, 0, err);
}

/* What run and simulate share: load, go, tell where the result is. */
static enum atw_status
execute(const struct arguments *arguments, int with_analysis, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_run_options options = {.output_directory = common->output,
                                      .force = common->force,
                                      .table = common->json ? NULL : stdout,
                                      .report = arguments->no_report ? NULL : draw};
    struct atw_config *config = NULL;
    json_t *result = NULL;
    enum atw_status status = atw_common_need_output(common, err);

    options.result = &result;
    if (status == ATW_OK)
        status = atw_config_load(&config, &atw_scenario_schema, arguments->scenario,
                                 common->overrides, common->n_overrides, err);
    if (status == ATW_OK)
        status = atw_common_metadata(&options.metadata, common, err);
    if (status == ATW_OK)
        status = with_analysis ? atw_run_all(config, &options, err)
                               : atw_run_simulate(config, &options, err);
    if (status == ATW_OK && common->json && result)
        json_dumpf(result, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    if (status == ATW_OK && with_analysis && options.report)
        atw_log("report: %s/report.html", common->output);
    else if (status == ATW_OK)
        atw_log("written: %s", common->output);
    json_decref(result);
    atw_metadata_destroy(options.metadata);
    atw_config_destroy(config);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(
        &arguments.common, run_options, parse, "SCENARIO -o DIR",
        "Simulate an experiment, analyse what was recorded without looking at the "
        "truth, and score the result; prints the table of estimates.",
        argc, argv, &arguments);
    return execute(&arguments, 1, err);
}

static enum atw_status simulate(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {.no_report = 1};

    atw_common_parse(
        &arguments.common, NULL, parse, "SCENARIO -o DIR",
        "Simulate an experiment: DIR/experiment is what a day at the microscope "
        "leaves behind, DIR/truth.json what nobody would know.",
        argc, argv, &arguments);
    return execute(&arguments, 0, err);
}

const struct atw_command atw_command_run = {
    "run", "simulate an experiment, analyse it blind and score the result", run};
const struct atw_command atw_command_simulate = {
    "simulate", "write a synthetic experiment and its truth", simulate};
