/* Experiments that nobody simulated as they are: steps that were not looked at, finished
 * volumes, files that contradict each other. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/progress.h"
#include "io/volume_file.h"
#include "pipeline/fixture.h"
#include "pipeline/result.h"
#include "pipeline/tables.h"
#include "pipeline/volumes.h"
#include "support/support.h"

#define THREE_STEPS                                                                      \
    "heating.steps=[{set_point: 400 degC, dwell: 60 s}, {set_point: 405 degC, dwell: "   \
    "30 s}, {set_point: 410 degC, dwell: 90 s}]"

static const struct atw_estimate *
estimate_of(const struct atw_analysis *analysis, const char *name, const char *model)
{
    for (size_t i = 0; i < analysis->estimates.count; i++) {
        const struct atw_estimate *one = &analysis->estimates.estimate[i];

        if (strcmp(one->estimator, name) == 0 && strcmp(one->delta_T_model, model) == 0)
            return one;
    }
    ck_abort_msg("no estimate of %s, %s", name, model);
    return NULL;
}

static void forget_step(struct fixture_run *run, size_t particle, size_t step)
{
    struct atw_tomogram *tomogram =
        &run->experiment->particle[particle].step[step].tomogram;

    atw_tilt_series_destroy(tomogram->series);
    tomogram->series = NULL;
}

/* The heat of a step that was not looked at counts: without it the later state would need
 * another D, by a fifth. */
START_TEST(a_step_that_was_not_looked_at_has_heated)
{
    static const char *const overrides[] = {THREE_STEPS,
                                            "analysis.estimators=[paper, joint]",
                                            "microscope.shot_noise=false", NULL};
    struct atw_analysis *whole = NULL, *gap = NULL;
    struct atw_timings timings = {NAN, NAN, NAN};
    struct fixture_run run;
    struct atw_error err;
    char path[600], *text;

    fixture_run_create(&run, fixture_scenario, overrides);
    CHECK_OK(atw_analyse(&whole, run.experiment, &err));
    forget_step(&run, 0, 1);
    CHECK_OK(atw_analyse(&gap, run.experiment, &err));
    ck_assert(isnan(gap->observed[0].alloying_degree[1]));
    ck_assert_double_eq(gap->observed[0].alloying_degree[2],
                        whole->observed[0].alloying_degree[2]);
    ck_assert_str_eq(gap->estimates.interval[1].status, "not measured");
    ck_assert_str_eq(gap->estimates.interval[2].status, "start not measured");
    ck_assert_double_eq_tol(estimate_of(gap, "joint", "proportional")->delta_T_K,
                            estimate_of(whole, "joint", "proportional")->delta_T_K, 1.0);
    ck_assert_double_eq_tol(log(estimate_of(gap, "joint", "constant")->D0_m2_per_s) -
                                log(estimate_of(whole, "joint", "constant")->D0_m2_per_s),
                            (estimate_of(gap, "joint", "constant")->Q_J_per_mol -
                             estimate_of(whole, "joint", "constant")->Q_J_per_mol) /
                                (8.314462618 * 678.0),
                            0.03);
    json_decref(atw_result_to_json(gap, run.truth, NULL, &timings));
    CHECK_OK(
        atw_tables_write(&(struct atw_table_source){.analysis = gap, .truth = run.truth},
                         fixture_folder(), &err));
    text = fixture_text("alloying.csv");
    ck_assert_ptr_null(strstr(text, "nan"));
    free(text);
    snprintf(path, sizeof path, "%s/result.emd", fixture_folder());
    CHECK_OK(atw_volumes_write(gap, NULL, path, NULL, &err));
    atw_analysis_destroy(whole);
    atw_analysis_destroy(gap);
    fixture_run_destroy(&run);
}
END_TEST

/* Replace a series by its volume and the bare views. */
static void give_volume(struct atw_tomogram *tomogram,
                        const struct atw_measurement *measurement)
{
    const struct atw_tilt_series *series = tomogram->series;
    struct atw_error err;

    CHECK_OK(atw_field_copy(&tomogram->volume, measurement->volume, &err));
    CHECK_OK(atw_tilt_series_create(&tomogram->views, series->n_tilt, series->n_v,
                                    series->n_u, series->pixel_m, series->tilt_rad,
                                    &err));
    atw_tilt_series_destroy(tomogram->series);
    tomogram->series = NULL;
}

START_TEST(volumes_with_angles_give_what_their_series_gave)
{
    static const char *const overrides[] = {"analysis.estimators=[paper, joint]",
                                            "microscope.shot_noise=false", NULL};
    struct atw_analysis *from_series = NULL, *from_volumes = NULL;
    struct fixture_run run;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, overrides);
    CHECK_OK(atw_analyse(&from_series, run.experiment, &err));
    for (size_t p = 0; p < 2; p++) {
        struct atw_experiment_particle *particle = &run.experiment->particle[p];

        give_volume(&particle->reference, &from_series->specimen[p]->measurement[0]);
        for (size_t k = 0; k < particle->n_steps; k++)
            give_volume(&particle->step[k].tomogram,
                        &from_series->specimen[p]->measurement[k + 1]);
    }
    CHECK_OK(atw_analyse(&from_volumes, run.experiment, &err));
    ck_assert_uint_eq(from_volumes->estimates.count, from_series->estimates.count);
    for (size_t i = 0; i < from_series->estimates.count; i++)
        ck_assert_double_eq_tol(from_volumes->estimates.estimate[i].delta_T_K,
                                from_series->estimates.estimate[i].delta_T_K, 0.02);
    ck_assert_ptr_null(atw_specimen_series(from_volumes->specimen[0], 0));
    atw_analysis_destroy(from_series);
    atw_analysis_destroy(from_volumes);
    fixture_run_destroy(&run);
}
END_TEST

