/* plan, of a study: what it would cost, and how precise it would be, before it runs. */
#include "cli/plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "cli/values.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "io/json_file.h"
#include "study/pilot.h"

static enum atw_status read_options(struct atw_plan_arguments *arguments,
                                    struct atw_error *err)
{
    enum atw_status status;

    arguments->wanted = NAN;
    if (!arguments->mcse)
        return ATW_OK;
    status = atw_option_number(&arguments->wanted, "--mcse", arguments->mcse, err);
    if (status == ATW_OK && !(arguments->wanted > 0.0))
        status = atw_error_set(err, ATW_EUSAGE, "--mcse must be positive");
    return status;
}

/* What to expect of one answer. The error of a fraction is taken at 95 %. */
static json_t *answer_json(const struct atw_plan_arguments *arguments,
                           const struct atw_study *study,
                           const struct atw_pilot *pilot,
                           const struct atw_item_row *row)
{
    double n = (double)study->n_replicates, std = atw_pilot_std(pilot, row);
    json_t *json =
        json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "estimator", row->estimator,
                  "quantity", row->quantity, "pilot_std", atw_json_number(std),
                  "bias_mcse", atw_json_number(std / sqrt(n)), "empirical_se_mcse",
                  atw_json_number(n > 1.0 ? std / sqrt(2.0 * (n - 1.0)) : NAN),
                  "coverage_mcse", atw_json_number(sqrt(0.95 * 0.05 / n)));

    /* Kelvin, or the numbers of a test function. */
    if (!isnan(arguments->wanted) && strncmp(row->quantity, "Q_", 2) != 0)
        json_object_set_new(
            json, "replicates_needed",
            atw_json_number(atw_pilot_replicates(std, arguments->wanted)));
    return json;
}

static json_t *answers_json(const struct atw_plan_arguments *arguments,
                            const struct atw_study *study,
                            const struct atw_pilot *pilot)
{
    json_t *answers = json_array();
    size_t i = 0;

    while (i < pilot->n_items && pilot->result[i].n_rows == 0)
        i++;
    for (size_t row = 0; i < pilot->n_items && row < pilot->result[i].n_rows; row++)
        json_array_append_new(
            answers, answer_json(arguments, study, pilot, &pilot->result[i].row[row]));
    return answers;
}

static json_t *plan_json(const struct atw_plan_arguments *arguments,
                         const struct atw_study *study,
                         const struct atw_pilot *pilot)
{
    double n_items = (double)study->points.n_points * (double)study->n_replicates;
    double jobs = (double)arguments->jobs;

    return json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:{s:I, s:I, s:o, s:o}, s:I, s:o, s:o, s:o, s:o, "
        "s:o}",
        "schema", "alloytwin-plan/1", "study", study->name, "points",
        (json_int_t)study->points.n_points, "replicates", (json_int_t)study->n_replicates,
        "items", (json_int_t)n_items, "pilot", "items", (json_int_t)pilot->n_items,
        "failed", (json_int_t)pilot->n_failed, "cost_s", atw_json_number(pilot->cost_s),
        "cost_std_s", atw_json_number(pilot->cost_std_s), "jobs", (json_int_t)jobs,
        "processor_s", atw_json_number(n_items * pilot->cost_s), "elapsed_s",
        atw_json_number(ceil(n_items / jobs) * pilot->elapsed_s), "memory_bytes",
        atw_json_number(jobs * (double)pilot->memory_bytes), "ledger_bytes",
        atw_json_number(pilot->ledger_bytes), "answers",
        answers_json(arguments, study, pilot));
}

static void print_time(const char *label, double time_s)
{
    if (time_s < 120.0)
        printf("%-24s %.3g s\n", label, time_s);
    else if (time_s < 7200.0)
        printf("%-24s %.3g min\n", label, time_s / 60.0);
    else
        printf("%-24s %.3g h\n", label, time_s / 3600.0);
}

