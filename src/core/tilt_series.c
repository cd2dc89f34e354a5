/* A tilt series: projections [tilt][v][u] with one angle each. */
#include "core/tilt_series.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/array.h"

static enum atw_status check_shape(size_t n_tilt,
                                   size_t n_v,
                                   size_t n_u,
                                   double pixel_m,
                                   const double *tilt_rad,
                                   struct atw_error *err)
{
    if (n_tilt == 0 || n_v == 0 || n_u == 0)
        return atw_error_set(
            err, ATW_EINVAL,
            "tilt series: %zu views of %zu x %zu pixels: every count must be "
            "positive",
            n_tilt, n_u, n_v);
    if (!(pixel_m > 0.0) || !isfinite(pixel_m))
        return atw_error_set(err, ATW_EINVAL,
                             "tilt series: pixel size %g m must be positive and finite",
                             pixel_m);
    if (n_tilt > SIZE_MAX / sizeof(double) / n_v / n_u)
        return atw_error_set(
            err, ATW_EINVAL,
            "tilt series: %zu views of %zu x %zu pixels exceed the address space", n_tilt,
            n_u, n_v);
    for (size_t i = 0; tilt_rad && i < n_tilt; i++)
        if (!isfinite(tilt_rad[i]))
            return atw_error_set(err, ATW_EINVAL, "tilt series: angle %zu is not finite",
                                 i + 1);
    return ATW_OK;
}

enum atw_status atw_tilt_series_create(struct atw_tilt_series **out,
                                       size_t n_tilt,
                                       size_t n_v,
                                       size_t n_u,
                                       double pixel_m,
                                       const double *tilt_rad,
                                       struct atw_error *err)
{
    struct atw_tilt_series *series = NULL;
    enum atw_status status = check_shape(n_tilt, n_v, n_u, pixel_m, tilt_rad, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    series = calloc(1, sizeof *series);
    if (series) {
        series->tilt_rad = calloc(n_tilt, sizeof *series->tilt_rad);
        series->value = atw_array_alloc(n_tilt * n_v * n_u, sizeof *series->value);
    }
    if (!series || !series->tilt_rad || !series->value) {
        atw_tilt_series_destroy(series);
        return atw_error_set(err, ATW_ENOMEM,
                             "tilt series: no memory for %zu views of %zu x %zu pixels",
                             n_tilt, n_u, n_v);
    }
    series->n_tilt = n_tilt;
    series->n_v = n_v;
    series->n_u = n_u;
    series->pixel_m = pixel_m;
    if (tilt_rad)
        memcpy(series->tilt_rad, tilt_rad, n_tilt * sizeof *tilt_rad);
    *out = series;
    return ATW_OK;
}

enum atw_status atw_tilt_series_copy(struct atw_tilt_series **out,
                                     const struct atw_tilt_series *series,
                                     struct atw_error *err)
{
    enum atw_status status =
        atw_tilt_series_create(out, series->n_tilt, series->n_v, series->n_u,
                               series->pixel_m, series->tilt_rad, err);

    if (status == ATW_OK)
        memcpy((*out)->value, series->value,
               atw_tilt_series_pixel_count(series) * sizeof *series->value);
    return status;
}

void atw_tilt_series_destroy(struct atw_tilt_series *series)
{
    if (!series)
        return;
    free(series->tilt_rad);
    free(series->value);
    free(series);
}

enum atw_status atw_tilt_series_check_finite(const struct atw_tilt_series *series,
                                             const char *name,
                                             struct atw_error *err)
{
    size_t count = atw_tilt_series_pixel_count(series);

    for (size_t i = 0; i < count; i++)
        if (!isfinite(series->value[i]))
            return atw_error_set(
                err, ATW_EINPUT,
                "%s: pixel (u %zu, v %zu) of view %zu is %g; a tilt series "
                "must be finite everywhere",
                name, i % series->n_u, i / series->n_u % series->n_v,
                i / series->n_u / series->n_v + 1, (double)series->value[i]);
    return ATW_OK;
}
