/* The curve of the variance left, made without noise from every other slice, against one
 * with the noise that measured spreads have, of all slices. */
#include <math.h>
#include <stdio.h>

#include "pipeline/fixture.h"
#include "pipeline/start_internal.h"
#include "support/support.h"

#define N_S 9

/* Shares of a state after S: of the curve, and with noise. */
struct shares {
    double curve, noisy;
};

static struct shares
shares_after(struct atw_start_state *start, const struct atw_specimen *specimen, double S)
{
    const struct atw_measurement *measurement = specimen->measurement;
    const struct atw_start_reference *reference = &start->reference[0];
    double measured2 = pow(measurement[1].spread_alloyed, 2.0);
    double unheated2 = pow(measurement[0].spread, 2.0);
    struct atw_tilt_series *signal;
    double variance_left, noisy;
    struct atw_error err;

    CHECK_OK(atw_start_state_variance(start, 1, S, &variance_left, &err));
    CHECK_OK(atw_diffusion_family_at(start->family, S, start->composition, &err));
    CHECK_OK(atw_start_signal(&signal, start, 0, &err));
    CHECK_OK(atw_start_see_noisy(&noisy, start, 0, signal, &err));
    atw_tilt_series_destroy(signal);
    return (struct shares){.curve = (measured2 + variance_left * (unheated2 - measured2) -
                                     reference->alloyed_level) /
                                    (unheated2 - reference->alloyed_level),
                           .noisy =
                               (noisy - reference->noisy_alloyed) /
                               (reference->noisy_unheated - reference->noisy_alloyed)};
}

/* 0: slices of a few voxels, all of which are used; 1: every other one. */
static const char *const coarse[] = {FIXTURE_TABLE, "analysis.estimators=[]", NULL};
static const char *const fine[] = {FIXTURE_TABLE, "analysis.estimators=[]",
                                   "simulation.voxel=0.6 nm", "microscope.pixel=0.6 nm",
                                   NULL};

START_TEST(curve_is_the_one_with_noise)
{
    struct fixture_run run;
    struct atw_analysis *analysis;
    struct atw_start_state *start;
    double worst = 0.0, worst_silent = 0.0, std;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, _i ? fine : coarse);
    CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
    CHECK_OK(atw_start_state_create(&start, analysis->specimen[0], &err));
    std = analysis->specimen[0]->measurement[1].variance_left_std;
    for (size_t i = 0; i < N_S; i++) {
        struct shares shares =
            shares_after(start, analysis->specimen[0], 0.2e-18 * exp(0.7 * (double)i));
        double silent = start->known[start->n_known - 1].silent_share;

        worst = fmax(worst, fabs(shares.curve - shares.noisy));
        worst_silent = fmax(worst_silent, fabs(silent - shares.noisy));
    }
    printf("  shares are off by %.5f at most, without noise by %.5f; measured ones +- "
           "%.5f\n",
           worst, worst_silent, std);
    ck_assert_int_eq(analysis->specimen[0]->measurement[0].sample->share < 1.0, _i);
    ck_assert_double_lt(worst, 0.1 * std);
    ck_assert_double_gt(worst_silent, 2.0 * worst);
    atw_start_state_destroy(start);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

/* Neither an excess nor draws, and all slices: shares of the curve as they are. */
START_TEST(without_noise_there_is_nothing_to_correct)
{
    static const char *const keys[] = {FIXTURE_TABLE, "analysis.estimators=[]",
                                       "analysis.alloying.reference_noise=none", NULL};
    struct fixture_run run;
    struct atw_analysis *analysis;
    struct atw_start_state *start;
    double variance_left;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, keys);
    CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
    CHECK_OK(atw_start_state_create(&start, analysis->specimen[0], &err));
    CHECK_OK(atw_start_state_variance(start, 1, 1e-18, &variance_left, &err));
    ck_assert_ptr_null(start->reference[0].excess.interpolant);
    ck_assert_double_eq(start->reference[0].alloyed_level, start->reference[0].alloyed);
    atw_start_state_destroy(start);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

/* References that cannot tell a share. */
START_TEST(state_that_is_alloyed_is_refused)
{
    struct fixture_run run;
    struct atw_analysis *analysis;
    struct atw_start_state *start;
    double variance_left;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, coarse);
    CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
    CHECK_OK(atw_start_state_create(&start, analysis->specimen[0], &err));
    start->reference[0].unheated = 1e-6;
    start->reference[0].is_unheated_known = 1;
    CHECK_FAILS(atw_start_state_variance(start, 1, 1e-18, &variance_left, &err),
                ATW_EINVAL, "alloyed");
    atw_start_state_destroy(start);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("start curve");
    TCase *tests = tcase_create("start curve");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, curve_is_the_one_with_noise, 0, 2);
    tcase_add_test(tests, without_noise_there_is_nothing_to_correct);
    tcase_add_test(tests, state_that_is_alloyed_is_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
