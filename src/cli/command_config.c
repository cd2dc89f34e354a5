/* config: what a scenario may say, what it says, and whether it is right. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "core/progress.h"
#include "io/config.h"
#include "io/experiment_schema.h"
#include "io/scenario_schema.h"
#include "io/study_schema.h"
#include "pipeline/analysis_settings.h"
#include "pipeline/scenario.h"
#include "study/study.h"

enum { KEY_EXPERIMENT = 0x2001, KEY_STUDY, KEY_STYLE };

struct arguments {
    struct atw_common common;
    const char *action, *subject;
    int is_experiment, is_study;
    enum atw_config_style style;
};

static const struct argp_option options[] = {
    {"experiment", KEY_EXPERIMENT, NULL, 0,
     "the file, or key, belongs to experiment.yaml", 0},
    {"study", KEY_STUDY, NULL, 0, "the file, or key, belongs to a study", 0},
    {"style", KEY_STYLE, "NAME", 0, "show: plain, origin (default) or annotated", 0},
    {0}};

static enum atw_config_style style_of(const char *name, const struct argp_state *state)
{
    if (strcmp(name, "plain") == 0)
        return ATW_CONFIG_PLAIN;
    if (strcmp(name, "annotated") == 0)
        return ATW_CONFIG_ANNOTATED;
    if (strcmp(name, "origin") != 0)
        argp_error(state, "--style '%s': say plain, origin or annotated", name);
    return ATW_CONFIG_WITH_ORIGIN;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_EXPERIMENT:
        arguments->is_experiment = 1;
        return 0;
    case KEY_STUDY:
        arguments->is_study = 1;
        return 0;
    case KEY_STYLE:
        arguments->style = style_of(argument, state);
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->subject)
            argp_error(state, "unexpected argument '%s'", argument);
        *(arguments->action ? &arguments->subject : &arguments->action) = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->action)
            argp_error(state, "say show, explain or check");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct atw_schema *schema_of(const struct arguments *arguments)
{
    if (arguments->is_study)
        return &atw_study_schema;
    return arguments->is_experiment ? &atw_experiment_schema : &atw_scenario_schema;
}

static enum atw_status
load(struct atw_config **config, const struct arguments *arguments, struct atw_error *err)
{
    if (!arguments->subject)
        return atw_error_set(err, ATW_EUSAGE, "config %s needs the name of a file",
                             arguments->action);
    return atw_config_load(config, schema_of(arguments), arguments->subject,
                           arguments->common.overrides, arguments->common.n_overrides,
                           err);
}

static enum atw_status show(const struct arguments *arguments, struct atw_error *err)
{
    struct atw_config *config = NULL;
    enum atw_status status = load(&config, arguments, err);

    if (status == ATW_OK)
        atw_config_write(config, stdout, arguments->style);
    atw_config_destroy(config);
    return status;
}

/* Beyond the schema: values that contradict each other are found by resolving the whole.
 */
static enum atw_status check(const struct arguments *arguments, struct atw_error *err)
{
    struct atw_analysis_settings settings;
    struct atw_scenario *scenario = NULL;
    struct atw_config *config = NULL;
    char hex[ATW_SHA256_HEX_SIZE];
    enum atw_status status = load(&config, arguments, err);

    if (status == ATW_OK)
        status = atw_analysis_settings_read(&settings, config, err);
    if (status == ATW_OK && !arguments->is_experiment)
        status = atw_scenario_create(&scenario, config, err);
    if (status == ATW_OK)
        status = atw_config_sha256(config, hex, err);
    if (status == ATW_OK)
        printf("%s: ok, resolved SHA-256 %s\n", arguments->subject, hex);
    atw_scenario_destroy(scenario);
    atw_config_destroy(config);
    return status;
}

/* A study is checked with its scenario and every value of its factors. */
static enum atw_status check_study(const struct arguments *arguments,
                                   struct atw_error *err)
{
    struct atw_study *study = NULL;
    char hex[ATW_SHA256_HEX_SIZE];
    enum atw_status status =
        atw_study_load(&study, arguments->subject, arguments->common.overrides,
                       arguments->common.n_overrides, err);

    if (status == ATW_OK)
        status = atw_config_sha256(study->config, hex, err);
    if (status == ATW_OK)
        printf("%s: ok, %zu points of %zu replicates, resolved SHA-256 %s\n",
               arguments->subject, study->points.n_points, study->n_replicates, hex);
    atw_study_destroy(study);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {.style = ATW_CONFIG_WITH_ORIGIN};

    atw_common_parse(
        &arguments.common, options, parse, "show FILE\nexplain [KEY]\ncheck FILE",
        "show: the resolved scenario, with the origin of each value, as a runnable "
        "file. explain: type, unit, range, default and meaning of a key, or of all. "
        "check: report the first mistake in a file.",
        argc, argv, &arguments);
    if (!arguments.is_study && !arguments.is_experiment)
        atw_common_seed_analysis(&arguments.common);
    if (strcmp(arguments.action, "show") == 0)
        return show(&arguments, err);
    if (strcmp(arguments.action, "explain") == 0)
        return atw_schema_explain(schema_of(&arguments), arguments.subject, stdout, err);
    if (strcmp(arguments.action, "check") == 0 && arguments.is_study && arguments.subject)
        return check_study(&arguments, err);
    if (strcmp(arguments.action, "check") == 0)
        return check(&arguments, err);
    return atw_error_set(err, ATW_EUSAGE, "config '%s': say show, explain or check",
                         arguments.action);
}

const struct atw_command atw_command_config = {"config",
                                               "show, explain or check a scenario", run};
