/* Sensitivity indices against closed forms: Ishigami, Sobol's g, linear functions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "study/analytic.h"
#include "study/design.h"
#include "study/sensitivity.h"
#include "support/support.h"

static const struct atw_bootstrap bootstrap = {.seed = 3, .n_resamples = 200};

typedef double (*function_fn)(const double *u);

static double ishigami_of_u(const double *u)
{
    double x[3];

    for (size_t i = 0; i < 3; i++)
        x[i] = M_PI * (2.0 * u[i] - 1.0);
    return atw_ishigami(x);
}

static double g_of_u(const double *u)
{
    return atw_g_function(u, 8);
}

static double linear_of_u(const double *u)
{
    return 2.385 * u[0] - 7.25 * u[1] + 0.0 * u[2] + 100.0;
}

/* The points of a design and the outcomes there; free both. */
static struct atw_points evaluate(const char *design,
                                  size_t n_factors,
                                  size_t size,
                                  uint64_t seed,
                                  function_fn function,
                                  double **outcomes)
{
    struct atw_design_options options = {
        .seed = seed, .n_factors = n_factors, .size = size, .n_levels = 4};
    struct atw_points points;
    struct atw_error err;

    CHECK_OK(atw_design_create(&points, atw_design_find(design), &options, &err));
    *outcomes = malloc(points.n_points * sizeof **outcomes);
    for (size_t k = 0; k < points.n_points; k++)
        (*outcomes)[k] = function(points.u + k * n_factors);
    return points;
}

static void
check_indices(function_fn function, size_t n, const double *first, const double *total)
{
    struct atw_sobol_index index[8];
    struct atw_error err;
    double *y;
    size_t n_used;
    struct atw_points points = evaluate("saltelli", n, 4096, 17, function, &y);

    CHECK_OK(atw_sobol_indices(index, y, 4096, n, &bootstrap, &n_used, &err));
    ck_assert_uint_eq(n_used, 4096);
    for (size_t i = 0; i < n; i++) {
        ck_assert_double_eq_tol(index[i].first.value, first[i], 0.01);
        ck_assert_double_eq_tol(index[i].total.value, total[i], 0.01);
        ck_assert(index[i].first.interval_95[0] <= first[i] &&
                  first[i] <= index[i].first.interval_95[1]);
        ck_assert(index[i].total.interval_95[0] <= total[i] &&
                  total[i] <= index[i].total.interval_95[1]);
    }
    free(points.u);
    free(y);
}

START_TEST(ishigami_indices_are_the_exact_ones)
{
    double first[3], total[3];

    atw_ishigami_indices(first, total);
    check_indices(ishigami_of_u, 3, first, total);
}
END_TEST

START_TEST(g_function_indices_are_the_exact_ones)
{
    double first[8], total[8];

    atw_g_function_indices(first, total, 8);
    check_indices(g_of_u, 8, first, total);
}
END_TEST

/* Values often quoted: Ishigami 0.3139, 0.4424, 0 and 0.5576, 0.4424, 0.2437. */
START_TEST(exact_indices_are_those_published)
{
    static const double first_published[] = {0.3139, 0.4424, 0.0};
    static const double total_published[] = {0.5576, 0.4424, 0.2437};
    double first[3], total[3];

    atw_ishigami_indices(first, total);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_eq_tol(first[i], first_published[i], 0.5e-4);
        ck_assert_double_eq_tol(total[i], total_published[i], 0.5e-4);
    }
}
END_TEST

/* The Ishigami function has no first-order effect of x3. */
START_TEST(a_factor_without_effect_is_zero_within_noise)
{
    struct atw_sobol_index index[3];
    struct atw_error err;
    double *y;
    size_t n_used;
    struct atw_points points = evaluate("saltelli", 3, 512, 23, ishigami_of_u, &y);

    CHECK_OK(atw_sobol_indices(index, y, 512, 3, &bootstrap, &n_used, &err));
    ck_assert(index[2].first.is_zero_within_noise);
    ck_assert(!index[0].first.is_zero_within_noise);
    ck_assert(!index[1].first.is_zero_within_noise);
    ck_assert(!index[2].total.is_zero_within_noise);
    free(points.u);
    free(y);
    points = evaluate("saltelli", 3, 512, 23, linear_of_u, &y);
    CHECK_OK(atw_sobol_indices(index, y, 512, 3, &bootstrap, &n_used, &err));
    ck_assert(index[2].total.is_zero_within_noise);
    ck_assert_double_eq_tol(index[0].total.value + index[1].total.value, 1.0, 0.01);
    free(points.u);
    free(y);
}
END_TEST

START_TEST(a_block_with_a_gap_is_left_out_whole_and_counted)
{
    struct atw_sobol_index with_gap[3], without[3];
    struct atw_error err;
    double *y;
    size_t n_used;
    struct atw_points points = evaluate("saltelli", 3, 64, 29, ishigami_of_u, &y);

    CHECK_OK(atw_sobol_indices(without, y + 5, 63, 3, &bootstrap, &n_used, &err));
    y[3] = NAN;
    CHECK_OK(atw_sobol_indices(with_gap, y, 64, 3, &bootstrap, &n_used, &err));
    ck_assert_uint_eq(n_used, 63);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_eq_tol(with_gap[i].first.value, without[i].first.value, 1e-14);
        ck_assert_double_eq_tol(with_gap[i].total.value, without[i].total.value, 1e-14);
    }
    free(points.u);
    free(y);
}
END_TEST

