/* What the methods have in common: subsets, support, bounds, start image. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"
#include "tomography/discs.h"
#include "tomography/reconstruction.h"

#define N 12
#define N_SLICE 5
#define N_VIEW 9
#define N_VOXEL (N * N_SLICE * N)

static const struct atw_reconstruction_method *find(const char *name)
{
    const struct atw_reconstruction_method *method = NULL;
    struct atw_error err;

    CHECK_OK(atw_reconstruction_find(&method, name, &err));
    return method;
}

static struct atw_projector *create_projector(const struct atw_tilt_series *series)
{
    struct atw_projection_geometry geometry = {
        .grid = atw_reconstruction_default_grid(series),
        .n_u = series->n_u,
        .pixel_m = series->pixel_m,
        .n_tilt = series->n_tilt,
        .tilt_rad = series->tilt_rad};
    struct atw_projector *projector = NULL;
    struct atw_error err;

    CHECK_OK(atw_projector_create(&projector, &geometry, &err));
    return projector;
}

struct fixture {
    struct atw_tilt_series *series;
    struct atw_projector *projector;
};

/* Views of a volume with values between 0 and 2. */
static struct fixture setup(void)
{
    static float volume[N_VOXEL];
    struct fixture f = {NULL, NULL};
    double tilt_rad[N_VIEW];
    struct atw_error err;

    for (int i = 0; i < N_VIEW; i++)
        tilt_rad[i] = 0.3 * (i - 4);
    for (int i = 0; i < N_VOXEL; i++)
        volume[i] = (float)(1.0 + sin(0.37 * i));
    CHECK_OK(atw_tilt_series_create(&f.series, N_VIEW, N_SLICE, N, 1e-9, tilt_rad, &err));
    f.projector = create_projector(f.series);
    CHECK_OK(atw_projector_forward(f.projector, volume, f.series->value, &err));
    return f;
}

static void teardown(struct fixture *f)
{
    atw_projector_destroy(f->projector);
    atw_tilt_series_destroy(f->series);
}

static void run(const struct fixture *f,
                const char *name,
                const struct atw_reconstruction_options *options,
                float *volume,
                double *residual)
{
    struct atw_error err;

    CHECK_OK(
        find(name)->run(f->projector, f->series->value, options, volume, residual, &err));
}

START_TEST(one_subset_is_plain_em)
{
    struct fixture f = setup();
    struct atw_reconstruction_options options = {.iterations = 1, .subsets = 1};
    static float plain[N_VOXEL], ordered[N_VOXEL];

    for (options.iterations = 1; options.iterations < 9; options.iterations += 3) {
        run(&f, "em", &options, plain, NULL);
        run(&f, "os-em", &options, ordered, NULL);
        for (int i = 0; i < N_VOXEL; i++)
            ck_assert_double_eq_tol((double)ordered[i], (double)plain[i],
                                    3e-5 * (double)plain[i]);
    }
    teardown(&f);
}
END_TEST

START_TEST(two_passes_in_subsets_are_as_good_as_twenty_of_em)
{
    struct fixture f = {.series = discs_series(1)};
    struct atw_reconstruction_options options = {.iterations = 2};
    static float volume[N_DISC * N_DISC];
    double error;

    f.projector = create_projector(f.series);
    run(&f, "os-em", &options, volume, NULL);
    error = discs_error(volume, 1);
    ck_assert_msg(error <= 0.0856, "RMSE %g", error);
    teardown(&f);
}
END_TEST

START_TEST(more_subsets_than_views_are_refused)
{
    struct fixture f = setup();
    struct atw_reconstruction_options options = {.iterations = 3, .subsets = N_VIEW};
    static float volume[N_VOXEL];
    struct atw_error err;

    run(&f, "os-em", &options, volume, NULL);
    options.subsets = N_VIEW + 1;
    CHECK_FAILS(
        find("os-em")->run(f.projector, f.series->value, &options, volume, NULL, &err),
        ATW_EINVAL, "10 subsets of 9 views: give 1 to 9");
    teardown(&f);
}
END_TEST

