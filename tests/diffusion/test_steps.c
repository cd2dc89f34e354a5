/* Runge-Kutta-Chebyshev steps: their weights, and the error of runs made of them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/parallel.h"
#include "diffusion/diffusion.h"
#include "diffusion/law.h"
#include "diffusion/particle.h"
#include "diffusion/rkc.h"
#include "support/support.h"

/* ---- weights -------------------------------------------------------------- */

typedef double (*rate_fn)(double t, double y);

static double one_step(rate_fn rate, double t, double h, size_t stages, double y)
{
    double first = rate(t, y), before = y, now, next;
    struct atw_rkc rkc;

    atw_rkc_begin(&rkc, stages);
    now = rkc.on_start * y + h * rkc.on_first * first;
    while (rkc.stage < stages) {
        double time = rkc.time;

        atw_rkc_next(&rkc);
        next = rkc.on_start * y + rkc.on_last * now + rkc.on_before * before +
               h * (rkc.on_rate * rate(t + time * h, now) + rkc.on_first * first);
        before = now;
        now = next;
    }
    return now;
}

/* y = 1 / (1 + t + sin t). */
static double riccati(double t, double y)
{
    return -(1.0 + cos(t)) * y * y;
}

static double error_after(size_t steps, size_t stages)
{
    double h = 1.7 / (double)steps, y = 1.0;

    for (size_t k = 0; k < steps; k++)
        y = one_step(riccati, (double)k * h, h, stages, y);
    return fabs(y - 1.0 / (1.0 + 1.7 + sin(1.7)));
}

START_TEST(steps_converge_at_second_order)
{
    static const size_t stages[4] = {2, 3, 8, 31};
    double order = log2(error_after(160, stages[_i]) / error_after(320, stages[_i]));

    printf("%zu stages: order %.3f\n", stages[_i], order);
    ck_assert_double_eq_tol(order, 2.0, 0.08);
}
END_TEST

static double decay_rate;

static double decay(double t, double y)
{
    (void)t;
    return -decay_rate * y;
}

/* |amplification| < 1 for every mode that a step claims to stand. */
START_TEST(stages_asked_for_are_stable)
{
    for (double z = 0.5; z < 3e4; z *= 1.7) {
        size_t stages = atw_rkc_stages(z, 1.0);

        for (double share = 0.01; share <= 1.0; share += 0.0071) {
            decay_rate = share * z;
            ck_assert_double_lt(fabs(one_step(decay, 0.0, 1.0, stages, 1.0)), 1.0);
        }
    }
    ck_assert_uint_eq(atw_rkc_stages(1e9, 1.0), ATW_RKC_STAGES_AT_MOST);
    ck_assert_uint_eq(atw_rkc_stages(atw_rkc_longest(3.0), 3.0),
                      ATW_RKC_STAGES_AT_MOST - 1);
}
END_TEST

/* ---- runs ----------------------------------------------------------------- */

/* 40-fold, as of gold and silver. */
static void steep(const void *model, double T_K, size_t count, const double *c, double *D)
{
    (void)model;
    for (size_t i = 0; i < count; i++)
        D[i] = 1e-18 * exp(0.02 * (T_K - 673.15)) * (1.0 + 3.0 * c[i]) *
               exp(-5.0 * c[i] * c[i]);
}

static double warming(const void *context, double t_s)
{
    (void)context;
    return 650.0 + 0.5 * t_s;
}

static double steady(const void *context, double t_s)
{
    (void)context;
    (void)t_s;
    return 673.15;
}

#define TIMES 3

struct fixture {
    struct atw_field *metal, *composition;
    size_t count;
    double *state; /* [TIMES] */
};

static void open_rod(struct fixture *f, double h)
{
    static const double shift[3] = {0.13, 0.31, -0.21};
    struct atw_grid grid = {(size_t)(16.0 / h), (size_t)(34.0 / h), (size_t)(16.0 / h),
                            h * 1e-9};
    struct atw_field *core;

    particle_rod_half_axis = 9.0;
    f->metal = particle_fill(&grid, particle_rod, 7.0, shift, 6);
    core = particle_fill(&grid, particle_rod, 5.0, shift, 6);
    f->composition = particle_composition(f->metal, core);
    atw_field_destroy(core);
}

