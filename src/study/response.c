/* Response curves: the mean error of an estimator against each factor by itself. */
#include "study/response.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json_file.h"

enum { BINS = 8, POINTS_MAX = 100000 };

/* Items at one value of a factor, or in one bin. */
struct level {
    char value[ATW_FACTOR_TEXT_SIZE];
    double x; /* mean of the numbers that the values begin with; NaN: none */
    size_t n_points;
};

struct response {
    const struct atw_summary *summary;
    size_t factor, n_levels;
    struct level *level; /* [n_levels] */
    size_t *level_of;    /* [n_points] */
    char *key;
};

/* What a text says before its unit. */
static double leading_number(const char *text, const char **rest)
{
    char *end;
    double value = strtod(text, &end);

    *rest = end;
    return end == text ? NAN : value;
}

static int is_continuous(const struct response *r)
{
    return atw_config_count(r->summary->study, "factors[%zu].values", r->factor) == 0;
}

/* The level of a value in the order of the study file; that of a bin by the coordinate.
 */
static size_t find_level(const struct response *r, const char *value, double u)
{
    size_t i = 0;

    if (is_continuous(r))
        return (size_t)fmin(u * BINS, BINS - 1);
    while (i + 1 < r->n_levels &&
           strcmp(atw_config_text(r->summary->study, "factors[%zu].values[%zu]",
                                  r->factor, i),
                  value) != 0)
        i++;
    return i;
}

static void join(struct response *r, size_t point, const char *value, double u)
{
    struct level *level;
    const char *unit;
    double x = leading_number(value, &unit);

    r->level_of[point] = find_level(r, value, u);
    level = &r->level[r->level_of[point]];
    level->x = (level->x * (double)level->n_points + x) / (double)(level->n_points + 1);
    level->n_points++;
    if (is_continuous(r))
        snprintf(level->value, sizeof level->value, "%.4g%.60s", level->x, unit);
    else
        snprintf(level->value, sizeof level->value, "%s", value);
}

static enum atw_status
sort_points(struct response *r, const double *u, struct atw_error *err)
{
    const struct atw_summary *summary = r->summary;
    enum atw_status status = ATW_OK;

    for (size_t point = 0; point < summary->n_points && status == ATW_OK; point++) {
        char *key, *value;

        status = atw_ledger_factor(&key, &value, summary->ledger, point, r->factor, err);
        if (status == ATW_OK)
            join(r, point, value, u[point * summary->n_factors + r->factor]);
        free(value);
        if (r->key)
            free(key);
        else
            r->key = key;
    }
    return status;
}

/* n, mean and deviation of the errors of a group at a level; of the estimates where the
 * truth is not known. */
static json_t *level_json(const struct response *r, size_t group, size_t index)
{
    const struct atw_summary *summary = r->summary;
    const struct atw_answer *answer = summary->group[group].answer;
    double sum = 0.0, square = 0.0, mean, variance;
    size_t n = 0;

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < summary->n_points * summary->n_replicates; i++) {
            double truth = isfinite(answer[i].truth) ? answer[i].truth : 0.0;
            double error = answer[i].estimate - truth;

            if (r->level_of[i / summary->n_replicates] != index || !isfinite(error))
                continue;
            if (pass == 0) {
                sum += error;
                n++;
            } else {
                square += (error - sum / (double)n) * (error - sum / (double)n);
            }
        }
    mean = n > 0 ? sum / (double)n : NAN;
    variance = n > 1 ? square / (double)(n - 1) : NAN;
    return json_pack("{s:s, s:o, s:I, s:{s:o, s:o}, s:o}", "value", r->level[index].value,
                     "x", atw_json_number(r->level[index].x), "n", (json_int_t)n, "error",
                     "value", atw_json_number(mean), "mcse",
                     atw_json_number(sqrt(variance / (double)n)), "spread",
                     atw_json_number(sqrt(variance)));
}

static enum atw_status add_factor(json_t *responses,
                                  const struct atw_summary *summary,
                                  size_t factor,
                                  const double *u,
                                  struct atw_error *err)
{
    struct response r = {.summary = summary, .factor = factor};
    enum atw_status status;

    r.n_levels = is_continuous(&r)
                     ? BINS
                     : atw_config_count(summary->study, "factors[%zu].values", factor);
    r.level = calloc(r.n_levels, sizeof *r.level);
    r.level_of = calloc(summary->n_points, sizeof *r.level_of);
    status = r.level && r.level_of
                 ? sort_points(&r, u, err)
                 : atw_error_set(err, ATW_ENOMEM, "statistics: out of memory");
    for (size_t g = 0; g < summary->n_groups && status == ATW_OK; g++) {
        json_t *levels = json_array();

        for (size_t i = 0; i < r.n_levels; i++)
            if (r.level[i].n_points > 0)
                json_array_append_new(levels, level_json(&r, g, i));
        json_array_append_new(
            responses, json_pack("{s:s, s:s, s:s, s:o}", "factor", r.key, "estimator",
                                 summary->group[g].estimator, "quantity",
                                 summary->group[g].quantity, "levels", levels));
    }
    free(r.level);
    free(r.level_of);
    free(r.key);
    return status;
}

static int has_curves(const struct atw_summary *summary)
{
    const struct atw_design *design = summary->design;

    return design && (design == &atw_design_grid || design->is_sample) &&
           summary->n_points <= POINTS_MAX;
}

enum atw_status atw_summary_add_responses(json_t *json,
                                          const struct atw_summary *summary,
                                          struct atw_error *err)
{
    json_t *responses = json_array();
    double *u = NULL;
    enum atw_status status = ATW_OK;

    json_object_set_new(json, "responses", responses);
    if (!has_curves(summary))
        return ATW_OK;
    status = atw_ledger_coordinates(&u, summary->ledger, err);
    for (size_t i = 0; i < summary->n_factors && status == ATW_OK; i++)
        status = add_factor(responses, summary, i, u, err);
    free(u);
    return status;
}