/* With many zero counts, as many subsets as views, and many passes. */
START_TEST(subsets_stay_finite_on_sparse_counts)
{
    struct fixture f = setup();
    struct atw_reconstruction_options options = {.iterations = 40, .subsets = N_VIEW};
    static float volume[N_VOXEL];
    double sum = 0.0;

    for (size_t i = 0; i < atw_tilt_series_pixel_count(f.series); i++)
        f.series->value[i] = i * 7919 % 13 == 0 ? 1.0f : 0.0f;
    run(&f, "os-em", &options, volume, NULL);
    for (int i = 0; i < N_VOXEL; i++) {
        ck_assert(isfinite(volume[i]) && volume[i] >= 0.0f);
        sum += (double)volume[i];
    }
    ck_assert_double_gt(sum, 0.0);
    teardown(&f);
}
END_TEST

static int method_count(void)
{
    int count = 0;

    while (atw_reconstruction_methods[count])
        count++;
    return count;
}

START_TEST(support_and_bounds_are_kept)
{
    const char *name = atw_reconstruction_methods[_i]->name;
    struct fixture f = setup();
    static float volume[N_VOXEL], support[N_VOXEL];
    struct atw_reconstruction_options options = {.iterations = 5,
                                                 .has_bounds = 1,
                                                 .lower = 0.25f,
                                                 .upper = 1.25f,
                                                 .support = support};
    int n_low = 0, n_high = 0;

    for (int i = 0; i < N_VOXEL; i++)
        support[i] = i % 3 ? 1.0f : 0.0f;
    run(&f, name, &options, volume, NULL);
    for (int i = 0; i < N_VOXEL; i++) {
        if (i % 3 == 0)
            ck_assert_float_eq(volume[i], 0.0f);
        else
            ck_assert(volume[i] >= 0.25f && volume[i] <= 1.25f);
        n_low += volume[i] == 0.25f;
        n_high += volume[i] == 1.25f;
    }
    ck_assert_msg(n_low + n_high > 0, "%s: no bound is met", name);
    teardown(&f);
}
END_TEST

START_TEST(a_start_image_goes_on_where_it_was)
{
    static const char *const names[] = {"em", "sirt"};
    struct fixture f = setup();
    static float first[N_VOXEL], then[N_VOXEL], whole[N_VOXEL];
    struct atw_reconstruction_options options = {.iterations = 7};
    double residual[7], rest[4];

    run(&f, names[_i], &options, whole, residual);
    options.iterations = 3;
    run(&f, names[_i], &options, first, NULL);
    options = (struct atw_reconstruction_options){.iterations = 4, .start = first};
    run(&f, names[_i], &options, then, rest);
    ck_assert_mem_eq(then, whole, sizeof whole);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(rest[i], residual[i + 3]);
    teardown(&f);
}
END_TEST

START_TEST(bad_options_are_refused)
{
    struct fixture f = setup();
    static float volume[N_VOXEL], start[N_VOXEL];
    struct atw_reconstruction_options options = {
        .iterations = 3, .has_bounds = 1, .lower = 2.0f, .upper = 1.0f};
    struct atw_error err;

    CHECK_FAILS(
        find("em")->run(f.projector, f.series->value, &options, volume, NULL, &err),
        ATW_EINVAL, "bounds from 2 to 1");
    options =
        (struct atw_reconstruction_options){.iterations = 3, .regularisation = -1.0};
    CHECK_FAILS(
        find("tv")->run(f.projector, f.series->value, &options, volume, NULL, &err),
        ATW_EINVAL, "regularisation -1");
    options = (struct atw_reconstruction_options){.iterations = 3, .start = start};
    start[5] = -1.0f;
    CHECK_FAILS(
        find("em")->run(f.projector, f.series->value, &options, volume, NULL, &err),
        ATW_EINPUT, "voxel 5 of the start image is -1");
    run(&f, "sirt", &options, volume, NULL);
    start[5] = NAN;
    CHECK_FAILS(
        find("sirt")->run(f.projector, f.series->value, &options, volume, NULL, &err),
        ATW_EINPUT, "finite");
    teardown(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reconstruction_options");
    TCase *tests = tcase_create("options");

    tcase_add_test(tests, one_subset_is_plain_em);
    tcase_add_test(tests, two_passes_in_subsets_are_as_good_as_twenty_of_em);
    tcase_add_test(tests, more_subsets_than_views_are_refused);
    tcase_add_test(tests, subsets_stay_finite_on_sparse_counts);
    tcase_add_loop_test(tests, support_and_bounds_are_kept, 0, method_count());
    tcase_add_loop_test(tests, a_start_image_goes_on_where_it_was, 0, 2);
    tcase_add_test(tests, bad_options_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
