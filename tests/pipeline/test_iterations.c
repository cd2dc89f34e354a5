/* Stopping rules and options of reconstruction methods in an analysis. */
#include <string.h>

#include "core/progress.h"
#include "pipeline/fixture.h"
#include "support/support.h"

#define VOXELS(field) atw_grid_voxel_count(&(field)->grid)

static void
create(struct fixture_run *run, struct atw_specimen **specimen, const char *const *keys)
{
    struct atw_error err;

    fixture_run_create(run, fixture_scenario, keys);
    CHECK_OK(atw_specimen_create(specimen, run->experiment, 0, &err));
}

static void destroy(struct fixture_run runs[2], struct atw_specimen *specimen[2])
{
    for (int i = 0; i < 2; i++) {
        atw_specimen_destroy(specimen[i]);
        fixture_run_destroy(&runs[i]);
    }
}

static size_t iterations_of(const struct atw_specimen *specimen)
{
    return specimen->measurement[0].instrument->reconstruction.iterations;
}

/* Everything that is reconstructed, and with it every number that follows. */
static void check_same(const struct atw_specimen *a, const struct atw_specimen *b)
{
    ck_assert_uint_eq(a->n_tomograms, b->n_tomograms);
    for (size_t i = 0; i < a->n_tomograms; i++) {
        const struct atw_measurement *one = &a->measurement[i];
        const struct atw_measurement *other = &b->measurement[i];

        ck_assert_mem_eq(one->volume->value, other->volume->value,
                         VOXELS(one->volume) * sizeof(float));
        ck_assert_double_eq(one->spread_alloyed, other->spread_alloyed);
        ck_assert_double_eq(one->squared_spread_std, other->squared_spread_std);
    }
}

/* The rules stop before all 40, and the analysis is that of so many without a rule. */
START_TEST(a_rule_gives_all_series_and_imitations_as_many_iterations)
{
    static const char *const rules[] = {"analysis.reconstruction.hold_out=4",
                                        "analysis.reconstruction.discrepancy=0.15"};
    const char *stopped[] = {rules[_i], "analysis.reconstruction.iterations=40", NULL};
    char text[64];
    const char *fixed[] = {text, NULL};
    struct fixture_run runs[2];
    struct atw_specimen *specimen[2] = {NULL};

    create(&runs[0], &specimen[0], stopped);
    ck_assert_uint_gt(iterations_of(specimen[0]), 2);
    ck_assert_uint_lt(iterations_of(specimen[0]), 40);
    snprintf(text, sizeof text, "analysis.reconstruction.iterations=%zu",
             iterations_of(specimen[0]));
    create(&runs[1], &specimen[1], fixed);
    check_same(specimen[0], specimen[1]);
    destroy(runs, specimen);
}
END_TEST

