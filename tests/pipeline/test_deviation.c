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
    struct atw_measurement *unheated;
    struct atw_sample *half, *whole;
    double std[2], alloyed_std[2];
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, fine);
    CHECK_OK(atw_specimen_create(&specimen, run.experiment, 0, &err));
    unheated = specimen->measurement;
    half = unheated->sample;
    ck_assert_double_eq_tol(half->share, 0.5, 0.05);
    CHECK_OK(atw_sample_create(&whole, unheated->interior, unheated->slices,
                               unheated->instrument->projector, 0, &err));
    ck_assert_double_eq(whole->share, 1.0);
    for (int i = 0; i < 2; i++) {
        unheated->sample = i ? whole : half;
        CHECK_OK(
            atw_deviation_of_spread(specimen, atw_specimen_series(specimen, 0), 0, &err));
        CHECK_OK(atw_degrees_find_reference(specimen, 0, &err));
        std[i] = unheated->squared_spread_std;
        alloyed_std[i] = unheated->squared_alloyed_std;
    }
    ck_assert_double_eq_tol(std[0] / std[1], 1.0, 0.25);
    ck_assert_double_eq_tol(alloyed_std[0] / alloyed_std[1], 1.0, 0.35);
    unheated->sample = half;
    atw_sample_destroy(whole);
    atw_specimen_destroy(specimen);
    fixture_run_destroy(&run);
}
END_TEST

/* On the law, at any dose, nothing moves; off it, what one tomogram says counts less. */
START_TEST(deviations_are_smoothed_over_tomograms)
{
    static const double dose[] = {1.0, 2.0, 0.5};
    const double noise = 3e-7, image = 2e-5;
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_measurement *all;
    double law[STEPS + 1], alloyed;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, NULL);
    CHECK_OK(atw_specimen_create(&specimen, run.experiment, 0, &err));
    all = specimen->measurement;
    alloyed = sqrt(noise + image * pow(all[0].spread_alloyed, 2.0));
    for (size_t k = 0; k <= STEPS; k++) {
        all[k].total_change = dose[k] - 1.0;
        law[k] =
            sqrt(noise / pow(dose[k], 2.0) + image * pow(all[k].spread, 2.0) / dose[k]);
        all[k].squared_spread_std = law[k];
        all[k].squared_alloyed_std = alloyed;
    }
    atw_deviations_smooth(specimen);
    for (size_t k = 0; k <= STEPS; k++) {
        ck_assert_double_eq_tol(all[k].squared_spread_std, law[k], 1e-9 * law[k]);
        ck_assert_double_eq_tol(all[k].squared_alloyed_std, alloyed, 1e-9 * alloyed);
    }
    all[1].squared_spread_std = 1.3 * law[1];
    atw_deviations_smooth(specimen);
    ck_assert_double_gt(all[1].squared_spread_std, 1.0 * law[1]);
    ck_assert_double_lt(all[1].squared_spread_std, 1.25 * law[1]);
    atw_specimen_destroy(specimen);
    fixture_run_destroy(&run);
}
END_TEST

/* Five points and more: the law bends, and a point off it counts less. */
START_TEST(smoothed_deviations_bend)
{
    static const char *const steps[] = {
        "heating.steps=[{set_point: 380 degC, dwell: 60 s}, {set_point: 400 degC, dwell: "
        "60 s}, {set_point: 410 degC, dwell: 90 s}, {set_point: 420 degC, dwell: 90 s}]",
        NULL};
    enum { TOMOGRAMS = 5 };
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_measurement *all;
    double law[TOMOGRAMS], least, range;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, steps);
    CHECK_OK(atw_specimen_create(&specimen, run.experiment, 0, &err));
    ck_assert_uint_eq(specimen->n_tomograms, TOMOGRAMS);
    all = specimen->measurement;
    least = pow(all[0].spread_alloyed, 2.0);
    range = pow(all[0].spread, 2.0) - least;
    for (size_t k = 0; k < TOMOGRAMS; k++) {
        double s2 = pow(all[k].spread, 2.0), t = (s2 - least) / range;

        all[k].total_change = 0.0;
        law[k] = sqrt(3e-7 + 2e-5 * s2 + 1e-6 * t * (1.0 - t));
        all[k].squared_spread_std = law[k];
        all[k].squared_alloyed_std = sqrt(3e-7 + 2e-5 * least);
    }
    atw_deviations_smooth(specimen);
    for (size_t k = 0; k < TOMOGRAMS; k++)
        ck_assert_double_eq_tol(all[k].squared_spread_std, law[k], 1e-6 * law[k]);
    all[2].squared_spread_std = 0.8 * law[2];
    atw_deviations_smooth(specimen);
    ck_assert_double_lt(all[2].squared_spread_std, law[2]);
    ck_assert_double_gt(all[2].squared_spread_std, 0.82 * law[2]);
    atw_specimen_destroy(specimen);
    fixture_run_destroy(&run);
}
END_TEST

/* A variance that falls as the image grows, and one that grows faster than its square:
 * neither part gets negative. Two points are left as they are. */
START_TEST(smoothed_deviations_are_of_two_parts)
{
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_measurement *all;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, NULL);
    CHECK_OK(atw_specimen_create(&specimen, run.experiment, 0, &err));
    all = specimen->measurement;
    for (size_t k = 0; k <= STEPS; k++) {
        all[k].total_change = 0.0;
        all[k].squared_spread_std = 1e-3 / all[k].spread;
        all[k].squared_alloyed_std = 1e-3 / all[0].spread_alloyed;
    }
    atw_deviations_smooth(specimen);
    for (size_t k = 0; k <= STEPS; k++)
        ck_assert_double_eq_tol(all[k].squared_spread_std, all[0].squared_alloyed_std,
                                1e-12);
    for (size_t k = 0; k <= STEPS; k++)
        all[k].squared_spread_std = all[k].spread * all[k].spread;
    all[0].squared_alloyed_std = pow(all[0].spread_alloyed, 2.0);
    atw_deviations_smooth(specimen);
    for (size_t k = 0; k <= STEPS; k++)
        ck_assert_double_gt(all[k].squared_spread_std, 0.0);
    for (size_t k = 0; k <= STEPS; k++)
        all[k].squared_spread_std = k == 1 ? 1e-3 : NAN;
    all[0].squared_alloyed_std = 2e-3;
    atw_deviations_smooth(specimen);
    ck_assert_double_eq(all[1].squared_spread_std, 1e-3);
    ck_assert_double_eq(all[0].squared_alloyed_std, 2e-3);
    ck_assert(isnan(all[2].squared_spread_std));
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
    tcase_add_test(tests, deviations_are_smoothed_over_tomograms);
    tcase_add_test(tests, smoothed_deviations_bend);
    tcase_add_test(tests, smoothed_deviations_are_of_two_parts);
    tcase_add_test(tests, a_change_of_the_total_is_seen);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
