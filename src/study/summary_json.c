/* The statistics of a study as JSON. */
#include <math.h>
#include <stdlib.h>

#include "io/json_file.h"
#include "study/response.h"
#include "study/summary.h"

static json_t *measure_json(const struct atw_measure *measure)
{
    return json_pack("{s:o, s:o}", "value", atw_json_number(measure->value), "mcse",
                     atw_json_number(measure->mcse));
}

static json_t *proportion_json(const struct atw_proportion *p)
{
    return json_pack("{s:o, s:o, s:[o, o]}", "value", atw_json_number(p->value), "mcse",
                     atw_json_number(p->mcse), "wilson_95",
                     atw_json_number(p->wilson_95[0]), atw_json_number(p->wilson_95[1]));
}

static json_t *performance_json(const struct atw_summary_group *group,
                                const struct atw_performance *p)
{
    json_t *json =
        json_pack("{s:s, s:s, s:I, s:I, s:o}", "estimator", group->estimator, "quantity",
                  group->quantity, "n", (json_int_t)p->n, "failures",
                  (json_int_t)p->n_failures, "truth", atw_json_number(p->truth));

    json_object_set_new(json, "mean", measure_json(&p->mean));
    json_object_set_new(json, "bias", measure_json(&p->bias));
    json_object_set_new(json, "empirical_se", measure_json(&p->empirical_se));
    json_object_set_new(json, "model_se", measure_json(&p->model_se));
    json_object_set_new(json, "model_se_excess", measure_json(&p->model_se_excess));
    json_object_set_new(json, "rmse", measure_json(&p->rmse));
    json_object_set_new(json, "coverage", proportion_json(&p->coverage));
    json_object_set_new(json, "bias_eliminated_coverage",
                        proportion_json(&p->bias_eliminated_coverage));
    json_object_set_new(json, "width", measure_json(&p->width));
    json_object_set_new(json, "power", proportion_json(&p->power));
    json_object_set_new(json, "detection_limit", measure_json(&p->detection_limit));
    json_object_set_new(json, "convergence", proportion_json(&p->convergence));
    return json;
}

static enum atw_status add_factors(json_t *point_json,
                                   const struct atw_summary *summary,
                                   size_t point,
                                   struct atw_error *err)
{
    json_t *factors = json_object();
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < summary->n_factors && status == ATW_OK; i++) {
        char *key, *value;

        status = atw_ledger_factor(&key, &value, summary->ledger, point, i, err);
        if (status == ATW_OK)
            json_object_set_new(factors, key, json_string(value));
        free(key);
        free(value);
    }
    json_object_set_new(point_json, "factors", factors);
    return status;
}

static enum atw_status add_point(json_t *points,
                                 const struct atw_summary *summary,
                                 size_t point,
                                 struct atw_error *err)
{
    json_t *estimates = json_array();
    json_t *json = json_pack(
        "{s:I, s:I, s:I, s:I, s:o}", "point", (json_int_t)point, "done",
        (json_int_t)atw_summary_count(summary, point, ATW_ITEM_DONE), "failed",
        (json_int_t)atw_summary_count(summary, point, ATW_ITEM_FAILED), "missing",
        (json_int_t)atw_summary_count(summary, point, ATW_ITEM_MISSING), "estimates",
        estimates);
    enum atw_status status = add_factors(json, summary, point, err);

    for (size_t g = 0; g < summary->n_groups && status == ATW_OK; g++) {
        struct atw_performance performance;

        status = atw_summary_performance(&performance, summary, g, point, err);
        json_array_append_new(estimates,
                              performance_json(&summary->group[g], &performance));
    }
    json_array_append_new(points, json);
    return status;
}

/* Points that are a sample have no meaning of their own: what all of them say together.
 */
static enum atw_status
add_overall(json_t *json, const struct atw_summary *summary, struct atw_error *err)
{
    json_t *overall = json_array();
    enum atw_status status = ATW_OK;

    json_object_set_new(json, "overall", overall);
    if (!summary->design || !summary->design->is_sample)
        return ATW_OK;
    for (size_t g = 0; g < summary->n_groups && status == ATW_OK; g++) {
        struct atw_performance performance;

        status = atw_summary_overall(&performance, summary, g, err);
        if (status == ATW_OK)
            json_array_append_new(overall,
                                  performance_json(&summary->group[g], &performance));
    }
    return status;
}

/* ---- sensitivity ---- */

static json_t *index_json(const struct atw_index *index)
{
    return json_pack("{s:o, s:o, s:[o, o], s:b}", "value", atw_json_number(index->value),
                     "se", atw_json_number(index->se), "interval_95",
                     atw_json_number(index->interval_95[0]),
                     atw_json_number(index->interval_95[1]), "zero_within_noise",
                     index->is_zero_within_noise);
}

struct sensitivity {
    const struct atw_summary *summary;
    double *u;        /* coordinates of the points */
    double *response; /* [n_points] of the group in hand */
    struct atw_bootstrap bootstrap;
};

