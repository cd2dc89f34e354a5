/* Two Gaussians in a histogram: the pure phases of a core-shell particle, and how far
 * they have come together. */
#ifndef ATW_QUANTIFICATION_TWO_GAUSSIANS_H
#define ATW_QUANTIFICATION_TWO_GAUSSIANS_H

#include "quantification/composition.h"

struct atw_two_gaussians {
    double share[2], mean[2], std[2]; /* mean[0] <= mean[1]; shares sum to 1 */
    double misfit; /* rms of density less fit, over the greatest density */
};

/* Least squares of sqrt(density), whose noise is the same in all bins, by GSL's
 * Levenberg-Marquardt from the two halves that Otsu's criterion separates best.
 *
 * A mixed particle has one peak: the means then lie within a standard deviation or two of
 * each other and mean nothing by themselves. ATW_EINVAL: fewer than 8 bins, or all in one
 * bin; ATW_EDIVERGED: no minimum found; ATW_ENOMEM. Some ms for 100 bins. */
enum atw_status atw_two_gaussians_fit(struct atw_two_gaussians *fit,
                                      const struct atw_histogram *histogram,
                                      struct atw_error *err) ATW_MUST_CHECK;

#endif