/* The standard error of the bootstrap is the spread over independent designs. */
START_TEST(bootstrap_error_is_the_spread_over_independent_samples)
{
    enum { N_SAMPLES = 60 };
    double sum = 0.0, square = 0.0, se = 0.0;
    double *y = malloc(256 * 5 * sizeof *y);
    struct atw_sobol_index index[3];
    struct atw_error err;
    size_t n_used;

    for (unsigned s = 0; s < N_SAMPLES; s++) {
        for (unsigned k = 0; k < 256; k++) {
            double u[6], row[3];

            for (unsigned i = 0; i < 6; i++)
                u[i] = atw_test_uniform(s + 1, 6 * k + i);
            y[5 * k] = ishigami_of_u(u);
            y[5 * k + 1] = ishigami_of_u(u + 3);
            for (unsigned i = 0; i < 3; i++) {
                memcpy(row, u, sizeof row);
                row[i] = u[3 + i];
                y[5 * k + 2 + i] = ishigami_of_u(row);
            }
        }
        CHECK_OK(atw_sobol_indices(index, y, 256, 3, &bootstrap, &n_used, &err));
        sum += index[0].total.value / N_SAMPLES;
        square += index[0].total.value * index[0].total.value / N_SAMPLES;
        se += index[0].total.se / N_SAMPLES;
    }
    ck_assert_double_eq_tol(se / sqrt(square - sum * sum), 1.0, 0.3);
    free(y);
}
END_TEST

START_TEST(bootstrap_depends_on_its_seed_alone)
{
    const struct atw_bootstrap other = {.seed = 4, .n_resamples = 200};
    struct atw_sobol_index first[3], again[3], different[3];
    struct atw_error err;
    double *y;
    size_t n_used;
    struct atw_points points = evaluate("saltelli", 3, 64, 31, ishigami_of_u, &y);

    CHECK_OK(atw_sobol_indices(first, y, 64, 3, &bootstrap, &n_used, &err));
    CHECK_OK(atw_sobol_indices(again, y, 64, 3, &bootstrap, &n_used, &err));
    CHECK_OK(atw_sobol_indices(different, y, 64, 3, &other, &n_used, &err));
    ck_assert(first[0].first.se == again[0].first.se);
    ck_assert(first[0].first.se != different[0].first.se);
    ck_assert(first[0].first.value == different[0].first.value);
    free(points.u);
    free(y);
}
END_TEST

START_TEST(without_variance_or_blocks_indices_are_unknown)
{
    double flat[10] = {4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0};
    struct atw_sobol_index index[3];
    struct atw_error err;
    size_t n_used;

    CHECK_OK(atw_sobol_indices(index, flat, 2, 3, &bootstrap, &n_used, &err));
    ck_assert(isnan(index[0].first.value) && isnan(index[0].total.value));
    CHECK_OK(atw_sobol_indices(index, flat, 1, 3, &bootstrap, &n_used, &err));
    ck_assert(isnan(index[0].first.value));
    ck_assert(!index[0].first.is_zero_within_noise);
}
END_TEST

START_TEST(effects_of_a_linear_function_are_its_slopes)
{
    struct atw_morris_index index[3];
    struct atw_error err;
    double *y;
    size_t n_used;
    struct atw_points points = evaluate("morris", 3, 12, 37, linear_of_u, &y);

    CHECK_OK(atw_morris_indices(index, points.u, y, 12, 3, &bootstrap, &n_used, &err));
    ck_assert_uint_eq(n_used, 12);
    ck_assert_double_eq_tol(index[0].mu, 2.385, 1e-12);
    ck_assert_double_eq_tol(index[1].mu, -7.25, 1e-12);
    ck_assert_double_eq_tol(index[1].mu_star.value, 7.25, 1e-12);
    ck_assert_double_eq_tol(index[1].sigma, 0.0, 1e-12);
    ck_assert_double_eq_tol(index[2].mu_star.value, 0.0, 1e-12);
    ck_assert(!index[1].mu_star.is_zero_within_noise);
    y[5] = NAN; /* in the second trajectory */
    CHECK_OK(atw_morris_indices(index, points.u, y, 12, 3, &bootstrap, &n_used, &err));
    ck_assert_uint_eq(n_used, 11);
    free(points.u);
    free(y);
}
END_TEST

/* On the 4 levels the factors of g with a_i have the effects +-(2 / 1 + a): x2 matters
 * less than x1, and interaction makes sigma large. */
START_TEST(screening_ranks_the_factors_of_g)
{
    struct atw_morris_index index[8];
    struct atw_error err;
    double *y;
    size_t n_used;
    struct atw_points points = evaluate("morris", 8, 200, 41, g_of_u, &y);

    CHECK_OK(atw_morris_indices(index, points.u, y, 200, 8, &bootstrap, &n_used, &err));
    for (size_t i = 0; i + 1 < 4; i++)
        ck_assert_double_ge(index[i].mu_star.value, index[i + 1].mu_star.value);
    free(points.u);
    free(y);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sensitivity");
    TCase *tests = tcase_create("sensitivity");

    tcase_add_test(tests, exact_indices_are_those_published);
    tcase_add_test(tests, ishigami_indices_are_the_exact_ones);
    tcase_add_test(tests, g_function_indices_are_the_exact_ones);
    tcase_add_test(tests, a_factor_without_effect_is_zero_within_noise);
    tcase_add_test(tests, a_block_with_a_gap_is_left_out_whole_and_counted);
    tcase_add_test(tests, bootstrap_error_is_the_spread_over_independent_samples);
    tcase_add_test(tests, bootstrap_depends_on_its_seed_alone);
    tcase_add_test(tests, without_variance_or_blocks_indices_are_unknown);
    tcase_add_test(tests, effects_of_a_linear_function_are_its_slopes);
    tcase_add_test(tests, screening_ranks_the_factors_of_g);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
