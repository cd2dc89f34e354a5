/* Tables of images against views recorded one by one, and what is taken from them. */
#include <math.h>
#include <stdlib.h>

#include "core/constants.h"
#include "diffusion/family.h"
#include "microscope/record.h"
#include "pipeline/direct_internal.h"
#include "pipeline/particle_scene.h"
#include "support/support.h"

enum { N_U = 40, N_V = 56 };

#define PIXEL_NM 0.6
#define SIGMA_NM 0.5
#define S_M2 1e-18

static const struct atw_shape rod = {.kind = ATW_SHAPE_NANOROD,
                                     .core_diameter_m = 9e-9,
                                     .core_length_m = 19e-9,
                                     .shell_side_m = 2e-9,
                                     .shell_tip_m = 3e-9,
                                     .silica_m = 2e-9};
static const struct atw_imaging_settings settings = {
    .microscope.contrast = {.core = 1.0, .shell = 0.4, .silica = 0.05},
    .is_damped = 1,
    .damping_core_nm = 40.0,
    .damping_shell_nm = 100.0};

static struct atw_error err;

static void fill_state(struct atw_axial_state *state)
{
    struct atw_body metal = atw_shape_body(&rod, ATW_SHAPE_METAL);
    struct atw_body core = atw_shape_body(&rod, ATW_SHAPE_CORE);
    const struct atw_axial_rod outside = {metal.radius_m, metal.half_length_m};
    const struct atw_axial_rod inside = {core.radius_m, core.half_length_m};
    struct atw_axial *axial = NULL;

    CHECK_OK(atw_axial_create(&axial, &outside, &inside, 0.2e-9, 1e-5, &err));
    CHECK_OK(atw_axial_points_create(state, axial, S_M2, &err));
    atw_axial_destroy(axial);
}

static struct atw_tilt_series *record(const struct atw_scene *scene,
                                      size_t n_u,
                                      size_t n_v,
                                      double pixel_nm,
                                      const double *tilt_rad,
                                      size_t n,
                                      double shift_u_nm,
                                      double shift_v_nm)
{
    const struct atw_microscope microscope = {.blur_sigma_m = SIGMA_NM * 1e-9,
                                              .pixel_m = pixel_nm * 1e-9,
                                              .n_u = n_u,
                                              .n_v = n_v};
    struct atw_view view[ATW_DIRECT_NODES_MAX] = {0};
    const struct atw_acquisition acquisition = {.n_views = n, .view = view};
    struct atw_tilt_series *series = NULL;

    for (size_t i = 0; i < n; i++)
        view[i] = (struct atw_view){.tilt_rad = tilt_rad[i],
                                    .shift_u_m = shift_u_nm * 1e-9,
                                    .shift_v_m = shift_v_nm * 1e-9,
                                    .brightness = 1.0,
                                    .gain = 1.0};
    CHECK_OK(
        atw_microscope_record(&series, scene, &microscope, &acquisition, tilt_rad, &err));
    return series;
}

static struct atw_direct_table *tabulate(const struct atw_axial_state *state,
                                         double q_most)
{
    struct atw_direct_frame frame = {
        .parts = 2, .pitch_nm = 0.5 * PIXEL_NM, .n_along = 64, .n_across = 44};
    double tilt_rad[ATW_DIRECT_NODES_MAX];
    struct atw_shape shape = rod;
    struct atw_particle_scene *scene = NULL;
    struct atw_direct_table *table = NULL;
    struct atw_tilt_series *images;

    shape.azimuth_rad = 0.5 * ATW_PI;
    atw_direct_frame_nodes(&frame, q_most, 10.0, SIGMA_NM);
    for (size_t k = 0; k < frame.n_nodes; k++)
        tilt_rad[k] = asin(sqrt(frame.node[k]));
    CHECK_OK(atw_particle_scene_create_axial(&scene, &shape, state, &settings, &err));
    images = record(&scene->scene, 2 * (frame.n_along - 2), 2 * (frame.n_across - 2),
                    frame.pitch_nm, tilt_rad, frame.n_nodes, 0.0, 0.0);
    CHECK_OK(atw_direct_table_create(&table, &frame, 1, &err));
    atw_direct_table_set(table, 0, images->value);
    atw_tilt_series_destroy(images);
    atw_particle_scene_destroy(scene);
    return table;
}

