/* Pilot items, timed in a worker of their own. */
#include "study/pilot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/timing.h"
#include "study/crew.h"

#define WAIT_S 1.0
/* What SQLite needs around the values: cells, keys, integers, half-filled pages. */
#define ITEM_BYTES 30.0
#define ANSWER_BYTES 22.0
#define FACTOR_BYTES 18.0
#define EMPTY_BYTES 32768.0

/* A number that is known takes eight bytes, a whole one less. */
static double number_bytes(double value)
{
    if (isnan(value))
        return 0.0;
    return value == rint(value) && fabs(value) < 1e9 ? 2.0 : 8.0;
}

static double row_bytes(const struct atw_item_row *row)
{
    double bytes = ANSWER_BYTES + (double)(strlen(row->estimator) +
                                           strlen(row->quantity) + strlen(row->status));

    bytes += number_bytes(row->truth) + number_bytes(row->estimate);
    bytes += number_bytes(row->std);
    for (int i = 0; i < 2; i++)
        bytes += number_bytes(row->interval_68[i]) + number_bytes(row->interval_95[i]);
    return bytes;
}

static double estimate_ledger(const struct atw_pilot *pilot,
                              const struct atw_study *study)
{
    double answers = 0.0, factors = 0.0;
    char value[ATW_FACTOR_TEXT_SIZE];

    for (size_t i = 0; i < pilot->n_items; i++)
        for (size_t row = 0; row < pilot->result[i].n_rows; row++)
            answers += row_bytes(&pilot->result[i].row[row]) / (double)pilot->n_items;
    for (size_t i = 0; i < study->n_factors; i++) {
        atw_study_value_text(study, 0, i, value);
        factors += FACTOR_BYTES + (double)(strlen(study->factor[i].key) + strlen(value));
    }
    return EMPTY_BYTES +
           (double)study->points.n_points *
               (factors + (double)study->n_replicates * (ITEM_BYTES + answers));
}

/* Item i of the pilot: spread over the points, and over the replicates too. */
static struct atw_item choose(const struct atw_study *study, size_t i, size_t n_items)
{
    double total = (double)study->points.n_points * (double)study->n_replicates;
    size_t index = (size_t)(((double)i + 0.5) / (double)n_items * total);

    return (struct atw_item){(uint32_t)(index / study->n_replicates),
                             (uint32_t)(index % study->n_replicates)};
}

static enum atw_status run_one(struct atw_item_result *result,
                               struct atw_crew *crew,
                               const struct atw_item *item,
                               struct atw_error *err)
{
    struct atw_crew_event event = {0};
    const struct atw_order order = {.item = *item};
    enum atw_status status = crew->kind->give(crew, 0, &order, err);

    while (status == ATW_OK && event.kind == ATW_CREW_NOTHING)
        status = crew->kind->wait(crew, WAIT_S, &event, err);
    if (status != ATW_OK)
        return status;
    *result = event.result;
    if (event.kind == ATW_CREW_DEATH) {
        result->item = *item;
        result->status = ATW_ITEM_FAILED;
        result->cost_s = NAN;
        memcpy(result->error, event.reason, sizeof result->error);
    }
    return ATW_OK;
}

static void sum_up(struct atw_pilot *pilot)
{
    double sum = 0.0, square = 0.0;
    size_t n = 0;

    for (size_t i = 0; i < pilot->n_items; i++) {
        pilot->n_failed += pilot->result[i].status == ATW_ITEM_FAILED;
        if (isnan(pilot->result[i].cost_s))
            continue;
        sum += pilot->result[i].cost_s;
        n++;
    }
    pilot->cost_s = n > 0 ? sum / (double)n : NAN;
    for (size_t i = 0; i < pilot->n_items; i++)
        if (!isnan(pilot->result[i].cost_s))
            square += pow(pilot->result[i].cost_s - pilot->cost_s, 2.0);
    pilot->cost_std_s = n > 1 ? sqrt(square / (double)(n - 1)) : NAN;
}

enum atw_status atw_pilot_run(struct atw_pilot *pilot,
                              const struct atw_study *study,
                              size_t n_items,
                              struct atw_error *err)
{
    struct atw_crew *crew = NULL;
    struct rusage usage;
    double start_s;
    enum atw_status status;

    memset(pilot, 0, sizeof *pilot);
    if (n_items < 1 || n_items > study->points.n_points * study->n_replicates)
        return atw_error_set(err, ATW_EINVAL,
                             "a pilot of %zu items: the study has %zu; at least one",
                             n_items, study->points.n_points * study->n_replicates);
    pilot->result = calloc(n_items, sizeof *pilot->result);
    if (!pilot->result)
        return atw_error_set(err, ATW_ENOMEM, "pilot: out of memory");
    status = atw_crew_fork(&crew, study, 1, NULL, 0, err);
    start_s = atw_now_s();
    for (; status == ATW_OK && pilot->n_items < n_items; pilot->n_items++) {
        struct atw_item item = choose(study, pilot->n_items, n_items);

        status = run_one(&pilot->result[pilot->n_items], crew, &item, err);
    }
    pilot->elapsed_s = (atw_now_s() - start_s) / (double)n_items;
    if (crew)
        crew->kind->dismiss(crew, 0);
    if (status != ATW_OK) {
        atw_pilot_clear(pilot);
        return status;
    }
    getrusage(RUSAGE_CHILDREN, &usage);
    pilot->memory_bytes = (size_t)usage.ru_maxrss * 1024;
    sum_up(pilot);
    pilot->ledger_bytes = estimate_ledger(pilot, study);
    return ATW_OK;
}

void atw_pilot_clear(struct atw_pilot *pilot)
{
    for (size_t i = 0; i < pilot->n_items; i++)
        atw_item_result_clear(&pilot->result[i]);
    free(pilot->result);
    memset(pilot, 0, sizeof *pilot);
}

double atw_pilot_std(const struct atw_pilot *pilot, const struct atw_item_row *row)
{
    double sum = 0.0;
    size_t n = 0;

    for (size_t i = 0; i < pilot->n_items; i++)
        for (size_t k = 0; k < pilot->result[i].n_rows; k++) {
            const struct atw_item_row *other = &pilot->result[i].row[k];

            if (strcmp(other->estimator, row->estimator) != 0 ||
                strcmp(other->quantity, row->quantity) != 0 || !isfinite(other->std))
                continue;
            sum += other->std;
            n++;
        }
    return n > 0 ? sum / (double)n : NAN;
}

double atw_pilot_replicates(double std, double wanted)
{
    return isnan(std) ? NAN : fmax(2.0, ceil(pow(std / wanted, 2.0)));
}
