/* Designs: what each promises about its points, whatever the seed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "study/design.h"
#include "study/design_sampled.h"
#include "support/support.h"

static struct atw_points
points_of(const char *name, size_t n_factors, size_t size, uint64_t seed)
{
    struct atw_design_options options = {
        .seed = seed, .n_factors = n_factors, .size = size, .n_levels = 4};
    struct atw_points points;
    struct atw_error err;

    for (size_t i = 0; i < n_factors; i++)
        options.n_values[i] = i + 2;
    CHECK_OK(atw_design_create(&points, atw_design_find(name), &options, &err));
    return points;
}

/* Points whose coordinates i and j fall into cell (a, b) of a grid of 1/n_a by 1/n_b. */
static size_t count_in_cell(const struct atw_points *points,
                            size_t i,
                            size_t n_a,
                            size_t a,
                            size_t j,
                            size_t n_b,
                            size_t b)
{
    size_t count = 0;

    for (size_t k = 0; k < points->n_points; k++) {
        const double *u = points->u + k * points->n_factors;

        count += (size_t)(u[i] * (double)n_a) == a && (size_t)(u[j] * (double)n_b) == b;
    }
    return count;
}

/* Squared L2 star discrepancy; source: Warnock (1972), closed form. */
static double star_discrepancy(const struct atw_points *points)
{
    double n = (double)points->n_points, mean = 0.0, pairs = 0.0;
    size_t d = points->n_factors;

    for (size_t k = 0; k < points->n_points; k++) {
        double product = 1.0;

        for (size_t i = 0; i < d; i++)
            product *= 1.0 - points->u[k * d + i] * points->u[k * d + i];
        mean += product;
        for (size_t l = 0; l < points->n_points; l++) {
            product = 1.0;
            for (size_t i = 0; i < d; i++)
                product *= 1.0 - fmax(points->u[k * d + i], points->u[l * d + i]);
            pairs += product;
        }
    }
    return pow(3.0, -(double)d) - pow(2.0, 1.0 - (double)d) / n * mean + pairs / (n * n);
}

START_TEST(grid_has_every_combination_once)
{
    struct atw_points points = points_of("grid", 3, 0, 1);

    ck_assert_uint_eq(points.n_points, 2 * 3 * 4);
    for (size_t a = 0; a < 2; a++)
        for (size_t b = 0; b < 3; b++)
            for (size_t c = 0; c < 4; c++) {
                size_t k = (a * 3 + b) * 4 + c;

                ck_assert_uint_eq((size_t)(points.u[3 * k] * 2), a);
                ck_assert_uint_eq((size_t)(points.u[3 * k + 1] * 3), b);
                ck_assert_uint_eq((size_t)(points.u[3 * k + 2] * 4), c);
            }
    free(points.u);
}
END_TEST

/* Factors of 2, 3 and 4 values: 1 + 1 + 2 + 3 points. */
START_TEST(one_at_a_time_changes_one_factor_of_the_first_point)
{
    struct atw_points points = points_of("one-at-a-time", 3, 0, 1);
    size_t row = 1;

    ck_assert_uint_eq(points.n_points, 7);
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq((size_t)(points.u[i] * (double)(i + 2)), 0);
    for (size_t i = 0; i < 3; i++)
        for (size_t value = 1; value < i + 2; value++, row++)
            for (size_t other = 0; other < 3; other++)
                ck_assert_uint_eq(
                    (size_t)(points.u[3 * row + other] * (double)(other + 2)),
                    other == i ? value : 0);
    free(points.u);
}
END_TEST

/* 1000 points of two factors in 4 x 4 cells: chi-square of 15 degrees, and no equal
 * counts, which stratified points have. */
START_TEST(random_points_are_independent)
{
    struct atw_points points = points_of("random", 2, 1000, (uint64_t)_i);
    size_t count[16] = {0}, row[4] = {0};
    double chi_square = 0.0;
    int is_stratified = 1;

    for (size_t k = 0; k < 1000; k++) {
        size_t a = (size_t)(4.0 * points.u[2 * k]);
        size_t b = (size_t)(4.0 * points.u[2 * k + 1]);

        count[4 * a + b]++;
        row[a]++;
    }
    for (size_t i = 0; i < 16; i++)
        chi_square += pow((double)count[i] - 62.5, 2.0) / 62.5;
    for (size_t i = 0; i < 4; i++)
        is_stratified &= row[i] == 250;
    ck_assert_double_lt(chi_square, 50.0); /* p = 1e-5 */
    ck_assert(!is_stratified);
    free(points.u);
}
END_TEST

