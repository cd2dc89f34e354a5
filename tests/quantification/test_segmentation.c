/* Masks: Otsu against brute force, components, holes, distances, erosion, errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort_double.h>

#include "core/parallel.h"
#include "core/random.h"
#include "quantification/distance.h"
#include "quantification/segmentation.h"
#include "quantification/threshold.h"
#include "support/support.h"

static struct atw_field *create_field(size_t n_x, size_t n_y, size_t n_z)
{
    const struct atw_grid grid = {.n_x = n_x, .n_y = n_y, .n_z = n_z, .spacing_m = 1e-9};
    struct atw_field *field = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&field, &grid, &err));
    return field;
}

/* Greatest variance between classes over all cuts of the sorted values. */
static double best_between(double *value, size_t n, double *above)
{
    double total = 0.0, sum = 0.0, best = 0.0;

    gsl_sort(value, 1, n);
    for (size_t i = 0; i < n; i++)
        total += value[i];
    for (size_t k = 1; k < n; k++) {
        double difference, between;

        sum += value[k - 1];
        difference = (total - sum) / (double)(n - k) - sum / (double)k;
        between = (double)k * (double)(n - k) * difference * difference;
        if (between > best) {
            best = between;
            *above = value[k];
        }
    }
    return best;
}

static double between_at(const double *value, size_t n, double threshold)
{
    double count[2] = {0.0, 0.0}, sum[2] = {0.0, 0.0};

    for (size_t i = 0; i < n; i++) {
        count[value[i] >= threshold] += 1.0;
        sum[value[i] >= threshold] += value[i];
    }
    return count[0] * count[1] * pow(sum[1] / count[1] - sum[0] / count[0], 2.0);
}

/* Two Gaussians of random position, width and weight, against all cuts. */
START_TEST(otsu_separates_as_well_as_any_cut)
{
    enum { N = 8000 };
    struct atw_error err;
    struct atw_random_key key = {.seed = (uint64_t)_i, .stage = ATW_RANDOM_TEST};
    struct atw_field *volume = create_field(20, 20, 20);
    struct atw_otsu otsu;
    gsl_rng *rng = NULL;
    double *value = calloc(N, sizeof *value), exact = 0.0, best, upper, share;

    CHECK_OK(atw_random_create(&rng, &key, &err));
    upper = 1.0 + 3.0 * gsl_rng_uniform(rng);
    share = 0.1 + 0.8 * gsl_rng_uniform(rng);
    for (size_t i = 0; i < N; i++) {
        double mean = gsl_rng_uniform(rng) < share ? upper : 0.0;

        volume->value[i] = (float)(100.0 + mean + gsl_ran_gaussian(rng, 0.3));
        value[i] = (double)volume->value[i];
    }
    CHECK_OK(atw_otsu_threshold(&otsu, volume, NULL, &err));
    best = best_between(value, N, &exact);
    ck_assert_msg(between_at(value, N, otsu.threshold) >= (1.0 - 1e-4) * best,
                  "seed %d: cut at %g, best at %g", _i, otsu.threshold, exact);
    gsl_rng_free(rng);
    free(value);
    atw_field_destroy(volume);
}
END_TEST

START_TEST(otsu_halves_an_empty_gap_and_reports_both_means)
{
    struct atw_error err;
    struct atw_field *volume = create_field(10, 1, 1);
    struct atw_otsu otsu;

    for (size_t i = 0; i < 10; i++)
        volume->value[i] = i < 7 ? 1.0F : 5.0F;
    CHECK_OK(atw_otsu_threshold(&otsu, volume, NULL, &err));
    ck_assert_double_eq_tol(otsu.threshold, 3.0, 4.0 / 512.0);
    ck_assert_double_eq_tol(otsu.mean_below, 1.0, 1e-12);
    ck_assert_double_eq_tol(otsu.mean_above, 5.0, 1e-12);
    atw_field_destroy(volume);
}
END_TEST

