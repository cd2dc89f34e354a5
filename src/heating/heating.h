/* Heating step: exponential ramp to a plateau, dwell, exponential quench.
 *
 *   T(t) = T_rest + (T_plateau - T_rest)(1 - exp(-t/tau))          0 <= t <= dwell
 *   T(t) = T_rest + (T(dwell) - T_rest) exp(-(t - dwell)/tau)      t > dwell
 *
 * The dwell is counted from the start of the ramp to the start of the quench. */
#ifndef ATW_HEATING_HEATING_H
#define ATW_HEATING_HEATING_H

#include "core/arrhenius_law.h"
#include "core/status.h"

struct atw_heating_step {
    double plateau_K; /* local temperature the particle settles at */
    double rest_K;    /* before and after, where images are taken */
    double dwell_s;
    double time_constant_s; /* 0: ideal square pulse */
};

/* Local temperature at time t_s >= 0 from the start of the ramp. With a time constant of
 * 0 the plateau holds from 0 to the dwell, both included. */
double atw_heating_temperature_K(const struct atw_heating_step *step, double t_s);

/* S = integral of D(T(t)) dt over ramp, dwell and quench, m2, to 1e-10 relative:
 *
 *   S = int_0^dwell D(T) dt + int_dwell^inf (D(T) - D(T_rest)) dt
 *
 * The quench counts what exceeds the diffusion at rest, which would go on for ever and is
 * no part of the step (at 25 degC it is nothing: D falls by 20 orders of magnitude from
 * 400 degC). Any ratio of dwell to time constant; 0 for a dwell of 0, D * dwell for a
 * time constant of 0. *S_m2 is untouched on failure. ATW_EINVAL for a negative dwell or
 * time constant, a temperature that is not positive, a plateau below rest, D0 not
 * positive, Q negative, or any of them not finite. Cost: some thousand exponentials. */
enum atw_status atw_heating_diffusion_integral(const struct atw_heating_step *step,
                                               const struct atw_arrhenius_law *law,
                                               double *S_m2,
                                               struct atw_error *err) ATW_MUST_CHECK;

/* The same integral up to time t_s >= 0 from the start of the ramp; with an infinite t_s
 * all of it. */
enum atw_status atw_heating_integral_until(const struct atw_heating_step *step,
                                           const struct atw_arrhenius_law *law,
                                           double t_s,
                                           double *S_m2,
                                           struct atw_error *err) ATW_MUST_CHECK;

/* Time from the start of the ramp after which a step leaves no trace: the temperature
 * differs from rest by 4e-18 of the rise. */
double atw_heating_duration_s(const struct atw_heating_step *step);

#endif
