/* Checks of a detector, and what damping leaves of a signal. */
#include "microscope/microscope.h"

#include <math.h>

double atw_damping_factor(double tau)
{
    return fabs(tau) < 1e-6 ? 1.0 - 0.5 * tau : -expm1(-tau) / tau;
}

enum atw_status atw_microscope_check_detector(const struct atw_microscope *microscope,
                                              const double *tilt_rad,
                                              size_t n_tilt,
                                              struct atw_error *err)
{
    if (n_tilt == 0 || !tilt_rad)
        return atw_error_set(err, ATW_EINVAL, "microscope: no tilt angles");
    if (microscope->n_u == 0 || microscope->n_v == 0)
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: detector of %zu x %zu pixels: both counts must "
                             "be positive",
                             microscope->n_u, microscope->n_v);
    if (!(microscope->pixel_m > 0.0) || !isfinite(microscope->pixel_m))
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: pixel size %g m must be positive and finite",
                             microscope->pixel_m);
    if (!(microscope->blur_sigma_m >= 0.0) || !isfinite(microscope->blur_sigma_m))
        return atw_error_set(
            err, ATW_EINVAL,
            "microscope: blur of sigma %g m must be zero or positive and "
            "finite",
            microscope->blur_sigma_m);
    if (!(microscope->damping_length_nm >= 0.0) ||
        !isfinite(microscope->damping_length_nm))
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: damping length %g nm must be positive and "
                             "finite, or 0 for no damping",
                             microscope->damping_length_nm);
    return ATW_OK;
}
