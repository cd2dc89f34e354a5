/* The engine: the same ledger for any number of processes, shards and interruptions;
 * failures cost one item each. */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "study/fixture.h"
#include "study/outcome.h"
#include "support/support.h"

static void rest(double duration_s)
{
    struct timespec time = {.tv_nsec = (long)(duration_s * 1e9)};

    nanosleep(&time, NULL);
}

/* ---- outcomes that misbehave ---- */

static enum atw_status answer(struct atw_item_result *result, struct atw_error *err)
{
    struct atw_item_row *row;
    enum atw_status status = atw_item_add_row(&row, result, "test", "value", err);

    if (status == ATW_OK)
        row->estimate = result->item.point + 0.01 * result->item.replicate;
    return status;
}

static int is_bad(const struct atw_item_result *result)
{
    return result->item.point == 1 && result->item.replicate == 2;
}

static enum atw_status run_crashing(struct atw_item_result *result,
                                    const struct atw_study *study,
                                    void **state,
                                    struct atw_error *err)
{
    (void)study;
    (void)state;
    if (is_bad(result))
        raise(SIGKILL);
    return answer(result, err);
}
static const struct atw_outcome crashing = {
    .name = "test", .keys = "", .run = run_crashing};

/* Dies the first time it is tried. */
static enum atw_status run_flaky(struct atw_item_result *result,
                                 const struct atw_study *study,
                                 void **state,
                                 struct atw_error *err)
{
    (void)study;
    (void)state;
    if (is_bad(result) &&
        open(scratch_path("tried"), O_CREAT | O_EXCL | O_WRONLY, 0600) >= 0)
        _exit(3);
    return answer(result, err);
}
static const struct atw_outcome flaky = {.name = "test", .keys = "", .run = run_flaky};

static enum atw_status run_failing(struct atw_item_result *result,
                                   const struct atw_study *study,
                                   void **state,
                                   struct atw_error *err)
{
    (void)study;
    (void)state;
    if (is_bad(result))
        return atw_error_set(err, ATW_EDIVERGED, "no step is small enough");
    return answer(result, err);
}
static const struct atw_outcome failing = {
    .name = "test", .keys = "", .run = run_failing};

static enum atw_status run_hanging(struct atw_item_result *result,
                                   const struct atw_study *study,
                                   void **state,
                                   struct atw_error *err)
{
    (void)study;
    (void)state;
    if (is_bad(result))
        rest(0.9);
    return answer(result, err);
}
static const struct atw_outcome hanging = {
    .name = "test", .keys = "", .run = run_hanging};

/* 10 ms of rest. */
static enum atw_status run_slow(struct atw_item_result *result,
                                const struct atw_study *study,
                                void **state,
                                struct atw_error *err)
{
    (void)study;
    (void)state;
    rest(0.01);
    return answer(result, err);
}
static const struct atw_outcome slow = {.name = "test", .keys = "", .run = run_slow};

/* ---- helpers ---- */

static void count(const struct atw_ledger *ledger, size_t done, size_t failed)
{
    struct atw_ledger_counts counts;
    struct atw_error err;

    CHECK_OK(atw_ledger_count(&counts, ledger, &err));
    ck_assert_uint_eq(counts.done, done);
    ck_assert_uint_eq(counts.failed, failed);
}

static void first_failure(const struct atw_ledger *ledger,
                          struct atw_ledger_failure *failure)
{
    struct atw_error err;
    size_t n;

    CHECK_OK(atw_ledger_failures(failure, 1, &n, ledger, &err));
    ck_assert_uint_eq(n, 1);
}

START_TEST(the_ledger_does_not_depend_on_the_number_of_processes)
{
    static const size_t jobs[] = {1, 2, 5};
    char digest[3][ATW_SHA256_HEX_SIZE];
    struct atw_study *study = study_of(25, "");

    for (int i = 0; i < 3; i++) {
        char name[16];
        struct atw_ledger *ledger;

        snprintf(name, sizeof name, "%d.db", i);
        ledger = ledger_of(study, name);
        ck_assert_int_eq(run_study(ledger, study, jobs[i], NULL), ATW_OK);
        count(ledger, 100, 0);
        atw_ledger_close(ledger);
        digest_of(name, digest[i]);
    }
    ck_assert_str_eq(digest[0], digest[1]);
    ck_assert_str_eq(digest[0], digest[2]);
    atw_study_destroy(study);
}
END_TEST

