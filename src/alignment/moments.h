/* Moments of views: mass, centre, spread. Room-internal, but for tests.
 *
 * They obey the consistency conditions of Helgason and Ludwig for an object that every
 * view sees whole: the mass is the same at all tilts t, the centre moves as x cos t + z
 * sin t, the product moment <uv> about the centre as a cos t + b sin t. */
#ifndef ATW_ALIGNMENT_MOMENTS_H
#define ATW_ALIGNMENT_MOMENTS_H

#include <stddef.h>

#include "core/tilt_series.h"

struct atw_view_moments {
    double mass;
    double u, v;       /* centre of mass, pixels from the centre of the view */
    double uu, uv, vv; /* central second moments, pixels^2 */
};

/* Values may be negative (noise about a background that was taken off). A view whose mass
 * is not positive has its centre in the middle and no spread. */
struct atw_view_moments atw_view_moments(const float *view, size_t n_v, size_t n_u);

/* Standard deviation of the mass over the views, relative to its mean; INFINITY if the
 * mean is not positive. */
double atw_mass_variation(const struct atw_view_moments *moments, size_t n);

/* Angle of the tilt axis by the condition on <uv>, and its standard deviation from the
 * scatter; the latter is INFINITY if the object is as wide as long, which tells nothing.
 * Independent of shifts of the views. */
double atw_rotation_of_moments(const struct atw_view_moments *moments,
                               const double *tilt_rad,
                               size_t n,
                               double *std_rad);

#endif
