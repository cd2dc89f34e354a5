/* Chips from files: the shipped models, what is refused in a chip, and calibration. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/sheet_chip.h"
#include "core/constants.h"
#include "io/scenario_schema.h"
#include "pipeline/chip_calibrate.h"
#include "pipeline/chip_section.h"
#include "support/support.h"

#define SET_POINT_K (400.0 + ATW_ZERO_CELSIUS_K)

/* overrides: NULL-terminated, or NULL. */
static struct atw_config *load(const char *model, const char *const *overrides)
{
    struct atw_error err;
    struct atw_config *config = NULL;
    char text[128];
    size_t n = 0;
    int length = snprintf(text, sizeof text, "chip: {model: %s}\n", model);

    while (overrides && overrides[n])
        n++;
    CHECK_OK(atw_config_parse(&config, &atw_chip_schema, text, (size_t)length,
                              "chip.yaml", overrides, n, &err));
    return config;
}

static struct atw_chip *read_chip(const char *model)
{
    struct atw_error err;
    struct atw_config *config = load(model, NULL);
    struct atw_chip *chip = NULL;

    CHECK_OK(atw_chip_read(&chip, config, &err));
    atw_config_destroy(config);
    return chip;
}

/* T(window) - T(centre). */
static double
difference_K(const struct atw_chip *chip, const char *name, double set_point_K)
{
    struct atw_error err;
    size_t window, centre;
    double T_K, centre_K;

    CHECK_OK(atw_chip_find_window(chip, name, &window, &err));
    CHECK_OK(atw_chip_find_window(chip, "centre", &centre, &err));
    CHECK_OK(atw_chip_temperature(chip, window, set_point_K, &T_K, &err));
    CHECK_OK(atw_chip_temperature(chip, centre, set_point_K, &centre_K, &err));
    return T_K - centre_K;
}

START_TEST(double_spiral_meets_the_published_difference)
{
    struct atw_error err;
    struct atw_chip *chip = read_chip("double-spiral-like");
    struct atw_chip_window window;
    double tau_s = 0.0;
    size_t edge;

    CHECK_OK(atw_chip_find_window(chip, "edge", &edge, &err));
    window = atw_chip_window(chip, edge);
    ck_assert_double_eq_tol(hypot(window.x_m, window.y_m), 90e-6, 1e-12);
    ck_assert_double_eq_tol(difference_K(chip, "edge", SET_POINT_K), -34.0, 0.1);
    /* In proportion to the heat that flows: more at 430 degC. */
    ck_assert_double_eq_tol(difference_K(chip, "edge", SET_POINT_K + 30.0),
                            -34.0 * 405.0 / 375.0, 0.5);
    CHECK_OK(atw_chip_time_constant(chip, SET_POINT_K, &tau_s, &err));
    ck_assert_double_gt(tau_s, 3e-3);
    ck_assert_double_lt(tau_s, 40e-3);
    atw_chip_destroy(chip);
}
END_TEST

START_TEST(circular_spiral_is_flat_in_the_middle)
{
    struct atw_error err;
    struct atw_chip *chip = read_chip("circular-spiral-like");
    struct atw_chip_solution *solution = NULL;
    struct atw_chip_window window;
    size_t edge;

    CHECK_OK(atw_chip_find_window(chip, "edge", &edge, &err));
    window = atw_chip_window(chip, edge);
    ck_assert_double_eq_tol(hypot(window.x_m, window.y_m), 35e-6, 1e-12);
    ck_assert_double_le(fabs(difference_K(chip, "edge", SET_POINT_K)), 2.0);
    CHECK_OK(atw_chip_solve(&solution, chip, SET_POINT_K, &err));
    for (int r = 1; r <= 35; r += 2)
        ck_assert_double_eq_tol(atw_chip_solution_around(solution, 1e-6 * r, NULL),
                                SET_POINT_K, 1.0);
    atw_chip_solution_destroy(solution);
    atw_chip_destroy(chip);
}
END_TEST

