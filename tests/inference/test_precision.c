/* Precision of heating programmes: against the definition, and the search for the best
 * one against brute force over all programmes of a small grid. */
#include <math.h>
#include <string.h>

#include "core/constants.h"
#include "inference/precision.h"
#include "support/support.h"

enum { NODES = 41 };

static struct atw_error err;

/* Two particles, the second 34 K colder, of which a series shows
 * q = exp(-S / S_mix): slope -x exp(-x), x = S / S_mix. */
#define S_MIX_M2 20e-18
#define OWN 0.004

struct world {
    struct atw_series_model series;
    struct atw_curve *temperature_K[2];
    struct atw_precision_model model;
};

static void make_world(struct world *world, double unheated, double alloyed)
{
    double ln_S[NODES], q[NODES], slope[NODES], ln_own[NODES], set_point_K[NODES];
    double T_K[2][NODES];

    *world = (struct world){0};
    for (size_t i = 0; i < NODES; i++) {
        double x = 1e-3 * pow(1e4, (double)i / (NODES - 1.0));

        ln_S[i] = log(S_MIX_M2 * x);
        q[i] = exp(-x);
        slope[i] = -x * exp(-x);
        ln_own[i] = log(OWN);
        set_point_K[i] = 573.15 + 5.0 * (double)i;
        T_K[0][i] = set_point_K[i];
        T_K[1][i] = set_point_K[i] - 34.0;
    }
    CHECK_OK(atw_curve_create(&world->series.q, ln_S, q, NODES, &err));
    CHECK_OK(atw_curve_create(&world->series.slope, ln_S, slope, NODES, &err));
    CHECK_OK(atw_curve_create(&world->series.ln_own, ln_S, ln_own, NODES, &err));
    world->series.least_ln_S = ln_S[0];
    world->series.greatest_ln_S = ln_S[NODES - 1];
    world->series.unheated = unheated;
    world->series.alloyed = alloyed;
    world->model = (struct atw_precision_model){
        .n_particles = 2, .law = {.D0_m2_per_s = 7.3e-4, .Q_J_per_mol = 208.3e3}};
    for (size_t p = 0; p < 2; p++) {
        CHECK_OK(
            atw_curve_create(&world->temperature_K[p], set_point_K, T_K[p], NODES, &err));
        world->model.series[p] = &world->series;
        world->model.temperature_K[p] = world->temperature_K[p];
    }
}

static void destroy_world(struct world *world)
{
    atw_series_model_clear(&world->series);
    for (size_t p = 0; p < 2; p++)
        atw_curve_destroy(world->temperature_K[p]);
}

static struct atw_program
program_of(size_t n_steps, const double *celsius, const double *dwell_s)
{
    struct atw_program program = {.n_steps = n_steps};

    for (size_t k = 0; k <= n_steps; k++)
        program.dose[k] = 1.0;
    for (size_t k = 0; k < n_steps; k++) {
        program.set_point_K[k] = 273.15 + celsius[k];
        program.dwell_s[k] = dwell_s[k];
    }
    return program;
}

static double merit_of(const struct world *world, const struct atw_program *program)
{
    struct atw_precision precision;

    CHECK_OK(atw_program_precision(&precision, &world->model, program, &err));
    return precision.merit_K;
}

/* Independent errors: with two steps and two particles, four numbers of equal weight in
 * ln S and three parameters. Written out: dT follows from the normal equations. */
