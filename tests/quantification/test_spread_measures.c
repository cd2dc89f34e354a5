/* Measures of spread and two Gaussians: closed forms, scatter over seeds, errors. */
#include <math.h>
#include <stdlib.h>

#include "quantification/spread_measures.h"
#include "support/support.h"

enum { N_X = 16, N_Y = 40, N_Z = 16, SEEDS = 40 };

static const struct atw_grid GRID = {
    .n_x = N_X, .n_y = N_Y, .n_z = N_Z, .spacing_m = 0.7e-9};

static double normal(unsigned seed, unsigned i)
{
    double u = atw_test_uniform(seed, 2 * i), v = atw_test_uniform(seed, 2 * i + 1);

    return sqrt(-2.0 * log(1.0 - u)) * cos(2.0 * M_PI * v);
}

/* A core of 2.6 in a shell of 1, `core` of N_X columns wide, with noise. */
static void create(struct atw_field **volume,
                   struct atw_mask **mask,
                   unsigned seed,
                   size_t core,
                   double noise)
{
    struct atw_error err;

    CHECK_OK(atw_field_create(volume, &GRID, &err));
    CHECK_OK(atw_mask_create(mask, &GRID, &err));
    for (size_t z = 0; z < N_Z; z++)
        for (size_t y = 1; y < N_Y; y++)
            for (size_t x = 0; x < N_X; x++) {
                size_t i = atw_grid_index(&GRID, x, y, z);

                (*volume)->value[i] =
                    (float)((x < core ? 2.6 : 1.0) + noise * normal(seed, (unsigned)i));
                (*mask)->inside[i] = 1;
            }
}

static struct atw_spread_measures measures_of(unsigned seed, size_t core, double noise)
{
    struct atw_spread_measures measures;
    struct atw_field *volume;
    struct atw_mask *mask;
    struct atw_error err;

    create(&volume, &mask, seed, core, noise);
    CHECK_OK(atw_spread_measures_of(&measures, volume, mask, &err));
    atw_field_destroy(volume);
    atw_mask_destroy(mask);
    return measures;
}

/* 10^4 values: 5 standard errors are 3.5 % for std, 6 % for the others. */
START_TEST(measures_agree_for_a_gaussian)
{
    struct atw_spread_measures m = measures_of(3, 0, 0.13);

    ck_assert_double_eq_tol(m.mean, 1.0, 0.01);
    ck_assert_double_eq_tol(m.value[ATW_SPREAD_STD], 0.13, 0.035 * 0.13);
    ck_assert_double_eq_tol(m.value[ATW_SPREAD_MAD], 0.13, 0.06 * 0.13);
    ck_assert_double_eq_tol(m.value[ATW_SPREAD_IQR], 0.13, 0.06 * 0.13);
}
END_TEST

/* 5/16 at 2.6, the rest at 1: mean 1.5, std sqrt(p q) 1.6, half of all within the shell's
 * noise of its mean. */
START_TEST(two_phases_give_their_distance)
{
    struct atw_spread_measures m = measures_of(4, 5, 0.15);
    double p = 5.0 / 16.0, variance = p * (1.0 - p) * 1.6 * 1.6 + 0.15 * 0.15;

    ck_assert_double_eq_tol(m.mean, 1.5, 0.01);
    ck_assert_double_eq_tol(m.value[ATW_SPREAD_STD], sqrt(variance) / 1.5, 0.005);
    ck_assert_double_eq_tol(m.value[ATW_SPREAD_PEAKS], 1.6 / 1.5, 0.01);
    ck_assert_double_eq_tol(m.peaks.share[1], p, 0.005);
    ck_assert_double_eq_tol(m.peaks.mean[0], 1.0, 0.01);
    ck_assert_double_eq_tol(m.peaks.mean[1], 2.6, 0.02);
    ck_assert_double_eq_tol(m.peaks.std[0], 0.15, 0.01);
    ck_assert_double_eq_tol(m.peaks.std[1], 0.15, 0.01);
    ck_assert_double_lt(m.peaks.misfit, 0.03);
    /* the median is in the shell, the third quartile in the core */
    ck_assert_double_lt(m.value[ATW_SPREAD_MAD], 0.5 * m.value[ATW_SPREAD_STD]);
    ck_assert_double_gt(m.value[ATW_SPREAD_IQR], 0.9 * m.value[ATW_SPREAD_STD]);
}
END_TEST

static void
check_scatter(const char *name, const double value[SEEDS], const double std[SEEDS])
{
    double mean = 0.0, scatter = 0.0, predicted = 0.0;

    for (size_t i = 0; i < SEEDS; i++) {
        mean += value[i] / SEEDS;
        predicted += std[i] * std[i] / SEEDS;
    }
    for (size_t i = 0; i < SEEDS; i++)
        scatter += pow(value[i] - mean, 2.0) / (SEEDS - 1);
    ck_assert_msg(fabs(sqrt(predicted / scatter) - 1.0) < 0.35, "%s: %g predicted, %g",
                  name, sqrt(predicted), sqrt(scatter));
}

/* Noise of slices is independent here and the particle the same in all: the replicates'
 * deviation is the scatter. 40 seeds: 11 %; replicates of 20 pairs: 16 % each, averaged.
 */
