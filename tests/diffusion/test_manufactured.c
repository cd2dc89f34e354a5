/* A manufactured solution in a ball with D(c): the order of the scheme in the voxel size.
 *
 *   c = 1/2 + 0.38 exp(-t/40) cos(pi r/R),  D = exp(-2.385 c) nm2/s,
 *   source = dc/dt - (1/r^2) d/dr( r^2 D dc/dr );  no flux at r = R. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/constants.h"
#include "core/ode.h"
#include "diffusion/cells.h"
#include "diffusion/particle.h"
#include "diffusion/potential.h"
#include "support/support.h"

#define RADIUS 9.0 /* nm */
#define TAU 40.0   /* s */
#define STEEPNESS 2.385

static const double off_grid[3] = {0.13, 0.31, -0.21};

static double exact(double r, double t)
{
    return 0.5 + 0.38 * exp(-t / TAU) * cos(ATW_PI * r / RADIUS);
}

static double source(double r, double t)
{
    double k = ATW_PI / RADIUS, a = 0.38 * exp(-t / TAU), c = exact(r, t);
    double slope = -a * k * sin(k * r), bend = -a * k * k * cos(k * r);
    double D = exp(-STEEPNESS * c);
    double over_r = r > 1e-6 ? slope / r : bend;

    return -(c - 0.5) / TAU - D * (bend + 2.0 * over_r - STEEPNESS * slope * slope);
}

static void
falling(const void *model, double T_K, size_t count, const double *c, double *D)
{
    (void)model;
    (void)T_K;
    for (size_t i = 0; i < count; i++)
        D[i] = exp(-STEEPNESS * c[i]); /* nm2/s */
}

struct ball {
    struct atw_cells *cells;
    struct atw_potential potential;
    double h, *r, *phi, *slope, *work;
};

static int rate(double t, const double *c, double *dc_dt, void *context)
{
    struct ball *ball = context;
    double scale = ball->potential.D_ref_m2_per_s / (ball->h * ball->h);

    atw_potential_values(&ball->potential, ball->cells->count, c, ball->phi);
    atw_cells_rate(ball->cells, ball->phi, dc_dt);
    for (size_t i = 0; i < ball->cells->count; i++)
        dc_dt[i] = scale * dc_dt[i] + source(ball->r[i], t);
    return 0;
}

static int solve(double t,
                 const double *c,
                 double gamma,
                 double reduction,
                 const double *r,
                 double *z,
                 void *context)
{
    struct ball *ball = context;

    (void)t;
    gamma *= ball->potential.D_ref_m2_per_s / (ball->h * ball->h);
    atw_potential_slopes(&ball->potential, ball->cells->count, c, ball->slope);
    for (size_t i = 0; i < ball->cells->count; i++)
        ball->phi[i] = r[i];
    atw_cells_solve_with_slope(ball->cells, gamma, reduction, ball->slope, ball->phi, z,
                               ball->work);
    return 0;
}

static void open_ball(struct ball *ball, double h)
{
    struct atw_diffusion_law law = {.diffusivity = falling};
    size_t n = atw_grid_cover(2.0 * RADIUS * 1e-9, h * 1e-9) + 2;
    struct atw_grid grid = {n, n, n, h * 1e-9};
    struct atw_field *metal = particle_fill(&grid, particle_sphere, RADIUS, off_grid, 8);
    struct atw_error err = {0};

    *ball = (struct ball){.h = h};
    CHECK_OK(atw_cells_create(&ball->cells, metal, 1e-3, &err));
    CHECK_OK(atw_potential_set(&ball->potential, &law, 673.15, &err));
    ball->r = malloc(4 * ball->cells->count * sizeof *ball->r);
    ball->phi = ball->r + ball->cells->count;
    ball->slope = ball->phi + ball->cells->count;
    ball->work = ball->slope + ball->cells->count;
    for (size_t i = 0; i < ball->cells->count; i++) {
        size_t voxel = ball->cells->voxel[i],
               at[3] = {voxel % n, voxel / n % n, voxel / n / n};
        double r2 = 0.0;

        for (size_t k = 0; k < 3; k++) {
            double x = ((double)at[k] - 0.5 * ((double)n - 1.0) - off_grid[k]) * h;

            r2 += x * x;
        }
        ball->r[i] = fmin(sqrt(r2), RADIUS);
    }
    atw_field_destroy(metal);
}