START_TEST(otsu_sees_only_the_mask)
{
    struct atw_error err;
    struct atw_field *volume = create_field(10, 1, 1);
    struct atw_mask *mask = NULL;
    struct atw_otsu otsu;

    CHECK_OK(atw_mask_create(&mask, &volume->grid, &err));
    CHECK_FAILS(atw_otsu_threshold(&otsu, volume, mask, &err), ATW_EINVAL, "empty");
    for (size_t i = 0; i < 10; i++) {
        volume->value[i] = (float)(i / 3);
        mask->inside[i] = i >= 3 && i < 9;
    }
    CHECK_OK(atw_otsu_threshold(&otsu, volume, mask, &err));
    ck_assert_double_eq_tol(otsu.threshold, 1.5, 2.0 / 512.0);
    atw_mask_destroy(mask);
    atw_field_destroy(volume);
}
END_TEST

/* Labels by brute force: flood from a seed voxel until nothing changes. */
static size_t flood(const unsigned char *open, unsigned char *seen, size_t n, size_t from)
{
    const struct atw_grid grid = {.n_x = n, .n_y = n, .n_z = n, .spacing_m = 1.0};
    size_t step[3] = {1, n, n * n}, count = 1, before = 0;

    seen[from] = 1;
    while (count != before) {
        before = count;
        for (size_t i = 0; i < atw_grid_voxel_count(&grid); i++) {
            size_t at[3] = {i % n, i / n % n, i / n / n};

            for (size_t d = 0; d < 3 && open[i] && !seen[i]; d++)
                if ((at[d] > 0 && seen[i - step[d]]) ||
                    (at[d] + 1 < n && seen[i + step[d]])) {
                    seen[i] = 1;
                    count++;
                }
        }
    }
    return count;
}

static int touches_border(const unsigned char *seen, size_t n)
{
    for (size_t i = 0; i < n * n * n; i++)
        if (seen[i] && (i % n % (n - 1) == 0 || i / n % n % (n - 1) == 0 ||
                        i / n / n % (n - 1) == 0))
            return 1;
    return 0;
}

static void brute_segment(unsigned char *inside, size_t n)
{
    size_t voxels = n * n * n, largest = 0;
    unsigned char *kept = calloc(voxels, 1), *seen = calloc(voxels, 1);

    for (size_t i = 0; i < voxels; i++) {
        size_t count;

        if (!inside[i])
            continue;
        memset(seen, 0, voxels);
        count = flood(inside, seen, n, i);
        if (count > largest) {
            largest = count;
            memcpy(kept, seen, voxels);
        }
    }
    for (size_t i = 0; i < voxels; i++)
        inside[i] = !kept[i];
    for (size_t i = 0; i < voxels; i++) {
        if (!inside[i])
            continue;
        memset(seen, 0, voxels);
        flood(inside, seen, n, i);
        if (!touches_border(seen, n))
            for (size_t k = 0; k < voxels; k++)
                kept[k] |= seen[k];
    }
    memcpy(inside, kept, voxels);
    free(kept);
    free(seen);
}

/* Random voxels near the percolation threshold make winding components with holes. */
START_TEST(segmentation_equals_flood_filling)
{
    enum { N = 7 };
    struct atw_error err;
    struct atw_field *volume = create_field(N, N, N);
    const struct atw_segmentation_options options = {ATW_THRESHOLD_VALUE, 0.5};
    struct atw_mask *mask = NULL;
    unsigned char expected[N * N * N];
    double share = 0.3 + 0.03 * (_i % 20);

    for (unsigned i = 0; i < N * N * N; i++) {
        volume->value[i] = atw_test_uniform((unsigned)_i + 100, i) < share;
        expected[i] = volume->value[i] > 0.5F;
    }
    CHECK_OK(atw_segment(&mask, volume, &options, NULL, &err));
    brute_segment(expected, N);
    ck_assert_msg(memcmp(mask->inside, expected, sizeof expected) == 0,
                  "seed %d: mask differs from brute force", _i);
    atw_mask_destroy(mask);
    atw_field_destroy(volume);
}
END_TEST

