/* Distributions: quantile functions against cumulative distributions and moments. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "study/distribution.h"
#include "support/support.h"

static const double everywhere[] = {1e-9, 0.013, 0.25, 0.5, 0.777, 0.999, 1.0 - 1e-9};
enum { N_EVERYWHERE = sizeof everywhere / sizeof *everywhere };

START_TEST(uniform_is_linear)
{
    struct atw_distribution d = {
        .kind = ATW_DISTRIBUTION_UNIFORM, .min = -2.5, .max = 7.25};

    ck_assert_double_eq_tol(atw_distribution_quantile(&d, 0.2), -0.55, 1e-14);
}
END_TEST

START_TEST(normal_quantiles_invert_the_cumulative_distribution)
{
    struct atw_distribution d = {.kind = ATW_DISTRIBUTION_NORMAL,
                                 .min = -INFINITY,
                                 .max = INFINITY,
                                 .mean = 3.25,
                                 .std = 0.77};

    for (size_t i = 0; i < N_EVERYWHERE; i++) {
        double x = atw_distribution_quantile(&d, everywhere[i]);

        ck_assert_double_eq_tol(gsl_cdf_gaussian_P(x - 3.25, 0.77) / everywhere[i], 1.0,
                                1e-9);
    }
}
END_TEST

START_TEST(lognormal_quantiles_invert_the_cumulative_distribution)
{
    struct atw_distribution d = {.kind = ATW_DISTRIBUTION_LOGNORMAL,
                                 .min = -INFINITY,
                                 .max = INFINITY,
                                 .mean = 5.5,
                                 .std = 0.4};

    ck_assert_double_eq_tol(atw_distribution_quantile(&d, 0.5), 5.5, 1e-12);
    for (size_t i = 0; i < N_EVERYWHERE; i++) {
        double x = atw_distribution_quantile(&d, everywhere[i]);

        ck_assert_double_eq_tol(gsl_cdf_lognormal_P(x, log(5.5), 0.4) / everywhere[i],
                                1.0, 1e-9);
    }
}
END_TEST

/* P(X <= x | min <= X <= max) of a normal variable, far in the tail too. */
START_TEST(truncated_quantiles_invert_the_conditional_distribution)
{
    static const double bounds[][2] = {
        {-1.0, 0.5}, {1.5, 4.0}, {-4.5, -2.0}, {3.0, INFINITY}, {-INFINITY, -3.5}};
    struct atw_distribution d = {
        .kind = ATW_DISTRIBUTION_NORMAL, .mean = 0.0, .std = 1.0};

    d.min = bounds[_i][0];
    d.max = bounds[_i][1];
    for (size_t i = 0; i < N_EVERYWHERE; i++) {
        double x = atw_distribution_quantile(&d, everywhere[i]);
        double whole = gsl_cdf_ugaussian_Q(d.min) - gsl_cdf_ugaussian_Q(d.max);

        ck_assert(x >= d.min && x <= d.max);
        ck_assert_double_eq_tol((gsl_cdf_ugaussian_Q(d.min) - gsl_cdf_ugaussian_Q(x)) /
                                    whole,
                                everywhere[i], 1e-8);
    }
}
END_TEST

START_TEST(truncated_lognormal_stays_within_its_bounds)
{
    struct atw_distribution d = {.kind = ATW_DISTRIBUTION_LOGNORMAL,
                                 .min = 4.0,
                                 .max = 6.0,
                                 .mean = 5.5,
                                 .std = 0.4};

    for (size_t i = 0; i < N_EVERYWHERE; i++) {
        double x = atw_distribution_quantile(&d, everywhere[i]);

        ck_assert(x >= 4.0 * (1.0 - 1e-14) && x <= 6.0 * (1.0 + 1e-14));
    }
}
END_TEST

START_TEST(discrete_values_come_in_proportion_to_their_weights)
{
    static const double weights[] = {1.0, 0.0, 2.5, 0.5, 0.0};
    struct atw_distribution d = {
        .kind = ATW_DISTRIBUTION_DISCRETE, .n_values = 5, .weights = weights};
    size_t counts[5] = {0};

    for (size_t k = 0; k < 4000; k++)
        counts[(size_t)atw_distribution_quantile(&d, ((double)k + 0.5) / 4000.0)]++;
    for (size_t i = 0; i < 5; i++)
        ck_assert_uint_eq(counts[i], (size_t)(weights[i] * 1000.0));
    d.weights = NULL;
    ck_assert_double_eq(atw_distribution_quantile(&d, 0.399), 1.0);
    ck_assert_double_eq(atw_distribution_quantile(&d, 1.0 - 1e-16), 4.0);
}
END_TEST

START_TEST(distributions_that_are_none_are_refused)
{
    static const double negative[] = {1.0, -0.5}, zero[] = {0.0, 0.0};
    const struct {
        struct atw_distribution distribution;
        const char *message;
    } wrong[] = {
        {{.kind = ATW_DISTRIBUTION_UNIFORM, .min = 2.0, .max = 2.0}, "not below"},
        {{.kind = ATW_DISTRIBUTION_UNIFORM, .min = 2.0, .max = INFINITY}, "needs min"},
        {{.kind = ATW_DISTRIBUTION_NORMAL, .min = -INFINITY, .max = INFINITY}, "std 0"},
        {{.kind = ATW_DISTRIBUTION_LOGNORMAL,
          .min = -INFINITY,
          .max = INFINITY,
          .mean = -1.0,
          .std = 1.0},
         "must be positive"},
        {{.kind = ATW_DISTRIBUTION_NORMAL, .min = 8.0, .max = 9.0, .std = 1.0},
         "of the distribution lies between"},
        {{.kind = ATW_DISTRIBUTION_DISCRETE}, "at least one value"},
        {{.kind = ATW_DISTRIBUTION_DISCRETE, .n_values = 2, .weights = negative},
         "weight -0.5"},
        {{.kind = ATW_DISTRIBUTION_DISCRETE, .n_values = 2, .weights = zero},
         "every weight is 0"},
    };
    struct atw_error err;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_FAILS(atw_distribution_check(&wrong[i].distribution, &err), ATW_EINVAL,
                    wrong[i].message);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("distribution");
    TCase *tests = tcase_create("distribution");

    tcase_add_test(tests, uniform_is_linear);
    tcase_add_test(tests, normal_quantiles_invert_the_cumulative_distribution);
    tcase_add_test(tests, lognormal_quantiles_invert_the_cumulative_distribution);
    tcase_add_loop_test(tests, truncated_quantiles_invert_the_conditional_distribution, 0,
                        5);
    tcase_add_test(tests, truncated_lognormal_stays_within_its_bounds);
    tcase_add_test(tests, discrete_values_come_in_proportion_to_their_weights);
    tcase_add_test(tests, distributions_that_are_none_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
