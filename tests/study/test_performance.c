/* Performance measures: small samples worked by hand, and the claimed Monte Carlo errors
 * against the spread over many simulated studies. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "core/random.h"
#include "study/performance.h"
#include "support/support.h"

#define CLOSE(value, expected) ck_assert_double_eq_tol(value, expected, 1e-12)

/* Truth 10; estimates 9, 11, 13, one not converged. Errors -1, 1, 3: mean 1, variance 4,
 * squares 1, 1, 9. */
static const struct atw_answer by_hand[] = {
    {10.0, 9.0, 1.0, {7.0, 11.0}},
    {10.0, NAN, NAN, {NAN, NAN}},
    {10.0, 11.0, 2.0, {10.5, 11.5}},
    {10.0, 13.0, 2.0, {-1.0, 27.0}},
};

START_TEST(measures_of_three_replicates_are_those_worked_by_hand)
{
    struct atw_performance p;

    atw_performance_of(&p, by_hand, 4);
    ck_assert_uint_eq(p.n, 3);
    ck_assert_uint_eq(p.n_failures, 1);
    CLOSE(p.convergence.value, 0.75);
    CLOSE(p.convergence.mcse, sqrt(0.75 * 0.25 / 4.0));
    CLOSE(p.truth, 10.0);
    CLOSE(p.mean.value, 11.0);
    CLOSE(p.bias.value, 1.0);
    CLOSE(p.bias.mcse, 2.0 / sqrt(3.0));
    CLOSE(p.empirical_se.value, 2.0);
    CLOSE(p.empirical_se.mcse, 2.0 / sqrt(4.0));
    CLOSE(p.model_se.value, sqrt(3.0)); /* variances 1, 4, 4: mean 3, variance 3 */
    CLOSE(p.model_se.mcse, sqrt(3.0 / (4.0 * 3.0 * 3.0)));
    CLOSE(p.model_se_excess.value, sqrt(3.0) / 2.0 - 1.0);
    CLOSE(p.model_se_excess.mcse,
          sqrt(3.0) / 2.0 * sqrt(3.0 / (4.0 * 3.0 * 9.0) + 1.0 / 4.0));
    CLOSE(p.rmse.value, sqrt(11.0 / 3.0)); /* squares: variance 64/3 */
    CLOSE(p.rmse.mcse, sqrt(64.0 / 9.0) / (2.0 * sqrt(11.0 / 3.0)));
    CLOSE(p.coverage.value, 2.0 / 3.0);
    CLOSE(p.coverage.mcse, sqrt(2.0 / 9.0 / 3.0));
    CLOSE(p.bias_eliminated_coverage.value, 1.0); /* all hold 11 */
    CLOSE(p.width.value, (4.0 + 1.0 + 28.0) / 3.0);
    CLOSE(p.power.value, 2.0 / 3.0);
    CLOSE(p.detection_limit.value, 2.0 * (1.959963984540054 + 1.6448536269514722));
}
END_TEST

/* Newcombe, Stat. Med. 17 (1998) 857, table I, method 3: 81/263, 15/148, 0/20, 1/29. */
START_TEST(wilson_intervals_are_those_published)
{
    static const struct {
        size_t successes, count;
        double low, high;
    } published[] = {
        {81, 263, 0.2553, 0.3662},
        {15, 148, 0.0624, 0.1605},
        {0, 20, 0.0, 0.1611},
        {1, 29, 0.0061, 0.1718},
    };

    for (size_t i = 0; i < 4; i++) {
        struct atw_proportion p =
            atw_proportion_of(published[i].successes, published[i].count);

        ck_assert_double_eq_tol(p.wilson_95[0], published[i].low, 0.5e-4);
        ck_assert_double_eq_tol(p.wilson_95[1], published[i].high, 0.5e-4);
    }
    ck_assert_double_eq(atw_proportion_of(20, 20).wilson_95[1], 1.0);
    ck_assert(isnan(atw_proportion_of(0, 0).value));
}
END_TEST

START_TEST(too_few_replicates_give_unknown_errors_not_zero)
{
    struct atw_performance p;

    atw_performance_of(&p, by_hand, 1);
    CLOSE(p.bias.value, -1.0);
    ck_assert(isnan(p.bias.mcse));
    ck_assert(isnan(p.empirical_se.value));
    atw_performance_of(&p, by_hand + 1, 1);
    ck_assert_uint_eq(p.n, 0);
    ck_assert(isnan(p.bias.value));
    CLOSE(p.convergence.value, 0.0);
}
END_TEST

START_TEST(unknown_truth_leaves_spread_and_width)
{
    struct atw_answer answers[4];
    struct atw_performance p;

    memcpy(answers, by_hand, sizeof answers);
    for (size_t i = 0; i < 4; i++)
        answers[i].truth = NAN;
    atw_performance_of(&p, answers, 4);
    ck_assert(isnan(p.bias.value));
    ck_assert(isnan(p.coverage.value));
    CLOSE(p.empirical_se.value, 2.0);
    CLOSE(p.width.value, 11.0);
}
END_TEST

