/* Fick diffusion in the default rod: wall time to one error, one thread.
 *
 * Rod 28 x 64 nm with a 22 x 58 nm core, 0.5 nm voxels, S = 6 nm2, greatest error of the
 * composition 1e-4 against the exponential of the same operator. Every method is given
 * the loosest setting that meets the error. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_spgmr.h>

#include "diffusion/cells.h"
#include "diffusion/diffusion.h"
#include "diffusion/expansion.h"
#include "diffusion/particle.h"

#define WANTED 1e-4
#define H_NM 0.5
#define S_NM2 6.0

struct rod {
    struct atw_field *metal;
    struct atw_cells *cells;
    double *start, *exact, *state, *work;
    size_t applications; /* of the operator, in the last run */
};

struct outcome {
    double time_s, error;
    size_t steps, applications;
};

static double now_s(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void fail(const char *text)
{
    fprintf(stderr, "bench_diffusion: %s\n", text);
    exit(EXIT_FAILURE);
}

static double error_of(const struct rod *rod, const double *state)
{
    double greatest = 0.0;

    for (size_t i = 0; i < rod->cells->count; i++)
        greatest = fmax(greatest, fabs(state[i] - rod->exact[i]));
    return greatest;
}

static void build_rod(struct rod *rod)
{
    static const double centred[3] = {0.0, 0.0, 0.0};
    struct atw_grid grid = {60, 132, 60, H_NM * 1e-9};
    struct atw_field *core, *composition;
    struct atw_error err = {0};
    size_t count;

    rod->metal = particle_fill(&grid, particle_rod, 14.0, centred, 8);
    core = particle_fill(&grid, particle_rod, 11.0, centred, 8);
    composition = particle_composition(rod->metal, core);
    if (atw_cells_create(&rod->cells, rod->metal, 1e-3, &err) != ATW_OK)
        fail(err.text);
    count = rod->cells->count;
    rod->start = malloc(4 * count * sizeof *rod->start);
    if (!rod->start)
        fail("out of memory");
    rod->exact = rod->start + count;
    rod->state = rod->exact + count;
    rod->work = rod->state + count;
    for (size_t i = 0; i < count; i++)
        rod->start[i] = (double)composition->value[rod->cells->voxel[i]];
    atw_field_destroy(composition);
    atw_field_destroy(core);
}

/* ---- methods: run at one setting ------------------------------------------ */

static struct outcome run_ours(struct rod *rod, double tolerance)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_diffusion_statistics statistics;
    struct atw_diffusion *diffusion = NULL;
    struct atw_error err = {0};
    double S = S_NM2 * 1e-18, begin;
    struct outcome outcome;

    options.tolerance = tolerance;
    if (atw_diffusion_create(&diffusion, rod->metal, &options, &err) != ATW_OK)
        fail(err.text);
    begin = now_s();
    if (atw_diffusion_states_at(diffusion, rod->start, &S, 1, rod->state, &err) != ATW_OK)
        fail(err.text);
    statistics = atw_diffusion_statistics(diffusion);
    outcome = (struct outcome){now_s() - begin, error_of(rod, rod->state),
                               statistics.steps, statistics.operator_applications};
    atw_diffusion_destroy(diffusion);
    return outcome;
}

static int stock_rhs(double t, N_Vector y, N_Vector dy_dt, void *user)
{
    struct rod *rod = user;

    (void)t;
    rod->applications++;
    atw_cells_rate(rod->cells, NV_DATA_S(y), NV_DATA_S(dy_dt));
    return 0;
}

static int stock_times(
    N_Vector v, N_Vector jv, double t, N_Vector y, N_Vector fy, void *user, N_Vector work)
{
    (void)y;
    (void)fy;
    (void)work;
    return stock_rhs(t, v, jv, user);
}

/* CVODE as distributed: its serial vector, its GMRES, its norm. */
static struct outcome run_stock(struct rod *rod, double tolerance)
{
    SUNContext context = NULL;
    size_t count = rod->cells->count;
    double begin = now_s(), reached;
    long steps = 0;
    struct outcome outcome;
    int flag = SUNContext_Create(NULL, &context);
    N_Vector y = N_VNew_Serial((sunindextype)count, context);
    SUNLinearSolver solver = SUNLinSol_SPGMR(y, SUN_PREC_NONE, 0, context);
    void *cvode = CVodeCreate(CV_BDF, context);

