/* Phantoms: volumes, centroids, symmetry, exactness and what is refused. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "phantom/phantom.h"
#include "support/support.h"

enum { SEEDS = 6 };

static struct atw_shape rod(void)
{
    return (struct atw_shape){.kind = ATW_SHAPE_NANOROD,
                              .core_diameter_m = 22e-9,
                              .core_length_m = 58e-9,
                              .shell_side_m = 3e-9,
                              .shell_tip_m = 3e-9};
}

static struct atw_shape random_shape(unsigned seed, int kind)
{
    struct atw_shape shape = rod();

    shape.kind = (enum atw_shape_kind)kind;
    shape.core_diameter_m = 10e-9 * (1.0 + atw_test_uniform(seed, 0));
    shape.core_length_m = shape.core_diameter_m * (1.0 + atw_test_uniform(seed, 1));
    shape.azimuth_rad = 2.0 * ATW_PI * atw_test_uniform(seed, 2);
    shape.elevation_rad = ATW_PI * (atw_test_uniform(seed, 3) - 0.5);
    shape.core_tilt_rad = 0.1 * (atw_test_uniform(seed, 4) - 0.5);
    for (unsigned i = 0; i < 3; i++)
        shape.core_offset_m[i] = 2e-9 * (atw_test_uniform(seed, 5 + i) - 0.5);
    shape.silica_m = 5e-9 * atw_test_uniform(seed, 8);
    return shape;
}

static struct atw_phantom *
voxelised(const struct atw_shape *shape, double spacing_m, double tolerance)
{
    struct atw_error err;
    struct atw_phantom *phantom = NULL;
    struct atw_grid grid;

    CHECK_OK(atw_phantom_grid(&grid, shape, spacing_m, spacing_m, &err));
    CHECK_OK(atw_phantom_create(&phantom, shape, &grid, tolerance, &err));
    return phantom;
}

static double core_sum(const struct atw_phantom *phantom)
{
    size_t count = atw_grid_voxel_count(&phantom->metal->grid);
    double sum = 0.0;

    for (size_t i = 0; i < count; i++)
        sum += (double)phantom->metal->value[i] *
               (1.0 - (double)phantom->composition->value[i]);
    return sum;
}

START_TEST(volumes_agree_with_their_closed_forms)
{
    for (int kind = 0; kind < ATW_SHAPE_SLAB; kind++) {
        struct atw_shape shape = random_shape((unsigned)_i + 1, kind);
        struct atw_phantom *phantom = voxelised(&shape, 1.5e-9, 1e-4);
        double voxel_m3 = 3.375e-27;

        ck_assert_double_eq_tol(atw_field_sum(phantom->metal) * voxel_m3 /
                                    atw_shape_metal_volume_m3(&shape),
                                1.0, 1e-5);
        ck_assert_double_eq_tol(
            core_sum(phantom) * voxel_m3 / atw_shape_core_volume_m3(&shape), 1.0, 1e-5);
        ck_assert_double_eq_tol(atw_field_sum(phantom->silica) * voxel_m3 /
                                    atw_shape_silica_volume_m3(&shape),
                                1.0, 1e-5);
        atw_phantom_destroy(phantom);
    }
}
END_TEST

START_TEST(volume_does_not_depend_on_the_voxel_size)
{
    struct atw_shape shape = random_shape(11, ATW_SHAPE_NANOROD);

    for (double spacing_m = 1e-9; spacing_m < 40e-9; spacing_m *= 1.9) {
        struct atw_phantom *phantom = voxelised(&shape, spacing_m, 1e-5);

        ck_assert_double_eq_tol(atw_field_sum(phantom->metal) * pow(spacing_m, 3.0) /
                                    atw_shape_metal_volume_m3(&shape),
                                1.0, 1e-5);
        atw_phantom_destroy(phantom);
    }
}
END_TEST

START_TEST(fractions_lie_between_none_and_all)
{
    for (int kind = 0; kind < ATW_SHAPE_SLAB; kind++) {
        struct atw_shape shape = random_shape((unsigned)_i + 21, kind);
        struct atw_phantom *phantom = voxelised(&shape, 2.5e-9, 1e-3);
        size_t count = atw_grid_voxel_count(&phantom->metal->grid);
        float least, greatest;

        atw_field_range(phantom->metal, &least, &greatest);
        ck_assert(least == 0.0f && greatest == 1.0f);
        atw_field_range(phantom->composition, &least, &greatest);
        ck_assert(least == 0.0f && greatest == 1.0f);
        for (size_t i = 0; i < count; i++) {
            ck_assert(phantom->silica->value[i] >= 0.0f);
            ck_assert(phantom->metal->value[i] + phantom->silica->value[i] <
                      1.0f + 1e-6f);
            if (phantom->metal->value[i] == 0.0f)
                ck_assert(phantom->composition->value[i] == 0.0f);
        }
        atw_phantom_destroy(phantom);
    }
}
END_TEST

/* Share of 64^3 points of a voxel inside a body; good to about 1e-3 for a slanted face.
 */
