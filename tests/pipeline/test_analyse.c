/* The blind analysis: its forward model, its curve, and data that lack something. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignment/alignment.h"
#include "core/progress.h"
#include "pipeline/fixture.h"
#include "pipeline/result.h"
#include "pipeline/tables.h"
#include "support/support.h"

/* The curve of the first particle of an analysis that holds nothing else. */
static double curve_degree(const struct atw_alloying_curve *curve, double S_m2)
{
    struct atw_analysis analysis = {.curve = (struct atw_alloying_curve *)curve};

    return atw_analysis_curve_degree(&analysis, 0, S_m2);
}

static struct atw_alloying_curve made_curve(void)
{
    struct atw_alloying_curve curve;

    for (size_t i = 0; i < ATW_CURVE_POINTS; i++) {
        curve.S_m2[i] = 1e-18 * pow(2.0, (double)i);
        curve.degree[i] = 1.0 - exp(-0.1 * pow(2.0, (double)i));
    }
    return curve;
}

START_TEST(curve_passes_through_its_points)
{
    struct atw_alloying_curve curve = made_curve();

    for (size_t i = 0; i < ATW_CURVE_POINTS; i++)
        ck_assert_double_eq_tol(curve_degree(&curve, curve.S_m2[i]), curve.degree[i],
                                1e-12);
}
END_TEST

START_TEST(curve_rises_and_is_close_between_its_points)
{
    struct atw_alloying_curve curve = made_curve();
    double before = -1.0;

    for (double S = 0.01e-18; S < 300e-18; S *= 1.05) {
        double degree = curve_degree(&curve, S);

        ck_assert_double_ge(degree, before);
        if (S >= curve.S_m2[0] && S <= curve.S_m2[ATW_CURVE_POINTS - 1])
            ck_assert_double_eq_tol(degree, 1.0 - exp(-0.1e18 * S), 0.02);
        before = degree;
    }
}
END_TEST

START_TEST(curve_starts_at_zero_as_a_square_root_and_ends_constant)
{
    struct atw_alloying_curve curve = made_curve();
    struct atw_analysis none = {0};

    ck_assert_double_eq(curve_degree(&curve, 0.0), 0.0);
    ck_assert_double_eq(curve_degree(&curve, -1e-18), 0.0);
    ck_assert_double_eq_tol(curve_degree(&curve, 0.25e-18), 0.5 * curve.degree[0], 1e-12);
    ck_assert_double_eq(curve_degree(&curve, 1.0), curve.degree[ATW_CURVE_POINTS - 1]);
    ck_assert(isnan(atw_analysis_curve_degree(&none, 0, 1e-18)));
}
END_TEST

/* With noise in the imitation: the root search needs a smooth function of S. */
START_TEST(imitation_is_repeatable_and_smooth_in_S)
{
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_error err;
    double degree[9], again, S0 = 3e-18;

    fixture_run_create(&run, fixture_scenario, NULL);
    CHECK_OK(atw_specimen_create(&specimen, run.experiment, 0, &err));
    for (size_t i = 0; i < 9; i++)
        CHECK_OK(atw_specimen_degree_after(specimen, 0, S0 * (1.0 + 0.01 * (double)i),
                                           &degree[i], &err));
    CHECK_OK(atw_specimen_degree_after(specimen, 1, S0, &again, &err));
    CHECK_OK(atw_specimen_degree_after(specimen, 0, S0, &again, &err));
    ck_assert_double_eq(again, degree[0]);
    for (size_t i = 1; i < 9; i++)
        ck_assert_double_gt(degree[i], degree[i - 1]);
    for (size_t i = 1; i < 8; i++) {
        double slope = 0.5 * (degree[i + 1] - degree[i - 1]);
        double bend = degree[i + 1] - 2.0 * degree[i] + degree[i - 1];

        ck_assert_msg(fabs(bend) < 0.1 * slope, "slope %g, bend %g", slope, bend);
    }
    atw_specimen_destroy(specimen);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(imitation_of_another_particle_has_other_noise)
{
    struct fixture_run run;
    struct atw_instrument *instrument[3] = {NULL};
    const struct atw_tilt_series *series;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, NULL);
    series = run.experiment->particle[0].reference.series;
    for (size_t i = 0; i < 3; i++)
        CHECK_OK(atw_instrument_create(&instrument[i], run.experiment, series, i / 2, 0,
                                       &err));
    ck_assert_int_eq(memcmp(instrument[0]->deviates, instrument[1]->deviates, 4000), 0);
    ck_assert_int_ne(memcmp(instrument[0]->deviates, instrument[2]->deviates, 4000), 0);
    ck_assert(atw_instrument_fits(instrument[0], series));
    run.experiment->particle[0].reference.series->pixel_m *= 2.0;
    ck_assert(!atw_instrument_fits(instrument[0], series));
    for (size_t i = 0; i < 3; i++)
        atw_instrument_destroy(instrument[i]);
    fixture_run_destroy(&run);
}
END_TEST

