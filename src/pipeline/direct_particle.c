/* The particle of the direct fit: from parameters to states, scenes and signals. */
#include <math.h>
#include <stdlib.h>

#include "core/constants.h"
#include "microscope/record.h"
#include "pipeline/direct_internal.h"

/* Boundary voxels of a phantom hold their volume fraction to this. */
#define PHANTOM_TOLERANCE 1e-4

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
    atw_diffusion_family_destroy(particle->family);
    atw_phantom_destroy(particle->phantom);
    particle->family = NULL;
    particle->phantom = NULL;
}

void atw_direct_particle_set(struct atw_direct_particle *particle,
                             const struct atw_direct_globals *globals)
{
    atw_direct_particle_clear(particle);
    particle->globals = *globals;
}

/* Left empty around the particle. */
#define MARGIN_VOXELS 3.0

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

/* Phantom and states of the particle, once for its globals. */
static enum atw_status prepare(struct atw_direct_particle *particle,
                               const struct atw_shape *shape,
                               struct atw_error *err)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    double voxel_m = particle->specimen->experiment->analysis.direct.voxel_m;
    struct atw_shape bare = *shape;
    enum atw_status status = ATW_OK;

    bare.silica_m = 0.0;
    options.tolerance = particle->specimen->experiment->analysis.model_tolerance;
    if (!particle->grid_is_known)
        status = atw_phantom_grid(&particle->grid, &bare, voxel_m,
                                  MARGIN_VOXELS * voxel_m, err);
    particle->grid_is_known = 1;
    if (status == ATW_OK && !particle->phantom)
        status = atw_phantom_create(&particle->phantom, &bare, &particle->grid,
                                    PHANTOM_TOLERANCE, err);
    if (status == ATW_OK && !particle->family)
        status =
            atw_diffusion_family_create(&particle->family, particle->phantom->composition,
                                        particle->phantom->metal, &options, err);
    return status;
}

enum atw_status atw_direct_scene(struct atw_particle_scene **out,
                                 struct atw_direct_particle *particle,
                                 double S_m2,
                                 struct atw_error *err)
{
    const struct atw_imaging_settings settings = settings_of(particle);
    const struct atw_shape shape = atw_direct_shape_of(&particle->globals);
    struct atw_field *state = NULL;
    enum atw_status status = atw_shape_check(&shape, err);

    *out = NULL;
    if (status == ATW_OK && S_m2 > 0.0) {
        status = prepare(particle, &shape, err);
        if (status == ATW_OK)
            status = atw_field_copy(&state, particle->phantom->composition, err);
        if (status == ATW_OK)
            status = atw_diffusion_family_at(particle->family, S_m2, state, err);
    }
    if (status == ATW_OK)
        status = atw_particle_scene_create(out, &shape, particle->phantom, state,
                                           &settings, err);
    atw_field_destroy(state);
    return status;
}

enum atw_status atw_direct_record(struct atw_tilt_series **out,
                                  const struct atw_particle_scene *scene,
                                  const struct atw_direct_series *series,
                                  double tilt_change_rad,
                                  struct atw_error *err)
{
    size_t n_views = atw_direct_view_count(series);
    const struct atw_microscope microscope = {
        .blur_sigma_m =
            sqrt(fmax(series->value[ATW_DIRECT_BLUR], 0.0)) * ATW_METRE_PER_NM,
        .pixel_m = series->data->pixel_m,
        .n_u = series->data->n_u,
        .n_v = series->data->n_v};
    struct atw_acquisition acquisition = {.n_views = n_views};
    double *tilt_rad = malloc(n_views * sizeof *tilt_rad);
    enum atw_status status = ATW_ENOMEM;

    *out = NULL;
    acquisition.view = calloc(n_views, sizeof *acquisition.view);
    if (!tilt_rad || !acquisition.view) {
        atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
        goto cleanup;
    }
    for (size_t i = 0; i < n_views; i++) {
        size_t v = series->first + i * series->stride;
        const double *at = series->view[v].value;

        tilt_rad[i] = series->data->tilt_rad[v];
        acquisition.view[i] = (struct atw_view){
            .tilt_rad = tilt_rad[i] + at[ATW_DIRECT_TILT] + tilt_change_rad,
            .shift_u_m = at[ATW_DIRECT_SHIFT_U] * ATW_METRE_PER_NM,
            .shift_v_m = at[ATW_DIRECT_SHIFT_V] * ATW_METRE_PER_NM,
            .brightness = 1.0,
            .gain = 1.0};
    }
    status = atw_microscope_record(out, &scene->scene, &microscope, &acquisition,
                                   tilt_rad, err);
cleanup:
    free(acquisition.view);
    free(tilt_rad);
    return status;
}
