/* When to stop iterating: at a discrepancy, or when views that were held out say so. */
#ifndef ATW_TOMOGRAPHY_STOPPING_H
#define ATW_TOMOGRAPHY_STOPPING_H

#include "tomography/reconstruction.h"

struct atw_stopping {
    /* Relative misfit that the noise accounts for: the iteration that begins at or below
     * it is the last. 0: none. For Poisson counts about 1 / sqrt(mean count). */
    double discrepancy;
    /* Views hold_out / 2, hold_out / 2 + hold_out, ... are kept out, and what is best for
     * the misfit with them is done with all views. Of a method with a penalty whose
     * weight is not given, that is the weight, to a factor of two, at all iterations;
     * otherwise the number of iterations after which the misfit no longer falls. 0: none.
     */
    size_t hold_out;
};

/* As atw_reconstruct_with() and a projector of this geometry, with at most
 * options->iterations iterations. residual [options->iterations] as there, the first
 * *done of them written; *penalty is the weight of the penalty, 0 without one. Methods
 * that cannot go on from an image (os-em, cgls) start anew for every number of iterations
 * tried. ATW_EINVAL also for a rule with a one-step method, a discrepancy that is
 * negative or not finite, and hold_out that leaves no views on one side. */
enum atw_status atw_reconstruct_until(struct atw_field **out,
                                      double *residual,
                                      size_t *done,
                                      double *penalty,
                                      const struct atw_projection_geometry *geometry,
                                      const struct atw_tilt_series *series,
                                      const struct atw_reconstruction_method *method,
                                      const struct atw_reconstruction_options *options,
                                      const struct atw_stopping *stopping,
                                      struct atw_error *err) ATW_MUST_CHECK;

#endif
