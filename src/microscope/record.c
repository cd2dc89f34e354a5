/* The signal of a scene as an acquisition sees it: one task per view. */
#include "microscope/record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "microscope/cubes.h"
#include "microscope/detection.h"
#include "microscope/resampling.h"

/* Screen elements per blur width, and the least per pixel: box and box again instead of a
 * Gaussian of their variance is then off by 1e-4. */
static const double ELEMENT_PER_SIGMA = 0.6;
static const double ELEMENTS_PER_PIXEL_LEAST = 2.0, ELEMENTS_PER_PIXEL_MOST = 6.0;
static const double ELEMENTS_PER_VOXEL = 1.5;
/* Two Gauss nodes stand for a turn of up to this. */
static const double TURN_PER_PAIR_RAD = ATW_DEGREE_RAD;
/* Of the brightest pixel of a view: see record.h. */
static const float ACCURACY = 1e-3F;
static const double GAUSS_NODE = 0.57735026918962576451;

struct recording {
    const struct atw_scene *scene;
    const struct atw_microscope *microscope;
    const struct atw_acquisition *acquisition;
    struct atw_tilt_series *series;
    struct atw_screen screen;
    size_t n_turns;                 /* tilts that stand for one view */
    double *tilt_rad;               /* [n_views][n_turns] */
    struct atw_tilt_series *volume; /* its line integrals; NULL: none */
    size_t rows_before;             /* of the screen before the first of the volume */
    double taken_off_u_m2, taken_off_v_m2; /* blur that the sampling is already */
};

/* ---- preparation ---- */

static double widest_blur_m(const struct recording *r)
{
    double defocus = 0.0;

    for (size_t i = 0; i < r->acquisition->n_views; i++)
        defocus = fmax(defocus, atw_view_defocus_sigma_m(r->acquisition, i));
    return hypot(r->microscope->blur_sigma_m, defocus);
}

/* A volume alone is sampled as atw_microscope_signal() does. */
static double elements_per_pixel(const struct recording *r)
{
    const struct atw_microscope *m = r->microscope;
    double parts = 1.0;

    if (r->scene->volume)
        parts = fmax(
            1.0, ceil(ELEMENTS_PER_VOXEL * m->pixel_m / r->scene->volume->grid.spacing_m -
                      1e-9));
    if (r->scene->n_bodies == 0)
        return parts;
    if (m->elements_per_pixel > 0)
        return fmax(parts, (double)m->elements_per_pixel);
    if (m->blur_sigma_m > 0.0)
        parts =
            fmax(parts, fmin(ELEMENTS_PER_PIXEL_MOST,
                             ceil(m->pixel_m / (ELEMENT_PER_SIGMA * m->blur_sigma_m))));
    return fmax(parts, ELEMENTS_PER_PIXEL_LEAST);
}

/* Elements that cover n pixels and what lies beyond, placed so that pixels of an
 * undisplaced view are whole numbers of elements. */
static size_t cover(double n_pixels, double pixel_m, double pitch_m, double beyond_m)
{
    return (size_t)(rint(n_pixels * pixel_m / pitch_m) + 2.0 * ceil(beyond_m / pitch_m));
}

/* Covers what the detector sees wherever it is and whatever blurs onto it. The rows are
 * the slices of the volume, if there is one, and as many more as are needed. */
static void choose_screen(struct recording *r)
{
    const struct atw_microscope *m = r->microscope;
    double sine = fabs(sin(r->acquisition->settings.axis_rotation_rad));
    double height_m = (double)m->n_v * m->pixel_m, width_m = (double)m->n_u * m->pixel_m;
    double beyond_m = ATW_RESAMPLING_SIGMAS * widest_blur_m(r) +
                      atw_acquisition_reach_m(r->acquisition) + m->pixel_m;
    double pitch_m = m->pixel_m / elements_per_pixel(r);
    struct atw_screen *screen = &r->screen;

    screen->pitch_u_m = screen->pitch_v_m = pitch_m;
    screen->blur_sigma_m = m->blur_sigma_m;
    screen->n_u =
        cover((double)m->n_u, m->pixel_m, pitch_m, beyond_m + 0.5 * sine * height_m);
    screen->n_v =
        cover((double)m->n_v, m->pixel_m, pitch_m, beyond_m + 0.5 * sine * width_m);
    r->taken_off_u_m2 = pitch_m * pitch_m / 6.0;
    if (r->scene->volume) {
        double voxel_m = r->scene->volume->grid.spacing_m;
        size_t n_y = r->scene->volume->grid.n_y;
        double missing_m = 0.5 * (height_m + sine * width_m - (double)n_y * voxel_m);

        r->rows_before = (size_t)ceil(fmax(0.0, missing_m + beyond_m) / voxel_m);
        screen->pitch_v_m = voxel_m;
        screen->n_v = n_y + 2 * r->rows_before;
        r->taken_off_u_m2 += voxel_m * voxel_m / 6.0;
    }
    r->taken_off_v_m2 = screen->pitch_v_m * screen->pitch_v_m / 6.0;
}

