/* What the figures of a study draw, as tidy tables. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/response.h"

#define NORMAL_95 1.959963984540054

static double number(const json_t *json, const char *key)
{
    const json_t *value = json_object_get(json, key);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

static struct atw_cell number_cell(const json_t *json, const char *key)
{
    return atw_cell_number(number(json, key));
}

static struct atw_cell text_cell(const json_t *json, const char *key)
{
    const char *value = json_string_value(json_object_get(json, key));

    return atw_cell_text(value ? value : "");
}

static enum atw_status
add_response(struct atw_table *table, const json_t *response, struct atw_error *err)
{
    const json_t *level;
    enum atw_status status = ATW_OK;
    size_t i;

    json_array_foreach(json_object_get(response, "levels"), i, level)
    {
        const json_t *error = json_object_get(level, "error");
        const struct atw_cell cells[] = {
            text_cell(response, "factor"),   text_cell(level, "value"),
            number_cell(level, "x"),         text_cell(response, "estimator"),
            text_cell(response, "quantity"), number_cell(level, "n"),
            number_cell(error, "value"),     number_cell(error, "mcse"),
            number_cell(level, "spread")};

        if (status == ATW_OK)
            status = atw_table_append(table, cells, err);
    }
    return status;
}

static enum atw_status add_index(struct atw_table *table,
                                 const json_t *sensitivity,
                                 const json_t *factor,
                                 const char *kind,
                                 struct atw_error *err)
{
    const json_t *index = json_object_get(factor, kind);
    const json_t *interval = json_object_get(index, "interval_95");
    const struct atw_cell cells[] = {
        atw_cell_text(kind),
        text_cell(factor, "key"),
        text_cell(sensitivity, "estimator"),
        text_cell(sensitivity, "quantity"),
        number_cell(index, "value"),
        atw_cell_number(json_number_value(json_array_get(interval, 0))),
        atw_cell_number(json_number_value(json_array_get(interval, 1)))};

    return index ? atw_table_append(table, cells, err) : ATW_OK;
}

static enum atw_status
add_indices(struct atw_table *table, const json_t *sensitivity, struct atw_error *err)
{
    static const char *const kinds[] = {"first", "total", "mu_star"};
    const json_t *factor;
    enum atw_status status = ATW_OK;
    size_t i;

    json_array_foreach(json_object_get(sensitivity, "factors"), i, factor)
    {
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds && status == ATW_OK; k++)
            status = add_index(table, sensitivity, factor, kinds[k], err);
    }
    return status;
}

/* "blur=0.8 nm; scale=1.02": the factors whose values differ from those of point 0. */
static void name_point(char *label, size_t size, const json_t *points, size_t point)
{
    const json_t *own = json_object_get(json_array_get(points, point), "factors");
    const json_t *first = json_object_get(json_array_get(points, 0), "factors"), *value;
    const char *key;
    size_t used = 0;

    snprintf(label, size, "point %zu", point);
    json_object_foreach((json_t *)own, key, value)
    {
        const char *dot = strrchr(key, '.');

        if (json_equal(value, json_object_get(first, key)) || used >= size)
            continue;
        used += (size_t)snprintf(label + used, size - used, "%s%s=%s", used ? "; " : "",
                                 dot ? dot + 1 : key, json_string_value(value));
    }
}

static enum atw_status add_difference(struct atw_table *table,
                                      const json_t *points,
                                      const json_t *difference,
                                      struct atw_error *err)
{
    double value = number(difference, "value");
    double half = NORMAL_95 * number(difference, "mcse");
    char label[256];

    name_point(label, sizeof label, points, (size_t)number(difference, "point"));
    return atw_table_append(
        table,
        (const struct atw_cell[]){atw_cell_text("difference"), atw_cell_text(label),
                                  text_cell(difference, "estimator"),
                                  text_cell(difference, "quantity"),
                                  atw_cell_number(value), atw_cell_number(value - half),
                                  atw_cell_number(value + half)},
        err);
}

static enum atw_status
add_ranks(struct atw_table *table, const json_t *calibration, struct atw_error *err)
{
    const json_t *histogram = json_object_get(calibration, "histogram"), *count;
    enum atw_status status = ATW_OK;
    size_t i;

    json_array_foreach(histogram, i, count)
    {
        const struct atw_cell cells[] = {
            text_cell(calibration, "estimator"),
            text_cell(calibration, "quantity"),
            atw_cell_number((double)i),
            atw_cell_number((double)json_array_size(histogram)),
            number_cell(calibration, "n"),
            atw_cell_number(json_number_value(count))};

        if (status == ATW_OK)
            status = atw_table_append(table, cells, err);
    }
    return status;
}

static enum atw_status
fill(struct atw_table *table[ATW_STUDY_TABLES], const json_t *json, struct atw_error *err)
{
    const json_t *points = json_object_get(json, "points"), *row;
    enum atw_status status = ATW_OK;
    size_t i;

    json_array_foreach(json_object_get(json, "responses"), i, row) if (status == ATW_OK)
        status = add_response(table[ATW_STUDY_RESPONSE], row, err);
    json_array_foreach(json_object_get(json, "sensitivity"), i, row) if (status == ATW_OK)
        status = add_indices(table[ATW_STUDY_BARS], row, err);
    json_array_foreach(json_object_get(json, "differences"), i, row) if (status == ATW_OK)
        status = add_difference(table[ATW_STUDY_BARS], points, row, err);
    json_array_foreach(json_object_get(json, "calibration"), i, row) if (status == ATW_OK)
        status = add_ranks(table[ATW_STUDY_RANKS], row, err);
    return status;
}

enum atw_status atw_study_tables(struct atw_table *table[ATW_STUDY_TABLES],
                                 const json_t *json,
                                 struct atw_error *err)
{
    static const char *const response[] = {
        "factor", "value", "x", "estimator", "quantity", "n", "error", "mcse", "spread"};
    static const char *const bars[] = {"kind",  "label", "estimator", "quantity",
                                       "value", "low",   "high"};
    static const char *const ranks[] = {"estimator", "quantity", "bin",
                                        "n_bins",    "n",        "count"};
    enum atw_status status;

    for (size_t i = 0; i < ATW_STUDY_TABLES; i++)
        table[i] = NULL;
    status = atw_table_create(&table[ATW_STUDY_RESPONSE], response,
                              sizeof response / sizeof *response, err);
    if (status == ATW_OK)
        status = atw_table_create(&table[ATW_STUDY_BARS], bars,
                                  sizeof bars / sizeof *bars, err);
    if (status == ATW_OK)
        status = atw_table_create(&table[ATW_STUDY_RANKS], ranks,
                                  sizeof ranks / sizeof *ranks, err);
    if (status == ATW_OK)
        status = fill(table, json, err);
    for (size_t i = 0; status != ATW_OK && i < ATW_STUDY_TABLES; i++) {
        atw_table_destroy(table[i]);
        table[i] = NULL;
    }
    return status;
}
