/* Initial-value problems by CVODE: the only place that knows SUNDIALS.
 *
 * dy/dt = f(t, y), variable-order BDF or Adams, Newton with a preconditioned Krylov
 * solver and a matrix-free Jacobian. */
#ifndef ATW_CORE_ODE_H
#define ATW_CORE_ODE_H

#include <stddef.h>

#include "core/status.h"

/* Right-hand side; y and dy_dt are [count]. Return 0, a positive value for a recoverable
 * failure (smaller step), or a negative one to give up. */
typedef int (*atw_ode_rhs_fn)(double t, const double *y, double *dy_dt, void *context);

/* jv = (df/dy)(t, y) v. */
typedef int (*atw_ode_jacobian_times_fn)(
    double t, const double *y, const double *v, double *jv, void *context);

/* Solve (I - gamma J) z = r approximately. */
typedef int (*atw_ode_precondition_fn)(
    double t, const double *y, double gamma, const double *r, double *z, void *context);

struct atw_ode_problem {
    size_t count;
    atw_ode_rhs_fn rhs;
    atw_ode_jacobian_times_fn jacobian_times; /* NULL: difference quotient */
    atw_ode_precondition_fn precondition;     /* NULL: none */
    /* Linear invariant sum_i weight_i y_i kept to rounding by projection after each step;
     * NULL: none. */
    const double *invariant_weight;
    void *context;
};

struct atw_ode_options {
    double relative_tolerance;
    double absolute_tolerance;
    size_t max_steps; /* per call of atw_ode_advance */
};

struct atw_ode_statistics {
    size_t steps, rhs_calls, jacobian_times_calls, krylov_iterations;
};

struct atw_ode; /* opaque */

#define ATW_ODE_DEFAULTS                                                                 \
    (struct atw_ode_options)                                                             \
    {                                                                                    \
        .relative_tolerance = 1e-6, .absolute_tolerance = 1e-8, .max_steps = 100000      \
    }

/* problem is copied; the arrays it points to are borrowed. ATW_EINVAL, ATW_ENOMEM. */
enum atw_status atw_ode_create(struct atw_ode **out,
                               const struct atw_ode_problem *problem,
                               const struct atw_ode_options *options,
                               struct atw_error *err) ATW_MUST_CHECK;
void atw_ode_destroy(struct atw_ode *ode);

/* (Re)start at t with the state y [count]. */
enum atw_status atw_ode_start(struct atw_ode *ode,
                              double t,
                              const double *y,
                              struct atw_error *err) ATW_MUST_CHECK;

/* Integrate to t_end and interpolate the state there into y [count].
 * ATW_EDIVERGED names the time reached; y is then untouched. */
enum atw_status atw_ode_advance(struct atw_ode *ode,
                                double t_end,
                                double *y,
                                struct atw_error *err) ATW_MUST_CHECK;

struct atw_ode_statistics atw_ode_statistics(const struct atw_ode *ode);

#endif