static double counted(const struct atw_body *body,
                      const struct atw_grid *grid,
                      size_t x,
                      size_t y,
                      size_t z)
{
    enum { POINTS = 64 };
    double h = grid->spacing_m, p[3];
    size_t inside = 0;

    for (int i = 0; i < POINTS * POINTS * POINTS; i++) {
        p[0] = atw_grid_position_m(x, grid->n_x, h) +
               atw_grid_position_m((size_t)(i % POINTS), POINTS, h / POINTS);
        p[1] = atw_grid_position_m(y, grid->n_y, h) +
               atw_grid_position_m((size_t)(i / POINTS % POINTS), POINTS, h / POINTS);
        p[2] = atw_grid_position_m(z, grid->n_z, h) +
               atw_grid_position_m((size_t)(i / POINTS / POINTS), POINTS, h / POINTS);
        inside += atw_body_distance_m(body, p, NULL) < 0.0;
    }
    return (double)inside / (POINTS * POINTS * POINTS);
}

START_TEST(boundary_voxels_agree_with_counting_points)
{
    unsigned seed = (unsigned)_i + 31;
    struct atw_shape shape = random_shape(seed, _i % ATW_SHAPE_SLAB);
    struct atw_phantom *phantom = voxelised(&shape, 2e-9, 1e-4);
    const struct atw_grid *grid = &phantom->metal->grid;
    struct atw_body metal = atw_shape_body(&shape, ATW_SHAPE_METAL);
    struct atw_body core = atw_shape_body(&shape, ATW_SHAPE_CORE);
    int found = 0;

    for (unsigned draw = 0; draw < 4000 && found < 4; draw++) {
        size_t i = (size_t)(atw_test_uniform(seed, 10 + draw) *
                            (double)atw_grid_voxel_count(grid));
        size_t x = i % grid->n_x, y = i / grid->n_x % grid->n_y,
               z = i / grid->n_x / grid->n_y;
        double fraction = (double)phantom->metal->value[i];
        double shell = (double)phantom->composition->value[i];

        if ((fraction == 0.0 || fraction == 1.0) && (shell == 0.0 || shell == 1.0))
            continue;
        found++;
        ck_assert_double_eq_tol(fraction, counted(&metal, grid, x, y, z), 2e-3);
        ck_assert_double_eq_tol(fraction * (1.0 - shell), counted(&core, grid, x, y, z),
                                2e-3);
    }
    ck_assert_int_eq(found, 4);
    atw_phantom_destroy(phantom);
}
END_TEST