START_TEST(two_steps_agree_with_the_normal_equations)
{
    static const double celsius[] = {390.0, 430.0}, dwell_s[] = {200.0, 200.0};
    const struct atw_program program = program_of(2, celsius, dwell_s);
    const double R = ATW_GAS_CONSTANT_J_PER_MOL_K, Q = 208.3e3;
    struct world world;
    struct atw_precision precision;
    double normal[3][3] = {{0}}, determinant, cofactor;

    make_world(&world, 0.0, 0.0);
    CHECK_OK(atw_program_precision(&precision, &world.model, &program, &err));
    for (size_t p = 0; p < 2; p++) {
        double S = 0.0, by_Q = 0.0, by_T = 0.0;

        for (size_t k = 0; k < 2; k++) {
            double T = 273.15 + celsius[k] - (p ? 34.0 : 0.0);
            double own = dwell_s[k] * 7.3e-4 * exp(-Q / (R * T)), x, row[3], weight;

            S += own;
            by_Q -= own / R * (1.0 / T - 1.0 / precision.T_ref_K);
            by_T += own * Q / (R * T * T);
            x = S / S_MIX_M2;
            weight = pow(x * exp(-x) / OWN, 2.0);
            row[0] = 1.0;
            row[1] = 1e5 * by_Q / S; /* Q in 100 kJ/mol, dT in 100 K */
            row[2] = p ? 1e2 * by_T / S : 0.0;
            for (size_t i = 0; i < 3; i++)
                for (size_t j = 0; j < 3; j++)
                    normal[i][j] += weight * row[i] * row[j];
        }
    }
    determinant =
        normal[0][0] * (normal[1][1] * normal[2][2] - normal[1][2] * normal[1][2]) -
        normal[0][1] * (normal[0][1] * normal[2][2] - normal[1][2] * normal[0][2]) +
        normal[0][2] * (normal[0][1] * normal[1][2] - normal[1][1] * normal[0][2]);
    cofactor = normal[0][0] * normal[1][1] - normal[0][1] * normal[0][1];
    ck_assert_double_eq_tol(precision.delta_T_std_K[1] /
                                (100.0 * sqrt(cofactor / determinant)),
                            1.0, 2e-3); /* curves between their nodes */
    cofactor = normal[0][0] * normal[2][2] - normal[0][2] * normal[0][2];
    ck_assert_double_eq_tol(
        precision.Q_std_J_per_mol / (1e5 * sqrt(cofactor / determinant)), 1.0, 2e-3);
    ck_assert_double_nan(precision.delta_T_std_K[0]);
    ck_assert_double_eq(precision.merit_K, precision.delta_T_std_K[1]);
    destroy_world(&world);
}
END_TEST

/* Four times the dose halves every deviation; errors of the references widen dT, and more
 * dose before heating takes the former away. */
START_TEST(dose_and_shared_errors)
{
    static const double celsius[] = {390.0, 410.0, 430.0}, dwell_s[] = {150., 100., 150.};
    struct atw_program program = program_of(3, celsius, dwell_s), more = program;
    struct world alone, shared;
    double own, wide;

    make_world(&alone, 0.0, 0.0);
    make_world(&shared, 0.02, 0.01);
    own = merit_of(&alone, &program);
    wide = merit_of(&shared, &program);
    ck_assert_double_gt(wide, 1.05 * own);
    more.dose[0] = 100.0;
    ck_assert_double_eq(merit_of(&alone, &more), own);
    ck_assert_double_lt(merit_of(&shared, &more), 0.99 * wide);
    for (size_t k = 0; k <= 3; k++)
        more.dose[k] = 4.0;
    ck_assert_double_eq_tol(merit_of(&shared, &more) / wide, 0.5, 1e-9);
    destroy_world(&alone);
    destroy_world(&shared);
}
END_TEST

START_TEST(one_set_point_tells_nothing)
{
    static const double celsius[] = {400.0, 400.0}, dwell_s[] = {100.0, 100.0};
    static const double cold[] = {310.0, 310.0, 312.0}, brief[] = {1e-3, 1e-3, 1e-3};
    const struct atw_program same = program_of(2, celsius, dwell_s);
    const struct atw_program nothing = program_of(3, cold, brief);
    struct world world;

    make_world(&world, 0.0, 0.0);
    ck_assert(isinf(merit_of(&world, &same)));
    ck_assert(isinf(merit_of(&world, &nothing)));
    destroy_world(&world);
}
END_TEST

/* All programmes of two steps on a grid of 4 degrees and 8 seconds: none is better than
 * what the search finds, which is itself no more than a step of the grid away in merit.
 */
START_TEST(no_programme_of_a_grid_is_better)
{
    const struct atw_program_limits limits = {.time_s = 160.0,
                                              .dose = 3.0,
                                              .coldest_K = 273.15 + 380.0,
                                              .hottest_K = 273.15 + 440.0,
                                              .shortest_s = 8.0};
    struct atw_program found, again;
    struct world world;
    double least = INFINITY, best;

    make_world(&world, 0.005, 0.002);
    CHECK_OK(atw_program_search(&found, &world.model, &limits, 2, &err));
    best = merit_of(&world, &found);
    for (double first = 380.0; first <= 440.0; first += 4.0)
        for (double second = 380.0; second <= 440.0; second += 4.0)
            for (double t = 8.0; t <= 152.0; t += 8.0)
                for (double rest = 8.0; t + rest <= 160.0; rest += 8.0) {
                    const double celsius[] = {first, second}, dwell_s[] = {t, rest};
                    const struct atw_program program = program_of(2, celsius, dwell_s);

                    least = fmin(least, merit_of(&world, &program));
                }
    ck_assert_double_le(best, least);
    ck_assert_double_gt(best, 0.97 * least);
    CHECK_OK(atw_program_search(&again, &world.model, &limits, 2, &err));
    ck_assert(memcmp(found.set_point_K, again.set_point_K, sizeof found.set_point_K) ==
              0);
    destroy_world(&world);
}
END_TEST

