/* Solvers and preconditioners for (I - gamma L) z = r, Newton's system of CVODE.
 *
 * Rod 28 x 64 nm with a 22 x 58 nm core, 0.5 nm voxels. CVODE runs to S = 55 nm2 with an
 * error below 1e-4; of the systems it meets those at four quantiles of gamma are solved
 * again, right-hand sides and all, to residuals of 0.1 (about what CVODE asks for), 1e-3
 * and 1e-6 in the norm weighted with the capacities. Then CVODE runs with some of the
 * solvers in its loop. One thread, processor time; gamma in units of h^2. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/default_rod.h"
#include "bench/linear_solvers.h"
#include "core/ode.h"
#include "core/parallel.h"
#include "diffusion/denormals.h"
#include "diffusion/expansion.h"

#define WANTED 1e-4
#define H_NM DEFAULT_ROD_H_NM
#define S_NM2 55.0
#define SYSTEMS 4
#define SOLVES_AT_MOST 10000
#define TARGETS 3
#define RUNS 6 /* the first methods */
#define REPEATS 2
#define LEAST_TIME_S 0.1 /* of all repeats */

struct rod {
    struct atw_cells *cells;
    double *start, *exact, *state, *work;
};

/* What CVODE asked for. */
struct log {
    struct rod *rod;
    struct linear_system *system;
    size_t method, n_solves, n_steps, applications; /* of the operator, to solve */
    double gamma[SOLVES_AT_MOST], reduction[SOLVES_AT_MOST];
    size_t keep[SYSTEMS];  /* solves whose right-hand side is kept ... */
    double *kept[SYSTEMS]; /* ... here, if not NULL */
};