START_TEST(latin_hypercube_has_one_point_in_every_interval_of_every_factor)
{
    struct atw_points points = points_of("latin-hypercube", 5, 37, (uint64_t)_i);

    for (size_t i = 0; i < 5; i++)
        for (size_t a = 0; a < 37; a++)
            ck_assert_uint_eq(count_in_cell(&points, i, 37, a, i, 1, 0), 1);
    free(points.u);
}
END_TEST

START_TEST(latin_hypercube_factors_are_ordered_independently)
{
    struct atw_points points = points_of("latin-hypercube", 2, 1000, (uint64_t)_i);
    double correlation = 0.0;

    for (size_t k = 0; k < 1000; k++)
        correlation +=
            12.0 / 1000.0 * (points.u[2 * k] - 0.5) * (points.u[2 * k + 1] - 0.5);
    ck_assert_double_lt(fabs(correlation), 5.0 / sqrt(1000.0));
    free(points.u);
}
END_TEST

/* Bratley and Fox, table of the first points; the origin, which GSL leaves out, first. */
START_TEST(sobol_sequence_begins_at_the_origin_with_the_published_points)
{
    static const double expected[8][2] = {{0.0, 0.0},     {0.5, 0.5},     {0.75, 0.25},
                                          {0.25, 0.75},   {0.375, 0.375}, {0.875, 0.875},
                                          {0.625, 0.125}, {0.125, 0.625}};
    double u[16];
    struct atw_error err;

    CHECK_OK(atw_sobol_points(u, 8, 2, NULL, &err));
    for (size_t k = 0; k < 8; k++)
        for (size_t i = 0; i < 2; i++)
            ck_assert_double_eq_tol(u[2 * k + i], expected[k][i], 1e-15);
}
END_TEST

/* The first two dimensions are a (0, m, 2)-net: every elementary interval of area 2^-m
 * holds one point. The digital shift keeps that. */
START_TEST(shifted_sobol_points_are_a_net)
{
    struct atw_points points = points_of("sobol", 2, 64, (uint64_t)_i);

    for (size_t n_a = 1; n_a <= 64; n_a *= 2)
        for (size_t a = 0; a < n_a; a++)
            for (size_t b = 0; b < 64 / n_a; b++)
                ck_assert_uint_eq(count_in_cell(&points, 0, n_a, a, 1, 64 / n_a, b), 1);
    free(points.u);
}
END_TEST

START_TEST(every_sobol_dimension_is_balanced)
{
    struct atw_points points = points_of("sobol", ATW_DESIGN_FACTORS_MAX, 128, 5);

    for (size_t i = 0; i < ATW_DESIGN_FACTORS_MAX; i++)
        for (size_t a = 0; a < 128; a++)
            ck_assert_uint_eq(count_in_cell(&points, i, 128, a, i, 1, 0), 1);
    free(points.u);
}
END_TEST

/* Random points have the expectation (2^-d - 3^-d) / n. */
START_TEST(sobol_points_are_spread_far_better_than_random_ones)
{
    struct atw_points points = points_of("sobol", 4, 512, (uint64_t)_i);
    double random = (pow(2.0, -4.0) - pow(3.0, -4.0)) / 512.0;

    ck_assert_double_lt(star_discrepancy(&points), random / 10.0);
    free(points.u);
}
END_TEST

START_TEST(morris_trajectory_moves_every_factor_once_by_half_the_range)
{
    const size_t n = 6;
    struct atw_points points = points_of("morris", n, 10, (uint64_t)_i);

    ck_assert_uint_eq(points.n_points, 10 * (n + 1));
    for (size_t block = 0; block < 10; block++) {
        size_t moved[6] = {0};

        for (size_t step = 1; step <= n; step++)
            for (size_t i = 0; i < n; i++) {
                size_t row = block * (n + 1) + step;
                double change = points.u[row * n + i] - points.u[(row - 1) * n + i];

                if (fabs(change) > 0.0) {
                    moved[i]++;
                    ck_assert_double_eq_tol(fabs(change), 0.5, 1e-15);
                }
            }
        for (size_t i = 0; i < n; i++)
            ck_assert_uint_eq(moved[i], 1);
    }
    free(points.u);
}
END_TEST

START_TEST(morris_levels_are_met_equally_often)
{
    struct atw_points points = points_of("morris", 3, 2000, 7);
    double n = (double)points.n_points;

    for (size_t i = 0; i < 3; i++)
        for (size_t a = 0; a < 4; a++)
            ck_assert_double_eq_tol((double)count_in_cell(&points, i, 4, a, i, 1, 0) / n,
                                    0.25, 0.03);
    free(points.u);
}
END_TEST

