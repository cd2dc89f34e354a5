/* Ranks of truths among posterior draws, and how uniform they are. */
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "study/calibration.h"
#include "support/support.h"

enum { N = 400, N_DRAWS = 99 };

/* Truths from a standard normal prior, one datum of unit error each, and draws of the
 * posterior, which is normal with mean datum / 2 and variance 1/2; its deviation is then
 * taken `width` times too large and its mean `bias` too great. */
static void draw_ranks(struct atw_rank *ranks, unsigned seed, double width, double bias)
{
    for (unsigned i = 0; i < N; i++) {
        double truth = gsl_cdf_ugaussian_Pinv(atw_test_uniform(seed, 1000 * i));
        double datum =
            truth + gsl_cdf_ugaussian_Pinv(atw_test_uniform(seed, 1000 * i + 1));
        double draws[N_DRAWS];

        for (unsigned k = 0; k < N_DRAWS; k++)
            draws[k] =
                0.5 * datum + bias +
                width * sqrt(0.5) *
                    gsl_cdf_ugaussian_Pinv(atw_test_uniform(seed, 1000 * i + 2 + k));
        ranks[i] = atw_rank_of(truth, draws, N_DRAWS);
    }
}

/* Twenty seeds: the probability that one of them is below 1e-4 is 0.2 %. */
START_TEST(right_posteriors_have_uniform_ranks)
{
    struct atw_rank ranks[N];
    struct atw_calibration calibration;
    size_t sum = 0;

    draw_ranks(ranks, (unsigned)_i, 1.0, 0.0);
    atw_calibration_of(&calibration, ranks, N);
    ck_assert_uint_eq(calibration.n, N);
    ck_assert_uint_eq(calibration.n_bins, 20);
    ck_assert_double_gt(calibration.p_value, 1e-4);
    for (size_t i = 0; i < 20; i++)
        sum += calibration.count[i];
    ck_assert_uint_eq(sum, N);
}
END_TEST

static const struct {
    double width, bias;
} wrong[] = {{0.6, 0.0}, {1.8, 0.0}, {1.0, 0.4}, {1.0, -0.4}};

START_TEST(wrong_posteriors_do_not)
{
    struct atw_rank ranks[N];
    struct atw_calibration calibration;
    double outer, lower;

    draw_ranks(ranks, 7, wrong[_i].width, wrong[_i].bias);
    atw_calibration_of(&calibration, ranks, N);
    ck_assert_double_lt(calibration.p_value, 1e-4);
    outer = (double)(calibration.count[0] + calibration.count[19]);
    lower = (double)calibration.count[0];
    if (wrong[_i].width < 1.0) /* hollow */
        ck_assert_double_gt(outer, 2.0 * N / 10.0);
    if (wrong[_i].width > 1.0) /* a hill */
        ck_assert_double_lt(outer, 0.5 * N / 10.0);
    if (wrong[_i].bias > 0.0) /* draws too great: low ranks */
        ck_assert_double_gt(lower, 2.0 * N / 20.0);
    if (wrong[_i].bias < 0.0)
        ck_assert_double_lt(lower, 0.5 * N / 20.0);
}
END_TEST

START_TEST(a_rank_counts_the_draws_below_the_truth)
{
    const double draws[] = {1.5, -2.0, NAN, 0.3, 0.4};
    struct atw_rank rank = atw_rank_of(0.4, draws, 5);

    ck_assert_uint_eq(rank.rank, 2);
    ck_assert_uint_eq(rank.n_draws, 4);
    ck_assert_uint_eq(atw_rank_of(NAN, draws, 5).n_draws, 0);
    ck_assert_uint_eq(atw_rank_of(9.0, draws, 0).n_draws, 0);
}
END_TEST

/* By hand: 20 ranks of one draw, 14 of them 0: 2 bins of 10 expected, (16 + 16) / 10. */
START_TEST(chi_square_by_hand)
{
    struct atw_rank ranks[21] = {{0, 0}};
    struct atw_calibration calibration;

    for (uint32_t i = 0; i < 20; i++)
        ranks[i + 1] = (struct atw_rank){i >= 14, 1};
    atw_calibration_of(&calibration, ranks, 21);
    ck_assert_uint_eq(calibration.n, 20);
    ck_assert_uint_eq(calibration.n_bins, 2);
    ck_assert_uint_eq(calibration.count[0], 14);
    ck_assert_double_eq_tol(calibration.chi_square, 3.2, 1e-12);
    ck_assert_double_eq_tol(calibration.p_value, erfc(sqrt(1.6)), 1e-12);
    atw_calibration_of(&calibration, ranks, 20);
    ck_assert(isnan(calibration.p_value)); /* 19 are too few */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calibration");
    TCase *tests = tcase_create("calibration");

    tcase_add_loop_test(tests, right_posteriors_have_uniform_ranks, 0, 20);
    tcase_add_loop_test(tests, wrong_posteriors_do_not, 0, sizeof wrong / sizeof *wrong);
    tcase_add_test(tests, a_rank_counts_the_draws_below_the_truth);
    tcase_add_test(tests, chi_square_by_hand);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