static enum atw_status add_index(json_t *factors,
                                 const struct atw_summary *summary,
                                 size_t factor,
                                 json_t *json,
                                 struct atw_error *err)
{
    char *key, *value;
    enum atw_status status =
        atw_ledger_factor(&key, &value, summary->ledger, 0, factor, err);

    if (status == ATW_OK)
        json_object_set_new(json, "key", json_string(key));
    json_array_append_new(factors, json);
    free(key);
    free(value);
    return status;
}

static enum atw_status sobol_of(json_t *factors,
                                const struct sensitivity *s,
                                size_t n_blocks,
                                size_t *n_used,
                                struct atw_error *err)
{
    struct atw_sobol_index index[ATW_DESIGN_FACTORS_MAX];
    enum atw_status status = atw_sobol_indices(
        index, s->response, n_blocks, s->summary->n_factors, &s->bootstrap, n_used, err);

    for (size_t i = 0; i < s->summary->n_factors && status == ATW_OK; i++)
        status = add_index(factors, s->summary, i,
                           json_pack("{s:o, s:o}", "first", index_json(&index[i].first),
                                     "total", index_json(&index[i].total)),
                           err);
    return status;
}

static enum atw_status morris_of(json_t *factors,
                                 const struct sensitivity *s,
                                 size_t n_blocks,
                                 size_t *n_used,
                                 struct atw_error *err)
{
    struct atw_morris_index index[ATW_DESIGN_FACTORS_MAX];
    enum atw_status status =
        atw_morris_indices(index, s->u, s->response, n_blocks, s->summary->n_factors,
                           &s->bootstrap, n_used, err);

    for (size_t i = 0; i < s->summary->n_factors && status == ATW_OK; i++)
        status = add_index(factors, s->summary, i,
                           json_pack("{s:o, s:o, s:o}", "mu_star",
                                     index_json(&index[i].mu_star), "mu",
                                     atw_json_number(index[i].mu), "sigma",
                                     atw_json_number(index[i].sigma)),
                           err);
    return status;
}

static enum atw_status sensitivity_of_group(json_t *sensitivities,
                                            const struct sensitivity *s,
                                            size_t group,
                                            int is_sobol,
                                            struct atw_error *err)
{
    const struct atw_summary *summary = s->summary;
    size_t rows = summary->n_factors + (is_sobol ? 2 : 1), n_used = 0;
    size_t n_blocks = summary->n_points / rows;
    json_t *factors = json_array();
    enum atw_status status;

    for (size_t point = 0; point < summary->n_points; point++)
        s->response[point] = atw_summary_response(summary, group, point);
    status = is_sobol ? sobol_of(factors, s, n_blocks, &n_used, err)
                      : morris_of(factors, s, n_blocks, &n_used, err);
    json_array_append_new(sensitivities,
                          json_pack("{s:s, s:s, s:s, s:I, s:I, s:o}", "estimator",
                                    summary->group[group].estimator, "quantity",
                                    summary->group[group].quantity, "method",
                                    is_sobol ? "sobol" : "morris", "blocks",
                                    (json_int_t)n_blocks, "blocks_used",
                                    (json_int_t)n_used, "factors", factors));
    return status;
}

static enum atw_status
add_sensitivity(json_t *json, const struct atw_summary *summary, struct atw_error *err)
{
    int is_sobol = summary->design == &atw_design_saltelli;
    json_t *sensitivities = json_array();
    struct sensitivity s = {
        .summary = summary,
        .bootstrap = {(uint64_t)atw_config_integer(summary->study, "seed"),
                      ATW_BOOTSTRAP_DEFAULT}};
    enum atw_status status = ATW_OK;

    json_object_set_new(json, "sensitivity", sensitivities);
    if (!is_sobol && summary->design != &atw_design_morris)
        return ATW_OK;
    s.response = malloc(summary->n_points * sizeof *s.response);
    if (!s.response)
        return atw_error_set(err, ATW_ENOMEM, "statistics: out of memory");
    status = atw_ledger_coordinates(&s.u, summary->ledger, err);
    for (size_t g = 0; g < summary->n_groups && status == ATW_OK; g++)
        status = sensitivity_of_group(sensitivities, &s, g, is_sobol, err);
    free(s.u);
    free(s.response);
    return status;
}

/* ---- differences between points with common random numbers ---- */

static enum atw_status add_difference(json_t *differences,
                                      const struct atw_summary *summary,
                                      size_t group,
                                      size_t point,
                                      struct atw_error *err)
{
    size_t n = summary->n_replicates, n_pairs;
    const struct atw_answer *answer = summary->group[group].answer;
    double *error = malloc(2 * n * sizeof *error);
    struct atw_measure difference;

    if (!error)
        return atw_error_set(err, ATW_ENOMEM, "statistics: out of memory");
    for (size_t i = 0; i < n; i++) {
        error[i] = answer[point * n + i].estimate - answer[point * n + i].truth;
        error[n + i] = answer[i].estimate - answer[i].truth;
    }
    difference = atw_paired_difference(error, error + n, n, &n_pairs);
    free(error);
    json_array_append_new(
        differences, json_pack("{s:s, s:s, s:I, s:I, s:I, s:o, s:o}", "estimator",
                               summary->group[group].estimator, "quantity",
                               summary->group[group].quantity, "point", (json_int_t)point,
                               "against", (json_int_t)0, "pairs", (json_int_t)n_pairs,
                               "value", atw_json_number(difference.value), "mcse",
                               atw_json_number(difference.mcse)));
    return ATW_OK;
}