START_TEST(only_the_largest_part_stays_and_its_hole_is_filled)
{
    struct atw_error err;
    struct atw_field *volume = create_field(20, 9, 9);
    const struct atw_segmentation_options options = {ATW_THRESHOLD_OTSU, 0.0};
    struct atw_mask *mask = NULL;

    for (size_t z = 2; z < 7; z++)
        for (size_t y = 2; y < 7; y++) {
            for (size_t x = 2; x < 7; x++)
                volume->value[atw_grid_index(&volume->grid, x, y, z)] = 1.0F;
            for (size_t x = 10; x < 13; x++)
                volume->value[atw_grid_index(&volume->grid, x, y, z)] = 2.0F;
        }
    volume->value[atw_grid_index(&volume->grid, 4, 4, 4)] = 0.0F;
    CHECK_OK(atw_segment(&mask, volume, &options, NULL, &err));
    ck_assert_uint_eq(atw_mask_count(mask), 125);
    ck_assert_double_eq_tol(atw_mask_volume_m3(mask), 125e-27, 1e-33);
    ck_assert_uint_eq(mask->inside[atw_grid_index(&mask->grid, 4, 4, 4)], 1);
    ck_assert_uint_eq(mask->inside[atw_grid_index(&mask->grid, 11, 4, 4)], 0);
    atw_mask_destroy(mask);
    atw_field_destroy(volume);
}
END_TEST

START_TEST(every_rule_reports_its_threshold)
{
    struct atw_error err;
    struct atw_field *volume = create_field(10, 1, 1);
    struct atw_segmentation_options options = {ATW_THRESHOLD_FRACTION, 0.3};
    struct atw_mask *mask = NULL;
    double threshold = 0.0;

    for (size_t i = 0; i < 10; i++)
        volume->value[i] = i < 5 ? 0.0F : i < 6 ? 2.0F : 5.0F;
    CHECK_OK(atw_segment(&mask, volume, &options, &threshold, &err));
    ck_assert_double_eq_tol(threshold, 1.5, 1e-12); /* Otsu's upper class is the 5s */
    ck_assert_uint_eq(atw_mask_count(mask), 5);
    atw_mask_destroy(mask);
    options = (struct atw_segmentation_options){ATW_THRESHOLD_VALUE, 5.0};
    CHECK_OK(atw_segment(&mask, volume, &options, &threshold, &err));
    ck_assert_double_eq(threshold, 5.0); /* at the threshold is inside */
    ck_assert_uint_eq(atw_mask_count(mask), 4);
    atw_mask_destroy(mask);
    options.rule = ATW_THRESHOLD_OTSU;
    CHECK_OK(atw_segment(&mask, volume, &options, &threshold, &err));
    ck_assert_double_eq_tol(threshold, 3.5, 5.0 / 512.0);
    atw_mask_destroy(mask);
    atw_field_destroy(volume);
}
END_TEST

/* A uniform ball of radius R, blurred: closed form in the distance r. */
static double blurred_ball(double r, double R, double sigma)
{
    double a = (R + r) / (sqrt(2.0) * sigma), b = (R - r) / (sqrt(2.0) * sigma);

    return 0.5 * (erf(a) + erf(b)) -
           sigma / (sqrt(2.0 * acos(-1.0)) * r) * (exp(-b * b) - exp(-a * a));
}

/* Core of 11 nm and shell of 3 nm in voxels of 0.6 nm. */
static struct atw_field *coated_ball(double core, double shell, double sigma_nm)
{
    enum { N = 54 };
    const struct atw_grid grid = {.n_x = N, .n_y = N, .n_z = N, .spacing_m = 0.6e-9};
    struct atw_field *field = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&field, &grid, &err));
    for (size_t i = 0; i < N * N * N; i++) {
        double x = atw_grid_position_m(i % N, N, 0.6);
        double y = atw_grid_position_m(i / N % N, N, 0.6);
        double z = atw_grid_position_m(i / N / N, N, 0.6);
        double r = sqrt(x * x + y * y + z * z);

        field->value[i] = (float)(shell * blurred_ball(r, 14.0, sigma_nm) +
                                  (core - shell) * blurred_ball(r, 11.0, sigma_nm));
    }
    return field;
}

/* Volume of the mask relative to the ball, minus one. */
static double
volume_error(const struct atw_field *ball, enum atw_threshold_rule rule, double parameter)
{
    const struct atw_segmentation_options options = {rule, parameter};
    struct atw_mask *mask = NULL;
    struct atw_error err;
    double volume_m3;

    CHECK_OK(atw_segment(&mask, ball, &options, NULL, &err));
    volume_m3 = atw_mask_volume_m3(mask);
    atw_mask_destroy(mask);
    return volume_m3 / (4.0 / 3.0 * acos(-1.0) * pow(14e-9, 3.0)) - 1.0;
}

