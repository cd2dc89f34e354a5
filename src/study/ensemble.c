/* The engine: a loop over idle workers, events, the clock and signals. */
#include "study/ensemble.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/progress.h"
#include "core/timing.h"
#include "study/pending.h"

/* How long running items may take after a signal; a second signal ends it at once.
 * Slurm gives 30 s between SIGTERM and SIGKILL. */
#define GRACE_S 10.0
/* A commit costs a few synchronous writes; so much of the time it may take. */
#define COMMIT_SHARE 0.05
#define WAIT_S 0.2
#define PROGRESS_INTERVAL_S 1.0

struct slot {
    int is_busy;
    struct atw_item item;
    unsigned attempts;
    double start_s;
};

struct engine {
    struct atw_ledger *ledger;
    const struct atw_study *study;
    struct atw_crew *crew;
    const struct atw_ensemble_options *options;
    struct slot *slot; /* [n_workers] */
    size_t n_busy;
    struct atw_item *queue; /* [n_queued], the missing items */
    size_t n_queued, next, n_done, n_failed;
    double item_s;              /* that the items done so far took in all */
    double start_s, deadline_s; /* deadline of running items; infinite until stopping */
    double commit_s, commit_end_s; /* length and end of the last commit */
    double progress_s;
    int is_stopping;
};

static volatile sig_atomic_t signals_seen;

static void note_signal(int number)
{
    (void)number;
    signals_seen++;
}

static enum atw_status list_missing(struct engine *engine, struct atw_error *err)
{
    size_t n_replicates = atw_ledger_replicate_count(engine->ledger);
    size_t n = atw_ledger_point_count(engine->ledger) * n_replicates;
    unsigned char *items = NULL;
    enum atw_status status = atw_ledger_items(&items, engine->ledger, err);

    if (status == ATW_OK) {
        engine->queue =
            malloc((n / engine->options->n_shards + 1) * sizeof(struct atw_item));
        if (!engine->queue)
            status = atw_error_set(err, ATW_ENOMEM, "study: out of memory");
    }
    for (size_t i = engine->options->shard; status == ATW_OK && i < n;
         i += engine->options->n_shards)
        if (items[i] == ATW_ITEM_MISSING ||
            (items[i] == ATW_ITEM_FAILED && engine->options->retry_failed))
            engine->queue[engine->n_queued++] = (struct atw_item){
                (uint32_t)(i / n_replicates), (uint32_t)(i % n_replicates)};
    free(items);
    return status;
}

/* Commit at once while that takes no more than its share of the time, which a million
 * quick items would spend waiting for the disk. They are safe meanwhile: workers keep
 * what they finish. */
static enum atw_status commit_if_due(struct engine *engine, struct atw_error *err)
{
    double start_s = atw_now_s();
    enum atw_status status;

    if (start_s - engine->commit_end_s < engine->commit_s / COMMIT_SHARE)
        return ATW_OK;
    status = atw_ledger_commit(engine->ledger, err);
    engine->commit_end_s = atw_now_s();
    engine->commit_s = engine->commit_end_s - start_s;
    return status;
}

static enum atw_status
keep(struct engine *engine, const struct atw_item_result *result, struct atw_error *err)
{
    engine->n_done++;
    engine->n_failed += result->status == ATW_ITEM_FAILED;
    atw_progress_step();
    return atw_ledger_record(engine->ledger, result, err);
}

static enum atw_status keep_failure(struct engine *engine,
                                    const struct slot *slot,
                                    const char *reason,
                                    struct atw_error *err)
{
    struct atw_item_result result = {.item = slot->item,
                                     .status = ATW_ITEM_FAILED,
                                     .attempts = slot->attempts,
                                     .cost_s = NAN};

    result.seed = atw_study_item_seed(engine->study, &slot->item);
    snprintf(result.error, sizeof result.error, "%.500s", reason);
    return keep(engine, &result, err);
}

static enum atw_status give(struct engine *engine, size_t worker, struct atw_error *err)
{
    struct slot *slot = &engine->slot[worker];
    const struct atw_order order = {slot->item, !atw_ledger_has_pending(engine->ledger)};
    enum atw_status status;

