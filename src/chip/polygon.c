/* Convex polygons: areas and clipping. */
#include "chip/polygon.h"

#include <assert.h>
#include <math.h>

#include "core/constants.h"

struct atw_box atw_polygon_box(const struct atw_polygon *polygon)
{
    struct atw_box box = {INFINITY, -INFINITY, INFINITY, -INFINITY};

    for (size_t i = 0; i < polygon->n; i++) {
        double x = polygon->x[i], y = polygon->y[i]; /* fmin() would be a call */

        box.x_min = x < box.x_min ? x : box.x_min;
        box.x_max = x > box.x_max ? x : box.x_max;
        box.y_min = y < box.y_min ? y : box.y_min;
        box.y_max = y > box.y_max ? y : box.y_max;
    }
    return box;
}

int atw_box_overlap(const struct atw_box *a, const struct atw_box *b)
{
    return a->x_min < b->x_max && b->x_min < a->x_max && a->y_min < b->y_max &&
           b->y_min < a->y_max;
}

double atw_polygon_area(const struct atw_polygon *polygon, double centre[2])
{
    double area2 = 0.0, sum_x = 0.0, sum_y = 0.0;
    double x0 = polygon->n > 0 ? polygon->x[0] : 0.0;
    double y0 = polygon->n > 0 ? polygon->y[0] : 0.0;

    for (size_t i = 1; i + 1 < polygon->n; i++) { /* triangles that share corner 0 */
        double ax = polygon->x[i] - x0, ay = polygon->y[i] - y0;
        double bx = polygon->x[i + 1] - x0, by = polygon->y[i + 1] - y0;
        double twice = ax * by - ay * bx;

        area2 += twice;
        sum_x += twice * (ax + bx) / 3.0;
        sum_y += twice * (ay + by) / 3.0;
    }
    if (centre && area2 > 0.0) {
        centre[0] = x0 + sum_x / area2;
        centre[1] = y0 + sum_y / area2;
    }
    return 0.5 * area2;
}

static void add_corner(struct atw_polygon *polygon, double x, double y)
{
    assert(polygon->n < ATW_POLYGON_CORNERS_MAX);
    polygon->x[polygon->n] = x;
    polygon->y[polygon->n] = y;
    polygon->n++;
}

/* Keep what lies left of the line from (x, y) in the direction (dx, dy). */
static void clip(struct atw_polygon *out,
                 const struct atw_polygon *in,
                 double x,
                 double y,
                 double dx,
                 double dy)
{
    out->n = 0;
    for (size_t i = 0; i < in->n; i++) {
        size_t next = i + 1 < in->n ? i + 1 : 0;
        double here = dx * (in->y[i] - y) - dy * (in->x[i] - x);
        double there = dx * (in->y[next] - y) - dy * (in->x[next] - x);

        if (here >= 0.0)
            add_corner(out, in->x[i], in->y[i]);
        if ((here > 0.0 && there < 0.0) || (here < 0.0 && there > 0.0)) {
            double share = here / (here - there);

            add_corner(out, in->x[i] + share * (in->x[next] - in->x[i]),
                       in->y[i] + share * (in->y[next] - in->y[i]));
        }
    }
}

void atw_polygon_intersect(struct atw_polygon *out,
                           const struct atw_polygon *a,
                           const struct atw_polygon *b)
{
    struct atw_polygon rest = *a;

    for (size_t i = 0; i < b->n && rest.n > 0; i++) {
        size_t next = i + 1 < b->n ? i + 1 : 0;

        clip(out, &rest, b->x[i], b->y[i], b->x[next] - b->x[i], b->y[next] - b->y[i]);
        rest = *out;
    }
    *out = rest;
}

void atw_polygon_disc(
    struct atw_polygon *out, double x, double y, double radius, size_t corners)
{
    double step = 2.0 * ATW_PI / (double)corners;
    double reach = radius * sqrt(step / sin(step)); /* to the corners, for equal area */

    out->n = 0;
    for (size_t i = 0; i < corners; i++)
        add_corner(out, x + reach * cos((double)i * step),
                   y + reach * sin((double)i * step));
}

int atw_polygon_is_convex(const struct atw_polygon *polygon)
{
    size_t n = polygon->n;

    for (size_t i = 0; i < n; i++) {
        size_t j = (i + 1) % n, k = (i + 2) % n;
        double ax = polygon->x[j] - polygon->x[i], ay = polygon->y[j] - polygon->y[i];
        double bx = polygon->x[k] - polygon->x[j], by = polygon->y[k] - polygon->y[j];

        if (!(ax * by - ay * bx > 0.0))
            return 0;
    }
    return n >= 3;
}
