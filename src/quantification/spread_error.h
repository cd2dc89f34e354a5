/* How uncertain a spread is, from the noise of the tilt series.
 *
 * Slices across the tilt axis are reconstructed from different rows of the detector, so
 * their noise is independent. One reconstruction with noise added thus holds as many
 * samples of what noise does to the spread as there are slices, and the variances of the
 * slices add up. A bootstrap whose blocks are slices: of noise, never of the particle,
 * whose slices differ for other reasons. Methods that couple slices break the
 * independence. See docs/quantification.md. */
#ifndef ATW_QUANTIFICATION_SPREAD_ERROR_H
#define ATW_QUANTIFICATION_SPREAD_ERROR_H

#include "quantification/alloying.h"

/* Standard deviation of the squared spread s^2 of a noisy volume.
 *
 * noise_a, noise_b: volume reconstructed from the series with further noise of the size
 * it has already, less `volume`; two independent draws. With L the linear response of s^2
 * in a slice and N the same for the noise alone, to itself:
 *
 *   variance = sum (L_a^2 + L_b^2) / 2 - sum N^2 / 2
 *
 * The second term is there because s^2 is quadratic in the noise: its slope at a noisy
 * volume exaggerates the part of the variance that is due to noise alone twofold.
 *
 * ATW_EINVAL as atw_intensity_spread(), for each of the three. Relative error about
 * 1 / sqrt(4 slices) where the particle outweighs the noise. */
enum atw_status atw_squared_spread_std(double *std,
                                       const struct atw_field *volume,
                                       const struct atw_field *noise_a,
                                       const struct atw_field *noise_b,
                                       const struct atw_mask *mask,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* The same of volumes whose noise can be drawn afresh: two reconstructions of one
 * particle with independent noise. Relative error about 1 / sqrt(2 slices). */
enum atw_status atw_squared_spread_std_of_pair(double *std,
                                               const struct atw_field *volume_a,
                                               const struct atw_field *volume_b,
                                               const struct atw_mask *mask,
                                               struct atw_error *err) ATW_MUST_CHECK;

/* Standard deviations of s^2, s_0^2 and s_inf^2; independent of each other. */
struct atw_alloying_deviations {
    double squared_spread, squared_unalloyed, squared_alloyed;
};

/* Standard deviation of atw_variance_left(): linear. */
double atw_variance_left_std(double spread,
                             const struct atw_alloying_reference *reference,
                             const struct atw_alloying_deviations *deviations);

/* Standard deviation of atw_alloying_degree(). In quadrature the slope has no limit as
 * s comes near s_inf: half the distance between the degrees one deviation of
 * atw_variance_left() to either side, each at most 1; beyond s_inf as at s_inf. */
double atw_alloying_degree_std(double spread,
                               const struct atw_alloying_reference *reference,
                               const struct atw_alloying_deviations *deviations,
                               enum atw_alloying_measure measure);

#endif
