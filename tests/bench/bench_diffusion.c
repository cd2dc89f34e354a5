/* Fick diffusion in the default rod: wall time to one error.
 *
 * Rod 28 x 64 nm with a 22 x 58 nm core, 0.5 nm voxels, S = 6 and 55 nm2, greatest error
 * of the composition 1e-4 against the exponential of the same operator to rounding. Every
 * method is given the loosest setting that meets the error. Then: threads, bytes moved
 * per second beside what memory gives, many states in one pass, and memory used. */
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_spgmr.h>

#include "bench/default_rod.h"
#include "core/ode.h"
#include "core/parallel.h"
#include "core/team.h"
#include "core/timing.h"
#include "diffusion/cells.h"
#include "diffusion/diffusion.h"
#include "diffusion/expansion.h"
#include "diffusion/interdiffusion.h"
#include "diffusion/kernel.h"
#include "diffusion/law.h"
#include "family_limit.h"

#define WANTED 1e-4
#define H_NM DEFAULT_ROD_H_NM
#define STATES 20

struct rod {
    struct atw_field *metal;
    struct atw_cells *cells;
    double *start, *exact, *state; /* exact holds state and work as well */
    double *work;                  /* STATES states */
    double s;                      /* S / h^2 */
    size_t applications;           /* of the operator, in the last run */
};

struct outcome {
    double time_s, error;
    size_t steps, applications;
};

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
    struct default_rod made = default_rod_create();
    size_t count = made.cells->count;

    rod->metal = made.metal;
    rod->cells = made.cells;
    rod->start = made.c;
    rod->exact = calloc((2 + STATES) * count, sizeof *rod->exact);
    if (!rod->exact)
        fail("out of memory");
    rod->state = rod->exact + count;
    rod->work = rod->state + count;
    memset(rod->work, 1, STATES * count * sizeof *rod->work); /* the pages are there */
}

/* ---- methods: run at one setting ------------------------------------------ */

static struct atw_diffusion *solver(struct rod *rod, double tolerance)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_diffusion *diffusion = NULL;
    struct atw_error err = {0};

    options.tolerance = tolerance;
    if (atw_diffusion_create(&diffusion, rod->metal, &options, &err) != ATW_OK)
        fail(err.text);
    return diffusion;
}

static struct outcome run_expansion(struct rod *rod, double tolerance)
{
    struct atw_diffusion *diffusion = solver(rod, tolerance);
    struct atw_error err = {0};
    double S = rod->s * H_NM * H_NM * 1e-18, begin = atw_now_s();
    struct outcome outcome = {0};

    if (atw_diffusion_states_at(diffusion, rod->start, &S, 1, rod->state, &err) != ATW_OK)
        fail(err.text);
    outcome.time_s = atw_now_s() - begin;
    outcome.error = error_of(rod, rod->state);
    outcome.applications = atw_diffusion_statistics(diffusion).operator_applications;
    atw_diffusion_destroy(diffusion);
    return outcome;
}

static int own_rate(double t, const double *y, double *dy_dt, void *context)
{
    struct rod *rod = context;

    (void)t;
    rod->applications++;
    atw_cells_rate(rod->cells, y, dy_dt);
    return 0;
}

static int own_solve(double t,
                     const double *y,
                     double gamma,
                     double reduction,
                     const double *r,
                     double *z,
                     void *context)
{
    struct rod *rod = context;

    (void)t;
    (void)y;
    rod->applications += atw_cells_solve(rod->cells, gamma, reduction, r, z, rod->work);
    return 0;
}

/* CVODE with this toolkit's vectors, norm and Chebyshev solver; n states up to rod->s. */
static struct outcome run_own_cvode(struct rod *rod, double tolerance, size_t n_states)
{
    struct atw_ode_options options = {
        .absolute_tolerance = tolerance, .max_steps = 100000, .norm = ATW_ODE_NORM_MAX};
    struct atw_ode_problem problem = {
        .count = rod->cells->count, .rhs = own_rate, .solve = own_solve, .context = rod};
    struct atw_ode *ode = NULL;
    struct atw_error err = {0};
    struct outcome outcome;
    double begin;
    int good;

    rod->applications = 0;
    good = atw_ode_create(&ode, &problem, &options, &err) == ATW_OK;
    begin = atw_now_s();
    good = good && atw_ode_start(ode, 0.0, rod->start, &err) == ATW_OK;
    for (size_t k = 1; k <= n_states && good; k++)
        good = atw_ode_advance(ode, rod->s * (double)k / (double)n_states, rod->state,
                               &err) == ATW_OK;
    if (!good)
        fail(err.text);
    outcome = (struct outcome){atw_now_s() - begin, error_of(rod, rod->state),
                               atw_ode_statistics(ode).steps, rod->applications};
    atw_ode_destroy(ode);
    return outcome;
}

