/* An experiment written and read again is the same experiment, to the last bit where the
 * formats can hold it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/fixture.h"
#include "support/support.h"

static void write_experiment(const struct fixture_run *run)
{
    struct atw_metadata *metadata = NULL;
    struct atw_error err;

    CHECK_OK(atw_metadata_create(&metadata, &err));
    CHECK_OK(atw_experiment_write(run->experiment, run->config, fixture_folder(),
                                  metadata, &err));
    atw_metadata_destroy(metadata);
}

static enum atw_status read_experiment(struct atw_experiment **out, struct atw_error *err)
{
    char path[600];

    snprintf(path, sizeof path, "%s/experiment.yaml", fixture_folder());
    return atw_experiment_read(out, path, NULL, 0, err);
}

static void check_same_series(const struct atw_tilt_series *a,
                              const struct atw_tilt_series *b)
{
    ck_assert_uint_eq(a->n_tilt, b->n_tilt);
    ck_assert_uint_eq(a->n_v, b->n_v);
    ck_assert_uint_eq(a->n_u, b->n_u);
    /* the header of an MRC file holds it in single precision */
    ck_assert_double_eq_tol(b->pixel_m / a->pixel_m, 1.0, 1e-6);
    for (size_t i = 0; i < a->n_tilt; i++)
        ck_assert_double_eq_tol(a->tilt_rad[i], b->tilt_rad[i], 1e-15);
    ck_assert_int_eq(
        memcmp(a->value, b->value, atw_tilt_series_pixel_count(a) * sizeof *a->value), 0);
}

static void check_same_field(const struct atw_field *a, const struct atw_field *b)
{
    ck_assert(atw_grid_equal(&a->grid, &b->grid));
    ck_assert_int_eq(
        memcmp(a->value, b->value, atw_grid_voxel_count(&a->grid) * sizeof *a->value), 0);
}

static void check_same_settings(const struct atw_analysis_settings *a,
                                const struct atw_analysis_settings *b)
{
    ck_assert_int_eq(a->background_rule, b->background_rule);
    ck_assert_double_eq(a->background_counts, b->background_counts);
    ck_assert_ptr_eq(a->method, b->method);
    ck_assert_uint_eq(a->reconstruction.iterations, b->reconstruction.iterations);
    ck_assert_int_eq(a->segmentation.rule, b->segmentation.rule);
    ck_assert_double_eq(a->segmentation.parameter, b->segmentation.parameter);
    ck_assert_double_eq(a->erosion_m, b->erosion_m);
    ck_assert_int_eq(a->segment_each_step, b->segment_each_step);
    ck_assert_int_eq(a->measure, b->measure);
    ck_assert_int_eq(a->reference_noise, b->reference_noise);
    ck_assert_double_eq(a->model_blur_m, b->model_blur_m);
    ck_assert_double_eq(a->model_damping_m, b->model_damping_m);
    ck_assert_int_eq(a->undamp, b->undamp);
    ck_assert_double_eq(a->model_tolerance, b->model_tolerance);
    ck_assert_int_eq(a->initial_state_given, b->initial_state_given);
    ck_assert_uint_eq(a->noise_seed, b->noise_seed);
    ck_assert_uint_eq(a->n_estimators, b->n_estimators);
    ck_assert_ptr_eq(a->estimator[0], b->estimator[0]);
}

static void check_same_particle(const struct atw_experiment_particle *a,
                                const struct atw_experiment_particle *b)
{
    ck_assert_str_eq(a->name, b->name);
    ck_assert_str_eq(a->window, b->window);
    ck_assert_uint_eq(a->n_steps, b->n_steps);
    check_same_series(a->reference.series, b->reference.series);
    for (size_t k = 0; k < a->n_steps; k++) {
        ck_assert_double_eq(a->step[k].set_point_K, b->step[k].set_point_K);
        ck_assert_double_eq(a->step[k].dwell_s, b->step[k].dwell_s);
        check_same_series(a->step[k].tomogram.series, b->step[k].tomogram.series);
        if (!a->step[k].initial_metal)
            continue;
        check_same_field(a->step[k].initial_metal, b->step[k].initial_metal);
        check_same_field(a->step[k].initial_composition, b->step[k].initial_composition);
    }
}