/* The true tilts; two Gauss nodes per degree turned while a view is taken. */
static enum atw_status choose_tilts(struct recording *r, struct atw_error *err)
{
    double turn = r->acquisition->settings.turn_rad;
    size_t pairs = turn > 0.0 ? (size_t)ceil(turn / TURN_PER_PAIR_RAD - 1e-9) : 0;

    r->n_turns = pairs ? 2 * pairs : 1;
    r->tilt_rad = calloc(r->acquisition->n_views * r->n_turns, sizeof *r->tilt_rad);
    if (!r->tilt_rad)
        return atw_error_set(err, ATW_ENOMEM, "microscope: out of memory");
    for (size_t i = 0; i < r->acquisition->n_views; i++)
        for (size_t k = 0; k < r->n_turns; k++) {
            double pair = pairs ? turn / (double)pairs : 0.0;
            double node = (k % 2 ? 0.5 : -0.5) * GAUSS_NODE * pair;
            double centre = pairs ? ((double)(k / 2) + 0.5) * pair - 0.5 * turn : 0.0;

            r->tilt_rad[i * r->n_turns + k] =
                r->acquisition->view[i].tilt_rad + centre + (pairs ? node : 0.0);
        }
    return ATW_OK;
}

static enum atw_status project_volume(struct recording *r, struct atw_error *err)
{
    const struct atw_projection_geometry geometry = {.grid = r->scene->volume->grid,
                                                     .n_u = r->screen.n_u,
                                                     .pixel_m = r->screen.pitch_u_m,
                                                     .n_tilt = r->acquisition->n_views *
                                                               r->n_turns,
                                                     .tilt_rad = r->tilt_rad};

    return atw_cubes_project(&r->volume, r->scene->volume, &geometry, err);
}

/* ---- one view ---- */

struct planes {
    float *length;            /* of one body */
    float *filling, *product; /* of what fills it, and with its chords */
    float *signal, *attenuation, *mean;
    float *rows; /* [n_v][n_u of the screen] */
};

static size_t screen_count(const struct recording *r)
{
    return r->screen.n_u * r->screen.n_v;
}

static void add_scaled(float *to, const float *from, double factor, size_t count)
{
    float scale = (float)factor;

    for (size_t i = 0; i < count; i++)
        to[i] += scale * from[i];
}

/* Bodies are sampled more sharply across the tilt axis than the volume is: they get the
 * blur of its voxels, which is taken off the microscope's. */
static void blur_like_voxels(const struct recording *r, float *plane)
{
    double voxel_m = r->scene->volume->grid.spacing_m;

    atw_blur_rows(voxel_m * voxel_m / 6.0 / pow(r->screen.pitch_u_m, 2.0), r->screen.n_v,
                  r->screen.n_u, plane);
}

static void add_volume(const struct recording *r, size_t tilt, struct planes *planes)
{
    const struct atw_scene *scene = r->scene;
    const float *integrals = atw_tilt_series_view(r->volume, tilt);
    size_t before = r->rows_before * r->screen.n_u;
    size_t count = r->volume->n_v * r->volume->n_u;

    add_scaled(planes->signal + before, integrals, scene->volume_signal, count);
    if (scene->is_damped)
        add_scaled(planes->attenuation + before, integrals,
                   scene->volume_attenuation_per_nm, count);
}

/* What fills the body whose chords are in planes->length. */
static void add_filling(const struct recording *r, size_t tilt, struct planes *planes)
{
    const struct atw_scene_filling *f = &r->scene->filling;
    size_t count = screen_count(r);

    f->mean(f->filling, r->tilt_rad[tilt], &r->screen, planes->length, planes->filling);
    atw_scene_fill(planes->product, planes->length, planes->filling, &r->screen);
    add_scaled(planes->signal, planes->product, f->signal, count);
    if (r->scene->is_damped)
        add_scaled(planes->attenuation, planes->product, f->attenuation_per_nm, count);
}

static void trace_scene(const struct recording *r, size_t tilt, struct planes *planes)
{
    const struct atw_scene *scene = r->scene;
    double growth_m = r->acquisition->view[tilt / r->n_turns].contamination_m;
    size_t count = screen_count(r);

    memset(planes->signal, 0, count * sizeof(float));
    memset(planes->attenuation, 0, count * sizeof(float));
    for (size_t i = 0; i < scene->n_bodies; i++) {
        const struct atw_scene_body *body = &scene->body[i];

        memset(planes->length, 0, count * sizeof(float));
        (scene->is_even ? atw_scene_trace_even
                        : atw_scene_trace)(body, body->grows ? growth_m : 0.0,
                                           r->tilt_rad[tilt], &r->screen, planes->length);
        if (scene->volume)
            blur_like_voxels(r, planes->length);
        add_scaled(planes->signal, planes->length, body->signal, count);
        if (scene->is_damped)
            add_scaled(planes->attenuation, planes->length, body->attenuation_per_nm,
                       count);
        if (scene->filling.filling && scene->filling.body == i)
            add_filling(r, tilt, planes);
    }
    if (scene->volume)
        add_volume(r, tilt, planes);
}

