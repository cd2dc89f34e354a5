/* The particle that joint may start from instead of what a tomogram shows: a rod fitted
 * to the counts, put where the tomogram has it. */
#include <math.h>
#include <stdio.h>

#include "pipeline/fitted_particle.h"
#include "pipeline/fixture.h"
#include "pipeline/interval.h"
#include "pipeline/moments.h"
#include "support/support.h"

#define LYING                                                                            \
    "particles[0].azimuth=90 deg", "particles[1].azimuth=90 deg",                        \
        "particles[0].core_length=44 nm", "particles[1].core_length=44 nm"

static const char *const from_model[] = {
    "microscope.shot_noise=false", FIXTURE_TABLE, "analysis.estimators=[]",
    "analysis.joint.start=model",  LYING,         NULL};
static const char *const from_reconstruction[] = {
    "microscope.shot_noise=false", FIXTURE_TABLE, "analysis.estimators=[]", LYING, NULL};

static double worst_ln_S_error(const char *const *overrides)
{
    struct fixture_run run;
    struct atw_analysis *analysis;
    struct atw_error err;
    double worst = 0.0;

    fixture_run_create(&run, fixture_scenario, overrides);
    CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
    for (size_t p = 0; p < 2; p++) {
        const struct atw_truth_particle *truth = &run.truth->particle[p];
        double S_m2 = 0.0;

        for (size_t k = 0; k < truth->n_steps; k++) {
            S_m2 += truth->S_m2[k];
            worst = fmax(worst, fabs(fixture_ln_S_error(analysis->specimen[p], k, S_m2)));
        }
    }
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
    return worst;
}

/* The wedge hides the long flat sides of a rod across the tilt axis. */
START_TEST(a_lying_rod_is_known_from_its_counts)
{
    double model = worst_ln_S_error(from_model);
    double reconstruction = worst_ln_S_error(from_reconstruction);

    printf("  ln S off by %.3f from the model, by %.3f from the reconstruction\n", model,
           reconstruction);
    ck_assert_double_lt(model, 0.1);
    ck_assert_double_gt(reconstruction, 3.0 * model);
}
END_TEST

/* Of every voxel, against the phantom of the truth on a grid of its own. */
START_TEST(its_amounts_are_those_of_the_particle)
{
    struct fixture_run run;
    struct atw_analysis *analysis;
    struct atw_field *metal, *composition;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, from_model);
    CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
    for (size_t p = 0; p < 2; p++) {
        const struct atw_truth_particle *truth = &run.truth->particle[p];
        struct fixture_amounts true_ =
            fixture_amounts_of(atw_truth_metal(truth, 0), truth->composition[0]);
        struct fixture_amounts found;

        CHECK_OK(atw_interval_initial_state(&metal, &composition, analysis->specimen[p],
                                            0, &err));
        CHECK_OK(
            atw_fitted_particle_fill(metal, composition, analysis->specimen[p], &err));
        found = fixture_amounts_of(metal, composition);
        printf("  metal %.1f nm3 (true %.1f), shell %.1f (%.1f)\n", found.metal,
               true_.metal, found.shell, true_.shell);
        ck_assert_double_eq_tol(found.metal / true_.metal, 1.0, 5e-3);
        ck_assert_double_eq_tol(found.shell / true_.shell, 1.0, 5e-3);
        atw_field_destroy(metal);
        atw_field_destroy(composition);
    }
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(what_is_no_rod_is_refused)
{
    static const char *const boxes[] = {FIXTURE_TABLE, "analysis.estimators=[]",
                                        "particles[0].shape=box",
                                        "analysis.joint.start=model", NULL};
    struct fixture_run run;
    struct atw_analysis *analysis;
    struct atw_error err;
    double share;

    fixture_run_create(&run, fixture_scenario, boxes);
    CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
    CHECK_FAILS(
        atw_specimen_variance_from_start(analysis->specimen[0], 0, 1e-17, &share, &err),
        ATW_EINPUT, "no rod in a shell");
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

/* Moments with variance v along a known direction, w across it, for many directions. */
START_TEST(longest_axis_of_known_moments)
{
    for (unsigned seed = 0; seed < 50; seed++) {
        double a[3], found[3], norm = 0.0, variance, v = 7.0, w = 2.0;
        struct atw_moments moments = {0};
        struct atw_error err;

        for (unsigned i = 0; i < 3; i++) {
            a[i] = atw_test_deviate(seed, i);
            norm += a[i] * a[i];
        }
        norm = sqrt(norm) * (a[1] < 0.0 ? -1.0 : 1.0);
        for (size_t i = 0; i < 3; i++)
            for (size_t j = 0; j < 3; j++)
                moments.second_m2[i][j] =
                    (v - w) * a[i] * a[j] / (norm * norm) + (i == j ? w : 0.0);
        CHECK_OK(atw_moments_longest_axis(found, &variance, &moments, &err));
        ck_assert_double_eq_tol(variance, v, 1e-12);
        for (size_t i = 0; i < 3; i++)
            ck_assert_double_eq_tol(found[i], a[i] / norm, 1e-12);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fitted particle");
    TCase *tests = tcase_create("fitted particle");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, a_lying_rod_is_known_from_its_counts);
    tcase_add_test(tests, its_amounts_are_those_of_the_particle);
    tcase_add_test(tests, what_is_no_rod_is_refused);
    tcase_add_test(tests, longest_axis_of_known_moments);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
