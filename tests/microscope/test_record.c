/* The signal of a scene: exact bodies against closed forms, and each effect of an
 * acquisition by its size and direction. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "microscope/bodies.h"
#include "microscope/record.h"
#include "phantom/body.h"
#include "support/support.h"

static const double NM = 1e-9;
static const double TILT_RAD[] = {-1.2, -0.4, 0.0, 0.7, 1.25};
enum { N_TILT = 5 };

static const struct ellipsoid ELLIPSOID = {{9.3e-9, 14.1e-9, 6.2e-9}, {0.0, 0.0, 0.0}};
static const struct ellipsoid SPHERE = {{8.4e-9, 8.4e-9, 8.4e-9}, {0.0, 0.0, 0.0}};
/* Off the tilt axis: it moves when tilted. */
static const struct ellipsoid BESIDE = {{5.0e-9, 5.0e-9, 5.0e-9},
                                        {6.0e-9, 3.0e-9, 10.0e-9}};

static struct atw_microscope detector(double blur_m)
{
    return (struct atw_microscope){.contrast = {1.0, 0.4, 0.02},
                                   .blur_sigma_m = blur_m,
                                   .pixel_m = 0.6e-9,
                                   .n_u = 64,
                                   .n_v = 62};
}

static struct atw_scene scene_of(struct atw_scene_body body)
{
    return (struct atw_scene){.n_bodies = 1, .body = {body}};
}

static struct atw_tilt_series *record_at(const struct atw_scene *scene,
                                         const struct atw_microscope *microscope,
                                         const struct atw_acquisition_settings *settings,
                                         const double *tilt_rad,
                                         size_t n_tilt)
{
    struct atw_acquisition *acquisition = NULL;
    struct atw_tilt_series *series = NULL;
    struct atw_random_key key = {.seed = 4, .stage = ATW_RANDOM_TEST};
    struct atw_error err;

    CHECK_OK(
        atw_acquisition_create(&acquisition, settings, tilt_rad, n_tilt, 0, &key, &err));
    CHECK_OK(
        atw_microscope_record(&series, scene, microscope, acquisition, tilt_rad, &err));
    atw_acquisition_destroy(acquisition);
    return series;
}

static struct atw_tilt_series *record(const struct atw_scene *scene,
                                      const struct atw_microscope *microscope,
                                      const struct atw_acquisition_settings *settings)
{
    return record_at(scene, microscope, settings, TILT_RAD, N_TILT);
}

struct image {
    double content_nm3; /* sum(signal) pixel^2 */
    double u_nm, v_nm;  /* centre of mass */
    double uu, vv, uv;  /* central second moments, nm2 */
};

static struct image image_of(const struct atw_tilt_series *series, size_t view)
{
    const float *pixel = atw_tilt_series_view(series, view);
    double pitch = series->pixel_m / NM, sum[6] = {0.0};
    struct image image;

    for (size_t i = 0; i < series->n_v * series->n_u; i++) {
        double u = atw_grid_position_m(i % series->n_u, series->n_u, pitch);
        double v = atw_grid_position_m(i / series->n_u, series->n_v, pitch);
        const double moment[6] = {1.0, u, v, u * u, v * v, u * v};

        for (int k = 0; k < 6; k++)
            sum[k] += (double)pixel[i] * moment[k];
    }
    image.content_nm3 = sum[0] * pitch * pitch;
    image.u_nm = sum[1] / sum[0];
    image.v_nm = sum[2] / sum[0];
    image.uu = sum[3] / sum[0] - image.u_nm * image.u_nm;
    image.vv = sum[4] / sum[0] - image.v_nm * image.v_nm;
    image.uv = sum[5] / sum[0] - image.u_nm * image.v_nm;
    return image;
}

/* The same effect on and off: the first view of one series minus that of the other. */
static struct image changed_by(const struct atw_scene *scene,
                               const struct atw_acquisition_settings *settings,
                               double tilt_rad,
                               struct image *before)
{
    const struct atw_acquisition_settings none = {0};
    struct atw_microscope microscope = detector(0.5 * NM);
    struct atw_tilt_series *off = record_at(scene, &microscope, &none, &tilt_rad, 1);
    struct atw_tilt_series *on = record_at(scene, &microscope, settings, &tilt_rad, 1);
    struct image after = image_of(on, 0);

    *before = image_of(off, 0);
    atw_tilt_series_destroy(off);
    atw_tilt_series_destroy(on);
    return after;
}

/* ---- exact bodies ---- */

typedef double (*chord_fn)(const void *body, double tilt_rad, double u_m, double v_m);

