/* The noise-free signal: conservation, an exact sphere, orientation, edges, errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "microscope/microscope.h"
#include "microscope/optics.h"
#include "support/support.h"

static const double NM = 1e-9;

static struct atw_microscope plain_microscope(size_t n_u, size_t n_v)
{
    return (struct atw_microscope){.contrast = {1.0, 0.4, 0.02},
                                   .blur_sigma_m = 0.0,
                                   .counts_per_nm = 1.0,
                                   .pixel_m = 0.6 * NM,
                                   .n_u = n_u,
                                   .n_v = n_v};
}

static struct atw_field *create_volume(size_t n_x, size_t n_y, size_t n_z, double voxel_m)
{
    const struct atw_grid grid = {
        .n_x = n_x, .n_y = n_y, .n_z = n_z, .spacing_m = voxel_m};
    struct atw_field *field = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&field, &grid, &err));
    return field;
}

/* sum(signal) pixel^2, nm^3 for an intensity without unit. */
static double view_total(const struct atw_tilt_series *series, size_t view)
{
    const float *pixel = atw_tilt_series_view(series, view);
    double sum = 0.0;

    for (size_t i = 0; i < series->n_v * series->n_u; i++)
        sum += (double)pixel[i];
    return sum * pow(series->pixel_m / NM, 2.0);
}

/* Centre of mass of a view in nm from the detector centre. */
static void
view_centre(const struct atw_tilt_series *series, size_t view, double *u_nm, double *v_nm)
{
    const float *pixel = atw_tilt_series_view(series, view);
    double sum = 0.0;

    *u_nm = *v_nm = 0.0;
    for (size_t v = 0; v < series->n_v; v++)
        for (size_t u = 0; u < series->n_u; u++) {
            double value = (double)pixel[v * series->n_u + u];

            sum += value;
            *u_nm += value * atw_grid_position_m(u, series->n_u, series->pixel_m / NM);
            *v_nm += value * atw_grid_position_m(v, series->n_v, series->pixel_m / NM);
        }
    *u_nm /= sum;
    *v_nm /= sum;
}

START_TEST(signal_on_the_detector_is_the_content_of_the_volume)
{
    static const double tilt_rad[] = {-1.2566, -0.7, 0.0, 0.3, 1.2566};
    static const double voxel_nm[] = {0.37, 0.4, 0.6, 1.0};
    struct atw_error err;
    struct atw_field *volume = create_volume(12, 14, 10, voxel_nm[_i] * NM);
    struct atw_microscope microscope = plain_microscope(44, 40);
    struct atw_tilt_series *series = NULL;
    double content;

    microscope.blur_sigma_m = 0.5 * NM;
    for (unsigned i = 0; i < 12 * 14 * 10; i++)
        volume->value[i] = (float)atw_test_uniform(11, i);
    content = atw_field_sum(volume) * pow(voxel_nm[_i], 3.0);
    CHECK_OK(atw_microscope_signal(&series, volume, &microscope, tilt_rad, 5, &err));
    for (size_t view = 0; view < 5; view++)
        ck_assert_msg(fabs(view_total(series, view) / content - 1.0) < 1e-4,
                      "voxel %g nm, view %zu: %g instead of %g nm3", voxel_nm[_i], view,
                      view_total(series, view), content);
    atw_tilt_series_destroy(series);
    atw_field_destroy(volume);
}
END_TEST

static const double RADIUS_NM = 14 * 0.6;

/* Fraction of a voxel in the sphere, by 5^3 points. */
static float sphere_fraction(double x, double y, double z, double voxel)
{
    enum { POINTS = 5 };
    int inside = 0;

    for (size_t i = 0; i < POINTS; i++)
        for (size_t j = 0; j < POINTS; j++)
            for (size_t k = 0; k < POINTS; k++) {
                double a = x + atw_grid_position_m(i, POINTS, voxel / POINTS);
                double b = y + atw_grid_position_m(j, POINTS, voxel / POINTS);
                double c = z + atw_grid_position_m(k, POINTS, voxel / POINTS);

                inside += a * a + b * b + c * c < RADIUS_NM * RADIUS_NM;
            }
    return (float)inside / (POINTS * POINTS * POINTS);
}

static struct atw_field *create_sphere(double voxel_nm)
{
    size_t n = 48;
    struct atw_field *field = create_volume(n, n, n, voxel_nm * NM);

