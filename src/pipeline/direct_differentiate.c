/* Derivatives of the tables by what all series of a particle share but for its angles:
 * the table of another particle, a little larger or brighter. */
#include <math.h>

#include "pipeline/direct_internal.h"

/* Forward differences; 0: not from tables. */
static const double step_of[ATW_DIRECT_GLOBALS] = {
    [ATW_DIRECT_CORE_DIAMETER] = 0.1,    [ATW_DIRECT_CORE_LENGTH] = 0.1,
    [ATW_DIRECT_SHELL_SIDE] = 0.05,      [ATW_DIRECT_SHELL_TIP] = 0.05,
    [ATW_DIRECT_LN_CONTRAST] = 0.01,     [ATW_DIRECT_SILICA] = 0.2,
    [ATW_DIRECT_SILICA_CONTRAST] = 2e-3, [ATW_DIRECT_LN_DAMPING] = 0.05};

#define LN_S_STEP 0.1

/* Steps within which derivatives change little. */
#define NEARBY 3.0

static int changes_states(size_t global)
{
    return global <= ATW_DIRECT_SHELL_TIP;
}

static int is_nearby(const struct atw_direct_particle *particle,
                     const struct atw_direct_series *series)
{
    int nearby = !series->is_heated ||
                 fabs(series->ln_S - series->derived_ln_S) <= NEARBY * LN_S_STEP;

    for (size_t i = 0; i < ATW_DIRECT_GLOBALS; i++)
        nearby &= !(step_of[i] > 0.0) ||
                  fabs(particle->globals.value[i] - series->derived_at.value[i]) <=
                      NEARBY * step_of[i];
    return nearby;
}

/* Room for derivatives at the present parameters; *is_new 0: there are some nearby. */
static enum atw_status prepare(int *is_new,
                               const struct atw_direct_particle *particle,
                               struct atw_direct_series *series,
                               int with_globals,
                               struct atw_error *err)
{
    size_t n_images = 0;

    *is_new = 0;
    for (size_t j = 0; j < particle->n_free && with_globals; j++)
        if (step_of[particle->free_index[j]] > 0.0)
            series->slope_of[particle->free_index[j]] = n_images++;
    n_images += series->is_heated ? 1 : 0;
    if (n_images == 0)
        return ATW_OK;
    if (series->slopes && series->slopes->n_images == n_images &&
        is_nearby(particle, series))
        return ATW_OK;
    atw_direct_series_forget_derivatives(series);
    series->derived_at = particle->globals;
    series->derived_ln_S = series->ln_S;
    *is_new = 1;
    return atw_direct_table_create(&series->slopes, &series->table->frame, n_images, err);
}

static enum atw_status tabulate(struct atw_direct_series *series,
                                size_t image,
                                struct atw_direct_particle *changed,
                                double S_factor,
                                double step,
                                struct atw_error *err)
{
    enum atw_status status = atw_direct_tabulate(series->slopes, image, changed,
                                                 S_factor * atw_direct_S_m2(series),
                                                 series->value[ATW_DIRECT_BLUR], err);

    if (status == ATW_OK)
        atw_direct_table_difference(series->slopes, image, series->table, step);
    return status;
}

static enum atw_status differentiate_by(struct atw_direct_particle *particle,
                                        struct atw_direct_series *series,
                                        size_t n_series,
                                        const int *is_new,
                                        size_t global,
                                        struct atw_error *err)
{
    struct atw_direct_particle changed = *particle;
    enum atw_status status = ATW_OK;

    if (changes_states(global)) /* its own ones, not those of the particle */
        changed.axial = NULL;
    changed.globals.value[global] += step_of[global];
    for (size_t k = 0; k < n_series && status == ATW_OK; k++)
        if (is_new[k])
            status = tabulate(&series[k], series[k].slope_of[global], &changed, 1.0,
                              step_of[global], err);
    if (changes_states(global))
        atw_direct_particle_clear(&changed);
    else
        particle->axial = changed.axial;
    return status;
}

enum atw_status atw_direct_differentiate(struct atw_direct_particle *particle,
                                         struct atw_direct_series *series,
                                         size_t n_series,
                                         int with_globals,
                                         struct atw_error *err)
{
    size_t n_free = with_globals ? particle->n_free : 0;
    int is_new[ATW_LN_S_MAX + 1] = {0};
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < n_series && status == ATW_OK; k++) {
        status = atw_direct_look(particle, &series[k], err);
        if (status == ATW_OK)
            status = prepare(&is_new[k], particle, &series[k], with_globals, err);
        if (status == ATW_OK && is_new[k] && series[k].is_heated)
            status = tabulate(&series[k], series[k].slopes->n_images - 1, particle,
                              exp(LN_S_STEP), LN_S_STEP, err);
    }
    for (size_t j = 0; j < n_free && status == ATW_OK; j++)
        if (step_of[particle->free_index[j]] > 0.0)
            status = differentiate_by(particle, series, n_series, is_new,
                                      particle->free_index[j], err);
    return status;
}
