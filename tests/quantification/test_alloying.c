/* Spread, degrees, composition and histogram: closed forms, inversion, errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "core/random.h"
#include "quantification/alloying.h"
#include "quantification/composition.h"
#include "support/support.h"

enum { N = 30, VOXELS = N * N * N };

static const struct atw_grid GRID = {.n_x = N, .n_y = N, .n_z = N, .spacing_m = 0.6e-9};

static struct atw_field *create_field(void)
{
    struct atw_field *field = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&field, &GRID, &err));
    return field;
}

/* Everything but the first plane. */
static struct atw_mask *create_mask(void)
{
    struct atw_mask *mask = NULL;
    struct atw_error err;

    CHECK_OK(atw_mask_create(&mask, &GRID, &err));
    for (size_t i = N * N; i < VOXELS; i++)
        mask->inside[i] = 1;
    return mask;
}

/* A fraction p of the voxels inside has intensity b, the others 1:
 * s = sqrt(p (1-p)) |b - 1| / (1 + p (b - 1)). */
START_TEST(spread_of_two_phases_is_known)
{
    struct atw_error err;
    struct atw_field *volume = create_field();
    struct atw_mask *mask = create_mask();
    size_t second = 1000 + 777 * (size_t)_i, inside = VOXELS - N * N;
    double p = (double)second / (double)inside, b = 0.375, spread;

    for (size_t i = 0; i < VOXELS; i++)
        volume->value[i] = i < N * N ? 1e6F : i < N * N + second ? (float)b : 1.0F;
    CHECK_OK(atw_intensity_spread(&spread, volume, mask, &err));
    ck_assert_double_eq_tol(
        spread, sqrt(p * (1.0 - p)) * fabs(b - 1.0) / (1.0 + p * (b - 1.0)), 1e-12);
    atw_field_destroy(volume);
    atw_mask_destroy(mask);
}
END_TEST

/* One pass over sums of squares in double would leave nothing of a spread of 1e-6. */
START_TEST(tiny_spread_on_a_large_mean_survives)
{
    struct atw_error err;
    struct atw_field *volume = create_field();
    struct atw_mask *mask = create_mask();
    double spread, step = ldexp(1.0, -20);

    for (size_t i = 0; i < VOXELS; i++)
        volume->value[i] = (float)(1.0 + (i % 2 ? step : 0.0));
    CHECK_OK(atw_intensity_spread(&spread, volume, mask, &err));
    ck_assert_double_eq_tol(spread, 0.5 * step / (1.0 + 0.5 * step), 1e-12 * step);
    atw_field_destroy(volume);
    atw_mask_destroy(mask);
}
END_TEST

/* Blending a share a of the mean into every voxel scales all deviations by 1 - a: the
 * degree is a by either measure when the reference is a perfect instrument. */
START_TEST(linear_blend_has_its_share_as_degree)
{
    struct atw_error err;
    struct atw_field *volume = create_field();
    struct atw_mask *mask = create_mask();
    struct atw_alloying_reference reference = {.spread_alloyed = 0.0};
    double share = 0.1 * _i, mean = 0.0, spread, degree;

    for (unsigned i = N * N; i < VOXELS; i++) {
        volume->value[i] = (float)(1.0 + atw_test_uniform(3, i));
        mean += (double)volume->value[i] / (VOXELS - N * N);
    }
    CHECK_OK(atw_intensity_spread(&reference.spread_unalloyed, volume, mask, &err));
    for (size_t i = N * N; i < VOXELS; i++)
        volume->value[i] =
            (float)((1.0 - share) * (double)volume->value[i] + share * mean);
    CHECK_OK(atw_intensity_spread(&spread, volume, mask, &err));
    for (int measure = ATW_ALLOYING_LINEAR; measure <= ATW_ALLOYING_QUADRATURE;
         measure++) {
        CHECK_OK(atw_alloying_degree(&degree, spread, &reference,
                                     (enum atw_alloying_measure)measure, &err));
        ck_assert_double_eq_tol(degree, share, 1e-6);
    }
    atw_field_destroy(volume);
    atw_mask_destroy(mask);
}
END_TEST

