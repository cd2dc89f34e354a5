/* Derivatives of the recorded signals by what all series of a particle share: another
 * particle, a little larger or turned, is diffused and recorded in the same way. */
#include <math.h>

#include "pipeline/direct_internal.h"

/* Forward differences. */
static const double step_of[ATW_DIRECT_GLOBALS] = {
    [ATW_DIRECT_CORE_DIAMETER] = 0.1,     [ATW_DIRECT_CORE_LENGTH] = 0.1,
    [ATW_DIRECT_SHELL_SIDE] = 0.05,       [ATW_DIRECT_SHELL_TIP] = 0.05,
    [ATW_DIRECT_AZIMUTH] = 4e-3,          [ATW_DIRECT_ELEVATION] = 4e-3,
    [ATW_DIRECT_LN_CONTRAST] = 0.01,      [ATW_DIRECT_SILICA] = 0.2,
    [ATW_DIRECT_SILICA_CONTRAST] = 0.002, [ATW_DIRECT_LN_DAMPING] = 0.05};

static int changes_states(size_t global)
{
    return global <= ATW_DIRECT_ELEVATION;
}

void atw_direct_difference(struct atw_tilt_series *more,
                           const struct atw_tilt_series *signal,
                           double step)
{
    size_t count = atw_tilt_series_pixel_count(signal);
    float factor = (float)(1.0 / step);

    for (size_t i = 0; i < count; i++)
        more->value[i] = factor * (more->value[i] - signal->value[i]);
}

#define LN_S_STEP 0.1

/* Derivatives change little within a step of the differences. */
static int is_nearby(const struct atw_direct_particle *particle,
                     const struct atw_direct_series *series)
{
    int nearby =
        !series->is_heated || fabs(series->ln_S - series->derived_ln_S) < LN_S_STEP;

    for (size_t i = 0; i < ATW_DIRECT_GLOBALS; i++)
        nearby &=
            fabs(particle->globals.value[i] - series->derived_at.value[i]) <= step_of[i];
    return nearby;
}

static void forget_what_is_far(const struct atw_direct_particle *particle,
                               struct atw_direct_series *series)
{
    if (is_nearby(particle, series))
        return;
    atw_direct_series_forget_derivatives(series);
    series->derived_at = particle->globals;
    series->derived_ln_S = series->ln_S;
}

static enum atw_status differentiate_series(struct atw_direct_particle *changed,
                                            struct atw_direct_series *series,
                                            size_t global,
                                            struct atw_error *err)
{
    struct atw_particle_scene *scene = NULL;
    enum atw_status status =
        atw_direct_scene(&scene, changed, atw_direct_S_m2(series), err);

    if (status == ATW_OK)
        status = atw_direct_record(&series->by_global[global], scene, series, 0.0, err);
    if (status == ATW_OK)
        atw_direct_difference(series->by_global[global], series->signal, step_of[global]);
    atw_particle_scene_destroy(scene);
    return status;
}

static enum atw_status differentiate_by_ln_S(struct atw_direct_particle *particle,
                                             struct atw_direct_series *series,
                                             struct atw_error *err)
{
    struct atw_particle_scene *scene = NULL;
    enum atw_status status;

    if (!series->is_heated || series->by_ln_S)
        return ATW_OK;
    status =
        atw_direct_scene(&scene, particle, atw_direct_S_m2(series) * exp(LN_S_STEP), err);
    if (status == ATW_OK)
        status = atw_direct_record(&series->by_ln_S, scene, series, 0.0, err);
    if (status == ATW_OK)
        atw_direct_difference(series->by_ln_S, series->signal, LN_S_STEP);
    atw_particle_scene_destroy(scene);
    return status;
}

static int
is_wanted(const struct atw_direct_series *series, size_t n_series, size_t global)
{
    int wanted = 0;

    for (size_t k = 0; k < n_series; k++)
        wanted |= !series[k].by_global[global];
    return wanted;
}

static enum atw_status differentiate_by(struct atw_direct_particle *particle,
                                        struct atw_direct_series *series,
                                        size_t n_series,
                                        size_t global,
                                        struct atw_error *err)
{
    struct atw_direct_particle changed = *particle;
    enum atw_status status = ATW_OK;

    if (changes_states(global)) { /* its own ones, not those of the particle */
        changed.phantom = NULL;
        changed.family = NULL;
    }
    if (!is_wanted(series, n_series, global))
        return ATW_OK;
    changed.globals.value[global] += step_of[global];
    for (size_t k = 0; k < n_series && status == ATW_OK; k++)
        if (!series[k].by_global[global])
            status = differentiate_series(&changed, &series[k], global, err);
    if (changes_states(global))
        atw_direct_particle_clear(&changed);
    return status;
}

enum atw_status atw_direct_differentiate(struct atw_direct_particle *particle,
                                         struct atw_direct_series *series,
                                         size_t n_series,
                                         int with_globals,
                                         struct atw_error *err)
{
    size_t n_free = with_globals ? particle->n_free : 0;
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < n_series && status == ATW_OK; k++) {
        forget_what_is_far(particle, &series[k]);
        status = atw_direct_look(particle, &series[k], err);
        if (status == ATW_OK)
            status = differentiate_by_ln_S(particle, &series[k], err);
    }
    for (size_t j = 0; j < n_free && status == ATW_OK; j++)
        status =
            differentiate_by(particle, series, n_series, particle->free_index[j], err);
    return status;
}