/* Before, during and after alloying. Rules with one level for all lose the dim shell. */
START_TEST(surface_rule_keeps_the_volume_while_alloying)
{
    static const double core[] = {1.0, 0.8, 0.68}, shell[] = {0.38, 0.55, 0.68};
    double sigma_nm = 0.5 + 0.15 * (_i / 3);
    struct atw_field *ball = coated_ball(core[_i % 3], shell[_i % 3], sigma_nm);
    double surface = volume_error(ball, ATW_THRESHOLD_SURFACE, 1e-9);

    ck_assert_msg(fabs(surface) < 0.02, "state %d, blur %g nm: volume off by %g", _i % 3,
                  sigma_nm, surface);
    if (_i % 3 == 0)
        ck_assert_double_lt(volume_error(ball, ATW_THRESHOLD_OTSU, 0.0), -0.25);
    atw_field_destroy(ball);
}
END_TEST

/* Paint a cube whose outer `rim` voxels have one value and the rest another. */
static void
paint_cube(struct atw_field *field, size_t at, size_t edge, size_t rim, float a, float b)
{
    for (size_t z = 0; z < edge; z++)
        for (size_t y = 0; y < edge; y++)
            for (size_t x = 0; x < edge; x++) {
                int inner = x >= rim && y >= rim && z >= rim && x + rim < edge &&
                            y + rim < edge && z + rim < edge;

                field->value[atw_grid_index(&field->grid, at + x, 1 + y, 1 + z)] =
                    inner ? b : a;
            }
}

/* Two bodies, each of which sets a threshold at which the other one is the larger. */
START_TEST(surface_rule_reports_when_it_does_not_settle)
{
    struct atw_error err;
    struct atw_field *volume = create_field(30, 15, 15);
    struct atw_segmentation_options options = {ATW_THRESHOLD_SURFACE, 2e-9};
    struct atw_mask *mask = NULL;

    paint_cube(volume, 1, 11, 2, 1.0F, 10.0F);
    paint_cube(volume, 15, 9, 1, 6.0F, 1.0F);
    CHECK_FAILS(atw_segment(&mask, volume, &options, NULL, &err), ATW_EDIVERGED,
                "still moves");
    ck_assert_ptr_null(mask);
    options.parameter = 9e-9;
    CHECK_FAILS(atw_segment(&mask, volume, &options, NULL, &err), ATW_EINVAL,
                "no voxel lies 9 nm below");
    options.parameter = 0.0;
    CHECK_FAILS(atw_segment(&mask, volume, &options, NULL, &err), ATW_EINVAL,
                "depth 0 m");
    atw_field_destroy(volume);
}
END_TEST

static struct atw_mask *
random_mask(size_t n_x, size_t n_y, size_t n_z, unsigned seed, double share)
{
    const struct atw_grid grid = {
        .n_x = n_x, .n_y = n_y, .n_z = n_z, .spacing_m = 0.6e-9};
    struct atw_mask *mask = NULL;
    struct atw_error err;

    CHECK_OK(atw_mask_create(&mask, &grid, &err));
    for (unsigned i = 0; i < n_x * n_y * n_z; i++)
        mask->inside[i] = atw_test_uniform(seed, i) < share;
    return mask;
}

/* Nearest outside voxel by looking at all of them, a border layer included. */
static int32_t brute_distance(const struct atw_mask *mask, long x, long y, long z)
{
    const struct atw_grid *grid = &mask->grid;
    long n_x = (long)grid->n_x, n_y = (long)grid->n_y, n_z = (long)grid->n_z;
    long least = INT32_MAX;

    for (long c = -1; c <= n_z; c++)
        for (long b = -1; b <= n_y; b++)
            for (long a = -1; a <= n_x; a++) {
                int beyond = a < 0 || b < 0 || c < 0 || a == n_x || b == n_y || c == n_z;
                long d = (a - x) * (a - x) + (b - y) * (b - y) + (c - z) * (c - z);

                if (d < least && (beyond || !mask->inside[atw_grid_index(
                                                grid, (size_t)a, (size_t)b, (size_t)c)]))
                    least = d;
            }
    return (int32_t)least;
}