static enum atw_status add_differences(json_t *json,
                                       const struct atw_summary *summary,
                                       size_t n_points,
                                       struct atw_error *err)
{
    json_t *differences = json_array();
    enum atw_status status = ATW_OK;

    json_object_set_new(json, "differences", differences);
    if (!atw_config_boolean(summary->study, "common_random_numbers") ||
        json_array_size(json_object_get(json, "sensitivity")) > 0)
        return ATW_OK; /* points of those designs have no meaning of their own */
    for (size_t g = 0; g < summary->n_groups; g++)
        for (size_t point = 1; point < n_points && status == ATW_OK; point++)
            status = add_difference(differences, summary, g, point, err);
    return status;
}

/* ---- calibration ---- */

/* Ranks of all points together: the truths of all are the sample. */
static void add_calibration(json_t *json, const struct atw_summary *summary)
{
    json_t *calibrations = json_array();

    json_object_set_new(json, "calibration", calibrations);
    for (size_t g = 0; g < summary->n_groups; g++) {
        const struct atw_summary_group *group = &summary->group[g];
        json_t *histogram = json_array();
        struct atw_calibration c;

        if (!group->rank) {
            json_decref(histogram);
            continue;
        }
        atw_calibration_of(&c, group->rank, summary->n_points * summary->n_replicates);
        for (size_t i = 0; i < c.n_bins; i++)
            json_array_append_new(histogram, json_integer((json_int_t)c.count[i]));
        json_array_append_new(
            calibrations,
            json_pack("{s:s, s:s, s:I, s:o, s:o, s:I, s:o}", "estimator",
                      group->estimator, "quantity", group->quantity, "n", (json_int_t)c.n,
                      "histogram", histogram, "chi_square", atw_json_number(c.chi_square),
                      "degrees_of_freedom", (json_int_t)(c.n_bins - 1), "p_value",
                      atw_json_number(c.p_value)));
    }
}

static enum atw_status
add_criteria(json_t *json, const struct atw_summary *summary, struct atw_error *err)
{
    json_t *criteria = json_array();
    size_t n = atw_config_count(summary->study, "criteria");
    enum atw_status status = ATW_OK;

    json_object_set_new(json, "criteria", criteria);
    for (size_t i = 0; i < n && status == ATW_OK; i++) {
        struct atw_verdict v;

        status = atw_summary_judge(&v, summary, i, err);
        json_array_append_new(
            criteria,
            json_pack(
                "{s:s, s:s, s:s, s:o, s:o, s:b, s:I, s:{s:s?, s:I, s:o, s:o}}", "measure",
                v.measure, "estimator", v.estimator, "quantity", v.quantity, "at_most",
                atw_json_number(v.at_most), "at_least", atw_json_number(v.at_least),
                "met", v.is_met, "judged", (json_int_t)v.n_judged, "worst", "estimator",
                v.worst_estimator, "point", (json_int_t)v.point, "value",
                atw_json_number(v.worst.value), "mcse", atw_json_number(v.worst.mcse)));
    }
    return status;
}

enum atw_status atw_summary_to_json(json_t **out,
                                    const struct atw_summary *summary,
                                    size_t n_most,
                                    struct atw_error *err)
{
    size_t shown = n_most < summary->n_points ? n_most : summary->n_points;
    json_t *points = json_array();
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:s, s:I, s:{s:I, s:I, s:I, s:I}, s:o}", "schema",
        "alloytwin-stats/1", "study", atw_ledger_text(summary->ledger, "name"), "outcome",
        atw_ledger_text(summary->ledger, "outcome"), "design",
        atw_ledger_text(summary->ledger, "design"), "n_points",
        (json_int_t)summary->n_points, "items", "wanted",
        (json_int_t)summary->counts.wanted, "done", (json_int_t)summary->counts.done,
        "failed", (json_int_t)summary->counts.failed, "missing",
        (json_int_t)summary->counts.missing, "points", points);
    enum atw_status status = ATW_OK;

    *out = NULL;
    if (!json)
        return atw_error_set(err, ATW_ENOMEM, "statistics: out of memory");
    for (size_t point = 0; point < shown && status == ATW_OK; point++)
        status = add_point(points, summary, point, err);
    if (status == ATW_OK)
        status = add_overall(json, summary, err);
    if (status == ATW_OK)
        status = add_sensitivity(json, summary, err);
    if (status == ATW_OK)
        status = add_differences(json, summary, shown, err);
    if (status == ATW_OK)
        status = add_criteria(json, summary, err);
    if (status == ATW_OK)
        status = atw_summary_add_responses(json, summary, err);
    add_calibration(json, summary);
    if (status == ATW_OK)
        *out = json;
    else
        json_decref(json);
    return status;
}