START_TEST(centroid_lies_at_the_grid_centre)
{
    for (int kind = 0; kind < ATW_SHAPE_SLAB; kind++) {
        struct atw_shape shape = random_shape((unsigned)_i + 41, kind);
        struct atw_phantom *phantom = voxelised(&shape, 3e-9, 1e-4);
        const struct atw_grid *grid = &phantom->metal->grid;
        double sum = atw_field_sum(phantom->metal), moment[3] = {0.0, 0.0, 0.0};

        for (size_t i = 0; i < atw_grid_voxel_count(grid); i++) {
            double weight = (double)phantom->metal->value[i] / sum;

            moment[0] += weight * atw_grid_position_m(i % grid->n_x, grid->n_x, 1.0);
            moment[1] +=
                weight * atw_grid_position_m(i / grid->n_x % grid->n_y, grid->n_y, 1.0);
            moment[2] +=
                weight * atw_grid_position_m(i / grid->n_x / grid->n_y, grid->n_z, 1.0);
        }
        for (int i = 0; i < 3; i++)
            ck_assert_double_eq_tol(moment[i], 0.0, 1e-5);
        atw_phantom_destroy(phantom);
    }
}
END_TEST

static float core_at(const struct atw_phantom *phantom, size_t x, size_t y, size_t z)
{
    size_t i = atw_grid_index(&phantom->metal->grid, x, y, z);

    return phantom->metal->value[i] * (1.0f - phantom->composition->value[i]);
}

/* The core is off centre in all three directions, so that a mirror image would show. */
START_TEST(turns_by_90_degrees_permute_the_axes)
{
    enum { N = 24 };
    struct atw_error err;
    struct atw_grid grid = {.n_x = N, .n_y = N, .n_z = N, .spacing_m = 2e-9};
    struct atw_shape shape = rod();
    struct atw_phantom *upright = NULL, *turned = NULL, *raised = NULL;

    shape.core_length_m = 30e-9;
    shape.core_offset_m[0] = 1.3e-9;
    shape.core_offset_m[1] = 1.7e-9;
    shape.core_offset_m[2] = -0.6e-9;
    CHECK_OK(atw_phantom_create(&upright, &shape, &grid, 1e-5, &err));
    shape.azimuth_rad = 0.5 * ATW_PI; /* along to +x, across to -y */
    CHECK_OK(atw_phantom_create(&turned, &shape, &grid, 1e-5, &err));
    shape.azimuth_rad = 0.0;
    shape.elevation_rad = 0.5 * ATW_PI; /* along to +z, normal to -y */
    CHECK_OK(atw_phantom_create(&raised, &shape, &grid, 1e-5, &err));
    for (size_t across = 0; across < N; across++)
        for (size_t along = 0; along < N; along++)
            for (size_t normal = 0; normal < N; normal++) {
                double expected = (double)core_at(upright, across, along, normal);

                ck_assert_double_eq_tol(
                    (double)core_at(turned, along, N - 1 - across, normal), expected,
                    2e-5);
                ck_assert_double_eq_tol(
                    (double)core_at(raised, across, N - 1 - normal, along), expected,
                    2e-5);
            }
    atw_phantom_destroy(upright);
    atw_phantom_destroy(turned);
    atw_phantom_destroy(raised);
}
END_TEST

START_TEST(an_aligned_slab_is_exact_and_fills_the_grid)
{
    struct atw_error err;
    struct atw_grid grid = {.n_x = 4, .n_y = 30, .n_z = 6, .spacing_m = 1e-9};
    struct atw_shape shape = {.kind = ATW_SHAPE_SLAB,
                              .core_length_m = 10.5e-9,
                              .shell_tip_m = 3.7e-9,
                              .core_offset_m = {0.0, 0.6e-9, 0.0},
                              .silica_m = 1.25e-9};
    struct atw_phantom *phantom = NULL;

    CHECK_OK(atw_phantom_create(&phantom, &shape, &grid, 1e-2, &err));
    for (size_t i = 0; i < atw_grid_voxel_count(&grid); i++) {
        double low = atw_grid_position_m(i / 4 % 30, 30, 1.0) - 0.5, high = low + 1.0;
        double core = fmax(fmin(high, 5.85) - fmax(low, -4.65), 0.0);
        double metal = fmax(fmin(high, 8.95) - fmax(low, -8.95), 0.0);
        double outer = fmax(fmin(high, 10.2) - fmax(low, -10.2), 0.0);
        double shell = metal > 0.0 ? 1.0 - core / metal : 0.0;

        ck_assert_double_eq_tol((double)phantom->metal->value[i], metal, 1e-7);
        ck_assert_double_eq_tol((double)phantom->composition->value[i], shell, 1e-7);
        ck_assert_double_eq_tol((double)phantom->silica->value[i], outer - metal, 1e-7);
    }
    atw_phantom_destroy(phantom);
}
END_TEST

