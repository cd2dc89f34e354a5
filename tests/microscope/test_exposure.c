/* Exposure: gain, Poisson moments over seeds, streams, the smooth surrogate, errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/parallel.h"
#include "microscope/microscope.h"
#include "support/support.h"

static const struct atw_microscope NOISY = {
    .counts_per_nm = 10.0, .background_counts = 2.0, .shot_noise = 1, .pixel_m = 0.6e-9};

static struct atw_tilt_series *
create_flat(size_t n_tilt, size_t n_v, size_t n_u, double signal)
{
    struct atw_error err;
    struct atw_tilt_series *series = NULL;

    CHECK_OK(atw_tilt_series_create(&series, n_tilt, n_v, n_u, 0.6e-9, NULL, &err));
    for (size_t i = 0; i < n_tilt * n_v * n_u; i++)
        series->value[i] = (float)signal;
    return series;
}

struct moments {
    double mean, variance, third;
};

static struct moments moments_of(const struct atw_tilt_series *series)
{
    size_t count = atw_tilt_series_pixel_count(series);
    struct moments m = {0.0, 0.0, 0.0};

    for (size_t i = 0; i < count; i++)
        m.mean += (double)series->value[i] / (double)count;
    for (size_t i = 0; i < count; i++) {
        double d = (double)series->value[i] - m.mean;

        m.variance += d * d / (double)count;
        m.third += d * d * d / (double)count;
    }
    return m;
}

/* Poisson cumulants are all mu; tolerances are 5 standard errors, with Var(variance) =
 * (mu + 2 mu^2)/n and Var(third) close to (15 mu^3 + 25 mu^2 + mu)/n + skewness terms. */
static void check_poisson(const struct atw_tilt_series *series,
                          double mu,
                          double extra_variance,
                          double extra_third)
{
    double n = (double)atw_tilt_series_pixel_count(series);
    struct moments m = moments_of(series);

    ck_assert_double_eq_tol(m.mean, mu, 5.0 * sqrt(mu / n));
    ck_assert_double_eq_tol(m.variance, mu + extra_variance,
                            5.0 * sqrt((mu + 2.0 * mu * mu) / n));
    ck_assert_double_eq_tol(m.third, mu + extra_third,
                            5.0 * sqrt((15.0 * mu * mu * mu + 40.0 * mu * mu) / n));
}