START_TEST(shards_merge_to_the_whole)
{
    char whole[ATW_SHA256_HEX_SIZE], merged[ATW_SHA256_HEX_SIZE];
    struct atw_study *study = study_of(7, "");
    struct atw_ledger *ledger = ledger_of(study, "whole.db");
    struct atw_ensemble_options options = ATW_ENSEMBLE_DEFAULTS;
    struct atw_error err;

    ck_assert_int_eq(run_study(ledger, study, 2, NULL), ATW_OK);
    atw_ledger_close(ledger);
    options.n_shards = 3;
    for (size_t i = 0; i < 3; i++) {
        char name[16];

        snprintf(name, sizeof name, "%zu.db", i);
        options.shard = i;
        ledger = ledger_of(study, name);
        ck_assert_int_eq(run_study(ledger, study, 1, &options), ATW_OK);
        count(ledger, (28 - i + 2) / 3, 0);
        atw_ledger_close(ledger);
    }
    CHECK_OK(atw_ledger_open(&ledger, scratch_path("0.db"), ATW_LEDGER_WRITE, &err));
    CHECK_OK(atw_ledger_merge(ledger, scratch_path("1.db"), &err));
    CHECK_OK(atw_ledger_merge(ledger, scratch_path("2.db"), &err));
    CHECK_OK(atw_ledger_digest(ledger, merged, &err));
    atw_ledger_close(ledger);
    digest_of("whole.db", whole);
    ck_assert_str_eq(merged, whole);
    atw_study_destroy(study);
}
END_TEST

START_TEST(replicates_and_points_draw_different_numbers)
{
    struct atw_study *study = study_of(2, ""), *paired;
    struct atw_item a = {0, 0}, b = {0, 1}, c = {1, 0};

    paired = study_of(2, "common_random_numbers: true\n");
    ck_assert(atw_study_item_seed(study, &a) != atw_study_item_seed(study, &b));
    ck_assert(atw_study_item_seed(study, &a) != atw_study_item_seed(study, &c));
    ck_assert(atw_study_item_seed(paired, &a) == atw_study_item_seed(paired, &c));
    ck_assert(atw_study_item_seed(paired, &a) != atw_study_item_seed(paired, &b));
    ck_assert(atw_study_item_seed(study, &a) < (uint64_t)1 << 53);
    atw_study_destroy(study);
    atw_study_destroy(paired);
}
END_TEST

