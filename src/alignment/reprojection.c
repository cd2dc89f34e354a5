/* Comparison of an aligned series with what its own reconstruction projects to. */
#include "alignment/reprojection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignment/track.h"
#include "core/parallel.h"
#include "projection/projector.h"
#include "tomography/em.h"

/* Fewer leave a blurred volume that pulls the shifts of tilted views by tenths of a pixel
 * (10: 0.03 to 0.06, 5: 0.08 to 0.1; 20: nothing beside the noise). */
#define ROUND_ITERATIONS 20
/* The misfit only has to tell better from worse. */
#define SEARCH_ITERATIONS 8

static enum atw_status no_memory(struct atw_error *err)
{
    return atw_error_set(err, ATW_ENOMEM, "alignment: out of memory");
}

/* The views that are not rejected. */
static enum atw_status keep_views(struct atw_tilt_series **out,
                                  const struct atw_tilt_series *series,
                                  const unsigned char *rejected,
                                  struct atw_error *err)
{
    size_t pixels = series->n_v * series->n_u, n = 0;
    enum atw_status status;

    for (size_t i = 0; i < series->n_tilt; i++)
        n += !rejected[i];
    status = atw_tilt_series_create(out, n, series->n_v, series->n_u, series->pixel_m,
                                    NULL, err);
    n = 0;
    for (size_t i = 0; i < series->n_tilt && status == ATW_OK; i++) {
        if (rejected[i])
            continue;
        (*out)->tilt_rad[n] = series->tilt_rad[i];
        for (size_t k = 0; k < pixels; k++)
            atw_tilt_series_view(*out, n)[k] = fmaxf(series->value[i * pixels + k], 0.0F);
        n++;
    }
    return status;
}

static enum atw_status project(struct atw_tilt_series *target,
                               const struct atw_field *volume,
                               struct atw_error *err)
{
    const struct atw_projection_geometry geometry = {.grid = volume->grid,
                                                     .n_u = target->n_u,
                                                     .pixel_m = target->pixel_m,
                                                     .n_tilt = target->n_tilt,
                                                     .tilt_rad = target->tilt_rad};
    struct atw_projector *projector = NULL;
    enum atw_status status = atw_projector_create(&projector, &geometry, err);

    if (status == ATW_OK)
        status = atw_projector_forward(projector, volume->value, target->value, err);
    atw_projector_destroy(projector);
    return status;
}

enum atw_status atw_reproject(struct atw_tilt_series **out,
                              const struct atw_tilt_series *aligned,
                              const unsigned char *rejected,
                              size_t iterations,
                              struct atw_error *err)
{
    const struct atw_reconstruction_options options = {.iterations = iterations};
    struct atw_grid grid = atw_reconstruction_default_grid(aligned);
    struct atw_tilt_series *kept = NULL, *target = NULL;
    struct atw_field *volume = NULL;
    enum atw_status status = keep_views(&kept, aligned, rejected, err);

    *out = NULL;
    if (status == ATW_OK)
        status =
            atw_reconstruct(&volume, kept, &grid, &atw_reconstruction_em, &options, err);
    if (status == ATW_OK)
        status =
            atw_tilt_series_create(&target, aligned->n_tilt, aligned->n_v, aligned->n_u,
                                   aligned->pixel_m, aligned->tilt_rad, err);
    if (status == ATW_OK)
        status = project(target, volume, err);
    if (status == ATW_OK) {
        *out = target;
        target = NULL; /* now owned by the caller */
    }
    atw_tilt_series_destroy(kept);
    atw_tilt_series_destroy(target);
    atw_field_destroy(volume);
    return status;
}

/* Squares of the difference and of the view, inside the margin. */
static void sum_squares(const float *view,
                        const float *model,
                        size_t n_v,
                        size_t n_u,
                        size_t margin,
                        double *difference,
                        double *whole)
{
    size_t margin_v = margin < n_v / 4 ? margin : n_v / 4;
    size_t margin_u = margin < n_u / 4 ? margin : n_u / 4;

    *difference = *whole = 0.0;
    for (size_t v = margin_v; v < n_v - margin_v; v++)
        for (size_t u = margin_u; u < n_u - margin_u; u++) {
            double value = (double)view[v * n_u + u];
            double rest = value - (double)model[v * n_u + u];

            *difference += rest * rest;
            *whole += value * value;
        }
}

void atw_view_residuals(double *residual,
                        const struct atw_tilt_series *aligned,
                        const struct atw_tilt_series *reprojected,
                        size_t margin)
{
    size_t pixels = aligned->n_v * aligned->n_u;

    for (size_t i = 0; i < aligned->n_tilt; i++) {
        double difference, whole;

        sum_squares(aligned->value + i * pixels, reprojected->value + i * pixels,
                    aligned->n_v, aligned->n_u, margin, &difference, &whole);
        residual[i] = whole > 0.0 ? sqrt(difference / whole) : 0.0;
    }
}

struct comparison {
    const struct atw_correlator *correlator;
    const struct atw_tilt_series *aligned, *reprojected;
    struct atw_displacement *found;
};