static void damp(float *signal, const float *attenuation, size_t count)
{
    for (size_t i = 0; i < count; i++)
        signal[i] *= (float)atw_damping_factor((double)attenuation[i]);
}

/* The mean over the tilts that stand for one view. */
static void look(const struct recording *r, size_t view, struct planes *planes)
{
    double weight = r->acquisition->view[view].brightness / (double)r->n_turns;
    size_t count = screen_count(r);

    memset(planes->mean, 0, count * sizeof(float));
    for (size_t turn = 0; turn < r->n_turns; turn++) {
        trace_scene(r, view * r->n_turns + turn, planes);
        if (r->scene->is_damped)
            damp(planes->signal, planes->attenuation, count);
        add_scaled(planes->mean, planes->signal, weight, count);
    }
}

static enum atw_status create_footprints(struct atw_footprint **along_u,
                                         struct atw_footprint **along_v,
                                         const struct recording *r,
                                         size_t view,
                                         struct atw_error *err)
{
    const struct atw_microscope *m = r->microscope;
    double variance = pow(m->blur_sigma_m, 2.0) +
                      pow(atw_view_defocus_sigma_m(r->acquisition, view), 2.0);
    enum atw_status status =
        atw_footprint_create(along_u, r->screen.pitch_u_m, m->pixel_m,
                             sqrt(fmax(variance - r->taken_off_u_m2, 0.0)), err);

    if (status == ATW_OK)
        status = atw_footprint_create(along_v, r->screen.pitch_v_m, m->pixel_m,
                                      sqrt(fmax(variance - r->taken_off_v_m2, 0.0)), err);
    return status;
}

static enum atw_status
create_planes(struct planes *planes, const struct recording *r, struct atw_error *err)
{
    size_t count = screen_count(r);
    float *memory =
        calloc(6 * count + r->microscope->n_v * r->screen.n_u, sizeof *memory);

    if (!memory)
        return atw_error_set(err, ATW_ENOMEM, "microscope: out of memory");
    *planes = (struct planes){.length = memory,
                              .signal = memory + count,
                              .attenuation = memory + 2 * count,
                              .mean = memory + 3 * count,
                              .filling = memory + 4 * count,
                              .product = memory + 5 * count,
                              .rows = memory + 6 * count};
    return ATW_OK;
}

/* A departure of the composition that reaches over the edge of the bodies takes signal
 * from where there is none. */
static void take_for_nothing(float *pixel, size_t count)
{
    float brightest = 0.0F;

    for (size_t i = 0; i < count; i++)
        brightest = pixel[i] > brightest ? pixel[i] : brightest;
    for (size_t i = 0; i < count; i++)
        if (pixel[i] < 0.0F && pixel[i] >= -ACCURACY * brightest)
            pixel[i] = 0.0F;
}

static enum atw_status record_view(void *context, size_t view, struct atw_error *err)
{
    const struct recording *r = context;
    struct atw_footprint *along_u = NULL, *along_v = NULL;
    struct planes planes = {0};
    enum atw_status status = create_footprints(&along_u, &along_v, r, view, err);

    if (status == ATW_OK)
        status = create_planes(&planes, r, err);
    if (status == ATW_OK) {
        const struct atw_detection detection = {.microscope = r->microscope,
                                                .acquisition = r->acquisition,
                                                .screen = r->screen,
                                                .along_u = along_u,
                                                .along_v = along_v,
                                                .is_even = r->scene->is_even};

        look(r, view, &planes);
        status = atw_detect(&detection, view, planes.mean, planes.rows,
                            atw_tilt_series_view(r->series, view), err);
        take_for_nothing(atw_tilt_series_view(r->series, view),
                         r->microscope->n_v * r->microscope->n_u);
    }
    free(planes.length);
    atw_footprint_destroy(along_u);
    atw_footprint_destroy(along_v);
    return status;
}

enum atw_status atw_microscope_record(struct atw_tilt_series **out,
                                      const struct atw_scene *scene,
                                      const struct atw_microscope *microscope,
                                      const struct atw_acquisition *acquisition,
                                      const double *recorded_tilt_rad,
                                      struct atw_error *err)
{
    struct recording r = {
        .scene = scene, .microscope = microscope, .acquisition = acquisition};
    enum atw_status status = atw_microscope_check_detector(microscope, recorded_tilt_rad,
                                                           acquisition->n_views, err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_scene_check(scene, err);
    if (status != ATW_OK)
        return status;
    choose_screen(&r);
    status = atw_tilt_series_create(&r.series, acquisition->n_views, microscope->n_v,
                                    microscope->n_u, microscope->pixel_m,
                                    recorded_tilt_rad, err);
    if (status == ATW_OK)
        status = choose_tilts(&r, err);
    if (status == ATW_OK && scene->volume)
        status = project_volume(&r, err);
    if (status == ATW_OK)
        status = atw_parallel_try(acquisition->n_views, record_view, &r, err);
    if (status == ATW_OK) {
        *out = r.series;
        r.series = NULL; /* now owned by the caller */
    }
    atw_tilt_series_destroy(r.series);
    atw_tilt_series_destroy(r.volume);
    free(r.tilt_rad);
    return status;
}
