/* The particle that joint may start from instead of what a tomogram shows: a rod fitted
 * to the counts, put where the tomogram has it. */
#include <math.h>
#include <stdio.h>

#include "pipeline/fitted_particle.h"
#include "pipeline/fixture.h"
#include "pipeline/interval.h"
#include "support/support.h"

#define LYING                                                                            \
    "particles[0].azimuth=90 deg", "particles[1].azimuth=90 deg",                        \
        "particles[0].core_length=44 nm", "particles[1].core_length=44 nm"

static const char *const from_model[] = {
    "microscope.shot_noise=false", FIXTURE_TABLE, "analysis.estimators=[]",
    "analysis.joint.start=model",  LYING,         NULL};
static const char *const from_reconstruction[] = {
    "microscope.shot_noise=false", FIXTURE_TABLE, "analysis.estimators=[]", LYING, NULL};

/* What ln S would be off by if the measured share told it. */
static double ln_S_error(struct atw_specimen *specimen, size_t step, double S_m2)
{
    double at, beyond, measured = specimen->measurement[step + 1].variance_left;
    struct atw_error err;

    CHECK_OK(atw_specimen_variance_from_start(specimen, step, S_m2, &at, &err));
    CHECK_OK(atw_specimen_variance_from_start(specimen, step, 1.1 * S_m2, &beyond, &err));
    return log(1.1) * (measured - at) / (beyond - at);
}

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
            worst = fmax(worst, fabs(ln_S_error(analysis->specimen[p], k, S_m2)));
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
    double found[2] = {0.0, 0.0}, true_[2] = {0.0, 0.0};
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, from_model);
    CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
    for (size_t p = 0; p < 2; p++) {
        const struct atw_field *of[2] = {atw_truth_metal(&run.truth->particle[p], 0),
                                         run.truth->particle[p].composition[0]};

        CHECK_OK(atw_interval_initial_state(&metal, &composition, analysis->specimen[p],
                                            0, &err));
        CHECK_OK(
            atw_fitted_particle_fill(metal, composition, analysis->specimen[p], &err));
        for (size_t i = 0; i < atw_grid_voxel_count(&metal->grid); i++) {
            double voxel = pow(1e9 * metal->grid.spacing_m, 3.0);

            found[0] += voxel * (double)metal->value[i];
            found[1] += voxel * (double)(metal->value[i] * composition->value[i]);
        }
        for (size_t i = 0; i < atw_grid_voxel_count(&of[0]->grid); i++) {
            double voxel = pow(1e9 * of[0]->grid.spacing_m, 3.0);

            true_[0] += voxel * (double)of[0]->value[i];
            true_[1] += voxel * (double)(of[0]->value[i] * of[1]->value[i]);
        }
        atw_field_destroy(metal);
        atw_field_destroy(composition);
    }
    printf("  metal %.1f nm3 (true %.1f), shell %.1f (%.1f)\n", found[0], true_[0],
           found[1], true_[1]);
    ck_assert_double_eq_tol(found[0] / true_[0], 1.0, 5e-3);
    ck_assert_double_eq_tol(found[1] / true_[1], 1.0, 5e-3);
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

int main(void)
{
    Suite *suite = suite_create("fitted particle");
    TCase *tests = tcase_create("fitted particle");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, a_lying_rod_is_known_from_its_counts);
    tcase_add_test(tests, its_amounts_are_those_of_the_particle);
    tcase_add_test(tests, what_is_no_rod_is_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
