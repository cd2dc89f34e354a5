/* Tilt series of simulated particles: shapes against voxels, calibration, what reaches
 * the truth and what the experiment. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "microscope/record.h"
#include "pipeline/fixture.h"
#include "pipeline/imaging.h"
#include "pipeline/particle_scene.h"
#include "support/support.h"

static const double TILT_RAD[] = {-1.1, 0.0, 0.6};
enum { N_TILT = 3 };

static const struct atw_imaging_settings SETTINGS = {
    .microscope = {.contrast = {1.0, 0.38, 0.02}},
    .damping_core_nm = 75.0,
    .damping_shell_nm = 197.0};

static struct atw_shape rod(double silica_m)
{
    return (struct atw_shape){.kind = ATW_SHAPE_NANOROD,
                              .core_diameter_m = 10e-9,
                              .core_length_m = 22e-9,
                              .shell_side_m = 3e-9,
                              .shell_tip_m = 3e-9,
                              .azimuth_rad = 0.3,
                              .elevation_rad = 0.15,
                              .silica_m = silica_m};
}

static struct atw_tilt_series *see(const struct atw_shape *shape,
                                   const struct atw_phantom *phantom,
                                   const struct atw_field *composition,
                                   const struct atw_imaging_settings *settings)
{
    const struct atw_microscope microscope = {
        .blur_sigma_m = 0.5e-9, .pixel_m = 0.6e-9, .n_u = 70, .n_v = 70};
    struct atw_acquisition *acquisition = NULL;
    struct atw_particle_scene *scene = NULL;
    struct atw_tilt_series *series = NULL;
    struct atw_error err;

    CHECK_OK(atw_acquisition_create(&acquisition, &(struct atw_acquisition_settings){0},
                                    TILT_RAD, N_TILT, 0, NULL, &err));
    CHECK_OK(
        atw_particle_scene_create(&scene, shape, phantom, composition, settings, &err));
    CHECK_OK(atw_microscope_record(&series, &scene->scene, &microscope, acquisition,
                                   TILT_RAD, &err));
    atw_acquisition_destroy(acquisition);
    atw_particle_scene_destroy(scene);
    return series;
}

static double largest_difference(const struct atw_tilt_series *a,
                                 const struct atw_tilt_series *b)
{
    double largest = 0.0, brightest = 0.0;

    for (size_t i = 0; i < atw_tilt_series_pixel_count(a); i++) {
        largest = fmax(largest, fabs((double)(a->value[i] - b->value[i])));
        brightest = fmax(brightest, fabs((double)a->value[i]));
    }
    return largest / brightest;
}

/* The way diffused states are seen, at time zero, where it is worst: the composition
 * still has a step. With damping and silica too. */
START_TEST(a_state_that_has_not_diffused_is_seen_as_the_shapes_are)
{
    struct atw_imaging_settings settings = SETTINGS;
    struct atw_shape shape = rod(_i ? 5e-9 : 0.0);
    struct atw_phantom *phantom = NULL;
    struct atw_tilt_series *exact, *field;
    struct atw_grid grid;
    struct atw_error err;
    double difference;

    settings.is_damped = _i;
    CHECK_OK(atw_phantom_grid(&grid, &shape, 0.4e-9, 0.8e-9, &err));
    CHECK_OK(atw_phantom_create(&phantom, &shape, &grid, 1e-4, &err));
    exact = see(&shape, phantom, NULL, &settings);
    field = see(&shape, phantom, phantom->composition, &settings);
    difference = largest_difference(exact, field);
    printf("  field against shapes: %.2e of the brightest pixel\n", difference);
    ck_assert_double_lt(difference, 1e-3);
    atw_tilt_series_destroy(exact);
    atw_tilt_series_destroy(field);
    atw_phantom_destroy(phantom);
}
END_TEST

