/* Convex bodies: farthest points, reach, features, volume and containment. */
#include <math.h>
#include <stddef.h>

#include "core/constants.h"
#include "phantom/body.h"

enum { ACROSS, ALONG, NORMAL };

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Cosine below which a side is square to a direction: all its points are as far. */
#define SQUARE 1e-12

/* Which end of +-half is farther along d, of some length; neither if they are alike. */
static double farther_end(double half, double d, double length)
{
    return fabs(d) <= SQUARE * length ? 0.0 : copysign(half, d);
}

/* Farthest point from the centre in body coordinates, along d in body coordinates; the
 * middle of a flat side, so that the line between opposite ones runs within the body. */
static void
farthest_from_centre(const struct atw_body *body, const double d[3], double p[3])
{
    double radius = body->radius_m;
    double length = sqrt(dot(d, d));
    double across = sqrt(d[ACROSS] * d[ACROSS] + d[NORMAL] * d[NORMAL]);

    p[ACROSS] = p[NORMAL] = 0.0;
    p[ALONG] = farther_end(body->half_length_m, d[ALONG], length);
    switch (body->kind) {
    case ATW_BODY_CAPSULE:
        for (int i = 0; i < 3 && length > 0.0; i++)
            p[i] += radius * d[i] / length;
        break;
    case ATW_BODY_CYLINDER:
        if (across > SQUARE * length) {
            p[ACROSS] = radius * d[ACROSS] / across;
            p[NORMAL] = radius * d[NORMAL] / across;
        }
        break;
    case ATW_BODY_BOX:
        p[ACROSS] = farther_end(radius, d[ACROSS], length);
        p[NORMAL] = farther_end(radius, d[NORMAL], length);
        break;
    case ATW_BODY_SLAB:
        break;
    }
}

void atw_body_farthest_point(const struct atw_body *body,
                             const double direction[3],
                             double point_m[3])
{
    double d[3], p[3];

    for (int i = 0; i < 3; i++)
        d[i] = dot(body->axis[i], direction);
    farthest_from_centre(body, d, p);
    for (int i = 0; i < 3; i++)
        point_m[i] = body->centre_m[i] + p[0] * body->axis[0][i] +
                     p[1] * body->axis[1][i] + p[2] * body->axis[2][i];
}

double atw_body_reach_m(const struct atw_body *body, const double direction[3])
{
    double d[3], p[3];

    for (int i = 0; i < 3; i++)
        d[i] = dot(body->axis[i], direction);
    if (body->kind == ATW_BODY_SLAB && fabs(d[ALONG]) < 1.0 - 1e-12)
        return INFINITY;
    farthest_from_centre(body, d, p);
    return dot(p, d);
}

/* Distance of the box corners from the line; opposite corners are equally far. */
static double box_reach_about(const struct atw_body *body, const double d[3])
{
    double farthest = 0.0;

    for (int corner = 0; corner < 4; corner++) {
        double p[3] = {corner & 1 ? body->radius_m : -body->radius_m, body->half_length_m,
                       corner & 2 ? body->radius_m : -body->radius_m};
        double along_line = dot(p, d);

        farthest = fmax(farthest, dot(p, p) - along_line * along_line);
    }
    return sqrt(farthest);
}

double atw_body_reach_about_m(const struct atw_body *body, const double direction[3])
{
    double d[3], sine;
    double radius = body->radius_m, half = body->half_length_m;

    for (int i = 0; i < 3; i++)
        d[i] = dot(body->axis[i], direction);
    sine = sqrt(d[ACROSS] * d[ACROSS] + d[NORMAL] * d[NORMAL]);
    switch (body->kind) {
    case ATW_BODY_CAPSULE:
        return half * sine + radius;
    case ATW_BODY_CYLINDER: /* greatest half c + radius sqrt(1 - c^2) over c <= sine */
        if (half <= sine * sqrt(half * half + radius * radius))
            return sqrt(half * half + radius * radius);
        return half * sine + radius * fabs(d[ALONG]);
    case ATW_BODY_BOX:
        return box_reach_about(body, d);
    case ATW_BODY_SLAB:
        break;
    }
    return INFINITY;
}

double atw_body_feature_size_m(const struct atw_body *body)
{
    switch (body->kind) {
    case ATW_BODY_CAPSULE:
        return body->radius_m;
    case ATW_BODY_CYLINDER:
    case ATW_BODY_BOX:
        return fmin(body->radius_m, body->half_length_m);
    case ATW_BODY_SLAB:
        break;
    }
    return body->half_length_m;
}

