/* Displacement between two views by cross-correlation (FFTW). Room-internal, but for
 * tests. */
#ifndef ATW_ALIGNMENT_CORRELATION_H
#define ATW_ALIGNMENT_CORRELATION_H

#include <stddef.h>

#include "core/status.h"

struct atw_correlation_options {
    double taper;     /* share of the view at each edge that fades out, 0 to 0.5 */
    double low_pass;  /* Gaussian that smooths, standard deviation in pixels; 0: none */
    double high_pass; /* Gaussian whose average is taken off, in pixels; 0: none */
    double
        most_shift; /* pixels in either direction; the peak is looked for up to there */
};

struct atw_correlator; /* opaque: plans, window and filter for views of one size;
                          immutable, may be shared by threads */

struct atw_displacement {
    double u, v;        /* pixels: view(p) looks like reference(p - (u, v)) */
    double coefficient; /* correlation at the peak, 1 for equal pictures */
};

/* ATW_EINVAL: a count is zero or beyond 2^15, an option is negative or not finite, or the
 * taper above 0.5; ATW_ENOMEM. */
enum atw_status atw_correlator_create(struct atw_correlator **out,
                                      size_t n_v,
                                      size_t n_u,
                                      const struct atw_correlation_options *options,
                                      struct atw_error *err) ATW_MUST_CHECK;
void atw_correlator_destroy(struct atw_correlator *correlator);

/* Both views lose their mean, fade at the edges, are padded with zeros, band-passed and
 * correlated; a paraboloid through the 3 x 3 pixels around the peak gives the fraction of
 * a pixel. An empty view gives no displacement and coefficient 0. ATW_ENOMEM. */
enum atw_status atw_correlate(const struct atw_correlator *correlator,
                              const float *reference,
                              const float *view,
                              struct atw_displacement *displacement,
                              struct atw_error *err) ATW_MUST_CHECK;

#endif
