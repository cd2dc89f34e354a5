/* Convex bodies: chords and distances, worked out in the frame of the body, where the
 * long axis is y. Reach, volume and containment are in body_measures.c. */
#include "phantom/body.h"

#include <math.h>

enum { ACROSS, ALONG, NORMAL };

/* Cosine above which a line meets the barrel of a capsule too far away to divide by. */
static const double NEARLY_ALONG = 0.999999;

struct interval {
    double enter, leave;
};

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void into_body(const struct atw_body *body, const double vector[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = dot(body->axis[i], vector);
}

static void
out_of_body(const struct atw_body *body, const double vector[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = vector[0] * body->axis[0][i] + vector[1] * body->axis[1][i] +
                 vector[2] * body->axis[2][i];
}

/* ---- chords ---- */

/* Shorten an interval to where |o + s d| <= half. */
static int between_planes(double o, double d, double half, struct interval *span)
{
    double first, second;

    if (d == 0.0)
        return fabs(o) <= half;
    first = (-half - o) / d;
    second = (half - o) / d;
    span->enter = fmax(span->enter, fmin(first, second));
    span->leave = fmin(span->leave, fmax(first, second));
    return span->enter <= span->leave;
}

/* Roots of a s^2 + 2 b s + c <= 0 with a >= 0; the whole line if a = 0 and c <= 0. */
static int between_roots(double a, double b, double c, struct interval *span)
{
    double discriminant = b * b - a * c;
    double root;

    if (a == 0.0) {
        *span = (struct interval){-INFINITY, INFINITY};
        return c <= 0.0;
    }
    if (discriminant < 0.0)
        return 0;
    root = sqrt(discriminant);
    *span = (struct interval){(-b - root) / a, (-b + root) / a};
    return 1;
}

/* Inside the unbounded round cylinder about the body axis. */
static int
in_barrel(const double o[3], const double d[3], double radius, struct interval *span)
{
    double a = d[ACROSS] * d[ACROSS] + d[NORMAL] * d[NORMAL];
    double b = o[ACROSS] * d[ACROSS] + o[NORMAL] * d[NORMAL];
    double c = o[ACROSS] * o[ACROSS] + o[NORMAL] * o[NORMAL] - radius * radius;

    return between_roots(a, b, c, span);
}

static int in_cap(const struct atw_body *body,
                  const double o[3],
                  const double d[3],
                  double along,
                  struct interval *span)
{
    double from_cap[3] = {o[ACROSS], o[ALONG] - along, o[NORMAL]};

    return between_roots(1.0, dot(from_cap, d),
                         dot(from_cap, from_cap) - body->radius_m * body->radius_m, span);
}

/* A line that enters the barrel beyond an end of the segment enters the capsule through
 * that end's ball or not at all: to reach the straight part it has to cross the end disc,
 * which the ball holds. Leaving is the same read backwards. */
static int capsule_chord(const struct atw_body *body,
                         const double o[3],
                         const double d[3],
                         struct interval *span)
{
    double half = body->half_length_m;
    struct interval cap;
    double enter_along, leave_along;

    if (!in_barrel(o, d, body->radius_m, span))
        return 0;
    enter_along = o[ALONG] + span->enter * d[ALONG];
    leave_along = o[ALONG] + span->leave * d[ALONG];
    if (!(fabs(enter_along) <= half)) {
        if (!in_cap(body, o, d, copysign(half, enter_along), &cap))
            return 0;
        span->enter = cap.enter;
    }
    if (!(fabs(leave_along) <= half)) {
        if (!in_cap(body, o, d, copysign(half, leave_along), &cap))
            return 0;
        span->leave = cap.leave;
    }
    return span->enter <= span->leave;
}

static int body_frame_chord(const struct atw_body *body,
                            const double o[3],
                            const double d[3],
                            struct interval *span)
{
    *span = (struct interval){-INFINITY, INFINITY};
    switch (body->kind) {
    case ATW_BODY_CAPSULE:
        return capsule_chord(body, o, d, span);
    case ATW_BODY_CYLINDER:
        return in_barrel(o, d, body->radius_m, span) &&
               between_planes(o[ALONG], d[ALONG], body->half_length_m, span);
    case ATW_BODY_BOX:
        return between_planes(o[ALONG], d[ALONG], body->half_length_m, span) &&
               between_planes(o[ACROSS], d[ACROSS], body->radius_m, span) &&
               between_planes(o[NORMAL], d[NORMAL], body->radius_m, span);
    case ATW_BODY_SLAB:
        return between_planes(o[ALONG], d[ALONG], body->half_length_m, span);
    }
    return 0;
}

int atw_body_chord(const struct atw_body *body,
                   const double origin_m[3],
                   const double direction[3],
                   double *enter_m,
                   double *leave_m)
{
    double from_centre[3], o[3], d[3];
    struct interval span;

    for (int i = 0; i < 3; i++)
        from_centre[i] = origin_m[i] - body->centre_m[i];
    into_body(body, from_centre, o);
    into_body(body, direction, d);
    if (!body_frame_chord(body, o, d, &span))
        return 0;
    *enter_m = span.enter;
    *leave_m = span.leave;
    return 1;
}

/* Where a line leaves a capsule towards +s (side 1) or -s (side -1), given where it
 * leaves the barrel; *leave unchanged on the straight part. 0 if it misses the cap. */
static inline int capsule_end(const double p[3],
                              const double d[3],
                              double half,
                              double radius,
                              double side,
                              double *s)
{
    double along = p[ALONG] + *s * d[ALONG], q, b, c;

    if (fabs(along) <= half)
        return 1;
    q = p[ALONG] - copysign(half, along);
    b = p[ACROSS] * d[ACROSS] + q * d[ALONG] + p[NORMAL] * d[NORMAL];
    c = p[ACROSS] * p[ACROSS] + q * q + p[NORMAL] * p[NORMAL] - radius * radius;
    if (b * b < c)
        return 0;
    *s = -b + side * sqrt(b * b - c);
    return 1;
}

/* As capsule_chord() of many lines across the axis: no division, one root for the barrel.
 */
static void capsule_lengths(const struct atw_body *body,
                            const double o[3],
                            const double step[3],
                            const double d[3],
                            size_t count,
                            double *length)
{
    double half = body->half_length_m, radius = body->radius_m;
    double a = d[ACROSS] * d[ACROSS] + d[NORMAL] * d[NORMAL], per_a = 1.0 / a;

    for (size_t i = 0; i < count; i++) {
        double n = (double)i;
        const double p[3] = {o[0] + n * step[0], o[1] + n * step[1], o[2] + n * step[2]};
        double b = p[ACROSS] * d[ACROSS] + p[NORMAL] * d[NORMAL];
        double c = p[ACROSS] * p[ACROSS] + p[NORMAL] * p[NORMAL] - radius * radius;
        double rest = b * b - a * c, root, enter, leave;

        length[i] = -1.0;
        if (rest < 0.0)
            continue;
        root = sqrt(rest);
        enter = (-b - root) * per_a;
        leave = (-b + root) * per_a;
        if (capsule_end(p, d, half, radius, -1.0, &enter) &&
            capsule_end(p, d, half, radius, 1.0, &leave))
            length[i] = leave - enter;
    }
}

void atw_body_chord_lengths(const struct atw_body *body,
                            const double origin_m[3],
                            const double step_m[3],
                            const double direction[3],
                            size_t count,
                            double *length_m)
{
    double from_centre[3], o[3], s[3], d[3];

    for (int i = 0; i < 3; i++)
        from_centre[i] = origin_m[i] - body->centre_m[i];
    into_body(body, from_centre, o);
    into_body(body, step_m, s);
    into_body(body, direction, d);
    if (body->kind == ATW_BODY_CAPSULE && fabs(d[ALONG]) < NEARLY_ALONG) {
        capsule_lengths(body, o, s, d, count, length_m);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const double p[3] = {o[0] + (double)i * s[0], o[1] + (double)i * s[1],
                             o[2] + (double)i * s[2]};
        struct interval span;

        length_m[i] =
            body_frame_chord(body, p, d, &span) ? span.leave - span.enter : -1.0;
    }
}

/* ---- distance ---- */

static double
capsule_distance(const struct atw_body *body, const double p[3], double n[3])
{
    double half = body->half_length_m;
    double q[3] = {p[0], p[1] - fmin(fmax(p[1], -half), half), p[2]};
    double r = sqrt(dot(q, q));

    for (int i = 0; i < 3; i++)
        n[i] = r > 0.0 ? q[i] / r : (double)(i == ACROSS);
    return r - body->radius_m;
}

/* Distance from a product of sets, given the signed distances from its factors and the
 * directions in which they grow; rows of n that belong together share an entry. */
static double
product_distance(const double excess[], const double outward[][3], int count, double n[3])
{
    double squares = 0.0, distance;
    int greatest = 0;

    n[0] = n[1] = n[2] = 0.0;
    for (int i = 0; i < count; i++) {
        if (excess[i] > excess[greatest])
            greatest = i;
        if (excess[i] > 0.0)
            squares += excess[i] * excess[i];
    }
    if (!(squares > 0.0)) {
        for (int k = 0; k < 3; k++)
            n[k] = outward[greatest][k];
        return excess[greatest];
    }
    distance = sqrt(squares);
    for (int i = 0; i < count; i++)
        for (int k = 0; k < 3; k++)
            n[k] += fmax(excess[i], 0.0) / distance * outward[i][k];
    return distance;
}

static double
cylinder_distance(const struct atw_body *body, const double p[3], double n[3])
{
    double rho = sqrt(p[ACROSS] * p[ACROSS] + p[NORMAL] * p[NORMAL]);
    double excess[2] = {rho - body->radius_m, fabs(p[ALONG]) - body->half_length_m};
    double outward[2][3] = {
        {rho > 0.0 ? p[ACROSS] / rho : 1.0, 0.0, rho > 0.0 ? p[NORMAL] / rho : 0.0},
        {0.0, copysign(1.0, p[ALONG]), 0.0}};

    return product_distance(excess, outward, 2, n);
}

static double box_distance(const struct atw_body *body, const double p[3], double n[3])
{
    double excess[3] = {fabs(p[ACROSS]) - body->radius_m,
                        fabs(p[ALONG]) - body->half_length_m,
                        fabs(p[NORMAL]) - body->radius_m};
    double outward[3][3] = {{copysign(1.0, p[ACROSS]), 0.0, 0.0},
                            {0.0, copysign(1.0, p[ALONG]), 0.0},
                            {0.0, 0.0, copysign(1.0, p[NORMAL])}};

    return product_distance(excess, outward, 3, n);
}

static double
body_frame_distance(const struct atw_body *body, const double p[3], double n[3])
{
    switch (body->kind) {
    case ATW_BODY_CAPSULE:
        return capsule_distance(body, p, n);
    case ATW_BODY_CYLINDER:
        return cylinder_distance(body, p, n);
    case ATW_BODY_BOX:
        return box_distance(body, p, n);
    case ATW_BODY_SLAB:
        break;
    }
    n[ACROSS] = n[NORMAL] = 0.0;
    n[ALONG] = copysign(1.0, p[ALONG]);
    return fabs(p[ALONG]) - body->half_length_m;
}

double atw_body_distance_m(const struct atw_body *body,
                           const double point_m[3],
                           double normal[3])
{
    double from_centre[3], p[3], n[3], distance;

    for (int i = 0; i < 3; i++)
        from_centre[i] = point_m[i] - body->centre_m[i];
    into_body(body, from_centre, p);
    distance = body_frame_distance(body, p, n);
    if (normal)
        out_of_body(body, n, normal);
    return distance;
}