/* ---- files ---------------------------------------------------------------- */

/* Write the experiment and replace one text in its experiment.yaml. */
static void write_changed(const struct fixture_run *run, const char *old, const char *new)
{
    struct atw_metadata *metadata = NULL;
    char path[600], *text, *at;
    struct atw_error err;
    FILE *file;

    CHECK_OK(atw_metadata_create(&metadata, &err));
    CHECK_OK(atw_experiment_write(run->experiment, run->config, fixture_folder(),
                                  metadata, &err));
    atw_metadata_destroy(metadata);
    text = fixture_text("experiment.yaml");
    at = strstr(text, old);
    ck_assert_ptr_nonnull(at);
    snprintf(path, sizeof path, "%s/experiment.yaml", fixture_folder());
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert(fprintf(file, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old)) >
              0);
    ck_assert_int_eq(fclose(file), 0);
    free(text);
}

static enum atw_status read_changed(struct atw_experiment **out,
                                    const struct fixture_run *run,
                                    const char *old,
                                    const char *new,
                                    struct atw_error *err)
{
    char path[600];

    write_changed(run, old, new);
    snprintf(path, sizeof path, "%s/experiment.yaml", fixture_folder());
    return atw_experiment_read(out, path, NULL, 0, err);
}

#define FIRST_STEP "        tilts: A_001_400C.mrc\n        angles: A_001_400C.rawtlt\n"
#define REFERENCE "      tilts: A_000_RT.mrc\n      angles: A_000_RT.rawtlt\n"

START_TEST(a_step_may_be_left_without_a_tomogram)
{
    struct atw_experiment *experiment = NULL;
    struct fixture_run run;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, NULL);
    CHECK_OK(read_changed(&experiment, &run, FIRST_STEP, "", &err));
    ck_assert_ptr_null(experiment->particle[0].step[0].tomogram.series);
    ck_assert_double_eq(experiment->particle[0].step[0].dwell_s, 60.0);
    atw_experiment_destroy(experiment);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(a_volume_brings_its_angles)
{
    struct atw_grid grid = {.n_x = 9, .n_y = 4, .n_z = 9, .spacing_m = 1.2e-9};
    struct atw_experiment *experiment = NULL;
    struct atw_field *volume = NULL;
    struct fixture_run run;
    struct atw_error err;
    char path[600];

    fixture_run_create(&run, fixture_scenario, NULL);
    CHECK_OK(atw_field_create(&volume, &grid, &err));
    snprintf(path, sizeof path, "%s/v.mrc", fixture_folder());
    CHECK_OK(atw_volume_write(volume, path, 0, NULL, &err));
    CHECK_OK(read_changed(&experiment, &run, FIRST_STEP,
                          "        volume: v.mrc\n        angles: A_001_400C.rawtlt\n",
                          &err));
    ck_assert_uint_eq(experiment->particle[0].step[0].tomogram.views->n_tilt,
                      run.experiment->particle[0].step[0].tomogram.series->n_tilt);
    ck_assert_uint_eq(experiment->particle[0].step[0].tomogram.views->n_u, 9);
    atw_experiment_destroy(experiment);
    atw_field_destroy(volume);
    fixture_run_destroy(&run);
}
END_TEST

static const struct {
    const char *old, *new, *message;
} refusals[] = {
    {REFERENCE, "", "taken before heating"},
    {FIRST_STEP, "        angles: A_001_400C.rawtlt\n", "angles of nothing"},
    {FIRST_STEP, "        tilts: A_001_400C.mrc\n        volume: v.mrc\n",
     "give one of them"},
    {FIRST_STEP, "        volume: absent.mrc\n", "absent.mrc"},
};

START_TEST(contradictions_are_named_with_their_line)
{
    struct atw_experiment *experiment = NULL;
    struct fixture_run run;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, NULL);
    CHECK_FAILS(read_changed(&experiment, &run, refusals[_i].old, refusals[_i].new, &err),
                ATW_EINPUT, refusals[_i].message);
    ck_assert_msg(strstr(err.text, "experiment.yaml:"), "%s", err.text);
    ck_assert_ptr_null(experiment);
    fixture_run_destroy(&run);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("own data");
    TCase *tests = tcase_create("own data");

    atw_progress_set_quiet(1);
    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, a_step_that_was_not_looked_at_has_heated);
    tcase_add_test(tests, volumes_with_angles_give_what_their_series_gave);
    tcase_add_test(tests, a_step_may_be_left_without_a_tomogram);
    tcase_add_test(tests, a_volume_brings_its_angles);
    tcase_add_loop_test(tests, contradictions_are_named_with_their_line, 0,
                        sizeof refusals / sizeof *refusals);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
