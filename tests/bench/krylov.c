/* Krylov solvers of the comparison: conjugate gradients, and SUNDIALS' GMRES over this
 * toolkit's vectors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sunlinsol/sunlinsol_spgmr.h>

#include "bench/linear_solvers.h"
#include "core/ode_kernels.h"
#include "core/ode_vector.h"

#define LANES 8
#define ITERATIONS_AT_MOST 1000
#define BASIS 30

void linear_apply(struct linear_system *system, const double *x, double *y)
{
    struct atw_cells_sweep s = {.on_x = 1.0, .on_rate = -system->gamma};

    atw_cells_sweep(system->cells, &s, x, x, x, y);
    system->applications++;
}

static double norm(const struct linear_system *system, const double *x)
{
    return sqrt(atw_ode_weighted_squares(system->cells->count, x, system->root_capacity));
}

/* Sum of M_i x_i y_i. */
static double inner(const struct linear_system *system, const double *x, const double *y)
{
    const double *m = system->cells->capacity;
    double lane[LANES] = {0}, sum = 0.0;
    size_t i = 0;

    for (; i + LANES <= system->cells->count; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            lane[k] += m[i + k] * x[i + k] * y[i + k];
    for (; i < system->cells->count; i++)
        sum += m[i] * x[i] * y[i];
    for (size_t k = 0; k < LANES; k++)
        sum += lane[k];
    return sum;
}

double linear_residual(struct linear_system *system, const double *x)
{
    double *residual = system->work[0];

    linear_apply(system, x, residual);
    atw_ode_linear_sum(system->cells->count, 1.0, system->b, -1.0, residual, residual);
    return norm(system, residual) / norm(system, system->b);
}

/* x += alpha p, r -= alpha q; returns the sum of M_i r_i^2. */
static double advance(const struct linear_system *system,
                      double alpha,
                      const double *restrict p,
                      const double *restrict q,
                      double *restrict x,
                      double *restrict r)
{
    const double *m = system->cells->capacity;
    double lane[LANES] = {0}, sum = 0.0;
    size_t count = system->cells->count, i = 0;

    for (; i < count % LANES; i++) {
        x[i] += alpha * p[i];
        r[i] -= alpha * q[i];
        sum += m[i] * r[i] * r[i];
    }
    for (; i < count; i += LANES)
        for (size_t k = i; k < i + LANES; k++) {
            x[k] += alpha * p[k];
            r[k] -= alpha * q[k];
            lane[k - i] += m[k] * r[k] * r[k];
        }
    for (size_t k = 0; k < LANES; k++)
        sum += lane[k];
    return sum;
}

size_t linear_cg(struct linear_system *system, double reduction, double *x)
{
    double *r = system->work[0], *z = system->work[1], *p = system->work[2];
    double *q = system->work[3], square = pow(norm(system, system->b), 2.0);
    double wanted = reduction * reduction * square, rho, last_rho = 1.0;
    size_t count = system->cells->count;

    memset(x, 0, count * sizeof *x);
    memset(p, 0, count * sizeof *p);
    memcpy(r, system->b, count * sizeof *r);
    system->applications = 0;
    while (square > wanted && system->applications < ITERATIONS_AT_MOST) {
        const double *direction = linear_precondition(system, r, z);

        rho = direction == r ? square : inner(system, r, direction);
        atw_ode_linear_sum(count, 1.0, direction, rho / last_rho, p, p);
        linear_apply(system, p, q);
        square = advance(system, rho / inner(system, p, q), p, q, x, r);
        last_rho = rho;
    }
    return system->applications;
}

static int times(void *context, N_Vector v, N_Vector z)
{
    linear_apply(context, atw_ode_vector_data(v), atw_ode_vector_data(z));
    return 0;
}

static int precondition(void *context, N_Vector r, N_Vector z, realtype tolerance, int lr)
{
    (void)tolerance;
    (void)lr;
    linear_precondition(context, atw_ode_vector_data(r), atw_ode_vector_data(z));
    return 0;
}

struct linear_gmres {
    SUNContext context;
    N_Vector x, b, weight;
    SUNLinearSolver solver;
};

void linear_gmres_destroy(struct linear_gmres *gmres)
{
    if (!gmres)
        return;
    if (gmres->solver)
        SUNLinSolFree(gmres->solver);
    if (gmres->x)
        N_VDestroy(gmres->x);
    if (gmres->b)
        N_VDestroy(gmres->b);
    if (gmres->weight)
        N_VDestroy(gmres->weight);
    if (gmres->context)
        SUNContext_Free(&gmres->context);
    free(gmres);
}

static int fill(struct linear_gmres *gmres, struct linear_system *system)
{
    size_t count = system->cells->count;

    if (SUNContext_Create(NULL, &gmres->context) != 0)
        return 0;
    gmres->x = atw_ode_vector_create(count, ATW_ODE_NORM_RMS, gmres->context);
    gmres->b = atw_ode_vector_create(count, ATW_ODE_NORM_RMS, gmres->context);
    gmres->weight = atw_ode_vector_create(count, ATW_ODE_NORM_RMS, gmres->context);
    if (!gmres->x || !gmres->b || !gmres->weight)
        return 0;
    memcpy(atw_ode_vector_data(gmres->weight), system->root_capacity,
           count * sizeof(double));
    gmres->solver = SUNLinSol_SPGMR(gmres->x, SUN_PREC_RIGHT, BASIS, gmres->context);
    if (!gmres->solver)
        return 0;
    SUNLinSol_SPGMRSetMaxRestarts(gmres->solver, ITERATIONS_AT_MOST / BASIS);
    SUNLinSolSetATimes(gmres->solver, system, times);
    SUNLinSolSetPreconditioner(gmres->solver, system, NULL, precondition);
    SUNLinSolSetScalingVectors(gmres->solver, gmres->weight, gmres->weight);
    return SUNLinSolInitialize(gmres->solver) == SUNLS_SUCCESS;
}

static struct linear_gmres *create(struct linear_system *system)
{
    struct linear_gmres *gmres = calloc(1, sizeof *gmres);

    if (gmres && !fill(gmres, system)) {
        linear_gmres_destroy(gmres);
        return NULL;
    }
    return gmres;
}

/* What fails leaves x far from a solution, which the caller sees in its residual. */
size_t linear_gmres(struct linear_system *system, double reduction, double *x)
{
    size_t bytes = system->cells->count * sizeof *x;
    struct linear_gmres *gmres = system->gmres ? system->gmres : create(system);

    memset(x, 0, bytes);
    system->gmres = gmres;
    system->applications = 0;
    if (!gmres)
        return 0;
    memset(atw_ode_vector_data(gmres->x), 0, bytes);
    memcpy(atw_ode_vector_data(gmres->b), system->b, bytes);
    SUNLinSol_SPGMRSetPrecType(gmres->solver, system->preconditioner == LINEAR_NONE
                                                  ? SUN_PREC_NONE
                                                  : SUN_PREC_RIGHT);
    SUNLinSolSetZeroGuess(gmres->solver, SUNTRUE);
    SUNLinSolSolve(gmres->solver, NULL, gmres->x, gmres->b,
                   reduction * norm(system, system->b));
    memcpy(x, atw_ode_vector_data(gmres->x), bytes);
    return system->applications;
}
