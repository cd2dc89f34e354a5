/* The exponential of the operator: error against the tolerance, many states in one pass,
 * threads, and very long times. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/parallel.h"
#include "diffusion/ball.h"
#include "diffusion/diffusion.h"
#include "diffusion/expansion.h"
#include "diffusion/exponential.h"
#include "support/support.h"

#define MOST_STATES 20

/* A core-shell ball, and room for many states. */
struct fixture {
    struct ball ball;
    struct atw_chebyshev *chebyshev;
    size_t count, applications;
    double *exact, *out[MOST_STATES];
};

static void open_fixture(struct fixture *f, double radius)
{
    struct atw_error err;

    *f = (struct fixture){0};
    ball_open(&f->ball, radius);
    CHECK_OK(atw_chebyshev_create(&f->chebyshev, f->ball.cells, &err));
    f->count = f->ball.count;
    f->exact = malloc((MOST_STATES + 1) * f->count * sizeof *f->exact);
    ck_assert_ptr_nonnull(f->exact);
    for (size_t j = 0; j < MOST_STATES; j++)
        f->out[j] = f->exact + (j + 1) * f->count;
}

static void close_fixture(struct fixture *f)
{
    free(f->exact);
    atw_chebyshev_destroy(f->chebyshev);
    ball_close(&f->ball);
}

static double error_of(struct fixture *f, double s, const double *state)
{
    expansion(f->ball.cells, f->ball.c, s, f->exact);
    return greatest_difference(state, f->exact, f->count);
}

static void states(struct fixture *f, double tolerance, const double *s, size_t n)
{
    struct atw_error err;

    f->applications = 0;
    CHECK_OK(atw_exponential_states(f->chebyshev, tolerance, f->ball.c, s, NULL, n,
                                    f->out, &f->applications, &err));
}

/* Alone (backwards) and along with others (forwards), over five decades of s. */
START_TEST(error_is_below_the_tolerance)
{
    static const double s[6] = {1e-3, 0.05, 1.0, 6.0, 40.0, 300.0};
    double tolerance = pow(10.0, -2 - _i), greatest = 0.0;
    struct fixture f;

    open_fixture(&f, 9.0);
    states(&f, tolerance, s, 6);
    for (size_t j = 0; j < 6; j++)
        greatest = fmax(greatest, error_of(&f, s[j], f.out[j]));
    for (size_t j = 0; j < 6; j++) {
        states(&f, tolerance, &s[j], 1);
        greatest = fmax(greatest, error_of(&f, s[j], f.out[0]));
    }
    printf("tolerance %g: greatest error %.2e\n", tolerance, greatest);
    ck_assert_double_le(greatest, tolerance);
    ck_assert_double_ge(greatest, 0.02 * tolerance); /* no work is wasted */
    close_fixture(&f);
}
END_TEST

/* Twenty states: mixed ones are as good, and no more applications are needed. */
START_TEST(many_states_cost_the_applications_of_the_last)
{
    double s[MOST_STATES], tolerance = pow(10.0, -4 - _i % 2), greatest = 0.0;
    struct fixture f;
    size_t alone;

    open_fixture(&f, 9.0);
    for (size_t j = 0; j < MOST_STATES; j++)
        s[j] = _i < 2 ? 24.0 * (double)(j + 1) / MOST_STATES
                      : 24.0 * pow(0.7, (double)(MOST_STATES - 1 - j));
    states(&f, tolerance, &s[MOST_STATES - 1], 1);
    alone = f.applications;
    states(&f, tolerance, s, MOST_STATES);
    ck_assert_uint_eq(f.applications, alone);
    for (size_t j = 0; j < MOST_STATES; j++)
        greatest = fmax(greatest, error_of(&f, s[j], f.out[j]));
    printf("twenty states, tolerance %g: greatest error %.2e\n", tolerance, greatest);
    ck_assert_double_le(greatest, tolerance);
    close_fixture(&f);
}
END_TEST