    slot->attempts++;
    slot->start_s = atw_now_s();
    status = engine->crew->kind->give(engine->crew, worker, &order, err);
    if (status == ATW_OK && !slot->is_busy) {
        slot->is_busy = 1;
        engine->n_busy++;
    }
    return status;
}

static enum atw_status hand_out(struct engine *engine, struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < engine->crew->n_workers && status == ATW_OK &&
                       engine->next < engine->n_queued;
         i++)
        if (!engine->slot[i].is_busy) {
            engine->slot[i] = (struct slot){.item = engine->queue[engine->next++]};
            status = give(engine, i, err);
        }
    return status;
}

static void release(struct engine *engine, size_t worker)
{
    engine->slot[worker].is_busy = 0;
    engine->item_s += atw_now_s() - engine->slot[worker].start_s;
    engine->n_busy--;
}

/* A dead process may have been the machine's fault: try again before blaming the item. */
static enum atw_status
bury(struct engine *engine, const struct atw_crew_event *event, struct atw_error *err)
{
    struct slot *slot = &engine->slot[event->worker];

    if (slot->attempts < engine->study->attempts && !engine->is_stopping)
        return give(engine, event->worker, err);
    release(engine, event->worker);
    if (engine->is_stopping && slot->attempts < engine->study->attempts)
        return ATW_OK;
    return keep_failure(engine, slot, event->reason, err);
}

static enum atw_status
handle(struct engine *engine, struct atw_crew_event *event, struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    if (event->kind == ATW_CREW_DEATH)
        status = bury(engine, event, err);
    if (event->kind == ATW_CREW_RESULT) {
        event->result.attempts = engine->slot[event->worker].attempts;
        release(engine, event->worker);
        status = keep(engine, &event->result, err);
    }
    atw_item_result_clear(&event->result);
    return status;
}

/* Items that take longer than the study allows. */
static enum atw_status stop_slow_items(struct engine *engine, struct atw_error *err)
{
    enum atw_status status = ATW_OK;
    double now = atw_now_s();

    if (!engine->crew->kind->drop || isinf(engine->study->item_time_s))
        return ATW_OK;
    for (size_t i = 0; i < engine->crew->n_workers && status == ATW_OK; i++) {
        struct slot *slot = &engine->slot[i];
        char reason[96];

        if (!slot->is_busy || now - slot->start_s < engine->study->item_time_s)
            continue;
        snprintf(reason, sizeof reason, "took longer than limits.item_time, %g s",
                 engine->study->item_time_s);
        status = engine->crew->kind->drop(engine->crew, i, err);
        release(engine, i);
        if (status == ATW_OK)
            status = keep_failure(engine, slot, reason, err);
    }
    return status;
}

/* Whether to stop handing out, and until when running items may take. An item is not
 * begun if the time left is shorter than items took so far. */
static void watch_clock(struct engine *engine)
{
    double now = atw_now_s(), end_s = engine->start_s + engine->options->max_time_s;
    double expected_s = engine->n_done ? engine->item_s / (double)engine->n_done : 0.0;

    if (!engine->is_stopping && signals_seen > 0) {
        engine->is_stopping = 1;
        engine->deadline_s = fmin(now + GRACE_S, end_s);
        atw_log("stopping: %zu running items have %.0f s", engine->n_busy,
                engine->deadline_s - now);
    }
    if (!engine->is_stopping && now + expected_s >= end_s) {
        engine->is_stopping = 1;
        engine->deadline_s = end_s;
    }
    if (signals_seen > 1)
        engine->deadline_s = now;
}

static void report_progress(struct engine *engine, int is_end)
{
    double now = atw_now_s(), elapsed_s = now - engine->start_s;
    double rate = elapsed_s > 0.0 ? (double)engine->n_done / elapsed_s : 0.0;
    size_t left = engine->n_queued - engine->n_done;

    if (!engine->options->progress ||
        (!is_end && now - engine->progress_s < PROGRESS_INTERVAL_S))
        return;
    engine->progress_s = now;
    fprintf(engine->options->progress,
            "done=%zu\nfailed=%zu\nrunning=%zu\nleft=%zu\nelapsed_s=%.3f\n"
            "items_per_s=%.6g\neta_s=%.3f\nprogress=%s\n",
            engine->n_done, engine->n_failed, engine->n_busy, left, elapsed_s, rate,
            rate > 0.0 ? (double)left / rate : 0.0, is_end ? "end" : "continue");
    fflush(engine->options->progress);
}

