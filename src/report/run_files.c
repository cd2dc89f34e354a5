/* The files of a finished run that a report needs, read and checked. */
#include "report/run_files.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "io/json_file.h"
#include "report/html.h"

/* The columns each table begins with; further ones may follow. */
static const struct {
    const char *file, *columns;
} tables[ATW_REPORT_TABLE_COUNT] = {
    [ATW_REPORT_ALLOYING] = {"tables/alloying.csv",
                             "particle,window,step,nominal_K,dwell_s,true_K,"
                             "alloying_degree,alloying_degree_linear,"
                             "alloying_degree_quadrature,alloying_degree_true,spread"},
    [ATW_REPORT_DIFFUSION] = {"tables/diffusion.csv",
                              "particle,step,nominal_K,true_K,dwell_s,D_m2_per_s,"
                              "D_std_m2_per_s,D_true_m2_per_s,status"},
    [ATW_REPORT_ARRHENIUS] =
        {"tables/arrhenius.csv",
         "estimator,weighting,delta_T_model,reference,particle,delta_T_K,std_K,"
         "interval_68_low_K,interval_68_high_K,interval_95_low_K,"
         "interval_95_high_K,Q_J_per_mol,D0_m2_per_s,status,delta_T_true_K,"
         "delta_T_bound_std_K"},
    [ATW_REPORT_HISTOGRAMS] = {"tables/histograms.csv",
                               "particle,step,nominal_K,intensity,density"},
    [ATW_REPORT_CURVES] = {"tables/curves.csv",
                           "particle,D_m2_per_s,step,nominal_K,alloying_degree"},
    [ATW_REPORT_ORTHOSLICES] =
        {"tables/orthoslices.csv",
         "particle,step,plane,i,j,horizontal_nm,vertical_nm,value"},
    [ATW_REPORT_POSTERIOR] = {"tables/posterior.csv",
                              "delta_T_model,draw,particle,delta_T_K,Q_J_per_mol"},
    [ATW_REPORT_CHIP] = {"tables/chip_profile.csv",
                         "chip,set_point_K,distance_um,T_K,mean_T_K,least_T_K,"
                         "greatest_T_K"},
};

static const int is_optional[ATW_REPORT_TABLE_COUNT] = {
    [ATW_REPORT_POSTERIOR] = 1, [ATW_REPORT_CHIP] = 1};

int atw_report_table_is_optional(enum atw_report_table table)
{
    return is_optional[table];
}

double atw_report_number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

double atw_report_element(const json_t *object, const char *key, size_t index)
{
    const json_t *value = json_array_get(json_object_get(object, key), index);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

const char *atw_report_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

void atw_report_put_name(FILE *page, const json_t *result)
{
    const char *name = atw_report_text(result, "scenario");

    if (!*name)
        name = atw_report_text(result, "title");
    if (!*name)
        return;
    fputs(": ", page);
    atw_html_text(page, name);
}

static enum atw_status
read_json(json_t **out, const char *directory, const char *name, struct atw_error *err)
{
    char *path = NULL;
    json_t *root = NULL;
    enum atw_status status;

    *out = NULL;
    if (asprintf(&path, "%s/%s", directory, name) < 0)
        return atw_error_set(err, ATW_ENOMEM, "report: out of memory");
    status = atw_json_load(&root, path, err);
    if (status == ATW_OK && !json_is_object(root))
        status = atw_error_set(err, ATW_EINPUT, "%s: must hold one JSON object", path);
    if (status == ATW_OK)
        *out = json_incref(root);
    json_decref(root);
    free(path);
    return status;
}

/* The list behind a key exists and holds objects only. */
static enum atw_status check_list(const json_t *result,
                                  const char *key,
                                  const char *directory,
                                  struct atw_error *err)
{
    const json_t *list = json_object_get(result, key), *entry;
    size_t i;

    if (!json_is_array(list))
        return atw_error_set(err, ATW_EINPUT, "%s/result.json: '%s' must be a list",
                             directory, key);
    json_array_foreach(list, i, entry)
    {
        if (!json_is_object(entry))
            return atw_error_set(err, ATW_EINPUT,
                                 "%s/result.json: entry %zu of '%s' must be an object",
                                 directory, i + 1, key);
    }
    return ATW_OK;
}

static enum atw_status
check_result(const json_t *result, const char *directory, struct atw_error *err)
{
    const char *const expected = "alloytwin-result/1";
    const char *schema = atw_report_text(result, "schema");
    enum atw_status status;

    if (strcmp(schema, expected) != 0)
        return atw_error_set(err, ATW_EINPUT,
                             "%s/result.json: schema is '%s', this version reads '%s'",
                             directory, schema, expected);
    status = check_list(result, "particles", directory, err);
    if (status == ATW_OK)
        status = check_list(result, "estimates", directory, err);
    return status;
}

static int list_has_number(const json_t *list)
{
    const json_t *value;
    size_t i;

    json_array_foreach(list, i, value)
    {
        if (json_is_number(value))
            return 1;
    }
    return 0;
}

static int any_truth(const json_t *result)
{
    static const char *const lists[] = {"true_K", "alloying_degree_true",
                                        "D_true_m2_per_s"};
    const json_t *particle;
    size_t i;

    if (isfinite(atw_report_number(json_object_get(result, "truth"), "delta_T_K")))
        return 1;
    json_array_foreach(json_object_get(result, "particles"), i, particle)
    {
        for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++)
            if (list_has_number(json_object_get(particle, lists[k])))
                return 1;
    }
    return 0;
}

