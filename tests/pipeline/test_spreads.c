/* Measures of spread of a whole analysis: degrees, table and JSON. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/progress.h"
#include "pipeline/fixture.h"
#include "pipeline/result.h"
#include "pipeline/spreads.h"
#include "pipeline/tables.h"
#include "support/support.h"

static double
element(const json_t *particle, const char *measure, const char *key, size_t step)
{
    const json_t *list = json_object_get(
        json_object_get(json_object_get(particle, "measures"), measure), key);

    ck_assert_uint_eq(json_array_size(list), 2);
    return json_number_value(json_array_get(list, step));
}

/* The deviation from the volume alone is an upper bound of that from the counts; the
 * median hardly sees the smaller phase at first, but sees it dissolve. */
static void check_particle(const json_t *particle, const struct atw_measurement *last)
{
    double linear = last->degree_linear;

    ck_assert_double_eq_tol(element(particle, "std", "degree_quadrature", 1),
                            last->degree_quadrature, 1e-3);
    ck_assert_double_eq_tol(element(particle, "std", "degree_linear", 1), linear, 1e-3);
    ck_assert_double_gt(element(particle, "std", "degree_quadrature_std", 1),
                        0.5 * last->degree_std);
    ck_assert_double_eq_tol(element(particle, "iqr", "degree_linear", 1), linear, 0.15);
    ck_assert_double_eq_tol(element(particle, "peaks", "degree_linear", 1), linear, 0.15);
    for (size_t i = 0; i < ATW_SPREAD_MEASURES; i++) {
        const char *name = atw_spread_measure_names[i];

        ck_assert_double_gt(element(particle, name, "degree_linear", 1),
                            element(particle, name, "degree_linear", 0));
        ck_assert_double_gt(element(particle, name, "degree_linear_std", 1), 0.0);
        ck_assert_double_lt(element(particle, name, "degree_linear_std", 1), 0.2);
    }
}

/* Counted in levels here, from the voxels there; the alloyed reference imitated twice. */
START_TEST(degrees_by_std_are_those_of_the_analysis)
{
    const struct atw_timings timings = {NAN, NAN, NAN};
    struct fixture_run run;
    struct atw_analysis *analysis = NULL;
    struct atw_error err;
    json_t *result;
    char *text;

    fixture_run_create(&run, fixture_scenario, NULL);
    CHECK_OK(atw_analyse(&analysis, run.experiment, &err));
    result = atw_result_to_json(analysis, run.truth, NULL, &timings);
    ck_assert(json_is_null(json_object_get(
        json_array_get(json_object_get(result, "particles"), 0), "measures")));
    json_decref(result);
    CHECK_OK(atw_spreads_measure(analysis, &err));
    result = atw_result_to_json(analysis, run.truth, NULL, &timings);
    for (size_t i = 0; i < 2; i++)
        check_particle(json_array_get(json_object_get(result, "particles"), i),
                       &analysis->specimen[i]->measurement[2]);
    json_decref(result);
    CHECK_OK(atw_tables_write(
        &(struct atw_table_source){.analysis = analysis, .truth = run.truth},
        fixture_folder(), &err));
    text = fixture_text("measures.csv");
    ck_assert_ptr_nonnull(strstr(text, "\nB,2,peaks,"));
    free(text);
    text = fixture_text("peaks.csv");
    ck_assert_ptr_nonnull(strstr(text, "\nA,0,2,"));
    free(text);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(a_step_that_was_not_looked_at_has_no_measures)
{
    static const char *const keys[] = {"analysis.estimators=[]", NULL};
    struct atw_tomogram *tomogram;
    struct fixture_run run;
    struct atw_analysis *analysis = NULL;
    struct atw_error err;
    json_t *degrees;
    char *text;

    fixture_run_create(&run, fixture_scenario, keys);
    tomogram = &run.experiment->particle[0].step[0].tomogram;
    atw_tilt_series_destroy(tomogram->series);
    tomogram->series = NULL;
    CHECK_OK(atw_analyse(&analysis, run.experiment, &err));
    CHECK_OK(atw_spreads_measure(analysis, &err));
    degrees = atw_spreads_to_json(analysis, 0);
    for (size_t i = 0; i < ATW_SPREAD_MEASURES; i++) {
        const json_t *list = json_object_get(
            json_object_get(degrees, atw_spread_measure_names[i]), "degree_linear");

        ck_assert(json_is_null(json_array_get(list, 0)));
        ck_assert_double_gt(json_number_value(json_array_get(list, 1)), 0.3);
    }
    json_decref(degrees);
    CHECK_OK(atw_tables_write(&(struct atw_table_source){.analysis = analysis},
                              fixture_folder(), &err));
    text = fixture_text("measures.csv");
    ck_assert_ptr_nonnull(strstr(text, "\nA,1,std,,,,,,,,\n"));
    free(text);
    text = fixture_text("peaks.csv");
    ck_assert_ptr_null(strstr(text, "\nA,1,"));
    free(text);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spreads");
    TCase *tests = tcase_create("spreads");

    atw_progress_set_quiet(1);
    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, degrees_by_std_are_those_of_the_analysis);
    tcase_add_test(tests, a_step_that_was_not_looked_at_has_no_measures);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
