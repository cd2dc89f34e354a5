/* Pilots: what they say about the cost of a study is what the study costs. */
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "study/crew.h"
#include "study/fixture.h"
#include "study/outcome.h"
#include "study/pilot.h"
#include "support/support.h"

START_TEST(items_are_those_of_the_study)
{
    struct atw_study *study = study_of(50, "");
    struct atw_pilot pilot;
    struct atw_error err;

    CHECK_OK(atw_pilot_run(&pilot, study, 3, &err));
    ck_assert_uint_eq(pilot.n_items, 3);
    ck_assert_uint_eq(pilot.n_failed, 0);
    for (size_t i = 0; i < 3; i++) {
        struct atw_item_result again;
        void *state = NULL;

        atw_crew_work(&again, study, &pilot.result[i].item, &state);
        ck_assert_uint_eq(again.n_rows, pilot.result[i].n_rows);
        ck_assert_int_eq(
            memcmp(again.row, pilot.result[i].row, again.n_rows * sizeof *again.row), 0);
        atw_item_result_clear(&again);
    }
    ck_assert_uint_ne(pilot.result[0].item.point, pilot.result[2].item.point);
    atw_pilot_clear(&pilot);
    atw_study_destroy(study);
}
END_TEST

static enum atw_status slow(struct atw_item_result *result,
                            const struct atw_study *study,
                            void **state,
                            struct atw_error *err)
{
    const struct timespec rest = {.tv_nsec = 20000000};
    static char block[64 << 20];

    (void)study;
    (void)state;
    (void)err;
    memset(block, (int)result->item.point + 1, sizeof block);
    nanosleep(&rest, NULL);
    return ATW_OK;
}

START_TEST(time_and_memory_are_those_of_an_item)
{
    const struct atw_outcome outcome = {.name = "slow", .run = slow};
    struct atw_study *study = study_of(50, "");
    struct atw_pilot pilot;
    struct atw_error err;

    study->outcome = &outcome;
    CHECK_OK(atw_pilot_run(&pilot, study, 2, &err));
    ck_assert_double_gt(pilot.cost_s, 0.0);
    ck_assert_double_le(pilot.cost_s, pilot.elapsed_s - 0.02); /* the rest is free */
    ck_assert_double_ge(pilot.cost_std_s, 0.0);
    ck_assert_uint_ge(pilot.memory_bytes, 64 << 20);
    atw_pilot_clear(&pilot);
    atw_study_destroy(study);
}
END_TEST

/* Pages are at least half full, and the estimate is of the bytes in them. */
START_TEST(the_ledger_has_the_size_that_is_estimated)
{
    struct atw_study *study = study_of(1000, "");
    struct atw_ledger *ledger = ledger_of(study, "a.db");
    struct atw_pilot pilot;
    struct atw_error err;
    struct stat about;

    CHECK_OK(atw_pilot_run(&pilot, study, 4, &err));
    ck_assert_int_eq(run_study(ledger, study, 2, NULL), ATW_OK);
    atw_ledger_close(ledger);
    ck_assert_int_eq(stat(scratch_path("a.db"), &about), 0);
    ck_assert_double_ge(pilot.ledger_bytes, 0.67 * (double)about.st_size);
    ck_assert_double_le(pilot.ledger_bytes, 1.5 * (double)about.st_size);
    atw_pilot_clear(&pilot);
    atw_study_destroy(study);
}
END_TEST

static enum atw_status crash(struct atw_item_result *result,
                             const struct atw_study *study,
                             void **state,
                             struct atw_error *err)
{
    (void)study;
    (void)state;
    if (result->item.point < 2)
        return atw_error_set(err, ATW_EDIVERGED, "no step is small enough");
    _exit(9);
}

START_TEST(items_that_fail_or_crash_are_counted)
{
    const struct atw_outcome outcome = {.name = "crash", .run = crash};
    struct atw_study *study = study_of(50, "");
    struct atw_pilot pilot;
    struct atw_error err;

    study->outcome = &outcome;
    CHECK_OK(atw_pilot_run(&pilot, study, 2, &err));
    ck_assert_uint_eq(pilot.n_failed, 2);
    ck_assert_str_eq(pilot.result[0].error, "no step is small enough");
    ck_assert_ptr_nonnull(strstr(pilot.result[1].error, "exit code 9"));
    ck_assert_double_ge(pilot.cost_s, 0.0); /* of the one that lived */
    atw_pilot_clear(&pilot);
    atw_study_destroy(study);
}
END_TEST

START_TEST(a_pilot_is_part_of_its_study)
{
    struct atw_study *study = study_of(2, ""); /* 8 items */
    struct atw_pilot pilot;
    struct atw_error err = {0};

    ck_assert_int_eq(atw_pilot_run(&pilot, study, 0, &err), ATW_EINVAL);
    err = (struct atw_error){0};
    ck_assert_int_eq(atw_pilot_run(&pilot, study, 9, &err), ATW_EINVAL);
    CHECK_OK(atw_pilot_run(&pilot, study, 8, &err));
    for (size_t i = 0; i < 8; i++)
        ck_assert_uint_eq(pilot.result[i].item.point * 2 + pilot.result[i].item.replicate,
                          i);
    atw_pilot_clear(&pilot);
    atw_study_destroy(study);
}
END_TEST

/* SD / sqrt n = wanted. */
START_TEST(replicates_follow_from_the_standard_error_of_a_mean)
{
    ck_assert_double_eq(atw_pilot_replicates(2.0, 0.5), 16.0);
    ck_assert_double_eq(atw_pilot_replicates(2.0, 0.3), 45.0); /* 44.4 rounded up */
    ck_assert_double_eq(atw_pilot_replicates(0.1, 1.0), 2.0);
    ck_assert_double_nan(atw_pilot_replicates(NAN, 1.0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pilot");
    TCase *tests = tcase_create("pilot");

    tcase_add_checked_fixture(tests, scratch_make, scratch_remove);
    tcase_add_test(tests, items_are_those_of_the_study);
    tcase_add_test(tests, time_and_memory_are_those_of_an_item);
    tcase_add_test(tests, the_ledger_has_the_size_that_is_estimated);
    tcase_add_test(tests, items_that_fail_or_crash_are_counted);
    tcase_add_test(tests, a_pilot_is_part_of_its_study);
    tcase_add_test(tests, replicates_follow_from_the_standard_error_of_a_mean);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
