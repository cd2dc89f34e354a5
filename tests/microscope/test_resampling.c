/* One detector axis: sums and moments, overlap weights, two ways, errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "microscope/resampling.h"
#include "support/support.h"

struct moments {
    double sum, mean, variance;
};

static struct moments moments_of(const float *value, size_t n, double pitch)
{
    struct moments m = {0.0, 0.0, 0.0};

    for (size_t i = 0; i < n; i++) {
        m.sum += pitch * (double)value[i];
        m.mean += pitch * (double)value[i] * atw_grid_position_m(i, n, pitch);
    }
    m.mean /= m.sum;
    for (size_t i = 0; i < n; i++)
        m.variance += pitch * (double)value[i] / m.sum *
                      pow(atw_grid_position_m(i, n, pitch) - m.mean, 2.0);
    return m;
}

/* One bright sample among 81, seen by 60 pixels. */
static struct moments blurred_spike(size_t at, double in, double out, double sigma)
{
    struct atw_error err;
    struct atw_resampling *resampling = NULL;
    float samples[81] = {0.0F}, pixels[60];

    samples[at] = 1.0F;
    CHECK_OK(atw_resampling_create(&resampling, 81, in, 60, out, sigma, &err));
    atw_resample_rows(resampling, 1, samples, pixels);
    atw_resampling_destroy(resampling);
    return moments_of(pixels, 60, out);
}

/* In the limit of a blur wide against the pixel the pixel grid does not alias, so the
 * variances of blur, sample and pixel add exactly; 1e-5 is single precision. */
START_TEST(blur_keeps_the_sum_and_the_centre_and_adds_variances)
{
    double in = 0.4, out = 0.6, sigma = 0.6 + atw_test_uniform(1, (unsigned)_i);
    size_t at = 30 + (size_t)_i;
    struct moments m = blurred_spike(at, in, out, sigma);

    ck_assert_double_eq_tol(m.sum, in, 1e-6);
    ck_assert_double_eq_tol(m.mean, atw_grid_position_m(at, 81, in), 1e-5);
    ck_assert_double_eq_tol(m.variance, sigma * sigma + in * in / 12.0 + out * out / 12.0,
                            1e-5 * m.variance);
}
END_TEST

/* In one pass and in several, of a spike that does not reach the ends. */
START_TEST(blurred_rows_keep_sum_and_centre_and_gain_the_variance)
{
    static const double variance[] = {0.0, 0.1, 0.66, 0.7, 5.0};
    float row[2][81] = {{0.0F}};
    struct moments m;

    row[0][40] = row[1][33] = 2.0F;
    atw_blur_rows(variance[_i], 2, 81, row[0]);
    for (size_t j = 0; j < 2; j++) {
        m = moments_of(row[j], 81, 1.0);
        ck_assert_double_eq_tol(m.sum, 2.0, 1e-6);
        ck_assert_double_eq_tol(m.mean, j == 0 ? 0.0 : -7.0, 1e-5);
        ck_assert_double_eq_tol(m.variance, variance[_i], 1e-5);
        for (size_t i = 0; i < 81; i++)
            ck_assert(row[j][i] >= 0.0F);
    }
}
END_TEST

START_TEST(sum_is_kept_for_any_blur_and_ratio)
{
    double sigma = _i % 3 == 0 ? 0.0 : atw_test_uniform(2, (unsigned)_i);
    double out = 0.5 + 0.7 * atw_test_uniform(3, (unsigned)_i);
    struct moments m = blurred_spike(40, 0.4, out, sigma);

    ck_assert_msg(fabs(m.sum - 0.4) < 1e-6, "case %d: pixel %g, sigma %g: sum %g", _i,
                  out, sigma, m.sum);
}
END_TEST

/* 3 samples of 0.4 are 2 pixels of 0.6. */
START_TEST(without_blur_weights_are_overlaps)
{
    struct atw_error err;
    struct atw_resampling *resampling = NULL;
    const float samples[6] = {1.0F, 2.0F, 4.0F, 8.0F, 16.0F, 32.0F};
    const float expected[4] = {4.0F / 3.0F, 10.0F / 3.0F, 32.0F / 3.0F, 80.0F / 3.0F};
    float pixels[4];

    CHECK_OK(atw_resampling_create(&resampling, 6, 0.4, 4, 0.6, 0.0, &err));
    atw_resample_rows(resampling, 1, samples, pixels);
    for (int i = 0; i < 4; i++)
        ck_assert_float_eq_tol(pixels[i], expected[i], 1e-5F);
    atw_resampling_destroy(resampling);
}
END_TEST