    for (size_t z = 0; z < n; z++)
        for (size_t y = 0; y < n; y++)
            for (size_t x = 0; x < n; x++)
                field->value[atw_grid_index(&field->grid, x, y, z)] =
                    sphere_fraction(atw_grid_position_m(x, n, voxel_nm),
                                    atw_grid_position_m(y, n, voxel_nm),
                                    atw_grid_position_m(z, n, voxel_nm), voxel_nm);
    return field;
}

/* The exact image of the sphere: chords 2 sqrt(R^2 - u^2 - v^2) on a grid of 0.05 nm,
 * blurred in both directions by sums over the Gaussian, averaged over pixels. */
enum { IMAGE = 33, PARTS = 12, CHORDS = IMAGE * PARTS };

static void blur_rows_and_transpose(const double *in, double *out, double sigma)
{
    double step = 0.6 / PARTS, weight[CHORDS], total = 0.0;
    int reach = (int)(6.0 * sigma / step);

    for (int d = 0; d <= reach; d++) {
        weight[d] = sigma > 0.0 ? exp(-0.5 * pow(d * step / sigma, 2.0)) : 1.0;
        total += d > 0 ? 2.0 * weight[d] : 1.0;
    }
    for (int row = 0; row < CHORDS; row++)
        for (int i = 0; i < CHORDS; i++) {
            double sum = 0.0;

            for (int d = -reach; d <= reach; d++)
                if (i + d >= 0 && i + d < CHORDS)
                    sum += weight[abs(d)] * in[row * CHORDS + i + d];
            out[i * CHORDS + row] = sum / total;
        }
}

static void exact_image(double *image, double sigma)
{
    double *chord = calloc(CHORDS * CHORDS, sizeof *chord);
    double *blurred = calloc(CHORDS * CHORDS, sizeof *blurred);

    for (size_t v = 0; v < CHORDS; v++)
        for (size_t u = 0; u < CHORDS; u++) {
            double a = atw_grid_position_m(u, CHORDS, 0.6 / PARTS);
            double b = atw_grid_position_m(v, CHORDS, 0.6 / PARTS);

            chord[v * CHORDS + u] =
                2.0 * sqrt(fmax(0.0, RADIUS_NM * RADIUS_NM - a * a - b * b));
        }
    blur_rows_and_transpose(chord, blurred, sigma);
    blur_rows_and_transpose(blurred, chord, sigma);
    for (size_t i = 0; i < CHORDS * CHORDS; i++)
        image[i / CHORDS / PARTS * IMAGE + i % CHORDS / PARTS] +=
            chord[i] / (PARTS * PARTS);
    free(chord);
    free(blurred);
}

static void check_sphere(double voxel_nm, double sigma_nm, double tolerance)
{
    static const double tilt_rad[] = {-1.2566, -0.5, 0.0, 0.9};
    struct atw_error err;
    struct atw_field *sphere = create_sphere(voxel_nm);
    struct atw_microscope microscope = plain_microscope(IMAGE, IMAGE);
    struct atw_tilt_series *series = NULL;
    double exact[IMAGE * IMAGE] = {0.0};

    microscope.blur_sigma_m = sigma_nm * NM;
    CHECK_OK(atw_microscope_signal(&series, sphere, &microscope, tilt_rad, 4, &err));
    exact_image(exact, sigma_nm);
    for (size_t view = 0; view < 4; view++) {
        double square = 0.0, difference = 0.0;

        for (size_t i = 0; i < IMAGE * IMAGE; i++) {
            square += exact[i] * exact[i];
            difference +=
                pow((double)atw_tilt_series_view(series, view)[i] - exact[i], 2.0);
        }
        ck_assert_msg(sqrt(difference / square) <= tolerance,
                      "voxel %g nm, blur %g nm, view %zu: relative error %g", voxel_nm,
                      sigma_nm, view, sqrt(difference / square));
    }
    atw_tilt_series_destroy(series);
    atw_field_destroy(sphere);
}

/* Voxels of 0.4 nm onto pixels of 0.6 nm. Without blur the exact voxel means, drawn as
 * voxels, are themselves 0.90 % off at zero tilt. */
START_TEST(sphere_gives_its_mean_chords)
{
    check_sphere(0.4, 0.0, 0.01);
}
END_TEST

