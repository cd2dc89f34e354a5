/* Deviations of spreads and degrees against their scatter over seeds. */
#include <math.h>
#include <stdlib.h>

#include "quantification/spread_error.h"
#include "support/support.h"

enum { N_X = 12, N_Y = 40, N_Z = 10, SEEDS = 300 };

static const struct atw_grid GRID = {
    .n_x = N_X, .n_y = N_Y, .n_z = N_Z, .spacing_m = 0.7e-9};

/* Standard normal deviate number i of a seed. */
static double normal(unsigned seed, unsigned i)
{
    double u = atw_test_uniform(seed, 2 * i), v = atw_test_uniform(seed, 2 * i + 1);

    return sqrt(-2.0 * log(1.0 - u)) * cos(2.0 * M_PI * v);
}

struct bench {
    struct atw_mask *mask;
    struct atw_field *volume, *noise[2];
};

static void bench_create(struct bench *bench)
{
    struct atw_error err;

    CHECK_OK(atw_mask_create(&bench->mask, &GRID, &err));
    CHECK_OK(atw_field_create(&bench->volume, &GRID, &err));
    for (size_t i = 0; i < 2; i++)
        CHECK_OK(atw_field_create(&bench->noise[i], &GRID, &err));
    for (size_t z = 0; z < N_Z; z++)
        for (size_t y = 0; y < N_Y; y++)
            for (size_t x = 2; x < N_X; x++)
                bench->mask->inside[atw_grid_index(&GRID, x, y, z)] = 1;
}

static void bench_destroy(struct bench *bench)
{
    atw_mask_destroy(bench->mask);
    atw_field_destroy(bench->volume);
    atw_field_destroy(bench->noise[0]);
    atw_field_destroy(bench->noise[1]);
}

/* Noise of a voxel: its own and, as a reconstruction has it, some common to a column of
 * its slice. */
static void draw(struct atw_field *field, unsigned seed, double own, double common)
{
    for (size_t y = 0; y < N_Y; y++)
        for (size_t x = 0; x < N_X; x++) {
            double column = common * normal(seed + 7777, (unsigned)(y * N_X + x));

            for (size_t z = 0; z < N_Z; z++) {
                size_t i = atw_grid_index(&GRID, x, y, z);

                field->value[i] = (float)(column + own * normal(seed, (unsigned)i));
            }
        }
}

/* A core of 2.6 in the middle of every slice, longer at one end; contrast 0: none. */
static void add_particle(struct atw_field *field, double contrast)
{
    for (size_t z = 0; z < N_Z; z++)
        for (size_t y = 0; y < N_Y; y++)
            for (size_t x = 0; x < N_X; x++) {
                int is_core = z >= 2 && z < 6 + y / 20 && x >= 4 && x < 9;

                field->value[atw_grid_index(&GRID, x, y, z)] +=
                    (float)(1.0 + (is_core ? contrast : 0.0));
            }
}

struct case_of_noise {
    double contrast, own, common;
};
static const struct case_of_noise CASES[] = {
    {1.6, 0.11, 0.0},  /* the particle outweighs the noise */
    {0.0, 0.17, 0.0},  /* noise alone: the exact variance is 2 sigma^4 / n */
    {0.3, 0.08, 0.14}, /* both, and the noise of a slice is correlated */
};

/* Mean of the predicted variances against that of the values over seeds. Tolerance of
 * the deviation: 5 standard errors of the scatter, 5 / sqrt(2 seeds) = 20 %. */
static void check(double predicted_variance, const double *value)
{
    double mean = 0.0, variance = 0.0;

    for (size_t i = 0; i < SEEDS; i++)
        mean += value[i] / SEEDS;
    for (size_t i = 0; i < SEEDS; i++)
        variance += (value[i] - mean) * (value[i] - mean) / (SEEDS - 1);
    ck_assert_double_eq_tol(sqrt(predicted_variance / variance), 1.0, 0.2);
}

START_TEST(deviation_is_the_scatter_over_seeds)
{
    const struct case_of_noise *noise = &CASES[_i];
    struct bench bench;
    struct atw_error err;
    double value[SEEDS], predicted = 0.0;

    bench_create(&bench);
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        double std, spread;

        draw(bench.volume, 10000 + 3 * seed, noise->own, noise->common);
        draw(bench.noise[0], 10001 + 3 * seed, noise->own, noise->common);
        draw(bench.noise[1], 10002 + 3 * seed, noise->own, noise->common);
        add_particle(bench.volume, noise->contrast);
        CHECK_OK(atw_squared_spread_std(&std, bench.volume, bench.noise[0],
                                        bench.noise[1], bench.mask, &err));
        CHECK_OK(atw_intensity_spread(&spread, bench.volume, bench.mask, &err));
        value[seed] = spread * spread;
        predicted += std * std / SEEDS;
    }
    check(predicted, value);
    bench_destroy(&bench);
}
END_TEST

