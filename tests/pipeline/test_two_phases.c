/* The particle that the analysis starts from: two pure phases as they were before the
 * instrument blurred them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

#include "pipeline/fixture.h"
#include "pipeline/interval.h"
#include "pipeline/two_phases.h"
#include "support/support.h"

static const char *const noiseless[] = {"microscope.shot_noise=false", FIXTURE_TABLE,
                                        "analysis.estimators=[]", NULL};

static struct fixture_amounts amounts_found(const struct atw_specimen *specimen,
                                            struct atw_two_phases_imaging *imaging)
{
    struct atw_field *metal, *composition;
    struct fixture_amounts amounts;
    struct atw_error err;

    CHECK_OK(atw_interval_initial_state(&metal, &composition, specimen, 0, &err));
    CHECK_OK(atw_two_phases_fit(metal, composition, imaging, specimen, &err));
    amounts = fixture_amounts_of(metal, composition);
    atw_field_destroy(metal);
    atw_field_destroy(composition);
    return amounts;
}

START_TEST(start_is_the_particle_before_it_was_imaged)
{
    struct fixture_run run;
    struct atw_analysis *analysis;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, noiseless);
    CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
    for (size_t p = 0; p < 2; p++) {
        const struct atw_truth_particle *truth = &run.truth->particle[p];
        struct atw_two_phases_imaging imaging;
        struct fixture_amounts found = amounts_found(analysis->specimen[p], &imaging);
        struct fixture_amounts true_ =
            fixture_amounts_of(atw_truth_metal(truth, 0), truth->composition[0]);
        double S_m2 = 0.0;

        ck_assert_double_eq(imaging.gain, 1.0);
        ck_assert_double_eq(imaging.damping_per_nm, 0.0);
        printf("  particle %zu: metal %.0f nm3 (true %.0f), shell metal %.0f (%.0f)\n", p,
               found.metal, true_.metal, found.shell, true_.shell);
        ck_assert_double_eq_tol(found.metal, true_.metal, 0.02 * true_.metal);
        ck_assert_double_eq_tol(found.shell, true_.shell, 0.02 * true_.shell);
        for (size_t k = 0; k < truth->n_steps; k++) {
            double error;

            S_m2 += truth->S_m2[k];
            error = fixture_ln_S_error(analysis->specimen[p], k, S_m2);
            printf("  particle %zu, step %zu: ln S %+.3f off\n", p, k, error);
            ck_assert_double_le(fabs(error), 0.08);
        }
    }
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

static const char *const damped[] = {"microscope.shot_noise=false",
                                     FIXTURE_TABLE,
                                     "analysis.estimators=[]",
                                     "microscope.damping.enabled=true",
                                     "microscope.damping.core=75 nm",
                                     "microscope.damping.shell=197 nm",
                                     NULL};

/* Row 1: nor are the counts calibrated. */
START_TEST(damping_that_is_not_stated_is_found)
{
    static const double tolerance[] = {0.05, 0.4}; /* of 1 / mean free path */
    struct fixture_run run;
    struct atw_analysis *analysis;
    struct atw_two_phases_imaging imaging;
    struct fixture_amounts found, true_;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, damped);
    true_ = fixture_amounts_of(atw_truth_metal(&run.truth->particle[0], 0),
                               run.truth->particle[0].composition[0]);
    if (_i == 1)
        run.experiment->counts_per_nm = 0.0;
    CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
    found = amounts_found(analysis->specimen[0], &imaging);
    printf("  mean free path %.1f nm, gain %.3f; metal %.0f nm3 (true %.0f), shell metal "
           "%.0f (%.0f)\n",
           1.0 / imaging.damping_per_nm, imaging.gain, found.metal, true_.metal,
           found.shell, true_.shell);
    ck_assert_double_eq_tol(75.0 * imaging.damping_per_nm, 1.0, tolerance[_i]);
    ck_assert_double_eq_tol(found.metal, true_.metal, 0.02 * true_.metal);
    ck_assert_double_eq_tol(found.shell, true_.shell, 0.02 * true_.shell);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(gain_that_is_not_that_of_the_calibration_is_found)
{
    struct fixture_run run;
    struct atw_analysis *analysis;
    struct atw_two_phases_imaging imaging;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, noiseless);
    run.experiment->counts_per_nm *= 1.08;
    CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
    (void)amounts_found(analysis->specimen[0], &imaging);
    printf("  gain %.3f, damping %.5f / nm\n", imaging.gain, imaging.damping_per_nm);
    ck_assert_double_eq_tol(1.08 * imaging.gain, 1.0, 0.02);
    ck_assert_double_le(imaging.damping_per_nm, 1.0 / 600.0);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

