/* Fisher information against closed forms: counts of a Gaussian peak, elimination of a
 * scale, and the regression line. */
#include <math.h>
#include <string.h>

#include "inference/information.h"
#include "support/support.h"

enum { N_COUNTS = 401 };

static struct atw_error err;

/* Counts mu = a exp(-(x - x0)^2 / (2 s^2)) at unit spacing. For s >> 1 the sums are
 * integrals: I(x0) = N / s^2, I(s) = 2 N / s^2 and I(ln a) = N, where N = a s sqrt(2 pi);
 * x0 is orthogonal to both, I(s, ln a) = N / s. */
struct peak {
    double a, s;
    float mean[N_COUNTS], by_x0[N_COUNTS], by_s[N_COUNTS], by_ln_a[N_COUNTS];
};

static struct peak peak_of(double a, double s)
{
    struct peak peak = {.a = a, .s = s};

    for (size_t i = 0; i < N_COUNTS; i++) {
        double x = ((double)i - 200.0) / s, mu = a * exp(-0.5 * x * x);

        peak.mean[i] = (float)mu;
        peak.by_x0[i] = (float)(mu * x / s);
        peak.by_s[i] = (float)(mu * x * x / s);
        peak.by_ln_a[i] = (float)mu;
    }
    return peak;
}

static struct atw_information *information_of(const struct peak *peak)
{
    const float *const derivative[] = {peak->by_x0, peak->by_s, peak->by_ln_a};
    struct atw_information *information = NULL;

    CHECK_OK(atw_information_create(&information, 3, &err));
    atw_information_add_counts(information, peak->mean, derivative, N_COUNTS, 1e-30);
    return information;
}

START_TEST(peak_position_and_width)
{
    const struct peak peak = peak_of(50.0, 20.0);
    double N = peak.a * peak.s * sqrt(2.0 * M_PI), covariance[9], condition;
    struct atw_information *information = information_of(&peak);

    ck_assert_double_eq_tol(information->value[0], N / (20.0 * 20.0), 1e-5 * N);
    ck_assert_double_eq_tol(information->value[4] * 400.0 / N, 3.0, 1e-5);
    ck_assert_double_eq_tol(information->value[8] / N, 1.0, 1e-5);
    ck_assert_double_eq_tol(information->value[1], 0.0, 1e-6 * N);
    CHECK_OK(atw_information_covariance(covariance, &condition, information, &err));
    /* with the height unknown the width has 2 N / s^2 */
    ck_assert_double_eq_tol(covariance[4] * 2.0 * N / 400.0, 1.0, 1e-4);
    /* unit columns of s and ln a correlate by 1/sqrt(3) */
    ck_assert_double_eq_tol(
        condition, sqrt((1.0 + 1.0 / sqrt(3.0)) / (1.0 - 1.0 / sqrt(3.0))), 1e-4);
    atw_information_destroy(information);
}
END_TEST

START_TEST(unknown_nuisances_take_information_away)
{
    const struct peak peak = peak_of(50.0, 20.0);
    double N = peak.a * peak.s * sqrt(2.0 * M_PI);
    static const int keep_width[] = {0, 1, 0}, know_height[] = {0, 0, 1};
    struct atw_information *information = information_of(&peak), *reduced = NULL;

    CHECK_OK(atw_information_reduce(&reduced, information, keep_width, NULL, &err));
    ck_assert_uint_eq(reduced->n, 1);
    ck_assert_double_eq_tol(reduced->value[0] * 400.0 / N, 2.0, 1e-4);
    atw_information_destroy(reduced);
    CHECK_OK(
        atw_information_reduce(&reduced, information, keep_width, know_height, &err));
    ck_assert_double_eq_tol(reduced->value[0] * 400.0 / N, 3.0, 1e-4);
    atw_information_destroy(reduced);
    atw_information_destroy(information);
}
END_TEST