/* Shapes and their voxels agree but for what voxels cannot do. */
START_TEST(voxels_and_shapes_give_the_same_picture)
{
    struct atw_imaging_settings settings = SETTINGS, voxels = SETTINGS;
    struct atw_shape shape = rod(5e-9);
    struct atw_phantom *phantom = NULL;
    struct atw_tilt_series *a, *b;
    struct atw_grid grid;
    struct atw_error err;

    voxels.from_voxels = 1;
    CHECK_OK(atw_phantom_grid(&grid, &shape, 0.4e-9, 0.8e-9, &err));
    CHECK_OK(atw_phantom_create(&phantom, &shape, &grid, 1e-4, &err));
    a = see(&shape, phantom, NULL, &settings);
    b = see(&shape, phantom, NULL, &voxels);
    ck_assert_double_lt(largest_difference(a, b), 3e-3);
    ck_assert_double_gt(largest_difference(a, b), 1e-6); /* not the same path */
    atw_tilt_series_destroy(a);
    atw_tilt_series_destroy(b);
    atw_phantom_destroy(phantom);
}
END_TEST

/* Corners mix before faces do; what a view receives in all stays the same. */
START_TEST(a_heated_box_is_imaged)
{
    static const char *const overrides[] = {"microscope.shot_noise=false",
                                            "particles[0].shape=box",
                                            "particles[1].shape=box", NULL};
    struct fixture_run run;
    const struct atw_tilt_series *before, *after;

    fixture_run_create(&run, fixture_scenario, overrides);
    before = run.experiment->particle[0].reference.series;
    after = run.experiment->particle[0].step[0].tomogram.series;
    for (size_t i = 0; i < before->n_tilt; i++) {
        size_t count = before->n_v * before->n_u;
        double total[2] = {0.0, 0.0};

        for (size_t j = 0; j < count; j++) {
            total[0] += (double)before->value[i * count + j];
            total[1] += (double)after->value[i * count + j];
        }
        ck_assert_double_eq_tol(total[1] / total[0], 1.0, 2e-3);
    }
    fixture_run_destroy(&run);
}
END_TEST

/* I tau / e electrons, of which t / L reach the detector in the weak limit. */
START_TEST(counts_follow_from_the_beam_current)
{
    static const char *const overrides[] = {
        "microscope.calibration=current", "microscope.current=50 pA",
        "microscope.dwell=2 us",          "microscope.detector.efficiency=0.5",
        "microscope.damping.core=60 nm",  NULL};
    struct fixture_run run;

    fixture_run_create(&run, fixture_scenario, overrides);
    ck_assert_double_eq_tol(run.experiment->counts_per_nm,
                            0.5 * 50e-12 * 2e-6 / 1.602176634e-19 / 60.0, 1e-9);
    fixture_run_destroy(&run);
}
END_TEST

/* With damping the gain grows so that the brightest pixel is what it was. */
START_TEST(peak_counts_hold_with_damping)
{
    static const char *const plain[] = {"microscope.shot_noise=false", NULL};
    static const char *const damped[] = {"microscope.shot_noise=false",
                                         "microscope.damping.enabled=true", NULL};
    struct fixture_run a, b;

    fixture_run_create(&a, fixture_scenario, plain);
    fixture_run_create(&b, fixture_scenario, damped);
    ck_assert_double_eq_tol(fixture_brightest(a.experiment->particle[0].reference.series),
                            202.0, 1e-3);
    ck_assert_double_eq_tol(fixture_brightest(b.experiment->particle[0].reference.series),
                            202.0, 1e-3);
    ck_assert_double_gt(b.experiment->counts_per_nm, 1.05 * a.experiment->counts_per_nm);
    fixture_run_destroy(&a);
    fixture_run_destroy(&b);
}
END_TEST

static struct atw_experiment *through_files(const struct fixture_run *run)
{
    struct atw_experiment *read = NULL;
    struct atw_metadata *metadata = NULL;
    struct atw_error err;
    char path[400];

    CHECK_OK(atw_metadata_create(&metadata, &err));
    CHECK_OK(atw_experiment_write(run->experiment, run->config, fixture_folder(),
                                  metadata, &err));
    snprintf(path, sizeof path, "%s/experiment.yaml", fixture_folder());
    CHECK_OK(atw_experiment_read(&read, path, NULL, 0, &err));
    atw_metadata_destroy(metadata);
    return read;
}