/* With blur the voxels do not show, whatever their size. */
START_TEST(blurred_sphere_does_not_depend_on_the_voxel)
{
    static const double voxel_nm[] = {0.4, 0.6, 0.5};

    check_sphere(voxel_nm[_i], 0.5, 0.002);
}
END_TEST

/* u = x cos t + z sin t, v = y, for one bright voxel off all centres. */
START_TEST(bright_voxel_lands_where_the_axes_say)
{
    static const double tilt_rad[] = {-1.2, -0.4, 0.0, 0.4, 1.2};
    struct atw_error err;
    struct atw_field *volume = create_volume(20, 25, 16, 0.4 * NM);
    struct atw_microscope microscope = plain_microscope(30, 23);
    struct atw_tilt_series *series = NULL;
    double x = atw_grid_position_m(17, 20, 0.4), y = atw_grid_position_m(5, 25, 0.4);
    double z = atw_grid_position_m(13, 16, 0.4);

    microscope.blur_sigma_m = 0.5 * NM;
    volume->value[atw_grid_index(&volume->grid, 17, 5, 13)] = 1.0F;
    CHECK_OK(atw_microscope_signal(&series, volume, &microscope, tilt_rad, 5, &err));
    for (size_t view = 0; view < 5; view++) {
        double u_nm, v_nm;

        view_centre(series, view, &u_nm, &v_nm);
        /* Off-detector tails of the blur and the fine sampling: < 0.02 nm. A single row
         * of voxels may be displaced by a sixth of a voxel more. */
        ck_assert_double_eq_tol(u_nm, x * cos(tilt_rad[view]) + z * sin(tilt_rad[view]),
                                0.02 + 0.4 / 6.0);
        ck_assert_double_eq_tol(v_nm, y, 0.02);
    }
    atw_tilt_series_destroy(series);
    atw_field_destroy(volume);
}
END_TEST

/* A slab wider than the detector: light from beyond the edge blurs in, none is missing,
 * and blur leaves a constant alone. */
START_TEST(blur_brings_in_light_from_beyond_the_edge)
{
    static const double tilt_rad[] = {0.0};
    struct atw_error err;
    struct atw_field *slab = create_volume(60, 60, 4, 0.5 * NM);
    struct atw_microscope microscope = plain_microscope(20, 20);
    struct atw_tilt_series *series = NULL;

    microscope.blur_sigma_m = 1.0 * NM;
    for (size_t i = 0; i < 60 * 60 * 4; i++)
        slab->value[i] = 0.7F;
    CHECK_OK(atw_microscope_signal(&series, slab, &microscope, tilt_rad, 1, &err));
    for (size_t i = 0; i < 400; i++)
        ck_assert_float_eq_tol(series->value[i], 0.7F * 2.0F, 1e-4F);
    atw_tilt_series_destroy(series);
    atw_field_destroy(slab);
}
END_TEST

/* A detector large enough for the threads to overlap. */
START_TEST(signal_is_the_same_for_any_thread_count)
{
    static const double tilt_rad[] = {-1.0, -0.5, 0.0, 0.5, 1.0, 1.2, 0.1};
    struct atw_error err;
    struct atw_field *volume = create_volume(12, 14, 10, 0.4 * NM);
    struct atw_microscope microscope = plain_microscope(200, 150);
    struct atw_tilt_series *first = NULL, *other = NULL;

    microscope.blur_sigma_m = 2.0 * NM;
    for (unsigned i = 0; i < 12 * 14 * 10; i++)
        volume->value[i] = (float)atw_test_uniform(12, i);
    atw_parallel_set_thread_count(1);
    CHECK_OK(atw_microscope_signal(&first, volume, &microscope, tilt_rad, 7, &err));
    for (size_t threads = 2; threads <= 3; threads++) {
        atw_parallel_set_thread_count(threads);
        CHECK_OK(atw_microscope_signal(&other, volume, &microscope, tilt_rad, 7, &err));
        ck_assert_mem_eq(first->value, other->value,
                         atw_tilt_series_pixel_count(first) * sizeof *first->value);
        atw_tilt_series_destroy(other);
    }
    atw_tilt_series_destroy(first);
    atw_field_destroy(volume);
}
END_TEST