static struct outcome run_own(struct rod *rod, double tolerance)
{
    return run_own_cvode(rod, tolerance, 1);
}

static int stock_rhs(double t, N_Vector y, N_Vector dy_dt, void *user)
{
    return own_rate(t, NV_DATA_S(y), NV_DATA_S(dy_dt), user);
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
    double begin = atw_now_s(), reached;
    long steps = 0;
    struct outcome outcome;
    int flag = SUNContext_Create(NULL, &context);
    N_Vector y = N_VNew_Serial((sunindextype)count, context);
    SUNLinearSolver linear = SUNLinSol_SPGMR(y, SUN_PREC_NONE, 0, context);
    void *cvode = CVodeCreate(CV_BDF, context);

    memcpy(NV_DATA_S(y), rod->start, count * sizeof *rod->start);
    rod->applications = 0;
    flag |= CVodeInit(cvode, stock_rhs, 0.0, y);
    flag |= CVodeSStolerances(cvode, 0.0, tolerance);
    flag |= CVodeSetUserData(cvode, rod);
    flag |= CVodeSetLinearSolver(cvode, linear, NULL);
    flag |= CVodeSetJacTimes(cvode, NULL, stock_times);
    flag |= CVodeSetMaxNumSteps(cvode, 100000);
    flag |= CVode(cvode, rod->s, y, &reached, CV_NORMAL);
    if (flag != 0)
        fail("CVODE failed");
    CVodeGetNumSteps(cvode, &steps);
    outcome = (struct outcome){atw_now_s() - begin, error_of(rod, NV_DATA_S(y)),
                               (size_t)steps, rod->applications};
    CVodeFree(&cvode);
    SUNLinSolFree(linear);
    N_VDestroy(y);
    SUNContext_Free(&context);
    return outcome;
}

/* Explicit Euler, one fused sweep per step; `step` is in units of h^2. */
static struct outcome run_ftcs(struct rod *rod, double step)
{
    double begin = atw_now_s(), *a = rod->state, *b = rod->work;
    size_t steps = (size_t)ceil(rod->s / step);
    struct atw_cells_sweep euler = {.on_x = 1.0, .on_rate = rod->s / (double)steps};
    struct outcome outcome;

    memcpy(a, rod->start, rod->cells->count * sizeof *a);
    for (size_t k = 0; k < steps; k++) {
        double *swap = a;

        atw_cells_sweep(rod->cells, &euler, a, a, a, b);
        a = b;
        b = swap;
    }
    outcome = (struct outcome){atw_now_s() - begin, error_of(rod, a), steps, steps};
    return outcome;
}

/* ---- comparison ----------------------------------------------------------- */

typedef struct outcome (*method_fn)(struct rod *, double);

/* Tighten `setting`, to which errors are about proportional, until the error is met; then
 * take the best of three. */
static struct outcome best(struct rod *rod, method_fn run, double setting, double *used)
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
    printf("%-40s %8.3g %9.2e %6zu %8zu %9.4f %8.3f\n", name, setting, o.error, o.steps,
           o.applications, o.time_s, o.time_s / ftcs_s);
}

/* Only the expansion takes the grid's dispersion off. */
static void find_exact(struct rod *rod, double dispersion)
{
    struct atw_cells cells = *rod->cells;

    cells.dispersion = dispersion;
    expansion(&cells, rod->start, rod->s, rod->exact);
}

/* Returns the time of the expansion and its applications. */
static struct outcome compare(struct rod *rod, double S_nm2)
{
    struct outcome ftcs, stock, own, fast[2];
    double at_ftcs, at_stock, at_own, at_fast;

