/* Estimator `direct` from the voxels that the unheated tomogram shows. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/parallel.h"
#include "pipeline/direct.h"
#include "pipeline/fixture.h"
#include "support/support.h"

#define FROM_RECONSTRUCTION "analysis.direct.start=reconstruction"

static struct atw_error err;

static void
analyse(struct fixture_run *run, struct atw_analysis **analysis, const char *const *keys)
{
    fixture_run_create(run, fixture_scenario, keys);
    CHECK_OK(atw_analyse_without_curves(analysis, run->experiment, &err));
}

static void finish(struct fixture_run *run, struct atw_analysis *analysis)
{
    atw_analysis_destroy(analysis);
    fixture_run_destroy(run);
}

/* The true voxels, projected by the analysis: nothing is wrong but the square pulse, and
 * the deviance is that of rounding. Row 1: with brightness and background that nobody
 * told the fit, and positions half a pixel off. */
START_TEST(S_comes_back_where_nothing_is_wrong)
{
    static const char *const keys[] = {FIXTURE_TABLE,
                                       "microscope.shot_noise=false",
                                       "simulation.projection=voxels",
                                       "simulation.export_states=true",
                                       "simulation.voxel=1.2 nm",
                                       "analysis.initial_state=given",
                                       "analysis.estimators=[]",
                                       FROM_RECONSTRUCTION,
                                       NULL};
    struct fixture_run run;
    struct atw_analysis *analysis = NULL;

    analyse(&run, &analysis, keys);
    for (size_t p = 0; p < 2; p++) {
        struct atw_ln_S_measured measured;
        double S_m2 = 0.0;

        for (size_t i = 0; _i == 1 && i < 3; i++) {
            struct atw_tilt_series *series =
                i ? run.experiment->particle[p].step[i - 1].tomogram.series
                  : run.experiment->particle[p].reference.series;

            for (size_t j = 0; j < atw_tilt_series_pixel_count(series); j++)
                series->value[j] = 1.07F * series->value[j] + 3.0F;
        }
        CHECK_OK(atw_direct_voxels_fit_ln_S(&measured, analysis->specimen[p], &err));
        ck_assert_int_eq(measured.start, ATW_LN_S_FROM_RECONSTRUCTION);
        ck_assert_uint_eq(measured.n_steps, 2);
        for (size_t k = 0; k < 2; k++) {
            S_m2 += run.truth->particle[p].S_m2[k];
            printf("  particle %zu, step %zu: ln S %+.4f off, std %.4f\n", p, k,
                   measured.ln_S[k] - log(S_m2), sqrt(measured.covariance[k * 3]));
            ck_assert_double_eq_tol(measured.ln_S[k], log(S_m2), 0.002);
            ck_assert_double_gt(measured.covariance[k * 3], 0.0);
        }
        ck_assert_double_eq(measured.covariance[1], 0.0);
        ck_assert_double_lt(atw_deviance_ratio(&measured.deviance), 0.01);
    }
    finish(&run, analysis);
}
END_TEST

/* Noise alone: the scatter of ln S is what the fit says, and the deviance that of chance.
 */
START_TEST(noise_of_the_counts_is_in_the_deviation)
{
    double sum = 0.0;
    size_t n = 0;

    for (int seed = 1; seed <= 6; seed++) {
        char text[32];
        const char *const keys[] = {FIXTURE_TABLE,
                                    "simulation.projection=voxels",
                                    "simulation.export_states=true",
                                    "simulation.voxel=1.2 nm",
                                    "analysis.initial_state=given",
                                    "analysis.estimators=[]",
                                    FROM_RECONSTRUCTION,
                                    text,
                                    NULL};
        struct fixture_run run;
        struct atw_analysis *analysis = NULL;

        snprintf(text, sizeof text, "seed=%d", seed);
        analyse(&run, &analysis, keys);
        for (size_t p = 0; p < 2; p++) {
            struct atw_ln_S_measured measured;
            double S_m2 = 0.0, expected, sigmas;

            CHECK_OK(atw_direct_voxels_fit_ln_S(&measured, analysis->specimen[p], &err));
            for (size_t k = 0; k < 2; k++, n++) {
                S_m2 += run.truth->particle[p].S_m2[k];
                sum +=
                    pow(measured.ln_S[k] - log(S_m2), 2.0) / measured.covariance[k * 3];
            }
            expected = measured.deviance.expected - (double)measured.n_parameters;
            sigmas =
                (measured.deviance.value - expected) / sqrt(measured.deviance.variance);
            ck_assert_double_le(fabs(sigmas), 5.0);
        }
        finish(&run, analysis);
    }
    printf("  chi^2 %.1f of %zu\n", sum, n);
    ck_assert_double_gt(sum, 8.0); /* 24: quantiles 4e-4 and 0.9996 */
    ck_assert_double_lt(sum, 52.0);
}
END_TEST