START_TEST(distances_equal_brute_force)
{
    struct atw_error err;
    size_t n_x = 3 + (size_t)_i % 7, n_y = 13 - (size_t)_i % 5, n_z = 8 + (size_t)_i % 6;
    struct atw_mask *mask =
        random_mask(n_x, n_y, n_z, (unsigned)_i, _i % 2 ? 0.97 : 0.995);
    int32_t *distance = NULL;

    CHECK_OK(atw_mask_squared_distance(&distance, mask, &err));
    for (size_t z = 0; z < n_z; z++)
        for (size_t y = 0; y < n_y; y++)
            for (size_t x = 0; x < n_x; x++)
                ck_assert_int_eq(distance[atw_grid_index(&mask->grid, x, y, z)],
                                 brute_distance(mask, (long)x, (long)y, (long)z));
    free(distance);
    atw_mask_destroy(mask);
}
END_TEST

START_TEST(distances_are_the_same_for_any_thread_count)
{
    struct atw_error err;
    struct atw_mask *mask = random_mask(20, 30, 25, 3, 0.999);
    int32_t *first = NULL, *other = NULL;

    atw_parallel_set_thread_count(1);
    CHECK_OK(atw_mask_squared_distance(&first, mask, &err));
    atw_parallel_set_thread_count(3);
    CHECK_OK(atw_mask_squared_distance(&other, mask, &err));
    ck_assert_mem_eq(first, other, 20 * 30 * 25 * sizeof *first);
    free(first);
    free(other);
    atw_mask_destroy(mask);
}
END_TEST

static struct atw_mask *ball(double radius, size_t n)
{
    struct atw_mask *mask = random_mask(n, n, n, 1, 0.0);

    for (size_t z = 0; z < n; z++)
        for (size_t y = 0; y < n; y++)
            for (size_t x = 0; x < n; x++)
                mask->inside[atw_grid_index(&mask->grid, x, y, z)] =
                    pow(atw_grid_position_m(x, n, 1.0), 2.0) +
                        pow(atw_grid_position_m(y, n, 1.0), 2.0) +
                        pow(atw_grid_position_m(z, n, 1.0), 2.0) <
                    radius * radius;
    return mask;
}

/* A box of which the model knows the shares of voxels, on finer and coarser voxels, even
 * and odd counts: faces stay where they are to a tenth of the model's voxel, which is
 * what linear interpolation of a share clipped to [0, 1] costs. */
START_TEST(a_model_gives_the_mask_on_any_grid)
{
    static const double spacing_m[] = {0.5e-9, 1.0e-9, 1.6e-9};
    static const double half_m[3] = {6.3e-9, 4.2e-9, 5.1e-9};
    const struct atw_grid to = {.n_x = 23, .n_y = 20, .n_z = 21, .spacing_m = 0.9e-9};
    const struct atw_grid from = {
        .n_x = 40, .n_y = 41, .n_z = 38, .spacing_m = spacing_m[_i]};
    struct atw_field *metal = NULL;
    struct atw_mask *mask = NULL;
    struct atw_error err;
    size_t n_inside = 0;

    CHECK_OK(atw_field_create(&metal, &from, &err));
    for (size_t i = 0; i < atw_grid_voxel_count(&from); i++) {
        const size_t at[3] = {i % from.n_x, i / from.n_x % from.n_y,
                              i / from.n_x / from.n_y};
        const size_t n[3] = {from.n_x, from.n_y, from.n_z};
        double share = 1.0;

        for (int k = 0; k < 3; k++) {
            double from_face =
                half_m[k] - fabs(atw_grid_position_m(at[k], n[k], from.spacing_m));

            share *= fmax(0.0, fmin(1.0, from_face / from.spacing_m + 0.5));
        }
        metal->value[i] = (float)share;
    }
    CHECK_OK(atw_mask_from_model(&mask, metal, &to, &err));
    for (size_t i = 0; i < atw_grid_voxel_count(&to); i++) {
        const size_t at[3] = {i % to.n_x, i / to.n_x % to.n_y, i / to.n_x / to.n_y};
        const size_t n[3] = {to.n_x, to.n_y, to.n_z};
        double depth = INFINITY;
        size_t near = 0;

        for (int k = 0; k < 3; k++) {
            double below =
                half_m[k] - fabs(atw_grid_position_m(at[k], n[k], to.spacing_m));

            depth = fmin(depth, below);
            near += fabs(below) < from.spacing_m;
        }
        n_inside += mask->inside[i];
        if (near < 2 &&
            fabs(depth) >
                0.1 * from.spacing_m) /* elsewhere the shares of an edge decide */
            ck_assert_int_eq(mask->inside[i], depth > 0.0);
    }
    ck_assert_uint_eq(n_inside, atw_mask_count(mask));
    atw_mask_destroy(mask);
    metal->value[7] = 1.5F;
    CHECK_FAILS(atw_mask_from_model(&mask, metal, &to, &err), ATW_EINPUT, "[0, 1]");
    metal->value[7] = NAN;
    CHECK_FAILS(atw_mask_from_model(&mask, metal, &to, &err), ATW_EINPUT, "nan");
    for (size_t i = 0; i < atw_grid_voxel_count(&from); i++)
        metal->value[i] = 0.4F;
    CHECK_FAILS(atw_mask_from_model(&mask, metal, &to, &err), ATW_EINVAL, "half");
    ck_assert_ptr_null(mask);
    atw_field_destroy(metal);
}
END_TEST