enum { N_STUDIES = 400, N_REPLICATES = 60 };

/* One study of a biased normal estimator whose std is estimated from 8 values. */
static void simulate_study(struct atw_answer *answers, gsl_rng *rng)
{
    const double t_975 = 2.364624251592785; /* 7 degrees of freedom */

    for (size_t i = 0; i < N_REPLICATES; i++) {
        double mean = 0.0, square = 0.0, value[8];

        for (size_t k = 0; k < 8; k++) {
            value[k] = 2.385 + gsl_ran_gaussian(rng, 1.7);
            mean += value[k] / 8.0;
        }
        for (size_t k = 0; k < 8; k++)
            square += (value[k] - mean) * (value[k] - mean);
        answers[i].truth = 2.0;
        answers[i].estimate = mean;
        answers[i].std = sqrt(square / 7.0 / 8.0);
        answers[i].interval_95[0] = mean - t_975 * answers[i].std;
        answers[i].interval_95[1] = mean + t_975 * answers[i].std;
    }
}

/* Over many studies each measure scatters about its known value by its MCSE. */
START_TEST(monte_carlo_errors_are_the_spread_over_studies)
{
    static const char *const names[] = {
        "bias", "empirical_se", "model_se", "rmse", "width", "bias_eliminated_coverage"};
    const double sigma = 1.7 / sqrt(8.0);
    const double expected[] = {0.385, sigma, sigma, sqrt(sigma * sigma + 0.385 * 0.385),
                               NAN,   0.95};
    struct atw_random_key key = {.seed = 41, .stage = ATW_RANDOM_TEST};
    struct atw_answer answers[N_REPLICATES];
    double sum[6] = {0}, square[6] = {0}, mcse[6] = {0};
    gsl_rng *rng = NULL;
    struct atw_error err;

    CHECK_OK(atw_random_create(&rng, &key, &err));
    for (size_t s = 0; s < N_STUDIES; s++) {
        struct atw_performance p;

        simulate_study(answers, rng);
        atw_performance_of(&p, answers, N_REPLICATES);
        for (size_t i = 0; i < 6; i++) {
            struct atw_measure m;

            ck_assert_int_eq(atw_performance_measure(&p, names[i], &m), 1);
            sum[i] += m.value / N_STUDIES;
            square[i] += m.value * m.value / N_STUDIES;
            mcse[i] += m.mcse * m.mcse / N_STUDIES;
        }
    }
    gsl_rng_free(rng);
    for (size_t i = 0; i < 6; i++) {
        double spread = sqrt(square[i] - sum[i] * sum[i]);

        /* A spread of 400 studies is known to 3.5 %; bias of the SE itself is O(1/n). */
        ck_assert_msg(fabs(sqrt(mcse[i]) / spread - 1.0) < 0.15, "%s: mcse %g spread %g",
                      names[i], sqrt(mcse[i]), spread);
        if (!isnan(expected[i]))
            ck_assert_msg(fabs(sum[i] - expected[i]) <
                              5.0 * spread / sqrt(N_STUDIES) + 0.01 * expected[i],
                          "%s: %g, expected %g", names[i], sum[i], expected[i]);
    }
}
END_TEST

START_TEST(paired_differences_leave_out_broken_pairs)
{
    static const double first[] = {3.0, 5.0, NAN, 8.0}, second[] = {1.0, 4.0, 2.0, 5.0};
    size_t n;
    struct atw_measure m = atw_paired_difference(first, second, 4, &n);

    ck_assert_uint_eq(n, 3);
    CLOSE(m.value, 2.0);
    CLOSE(m.mcse, 1.0 / sqrt(3.0));
}
END_TEST

START_TEST(an_unknown_measure_is_not_invented)
{
    struct atw_performance p = {0};
    struct atw_measure m = {1.5, 2.5};

    ck_assert_int_eq(atw_performance_measure(&p, "precision", &m), 0);
    CLOSE(m.value, 1.5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("performance");
    TCase *tests = tcase_create("performance");

    tcase_add_test(tests, measures_of_three_replicates_are_those_worked_by_hand);
    tcase_add_test(tests, wilson_intervals_are_those_published);
    tcase_add_test(tests, too_few_replicates_give_unknown_errors_not_zero);
    tcase_add_test(tests, unknown_truth_leaves_spread_and_width);
    tcase_add_test(tests, monte_carlo_errors_are_the_spread_over_studies);
    tcase_add_test(tests, paired_differences_leave_out_broken_pairs);
    tcase_add_test(tests, an_unknown_measure_is_not_invented);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
