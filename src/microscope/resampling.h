/* One detector axis: samples of one pitch to blurred pixels of another.
 *
 * The input is taken as constant over each sample. It is convolved with a Gaussian and
 * averaged over each output pixel; the weight of sample j in pixel i is the exact
 * integral
 *
 *   w_ij = (1/b) int_pixel dx int_sample dy G_sigma(x - y),
 *
 * that is, second differences of H(t) = t Phi(t/sigma) + sigma phi(t/sigma), H'' = G.
 * Both axes are centred on each other. */
#ifndef ATW_MICROSCOPE_RESAMPLING_H
#define ATW_MICROSCOPE_RESAMPLING_H

#include <stddef.h>

#include "core/status.h"

/* Standard deviations at which the Gaussian is cut; less than 1e-8 of it is left. */
#define ATW_RESAMPLING_SIGMAS 6.0

/* w_ij for a distance d between the centres of pixel and sample. No checks. */
double atw_resampling_weight(double distance_m,
                             double pitch_in_m,
                             double pitch_out_m,
                             double sigma_m);

struct atw_resampling {
    size_t n_in, n_out;
    size_t n_taps; /* samples that reach one pixel */
    size_t *first; /* [n_out], first of them; owned */
    float *weight; /* [n_out][n_taps]; owned */
};

/* ATW_EINVAL if a count is zero, a pitch is not positive or sigma is negative;
 * ATW_ENOMEM. */
enum atw_status atw_resampling_create(struct atw_resampling **out,
                                      size_t n_in,
                                      double pitch_in_m,
                                      size_t n_out,
                                      double pitch_out_m,
                                      double sigma_m,
                                      struct atw_error *err) ATW_MUST_CHECK;
void atw_resampling_destroy(struct atw_resampling *resampling);

/* Blur rows [n_rows][n] by a variance, in units of the pitch squared, with three-point
 * kernels; zero beyond the ends. Sums are kept but for what leaves. */
void atw_blur_rows(double variance, size_t n_rows, size_t n, float *row);

/* out [n_rows][n_out] from in [n_rows][n_in]. */
void atw_resample_rows(const struct atw_resampling *resampling,
                       size_t n_rows,
                       const float *in,
                       float *out);

/* out [n_out][n_columns] from in [n_in][n_columns]. */
void atw_resample_columns(const struct atw_resampling *resampling,
                          size_t n_columns,
                          const float *in,
                          float *out);

#endif
