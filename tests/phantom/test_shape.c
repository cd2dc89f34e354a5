/* Shapes: what is refused, where the bodies stand, volumes and extents. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "phantom/shape.h"
#include "support/support.h"

static struct atw_shape rod(void)
{
    return (struct atw_shape){.kind = ATW_SHAPE_NANOROD,
                              .core_diameter_m = 22e-9,
                              .core_length_m = 58e-9,
                              .shell_side_m = 3e-9,
                              .shell_tip_m = 3e-9};
}

START_TEST(dimensions_out_of_range_are_named)
{
    struct atw_error err;
    struct atw_shape shape = rod();

    CHECK_OK(atw_shape_check(&shape, &err));
    shape.core_diameter_m = 0.0;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL,
                "core_diameter is 0 nm; it must be positive");
    shape = rod();
    shape.core_length_m = NAN;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL, "core_length");
    shape = rod();
    shape.shell_side_m = -1e-9;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL,
                "shell_side is -1 nm; it must be finite and at least 0");
    shape = rod();
    shape.shell_tip_m = INFINITY;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL, "shell_tip");
    shape = rod();
    shape.silica_m = -2e-9;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL, "silica is -2 nm");
    shape = rod();
    shape.core_offset_m[2] = NAN;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL, "core_offset (normal)");
    shape = rod();
    shape.azimuth_rad = INFINITY;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL, "azimuth is inf degrees");
    shape.kind = (enum atw_shape_kind)7;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL, "kind 7");
}
END_TEST

START_TEST(a_rod_shorter_than_wide_is_refused)
{
    struct atw_error err;
    struct atw_shape shape = rod();

    shape.core_length_m = 21e-9;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL,
                "core_length 21 nm is less than core_diameter 22 nm");
    shape = rod();
    shape.core_length_m = 23e-9;
    shape.shell_tip_m = 0.0;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL, "23 nm long and 28 nm wide");
    shape.core_length_m = 28e-9; /* a ball of metal that the core touches */
    CHECK_OK(atw_shape_check(&shape, &err));
}
END_TEST

START_TEST(lengths_a_kind_does_not_use_are_ignored)
{
    struct atw_error err;
    struct atw_shape sphere = {.kind = ATW_SHAPE_SPHERE,
                               .core_diameter_m = 20e-9,
                               .core_length_m = NAN,
                               .shell_tip_m = NAN};
    struct atw_shape slab = {.kind = ATW_SHAPE_SLAB,
                             .core_diameter_m = NAN,
                             .core_length_m = 20e-9,
                             .shell_side_m = NAN};

    CHECK_OK(atw_shape_check(&sphere, &err));
    ck_assert_double_eq_tol(atw_shape_core_volume_m3(&sphere) / (ATW_PI / 6.0 * 8e-24),
                            1.0, 1e-14);
    CHECK_OK(atw_shape_check(&slab, &err));
}
END_TEST

START_TEST(a_core_that_sticks_out_is_refused)
{
    struct atw_error err;
    struct atw_shape shape = rod();

    shape.core_offset_m[0] = 2.9e-9;
    CHECK_OK(atw_shape_check(&shape, &err));
    shape.core_offset_m[0] = 3.5e-9;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL,
                "core sticks out of the shell by 0.5 nm");
    shape = rod();
    shape.core_tilt_rad = 0.15; /* ends 18 nm from the centre move 2.7 nm sideways */
    CHECK_OK(atw_shape_check(&shape, &err));
    shape.core_tilt_rad = 0.19;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL, "core_tilt");
    for (int kind = ATW_SHAPE_CYLINDER; kind <= ATW_SHAPE_BOX; kind++) {
        shape = rod();
        shape.kind = (enum atw_shape_kind)kind;
        shape.shell_tip_m = 0.0;
        CHECK_OK(atw_shape_check(&shape, &err));
        shape.core_tilt_rad = 0.01;
        CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL, "core sticks out");
    }
    shape = rod();
    shape.kind = ATW_SHAPE_SLAB;
    shape.core_tilt_rad = 0.01;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL, "0 for a slab");
    shape.core_tilt_rad = 0.0;
    shape.core_offset_m[1] = -3.5e-9;
    CHECK_FAILS(atw_shape_check(&shape, &err), ATW_EINVAL, "by 0.5 nm");
}
END_TEST