double atw_body_edge_distance_m(const struct atw_body *body, const double point_m[3])
{
    double from_centre[3], across, along, normal;

    for (int i = 0; i < 3; i++)
        from_centre[i] = point_m[i] - body->centre_m[i];
    across = fabs(dot(from_centre, body->axis[ACROSS]));
    normal = fabs(dot(from_centre, body->axis[NORMAL]));
    along = fabs(dot(from_centre, body->axis[ALONG])) - body->half_length_m;
    if (body->kind == ATW_BODY_CYLINDER)
        return hypot(hypot(across, normal) - body->radius_m, along);
    if (body->kind != ATW_BODY_BOX)
        return INFINITY;
    across -= body->radius_m;
    normal -= body->radius_m;
    return fmin(hypot(hypot(across, normal), fmax(along, 0.0)),
                fmin(hypot(hypot(along, normal), fmax(across, 0.0)),
                     hypot(hypot(along, across), fmax(normal, 0.0))));
}

double atw_body_volume_m3(const struct atw_body *body)
{
    double radius = body->radius_m, length = 2.0 * body->half_length_m;

    switch (body->kind) {
    case ATW_BODY_CAPSULE:
        return ATW_PI * radius * radius * (length + 4.0 / 3.0 * radius);
    case ATW_BODY_CYLINDER:
        return ATW_PI * radius * radius * length;
    case ATW_BODY_BOX:
        return 4.0 * radius * radius * length;
    case ATW_BODY_SLAB:
        break;
    }
    return INFINITY;
}

struct atw_body atw_body_grown(const struct atw_body *body, double by_m)
{
    struct atw_body grown = *body;

    if (body->kind != ATW_BODY_SLAB)
        grown.radius_m += by_m;
    if (body->kind != ATW_BODY_CAPSULE)
        grown.half_length_m += by_m;
    return grown;
}

/* ---- containment ---- */

/* A ball of radius r lies in a capsule of radius R if its centre lies within R - r of the
 * segment, and a capsule is the hull of its two end balls. */
static double capsule_excess(const struct atw_body *outer, const double end[3], double r)
{
    return atw_body_distance_m(outer, end, NULL) + r;
}

/* End disc with this centre: reach along the axis of `outer`, and across it. */
static double disc_excess(const struct atw_body *inner,
                          const struct atw_body *outer,
                          const double end[3])
{
    double from_centre[3], along, across, cosine, sine;

    for (int i = 0; i < 3; i++)
        from_centre[i] = end[i] - outer->centre_m[i];
    along = dot(from_centre, outer->axis[ALONG]);
    across = hypot(dot(from_centre, outer->axis[ACROSS]),
                   dot(from_centre, outer->axis[NORMAL]));
    cosine = dot(inner->axis[ALONG], outer->axis[ALONG]);
    sine = sqrt(fmax(1.0 - cosine * cosine, 0.0));
    return fmax(fabs(along) + inner->radius_m * sine - outer->half_length_m,
                across + inner->radius_m - outer->radius_m);
}

static double square_excess(const struct atw_body *inner,
                            const struct atw_body *outer,
                            const double end[3])
{
    double excess = -INFINITY;

    for (int corner = 0; corner < 4; corner++) {
        double p[3];

        for (int i = 0; i < 3; i++)
            p[i] = end[i] +
                   inner->radius_m * ((corner & 1 ? 1.0 : -1.0) * inner->axis[ACROSS][i] +
                                      (corner & 2 ? 1.0 : -1.0) * inner->axis[NORMAL][i]);
        excess = fmax(excess, atw_body_distance_m(outer, p, NULL));
    }
    return excess;
}

static double slab_excess(const struct atw_body *inner, const struct atw_body *outer)
{
    double offset = 0.0;

    if (fabs(dot(inner->axis[ALONG], outer->axis[ALONG])) < 1.0 - 1e-12)
        return INFINITY;
    for (int i = 0; i < 3; i++)
        offset += (inner->centre_m[i] - outer->centre_m[i]) * outer->axis[ALONG][i];
    return fabs(offset) + inner->half_length_m - outer->half_length_m;
}

double atw_body_excess_m(const struct atw_body *inner, const struct atw_body *outer)
{
    double excess = -INFINITY;

    if (inner->kind == ATW_BODY_SLAB)
        return slab_excess(inner, outer);
    for (int side = -1; side <= 1; side += 2) {
        double end[3];

        for (int i = 0; i < 3; i++)
            end[i] =
                inner->centre_m[i] + side * inner->half_length_m * inner->axis[ALONG][i];
        if (inner->kind == ATW_BODY_CAPSULE)
            excess = fmax(excess, capsule_excess(outer, end, inner->radius_m));
        else if (inner->kind == ATW_BODY_CYLINDER)
            excess = fmax(excess, disc_excess(inner, outer, end));
        else
            excess = fmax(excess, square_excess(inner, outer, end));
    }
    return excess;
}
