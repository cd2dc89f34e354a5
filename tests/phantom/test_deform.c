/* Deformed phantoms: amounts, moments, places, and what is refused. */
#include <math.h>
#include <string.h>

#include "core/constants.h"
#include "phantom/deform.h"
#include "support/support.h"

static struct atw_shape rod(void)
{
    return (struct atw_shape){.kind = ATW_SHAPE_NANOROD,
                              .core_diameter_m = 12e-9,
                              .core_length_m = 26e-9,
                              .shell_side_m = 3e-9,
                              .shell_tip_m = 3e-9,
                              .silica_m = 2e-9};
}

static struct atw_phantom *phantom_of(const struct atw_shape *shape, double margin_m)
{
    struct atw_phantom *phantom = NULL;
    struct atw_grid grid;
    struct atw_error err;

    CHECK_OK(atw_phantom_grid(&grid, shape, 0.8e-9, margin_m, &err));
    CHECK_OK(atw_phantom_create(&phantom, shape, &grid, 1e-4, &err));
    return phantom;
}

/* A grid that holds the deformed rod, turned as the shape says. */
static struct atw_phantom *
deformed(const struct atw_phantom *body, const struct atw_shape *shape, double stretch)
{
    struct atw_phantom *phantom = NULL;
    double across_m, along_m;
    struct atw_grid grid = {.spacing_m = 0.8e-9};
    struct atw_error err;

    atw_phantom_deformed_extent(shape, stretch, &across_m, &along_m);
    grid.n_x = grid.n_z = atw_grid_cover(2.0 * across_m + 2e-9, grid.spacing_m);
    grid.n_y = atw_grid_cover(2.0 * along_m + 2e-9, grid.spacing_m);
    CHECK_OK(atw_phantom_deform(&phantom, body, shape, stretch, &grid, &err));
    return phantom;
}

static double shell_sum(const struct atw_phantom *phantom)
{
    double sum = 0.0;

    for (size_t i = 0; i < atw_grid_voxel_count(&phantom->metal->grid); i++)
        sum += (double)phantom->metal->value[i] * (double)phantom->composition->value[i];
    return sum;
}

/* Mean square of the coordinate along a direction over the metal, m2. */
static double second_moment(const struct atw_phantom *phantom, const double direction[3])
{
    const struct atw_grid *grid = &phantom->metal->grid;
    double sum = 0.0, weight = 0.0;

    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t y = 0; y < grid->n_y; y++)
            for (size_t x = 0; x < grid->n_x; x++) {
                double m = (double)phantom->metal->value[atw_grid_index(grid, x, y, z)];
                double s =
                    direction[0] * atw_grid_position_m(x, grid->n_x, grid->spacing_m) +
                    direction[1] * atw_grid_position_m(y, grid->n_y, grid->spacing_m) +
                    direction[2] * atw_grid_position_m(z, grid->n_z, grid->spacing_m);

                sum += m * s * s;
                weight += m;
            }
    return sum / weight;
}

/* Stretch, azimuth, elevation. */
static const double cases[][3] = {{1.0, 0.0, 0.0},  {0.8, 0.0, 0.0},  {1.3, 0.0, 0.0},
                                  {0.85, 0.6, 0.0}, {0.9, -0.4, 0.5}, {1.25, 0.7, -0.4}};

START_TEST(amounts_are_kept)
{
    struct atw_shape shape = rod();
    struct atw_phantom *body = phantom_of(&shape, 0.8e-9), *after;

    shape.azimuth_rad = cases[_i][1];
    shape.elevation_rad = cases[_i][2];
    after = deformed(body, &shape, cases[_i][0]);
    ck_assert_double_eq_tol(atw_field_sum(after->metal) / atw_field_sum(body->metal), 1.0,
                            1e-3);
    ck_assert_double_eq_tol(shell_sum(after) / shell_sum(body), 1.0, 2e-3);
    ck_assert_double_eq_tol(atw_field_sum(after->silica) / atw_field_sum(body->silica),
                            1.0, 5e-3);
    atw_phantom_destroy(body);
    atw_phantom_destroy(after);
}
END_TEST

/* Moments along the axis go as the square of the stretch, across as its inverse; the
 * points within a voxel add 1/12 of its square before and after. */
