/* A tilt series: projections [tilt][v][u], u fastest, with one angle each.
 *
 * v runs along the tilt axis (y). A point (x, z), from the volume centre, projects at
 * tilt t to u = x cos t + z sin t, from the detector centre (n_u-1)/2. Noise-free values
 * are line integrals in (volume unit) * nm; recorded ones are detector counts. */
#ifndef ATW_CORE_TILT_SERIES_H
#define ATW_CORE_TILT_SERIES_H

#include <stddef.h>

#include "core/status.h"

struct atw_tilt_series {
    size_t n_tilt, n_v, n_u;
    double pixel_m;
    double *tilt_rad; /* [n_tilt], owned */
    float *value;     /* [n_tilt][n_v][n_u], owned */
};

static inline size_t atw_tilt_series_pixel_count(const struct atw_tilt_series *series)
{
    return series->n_tilt * series->n_v * series->n_u;
}

static inline float *atw_tilt_series_view(const struct atw_tilt_series *series,
                                          size_t tilt)
{
    return series->value + tilt * series->n_v * series->n_u;
}

/* Zero-filled series. tilt_rad [n_tilt] is copied; NULL leaves all angles zero.
 * ATW_EINVAL if a count is zero, the pixel is not positive, an angle is not finite or the
 * size overflows; ATW_ENOMEM. */
enum atw_status atw_tilt_series_create(struct atw_tilt_series **out,
                                       size_t n_tilt,
                                       size_t n_v,
                                       size_t n_u,
                                       double pixel_m,
                                       const double *tilt_rad,
                                       struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_tilt_series_copy(struct atw_tilt_series **out,
                                     const struct atw_tilt_series *series,
                                     struct atw_error *err) ATW_MUST_CHECK;
void atw_tilt_series_destroy(struct atw_tilt_series *series);

/* ATW_EINPUT naming the first pixel that is NaN or infinite. */
enum atw_status atw_tilt_series_check_finite(const struct atw_tilt_series *series,
                                             const char *name,
                                             struct atw_error *err) ATW_MUST_CHECK;

#endif
