/* Tilt series in closed form. */
#include "alignment/specimen.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>

#include "core/constants.h"
#include "core/random.h"
#include "support/support.h"

enum { SAMPLES = 2 }; /* per pixel and direction */

const struct specimen_ellipsoid specimen_rod[2] = {
    {.centre = {2.3, -1.7, 1.1},
     .semi_axis = {32.0, 70.0, 32.0},
     .turn_rad = 0.06,
     .density = 0.385},
    {.centre = {3.1, -2.3, 0.4},
     .semi_axis = {18.0, 48.0, 18.0},
     .turn_rad = 0.05,
     .density = 0.615},
};

const struct specimen_ellipsoid specimen_balls[6] = {
    {.centre = {-18.0, -16.0, 4.0}, .semi_axis = {7.0, 7.0, 7.0}, .density = 1.0},
    {.centre = {17.0, -13.0, -9.0}, .semi_axis = {6.0, 8.0, 6.0}, .density = 1.0},
    {.centre = {-3.0, 2.0, 15.0}, .semi_axis = {7.0, 6.0, 7.0}, .density = 1.0},
    {.centre = {4.0, 19.0, -14.0}, .semi_axis = {6.0, 6.0, 8.0}, .density = 1.0},
    {.centre = {-15.0, 14.0, -5.0}, .semi_axis = {6.0, 6.0, 6.0}, .density = 1.0},
    {.centre = {14.0, 9.0, 8.0}, .semi_axis = {7.0, 7.0, 5.0}, .density = 1.0},
};

/* Coordinates along the ellipsoid's own axes, each in units of its semi-axis. */
static void
to_own_axes(const struct specimen_ellipsoid *part, const double p[3], double q[3])
{
    double c = cos(part->turn_rad), s = sin(part->turn_rad);

    q[0] = (c * p[0] - s * p[1]) / part->semi_axis[0];
    q[1] = (s * p[0] + c * p[1]) / part->semi_axis[1];
    q[2] = p[2] / part->semi_axis[2];
}

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Length of the ray through (u, v) at tilt t inside the ellipsoid, times its density. */
static double
integral(const struct specimen_ellipsoid *part, double u, double v, double t)
{
    const double point[3] = {u * cos(t) - part->centre[0], v - part->centre[1],
                             u * sin(t) - part->centre[2]};
    const double beam[3] = {-sin(t), 0.0, cos(t)};
    double p[3], d[3], discriminant;

    to_own_axes(part, point, p);
    to_own_axes(part, beam, d);
    discriminant = dot(p, d) * dot(p, d) - dot(d, d) * (dot(p, p) - 1.0);
    return discriminant > 0.0 ? part->density * 2.0 * sqrt(discriminant) / dot(d, d)
                              : 0.0;
}

/* Mean over the pixel at (u, v) of the raw view. */
static double pixel(const struct specimen_scene *scene, size_t view, double u, double v)
{
    double t = (scene->first_deg + scene->step_deg * (double)view) * ATW_DEGREE_RAD;
    double c = cos(scene->rotation_rad), s = sin(scene->rotation_rad), sum = 0.0;

    for (int j = 0; j < SAMPLES; j++)
        for (int i = 0; i < SAMPLES; i++) {
            double du = u + (i + 0.5) / SAMPLES - 0.5, dv = v + (j + 0.5) / SAMPLES - 0.5;

            du -= scene->shift_u ? scene->shift_u[view] : 0.0;
            dv -= scene->shift_v ? scene->shift_v[view] : 0.0;
            for (size_t k = 0; k < scene->n_parts; k++)
                sum += integral(&scene->part[k], c * du + s * dv, c * dv - s * du, t);
        }
    return sum / (SAMPLES * SAMPLES);
}

static void count_electrons(struct atw_tilt_series *series,
                            const struct specimen_scene *scene)
{
    struct atw_random_key key = {.seed = scene->seed, .stage = ATW_RANDOM_TEST};
    size_t n = atw_tilt_series_pixel_count(series);
    double peak = 0.0;
    gsl_rng *rng = NULL;

    if (atw_random_create(&rng, &key, NULL) != ATW_OK)
        abort(); /* may be called outside of tests, where Check cannot report */
    for (size_t i = 0; i < n; i++)
        peak = fmax(peak, (double)series->value[i]);
    for (size_t i = 0; i < n; i++) {
        double mean =
            (double)series->value[i] / peak * scene->peak_counts + scene->background;

        series->value[i] = scene->seed ? (float)gsl_ran_poisson(rng, mean) : (float)mean;
    }
    gsl_rng_free(rng);
}

struct atw_tilt_series *specimen_series(const struct specimen_scene *scene)
{
    struct atw_tilt_series *series = NULL;

    if (atw_tilt_series_create(&series, scene->n_tilt, scene->n_v, scene->n_u, 6e-10,
                               NULL, NULL) != ATW_OK)
        abort();
    for (size_t i = 0; i < scene->n_tilt; i++) {
        float *view = atw_tilt_series_view(series, i);

        series->tilt_rad[i] =
            (scene->first_deg + scene->step_deg * (double)i) * ATW_DEGREE_RAD;
        for (size_t k = 0; k < scene->n_v * scene->n_u; k++)
            view[k] = (float)pixel(
                scene, i, (double)(k % scene->n_u) - 0.5 * ((double)scene->n_u - 1.0),
                (double)(k / scene->n_u) - 0.5 * ((double)scene->n_v - 1.0));
    }
    count_electrons(series, scene);
    return series;
}

void specimen_shifts(double *u, double *v, size_t n, double most, unsigned seed)
{
    double *both[2] = {u, v};

    for (unsigned axis = 0; axis < 2; axis++) {
        double walk = 0.0, largest = 0.0;

        for (unsigned i = 0; i < n; i++) {
            walk += atw_test_uniform(seed + axis, 2 * i) - 0.5;
            both[axis][i] = walk + 3.0 * (atw_test_uniform(seed + axis, 2 * i + 1) - 0.5);
            largest = fmax(largest, fabs(both[axis][i]));
        }
        for (size_t i = 0; i < n; i++)
            both[axis][i] *= most / largest;
    }
}