static float *look(const struct atw_direct_table *table,
                   double azimuth_rad,
                   double elevation_rad,
                   double tilt_rad)
{
    struct atw_direct_pose pose =
        atw_direct_pose_of(azimuth_rad, elevation_rad, tilt_rad);
    float *scratch = malloc(atw_direct_table_scratch(table, 1) * sizeof *scratch);
    float *out = malloc(2 * (size_t)N_U * N_V * sizeof *out);

    atw_direct_table_view(out, table, &pose, 0.37, -0.81, N_U, N_V, 1, scratch);
    free(scratch);
    return out;
}

static double
greatest_difference(const float *a, const float *b, size_t count, float *greatest)
{
    double difference = 0.0;

    *greatest = 0.0F;
    for (size_t i = 0; i < count; i++) {
        difference = fmax(difference, fabs((double)(a[i] - b[i])));
        *greatest = fmaxf(*greatest, fabsf(b[i]));
    }
    return difference;
}

/* A view from the table is the view recorded by itself, wherever the rod points. */
START_TEST(table_shows_what_is_recorded)
{
    static const double pose[][3] = {
        {0.0, 0.0, 0.3}, {0.26, 0.0, 1.2}, {-0.3, 0.1, -0.7}, {0.1, -0.2, 0.05}};
    struct atw_axial_state state;
    struct atw_direct_table *table;

    fill_state(&state);
    table = tabulate(&state, 0.1);
    for (size_t i = 0; i < 4; i++) {
        struct atw_shape shape = rod;
        struct atw_particle_scene *scene = NULL;
        struct atw_tilt_series *view;
        float *seen = look(table, pose[i][0], pose[i][1], pose[i][2]), brightest;
        double off;

        shape.azimuth_rad = pose[i][0];
        shape.elevation_rad = pose[i][1];
        CHECK_OK(
            atw_particle_scene_create_axial(&scene, &shape, &state, &settings, &err));
        view = record(&scene->scene, N_U, N_V, PIXEL_NM, &pose[i][2], 1, 0.37, -0.81);
        off = greatest_difference(seen, view->value, (size_t)N_U * N_V, &brightest);
        ck_assert_msg(off < 1e-3 * (double)brightest, "pose %zu: off by %g of %g", i, off,
                      (double)brightest);
        atw_tilt_series_destroy(view);
        atw_particle_scene_destroy(scene);
        free(seen);
    }
    atw_direct_table_destroy(table);
    atw_axial_state_clear(&state);
}
END_TEST