/* Of the variance left after S, what the alloyed reference says nothing of, and the level
 * of the alloyed state, square of a spread. */
static double own_share(struct atw_specimen *specimen, double S_m2, double *level)
{
    const struct atw_measurement *measurement = specimen->measurement;
    double alloyed2 = pow(measurement[1].spread_alloyed, 2.0), after, alloyed;
    struct atw_error err;

    CHECK_OK(atw_specimen_variance_from_start(specimen, 0, S_m2, &after, &err));
    CHECK_OK(atw_specimen_variance_from_start(specimen, 0, 1e-13, &alloyed, &err));
    *level = alloyed2 + alloyed * (pow(measurement[0].spread, 2.0) - alloyed2);
    return (after - alloyed) / (1.0 - alloyed);
}

/* Another draw of the noise moves the curve far less than it does a measured share, and
 * the level of the alloyed state less than an alloyed reference with one draw. */
START_TEST(curve_keeps_nothing_of_one_draw)
{
    static const char *const keys[] = {FIXTURE_TABLE, "analysis.estimators=[]", NULL};
    enum { DRAWS = 8 };
    double share[DRAWS], level[DRAWS], std = NAN, level_std = NAN;
    double mean, scatter, level_scatter;
    struct fixture_run run;

    fixture_run_create(&run, fixture_scenario, keys);
    for (size_t i = 0; i < DRAWS; i++) {
        struct atw_analysis *analysis;
        struct atw_error err;

        run.experiment->analysis.noise_seed += i;
        CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
        share[i] =
            own_share(analysis->specimen[0], run.truth->particle[0].S_m2[0], &level[i]);
        std = analysis->specimen[0]->measurement[1].variance_left_std;
        level_std = analysis->specimen[0]->measurement[1].squared_alloyed_std;
        atw_analysis_destroy(analysis);
    }
    mean = gsl_stats_mean(share, 1, DRAWS);
    scatter = gsl_stats_sd(share, 1, DRAWS);
    level_scatter = gsl_stats_sd(level, 1, DRAWS);
    printf("  share %.6f +- %.6f; measured ones +- %.6f\n", mean, scatter, std);
    printf("  level +- %.2g, with one draw %.2g\n", level_scatter, level_std);
    ck_assert_double_gt(mean, 0.02);
    ck_assert_double_lt(mean, 0.9);
    ck_assert_double_gt(scatter, 1e-8); /* the noise is there */
    ck_assert_double_lt(scatter, 0.05 * std);
    ck_assert_double_lt(level_scatter, 0.6 * level_std);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(even_particle_is_refused)
{
    struct fixture_run run;
    struct atw_analysis *analysis;
    struct atw_field *metal, *composition, *volume;
    struct atw_two_phases_imaging imaging;
    struct atw_specimen *specimen;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, noiseless);
    CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
    specimen = analysis->specimen[0];
    volume = specimen->measurement[0].volume;
    for (size_t i = 0; i < atw_grid_voxel_count(&volume->grid); i++)
        if (specimen->measurement[0].mask->inside[i])
            volume->value[i] = (float)(0.75 * specimen->scale.core);
    CHECK_OK(atw_interval_initial_state(&metal, &composition, specimen, 0, &err));
    CHECK_FAILS(atw_two_phases_fit(metal, composition, &imaging, specimen, &err),
                ATW_EINPUT, "does not show a core in a shell");
    ck_assert_ptr_nonnull(strstr(err.text, "analysis.model.damping"));
    atw_field_destroy(metal);
    atw_field_destroy(composition);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("two phases");
    TCase *tests = tcase_create("two phases");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, start_is_the_particle_before_it_was_imaged);
    tcase_add_loop_test(tests, damping_that_is_not_stated_is_found, 0, 2);
    tcase_add_test(tests, gain_that_is_not_that_of_the_calibration_is_found);
    tcase_add_test(tests, curve_keeps_nothing_of_one_draw);
    tcase_add_test(tests, even_particle_is_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
