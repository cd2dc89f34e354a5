/* HAADF-STEM microscope: from volume fractions to detector counts.
 *
 *   intensity -> signal (projection, damping, blur, pixels) -> exposure (gain, noise)
 *
 * The signal here is that of a volume in a perfect acquisition; record.h sees exact
 * bodies, and everything that goes wrong. See docs/microscope.md. */
#ifndef ATW_MICROSCOPE_MICROSCOPE_H
#define ATW_MICROSCOPE_MICROSCOPE_H

#include "core/grid.h"
#include "core/random.h"
#include "core/tilt_series.h"
#include "microscope/contrast.h"

struct atw_microscope {
    struct atw_haadf_contrast contrast;
    double blur_sigma_m;      /* Gaussian, in the detector plane; 0 = none */
    double damping_length_nm; /* mean free path in the core metal; 0 = no damping */
    double counts_per_nm;     /* detector counts per nm of core metal */
    double background_counts; /* added to every pixel */
    int shot_noise;           /* 0: expected counts; 1: Poisson counts */
    double pixel_m;
    size_t n_u, n_v;
    size_t elements_per_pixel; /* in each direction, for bodies; 0: as many as it takes */
};

/* Relative HAADF intensity per voxel (core metal = 1):
 *
 *   m [ (1-c) core + c shell ] + s silica
 *
 * metal m, composition c (fraction of the metal that is shell metal) and silica s, all in
 * [0, 1], on one grid; silica may be NULL. *out belongs to the caller.
 * ATW_EINVAL if the grids differ or a contrast is negative or not finite; ATW_ENOMEM. */
enum atw_status atw_microscope_intensity(struct atw_field **out,
                                         const struct atw_field *metal,
                                         const struct atw_field *composition,
                                         const struct atw_field *silica,
                                         const struct atw_haadf_contrast *contrast,
                                         struct atw_error *err) ATW_MUST_CHECK;

/* What damping leaves of a signal: (1 - exp(-tau)) / tau, 1 at tau = 0. With a signal
 * proportional to the attenuation this is b = I_0 (1 - exp(-sum t_i / L_i)). */
double atw_damping_factor(double tau);

/* Undo the damping of counts, background subtracted, in place: b becomes
 * -S ln(1 - b/S), S = counts_per_nm * damping length the counts behind an opaque object.
 * Noise takes b beyond what any thickness gives: what exceeds 0.95 S is set to that.
 * Noise grows by 1 / (1 - b/S). ATW_EINVAL unless S is positive and finite. */
enum atw_status atw_microscope_undamp(struct atw_tilt_series *series,
                                      double saturation_counts,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* The detector can be used: ATW_EINVAL for no tilts, an empty detector, a pixel that is
 * not positive, a blur or damping that is negative, or anything not finite. */
enum atw_status atw_microscope_check_detector(const struct atw_microscope *microscope,
                                              const double *tilt_rad,
                                              size_t n_tilt,
                                              struct atw_error *err) ATW_MUST_CHECK;

/* Noise-free signal of an intensity volume on the detector, core metal * nm: projected on
 * a finer detector across the tilt axis, blurred, averaged over the pixels; the volume's
 * slices are the finer detector along the axis. Voxels may be of any size; volume and
 * detector are centred on each other. What falls off the detector is lost, otherwise
 * sum(signal) pixel^2 = sum(intensity) voxel^3 (nm).
 *
 * With damping a line integral s becomes L (1 - exp(-s/L)), L the damping length: every
 * material attenuates as it scatters.
 *
 * blur_sigma_m is the blur of the true object: what averaging over voxels and drawing
 * them as cubes blurs already, voxel^2/6 in variance, is taken off (docs/microscope.md).
 *
 * *out [n_tilt][n_v][n_u] belongs to the caller. The gain, background and noise of the
 * microscope are not used. ATW_EINVAL (pixel, counts, blur, no views, angle not finite),
 * ATW_ENOMEM. Cost: the projection, plus about (12 sigma + pixel)/voxel multiply-adds per
 * pixel and axis. Holds n_tilt n_y n_u (pixel/fine pixel) floats besides its output. */
enum atw_status atw_microscope_signal(struct atw_tilt_series **out,
                                      const struct atw_field *intensity,
                                      const struct atw_microscope *microscope,
                                      const double *tilt_rad,
                                      size_t n_tilt,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Turn a signal into counts in place: counts_per_nm * signal + background, then Poisson
 * counts if shot_noise is set. The stream of view i is key with item += i, so a view's
 * noise depends neither on the other views nor on threads. key may be NULL without shot
 * noise.
 *
 * ATW_EINVAL if the gain is not positive, the background negative, or a pixel expects
 * less than 0 or more than 2^24 counts (the largest a float counts exactly); the series
 * is then untouched. */
enum atw_status atw_microscope_expose(struct atw_tilt_series *series,
                                      const struct atw_microscope *microscope,
                                      const struct atw_random_key *key,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* counts_per_nm that puts the brightest pixel of a signal (background excluded) at
 * peak_counts. ATW_EINVAL if peak_counts or the brightest pixel is not positive. */
enum atw_status atw_microscope_counts_per_nm(const struct atw_tilt_series *signal,
                                             double peak_counts,
                                             double *counts_per_nm,
                                             struct atw_error *err) ATW_MUST_CHECK;

/* count standard normal deviates, for atw_microscope_expose_smooth(). Drawn in chunks of
 * fixed size, chunk i from the stream key with item += i: the first n of a longer list
 * are the list of length n. ATW_ENOMEM. */
enum atw_status atw_microscope_normal_deviates(float *z,
                                               size_t count,
                                               const struct atw_random_key *key,
                                               struct atw_error *err) ATW_MUST_CHECK;

/* As atw_microscope_expose(), but a smooth function of the signal for fixed deviates z
 * [pixel count], so that an equation with noise in it can be solved for a parameter:
 *
 *   y = max(0, mu + z sqrt(mu) + (z^2 - 1)/6),   mu = counts_per_nm * signal + background
 *
 * the Cornish-Fisher expansion of the Poisson law. Not whole numbers. Before clipping the
 * mean is mu, the variance mu + 1/18 and the third central moment mu + 1/27 (Poisson: mu,
 * mu, mu). Clipping raises the mean by 0.001 counts at mu = 5, 0.018 at 2 and 0.043 at 1,
 * where it meets 0.3, 5.5 and 16 % of the pixels, and the slope there is lost: use it for
 * mu >= 5, or where dimmer pixels matter little.
 * shot_noise = 0: z is not used and may be NULL. Errors as above. */
enum atw_status atw_microscope_expose_smooth(struct atw_tilt_series *series,
                                             const struct atw_microscope *microscope,
                                             const float *z,
                                             struct atw_error *err) ATW_MUST_CHECK;

#endif
