/* Background level: recovery, robustness, errors. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "core/random.h"
#include "support/support.h"
#include "tomography/background.h"

static struct atw_tilt_series *create(size_t n_tilt, size_t n_v, size_t n_u)
{
    struct atw_tilt_series *series = NULL;
    struct atw_error err;

    CHECK_OK(atw_tilt_series_create(&series, n_tilt, n_v, n_u, 1e-9, NULL, &err));
    return series;
}

static void fill_poisson(struct atw_tilt_series *series, unsigned seed, double mean)
{
    struct atw_random_key key = {.seed = seed, .stage = ATW_RANDOM_TEST};
    struct atw_error err;
    gsl_rng *rng = NULL;

    CHECK_OK(atw_random_create(&rng, &key, &err));
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] = (float)gsl_ran_poisson(rng, mean);
    gsl_rng_free(rng);
}

/* Something bright in the middle, and hot pixels in the frame. */
static void add_object(struct atw_tilt_series *series)
{
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++) {
        size_t u = i % series->n_u;

        if (u >= 10 && u < series->n_u - 10)
            series->value[i] += 500.0f;
        if (i % 997 == 3)
            series->value[i] += 3000.0f;
    }
}

START_TEST(poisson_level_is_recovered_beside_an_object_and_hot_pixels)
{
    static const double means[] = {1.0, 10.0, 100.0};
    /* The clipping's own bias, from the clipped distribution. */
    static const double bias[] = {-0.0625, -0.0370, -0.0439};
    struct atw_tilt_series *series = create(30, 40, 50);
    double mean = means[_i % 3], level = 0.0;
    struct atw_error err;

    fill_poisson(series, (unsigned)_i, mean);
    add_object(series);
    CHECK_OK(atw_background_estimate(series, 8, &level, &err));
    /* 4 sigma of the mean of 19200 pixels. */
    ck_assert_double_eq_tol(level, mean + bias[_i % 3], 4.0 * sqrt(mean / 19200.0));
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(a_constant_series_has_that_level)
{
    struct atw_tilt_series *series = create(3, 4, 8);
    double level = 0.0;
    struct atw_error err;

    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] = 123.4f;
    CHECK_OK(atw_background_estimate(series, 4, &level, &err));
    ck_assert_double_eq_tol(level, (double)123.4f, 1e-9);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(only_the_frame_counts)
{
    struct atw_tilt_series *series = create(2, 3, 9);
    double level = 0.0;
    struct atw_error err;

    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] = i % 9 < 2 || i % 9 > 6 ? 5.0f : -700.0f;
    CHECK_OK(atw_background_estimate(series, 2, &level, &err));
    ck_assert_double_eq_tol(level, 5.0, 1e-12);
    CHECK_OK(atw_background_estimate(series, 3, &level, &err));
    ck_assert_double_le(level, -100.0);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(subtraction_clips_at_zero)
{
    struct atw_tilt_series *series = create(1, 1, 4);
    static const float before[] = {0.0f, 2.5f, 3.0f, 10.0f};
    static const float after[] = {0.0f, 0.0f, 0.5f, 7.5f};

    memcpy(series->value, before, sizeof before);
    atw_background_subtract(series, 2.5);
    for (int i = 0; i < 4; i++)
        ck_assert_float_eq(series->value[i], after[i]);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(bad_frames_and_data_are_refused)
{
    struct atw_tilt_series *series = create(1, 2, 6);
    double level = -1.0;
    struct atw_error err;

    CHECK_FAILS(atw_background_estimate(series, 0, &level, &err), ATW_EINVAL,
                "at least 1");
    CHECK_FAILS(atw_background_estimate(series, 4, &level, &err), ATW_EINPUT,
                "views of 6 pixels across the tilt axis have no empty frame of 4");
    series->value[7] = NAN;
    CHECK_FAILS(atw_background_estimate(series, 1, &level, &err), ATW_EINPUT,
                "background");
    ck_assert_double_eq(level, -1.0);
    atw_tilt_series_destroy(series);
}
END_TEST

/* Empty, or dark on bright: after subtraction nothing would be left. */
START_TEST(series_without_signal_are_refused)
{
    struct atw_tilt_series *series = create(2, 2, 6);
    double level = NAN;
    struct atw_error err;

    CHECK_FAILS(atw_background_check(series, 0.0, &err), ATW_EINPUT,
                "no pixel is above the background of 0");
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] = i % 6 == 2 || i % 6 == 3 ? -9.0f : -2.0f;
    CHECK_OK(atw_background_estimate(series, 2, &level, &err));
    CHECK_FAILS(atw_background_check(series, level, &err), ATW_EINPUT,
                "background of -2: the series is empty, or shows dark objects on a "
                "bright ground, which must be inverted first");
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] *= -1.0f;
    CHECK_OK(atw_background_check(series, -level, &err));
    CHECK_FAILS(atw_background_check(series, 9.0, &err), ATW_EINPUT, "above");
    atw_tilt_series_destroy(series);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("background");
    TCase *tests = tcase_create("background");

    tcase_add_loop_test(tests, poisson_level_is_recovered_beside_an_object_and_hot_pixels,
                        0, 12);
    tcase_add_test(tests, a_constant_series_has_that_level);
    tcase_add_test(tests, only_the_frame_counts);
    tcase_add_test(tests, subtraction_clips_at_zero);
    tcase_add_test(tests, series_without_signal_are_refused);
    tcase_add_test(tests, bad_frames_and_data_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
