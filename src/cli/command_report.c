/* report: draw the figures and the HTML page of a run directory again. */
#include "cli/commands.h"

#include <stdio.h>

#include "core/progress.h"
#include "report/report.h"

struct arguments {
    struct atw_common common;
    const char *directory;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case ARGP_KEY_ARG:
        if (arguments->directory)
            argp_error(state, "one run directory at a time");
        arguments->directory = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->directory)
            argp_error(state, "name a run directory");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};
    enum atw_status status;

    atw_common_parse(
        &arguments.common, NULL, parse, "DIR [-o FILE.html]",
        "Draw the figures of a run directory and write its self-contained HTML "
        "report (default DIR/report.html).",
        argc, argv, &arguments);
    status = atw_report_write(arguments.directory, arguments.common.output,
                              arguments.common.force, err);
    if (status == ATW_OK && arguments.common.output)
        atw_log("report: %s", arguments.common.output);
    else if (status == ATW_OK)
        atw_log("report: %s/report.html", arguments.directory);
    return status;
}

const struct atw_command atw_command_report = {
    "report", "figures and HTML report of a run directory", run};
