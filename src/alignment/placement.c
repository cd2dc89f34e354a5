/* Where the views of a series lie, and what of that merely moves the specimen. */
#include "alignment/placement.h"

#include <math.h>
#include <stdlib.h>

#include "alignment/moments.h"
#include "alignment/track.h"
#include "alignment/view.h"
#include "core/parallel.h"

static enum atw_status no_memory(struct atw_error *err)
{
    return atw_error_set(err, ATW_ENOMEM, "alignment: out of memory");
}

struct application {
    const struct atw_placement *placement;
    struct atw_tilt_series *aligned;
};

static void apply_view(void *context, size_t index, size_t worker)
{
    const struct application *a = context;
    const struct atw_placement *placement = a->placement;
    const struct atw_tilt_series *series = placement->series;
    struct atw_view_map map = atw_view_rotation(placement->rotation_rad,
                                                placement->u[index], placement->v[index]);

    (void)worker;
    atw_view_resample(atw_tilt_series_view(a->aligned, index),
                      series->value + index * series->n_v * series->n_u, series->n_v,
                      series->n_u, &map);
}

enum atw_status atw_placement_apply(struct atw_tilt_series **out,
                                    const struct atw_placement *placement,
                                    struct atw_error *err)
{
    const struct atw_tilt_series *series = placement->series;
    struct application application = {.placement = placement};
    enum atw_status status =
        atw_tilt_series_create(out, series->n_tilt, series->n_v, series->n_u,
                               series->pixel_m, series->tilt_rad, err);

    application.aligned = *out;
    if (status == ATW_OK)
        atw_parallel_for(series->n_tilt, apply_view, &application);
    return status;
}

void atw_placement_turn(struct atw_placement *placement, double angle_rad)
{
    double c = cos(angle_rad), s = sin(angle_rad);

    for (size_t i = 0; i < placement->series->n_tilt; i++) {
        double u = placement->u[i], v = placement->v[i];

        placement->u[i] = c * u - s * v;
        placement->v[i] = s * u + c * v;
    }
}

/* Add to all views what moves the specimen by (x, z) across and y along the axis. */
static void
move_specimen(struct atw_placement *placement, struct atw_track path, double y)
{
    atw_placement_turn(placement, -placement->rotation_rad);
    for (size_t i = 0; i < placement->series->n_tilt; i++) {
        placement->u[i] += atw_track_at(&path, placement->series->tilt_rad[i]);
        placement->v[i] += y;
    }
    atw_placement_turn(placement, placement->rotation_rad);
}

static double mean_kept(const double *value, const unsigned char *rejected, size_t n)
{
    double sum = 0.0, kept = 0.0;

    for (size_t i = 0; i < n; i++)
        if (!rejected[i]) {
            sum += value[i];
            kept += 1.0;
        }
    return sum / kept;
}

void atw_placement_keep(struct atw_placement *placement)
{
    size_t n = placement->series->n_tilt;
    const double *tilt_rad = placement->series->tilt_rad;
    struct atw_track path;
    double y;

    atw_placement_turn(placement, -placement->rotation_rad);
    path = atw_track_fit(tilt_rad, placement->u, placement->rejected, n, 0);
    y = mean_kept(placement->v, placement->rejected, n);
    atw_placement_turn(placement, placement->rotation_rad);
    path.x = -path.x;
    path.z = -path.z;
    move_specimen(placement, path, -y);
}

void atw_placement_assume_axis(struct atw_placement *placement)
{
    struct atw_track path;

    atw_placement_turn(placement, -placement->rotation_rad);
    path = atw_track_fit(placement->series->tilt_rad, placement->u, placement->rejected,
                         placement->series->n_tilt, 1);
    atw_placement_turn(placement, placement->rotation_rad);
    path = (struct atw_track){.constant = -path.constant};
    move_specimen(placement, path, 0.0);
}

enum atw_status atw_placement_centre(struct atw_placement *placement,
                                     struct atw_error *err)
{
    size_t n = placement->series->n_tilt;
    struct atw_tilt_series *aligned = NULL;
    double *centre = calloc(2 * n, sizeof *centre);
    enum atw_status status = centre ? ATW_OK : no_memory(err);

    if (status == ATW_OK)
        status = atw_placement_apply(&aligned, placement, err);
    if (status == ATW_OK) {
        for (size_t i = 0; i < n; i++) {
            struct atw_view_moments m = atw_view_moments(atw_tilt_series_view(aligned, i),
                                                         aligned->n_v, aligned->n_u);

            centre[i] = m.u;
            centre[n + i] = m.v;
        }
        move_specimen(placement,
                      atw_track_fit(aligned->tilt_rad, centre, placement->rejected, n, 0),
                      mean_kept(centre + n, placement->rejected, n));
    }
    atw_tilt_series_destroy(aligned);
    free(centre);
    return status;
}
