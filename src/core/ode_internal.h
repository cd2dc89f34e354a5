/* The integrator's insides, shared by the files of core/ode*. */
#ifndef ATW_CORE_ODE_INTERNAL_H
#define ATW_CORE_ODE_INTERNAL_H

#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_nvector.h>

#include "core/ode.h"
#include "core/ode_solver.h"

struct atw_ode {
    struct atw_ode_problem problem;
    struct atw_ode_options options;
    SUNContext context;
    void *cvode;
    N_Vector state; /* at time `t`: the start or the last output */
    N_Vector output;
    SUNLinearSolver solver;
    struct atw_ode_solver_link link;
    struct atw_ode_statistics finished; /* of the integrations before the last start */
    int started;
    double t;
    double invariant, invariant_norm2; /* w.y at the start, w.w */
    char message[256];                 /* last words of SUNDIALS */
};

/* Give CVODE its callbacks, tolerances and solver; a CVODE flag. */
int atw_ode_set_up(struct atw_ode *ode);

/* The nearest state that keeps the invariant is y - excess w. */
double atw_ode_excess(const struct atw_ode *ode, const double *y);

#endif