static double number(const json_t *json, const char *key)
{
    const json_t *value = json_object_get(json, key);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void print_answers(const json_t *answers, int has_wanted)
{
    const json_t *answer;
    size_t i;

    printf("\nMonte Carlo errors to expect at a point, from the standard deviations that "
           "the pilot reports\n%-30s %-12s %10s %10s %10s %10s%s\n",
           "estimator", "quantity", "std", "bias", "emp. SE", "cover 95%",
           has_wanted ? "  replicates needed" : "");
    json_array_foreach(answers, i, answer)
    {
        printf("%-30s %-12s %10.4g %10.2g %10.2g %10.2g",
               json_string_value(json_object_get(answer, "estimator")),
               json_string_value(json_object_get(answer, "quantity")),
               number(answer, "pilot_std"), number(answer, "bias_mcse"),
               number(answer, "empirical_se_mcse"), number(answer, "coverage_mcse"));
        if (!isnan(number(answer, "replicates_needed")))
            printf("  %17.0f", number(answer, "replicates_needed"));
        putchar('\n');
    }
}

static void print_plan(const json_t *plan, int has_wanted)
{
    const json_t *pilot = json_object_get(plan, "pilot");

    printf("%s: %.0f points of %.0f replicates, %.0f items\n",
           json_string_value(json_object_get(plan, "study")), number(plan, "points"),
           number(plan, "replicates"), number(plan, "items"));
    printf("%-24s %.0f items, %.0f failed, %.3g s of processor time each\n", "pilot",
           number(pilot, "items"), number(pilot, "failed"), number(pilot, "cost_s"));
    print_time("processor time", number(plan, "processor_s"));
    printf("with %.0f processes\n", number(plan, "jobs"));
    print_time("  time", number(plan, "elapsed_s"));
    printf("%-24s %.3g MiB\n", "  memory, at most",
           number(plan, "memory_bytes") / 1048576.0);
    printf("%-24s %.3g MiB\n", "ledger", number(plan, "ledger_bytes") / 1048576.0);
    print_answers(json_object_get(plan, "answers"), has_wanted);
}

static enum atw_status plan(const struct atw_plan_arguments *arguments,
                            const struct atw_study *study,
                            struct atw_error *err)
{
    size_t n_items = study->points.n_points * study->n_replicates;
    struct atw_pilot pilot;
    json_t *json;
    enum atw_status status = atw_pilot_run(
        &pilot, study, arguments->n_pilot < n_items ? arguments->n_pilot : n_items, err);

    if (status != ATW_OK)
        return status;
    json = plan_json(arguments, study, &pilot);
    if (!json)
        status = atw_error_set(err, ATW_ENOMEM, "plan: out of memory");
    else if (arguments->common.json)
        json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    else
        print_plan(json, !isnan(arguments->wanted));
    for (size_t i = 0; i < pilot.n_items; i++)
        if (pilot.result[i].status == ATW_ITEM_FAILED)
            atw_warn("pilot item point=%u,replicate=%u failed: %s",
                     pilot.result[i].item.point, pilot.result[i].item.replicate,
                     pilot.result[i].error);
    json_decref(json);
    atw_pilot_clear(&pilot);
    return status;
}

enum atw_status atw_plan_study(struct atw_plan_arguments *arguments,
                               struct atw_error *err)
{
    struct atw_study *study = NULL;
    enum atw_status status;

    if (arguments->jobs == 0)
        arguments->jobs = atw_parallel_thread_count();
    if (arguments->common.threads == 0) /* as `study` does */
        atw_parallel_set_thread_count(1);
    status = read_options(arguments, err);
    if (status == ATW_OK)
        status = atw_study_load(&study, arguments->input, arguments->common.overrides,
                                arguments->common.n_overrides, err);
    if (status == ATW_OK)
        status = plan(arguments, study, err);
    atw_study_destroy(study);
    return status;
}
