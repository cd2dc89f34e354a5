/* plan: of a study, what it would cost; of a scenario, how to heat. */
#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "cli/plan.h"
#include "io/config.h"
#include "io/read_text.h"

enum {
    KEY_PILOT = 0x2001,
    KEY_MCSE,
    KEY_OBJECTIVE,
    KEY_MODEL,
    KEY_TIME,
    KEY_HOTTEST,
    KEY_COLDEST,
    KEY_DWELL,
    KEY_DOSE,
    KEY_STEPS,
    KEY_TILTS
};
enum { PILOT_DEFAULT = 2, PILOT_MOST = 1000, STEPS_DEFAULT = 6 };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Of a scenario:", 1},
    {"objective", KEY_OBJECTIVE, "NAME", 0,
     "sigma(dT) from the 'degrees' of alloying (default) or from all 'photons'", 1},
    {"delta-T-model", KEY_MODEL, "MODEL", 0,
     "dT is 'constant' (default) or 'proportional' to the rise above the frame", 1},
    {"max-time", KEY_TIME, "TIME", 0,
     "all dwells together, such as \"8 min\" (default: as in the scenario)", 1},
    {"max-temperature", KEY_HOTTEST, "T", 0,
     "hottest set point (default: that of the scenario)", 1},
    {"min-temperature", KEY_COLDEST, "T", 0,
     "coldest set point (default: 50 K below that of the scenario)", 1},
    {"min-dwell", KEY_DWELL, "TIME", 0, "shortest step (default: 10 s)", 1},
    {"max-dose", KEY_DOSE, "COUNTS", 0,
     "counts of the brightest pixel, all views of a particle together (default: as in "
     "the scenario)",
     1},
    {"max-steps", KEY_STEPS, "N", 0, "heating steps, 2 to 12 (default: 6)", 1},
    {"tilts", KEY_TILTS, "FIRST:LAST:STEP", 0,
     "tilts in degrees to choose from; repeatable (default: those of the scenario)", 1},
    {NULL, 0, NULL, 0, "Of a study:", 2},
    {"jobs", 'j', "N", 0, "worker processes there will be (default: one per processor)",
     2},
    {"pilot", KEY_PILOT, "N", 0, "items to run for the estimate (default: 2)", 2},
    {"mcse", KEY_MCSE, "VALUE", 0,
     "replicates needed for this Monte Carlo error of the bias of dT, in kelvin", 2},
    {0}};

/* Index of a text among two. */
static int choose(const char *option,
                  const char *text,
                  const char *first,
                  const char *second,
                  const struct argp_state *state)
{
    if (strcmp(text, first) != 0 && strcmp(text, second) != 0)
        argp_error(state, "%s '%s' is neither %s nor %s", option, text, first, second);
    return strcmp(text, second) == 0;
}

static error_t parse_scenario(int key, char *argument, struct argp_state *state)
{
    struct atw_plan_arguments *arguments = atw_common_input(state);
    struct atw_plan_options *plan = &arguments->options;

    switch (key) {
    case KEY_OBJECTIVE:
        plan->objective = choose("--objective", argument, "degrees", "photons", state)
                              ? ATW_PLAN_PHOTONS
                              : ATW_PLAN_DEGREES;
        return 0;
    case KEY_MODEL:
        plan->delta_T_model =
            choose("--delta-T-model", argument, "constant", "proportional", state)
                ? ATW_DELTA_T_PROPORTIONAL
                : ATW_DELTA_T_CONSTANT;
        return 0;
    case KEY_TIME:
        arguments->max_time = argument;
        return 0;
    case KEY_HOTTEST:
        arguments->max_temperature = argument;
        return 0;
    case KEY_COLDEST:
        arguments->min_temperature = argument;
        return 0;
    case KEY_DWELL:
        arguments->min_dwell = argument;
        return 0;
    case KEY_DOSE:
        arguments->max_dose = argument;
        return 0;
    case KEY_STEPS:
        plan->n_steps_max =
            atw_common_count(state, "--max-steps", argument, 2, ATW_PROGRAM_STEPS_MAX);
        return 0;
    case KEY_TILTS:
        if (plan->n_tilts == ATW_PLAN_TILTS_MAX)
            argp_error(state, "more than %d times --tilts", ATW_PLAN_TILTS_MAX);
        arguments->tilts[plan->n_tilts++] = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct atw_plan_arguments *arguments = atw_common_input(state);

    switch (key) {
    case 'j':
        arguments->jobs = atw_common_count(state, "--jobs", argument, 1, 1000000);
        return 0;
    case KEY_PILOT:
        arguments->n_pilot = atw_common_count(state, "--pilot", argument, 1, PILOT_MOST);
        return 0;
    case KEY_MCSE:
        arguments->mcse = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->input)
            argp_error(state, "one study or scenario at a time");
        arguments->input = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->input)
            argp_error(state, "name the study or the scenario");
        return 0;
    default:
        return parse_scenario(key, argument, state);
    }
}

