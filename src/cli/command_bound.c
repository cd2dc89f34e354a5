/* bound: how well any method could find the temperature difference. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "cli/figure_folder.h"
#include "io/json_file.h"
#include "io/scenario_schema.h"
#include "pipeline/bound.h"

enum { KEY_REPLICATES = 0x2001, KEY_MODEL, KEY_PHOTONS, KEY_FIGURES };

#define REPLICATES_DEFAULT 24
#define REPLICATES_MAX 100000

struct arguments {
    struct atw_common common;
    const char *scenario, *figures;
    struct atw_bound_options options;
};

static const struct argp_option options[] = {
    {"replicates", KEY_REPLICATES, "N", 0,
     "recordings that tell the noise of the degrees of alloying (default 24; 0: leave "
     "the degrees out)",
     0},
    {"delta-T-model", KEY_MODEL, "MODEL", 0,
     "dT is 'constant' (default) or 'proportional' to the rise above the frame", 0},
    {"photons-only", KEY_PHOTONS, NULL, 0, "only the first row, everything else known",
     0},
    {"figures", KEY_FIGURES, "DIR", 0,
     "write tables and figures to DIR: the stages, and what each series tells", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_REPLICATES:
        arguments->options.n_replicates =
            atw_common_count(state, "--replicates", argument, 0, REPLICATES_MAX);
        return 0;
    case KEY_MODEL:
        arguments->options.delta_T_model = strcmp(argument, "proportional") == 0
                                               ? ATW_DELTA_T_PROPORTIONAL
                                               : ATW_DELTA_T_CONSTANT;
        if (strcmp(argument, atw_delta_T_model_name(arguments->options.delta_T_model)) !=
            0)
            argp_error(state, "--delta-T-model '%s' is neither constant nor proportional",
                       argument);
        return 0;
    case KEY_PHOTONS:
        arguments->options.photons_only = 1;
        return 0;
    case KEY_FIGURES:
        arguments->figures = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->scenario)
            argp_error(state, "one input file at a time");
        arguments->scenario = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->scenario)
            argp_error(state, "name the input file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* One line per stage: the deviations that remain. */
static void print_stages(const struct atw_bound *bound,
                         const struct atw_scenario *scenario)
{
    printf("%-18s", "what is used");
    for (size_t p = 0; p < bound->n_particles; p++)
        if (p != bound->reference)
            printf(" dT %-6.6s (K)", scenario->particle[p].name);
    printf("  Q (kJ/mol)  ln D\n");
    for (size_t s = 0; s < ATW_BOUND_STAGES; s++) {
        const struct atw_bound_row *row = &bound->row[s];

        if (!row->is_known)
            continue;
        printf("%-18s", atw_bound_stage_name[s]);
        for (size_t p = 0; p < bound->n_particles; p++)
            if (p != bound->reference)
                printf("  %12.4g", row->delta_T_std_K[p]);
        printf("  %10.3g  %.2g\n", row->Q_std_J_per_mol * 1e-3, row->ln_D_std);
    }
}

/* What each series tells about S, which D, Q and dT act through. */
static void print_steps(const struct atw_bound *bound,
                        const struct atw_scenario *scenario)
{
    printf("\nstandard deviation of ln S from one series\n");
    printf("particle  step  set point  photons  particle unknown  degree\n");
    for (size_t p = 0; p < bound->n_particles; p++)
        for (size_t k = 0; k < bound->n_steps; k++)
            printf("%-8.8s  %4zu  %6.1f C   %7.2g  %16.2g  %6.2g\n",
                   scenario->particle[p].name, k + 1, scenario->set_point_K[k] - 273.15,
                   atw_bound_ln_S_std(bound, ATW_BOUND_PHOTONS, p, k),
                   atw_bound_ln_S_std(bound, ATW_BOUND_PARTICLE, p, k),
                   atw_bound_ln_S_std(bound, ATW_BOUND_DEGREES, p, k));
}

static enum atw_status write_figures(const struct arguments *arguments,
                                     const struct atw_bound *bound,
                                     const struct atw_scenario *scenario,
                                     const json_t *json,
                                     struct atw_error *err)
{
    struct atw_table *table[ATW_BOUND_TABLES];
    struct atw_figure_folder folder = {.common = &arguments->common,
                                       .command = "bound",
                                       .json = json,
                                       .name = {"bound_stages", "bound_series"},
                                       .has_figure = {1, 1}};
    enum atw_status status = atw_bound_tables(table, bound, scenario, err);

    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < ATW_BOUND_TABLES; i++)
        folder.table[i] = table[i];
    status = atw_figure_folder_write(&folder, arguments->figures, err);
    for (size_t i = 0; i < ATW_BOUND_TABLES; i++)
        atw_table_destroy(table[i]);
    return status;
}

static enum atw_status publish(const struct atw_bound *bound,
                               const struct atw_scenario *scenario,
                               const struct arguments *arguments,
                               struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    json_t *json = atw_bound_to_json(bound, scenario);
    enum atw_status status = ATW_OK;

    if (!json)
        return atw_error_set(err, ATW_ENOMEM, "bound: out of memory");
    if (common->output)
        status = atw_json_save(json, common->output, common->force, err);
    if (status == ATW_OK && arguments->figures)
        status = write_figures(arguments, bound, scenario, json, err);
    if (status == ATW_OK && common->json) {
        json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
        printf("\n");
    } else if (status == ATW_OK) {
        print_stages(bound, scenario);
        print_steps(bound, scenario);
    }
    json_decref(json);
    return status;
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_config *config = NULL;
    struct atw_scenario *scenario = NULL;
    struct atw_bound *bound = NULL;
    enum atw_status status =
        atw_config_load(&config, &atw_scenario_schema, arguments->scenario,
                        common->overrides, common->n_overrides, err);

    if (status == ATW_OK)
        status = atw_scenario_create(&scenario, config, err);
    if (status == ATW_OK)
        status = atw_bound_create(&bound, scenario, &arguments->options, err);
    if (status == ATW_OK)
        status = publish(bound, scenario, arguments, err);
    atw_bound_destroy(bound);
    atw_scenario_destroy(scenario);
    atw_config_destroy(config);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {.options = {.n_replicates = REPLICATES_DEFAULT}};

    atw_common_parse(
        &arguments.common, options, parse, "SCENARIO",
        "Cramer-Rao bound: the smallest standard deviations of dT, Q and D that any "
        "unbiased method could have, with less and less taken as known. Rows from "
        "'alloying degrees' on tell what is lost on the way.",
        argc, argv, &arguments);
    if (arguments.options.photons_only)
        arguments.options.n_replicates = 0;
    return execute(&arguments, err);
}

const struct atw_command atw_command_bound = {
    "bound", "the least uncertainty of dT, Q and D that a scenario allows", run};
