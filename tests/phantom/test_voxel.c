/* Volume fraction of a body in a cube, against subdivision and closed forms. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "phantom/shape.h"
#include "phantom/voxel.h"
#include "support/support.h"

enum { KINDS = ATW_SHAPE_SLAB + 1, SEEDS = 12, FEW_SEEDS = 4, VOXELS = 6 };

/* Fraction by halving cubes again and again, from distances alone: what is left on the
 * surface counts by the part a plane at that distance would cut off. Good to about 2e-5.
 */
static double
subdivided(const struct atw_body *body, const double centre[3], double edge, int depth)
{
    double normal[3], sum = 0.0, width;
    double distance = atw_body_distance_m(body, centre, normal);

    if (fabs(distance) >= 0.5 * sqrt(3.0) * edge)
        return distance < 0.0 ? 1.0 : 0.0;
    if (depth == 0) {
        width = edge * (fabs(normal[0]) + fabs(normal[1]) + fabs(normal[2]));
        return fmin(fmax(0.5 - distance / width, 0.0), 1.0);
    }
    for (int child = 0; child < 8; child++) {
        double at[3];

        for (int i = 0; i < 3; i++)
            at[i] = centre[i] + 0.25 * edge * (child >> i & 1 ? 1.0 : -1.0);
        sum += subdivided(body, at, 0.5 * edge, depth - 1);
    }
    return 0.125 * sum;
}

static struct atw_shape random_shape(unsigned seed, int kind)
{
    struct atw_shape shape = {.kind = (enum atw_shape_kind)kind};

    shape.core_diameter_m = 10e-9 * (1.0 + atw_test_uniform(seed, 0));
    shape.core_length_m = shape.core_diameter_m * (1.0 + 2.0 * atw_test_uniform(seed, 1));
    shape.azimuth_rad = 2.0 * ATW_PI * atw_test_uniform(seed, 2);
    shape.elevation_rad = ATW_PI * (atw_test_uniform(seed, 3) - 0.5);
    return shape;
}

/* Centre of a cube that the surface crosses: a random point is moved onto the surface and
 * then off it by less than half an edge. */
static void near_surface(
    const struct atw_body *body, unsigned seed, unsigned draw, double edge, double p[3])
{
    double normal[3], distance;

    for (unsigned i = 0; i < 3; i++)
        p[i] = 40e-9 * (atw_test_uniform(seed, 10 + 4 * draw + i) - 0.5);
    distance = atw_body_distance_m(body, p, normal);
    distance += edge * (atw_test_uniform(seed, 13 + 4 * draw) - 0.5);
    for (int i = 0; i < 3; i++)
        p[i] -= distance * normal[i];
}

/* Cubes from a fiftieth of the diameter to larger than the particle. */
static double edge_of(unsigned draw)
{
    static const double edge_m[VOXELS] = {0.2e-9, 0.4e-9, 1e-9, 3e-9, 9e-9, 40e-9};

    return edge_m[draw % VOXELS];
}

START_TEST(fraction_agrees_with_subdivision)
{
    unsigned seed = (unsigned)_i + 1;

    for (int kind = 0; kind < KINDS; kind++) {
        struct atw_shape shape = random_shape(seed, kind);
        struct atw_body body = atw_shape_body(&shape, ATW_SHAPE_CORE);

        for (unsigned draw = 0; draw < VOXELS; draw++) {
            double centre[3], fraction, expected;

            near_surface(&body, seed, draw, edge_of(draw), centre);
            fraction = atw_voxel_fraction(&body, centre, edge_of(draw), 1e-5);
            expected =
                subdivided(&body, centre, edge_of(draw), edge_of(draw) > 5e-9 ? 8 : 7);
            ck_assert_msg(fabs(fraction - expected) < 3e-5,
                          "kind %d seed %u edge %g: %.7f, expected %.7f", kind, seed,
                          edge_of(draw), fraction, expected);
        }
    }
}
END_TEST