/* Spread of a two-phase pattern blended by `share`, with independent noise on top. */
static double noisy_spread(double share, double noise, uint64_t item)
{
    struct atw_error err;
    struct atw_random_key key = {.seed = 8, .stage = ATW_RANDOM_TEST, .item = item};
    struct atw_field *volume = create_field();
    struct atw_mask *mask = create_mask();
    gsl_rng *rng = NULL;
    double spread;

    CHECK_OK(atw_random_create(&rng, &key, &err));
    for (size_t i = 0; i < VOXELS; i++)
        volume->value[i] = (float)(1.0 + (i % 2 ? 0.3 : -0.3) * (1.0 - share) +
                                   gsl_ran_gaussian(rng, noise));
    CHECK_OK(atw_intensity_spread(&spread, volume, mask, &err));
    gsl_rng_free(rng);
    atw_field_destroy(volume);
    atw_mask_destroy(mask);
    return spread;
}

/* Noise of the same strength in state and references cancels in quadrature, within the
 * sampling error of 26100 voxels; the linear form is off by more than 0.05. */
START_TEST(quadrature_takes_out_added_noise_and_linear_does_not)
{
    struct atw_error err;
    double share = 0.3 + 0.1 * _i, noise = 0.2, quadrature, linear;
    const struct atw_alloying_reference reference = {
        .spread_unalloyed = noisy_spread(0.0, noise, 1),
        .spread_alloyed = noisy_spread(1.0, noise, 2)};
    double spread = noisy_spread(share, noise, 3 + (uint64_t)_i);

    CHECK_OK(atw_alloying_degree(&quadrature, spread, &reference, ATW_ALLOYING_QUADRATURE,
                                 &err));
    CHECK_OK(atw_alloying_degree(&linear, spread, &reference, ATW_ALLOYING_LINEAR, &err));
    ck_assert_double_eq_tol(quadrature, share, 0.015);
    ck_assert_double_gt(linear, share + 0.05);
}
END_TEST

START_TEST(degree_is_not_clipped)
{
    struct atw_error err;
    const struct atw_alloying_reference reference = {.spread_unalloyed = 0.26,
                                                     .spread_alloyed = 0.06};
    double degree;

    CHECK_OK(atw_alloying_degree(&degree, 0.36, &reference, ATW_ALLOYING_LINEAR, &err));
    ck_assert_double_eq_tol(degree, -0.5, 1e-12);
    CHECK_OK(atw_alloying_degree(&degree, 0.02, &reference, ATW_ALLOYING_LINEAR, &err));
    ck_assert_double_eq_tol(degree, 1.2, 1e-12);
    CHECK_OK(
        atw_alloying_degree(&degree, 0.36, &reference, ATW_ALLOYING_QUADRATURE, &err));
    ck_assert_double_eq_tol(degree, 1.0 - sqrt(0.126 / 0.064), 1e-12);
    CHECK_OK(
        atw_alloying_degree(&degree, 0.02, &reference, ATW_ALLOYING_QUADRATURE, &err));
    ck_assert_double_eq(degree, 1.0);
}
END_TEST

START_TEST(composition_inverts_the_contrast_and_may_be_clipped)
{
    struct atw_error err;
    struct atw_field *volume = create_field(), *composition = NULL;
    struct atw_mask *mask = create_mask();
    const struct atw_intensity_scale scale = {.core = 13.0, .shell = 5.0};

    for (unsigned i = 0; i < VOXELS; i++)
        volume->value[i] = (float)(13.0 - 8.0 * (1.2 * atw_test_uniform(6, i) - 0.1));
    CHECK_OK(atw_composition_from_intensity(&composition, volume, mask, &scale,
                                            ATW_COMPOSITION_CLIPPED, &err));
    for (unsigned i = 0; i < VOXELS; i++) {
        double c = fmin(1.0, fmax(0.0, 1.2 * atw_test_uniform(6, i) - 0.1));

        ck_assert_float_eq_tol(composition->value[i], i < N * N ? 0.0F : (float)c, 1e-6F);
    }
    atw_field_destroy(composition);
    CHECK_OK(atw_composition_from_intensity(&composition, volume, mask, &scale,
                                            ATW_COMPOSITION_AS_MEASURED, &err));
    for (unsigned i = N * N; i < VOXELS; i++)
        ck_assert_float_eq_tol(composition->value[i],
                               (float)(1.2 * atw_test_uniform(6, i) - 0.1), 1e-6F);
    atw_field_destroy(volume);
    atw_field_destroy(composition);
    atw_mask_destroy(mask);
}
END_TEST