static void check_round_trip(const char *const *overrides)
{
    struct fixture_run run;
    struct atw_experiment *experiment = NULL;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, overrides);
    write_experiment(&run);
    CHECK_OK(read_experiment(&experiment, &err));
    ck_assert_str_eq(experiment->title, run.experiment->title);
    ck_assert_uint_eq(experiment->reference, run.experiment->reference);
    ck_assert_uint_eq(experiment->n_particles, run.experiment->n_particles);
    ck_assert_double_eq(experiment->intensity_ratio, run.experiment->intensity_ratio);
    ck_assert_double_eq(experiment->counts_per_nm, run.experiment->counts_per_nm);
    ck_assert_double_eq(experiment->background_counts, run.experiment->background_counts);
    ck_assert_int_eq(experiment->shot_noise, run.experiment->shot_noise);
    check_same_settings(&run.experiment->analysis, &experiment->analysis);
    for (size_t i = 0; i < experiment->n_particles; i++)
        check_same_particle(&run.experiment->particle[i], &experiment->particle[i]);
    atw_experiment_destroy(experiment);
    fixture_run_destroy(&run);
}

START_TEST(round_trip_keeps_everything)
{
    check_round_trip(NULL);
}
END_TEST

START_TEST(round_trip_keeps_unusual_settings)
{
    static const char *const overrides[] = {
        "reference=B",
        "title='a ''quoted\" title: with # and \\'",
        "heating.steps[0].set_point=673.4 K",
        "heating.steps[0].dwell=0.1 s",
        "microscope.tilt={first: -71.3 deg, last: 68 deg, step: 7.1 deg}",
        "microscope.shot_noise=false",
        "microscope.background=0.3",
        "simulation.export_states=true",
        "analysis={initial_state: given, background: 1.25, noise_seed: 77,"
        " reconstruction: {method: sirt, iterations: 3, undamp: true},"
        " segmentation: {rule: fraction, parameter: 0.4, erosion: 0.7 nm, per_step: "
        "true},"
        " alloying: {measure: linear, reference_noise: none},"
        " model: {blur: 0.3 nm, damping: 83.7 nm, tolerance: 1e-4}}",
        NULL};

    check_round_trip(overrides);
}
END_TEST

START_TEST(names_that_yaml_would_read_otherwise_survive)
{
    static const char *const overrides[] = {"chip.windows[1].name='edge #2: right'",
                                            "particles[1].window='edge #2: right'",
                                            "particles[0].name='null'",
                                            "particles[1].name='12'",
                                            "reference='null'",
                                            NULL};

    check_round_trip(overrides);
}
END_TEST

START_TEST(experiment_holds_nothing_of_the_truth)
{
    static const char *const words[] = {"truth", "temperature_offset", "-34", "208",
                                        "diffusion"};
    struct fixture_run run;
    char *text;

    fixture_run_create(&run, fixture_scenario, NULL);
    write_experiment(&run);
    text = fixture_text("experiment.yaml");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        ck_assert_msg(strstr(text, words[i]) == NULL, "'%s' is in the experiment",
                      words[i]);
    free(text);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(simulation_depends_on_the_seed_only_by_its_noise)
{
    static const char *const other[] = {"seed=6", NULL};
    struct fixture_run a, b, c;
    const struct atw_tilt_series *x, *y, *z;

    fixture_run_create(&a, fixture_scenario, NULL);
    fixture_run_create(&b, fixture_scenario, NULL);
    fixture_run_create(&c, fixture_scenario, other);
    x = a.experiment->particle[1].step[1].tomogram.series;
    y = b.experiment->particle[1].step[1].tomogram.series;
    z = c.experiment->particle[1].step[1].tomogram.series;
    check_same_series(x, y);
    ck_assert_int_ne(
        memcmp(x->value, z->value, atw_tilt_series_pixel_count(x) * sizeof *x->value), 0);
    ck_assert_double_eq(a.experiment->counts_per_nm, c.experiment->counts_per_nm);
    check_same_field(a.truth->particle[1].composition[2],
                     c.truth->particle[1].composition[2]);
    fixture_run_destroy(&a);
    fixture_run_destroy(&b);
    fixture_run_destroy(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("experiment");
    TCase *tests = tcase_create("experiment");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, round_trip_keeps_everything);
    tcase_add_test(tests, round_trip_keeps_unusual_settings);
    tcase_add_test(tests, names_that_yaml_would_read_otherwise_survive);
    tcase_add_test(tests, experiment_holds_nothing_of_the_truth);
    tcase_add_test(tests, simulation_depends_on_the_seed_only_by_its_noise);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