/* q, the angle, and the image's derivative by q: against differences. */
START_TEST(derivatives_are_those_of_the_pose)
{
    static const double at[3] = {0.2, -0.1, 0.6};
    struct atw_axial_state state;
    struct atw_direct_table *table;
    struct atw_direct_pose here = atw_direct_pose_of(at[0], at[1], at[2]);
    struct atw_direct_pose left = here, right = here;
    size_t count = (size_t)N_U * N_V;
    float *scratch, *image[3], greatest;

    for (size_t i = 0; i < 3; i++) {
        double step = 1e-4, to[3] = {at[0], at[1], at[2]};
        struct atw_direct_pose there;

        to[i] += step;
        there = atw_direct_pose_of(to[0], to[1], to[2]);
        ck_assert_double_eq_tol((there.q - here.q) / step, here.q_by[i], 2e-4);
        ck_assert_double_eq_tol(
            (atan2(there.sine, there.cosine) - atan2(here.sine, here.cosine)) / step,
            here.angle_by[i], 2e-4);
    }
    fill_state(&state);
    table = tabulate(&state, 0.1);
    scratch = malloc(atw_direct_table_scratch(table, 1) * sizeof *scratch);
    left.q -= 2e-3;
    right.q += 2e-3;
    for (size_t k = 0; k < 3; k++)
        image[k] = malloc(2 * count * sizeof *image[k]);
    atw_direct_table_view(image[0], table, &left, 0.0, 0.0, N_U, N_V, 1, scratch);
    atw_direct_table_view(image[1], table, &here, 0.0, 0.0, N_U, N_V, 1, scratch);
    atw_direct_table_view(image[2], table, &right, 0.0, 0.0, N_U, N_V, 1, scratch);
    for (size_t i = 0; i < count; i++)
        image[0][i] = (image[2][i] - image[0][i]) / 4e-3F;
    ck_assert_double_lt(greatest_difference(image[1] + count, image[0], count, &greatest),
                        0.02 * (double)greatest);
    for (size_t k = 0; k < 3; k++)
        free(image[k]);
    free(scratch);
    atw_direct_table_destroy(table);
    atw_axial_state_clear(&state);
}
END_TEST

/* The general solver and the projector of voxels show the same, as well as voxels can. */
START_TEST(voxels_show_the_same)
{
    static const double tilt_rad[] = {-0.8, 0.1};
    const struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_shape bare = rod;
    struct atw_grid grid;
    struct atw_phantom *phantom = NULL;
    struct atw_diffusion_family *family = NULL;
    struct atw_field *composition = NULL;
    struct atw_axial_state state;
    struct atw_particle_scene *voxels = NULL, *axial = NULL;
    struct atw_tilt_series *a, *b;
    float brightest;
    double off;

    bare.silica_m = 0.0;
    bare.azimuth_rad = 0.2;
    CHECK_OK(atw_phantom_grid(&grid, &bare, 0.4e-9, 1.2e-9, &err));
    CHECK_OK(atw_phantom_create(&phantom, &bare, &grid, 1e-4, &err));
    CHECK_OK(atw_field_copy(&composition, phantom->composition, &err));
    CHECK_OK(atw_diffusion_family_create(&family, phantom->composition, phantom->metal,
                                         &options, &err));
    CHECK_OK(atw_diffusion_family_at(family, S_M2, composition, &err));
    CHECK_OK(
        atw_particle_scene_create(&voxels, &bare, phantom, composition, &settings, &err));
    fill_state(&state);
    CHECK_OK(atw_particle_scene_create_axial(&axial, &bare, &state, &settings, &err));
    a = record(&voxels->scene, N_U, N_V, PIXEL_NM, tilt_rad, 2, 0.0, 0.0);
    b = record(&axial->scene, N_U, N_V, PIXEL_NM, tilt_rad, 2, 0.0, 0.0);
    off = greatest_difference(a->value, b->value, 2 * (size_t)N_U * N_V, &brightest);
    ck_assert_msg(off < 6e-3 * (double)brightest, "off by %g of %g", off,
                  (double)brightest);
    atw_tilt_series_destroy(a);
    atw_tilt_series_destroy(b);
    atw_particle_scene_destroy(voxels);
    atw_particle_scene_destroy(axial);
    atw_axial_state_clear(&state);
    atw_diffusion_family_destroy(family);
    atw_field_destroy(composition);
    atw_phantom_destroy(phantom);
}
END_TEST

/* A rod across the tilt axis is even: tracing half and summing a quarter is enough. Where
 * the view is shifted, its image is not. */