    rod->s = S_nm2 / (H_NM * H_NM);
    find_exact(rod, 0.0);
    atw_parallel_set_thread_count(1);
    /* Explicit steps are stable below 2 / greatest rate. */
    ftcs = best(rod, run_ftcs, fmin(0.02 * S_nm2 / 6.0, 1.9 / rod->cells->stiffness),
                &at_ftcs);
    stock = best(rod, run_stock, 5e-4, &at_stock);
    own = best(rod, run_own, 6e-4, &at_own);
    find_exact(rod, rod->cells->dispersion);
    fast[0] = best(rod, run_expansion, 1.5e-4, &at_fast);
    atw_parallel_set_thread_count(2);
    fast[1] = best(rod, run_expansion, at_fast, &at_fast);
    atw_parallel_set_thread_count(1);
    printf("\nS = %g nm2, error %g\n%-40s %8s %9s %6s %8s %9s %8s\n", S_nm2, WANTED,
           "method", "setting", "error", "steps", "operator", "time/s", "/ FTCS");
    print("explicit Euler (FTCS), fused sweep", ftcs, at_ftcs, ftcs.time_s);
    print("CVODE, stock serial vector, GMRES", stock, at_stock, ftcs.time_s);
    print("CVODE, own vectors, Chebyshev solver", own, at_own, ftcs.time_s);
    print("expansion of the exponential", fast[0], at_fast, ftcs.time_s);
    print("expansion, two threads", fast[1], at_fast, ftcs.time_s);
    printf("FTCS / expansion %.1f (wanted 5), stock CVODE / expansion %.1f (4), "
           "own CVODE / expansion %.1f, two threads %.2f (1.6)\n",
           ftcs.time_s / fast[0].time_s, stock.time_s / fast[0].time_s,
           own.time_s / fast[0].time_s, fast[0].time_s / fast[1].time_s);
    return fast[0];
}

/* ---- D that depends on composition ---------------------------------------- */

/* models/materials/gold-silver-darken.yaml at 400 degC: 40-fold. */
static const struct atw_interdiffusion gold_silver = {
    .core_in_core = {6.1e-6, 170.9e3},
    .core_in_shell = {6.2e-5, 199.0e3},
    .shell_in_core = {7.9e-6, 169.0e3},
    .shell_in_shell = {1.3e-5, 175.892e3},
    .interaction_J_per_mol = -16402.0,
    .interaction_slope_J_per_mol_K = 1.14,
    .correlation_factor = 0.7815,
    .thermodynamic_factor = 1,
    .vacancy_wind = 1};
static const struct atw_diffusion_law darken = {
    .diffusivity = atw_interdiffusion_diffusivity, .model = &gold_silver};
static struct atw_potential potential;

static double plateau_K(const void *context, double t_s)
{
    (void)context;
    (void)t_s;
    return 673.15;
}

/* Explicit Euler for D(c): rate, step and new potential block by block. */
static struct outcome run_ftcs_law(struct rod *rod, double step)
{
    const struct atw_kernel *kernel = atw_kernel_best();
    size_t count = rod->cells->count, steps = (size_t)ceil(rod->s / step);
    double *c = rod->state, *phi = rod->work, *next = phi + count, rate[ATW_CELLS_BLOCK];
    double begin = atw_now_s(), length = rod->s / (double)steps;

    memcpy(c, rod->start, count * sizeof *c);
    kernel->potential(&potential, count, c, phi);
    for (size_t k = 0; k < steps; k++) {
        double *swap = phi;

        for (size_t block = 0; block < rod->cells->block_count; block++) {
            size_t first = block * ATW_CELLS_BLOCK, left = count - first;
            size_t n = left < ATW_CELLS_BLOCK ? left : ATW_CELLS_BLOCK;

            kernel->rate(rod->cells, block, phi, rate);
            for (size_t i = 0; i < n; i++)
                c[first + i] += length * rate[i];
            kernel->potential(&potential, n, c + first, next + first);
        }
        phi = next;
        next = swap;
    }
    return (struct outcome){atw_now_s() - begin, error_of(rod, c), steps, steps};
}

static struct outcome run_law(struct rod *rod, double tolerance)
{
    struct atw_diffusion *diffusion = solver(rod, tolerance);
    struct atw_diffusion_history history = {.temperature_K = plateau_K};
    struct atw_diffusion_statistics work;
    double t_s = rod->s * H_NM * H_NM * 1e-18 / potential.D_ref_m2_per_s,
           begin = atw_now_s();
    struct atw_error err = {0};
    struct outcome outcome = {0};

    if (atw_diffusion_run(diffusion, rod->start, &darken, &history, &t_s, 1, rod->state,
                          NULL, &err) != ATW_OK)
        fail(err.text);
    outcome.time_s = atw_now_s() - begin;
    outcome.error = error_of(rod, rod->state);
    work = atw_diffusion_statistics(diffusion);
    outcome.steps = work.steps;
    outcome.applications = work.operator_applications;
    atw_diffusion_destroy(diffusion);
    return outcome;
}

/* S is that of the mean D. The tolerance of 2.9e-6 is the widest for which the run goes
 * by CVODE; its error is that of a tenth. */
