/* Status record, grids, series, tables and the parallel loop. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/grid.h"
#include "core/parallel.h"
#include "core/table.h"
#include "core/tilt_series.h"
#include "support/support.h"

START_TEST(first_error_wins_and_context_is_prepended)
{
    struct atw_error err = {0};

    ck_assert_int_eq(atw_error_set(&err, ATW_EINPUT, "line %d", 7), ATW_EINPUT);
    ck_assert_int_eq(atw_error_set(&err, ATW_ENOMEM, "later"), ATW_ENOMEM);
    atw_error_prepend(&err, "file %s", "a.yaml");
    ck_assert_int_eq(err.status, ATW_EINPUT);
    ck_assert_str_eq(err.text, "file a.yaml: line 7");
    ck_assert_int_eq(atw_error_set(NULL, ATW_EINVAL, "ignored"), ATW_EINVAL);
}
END_TEST

START_TEST(exit_codes_follow_the_contract)
{
    ck_assert_int_eq(atw_exit_code(ATW_OK), 0);
    ck_assert_int_eq(atw_exit_code(ATW_EDIVERGED), 1);
    ck_assert_int_eq(atw_exit_code(ATW_EUSAGE), 2);
    ck_assert_int_eq(atw_exit_code(ATW_EINPUT), 3);
    ck_assert_int_eq(atw_exit_code(ATW_EINVAL), 3);
    ck_assert_int_eq(atw_exit_code(ATW_ECRITERION), 5);
    ck_assert_int_eq(atw_exit_code(ATW_EOUTPUT), 6);
}
END_TEST

START_TEST(index_runs_x_fastest)
{
    struct atw_grid grid = {.n_x = 3, .n_y = 5, .n_z = 7, .spacing_m = 2e-9};

    ck_assert_uint_eq(atw_grid_index(&grid, 2, 3, 4), 2 + 3 * 3 + 4 * 15);
    ck_assert_double_eq_tol(atw_grid_position_m(0, 3, 2e-9), -2e-9, 1e-24);
    ck_assert_uint_eq(atw_grid_cover(6e-9, 1e-9), 6);
    ck_assert_uint_eq(atw_grid_cover(6.1e-9, 1e-9), 8);
}
END_TEST

START_TEST(bad_grids_are_refused)
{
    struct atw_error err;
    struct atw_field *field = (struct atw_field *)1;
    struct atw_grid grid = {.n_x = 0, .n_y = 5, .n_z = 7, .spacing_m = 1e-9};

    CHECK_FAILS(atw_field_create(&field, &grid, &err), ATW_EINVAL, "positive");
    ck_assert_ptr_null(field);
    grid.n_x = (size_t)1 << 62;
    CHECK_FAILS(atw_field_create(&field, &grid, &err), ATW_EINVAL, "address space");
    grid = (struct atw_grid){.n_x = 1, .n_y = 1, .n_z = 1, .spacing_m = NAN};
    CHECK_FAILS(atw_field_create(&field, &grid, &err), ATW_EINVAL, "voxel size");
}
END_TEST

START_TEST(first_bad_voxel_and_pixel_are_named)
{
    struct atw_error err;
    struct atw_field *field = NULL;
    struct atw_tilt_series *series = NULL;
    struct atw_grid grid = {.n_x = 3, .n_y = 4, .n_z = 5, .spacing_m = 1e-9};

    CHECK_OK(atw_field_create(&field, &grid, &err));
    CHECK_OK(atw_field_check_finite(field, "v", &err));
    field->value[atw_grid_index(&grid, 2, 1, 4)] = NAN;
    CHECK_FAILS(atw_field_check_finite(field, "v.mrc", &err), ATW_EINPUT,
                "x 2, y 1, z 4");
    CHECK_OK(atw_tilt_series_create(&series, 2, 3, 4, 1e-9, NULL, &err));
    CHECK_OK(atw_tilt_series_check_finite(series, "t", &err));
    atw_tilt_series_view(series, 1)[1 * 4 + 2] = INFINITY;
    CHECK_FAILS(atw_tilt_series_check_finite(series, "t", &err), ATW_EINPUT,
                "u 2, v 1) of view 2");
    atw_field_destroy(field);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(bad_series_are_refused)
{
    struct atw_error err;
    struct atw_tilt_series *series = NULL;
    double bad_angle = NAN;

    CHECK_FAILS(atw_tilt_series_create(&series, 0, 3, 4, 1e-9, NULL, &err), ATW_EINVAL,
                "positive");
    CHECK_FAILS(atw_tilt_series_create(&series, 1, 3, 4, 0.0, NULL, &err), ATW_EINVAL,
                "pixel");
    CHECK_FAILS(atw_tilt_series_create(&series, 1, 3, 4, 1e-9, &bad_angle, &err),
                ATW_EINVAL, "angle 1");
    ck_assert_ptr_null(series);
}
END_TEST

START_TEST(table_keeps_rows_and_finds_columns)
{
    struct atw_error err;
    const char *const names[] = {"particle", "D_m2_per_s"};
    struct atw_table *table = NULL;

    CHECK_OK(atw_table_create(&table, names, 2, &err));
    for (int i = 0; i < 40; i++) {
        struct atw_cell row[] = {atw_cell_text(i % 2 ? "B" : "A"),
                                 atw_cell_number(i * 2.385)};

        CHECK_OK(atw_table_append(table, row, &err));
    }
    ck_assert_uint_eq(atw_table_row_count(table), 40);
    ck_assert_str_eq(atw_table_cell(table, 39, 0).text, "B");
    ck_assert_double_eq(atw_table_cell(table, 39, 1).number, 39 * 2.385);
    ck_assert_uint_eq(atw_table_find(table, "D_m2_per_s"), 1);
    ck_assert_uint_eq(atw_table_find(table, "absent"), 2);
    atw_table_destroy(table);
    CHECK_FAILS(atw_table_create(&table, names, 0, &err), ATW_EINVAL, "column");
}
END_TEST

static void square(void *context, size_t index, size_t worker)
{
    (void)worker;
    ((size_t *)context)[index] += index * index;
}

START_TEST(parallel_loop_runs_every_index_once)
{
    size_t result[257];

    for (size_t threads = 1; threads <= 5; threads++) {
        memset(result, 0, sizeof result);
        atw_parallel_set_thread_count(threads);
        atw_parallel_for(257, square, result);
        for (size_t i = 0; i < 257; i++)
            ck_assert_uint_eq(result[i], i * i);
    }
}
END_TEST

static enum atw_status fail_from_three(void *context, size_t index, struct atw_error *err)
{
    (void)context;
    if (index < 3)
        return ATW_OK;
    return atw_error_set(err, ATW_EDIVERGED, "task %zu", index);
}

START_TEST(lowest_failed_task_is_reported)
{
    struct atw_error err;

    for (size_t threads = 1; threads <= 3; threads++) {
        atw_parallel_set_thread_count(threads);
        CHECK_FAILS(atw_parallel_try(9, fail_from_three, NULL, &err), ATW_EDIVERGED,
                    "task 3");
        CHECK_OK(atw_parallel_try(3, fail_from_three, NULL, &err));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("core");
    TCase *tests = tcase_create("core");

    tcase_add_test(tests, first_error_wins_and_context_is_prepended);
    tcase_add_test(tests, exit_codes_follow_the_contract);
    tcase_add_test(tests, index_runs_x_fastest);
    tcase_add_test(tests, bad_grids_are_refused);
    tcase_add_test(tests, first_bad_voxel_and_pixel_are_named);
    tcase_add_test(tests, bad_series_are_refused);
    tcase_add_test(tests, table_keeps_rows_and_finds_columns);
    tcase_add_test(tests, parallel_loop_runs_every_index_once);
    tcase_add_test(tests, lowest_failed_task_is_reported);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
