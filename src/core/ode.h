/* Initial-value problems by CVODE: the only place that knows SUNDIALS.
 *
 * dy/dt = f(t, y), variable-order, variable-step BDF; Newton with a preconditioned Krylov
 * solver (GMRES) and a matrix-free Jacobian, or with a linear solver of the problem's
 * own. An integrator holds all its state: threads may each own one. Source: Hindmarsh et
 * al., "SUNDIALS", ACM Trans. Math. Softw. 31 (2005) 363. */
#ifndef ATW_CORE_ODE_H
#define ATW_CORE_ODE_H

#include <stddef.h>

#include "core/status.h"

/* Right-hand side; y and dy_dt are [count]. Return 0, a positive value for a recoverable
 * failure (smaller step), or a negative one to give up. The other callbacks return the
 * same. */
typedef int (*atw_ode_rhs_fn)(double t, const double *y, double *dy_dt, void *context);

/* jv = (df/dy)(t, y) v. */
typedef int (*atw_ode_jacobian_times_fn)(
    double t, const double *y, const double *v, double *jv, void *context);

/* Solve (I - gamma J) z = r approximately. */
typedef int (*atw_ode_precondition_fn)(
    double t, const double *y, double gamma, const double *r, double *z, void *context);

/* Solve (I - gamma J) z = r until the residual is at most `reduction` times r in the
 * Euclidean norm (0 < reduction < 1). */
typedef int (*atw_ode_solve_fn)(double t,
                                const double *y,
                                double gamma,
                                double reduction,
                                const double *r,
                                double *z,
                                void *context);

struct atw_ode_problem {
    size_t count;
    atw_ode_rhs_fn rhs;
    atw_ode_jacobian_times_fn jacobian_times; /* NULL: difference quotient */
    atw_ode_precondition_fn precondition;     /* NULL: none */
    /* NULL: Krylov. Otherwise used instead of it, and jacobian_times and precondition are
     * never called; reaches its best where the spectrum of J is known in advance. */
    atw_ode_solve_fn solve;
    /* Linear invariant sum_i weight_i y_i kept to rounding by projection (the nearest
     * state in the Euclidean norm) after each step and at each output; NULL: none. */
    const double *invariant_weight;
    void *context;
};

enum atw_ode_norm {
    ATW_ODE_NORM_RMS, /* CVODE's own */
    ATW_ODE_NORM_MAX  /* for errors that sit in few unknowns */
};

/* The local error of each step is kept below 1 in the root mean square or the maximum of
 * error_i / (relative_tolerance |y_i| + absolute_tolerance); the error of the result is
 * usually a small multiple of that. One of the two may be zero. */
struct atw_ode_options {
    double relative_tolerance;
    double absolute_tolerance;
    size_t max_steps; /* per call of atw_ode_advance */
    enum atw_ode_norm norm;
};

/* Since creation. */
struct atw_ode_statistics {
    size_t steps, rhs_calls, jacobian_times_calls, krylov_iterations;
    size_t newton_iterations;
    size_t solves; /* calls of atw_ode_problem.solve */
    size_t error_test_failures, convergence_failures;
};

struct atw_ode; /* opaque */

#define ATW_ODE_DEFAULTS                                                                 \
    (struct atw_ode_options)                                                             \
    {                                                                                    \
        .relative_tolerance = 1e-6, .absolute_tolerance = 1e-8, .max_steps = 100000      \
    }

/* problem is copied; the arrays it points to are borrowed; options NULL: defaults.
 * ATW_EINVAL for no unknowns, no right-hand side, a tolerance that is negative or not
 * finite, both zero, no steps, or an invariant without weight; ATW_ENOMEM. */
enum atw_status atw_ode_create(struct atw_ode **out,
                               const struct atw_ode_problem *problem,
                               const struct atw_ode_options *options,
                               struct atw_error *err) ATW_MUST_CHECK;
void atw_ode_destroy(struct atw_ode *ode);

/* (Re)start at t with the state y [count]. ATW_EINVAL if either is not finite. */
enum atw_status atw_ode_start(struct atw_ode *ode,
                              double t,
                              const double *y,
                              struct atw_error *err) ATW_MUST_CHECK;

/* Integrate to t_end and interpolate the state there into y [count]. Steps may run past
 * t_end; times that are asked for in rising order cost no extra steps. At the time of the
 * start or of the last output that state is returned as it was.
 * ATW_EINVAL if t_end lies before the last output or nothing was started. ATW_EDIVERGED
 * names the time reached and the reason; y is then untouched and the integrator waits for
 * the next start. */
enum atw_status atw_ode_advance(struct atw_ode *ode,
                                double t_end,
                                double *y,
                                struct atw_error *err) ATW_MUST_CHECK;

/* The time of the last output, or after ATW_EDIVERGED the time reached. */
double atw_ode_time(const struct atw_ode *ode);

struct atw_ode_statistics atw_ode_statistics(const struct atw_ode *ode);

#endif
