/* Factors of a scenario: where their distributions come from, and what is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/fixture.h"
#include "support/support.h"

/* A study of the shipped chip with these factors, or the error. */
static enum atw_status load(struct atw_study **study,
                            const char *settings,
                            const char *factors,
                            struct atw_error *err)
{
    const char *path = scratch_path("study.yaml");
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fprintf(file,
            "format: alloytwin-study/1\nname: test\n"
            "scenario: %s/scenarios/double-spiral.yaml\n"
            "settings: [chip.model=double-spiral-like%s]\n"
            "design: {kind: latin-hypercube, size: 50}\n"
            "factors: [%s]\n",
            getenv("top_srcdir"), settings, factors);
    ck_assert_int_eq(fclose(file), 0);
    return atw_study_load(study, path, NULL, 0, err);
}

/* models/chips/double-spiral-like.yaml: 30 to 120 W/(m K). */
START_TEST(model_range_is_uniform_over_the_range_in_the_model_file)
{
    struct atw_study *study = NULL;
    struct atw_error err;
    double low = 1e9, high = 0.0, sum = 0.0;

    CHECK_OK(load(&study, "",
                  "{key: chip.heater.conductivity, distribution: model-range}", &err));
    for (size_t point = 0; point < 50; point++) {
        double value = atw_study_value(study, point, 0);

        low = value < low ? value : low;
        high = value > high ? value : high;
        sum += value / 50.0;
    }
    ck_assert(low >= 30.0 && low < 30.0 + 90.0 / 50.0);
    ck_assert(high <= 120.0 && high > 120.0 - 90.0 / 50.0);
    ck_assert_double_eq_tol(sum, 75.0, 90.0 / 50.0 / 2.0);
    atw_study_destroy(study);
}
END_TEST

START_TEST(model_range_follows_the_settings_of_the_study)
{
    struct atw_study *study = NULL;
    struct atw_error err;

    CHECK_OK(load(&study,
                  ", 'chip.ranges=[{key: heater.conductivity, low: 59 W/(m K), high: 61 "
                  "W/(m K)}]', 'chip.heater.conductivity=60 W/(m K)'",
                  "{key: chip.heater.conductivity, distribution: model-range}", &err));
    ck_assert_double_eq_tol(study->factor[0].distribution.min, 59.0, 1e-9);
    ck_assert_double_eq_tol(study->factor[0].distribution.max, 61.0, 1e-9);
    ck_assert_ptr_nonnull(strstr(study->identity, "59 W/(m K)"));
    atw_study_destroy(study);
}
END_TEST

static const struct {
    const char *factor, *message;
} refused[] = {
    {"{key: chip.heater.pitch, distribution: model-range}",
     "no model file of the scenario has a range for chip.heater.pitch"},
    {"{key: microscope.blur, distribution: model-range}",
     "no model file of the scenario has a range for microscope.blur"},
    {"{key: chip.heater.conductivit, distribution: model-range}",
     "did you mean \"chip.heater.conductivity\"?"},
    {"{key: chip.heater.conductivity, values: [\"-1 W/(m K)\"]}", "factors[0].values[0]"},
};

START_TEST(what_has_no_range_is_refused)
{
    struct atw_study *study = NULL;
    struct atw_error err;

    CHECK_FAILS(load(&study, "", refused[_i].factor, &err), ATW_EINPUT,
                refused[_i].message);
    ck_assert_ptr_null(study);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("study factors");
    TCase *tests = tcase_create("study factors");

    tcase_add_checked_fixture(tests, scratch_make, scratch_remove);
    tcase_add_test(tests, model_range_is_uniform_over_the_range_in_the_model_file);
    tcase_add_test(tests, model_range_follows_the_settings_of_the_study);
    tcase_add_loop_test(tests, what_has_no_range_is_refused, 0,
                        sizeof refused / sizeof *refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