/* A ball of 51000 cells is large enough for three threads. */
START_TEST(states_do_not_depend_on_the_number_of_threads)
{
    double s[5] = {0.5, 3.0, 7.0, 7.5, 9.0};
    size_t n_states = _i ? 5 : 1;
    struct fixture f;
    double *alone;

    open_fixture(&f, 23.0);
    ck_assert_uint_ge(atw_chebyshev_threads(f.chebyshev), 3);
    alone = malloc(n_states * f.count * sizeof *alone);
    ck_assert_ptr_nonnull(alone);
    atw_parallel_set_thread_count(1);
    states(&f, 1e-5, s, n_states);
    memcpy(alone, f.out[0], n_states * f.count * sizeof *alone);
    for (size_t threads = 2; threads <= 3; threads++) {
        atw_parallel_set_thread_count(threads);
        states(&f, 1e-5, s, n_states);
        ck_assert_mem_eq(alone, f.out[0], n_states * f.count * sizeof *alone);
    }
    free(alone);
    close_fixture(&f);
}
END_TEST

START_TEST(zero_time_returns_the_input)
{
    static const double s[3] = {2.0, 0.0, 1.0};
    struct fixture f;

    open_fixture(&f, 6.0);
    states(&f, 1e-4, s, 3);
    ck_assert_mem_eq(f.out[1], f.ball.c, f.count * sizeof *f.ball.c);
    states(&f, 1e-4, &s[1], 1);
    ck_assert_mem_eq(f.out[0], f.ball.c, f.count * sizeof *f.ball.c);
    close_fixture(&f);
}
END_TEST

/* Ten orders beyond complete alloying the answer is the mean, at bounded cost. */
START_TEST(very_long_times_end_at_the_mean)
{
    static const double S_m2[3] = {1e-15, 1e-12, 1e-3};
    struct atw_diffusion *diffusion = NULL;
    struct atw_diffusion_statistics work;
    struct atw_error err;
    double amount = 0.0, metal = 0.0;
    struct fixture f;

    open_fixture(&f, 6.0);
    CHECK_OK(atw_diffusion_create(&diffusion, f.ball.metal, NULL, &err));
    CHECK_OK(atw_diffusion_states_at(diffusion, f.ball.c, S_m2, 3, f.out[0], &err));
    for (size_t i = 0; i < f.count; i++) {
        amount += f.ball.cells->capacity[i] * f.ball.c[i];
        metal += f.ball.cells->capacity[i];
    }
    for (size_t i = 0; i < 3 * f.count; i++)
        ck_assert_double_eq_tol(f.out[0][i], amount / metal, 1e-5);
    work = atw_diffusion_statistics(diffusion);
    printf("%zu applications\n", work.operator_applications);
    ck_assert_uint_lt(work.operator_applications, 10000);
    atw_diffusion_destroy(diffusion);
    close_fixture(&f);
}
END_TEST

#define BAR 2000

/* The pieces that long times are cut into join: a bar whose slowest mode is known. */
START_TEST(pieces_of_a_long_time_make_one)
{
    struct atw_grid grid = {.n_x = 1, .n_y = BAR, .n_z = 1, .spacing_m = 1e-9};
    struct atw_diffusion *diffusion = NULL;
    struct atw_field *metal = NULL;
    struct atw_error err;
    double rate = 2.0 - 2.0 * cos(acos(-1.0) / BAR), S_m2 = 2e5 * 1e-18;
    static double state[BAR], after[BAR];

    CHECK_OK(atw_field_create(&metal, &grid, &err));
    for (size_t i = 0; i < BAR; i++) {
        metal->value[i] = 1.0F;
        state[i] = 0.5 + 0.5 * cos(acos(-1.0) * ((double)i + 0.5) / BAR);
    }
    CHECK_OK(atw_diffusion_create(&diffusion, metal, NULL, &err));
    CHECK_OK(atw_diffusion_states_at(diffusion, state, &S_m2, 1, after, &err));
    ck_assert_double_gt(fabs(after[0] - 0.5), 0.25); /* not yet at rest */
    for (size_t i = 0; i < BAR; i++)
        ck_assert_double_eq_tol(after[i], 0.5 + (state[i] - 0.5) * exp(-rate * 2e5),
                                2e-5);
    atw_diffusion_destroy(diffusion);
    atw_field_destroy(metal);
}
END_TEST

