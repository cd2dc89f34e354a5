/* Linear solvers for CVODE's Newton iteration.
 *
 * SUNDIALS calls a solver "matrix embedded" when it knows the system by itself; ours asks
 * CVODE for gamma and the predicted state and passes them on. */
#include "core/ode_solver.h"

#include <math.h>

#include <cvode/cvode.h>

#include "core/ode_kernels.h"
#include "core/ode_vector.h"

static SUNLinearSolver_Type solver_type(SUNLinearSolver solver)
{
    (void)solver;
    return SUNLINEARSOLVER_MATRIX_EMBEDDED;
}

static int free_solver(SUNLinearSolver solver)
{
    if (solver)
        SUNLinSolFreeEmpty(solver);
    return SUNLS_SUCCESS;
}

/* Share of the residual that CVODE would accept. With all of it Newton's iteration often
 * needs a second solve and, near a steady state, errors at the level of the tolerance
 * shorten the steps: a fifth costs one application of the operator in five and saves
 * more. */
#define RESIDUAL_SHARE 0.2

/* tolerance is the norm of the residual that CVODE accepts. */
static double wanted_reduction(size_t count, const double *r, double tolerance)
{
    double norm = sqrt(atw_ode_dot(count, r, r));

    return norm > 0.0 ? fmin(fmax(RESIDUAL_SHARE * tolerance / norm, 1e-14), 0.5) : 0.5;
}

static int
solve(SUNLinearSolver solver, SUNMatrix A, N_Vector z, N_Vector r, double tolerance)
{
    struct atw_ode_solver_link *link = solver->content;
    const struct atw_ode_problem *problem = link->problem;
    N_Vector predicted, state, rate, history;
    double t, gamma, reduction, history_scale;
    void *user_data;
    int failed;

    (void)A;
    if (CVodeGetNonlinearSystemData(link->cvode, &t, &predicted, &state, &rate, &gamma,
                                    &history_scale, &history, &user_data) != CV_SUCCESS)
        return SUNLS_PACKAGE_FAIL_UNREC;
    reduction = wanted_reduction(problem->count, atw_ode_vector_data(r), tolerance);
    link->calls++;
    failed =
        problem->solve(t, atw_ode_vector_data(state), gamma, reduction,
                       atw_ode_vector_data(r), atw_ode_vector_data(z), problem->context);
    if (failed == 0)
        return SUNLS_SUCCESS;
    return failed > 0 ? SUNLS_PACKAGE_FAIL_REC : SUNLS_PACKAGE_FAIL_UNREC;
}

SUNLinearSolver atw_ode_own_solver(struct atw_ode_solver_link *link, SUNContext context)
{
    SUNLinearSolver solver = SUNLinSolNewEmpty(context);

    if (!solver)
        return NULL;
    solver->ops->gettype = solver_type;
    solver->ops->solve = solve;
    solver->ops->free = free_solver;
    solver->content = link;
    return solver;
}
