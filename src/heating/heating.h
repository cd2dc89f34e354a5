/* Heating step: exponential ramp to a plateau, dwell, exponential quench.
 *
 *   T(t) = T_rest + (T_plateau - T_rest)(1 - exp(-t/tau))          0 <= t <= dwell
 *   T(t) = T_rest + (T(dwell) - T_rest) exp(-(t - dwell)/tau)      t > dwell
 *
 * The dwell is counted from the start of the ramp to the start of the quench. */
#ifndef ATW_HEATING_HEATING_H
#define ATW_HEATING_HEATING_H

#include "core/status.h"

struct atw_heating_step {
    double plateau_K; /* local temperature the particle settles at */
    double rest_K;    /* before and after, where images are taken */
    double dwell_s;
    double time_constant_s; /* 0: ideal square pulse */
};

struct atw_arrhenius_law {
    double D0_m2_per_s;
    double Q_J_per_mol;
};

/* D(T) = D0 exp(-Q / (R T)). */
double atw_arrhenius_diffusivity(const struct atw_arrhenius_law *law, double T_K);

/* Local temperature at time t_s >= 0 from the start of the ramp. */
double atw_heating_temperature_K(const struct atw_heating_step *step, double t_s);

/* S = integral of D(T(t)) dt over ramp, dwell and quench, m2, to 1e-10 relative.
 * ATW_EINVAL for a negative dwell, a non-positive temperature, D0 or Q out of range. */
enum atw_status atw_heating_diffusion_integral(const struct atw_heating_step *step,
                                               const struct atw_arrhenius_law *law,
                                               double *S_m2,
                                               struct atw_error *err) ATW_MUST_CHECK;

#endif
