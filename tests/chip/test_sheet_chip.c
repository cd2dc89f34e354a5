/* Chips computed from a design: windows, controller, powers, maps, histories. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/sheet_chip.h"
#include "chip/spiral.h"
#include "core/constants.h"
#include "support/support.h"

#define SET_POINT_K 673.15

static struct atw_chip *chip_of(const struct atw_chip_design *design)
{
    struct atw_error err;
    struct atw_chip *chip = NULL;

    CHECK_OK(atw_chip_create_sheet(&chip, design, NULL, &err));
    return chip;
}

static double window_K(const struct atw_chip *chip, size_t window, double set_point_K)
{
    struct atw_error err;
    double T_K = NAN;

    CHECK_OK(atw_chip_temperature(chip, window, set_point_K, &T_K, &err));
    return T_K;
}

static struct atw_chip_solution *solve(const struct atw_chip *chip)
{
    struct atw_error err;
    struct atw_chip_solution *solution = NULL;

    CHECK_OK(atw_chip_solve(&solution, chip, SET_POINT_K, &err));
    return solution;
}

START_TEST(centre_has_the_set_point_and_the_edge_is_colder_the_hotter_it_gets)
{
    struct atw_chip_design design = spiral_design();
    struct atw_chip *chip = chip_of(&design);
    double before_K = 0.0;

    for (int i = 0; i <= 4; i++) {
        double set_point_K = 298.15 + 300.0 * i, fall_K;

        ck_assert_double_eq_tol(window_K(chip, 0, set_point_K), set_point_K, 1e-6);
        fall_K = set_point_K - window_K(chip, 1, set_point_K);
        if (i > 0)
            ck_assert_double_gt(fall_K, before_K + 15.0);
        before_K = fall_K;
    }
    atw_chip_destroy(chip);
}
END_TEST

START_TEST(answers_do_not_depend_on_what_was_asked_before)
{
    struct atw_chip_design design = spiral_design();
    struct atw_chip *used = chip_of(&design), *fresh = chip_of(&design);
    double first_K;

    (void)window_K(used, 1, 1000.0);
    (void)window_K(used, 1, 400.0);
    first_K = window_K(used, 1, SET_POINT_K);
    ck_assert_double_eq(window_K(fresh, 1, SET_POINT_K), first_K);
    ck_assert_double_eq(window_K(used, 1, SET_POINT_K), first_K);
    atw_chip_destroy(used);
    atw_chip_destroy(fresh);
}
END_TEST

START_TEST(power_is_current_and_resistance_and_all_of_it_leaves)
{
    struct atw_chip_design design = spiral_design();
    struct atw_chip *chip;
    struct atw_chip_solution *solution;
    struct atw_chip_operation is;

    design.gas_loss_W_per_m2_K = 20.0;
    chip = chip_of(&design);
    solution = solve(chip);
    is = atw_chip_solution_operation(solution);
    ck_assert_double_eq_tol(is.power_W, is.current_A * is.current_A * is.resistance_ohm,
                            1e-9 * is.power_W);
    ck_assert_double_eq_tol(is.frame_W + is.radiated_W + is.gas_W,
                            is.power_W + is.lead_power_W, 1e-8 * is.power_W);
    ck_assert_double_gt(is.gas_W, 0.01 * is.power_W);
    ck_assert_double_gt(is.radiated_W, 0.01 * is.power_W);
    ck_assert_double_gt(is.power_W, 3e-3);
    ck_assert_double_lt(is.power_W, 8e-3);
    atw_chip_solution_destroy(solution);
    atw_chip_destroy(chip);
}
END_TEST

START_TEST(calibration_on_the_resistance_makes_the_mean_of_the_line_the_set_point)
{
    struct atw_chip_design design = spiral_design();
    struct atw_chip *chip, *twin;
    struct atw_chip_solution *solution;
    struct atw_chip_operation is;
    double cold_ohm, at_set_point_ohm;

    design.calibration = ATW_CALIBRATED_ON_RESISTANCE;
    chip = chip_of(&design);
    solution = solve(chip);
    is = atw_chip_solution_operation(solution);
    /* The design without temperature coefficient has the cold resistance. */
    design.tcr_per_K = 0.0;
    design.calibration = ATW_CALIBRATED_AT_CENTRE;
    twin = chip_of(&design);
    atw_chip_solution_destroy(solution);
    solution = solve(twin);
    cold_ohm = atw_chip_solution_operation(solution).resistance_ohm;
    at_set_point_ohm = cold_ohm * (1.0 + 2.5e-3 * (SET_POINT_K - 298.15));
    ck_assert_double_eq_tol(is.resistance_ohm, at_set_point_ohm, 1e-9 * cold_ohm);
    /* So the centre is hotter than that. */
    ck_assert_double_gt(window_K(chip, 0, SET_POINT_K), SET_POINT_K + 10.0);
    atw_chip_solution_destroy(solution);
    atw_chip_destroy(chip);
    atw_chip_destroy(twin);
}
END_TEST