/* What is recorded has gain and offset; what is analysed are electrons again. */
START_TEST(gain_and_offset_are_recorded_and_taken_off_again)
{
    static const char *const plain[] = {NULL};
    static const char *const odd[] = {"microscope.detector.gain=2.5",
                                      "microscope.detector.offset=-7", NULL};
    struct fixture_run a, b;
    struct atw_experiment *read;

    fixture_run_create(&a, fixture_scenario, plain);
    fixture_run_create(&b, fixture_scenario, odd);
    read = through_files(&b);
    for (size_t i = 0; i < 500; i++) {
        float electrons = a.experiment->particle[0].reference.series->value[i];

        ck_assert_float_eq_tol(b.experiment->particle[0].reference.series->value[i],
                               2.5F * electrons - 7.0F, 1e-3F);
        ck_assert_float_eq_tol(read->particle[0].reference.series->value[i], electrons,
                               1e-3F);
    }
    ck_assert_double_eq(read->counts_per_nm, a.experiment->counts_per_nm);
    atw_experiment_destroy(read);
    fixture_run_destroy(&a);
    fixture_run_destroy(&b);
}
END_TEST

/* True tilts and shifts are known to the truth; the recorded tilts are the nominal ones,
 * in the file too. */
START_TEST(the_truth_knows_what_the_experiment_does_not)
{
    static const char *const overrides[] = {"microscope.tilt.jitter=0.3 deg",
                                            "microscope.drift.tracking=0.4 nm", NULL};
    struct fixture_run run;
    struct atw_experiment *read;
    const struct atw_acquisition *taken, *other;
    json_t *truth, *shifts;

    fixture_run_create(&run, fixture_scenario, overrides);
    read = through_files(&run);
    taken = run.truth->particle[1].acquisition[2];
    other = run.truth->particle[1].acquisition[1];
    ck_assert_uint_eq(taken->n_views, run.scenario->n_tilt);
    ck_assert_double_ne(taken->view[3].tilt_rad, run.scenario->tilt_rad[3]);
    ck_assert_double_ne(taken->view[3].shift_u_m, other->view[3].shift_u_m);
    for (size_t i = 0; i < run.scenario->n_tilt; i++)
        ck_assert_double_eq_tol(read->particle[1].step[1].tomogram.series->tilt_rad[i],
                                run.scenario->tilt_rad[i], 1e-6);
    truth = atw_truth_to_json(run.truth);
    shifts = json_object_get(
        json_array_get(
            json_object_get(json_array_get(json_object_get(truth, "particles"), 1),
                            "acquisitions"),
            2),
        "shift_u_nm");
    ck_assert_double_eq_tol(json_number_value(json_array_get(shifts, 3)),
                            taken->view[3].shift_u_m / ATW_METRE_PER_NM, 1e-12);
    json_decref(truth);
    atw_experiment_destroy(read);
    fixture_run_destroy(&run);
}
END_TEST

/* The layer grows from series to series. */
START_TEST(contamination_goes_on_from_series_to_series)
{
    static const char *const overrides[] = {"microscope.contamination.growth=0.01 nm",
                                            NULL};
    struct fixture_run run;
    size_t n;

    fixture_run_create(&run, fixture_scenario, overrides);
    n = run.scenario->n_tilt;
    ck_assert_double_eq_tol(
        run.truth->particle[0].acquisition[2]->view[0].contamination_m,
        0.01e-9 * 2.0 * (double)n, 1e-18);
    ck_assert_double_gt(fixture_brightest(run.experiment->particle[0].reference.series),
                        0.0);
    fixture_run_destroy(&run);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("imaging");
    TCase *tests = tcase_create("imaging");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, a_state_that_has_not_diffused_is_seen_as_the_shapes_are, 0,
                        2);
    tcase_add_test(tests, voxels_and_shapes_give_the_same_picture);
    tcase_add_test(tests, a_heated_box_is_imaged);
    tcase_add_test(tests, counts_follow_from_the_beam_current);
    tcase_add_test(tests, peak_counts_hold_with_damping);
    tcase_add_test(tests, gain_and_offset_are_recorded_and_taken_off_again);
    tcase_add_test(tests, the_truth_knows_what_the_experiment_does_not);
    tcase_add_test(tests, contamination_goes_on_from_series_to_series);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