/* Mean over one pixel by 60 x 60 points, off the edges by 1e-4 of the chord. */
static double mean_by_points(chord_fn chord,
                             const void *body,
                             double tilt_rad,
                             const struct atw_tilt_series *series,
                             size_t i)
{
    enum { POINTS = 60 };
    double pitch = series->pixel_m, sum = 0.0;
    double u = atw_grid_position_m(i % series->n_u, series->n_u, pitch);
    double v = atw_grid_position_m(i / series->n_u, series->n_v, pitch);

    for (size_t j = 0; j < POINTS; j++)
        for (size_t k = 0; k < POINTS; k++)
            sum +=
                chord(body, tilt_rad, u + atw_grid_position_m(j, POINTS, pitch / POINTS),
                      v + atw_grid_position_m(k, POINTS, pitch / POINTS));
    return sum / (POINTS * POINTS);
}

/* Largest error of the pixels of all views, relative to the brightest of them. Of every
 * seven pixels one is looked at: in every row and in every column some. */
static double
largest_error(const struct atw_tilt_series *series, chord_fn chord, const void *body)
{
    size_t count = series->n_u * series->n_v;
    double largest = 0.0, brightest = 0.0;

    for (size_t view = 0; view < series->n_tilt; view++)
        for (size_t i = 0; i < count; i += 7) {
            double value = (double)atw_tilt_series_view(series, view)[i];
            double exact = mean_by_points(chord, body, series->tilt_rad[view], series, i);

            largest = fmax(largest, fabs(value - exact));
            brightest = fmax(brightest, exact);
        }
    return largest / brightest;
}

static double ellipsoid_at(const void *body, double tilt_rad, double u, double v)
{
    return ellipsoid_chord_nm(body, tilt_rad, u, v);
}

START_TEST(pixels_of_an_ellipsoid_are_means_of_its_chord)
{
    static const struct ellipsoid *const bodies[] = {&ELLIPSOID, &SPHERE, &BESIDE};
    const struct ellipsoid *body = bodies[_i];
    struct atw_scene scene = scene_of(ellipsoid_body(body, 1.0, 0.0));
    struct atw_microscope microscope = detector(0.0);
    struct atw_tilt_series *series =
        record(&scene, &microscope, &(struct atw_acquisition_settings){0});
    double volume = 4.0 / 3.0 * ATW_PI * body->semi_m[0] * body->semi_m[1] *
                    body->semi_m[2] / pow(NM, 3.0);
    double error = largest_error(series, ellipsoid_at, body);

    ck_assert_msg(error < 1e-3, "off by %g of the brightest pixel", error);
    for (size_t view = 0; view < N_TILT; view++)
        ck_assert_double_eq_tol(image_of(series, view).content_nm3 / volume, 1.0, 2e-4);
    atw_tilt_series_destroy(series);
}
END_TEST

/* A filling that changes as much within a pixel as its chord does. */
static double filling_at(double u, double v)
{
    return exp(-(u * u + v * v) / (2.0 * pow(3.0 * NM, 2.0)));
}

static void fill(const void *filling,
                 double tilt_rad,
                 const struct atw_screen *screen,
                 const float *length,
                 float *mean)
{
    (void)filling;
    (void)tilt_rad;
    for (size_t i = 0; i < screen->n_u * screen->n_v; i++)
        if (length[i] > 0.0F)
            mean[i] = (float)filling_at(
                atw_grid_position_m(i % screen->n_u, screen->n_u, screen->pitch_u_m),
                atw_grid_position_m(i / screen->n_u, screen->n_v, screen->pitch_v_m));
}

static double filled_at(const void *body, double tilt_rad, double u, double v)
{
    return ellipsoid_chord_nm(body, tilt_rad, u, v) * filling_at(u, v);
}

/* The mean of the product of chord and filling is not the product of their means. */
START_TEST(pixels_of_a_filled_ellipsoid_are_means_of_the_product)
{
    struct atw_scene scene = scene_of(ellipsoid_body(&SPHERE, 0.0, 0.0));
    struct atw_microscope microscope = detector(0.0);
    struct atw_tilt_series *series;
    double error;

    microscope.elements_per_pixel = 1;
    scene.filling =
        (struct atw_scene_filling){.filling = &SPHERE, .mean = fill, .signal = 1.0};
    series = record(&scene, &microscope, &(struct atw_acquisition_settings){0});
    error = largest_error(series, filled_at, &SPHERE);
    ck_assert_msg(error < 5e-4, "off by %g of the brightest pixel", error);
    atw_tilt_series_destroy(series);
}
END_TEST

/* A capsule along the tilt axis: a barrel's chord between half-balls. */
struct upright {
    double radius_m, half_m;
};