START_TEST(a_turned_heater_turns_the_temperature)
{
    struct atw_chip_design design = spiral_design();
    struct atw_chip_window windows[2] = {{.name = "centre"}, {.name = "edge"}};
    struct atw_chip *straight = chip_of(&design), *turned;

    design.windows = windows;
    windows[1].y_m = 90e-6;
    design.geometry.rotation_rad = 0.5 * ATW_PI;
    turned = chip_of(&design);
    ck_assert_double_eq_tol(window_K(turned, 1, SET_POINT_K),
                            window_K(straight, 1, SET_POINT_K), 1e-6);
    atw_chip_destroy(straight);
    atw_chip_destroy(turned);
}
END_TEST

START_TEST(maps_profiles_and_points_are_the_same_temperatures)
{
    struct atw_error err;
    struct atw_chip_design design = spiral_design();
    struct atw_chip *chip = chip_of(&design);
    struct atw_chip_solution *solution = solve(chip);
    struct atw_field *map = NULL;
    double x_m;

    ck_assert_double_eq_tol(atw_chip_solution_at(solution, 90e-6, 0.0),
                            window_K(chip, 1, SET_POINT_K), 1e-9);
    ck_assert_double_eq(atw_chip_solution_at(solution, 390e-6, 200e-6), 298.15);
    CHECK_OK(atw_chip_solution_map(&map, solution, 10e-6, &err));
    ck_assert_uint_eq(map->grid.n_x, 80);
    ck_assert_uint_eq(map->grid.n_y, 80);
    ck_assert_double_eq((double)map->value[0], (double)(float)298.15);
    x_m = atw_grid_position_m(49, 80, 10e-6);
    ck_assert_double_eq_tol((double)map->value[atw_grid_index(&map->grid, 49, 40, 0)],
                            atw_chip_solution_at(solution, x_m, 5e-6), 1e-3);
    ck_assert_double_lt(atw_chip_solution_around(solution, 120e-6, NULL),
                        atw_chip_solution_around(solution, 60e-6, NULL));
    atw_field_destroy(map);
    CHECK_FAILS(atw_chip_solution_map(&map, solution, 1e-8, &err), ATW_EINVAL,
                "at most 4096 along a side");
    atw_chip_solution_destroy(solution);
    atw_chip_destroy(chip);
}
END_TEST