static double whole(double x)
{
    return fabs(x - round(x));
}

/* Limits between whole degrees and seconds, for one to as many steps as fit. */
START_TEST(limits_are_kept)
{
    const struct atw_program_limits limits = {.time_s = 47.5,
                                              .dose = 5.0,
                                              .coldest_K = 273.15 + 399.5,
                                              .hottest_K = 273.15 + 431.7,
                                              .shortest_s = 10.2};
    struct world world;

    make_world(&world, 0.005, 0.002);
    for (size_t n = 2; n <= 4; n++) {
        struct atw_program found;
        double time_s = 0.0;

        CHECK_OK(atw_program_search(&found, &world.model, &limits, n, &err));
        ck_assert_uint_eq(found.n_steps, n);
        for (size_t k = 0; k < n; k++) {
            double celsius = found.set_point_K[k] - 273.15;

            ck_assert_double_ge(celsius, 400.0 - 1e-9);
            ck_assert_double_le(celsius, 431.0 + 1e-9);
            ck_assert_double_lt(whole(celsius), 1e-9);
            ck_assert_double_ge(found.dwell_s[k], 11.0);
            ck_assert_double_eq(whole(found.dwell_s[k]), 0.0);
            time_s += found.dwell_s[k];
            ck_assert_double_eq_tol(found.dose[k], 5.0 / (double)(n + 1), 1e-12);
        }
        ck_assert_double_le(time_s, 47.5);
    }
    destroy_world(&world);
}
END_TEST

/* Divided freely the dose stays what it is; it serves better, and all of two shares of a
 * grid serve no better still. */
START_TEST(a_divided_dose_is_better)
{
    static const double celsius[] = {390.0, 430.0}, dwell_s[] = {200.0, 200.0};
    struct atw_program program = program_of(2, celsius, dwell_s), divided = program;
    struct world world;
    double best, sum = 0.0;

    make_world(&world, 0.02, 0.002);
    CHECK_OK(atw_program_split_dose(&divided, &world.model, &err));
    best = merit_of(&world, &divided);
    ck_assert_double_lt(best, 0.999 * merit_of(&world, &program));
    for (size_t k = 0; k < 3; k++)
        sum += divided.dose[k];
    ck_assert_double_eq_tol(sum, 3.0, 1e-9);
    for (int i = 1; i < 30; i++)
        for (int j = 1; i + j < 30; j++) {
            program.dose[0] = 0.1 * i;
            program.dose[1] = 0.1 * j;
            program.dose[2] = 3.0 - 0.1 * (i + j);
            ck_assert_double_ge(merit_of(&world, &program), best * (1.0 - 1e-6));
        }
    destroy_world(&world);
}
END_TEST

static void
refuses(double time_s, double hottest, double dose, size_t n, const char *text)
{
    const struct atw_program_limits limits = {.time_s = time_s,
                                              .dose = dose,
                                              .coldest_K = 273.15 + 400.2,
                                              .hottest_K = 273.15 + hottest,
                                              .shortest_s = 10.0};
    struct atw_program found;
    struct world world;

    make_world(&world, 0.0, 0.0);
    CHECK_FAILS(atw_program_search(&found, &world.model, &limits, n, &err), ATW_EINVAL,
                text);
    destroy_world(&world);
}

START_TEST(refuses_limits_without_a_programme)
{
    refuses(19.0, 430.0, 1.0, 2, "2 steps of at least 10 s do not fit into 19 s");
    refuses(100.0, 400.7, 1.0, 2, "no whole degree");
    refuses(100.0, 430.0, 0.0, 2, "dose");
    refuses(100.0, 430.0, 1.0, ATW_PROGRAM_STEPS_MAX + 1, "allowed: 1 to");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("precision");
    TCase *tests = tcase_create("precision");

    tcase_add_test(tests, two_steps_agree_with_the_normal_equations);
    tcase_add_test(tests, dose_and_shared_errors);
    tcase_add_test(tests, one_set_point_tells_nothing);
    tcase_add_test(tests, no_programme_of_a_grid_is_better);
    tcase_add_test(tests, limits_are_kept);
    tcase_add_test(tests, a_divided_dose_is_better);
    tcase_add_test(tests, refuses_limits_without_a_programme);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
