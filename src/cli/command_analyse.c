/* analyse: experiment in, temperature difference out. */
#include "cli/commands.h"

#include <stdio.h>

#include "core/progress.h"
#include "pipeline/run.h"
#include "report/report.h"

enum { KEY_NO_REPORT = 0x2001 };

struct arguments {
    struct atw_common common;
    const char *experiment;
    int no_report;
};

static const struct argp_option options[] = {
    {"no-report", KEY_NO_REPORT, NULL, 0, "no figures and no HTML report", 0}, {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_NO_REPORT:
        arguments->no_report = 1;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->experiment)
            argp_error(state, "one experiment at a time");
        arguments->experiment = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->experiment)
            argp_error(state, "name an experiment file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum atw_status draw(const char *directory, struct atw_error *err)
{
    return atw_report_write(directory, NULL, 0, err);
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_run_options run = {.output_directory = common->output,
                                  .force = common->force,
                                  .overrides = common->overrides,
                                  .n_overrides = common->n_overrides,
                                  .table = common->json ? NULL : stdout,
                                  .report = arguments->no_report ? NULL : draw};
    json_t *result = NULL;
    enum atw_status status = atw_common_need_output(common, err);

    run.result = &result;
    if (status == ATW_OK)
        status = atw_common_metadata(&run.metadata, common, err);
    if (status == ATW_OK)
        status = atw_run_analyse(arguments->experiment, &run, err);
    if (status == ATW_OK && common->json && result)
        json_dumpf(result, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    if (status == ATW_OK)
        atw_log("written: %s", common->output);
    json_decref(result);
    atw_metadata_destroy(run.metadata);
    return status;
}

/* The only noise an analysis draws is that of its simulated references. */
static void aim_seed(struct atw_common *common)
{
    char text[sizeof common->seed_override + 16];

    if (!common->seed_override[0])
        return;
    snprintf(text, sizeof text, "analysis.noise_%s", common->seed_override);
    snprintf(common->seed_override, sizeof common->seed_override, "%.60s", text);
}

static enum atw_status analyse(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(
        &arguments.common, options, parse, "EXPERIMENT.yaml -o DIR",
        "Analyse a real or synthetic experiment: reconstruct, quantify, and find "
        "the temperature difference with its uncertainty.",
        argc, argv, &arguments);
    aim_seed(&arguments.common);
    return execute(&arguments, err);
}

const struct atw_command atw_command_analyse = {
    "analyse", "find the temperature difference in a real or synthetic experiment",
    analyse};