static double upright_at(const void *body, double tilt_rad, double u, double v)
{
    const struct upright *capsule = body;
    double beyond = fmax(fabs(v) - capsule->half_m, 0.0);
    double rest = capsule->radius_m * capsule->radius_m - u * u - beyond * beyond;

    (void)tilt_rad;
    return rest > 0.0 ? 2.0 * sqrt(rest) / NM : 0.0;
}

static void phantom_chords(const void *body,
                           double growth_m,
                           const double origin_m[3],
                           const double step_m[3],
                           const double direction[3],
                           size_t count,
                           double *length_m)
{
    (void)growth_m;
    atw_body_chord_lengths(body, origin_m, step_m, direction, count, length_m);
}

static void phantom_farthest(const void *body,
                             double growth_m,
                             const double direction[3],
                             double point_m[3])
{
    (void)growth_m;
    atw_body_farthest_point(body, direction, point_m);
}

static double phantom_at(const void *body, double tilt_rad, double u, double v)
{
    const double origin[3] = {u * cos(tilt_rad), v, u * sin(tilt_rad)};
    const double beam[3] = {-sin(tilt_rad), 0.0, cos(tilt_rad)};
    double enter, leave;

    return atw_body_chord(body, origin, beam, &enter, &leave) ? (leave - enter) / NM
                                                              : 0.0;
}

static struct atw_scene phantom_scene(const struct atw_body *body)
{
    return scene_of((struct atw_scene_body){.body = body,
                                            .chords = phantom_chords,
                                            .farthest = phantom_farthest,
                                            .signal = 1.0});
}

START_TEST(pixels_of_a_capsule_are_means_of_its_chord)
{
    const struct upright exact = {7.3 * NM, 8.1 * NM};
    const struct atw_body body = {.kind = ATW_BODY_CAPSULE,
                                  .axis = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                                  .radius_m = 7.3 * NM,
                                  .half_length_m = 8.1 * NM};
    struct atw_scene scene = phantom_scene(&body);
    struct atw_microscope microscope = detector(0.0);
    struct atw_tilt_series *series =
        record(&scene, &microscope, &(struct atw_acquisition_settings){0});

    ck_assert_double_lt(largest_error(series, upright_at, &exact), 5e-4);
    atw_tilt_series_destroy(series);
}
END_TEST

/* Every view holds the volume of the body. */
static void check_content(const struct atw_tilt_series *series,
                          const struct atw_body *body,
                          double tolerance)
{
    for (size_t view = 0; view < series->n_tilt; view++)
        ck_assert_double_eq_tol(image_of(series, view).content_nm3 /
                                    (atw_body_volume_m3(body) / 1e-27),
                                1.0, tolerance);
}

/* Oblique bodies against plain sampling of the same chords. Where the chord has a kink,
 * behind an edge of the body, an element of half a pixel is a coarse quadrature. */
START_TEST(pixels_of_oblique_bodies_are_means_of_their_chords)
{
    static const enum atw_body_kind kinds[] = {ATW_BODY_CAPSULE, ATW_BODY_CYLINDER,
                                               ATW_BODY_BOX};
    static const double tolerances[] = {1e-3, 3e-3, 4e-3};
    double a = 0.6, e = 0.35;
    struct atw_body body = {.kind = kinds[_i],
                            .centre_m = {1.1 * NM, -0.7 * NM, 0.4 * NM},
                            .axis = {{cos(a), -sin(a), 0.0},
                                     {sin(a) * cos(e), cos(a) * cos(e), sin(e)},
                                     {-sin(a) * sin(e), -cos(a) * sin(e), cos(e)}},
                            .radius_m = 5.3 * NM,
                            .half_length_m = 7.7 * NM};
    struct atw_scene scene = phantom_scene(&body);
    struct atw_microscope microscope = detector(0.0);
    struct atw_tilt_series *series =
        record(&scene, &microscope, &(struct atw_acquisition_settings){0});
    double error = largest_error(series, phantom_at, &body);

    ck_assert_msg(error < tolerances[_i], "off by %g of the brightest pixel", error);
    check_content(series, &body, 2e-4);
    atw_tilt_series_destroy(series);
}
END_TEST

/* Sides along the tilt axis, along the beam and between: box and cylinder, upright and
 * lying. What a view holds is the volume, whichever way the body is turned. */
