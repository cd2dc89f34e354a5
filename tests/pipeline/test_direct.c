/* The maximum-likelihood fit on tilt series: what was put in comes out, as closely as the
 * counts allow, and a particle of another shape is noticed. */
#include <math.h>
#include <string.h>

#include "core/parallel.h"
#include "pipeline/direct.h"
#include "pipeline/fixture.h"
#include "support/support.h"

static struct atw_error err;

/* Sizes of the small rods, nm. */
static const double true_nm[] = {12.0, 20.0, 4.0, 4.0};

static const char quick[] = "microscope.tilt.step=12 deg";

struct fitted {
    struct fixture_run run;
    struct atw_specimen *specimen;
    struct atw_direct_shape shape;
};

static void fit(struct fitted *fitted, const char *const *overrides)
{
    fixture_run_create(&fitted->run, fixture_scenario, overrides);
    atw_experiment_count_electrons(fitted->run.experiment);
    CHECK_OK(
        atw_specimen_create_unheated(&fitted->specimen, fitted->run.experiment, 0, &err));
    CHECK_OK(atw_direct_fit_shape(&fitted->shape, fitted->specimen, &err));
}

static void release(struct fitted *fitted)
{
    atw_specimen_destroy(fitted->specimen);
    fixture_run_destroy(&fitted->run);
}

START_TEST(shape_comes_back_from_counts_without_noise)
{
    static const char *const overrides[] = {"microscope.shot_noise=false", quick,
                                            "particles[0].azimuth=7 deg",
                                            "microscope.drift.tracking=0.3 nm", NULL};
    struct fitted fitted = {0};

    fit(&fitted, overrides);
    for (size_t i = 0; i < 4; i++)
        ck_assert_double_eq_tol(fitted.shape.globals.value[i], true_nm[i], 0.01);
    ck_assert_double_eq_tol(fitted.shape.globals.value[ATW_DIRECT_AZIMUTH],
                            7.0 * 3.14159265 / 180.0, 1e-3);
    ck_assert_double_eq_tol(fitted.shape.globals.value[ATW_DIRECT_ELEVATION], 0.0, 1e-3);
    ck_assert_double_eq_tol(fitted.shape.globals.value[ATW_DIRECT_LN_CONTRAST], 0.0,
                            2e-3);
    ck_assert_double_lt(atw_deviance_ratio(&fitted.shape.deviance), 0.02);
    release(&fitted);
}
END_TEST

/* Silica is found by itself, and damping fitted about what is stated. */
START_TEST(silica_and_damping_are_fitted_along)
{
    static const char *const overrides[] = {
        "microscope.tilt.step=8 deg",    "microscope.peak_counts=2000",
        "particles[0].silica=7 nm",      "microscope.damping.enabled=true",
        "microscope.damping.core=40 nm", "microscope.damping.shell=105 nm",
        "analysis.model.damping=44 nm",  NULL};
    struct fitted fitted = {0};

    fit(&fitted, overrides);
    for (size_t i = 0; i < 4; i++)
        ck_assert_double_eq_tol(fitted.shape.globals.value[i], true_nm[i],
                                5.0 * fitted.shape.std.value[i] + 0.01);
    ck_assert_double_eq_tol(fitted.shape.globals.value[ATW_DIRECT_SILICA], 7.0,
                            5.0 * fitted.shape.std.value[ATW_DIRECT_SILICA]);
    ck_assert_double_lt(fitted.shape.std.value[ATW_DIRECT_SILICA], 0.5);
    ck_assert_double_eq_tol(fitted.shape.globals.value[ATW_DIRECT_LN_DAMPING],
                            log(40.0 / 44.0),
                            5.0 * fitted.shape.std.value[ATW_DIRECT_LN_DAMPING]);
    ck_assert_double_lt(fitted.shape.std.value[ATW_DIRECT_LN_DAMPING], 0.1);
    ck_assert_double_lt(atw_deviance_ratio(&fitted.shape.deviance), 1.03);
    release(&fitted);
}
END_TEST

/* Errors are what the fit says they are: chi^2 of the four lengths of six noisy series.
 */
START_TEST(shape_scatters_as_it_says)
{
    double chi_square = 0.0;

    for (int seed = 1; seed <= 6; seed++) {
        char text[16];
        const char *overrides[] = {quick, text, NULL};
        struct fitted fitted = {0};
        double ratio;

        snprintf(text, sizeof text, "seed=%d", seed);
        fit(&fitted, overrides);
        for (size_t i = 0; i < 4; i++)
            chi_square += pow((fitted.shape.globals.value[i] - true_nm[i]) /
                                  fitted.shape.std.value[i],
                              2.0);
        ratio = atw_deviance_ratio(&fitted.shape.deviance);
        ck_assert_double_eq_tol(
            ratio, 1.0,
            5.0 * sqrt(fitted.shape.deviance.variance) / fitted.shape.deviance.expected +
                (double)fitted.shape.n_parameters / fitted.shape.deviance.expected);
        release(&fitted);
    }
    /* 24 correlated terms: 1e-3 quantiles of chi^2 for 12 to 24 degrees of freedom */
    ck_assert_double_gt(chi_square, 4.0);
    ck_assert_double_lt(chi_square, 52.0);
}
END_TEST