START_TEST(pair_gives_the_scatter_over_seeds)
{
    const struct case_of_noise *noise = &CASES[_i];
    struct bench bench;
    struct atw_error err;
    double value[SEEDS], predicted = 0.0;

    bench_create(&bench);
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        double std, spread;

        draw(bench.volume, 50000 + 2 * seed, noise->own, noise->common);
        draw(bench.noise[0], 50001 + 2 * seed, noise->own, noise->common);
        add_particle(bench.volume, noise->contrast);
        add_particle(bench.noise[0], noise->contrast);
        CHECK_OK(atw_squared_spread_std_of_pair(&std, bench.volume, bench.noise[0],
                                                bench.mask, &err));
        CHECK_OK(atw_intensity_spread(&spread, bench.volume, bench.mask, &err));
        value[seed] = spread * spread;
        predicted += std * std / SEEDS;
    }
    check(predicted, value);
    bench_destroy(&bench);
}
END_TEST

static const struct atw_alloying_reference REFERENCE = {0.287, 0.118};
static const struct atw_alloying_deviations DEVIATIONS = {2e-4, 3e-4, 1e-4};

/* The same formula differentiated by steps. */
static double numerical(double spread, enum atw_alloying_measure measure, int left)
{
    static const double STEP = 1e-7;
    const double std[3] = {DEVIATIONS.squared_spread, DEVIATIONS.squared_unalloyed,
                           DEVIATIONS.squared_alloyed};
    double sum = 0.0;

    for (int which = 0; which < 3; which++) {
        double value[2], squared[3] = {spread * spread, 0.287 * 0.287, 0.118 * 0.118};
        struct atw_error err;

        for (int side = 0; side < 2; side++) {
            struct atw_alloying_reference reference;
            double s;

            squared[which] += side == 0 ? -STEP : 2.0 * STEP;
            s = sqrt(squared[0]);
            reference.spread_unalloyed = sqrt(squared[1]);
            reference.spread_alloyed = sqrt(squared[2]);
            if (left)
                CHECK_OK(atw_variance_left(&value[side], s, &reference, &err));
            else
                CHECK_OK(atw_alloying_degree(&value[side], s, &reference, measure, &err));
        }
        sum += pow((value[1] - value[0]) / (2.0 * STEP) * std[which], 2.0);
    }
    return sqrt(sum);
}

START_TEST(deviations_of_degrees_follow_from_their_slopes)
{
    static const double SPREAD[] = {0.26, 0.2, 0.16};

    for (size_t i = 0; i < 3; i++) {
        double s = SPREAD[i];

        ck_assert_double_eq_tol(atw_variance_left_std(s, &REFERENCE, &DEVIATIONS) /
                                    numerical(s, ATW_ALLOYING_LINEAR, 1),
                                1.0, 1e-5);
        ck_assert_double_eq_tol(
            atw_alloying_degree_std(s, &REFERENCE, &DEVIATIONS, ATW_ALLOYING_LINEAR) /
                numerical(s, ATW_ALLOYING_LINEAR, 0),
            1.0, 1e-5);
        ck_assert_double_eq_tol(
            atw_alloying_degree_std(s, &REFERENCE, &DEVIATIONS, ATW_ALLOYING_QUADRATURE) /
                numerical(s, ATW_ALLOYING_QUADRATURE, 0),
            1.0, 1e-3);
    }
}
END_TEST

/* Where the slope of the square root has no limit the deviation has one. */
START_TEST(deviation_at_complete_alloying_is_finite)
{
    double left = atw_variance_left_std(0.118, &REFERENCE, &DEVIATIONS);
    double at =
        atw_alloying_degree_std(0.118, &REFERENCE, &DEVIATIONS, ATW_ALLOYING_QUADRATURE);

    ck_assert_double_eq_tol(at, 0.5 * sqrt(left), 1e-12);
    ck_assert_double_eq_tol(
        atw_alloying_degree_std(0.1, &REFERENCE, &DEVIATIONS, ATW_ALLOYING_QUADRATURE),
        at, 0.1 * at);
}
END_TEST

START_TEST(bad_volumes_are_refused)
{
    struct bench bench;
    struct atw_grid other = GRID;
    struct atw_field *wrong = NULL;
    struct atw_error err;
    double std = -7.0;

    bench_create(&bench);
    other.n_x++;
    CHECK_OK(atw_field_create(&wrong, &other, &err));
    CHECK_FAILS(atw_squared_spread_std(&std, bench.volume, bench.noise[0], wrong,
                                       bench.mask, &err),
                ATW_EINVAL, "spread");
    CHECK_FAILS(atw_squared_spread_std(&std, bench.volume, bench.noise[0], bench.noise[1],
                                       bench.mask, &err),
                ATW_EINVAL, "mean intensity within the mask is 0");
    for (size_t i = 0; i < atw_grid_voxel_count(&GRID); i++)
        bench.mask->inside[i] = 0;
    CHECK_FAILS(atw_squared_spread_std_of_pair(&std, bench.volume, bench.noise[0],
                                               bench.mask, &err),
                ATW_EINVAL, "the mask is empty");
    ck_assert_double_eq(std, -7.0);
    atw_field_destroy(wrong);
    bench_destroy(&bench);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spread_error");
    TCase *tests = tcase_create("spread_error");
    int n_cases = (int)(sizeof CASES / sizeof *CASES);

    tcase_add_loop_test(tests, deviation_is_the_scatter_over_seeds, 0, n_cases);
    tcase_add_loop_test(tests, pair_gives_the_scatter_over_seeds, 0, n_cases);
    tcase_add_test(tests, deviations_of_degrees_follow_from_their_slopes);
    tcase_add_test(tests, deviation_at_complete_alloying_is_finite);
    tcase_add_test(tests, bad_volumes_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