static enum atw_status compare_view(void *context, size_t index, struct atw_error *err)
{
    const struct comparison *c = context;
    size_t pixels = c->aligned->n_v * c->aligned->n_u;

    return atw_correlate(c->correlator, c->reprojected->value + index * pixels,
                         c->aligned->value + index * pixels, &c->found[index], err);
}

/* Take off what only moves the specimen: its path along u, a constant along v. */
static void fix_specimen(const struct atw_placement *placement,
                         struct atw_displacement *found)
{
    const struct atw_tilt_series *series = placement->series;
    double *u = calloc(series->n_tilt, sizeof *u);
    double mean_v = 0.0, kept = 0.0;
    struct atw_track track = {0};

    for (size_t i = 0; i < series->n_tilt; i++) {
        if (u)
            u[i] = found[i].u;
        if (placement->rejected[i])
            continue;
        mean_v += found[i].v;
        kept += 1.0;
    }
    if (u)
        track =
            atw_track_fit(series->tilt_rad, u, placement->rejected, series->n_tilt, 0);
    for (size_t i = 0; i < series->n_tilt; i++) {
        found[i].u -= atw_track_at(&track, series->tilt_rad[i]);
        found[i].v -= mean_v / kept;
    }
    free(u);
}

static double move(struct atw_placement *placement, const struct atw_displacement *found)
{
    double c = cos(placement->rotation_rad), s = sin(placement->rotation_rad);
    double squares = 0.0, kept = 0.0;

    for (size_t i = 0; i < placement->series->n_tilt; i++) {
        placement->u[i] += c * found[i].u - s * found[i].v;
        placement->v[i] += s * found[i].u + c * found[i].v;
        if (placement->rejected[i])
            continue;
        squares += found[i].u * found[i].u + found[i].v * found[i].v;
        kept += 1.0;
    }
    return sqrt(squares / kept);
}

enum atw_status atw_reprojection_round(struct atw_placement *placement,
                                       const struct atw_correlator *correlator,
                                       double *residual,
                                       double *moved_px,
                                       struct atw_error *err)
{
    size_t n = placement->series->n_tilt;
    struct atw_tilt_series *aligned = NULL, *reprojected = NULL;
    struct atw_displacement *found = calloc(n, sizeof *found);
    enum atw_status status = found ? ATW_OK : no_memory(err);

    if (status == ATW_OK)
        status = atw_placement_apply(&aligned, placement, err);
    if (status == ATW_OK)
        status = atw_reproject(&reprojected, aligned, placement->rejected,
                               ROUND_ITERATIONS, err);
    if (status == ATW_OK) {
        struct comparison comparison = {.correlator = correlator,
                                        .aligned = aligned,
                                        .reprojected = reprojected,
                                        .found = found};

        atw_view_residuals(residual, aligned, reprojected, 0);
        status = atw_parallel_try(n, compare_view, &comparison, err);
    }
    if (status == ATW_OK) {
        fix_specimen(placement, found);
        *moved_px = move(placement, found);
    }
    atw_tilt_series_destroy(aligned);
    atw_tilt_series_destroy(reprojected);
    free(found);
    return status;
}

/* The placement with the axis elsewhere. */
static enum atw_status displace(struct atw_placement *out,
                                const struct atw_placement *placement,
                                double axis_px,
                                double turn_rad,
                                struct atw_error *err)
{
    size_t n = placement->series->n_tilt;

    *out = *placement;
    out->rotation_rad += turn_rad;
    out->u = calloc(2 * n, sizeof *out->u);
    if (!out->u)
        return no_memory(err);
    out->v = out->u + n;
    for (size_t i = 0; i < n; i++) {
        out->u[i] = placement->u[i] + axis_px * cos(out->rotation_rad);
        out->v[i] = placement->v[i] + axis_px * sin(out->rotation_rad);
    }
    return ATW_OK;
}

enum atw_status atw_placement_misfit(const struct atw_placement *placement,
                                     double axis_px,
                                     double turn_rad,
                                     double *misfit,
                                     struct atw_error *err)
{
    struct atw_placement displaced = {0};
    struct atw_tilt_series *aligned = NULL, *reprojected = NULL;
    double squares = 0.0, whole = 0.0;
    enum atw_status status = displace(&displaced, placement, axis_px, turn_rad, err);

    if (status == ATW_OK)
        status = atw_placement_apply(&aligned, &displaced, err);
    if (status == ATW_OK)
        status = atw_reproject(&reprojected, aligned, placement->rejected,
                               SEARCH_ITERATIONS, err);
    for (size_t i = 0; status == ATW_OK && i < aligned->n_tilt; i++) {
        size_t pixels = aligned->n_v * aligned->n_u;
        double one, all;

        if (placement->rejected[i])
            continue;
        sum_squares(aligned->value + i * pixels, reprojected->value + i * pixels,
                    aligned->n_v, aligned->n_u, 0, &one, &all);
        squares += one;
        whole += all;
    }
    if (status == ATW_OK)
        *misfit = whole > 0.0 ? sqrt(squares / whole) : 0.0;
    atw_tilt_series_destroy(aligned);
    atw_tilt_series_destroy(reprojected);
    free(displaced.u);
    return status;
}
