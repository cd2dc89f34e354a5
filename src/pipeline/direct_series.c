/* One tilt series of the direct fit: its parameters, and how well they explain it. */
#include <math.h>
#include <stdlib.h>

#include "pipeline/direct_internal.h"
#include "pipeline/direct_priors.h"

double atw_direct_S_m2(const struct atw_direct_series *series)
{
    return series->is_heated ? exp(series->ln_S) : 0.0;
}

size_t atw_direct_view_count(const struct atw_direct_series *series)
{
    return (series->data->n_tilt - series->first + series->stride - 1) / series->stride;
}

enum atw_status atw_direct_series_create(struct atw_direct_series *series,
                                         const struct atw_tilt_series *data,
                                         struct atw_error *err)
{
    *series = (struct atw_direct_series){.data = data, .stride = 1};
    series->view = calloc(data->n_tilt, sizeof *series->view);
    series->back_of_series =
        calloc(ATW_DIRECT_OF_SERIES * (ATW_DIRECT_LOCALS_MAX + 1), sizeof(double));
    series->back_of_view = calloc(
        data->n_tilt * ATW_DIRECT_OF_VIEW * (ATW_DIRECT_LOCALS_MAX + 1), sizeof(double));
    if (!series->view || !series->back_of_series || !series->back_of_view) {
        atw_direct_series_clear(series);
        return atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
    }
    return ATW_OK;
}

void atw_direct_series_forget(struct atw_direct_series *series)
{
    atw_tilt_series_destroy(series->signal);
    atw_direct_table_destroy(series->table);
    series->signal = NULL;
    series->table = NULL;
}

void atw_direct_series_forget_derivatives(struct atw_direct_series *series)
{
    atw_direct_table_destroy(series->slopes);
    series->slopes = NULL;
}

void atw_direct_series_clear(struct atw_direct_series *series)
{
    atw_direct_series_forget(series);
    atw_direct_series_forget_derivatives(series);
    free(series->view);
    free(series->back_of_series);
    free(series->back_of_view);
    *series = (struct atw_direct_series){0};
}

void atw_direct_series_use(struct atw_direct_series *series, size_t first, size_t stride)
{
    atw_direct_series_forget(series);
    atw_direct_series_forget_derivatives(series);
    series->first = first;
    series->stride = stride;
}

void atw_direct_expect(float *mean,
                       const struct atw_direct_particle *particle,
                       const struct atw_direct_series *series,
                       const float *signal)
{
    size_t count = series->data->n_u * series->data->n_v;
    double counts = particle->counts_per_nm * exp(series->value[ATW_DIRECT_LN_SCALE]);
    double background = series->value[ATW_DIRECT_BACKGROUND];

    for (size_t i = 0; i < count; i++)
        mean[i] =
            (float)fmax(counts * (double)signal[i] + background, ATW_DEVIANCE_LEAST_MEAN);
}

enum atw_status atw_direct_look(struct atw_direct_particle *particle,
                                struct atw_direct_series *series,
                                struct atw_error *err)
{
    if (series->signal)
        return ATW_OK;
    return atw_direct_record(&series->table, &series->signal, particle, series, err);
}

static double penalty_of(const struct atw_direct_series *series, double tilt_error_rad)
{
    double penalty = 0.0;

    if (series->is_heated)
        penalty +=
            pow((series->ln_S - series->prior_ln_S) / ATW_DIRECT_LN_S_PRIOR_STD, 2.0);
    for (size_t i = 0; i < ATW_DIRECT_OF_SERIES; i++)
        penalty += pow((series->value[i] - series->prior[i]) /
                           atw_direct_series_prior_std(i, series->prior[i]),
                       2.0);
    for (size_t used = 0; used < atw_direct_view_count(series); used++) {
        size_t v = series->first + used * series->stride;

        for (size_t i = 0; i < ATW_DIRECT_OF_VIEW; i++)
            penalty += pow((series->view[v].value[i] - series->view[v].prior[i]) /
                               atw_direct_view_prior_std(i, tilt_error_rad),
                           2.0);
    }
    return penalty;
}

enum atw_status atw_direct_compare(struct atw_deviance *deviance,
                                   double *penalty,
                                   struct atw_direct_particle *particle,
                                   struct atw_direct_series *series,
                                   struct atw_error *err)
{
    size_t count = series->data->n_u * series->data->n_v;
    size_t n_views = atw_direct_view_count(series);
    float *mean = malloc(count * sizeof *mean);
    enum atw_status status;

    if (!mean)
        return atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
    status = atw_direct_look(particle, series, err);
    for (size_t used = 0; used < n_views && status == ATW_OK; used++) {
        size_t v = series->first + used * series->stride;

        atw_direct_expect(mean, particle, series,
                          atw_tilt_series_view(series->signal, used));
        atw_deviance_add(deviance, series->data->value + v * count, mean, count);
    }
    if (status == ATW_OK)
        *penalty += penalty_of(series, particle->tilt_error_rad);
    free(mean);
    return status;
}
