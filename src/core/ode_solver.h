/* Linear solvers for CVODE's Newton iteration. Private to core/ode*. */
#ifndef ATW_CORE_ODE_SOLVER_H
#define ATW_CORE_ODE_SOLVER_H

#include <sundials/sundials_linearsolver.h>

#include "core/ode.h"

/* What the solver of the problem's own needs to know of the integration. */
struct atw_ode_solver_link {
    const struct atw_ode_problem *problem;
    void *cvode;
    size_t calls;
};

/* A solver that hands (I - gamma J) z = r to problem->solve. `link` is borrowed. NULL
 * when out of memory. Free with SUNLinSolFree(). */
SUNLinearSolver atw_ode_own_solver(struct atw_ode_solver_link *link, SUNContext context);

#endif
