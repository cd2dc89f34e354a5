/* Tabulated chip: interpolation, windows and what is refused. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/chip.h"
#include "support/support.h"

enum { WINDOWS = 2, ROWS = 4 };

/* The double spiral's stand-in, in kelvin. */
static const struct atw_chip_window windows[WINDOWS] = {
    {.name = "centre"}, {.name = "edge", .x_m = 90e-6, .y_m = -3e-6}};
static const double set_point_K[ROWS] = {298.15, 653.15, 723.15, 1573.15};
static const double temperature_K[ROWS][WINDOWS] = {
    {298.15, 298.15}, {653.15, 619.15}, {723.15, 689.15}, {1573.15, 1471.15}};

static struct atw_chip *chip_with_rows(size_t n_rows)
{
    struct atw_error err;
    struct atw_chip *chip = NULL;

    CHECK_OK(atw_chip_create_table(&chip, windows, WINDOWS, set_point_K, n_rows,
                                   temperature_K[0], 14e-3, &err));
    return chip;
}

static double at(const struct atw_chip *chip, size_t window, double set_point)
{
    struct atw_error err;
    double T_K = NAN;

    CHECK_OK(atw_chip_temperature(chip, window, set_point, &T_K, &err));
    return T_K;
}

START_TEST(rows_are_reproduced)
{
    struct atw_chip *chip = chip_with_rows(ROWS);

    for (size_t row = 0; row < ROWS; row++)
        for (size_t i = 0; i < WINDOWS; i++)
            ck_assert_double_eq_tol(at(chip, i, set_point_K[row]), temperature_K[row][i],
                                    1e-10);
    atw_chip_destroy(chip);
}
END_TEST

START_TEST(temperature_is_linear_between_rows)
{
    struct atw_chip *chip = chip_with_rows(ROWS);
    double before = 0.0;

    for (int i = 0; i <= 100; i++) {
        double set_point = 298.15 + 12.75 * i, T_K = at(chip, 1, set_point);
        double expected_K;

        ck_assert_double_eq_tol(at(chip, 0, set_point), set_point, 1e-9);
        if (set_point < 653.15)
            expected_K = set_point - 34.0 * (set_point - 298.15) / 355.0;
        else if (set_point < 723.15)
            expected_K = set_point - 34.0;
        else
            expected_K = set_point - 0.08 * (set_point - 298.15);
        ck_assert_double_eq_tol(T_K, expected_K, 1e-9);
        ck_assert_double_gt(T_K, before);
        before = T_K;
    }
    atw_chip_destroy(chip);
}
END_TEST

START_TEST(set_points_outside_the_table_are_refused_with_the_range)
{
    struct atw_error err;
    struct atw_chip *chip = chip_with_rows(ROWS);
    double T_K = 2.385;

    CHECK_FAILS(atw_chip_temperature(chip, 0, 290.0, &T_K, &err), ATW_EINVAL,
                "runs from 25 to 1300 degC");
    CHECK_FAILS(atw_chip_temperature(chip, 0, 1600.0, &T_K, &err), ATW_EINVAL,
                "set point 1326.85 degC");
    CHECK_FAILS(atw_chip_temperature(chip, 0, NAN, &T_K, &err), ATW_EINVAL, "finite");
    CHECK_FAILS(atw_chip_temperature(chip, 2, 300.0, &T_K, &err), ATW_EINVAL,
                "index 2 must be below 2");
    ck_assert_double_eq(T_K, 2.385);
    ck_assert_double_eq_tol(at(chip, 1, 1573.15 + 1e-10), 1471.15, 1e-9);
    atw_chip_destroy(chip);
}
END_TEST

START_TEST(a_table_of_one_row_knows_one_set_point)
{
    struct atw_error err;
    struct atw_chip *chip = chip_with_rows(1);
    double T_K;

    ck_assert_double_eq(at(chip, 1, 298.15), 298.15);
    CHECK_FAILS(atw_chip_temperature(chip, 1, 300.0, &T_K, &err), ATW_EINVAL,
                "from 25 to 25 degC");
    atw_chip_destroy(chip);
}
END_TEST