static void measure_unheated(const char *const *overrides,
                             double *core_share,
                             double *spread,
                             double *spread_imitated)
{
    struct fixture_run run;
    struct atw_specimen *specimen = NULL;
    struct atw_field *volume = NULL;
    struct atw_error err;
    const struct atw_measurement *unheated;
    const struct atw_grid *grid;
    struct atw_phantom *phantom;

    fixture_run_create(&run, fixture_scenario, overrides);
    CHECK_OK(atw_specimen_create(&specimen, run.experiment, 0, &err));
    unheated = &specimen->measurement[0];
    grid = &unheated->volume->grid;
    phantom = run.truth->particle[0].phantom;
    CHECK_OK(atw_instrument_imitate(unheated->instrument, phantom->metal,
                                    phantom->composition, unheated->background, &volume,
                                    &err));
    CHECK_OK(atw_intensity_spread(spread_imitated, volume, unheated->interior, &err));
    *spread = unheated->spread;
    *core_share =
        (double)unheated->volume
            ->value[atw_grid_index(grid, grid->n_x / 2, grid->n_y / 2, grid->n_z / 2)] /
        specimen->scale.core;
    atw_field_destroy(volume);
    atw_specimen_destroy(specimen);
    fixture_run_destroy(&run);
}

/* With noise, drawn alike; on a background that keeps all of it above zero, where
 * clipping before and after would differ. */
START_TEST(imitations_are_filtered_as_the_series_was)
{
    struct atw_instrument *still = NULL, *aligned = NULL;
    struct atw_tilt_series *raw = NULL, *filtered = NULL;
    const struct atw_tilt_series *series;
    const struct atw_phantom *phantom;
    struct fixture_run run;
    struct atw_error err;
    double moved = 0.0;

    fixture_run_create(&run, fixture_scenario, NULL);
    series = run.experiment->particle[0].reference.series;
    phantom = run.truth->particle[0].phantom;
    CHECK_OK(atw_instrument_create(&still, run.experiment, series, 0, 0, &err));
    CHECK_OK(atw_instrument_create(&aligned, run.experiment, series, 0, 1, &err));
    still->model.counts_per_nm = aligned->model.counts_per_nm = 10.0;
    CHECK_OK(atw_instrument_record(&raw, still, phantom->metal, phantom->composition,
                                   20.0, &err));
    CHECK_OK(atw_instrument_record(&filtered, aligned, phantom->metal,
                                   phantom->composition, 20.0, &err));
    for (size_t i = 0; i < atw_tilt_series_pixel_count(raw); i++)
        moved = fmax(moved, fabs((double)(raw->value[i] - filtered->value[i])));
    ck_assert_double_gt(moved, 5.0);
    CHECK_OK(atw_alignment_filter(raw, &err));
    for (size_t i = 0; i < atw_tilt_series_pixel_count(raw); i++)
        ck_assert_float_eq_tol(raw->value[i], filtered->value[i], 1e-4F);
    atw_tilt_series_destroy(raw);
    atw_tilt_series_destroy(filtered);
    atw_instrument_destroy(still);
    atw_instrument_destroy(aligned);
    fixture_run_destroy(&run);
}
END_TEST

