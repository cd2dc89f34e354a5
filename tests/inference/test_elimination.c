/* Block elimination against the solution of the whole system, and the deviance of counts
 * against drawn ones. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "core/random.h"
#include "inference/deviance.h"
#include "inference/elimination.h"
#include "support/support.h"

static struct atw_error err;

enum { N = 9, N_LAST = 3, N_FIRST = N - N_LAST };

/* Positive definite: a sum of squares of random rows. */
static void random_system(double *matrix, double *rhs, unsigned seed)
{
    memset(matrix, 0, N * N * sizeof *matrix);
    for (unsigned k = 0; k < 2 * N; k++)
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++)
                matrix[i * N + j] += (atw_test_uniform(seed, k * N + (unsigned)i) - 0.5) *
                                     (atw_test_uniform(seed, k * N + (unsigned)j) - 0.5);
    for (size_t i = 0; i < N; i++)
        rhs[i] = atw_test_uniform(seed + 1000, (unsigned)i) - 0.5;
}

START_TEST(elimination_gives_the_solution_of_the_whole)
{
    double matrix[N * N], rhs[N], whole[N], inverse[N * N], back[N_LAST * (N_FIRST + 1)];
    double first[N_FIRST], last[N_LAST], reduced_inverse[N_FIRST * N_FIRST];

    random_system(matrix, rhs, (unsigned)_i);
    CHECK_OK(atw_normal_solve(whole, inverse, matrix, rhs, N, &err));
    for (size_t i = 0; i < N; i++) {
        double sum = 0.0;

        for (size_t j = 0; j < N; j++)
            sum += matrix[i * N + j] * whole[j];
        ck_assert_double_eq_tol(sum, rhs[i], 1e-12);
    }
    CHECK_OK(atw_eliminate(matrix, rhs, back, N, N_LAST, &err));
    CHECK_OK(atw_normal_solve(first, reduced_inverse, matrix, rhs, N_FIRST, &err));
    atw_eliminated_solve(last, back, first, N_FIRST, N_LAST);
    for (size_t i = 0; i < N; i++)
        ck_assert_double_eq_tol(i < N_FIRST ? first[i] : last[i - N_FIRST], whole[i],
                                1e-11);
    /* the covariance of those that are left is that of the whole */
    for (size_t i = 0; i < N_FIRST; i++)
        for (size_t j = 0; j < N_FIRST; j++)
            ck_assert_double_eq_tol(reduced_inverse[i * N_FIRST + j], inverse[i * N + j],
                                    1e-10 * fabs(inverse[0]));
}
END_TEST

START_TEST(what_is_not_determined_is_refused)
{
    double matrix[4] = {1.0, 0.5, 0.5, 0.0}, rhs[2] = {1.0, 2.0}, back[2];
    double indefinite[4] = {1.0, 2.0, 2.0, 1.0}, x[2];

    CHECK_FAILS(atw_eliminate(matrix, rhs, back, 2, 1, &err), ATW_EDIVERGED,
                "do not determine");
    ck_assert_double_eq(matrix[0], 1.0);
    ck_assert_double_eq(rhs[0], 1.0);
    CHECK_FAILS(atw_normal_solve(x, NULL, indefinite, rhs, 2, &err), ATW_EDIVERGED,
                "do not determine");
}
END_TEST

enum { COUNTS = 40000 };

/* The mean deviance of drawn counts, and its scatter, are what is expected of them. */
START_TEST(deviance_of_poisson_counts_is_what_it_says)
{
    static const double means[] = {0.02, 0.3, 1.0, 2.2, 7.5, 36.0, 41.0, 300.0};
    const double mu = means[_i];
    const struct atw_random_key key = {
        .seed = 7, .stage = ATW_RANDOM_TEST, .item = (uint64_t)_i << 32};
    static float counts[COUNTS], mean[COUNTS];
    struct atw_deviance deviance = {0};
    double first = 0.0, second = 0.0;
    gsl_rng *rng = NULL;

    CHECK_OK(atw_random_create(&rng, &key, &err));
    for (size_t i = 0; i < COUNTS; i++) {
        double n = gsl_ran_poisson(rng, mu);
        double d = 2.0 * (mu - n + (n > 0.0 ? n * log(n / mu) : 0.0));

        mean[i] = (float)mu;
        counts[i] = (float)n;
        first += d / COUNTS;
        second += d * d / COUNTS;
    }
    gsl_rng_free(rng);
    atw_deviance_add(&deviance, counts, mean, COUNTS);
    ck_assert_uint_eq(deviance.n_counts, COUNTS);
    ck_assert_double_lt(fabs(deviance.value - deviance.expected),
                        4.0 * sqrt(deviance.variance));
    ck_assert_double_eq_tol(deviance.value / COUNTS, first, 1e-5);
    /* an excess kurtosis of 61 at most (0.02 counts) */
    ck_assert_double_eq_tol((second - first * first) / (deviance.variance / COUNTS), 1.0,
                            4.0 * sqrt(63.0 / COUNTS));
    ck_assert_double_eq_tol(atw_deviance_ratio(&deviance), 1.0,
                            4.0 * sqrt(deviance.variance) / deviance.expected);
}
END_TEST

START_TEST(deviance_of_no_counts_and_of_a_perfect_fit)
{
    const float mean[] = {5.0F, 0.0F}, counts[] = {5.0F, 0.0F};
    struct atw_deviance deviance = {0};

    ck_assert_double_nan(atw_deviance_ratio(&deviance));
    atw_deviance_add(&deviance, counts, mean, 1);
    ck_assert_double_eq(deviance.value, 0.0);
    /* nothing where nothing is expected costs what the least mean does: 2 mu */
    atw_deviance_add(&deviance, counts + 1, mean + 1, 1);
    ck_assert_double_eq_tol(deviance.value, 2.0 * ATW_DEVIANCE_LEAST_MEAN, 1e-12);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("elimination");
    TCase *tests = tcase_create("elimination");

    tcase_add_loop_test(tests, elimination_gives_the_solution_of_the_whole, 0, 20);
    tcase_add_test(tests, what_is_not_determined_is_refused);
    tcase_add_loop_test(tests, deviance_of_poisson_counts_is_what_it_says, 0, 8);
    tcase_add_test(tests, deviance_of_no_counts_and_of_a_perfect_fit);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
