/* Studies that are killed and resumed: nothing is lost, nothing that was finished is run
 * again. Every item says in a log when it was finished. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "study/fixture.h"
#include "study/outcome.h"
#include "study/pending.h"
#include "support/support.h"

enum { N_KILLS = 20, N_REPLICATES = 60, N_ITEMS = 4 * N_REPLICATES };

enum { N_WORKERS = 4 };

static void rest(double duration_s)
{
    struct timespec time = {.tv_sec = (time_t)duration_s};

    time.tv_nsec = (long)((duration_s - (double)time.tv_sec) * 1e9);
    nanosleep(&time, NULL);
}

/* 10 ms of rest, then a line in the log. */
static enum atw_status run_logged(struct atw_item_result *result,
                                  const struct atw_study *study,
                                  void **state,
                                  struct atw_error *err)
{
    struct atw_item_row *row;
    enum atw_status status = atw_item_add_row(&row, result, "test", "value", err);
    int log;

    (void)study;
    (void)state;
    if (status != ATW_OK)
        return status;
    row->estimate = result->item.point + 0.01 * result->item.replicate;
    rest(0.01);
    log = open(scratch_path("log"), O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (log < 0 || dprintf(log, "%u %u %d\n", result->item.point, result->item.replicate,
                           (int)getpid()) < 0)
        return atw_error_set(err, ATW_EOUTPUT, "no log");
    close(log);
    return ATW_OK;
}
static const struct atw_outcome logged = {.name = "test", .keys = "", .run = run_logged};

struct finish {
    size_t item;
    int worker; /* a process */
};

static size_t read_log(struct finish *finish, size_t n_most)
{
    FILE *log = fopen(scratch_path("log"), "r");
    unsigned point, replicate;
    size_t n = 0;

    while (log && n < n_most &&
           fscanf(log, "%u %u %d", &point, &replicate, &finish[n].worker) == 3)
        finish[n++].item = point * N_REPLICATES + replicate;
    if (log)
        fclose(log);
    return n;
}

/* Go on with a.db in another process, which ends with the exit code of the status. */
static pid_t go_on_elsewhere(const struct atw_study *study)
{
    pid_t pid = fork();

    if (pid == 0) {
        struct atw_ledger *ledger = NULL;
        enum atw_status status =
            atw_ledger_open(&ledger, scratch_path("a.db"), ATW_LEDGER_WRITE, NULL);

        if (status == ATW_OK)
            status = run_study(ledger, study, N_WORKERS, NULL);
        atw_ledger_close(ledger);
        _exit(atw_exit_code(status));
    }
    return pid;
}

static void finish_elsewhere(const struct atw_study *study)
{
    int status = 0;

    ck_assert_int_gt(waitpid(go_on_elsewhere(study), &status, 0), 0);
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}

static void kill_and_wait(pid_t pid)
{
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

/* What an uninterrupted run has, without the log. */
static void whole_digest(struct atw_study *study, char hex[ATW_SHA256_HEX_SIZE])
{
    struct atw_ledger *ledger = ledger_of(study, "whole.db");

    ck_assert_int_eq(run_study(ledger, study, N_WORKERS, NULL), ATW_OK);
    atw_ledger_close(ledger);
    digest_of("whole.db", hex);
    ck_assert_int_eq(unlink(scratch_path("log")), 0);
}

/* Whether a worker has finished nothing after entry i. */
static int is_last_of_worker(const struct finish *finish, size_t n, size_t i)
{
    for (size_t k = i + 1; k < n; k++)
        if (finish[k].worker == finish[i].worker)
            return 0;
    return 1;
}

/* Every item is in the log, and again only if it was the last that a worker finished: one
 * killed before the result reached the ledger. */
static void check_log(void)
{
    static struct finish finish[4 * N_ITEMS];
    size_t n = read_log(finish, sizeof finish / sizeof *finish), n_found = 0;
    size_t last[N_ITEMS]; /* entry */
    int is_found[N_ITEMS] = {0};

    for (size_t i = 0; i < n; i++) {
        size_t item = finish[i].item;

        ck_assert_msg(!is_found[item] || is_last_of_worker(finish, n, last[item]),
                      "item %zu was finished twice", item);
        n_found += !is_found[item];
        is_found[item] = 1;
        last[item] = i;
    }
    ck_assert_uint_eq(n_found, N_ITEMS);
}

START_TEST(killed_at_any_moment_nothing_is_lost_and_nothing_finished_twice)
{
    char whole[ATW_SHA256_HEX_SIZE], resumed[ATW_SHA256_HEX_SIZE];
    struct atw_study *study = study_of(N_REPLICATES, "");

    study->outcome = &logged;
    whole_digest(study, whole);
    atw_ledger_close(ledger_of(study, "a.db"));
    for (unsigned i = 0; i < N_KILLS; i++) {
        pid_t pid = go_on_elsewhere(study);

        rest(0.09 * atw_test_uniform(1, i));
        kill_and_wait(pid);
    }
    finish_elsewhere(study);
    digest_of("a.db", resumed);
    ck_assert_str_eq(resumed, whole);
    check_log();
    atw_study_destroy(study);
}
END_TEST

/* A reader keeps the ledger from being committed to, so that all that is finished is
 * pending when the kill comes. */
START_TEST(what_was_finished_but_not_committed_is_not_run_again)
{
    char whole[ATW_SHA256_HEX_SIZE], resumed[ATW_SHA256_HEX_SIZE];
    static struct finish finish[2 * N_ITEMS];
    struct atw_study *study = study_of(N_REPLICATES, "");
    struct atw_ledger_counts counts;
    struct atw_ledger *ledger;
    struct atw_error err;
    sqlite3 *reader;
    size_t n_before;
    pid_t pid;

    study->outcome = &logged;
    whole_digest(study, whole);
    atw_ledger_close(ledger_of(study, "a.db"));
    ck_assert_int_eq(sqlite3_open(scratch_path("a.db"), &reader), SQLITE_OK);
    ck_assert_int_eq(
        sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM item", NULL, NULL, NULL),
        SQLITE_OK);
    pid = go_on_elsewhere(study);
    rest(0.5);
    kill_and_wait(pid);
    rest(0.1); /* the workers follow */
    sqlite3_close(reader);
    n_before = read_log(finish, 2 * N_ITEMS);
    ck_assert_uint_ge(n_before, 1);
    CHECK_OK(atw_ledger_open(&ledger, scratch_path("a.db"), ATW_LEDGER_READ, &err));
    CHECK_OK(atw_ledger_count(&counts, ledger, &err));
    ck_assert_uint_eq(counts.done, 0);
    atw_ledger_close(ledger);
    finish_elsewhere(study);
    ck_assert_uint_eq(read_log(finish, 2 * N_ITEMS), N_ITEMS);
    digest_of("a.db", resumed);
    ck_assert_str_eq(resumed, whole);
    ck_assert_int_ne(access(scratch_path("a.db-pending.0"), F_OK), 0);
    atw_study_destroy(study);
}
END_TEST

/* ---- the files themselves ---- */

/* Keep the value 7 for an item as worker `number` of a study would. */
static void keep(const struct atw_study *study, unsigned point, size_t number)
{
    struct atw_item_result result = {.item = {point, 0}, .status = ATW_ITEM_DONE};
    struct atw_pending pending;
    struct atw_item_row *row;
    struct atw_error err;
    char bytes[4096];

    result.seed = atw_study_item_seed(study, &result.item);
    CHECK_OK(atw_item_add_row(&row, &result, "test", "value", &err));
    row->estimate = 7.0;
    ck_assert_uint_le(atw_item_packed_size(&result), sizeof bytes);
    atw_item_pack(&result, bytes);
    atw_pending_open(&pending, scratch_path("a.db"), study, number);
    ck_assert_int_ge(pending.descriptor, 0);
    atw_pending_keep(&pending, bytes, atw_item_packed_size(&result));
    close(pending.descriptor);
    atw_item_result_clear(&result);
}

static size_t recover(const struct atw_study *study, struct atw_ledger *ledger)
{
    struct atw_error err;
    size_t n;

    CHECK_OK(atw_pending_recover(&n, ledger, study, &err));
    return n;
}

START_TEST(a_torn_record_ends_its_file_and_costs_no_other)
{
    struct atw_study *study = study_of(1, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    long size;
    FILE *file;

    keep(study, 0, 0);
    file = fopen(scratch_path("a.db-pending.0"), "r");
    ck_assert_ptr_nonnull(file);
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    fclose(file);
    keep(study, 1, 0);
    keep(study, 2, 1);
    ck_assert_int_eq(truncate(scratch_path("a.db-pending.0"), 2 * size - 1), 0);
    ck_assert_uint_eq(recover(study, ledger), 2);
    ck_assert_uint_eq(recover(study, ledger), 0); /* the files are gone */
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(what_is_altered_or_of_another_study_is_left_out)
{
    struct atw_study *study = study_of(1, ""), *other = study_of(1, "seed: 2\n");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    FILE *file;

    keep(other, 0, 0);
    keep(study, 1, 0);
    keep(study, 2, 1);
    file = fopen(scratch_path("a.db-pending.1"), "r+");
    ck_assert_ptr_nonnull(file);
    fseek(file, -1, SEEK_END);
    fputc(99, file);
    fclose(file);
    ck_assert_uint_eq(recover(study, ledger), 1);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
    atw_study_destroy(other);
}
END_TEST

START_TEST(what_the_ledger_has_is_left_alone)
{
    char whole[ATW_SHA256_HEX_SIZE], after[ATW_SHA256_HEX_SIZE];
    struct atw_study *study = study_of(1, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");

    ck_assert_int_eq(run_study(ledger, study, 1, NULL), ATW_OK);
    digest_of("a.db", whole);
    keep(study, 3, 0);
    ck_assert_uint_eq(recover(study, ledger), 0);
    atw_ledger_close(ledger);
    digest_of("a.db", after);
    ck_assert_str_eq(after, whole);
    atw_study_destroy(study);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("interruption");
    TCase *tests = tcase_create("interruption");

    tcase_add_checked_fixture(tests, scratch_make, scratch_remove);
    tcase_add_test(tests,
                   killed_at_any_moment_nothing_is_lost_and_nothing_finished_twice);
    tcase_add_test(tests, what_was_finished_but_not_committed_is_not_run_again);
    tcase_add_test(tests, a_torn_record_ends_its_file_and_costs_no_other);
    tcase_add_test(tests, what_is_altered_or_of_another_study_is_left_out);
    tcase_add_test(tests, what_the_ledger_has_is_left_alone);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