static double now_s(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void fail(const char *text)
{
    fprintf(stderr, "bench_preconditioners: %s\n", text);
    exit(EXIT_FAILURE);
}

static double *new_vector(size_t count)
{
    double *vector = calloc(count, sizeof *vector);

    if (!vector)
        fail("out of memory");
    return vector;
}

static void build_rod(struct rod *rod)
{
    struct default_rod made = default_rod_create();

    atw_field_destroy(made.metal);
    rod->cells = made.cells;
    rod->cells->dispersion = 0.0; /* solvers of L itself */
    rod->start = made.c;
    rod->exact = new_vector(rod->cells->count);
    rod->state = new_vector(rod->cells->count);
    rod->work = new_vector(rod->cells->count);
}

/* ---- methods -------------------------------------------------------------- */

static size_t run_chebyshev(struct linear_system *system, double reduction, double *x)
{
    return atw_cells_solve(system->cells, system->gamma, reduction, system->b, x,
                           system->work[0]);
}

typedef size_t (*solver_fn)(struct linear_system *, double, double *);

static const struct {
    const char *name;
    solver_fn solve;
    enum linear_preconditioner preconditioner;
} method[] = {
    {"Chebyshev iteration", run_chebyshev, LINEAR_NONE},
    {"CG", linear_cg, LINEAR_NONE},
    {"CG, Jacobi", linear_cg, LINEAR_JACOBI},
    {"CG, cosine transform", linear_cg, LINEAR_COSINE},
    {"CG, cosine transform, scaled", linear_cg, LINEAR_COSINE_SCALED},
    {"CG, multigrid", linear_cg, LINEAR_MULTIGRID},
    {"GMRES(30)", linear_gmres, LINEAR_NONE},
    {"GMRES(30), Jacobi", linear_gmres, LINEAR_JACOBI},
    {"GMRES(30), cosine transf., scaled", linear_gmres, LINEAR_COSINE_SCALED},
};

/* ---- the systems that CVODE meets ----------------------------------------- */

static int rate(double t, const double *y, double *dy_dt, void *context)
{
    struct log *log = context;

    (void)t;
    atw_cells_rate(log->rod->cells, y, dy_dt);
    return 0;
}

static int solve_and_log(double t,
                         const double *y,
                         double gamma,
                         double reduction,
                         const double *r,
                         double *z,
                         void *context)
{
    struct log *log = context;
    struct rod *rod = log->rod;

    (void)t;
    (void)y;
    if (log->n_solves == SOLVES_AT_MOST)
        return -1;
    for (size_t k = 0; k < SYSTEMS; k++)
        if (log->kept[k] && log->keep[k] == log->n_solves)
            memcpy(log->kept[k], r, rod->cells->count * sizeof *r);
    log->gamma[log->n_solves] = gamma;
    log->reduction[log->n_solves++] = reduction;
    log->system->gamma = gamma;
    log->system->b = r;
    linear_prepare(log->system, method[log->method].preconditioner);
    log->applications += method[log->method].solve(log->system, reduction, z);
    return 0;
}

/* Returns the greatest error of the state at S_NM2. */
static double run_cvode(struct log *log, double tolerance)
{
    struct rod *rod = log->rod;
    struct atw_ode_options options = {
        .absolute_tolerance = tolerance, .max_steps = 100000, .norm = ATW_ODE_NORM_MAX};
    struct atw_ode_problem problem = {
        .count = rod->cells->count, .rhs = rate, .solve = solve_and_log, .context = log};
    struct atw_ode *ode = NULL;
    struct atw_error err = {0};
    double greatest = 0.0;

    log->n_solves = log->applications = 0;
    if (atw_ode_create(&ode, &problem, &options, &err) != ATW_OK ||
        atw_ode_start(ode, 0.0, rod->start, &err) != ATW_OK ||
        atw_ode_advance(ode, S_NM2 / (H_NM * H_NM), rod->state, &err) != ATW_OK)
        fail(err.text);
    log->n_steps = atw_ode_statistics(ode).steps;
    atw_ode_destroy(ode);
    for (size_t i = 0; i < rod->cells->count; i++)
        greatest = fmax(greatest, fabs(rod->state[i] - rod->exact[i]));
    return greatest;
}

static const struct log *sorting;

static int by_gamma(const void *a, const void *b)
{
    double x = sorting->gamma[*(const size_t *)a], y = sorting->gamma[*(const size_t *)b];

    return (x > y) - (x < y);
}

static void choose_systems(struct log *log)
{
    static const double quantile[SYSTEMS] = {0.05, 0.5, 0.9, 1.0};
    size_t *order = calloc(log->n_solves, sizeof *order);

    if (!order)
        fail("out of memory");
    for (size_t i = 0; i < log->n_solves; i++)
        order[i] = i;
    sorting = log;
    qsort(order, log->n_solves, sizeof *order, by_gamma);
    for (size_t k = 0; k < SYSTEMS; k++) {
        log->keep[k] = order[(size_t)(quantile[k] * (double)(log->n_solves - 1))];
        log->kept[k] = new_vector(log->rod->cells->count);
    }
    free(order);
}

/* Returns the tolerance. */
static double find_systems(struct log *log)
{
    double tolerance = 6e-4, error;

    expansion(log->rod->cells, log->rod->start, S_NM2 / (H_NM * H_NM), log->rod->exact);
    while ((error = run_cvode(log, tolerance)) > WANTED)
        tolerance *= fmax(0.3, fmin(0.8, 0.95 * WANTED / error));
    choose_systems(log);
    run_cvode(log, tolerance);
    return tolerance;
}

static double amount(const struct rod *rod, const double *c)
{
    double sum = 0.0;

    for (size_t i = 0; i < rod->cells->count; i++)
        sum += rod->cells->capacity[i] * c[i];
    return sum;
}

static void compare_runs(struct log *log, double tolerance)
{
    const struct rod *rod = log->rod;

    printf("\nCVODE to S = %g nm2, tolerance %.2e\n%-34s%7s%9s%10s%9s%10s%14s\n", S_NM2,
           tolerance, "solver", "steps", "systems", "operator", "time/s", "error",
           "amount lost");
    for (size_t m = 0; m < RUNS; m++) {
        double begin = now_s(), time_s, error, lost;

        log->method = m;
        error = run_cvode(log, tolerance);
        time_s = now_s() - begin;
        lost = 1.0 - amount(rod, rod->state) / amount(rod, rod->start);
        printf("%-34s%7zu%9zu%10zu%9.2f%10.1e%14.1e\n", method[m].name, log->n_steps,
               log->n_solves, log->applications, time_s, error, lost);
    }
}

/* ---- solving them --------------------------------------------------------- */

struct outcome {
    size_t applications;
    double time_s, residual;
};

static const double target[TARGETS] = {0.1, 1e-3, 1e-6};

static struct outcome
run(struct linear_system *system, size_t which, double reduction, double *x)
{
    struct outcome outcome = {.time_s = INFINITY};
    double spent_s = 0.0;

    linear_prepare(system, method[which].preconditioner);
    for (int repeat = 0; repeat < REPEATS || spent_s < LEAST_TIME_S; repeat++) {
        double begin = now_s(), time_s;

        outcome.applications = method[which].solve(system, reduction, x);
        time_s = now_s() - begin;
        outcome.time_s = fmin(outcome.time_s, time_s);
        spent_s += time_s;
    }
    outcome.residual = linear_residual(system, x);
    if (!(outcome.residual <= 1.01 * reduction))
        fail("a solver missed the residual");
    return outcome;
}

static void
compare(const struct log *log, size_t k, struct linear_system *system, double *x)
{
    double gamma = log->gamma[log->keep[k]];

    system->gamma = gamma;
    system->b = log->kept[k];
    printf("\ngamma %.3g h^2 (condition below %.1f; CVODE asked for %.2f)\n%-34s%15s%24s"
           "%24s\n%-34s",
           gamma, 1.0 + gamma * system->cells->stiffness, log->reduction[log->keep[k]],
           "", "to 0.1", "to 1e-3", "to 1e-6", "method");
    for (size_t j = 0; j < TARGETS; j++)
        printf("   op.      ms  residual");
    for (size_t m = 0; m < sizeof method / sizeof method[0]; m++) {
        printf("\n%-34s", method[m].name);
        for (size_t j = 0; j < TARGETS; j++) {
            struct outcome o = run(system, m, target[j], x);

            printf("%6zu%8.1f%10.1e", o.applications, 1e3 * o.time_s, o.residual);
        }
    }
    printf("\n");
    fflush(stdout);
}

int main(void)
{
    static struct log log;
    struct rod rod = {0};
    struct linear_system *system;
    double tolerance;
    unsigned mode = atw_diffusion_flush_denormals();

    atw_parallel_set_thread_count(1);
    build_rod(&rod);
    log.rod = &rod;
    system = linear_create(rod.cells);
    if (!system)
        fail("out of memory");
    log.system = system;
    printf("%zu cells, %zu cut, greatest rate %.1f / h^2, box %zu x %zu x %zu\n",
           rod.cells->count, rod.cells->cut_count, rod.cells->stiffness, system->box[0],
           system->box[1], system->box[2]);
    tolerance = find_systems(&log);
    for (size_t k = 0; k < SYSTEMS; k++) {
        compare(&log, k, system, rod.state);
        free(log.kept[k]);
        log.kept[k] = NULL;
    }
    compare_runs(&log, tolerance);
    linear_destroy(system);
    free(rod.start);
    free(rod.exact);
    free(rod.state);
    free(rod.work);
    atw_cells_destroy(rod.cells);
    atw_diffusion_restore_denormals(mode);
    return EXIT_SUCCESS;
}