START_TEST(azimuth_turns_towards_x_and_elevation_towards_z)
{
    struct atw_shape shape = rod();
    struct atw_body body;

    shape.azimuth_rad = 30.0 * ATW_DEGREE_RAD;
    body = atw_shape_body(&shape, ATW_SHAPE_METAL);
    ck_assert_double_eq_tol(body.axis[1][0], 0.5, 1e-15);
    ck_assert_double_eq_tol(body.axis[1][1], sqrt(0.75), 1e-15);
    ck_assert_double_eq_tol(body.axis[1][2], 0.0, 1e-15);
    shape.elevation_rad = 30.0 * ATW_DEGREE_RAD;
    body = atw_shape_body(&shape, ATW_SHAPE_METAL);
    ck_assert_double_eq_tol(body.axis[1][0], 0.5 * sqrt(0.75), 1e-15);
    ck_assert_double_eq_tol(body.axis[1][2], 0.5, 1e-15);
    ck_assert_double_gt(body.axis[2][2], 0.0);
    shape = rod();
    shape.core_tilt_rad = 0.1; /* like an azimuth of the core alone */
    body = atw_shape_body(&shape, ATW_SHAPE_CORE);
    ck_assert_double_eq_tol(body.axis[1][0], sin(0.1), 1e-15);
    ck_assert_double_eq_tol(body.axis[1][1], cos(0.1), 1e-15);
}
END_TEST

START_TEST(frames_are_right_handed_and_orthonormal)
{
    struct atw_shape shape = rod();
    unsigned seed = (unsigned)_i + 1;

    shape.azimuth_rad = 7.0 * atw_test_uniform(seed, 0);
    shape.elevation_rad = 7.0 * atw_test_uniform(seed, 1);
    shape.core_tilt_rad = 7.0 * atw_test_uniform(seed, 2);
    for (int part = ATW_SHAPE_CORE; part <= ATW_SHAPE_OUTER; part++) {
        struct atw_body body = atw_shape_body(&shape, (enum atw_shape_part)part);
        double(*a)[3] = body.axis;

        for (int i = 0; i < 3; i++) {
            int j = (i + 1) % 3, k = (i + 2) % 3;

            for (int c = 0; c < 3; c++) {
                int d = (c + 1) % 3, e = (c + 2) % 3;

                ck_assert_double_eq_tol(a[i][c], a[j][d] * a[k][e] - a[j][e] * a[k][d],
                                        1e-14);
            }
        }
    }
}
END_TEST

/* Default rod: 33.66e-24 m3 of metal with 19.26e-24 m3 of gold core. */
START_TEST(volumes_have_their_closed_forms)
{
    struct atw_shape shape = rod();
    double core = ATW_PI * (121.0 * 36.0 + 4.0 / 3.0 * 1331.0);
    double metal = ATW_PI * (196.0 * 36.0 + 4.0 / 3.0 * 2744.0);
    double outer = ATW_PI * (784.0 * 36.0 + 4.0 / 3.0 * 21952.0);

    shape.silica_m = 14e-9;
    ck_assert_double_eq_tol(atw_shape_core_volume_m3(&shape) * 1e27 / core, 1.0, 1e-14);
    ck_assert_double_eq_tol(atw_shape_metal_volume_m3(&shape) * 1e27 / metal, 1.0, 1e-14);
    ck_assert_double_eq_tol(atw_shape_silica_volume_m3(&shape) * 1e27 / (outer - metal),
                            1.0, 1e-14);
    shape.kind = ATW_SHAPE_CYLINDER;
    ck_assert_double_eq_tol(
        atw_shape_metal_volume_m3(&shape) * 1e27 / (ATW_PI * 196.0 * 64.0), 1.0, 1e-14);
    shape.kind = ATW_SHAPE_BOX;
    ck_assert_double_eq_tol(
        atw_shape_core_volume_m3(&shape) * 1e27 / (22.0 * 22.0 * 58.0), 1.0, 1e-14);
    shape.kind = ATW_SHAPE_SLAB;
    ck_assert_double_eq(atw_shape_core_volume_m3(&shape), INFINITY);
    ck_assert_double_eq(atw_shape_silica_volume_m3(&shape), INFINITY);
    shape.silica_m = 0.0;
    ck_assert_double_eq(atw_shape_silica_volume_m3(&shape), 0.0);
}
END_TEST

