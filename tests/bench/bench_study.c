/* What engine and ledger cost for each item, what memory 200,000 items take, and how
 * items of a second scale over two processes. Targets: 2 ms an item, 512 MiB, 1.9. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/progress.h"
#include "core/timing.h"
#include "study/ensemble.h"
#include "study/outcome.h"

enum { NULL_ITEMS = 200000, LONG_ITEMS = 8 };
#define LONG_S 1.0

static char study_path[64], ledger_path[64];

static int write_study(int n_items)
{
    FILE *file = fopen(study_path, "w");

    if (!file)
        return 0;
    fprintf(file,
            "format: alloytwin-study/1\nname: bench\noutcome: \"null\"\nreplicates: %d\n"
            "factors:\n  - {key: x1, values: [0]}\n",
            n_items);
    return fclose(file) == 0;
}

/* Processor time, not sleep: what competes on a loaded machine. */
static enum atw_status work_a_second(struct atw_item_result *result,
                                     const struct atw_study *study,
                                     void **state,
                                     struct atw_error *err)
{
    double start_s = atw_processor_s();

    (void)result;
    (void)study;
    (void)state;
    (void)err;
    while (atw_processor_s() - start_s < LONG_S)
        ;
    return ATW_OK;
}

/* Seconds from the empty ledger to the last commit; negative on failure. */
static double time_study(int n_items, size_t n_workers, const struct atw_outcome *outcome)
{
    const struct atw_ensemble_options options = ATW_ENSEMBLE_DEFAULTS;
    struct atw_error err = {0};
    struct atw_study *study = NULL;
    struct atw_ledger *ledger = NULL;
    struct atw_crew *crew = NULL;
    double start_s = 0.0;
    enum atw_status status = ATW_EOUTPUT;

    unlink(ledger_path);
    if (write_study(n_items))
        status = atw_study_load(&study, study_path, NULL, 0, &err);
    if (status == ATW_OK && outcome)
        study->outcome = outcome;
    if (status == ATW_OK)
        status = atw_ledger_create(&ledger, ledger_path, study, 0, &err);
    if (status == ATW_OK)
        status = atw_crew_fork(&crew, study, n_workers, ledger_path, 0, &err);
    start_s = atw_now_s();
    if (status == ATW_OK)
        status = atw_ensemble_run(ledger, study, crew, &options, &err);
    start_s = atw_now_s() - start_s;
    if (crew)
        crew->kind->dismiss(crew, 0);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
    if (status != ATW_OK)
        fprintf(stderr, "bench_study: %s\n", err.text);
    return status == ATW_OK ? start_s : -1.0;
}

static int bench(void)
{
    const struct atw_outcome second = {.name = "second", .run = work_a_second};
    struct rusage own, workers;
    double null_s = time_study(NULL_ITEMS, 2, NULL), one_s, two_s;

    if (null_s < 0.0)
        return EXIT_FAILURE;
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &workers);
    one_s = time_study(LONG_ITEMS, 1, &second);
    two_s = time_study(LONG_ITEMS, 2, &second);
    if (one_s < 0.0 || two_s < 0.0)
        return EXIT_FAILURE;
    printf("%d null items, 2 processes   %8.2f s, %.4f ms an item (target: at most 2)\n",
           NULL_ITEMS, null_s, 1e3 * null_s / NULL_ITEMS);
    printf(
        "memory of engine, of a worker     %8.1f MiB, %.1f MiB (target: at most 512)\n",
        (double)own.ru_maxrss / 1024.0, (double)workers.ru_maxrss / 1024.0);
    printf("%d items of %g s, 1 and 2 processes %6.2f s, %.2f s: %.2f times as fast "
           "(target: 1.9 on two processors)\n",
           LONG_ITEMS, LONG_S, one_s, two_s, one_s / two_s);
    return EXIT_SUCCESS;
}

int main(void)
{
    char folder[] = "/tmp/alloytwin-bench.XXXXXX";
    int code;

    if (!mkdtemp(folder)) {
        fprintf(stderr, "bench_study: %s: %s\n", folder, strerror(errno));
        return EXIT_FAILURE;
    }
    snprintf(study_path, sizeof study_path, "%s/study.yaml", folder);
    snprintf(ledger_path, sizeof ledger_path, "%s/ledger.db", folder);
    atw_progress_set_quiet(1);
    code = bench();
    unlink(study_path);
    unlink(ledger_path);
    rmdir(folder);
    return code;
}