/* What is eliminated in two ways is the same: one by one, and from the covariance. */
START_TEST(reduction_is_the_inverse_of_the_marginal_covariance)
{
    enum { N = 6, KEPT = 2 };
    static const int keep[N] = {1, 0, 0, 1, 0, 0};
    static const int keep_some[N] = {1, 1, 0, 1, 0, 1}, keep_then[4] = {1, 0, 1, 0};
    struct atw_information *whole = NULL, *at_once = NULL, *some = NULL, *in_two = NULL;
    double row[N], one = 1.0, covariance[N * N], marginal[KEPT * KEPT], condition;

    CHECK_OK(atw_information_create(&whole, N, &err));
    for (size_t r = 0; r < 12; r++) {
        for (size_t i = 0; i < N; i++)
            row[i] = (atw_test_uniform((unsigned)_i, (unsigned)(r * N + i)) - 0.5) *
                     pow(10.0, (double)i);
        atw_information_add_linear(whole, row, &one, 1);
    }
    CHECK_OK(atw_information_reduce(&at_once, whole, keep, NULL, &err));
    CHECK_OK(atw_information_reduce(&some, whole, keep_some, NULL, &err));
    CHECK_OK(atw_information_reduce(&in_two, some, keep_then, NULL, &err));
    CHECK_OK(atw_information_covariance(covariance, &condition, whole, &err));
    CHECK_OK(atw_information_covariance(marginal, &condition, at_once, &err));
    for (size_t i = 0; i < KEPT; i++)
        for (size_t j = 0; j < KEPT; j++) {
            double scale =
                sqrt(fabs(at_once->value[i * KEPT + i] * at_once->value[j * KEPT + j]));
            double expected = covariance[(i ? 3 : 0) * N + (j ? 3 : 0)];

            ck_assert_double_eq_tol(at_once->value[i * KEPT + j],
                                    in_two->value[i * KEPT + j], 1e-9 * scale);
            ck_assert_double_eq_tol(marginal[i * KEPT + j], expected,
                                    1e-8 * sqrt(marginal[0] * marginal[3]) +
                                        1e-8 * fabs(expected));
        }
    atw_information_destroy(whole);
    atw_information_destroy(at_once);
    atw_information_destroy(some);
    atw_information_destroy(in_two);
}
END_TEST

/* A straight line through n points of deviation sigma, against its closed form; and the
 * same points in two parts. */
START_TEST(straight_line)
{
    enum { N = 5 };
    double jacobian[2 * N], weight[N * N] = {0}, covariance[4], condition, sum_x2 = 0.0;
    static const size_t same[] = {0, 1}, swapped[] = {1, 0};
    struct atw_information *line = NULL, *twice = NULL;

    for (size_t i = 0; i < N; i++) {
        double x = (double)i - 2.0;

        jacobian[2 * i] = 1.0;
        jacobian[2 * i + 1] = x;
        weight[i * N + i] = 1.0 / 0.09;
        sum_x2 += x * x;
    }
    CHECK_OK(atw_information_create(&line, 2, &err));
    CHECK_OK(atw_information_create(&twice, 2, &err));
    atw_information_add_linear(line, jacobian, weight, N);
    CHECK_OK(atw_information_covariance(covariance, &condition, line, &err));
    ck_assert_double_eq_tol(covariance[0], 0.09 / N, 1e-12);
    ck_assert_double_eq_tol(covariance[3], 0.09 / sum_x2, 1e-12);
    ck_assert_double_eq_tol(condition, 1.0, 1e-12);
    atw_information_add_part(twice, line, same);
    atw_information_add_part(twice, line, swapped);
    ck_assert_double_eq_tol(twice->value[0], line->value[0] + line->value[3], 1e-9);
    atw_information_destroy(line);
    atw_information_destroy(twice);
}
END_TEST

START_TEST(what_cannot_be_known)
{
    static const int nothing[2] = {0, 0}, first[2] = {1, 0};
    const double row[2] = {1.0, 2.0}, only_first[2] = {1.0, 0.0}, one = 1.0;
    double covariance[4], condition;
    struct atw_information *information = NULL, *reduced = NULL;

    CHECK_FAILS(atw_information_create(&information, 0, &err), ATW_EINVAL,
                "no parameters");
    CHECK_OK(atw_information_create(&information, 2, &err));
    atw_information_add_linear(information, row, &one, 1);
    CHECK_OK(atw_information_covariance(covariance, &condition, information, &err));
    ck_assert_double_infinite(covariance[0]);
    ck_assert_double_infinite(covariance[3]);
    ck_assert_double_infinite(condition);
    CHECK_FAILS(atw_information_reduce(&reduced, information, nothing, NULL, &err),
                ATW_EINVAL, "no parameters");
    /* one equation for two unknowns tells nothing about the first alone */
    CHECK_OK(atw_information_reduce(&reduced, information, first, NULL, &err));
    ck_assert_double_eq_tol(reduced->value[0], 0.0, 1e-12);
    atw_information_destroy(reduced);
    atw_information_destroy(information);
    /* a nuisance that nothing depends on takes nothing away */
    CHECK_OK(atw_information_create(&information, 2, &err));
    atw_information_add_linear(information, only_first, &one, 1);
    CHECK_OK(atw_information_reduce(&reduced, information, first, NULL, &err));
    ck_assert_double_eq(reduced->value[0], 1.0);
    atw_information_destroy(reduced);
    atw_information_destroy(information);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("information");
    TCase *tests = tcase_create("information");

    tcase_add_test(tests, peak_position_and_width);
    tcase_add_test(tests, unknown_nuisances_take_information_away);
    tcase_add_loop_test(tests, reduction_is_the_inverse_of_the_marginal_covariance, 0,
                        20);
    tcase_add_test(tests, straight_line);
    tcase_add_test(tests, what_cannot_be_known);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