/* Every centre nearer to the middle than R - d is d away from all that is beyond R; and
 * on every ray an outside centre lies no further than sqrt(3) voxels beyond R. */
START_TEST(eroded_ball_is_the_smaller_ball)
{
    struct atw_error err;
    double depth = 1.0 + 0.7 * _i;
    struct atw_mask *large = ball(15.0, 34), *small = NULL;
    struct atw_mask *least = ball(15.0 - depth, 34);
    struct atw_mask *most = ball(15.0 - depth + sqrt(3.0), 34);

    CHECK_OK(atw_mask_erode(&small, large, depth * 0.6e-9, &err));
    for (size_t i = 0; i < 34 * 34 * 34; i++) {
        ck_assert_uint_ge(small->inside[i], least->inside[i]);
        ck_assert_uint_le(small->inside[i], most->inside[i]);
        ck_assert_uint_le(small->inside[i], large->inside[i]);
    }
    atw_mask_destroy(large);
    atw_mask_destroy(small);
    atw_mask_destroy(least);
    atw_mask_destroy(most);
}
END_TEST

/* A box loses k voxels at each face when eroded deeper than k and up to k + 1; the border
 * of the grid is a face. */
START_TEST(eroded_box_is_the_smaller_box)
{
    struct atw_error err;
    struct atw_mask *box = random_mask(9, 9, 9, 1, 2.0), *eroded = NULL;

    for (int k = 0; k < 4; k++) {
        CHECK_OK(atw_mask_erode(&eroded, box, (k + 1) * 0.6e-9, &err));
        ck_assert_uint_eq(atw_mask_count(eroded), (size_t)pow(9.0 - 2.0 * k, 3.0));
        atw_mask_destroy(eroded);
        CHECK_OK(atw_mask_erode(&eroded, box, (k + 0.01) * 0.6e-9, &err));
        ck_assert_uint_eq(atw_mask_count(eroded), (size_t)pow(9.0 - 2.0 * k, 3.0));
        atw_mask_destroy(eroded);
    }
    CHECK_OK(atw_mask_erode(&eroded, box, 0.0, &err));
    ck_assert_mem_eq(eroded->inside, box->inside, 729);
    atw_mask_destroy(eroded);
    atw_mask_destroy(box);
}
END_TEST