START_TEST(a_crash_costs_one_item)
{
    struct atw_study *study = study_of(5, "limits: {failed_fraction: 0.1}\n");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_ledger_failure failure;

    study->outcome = &crashing;
    ck_assert_int_eq(run_study(ledger, study, 2, NULL), ATW_OK);
    count(ledger, 19, 1);
    first_failure(ledger, &failure);
    ck_assert_uint_eq(failure.item.point, 1);
    ck_assert_uint_eq(failure.item.replicate, 2);
    ck_assert_ptr_nonnull(strstr(failure.error, "signal 9"));
    ck_assert(failure.seed == atw_study_item_seed(study, &failure.item));
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(a_process_that_died_once_is_tried_again)
{
    struct atw_study *study = study_of(5, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");

    study->outcome = &flaky;
    ck_assert_int_eq(run_study(ledger, study, 2, NULL), ATW_OK);
    count(ledger, 20, 0);
    ck_assert_int_eq(access(scratch_path("tried"), F_OK), 0);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(a_failure_keeps_its_reason_and_can_be_retried)
{
    struct atw_study *study = study_of(5, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_ensemble_options options = ATW_ENSEMBLE_DEFAULTS;
    struct atw_ledger_failure failure;

    study->outcome = &failing;
    ck_assert_int_eq(run_study(ledger, study, 1, NULL), ATW_OK); /* 1 of 20 may fail */
    count(ledger, 19, 1);
    first_failure(ledger, &failure);
    ck_assert_str_eq(failure.error, "no step is small enough");
    study->outcome = &slow;
    ck_assert_int_eq(run_study(ledger, study, 1, NULL), ATW_OK);
    count(ledger, 19, 1); /* a failed item is not missing */
    options.retry_failed = 1;
    ck_assert_int_eq(run_study(ledger, study, 1, &options), ATW_OK);
    count(ledger, 20, 0);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(more_failures_than_allowed_are_an_error)
{
    struct atw_study *study = study_of(5, "limits: {failed_fraction: 0.04}\n");
    struct atw_ledger *ledger = ledger_of(study, "a.db");

    study->outcome = &failing;
    ck_assert_int_eq(run_study(ledger, study, 1, NULL), ATW_EREPLICATES);
    ck_assert_int_eq(atw_exit_code(ATW_EREPLICATES), 4);
    count(ledger, 19, 1);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(an_item_that_takes_too_long_is_stopped)
{
    struct atw_study *study = study_of(5, "limits: {item_time: 0.3 s}\n");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_ledger_failure failure;

    study->outcome = &hanging;
    ck_assert_int_eq(run_study(ledger, study, 1, NULL), ATW_OK);
    count(ledger, 19, 1);
    first_failure(ledger, &failure);
    ck_assert_ptr_nonnull(strstr(failure.error, "limits.item_time, 0.3 s"));
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(a_time_limit_stops_early_and_resuming_completes)
{
    char whole[ATW_SHA256_HEX_SIZE], resumed[ATW_SHA256_HEX_SIZE];
    struct atw_study *study = study_of(20, "");
    struct atw_ledger *ledger = ledger_of(study, "whole.db");
    struct atw_ensemble_options options = ATW_ENSEMBLE_DEFAULTS;
    struct atw_ledger_counts counts;
    struct atw_error err;
    size_t done;

    study->outcome = &slow;
    ck_assert_int_eq(run_study(ledger, study, 2, NULL), ATW_OK);
    atw_ledger_close(ledger);
    digest_of("whole.db", whole);
    ledger = ledger_of(study, "a.db");
    options.max_time_s = 0.15;
    ck_assert_int_eq(run_study(ledger, study, 2, &options), ATW_ESTOPPED);
    ck_assert_int_eq(atw_exit_code(ATW_ESTOPPED), 75);
    CHECK_OK(atw_ledger_count(&counts, ledger, &err));
    done = counts.done;
    ck_assert_uint_gt(done, 0);
    ck_assert_uint_lt(done, 80);
    ck_assert_int_eq(run_study(ledger, study, 2, NULL), ATW_OK);
    atw_ledger_close(ledger);
    digest_of("a.db", resumed);
    ck_assert_str_eq(resumed, whole);
    atw_study_destroy(study);
}
END_TEST

/* Go on with a.db in another process, which ends with the exit code of the status. */
static pid_t go_on_elsewhere(const struct atw_study *study)
{
    pid_t pid = fork();

    if (pid == 0) {
        struct atw_ledger *ledger = NULL;
        enum atw_status status =
            atw_ledger_open(&ledger, scratch_path("a.db"), ATW_LEDGER_WRITE, NULL);

        if (status == ATW_OK)
            status = run_study(ledger, study, 2, NULL);
        atw_ledger_close(ledger);
        _exit(atw_exit_code(status));
    }
    return pid;
}

START_TEST(a_signal_stops_early_with_exit_code_75)
{
    struct atw_study *study = study_of(20, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    pid_t pid;
    int status;

    study->outcome = &slow;
    atw_ledger_close(ledger);
    pid = go_on_elsewhere(study);
    rest(0.15);
    kill(pid, _i == 0 ? SIGTERM : SIGINT);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 75);
    ck_assert_int_eq(waitpid(go_on_elsewhere(study), &status, 0) > 0, 1);
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    atw_study_destroy(study);
}
END_TEST

START_TEST(progress_for_programs_ends_with_end)
{
    struct atw_study *study = study_of(5, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_ensemble_options options = ATW_ENSEMBLE_DEFAULTS;
    char text[512] = "";

    options.progress = fopen(scratch_path("progress"), "w+");
    ck_assert_ptr_nonnull(options.progress);
    ck_assert_int_eq(run_study(ledger, study, 1, &options), ATW_OK);
    rewind(options.progress);
    ck_assert_uint_gt(fread(text, 1, sizeof text - 1, options.progress), 0);
    ck_assert_ptr_nonnull(strstr(text, "done=20\nfailed=0\nrunning=0\nleft=0\n"));
    ck_assert_ptr_nonnull(strstr(text, "progress=end\n"));
    fclose(options.progress);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ensemble");
    TCase *tests = tcase_create("ensemble");

    tcase_add_checked_fixture(tests, scratch_make, scratch_remove);
    tcase_add_test(tests, the_ledger_does_not_depend_on_the_number_of_processes);
    tcase_add_test(tests, shards_merge_to_the_whole);
    tcase_add_test(tests, replicates_and_points_draw_different_numbers);
    tcase_add_test(tests, a_crash_costs_one_item);
    tcase_add_test(tests, a_process_that_died_once_is_tried_again);
    tcase_add_test(tests, a_failure_keeps_its_reason_and_can_be_retried);
    tcase_add_test(tests, more_failures_than_allowed_are_an_error);
    tcase_add_test(tests, an_item_that_takes_too_long_is_stopped);
    tcase_add_test(tests, a_time_limit_stops_early_and_resuming_completes);
    tcase_add_loop_test(tests, a_signal_stops_early_with_exit_code_75, 0, 2);
    tcase_add_test(tests, progress_for_programs_ends_with_end);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