START_TEST(scale_is_the_median_of_the_bright_class)
{
    struct atw_error err;
    struct atw_random_key key = {.seed = (uint64_t)_i, .stage = ATW_RANDOM_TEST};
    struct atw_field *volume = create_field();
    struct atw_mask *mask = create_mask();
    struct atw_intensity_scale scale;
    gsl_rng *rng = NULL;

    CHECK_OK(atw_random_create(&rng, &key, &err));
    for (size_t i = 0; i < VOXELS; i++)
        volume->value[i] = (float)((i % 3 ? 2.6 : 1.0) + gsl_ran_gaussian(rng, 0.1));
    volume->value[VOXELS - 1] = 20.0F; /* a hot voxel moves a median little */
    CHECK_OK(atw_intensity_scale_estimate(&scale, volume, mask, 2.6, &err));
    /* 5 standard errors of the median of 17400 values: 1.25 sigma / sqrt(n) each */
    ck_assert_double_eq_tol(scale.core, 2.6, 5.0 * 1.25 * 0.1 / sqrt(17400.0));
    ck_assert_double_eq_tol(scale.shell, scale.core / 2.6, 1e-12);
    gsl_rng_free(rng);
    atw_field_destroy(volume);
    atw_mask_destroy(mask);
}
END_TEST

START_TEST(histogram_integrates_to_one_and_keeps_outliers_at_the_ends)
{
    struct atw_error err;
    struct atw_field *volume = create_field();
    struct atw_mask *mask = create_mask();
    struct atw_histogram *histogram = NULL;
    double integral = 0.0, inside = VOXELS - N * N;

    for (size_t i = 0; i < VOXELS; i++)
        volume->value[i] = i < VOXELS - 100 ? 0.5F : i < VOXELS - 60 ? -3.0F : 2.0F;
    CHECK_OK(atw_histogram_create(&histogram, volume, mask, 0.0, 0.8, 8, &err));
    for (size_t i = 0; i < 8; i++)
        integral += histogram->density[i] * 0.1;
    ck_assert_double_eq_tol(integral, 1.0, 1e-12);
    ck_assert_double_eq_tol(histogram->density[0], 40.0 / inside / 0.1, 1e-12);
    ck_assert_double_eq_tol(histogram->density[5], (inside - 100.0) / inside / 0.1,
                            1e-12);
    ck_assert_double_eq_tol(histogram->density[7], 60.0 / inside / 0.1, 1e-12);
    atw_histogram_destroy(histogram);
    atw_field_destroy(volume);
    atw_mask_destroy(mask);
}
END_TEST

START_TEST(bad_spreads_and_degrees_are_refused)
{
    struct atw_error err;
    struct atw_alloying_reference reference = {.spread_unalloyed = 0.06,
                                               .spread_alloyed = 0.06};
    struct atw_field *volume = create_field();
    struct atw_mask *mask = create_mask();
    double value = -7.0;

    CHECK_FAILS(atw_intensity_spread(&value, volume, mask, &err), ATW_EINVAL,
                "mean intensity within the mask is 0");
    volume->value[VOXELS - 1] = NAN;
    CHECK_FAILS(atw_intensity_spread(&value, volume, mask, &err), ATW_EINVAL, "nan");
    memset(mask->inside, 0, VOXELS);
    CHECK_FAILS(atw_intensity_spread(&value, volume, mask, &err), ATW_EINVAL, "empty");
    mask->grid.n_x = 3;
    CHECK_FAILS(atw_intensity_spread(&value, volume, mask, &err), ATW_EINVAL,
                "grids must be equal");
    CHECK_FAILS(atw_alloying_degree(&value, 0.1, &reference, ATW_ALLOYING_LINEAR, &err),
                ATW_EINVAL, "0.06 must exceed");
    reference.spread_unalloyed = 0.26;
    CHECK_FAILS(atw_alloying_degree(&value, -0.1, &reference, ATW_ALLOYING_LINEAR, &err),
                ATW_EINVAL, "spread -0.1");
    CHECK_FAILS(
        atw_alloying_degree(&value, 0.1, &reference, (enum atw_alloying_measure)9, &err),
        ATW_EINVAL, "measure 9");
    ck_assert_double_eq(value, -7.0);
    atw_field_destroy(volume);
    atw_mask_destroy(mask);
}
END_TEST

