/* How dT goes with the set point. */
#include "inference/delta_T_model.h"

const char *atw_delta_T_model_name(enum atw_delta_T_model model)
{
    return model == ATW_DELTA_T_CONSTANT ? "constant" : "proportional";
}

double atw_delta_T_share(enum atw_delta_T_model model,
                         const double *nominal_K,
                         const double *dwell_s,
                         size_t n_steps,
                         double frame_K,
                         size_t i)
{
    double rise = 0.0, time_s = 0.0;

    if (model == ATW_DELTA_T_CONSTANT)
        return 1.0;
    for (size_t k = 0; k < n_steps; k++) {
        rise += dwell_s[k] * (nominal_K[k] - frame_K);
        time_s += dwell_s[k];
    }
    return (nominal_K[i] - frame_K) * time_s / rise;
}
