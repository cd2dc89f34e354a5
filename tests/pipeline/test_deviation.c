/* Deviations of measured degrees against their scatter over seeds, through the whole
 * chain: simulation, reconstruction, alloyed reference. */
#include <math.h>
#include <stdio.h>

#include "pipeline/degrees.h"
#include "pipeline/deviation.h"
#include "pipeline/fixture.h"
#include "support/support.h"

enum { SEEDS = 16, STEPS = 2 };

/* The noise of the data and that of the analysis' reference are both new. */
static void measure(unsigned seed, double *left, double *std)
{
    char data[32], reference[48];
    const char *const overrides[] = {data, reference, NULL};
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_error err;

    snprintf(data, sizeof data, "seed=%u", seed);
    snprintf(reference, sizeof reference, "analysis.noise_seed=%u", seed);
    fixture_run_create(&run, fixture_scenario, overrides);
    CHECK_OK(atw_specimen_create(&specimen, run.experiment, 0, &err));
    for (size_t k = 0; k < STEPS; k++) {
        left[k] = specimen->measurement[k + 1].variance_left;
        std[k] = specimen->measurement[k + 1].variance_left_std;
    }
    atw_specimen_destroy(specimen);
    fixture_run_destroy(&run);
}

/* Pooled over the steps, which are not independent: 15 to 30 degrees of freedom, so that
 * the ratio of deviations scatters by 13 to 18 %; three times that is allowed. */
START_TEST(deviations_are_the_scatter_over_seeds)
{
    double left[SEEDS][STEPS], std[SEEDS][STEPS], ratio = 0.0;

    for (unsigned i = 0; i < SEEDS; i++)
        measure(i + 1, left[i], std[i]);
    for (size_t k = 0; k < STEPS; k++) {
        double mean = 0.0, variance = 0.0, predicted = 0.0;

        for (size_t i = 0; i < SEEDS; i++) {
            mean += left[i][k] / SEEDS;
            predicted += std[i][k] * std[i][k] / SEEDS;
        }
        for (size_t i = 0; i < SEEDS; i++)
            variance += pow(left[i][k] - mean, 2.0) / (SEEDS - 1);
        ratio += predicted / variance / STEPS;
    }
    ck_assert_double_eq_tol(sqrt(ratio), 1.0, 0.45);
}
END_TEST

START_TEST(without_noise_no_deviation_is_known)
{
    static const char *const overrides[] = {"microscope.shot_noise=false", NULL};
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, overrides);
    CHECK_OK(atw_specimen_create(&specimen, run.experiment, 0, &err));
    ck_assert(isnan(specimen->measurement[1].variance_left_std));
    ck_assert(isnan(specimen->measurement[1].degree_std));
    atw_specimen_destroy(specimen);
    fixture_run_destroy(&run);
}
END_TEST

/* Four times the electrons: half the deviation, as the noise falls, or less. */
START_TEST(deviations_fall_with_the_dose)
{
    static const char *const overrides[] = {"microscope.peak_counts=800",
                                            "microscope.background=8", NULL};
    double left[STEPS], std[STEPS];
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_error err;

    measure(1, left, std);
    fixture_run_create(&run, fixture_scenario, overrides);
    CHECK_OK(atw_specimen_create(&specimen, run.experiment, 0, &err));
    for (size_t k = 0; k < STEPS; k++) {
        double ratio = specimen->measurement[k + 1].variance_left_std / std[k];

        ck_assert_double_gt(ratio, 0.25);
        ck_assert_double_lt(ratio, 0.65);
    }
    atw_specimen_destroy(specimen);
    fixture_run_destroy(&run);
}
END_TEST

/* Of s^2 and of s_inf^2, from all slices and from every other one: the relative errors
 * are 1 / sqrt(4 slices) and 1 / sqrt(2 slices), of some 40 and 20 slices. */
START_TEST(half_of_the_slices_tell_the_deviation)
{
    static const char *const fine[] = {"simulation.voxel=0.6 nm",
                                       "microscope.pixel=0.6 nm", NULL};
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_sample *whole;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, fine);
    CHECK_OK(atw_specimen_create(&specimen, run.experiment, 0, &err));
    for (size_t k = 0; k <= STEPS; k++) {
        struct atw_measurement *measurement = &specimen->measurement[k];
        struct atw_sample *half = measurement->sample;
        double std = measurement->squared_spread_std;
        double alloyed_std = measurement->squared_alloyed_std;

        ck_assert_double_eq_tol(half->share, 0.5, 0.05);
        CHECK_OK(atw_sample_create(&whole, measurement->interior, measurement->slices,
                                   measurement->instrument->projector, 0, &err));
        ck_assert_double_eq(whole->share, 1.0);
        measurement->sample = whole;
        CHECK_OK(
            atw_deviation_of_spread(specimen, atw_specimen_series(specimen, k), k, &err));
        ck_assert_double_eq_tol(std / measurement->squared_spread_std, 1.0, 0.25);
        if (k == 0) {
            CHECK_OK(atw_degrees_find_reference(specimen, k, &err));
            ck_assert_double_eq_tol(alloyed_std / measurement->squared_alloyed_std, 1.0,
                                    0.35);
        }
        measurement->sample = half;
        atw_sample_destroy(whole);
    }
    atw_specimen_destroy(specimen);
    fixture_run_destroy(&run);
}
END_TEST

/* Ten percent more electrons in one series are ten percent more of everything. */
START_TEST(a_change_of_the_total_is_seen)
{
    static const char *const overrides[] = {"microscope.background=0", NULL};
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_tilt_series *series;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, overrides);
    series = run.experiment->particle[0].step[1].tomogram.series;
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] *= 1.1F;
    CHECK_OK(atw_specimen_create(&specimen, run.experiment, 0, &err));
    ck_assert_double_eq(specimen->measurement[0].total_change, 0.0);
    ck_assert_double_eq_tol(specimen->measurement[1].total_change, 0.0, 0.005);
    ck_assert_double_eq_tol(specimen->measurement[2].total_change, 0.1, 0.005);
    ck_assert_double_eq_tol(specimen->measurement[1].mean_composition,
                            specimen->measurement[0].mean_composition, 0.06);
    atw_specimen_destroy(specimen);
    fixture_run_destroy(&run);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("deviation");
    TCase *tests = tcase_create("deviation");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, deviations_are_the_scatter_over_seeds);
    tcase_add_test(tests, without_noise_no_deviation_is_known);
    tcase_add_test(tests, deviations_fall_with_the_dose);
    tcase_add_test(tests, half_of_the_slices_tell_the_deviation);
    tcase_add_test(tests, a_change_of_the_total_is_seen);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
