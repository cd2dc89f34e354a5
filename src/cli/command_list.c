/* list: models, scenarios, estimators and methods there are. */
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "alignment/alignment.h"
#include "inference/estimator.h"
#include "io/config.h"
#include "io/data_file.h"
#include "tomography/reconstruction.h"

struct arguments {
    struct atw_common common;
    const char *what;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case ARGP_KEY_ARG:
        if (arguments->what)
            argp_error(state, "one list at a time");
        arguments->what = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->what)
            argp_error(state, "say models, scenarios, estimators or methods");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void add(json_t *rows, const char *kind, const char *name, const char *text)
{
    json_array_append_new(rows, json_pack("{s:s, s:s, s:s}", "kind", kind, "name", name,
                                          "description", text));
}

static enum atw_status add_files(json_t *rows,
                                 const char *kind,
                                 enum atw_status (*list)(struct atw_table **,
                                                         const char *,
                                                         const char *,
                                                         struct atw_error *),
                                 struct atw_error *err)
{
    struct atw_table *table = NULL;
    enum atw_status status = list(&table, kind, ".", err);

    for (size_t i = 0; status == ATW_OK && i < atw_table_row_count(table); i++)
        add(rows, kind, atw_table_cell(table, i, 0).text,
            atw_table_cell(table, i, 1).text);
    atw_table_destroy(table);
    return status;
}

static enum atw_status list_models(json_t *rows, struct atw_error *err)
{
    static const char *const kinds[] = {"chips", "materials", "microscopes", "particles"};
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && status == ATW_OK; i++)
        status = add_files(rows, kinds[i], atw_config_list_models, err);
    return status;
}

static enum atw_status list_scenarios(json_t *rows, struct atw_error *err)
{
    return add_files(rows, "scenarios", atw_data_list, err);
}

static enum atw_status list_estimators(json_t *rows, struct atw_error *err)
{
    (void)err;
    for (size_t i = 0; atw_estimators[i]; i++)
        add(rows, "estimator", atw_estimators[i]->name, atw_estimators[i]->description);
    return ATW_OK;
}

static enum atw_status list_methods(json_t *rows, struct atw_error *err)
{
    (void)err;
    for (size_t i = 0; atw_reconstruction_methods[i]; i++)
        add(rows, "method", atw_reconstruction_methods[i]->name,
            atw_reconstruction_methods[i]->description);
    for (size_t i = 0; atw_alignment_methods[i]; i++)
        add(rows, "alignment", atw_alignment_methods[i]->name,
            atw_alignment_methods[i]->description);
    return ATW_OK;
}

static const struct {
    const char *name;
    enum atw_status (*list)(json_t *, struct atw_error *);
} lists[] = {{"models", list_models},
             {"scenarios", list_scenarios},
             {"estimators", list_estimators},
             {"methods", list_methods}};

static enum atw_status fill(json_t *rows, const char *what, struct atw_error *err)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(lists[i].name, what) == 0)
            return lists[i].list(rows, err);
    return atw_error_set(
        err, ATW_EUSAGE,
        "there is no list '%s': say models, scenarios, estimators or methods", what);
}

static void print(const json_t *rows)
{
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
        printf("%-12s %-24s %s\n", json_string_value(json_object_get(row, "kind")),
               json_string_value(json_object_get(row, "name")),
               json_string_value(json_object_get(row, "description")));
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};
    json_t *rows = json_array();
    enum atw_status status;

    atw_common_parse(&arguments.common, NULL, parse,
                     "models|scenarios|estimators|methods",
                     "List what can be named in scenarios and on the command line.", argc,
                     argv, &arguments);
    status = fill(rows, arguments.what, err);
    if (status == ATW_OK && arguments.common.json)
        json_dumpf(rows, stdout, JSON_INDENT(2));
    else if (status == ATW_OK)
        print(rows);
    json_decref(rows);
    return status;
}

const struct atw_command atw_command_list = {
    "list", "models, scenarios, estimators and methods", run};
