/* Shares of voxels above a threshold, against bodies whose volume is known. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/constants.h"
#include "pipeline/subvoxel.h"
#include "support/support.h"

static struct atw_error err;

static struct atw_field *field_of(double (*value)(double x, double y, double z), size_t n)
{
    struct atw_grid grid = {n, n + 1, n + 2, 1e-9};
    struct atw_field *field;

    CHECK_OK(atw_field_create(&field, &grid, &err));
    for (size_t z = 0; z < grid.n_z; z++)
        for (size_t y = 0; y < grid.n_y; y++)
            for (size_t x = 0; x < grid.n_x; x++)
                field->value[atw_grid_index(&grid, x, y, z)] =
                    (float)value(1e9 * atw_grid_position_m(x, grid.n_x, 1e-9),
                                 1e9 * atw_grid_position_m(y, grid.n_y, 1e-9),
                                 1e9 * atw_grid_position_m(z, grid.n_z, 1e-9));
    return field;
}

static struct atw_field *fraction_of(const struct atw_field *field, double threshold)
{
    struct atw_field *fraction;

    CHECK_OK(atw_field_create(&fraction, &field->grid, &err));
    atw_subvoxel_fraction(fraction->value, field, threshold, NULL);
    return fraction;
}

static double depth_in_ball(double x, double y, double z)
{
    return 7.385 - sqrt((x - 0.21) * (x - 0.21) + y * y + (z + 0.37) * (z + 0.37));
}

static double depth_along_x(double x, double y, double z)
{
    (void)y;
    (void)z;
    return x;
}

/* Linear interpolation cuts the curvature of the surface short by h^2 / 12 of its sum, 2
 * / R (the mean over a voxel of t (1 - t) / 2 is 1 / 12): the radius by h^2 / (6 R), the
 * volume by the share h^2 / (2 R^2), 0.9 % for voxels of 1 nm. */
START_TEST(volume_of_a_ball)
{
    struct atw_field *ball = field_of(depth_in_ball, 20);
    struct atw_field *fraction = fraction_of(ball, 0.0);
    double ratio = atw_field_sum(fraction) / (4.0 / 3.0 * ATW_PI * pow(7.385, 3.0));

    printf("  volume over exact: %.4f\n", ratio);
    ck_assert_double_eq_tol(ratio, 1.0 - 0.5 / (7.385 * 7.385), 0.0015);
    atw_field_destroy(fraction);
    atw_field_destroy(ball);
}
END_TEST

/* A plane across voxels: the share is that of the points on its far side. */
START_TEST(plane_cuts_voxels_where_it_lies)
{
    static const double at[] = {-0.5, -0.3, 0.0, 0.2, 0.5};
    static const float share[] = {1.0F, 0.75F, 0.5F, 0.25F, 0.0F}; /* of x = 0 */
    struct atw_field *ramp = field_of(depth_along_x, 9);

    for (size_t k = 0; k < 5; k++) {
        struct atw_field *fraction = fraction_of(ramp, at[k] + 1e-6);

        for (size_t x = 0; x < 9; x++)
            ck_assert_float_eq(fraction->value[atw_grid_index(&ramp->grid, x, 3, 5)],
                               x < 4   ? 0.0F
                               : x > 4 ? 1.0F
                                       : share[k]);
        atw_field_destroy(fraction);
    }
    atw_field_destroy(ramp);
}
END_TEST

START_TEST(constant_volumes_are_all_or_nothing)
{
    struct atw_field *ramp = field_of(depth_along_x, 5), *fraction;

    for (size_t i = 0; i < atw_grid_voxel_count(&ramp->grid); i++)
        ramp->value[i] = 2.385F;
    fraction = fraction_of(ramp, 2.384);
    ck_assert_double_eq(atw_field_sum(fraction),
                        (double)atw_grid_voxel_count(&ramp->grid));
    atw_field_destroy(fraction);
    fraction = fraction_of(ramp, 2.386);
    ck_assert_double_eq(atw_field_sum(fraction), 0.0);
    atw_field_destroy(fraction);
    atw_field_destroy(ramp);
}
END_TEST

/* The same where they are wanted, nothing elsewhere. */
START_TEST(only_what_is_wanted_is_found)
{
    struct atw_field *ball = field_of(depth_in_ball, 18), *all = fraction_of(ball, 0.0);
    struct atw_field *part = fraction_of(ball, -50.0); /* everything */
    size_t count = atw_grid_voxel_count(&ball->grid);
    unsigned char *wanted = calloc(count, 1);

    ck_assert_ptr_nonnull(wanted);
    for (size_t i = 0; i < count; i++)
        wanted[i] = i % 3 == 0;
    atw_subvoxel_fraction(part->value, ball, 0.0, wanted);
    for (size_t i = 0; i < count; i++)
        ck_assert_float_eq(part->value[i], wanted[i] ? all->value[i] : 0.0F);
    free(wanted);
    atw_field_destroy(part);
    atw_field_destroy(all);
    atw_field_destroy(ball);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("subvoxel");
    TCase *tests = tcase_create("subvoxel");

    tcase_add_test(tests, volume_of_a_ball);
    tcase_add_test(tests, plane_cuts_voxels_where_it_lies);
    tcase_add_test(tests, constant_volumes_are_all_or_nothing);
    tcase_add_test(tests, only_what_is_wanted_is_found);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