/* The header begins with the agreed columns; *has_rows: a line follows it. */
static enum atw_status
check_table(int *has_rows, const char *directory, size_t which, struct atw_error *err)
{
    const char *const expected = tables[which].columns;
    enum atw_status status = ATW_OK;
    char *path = NULL, *line = NULL;
    FILE *file = NULL;
    size_t capacity = 0, n = strlen(expected);
    ssize_t length;

    if (asprintf(&path, "%s/%s", directory, tables[which].file) < 0)
        return atw_error_set(err, ATW_ENOMEM, "report: out of memory");
    file = fopen(path, "r");
    if (!file) {
        status = atw_error_set(err, ATW_EINPUT, "%s: cannot be read: %s", path,
                               strerror(errno));
        goto cleanup;
    }
    length = getline(&line, &capacity, file);
    if (length < 0 || strncmp(line, expected, n) != 0 || !strchr(",\r\n", line[n])) {
        status = atw_error_set(err, ATW_EINPUT, "%s:1: the header must begin with '%s'",
                               path, expected);
        goto cleanup;
    }
    *has_rows = getline(&line, &capacity, file) > 1;
cleanup:
    if (file)
        fclose(file);
    free(line);
    free(path);
    return status;
}

static int exists(const char *directory, const char *name)
{
    char *path = NULL;
    int found;

    if (asprintf(&path, "%s/%s", directory, name) < 0)
        return 0;
    found = access(path, F_OK) == 0;
    free(path);
    return found;
}

enum atw_status atw_report_run_read(struct atw_report_run *run,
                                    const char *directory,
                                    struct atw_error *err)
{
    enum atw_status status;

    *run = (struct atw_report_run){0};
    status = read_json(&run->result, directory, "result.json", err);
    if (status == ATW_OK)
        status = check_result(run->result, directory, err);
    if (status == ATW_OK && exists(directory, "provenance.json"))
        status = read_json(&run->provenance, directory, "provenance.json", err);
    for (size_t i = 0; status == ATW_OK && i < ATW_REPORT_TABLE_COUNT; i++)
        if (!is_optional[i] || exists(directory, tables[i].file))
            status = check_table(&run->has_rows[i], directory, i, err);
    if (status != ATW_OK) {
        atw_report_run_clear(run);
        return status;
    }
    run->has_truth = any_truth(run->result);
    return ATW_OK;
}

void atw_report_run_clear(struct atw_report_run *run)
{
    json_decref(run->result);
    json_decref(run->provenance);
    *run = (struct atw_report_run){0};
}
