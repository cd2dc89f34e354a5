/* Convex polygons in the plane: exact areas of overlap. */
#ifndef ATW_CHIP_POLYGON_H
#define ATW_CHIP_POLYGON_H

#include <stddef.h>

enum { ATW_POLYGON_CORNERS_MAX = 48 };

struct atw_polygon {
    size_t n;
    double x[ATW_POLYGON_CORNERS_MAX], y[ATW_POLYGON_CORNERS_MAX]; /* counter-clockwise */
};

struct atw_box {
    double x_min, x_max, y_min, y_max;
};

struct atw_box atw_polygon_box(const struct atw_polygon *polygon);
int atw_box_overlap(const struct atw_box *a, const struct atw_box *b);

/* Area, and where its centre lies (untouched if the area is not positive). */
double atw_polygon_area(const struct atw_polygon *polygon, double centre[2]);

/* What two convex polygons have in common, by clipping one at each side of the other
 * (Sutherland and Hodgman, Commun. ACM 17 (1974) 32). Together they must have at most
 * ATW_POLYGON_CORNERS_MAX corners. Empty (n = 0) if they do not meet. */
void atw_polygon_intersect(struct atw_polygon *out,
                           const struct atw_polygon *a,
                           const struct atw_polygon *b);

/* Regular polygon with the area of a disc. */
void atw_polygon_disc(
    struct atw_polygon *out, double x, double y, double radius, size_t corners);

/* All corners turn to the left, and none lies on another. */
int atw_polygon_is_convex(const struct atw_polygon *polygon);

#endif
