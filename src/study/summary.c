/* Answers of a ledger in memory, and what is computed of them. */
#include "study/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/study_schema.h"

static enum atw_status no_memory(struct atw_error *err)
{
    return atw_error_set(err, ATW_ENOMEM, "statistics: out of memory");
}

static struct atw_summary_group *find_group(const struct atw_summary *summary,
                                            const struct atw_item_row *row)
{
    for (size_t i = 0; i < summary->n_groups; i++)
        if (strcmp(summary->group[i].estimator, row->estimator) == 0 &&
            strcmp(summary->group[i].quantity, row->quantity) == 0)
            return &summary->group[i];
    return NULL;
}

static struct atw_summary_group *add_group(struct atw_summary *summary,
                                           const struct atw_item_row *row)
{
    size_t n = summary->n_points * summary->n_replicates;
    struct atw_summary_group *groups =
        reallocarray(summary->group, summary->n_groups + 1, sizeof *groups);
    struct atw_summary_group *group;

    if (!groups)
        return NULL;
    summary->group = groups;
    group = &groups[summary->n_groups];
    *group = (struct atw_summary_group){.answer = malloc(n * sizeof *group->answer)};
    if (!group->answer)
        return NULL;
    memcpy(group->estimator, row->estimator, sizeof group->estimator);
    memcpy(group->quantity, row->quantity, sizeof group->quantity);
    for (size_t i = 0; i < n; i++)
        group->answer[i] = (struct atw_answer){NAN, NAN, NAN, {NAN, NAN}};
    summary->n_groups++;
    return group;
}

static enum atw_status take_rank(const struct atw_summary *summary,
                                 struct atw_summary_group *group,
                                 size_t item,
                                 const struct atw_item_row *row,
                                 struct atw_error *err)
{
    if (!group->rank)
        group->rank =
            calloc(summary->n_points * summary->n_replicates, sizeof *group->rank);
    if (!group->rank)
        return no_memory(err);
    group->rank[item] = (struct atw_rank){row->rank, row->n_draws};
    return ATW_OK;
}

static enum atw_status take_row(void *context,
                                const struct atw_item *item,
                                const struct atw_item_row *row,
                                struct atw_error *err)
{
    struct atw_summary *summary = context;
    struct atw_summary_group *group;
    struct atw_answer *answer;
    size_t index;

    if (!row)
        return ATW_OK;
    group = find_group(summary, row);
    if (!group)
        group = add_group(summary, row);
    if (!group)
        return no_memory(err);
    index = item->point * summary->n_replicates + item->replicate;
    answer = &group->answer[index];
    answer->truth = row->truth;
    answer->estimate = row->estimate;
    answer->std = row->std;
    memcpy(answer->interval_95, row->interval_95, sizeof answer->interval_95);
    return row->n_draws > 0 ? take_rank(summary, group, index, row, err) : ATW_OK;
}

enum atw_status atw_summary_create(struct atw_summary **out,
                                   const struct atw_ledger *ledger,
                                   struct atw_error *err)
{
    struct atw_summary *summary = calloc(1, sizeof *summary);
    const char *text = atw_ledger_text(ledger, "study");
    enum atw_status status;

    *out = NULL;
    if (!summary)
        return no_memory(err);
    summary->ledger = ledger;
    summary->design = atw_design_find(atw_ledger_text(ledger, "design"));
    summary->n_points = atw_ledger_point_count(ledger);
    summary->n_replicates = atw_ledger_replicate_count(ledger);
    summary->n_factors = atw_ledger_factor_count(ledger);
    status = atw_config_parse(&summary->study, &atw_study_schema, text, strlen(text),
                              atw_ledger_path(ledger), NULL, 0, err);
    if (status == ATW_OK)
        status = atw_ledger_count(&summary->counts, ledger, err);
    if (status == ATW_OK)
        status = atw_ledger_items(&summary->status, ledger, err);
    if (status == ATW_OK)
        status = atw_ledger_visit(ledger, take_row, summary, err);
    if (status == ATW_OK)
        *out = summary;
    else
        atw_summary_destroy(summary);
    return status;
}

void atw_summary_destroy(struct atw_summary *summary)
{
    if (!summary)
        return;
    for (size_t i = 0; i < summary->n_groups; i++) {
        free(summary->group[i].answer);
        free(summary->group[i].rank);
    }
    free(summary->group);
    free(summary->status);
    atw_config_destroy(summary->study);
    free(summary);
}

size_t atw_summary_count(const struct atw_summary *summary,
                         size_t point,
                         enum atw_item_status status)
{
    size_t count = 0;

    for (size_t i = 0; i < summary->n_replicates; i++)
        count += summary->status[point * summary->n_replicates + i] == status;
    return count;
}