    memcpy(NV_DATA_S(y), rod->start, count * sizeof *rod->start);
    rod->applications = 0;
    flag |= CVodeInit(cvode, stock_rhs, 0.0, y);
    flag |= CVodeSStolerances(cvode, 0.0, tolerance);
    flag |= CVodeSetUserData(cvode, rod);
    flag |= CVodeSetLinearSolver(cvode, solver, NULL);
    flag |= CVodeSetJacTimes(cvode, NULL, stock_times);
    flag |= CVodeSetMaxNumSteps(cvode, 100000);
    flag |= CVode(cvode, S_NM2 / (H_NM * H_NM), y, &reached, CV_NORMAL);
    if (flag != 0)
        fail("CVODE failed");
    CVodeGetNumSteps(cvode, &steps);
    outcome = (struct outcome){now_s() - begin, error_of(rod, NV_DATA_S(y)),
                               (size_t)steps, rod->applications};
    CVodeFree(&cvode);
    SUNLinSolFree(solver);
    N_VDestroy(y);
    SUNContext_Free(&context);
    return outcome;
}

/* Explicit Euler, one fused sweep per step; `step` is in units of h^2. */
static struct outcome run_ftcs(struct rod *rod, double step)
{
    double end = S_NM2 / (H_NM * H_NM), begin = now_s(), *a = rod->state, *b = rod->work;
    size_t steps = (size_t)ceil(end / step);
    struct atw_cells_sweep euler = {.on_x = 1.0, .on_rate = end / (double)steps};
    struct outcome outcome;

    memcpy(a, rod->start, rod->cells->count * sizeof *a);
    for (size_t k = 0; k < steps; k++) {
        double *swap = a;

        atw_cells_sweep(rod->cells, &euler, a, a, a, b);
        a = b;
        b = swap;
    }
    outcome = (struct outcome){now_s() - begin, error_of(rod, a), steps, steps};
    return outcome;
}

/* ---- comparison ----------------------------------------------------------- */

/* Tighten `setting`, to which errors are about proportional, until the error is met; then
 * take the best of three. */
static struct outcome best(struct rod *rod,
                           struct outcome (*run)(struct rod *, double),
                           double setting,
                           double *used)
{
    struct outcome outcome = run(rod, setting);

    while (outcome.error > WANTED) {
        setting *= fmax(0.3, fmin(0.8, 0.95 * WANTED / outcome.error));
        outcome = run(rod, setting);
    }
    for (int repeat = 0; repeat < 2; repeat++) {
        struct outcome again = run(rod, setting);

        outcome = again.time_s < outcome.time_s ? again : outcome;
    }
    *used = setting;
    return outcome;
}

static void print(const char *name, struct outcome o, double setting, double ftcs_s)
{
    printf("%-38s %8.3g %9.2e %6zu %8zu %9.4f %8.3f\n", name, setting, o.error, o.steps,
           o.applications, o.time_s, o.time_s / ftcs_s);
}

int main(void)
{
    struct rod rod = {0};
    struct outcome ours, stock, ftcs;
    double at_ours, at_stock, at_ftcs, begin, expansion_s;

    build_rod(&rod);
    begin = now_s();
    expansion(rod.cells, rod.start, S_NM2 / (H_NM * H_NM), rod.exact);
    expansion_s = now_s() - begin;
    ftcs = best(&rod, run_ftcs, 0.02, &at_ftcs);
    ours = best(&rod, run_ours, 2e-3, &at_ours);
    stock = best(&rod, run_stock, 5e-4, &at_stock);
    printf("%zu cells, %zu cut, greatest rate %.1f / h^2; error asked %g\n",
           rod.cells->count, rod.cells->cut_count, rod.cells->stiffness, WANTED);
    printf("%-38s %8s %9s %6s %8s %9s %8s\n", "method", "setting", "error", "steps",
           "operator", "time/s", "/ FTCS");
    print("explicit Euler (FTCS), fused", ftcs, at_ftcs, ftcs.time_s);
    print("CVODE, own vectors, Chebyshev solver", ours, at_ours, ftcs.time_s);
    print("CVODE, stock serial vector, GMRES", stock, at_stock, ftcs.time_s);
    printf("stock / ours: %.1f. Reference (exponential to 1e-14): %.4f s\n",
           stock.time_s / ours.time_s, expansion_s);
    free(rod.start);
    atw_cells_destroy(rod.cells);
    atw_field_destroy(rod.metal);
    return EXIT_SUCCESS;
}