START_TEST(set_points_out_of_reach_are_refused)
{
    struct atw_error err;
    struct atw_chip_design design = spiral_design();
    struct atw_chip *chip = chip_of(&design);
    double T_K = 2.385;

    CHECK_FAILS(atw_chip_temperature(chip, 0, 290.0, &T_K, &err), ATW_EINVAL,
                "below the frame, 25 degC");
    CHECK_FAILS(atw_chip_temperature(chip, 0, 1600.0, &T_K, &err), ATW_EINVAL,
                "set point 1326.85 degC is outside what the controller accepts, 25 to "
                "1300 degC");
    atw_chip_destroy(chip);
    design.greatest_current_A = 2e-3;
    chip = chip_of(&design);
    CHECK_FAILS(atw_chip_temperature(chip, 0, SET_POINT_K, &T_K, &err), ATW_EINVAL,
                "the controller gives at most 2 mA (controller.greatest_current)");
    atw_chip_destroy(chip);
    design = spiral_design();
    design.max_iterations = 2;
    chip = chip_of(&design);
    CHECK_FAILS(atw_chip_temperature(chip, 0, SET_POINT_K, &T_K, &err), ATW_EDIVERGED,
                "no steady state");
    ck_assert_double_eq(T_K, 2.385);
    atw_chip_destroy(chip);
}
END_TEST

START_TEST(windows_heat_up_and_cool_within_milliseconds)
{
    enum { N = 8 };
    struct atw_error err;
    struct atw_chip_design design = spiral_design();
    struct atw_chip *chip = chip_of(&design);
    double tau_s = 0.0, heating_K[N][SPIRAL_WINDOWS], quench_K[N][SPIRAL_WINDOWS];

    CHECK_OK(atw_chip_time_constant(chip, SET_POINT_K, &tau_s, &err));
    ck_assert_double_gt(tau_s, 3e-3);
    ck_assert_double_lt(tau_s, 40e-3);
    CHECK_OK(
        atw_chip_history(chip, SET_POINT_K, tau_s, N, heating_K[0], quench_K[0], &err));
    /* By the definition of the time constant. */
    ck_assert_double_eq_tol(quench_K[0][0] - 298.15, exp(-1.0) * (SET_POINT_K - 298.15),
                            2.0);
    for (int i = 1; i < N; i++)
        for (int w = 0; w < SPIRAL_WINDOWS; w++)
            ck_assert_double_lt(quench_K[i][w], quench_K[i - 1][w]);
    ck_assert_double_eq_tol(heating_K[N - 1][0], SET_POINT_K, 1.0);
    ck_assert_double_eq_tol(heating_K[N - 1][1], window_K(chip, 1, SET_POINT_K), 2.0);
    atw_chip_destroy(chip);
}
END_TEST

START_TEST(tables_have_neither_map_nor_history)
{
    struct atw_error err;
    struct atw_chip *chip = NULL;
    struct atw_chip_solution *solution = NULL;
    double row[2] = {400.0, 390.0}, set_point_K = 400.0, history[2];

    CHECK_OK(atw_chip_create_table(&chip, spiral_windows, SPIRAL_WINDOWS, &set_point_K, 1,
                                   row, 0.01, &err));
    CHECK_FAILS(atw_chip_solve(&solution, chip, 400.0, &err), ATW_EINVAL, "no map");
    CHECK_FAILS(atw_chip_history(chip, 400.0, 1e-3, 1, history, history, &err),
                ATW_EINVAL, "no history");
    ck_assert_ptr_null(atw_chip_trace(chip));
    ck_assert_ptr_null(atw_chip_design(chip));
    atw_chip_destroy(chip);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sheet chip");
    TCase *tests = tcase_create("sheet chip");

    tcase_add_test(tests,
                   centre_has_the_set_point_and_the_edge_is_colder_the_hotter_it_gets);
    tcase_add_test(tests, answers_do_not_depend_on_what_was_asked_before);
    tcase_add_test(tests, power_is_current_and_resistance_and_all_of_it_leaves);
    tcase_add_test(
        tests, calibration_on_the_resistance_makes_the_mean_of_the_line_the_set_point);
    tcase_add_test(tests, a_turned_heater_turns_the_temperature);
    tcase_add_test(tests, maps_profiles_and_points_are_the_same_temperatures);
    tcase_add_test(tests, set_points_out_of_reach_are_refused);
    tcase_add_test(tests, windows_heat_up_and_cool_within_milliseconds);
    tcase_add_test(tests, tables_have_neither_map_nor_history);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
