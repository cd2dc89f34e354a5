/* How dT goes with the set point. */
#ifndef ATW_INFERENCE_DELTA_T_MODEL_H
#define ATW_INFERENCE_DELTA_T_MODEL_H

#include <stddef.h>

enum atw_delta_T_model {
    ATW_DELTA_T_CONSTANT,    /* the same at every set point, as published */
    ATW_DELTA_T_PROPORTIONAL /* to the rise above the frame, as on a chip */
};

/* "constant", "proportional" */
const char *atw_delta_T_model_name(enum atw_delta_T_model model);

/* g of step i, dT of that step over the dwell-weighted mean dT of all steps: 1, or the
 * rise of the set point above the frame over its dwell-weighted mean. nominal_K and
 * dwell_s [n_steps]; n_steps > i. */
double atw_delta_T_share(enum atw_delta_T_model model,
                         const double *nominal_K,
                         const double *dwell_s,
                         size_t n_steps,
                         double frame_K,
                         size_t i);

#endif