static enum atw_status run_items(struct engine *engine, struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    while (status == ATW_OK) {
        struct atw_crew_event event;

        watch_clock(engine);
        if (!engine->is_stopping)
            status = hand_out(engine, err);
        if (status != ATW_OK || engine->n_busy == 0 || atw_now_s() >= engine->deadline_s)
            break;
        status = engine->crew->kind->wait(engine->crew, WAIT_S, &event, err);
        if (status == ATW_OK)
            status = handle(engine, &event, err);
        if (status == ATW_OK)
            status = stop_slow_items(engine, err);
        if (status == ATW_OK)
            status = commit_if_due(engine, err);
        report_progress(engine, 0);
    }
    return status;
}

static enum atw_status judge(const struct engine *engine, struct atw_error *err)
{
    struct atw_ledger_counts counts;
    enum atw_status status = atw_ledger_count(&counts, engine->ledger, err);

    if (status != ATW_OK)
        return status;
    if (engine->n_done < engine->n_queued)
        return atw_error_set(err, ATW_ESTOPPED,
                             "stopped early: %zu of %zu items are done, %zu failed; "
                             "--resume goes on",
                             counts.done, counts.wanted, counts.failed);
    if ((double)counts.failed >
        engine->study->failed_fraction * (double)(counts.done + counts.failed))
        return atw_error_set(err, ATW_EREPLICATES,
                             "%zu of %zu items failed, more than limits.failed_fraction "
                             "%g allows; `alloytwin status` shows the reasons",
                             counts.failed, counts.done + counts.failed,
                             engine->study->failed_fraction);
    return ATW_OK;
}

/* Catch signals while the items run; what was there before is put back. */
static enum atw_status run_watched(struct engine *engine, struct atw_error *err)
{
    struct sigaction catcher = {.sa_handler = note_signal}, old_int, old_term, old_pipe;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    enum atw_status status;

    signals_seen = 0;
    sigemptyset(&catcher.sa_mask);
    sigaction(SIGINT, &catcher, &old_int);
    sigaction(SIGTERM, &catcher, &old_term);
    sigaction(SIGPIPE, &ignore, &old_pipe);
    atw_progress_begin("study", engine->n_queued);
    status = run_items(engine, err);
    atw_progress_end();
    if (status == ATW_OK)
        status = atw_ledger_commit(engine->ledger, err);
    if (status == ATW_OK && engine->n_busy == 0)
        atw_pending_remove(atw_ledger_path(engine->ledger));
    report_progress(engine, 1);
    sigaction(SIGINT, &old_int, NULL);
    sigaction(SIGTERM, &old_term, NULL);
    sigaction(SIGPIPE, &old_pipe, NULL);
    return status;
}

enum atw_status atw_ensemble_run(struct atw_ledger *ledger,
                                 const struct atw_study *study,
                                 struct atw_crew *crew,
                                 const struct atw_ensemble_options *options,
                                 struct atw_error *err)
{
    struct engine engine = {.ledger = ledger,
                            .study = study,
                            .crew = crew,
                            .options = options,
                            .start_s = atw_now_s(),
                            .deadline_s = INFINITY};
    size_t n_recovered = 0;
    enum atw_status status;

    engine.slot = calloc(crew->n_workers, sizeof *engine.slot);
    if (!engine.slot)
        return atw_error_set(err, ATW_ENOMEM, "study: out of memory");
    status = atw_pending_recover(&n_recovered, ledger, study, err);
    if (n_recovered > 0)
        atw_log("%zu items had been finished before an interruption", n_recovered);
    if (status == ATW_OK)
        status = list_missing(&engine, err);
    if (status == ATW_OK)
        status = run_watched(&engine, err);
    if (status == ATW_OK)
        status = judge(&engine, err);
    free(engine.slot);
    free(engine.queue);
    return status;
}
