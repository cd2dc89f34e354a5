/* An experiment drawn again from what its analysis believes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/parallel.h"
#include "pipeline/fixture.h"
#include "pipeline/replicate.h"
#include "pipeline/start_state.h"
#include "support/support.h"

#define N_STEPS 2

static struct atw_error err;

static void analyse(struct fixture_run *run,
                    struct atw_analysis **analysis,
                    const char *const *overrides)
{
    fixture_run_create(run, fixture_scenario, overrides);
    CHECK_OK(atw_analyse(analysis, run->experiment, &err));
}

/* S until the end of every step, the true one. */
static void true_S(double *S_m2, const struct fixture_run *run)
{
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < N_STEPS; k++)
            S_m2[p * ATW_STEPS_MAX + k] = run->truth->particle[p].S_m2[k] +
                                          (k > 0 ? S_m2[p * ATW_STEPS_MAX + k - 1] : 0.0);
}

static double ln_D(const struct atw_interval_result *interval, size_t p, size_t k)
{
    return log(interval[p * ATW_STEPS_MAX + k].D_m2_per_s);
}

/* So they have the bias of the data, which comes from starting in a reconstruction. */
START_TEST(diffusivities_are_off_as_those_of_the_data_are)
{
    static const char *const keys[] = {"analysis.estimators=[paper]",
                                       "microscope.shot_noise=false", NULL};
    double S_m2[2 * ATW_STEPS_MAX] = {0.0};
    struct atw_interval_result *again = NULL;
    struct atw_analysis *analysis = NULL;
    struct fixture_run run;
    double worst = 0.0;

    analyse(&run, &analysis, keys);
    true_S(S_m2, &run);
    CHECK_OK(atw_replicate_intervals(&again, analysis, S_m2, 0, &err));
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < N_STEPS; k++) {
            double found = ln_D(analysis->estimates.interval, p, k);

            ck_assert_double_eq_tol(ln_D(again, p, k), found, 0.15);
            worst = fmax(worst, fabs(found - log(run.truth->particle[p].D_m2_per_s[k])));
        }
    ck_assert_double_gt(worst, 0.3);
    free(again);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(a_draw_is_a_draw_for_any_number_of_threads)
{
    static const char *const keys[] = {"analysis.estimators=[paper]", NULL};
    double S_m2[2 * ATW_STEPS_MAX] = {0.0};
    struct atw_interval_result *again[3] = {NULL};
    struct atw_analysis *analysis = NULL;
    struct fixture_run run;

    analyse(&run, &analysis, keys);
    true_S(S_m2, &run);
    for (size_t i = 0; i < 3; i++) {
        atw_parallel_set_thread_count(i == 0 ? 1 : 3);
        CHECK_OK(atw_replicate_intervals(&again[i], analysis, S_m2, i == 2, &err));
    }
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < N_STEPS; k++) {
            ck_assert_double_eq(ln_D(again[0], p, k), ln_D(again[1], p, k));
            ck_assert_double_ne(ln_D(again[0], p, k), ln_D(again[2], p, k));
        }
    for (size_t i = 0; i < 3; i++)
        free(again[i]);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

/* Series that were aligned went through a low-pass: those drawn do, and what is found in
 * them is compared with imitations that do. */
START_TEST(draws_of_aligned_series_are_filtered_as_they_are)
{
    static const char *const keys[] = {"analysis.estimators=[paper]",
                                       "analysis.alignment.method=com", NULL};
    const struct atw_random_key key = {.seed = 3, .stage = ATW_RANDOM_REPLICATE};
    double S_m2[2 * ATW_STEPS_MAX] = {0.0};
    struct atw_interval_result *again = NULL;
    struct atw_analysis *analysis = NULL;
    struct atw_tilt_series *series = NULL, *raw = NULL;
    struct atw_specimen *specimen;
    struct fixture_run run;

    analyse(&run, &analysis, keys);
    true_S(S_m2, &run);
    CHECK_OK(atw_replicate_intervals(&again, analysis, S_m2, 0, &err));
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < N_STEPS; k++)
            ck_assert_double_eq_tol(ln_D(again, p, k),
                                    ln_D(analysis->estimates.interval, p, k), 0.1);
    specimen = analysis->specimen[0];
    ck_assert_ptr_nonnull(specimen->aligned[0]);
    CHECK_OK(atw_start_state_record(&series, specimen->start, 0, 0.0, &key, &err));
    specimen->measurement[0].instrument->is_aligned = 0;
    CHECK_OK(atw_start_state_record(&raw, specimen->start, 0, 0.0, &key, &err));
    CHECK_OK(atw_alignment_filter(raw, &err));
    for (size_t i = 0; i < atw_tilt_series_pixel_count(raw); i++)
        ck_assert_float_eq(series->value[i], fmaxf(raw->value[i], 0.0F));
    free(again);
    atw_tilt_series_destroy(series);
    atw_tilt_series_destroy(raw);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(what_cannot_be_drawn_again_is_refused)
{
    static const char *const keys[] = {"analysis.estimators=[paper]", NULL};
    double S_m2[2 * ATW_STEPS_MAX] = {0.0};
    struct atw_interval_result *again = NULL;
    struct atw_analysis *analysis = NULL;
    struct fixture_run run;

    analyse(&run, &analysis, keys);
    true_S(S_m2, &run);
    run.experiment->analysis.initial_state_given = 1;
    CHECK_FAILS(atw_replicate_intervals(&again, analysis, S_m2, 0, &err), ATW_EINVAL,
                "initial_state is given");
    ck_assert_ptr_null(again);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("replicate");
    TCase *tests = tcase_create("replicate");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, diffusivities_are_off_as_those_of_the_data_are);
    tcase_add_test(tests, a_draw_is_a_draw_for_any_number_of_threads);
    tcase_add_test(tests, draws_of_aligned_series_are_filtered_as_they_are);
    tcase_add_test(tests, what_cannot_be_drawn_again_is_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