/* One after the other through the same optics: what each gives alone. */
START_TEST(optics_serve_many_volumes)
{
    static const double tilt_rad[] = {-1.0, 0.2, 0.9};
    struct atw_error err;
    struct atw_microscope microscope = plain_microscope(30, 25);
    struct atw_field *volume = create_volume(12, 14, 10, 0.4 * NM);
    struct atw_grid finer = volume->grid;
    struct atw_optics *optics = NULL;

    microscope.blur_sigma_m = 0.8 * NM;
    CHECK_OK(atw_optics_create(&optics, &volume->grid, &microscope, tilt_rad, 3, &err));
    for (unsigned round = 0; round < 3; round++) {
        struct atw_tilt_series *alone = NULL, *series = NULL;

        microscope.damping_length_nm = 5.0 * round;
        for (unsigned i = 0; i < 12 * 14 * 10; i++)
            volume->value[i] = (float)atw_test_uniform(round, i);
        CHECK_OK(atw_microscope_signal(&alone, volume, &microscope, tilt_rad, 3, &err));
        CHECK_OK(atw_optics_signal(&series, volume, optics, microscope.damping_length_nm,
                                   &err));
        ck_assert_mem_eq(alone->value, series->value,
                         atw_tilt_series_pixel_count(alone) * sizeof *alone->value);
        ck_assert_mem_eq(series->tilt_rad, tilt_rad, sizeof tilt_rad);
        atw_tilt_series_destroy(alone);
        atw_tilt_series_destroy(series);
    }
    ck_assert(atw_optics_fit(optics, &volume->grid));
    finer.spacing_m *= 0.99;
    ck_assert(!atw_optics_fit(optics, &finer));
    finer = volume->grid;
    finer.n_y++;
    ck_assert(!atw_optics_fit(optics, &finer));
    atw_optics_destroy(optics);
    microscope.n_u = 0;
    CHECK_FAILS(atw_optics_create(&optics, &volume->grid, &microscope, tilt_rad, 3, &err),
                ATW_EINVAL, "0 x 25 pixels");
    ck_assert_ptr_null(optics);
    atw_field_destroy(volume);
}
END_TEST

START_TEST(bad_detectors_are_refused)
{
    static const double tilt_rad[] = {0.0}, bad_rad[] = {NAN};
    struct atw_error err;
    struct atw_field *volume = create_volume(2, 2, 2, 0.4 * NM);
    struct atw_microscope microscope = plain_microscope(4, 4);
    struct atw_tilt_series *series = (struct atw_tilt_series *)1;

    CHECK_FAILS(atw_microscope_signal(&series, volume, &microscope, tilt_rad, 0, &err),
                ATW_EINVAL, "no tilt angles");
    ck_assert_ptr_null(series);
    CHECK_FAILS(atw_microscope_signal(&series, volume, &microscope, bad_rad, 1, &err),
                ATW_EINVAL, "tilt angle 1 is nan");
    microscope.n_v = 0;
    CHECK_FAILS(atw_microscope_signal(&series, volume, &microscope, tilt_rad, 1, &err),
                ATW_EINVAL, "4 x 0 pixels");
    microscope = plain_microscope(4, 4);
    microscope.pixel_m = 0.0;
    CHECK_FAILS(atw_microscope_signal(&series, volume, &microscope, tilt_rad, 1, &err),
                ATW_EINVAL, "pixel size 0 m");
    microscope = plain_microscope(4, 4);
    microscope.blur_sigma_m = -1e-10;
    CHECK_FAILS(atw_microscope_signal(&series, volume, &microscope, tilt_rad, 1, &err),
                ATW_EINVAL, "sigma -1e-10 m");
    ck_assert_ptr_null(series);
    atw_field_destroy(volume);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("signal");
    TCase *tests = tcase_create("signal");

    tcase_add_loop_test(tests, signal_on_the_detector_is_the_content_of_the_volume, 0, 4);
    tcase_add_test(tests, sphere_gives_its_mean_chords);
    tcase_add_loop_test(tests, blurred_sphere_does_not_depend_on_the_voxel, 0, 3);
    tcase_add_test(tests, bright_voxel_lands_where_the_axes_say);
    tcase_add_test(tests, blur_brings_in_light_from_beyond_the_edge);
    tcase_add_test(tests, signal_is_the_same_for_any_thread_count);
    tcase_add_test(tests, optics_serve_many_volumes);
    tcase_add_test(tests, bad_detectors_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