START_TEST(shot_noise_is_poisson)
{
    static const double mu[] = {2.0, 5.0, 22.0, 202.0};
    struct atw_error err;
    struct atw_random_key key = {.seed = (uint64_t)_i, .stage = ATW_RANDOM_TEST};
    struct atw_tilt_series *series = create_flat(20, 50, 50, (mu[_i % 4] - 2.0) / 10.0);

    CHECK_OK(atw_microscope_expose(series, &NOISY, &key, &err));
    check_poisson(series, mu[_i % 4], 0.0, 0.0);
    for (size_t i = 0; i < 1000; i++)
        ck_assert_float_eq(series->value[i], rintf(series->value[i]));
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(smooth_noise_has_poisson_moments)
{
    static const double mu[] = {10.0, 22.0, 202.0};
    struct atw_error err;
    struct atw_random_key key = {.seed = (uint64_t)_i, .stage = ATW_RANDOM_TEST};
    struct atw_tilt_series *series = create_flat(20, 50, 50, (mu[_i % 3] - 2.0) / 10.0);
    float *z = calloc(50000, sizeof *z);

    CHECK_OK(atw_microscope_normal_deviates(z, 50000, &key, &err));
    CHECK_OK(atw_microscope_expose_smooth(series, &NOISY, z, &err));
    check_poisson(series, mu[_i % 3], 1.0 / 18.0, 1.0 / 27.0);
    free(z);
    atw_tilt_series_destroy(series);
}
END_TEST

/* One pixel driven from 1 to 20 counts in steps of h: second differences shrink as h^2,
 * which neither a jump nor a kink would. */
START_TEST(smooth_noise_is_smooth_in_the_signal)
{
    enum { STEPS = 200 };
    struct atw_error err;
    double largest[2];

    for (int level = 0; level < 2; level++) {
        size_t n = level ? 2 * STEPS : STEPS;
        struct atw_tilt_series *series = create_flat(1, 1, n + 1, 0.0);
        float *z = calloc(n + 1, sizeof *z);

        for (size_t i = 0; i <= n; i++) {
            z[i] = (float)(2.0 * atw_test_uniform(5, (unsigned)_i) - 0.8);
            series->value[i] = (float)(1.9 * (double)i / (double)n);
        }
        CHECK_OK(atw_microscope_expose_smooth(series, &NOISY, z, &err));
        largest[level] = 0.0;
        for (size_t i = 1; i < n; i++)
            largest[level] = fmax(largest[level], fabs((double)series->value[i + 1] -
                                                       2.0 * (double)series->value[i] +
                                                       (double)series->value[i - 1]));
        free(z);
        atw_tilt_series_destroy(series);
    }
    ck_assert_msg(largest[1] < 0.3 * largest[0] + 1e-5, "second differences %g, %g",
                  largest[0], largest[1]);
}
END_TEST

START_TEST(smooth_noise_is_never_negative)
{
    struct atw_error err;
    struct atw_tilt_series *series = create_flat(1, 1, 2, 0.0);
    const float z[] = {-2.0F, 0.0F};

    CHECK_OK(atw_microscope_expose_smooth(series, &NOISY, z, &err));
    ck_assert_float_eq(series->value[0], 0.0F);
    ck_assert_float_eq_tol(series->value[1], 2.0F - 1.0F / 6.0F, 1e-6F);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(without_shot_noise_counts_are_expectations)
{
    struct atw_error err;
    struct atw_microscope microscope = NOISY;
    struct atw_tilt_series *a = create_flat(2, 3, 4, 1.5), *b = create_flat(2, 3, 4, 1.5);

    microscope.shot_noise = 0;
    CHECK_OK(atw_microscope_expose(a, &microscope, NULL, &err));
    CHECK_OK(atw_microscope_expose_smooth(b, &microscope, NULL, &err));
    for (size_t i = 0; i < 24; i++) {
        ck_assert_float_eq_tol(a->value[i], 17.0F, 1e-5F);
        ck_assert_float_eq(a->value[i], b->value[i]);
    }
    atw_tilt_series_destroy(a);
    atw_tilt_series_destroy(b);
}
END_TEST

/* Views of about a millisecond: long enough for the threads to overlap. */
START_TEST(noise_is_the_same_for_any_thread_count)
{
    enum { COUNT = 200000 };
    struct atw_error err;
    struct atw_random_key key = {.seed = 9, .stage = ATW_RANDOM_TEST};
    struct atw_tilt_series *series[3];
    float *z[3];

    for (size_t threads = 1; threads <= 3; threads++) {
        series[threads - 1] = create_flat(24, 100, 100, 3.0);
        z[threads - 1] = calloc(COUNT, sizeof *z[0]);
        atw_parallel_set_thread_count(threads);
        CHECK_OK(atw_microscope_expose(series[threads - 1], &NOISY, &key, &err));
        CHECK_OK(atw_microscope_normal_deviates(z[threads - 1], COUNT, &key, &err));
    }
    for (size_t i = 1; i < 3; i++) {
        ck_assert_mem_eq(series[0]->value, series[i]->value, 24 * 10000 * sizeof(float));
        ck_assert_mem_eq(z[0], z[i], COUNT * sizeof(float));
    }
    for (size_t i = 0; i < 3; i++) {
        atw_tilt_series_destroy(series[i]);
        free(z[i]);
    }
}
END_TEST

START_TEST(view_noise_follows_its_item_and_short_lists_begin_long_ones)
{
    enum { LONG = 70000, SHORT = 69000 };
    struct atw_error err;
    struct atw_random_key key = {.seed = 9, .stage = ATW_RANDOM_TEST, .item = 5};
    struct atw_random_key second = key;
    struct atw_tilt_series *both = create_flat(2, 10, 10, 3.0);
    struct atw_tilt_series *alone = create_flat(1, 10, 10, 3.0);
    float *z = calloc(LONG, sizeof *z), *shorter = calloc(SHORT, sizeof *shorter);

    second.item++;
    CHECK_OK(atw_microscope_expose(both, &NOISY, &key, &err));
    CHECK_OK(atw_microscope_expose(alone, &NOISY, &second, &err));
    ck_assert_mem_eq(atw_tilt_series_view(both, 1), alone->value, 100 * sizeof(float));
    ck_assert_mem_ne(atw_tilt_series_view(both, 0), alone->value, 100 * sizeof(float));
    CHECK_OK(atw_microscope_normal_deviates(z, LONG, &key, &err));
    CHECK_OK(atw_microscope_normal_deviates(shorter, SHORT, &key, &err));
    ck_assert_mem_eq(z, shorter, SHORT * sizeof *z);
    free(z);
    free(shorter);
    atw_tilt_series_destroy(both);
    atw_tilt_series_destroy(alone);
}
END_TEST

START_TEST(gain_puts_the_brightest_pixel_at_the_peak)
{
    struct atw_error err;
    struct atw_microscope microscope = NOISY;
    struct atw_tilt_series *series = create_flat(2, 3, 4, 1.5);

    series->value[17] = 28.0F;
    CHECK_OK(
        atw_microscope_counts_per_nm(series, 200.0, &microscope.counts_per_nm, &err));
    microscope.shot_noise = 0;
    CHECK_OK(atw_microscope_expose(series, &microscope, NULL, &err));
    ck_assert_float_eq_tol(series->value[17], 202.0F, 1e-4F);
    atw_tilt_series_destroy(series);
}
END_TEST

/* b = S (1 - exp(-t)) for t of 0 to 2.4 mean free paths; below zero noise stays noise. */
START_TEST(undamping_inverts_damping)
{
    struct atw_error err;
    struct atw_tilt_series *series = create_flat(2, 3, 4, 0.0);

    for (size_t i = 0; i < 24; i++)
        series->value[i] = (float)(700.0 * -expm1(-0.1 * (double)i));
    series->value[0] = -3.5F;
    CHECK_OK(atw_microscope_undamp(series, 700.0, &err));
    ck_assert_double_eq_tol((double)series->value[0], -700.0 * log1p(3.5 / 700.0), 1e-3);
    for (size_t i = 1; i < 24; i++)
        ck_assert_double_eq_tol((double)series->value[i], 70.0 * (double)i, 1e-2);
    series->value[5] = 1e6F;
    CHECK_OK(atw_microscope_undamp(series, 700.0, &err));
    ck_assert_double_eq_tol((double)series->value[5], 700.0 * log(20.0), 0.1);
    CHECK_FAILS(atw_microscope_undamp(series, 0.0, &err), ATW_EINVAL, "0 counts");
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(bad_exposures_are_refused_and_change_nothing)
{
    struct atw_error err;
    struct atw_random_key key = {.seed = 9, .stage = ATW_RANDOM_TEST};
    struct atw_microscope microscope = NOISY;
    struct atw_tilt_series *series = create_flat(2, 3, 4, 1.5);
    const float z[24] = {0.0F};
    double gain = -7.0;

    microscope.counts_per_nm = 0.0;
    CHECK_FAILS(atw_microscope_expose(series, &microscope, &key, &err), ATW_EINVAL,
                "gain of 0 counts per nm");
    microscope = NOISY;
    microscope.background_counts = -2.0;
    CHECK_FAILS(atw_microscope_expose_smooth(series, &microscope, z, &err), ATW_EINVAL,
                "background of -2 counts");
    CHECK_FAILS(atw_microscope_expose(series, &NOISY, NULL, &err), ATW_EINVAL,
                "random key");
    CHECK_FAILS(atw_microscope_expose_smooth(series, &NOISY, NULL, &err), ATW_EINVAL,
                "normal deviates");
    series->value[12 + 4 + 2] = -1.0F;
    CHECK_FAILS(atw_microscope_expose(series, &NOISY, &key, &err), ATW_EINVAL,
                "(u 2, v 1) of view 2 expects -8 counts");
    series->value[12 + 4 + 2] = NAN;
    CHECK_FAILS(atw_microscope_expose(series, &NOISY, &key, &err), ATW_EINVAL, "nan");
    series->value[12 + 4 + 2] = 1e7F;
    CHECK_FAILS(atw_microscope_expose_smooth(series, &NOISY, z, &err), ATW_EINVAL,
                "lower the peak counts");
    for (size_t i = 0; i < 12; i++)
        ck_assert_float_eq(series->value[i], 1.5F);
    CHECK_FAILS(atw_microscope_counts_per_nm(series, 0.0, &gain, &err), ATW_EINVAL,
                "peak of 0 counts");
    memset(series->value, 0, 24 * sizeof *series->value);
    CHECK_FAILS(atw_microscope_counts_per_nm(series, 200.0, &gain, &err), ATW_EINVAL,
                "field of view");
    ck_assert_double_eq(gain, -7.0);
    atw_tilt_series_destroy(series);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exposure");
    TCase *tests = tcase_create("exposure");

    tcase_add_loop_test(tests, shot_noise_is_poisson, 0, 12);
    tcase_add_loop_test(tests, smooth_noise_has_poisson_moments, 0, 9);
    tcase_add_loop_test(tests, smooth_noise_is_smooth_in_the_signal, 0, 5);
    tcase_add_test(tests, smooth_noise_is_never_negative);
    tcase_add_test(tests, without_shot_noise_counts_are_expectations);
    tcase_add_test(tests, noise_is_the_same_for_any_thread_count);
    tcase_add_test(tests, view_noise_follows_its_item_and_short_lists_begin_long_ones);
    tcase_add_test(tests, gain_puts_the_brightest_pixel_at_the_peak);
    tcase_add_test(tests, undamping_inverts_damping);
    tcase_add_test(tests, bad_exposures_are_refused_and_change_nothing);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
