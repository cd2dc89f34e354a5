/* States found a few at a time: error on every rung, cost, threads. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/parallel.h"
#include "diffusion/ball.h"
#include "diffusion/expansion.h"
#include "diffusion/exponential.h"
#include "diffusion/exponential_ladder.h"
#include "support/support.h"

#define MOST_STATES 48

/* What a climb to the top found. */
struct outcome {
    double *state[MOST_STATES];
    size_t n_states, n_climbs, applications;
};

static void climb_to_top(struct outcome *o,
                         const struct ball *ball,
                         double tolerance,
                         const double *s)
{
    struct atw_exponential_ladder *ladder = NULL;
    size_t n_states = o->n_states, group;
    struct atw_error err;

    *o = (struct outcome){.n_states = n_states};
    CHECK_OK(atw_exponential_ladder_create(&ladder, ball->cells, tolerance, ball->c, s,
                                           n_states, &err));
    for (size_t j = 0; j < n_states; j += group) {
        group = atw_exponential_ladder_group(ladder);
        ck_assert_uint_gt(group, 0);
        ck_assert_uint_le(j + group, n_states);
        CHECK_OK(
            atw_exponential_ladder_climb(ladder, o->state + j, &o->applications, &err));
        o->n_climbs++;
    }
    ck_assert_uint_eq(atw_exponential_ladder_group(ladder), 0);
    CHECK_OK(atw_exponential_ladder_climb(ladder, NULL, &o->applications, &err));
    atw_exponential_ladder_destroy(ladder);
}

static void forget(struct outcome *o)
{
    for (size_t j = 0; j < o->n_states; j++)
        free(o->state[j]);
}

static double
greatest_error(const struct outcome *o, const struct ball *ball, const double *s)
{
    double *exact = malloc(ball->count * sizeof *exact), greatest = 0.0;

    ck_assert_ptr_nonnull(exact);
    for (size_t j = 0; j < o->n_states; j++) {
        expansion(ball->cells, ball->c, s[j], exact);
        greatest = fmax(greatest, greatest_difference(o->state[j], exact, ball->count));
    }
    free(exact);
    return greatest;
}

/* From s of next to nothing to complete alloying: what is carried along over a dozen
 * climbs is as good at the top as what is found at once. */
START_TEST(every_rung_is_within_the_tolerance)
{
    double tolerance = pow(10.0, -3 - _i), s[MOST_STATES], greatest;
    struct outcome o = {.n_states = MOST_STATES};
    struct ball ball;

    for (size_t j = 0; j < MOST_STATES; j++)
        s[j] = 0.01 * pow(1.3, (double)j);
    ball_open(&ball, 9.0);
    climb_to_top(&o, &ball, tolerance, s);
    ck_assert_uint_gt(o.n_climbs, 8);
    greatest = greatest_error(&o, &ball, s);
    printf("tolerance %g: greatest error %.2e, %zu climbs\n", tolerance, greatest,
           o.n_climbs);
    ck_assert_double_le(greatest, tolerance);
    ck_assert_double_ge(greatest, 0.02 * tolerance); /* no work is wasted */
    forget(&o);
    ball_close(&ball);
}
END_TEST

/* The first state may need many terms, rungs may lie far apart, and there may be one. */
START_TEST(rungs_may_lie_anywhere)
{
    static const double s[3][5] = {
        {7.0}, {30.0, 31.0, 200.0, 201.0, 5000.0}, {1e-6, 1e-3, 50.0, 50.0, 50.1}};
    struct outcome o = {.n_states = _i == 0 ? 1 : 5};
    struct ball ball;

    ball_open(&ball, 7.0);
    climb_to_top(&o, &ball, 1e-5, s[_i]);
    ck_assert_double_le(greatest_error(&o, &ball, s[_i]), 1e-5);
    forget(&o);
    ball_close(&ball);
}
END_TEST

/* No vector is computed twice: at most a round of them more than the last state needs. */
START_TEST(all_climbs_together_cost_one_pass)
{
    double s[MOST_STATES];
    struct outcome o = {.n_states = MOST_STATES};
    struct atw_chebyshev *chebyshev = NULL;
    size_t alone = 0;
    struct atw_error err;
    struct ball ball;
    double *last;

    for (size_t j = 0; j < MOST_STATES; j++)
        s[j] = 0.01 * pow(1.3, (double)j);
    ball_open(&ball, 6.0);
    climb_to_top(&o, &ball, 1e-5, s);
    CHECK_OK(atw_chebyshev_create(&chebyshev, ball.cells, &err));
    last = malloc(ball.count * sizeof *last);
    ck_assert_ptr_nonnull(last);
    CHECK_OK(atw_exponential_states(chebyshev, 1e-5, ball.c, &s[MOST_STATES - 1], NULL, 1,
                                    &last, &alone, &err));
    ck_assert_uint_ge(o.applications, alone);
    ck_assert_uint_lt(o.applications, alone + ATW_CHEBYSHEV_TERMS);
    atw_chebyshev_destroy(chebyshev);
    free(last);
    forget(&o);
    ball_close(&ball);
}
END_TEST

/* A ball of 51000 cells is large enough for three threads. */
START_TEST(states_do_not_depend_on_the_number_of_threads)
{
    struct outcome alone = {.n_states = 20}, shared = {.n_states = 20};
    struct atw_chebyshev *chebyshev = NULL;
    struct atw_error err;
    struct ball ball;
    double s[20];

    for (size_t j = 0; j < 20; j++)
        s[j] = 0.3 * pow(1.3, (double)j);
    ball_open(&ball, 23.0);
    CHECK_OK(atw_chebyshev_create(&chebyshev, ball.cells, &err));
    ck_assert_uint_ge(atw_chebyshev_threads(chebyshev), 3);
    atw_chebyshev_destroy(chebyshev);
    atw_parallel_set_thread_count(1);
    climb_to_top(&alone, &ball, 1e-5, s);
    for (size_t threads = 2; threads <= 3; threads++) {
        atw_parallel_set_thread_count(threads);
        climb_to_top(&shared, &ball, 1e-5, s);
        for (size_t j = 0; j < 20; j++)
            ck_assert_mem_eq(alone.state[j], shared.state[j],
                             ball.count * sizeof(double));
        forget(&shared);
    }
    forget(&alone);
    ball_close(&ball);
}
END_TEST

START_TEST(a_uniform_state_stays_uniform)
{
    static const double s[4] = {0.1, 3.0, 30.0, 900.0};
    struct outcome o = {.n_states = 4};
    struct ball ball;

    ball_open(&ball, 6.0);
    for (size_t i = 0; i < ball.count; i++)
        ball.c[i] = 0.3;
    climb_to_top(&o, &ball, 1e-4, s);
    for (size_t j = 0; j < 4; j++)
        ck_assert_mem_eq(o.state[j], ball.c, ball.count * sizeof *ball.c);
    forget(&o);
    ball_close(&ball);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ladder");
    TCase *tests = tcase_create("ladder");

    tcase_add_loop_test(tests, every_rung_is_within_the_tolerance, 0, 5);
    tcase_add_loop_test(tests, rungs_may_lie_anywhere, 0, 3);
    tcase_add_test(tests, all_climbs_together_cost_one_pass);
    tcase_add_test(tests, states_do_not_depend_on_the_number_of_threads);
    tcase_add_test(tests, a_uniform_state_stays_uniform);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