START_TEST(no_view_of_a_flat_sided_body_is_lost)
{
    enum { VIEWS = 73 };
    static const double upright[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    static const double lying[3][3] = {{0, -1, 0}, {1, 0, 0}, {0, 0, 1}};
    struct atw_body body = {.kind = _i % 2 ? ATW_BODY_BOX : ATW_BODY_CYLINDER,
                            .radius_m = 5.0 * NM,
                            .half_length_m = 7.5 * NM};
    struct atw_scene scene = phantom_scene(&body);
    struct atw_microscope microscope = detector(0.5 * NM);
    struct atw_tilt_series *series;
    double tilt_rad[VIEWS];

    memcpy(body.axis, _i / 2 ? lying : upright, sizeof body.axis);
    for (size_t view = 0; view < VIEWS; view++)
        tilt_rad[view] = (2.0 * (double)view - 72.0) * ATW_DEGREE_RAD;
    series = record_at(&scene, &microscope, &(struct atw_acquisition_settings){0},
                       tilt_rad, VIEWS);
    check_content(series, &body, 2e-3);
    atw_tilt_series_destroy(series);
}
END_TEST

/* Gaussian of the chord's pixel mean, summed over points. */
static double blurred_by_points(double u, double v, double sigma)
{
    double step = fmin(0.25 * sigma, 0.1 * NM), sum = 0.0, norm = 0.0;
    int reach = (int)ceil((0.3 * NM + 5.0 * sigma) / step);

    for (int j = -reach; j <= reach; j++)
        for (int k = -reach; k <= reach; k++) {
            double x = j * step, y = k * step;
            /* variances of Gaussian and pixel, the pixel as a box */
            double in_u = 0.5 * (erf((x + 0.3 * NM) / (sigma * sqrt(2.0))) -
                                 erf((x - 0.3 * NM) / (sigma * sqrt(2.0))));
            double in_v = 0.5 * (erf((y + 0.3 * NM) / (sigma * sqrt(2.0))) -
                                 erf((y - 0.3 * NM) / (sigma * sqrt(2.0))));

            sum += in_u * in_v * ellipsoid_chord_nm(&SPHERE, 0.0, u + x, v + y);
            norm += in_u * in_v;
        }
    return sum / norm;
}

START_TEST(blur_is_a_gaussian_of_the_exact_image)
{
    static const double sigma_nm[] = {0.2, 0.35, 0.5, 1.0};
    double sigma = sigma_nm[_i] * NM;
    struct atw_scene scene = scene_of(ellipsoid_body(&SPHERE, 1.0, 0.0));
    struct atw_microscope microscope = detector(sigma);
    struct atw_tilt_series *series =
        record(&scene, &microscope, &(struct atw_acquisition_settings){0});

    for (size_t i = 17; i < microscope.n_u * microscope.n_v; i += 41) {
        double u = atw_grid_position_m(i % microscope.n_u, microscope.n_u, 0.6 * NM);
        double v = atw_grid_position_m(i / microscope.n_u, microscope.n_v, 0.6 * NM);
        double value = (double)atw_tilt_series_view(series, 2)[i];

        if (hypot(u, v) < 8.4 * NM + 4.0 * sigma)
            ck_assert_msg(fabs(value - blurred_by_points(u, v, sigma)) < 1e-3 * 16.8,
                          "(%g, %g) nm: %g instead of %g", u / NM, v / NM, value,
                          blurred_by_points(u, v, sigma));
    }
    atw_tilt_series_destroy(series);
}
END_TEST

static struct atw_field *create_blob(void)
{
    const struct atw_grid grid = {.n_x = 60, .n_y = 64, .n_z = 60, .spacing_m = 0.4 * NM};
    struct atw_field *field = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&field, &grid, &err));
    for (size_t z = 0; z < 60; z++)
        for (size_t y = 0; y < 64; y++)
            for (size_t x = 0; x < 60; x++) {
                double a = atw_grid_position_m(x, 60, 0.4) - 1.5;
                double b = atw_grid_position_m(y, 64, 0.4) + 2.0;
                double c = atw_grid_position_m(z, 60, 0.4);

                field->value[atw_grid_index(&grid, x, y, z)] =
                    (float)exp(-0.5 * (a * a / 6.0 + b * b / 9.0 + c * c / 4.0));
            }
    return field;
}

START_TEST(a_volume_is_seen_as_the_plain_signal_sees_it)
{
    struct atw_field *blob = create_blob();
    struct atw_scene scene = {.volume = blob, .volume_signal = 1.0};
    struct atw_microscope microscope = detector(0.5 * NM);
    struct atw_tilt_series *plain = NULL;
    struct atw_tilt_series *series;
    struct atw_error err;
    double largest = 0.0, brightest = 0.0;

    microscope.damping_length_nm = _i ? 40.0 : 0.0;
    scene.is_damped = _i;
    scene.volume_attenuation_per_nm = 1.0 / 40.0;
    series = record(&scene, &microscope, &(struct atw_acquisition_settings){0});
    CHECK_OK(atw_microscope_signal(&plain, blob, &microscope, TILT_RAD, N_TILT, &err));
    for (size_t i = 0; i < atw_tilt_series_pixel_count(plain); i++) {
        largest = fmax(largest, fabs((double)(plain->value[i] - series->value[i])));
        brightest = fmax(brightest, (double)plain->value[i]);
    }
    ck_assert_msg(largest < 5e-4 * brightest, "differs by %g of %g", largest, brightest);
    atw_tilt_series_destroy(plain);
    atw_tilt_series_destroy(series);
    atw_field_destroy(blob);
}
END_TEST