/* Physics note 2.7: a silver fraction of 0.43 by atoms, molar volumes 1.03 and 1.02e-5.
 */
START_TEST(the_default_rod_holds_43_percent_silver)
{
    struct atw_shape shape = rod();
    double core = atw_shape_core_volume_m3(&shape);
    double shell = atw_shape_metal_volume_m3(&shape) - core;
    double silver = shell / 1.03e-5, gold = core / 1.02e-5;

    ck_assert_double_eq_tol(silver / (silver + gold), 0.43, 0.005);
}
END_TEST

START_TEST(extent_covers_the_outer_body_at_any_tilt)
{
    struct atw_shape shape = rod();
    double across, along;

    shape.silica_m = 10e-9;
    atw_shape_extent(&shape, &across, &along);
    ck_assert_double_eq_tol(across, 24e-9, 1e-20);
    ck_assert_double_eq_tol(along, 42e-9, 1e-20);
    shape.azimuth_rad = 30.0 * ATW_DEGREE_RAD;
    atw_shape_extent(&shape, &across, &along);
    ck_assert_double_eq_tol(across, 24e-9 + 9e-9, 1e-20);
    shape.kind = ATW_SHAPE_SLAB;
    atw_shape_extent(&shape, &across, &along);
    ck_assert_double_eq(across, INFINITY);
    ck_assert_double_eq(along, INFINITY);
}
END_TEST

START_TEST(directions_follow_the_particle)
{
    struct atw_shape shape = rod();
    struct atw_body body;
    double across[3], along[3], normal[3], between[3];

    shape.azimuth_rad = 0.7;
    shape.elevation_rad = -0.3;
    body = atw_shape_body(&shape, ATW_SHAPE_METAL);
    atw_shape_direction(&shape, 0.0, 0.0, across);
    atw_shape_direction(&shape, 0.5 * ATW_PI, 0.0, normal);
    atw_shape_direction(&shape, 1.234, 0.5 * ATW_PI, along);
    atw_shape_direction(&shape, 0.4, 0.2, between);
    for (int i = 0; i < 3; i++) {
        ck_assert_double_eq_tol(across[i], body.axis[0][i], 1e-12);
        ck_assert_double_eq_tol(along[i], body.axis[1][i], 1e-12);
        ck_assert_double_eq_tol(normal[i], body.axis[2][i], 1e-12);
        ck_assert_double_eq_tol(between[i],
                                cos(0.2) * (cos(0.4) * across[i] + sin(0.4) * normal[i]) +
                                    sin(0.2) * along[i],
                                1e-12);
    }
}
END_TEST

START_TEST(aspect_ratio_is_length_over_width_of_the_metal)
{
    struct atw_shape shape = rod();

    ck_assert_double_eq_tol(atw_shape_aspect_ratio(&shape), 64.0 / 28.0, 1e-12);
    shape.kind = ATW_SHAPE_SPHERE;
    ck_assert_double_eq(atw_shape_aspect_ratio(&shape), 1.0);
    shape.kind = ATW_SHAPE_SLAB;
    ck_assert(isinf(atw_shape_aspect_ratio(&shape)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shape");
    TCase *tests = tcase_create("shape");

    tcase_add_test(tests, dimensions_out_of_range_are_named);
    tcase_add_test(tests, a_rod_shorter_than_wide_is_refused);
    tcase_add_test(tests, lengths_a_kind_does_not_use_are_ignored);
    tcase_add_test(tests, a_core_that_sticks_out_is_refused);
    tcase_add_test(tests, azimuth_turns_towards_x_and_elevation_towards_z);
    tcase_add_loop_test(tests, frames_are_right_handed_and_orthonormal, 0, 10);
    tcase_add_test(tests, directions_follow_the_particle);
    tcase_add_test(tests, aspect_ratio_is_length_over_width_of_the_metal);
    tcase_add_test(tests, volumes_have_their_closed_forms);
    tcase_add_test(tests, the_default_rod_holds_43_percent_silver);
    tcase_add_test(tests, extent_covers_the_outer_body_at_any_tilt);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