START_TEST(an_aligned_box_is_exact)
{
    struct atw_error err;
    struct atw_grid grid = {.n_x = 14, .n_y = 24, .n_z = 14, .spacing_m = 1e-9};
    struct atw_shape shape = {
        .kind = ATW_SHAPE_BOX, .core_diameter_m = 10.5e-9, .core_length_m = 21.3e-9};
    struct atw_phantom *phantom = NULL;

    CHECK_OK(atw_phantom_create(&phantom, &shape, &grid, 1e-2, &err));
    for (size_t i = 0; i < atw_grid_voxel_count(&grid); i++) {
        const size_t at[3] = {i % 14, i / 14 % 24, i / 14 / 24}, n[3] = {14, 24, 14};
        const double half[3] = {5.25, 10.65, 5.25};
        double fraction = 1.0;

        for (int k = 0; k < 3; k++) {
            double centre = fabs(atw_grid_position_m(at[k], n[k], 1.0));

            fraction *= fmin(fmax(half[k] - centre + 0.5, 0.0), 1.0);
        }
        ck_assert_double_eq_tol((double)phantom->metal->value[i], fraction, 1e-7);
    }
    atw_phantom_destroy(phantom);
}
END_TEST

START_TEST(result_does_not_depend_on_the_number_of_threads)
{
    struct atw_shape shape = random_shape(51, ATW_SHAPE_NANOROD);
    struct atw_phantom *one, *three;
    size_t bytes;

    atw_parallel_set_thread_count(1);
    one = voxelised(&shape, 2e-9, 1e-4);
    atw_parallel_set_thread_count(3);
    three = voxelised(&shape, 2e-9, 1e-4);
    atw_parallel_set_thread_count(0);
    bytes = atw_grid_voxel_count(&one->metal->grid) * sizeof(float);
    ck_assert_mem_eq(one->metal->value, three->metal->value, bytes);
    ck_assert_mem_eq(one->composition->value, three->composition->value, bytes);
    ck_assert_mem_eq(one->silica->value, three->silica->value, bytes);
    atw_phantom_destroy(one);
    atw_phantom_destroy(three);
}
END_TEST