START_TEST(bad_scales_and_histograms_are_refused)
{
    struct atw_error err;
    struct atw_field *volume = create_field(), *composition = volume;
    struct atw_mask *mask = create_mask();
    struct atw_intensity_scale scale = {.core = 1.0, .shell = 1.0};
    struct atw_histogram *histogram = (struct atw_histogram *)1;

    CHECK_FAILS(atw_composition_from_intensity(&composition, volume, mask, &scale,
                                               ATW_COMPOSITION_CLIPPED, &err),
                ATW_EINVAL, "differ");
    ck_assert_ptr_null(composition);
    CHECK_FAILS(atw_intensity_scale_estimate(&scale, volume, mask, 1.0, &err), ATW_EINVAL,
                "above 1");
    CHECK_FAILS(atw_intensity_scale_estimate(&scale, volume, mask, 2.6, &err), ATW_EINVAL,
                "two classes");
    for (size_t i = 0; i < VOXELS; i++)
        volume->value[i] = i % 2 ? -1.0F : -2.0F;
    CHECK_FAILS(atw_intensity_scale_estimate(&scale, volume, mask, 2.6, &err), ATW_EINVAL,
                "must be positive");
    ck_assert_double_eq(scale.core, 1.0);
    CHECK_FAILS(atw_histogram_create(&histogram, volume, mask, 0.0, 1.0, 0, &err),
                ATW_EINVAL, "no bins");
    ck_assert_ptr_null(histogram);
    CHECK_FAILS(atw_histogram_create(&histogram, volume, mask, 1.0, 1.0, 8, &err),
                ATW_EINVAL, "range from 1 to 1");
    volume->value[0] = INFINITY;
    CHECK_FAILS(atw_histogram_create(&histogram, volume, mask, 0.0, 1.0, 8, &err),
                ATW_EINPUT, "inf");
    scale.shell = 0.4;
    CHECK_FAILS(atw_composition_from_intensity(&composition, volume, mask, &scale,
                                               ATW_COMPOSITION_CLIPPED, &err),
                ATW_EINPUT, "inf");
    volume->value[0] = 0.0F;
    memset(mask->inside, 0, VOXELS);
    CHECK_FAILS(atw_histogram_create(&histogram, volume, mask, 0.0, 1.0, 8, &err),
                ATW_EINVAL, "empty");
    mask->grid.spacing_m *= 2.0;
    CHECK_FAILS(atw_histogram_create(&histogram, volume, mask, 0.0, 1.0, 8, &err),
                ATW_EINVAL, "grids must be equal");
    CHECK_FAILS(atw_composition_from_intensity(&composition, volume, mask, &scale,
                                               ATW_COMPOSITION_CLIPPED, &err),
                ATW_EINVAL, "grids must be equal");
    atw_histogram_destroy(NULL);
    atw_field_destroy(volume);
    atw_mask_destroy(mask);
}
END_TEST

/* q = (1 - A)^2 in quadrature, 1 before heating, 0 when alloyed, and the noise that makes
 * the spread less than that of the alloyed reference is kept. */
START_TEST(variance_left_is_the_square_of_what_is_left_and_may_be_negative)
{
    const struct atw_alloying_reference reference = {0.2871, 0.1093};
    struct atw_error err;
    double left, degree;

    for (int k = 0; k <= 8; k++) {
        double spread = 0.1093 + k * (0.2871 - 0.1093) / 8.0;

        CHECK_OK(atw_variance_left(&left, spread, &reference, &err));
        CHECK_OK(atw_alloying_degree(&degree, spread, &reference, ATW_ALLOYING_QUADRATURE,
                                     &err));
        ck_assert_double_eq_tol(left, (1.0 - degree) * (1.0 - degree), 1e-12);
    }
    ck_assert_double_eq_tol(left, 1.0, 1e-12);
    CHECK_OK(atw_variance_left(&left, 0.09, &reference, &err));
    ck_assert_double_eq_tol(
        left, (0.09 * 0.09 - 0.1093 * 0.1093) / (0.2871 * 0.2871 - 0.1093 * 0.1093),
        1e-12);
    CHECK_FAILS(atw_variance_left(&left, NAN, &reference, &err), ATW_EINVAL, "spread");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alloying");
    TCase *tests = tcase_create("alloying");

    tcase_add_loop_test(tests, spread_of_two_phases_is_known, 0, 10);
    tcase_add_test(tests, tiny_spread_on_a_large_mean_survives);
    tcase_add_loop_test(tests, linear_blend_has_its_share_as_degree, 0, 11);
    tcase_add_test(tests,
                   variance_left_is_the_square_of_what_is_left_and_may_be_negative);
    tcase_add_loop_test(tests, quadrature_takes_out_added_noise_and_linear_does_not, 0,
                        4);
    tcase_add_test(tests, degree_is_not_clipped);
    tcase_add_test(tests, composition_inverts_the_contrast_and_may_be_clipped);
    tcase_add_loop_test(tests, scale_is_the_median_of_the_bright_class, 0, 5);
    tcase_add_test(tests, histogram_integrates_to_one_and_keeps_outliers_at_the_ends);
    tcase_add_test(tests, bad_spreads_and_degrees_are_refused);
    tcase_add_test(tests, bad_scales_and_histograms_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
