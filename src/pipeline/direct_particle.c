/* The particle of the direct fit: from parameters to states, tables and signals. */
#include <math.h>
#include <stdlib.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "microscope/record.h"
#include "pipeline/direct_internal.h"
#include "pipeline/particle_scene.h"

/* Greatest pitch of a table, and elements of its recording, per blur width. */
#define PITCH_PER_SIGMA 0.7
#define ELEMENT_PER_SIGMA 0.6
enum { ELEMENTS_MOST = 6 };
#define ROUNDING 1e-9

/* Blur widths that an image reaches beyond the particle. */
#define REACH_SIGMAS 5.0

/* What views may tilt farther before a table has to be made anew. */
#define TILT_RESERVE 0.02

struct atw_shape atw_direct_shape_of(const struct atw_direct_globals *globals)
{
    const double *g = globals->value;

    return (struct atw_shape){
        .kind = ATW_SHAPE_NANOROD,
        .core_diameter_m = g[ATW_DIRECT_CORE_DIAMETER] * ATW_METRE_PER_NM,
        .core_length_m = g[ATW_DIRECT_CORE_LENGTH] * ATW_METRE_PER_NM,
        .shell_side_m = g[ATW_DIRECT_SHELL_SIDE] * ATW_METRE_PER_NM,
        .shell_tip_m = g[ATW_DIRECT_SHELL_TIP] * ATW_METRE_PER_NM,
        .azimuth_rad = g[ATW_DIRECT_AZIMUTH],
        .elevation_rad = g[ATW_DIRECT_ELEVATION],
        .silica_m = g[ATW_DIRECT_SILICA] * ATW_METRE_PER_NM};
}

void atw_direct_particle_clear(struct atw_direct_particle *particle)
{
    atw_axial_destroy(particle->axial);
    particle->axial = NULL;
}

void atw_direct_particle_set(struct atw_direct_particle *particle,
                             const struct atw_direct_globals *globals)
{
    atw_direct_particle_clear(particle);
    particle->globals = *globals;
}

/* What everything but the states needs to know about the microscope. */
static struct atw_imaging_settings settings_of(const struct atw_direct_particle *particle)
{
    const double *g = particle->globals.value;
    double contrast = particle->shell_over_core * exp(g[ATW_DIRECT_LN_CONTRAST]);
    double stated_nm = particle->damping_core_nm;
    double core_nm = stated_nm * exp(g[ATW_DIRECT_LN_DAMPING]);

    return (struct atw_imaging_settings){
        .microscope.contrast = {.core = 1.0,
                                .shell = contrast,
                                .silica = g[ATW_DIRECT_SILICA_CONTRAST]},
        .is_damped = stated_nm > 0.0,
        /* every material attenuates as it scatters */
        .damping_core_nm = stated_nm > 0.0 ? core_nm : 1.0,
        .damping_shell_nm = stated_nm > 0.0 ? core_nm / contrast : 1.0};
}

/* ---- states ---- */

static struct atw_axial_rod rod_of(const struct atw_shape *shape,
                                   enum atw_shape_part part)
{
    struct atw_body body = atw_shape_body(shape, part);

    return (struct atw_axial_rod){body.radius_m, body.half_length_m};
}

/* As many rings as the particle has at the start, however its radius changes: a fit
 * stands still where their number jumps, by what they cost in accuracy. */
static double ring_spacing_m(const struct atw_direct_particle *particle, double radius_m)
{
    const struct atw_shape start = atw_direct_shape_of(&particle->prior);
    double asked_m = particle->specimen->experiment->analysis.direct.voxel_m;
    double n_rings = rint(rod_of(&start, ATW_SHAPE_METAL).radius_m / asked_m);

    return radius_m / fmax(1.0, n_rings);
}

static enum atw_status create_state(struct atw_axial_state *state,
                                    struct atw_direct_particle *particle,
                                    const struct atw_shape *shape,
                                    double S_m2,
                                    struct atw_error *err)
{
    const struct atw_axial_rod metal = rod_of(shape, ATW_SHAPE_METAL);
    const struct atw_axial_rod core = rod_of(shape, ATW_SHAPE_CORE);
    enum atw_status status = ATW_OK;