START_TEST(a_part_of_an_even_scene_stands_for_all)
{
    static const double tilt_rad[] = {0.0, 0.4, 1.1}, shift_nm[] = {0.0, 0.4};
    struct atw_shape shape = rod;
    struct atw_particle_scene *scene = NULL;
    struct atw_axial_state state;

    shape.azimuth_rad = 0.5 * ATW_PI;
    fill_state(&state);
    CHECK_OK(atw_particle_scene_create_axial(&scene, &shape, &state, &settings, &err));
    for (size_t n_u = 51; n_u <= 52; n_u++)
        for (size_t i = 0; i < 2; i++) {
            size_t n_v = 88 - n_u; /* one odd, one even */
            struct atw_tilt_series *all, *part;
            float brightest;
            double off;

            scene->scene.is_even = 0;
            all = record(&scene->scene, n_u, n_v, PIXEL_NM, tilt_rad, 3, shift_nm[i],
                         0.5 * shift_nm[i]);
            scene->scene.is_even = 1;
            part = record(&scene->scene, n_u, n_v, PIXEL_NM, tilt_rad, 3, shift_nm[i],
                          0.5 * shift_nm[i]);
            off = greatest_difference(part->value, all->value, 3 * n_u * n_v, &brightest);
            ck_assert_msg(off < 2e-4 * (double)brightest, "off by %g of %g", off,
                          (double)brightest);
            atw_tilt_series_destroy(all);
            atw_tilt_series_destroy(part);
        }
    atw_particle_scene_destroy(scene);
    atw_axial_state_clear(&state);
}
END_TEST

/* How the table of a bare rod is sampled when this much blur is expected and fitted. */
static struct atw_direct_frame frame_at(double expected_nm2, double fitted_nm2)
{
    double tilt_rad[] = {-0.4, 0.9};
    struct atw_tilt_series data = {.n_tilt = 2,
                                   .n_u = N_U,
                                   .n_v = N_V,
                                   .pixel_m = PIXEL_NM * 1e-9,
                                   .tilt_rad = tilt_rad};
    struct atw_direct_view view[2] = {0};
    struct atw_direct_particle particle = {
        .globals.value = {[ATW_DIRECT_CORE_DIAMETER] = 9.0,
                          [ATW_DIRECT_CORE_LENGTH] = 19.0,
                          [ATW_DIRECT_SHELL_SIDE] = 2.0,
                          [ATW_DIRECT_SHELL_TIP] = 3.0,
                          [ATW_DIRECT_AZIMUTH] = 0.2},
        .shell_over_core = 0.4};
    struct atw_direct_series series = {.data = &data, .view = view, .stride = 1};
    struct atw_direct_table *table = NULL;
    struct atw_tilt_series *signal = NULL;
    struct atw_direct_frame frame;

    series.prior[ATW_DIRECT_BLUR] = expected_nm2;
    series.value[ATW_DIRECT_BLUR] = fitted_nm2;
    CHECK_OK(atw_direct_record(&table, &signal, &particle, &series, &err));
    frame = table->frame;
    atw_direct_table_destroy(table);
    atw_tilt_series_destroy(signal);
    return frame;
}

/* What sampling costs would jump where the blur crosses a limit, and a fit stand still.
 */
START_TEST(sampling_stays_while_the_blur_is_fitted)
{
    struct atw_direct_frame first = frame_at(0.25, 0.25);

    ck_assert_uint_eq(first.elements, 1);
    for (double variance = 0.13; variance < 0.5; variance += 0.03) {
        struct atw_direct_frame frame = frame_at(0.25, variance);

        ck_assert_uint_eq(frame.parts, first.parts);
        ck_assert_uint_eq(frame.elements, first.elements);
        ck_assert_uint_eq(frame.n_nodes, first.n_nodes);
    }
    /* far sharper than expected: finer */
    ck_assert_uint_gt(frame_at(0.25, 0.03).parts, first.parts);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("direct_table");
    TCase *tests = tcase_create("direct_table");

    tcase_add_test(tests, table_shows_what_is_recorded);
    tcase_add_test(tests, derivatives_are_those_of_the_pose);
    tcase_add_test(tests, voxels_show_the_same);
    tcase_add_test(tests, a_part_of_an_even_scene_stands_for_all);
    tcase_add_test(tests, sampling_stays_while_the_blur_is_fitted);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
