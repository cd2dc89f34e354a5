/* Least squares of a quantity over the tilts by cos t, sin t and a constant: the path of
 * a point of the specimen. Room-internal. */
#ifndef ATW_ALIGNMENT_TRACK_H
#define ATW_ALIGNMENT_TRACK_H

#include <stddef.h>

struct atw_track {
    double x, z, constant; /* x cos t + z sin t + constant */
};

/* Fit value [n]; views with rejected[i] are left out (rejected may be NULL). Without a
 * constant two parameters are fitted. Directions that the tilts do not determine stay 0.
 */
struct atw_track atw_track_fit(const double *tilt_rad,
                               const double *value,
                               const unsigned char *rejected,
                               size_t n,
                               int with_constant);

double atw_track_at(const struct atw_track *track, double tilt_rad);

/* order[k] is the view with the k-th angle from below; equal angles stay in the order of
 * recording. */
void atw_sort_views(size_t *order, const double *tilt_rad, size_t n);

#endif