START_TEST(moments_follow_the_stretch_and_the_axis)
{
    struct atw_shape shape = rod();
    struct atw_phantom *body = phantom_of(&shape, 0.8e-9), *after;
    double s = cases[_i][0], direction[3];
    static const double y_axis[3] = {0.0, 1.0, 0.0}, x_axis[3] = {1.0, 0.0, 0.0};

    shape.azimuth_rad = cases[_i][1];
    shape.elevation_rad = cases[_i][2];
    after = deformed(body, &shape, s);
    atw_shape_direction(&shape, 0.0, 0.5 * ATW_PI, direction);
    ck_assert_double_eq_tol(second_moment(after, direction) /
                                (s * s * second_moment(body, y_axis)),
                            1.0, 5e-3);
    atw_shape_direction(&shape, 0.0, 0.0, direction);
    ck_assert_double_eq_tol(
        second_moment(after, direction) / (second_moment(body, x_axis) / s), 1.0, 1e-2);
    atw_phantom_destroy(body);
    atw_phantom_destroy(after);
}
END_TEST

/* First moment of the core metal along a direction, over its amount, m. */
static double core_place(const struct atw_phantom *phantom, const double direction[3])
{
    const struct atw_grid *grid = &phantom->metal->grid;
    double sum = 0.0, weight = 0.0;

    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t y = 0; y < grid->n_y; y++)
            for (size_t x = 0; x < grid->n_x; x++) {
                size_t i = atw_grid_index(grid, x, y, z);
                double core = (double)phantom->metal->value[i] *
                              (1.0 - (double)phantom->composition->value[i]);

                sum += core * (direction[0] * atw_grid_position_m(x, grid->n_x, 0.8e-9) +
                               direction[1] * atw_grid_position_m(y, grid->n_y, 0.8e-9) +
                               direction[2] * atw_grid_position_m(z, grid->n_z, 0.8e-9));
                weight += core;
            }
    return sum / weight;
}

START_TEST(an_offset_core_keeps_its_side)
{
    struct atw_shape shape = rod();
    struct atw_phantom *body, *after;
    double s = cases[_i][0], direction[3];

    shape.core_offset_m[0] = -0.7e-9;
    shape.core_offset_m[1] = 1.5e-9;
    shape.core_offset_m[2] = 1.1e-9;
    body = phantom_of(&shape, 0.8e-9);
    shape.azimuth_rad = cases[_i][1];
    shape.elevation_rad = cases[_i][2];
    after = deformed(body, &shape, s);
    atw_shape_direction(&shape, 0.0, 0.0, direction);
    ck_assert_double_eq_tol(core_place(after, direction), -0.7e-9 / sqrt(s), 0.02e-9);
    atw_shape_direction(&shape, 0.0, 0.5 * ATW_PI, direction);
    ck_assert_double_eq_tol(core_place(after, direction), 1.5e-9 * s, 0.02e-9);
    atw_shape_direction(&shape, 0.5 * ATW_PI, 0.0, direction);
    ck_assert_double_eq_tol(core_place(after, direction), 1.1e-9 / sqrt(s), 0.02e-9);
    atw_phantom_destroy(body);
    atw_phantom_destroy(after);
}
END_TEST

/* At an azimuth of 90 degrees along is +x and across is -y. */
START_TEST(a_quarter_turn_permutes_the_voxels)
{
    struct atw_shape shape = rod();
    struct atw_phantom *body = phantom_of(&shape, 0.8e-9), *straight = NULL,
                       *turned = NULL;
    const struct atw_grid *grid = &body->metal->grid;
    struct atw_grid lying = *grid;
    double difference = 0.0;
    struct atw_error err;

    lying.n_x = grid->n_y;
    lying.n_y = grid->n_x;
    CHECK_OK(atw_phantom_deform(&straight, body, &shape, 0.9, grid, &err));
    shape.azimuth_rad = 0.5 * ATW_PI;
    CHECK_OK(atw_phantom_deform(&turned, body, &shape, 0.9, &lying, &err));
    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t y = 0; y < grid->n_y; y++)
            for (size_t x = 0; x < grid->n_x; x++) {
                size_t i = atw_grid_index(grid, x, y, z);
                size_t j = atw_grid_index(&lying, y, grid->n_x - 1 - x, z);

                difference = fmax(difference, fabs((double)straight->metal->value[i] -
                                                   (double)turned->metal->value[j]));
            }
    ck_assert_double_lt(difference, 1e-5);
    atw_phantom_destroy(body);
    atw_phantom_destroy(straight);
    atw_phantom_destroy(turned);
}
END_TEST

/* ---- the room it needs ---- */

