/* Nonlinear least squares by Levenberg-Marquardt, and what the minimum says about itself.
 *
 * GSL's trust-region solver with Moré scaling and QR; the covariance comes from a
 * singular value decomposition of the column-scaled Jacobian, which also tells how well
 * conditioned it is. */
#ifndef ATW_INFERENCE_LEAST_SQUARES_H
#define ATW_INFERENCE_LEAST_SQUARES_H

#include <stddef.h>

#include "core/status.h"

#define ATW_LEAST_SQUARES_PARAMETERS_MAX 17

struct atw_least_squares {
    void *context;
    size_t n_residuals, n_parameters; /* at most ATW_LEAST_SQUARES_PARAMETERS_MAX */
    /* residual [n_residuals]. Returns 0 for parameters outside the model. */
    int (*residuals)(void *context, const double *theta, double *residual);
    /* row i of the Jacobian, d residual_i / d theta [n_parameters], at parameters whose
     * residuals exist. */
    void (*jacobian_row)(void *context, const double *theta, size_t i, double *row);
    double rounding; /* size of the rounding error in the vector of residuals */
};

struct atw_least_squares_minimum {
    double theta[ATW_LEAST_SQUARES_PARAMETERS_MAX];
    double chi_square;
    /* largest |J_i . r| / (|J_i| |r|) over the columns J_i of the Jacobian, r being the
     * residuals: 0 at a minimum, and where J_i . r / |J_i| is but rounding */
    double gradient_cosine;
    /* (J'J)^-1, and what the column-scaled J says about it: infinite without full rank */
    double covariance[ATW_LEAST_SQUARES_PARAMETERS_MAX][ATW_LEAST_SQUARES_PARAMETERS_MAX];
    double condition_number;
};

/* From one starting point [n_parameters]; stops at a minimum or where no more progress is
 * possible, which gradient_cosine tells apart. ATW_ENOMEM. */
enum atw_status atw_least_squares_minimise(struct atw_least_squares_minimum *minimum,
                                           const struct atw_least_squares *problem,
                                           const double *start,
                                           struct atw_error *err) ATW_MUST_CHECK;

/* Chance of as large a chi^2 below which known deviations do not explain the misfit. */
#define ATW_MISFIT_LEVEL 0.01

/* chi^2 that chance exceeds with this probability; infinite without degrees of freedom.
 */
double atw_chi_square_limit(double level, size_t degrees_of_freedom);

#endif