/* ---- effects ---- */

static const struct block BLOCK = {{9.0e-9, 12.0e-9, 7.5e-9}};
static const struct block CORE = {{6.0e-9, 8.0e-9, 5.0e-9}};

/* Through the middle: 10 nm of gold and 5 nm of silver. */
START_TEST(damping_saturates_as_the_exponential_says)
{
    const double tilt = 0.0;
    struct atw_scene scene = {
        .n_bodies = 2,
        .body = {block_body(&CORE, 1.0 - 0.38, 1.0 / 75.0 - 1.0 / 197.0),
                 block_body(&BLOCK, 0.38, 1.0 / 197.0)},
        .is_damped = 1};
    struct atw_microscope microscope = detector(0.5 * NM);
    struct atw_tilt_series *series =
        record_at(&scene, &microscope, &(struct atw_acquisition_settings){0}, &tilt, 1);
    double tau = 10.0 / 75.0 + 5.0 / 197.0, s = 10.0 + 0.38 * 5.0;
    size_t middle = (microscope.n_v / 2) * microscope.n_u + microscope.n_u / 2;

    ck_assert_double_eq_tol((double)series->value[middle], s * (1.0 - exp(-tau)) / tau,
                            1e-4 * s);
    atw_tilt_series_destroy(series);
    scene.is_damped = 0;
    series =
        record_at(&scene, &microscope, &(struct atw_acquisition_settings){0}, &tilt, 1);
    ck_assert_double_eq_tol((double)series->value[middle], s, 1e-4 * s);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(proportional_damping_is_the_published_line)
{
    for (double t = 0.5; t < 200.0; t *= 1.7)
        ck_assert_double_eq_tol(t * atw_damping_factor(t / 75.0),
                                75.0 * (1.0 - exp(-t / 75.0)), 1e-9 * t);
    ck_assert_double_eq_tol(1.0 - atw_damping_factor(30.0 / 75.0), 0.18, 0.005);
    ck_assert_double_eq(atw_damping_factor(0.0), 1.0);
}
END_TEST

START_TEST(the_axis_offset_shifts_every_view_towards_positive_u)
{
    struct atw_scene scene = scene_of(ellipsoid_body(&BESIDE, 1.0, 0.0));
    const struct atw_acquisition_settings settings = {.axis_offset_m = 1.37 * NM};
    struct image before, after;

    after = changed_by(&scene, &settings, TILT_RAD[_i], &before);
    ck_assert_double_eq_tol(after.u_nm - before.u_nm, 1.37, 2e-4);
    ck_assert_double_eq_tol(after.v_nm - before.v_nm, 0.0, 2e-4);
    ck_assert_double_eq_tol(after.content_nm3 / before.content_nm3, 1.0, 1e-4);
}
END_TEST

/* The image turns rigidly about the detector's centre, from +u towards +v. */
START_TEST(the_rotation_of_the_axis_turns_the_image)
{
    struct atw_scene scene = scene_of(ellipsoid_body(&BESIDE, 1.0, 0.0));
    double psi = (_i ? -3.0 : 6.0) * ATW_DEGREE_RAD;
    const struct atw_acquisition_settings settings = {.axis_rotation_rad = psi};
    struct image before, after;

    after = changed_by(&scene, &settings, 0.4, &before);
    ck_assert_double_eq_tol(after.u_nm, before.u_nm * cos(psi) - before.v_nm * sin(psi),
                            1e-3);
    ck_assert_double_eq_tol(after.v_nm, before.u_nm * sin(psi) + before.v_nm * cos(psi),
                            1e-3);
    ck_assert_double_eq_tol(after.content_nm3 / before.content_nm3, 1.0, 2e-4);
    ck_assert_double_eq_tol(after.uu, before.uu, 2e-3 * before.uu);
}
END_TEST

START_TEST(shifts_move_the_image_by_what_the_acquisition_says)
{
    const struct atw_acquisition_settings settings = {.walk_m = 0.3 * NM,
                                                      .tracking_m = 0.7 * NM};
    const struct atw_acquisition_settings none = {0};
    struct atw_scene scene = scene_of(ellipsoid_body(&SPHERE, 1.0, 0.0));
    struct atw_microscope microscope = detector(0.5 * NM);
    struct atw_random_key key = {.seed = 4, .stage = ATW_RANDOM_TEST};
    struct atw_tilt_series *still = record(&scene, &microscope, &none);
    struct atw_tilt_series *moved = record(&scene, &microscope, &settings);
    struct atw_acquisition *acquisition = NULL;
    struct atw_error err;

    CHECK_OK(
        atw_acquisition_create(&acquisition, &settings, TILT_RAD, N_TILT, 0, &key, &err));
    for (size_t i = 0; i < N_TILT; i++) {
        const struct atw_view *view = &acquisition->view[i];
        struct image a = image_of(still, i), b = image_of(moved, i);

        ck_assert_double_eq_tol(b.u_nm - a.u_nm, view->shift_u_m / NM, 1e-3);
        ck_assert_double_eq_tol(b.v_nm - a.v_nm, view->shift_v_m / NM, 1e-3);
        ck_assert(fabs(view->shift_u_m) > 0.0);
    }
    atw_acquisition_destroy(acquisition);
    atw_tilt_series_destroy(still);
    atw_tilt_series_destroy(moved);
}
END_TEST

/* A row at v is displaced by drift v / height: a shear of u and a stretch of v. */
START_TEST(drift_within_a_frame_shears_and_stretches)
{
    const struct atw_acquisition_settings settings = {.frame_drift_m = 0.8 * NM};
    struct atw_scene scene = scene_of(ellipsoid_body(&ELLIPSOID, 1.0, 0.0));
    struct atw_random_key key = {.seed = 4, .stage = ATW_RANDOM_TEST};
    struct atw_acquisition *acquisition = NULL;
    struct image before, after;
    struct atw_error err;
    double tilt = 0.3, height_nm = 62 * 0.6, shear, stretch;

    CHECK_OK(atw_acquisition_create(&acquisition, &settings, &tilt, 1, 0, &key, &err));
    shear = acquisition->view[0].drift_u_m / NM / height_nm;
    stretch = 1.0 / (1.0 - acquisition->view[0].drift_v_m / NM / height_nm);
    ck_assert_double_gt(fabs(shear), 1e-3);
    after = changed_by(&scene, &settings, tilt, &before);
    ck_assert_double_eq_tol(after.content_nm3, before.content_nm3 * stretch,
                            2e-4 * before.content_nm3);
    ck_assert_double_eq_tol(after.vv, before.vv * stretch * stretch, 2e-3 * before.vv);
    ck_assert_double_eq_tol(after.uv, shear * after.vv, 5e-3 * fabs(shear) * before.vv);
    atw_acquisition_destroy(acquisition);
}
END_TEST

/* A disc of diameter 2 alpha |z| has the variance (alpha z / 2)^2 along each axis. */
START_TEST(defocus_adds_the_variance_of_its_disc)
{
    const struct atw_acquisition_settings settings = {
        .defocus_m = 150.0 * NM, .convergence_rad = 0.010, .refocus_views = 3};
    struct atw_scene scene = scene_of(ellipsoid_body(&SPHERE, 1.0, 0.0));
    struct atw_microscope microscope = detector(0.5 * NM);
    struct atw_tilt_series *sharp =
        record(&scene, &microscope, &(struct atw_acquisition_settings){0});
    struct atw_tilt_series *series = record(&scene, &microscope, &settings);
    static const double z_nm[N_TILT] = {0.0, 75.0, 150.0, 0.0, 75.0};

    for (size_t i = 0; i < N_TILT; i++) {
        double expected = pow(0.5 * 0.010 * z_nm[i], 2.0);

        ck_assert_double_eq_tol(image_of(series, i).uu - image_of(sharp, i).uu, expected,
                                2e-3 + 5e-3 * expected);
        ck_assert_double_eq_tol(image_of(series, i).vv - image_of(sharp, i).vv, expected,
                                2e-3 + 5e-3 * expected);
        ck_assert_double_eq_tol(image_of(series, i).content_nm3,
                                image_of(sharp, i).content_nm3, 0.3);
    }
    atw_tilt_series_destroy(sharp);
    atw_tilt_series_destroy(series);
}
END_TEST

/* du/dt = -x sin t + z cos t; a turn of w spreads u with the variance (du/dt w)^2 / 12.
 */
START_TEST(turning_while_a_view_is_taken_blurs_across_the_axis)
{
    const struct atw_acquisition_settings settings = {.turn_rad = (_i ? 0.5 : 2.7) *
                                                                  ATW_DEGREE_RAD};
    struct atw_scene scene = scene_of(ellipsoid_body(&BESIDE, 1.0, 0.0));
    double tilt = -0.4, rate = -6.0 * sin(tilt) + 10.0 * cos(tilt);
    double expected = pow(rate * settings.turn_rad, 2.0) / 12.0;
    struct image before, after;

    after = changed_by(&scene, &settings, tilt, &before);
    ck_assert_double_eq_tol(after.uu - before.uu, expected, 0.02 * expected + 1e-4);
    ck_assert_double_eq_tol(after.vv, before.vv, 1e-3);
    ck_assert_double_eq_tol(after.u_nm, before.u_nm, 1e-2);
}
END_TEST

START_TEST(a_wrong_tilt_moves_what_lies_off_the_axis)
{
    const struct atw_acquisition_settings settings = {
        .order = ATW_TILT_DOWNWARD, .tilt_backlash_rad = 0.8 * ATW_DEGREE_RAD};
    struct atw_scene scene = scene_of(ellipsoid_body(&BESIDE, 1.0, 0.0));
    double tilt = 0.7, true_tilt = tilt + 0.8 * ATW_DEGREE_RAD;
    struct image before, after;

    after = changed_by(&scene, &settings, tilt, &before);
    ck_assert_double_eq_tol(before.u_nm, 6.0 * cos(tilt) + 10.0 * sin(tilt), 1e-3);
    ck_assert_double_eq_tol(after.u_nm, 6.0 * cos(true_tilt) + 10.0 * sin(true_tilt),
                            1e-3);
}
END_TEST

START_TEST(zone_axes_and_the_shadow_change_the_brightness)
{
    const struct atw_acquisition_settings zone = {.zone_fraction = 1.0,
                                                  .zone_change = 0.1};
    const struct atw_acquisition_settings shadow = {.shadow_rad = 60.0 * ATW_DEGREE_RAD,
                                                    .shadow_loss_per_rad = 1.5};
    struct atw_scene scene = scene_of(ellipsoid_body(&SPHERE, 1.0, 0.0));
    struct image before, after;

    after = changed_by(&scene, &zone, 0.0, &before);
    ck_assert_double_eq_tol(fabs(after.content_nm3 / before.content_nm3 - 1.0), 0.1,
                            1e-6);
    after = changed_by(&scene, &shadow, 50.0 * ATW_DEGREE_RAD, &before);
    ck_assert_double_eq_tol(after.content_nm3, before.content_nm3, 1e-6);
    after = changed_by(&scene, &shadow, -70.0 * ATW_DEGREE_RAD, &before);
    ck_assert_double_eq_tol(after.content_nm3 / before.content_nm3,
                            1.0 - 1.5 * 10.0 * ATW_DEGREE_RAD, 1e-6);
}
END_TEST

START_TEST(contamination_adds_the_volume_of_its_layer)
{
    const struct atw_acquisition_settings settings = {.contamination_m = 1.3 * NM};
    struct atw_scene scene = {.n_bodies = 2,
                              .body = {ellipsoid_body(&SPHERE, 1.0 - 0.014, 0.0),
                                       ellipsoid_body(&SPHERE, 0.014, 0.0)}};
    double layer = 4.0 / 3.0 * ATW_PI * (pow(8.4 + 1.3, 3.0) - pow(8.4, 3.0));
    struct image before, after;

    scene.body[1].grows = 1;
    after = changed_by(&scene, &settings, 0.2, &before);
    ck_assert_double_eq_tol(after.content_nm3 - before.content_nm3, 0.014 * layer,
                            1e-3 * layer);
}
END_TEST

/* ---- rules ---- */

START_TEST(the_series_is_the_same_for_any_thread_count)
{
    const struct atw_acquisition_settings settings = {.walk_m = 0.3 * NM,
                                                      .tilt_jitter_rad = 0.01,
                                                      .turn_rad = 0.01,
                                                      .axis_rotation_rad = 0.02,
                                                      .frame_drift_m = 0.1 * NM};
    struct atw_field *blob = create_blob();
    struct atw_scene scene = {.n_bodies = 1,
                              .body = {ellipsoid_body(&BESIDE, 1.0, 0.01)},
                              .volume = blob,
                              .volume_signal = 0.3,
                              .is_damped = 1};
    struct atw_microscope microscope = detector(0.5 * NM);
    struct atw_tilt_series *series[3];

    for (size_t threads = 1; threads <= 3; threads++) {
        atw_parallel_set_thread_count(threads);
        series[threads - 1] = record(&scene, &microscope, &settings);
        ck_assert_mem_eq(series[0]->value, series[threads - 1]->value,
                         atw_tilt_series_pixel_count(series[0]) * sizeof(float));
    }
    for (size_t i = 0; i < 3; i++)
        atw_tilt_series_destroy(series[i]);
    atw_field_destroy(blob);
}
END_TEST

/* A body around another that takes a little more than all of it. */
START_TEST(a_signal_is_negative_only_beyond_the_accuracy)
{
    static const double excess[] = {5e-4, 5e-3};

    for (size_t k = 0; k < 2; k++) {
        struct atw_scene scene = scene_of(ellipsoid_body(&BESIDE, 1.0, 0.0));
        struct atw_microscope microscope = detector(0.5 * NM);
        struct atw_tilt_series *series;
        float least = 0.0F;

        scene.n_bodies = 2;
        scene.body[1] = ellipsoid_body(&SPHERE, -excess[k], 0.0);
        series = record(&scene, &microscope, &(struct atw_acquisition_settings){0});
        for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
            least = fminf(least, series->value[i]);
        if (k == 0)
            ck_assert_float_eq(least, 0.0F);
        else
            ck_assert_float_lt(least, -0.05F);
        atw_tilt_series_destroy(series);
    }
}
END_TEST

START_TEST(bad_scenes_and_detectors_are_refused)
{
    struct atw_scene scene = scene_of(ellipsoid_body(&SPHERE, 1.0, 0.0));
    struct atw_microscope microscope = detector(0.5 * NM);
    struct atw_acquisition *acquisition = NULL;
    struct atw_tilt_series *series = NULL;
    struct atw_error err;

    CHECK_OK(atw_acquisition_create(&acquisition, &(struct atw_acquisition_settings){0},
                                    TILT_RAD, N_TILT, 0, NULL, &err));
#define RECORD                                                                           \
    atw_microscope_record(&series, &scene, &microscope, acquisition, TILT_RAD, &err)
    scene.n_bodies = 0;
    CHECK_FAILS(RECORD, ATW_EINVAL, "nothing in the beam");
    scene.n_bodies = ATW_SCENE_BODIES_MAX + 1;
    CHECK_FAILS(RECORD, ATW_EINVAL, "at most");
    scene.n_bodies = 1;
    scene.body[0].signal = NAN;
    CHECK_FAILS(RECORD, ATW_EINVAL, "must be finite");
    scene.body[0].signal = 1.0;
    microscope.blur_sigma_m = -1.0;
    CHECK_FAILS(RECORD, ATW_EINVAL, "blur");
    microscope = detector(0.0);
    microscope.damping_length_nm = -3.0;
    CHECK_FAILS(RECORD, ATW_EINVAL, "damping length -3");
    microscope = detector(0.0);
    microscope.n_u = 0;
    CHECK_FAILS(RECORD, ATW_EINVAL, "detector");
    ck_assert_ptr_null(series);
    atw_acquisition_destroy(acquisition);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("record");
    TCase *bodies = tcase_create("bodies"), *effects = tcase_create("effects");
    TCase *rules = tcase_create("rules");

    tcase_add_loop_test(bodies, pixels_of_an_ellipsoid_are_means_of_its_chord, 0, 3);
    tcase_add_test(bodies, pixels_of_a_filled_ellipsoid_are_means_of_the_product);
    tcase_add_test(bodies, pixels_of_a_capsule_are_means_of_its_chord);
    tcase_add_loop_test(bodies, pixels_of_oblique_bodies_are_means_of_their_chords, 0, 3);
    tcase_add_loop_test(bodies, no_view_of_a_flat_sided_body_is_lost, 0, 4);
    tcase_add_loop_test(bodies, blur_is_a_gaussian_of_the_exact_image, 0, 4);
    tcase_add_loop_test(bodies, a_volume_is_seen_as_the_plain_signal_sees_it, 0, 2);
    tcase_add_test(effects, damping_saturates_as_the_exponential_says);
    tcase_add_test(effects, proportional_damping_is_the_published_line);
    tcase_add_loop_test(effects, the_axis_offset_shifts_every_view_towards_positive_u, 0,
                        N_TILT);
    tcase_add_loop_test(effects, the_rotation_of_the_axis_turns_the_image, 0, 2);
    tcase_add_test(effects, shifts_move_the_image_by_what_the_acquisition_says);
    tcase_add_test(effects, drift_within_a_frame_shears_and_stretches);
    tcase_add_test(effects, defocus_adds_the_variance_of_its_disc);
    tcase_add_loop_test(effects, turning_while_a_view_is_taken_blurs_across_the_axis, 0,
                        2);
    tcase_add_test(effects, a_wrong_tilt_moves_what_lies_off_the_axis);
    tcase_add_test(effects, zone_axes_and_the_shadow_change_the_brightness);
    tcase_add_test(effects, contamination_adds_the_volume_of_its_layer);
    tcase_add_test(rules, the_series_is_the_same_for_any_thread_count);
    tcase_add_test(rules, a_signal_is_negative_only_beyond_the_accuracy);
    tcase_add_test(rules, bad_scenes_and_detectors_are_refused);
    suite_add_tcase(suite, bodies);
    suite_add_tcase(suite, effects);
    suite_add_tcase(suite, rules);
    return atw_test_run(suite);
}