/* Of the rod that has hardly mixed, 0.4 nm2, ln S is 0.016 off with voxels of 0.4 nm and
 * 0.008 with these. */
static const char *const without_noise[] = {
    "microscope.shot_noise=false", "microscope.tilt.step=24 deg",
    "simulation.voxel=0.25 nm", "analysis.estimators=[direct]", NULL};

/* The states of the fitted particle are those of the true one: ln S of every step, and
 * from them dT and Q. The square pulse of the model costs 4e-4. */
START_TEST(S_and_dT_come_back_from_counts_without_noise)
{
    struct fixture_run run;
    struct atw_analysis *analysis = NULL;
    const struct atw_estimate *estimate;

    fixture_run_create(&run, fixture_scenario, without_noise);
    CHECK_OK(atw_analyse_without_curves(&analysis, run.experiment, &err));
    for (size_t p = 0; p < 2; p++) {
        struct atw_ln_S_measured measured;
        double S_m2 = 0.0;

        CHECK_OK(atw_direct_fit_ln_S(&measured, NULL, analysis->specimen[p], &err));
        ck_assert_uint_eq(measured.n_steps, 2);
        ck_assert_int_eq(measured.start, ATW_LN_S_FROM_MODEL);
        for (size_t k = 0; k < 2; k++) {
            S_m2 += run.truth->particle[p].S_m2[k];
            ck_assert_double_eq_tol(measured.ln_S[k], log(S_m2), p ? 0.012 : 0.003);
            ck_assert_double_gt(measured.covariance[k * 3], 0.0);
        }
    }
    estimate = fixture_estimate(analysis, "counts", 0, 1);
    ck_assert_str_eq(estimate->estimator, "direct");
    ck_assert_str_eq(estimate->status, "ok");
    ck_assert_double_eq_tol(estimate->delta_T_K, atw_truth_mean_delta_T_K(run.truth, 1),
                            0.6);
    ck_assert_double_lt(estimate->deviance_ratio, 0.01);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

/* Tomograms of heated particles are not looked at, and not needed. */
START_TEST(the_tomogram_before_heating_is_enough)
{
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_ln_S_measured all, alone;

    fixture_run_create(&run, fixture_scenario, without_noise);
    CHECK_OK(atw_specimen_create(&specimen, run.experiment, 0, &err));
    CHECK_OK(atw_direct_fit_ln_S(&all, NULL, specimen, &err));
    atw_specimen_destroy(specimen);
    CHECK_OK(atw_specimen_create_unheated(&specimen, run.experiment, 0, &err));
    ck_assert_uint_eq(specimen->n_tomograms, 1);
    CHECK_OK(atw_direct_fit_ln_S(&alone, NULL, specimen, &err));
    ck_assert_uint_eq(alone.n_steps, all.n_steps);
    ck_assert_mem_eq(alone.ln_S, all.ln_S, all.n_steps * sizeof *all.ln_S);
    atw_specimen_destroy(specimen);
    fixture_run_destroy(&run);
}
END_TEST

/* A step that was not looked at has heated all the same. */
START_TEST(a_step_without_counts_is_left_out)
{
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_ln_S_measured all, some;

    fixture_run_create(&run, fixture_scenario, without_noise);
    CHECK_OK(atw_specimen_create_unheated(&specimen, run.experiment, 0, &err));
    CHECK_OK(atw_direct_fit_ln_S(&all, NULL, specimen, &err));
    atw_specimen_destroy(specimen);
    atw_tilt_series_destroy(run.experiment->particle[0].step[0].tomogram.series);
    run.experiment->particle[0].step[0].tomogram.series = NULL;
    CHECK_OK(atw_specimen_create_unheated(&specimen, run.experiment, 0, &err));
    CHECK_OK(atw_direct_fit_ln_S(&some, NULL, specimen, &err));
    ck_assert_double_nan(some.ln_S[0]);
    ck_assert_double_infinite(some.covariance[0]);
    ck_assert_double_eq_tol(some.ln_S[1], all.ln_S[1], 1e-3);
    ck_assert_double_gt(some.covariance[3], all.covariance[3]);
    atw_specimen_destroy(specimen);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(another_shape_is_noticed)
{
    static const char *const overrides[] = {quick, "particles[0].shape=cylinder", NULL};
    struct fitted fitted = {0};

    fit(&fitted, overrides);
    ck_assert_double_gt(fitted.shape.deviance.value,
                        fitted.shape.deviance.expected +
                            20.0 * sqrt(fitted.shape.deviance.variance));
    release(&fitted);
}
END_TEST

START_TEST(threads_do_not_change_a_bit)
{
    static const char *const overrides[] = {quick, NULL};
    struct atw_direct_shape one;
    struct fitted fitted = {0};

    atw_parallel_set_thread_count(1);
    fit(&fitted, overrides);
    one = fitted.shape;
    release(&fitted);
    atw_parallel_set_thread_count(3);
    fit(&fitted, overrides);
    ck_assert_mem_eq(&one.globals, &fitted.shape.globals, sizeof one.globals);
    ck_assert_mem_eq(&one.deviance, &fitted.shape.deviance, sizeof one.deviance);
    release(&fitted);
}
END_TEST

/* Voxels, as a share of the rod's, in which a mask differs from the rod as it is, 20 nm x
 * 28 nm at an azimuth of 12 deg, wherever it lies. */
static double difference_from_rod(const struct atw_mask *mask)
{
    const struct atw_shape rod = {.kind = ATW_SHAPE_NANOROD,
                                  .core_diameter_m = 12e-9,
                                  .core_length_m = 20e-9,
                                  .shell_side_m = 4e-9,
                                  .shell_tip_m = 4e-9,
                                  .azimuth_rad = 12.0 * 3.14159265 / 180.0};
    const struct atw_grid *grid = &mask->grid;
    struct atw_body body = atw_shape_body(&rod, ATW_SHAPE_METAL);
    size_t count = atw_grid_voxel_count(grid), differ = 0, inside = 0;

    for (int pass = 0; pass < 2; pass++) {
        double sum[3] = {0.0};

        for (size_t i = 0; i < count; i++) {
            const double p[3] = {
                atw_grid_position_m(i % grid->n_x, grid->n_x, grid->spacing_m),
                atw_grid_position_m(i / grid->n_x % grid->n_y, grid->n_y,
                                    grid->spacing_m),
                atw_grid_position_m(i / grid->n_x / grid->n_y, grid->n_z,
                                    grid->spacing_m)};

            if (pass == 0 && mask->inside[i])
                for (size_t k = 0; k < 3; k++)
                    sum[k] += p[k] / (double)atw_mask_count(mask);
            if (pass == 1) {
                int is_rod = atw_body_distance_m(&body, p, NULL) <= 0.0;

                inside += (size_t)is_rod;
                differ += is_rod != mask->inside[i];
            }
        }
        if (pass == 0)
            memcpy(body.centre_m, sum, sizeof sum);
    }
    return (double)differ / (double)inside;
}

/* Moved about, and the tilt axis turned, which alignment must find. */
START_TEST(mask_of_the_model_is_the_rod)
{
    static const char *const overrides[] = {"analysis.segmentation.rule=model",
                                            "particles[0].azimuth=12 deg",
                                            "microscope.drift.tracking=2 nm",
                                            "microscope.axis.rotation=5 deg",
                                            "microscope.tilt.step=8 deg",
                                            "microscope.margin=9 nm",
                                            NULL};
    struct fitted fitted = {0};
    double difference;

    fixture_run_create(&fitted.run, fixture_scenario, overrides);
    atw_experiment_count_electrons(fitted.run.experiment);
    fitted.run.experiment->particle[0].n_steps = 1;
    CHECK_OK(atw_specimen_create(&fitted.specimen, fitted.run.experiment, 0, &err));
    fitted.run.experiment->particle[0].n_steps = 2;
    ck_assert_ptr_nonnull(fitted.specimen->alignment[0]);
    difference = difference_from_rod(fitted.specimen->measurement[0].mask);
    printf("  differs from the rod by %.4f\n", difference); /* Otsu's rule: 0.22 */
    ck_assert_double_lt(difference, 0.03);
    ck_assert_ptr_eq(fitted.specimen->measurement[0].mask,
                     fitted.specimen->measurement[1].mask);
    release(&fitted);
}
END_TEST

START_TEST(no_core_no_fit)
{
    static const char *const overrides[] = {quick, "microscope.z_exponent=1",
                                            "analysis.segmentation.rule=otsu", NULL};
    struct fitted fitted = {0};
    struct atw_direct_globals globals;

    fixture_run_create(&fitted.run, fixture_scenario, overrides);
    CHECK_OK(atw_specimen_create(&fitted.specimen, fitted.run.experiment, 0, &err));
    fitted.specimen->scale.core *= 3.0;
    CHECK_FAILS(atw_direct_start(&globals, fitted.specimen, &err), ATW_EINPUT,
                "does not show a core in a shell");
    release(&fitted);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("direct");
    TCase *tests = tcase_create("direct"), *mask = tcase_create("mask");

    tcase_add_test(tests, shape_comes_back_from_counts_without_noise);
    tcase_add_test(tests, silica_and_damping_are_fitted_along);
    tcase_add_test(tests, shape_scatters_as_it_says);
    tcase_add_test(tests, S_and_dT_come_back_from_counts_without_noise);
    tcase_add_test(tests, the_tomogram_before_heating_is_enough);
    tcase_add_test(tests, a_step_without_counts_is_left_out);
    tcase_add_test(tests, another_shape_is_noticed);
    tcase_add_test(tests, threads_do_not_change_a_bit);
    tcase_add_test(mask, mask_of_the_model_is_the_rod);
    tcase_add_test(tests, no_core_no_fit);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, mask);
    return atw_test_run(suite);
}
