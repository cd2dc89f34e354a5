/* Moments of views and the conditions they obey.
 *
 * Source: Ludwig, Commun. Pure Appl. Math. 19 (1966) 49. With the axis turned by phi,
 * <uv>' = <uv> cos 2phi + (<vv> - <uu>)/2 sin 2phi is the moment across the true axis;
 * its part outside the span of cos t and sin t must vanish. */
#include "alignment/moments.h"

#include <math.h>
#include <stdlib.h>

#include "alignment/track.h"

struct atw_view_moments atw_view_moments(const float *view, size_t n_v, size_t n_u)
{
    double mass = 0.0, su = 0.0, sv = 0.0, suu = 0.0, suv = 0.0, svv = 0.0;

    for (size_t row = 0; row < n_v; row++) {
        double v = (double)row - 0.5 * ((double)n_v - 1.0);

        for (size_t column = 0; column < n_u; column++) {
            double u = (double)column - 0.5 * ((double)n_u - 1.0);
            double value = (double)view[row * n_u + column];

            mass += value;
            su += value * u;
            sv += value * v;
            suu += value * u * u;
            suv += value * u * v;
            svv += value * v * v;
        }
    }
    if (!(mass > 0.0))
        return (struct atw_view_moments){.mass = mass};
    su /= mass;
    sv /= mass;
    return (struct atw_view_moments){.mass = mass,
                                     .u = su,
                                     .v = sv,
                                     .uu = suu / mass - su * su,
                                     .uv = suv / mass - su * sv,
                                     .vv = svv / mass - sv * sv};
}

double atw_mass_variation(const struct atw_view_moments *moments, size_t n)
{
    double sum = 0.0, squares = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += moments[i].mass;
    sum /= (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (moments[i].mass - sum) * (moments[i].mass - sum);
    return sum > 0.0 ? sqrt(squares / (double)n) / sum : (double)INFINITY;
}

/* Take off what cos t and sin t explain. */
static void keep_residual(double *value, const double *tilt_rad, size_t n)
{
    struct atw_track track = atw_track_fit(tilt_rad, value, NULL, n, 0);

    for (size_t i = 0; i < n; i++)
        value[i] -= atw_track_at(&track, tilt_rad[i]);
}

double atw_rotation_of_moments(const struct atw_view_moments *moments,
                               const double *tilt_rad,
                               size_t n,
                               double *std_rad)
{
    double *product = calloc(n, sizeof *product);
    double *difference = calloc(n, sizeof *difference);
    double pd = 0.0, dd = 0.0, misfit = 0.0, rotation = 0.0;

    *std_rad = INFINITY;
    if (product && difference && n > 3) {
        for (size_t i = 0; i < n; i++) {
            product[i] = moments[i].uv;
            difference[i] = 0.5 * (moments[i].vv - moments[i].uu);
        }
        keep_residual(product, tilt_rad, n);
        keep_residual(difference, tilt_rad, n);
        for (size_t i = 0; i < n; i++) {
            pd += product[i] * difference[i];
            dd += difference[i] * difference[i];
        }
        for (size_t i = 0; i < n && dd > 0.0; i++) {
            double rest = product[i] - pd / dd * difference[i];

            misfit += rest * rest;
        }
        if (dd > 0.0) {
            rotation = 0.5 * atan2(-pd, dd);
            *std_rad = 0.5 * sqrt(misfit / (double)(n - 3) / dd);
        }
    }
    free(product);
    free(difference);
    return rotation;
}