/* Corners of a box, points on the rims of a cylinder, points on the ends of a capsule. */
static void
surface_point(const struct atw_shape *shape, unsigned i, double half_m[2], double p[3])
{
    double turn = 2.0 * ATW_PI * atw_test_uniform(7, i), up = atw_test_uniform(8, i);
    double round = shape->kind == ATW_SHAPE_NANOROD ? sqrt(1.0 - up * up) : 1.0;

    p[0] = half_m[0] * round * cos(turn);
    p[2] = half_m[0] * round * sin(turn);
    p[1] = half_m[1];
    if (shape->kind == ATW_SHAPE_BOX) {
        p[0] = copysign(half_m[0], p[0]);
        p[2] = copysign(half_m[0], p[2]);
    } else if (shape->kind == ATW_SHAPE_NANOROD) {
        p[1] = half_m[1] - half_m[0] * (1.0 - up);
    }
    if (i % 2)
        p[1] = -p[1];
}

/* No point of the stretched and turned surface lies outside; a body that is drawn out
 * along y, or thickened across it, fills the room it is given. */
START_TEST(extent_holds_whatever_is_stretched)
{
    static const enum atw_shape_kind kinds[] = {ATW_SHAPE_NANOROD, ATW_SHAPE_CYLINDER,
                                                ATW_SHAPE_BOX};
    struct atw_shape shape = rod();
    double s = cases[_i][0], far[2] = {0.0, 0.0}, extent_m[2], axis[3][3];
    double half_m[2] = {11e-9, 18e-9}; /* of metal and silica */
    int straight = cases[_i][1] == 0.0 && cases[_i][2] == 0.0;

    shape.azimuth_rad = cases[_i][1];
    shape.elevation_rad = cases[_i][2];
    atw_shape_direction(&shape, 0.0, 0.0, axis[0]);
    atw_shape_direction(&shape, 0.0, 0.5 * ATW_PI, axis[1]);
    atw_shape_direction(&shape, 0.5 * ATW_PI, 0.0, axis[2]);
    for (size_t k = 0; k < 3; k++) {
        shape.kind = kinds[k];
        far[0] = far[1] = 0.0;
        for (unsigned i = 0; i < 4000; i++) {
            double p[3], at[3] = {0.0, 0.0, 0.0};

            surface_point(&shape, i, half_m, p);
            for (int j = 0; j < 3; j++)
                for (int d = 0; d < 3; d++)
                    at[d] += p[j] * (j == 1 ? s : 1.0 / sqrt(s)) * axis[j][d];
            far[0] = fmax(far[0], hypot(at[0], at[2]));
            far[1] = fmax(far[1], fabs(at[1]));
        }
        atw_phantom_deformed_extent(&shape, s, &extent_m[0], &extent_m[1]);
        ck_assert_double_le(far[0], extent_m[0] * (1.0 + 1e-12));
        ck_assert_double_le(far[1], extent_m[1] * (1.0 + 1e-12));
        if (straight && s >= 1.0)
            ck_assert_double_eq_tol(far[1] / extent_m[1], 1.0, 1e-3);
        if (straight && s <= 1.0)
            ck_assert_double_eq_tol(far[0] / extent_m[0], 1.0, 1e-3);
        ck_assert_double_gt(far[0], 0.5 * extent_m[0]);
        ck_assert_double_gt(far[1], 0.5 * extent_m[1]);
    }
}
END_TEST

START_TEST(impossible_stretches_are_refused)
{
    struct atw_shape shape = rod();
    struct atw_phantom *body = phantom_of(&shape, 0.8e-9), *after = NULL;
    struct atw_error err;

    CHECK_FAILS(atw_phantom_deform(&after, body, &shape, 0.0, &body->metal->grid, &err),
                ATW_EINVAL, "stretch 0 must be positive and finite");
    ck_assert_ptr_null(after);
    CHECK_FAILS(atw_phantom_deform(&after, body, &shape, NAN, &body->metal->grid, &err),
                ATW_EINVAL, "stretch nan");
    atw_phantom_destroy(body);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("deform");
    TCase *tests = tcase_create("deform");
    int n = (int)(sizeof cases / sizeof *cases);

    tcase_add_loop_test(tests, amounts_are_kept, 0, n);
    tcase_add_loop_test(tests, moments_follow_the_stretch_and_the_axis, 0, n);
    tcase_add_loop_test(tests, an_offset_core_keeps_its_side, 0, n);
    tcase_add_loop_test(tests, extent_holds_whatever_is_stretched, 0, n);
    tcase_add_test(tests, a_quarter_turn_permutes_the_voxels);
    tcase_add_test(tests, impossible_stretches_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
