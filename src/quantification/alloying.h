/* Degree of alloying from the spread of voxel intensities.
 *
 *   linear      A = (s_0 - s) / (s_0 - s_inf)
 *   quadrature  A = 1 - sqrt(max(s^2 - s_inf^2, 0) / (s_0^2 - s_inf^2))
 *
 * s is the standard deviation over the mean within an (eroded) mask; s_0 that of the
 * unalloyed particle, s_inf that of a fully alloyed one seen through the same instrument,
 * noise included. Noise adds in quadrature, hence the second form. */
#ifndef ATW_QUANTIFICATION_ALLOYING_H
#define ATW_QUANTIFICATION_ALLOYING_H

#include "quantification/segmentation.h"

enum atw_alloying_measure { ATW_ALLOYING_LINEAR, ATW_ALLOYING_QUADRATURE };

struct atw_alloying_reference {
    double spread_unalloyed; /* s_0 */
    double spread_alloyed;   /* s_inf */
};

/* std / mean of the voxels inside; population standard deviation, in two passes and
 * double precision. ATW_EINVAL for an empty mask, another grid or a mean that is not
 * positive and finite. */
enum atw_status atw_intensity_spread(double *spread,
                                     const struct atw_field *volume,
                                     const struct atw_mask *mask,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* ATW_EINVAL unless s_0 > s_inf >= 0 and the spread is finite and not negative. Not
 * clipped: noise may push it outside [0, 1]; the quadrature form ends at 1, where
 * s = s_inf. */
enum atw_status atw_alloying_degree(double *degree,
                                    double spread,
                                    const struct atw_alloying_reference *reference,
                                    enum atw_alloying_measure measure,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Share of the variance of the unheated particle that is left: q = (s^2 - s_inf^2) /
 * (s_0^2 - s_inf^2), so that A = 1 - sqrt(q) in quadrature. For fits: its error hardly
 * depends on how far alloying went, that of A grows without bound. Negative where noise
 * makes s less than s_inf. Errors as atw_alloying_degree(). */
enum atw_status atw_variance_left(double *variance_left,
                                  double spread,
                                  const struct atw_alloying_reference *reference,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
