/* Convex bodies: chords, distances, reach and containment. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "phantom/body.h"
#include "support/support.h"

enum { KINDS = ATW_BODY_SLAB + 1, SEEDS = 25, LINES = 40 };

static const double length_unit = 1e-9;

/* Running source of numbers for one seed. */
struct draw {
    unsigned seed, count;
};

static double uniform(struct draw *draw, double low, double high)
{
    return low + (high - low) * atw_test_uniform(draw->seed, draw->count++);
}

static void random_direction(struct draw *draw, double out[3])
{
    double z = uniform(draw, -1.0, 1.0), angle = uniform(draw, 0.0, 2.0 * ATW_PI);
    double rho = sqrt(1.0 - z * z);

    out[0] = rho * cos(angle);
    out[1] = rho * sin(angle);
    out[2] = z;
}

static void cross(const double a[3], const double b[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = a[(i + 1) % 3] * b[(i + 2) % 3] - a[(i + 2) % 3] * b[(i + 1) % 3];
}

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static struct atw_body random_body(struct draw *draw, enum atw_body_kind kind)
{
    struct atw_body body = {.kind = kind};
    double helper[3], length;

    body.radius_m = uniform(draw, 2.0, 15.0) * length_unit;
    body.half_length_m = uniform(draw, 1.0, 30.0) * length_unit;
    for (int i = 0; i < 3; i++)
        body.centre_m[i] = uniform(draw, -5.0, 5.0) * length_unit;
    random_direction(draw, body.axis[1]);
    random_direction(draw, helper);
    cross(body.axis[1], helper, body.axis[0]);
    length = sqrt(dot(body.axis[0], body.axis[0]));
    for (int i = 0; i < 3; i++)
        body.axis[0][i] /= length;
    cross(body.axis[0], body.axis[1], body.axis[2]);
    return body;
}

static void random_point(struct draw *draw, double size, double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = uniform(draw, -size, size) * length_unit;
}

static void
along_line(const double origin[3], const double direction[3], double s, double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = origin[i] + s * direction[i];
}

/* Distance is convex along a line, so its least value brackets down. */
static double least_distance(const struct atw_body *body,
                             const double origin[3],
                             const double direction[3])
{
    double low = -200.0 * length_unit, high = 200.0 * length_unit, p[3], q[3];

    for (int i = 0; i < 200; i++) {
        double a = low + (high - low) / 3.0, b = high - (high - low) / 3.0;

        along_line(origin, direction, a, p);
        along_line(origin, direction, b, q);
        if (atw_body_distance_m(body, p, NULL) < atw_body_distance_m(body, q, NULL))
            high = b;
        else
            low = a;
    }
    along_line(origin, direction, 0.5 * (low + high), p);
    return atw_body_distance_m(body, p, NULL);
}

START_TEST(chord_ends_lie_on_the_surface_and_misses_are_outside)
{
    struct draw draw = {.seed = (unsigned)_i + 1};
    int hits = 0, misses = 0;

    for (int kind = 0; kind < ATW_BODY_SLAB; kind++) {
        struct atw_body body = random_body(&draw, (enum atw_body_kind)kind);

        for (int line = 0; line < LINES; line++) {
            double origin[3], direction[3], p[3], enter, leave;
            double tiny = 1e-6 * length_unit;

            random_point(&draw, 25.0, origin);
            random_direction(&draw, direction);
            if (!atw_body_chord(&body, origin, direction, &enter, &leave)) {
                ck_assert_double_gt(least_distance(&body, origin, direction), -tiny);
                misses++;
                continue;
            }
            hits++;
            ck_assert_double_le(enter, leave);
            along_line(origin, direction, enter, p);
            ck_assert_double_eq_tol(atw_body_distance_m(&body, p, NULL), 0.0, tiny);
            along_line(origin, direction, leave, p);
            ck_assert_double_eq_tol(atw_body_distance_m(&body, p, NULL), 0.0, tiny);
            along_line(origin, direction, 0.5 * (enter + leave), p);
            ck_assert_double_le(atw_body_distance_m(&body, p, NULL), tiny);
        }
    }
    ck_assert_int_gt(hits, 5);
    ck_assert_int_gt(misses, 5);
}
END_TEST

START_TEST(chords_along_the_axes_have_their_closed_forms)
{
    struct atw_body body = {.kind = ATW_BODY_CAPSULE,
                            .axis = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                            .radius_m = 3.0,
                            .half_length_m = 5.0};
    const double zero[3] = {0, 0, 0}, side[3] = {1.8, 0, 0}, up[3] = {0, 6.8, 0};
    const double x[3] = {1, 0, 0}, y[3] = {0, 1, 0}, oblique[3] = {0.6, 0.8, 0};
    double enter, leave;

    ck_assert_int_eq(atw_body_chord(&body, zero, y, &enter, &leave), 1);
    ck_assert_double_eq_tol(leave - enter, 16.0, 1e-12);
    ck_assert_int_eq(atw_body_chord(&body, side, y, &enter, &leave), 1);
    ck_assert_double_eq_tol(leave, 5.0 + 2.4, 1e-12); /* 3-4-5 triangle in the cap */
    ck_assert_int_eq(atw_body_chord(&body, up, x, &enter, &leave), 1);
    ck_assert_double_eq_tol(leave - enter, 4.8, 1e-12);
    body.kind = ATW_BODY_CYLINDER;
    ck_assert_int_eq(atw_body_chord(&body, side, y, &enter, &leave), 1);
    ck_assert_double_eq_tol(leave - enter, 10.0, 1e-12);
    ck_assert_int_eq(atw_body_chord(&body, up, x, &enter, &leave), 0);
    body.kind = ATW_BODY_BOX;
    ck_assert_int_eq(atw_body_chord(&body, zero, oblique, &enter, &leave), 1);
    ck_assert_double_eq_tol(leave - enter, 10.0, 1e-12);
    body.kind = ATW_BODY_SLAB;
    ck_assert_int_eq(atw_body_chord(&body, zero, oblique, &enter, &leave), 1);
    ck_assert_double_eq_tol(leave - enter, 12.5, 1e-12);
    ck_assert_int_eq(atw_body_chord(&body, zero, x, &enter, &leave), 1);
    ck_assert_double_eq(leave, INFINITY);
    ck_assert_int_eq(atw_body_chord(&body, up, x, &enter, &leave), 0);
}
END_TEST

START_TEST(a_step_of_the_distance_along_the_normal_reaches_the_surface)
{
    struct draw draw = {.seed = (unsigned)_i + 101};

    for (int kind = 0; kind < KINDS; kind++) {
        struct atw_body body = random_body(&draw, (enum atw_body_kind)kind);

        for (int i = 0; i < LINES; i++) {
            double p[3], foot[3], normal[3], distance;

            random_point(&draw, 30.0, p);
            distance = atw_body_distance_m(&body, p, normal);
            ck_assert_double_eq_tol(dot(normal, normal), 1.0, 1e-12);
            along_line(p, normal, -distance, foot);
            ck_assert_double_eq_tol(atw_body_distance_m(&body, foot, NULL), 0.0,
                                    1e-12 * length_unit);
        }
    }
}
END_TEST

START_TEST(no_two_points_differ_in_distance_by_more_than_they_are_apart)
{
    struct draw draw = {.seed = (unsigned)_i + 201};

    for (int kind = 0; kind < KINDS; kind++) {
        struct atw_body body = random_body(&draw, (enum atw_body_kind)kind);

        for (int i = 0; i < LINES; i++) {
            double p[3], q[3], apart[3], change;

            random_point(&draw, 30.0, p);
            random_point(&draw, 30.0, q);
            for (int k = 0; k < 3; k++)
                apart[k] = p[k] - q[k];
            change =
                atw_body_distance_m(&body, p, NULL) - atw_body_distance_m(&body, q, NULL);
            ck_assert_double_le(fabs(change), sqrt(dot(apart, apart)) * (1.0 + 1e-12));
        }
    }
}
END_TEST

START_TEST(reach_is_met_by_the_farthest_point_and_no_other_exceeds_it)
{
    struct draw draw = {.seed = (unsigned)_i + 301};

    for (int kind = 0; kind < ATW_BODY_SLAB; kind++) {
        struct atw_body body = random_body(&draw, (enum atw_body_kind)kind);
        double direction[3], p[3], reach;

        random_direction(&draw, direction);
        reach = atw_body_reach_m(&body, direction);
        atw_body_farthest_point(&body, direction, p);
        ck_assert_double_eq_tol(atw_body_distance_m(&body, p, NULL), 0.0,
                                1e-9 * length_unit);
        ck_assert_double_eq_tol(dot(p, direction) - dot(body.centre_m, direction), reach,
                                1e-9 * length_unit);
        for (int i = 0; i < LINES; i++) {
            double other[3];

            random_direction(&draw, other);
            atw_body_farthest_point(&body, other, p);
            ck_assert_double_le(dot(p, direction) - dot(body.centre_m, direction),
                                reach * (1.0 + 1e-12));
        }
    }
}
END_TEST

START_TEST(reach_about_a_line_is_the_greatest_reach_across_it)
{
    struct draw draw = {.seed = (unsigned)_i + 401};
    const double y[3] = {0, 1, 0};

    for (int kind = 0; kind < ATW_BODY_SLAB; kind++) {
        struct atw_body body = random_body(&draw, (enum atw_body_kind)kind);
        double greatest = 0.0;

        for (int i = 0; i < 7200; i++) {
            double angle = ATW_PI * i / 7200.0;
            double direction[3] = {cos(angle), 0.0, sin(angle)};

            greatest = fmax(greatest, atw_body_reach_m(&body, direction));
        }
        ck_assert_double_eq_tol(atw_body_reach_about_m(&body, y) / greatest, 1.0, 1e-6);
    }
}
END_TEST

/* Most that any of many extreme points of `inner` lies outside `outer`. */
static double sampled_excess(struct draw *draw,
                             const struct atw_body *inner,
                             const struct atw_body *outer)
{
    double excess = -INFINITY;

    for (int i = 0; i < 300; i++) {
        double direction[3], p[3];

        random_direction(draw, direction);
        atw_body_farthest_point(inner, direction, p);
        excess = fmax(excess, atw_body_distance_m(outer, p, NULL));
    }
    return excess;
}

static struct atw_body turned_inside(struct draw *draw, const struct atw_body *outer)
{
    struct atw_body inner = *outer;
    double angle = uniform(draw, -0.3, 0.3);

    inner.radius_m *= uniform(draw, 0.5, 1.0);
    inner.half_length_m *= uniform(draw, 0.5, 1.0);
    for (int i = 0; i < 3; i++) {
        inner.centre_m[i] += uniform(draw, -0.2, 0.2) * outer->radius_m;
        inner.axis[0][i] =
            cos(angle) * outer->axis[0][i] - sin(angle) * outer->axis[1][i];
        inner.axis[1][i] =
            cos(angle) * outer->axis[1][i] + sin(angle) * outer->axis[0][i];
    }
    return inner;
}

START_TEST(excess_bounds_what_sticks_out_and_is_tight_for_capsules)
{
    struct draw draw = {.seed = (unsigned)_i + 501};

    for (int kind = 0; kind < ATW_BODY_SLAB; kind++) {
        struct atw_body outer = random_body(&draw, (enum atw_body_kind)kind);
        struct atw_body inner = turned_inside(&draw, &outer);
        double excess = atw_body_excess_m(&inner, &outer);
        double sampled = sampled_excess(&draw, &inner, &outer);
        double gap = kind == ATW_BODY_CYLINDER ? INFINITY : 0.1 * outer.radius_m;

        /* A corner outside in two directions is farther than either alone. */
        if (kind != ATW_BODY_CYLINDER || sampled <= 0.0)
            ck_assert_double_le(sampled, excess + 1e-9 * length_unit);
        if (sampled > 0.0)
            ck_assert_double_gt(excess, 0.0);
        ck_assert_double_le(excess, sampled + gap);
    }
}
END_TEST

START_TEST(a_slab_holds_only_parallel_slabs)
{
    struct atw_body outer = {.kind = ATW_BODY_SLAB,
                             .axis = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                             .half_length_m = 5.0};
    struct atw_body inner = outer;
    const double y[3] = {0, 1, 0}, x[3] = {1, 0, 0};

    inner.half_length_m = 3.0;
    inner.centre_m[1] = 1.5;
    ck_assert_double_eq_tol(atw_body_excess_m(&inner, &outer), -0.5, 1e-15);
    inner.axis[1][0] = 0.6;
    inner.axis[1][1] = 0.8;
    ck_assert_double_eq(atw_body_excess_m(&inner, &outer), INFINITY);
    ck_assert_double_eq(atw_body_reach_m(&outer, y), 5.0);
    ck_assert_double_eq(atw_body_reach_m(&outer, x), INFINITY);
    ck_assert_double_eq(atw_body_reach_about_m(&outer, y), INFINITY);
    ck_assert_double_eq(atw_body_volume_m3(&outer), INFINITY);
    ck_assert_double_eq(atw_body_feature_size_m(&outer), 5.0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("body");
    TCase *tests = tcase_create("body");

    tcase_add_loop_test(tests, chord_ends_lie_on_the_surface_and_misses_are_outside, 0,
                        SEEDS);
    tcase_add_test(tests, chords_along_the_axes_have_their_closed_forms);
    tcase_add_loop_test(
        tests, a_step_of_the_distance_along_the_normal_reaches_the_surface, 0, SEEDS);
    tcase_add_loop_test(
        tests, no_two_points_differ_in_distance_by_more_than_they_are_apart, 0, SEEDS);
    tcase_add_loop_test(tests, reach_is_met_by_the_farthest_point_and_no_other_exceeds_it,
                        0, SEEDS);
    tcase_add_loop_test(tests, reach_about_a_line_is_the_greatest_reach_across_it, 0,
                        SEEDS);
    tcase_add_loop_test(tests, excess_bounds_what_sticks_out_and_is_tight_for_capsules, 0,
                        SEEDS);
    tcase_add_test(tests, a_slab_holds_only_parallel_slabs);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