START_TEST(equal_pitch_without_blur_copies_and_pads_with_zero)
{
    struct atw_error err;
    struct atw_resampling *resampling = NULL;
    const float samples[3] = {1.0F, -2.0F, 4.0F};
    float pixels[7];

    CHECK_OK(atw_resampling_create(&resampling, 3, 0.3e-9, 7, 0.3e-9, 0.0, &err));
    atw_resample_rows(resampling, 1, samples, pixels);
    for (int i = 0; i < 7; i++)
        ck_assert_float_eq_tol(pixels[i], i >= 2 && i < 5 ? samples[i - 2] : 0.0F, 1e-6F);
    atw_resampling_destroy(resampling);
}
END_TEST

/* The weight of sample j in pixel i by brute force: midpoint sums over both boxes. */
static double brute_weight(double distance, double in, double out, double sigma)
{
    enum { PARTS = 200 };
    double sum = 0.0;

    for (size_t p = 0; p < PARTS; p++)
        for (size_t q = 0; q < PARTS; q++) {
            double t = distance + atw_grid_position_m(p, PARTS, out / PARTS) -
                       atw_grid_position_m(q, PARTS, in / PARTS);

            sum += exp(-0.5 * t * t / (sigma * sigma));
        }
    return sum * in / (PARTS * PARTS) / (sigma * sqrt(2.0 * acos(-1.0)));
}

START_TEST(weights_are_integrals_of_the_gaussian)
{
    struct atw_error err;
    struct atw_resampling *resampling = NULL;
    double in = 0.41, out = 0.67, sigma = 0.5;

    CHECK_OK(atw_resampling_create(&resampling, 31, in, 9, out, sigma, &err));
    for (size_t tap = 0; tap < resampling->n_taps; tap++) {
        size_t sample = resampling->first[3] + tap;
        double distance =
            atw_grid_position_m(3, 9, out) - atw_grid_position_m(sample, 31, in);

        ck_assert_double_eq_tol((double)resampling->weight[3 * resampling->n_taps + tap],
                                brute_weight(distance, in, out, sigma), 1e-5);
    }
    atw_resampling_destroy(resampling);
}
END_TEST

START_TEST(columns_are_rows_of_the_transpose)
{
    enum { N_IN = 23, N_OUT = 17, OTHER = 5 };
    struct atw_error err;
    struct atw_resampling *resampling = NULL;
    float rows[OTHER * N_IN], columns[N_IN * OTHER];
    float from_rows[OTHER * N_OUT], from_columns[N_OUT * OTHER];

    for (unsigned i = 0; i < OTHER; i++)
        for (unsigned j = 0; j < N_IN; j++)
            rows[i * N_IN + j] = columns[j * OTHER + i] =
                (float)atw_test_uniform(4, i * N_IN + j);
    CHECK_OK(atw_resampling_create(&resampling, N_IN, 0.4, N_OUT, 0.6, 0.3, &err));
    atw_resample_rows(resampling, OTHER, rows, from_rows);
    atw_resample_columns(resampling, OTHER, columns, from_columns);
    for (unsigned i = 0; i < OTHER; i++)
        for (unsigned j = 0; j < N_OUT; j++)
            ck_assert_float_eq_tol(from_rows[i * N_OUT + j], from_columns[j * OTHER + i],
                                   1e-6F);
    atw_resampling_destroy(resampling);
}
END_TEST

START_TEST(bad_axes_are_refused)
{
    struct atw_error err;
    struct atw_resampling *resampling = (struct atw_resampling *)1;

    CHECK_FAILS(atw_resampling_create(&resampling, 0, 0.4, 7, 0.6, 0.0, &err), ATW_EINVAL,
                "0 samples to 7 pixels");
    ck_assert_ptr_null(resampling);
    CHECK_FAILS(atw_resampling_create(&resampling, 3, 0.4, 7, -0.6, 0.0, &err),
                ATW_EINVAL, "pitches 0.4 m and -0.6 m");
    CHECK_FAILS(atw_resampling_create(&resampling, 3, 0.4, 7, 0.6, NAN, &err), ATW_EINVAL,
                "sigma nan");
    atw_resampling_destroy(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resampling");
    TCase *tests = tcase_create("resampling");

    tcase_add_loop_test(tests, blurred_rows_keep_sum_and_centre_and_gain_the_variance, 0,
                        5);
    tcase_add_loop_test(tests, blur_keeps_the_sum_and_the_centre_and_adds_variances, 0,
                        20);
    tcase_add_loop_test(tests, sum_is_kept_for_any_blur_and_ratio, 0, 20);
    tcase_add_test(tests, without_blur_weights_are_overlaps);
    tcase_add_test(tests, equal_pitch_without_blur_copies_and_pads_with_zero);
    tcase_add_test(tests, weights_are_integrals_of_the_gaussian);
    tcase_add_test(tests, columns_are_rows_of_the_transpose);
    tcase_add_test(tests, bad_axes_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