START_TEST(grid_is_even_square_across_the_tilt_axis_and_as_small_as_it_may_be)
{
    struct atw_error err;
    struct atw_shape shape = rod();
    struct atw_grid grid;

    CHECK_OK(atw_phantom_grid(&grid, &shape, 0.4e-9, 2e-9, &err));
    ck_assert_uint_eq(grid.n_x, 80);
    ck_assert_uint_eq(grid.n_y, 170);
    ck_assert_uint_eq(grid.n_z, 80);
    shape.elevation_rad = 30.0 * ATW_DEGREE_RAD; /* 9 nm + 14 nm across at 90 degrees */
    CHECK_OK(atw_phantom_grid(&grid, &shape, 1e-9, 0.0, &err));
    ck_assert_uint_eq(grid.n_x, 46);
    ck_assert_uint_eq(grid.n_z, 46);
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
    struct atw_error err;
    struct atw_phantom *phantom = (struct atw_phantom *)1;
    struct atw_grid grid = {.n_x = 30, .n_y = 66, .n_z = 30, .spacing_m = 1e-9};
    struct atw_grid kept = grid;
    struct atw_shape shape = rod();

    CHECK_FAILS(atw_phantom_create(&phantom, &shape, &grid, 0.0, &err), ATW_EINVAL,
                "tolerance 0 must lie between");
    ck_assert_ptr_null(phantom);
    CHECK_FAILS(atw_phantom_create(&phantom, &shape, &grid, NAN, &err), ATW_EINVAL,
                "tolerance");
    shape.core_offset_m[1] = 4e-9;
    CHECK_FAILS(atw_phantom_create(&phantom, &shape, &grid, 1e-3, &err), ATW_EINVAL,
                "core sticks out");
    shape = rod();
    grid.n_y = 0;
    CHECK_FAILS(atw_phantom_create(&phantom, &shape, &grid, 1e-3, &err), ATW_EINVAL,
                "positive");
    CHECK_FAILS(atw_phantom_grid(&grid, &shape, 0.0, 0.0, &err), ATW_EINVAL,
                "voxel size 0 nm");
    CHECK_FAILS(atw_phantom_grid(&grid, &shape, 1e-9, -1e-9, &err), ATW_EINVAL,
                "margin -1 nm");
    shape.core_diameter_m = -1.0;
    CHECK_FAILS(atw_phantom_grid(&grid, &shape, 1e-9, 0.0, &err), ATW_EINVAL,
                "core_diameter");
    shape = rod();
    shape.kind = ATW_SHAPE_SLAB;
    grid = kept;
    CHECK_FAILS(atw_phantom_grid(&grid, &shape, 1e-9, 0.0, &err), ATW_EINVAL,
                "unbounded");
    ck_assert_uint_eq(grid.n_y, kept.n_y);
}
END_TEST

START_TEST(a_particle_larger_than_the_grid_is_refused)
{
    struct atw_error err;
    struct atw_phantom *phantom = NULL;
    struct atw_grid grid = {.n_x = 28, .n_y = 64, .n_z = 28, .spacing_m = 1e-9};
    struct atw_shape shape = rod();

    CHECK_OK(atw_phantom_create(&phantom, &shape, &grid, 1e-3, &err));
    atw_phantom_destroy(phantom);
    shape.silica_m = 1e-9;
    CHECK_FAILS(atw_phantom_create(&phantom, &shape, &grid, 1e-3, &err), ATW_EINVAL,
                "30 nm wide along x but the grid only 28 nm");
    ck_assert_ptr_null(phantom);
    shape.silica_m = 0.0;
    grid.n_y = 62;
    CHECK_FAILS(atw_phantom_create(&phantom, &shape, &grid, 1e-3, &err), ATW_EINVAL,
                "along y");
    shape.kind = ATW_SHAPE_SLAB;
    CHECK_FAILS(atw_phantom_create(&phantom, &shape, &grid, 1e-3, &err), ATW_EINVAL,
                "slab is 64 nm thick but the grid has 62 nm");
    atw_phantom_destroy(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("phantom");
    TCase *tests = tcase_create("phantom");

    tcase_add_loop_test(tests, volumes_agree_with_their_closed_forms, 0, 4);
    tcase_add_test(tests, volume_does_not_depend_on_the_voxel_size);
    tcase_add_loop_test(tests, fractions_lie_between_none_and_all, 0, 2);
    tcase_add_loop_test(tests, boundary_voxels_agree_with_counting_points, 0, SEEDS);
    tcase_add_loop_test(tests, centroid_lies_at_the_grid_centre, 0, 2);
    tcase_add_test(tests, turns_by_90_degrees_permute_the_axes);
    tcase_add_test(tests, an_aligned_slab_is_exact_and_fills_the_grid);
    tcase_add_test(tests, an_aligned_box_is_exact);
    tcase_add_test(tests, result_does_not_depend_on_the_number_of_threads);
    tcase_add_test(tests,
                   grid_is_even_square_across_the_tilt_axis_and_as_small_as_it_may_be);
    tcase_add_test(tests, bad_arguments_are_refused);
    tcase_add_test(tests, a_particle_larger_than_the_grid_is_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