static void compare_law(struct rod *rod, double S_nm2)
{
    struct outcome ftcs, cvode, own[2];
    struct atw_error err = {0};
    double at_ftcs, at_own, rate;

    rod->s = S_nm2 / (H_NM * H_NM);
    if (atw_potential_set(&potential, &darken, 673.15, &err) != ATW_OK)
        fail(err.text);
    rate = rod->cells->stiffness * potential.slope_greatest;
    run_law(rod, 1e-6);
    memcpy(rod->exact, rod->state, rod->cells->count * sizeof *rod->exact);
    atw_parallel_set_thread_count(1);
    ftcs = best(rod, run_ftcs_law, fmin(0.016 * S_nm2 / 6.0, 1.9 / rate), &at_ftcs);
    cvode = run_law(rod, 2.9e-6);
    own[0] = best(rod, run_law, 3e-4, &at_own);
    atw_parallel_set_thread_count(2);
    own[1] = best(rod, run_law, at_own, &at_own);
    atw_parallel_set_thread_count(1);
    printf("\nD(c) of gold and silver, S = %g nm2 at the mean D, error %g\n%-40s %8s %9s "
           "%6s %8s %9s %8s\n",
           S_nm2, WANTED, "method", "setting", "error", "steps", "operator", "time/s",
           "/ FTCS");
    print("explicit Euler (FTCS), fused sweep", ftcs, at_ftcs, ftcs.time_s);
    print("CVODE, own vectors, narrower tolerance", cvode, 2.9e-6, ftcs.time_s);
    print("Runge-Kutta-Chebyshev", own[0], at_own, ftcs.time_s);
    print("Runge-Kutta-Chebyshev, two threads", own[1], at_own, ftcs.time_s);
    printf("FTCS / Runge-Kutta-Chebyshev %.1f (wanted 5), two threads %.2f\n",
           ftcs.time_s / own[0].time_s, own[0].time_s / own[1].time_s);
}

/* ---- memory --------------------------------------------------------------- */

struct triad {
    size_t count;
    double *a, *b, *c;
};

/* Three vectors read, one of them written: as a sweep. */
static void run_triad(void *context, struct atw_team *team, size_t member)
{
    struct triad *t = context;
    size_t first, end;

    atw_team_share(team, member, t->count, &first, &end);
    for (int repeat = 0; repeat < 10; repeat++) {
        double *a = t->a, *b = t->b, *c = t->c;

        for (size_t i = first; i < end; i++)
            a[i] = 0.5 * a[i] + (b[i] - c[i]);
        atw_team_meet(team);
    }
}

static double ceiling_bytes_per_s(size_t count, size_t threads)
{
    struct triad t = {.count = count, .a = calloc(3 * count, sizeof *t.a)};
    double least_s = INFINITY;

    if (!t.a)
        fail("out of memory");
    t.b = t.a + count;
    t.c = t.b + count;
    for (size_t i = 0; i < 3 * count; i++)
        t.a[i] = (double)(i % 7);
    atw_parallel_set_thread_count(threads);
    for (int repeat = 0; repeat < 5; repeat++) {
        double begin = atw_now_s();

        atw_team_run(threads, run_triad, &t);
        least_s = fmin(least_s, atw_now_s() - begin);
    }
    atw_parallel_set_thread_count(1);
    free(t.a);
    return 10.0 * 4.0 * sizeof(double) * (double)count / least_s;
}

/* A sweep reads three vectors and writes one of them, and reads what cut cells carry. */
static void print_bandwidth(const struct rod *rod, struct outcome fast)
{
    size_t count = rod->cells->count;
    double bytes = 32.0 * (double)count + 64.0 * (double)rod->cells->cut_count +
                   24.0 * (double)rod->cells->run_count;

    printf("\nexpansion moves %.1f GB/s (%.2f ms per application); ceiling of vectors of "
           "that size %.1f GB/s, of 32 MB %.1f GB/s; two threads %.1f and %.1f GB/s\n",
           1e-9 * bytes * (double)fast.applications / fast.time_s,
           1e3 * fast.time_s / (double)fast.applications,
           1e-9 * ceiling_bytes_per_s(count, 1), 1e-9 * ceiling_bytes_per_s(4 << 20, 1),
           1e-9 * ceiling_bytes_per_s(count, 2), 1e-9 * ceiling_bytes_per_s(4 << 20, 2));
}