static enum atw_status performance_of(struct atw_performance *performance,
                                      const struct atw_summary *summary,
                                      size_t group,
                                      size_t first,
                                      size_t count,
                                      struct atw_error *err)
{
    struct atw_answer *present = malloc((count + 1) * sizeof *present);
    size_t n = 0;

    if (!present)
        return no_memory(err);
    for (size_t i = first; i < first + count; i++)
        if (summary->status[i] != ATW_ITEM_MISSING)
            present[n++] = summary->group[group].answer[i];
    atw_performance_of(performance, present, n);
    free(present);
    return ATW_OK;
}

enum atw_status atw_summary_performance(struct atw_performance *performance,
                                        const struct atw_summary *summary,
                                        size_t group,
                                        size_t point,
                                        struct atw_error *err)
{
    size_t n = summary->n_replicates;

    return performance_of(performance, summary, group, point * n, n, err);
}

enum atw_status atw_summary_overall(struct atw_performance *performance,
                                    const struct atw_summary *summary,
                                    size_t group,
                                    struct atw_error *err)
{
    return performance_of(performance, summary, group, 0,
                          summary->n_points * summary->n_replicates, err);
}

double atw_summary_response(const struct atw_summary *summary, size_t group, size_t point)
{
    const struct atw_answer *answer =
        summary->group[group].answer + point * summary->n_replicates;
    double sum = 0.0;
    size_t n = 0;

    for (size_t i = 0; i < summary->n_replicates; i++)
        if (isfinite(answer[i].estimate)) {
            sum +=
                answer[i].estimate - (isfinite(answer[i].truth) ? answer[i].truth : 0.0);
            n++;
        }
    return n > 0 ? sum / (double)n : NAN;
}

/* ---- criteria ---- */

/* "joint" means "joint/A" and "joint/linear/B" too. */
static int is_about(const char *asked, const char *name)
{
    size_t length = strlen(asked);

    return length == 0 || (strncmp(name, asked, length) == 0 &&
                           (name[length] == '\0' || name[length] == '/'));
}

/* How far a measure is beyond what is asked; unknown ones are infinitely far. */
static double excess(const struct atw_verdict *verdict, double value)
{
    double beyond = -INFINITY;

    if (isnan(value))
        return INFINITY;
    if (!isnan(verdict->at_most))
        beyond = fabs(value) - verdict->at_most;
    if (!isnan(verdict->at_least))
        beyond = fmax(beyond, verdict->at_least - value);
    return beyond;
}

static void consider(struct atw_verdict *verdict,
                     const struct atw_summary_group *group,
                     size_t point,
                     const struct atw_measure *measure)
{
    double beyond = excess(verdict, measure->value);

    verdict->n_judged++;
    if (beyond > 0.0)
        verdict->is_met = 0;
    if (verdict->worst_estimator && beyond <= excess(verdict, verdict->worst.value))
        return;
    verdict->worst_estimator = group->estimator;
    verdict->worst = *measure;
    verdict->point = point;
}

static double limit_of(const struct atw_config *study, size_t index, const char *key)
{
    if (!atw_config_is_set(study, "criteria[%zu].%s", index, key))
        return NAN;
    return atw_config_number(study, "criteria[%zu].%s", index, key);
}

enum atw_status atw_summary_judge(struct atw_verdict *verdict,
                                  const struct atw_summary *summary,
                                  size_t index,
                                  struct atw_error *err)
{
    const struct atw_config *study = summary->study;
    enum atw_status status = ATW_OK;

    *verdict = (struct atw_verdict){
        .measure = atw_config_text(study, "criteria[%zu].measure", index),
        .estimator = atw_config_text(study, "criteria[%zu].estimator", index),
        .quantity = atw_config_text(study, "criteria[%zu].quantity", index),
        .at_most = limit_of(study, index, "at_most"),
        .at_least = limit_of(study, index, "at_least"),
        .is_met = 1,
        .worst = {NAN, NAN}};
    for (size_t g = 0; g < summary->n_groups; g++) {
        if (!is_about(verdict->estimator, summary->group[g].estimator) ||
            !is_about(verdict->quantity, summary->group[g].quantity))
            continue;
        for (size_t point = 0; point < summary->n_points && status == ATW_OK; point++) {
            struct atw_performance performance;
            struct atw_measure measure = {NAN, NAN};

            status = atw_summary_performance(&performance, summary, g, point, err);
            atw_performance_measure(&performance, verdict->measure, &measure);
            consider(verdict, &summary->group[g], point, &measure);
        }
    }
    if (verdict->n_judged == 0)
        verdict->is_met = 0;
    return status;
}