START_TEST(saltelli_rows_take_one_coordinate_from_the_other_sample)
{
    const size_t n = 4;
    struct atw_points points = points_of("saltelli", n, 32, (uint64_t)_i);

    ck_assert_uint_eq(points.n_points, 32 * (n + 2));
    for (size_t block = 0; block < 32; block++) {
        const double *A = points.u + block * (n + 2) * n, *B = A + n;

        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                ck_assert(A[(2 + i) * n + j] == (i == j ? B[j] : A[j]));
    }
    free(points.u);
}
END_TEST

START_TEST(points_depend_on_the_seed_alone)
{
    static const char *const names[] = {"random", "latin-hypercube", "sobol", "morris",
                                        "saltelli"};
    struct atw_points first = points_of(names[_i], 3, 16, 11);
    struct atw_points again = points_of(names[_i], 3, 16, 11);
    struct atw_points other = points_of(names[_i], 3, 16, 12);
    size_t bytes = first.n_points * 3 * sizeof(double);

    ck_assert_mem_eq(first.u, again.u, bytes);
    ck_assert(memcmp(first.u, other.u, bytes) != 0);
    for (size_t k = 0; k < first.n_points * 3; k++)
        ck_assert(first.u[k] > 0.0 && first.u[k] < 1.0);
    free(first.u);
    free(again.u);
    free(other.u);
}
END_TEST

START_TEST(bootstrap_is_one_point_without_factors)
{
    struct atw_points points = points_of("bootstrap", 0, 0, 1);

    ck_assert_uint_eq(points.n_points, 1);
    free(points.u);
}
END_TEST

START_TEST(sizes_that_a_design_does_not_allow_are_refused)
{
    static const struct {
        const char *design;
        struct atw_design_options options;
        const char *message;
    } wrong[] = {
        {"grid", {.n_factors = 0}, "at least one factor"},
        {"grid", {.n_factors = 2, .n_values = {3, 0}}, "factor 2 has none"},
        {"grid", {.n_factors = 2, .n_values = {100000, 1000}}, "more than 10000000"},
        {"one-at-a-time", {.n_factors = 0}, "at least one factor"},
        {"one-at-a-time", {.n_factors = 2, .n_values = {3, 0}}, "factor 2 has none"},
        {"one-at-a-time", {.n_factors = 2, .n_values = {9999999, 9}}, "more than"},
        {"random", {.n_factors = 2}, "at least 1"},
        {"latin-hypercube", {.n_factors = 2}, "at least 1"},
        {"latin-hypercube", {.n_factors = 41, .size = 4}, "at most 40"},
        {"sobol", {.n_factors = 2, .size = 100}, "take 64 or 128"},
        {"morris", {.n_factors = 2, .size = 4, .n_levels = 5}, "even number"},
        {"morris", {.n_factors = 40, .size = 1000000, .n_levels = 4}, "more than"},
        {"saltelli", {.n_factors = 21, .size = 64}, "at most 20"},
        {"saltelli", {.n_factors = 2, .size = 63}, "take 32 or 64"},
        {"bootstrap", {.n_factors = 1}, "takes no factors"},
    };
    struct atw_points points;
    struct atw_error err;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_FAILS(atw_design_create(&points, atw_design_find(wrong[i].design),
                                      &wrong[i].options, &err),
                    ATW_EINVAL, wrong[i].message);
        ck_assert_ptr_null(points.u);
    }
    ck_assert_ptr_null(atw_design_find("simplex"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("design");
    TCase *tests = tcase_create("design");

    tcase_add_test(tests, grid_has_every_combination_once);
    tcase_add_test(tests, one_at_a_time_changes_one_factor_of_the_first_point);
    tcase_add_loop_test(tests, random_points_are_independent, 0, 5);
    tcase_add_loop_test(
        tests, latin_hypercube_has_one_point_in_every_interval_of_every_factor, 0, 5);
    tcase_add_loop_test(tests, latin_hypercube_factors_are_ordered_independently, 0, 5);
    tcase_add_test(tests, sobol_sequence_begins_at_the_origin_with_the_published_points);
    tcase_add_loop_test(tests, shifted_sobol_points_are_a_net, 0, 5);
    tcase_add_test(tests, every_sobol_dimension_is_balanced);
    tcase_add_loop_test(tests, sobol_points_are_spread_far_better_than_random_ones, 0, 5);
    tcase_add_loop_test(
        tests, morris_trajectory_moves_every_factor_once_by_half_the_range, 0, 5);
    tcase_add_test(tests, morris_levels_are_met_equally_often);
    tcase_add_loop_test(tests, saltelli_rows_take_one_coordinate_from_the_other_sample, 0,
                        3);
    tcase_add_loop_test(tests, points_depend_on_the_seed_alone, 0, 5);
    tcase_add_test(tests, bootstrap_is_one_point_without_factors);
    tcase_add_test(tests, sizes_that_a_design_does_not_allow_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
