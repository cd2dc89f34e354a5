/* The ledger: what is committed stays, what does not belong is refused. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "study/fixture.h"
#include "study/ledger_internal.h"
#include "support/support.h"

/* A done item with two answers that depend on its key. */
static void record(struct atw_ledger *ledger, uint32_t point, uint32_t replicate)
{
    struct atw_item_result result = {.item = {point, replicate},
                                     .status = ATW_ITEM_DONE,
                                     .attempts = 1,
                                     .seed = 1234567890123456ULL + point};
    struct atw_item_row *row;
    struct atw_error err;

    for (int i = 0; i < 2; i++) {
        CHECK_OK(atw_item_add_row(&row, &result, i ? "second" : "first", "value", &err));
        row->truth = 0.1;
        row->estimate = 1.0 / 3.0 + point + 1e-3 * replicate;
        row->std = i ? NAN : 5e-324;
        row->interval_95[0] = -INFINITY;
        row->interval_95[1] = 1e300;
        row->rank = i ? 41 : 0;
        row->n_draws = i ? 99 : 0;
    }
    CHECK_OK(atw_ledger_record(ledger, &result, &err));
    atw_item_result_clear(&result);
}

static void record_failure(struct atw_ledger *ledger, uint32_t point, uint32_t replicate)
{
    struct atw_item_result result = {.item = {point, replicate},
                                     .status = ATW_ITEM_FAILED,
                                     .attempts = 2,
                                     .cost_s = 1.5,
                                     .error = "it went wrong"};
    struct atw_error err;

    CHECK_OK(atw_ledger_record(ledger, &result, &err));
}

START_TEST(an_item_answers_once)
{
    struct atw_item_result result = {.n_rows = 0};
    struct atw_item_row *row;
    struct atw_error err = {0};

    CHECK_OK(atw_item_add_row(&row, &result, "a", "value", &err));
    CHECK_OK(atw_item_add_row(&row, &result, "a", "other", &err));
    CHECK_OK(atw_item_add_row(&row, &result, "b", "value", &err));
    ck_assert_int_eq(atw_item_add_row(&row, &result, "a", "other", &err), ATW_EINTERNAL);
    ck_assert_uint_eq(result.n_rows, 3);
    atw_item_result_clear(&result);
}
END_TEST

struct seen {
    size_t n_rows, n_failed;
    struct atw_item_row last;
};

static enum atw_status see(void *context,
                           const struct atw_item *item,
                           const struct atw_item_row *row,
                           struct atw_error *err)
{
    struct seen *seen = context;

    (void)item;
    (void)err;
    if (row)
        seen->last = *row;
    *(row ? &seen->n_rows : &seen->n_failed) += 1;
    return ATW_OK;
}

