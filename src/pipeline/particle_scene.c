/* A simulated particle as the beam sees it. */
#include "pipeline/particle_scene.h"

#include <stdlib.h>

#include "pipeline/axial_mean.h"

static void chords(const void *body,
                   double growth_m,
                   const double origin_m[3],
                   const double step_m[3],
                   const double direction[3],
                   size_t count,
                   double *length_m)
{
    struct atw_body grown = atw_body_grown(body, growth_m);

    atw_body_chord_lengths(&grown, origin_m, step_m, direction, count, length_m);
}

static void
farthest(const void *body, double growth_m, const double direction[3], double point_m[3])
{
    struct atw_body grown = atw_body_grown(body, growth_m);

    atw_body_farthest_point(&grown, direction, point_m);
}

/* Signal and attenuation per nm of a material. */
struct matter {
    double signal, attenuation;
};

static struct matter difference(struct matter a, struct matter b)
{
    return (struct matter){a.signal - b.signal, a.attenuation - b.attenuation};
}

/* Silica and carbon attenuate as they scatter. */
static struct matter light(double contrast, const struct atw_imaging_settings *settings)
{
    return (struct matter){contrast, contrast / settings->damping_core_nm};
}

static struct matter metal_of(double composition,
                              const struct atw_imaging_settings *settings)
{
    const struct atw_haadf_contrast *contrast = &settings->microscope.contrast;
    double c = composition;

    return (struct matter){(1.0 - c) * contrast->core + c * contrast->shell,
                           (1.0 - c) / settings->damping_core_nm +
                               c / settings->damping_shell_nm};
}

static void
add(struct atw_scene *scene, const struct atw_body *body, struct matter matter, int grows)
{
    scene->body[scene->n_bodies++] =
        (struct atw_scene_body){.body = body,
                                .chords = chords,
                                .farthest = farthest,
                                .signal = matter.signal,
                                .attenuation_per_nm = matter.attenuation,
                                .grows = grows};
}

/* Metal of one composition, what surrounds it, and nothing of the core. */
static void add_bodies(struct atw_particle_scene *out,
                       double composition,
                       int has_silica,
                       const struct atw_imaging_settings *settings)
{
    const struct atw_acquisition_settings *acquisition = &settings->acquisition;
    int has_carbon =
        acquisition->contamination_m > 0.0 || acquisition->contamination_per_view_m > 0.0;
    struct matter vacuum = {0.0, 0.0};
    struct matter carbon = has_carbon ? light(settings->carbon, settings) : vacuum;
    struct matter silica = light(settings->microscope.contrast.silica, settings);

    if (has_carbon)
        add(&out->scene, &out->outer, carbon, 1);
    if (has_silica)
        add(&out->scene, &out->outer, difference(silica, carbon), 0);
    add(&out->scene, &out->metal,
        difference(metal_of(composition, settings), has_silica ? silica : carbon), 0);
}

/* Mean composition of the voxels that the surface crosses. */
static double surface_composition(const struct atw_field *metal,
                                  const struct atw_field *composition)
{
    size_t count = atw_grid_voxel_count(&metal->grid);
    double sum = 0.0, weight = 0.0;

    for (size_t i = 0; i < count; i++) {
        double m = (double)metal->value[i], w = m * (1.0 - m);

        sum += w * (double)composition->value[i];
        weight += w;
    }
    return weight > 0.0 ? sum / weight : 0.0;
}

static enum atw_status add_volume(struct atw_particle_scene *out,
                                  const struct atw_field *metal,
                                  const struct atw_field *composition,
                                  double surface,
                                  const struct atw_imaging_settings *settings,
                                  struct atw_error *err)
{
    struct matter change = difference(metal_of(1.0, settings), metal_of(0.0, settings));
    size_t count = atw_grid_voxel_count(&metal->grid);
    enum atw_status status = atw_field_create(&out->volume, &metal->grid, err);

    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        out->volume->value[i] =
            metal->value[i] * (composition->value[i] - (float)surface);
    out->scene.volume_signal = change.signal;
    out->scene.volume_attenuation_per_nm = change.attenuation;
    return ATW_OK;
}

/* Everything attenuates as it scatters: voxels do not tell the metals apart. */
static enum atw_status add_intensity(struct atw_particle_scene *out,
                                     const struct atw_phantom *phantom,
                                     const struct atw_field *composition,
                                     const struct atw_imaging_settings *settings,
                                     struct atw_error *err)
{
    out->scene.volume_signal = 1.0;
    out->scene.volume_attenuation_per_nm = 1.0 / settings->damping_core_nm;
    if (!composition)
        composition = phantom->composition;
    return atw_microscope_intensity(&out->volume, phantom->metal, composition,
                                    phantom->silica, &settings->microscope.contrast, err);
}

enum atw_status atw_particle_scene_create(struct atw_particle_scene **out,
                                          const struct atw_shape *shape,
                                          const struct atw_phantom *phantom,
                                          const struct atw_field *composition,
                                          const struct atw_imaging_settings *settings,
                                          struct atw_error *err)
{
    struct atw_particle_scene *particle = calloc(1, sizeof *particle);
    enum atw_status status = ATW_OK;
    double surface = 1.0;

    *out = NULL;
    if (!particle)
        return atw_error_set(err, ATW_ENOMEM, "scene: out of memory");
    particle->core = atw_shape_body(shape, ATW_SHAPE_CORE);
    particle->metal = atw_shape_body(shape, ATW_SHAPE_METAL);
    particle->outer = atw_shape_body(shape, ATW_SHAPE_OUTER);
    particle->scene.is_damped = settings->is_damped;
    if (settings->from_voxels) {
        status = add_intensity(particle, phantom, composition, settings, err);
        goto done;
    }
    if (composition)
        surface = surface_composition(phantom->metal, composition);
    add_bodies(particle, surface, shape->silica_m > 0.0, settings);
    if (composition)
        status =
            add_volume(particle, phantom->metal, composition, surface, settings, err);
    else
        add(&particle->scene, &particle->core,
            difference(metal_of(0.0, settings), metal_of(1.0, settings)), 0);
done:
    particle->scene.volume = particle->volume;
    if (status == ATW_OK) {
        *out = particle;
        return ATW_OK;
    }
    atw_particle_scene_destroy(particle);
    return status;
}

enum atw_status
atw_particle_scene_create_axial(struct atw_particle_scene **out,
                                const struct atw_shape *shape,
                                const struct atw_axial_state *state,
                                const struct atw_imaging_settings *settings,
                                struct atw_error *err)
{
    struct matter change = difference(metal_of(1.0, settings), metal_of(0.0, settings));
    struct atw_particle_scene *particle = calloc(1, sizeof *particle);

    *out = NULL;
    if (!particle)
        return atw_error_set(err, ATW_ENOMEM, "scene: out of memory");
    particle->metal = atw_shape_body(shape, ATW_SHAPE_METAL);
    particle->outer = atw_shape_body(shape, ATW_SHAPE_OUTER);
    particle->state = state;
    particle->scene.is_damped = settings->is_damped;
    add_bodies(particle, 0.0, shape->silica_m > 0.0, settings);
    particle->scene.filling =
        (struct atw_scene_filling){.filling = particle,
                                   .body = particle->scene.n_bodies - 1,
                                   .mean = atw_axial_mean,
                                   .signal = change.signal,
                                   .attenuation_per_nm = change.attenuation};
    *out = particle;
    return ATW_OK;
}

void atw_particle_scene_destroy(struct atw_particle_scene *particle)
{
    if (!particle)
        return;
    atw_field_destroy(particle->volume);
    free(particle);
}
