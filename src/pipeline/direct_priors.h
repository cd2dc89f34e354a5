/* What is known of the parameters of the direct fit beforehand: wide, they keep the fit
 * from running away along what the counts say nothing about. Chosen. */
#ifndef ATW_PIPELINE_DIRECT_PRIORS_H
#define ATW_PIPELINE_DIRECT_PRIORS_H

#include <math.h>

#include "pipeline/direct_internal.h"

static inline double atw_direct_global_prior_std(size_t i)
{
    static const double std[ATW_DIRECT_GLOBALS] = {
        [ATW_DIRECT_CORE_DIAMETER] = 20.0,  [ATW_DIRECT_CORE_LENGTH] = 40.0,
        [ATW_DIRECT_SHELL_SIDE] = 10.0,     [ATW_DIRECT_SHELL_TIP] = 10.0,
        [ATW_DIRECT_AZIMUTH] = 0.5,         [ATW_DIRECT_ELEVATION] = 0.2,
        [ATW_DIRECT_LN_CONTRAST] = 0.2,     [ATW_DIRECT_SILICA] = 10.0,
        [ATW_DIRECT_SILICA_CONTRAST] = 0.2, [ATW_DIRECT_LN_DAMPING] = 0.3};

    return std[i];
}

/* Of ln S. */
#define ATW_DIRECT_LN_S_PRIOR_STD 4.0

static inline double atw_direct_series_prior_std(size_t i, double prior)
{
    if (i == ATW_DIRECT_LN_SCALE)
        return 0.3;
    if (i == ATW_DIRECT_BACKGROUND)
        return 5.0 + fabs(prior);
    return 1.0; /* nm2 */
}

static inline double atw_direct_view_prior_std(size_t i, double tilt_error_rad)
{
    return i == ATW_DIRECT_TILT ? fmax(tilt_error_rad, 1e-6) : 5.0; /* nm */
}

#endif
