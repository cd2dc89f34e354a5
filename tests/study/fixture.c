/* Studies for tests. */
#include "study/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support/support.h"

static char folder[64];

void scratch_make(void)
{
    snprintf(folder, sizeof folder, "/tmp/alloytwin-study.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chmod(folder, 0755), 0);
}

void scratch_remove(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

const char *scratch_path(const char *name)
{
    static char path[4][128];
    static unsigned next;

    next = (next + 1) % 4;
    snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
    return path[next];
}

struct atw_study *study_of(size_t n_replicates, const char *extra)
{
    const char *path = scratch_path("study.yaml");
    struct atw_study *study = NULL;
    struct atw_error err;
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fprintf(file,
            "format: alloytwin-study/1\nname: test\noutcome: normal-sample\n"
            "replicates: %zu\nfactors:\n"
            "  - {key: bias, values: [0, 0.5]}\n  - {key: size, values: [3, 9]}\n%s",
            n_replicates, extra);
    ck_assert_int_eq(fclose(file), 0);
    CHECK_OK(atw_study_load(&study, path, NULL, 0, &err));
    return study;
}

struct atw_ledger *ledger_of(const struct atw_study *study, const char *name)
{
    struct atw_ledger *ledger = NULL;
    struct atw_error err;

    CHECK_OK(atw_ledger_create(&ledger, scratch_path(name), study, 0, &err));
    return ledger;
}

enum atw_status run_study(struct atw_ledger *ledger,
                          const struct atw_study *study,
                          size_t n_workers,
                          const struct atw_ensemble_options *options)
{
    const struct atw_ensemble_options defaults = ATW_ENSEMBLE_DEFAULTS;
    struct atw_crew *crew = NULL;
    struct atw_error err = {0};
    enum atw_status status =
        atw_crew_fork(&crew, study, n_workers, atw_ledger_path(ledger), 0, &err);

    ck_assert_int_eq(status, ATW_OK);
    status = atw_ensemble_run(ledger, study, crew, options ? options : &defaults, &err);
    crew->kind->dismiss(crew, 0);
    ck_assert_msg(status == ATW_OK || status == ATW_ESTOPPED || status == ATW_EREPLICATES,
                  "%s", err.text);
    return status;
}

void digest_of(const char *name, char hex[ATW_SHA256_HEX_SIZE])
{
    struct atw_ledger *ledger = NULL;
    struct atw_error err;

    CHECK_OK(atw_ledger_open(&ledger, scratch_path(name), ATW_LEDGER_READ, &err));
    CHECK_OK(atw_ledger_digest(ledger, hex, &err));
    atw_ledger_close(ledger);
}
