/* study: run an ensemble, or go on with one. */
#include "cli/commands.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/values.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "study/ensemble.h"
#include "study/outcome.h"
#include "study/pending.h"

enum {
    KEY_RESUME = 0x2001,
    KEY_EXTEND,
    KEY_SHARD,
    KEY_ONLY,
    KEY_MAX_TIME,
    KEY_RETRY,
    KEY_PROGRESS
};

struct arguments {
    struct atw_common common;
    const char *study, *max_time, *progress;
    size_t jobs;
    int resume, extend, has_only;
    struct atw_item only;
    struct atw_ensemble_options options;
};

static const struct argp_option options[] = {
    {"jobs", 'j', "N", 0, "worker processes (default: one per processor)", 0},
    {"resume", KEY_RESUME, NULL, 0, "go on with what is missing; start if there is none",
     0},
    {"extend", KEY_EXTEND, NULL, 0, "resume with more replicates than before", 0},
    {"retry-failed", KEY_RETRY, NULL, 0, "resume and try failed items again", 0},
    {"shard", KEY_SHARD, "I/N", 0, "the I-th of N parts, each with its own ledger", 0},
    {"only", KEY_ONLY, "point=P,replicate=R", 0, "run and print one item; no ledger", 0},
    {"max-time", KEY_MAX_TIME, "TIME", 0, "stop in time, such as \"3.8 h\"", 0},
    {"progress", KEY_PROGRESS, "FILE", 0, "write progress as key=value blocks", 0},
    {0}};

static void
parse_shard(struct arguments *arguments, const char *text, const struct argp_state *state)
{
    size_t index, count;
    char rest;

    if (sscanf(text, "%zu/%zu%c", &index, &count, &rest) != 2 || index < 1 ||
        index > count)
        argp_error(state, "--shard '%s': give I/N with I from 1 to N, such as 3/8", text);
    arguments->options.shard = index - 1;
    arguments->options.n_shards = count;
}