START_TEST(bad_segmentations_are_refused)
{
    struct atw_error err;
    struct atw_field *volume = create_field(4, 3, 2);
    struct atw_segmentation_options options = {ATW_THRESHOLD_OTSU, 0.0};
    struct atw_mask *mask = (struct atw_mask *)1;
    double threshold = -7.0;

    CHECK_FAILS(atw_segment(&mask, volume, &options, &threshold, &err), ATW_EINVAL,
                "two classes");
    ck_assert_ptr_null(mask);
    volume->value[5] = 1.0F;
    options = (struct atw_segmentation_options){ATW_THRESHOLD_FRACTION, 1.0};
    CHECK_FAILS(atw_segment(&mask, volume, &options, &threshold, &err), ATW_EINVAL,
                "(0, 1)");
    options = (struct atw_segmentation_options){ATW_THRESHOLD_VALUE, NAN};
    CHECK_FAILS(atw_segment(&mask, volume, &options, &threshold, &err), ATW_EINVAL,
                "finite");
    options.parameter = 2.0;
    CHECK_FAILS(atw_segment(&mask, volume, &options, &threshold, &err), ATW_EINVAL,
                "no voxel reaches the threshold 2; lower it");
    options.rule = (enum atw_threshold_rule)17;
    CHECK_FAILS(atw_segment(&mask, volume, &options, &threshold, &err), ATW_EINVAL,
                "rule 17");
    options.rule = ATW_THRESHOLD_OTSU;
    volume->value[7] = NAN;
    CHECK_FAILS(atw_segment(&mask, volume, &options, &threshold, &err), ATW_EINPUT,
                "x 3, y 1, z 0");
    ck_assert_ptr_null(mask);
    ck_assert_double_eq(threshold, -7.0);
    atw_field_destroy(volume);
}
END_TEST

START_TEST(bad_erosions_and_masks_are_refused)
{
    struct atw_error err;
    const struct atw_grid no_grid = {.n_x = 0, .n_y = 1, .n_z = 1, .spacing_m = 1.0};
    const struct atw_grid long_grid = {
        .n_x = 40000, .n_y = 1, .n_z = 1, .spacing_m = 1.0};
    struct atw_mask *box = random_mask(5, 5, 5, 1, 2.0), *out = box;
    struct atw_field *volume = create_field(4, 3, 2);
    struct atw_otsu otsu;

    CHECK_FAILS(atw_mask_erode(&out, box, -1e-9, &err), ATW_EINVAL, "depth -1e-09 m");
    ck_assert_ptr_null(out);
    CHECK_FAILS(atw_mask_erode(&out, box, 2e-9, &err), ATW_EINVAL, "lies 2 nm deep");
    ck_assert_ptr_null(out);
    CHECK_FAILS(atw_mask_create(&out, &no_grid, &err), ATW_EINVAL, "positive");
    CHECK_FAILS(atw_otsu_threshold(&otsu, volume, box, &err), ATW_EINVAL,
                "grids must be equal");
    atw_mask_destroy(box);
    CHECK_OK(atw_mask_create(&box, &long_grid, &err));
    CHECK_FAILS(atw_mask_erode(&out, box, 1e-9, &err), ATW_EINVAL, "at most 30000");
    atw_mask_destroy(box);
    atw_mask_destroy(NULL);
    atw_field_destroy(volume);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("segmentation");
    TCase *tests = tcase_create("segmentation");

    tcase_add_loop_test(tests, otsu_separates_as_well_as_any_cut, 0, 30);
    tcase_add_test(tests, otsu_halves_an_empty_gap_and_reports_both_means);
    tcase_add_test(tests, otsu_sees_only_the_mask);
    tcase_add_loop_test(tests, segmentation_equals_flood_filling, 0, 40);
    tcase_add_test(tests, only_the_largest_part_stays_and_its_hole_is_filled);
    tcase_add_test(tests, every_rule_reports_its_threshold);
    tcase_add_loop_test(tests, surface_rule_keeps_the_volume_while_alloying, 0, 9);
    tcase_add_test(tests, surface_rule_reports_when_it_does_not_settle);
    tcase_add_loop_test(tests, distances_equal_brute_force, 0, 20);
    tcase_add_test(tests, distances_are_the_same_for_any_thread_count);
    tcase_add_loop_test(tests, a_model_gives_the_mask_on_any_grid, 0, 3);
    tcase_add_loop_test(tests, eroded_ball_is_the_smaller_ball, 0, 8);
    tcase_add_test(tests, eroded_box_is_the_smaller_box);
    tcase_add_test(tests, bad_segmentations_are_refused);
    tcase_add_test(tests, bad_erosions_and_masks_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