START_TEST(windows_are_found_by_name)
{
    struct atw_error err;
    struct atw_chip *chip = chip_with_rows(ROWS);
    size_t index = 77;
    double tau_s = 0.0;

    CHECK_FAILS(atw_chip_find_window(chip, "corner", &index, &err), ATW_EINVAL,
                "no window 'corner'; there are: centre, edge");
    ck_assert_uint_eq(index, 77);
    CHECK_OK(atw_chip_find_window(chip, "edge", &index, &err));
    ck_assert_uint_eq(index, 1);
    ck_assert_uint_eq(atw_chip_window_count(chip), WINDOWS);
    ck_assert_str_eq(atw_chip_window(chip, 1).name, "edge");
    ck_assert_ptr_ne(atw_chip_window(chip, 1).name, windows[1].name);
    ck_assert_double_eq(atw_chip_window(chip, 1).x_m, 90e-6);
    ck_assert_double_eq(atw_chip_window(chip, 1).y_m, -3e-6);
    CHECK_OK(atw_chip_time_constant(chip, 400.0, &tau_s, &err));
    ck_assert_double_eq(tau_s, 14e-3);
    atw_chip_destroy(chip);
}
END_TEST

START_TEST(a_long_list_of_windows_is_cut_not_overrun)
{
    enum { MANY = 200 };
    struct atw_error err;
    struct atw_chip *chip = NULL;
    struct atw_chip_window many[MANY];
    char names[MANY][24];
    double row[MANY], set_point = 300.0;
    size_t index;

    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "window %d", i);
        many[i] = (struct atw_chip_window){.name = names[i]};
        row[i] = 300.0;
    }
    CHECK_OK(atw_chip_create_table(&chip, many, MANY, &set_point, 1, row, 0.0, &err));
    CHECK_FAILS(atw_chip_find_window(chip, "x", &index, &err), ATW_EINVAL, "window 9, ");
    atw_chip_destroy(chip);
}
END_TEST

static enum atw_status create(const struct atw_chip_window *named,
                              size_t n_windows,
                              const double *set_points,
                              size_t n_rows,
                              const double *table,
                              double tau_s,
                              struct atw_error *err)
{
    struct atw_chip *chip = (struct atw_chip *)1;
    enum atw_status status = atw_chip_create_table(&chip, named, n_windows, set_points,
                                                   n_rows, table, tau_s, err);

    ck_assert_ptr_null(chip);
    return status;
}

START_TEST(bad_tables_are_refused)
{
    struct atw_error err;
    const double *table = temperature_K[0];
    const double falling[2] = {400.0, 400.0}, negative[2] = {-1.0, 400.0};
    const double hole[4] = {300.0, 300.0, 400.0, NAN};
    const struct atw_chip_window twins[2] = {{.name = "a"}, {.name = "a"}};
    const struct atw_chip_window unnamed[2] = {{.name = "a"}, {.name = ""}};
    const struct atw_chip_window nowhere[2] = {{.name = "a"}, {.name = "b", .y_m = NAN}};

    CHECK_FAILS(create(windows, 0, set_point_K, 2, table, 0.0, &err), ATW_EINVAL,
                "0 windows");
    CHECK_FAILS(create(windows, 2, set_point_K, 0, table, 0.0, &err), ATW_EINVAL,
                "0 set points");
    CHECK_FAILS(create(windows, 2, falling, 2, table, 0.0, &err), ATW_EINVAL,
                "must rise from row to row, but row 2 (400 K) follows 400 K");
    CHECK_FAILS(create(windows, 2, negative, 2, table, 0.0, &err), ATW_EINVAL,
                "set point -1 K in row 1");
    CHECK_FAILS(create(windows, 2, set_point_K, 2, hole, 0.0, &err), ATW_EINVAL,
                "temperature nan K of window 2 in row 2");
    CHECK_FAILS(create(windows, 2, set_point_K, 2, table, -1.0, &err), ATW_EINVAL,
                "time constant -1 s");
    CHECK_FAILS(create(twins, 2, set_point_K, 2, table, 0.0, &err), ATW_EINVAL,
                "two windows are named 'a'");
    CHECK_FAILS(create(unnamed, 2, set_point_K, 2, table, 0.0, &err), ATW_EINVAL,
                "window 2 has no name");
    CHECK_FAILS(create(nowhere, 2, set_point_K, 2, table, 0.0, &err), ATW_EINVAL,
                "position must be finite");
    atw_chip_destroy(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chip");
    TCase *tests = tcase_create("chip");

    tcase_add_test(tests, rows_are_reproduced);
    tcase_add_test(tests, temperature_is_linear_between_rows);
    tcase_add_test(tests, set_points_outside_the_table_are_refused_with_the_range);
    tcase_add_test(tests, a_table_of_one_row_knows_one_set_point);
    tcase_add_test(tests, windows_are_found_by_name);
    tcase_add_test(tests, a_long_list_of_windows_is_cut_not_overrun);
    tcase_add_test(tests, bad_tables_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