START_TEST(iterations_are_those_of_the_method_unless_given)
{
    static const struct {
        const char *method, *iterations;
        size_t expected;
    } cases[] = {{"os-em", "null", 2}, {"sirt", "null", 20}, {"os-em", "3", 3}};
    char method[64], iterations[64];
    const char *keys[] = {method, iterations, NULL};
    struct fixture_run run;

    snprintf(method, sizeof method, "analysis.reconstruction.method=%s",
             cases[_i].method);
    snprintf(iterations, sizeof iterations, "analysis.reconstruction.iterations=%s",
             cases[_i].iterations);
    fixture_run_create(&run, fixture_scenario, keys);
    ck_assert_uint_eq(run.experiment->analysis.reconstruction.iterations,
                      cases[_i].expected);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(one_penalty_serves_all_series)
{
    static const char *const tv = "analysis.reconstruction.method=tv";
    static const char *const few = "analysis.reconstruction.iterations=6";
    const char *ruled[] = {tv, few, "analysis.reconstruction.hold_out=3", NULL};
    char weight[80];
    const char *fixed[] = {tv, few, weight, NULL};
    struct fixture_run runs[2];
    struct atw_specimen *specimen[2] = {NULL};

    create(&runs[0], &specimen[0], ruled);
    ck_assert_double_gt(specimen[0]->instrument[0]->reconstruction.regularisation, 0.0);
    ck_assert_uint_eq(specimen[0]->instrument[0]->reconstruction.iterations, 6);
    snprintf(weight, sizeof weight, "analysis.reconstruction.regularisation=%.17g",
             specimen[0]->instrument[0]->reconstruction.regularisation);
    create(&runs[1], &specimen[1], fixed);
    check_same(specimen[0], specimen[1]);
    destroy(runs, specimen);
}
END_TEST

START_TEST(options_reach_their_method)
{
    static const struct {
        const char *method, *option;
    } cases[] = {{"os-em", "analysis.reconstruction.subsets=3"},
                 {"wbp", "analysis.reconstruction.filter=hann"},
                 {"tv", "analysis.reconstruction.regularisation=0.1"}};
    char method[64];
    const char *plain[] = {method, NULL}, *given[] = {method, cases[_i].option, NULL};
    struct fixture_run runs[2];
    struct atw_specimen *specimen[2] = {NULL};
    const struct atw_field *volume;

    snprintf(method, sizeof method, "analysis.reconstruction.method=%s",
             cases[_i].method);
    create(&runs[0], &specimen[0], plain);
    create(&runs[1], &specimen[1], given);
    volume = specimen[0]->measurement[0].volume;
    ck_assert_int_ne(memcmp(volume->value, specimen[1]->measurement[0].volume->value,
                            VOXELS(volume) * sizeof(float)),
                     0);
    destroy(runs, specimen);
}
END_TEST

START_TEST(options_that_would_do_nothing_are_refused)
{
    static const struct {
        const char *key, *method, *text;
    } cases[] = {
        {"subsets=3", "em", "does nothing with method em; it is for os-em"},
        {"filter=hann", "em", "it is for wbp"},
        {"regularisation=0.1", "sirt", "it is for tv"},
        {"hold_out=3", "wbp", "method wbp, which has one step"},
        {"discrepancy=0.1", "wbp", "method wbp, which has one step"},
        {"hold_out=1", "em", "give 2 or more"},
    };
    char key[64], method[64];
    const char *keys[] = {key, method, NULL};
    struct atw_analysis_settings settings;
    struct atw_config *config = NULL;
    struct atw_error err;

    snprintf(key, sizeof key, "analysis.reconstruction.%s", cases[_i].key);
    snprintf(method, sizeof method, "analysis.reconstruction.method=%s",
             cases[_i].method);
    CHECK_OK(fixture_load(&config, fixture_scenario, keys, &err));
    CHECK_FAILS(atw_analysis_settings_read(&settings, config, &err), ATW_EINPUT,
                cases[_i].text);
    ck_assert_ptr_nonnull(strstr(err.text, "analysis.reconstruction."));
    atw_config_destroy(config);
}
END_TEST

START_TEST(a_rule_that_leaves_no_views_is_refused)
{
    static const char *const keys[] = {"analysis.reconstruction.hold_out=74", NULL};
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, keys);
    CHECK_FAILS(atw_specimen_create(&specimen, run.experiment, 1, &err), ATW_EINPUT,
                "particle B: analysis.reconstruction.hold_out: one view in 74 of 37 "
                "cannot be held out; give 2 to 73");
    ck_assert_ptr_null(specimen);
    fixture_run_destroy(&run);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("iterations");
    TCase *tests = tcase_create("iterations");

    atw_progress_set_quiet(1);
    tcase_add_loop_test(tests, a_rule_gives_all_series_and_imitations_as_many_iterations,
                        0, 2);
    tcase_add_loop_test(tests, iterations_are_those_of_the_method_unless_given, 0, 3);
    tcase_add_test(tests, one_penalty_serves_all_series);
    tcase_add_loop_test(tests, options_reach_their_method, 0, 3);
    tcase_add_loop_test(tests, options_that_would_do_nothing_are_refused, 0, 6);
    tcase_add_test(tests, a_rule_that_leaves_no_views_is_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