START_TEST(deviations_are_the_scatter_over_seeds)
{
    struct atw_spread_measures m[SEEDS];
    double value[SEEDS], std[SEEDS];

    for (unsigned seed = 0; seed < SEEDS; seed++)
        m[seed] = measures_of(100 + seed, 6, 0.4);
    for (size_t k = 0; k < ATW_SPREAD_MEASURES; k++) {
        for (size_t i = 0; i < SEEDS; i++) {
            value[i] = m[i].value[k];
            std[i] = m[i].std[k];
        }
        check_scatter(atw_spread_measure_names[k], value, std);
    }
}
END_TEST

/* Likewise for what the two Gaussians are made of: share, mean and width of each. */
START_TEST(deviations_of_the_peaks_are_their_scatter)
{
    static const char *const names[] = {"share", "mean", "std"};
    double value[3][SEEDS], std[3][SEEDS];
    int peak = _i;

    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct atw_spread_measures m = measures_of(100 + seed, 6, 0.3);

        value[0][seed] = m.peaks.share[peak];
        value[1][seed] = m.peaks.mean[peak];
        value[2][seed] = m.peaks.std[peak];
        std[0][seed] = m.peaks_std.share[peak];
        std[1][seed] = m.peaks_std.mean[peak];
        std[2][seed] = m.peaks_std.std[peak];
    }
    for (int k = 0; k < 3; k++)
        check_scatter(names[k], value[k], std[k]);
}
END_TEST

/* Of totals against a first volume, which is noisy as well. */
START_TEST(deviation_of_a_change_of_the_total_is_its_scatter)
{
    double change[SEEDS], std[SEEDS];
    struct atw_field *first, *volume;
    struct atw_mask *mask;

    for (unsigned seed = 0; seed < SEEDS; seed++) {
        create(&first, &mask, 200 + seed, 6, 0.3);
        atw_mask_destroy(mask);
        create(&volume, &mask, 300 + seed, 6, 0.2);
        for (size_t i = 0; i < atw_grid_voxel_count(&GRID); i++)
            volume->value[i] *= 1.1F;
        change[seed] = atw_intensity_total(volume) / atw_intensity_total(first) - 1.0;
        std[seed] = atw_intensity_change_std(volume, first);
        ck_assert_double_eq(atw_intensity_change_std(first, first), 0.0);
        ck_assert_double_eq_tol(change[seed], 0.1, 5.0 * std[seed]);
        atw_field_destroy(first);
        atw_field_destroy(volume);
        atw_mask_destroy(mask);
    }
    check_scatter("total", change, std);
}
END_TEST

START_TEST(numbers_repeat)
{
    struct atw_spread_measures a = measures_of(9, 6, 0.2), b = measures_of(9, 6, 0.2);

    for (size_t k = 0; k < ATW_SPREAD_MEASURES; k++) {
        ck_assert_double_eq(a.value[k], b.value[k]);
        ck_assert_double_eq(a.std[k], b.std[k]);
    }
}
END_TEST

START_TEST(bad_volumes_and_histograms_are_refused)
{
    struct atw_spread_measures m;
    struct atw_two_gaussians fit;
    struct atw_field *volume;
    struct atw_mask *mask;
    struct atw_error err;
    double density[8] = {0.0, 0.0, 1.0};
    struct atw_histogram histogram = {
        .n_bins = 8, .least = 0.0, .greatest = 8.0, .density = density};

    create(&volume, &mask, 1, 5, 0.1);
    volume->value[N_X] = NAN;
    CHECK_FAILS(atw_spread_measures_of(&m, volume, mask, &err), ATW_EINPUT, "");
    for (size_t i = 0; i < atw_grid_voxel_count(&GRID); i++)
        volume->value[i] = 1.5F;
    CHECK_OK(atw_spread_measures_of(&m, volume, mask, &err));
    ck_assert_double_eq(m.mean, 1.5);
    ck_assert_double_eq(m.value[ATW_SPREAD_IQR], 0.0);
    ck_assert_double_eq(m.std[ATW_SPREAD_STD], 0.0);
    ck_assert(isnan(m.value[ATW_SPREAD_PEAKS]));
    volume->value[N_X] = -1e6F;
    CHECK_FAILS(atw_spread_measures_of(&m, volume, mask, &err), ATW_EINVAL,
                "must be positive");
    for (size_t i = 0; i < atw_grid_voxel_count(&GRID); i++)
        mask->inside[i] = 0;
    CHECK_FAILS(atw_spread_measures_of(&m, volume, mask, &err), ATW_EINVAL,
                "the mask is empty");
    CHECK_FAILS(atw_two_gaussians_fit(&fit, &histogram, &err), ATW_EINVAL,
                "all values in one bin");
    histogram.n_bins = 7;
    CHECK_FAILS(atw_two_gaussians_fit(&fit, &histogram, &err), ATW_EINVAL, "7 bins");
    atw_field_destroy(volume);
    atw_mask_destroy(mask);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spread_measures");
    TCase *tests = tcase_create("spread_measures");

    tcase_add_test(tests, measures_agree_for_a_gaussian);
    tcase_add_test(tests, two_phases_give_their_distance);
    tcase_add_test(tests, deviations_are_the_scatter_over_seeds);
    tcase_add_loop_test(tests, deviations_of_the_peaks_are_their_scatter, 0, 2);
    tcase_add_test(tests, deviation_of_a_change_of_the_total_is_its_scatter);
    tcase_add_test(tests, numbers_repeat);
    tcase_add_test(tests, bad_volumes_and_histograms_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
