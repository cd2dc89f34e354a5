/* What tilt series tell about S = integral of D dt of a particle's heating steps. */
#ifndef ATW_INFERENCE_LN_S_H
#define ATW_INFERENCE_LN_S_H

#include <stddef.h>

#include "inference/deviance.h"

enum { ATW_LN_S_MAX = 64 };

/* What was before heating: a rod fitted to the counts, or what the tomogram shows. */
enum atw_ln_S_start { ATW_LN_S_FROM_MODEL, ATW_LN_S_FROM_RECONSTRUCTION };

/* Maximum-likelihood values, everything else about particle and series unknown. */
struct atw_ln_S_measured {
    size_t n_steps;
    /* up to the end of the step, S in m2; NaN where there are no counts, the variance
     * then infinite */
    double ln_S[ATW_LN_S_MAX];
    double covariance[ATW_LN_S_MAX * ATW_LN_S_MAX]; /* [n_steps][n_steps] */
    struct atw_deviance deviance;                   /* of all counts of the particle */
    size_t n_parameters;                            /* that were fitted to them */
    enum atw_ln_S_start start;
};

#endif