/* Root mean square error over the metal after 30 s. */
static double error_at(double h)
{
    struct ball ball;
    struct atw_ode *ode = NULL;
    struct atw_ode_options options = ATW_ODE_DEFAULTS;
    struct atw_ode_problem problem = {.rhs = rate, .solve = solve, .context = &ball};
    struct atw_error err = {0};
    double *c, sum = 0.0, metal = 0.0;

    open_ball(&ball, h);
    options.relative_tolerance = 0.0;
    options.absolute_tolerance = 1e-7;
    problem.count = ball.cells->count;
    c = malloc(problem.count * sizeof *c);
    for (size_t i = 0; i < problem.count; i++)
        c[i] = exact(ball.r[i], 0.0);
    CHECK_OK(atw_ode_create(&ode, &problem, &options, &err));
    CHECK_OK(atw_ode_start(ode, 0.0, c, &err));
    CHECK_OK(atw_ode_advance(ode, 30.0, c, &err));
    for (size_t i = 0; i < problem.count; i++) {
        double off = c[i] - exact(ball.r[i], 30.0);

        sum += ball.cells->capacity[i] * off * off;
        metal += ball.cells->capacity[i];
    }
    free(c);
    atw_ode_destroy(ode);
    free(ball.r);
    atw_cells_destroy(ball.cells);
    return sqrt(sum / metal);
}

START_TEST(manufactured_solution_with_variable_D_converges_at_second_order)
{
    double error[3] = {error_at(1.6), error_at(0.8), error_at(0.4)};

    printf("errors %.2e, %.2e, %.2e: orders %.2f, %.2f\n", error[0], error[1], error[2],
           log2(error[0] / error[1]), log2(error[1] / error[2]));
    ck_assert_double_ge(log2(error[0] / error[1]), 1.8);
    ck_assert_double_ge(log2(error[1] / error[2]), 1.8);
    ck_assert_double_le(error[2], 1e-3);
}
END_TEST

/* The table against the integral in closed form, and its slope against D. */
START_TEST(potential_is_the_integral_of_the_diffusivity)
{
    struct atw_diffusion_law law = {.diffusivity = falling};
    static struct atw_potential potential;
    struct atw_error err = {0};
    double ref;

    CHECK_OK(atw_potential_set(&potential, &law, 500.0, &err));
    ref = potential.D_ref_m2_per_s;
    ck_assert_double_eq_tol(
        ref, 0.2 * (1.0 + exp(-0.59625) + exp(-1.1925) + exp(-1.78875) + exp(-2.385)),
        1e-12);
    for (double c = -0.1; c < 1.1; c += 0.0137) {
        double phi, slope, in = fmin(fmax(c, 0.0), 1.0);

        atw_potential_values(&potential, 1, &c, &phi);
        atw_potential_slopes(&potential, 1, &c, &slope);
        ck_assert_double_eq_tol(
            phi * ref,
            -expm1(-STEEPNESS * in) / STEEPNESS + (c - in) * exp(-STEEPNESS * in), 1e-10);
        ck_assert_double_eq_tol(slope * ref, exp(-STEEPNESS * in), 1e-6);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("manufactured");
    TCase *tests = tcase_create("manufactured");

    tcase_add_test(tests,
                   manufactured_solution_with_variable_D_converges_at_second_order);
    tcase_add_test(tests, potential_is_the_integral_of_the_diffusivity);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