/* A mean free path of 25 nm takes a fifth of the signal of 12 nm of core metal in 8 nm of
 * shell metal; the core, surrounded, loses more. */
START_TEST(assumed_damping_is_imitated_and_undone)
{
    static const char *const linear[] = {"microscope.shot_noise=false", NULL};
    static const char *const ignored[] = {
        "microscope.shot_noise=false", "microscope.damping.enabled=true",
        "microscope.damping.core=25 nm", "microscope.damping.shell=65.7 nm", NULL};
    static const char *const known[] = {
        "microscope.shot_noise=false",   "microscope.damping.enabled=true",
        "microscope.damping.core=25 nm", "microscope.damping.shell=65.7 nm",
        "analysis.model.damping=25 nm",  NULL};
    static const char *const undone[] = {"microscope.shot_noise=false",
                                         "microscope.damping.enabled=true",
                                         "microscope.damping.core=25 nm",
                                         "microscope.damping.shell=65.7 nm",
                                         "analysis.model.damping=25 nm",
                                         "analysis.reconstruction.undamp=true",
                                         NULL};
    double core[4], spread[4], imitated[4];

    measure_unheated(linear, &core[0], &spread[0], &imitated[0]);
    measure_unheated(ignored, &core[1], &spread[1], &imitated[1]);
    measure_unheated(known, &core[2], &spread[2], &imitated[2]);
    measure_unheated(undone, &core[3], &spread[3], &imitated[3]);
    ck_assert_double_lt(core[1], 0.75 * core[0]);
    ck_assert_double_lt(spread[1], 0.85 * spread[0]);
    ck_assert_double_eq(spread[2], spread[1]); /* the data stay as they are */
    ck_assert_double_eq_tol(imitated[2] / spread[2], 1.0, 0.015);
    ck_assert_double_eq_tol(core[3], core[0], 0.01);
    ck_assert_double_eq_tol(spread[3], spread[0], 0.005);
    ck_assert_double_eq_tol(imitated[3] / spread[3], 1.0, 0.015);
}
END_TEST

START_TEST(undamping_needs_a_mean_free_path)
{
    static const char *const overrides[] = {"analysis.reconstruction.undamp=true", NULL};
    struct atw_analysis_settings settings;
    struct atw_config *config = NULL;
    struct atw_error err;

    CHECK_OK(fixture_load(&config, fixture_scenario, overrides, &err));
    CHECK_FAILS(atw_analysis_settings_read(&settings, config, &err), ATW_EINPUT,
                "give the mean free path");
    atw_config_destroy(config);
}
END_TEST

/* Replace every tilt series after the first particle's first step by its volume. */
static void give_volume(struct fixture_run *run)
{
    struct atw_experiment *experiment = run->experiment;
    struct atw_tomogram *tomogram = &experiment->particle[0].step[0].tomogram;
    struct atw_specimen *specimen = NULL;
    struct atw_error err;

    CHECK_OK(atw_specimen_create(&specimen, experiment, 0, &err));
    CHECK_OK(atw_field_copy(&tomogram->volume, specimen->measurement[1].volume, &err));
    atw_tilt_series_destroy(tomogram->series);
    tomogram->series = NULL;
    atw_specimen_destroy(specimen);
}

