/* Whether there is silica around the metal: the thickness at which it explains most of
 * what the bare particle leaves of the counts. */
#include <math.h>

#include "pipeline/direct_internal.h"

#define CONTRAST_STEP 0.02
#define THINNEST_NM 3.0
#define THICKEST_NM 40.0
/* Gain of the deviance from which on there is silica: 7 standard deviations. */
#define GAIN_LEAST 50.0

/* Gain of the deviance by silica of the given change of the signal, and its contrast. */
struct gain {
    double value, contrast;
};

static struct gain gain_of(const struct atw_direct_particle *particle,
                           const struct atw_direct_series *series,
                           const struct atw_tilt_series *with_silica)
{
    size_t count = series->data->n_u * series->data->n_v;
    double scale = particle->counts_per_nm * exp(series->value[ATW_DIRECT_LN_SCALE]);
    double background = series->value[ATW_DIRECT_BACKGROUND];
    double product = 0.0, square = 0.0;

    for (size_t used = 0; used < atw_direct_view_count(series); used++) {
        const float *bare = atw_tilt_series_view(series->signal, used);
        const float *more = atw_tilt_series_view(with_silica, used);
        const float *counts =
            series->data->value + (series->first + used * series->stride) * count;

        for (size_t i = 0; i < count; i++) {
            double mean =
                fmax(scale * (double)bare[i] + background, ATW_DEVIANCE_LEAST_MEAN);
            double change = scale * (double)(more[i] - bare[i]) / CONTRAST_STEP;

            product += change * ((double)counts[i] - mean) / mean;
            square += change * change / mean;
        }
    }
    return (struct gain){product > 0.0 && square > 0.0 ? product * product / square : 0.0,
                         square > 0.0 ? product / square : 0.0};
}

static enum atw_status try_thickness(struct gain *gain,
                                     const struct atw_direct_particle *particle,
                                     const struct atw_direct_series *series,
                                     double thickness_nm,
                                     struct atw_error *err)
{
    struct atw_direct_particle coated = *particle; /* its states are not used */
    struct atw_direct_table *table = NULL;
    struct atw_tilt_series *signal = NULL;
    enum atw_status status;

    coated.globals.value[ATW_DIRECT_SILICA] = thickness_nm;
    coated.globals.value[ATW_DIRECT_SILICA_CONTRAST] = CONTRAST_STEP;
    status = atw_direct_record(&table, &signal, &coated, series, err);
    if (status == ATW_OK)
        *gain = gain_of(particle, series, signal);
    atw_tilt_series_destroy(signal);
    atw_direct_table_destroy(table);
    return status;
}

enum atw_status atw_direct_find_silica(int *is_there,
                                       struct atw_direct_particle *particle,
                                       struct atw_direct_series *series,
                                       struct atw_error *err)
{
    struct gain best = {GAIN_LEAST, 0.0};
    double thickness_nm = 0.0;
    enum atw_status status = atw_direct_look(particle, series, err);

    for (double t = THINNEST_NM; t < THICKEST_NM && status == ATW_OK; t *= 1.25) {
        struct gain gain = {0.0, 0.0};

        status = try_thickness(&gain, particle, series, t, err);
        if (gain.value > best.value) {
            best = gain;
            thickness_nm = t;
        }
    }
    *is_there = thickness_nm > 0.0;
    if (status != ATW_OK || !*is_there)
        return status;
    particle->prior.value[ATW_DIRECT_SILICA] = thickness_nm;
    particle->prior.value[ATW_DIRECT_SILICA_CONTRAST] = best.contrast;
    return ATW_OK;
}
