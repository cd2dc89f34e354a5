/* stats: what a ledger says. */
#include "cli/commands.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/figure_folder.h"
#include "core/progress.h"
#include "io/csv.h"
#include "io/json_file.h"
#include "study/response.h"
#include "study/summary.h"

struct arguments {
    struct atw_common common;
    const char *ledger, *figures;
};

enum { KEY_FIGURES = 0x2001 };

static const struct argp_option options[] = {
    {"figures", KEY_FIGURES, "DIR", 0,
     "write tables and figures to DIR: response curves, indices, differences, ranks", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_FIGURES:
        arguments->figures = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->ledger)
            argp_error(state, "one ledger at a time; `alloytwin merge` joins several");
        arguments->ledger = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->ledger)
            argp_error(state, "name a ledger");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int ends_in(const char *text, const char *suffix)
{
    size_t length = strlen(text), end = strlen(suffix);

    return length >= end && strcmp(text + length - end, suffix) == 0;
}

static enum atw_status save(const struct arguments *arguments,
                            const struct atw_summary *summary,
                            const json_t *json,
                            struct atw_error *err)
{
    const char *path = arguments->common.output;
    struct atw_table *table = NULL;
    enum atw_status status;

    if (ends_in(path, ".json"))
        return atw_json_save(json, path, arguments->common.force, err);
    if (!ends_in(path, ".csv"))
        return atw_error_set(err, ATW_EUSAGE, "-o %s: the name must end in .csv or .json",
                             path);
    status = atw_summary_to_table(&table, summary, err);
    if (status == ATW_OK)
        status = atw_csv_write(table, path, arguments->common.force, err);
    atw_table_destroy(table);
    return status;
}

static enum atw_status judge(const json_t *json, struct atw_error *err)
{
    const json_t *criteria = json_object_get(json, "criteria"), *criterion;
    size_t i, n_missed = 0;

    json_array_foreach(criteria, i, criterion) n_missed +=
        !json_is_true(json_object_get(criterion, "met"));
    if (n_missed == 0)
        return ATW_OK;
    return atw_error_set(err, ATW_ECRITERION, "%zu of %zu criteria are not met", n_missed,
                         json_array_size(criteria));
}

static enum atw_status write_figures(const struct arguments *arguments,
                                     const json_t *json,
                                     struct atw_error *err)
{
    static const char *const names[ATW_STUDY_TABLES] = {
        [ATW_STUDY_RESPONSE] = "study_response",
        [ATW_STUDY_BARS] = "study_bars",
        [ATW_STUDY_RANKS] = "study_ranks"};
    struct atw_table *table[ATW_STUDY_TABLES];
    struct atw_figure_folder folder = {
        .common = &arguments->common, .command = "stats", .json = json};
    enum atw_status status = atw_study_tables(table, json, err);

    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < ATW_STUDY_TABLES; i++) {
        folder.name[i] = names[i];
        folder.table[i] = table[i];
        folder.has_figure[i] = 1;
    }
    status = atw_figure_folder_write(&folder, arguments->figures, err);
    for (size_t i = 0; i < ATW_STUDY_TABLES; i++)
        atw_table_destroy(table[i]);
    return status;
}

static enum atw_status tell(const struct arguments *arguments,
                            const struct atw_ledger *ledger,
                            struct atw_error *err)
{
    struct atw_summary *summary = NULL;
    json_t *json = NULL;
    int is_whole =
        arguments->common.json || arguments->figures ||
        (arguments->common.output && ends_in(arguments->common.output, ".json"));
    enum atw_status status = atw_summary_create(&summary, ledger, err);

    if (status == ATW_OK)
        status = atw_summary_to_json(&json, summary,
                                     is_whole ? SIZE_MAX : ATW_SUMMARY_POINTS_SHOWN, err);
    if (status == ATW_OK && arguments->common.output)
        status = save(arguments, summary, json, err);
    if (status == ATW_OK && arguments->figures)
        status = write_figures(arguments, json, err);
    if (status == ATW_OK && arguments->common.json)
        json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    else if (status == ATW_OK)
        atw_summary_print(json, stdout);
    if (status == ATW_OK)
        status = judge(json, err);
    json_decref(json);
    atw_summary_destroy(summary);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};
    struct atw_ledger *ledger = NULL;
    enum atw_status status;

    atw_common_parse(
        &arguments.common, options, parse, "FILE.db [-o FILE.csv|FILE.json]",
        "Performance of every estimator at every point, each measure with its Monte "
        "Carlo error; Sobol' or Morris indices if the design is made for them; the "
        "criteria of the study, with exit code 5 if one is not met.",
        argc, argv, &arguments);
    status = atw_ledger_open(&ledger, arguments.ledger, ATW_LEDGER_READ, err);
    if (status == ATW_OK)
        status = tell(&arguments, ledger, err);
    atw_ledger_close(ledger);
    return status;
}

const struct atw_command atw_command_stats = {
    "stats", "what a study found: accuracy, sensitivity, criteria", run};
