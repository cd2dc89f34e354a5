/* run, simulate, analyse: the ways through the pipeline, from a file to a directory. */
#include "cli/commands.h"

#include <stdio.h>

#include "core/progress.h"
#include "io/scenario_schema.h"
#include "pipeline/run.h"
#include "report/report.h"

enum { KEY_NO_REPORT = 0x2001, KEY_NO_BOUND };

struct arguments {
    struct atw_common common;
    const char *input; /* scenario or experiment */
    int no_report, no_bound;
};

static const struct argp_option report_options[] = {
    {"no-report", KEY_NO_REPORT, NULL, 0, "no figures and no HTML report", 0}, {0}};

static const struct argp_option run_options[] = {
    {"no-report", KEY_NO_REPORT, NULL, 0, "no figures and no HTML report", 0},
    {"no-bound", KEY_NO_BOUND, NULL, 0,
     "do not compute the least standard deviation that the photons allow", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_NO_REPORT:
        arguments->no_report = 1;
        return 0;
    case KEY_NO_BOUND:
        arguments->no_bound = 1;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->input)
            argp_error(state, "one input file at a time");
        arguments->input = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->input)
            argp_error(state, "name the input file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

typedef enum atw_status (*way_fn)(const struct arguments *,
                                  const struct atw_run_options *,
                                  struct atw_error *);

static enum atw_status load_scenario(struct atw_config **config,
                                     const struct arguments *arguments,
                                     struct atw_error *err)
{
    return atw_config_load(config, &atw_scenario_schema, arguments->input,
                           arguments->common.overrides, arguments->common.n_overrides,
                           err);
}

static enum atw_status run_way(const struct arguments *arguments,
                               const struct atw_run_options *options,
                               struct atw_error *err)
{
    struct atw_config *scenario = NULL;
    enum atw_status status = load_scenario(&scenario, arguments, err);

    if (status == ATW_OK)
        status = atw_run_all(scenario, options, err);
    atw_config_destroy(scenario);
    return status;
}

static enum atw_status simulate_way(const struct arguments *arguments,
                                    const struct atw_run_options *options,
                                    struct atw_error *err)
{
    struct atw_config *scenario = NULL;
    enum atw_status status = load_scenario(&scenario, arguments, err);

    if (status == ATW_OK)
        status = atw_run_simulate(scenario, options, err);
    atw_config_destroy(scenario);
    return status;
}

static enum atw_status analyse_way(const struct arguments *arguments,
                                   const struct atw_run_options *options,
                                   struct atw_error *err)
{
    struct atw_run_options with_overrides = *options;

    with_overrides.overrides = arguments->common.overrides;
    with_overrides.n_overrides = arguments->common.n_overrides;
    return atw_run_analyse(arguments->input, &with_overrides, err);
}

static enum atw_status draw(const char *directory, struct atw_error *err)
{
    return atw_report_write(directory, NULL, 0, err);
}

/* What the three share: go one way, publish, tell where the result is. */
static enum atw_status
go(const struct arguments *arguments, way_fn way, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_run_options options = {.output_directory = common->output,
                                      .force = common->force,
                                      .bound = !arguments->no_bound,
                                      .table = common->json ? NULL : stdout,
                                      .report = arguments->no_report ? NULL : draw};
    json_t *result = NULL;
    enum atw_status status = atw_common_need_output(common, err);

    options.result = &result;
    if (status == ATW_OK)
        status = atw_common_metadata(&options.metadata, common, err);
    if (status == ATW_OK)
        status = way(arguments, &options, err);
    if (status == ATW_OK && common->json && result)
        json_dumpf(result, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    if (status == ATW_OK && options.report)
        atw_log("report: %s/report.html", common->output);
    else if (status == ATW_OK)
        atw_log("written: %s", common->output);
    json_decref(result);
    atw_metadata_destroy(options.metadata);
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
    atw_common_seed_analysis(&arguments.common);
    return go(&arguments, run_way, err);
}

static enum atw_status simulate(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {.no_report = 1, .no_bound = 1};

    atw_common_parse(
        &arguments.common, NULL, parse, "SCENARIO -o DIR",
        "Simulate an experiment: DIR/experiment is what a day at the microscope "
        "leaves behind, DIR/truth.json what nobody would know.",
        argc, argv, &arguments);
    atw_common_seed_analysis(&arguments.common);
    return go(&arguments, simulate_way, err);
}

static enum atw_status analyse(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(
        &arguments.common, report_options, parse, "EXPERIMENT.yaml -o DIR",
        "Analyse a real or synthetic experiment: reconstruct, quantify, and find "
        "the temperature difference with its uncertainty.",
        argc, argv, &arguments);
    atw_common_seed_analysis_alone(&arguments.common);
    return go(&arguments, analyse_way, err);
}

const struct atw_command atw_command_run = {
    "run", "simulate an experiment, analyse it blind and score the result", run};
const struct atw_command atw_command_simulate = {
    "simulate", "write a synthetic experiment and its truth", simulate};
const struct atw_command atw_command_analyse = {
    "analyse", "find the temperature difference in a real or synthetic experiment",
    analyse};