    if (!particle->axial)
        status = atw_axial_create(
            &particle->axial, &metal, &core, ring_spacing_m(particle, metal.radius_m),
            particle->specimen->experiment->analysis.model_tolerance, err);
    if (status == ATW_OK)
        status = atw_axial_points_create(state, particle->axial, S_m2, err);
    return status;
}

/* ---- tables ---- */

/* Greatest cos^2 of the angle between axis and beam, with some reserve. */
static double q_most_of(const struct atw_direct_particle *particle,
                        const struct atw_direct_series *series)
{
    double q_most = 0.0;

    for (size_t v = series->first; v < series->data->n_tilt; v += series->stride)
        q_most = fmax(q_most, atw_direct_view_pose(particle, series, v).q);
    return fmin(1.0, pow(sqrt(q_most) + TILT_RESERVE, 2.0));
}

/* The blur that sampling is made for: the one expected or, if the views are sharper, that
 * over powers of sqrt(2). It stays the same while the blur is fitted: what sampling costs
 * would otherwise jump, by as much as a step of the fit gains. */
static double sampled_sigma_nm(const struct atw_direct_series *series)
{
    double variance = series->prior[ATW_DIRECT_BLUR];

    while (series->value[ATW_DIRECT_BLUR] < 0.5 * variance)
        variance *= 0.5;
    return sqrt(variance);
}

/* Where the tables of a series have to reach, for the particle and views as they are. */
static struct atw_direct_frame frame_of(const struct atw_direct_particle *particle,
                                        const struct atw_direct_series *series)
{
    const struct atw_shape shape = atw_direct_shape_of(&particle->globals);
    struct atw_body outer = atw_shape_body(&shape, ATW_SHAPE_OUTER);
    double pixel_nm = series->data->pixel_m / ATW_METRE_PER_NM;
    double sigma_nm = sampled_sigma_nm(series);
    double radius_nm = outer.radius_m / ATW_METRE_PER_NM;
    double half_nm = outer.half_length_m / ATW_METRE_PER_NM;
    double pairs = ceil(0.5 * pixel_nm / (PITCH_PER_SIGMA * sigma_nm) - ROUNDING);
    struct atw_direct_frame frame = {
        .parts = (size_t)fmin(2.0 * pairs, (double)ATW_DIRECT_PARTS_MAX)};
    double reach_nm =
        radius_nm + REACH_SIGMAS * fmax(sigma_nm, sqrt(series->value[ATW_DIRECT_BLUR]));

    frame.pitch_nm = pixel_nm / (double)frame.parts;
    frame.elements = (size_t)fmin(
        ceil(frame.pitch_nm / (ELEMENT_PER_SIGMA * sigma_nm) - ROUNDING), ELEMENTS_MOST);
    frame.n_across = (size_t)ceil(reach_nm / frame.pitch_nm) + 4;
    frame.n_along = (size_t)ceil((reach_nm + half_nm) / frame.pitch_nm) + 4;
    atw_direct_frame_nodes(&frame, q_most_of(particle, series), half_nm, sigma_nm);
    return frame;
}

/* The particle lying along u, tilted to the nodes of a table. */
static enum atw_status record_nodes(struct atw_tilt_series **out,
                                    const struct atw_direct_frame *frame,
                                    const struct atw_scene *scene,
                                    double sigma_nm,
                                    struct atw_error *err)
{
    const struct atw_microscope microscope = {.blur_sigma_m = sigma_nm * ATW_METRE_PER_NM,
                                              .pixel_m =
                                                  frame->pitch_nm * ATW_METRE_PER_NM,
                                              .n_u = 2 * (frame->n_along - 2),
                                              .n_v = 2 * (frame->n_across - 2),
                                              .elements_per_pixel = frame->elements};
    struct atw_view view[ATW_DIRECT_NODES_MAX] = {0};
    double tilt_rad[ATW_DIRECT_NODES_MAX];
    const struct atw_acquisition acquisition = {.n_views = frame->n_nodes, .view = view};

    for (size_t k = 0; k < frame->n_nodes; k++) {
        tilt_rad[k] = asin(sqrt(frame->node[k]));
        view[k] =
            (struct atw_view){.tilt_rad = tilt_rad[k], .brightness = 1.0, .gain = 1.0};
    }
    return atw_microscope_record(out, scene, &microscope, &acquisition, tilt_rad, err);
}

