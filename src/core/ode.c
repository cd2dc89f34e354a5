/* Initial-value problems by CVODE: the only place that knows SUNDIALS. */
#include "core/ode.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cvode/cvode.h>

#include "core/ode_internal.h"
#include "core/ode_kernels.h"
#include "core/ode_vector.h"

/* ---- life ----------------------------------------------------------------- */

static enum atw_status check_tolerances(const struct atw_ode_options *options,
                                        struct atw_error *err)
{
    double relative = options->relative_tolerance, absolute = options->absolute_tolerance;

    if (!(relative >= 0.0 && relative < 1.0))
        return atw_error_set(err, ATW_EINVAL,
                             "ode: relative_tolerance %g must lie in [0, 1)", relative);
    if (!(absolute >= 0.0) || !isfinite(absolute))
        return atw_error_set(err, ATW_EINVAL,
                             "ode: absolute_tolerance %g must be finite and not negative",
                             absolute);
    if (relative == 0.0 && absolute == 0.0)
        return atw_error_set(err, ATW_EINVAL,
                             "ode: both tolerances are zero; one must be positive");
    if (options->max_steps == 0 || options->max_steps > LONG_MAX)
        return atw_error_set(err, ATW_EINVAL, "ode: max_steps %zu must lie in 1 .. %ld",
                             options->max_steps, LONG_MAX);
    return ATW_OK;
}

static enum atw_status check_problem(const struct atw_ode_problem *problem,
                                     struct atw_error *err)
{
    const double *w = problem->invariant_weight;
    double norm2;

    if (problem->count == 0)
        return atw_error_set(err, ATW_EINVAL, "ode: count 0: there must be an unknown");
    if (!problem->rhs)
        return atw_error_set(err, ATW_EINVAL, "ode: no right-hand side");
    norm2 = w ? atw_ode_dot(problem->count, w, w) : 1.0;
    if (!(norm2 > 0.0) || !isfinite(norm2))
        return atw_error_set(err, ATW_EINVAL,
                             "ode: invariant_weight must be finite and not all zero "
                             "(its square sum is %g)",
                             norm2);
    return ATW_OK;
}

enum atw_status atw_ode_create(struct atw_ode **out,
                               const struct atw_ode_problem *problem,
                               const struct atw_ode_options *options,
                               struct atw_error *err)
{
    struct atw_ode *ode = NULL;
    const double *w = problem->invariant_weight;
    enum atw_status status = check_problem(problem, err);

    *out = NULL;
    if (status == ATW_OK && options)
        status = check_tolerances(options, err);
    if (status != ATW_OK)
        return status;
    ode = calloc(1, sizeof *ode);
    if (!ode)
        goto out_of_memory;
    ode->problem = *problem;
    ode->options = options ? *options : ATW_ODE_DEFAULTS;
    ode->invariant_norm2 = w ? atw_ode_dot(problem->count, w, w) : 1.0;
    if (SUNContext_Create(NULL, &ode->context) != 0)
        goto out_of_memory;
    ode->state = atw_ode_vector_create(problem->count, ode->options.norm, ode->context);
    ode->output = atw_ode_vector_create(problem->count, ode->options.norm, ode->context);
    ode->cvode = CVodeCreate(CV_BDF, ode->context);
    if (!ode->state || !ode->output || !ode->cvode || atw_ode_set_up(ode) != CV_SUCCESS)
        goto out_of_memory;
    *out = ode;
    return ATW_OK;
out_of_memory:
    status = atw_error_set(err, ATW_ENOMEM, "ode: no memory for %zu unknowns%s%s",
                           problem->count, ode && ode->message[0] ? ": " : "",
                           ode ? ode->message : "");
    atw_ode_destroy(ode);
    return status;
}

void atw_ode_destroy(struct atw_ode *ode)
{
    if (!ode)
        return;
    CVodeFree(&ode->cvode);
    SUNLinSolFree(ode->solver);
    N_VDestroy(ode->output);
    N_VDestroy(ode->state);
    SUNContext_Free(&ode->context);
    free(ode);
}

/* ---- integration ---------------------------------------------------------- */

static size_t first_not_finite(size_t count, const double *y)
{
    size_t i = 0;

    while (i < count && isfinite(y[i]))
        i++;
    return i;
}

enum atw_status
atw_ode_start(struct atw_ode *ode, double t, const double *y, struct atw_error *err)
{
    size_t count = ode->problem.count, bad = first_not_finite(count, y);

    if (!isfinite(t))
        return atw_error_set(err, ATW_EINVAL, "ode: start time %g must be finite", t);
    if (bad < count)
        return atw_error_set(err, ATW_EINVAL,
                             "ode: unknown %zu starts at %g; all must be finite", bad,
                             y[bad]);
    ode->finished = atw_ode_statistics(ode);
    ode->link.calls = 0;
    memcpy(atw_ode_vector_data(ode->state), y, count * sizeof *y);
    ode->message[0] = '\0';
    if (CVodeReInit(ode->cvode, t, ode->state) != CV_SUCCESS)
        return atw_error_set(err, ATW_EINTERNAL, "ode: cannot start: %s", ode->message);
    if (ode->problem.invariant_weight)
        ode->invariant = atw_ode_dot(count, ode->problem.invariant_weight, y);
    ode->t = t;
    ode->started = 1;
    return ATW_OK;
}