/* The published comparison takes two designs at two distances. */
START_TEST(most_of_the_published_improvement_is_distance)
{
    struct atw_error err;
    struct atw_chip *chips[2] = {read_chip("double-spiral-like"),
                                 read_chip("circular-spiral-like")};
    double at_35_K[2], at_90_K[2];

    for (int i = 0; i < 2; i++) {
        struct atw_chip_solution *solution = NULL;

        CHECK_OK(atw_chip_solve(&solution, chips[i], SET_POINT_K, &err));
        at_35_K[i] = atw_chip_solution_around(solution, 35e-6, NULL) - SET_POINT_K;
        at_90_K[i] = atw_chip_solution_around(solution, 90e-6, NULL) - SET_POINT_K;
        atw_chip_solution_destroy(solution);
        atw_chip_destroy(chips[i]);
    }
    printf("mean around the circle, double and circular spiral: %.1f, %.1f K at 35 um; "
           "%.1f, %.1f K at 90 um\n",
           at_35_K[0], at_35_K[1], at_90_K[0], at_90_K[1]);
    ck_assert_double_lt(fabs(at_35_K[0]), 5.1); /* published uncertainty: 8 K */
    ck_assert_double_lt(fabs(at_35_K[1]), fabs(at_35_K[0]));
    ck_assert_double_lt(fabs(at_90_K[1]), 0.7 * fabs(at_90_K[0]));
    ck_assert_double_gt(at_35_K[0] - at_90_K[0],
                        0.9 * (at_35_K[1] - at_90_K[0])); /* 90 -> 35 um, same chip */
}
END_TEST

START_TEST(every_range_holds_the_value_of_its_model)
{
    static const char *const models[] = {"double-spiral-like", "circular-spiral-like"};
    struct atw_error err;

    for (int m = 0; m < 2; m++) {
        struct atw_config *config = load(models[m], NULL);
        size_t n = atw_config_count(config, "chip.ranges");

        ck_assert_uint_ge(n, 20);
        for (size_t i = 0; i < n; i++) {
            struct atw_chip_range range;

            CHECK_OK(atw_chip_read_range(&range, config, i, &err));
            ck_assert_msg(range.value >= range.low && range.value <= range.high,
                          "%s: %s = %g", models[m], range.key, range.value);
            ck_assert_str_ne(atw_config_text(config, "chip.ranges[%zu].source", i), "");
        }
        atw_config_destroy(config);
    }
}
END_TEST

/* ---- calibration ---------------------------------------------------------- */

START_TEST(calibration_reproduces_the_shipped_model)
{
    struct atw_error err;
    struct atw_config *config = load("double-spiral-like", NULL), *calibrated = NULL;
    struct atw_chip_measurement measurement;
    struct atw_chip_calibrated result;

    CHECK_OK(atw_chip_read_measurement(&measurement, config, &err));
    CHECK_OK(atw_chip_calibrate(&result, &calibrated, config, &measurement, &err));
    ck_assert_double_eq_tol(result.difference_K, -34.0, 1e-3);
    ck_assert_double_eq_tol(result.value,
                            atw_config_number(config, "chip.heater.conductivity"), 2e-3);
    ck_assert_double_ge(result.value, result.low);
    ck_assert_double_le(result.value, result.high);
    ck_assert_double_eq(atw_config_number(calibrated, "chip.heater.conductivity"),
                        result.value);
    atw_config_destroy(calibrated);
    atw_config_destroy(config);
}
END_TEST

static void refuses(const char *model, const char *const *overrides, const char *text)
{
    struct atw_error err;
    struct atw_config *config = load(model, overrides), *calibrated = NULL;
    struct atw_chip_measurement measurement;
    struct atw_chip_calibrated result;

    CHECK_OK(atw_chip_read_measurement(&measurement, config, &err));
    CHECK_FAILS(atw_chip_calibrate(&result, &calibrated, config, &measurement, &err),
                ATW_EINPUT, text);
    ck_assert_ptr_null(calibrated);
    atw_config_destroy(config);
}

START_TEST(what_cannot_be_met_is_refused)
{
    static const char *const coarse = "chip.mesh.cell=15 um";
    struct atw_error err;
    struct atw_chip_measurement measurement;
    struct atw_config *config = load("circular-spiral-like", NULL);

    refuses("double-spiral-like",
            (const char *[]){coarse, "chip.calibration.difference=-90 K", NULL},
            "cannot be met by heater.conductivity within its range: 30 W/(m K) gives");
    refuses("double-spiral-like",
            (const char *[]){coarse, "chip.calibration.parameter=heater.pitch", NULL},
            "'heater.pitch' has no range");
    refuses("double-spiral-like",
            (const char *[]){coarse, "chip.calibration.window=moon", NULL},
            "no window 'moon'");
    CHECK_FAILS(atw_chip_read_measurement(&measurement, config, &err), ATW_EINPUT,
                "parameter is not set");
    atw_config_destroy(config);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chips");
    TCase *tests = tcase_create("chips");

    tcase_add_test(tests, double_spiral_meets_the_published_difference);
    tcase_add_test(tests, circular_spiral_is_flat_in_the_middle);
    tcase_add_test(tests, most_of_the_published_improvement_is_distance);
    tcase_add_test(tests, every_range_holds_the_value_of_its_model);
    tcase_add_test(tests, calibration_reproduces_the_shipped_model);
    tcase_add_test(tests, what_cannot_be_met_is_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