/* dc/d ln D against central differences of exact states, alone and along with others. */
START_TEST(sensitivity_is_the_difference_quotient_in_ln_D)
{
    static const double S_m2[5] = {0.0, 0.3e-18, 4e-18, 4e-18, 12e-18};
    struct atw_diffusion_options options = {.tolerance = 1e-5, .least_fraction = 1e-3};
    struct atw_diffusion *diffusion = NULL;
    struct atw_error err;
    double step = 1e-4, *lower, *upper, *alone;
    struct fixture f;

    open_fixture(&f, 6.0);
    lower = f.out[10];
    upper = f.out[11];
    alone = f.out[12];
    CHECK_OK(atw_diffusion_create(&diffusion, f.ball.metal, &options, &err));
    CHECK_OK(atw_diffusion_sensitivities_at(diffusion, f.ball.c, S_m2, 5, f.out[0],
                                            f.out[5], &err));
    for (size_t i = 0; i < f.count; i++)
        ck_assert_double_eq(f.out[5][i], 0.0);
    ck_assert_mem_eq(f.out[7], f.out[8], f.count * sizeof(double));
    for (size_t k = 1; k < 5; k++) {
        double S = S_m2[k] * 1e18, greatest = 0.0;

        expansion(f.ball.cells, f.ball.c, S * exp(-step), lower);
        expansion(f.ball.cells, f.ball.c, S * exp(step), upper);
        CHECK_OK(atw_diffusion_sensitivities_at(diffusion, f.ball.c, &S_m2[k], 1,
                                                f.out[13], alone, &err));
        for (size_t i = 0; i < f.count; i++) {
            double quotient = (upper[i] - lower[i]) / (2.0 * step);

            greatest = fmax(greatest, fabs(quotient));
            ck_assert_double_eq_tol(f.out[5 + k][i], quotient, 1e-5);
            ck_assert_double_eq_tol(alone[i], quotient, 1e-5);
        }
        ck_assert_double_gt(greatest, 1e-3);
    }
    atw_diffusion_destroy(diffusion);
    close_fixture(&f);
}
END_TEST

/* Behind a skipped piece too: the slow mode of a bar, -rate S exp(-rate S). */
START_TEST(sensitivity_of_a_long_time_is_that_of_its_mode)
{
    struct atw_grid grid = {.n_x = 1, .n_y = BAR, .n_z = 1, .spacing_m = 1e-9};
    struct atw_diffusion *diffusion = NULL;
    struct atw_field *metal = NULL;
    struct atw_error err;
    double rate = 2.0 - 2.0 * cos(acos(-1.0) / BAR), S_m2 = 2e5 * 1e-18;
    static double state[BAR], after[BAR], slope[BAR];

    CHECK_OK(atw_field_create(&metal, &grid, &err));
    for (size_t i = 0; i < BAR; i++) {
        metal->value[i] = 1.0F;
        state[i] = 0.5 + 0.5 * cos(acos(-1.0) * ((double)i + 0.5) / BAR);
    }
    CHECK_OK(atw_diffusion_create(&diffusion, metal, NULL, &err));
    CHECK_OK(
        atw_diffusion_sensitivities_at(diffusion, state, &S_m2, 1, after, slope, &err));
    for (size_t i = 0; i < BAR; i++)
        ck_assert_double_eq_tol(slope[i],
                                -rate * 2e5 * (state[i] - 0.5) * exp(-rate * 2e5), 1e-4);
    atw_diffusion_destroy(diffusion);
    atw_field_destroy(metal);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exponential");
    TCase *tests = tcase_create("exponential");

    tcase_add_loop_test(tests, error_is_below_the_tolerance, 0, 6);
    tcase_add_loop_test(tests, many_states_cost_the_applications_of_the_last, 0, 4);
    tcase_add_loop_test(tests, states_do_not_depend_on_the_number_of_threads, 0, 2);
    tcase_add_test(tests, zero_time_returns_the_input);
    tcase_add_test(tests, very_long_times_end_at_the_mean);
    tcase_add_test(tests, pieces_of_a_long_time_make_one);
    tcase_add_test(tests, sensitivity_is_the_difference_quotient_in_ln_D);
    tcase_add_test(tests, sensitivity_of_a_long_time_is_that_of_its_mode);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