static const char *reason(int flag)
{
    switch (flag) {
    case CV_TOO_MUCH_WORK:
        return "the allowed number of steps is used up; raise max_steps or the tolerance";
    case CV_TOO_MUCH_ACC:
        return "more accuracy is asked for than double precision has; raise the "
               "tolerance";
    case CV_ERR_FAILURE:
        return "the error test fails even with the smallest step";
    case CV_CONV_FAILURE:
        return "Newton's iteration does not converge even with the smallest step";
    case CV_RHSFUNC_FAIL:
        return "the right-hand side gave up";
    case CV_FIRST_RHSFUNC_ERR:
    case CV_REPTD_RHSFUNC_ERR:
    case CV_UNREC_RHSFUNC_ERR:
        return "the right-hand side keeps failing";
    default:
        return "the integrator failed";
    }
}

static enum atw_status give_up(struct atw_ode *ode, int flag, struct atw_error *err)
{
    CVodeGetCurrentTime(ode->cvode, &ode->t);
    ode->started = 0;
    return atw_error_set(err, ATW_EDIVERGED, "ode: stopped at t = %.6g: %s%s%s%s", ode->t,
                         reason(flag), ode->message[0] ? " (" : "", ode->message,
                         ode->message[0] ? ")" : "");
}

/* Advance ode->state to t_end > ode->t. */
static enum atw_status run(struct atw_ode *ode, double t_end, struct atw_error *err)
{
    double *output = atw_ode_vector_data(ode->output);
    size_t count = ode->problem.count, bad;
    N_Vector swap = ode->state;
    double reached;
    int flag = CVode(ode->cvode, t_end, ode->output, &reached, CV_NORMAL);

    if (flag == CV_TOO_CLOSE) /* nothing changes within the rounding of t */
        return ATW_OK;
    if (flag < 0)
        return give_up(ode, flag, err);
    bad = first_not_finite(count, output);
    if (bad < count) {
        snprintf(ode->message, sizeof ode->message, "unknown %zu is %g", bad,
                 output[bad]);
        return give_up(ode, CV_UNRECOGNIZED_ERR, err);
    }
    if (ode->problem.invariant_weight)
        atw_ode_linear_sum(count, -atw_ode_excess(ode, output),
                           ode->problem.invariant_weight, 1.0, output, output);
    ode->state = ode->output;
    ode->output = swap;
    ode->t = t_end;
    return ATW_OK;
}

enum atw_status
atw_ode_advance(struct atw_ode *ode, double t_end, double *y, struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    if (!ode->started)
        return atw_error_set(err, ATW_EINVAL, "ode: advance without a start");
    if (!(t_end >= ode->t) || !isfinite(t_end))
        return atw_error_set(err, ATW_EINVAL,
                             "ode: end time %g must be finite and not before %g", t_end,
                             ode->t);
    if (t_end > ode->t)
        status = run(ode, t_end, err);
    if (status == ATW_OK)
        memcpy(y, atw_ode_vector_data(ode->state), ode->problem.count * sizeof *y);
    return status;
}

double atw_ode_time(const struct atw_ode *ode)
{
    return ode->t;
}

static struct atw_ode_statistics current(const struct atw_ode *ode)
{
    long steps = 0, rhs_calls = 0, own_rhs = 0, times = 0, krylov = 0, newton = 0;
    long error_failures = 0, convergence_failures = 0;

    CVodeGetNumSteps(ode->cvode, &steps);
    CVodeGetNumRhsEvals(ode->cvode, &rhs_calls);
    CVodeGetNumLinRhsEvals(ode->cvode, &own_rhs);
    CVodeGetNumJtimesEvals(ode->cvode, &times);
    CVodeGetNumLinIters(ode->cvode, &krylov);
    CVodeGetNumNonlinSolvIters(ode->cvode, &newton);
    CVodeGetNumErrTestFails(ode->cvode, &error_failures);
    CVodeGetNumStepSolveFails(ode->cvode, &convergence_failures);
    return (struct atw_ode_statistics){.steps = (size_t)steps,
                                       .rhs_calls = (size_t)(rhs_calls + own_rhs),
                                       .jacobian_times_calls = (size_t)times,
                                       .krylov_iterations = (size_t)krylov,
                                       .newton_iterations = (size_t)newton,
                                       .solves = ode->link.calls,
                                       .error_test_failures = (size_t)error_failures,
                                       .convergence_failures =
                                           (size_t)convergence_failures};
}

struct atw_ode_statistics atw_ode_statistics(const struct atw_ode *ode)
{
    struct atw_ode_statistics now = current(ode), sum = ode->finished;

    sum.steps += now.steps;
    sum.rhs_calls += now.rhs_calls;
    sum.jacobian_times_calls += now.jacobian_times_calls;
    sum.krylov_iterations += now.krylov_iterations;
    sum.newton_iterations += now.newton_iterations;
    sum.solves += now.solves;
    sum.error_test_failures += now.error_test_failures;
    sum.convergence_failures += now.convergence_failures;
    return sum;
}