enum atw_status atw_direct_tabulate(struct atw_direct_table *table,
                                    size_t index,
                                    struct atw_direct_particle *particle,
                                    double S_m2,
                                    double blur_nm2,
                                    struct atw_error *err)
{
    const struct atw_imaging_settings settings = settings_of(particle);
    struct atw_shape shape = atw_direct_shape_of(&particle->globals);
    struct atw_axial_state state = {0};
    struct atw_particle_scene *scene = NULL;
    struct atw_tilt_series *images = NULL;
    enum atw_status status = atw_shape_check(&shape, err);

    shape.azimuth_rad = 0.5 * ATW_PI;
    shape.elevation_rad = 0.0;
    if (status == ATW_OK && S_m2 > 0.0) {
        status = create_state(&state, particle, &shape, S_m2, err);
        if (status == ATW_OK)
            status =
                atw_particle_scene_create_axial(&scene, &shape, &state, &settings, err);
    } else if (status == ATW_OK) {
        status = atw_particle_scene_create(&scene, &shape, NULL, NULL, &settings, err);
    }
    if (status == ATW_OK) {
        scene->scene.is_even = 1; /* it lies across the tilt axis */
        status = record_nodes(&images, &table->frame, &scene->scene, sqrt(blur_nm2), err);
    }
    if (status == ATW_OK)
        atw_direct_table_set(table, index, images->value);
    atw_tilt_series_destroy(images);
    atw_particle_scene_destroy(scene);
    atw_axial_state_clear(&state);
    return status;
}

/* ---- views ---- */

struct atw_direct_pose atw_direct_view_pose(const struct atw_direct_particle *particle,
                                            const struct atw_direct_series *series,
                                            size_t view)
{
    const double *g = particle->globals.value;

    return atw_direct_pose_of(g[ATW_DIRECT_AZIMUTH], g[ATW_DIRECT_ELEVATION],
                              series->data->tilt_rad[view] +
                                  series->view[view].value[ATW_DIRECT_TILT]);
}

enum atw_status atw_direct_view_images(float *out,
                                       const struct atw_direct_table *table,
                                       const struct atw_direct_particle *particle,
                                       const struct atw_direct_series *series,
                                       size_t view,
                                       int with_q,
                                       struct atw_error *err)
{
    const double *at = series->view[view].value;
    struct atw_direct_pose pose = atw_direct_view_pose(particle, series, view);
    float *scratch = malloc(atw_direct_table_scratch(table, with_q) * sizeof *scratch);

    if (!scratch)
        return atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
    atw_direct_table_view(out, table, &pose, at[ATW_DIRECT_SHIFT_U],
                          at[ATW_DIRECT_SHIFT_V], series->data->n_u, series->data->n_v,
                          with_q, scratch);
    free(scratch);
    return ATW_OK;
}

struct recording {
    const struct atw_direct_table *table;
    const struct atw_direct_particle *particle;
    const struct atw_direct_series *series;
    struct atw_tilt_series *out;
};

static enum atw_status record_view(void *context, size_t used, struct atw_error *err)
{
    const struct recording *r = context;

    return atw_direct_view_images(atw_tilt_series_view(r->out, used), r->table,
                                  r->particle, r->series,
                                  r->series->first + used * r->series->stride, 0, err);
}

enum atw_status atw_direct_record(struct atw_direct_table **table,
                                  struct atw_tilt_series **signal,
                                  struct atw_direct_particle *particle,
                                  const struct atw_direct_series *series,
                                  struct atw_error *err)
{
    const struct atw_direct_frame frame = frame_of(particle, series);
    size_t n_views = atw_direct_view_count(series);
    struct recording r = {.particle = particle, .series = series};
    enum atw_status status = atw_direct_table_create(table, &frame, 1, err);

    *signal = NULL;
    if (status == ATW_OK)
        status = atw_direct_tabulate(*table, 0, particle, atw_direct_S_m2(series),
                                     series->value[ATW_DIRECT_BLUR], err);
    if (status == ATW_OK)
        status =
            atw_tilt_series_create(&r.out, n_views, series->data->n_v, series->data->n_u,
                                   series->data->pixel_m, NULL, err);
    r.table = *table;
    if (status == ATW_OK)
        status = atw_parallel_try(n_views, record_view, &r, err);
    if (status == ATW_OK) {
        *signal = r.out;
        return ATW_OK;
    }
    atw_tilt_series_destroy(r.out);
    atw_direct_table_destroy(*table);
    *table = NULL;
    return status;
}