static void
parse_only(struct arguments *arguments, const char *text, const struct argp_state *state)
{
    char rest;

    arguments->has_only = 1;
    if (sscanf(text, "point=%u,replicate=%u%c", &arguments->only.point,
               &arguments->only.replicate, &rest) != 2)
        argp_error(state, "--only '%s': give point=P,replicate=R", text);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case 'j':
        arguments->jobs = atw_common_count(state, "--jobs", argument, 1, 4096);
        return 0;
    case KEY_RESUME:
        arguments->resume = 1;
        return 0;
    case KEY_EXTEND:
        arguments->resume = arguments->extend = 1;
        return 0;
    case KEY_RETRY:
        arguments->resume = arguments->options.retry_failed = 1;
        return 0;
    case KEY_SHARD:
        parse_shard(arguments, argument, state);
        return 0;
    case KEY_ONLY:
        parse_only(arguments, argument, state);
        return 0;
    case KEY_MAX_TIME:
        arguments->max_time = argument;
        return 0;
    case KEY_PROGRESS:
        arguments->progress = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->study)
            argp_error(state, "one study at a time");
        arguments->study = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->study)
            argp_error(state, "name the study file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- one item ---- */

/* How to see this item as a whole run. */
static void print_recipe(const struct atw_study *study, const struct atw_item *item)
{
    unsigned long long seed = (unsigned long long)atw_study_item_seed(study, item);

    if (!study->scenario_path)
        return;
    printf("alloytwin run '%s' -o DIR --seed %llu --set 'analysis.noise_seed=%llu'",
           study->scenario_path, seed, seed);
    for (size_t i = 0; i < study->n_settings; i++)
        printf(" --set '%s'", study->setting[i]);
    for (size_t i = 0; i < study->n_factors; i++) {
        char value[ATW_FACTOR_TEXT_SIZE];

        atw_study_value_text(study, item->point, i, value);
        printf(" --set '%s=%s'", study->factor[i].key, value);
    }
    putchar('\n');
}

static enum atw_status run_only(const struct atw_study *study,
                                const struct atw_item *item,
                                struct atw_error *err)
{
    struct atw_item_result result;
    enum atw_status status = ATW_OK;
    void *state = NULL;

    if (item->point >= study->points.n_points || item->replicate >= study->n_replicates)
        return atw_error_set(err, ATW_EUSAGE,
                             "--only: the study has points 0 to %zu and replicates 0 to "
                             "%zu",
                             study->points.n_points - 1, study->n_replicates - 1);
    atw_crew_work(&result, study, item, &state);
    if (study->outcome->close)
        study->outcome->close(state);
    printf("%-30s %-12s %12s %12s %10s  %s\n", "estimator", "quantity", "truth",
           "estimate", "std", "status");
    for (size_t i = 0; i < result.n_rows; i++)
        printf("%-30s %-12s %12.6g %12.6g %10.4g  %s\n", result.row[i].estimator,
               result.row[i].quantity, result.row[i].truth, result.row[i].estimate,
               result.row[i].std, result.row[i].status);
    print_recipe(study, item);
    if (result.status == ATW_ITEM_FAILED)
        status = atw_error_set(err, ATW_EDIVERGED, "the item failed: %s", result.error);
    atw_item_result_clear(&result);
    return status;
}

/* ---- the ledger ---- */

static int is_empty_file(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size == 0;
}

/* A start that was killed at once leaves an empty file. */
static enum atw_status start_ledger(struct atw_ledger **ledger,
                                    const struct arguments *arguments,
                                    const struct atw_study *study,
                                    struct atw_error *err)
{
    const char *path = arguments->common.output;
    enum atw_status status = atw_ledger_create(
        ledger, path, study, arguments->common.force || is_empty_file(path), err);

    if (status == ATW_OK)
        atw_pending_remove(path); /* of a ledger that is no more */
    return status;
}

static enum atw_status go_on(struct atw_ledger *ledger,
                             const struct arguments *arguments,
                             const struct atw_study *study,
                             struct atw_error *err)
{
    enum atw_status status = atw_ledger_check_study(ledger, study, err);

    if (status == ATW_OK && arguments->extend)
        status = atw_ledger_extend(ledger, study->n_replicates, err);
    if (status == ATW_OK && study->n_replicates != atw_ledger_replicate_count(ledger))
        status =
            atw_error_set(err, ATW_EINPUT,
                          "%s: has %zu replicates of every point, the study asks for "
                          "%zu; --extend adds the rest",
                          atw_ledger_path(ledger), atw_ledger_replicate_count(ledger),
                          study->n_replicates);
    return status;
}

static enum atw_status open_ledger(struct atw_ledger **ledger,
                                   const struct arguments *arguments,
                                   const struct atw_study *study,
                                   struct atw_error *err)
{
    const char *path = arguments->common.output;
    enum atw_status status;

    if (!arguments->resume || access(path, F_OK) != 0 || is_empty_file(path))
        return start_ledger(ledger, arguments, study, err);
    status = atw_ledger_open(ledger, path, ATW_LEDGER_WRITE, err);
    if (status == ATW_OK)
        status = go_on(*ledger, arguments, study, err);
    return status;
}

/* ---- the run ---- */

static enum atw_status read_options(struct arguments *arguments, struct atw_error *err)
{
    struct atw_ensemble_options *o = &arguments->options;
    enum atw_status status = ATW_OK;

    if (arguments->max_time)
        status = atw_option_quantity(&o->max_time_s, "--max-time", arguments->max_time,
                                     "s", err);
    if (status == ATW_OK && !(o->max_time_s > 0.0))
        status = atw_error_set(err, ATW_EUSAGE, "--max-time must be positive");
    if (status == ATW_OK && !arguments->has_only)
        status = atw_common_need_output(&arguments->common, err);
    if (status == ATW_OK && arguments->common.force && arguments->resume)
        status = atw_error_set(err, ATW_EUSAGE,
                               "--force starts anew and --resume goes on; give one");
    if (status == ATW_OK && arguments->progress) {
        o->progress = fopen(arguments->progress, "w");
        if (!o->progress)
            status = atw_error_set(err, ATW_EOUTPUT, "%s: %m", arguments->progress);
    }
    return status;
}

static enum atw_status gather(struct atw_crew **crew,
                              const struct arguments *arguments,
                              const struct atw_study *study,
                              struct atw_error *err)
{
    if (atw_ranks_count() > 1)
        return atw_crew_ranks(crew, err);
    return atw_crew_fork(crew, study, arguments->jobs, arguments->common.output, 0, err);
}

static enum atw_status run_items(struct atw_ledger *ledger,
                                 const struct arguments *arguments,
                                 const struct atw_study *study,
                                 struct atw_error *err)
{
    struct atw_crew *crew = NULL;
    enum atw_status status = gather(&crew, arguments, study, err);

    if (status != ATW_OK)
        return status;
    atw_log("%zu points of %zu replicates, %zu workers (%s)", study->points.n_points,
            study->n_replicates, crew->n_workers, atw_ranks_describe());
    status = atw_ensemble_run(ledger, study, crew, &arguments->options, err);
    crew->kind->dismiss(crew, status == ATW_ESTOPPED);
    return status;
}

/* Rank 0, and a program without ranks. */
static enum atw_status lead(struct arguments *arguments, struct atw_error *err)
{
    struct atw_study *study = NULL;
    struct atw_ledger *ledger = NULL;
    enum atw_status status = read_options(arguments, err);

    if (status == ATW_OK)
        status = atw_study_load(&study, arguments->study, arguments->common.overrides,
                                arguments->common.n_overrides, err);
    if (status == ATW_OK && !arguments->has_only)
        status = open_ledger(&ledger, arguments, study, err);
    if (atw_ranks_agree(ledger && status == ATW_OK))
        status = run_items(ledger, arguments, study, err);
    else if (status == ATW_OK)
        status = run_only(study, &arguments->only, err);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
    return status;
}

/* The other ranks: read the study once rank 0 has found it good. */
static enum atw_status follow(const struct arguments *arguments, struct atw_error *err)
{
    struct atw_study *study = NULL;
    enum atw_status status;

    atw_progress_set_quiet(1);
    if (!atw_ranks_agree(0))
        return ATW_OK;
    status = atw_study_load(&study, arguments->study, arguments->common.overrides,
                            arguments->common.n_overrides, err);
    if (status == ATW_OK)
        status = atw_ranks_serve(study, arguments->common.output, err);
    else
        atw_ranks_all(0);
    atw_study_destroy(study);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {.options = ATW_ENSEMBLE_DEFAULTS};
    enum atw_status status = atw_ranks_begin(&argc, &argv, err);

    if (status != ATW_OK)
        goto cleanup;
    atw_common_parse(
        &arguments.common, options, parse, "STUDY -o FILE.db",
        "Run what a study asks for and the ledger FILE.db lacks. Interrupted (SIGINT, "
        "SIGTERM, --max-time) it keeps what is done and ends with exit code 75. Under "
        "mpirun, if built with MPI, rank 0 writes and the others work.",
        argc, argv, &arguments);
    if (arguments.jobs == 0)
        arguments.jobs = atw_parallel_thread_count();
    if (arguments.common.threads == 0) /* processes are better than threads here */
        atw_parallel_set_thread_count(1);
    status = atw_ranks_rank() == 0 ? lead(&arguments, err) : follow(&arguments, err);
    if (arguments.options.progress && fclose(arguments.options.progress) != 0)
        atw_warn("%s: could not be written", arguments.progress);
cleanup:
    atw_ranks_end();
    return status;
}

const struct atw_command atw_command_study = {
    "study", "run an ensemble of scenarios into a ledger", run};