START_TEST(what_is_recorded_comes_back_bit_for_bit)
{
    struct atw_study *study = study_of(3, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_ledger_counts counts;
    struct atw_ledger_failure failure[2];
    struct seen seen = {0};
    struct atw_error err;
    unsigned char *items;
    size_t n;

    record(ledger, 2, 1);
    record_failure(ledger, 1, 2);
    CHECK_OK(atw_ledger_commit(ledger, &err));
    CHECK_OK(atw_ledger_visit(ledger, see, &seen, &err));
    ck_assert_uint_eq(seen.n_rows, 2);
    ck_assert_uint_eq(seen.n_failed, 1);
    ck_assert_str_eq(seen.last.estimator, "second");
    ck_assert_double_eq(seen.last.estimate, 1.0 / 3.0 + 2 + 1e-3);
    ck_assert(isnan(seen.last.std) && isnan(seen.last.interval_68[0]));
    ck_assert(seen.last.interval_95[0] < -1e308);
    ck_assert_uint_eq(seen.last.rank, 41);
    ck_assert_uint_eq(seen.last.n_draws, 99);
    CHECK_OK(atw_ledger_items(&items, ledger, &err));
    ck_assert_int_eq(items[2 * 3 + 1], ATW_ITEM_DONE);
    ck_assert_int_eq(items[1 * 3 + 2], ATW_ITEM_FAILED);
    ck_assert_int_eq(items[0], ATW_ITEM_MISSING);
    CHECK_OK(atw_ledger_count(&counts, ledger, &err));
    ck_assert_uint_eq(counts.wanted, 12);
    ck_assert_uint_eq(counts.missing, 10);
    CHECK_OK(atw_ledger_failures(failure, 2, &n, ledger, &err));
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(failure[0].error, "it went wrong");
    ck_assert_uint_eq(failure[0].item.replicate, 2);
    free(items);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(the_design_is_in_the_ledger)
{
    struct atw_study *study = study_of(1, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_error err;
    char *key, *value;
    double *u;

    CHECK_OK(atw_ledger_factor(&key, &value, ledger, 2, 0, &err));
    ck_assert_str_eq(key, "bias");
    ck_assert_str_eq(value, "0.5");
    CHECK_OK(atw_ledger_coordinates(&u, ledger, &err));
    ck_assert_mem_eq(u, study->points.u, 8 * sizeof *u);
    ck_assert_str_eq(atw_ledger_text(ledger, "outcome"), "normal-sample");
    free(u);
    free(key);
    free(value);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(what_is_not_committed_is_not_there)
{
    struct atw_study *study = study_of(3, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_ledger_counts counts;
    struct atw_error err;

    record(ledger, 0, 0);
    CHECK_OK(atw_ledger_commit(ledger, &err));
    record(ledger, 0, 1);
    atw_ledger_close(ledger);
    CHECK_OK(atw_ledger_open(&ledger, scratch_path("a.db"), ATW_LEDGER_READ, &err));
    CHECK_OK(atw_ledger_count(&counts, ledger, &err));
    ck_assert_uint_eq(counts.done, 1);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(digest_sees_content_and_not_order_or_cost)
{
    struct atw_study *study = study_of(3, "");
    struct atw_ledger *one = ledger_of(study, "a.db"), *other = ledger_of(study, "b.db");
    char first[ATW_SHA256_HEX_SIZE], second[ATW_SHA256_HEX_SIZE];
    struct atw_error err;

    record(one, 0, 0);
    record(one, 3, 2);
    record(other, 3, 2);
    CHECK_OK(atw_ledger_digest(one, first, &err));
    CHECK_OK(atw_ledger_digest(other, second, &err));
    ck_assert_str_ne(first, second);
    record(other, 0, 0);
    CHECK_OK(atw_ledger_digest(other, second, &err));
    ck_assert_str_eq(first, second);
    record_failure(other, 3, 2);
    CHECK_OK(atw_ledger_digest(other, second, &err));
    ck_assert_str_ne(first, second);
    atw_ledger_close(one);
    atw_ledger_close(other);
    atw_study_destroy(study);
}
END_TEST

START_TEST(a_changed_study_is_refused_with_the_keys_that_differ)
{
    struct atw_study *study = study_of(3, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_error err;

    atw_study_destroy(study);
    study = study_of(3, "seed: 7\n");
    CHECK_FAILS(atw_ledger_check_study(ledger, study, &err), ATW_EINPUT,
                "seed (1 there, 7 here)");
    atw_study_destroy(study);
    study = study_of(3, "  - {key: std, values: [2]}\n");
    CHECK_FAILS(atw_ledger_check_study(ledger, study, &err), ATW_EINPUT,
                "factors[2].key (nothing there, std here)");
    atw_study_destroy(study);
    study = study_of(30, "title: Other\nlimits: {failed_fraction: 1}\n");
    CHECK_OK(atw_ledger_check_study(ledger, study, &err));
    atw_study_destroy(study);
    atw_ledger_close(ledger);
}
END_TEST

START_TEST(replicates_can_be_added_and_not_taken_away)
{
    struct atw_study *study = study_of(3, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_error err;

    record(ledger, 0, 2);
    CHECK_OK(atw_ledger_commit(ledger, &err));
    CHECK_OK(atw_ledger_extend(ledger, 5, &err));
    CHECK_FAILS(atw_ledger_extend(ledger, 4, &err), ATW_EINPUT, "has 5 replicates");
    atw_ledger_close(ledger);
    CHECK_OK(atw_ledger_open(&ledger, scratch_path("a.db"), ATW_LEDGER_READ, &err));
    ck_assert_uint_eq(atw_ledger_replicate_count(ledger), 5);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(scratch_path(name), "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(files_that_are_no_ledgers_are_refused)
{
    struct atw_study *study = study_of(3, "");
    struct atw_ledger *ledger = NULL;
    struct atw_error err;
    sqlite3 *db;

    CHECK_FAILS(atw_ledger_open(&ledger, scratch_path("none"), ATW_LEDGER_READ, &err),
                ATW_EINPUT, "No such file");
    CHECK_FAILS(atw_ledger_open(&ledger, scratch_path(""), ATW_LEDGER_READ, &err),
                ATW_EINPUT, "is not a file");
    write_file("text",
               "This is no database, and longer than the header of one is.......\n"
               "....................................................");
    CHECK_FAILS(atw_ledger_open(&ledger, scratch_path("text"), ATW_LEDGER_READ, &err),
                ATW_EINPUT, "not a ledger");
    CHECK_FAILS(atw_ledger_create(&ledger, scratch_path("text"), study, 1, &err),
                ATW_EOUTPUT, "replaces a ledger only");
    CHECK_FAILS(atw_ledger_create(&ledger, scratch_path("text"), study, 0, &err),
                ATW_EOUTPUT, "--resume goes on");
    ck_assert_int_eq(sqlite3_open(scratch_path("foreign"), &db), SQLITE_OK);
    ck_assert_int_eq(
        sqlite3_exec(db, "CREATE TABLE item (x); PRAGMA user_version = 1", 0, 0, 0),
        SQLITE_OK);
    sqlite3_close(db);
    CHECK_FAILS(atw_ledger_open(&ledger, scratch_path("foreign"), ATW_LEDGER_WRITE, &err),
                ATW_EINPUT, "of another program");
    ck_assert_ptr_null(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(a_corrupt_ledger_is_reported)
{
    struct atw_study *study = study_of(300, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct seen seen = {0};
    struct atw_error err = {0};
    enum atw_status status;
    FILE *file;

    for (uint32_t i = 0; i < 300; i++)
        record(ledger, 1, i);
    CHECK_OK(atw_ledger_commit(ledger, &err));
    atw_ledger_close(ledger);
    file = fopen(scratch_path("a.db"), "r+");
    fseek(file, 8192, SEEK_SET);
    for (int i = 0; i < 40000; i++)
        fputc(0xa5, file);
    fclose(file);
    status = atw_ledger_open(&ledger, scratch_path("a.db"), ATW_LEDGER_READ, &err);
    if (status == ATW_OK)
        status = atw_ledger_visit(ledger, see, &seen, &err);
    ck_assert_int_eq(status, ATW_EINPUT);
    ck_assert_msg(strstr(err.text, "corrupt") != NULL, "%s", err.text);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(an_item_beyond_the_study_is_corruption)
{
    struct atw_study *study = study_of(3, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_error err;
    unsigned char *items;

    record(ledger, 4, 0);
    CHECK_FAILS(atw_ledger_items(&items, ledger, &err), ATW_EINPUT, "corrupt");
    ck_assert_ptr_null(items);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

/* Exit code of `function` in another process. */
static int in_child(void (*function)(void))
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        function();
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void open_twice(void)
{
    struct atw_ledger *ledger = NULL;
    struct atw_error err = {0};

    if (atw_ledger_open(&ledger, scratch_path("a.db"), ATW_LEDGER_WRITE, &err) !=
            ATW_EOUTPUT ||
        !strstr(err.text, "is writing to this ledger"))
        _exit(1);
    err = (struct atw_error){0};
    if (atw_ledger_open(&ledger, scratch_path("a.db"), ATW_LEDGER_READ, &err) != ATW_OK)
        _exit(2);
}

START_TEST(another_process_may_read_and_not_write)
{
    struct atw_study *study = study_of(3, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");

    record(ledger, 0, 0); /* pending */
    ck_assert_int_eq(in_child(open_twice), 0);
    atw_ledger_close(ledger);
    ck_assert_int_eq(in_child(open_twice), 1); /* now it may */
    atw_study_destroy(study);
}
END_TEST

START_TEST(a_locked_ledger_is_an_error_that_says_so)
{
    struct atw_study *study = study_of(3, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_item_result result = {.status = ATW_ITEM_FAILED};
    struct atw_error err;
    sqlite3 *db;

    ck_assert_int_eq(sqlite3_open(scratch_path("a.db"), &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", 0, 0, 0), SQLITE_OK);
    sqlite3_busy_timeout(ledger->db, 10);
    CHECK_FAILS(atw_ledger_record(ledger, &result, &err), ATW_EOUTPUT, "locked");
    sqlite3_close(db);
    CHECK_OK(atw_ledger_record(ledger, &result, &err));
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

static void open_read_only(void)
{
    struct atw_ledger *ledger = NULL;
    struct atw_error err = {0};

    if (geteuid() == 0 && seteuid(65534) != 0)
        _exit(3);
    if (atw_ledger_open(&ledger, scratch_path("a.db"), ATW_LEDGER_WRITE, &err) !=
        ATW_EOUTPUT)
        _exit(1);
    err = (struct atw_error){0};
    if (atw_ledger_open(&ledger, scratch_path("a.db"), ATW_LEDGER_READ, &err) != ATW_OK)
        _exit(2);
}

START_TEST(a_read_only_ledger_can_be_read_and_not_written)
{
    struct atw_study *study = study_of(3, "");

    atw_ledger_close(ledger_of(study, "a.db"));
    ck_assert_int_eq(chmod(scratch_path("a.db"), 0444), 0);
    ck_assert_int_eq(in_child(open_read_only), 0);
    atw_study_destroy(study);
}
END_TEST

START_TEST(a_full_disk_keeps_what_was_committed)
{
    struct atw_study *study = study_of(5000, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_ledger_counts counts;
    struct atw_error err = {0};
    enum atw_status status = ATW_OK;

    for (uint32_t i = 0; i < 20; i++)
        record(ledger, 0, i);
    CHECK_OK(atw_ledger_commit(ledger, &err));
    sqlite3_exec(ledger->db, "PRAGMA max_page_count = 20", 0, 0, 0);
    for (uint32_t i = 20; i < 5000 && status == ATW_OK; i++) {
        struct atw_item_result result = {.item = {0, i}, .status = ATW_ITEM_FAILED};

        snprintf(result.error, sizeof result.error, "%0500u", i);
        status = atw_ledger_record(ledger, &result, &err);
    }
    ck_assert_int_eq(status, ATW_EOUTPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "no space left"));
    atw_ledger_close(ledger);
    CHECK_OK(atw_ledger_open(&ledger, scratch_path("a.db"), ATW_LEDGER_READ, &err));
    CHECK_OK(atw_ledger_count(&counts, ledger, &err));
    ck_assert_uint_eq(counts.done, 20);
    ck_assert_uint_eq(counts.failed, 0);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

/* A ledger with some items done. */
static void part(const struct atw_study *study,
                 const char *name,
                 uint32_t first,
                 uint32_t end,
                 uint32_t failed)
{
    struct atw_ledger *ledger = ledger_of(study, name);
    struct atw_error err;

    for (uint32_t i = first; i < end; i++)
        record(ledger, i / 3, i % 3);
    if (failed < 12)
        record_failure(ledger, failed / 3, failed % 3);
    CHECK_OK(atw_ledger_commit(ledger, &err));
    atw_ledger_close(ledger);
}

START_TEST(merged_parts_are_the_whole_however_often_and_in_any_order)
{
    struct atw_study *study = study_of(3, "");
    static const char *const order[3][4] = {{"a.db", "b.db", "c.db", "a.db"},
                                            {"c.db", "b.db", "a.db", "b.db"},
                                            {"b.db", "a.db", "c.db", "c.db"}};
    char whole[ATW_SHA256_HEX_SIZE], merged[ATW_SHA256_HEX_SIZE];
    struct atw_ledger *ledger = NULL;
    struct atw_error err;

    part(study, "whole.db", 0, 12, 99);
    part(study, "a.db", 0, 5, 7); /* item 7 failed here */
    part(study, "b.db", 4, 8, 99);
    part(study, "c.db", 8, 12, 99);
    digest_of("whole.db", whole);
    CHECK_OK(atw_ledger_create_like(&ledger, scratch_path("all.db"), scratch_path("b.db"),
                                    &err));
    for (int i = 0; i < 4; i++)
        CHECK_OK(atw_ledger_merge(ledger, scratch_path(order[_i][i]), &err));
    CHECK_OK(atw_ledger_digest(ledger, merged, &err));
    ck_assert_str_eq(merged, whole);
    CHECK_FAILS(atw_ledger_merge(ledger, scratch_path("all.db"), &err), ATW_EINPUT,
                "into itself");
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(an_item_with_other_answers_is_a_conflict_that_changes_nothing)
{
    static const char *const changes[] = {
        "UPDATE answer SET estimate = estimate + 1e-12 WHERE point = 1 AND replicate = 0"
        " AND estimator = 'first'",
        "DELETE FROM answer WHERE point = 1 AND replicate = 0 AND estimator = 'second'",
        "UPDATE item SET seed = 5 WHERE point = 1 AND replicate = 0",
        "INSERT INTO answer SELECT point, replicate, 'third', quantity, status, truth,"
        " estimate, std, low_68, high_68, low_95, high_95, rank, draws FROM answer"
        " WHERE point = 1 AND replicate = 0 AND estimator = 'first'",
        "UPDATE answer SET rank = 42 WHERE point = 1 AND replicate = 0 AND rank = 41"};
    struct atw_study *study = study_of(3, "");
    char before[ATW_SHA256_HEX_SIZE], after[ATW_SHA256_HEX_SIZE];
    struct atw_ledger *ledger = NULL;
    struct atw_error err;

    part(study, "a.db", 0, 6, 99);
    part(study, "b.db", 2, 9, 99);
    CHECK_OK(atw_ledger_open(&ledger, scratch_path("b.db"), ATW_LEDGER_WRITE, &err));
    CHECK_OK(atw_ledger_execute(ledger, changes[_i], "test", &err));
    atw_ledger_close(ledger);
    digest_of("a.db", before);
    CHECK_OK(atw_ledger_open(&ledger, scratch_path("a.db"), ATW_LEDGER_WRITE, &err));
    CHECK_FAILS(atw_ledger_merge(ledger, scratch_path("b.db"), &err), ATW_EINPUT,
                "point 1, replicate 0 has other answers");
    CHECK_OK(atw_ledger_digest(ledger, after, &err));
    ck_assert_str_eq(before, after);
    atw_ledger_close(ledger);
    atw_study_destroy(study);
}
END_TEST

START_TEST(ledgers_of_different_studies_do_not_merge)
{
    struct atw_study *study = study_of(3, ""), *other;
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_error err;

    other = study_of(3, "seed: 2\n");
    atw_ledger_close(ledger_of(other, "b.db"));
    CHECK_FAILS(atw_ledger_merge(ledger, scratch_path("b.db"), &err), ATW_EINPUT,
                "belongs to another study");
    atw_ledger_close(ledger);
    atw_study_destroy(study);
    atw_study_destroy(other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ledger");
    TCase *tests = tcase_create("ledger");

    tcase_add_checked_fixture(tests, scratch_make, scratch_remove);
    tcase_add_test(tests, an_item_answers_once);
    tcase_add_test(tests, what_is_recorded_comes_back_bit_for_bit);
    tcase_add_test(tests, the_design_is_in_the_ledger);
    tcase_add_test(tests, what_is_not_committed_is_not_there);
    tcase_add_test(tests, digest_sees_content_and_not_order_or_cost);
    tcase_add_test(tests, a_changed_study_is_refused_with_the_keys_that_differ);
    tcase_add_test(tests, replicates_can_be_added_and_not_taken_away);
    tcase_add_test(tests, files_that_are_no_ledgers_are_refused);
    tcase_add_test(tests, a_corrupt_ledger_is_reported);
    tcase_add_test(tests, an_item_beyond_the_study_is_corruption);
    tcase_add_test(tests, another_process_may_read_and_not_write);
    tcase_add_test(tests, a_locked_ledger_is_an_error_that_says_so);
    tcase_add_test(tests, a_read_only_ledger_can_be_read_and_not_written);
    tcase_add_test(tests, a_full_disk_keeps_what_was_committed);
    tcase_add_loop_test(tests, merged_parts_are_the_whole_however_often_and_in_any_order,
                        0, 3);
    tcase_add_loop_test(
        tests, an_item_with_other_answers_is_a_conflict_that_changes_nothing, 0, 5);
    tcase_add_test(tests, ledgers_of_different_studies_do_not_merge);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