START_TEST(tolerance_is_kept_against_a_finer_one)
{
    static const double tolerance[] = {1e-2, 1e-3, 1e-4, 1e-5};
    unsigned seed = (unsigned)_i + 101;

    for (int kind = 0; kind < KINDS; kind++) {
        struct atw_shape shape = random_shape(seed, kind);
        struct atw_body body = atw_shape_body(&shape, ATW_SHAPE_CORE);

        for (unsigned draw = 0; draw < VOXELS; draw++) {
            double centre[3], best;

            near_surface(&body, seed, draw, edge_of(draw), centre);
            best = atw_voxel_fraction(&body, centre, edge_of(draw), 1e-6);
            for (int i = 0; i < 4; i++)
                ck_assert_double_eq_tol(
                    atw_voxel_fraction(&body, centre, edge_of(draw), tolerance[i]), best,
                    tolerance[i]);
        }
    }
}
END_TEST

START_TEST(a_particle_inside_one_cube_fills_its_share_of_it)
{
    for (int kind = 0; kind < ATW_SHAPE_SLAB; kind++) {
        struct atw_shape shape = random_shape((unsigned)_i + 201, kind);
        struct atw_body body = atw_shape_body(&shape, ATW_SHAPE_CORE);
        const double centre[3] = {11e-9, -13e-9, 7e-9};
        double edge = 200e-9;

        ck_assert_double_eq_tol(atw_voxel_fraction(&body, centre, edge, 1e-6) * edge *
                                    edge * edge / atw_body_volume_m3(&body),
                                1.0, 1e-3);
    }
}
END_TEST

START_TEST(a_plane_through_the_cube_is_exact)
{
    struct atw_body slab = {.kind = ATW_BODY_SLAB,
                            .centre_m = {-50.0, 0.0, 0.0},
                            .axis = {{0, 1, 0}, {1, 0, 0}, {0, 0, -1}},
                            .half_length_m = 50.0};
    const double third = 1.0 / 3.0, s = sqrt(third);
    double centre[3] = {0.3, 2.385, -1.7};

    ck_assert_double_eq_tol(atw_voxel_fraction(&slab, centre, 1.0, 1e-4), 0.2, 1e-14);
    /* Plane x + y + z = 1/2 cuts a corner tetrahedron off the unit cube: 1/48. */
    slab = (struct atw_body){.kind = ATW_BODY_SLAB,
                             .axis = {{0, 0, 0}, {s, s, s}, {0, 0, 0}},
                             .half_length_m = 50.0};
    for (int i = 0; i < 3; i++) {
        slab.centre_m[i] = -50.0 * s + 0.5 * third;
        centre[i] = 0.5;
    }
    ck_assert_double_eq_tol(atw_voxel_fraction(&slab, centre, 1.0, 1e-4), 1.0 / 48.0,
                            1e-13);
}
END_TEST

START_TEST(interior_and_exterior_are_exact)
{
    struct atw_body ball = {.kind = ATW_BODY_CAPSULE,
                            .axis = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                            .radius_m = 10.0};
    double centre[3] = {0.0, 9.1, 0.0};

    ck_assert_double_eq(atw_voxel_fraction(&ball, centre, 1.0, 1e-4), 1.0);
    centre[1] = 10.9;
    ck_assert_double_eq(atw_voxel_fraction(&ball, centre, 1.0, 1e-4), 0.0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("voxel");
    TCase *tests = tcase_create("voxel");

    tcase_add_loop_test(tests, fraction_agrees_with_subdivision, 0, SEEDS);
    tcase_add_loop_test(tests, tolerance_is_kept_against_a_finer_one, 0, FEW_SEEDS);
    tcase_add_loop_test(tests, a_particle_inside_one_cube_fills_its_share_of_it, 0,
                        FEW_SEEDS);
    tcase_add_test(tests, a_plane_through_the_cube_is_exact);
    tcase_add_test(tests, interior_and_exterior_are_exact);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