static void run(struct fixture *f, double tolerance)
{
    double t_s[TIMES] = {0.7, 4.0, 25.0};
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_diffusion_law law = {.diffusivity = steep};
    struct atw_diffusion_history history = {.temperature_K = warming};
    struct atw_diffusion *diffusion = NULL;
    struct atw_error err = {0};
    double *start;

    options.tolerance = tolerance;
    CHECK_OK(atw_diffusion_create(&diffusion, f->metal, &options, &err));
    f->count = atw_diffusion_cell_count(diffusion);
    f->state = malloc(TIMES * f->count * sizeof *f->state);
    start = malloc(f->count * sizeof *start);
    atw_diffusion_pack(diffusion, f->composition, start);
    CHECK_OK(atw_diffusion_run(diffusion, start, &law, &history, t_s, TIMES, f->state,
                               NULL, &err));
    free(start);
    atw_diffusion_destroy(diffusion);
}

static void close_rod(struct fixture *f)
{
    atw_field_destroy(f->metal);
    atw_field_destroy(f->composition);
}

/* Against backward differences with a far narrower tolerance, at all times. */
START_TEST(error_of_a_run_stays_within_the_tolerance)
{
    static const double tolerance[3] = {1e-3, 1e-4, 1e-5};
    struct fixture f, exact;
    double greatest = 0.0;

    open_rod(&f, 1.0);
    exact = f;
    run(&f, tolerance[_i]);
    run(&exact, 1e-8);
    for (size_t i = 0; i < TIMES * f.count; i++)
        greatest = fmax(greatest, fabs(f.state[i] - exact.state[i]));
    printf("tolerance %g: greatest error %.2e\n", tolerance[_i], greatest);
    ck_assert_double_le(greatest, tolerance[_i]);
    ck_assert_double_ge(greatest, 0.02 * tolerance[_i]);
    free(f.state);
    free(exact.state);
    close_rod(&f);
}
END_TEST

START_TEST(runs_do_not_depend_on_the_number_of_threads)
{
    struct fixture f, other;

    open_rod(&f, 0.5);
    other = f;
    atw_parallel_set_thread_count(1);
    run(&f, 1e-3);
    ck_assert_uint_gt(f.count, 33000); /* enough blocks for two */
    atw_parallel_set_thread_count(2);
    run(&other, 1e-3);
    ck_assert_mem_eq(f.state, other.state, TIMES * f.count * sizeof *f.state);
    free(f.state);
    free(other.state);
    close_rod(&f);
}
END_TEST

/* Once mixed, time costs nothing, whether conductances change or not. */
START_TEST(a_mixed_particle_takes_no_more_steps)
{
    static const double end_s[2] = {1e5, 1e12};
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_diffusion_law law = {.diffusivity = steep};
    struct atw_diffusion_sheet layer = {.kind = ATW_DIFFUSION_SURFACE,
                                        .thickness_m = 1e-9,
                                        .ratio = 40.0,
                                        .excess_Q_J_per_mol = -5e4,
                                        .reference_K = 673.15};
    struct atw_diffusion_history history = {.temperature_K = steady};
    size_t applications[2];
    struct fixture f;

    if (_i == 1) {
        law.sheet = &layer;
        law.n_sheets = 1;
    }
    open_rod(&f, 1.0);
    for (int k = 0; k < 2; k++) {
        struct atw_diffusion *diffusion = NULL;
        struct atw_error err = {0};
        double amount[2], *state;

        CHECK_OK(atw_diffusion_create(&diffusion, f.metal, &options, &err));
        f.count = atw_diffusion_cell_count(diffusion);
        state = malloc(2 * f.count * sizeof *state);
        atw_diffusion_pack(diffusion, f.composition, state);
        amount[0] = atw_diffusion_amount_m3(diffusion, state);
        CHECK_OK(atw_diffusion_run(diffusion, state, &law, &history, &end_s[k], 1,
                                   state + f.count, NULL, &err));
        amount[1] = atw_diffusion_amount_m3(diffusion, state + f.count);
        for (size_t i = 0; i < f.count; i++)
            ck_assert_double_eq_tol(state[f.count + i], state[f.count], 1e-6);
        ck_assert_double_eq_tol(amount[1] / amount[0], 1.0, 1e-12);
        applications[k] = atw_diffusion_statistics(diffusion).operator_applications;
        atw_diffusion_destroy(diffusion);
        free(state);
    }
    ck_assert_uint_le(applications[1], applications[0] + applications[0] / 4);
    close_rod(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("steps");
    TCase *tests = tcase_create("steps");

    tcase_add_loop_test(tests, steps_converge_at_second_order, 0, 4);
    tcase_add_test(tests, stages_asked_for_are_stable);
    tcase_add_loop_test(tests, error_of_a_run_stays_within_the_tolerance, 0, 3);
    tcase_add_test(tests, runs_do_not_depend_on_the_number_of_threads);
    tcase_add_loop_test(tests, a_mixed_particle_takes_no_more_steps, 0, 2);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