/* By the line `format:`; what has none is left to the reader of studies to refuse. */
static enum atw_status is_scenario(int *is_one, const char *path, struct atw_error *err)
{
    static const char wanted[] = "alloytwin-scenario/";
    char *text = NULL;
    size_t size;
    enum atw_status status = atw_read_text(&text, &size, path, ATW_CONFIG_SIZE_MAX, err);

    *is_one = 0;
    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        line += strspn(line, "\r\n");
        if (strncmp(line, "format:", 7) == 0) {
            const char *value = line + 7 + strspn(line + 7, " \t\"'");

            *is_one = strncmp(value, wanted, sizeof wanted - 1) == 0;
            break;
        }
    }
    free(text);
    return status;
}

/* Options of the other kind would be ignored without a word. */
static enum atw_status check_kind(const struct atw_plan_arguments *arguments,
                                  int is_of_scenario,
                                  struct atw_error *err)
{
    int has_study = arguments->mcse || arguments->n_pilot || arguments->jobs;
    int has_scenario = arguments->max_time || arguments->max_temperature ||
                       arguments->min_temperature || arguments->min_dwell ||
                       arguments->max_dose || arguments->options.n_tilts ||
                       arguments->options.n_steps_max || arguments->options.objective ||
                       arguments->options.delta_T_model || arguments->common.output;

    if (is_of_scenario && has_study)
        return atw_error_set(err, ATW_EUSAGE,
                             "'%s' is a scenario; --jobs, --pilot and --mcse are for "
                             "studies",
                             arguments->input);
    if (!is_of_scenario && has_scenario)
        return atw_error_set(err, ATW_EUSAGE,
                             "'%s' is not a scenario; its plan takes --jobs, --pilot and "
                             "--mcse only",
                             arguments->input);
    return ATW_OK;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct atw_plan_arguments arguments = {0};
    int is_of_scenario;
    enum atw_status status;

    atw_common_parse(
        &arguments.common, options, parse, "SCENARIO [-o PLAN.yaml] | STUDY",
        "Of a scenario: the set points, dwells, number of steps and tilts that would "
        "tell "
        "dT best within limits, beside the published programme; -o writes a scenario "
        "that `run` takes. Of a study: items, time and memory from a timed pilot, size "
        "of "
        "the ledger, and the Monte Carlo errors to expect.",
        argc, argv, &arguments);
    status = is_scenario(&is_of_scenario, arguments.input, err);
    if (status == ATW_OK)
        status = check_kind(&arguments, is_of_scenario, err);
    if (status != ATW_OK)
        return status;
    if (arguments.n_pilot == 0)
        arguments.n_pilot = PILOT_DEFAULT;
    if (arguments.options.n_steps_max == 0)
        arguments.options.n_steps_max = STEPS_DEFAULT;
    return is_of_scenario ? atw_plan_scenario(&arguments, err)
                          : atw_plan_study(&arguments, err);
}

const struct atw_command atw_command_plan = {
    "plan", "the best heating programme of a scenario, or the cost of a study", run};