START_TEST(a_volume_instead_of_tilts_skips_the_estimators)
{
    struct fixture_run run;
    struct atw_analysis *analysis = NULL;
    struct atw_timings timings = {.simulate_s = NAN, .bound_s = NAN, .analyse_s = NAN};
    struct atw_error err;
    json_t *result, *estimates, *D;

    fixture_run_create(&run, fixture_scenario, NULL);
    give_volume(&run);
    CHECK_OK(atw_analyse(&analysis, run.experiment, &err));
    ck_assert(analysis->is_skipped[0]);
    ck_assert_uint_eq(analysis->estimates.count, 0);
    ck_assert_ptr_null(analysis->curve);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 2; k++)
            ck_assert(analysis->observed[i].alloying_degree[k] > 0.0);
    result = atw_result_to_json(analysis, run.truth, NULL, &timings);
    ck_assert_ptr_nonnull(result);
    estimates = json_object_get(result, "estimates");
    ck_assert(json_is_array(estimates) && json_array_size(estimates) == 0);
    D = json_object_get(json_array_get(json_object_get(result, "particles"), 0),
                        "D_m2_per_s");
    ck_assert_uint_eq(json_array_size(D), 2);
    ck_assert(json_is_null(json_array_get(D, 1)));
    ck_assert_int_eq(
        json_integer_value(json_object_get(
            json_array_get(json_object_get(result, "particles"), 1), "iterations")),
        10);
    json_decref(result);
    CHECK_OK(atw_tables_write(&(struct atw_table_source){.analysis = analysis},
                              fixture_folder(), &err));
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(a_particle_without_steps_is_told_not_fatal)
{
    struct fixture_run run;
    struct atw_analysis *analysis = NULL;
    struct atw_timings timings = {.simulate_s = NAN, .bound_s = NAN, .analyse_s = NAN};
    struct atw_error err;
    size_t n_steps;
    json_t *result;

    fixture_run_create(&run, fixture_scenario, NULL);
    n_steps = run.experiment->particle[1].n_steps;
    run.experiment->particle[1].n_steps = 0;
    CHECK_OK(atw_analyse(&analysis, run.experiment, &err));
    ck_assert_uint_gt(analysis->estimates.count, 0);
    for (size_t i = 0; i < analysis->estimates.count; i++) {
        ck_assert_str_ne(analysis->estimates.estimate[i].status, "ok");
        ck_assert(isnan(analysis->estimates.estimate[i].delta_T_K));
    }
    result = atw_result_to_json(analysis, NULL, NULL, &timings);
    ck_assert_ptr_nonnull(result);
    ck_assert(json_is_null(json_object_get(result, "scenario")));
    json_decref(result);
    CHECK_OK(atw_tables_write(&(struct atw_table_source){.analysis = analysis},
                              fixture_folder(), &err));
    atw_analysis_destroy(analysis);
    run.experiment->particle[1].n_steps = n_steps;
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(three_particles_give_two_differences)
{
    static const char *const overrides[] = {
        "microscope.shot_noise=false",
        "reference=B",
        "particles=["
        "{name: A, temperature_offset: 0 K, core_diameter: 12 nm, core_length: 20 nm,"
        " shell_side: 4 nm, shell_tip: 4 nm},"
        "{name: B, temperature_offset: -10 K, core_diameter: 12 nm, core_length: 20 nm,"
        " shell_side: 4 nm, shell_tip: 4 nm},"
        "{name: C, temperature_offset: -30 K, core_diameter: 12 nm, core_length: 20 nm,"
        " shell_side: 4 nm, shell_tip: 4 nm}]",
        "simulation.export_states=true",
        "simulation.projection=voxels",
        "analysis.initial_state=given",
        "analysis.model.blur=0.5 nm",
        "heating.steps=[{set_point: 400 degC, dwell: 30 s},"
        " {set_point: 410 degC, dwell: 30 s}]",
        NULL};
    struct fixture_run run;
    struct atw_analysis *analysis = NULL;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, overrides);
    CHECK_OK(atw_analyse(&analysis, run.experiment, &err));
    ck_assert_double_eq_tol(fixture_estimate(analysis, "log", 0, 0)->delta_T_K, 10.0,
                            0.1);
    ck_assert_double_eq_tol(fixture_estimate(analysis, "log", 0, 2)->delta_T_K, -20.0,
                            0.1);
    ck_assert_double_eq_tol(atw_truth_mean_delta_T_K(run.truth, 0), 10.0, 1e-9);
    ck_assert_double_eq_tol(atw_truth_mean_delta_T_K(run.truth, 2), -20.0, 1e-9);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

/* First line and number of rows of a table of the run. */
static void
check_table(const char *name, const char *header, size_t n_rows, const char *absent)
{
    char file[64], *text;
    size_t lines = 0;

    snprintf(file, sizeof file, "%s.csv", name);
    text = fixture_text(file);
    ck_assert_msg(strncmp(text, header, strlen(header)) == 0 &&
                      text[strlen(header)] == '\n',
                  "%s begins '%.200s'", file, text);
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    if (n_rows > 0)
        ck_assert_uint_eq(lines, n_rows + 1);
    if (absent)
        ck_assert_ptr_null(strstr(text, absent));
    ck_assert_ptr_null(strstr(text, "nan"));
    free(text);
}

START_TEST(tables_name_their_columns_with_units)
{
    struct fixture_run run;
    struct atw_analysis *analysis = NULL;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, NULL);
    CHECK_OK(atw_analyse(&analysis, run.experiment, &err));
    CHECK_OK(atw_tables_write(
        &(struct atw_table_source){.analysis = analysis, .truth = run.truth},
        fixture_folder(), &err));
    check_table("alloying",
                "particle,window,step,nominal_K,dwell_s,true_K,alloying_degree,"
                "alloying_degree_linear,alloying_degree_quadrature,alloying_degree_true,"
                "spread,spread_alloyed,alloying_degree_std,variance_left,"
                "variance_left_std,mean_composition,total_change,total_change_std",
                6, NULL);
    check_table("diffusion",
                "particle,step,nominal_K,true_K,dwell_s,D_m2_per_s,D_std_m2_per_s,"
                "D_true_m2_per_s,status",
                4, "not measured");
    check_table("arrhenius",
                "estimator,weighting,delta_T_model,reference,particle,delta_T_K,std_K,"
                "interval_68_low_K,interval_68_high_K,interval_95_low_K,"
                "interval_95_high_K,Q_J_per_mol,D0_m2_per_s,status,delta_T_true_K,"
                "delta_T_bound_std_K",
                12, NULL);
    check_table("posterior",
                "delta_T_model,draw,particle,delta_T_K,Q_J_per_mol,T_ref_K,"
                "D_ref_m2_per_s,model_error,unheated_error,alloyed_error,length_error",
                2 * 1000 * 2, NULL);
    check_table("histograms", "particle,step,nominal_K,intensity,density", 6 * 80, NULL);
    check_table("curves", "particle,D_m2_per_s,step,nominal_K,alloying_degree", 0, NULL);
    CHECK_FAILS(atw_tables_write(
                    &(struct atw_table_source){.analysis = analysis, .truth = run.truth},
                    fixture_folder(), &err),
                ATW_EOUTPUT, "alloying.csv");
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("analyse");
    TCase *curves = tcase_create("curve"), *tests = tcase_create("analyse");

    atw_progress_set_quiet(1);
    tcase_add_test(curves, curve_passes_through_its_points);
    tcase_add_test(curves, curve_rises_and_is_close_between_its_points);
    tcase_add_test(curves, curve_starts_at_zero_as_a_square_root_and_ends_constant);
    suite_add_tcase(suite, curves);
    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, imitation_is_repeatable_and_smooth_in_S);
    tcase_add_test(tests, imitation_of_another_particle_has_other_noise);
    tcase_add_test(tests, imitations_are_filtered_as_the_series_was);
    tcase_add_test(tests, assumed_damping_is_imitated_and_undone);
    tcase_add_test(tests, undamping_needs_a_mean_free_path);
    tcase_add_test(tests, a_volume_instead_of_tilts_skips_the_estimators);
    tcase_add_test(tests, a_particle_without_steps_is_told_not_fatal);
    tcase_add_test(tests, three_particles_give_two_differences);
    tcase_add_test(tests, tables_name_their_columns_with_units);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