static size_t bytes_in_use(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

static size_t greatest_in_use;

static void
linear_law(const void *model, double T_K, size_t count, const double *c, double *D)
{
    size_t bytes = bytes_in_use();

    (void)model;
    (void)T_K;
    greatest_in_use = bytes > greatest_in_use ? bytes : greatest_in_use;
    for (size_t i = 0; i < count; i++)
        D[i] = 1e-20 * (1.5 - c[i]);
}

static double rising_K(const void *context, double t_s)
{
    (void)context;
    return 650.0 + 0.1 * t_s;
}

/* Vectors held beyond what the caller has, for both ways. */
static void print_memory(struct rod *rod)
{
    size_t before = bytes_in_use(), constant;
    struct atw_diffusion *diffusion = solver(rod, WANTED);
    struct atw_diffusion_law law = {.diffusivity = linear_law};
    struct atw_diffusion_history history = {.temperature_K = rising_K};
    struct atw_error err = {0};
    double S = 6e-18, t_s = 60.0, vector = 8.0 * (double)rod->cells->count;

    if (atw_diffusion_states_at(diffusion, rod->start, &S, 1, rod->state, &err) != ATW_OK)
        fail(err.text);
    constant = bytes_in_use() - before;
    if (atw_diffusion_run(diffusion, rod->start, &law, &history, &t_s, 1, rod->state,
                          NULL, &err) != ATW_OK)
        fail(err.text);
    printf("memory: %.1f vectors for states of constant D, %.1f for D(c, T) (at most 25 "
           "wanted)\n",
           (double)constant / vector, (double)(greatest_in_use - before) / vector);
    atw_diffusion_destroy(diffusion);
}

/* ---- many states ---------------------------------------------------------- */

static double time_states(struct rod *rod, const double *S_m2, size_t n_states)
{
    struct atw_diffusion *diffusion = solver(rod, WANTED);
    struct atw_error err = {0};
    double least_s = INFINITY;

    for (int repeat = 0; repeat < 5; repeat++) {
        double begin = atw_now_s();

        if (atw_diffusion_states_at(diffusion, rod->start, S_m2, n_states, rod->work,
                                    &err) != ATW_OK)
            fail(err.text);
        least_s = fmin(least_s, atw_now_s() - begin);
    }
    atw_diffusion_destroy(diffusion);
    return least_s;
}

static void print_states(struct rod *rod, double S_nm2)
{
    double S_m2[STATES], s[STATES], one_s, many_s, cvode_one_s, cvode_s;
    struct family_limit limit;

    for (size_t k = 0; k < STATES; k++) {
        s[k] = S_nm2 / (H_NM * H_NM) * (double)(k + 1) / STATES;
        S_m2[k] = s[k] * H_NM * H_NM * 1e-18;
    }
    rod->s = S_nm2 / (H_NM * H_NM);
    one_s = time_states(rod, &S_m2[STATES - 1], 1);
    many_s = time_states(rod, S_m2, STATES);
    cvode_one_s = run_own_cvode(rod, WANTED, 1).time_s;
    cvode_s = run_own_cvode(rod, WANTED, STATES).time_s;
    printf("S = %g nm2: one state %.4f s, %d states %.4f s (x %.2f, 1.3 wanted); own "
           "CVODE %.4f s and %.4f s (x %.2f)\n",
           S_nm2, one_s, STATES, many_s, many_s / one_s, cvode_one_s, cvode_s,
           cvode_s / cvode_one_s);
    limit = measure_family_limit(rod->cells, WANTED, s, STATES, rod->start, rod->work);
    printf("  %zu sums of up to %zu terms and their mixtures, all in the first cache: "
           "%.4f s; "
           "writing %d states: %.4f s; so x %.2f at least\n",
           limit.n_basis, limit.n_terms, limit.sums_s, STATES, limit.write_s,
           1.0 + (limit.sums_s + limit.write_s) / one_s);
}

int main(void)
{
    struct rod rod = {0};
    struct outcome fast;

    build_rod(&rod);
    printf("%zu cells, %zu cut, greatest rate %.1f / h^2\n", rod.cells->count,
           rod.cells->cut_count, rod.cells->stiffness);
    fast = compare(&rod, 6.0);
    compare(&rod, 55.0);
    compare_law(&rod, 6.0);
    compare_law(&rod, 55.0);
    print_bandwidth(&rod, fast);
    print_memory(&rod);
    print_states(&rod, 6.0);
    print_states(&rod, 55.0);
    free(rod.start);
    free(rod.exact);
    atw_cells_destroy(rod.cells);
    atw_field_destroy(rod.metal);
    return EXIT_SUCCESS;
}
