/* What CVODE calls, and how an integrator is set up. */
#include <math.h>
#include <stdio.h>

#include <cvode/cvode.h>
#include <cvode/cvode_proj.h>
#include <sunlinsol/sunlinsol_spgmr.h>

#include "core/ode_internal.h"
#include "core/ode_kernels.h"
#include "core/ode_vector.h"

static int rhs(double t, N_Vector y, N_Vector dy_dt, void *user)
{
    const struct atw_ode *ode = user;

    return ode->problem.rhs(t, atw_ode_vector_data(y), atw_ode_vector_data(dy_dt),
                            ode->problem.context);
}

static int jacobian_times(
    N_Vector v, N_Vector jv, double t, N_Vector y, N_Vector fy, void *user, N_Vector work)
{
    const struct atw_ode *ode = user;

    (void)fy;
    (void)work;
    return ode->problem.jacobian_times(t, atw_ode_vector_data(y), atw_ode_vector_data(v),
                                       atw_ode_vector_data(jv), ode->problem.context);
}

static int precondition(double t,
                        N_Vector y,
                        N_Vector fy,
                        N_Vector r,
                        N_Vector z,
                        double gamma,
                        double delta,
                        int side,
                        void *user)
{
    const struct atw_ode *ode = user;

    (void)fy;
    (void)delta;
    (void)side;
    return ode->problem.precondition(t, atw_ode_vector_data(y), gamma,
                                     atw_ode_vector_data(r), atw_ode_vector_data(z),
                                     ode->problem.context);
}

/* With rtol = 0 the weights are constant; CVODE's own routine makes four passes. */
static int error_weights(N_Vector y, N_Vector weight, void *user)
{
    const struct atw_ode *ode = user;
    const double *value = atw_ode_vector_data(y);
    double *w = atw_ode_vector_data(weight);
    double relative = ode->options.relative_tolerance;
    double absolute = ode->options.absolute_tolerance, least = INFINITY;

    for (size_t i = 0; i < ode->problem.count; i++) {
        double scale = relative * fabs(value[i]) + absolute;

        least = scale < least ? scale : least;
        w[i] = 1.0 / scale;
    }
    return least > 0.0 ? 0 : -1;
}

double atw_ode_excess(const struct atw_ode *ode, const double *y)
{
    return (atw_ode_dot(ode->problem.count, ode->problem.invariant_weight, y) -
            ode->invariant) /
           ode->invariant_norm2;
}

static int
project(double t, N_Vector y, N_Vector correction, double eps, N_Vector error, void *user)
{
    const struct atw_ode *ode = user;
    const double *w = ode->problem.invariant_weight;
    size_t count = ode->problem.count;

    (void)t;
    (void)eps;
    atw_ode_scale(count, -atw_ode_excess(ode, atw_ode_vector_data(y)), w,
                  atw_ode_vector_data(correction));
    if (error) {
        double *e = atw_ode_vector_data(error);

        atw_ode_linear_sum(count, -atw_ode_dot(count, w, e) / ode->invariant_norm2, w,
                           1.0, e, e);
    }
    return 0;
}

/* CVODE would write to stderr; warnings (positive codes) are not worth keeping. */
static void keep_message(
    int code, const char *module, const char *function, char *message, void *user)
{
    struct atw_ode *ode = user;

    (void)module;
    (void)function;
    if (code < 0)
        snprintf(ode->message, sizeof ode->message, "%s", message);
}

static int attach_solver(struct atw_ode *ode)
{
    const struct atw_ode_problem *problem = &ode->problem;
    int flag;

    ode->link = (struct atw_ode_solver_link){.problem = problem, .cvode = ode->cvode};
    ode->solver = problem->solve ? atw_ode_own_solver(&ode->link, ode->context)
                                 : SUNLinSol_SPGMR(ode->state,
                                                   problem->precondition ? SUN_PREC_LEFT
                                                                         : SUN_PREC_NONE,
                                                   0, ode->context);
    if (!ode->solver)
        return CV_MEM_FAIL;
    flag = CVodeSetLinearSolver(ode->cvode, ode->solver, NULL);
    if (flag == CV_SUCCESS && problem->jacobian_times && !problem->solve)
        flag = CVodeSetJacTimes(ode->cvode, NULL, jacobian_times);
    if (flag == CV_SUCCESS && problem->precondition && !problem->solve)
        flag = CVodeSetPreconditioner(ode->cvode, NULL, precondition);
    return flag;
}

int atw_ode_set_up(struct atw_ode *ode)
{
    int flag = CVodeSetErrHandlerFn(ode->cvode, keep_message, ode);

    if (flag == CV_SUCCESS)
        flag = CVodeInit(ode->cvode, rhs, 0.0, ode->state);
    if (flag == CV_SUCCESS)
        flag = CVodeSetUserData(ode->cvode, ode);
    if (flag == CV_SUCCESS)
        flag = CVodeWFtolerances(ode->cvode, error_weights);
    if (flag == CV_SUCCESS)
        flag = CVodeSetMaxNumSteps(ode->cvode, (long)ode->options.max_steps);
    if (flag == CV_SUCCESS)
        flag = attach_solver(ode);
    if (flag == CV_SUCCESS && ode->problem.invariant_weight) {
        flag = CVodeSetProjFn(ode->cvode, project);
        if (flag == CV_SUCCESS)
            flag = CVodeSetProjFrequency(ode->cvode, 1);
    }
    return flag;
}