/* Spheres are no rods: the model gives no number and says where one is. */
START_TEST(particles_of_another_shape_have_a_number)
{
    static const char *const starts[] = {"analysis.direct.start=model",
                                         FROM_RECONSTRUCTION};
    const char *const keys[] = {FIXTURE_TABLE,
                                "particles[0].shape=sphere",
                                "particles[1].shape=sphere",
                                "particles[0].core_diameter=16 nm",
                                "particles[1].core_diameter=16 nm",
                                "analysis.estimators=[direct]",
                                starts[_i],
                                NULL};
    struct fixture_run run;
    struct atw_analysis *analysis = NULL;
    const struct atw_estimate *estimate;

    analyse(&run, &analysis, keys);
    estimate = fixture_estimate(analysis, "counts", 0, 1);
    printf("  %s: dT %.2f +- %.2f K (true %.2f), deviance %.3f, %s\n", starts[_i],
           estimate->delta_T_K, estimate->std_K, atw_truth_mean_delta_T_K(run.truth, 1),
           estimate->deviance_ratio, estimate->status);
    if (_i == 0) {
        ck_assert(isnan(estimate->delta_T_K));
    } else {
        ck_assert_str_eq(estimate->status, "ok");
        ck_assert_double_eq_tol(estimate->delta_T_K,
                                atw_truth_mean_delta_T_K(run.truth, 1), 6.0);
        ck_assert_double_gt(estimate->deviance_ratio, 0.9);
    }
    finish(&run, analysis);
}
END_TEST

/* Nothing is left to mix after the first step: every S does, and none is told. */
START_TEST(steps_that_tell_nothing_are_known_to)
{
    static const char *const keys[] = {FIXTURE_TABLE,
                                       "heating.steps[1].set_point=450 degC",
                                       "heating.steps[1].dwell=2000 s",
                                       "analysis.estimators=[]",
                                       FROM_RECONSTRUCTION,
                                       NULL};
    struct fixture_run run;
    struct atw_analysis *analysis = NULL;
    struct atw_ln_S_measured measured;

    analyse(&run, &analysis, keys);
    CHECK_OK(atw_direct_voxels_fit_ln_S(&measured, analysis->specimen[0], &err));
    ck_assert_double_lt(sqrt(measured.covariance[0]), 0.3);
    ck_assert(!(sqrt(measured.covariance[3]) < 0.3));
    finish(&run, analysis);
}
END_TEST

START_TEST(same_numbers_for_any_number_of_threads)
{
    static const char *const keys[] = {FIXTURE_TABLE, "analysis.estimators=[]",
                                       FROM_RECONSTRUCTION, NULL};
    struct atw_ln_S_measured measured[2];

    for (int i = 0; i < 2; i++) {
        struct fixture_run run;
        struct atw_analysis *analysis = NULL;

        atw_parallel_set_thread_count(i ? 3 : 1);
        analyse(&run, &analysis, keys);
        CHECK_OK(atw_direct_voxels_fit_ln_S(&measured[i], analysis->specimen[1], &err));
        finish(&run, analysis);
    }
    ck_assert_mem_eq(measured[0].ln_S, measured[1].ln_S, 2 * sizeof(double));
    ck_assert_double_eq(measured[0].covariance[0], measured[1].covariance[0]);
    ck_assert_double_eq(measured[0].deviance.value, measured[1].deviance.value);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("direct from voxels");
    TCase *tests = tcase_create("direct from voxels");

    tcase_set_timeout(tests, 600.0);
    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, S_comes_back_where_nothing_is_wrong, 0, 2);
    tcase_add_test(tests, noise_of_the_counts_is_in_the_deviation);
    tcase_add_loop_test(tests, particles_of_another_shape_have_a_number, 0, 2);
    tcase_add_test(tests, steps_that_tell_nothing_are_known_to);
    tcase_add_test(tests, same_numbers_for_any_number_of_threads);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
