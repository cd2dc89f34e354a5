/* Convex bodies in closed form: what a line cuts out of them, how far a point is from
 * their surface, how far they reach.
 *
 * Everything that is exact about a phantom rests on these: volume fractions (voxel.h) and
 * analytic projections, which are chord lengths. Lengths in metres, coordinates in the
 * frame of the grid whose origin is the grid centre. Source: elementary geometry. */
#ifndef ATW_PHANTOM_BODY_H
#define ATW_PHANTOM_BODY_H

#include <stddef.h>

enum atw_body_kind {
    ATW_BODY_CAPSULE,  /* all points within radius of a segment; a ball at length 0 */
    ATW_BODY_CYLINDER, /* flat ends */
    ATW_BODY_BOX,      /* square section, 2 radius wide */
    ATW_BODY_SLAB      /* layer normal to the body axis, unbounded across it */
};

struct atw_body {
    enum atw_body_kind kind;
    double centre_m[3];
    double axis[3][3];    /* rows: unit vectors across, along and normal, right-handed */
    double radius_m;      /* box: half the edge across; unused by a slab */
    double half_length_m; /* along; of a capsule's segment, so without its caps */
};

/* Part of the line origin + s direction that lies in the body, as enter <= s <= leave.
 *
 * direction must be a unit vector. Returns 1 if the line meets the body, else 0 with the
 * outputs untouched. Infinite ends where an unbounded slab holds the line for ever. A
 * line that grazes the surface may be counted either way. */
int atw_body_chord(const struct atw_body *body,
                   const double origin_m[3],
                   const double direction[3],
                   double *enter_m,
                   double *leave_m);

/* Lengths in the body of `count` parallel lines, through origin + i step; -1 for a line
 * that misses it. As atw_body_chord(), three times as fast. */
void atw_body_chord_lengths(const struct atw_body *body,
                            const double origin_m[3],
                            const double step_m[3],
                            const double direction[3],
                            size_t count,
                            double *length_m);

/* Signed distance of a point from the surface, negative inside; exact for every kind.
 *
 * normal, unless NULL, receives the unit vector along which the distance grows; any of
 * them where several are equally right (on the axis of a cylinder). */
double atw_body_distance_m(const struct atw_body *body,
                           const double point_m[3],
                           double normal[3]);

/* Point of the body farthest along a direction of any length, the middle of them where a
 * flat side makes many. A slab has such points only along its axis: its centre is moved.
 */
void atw_body_farthest_point(const struct atw_body *body,
                             const double direction[3],
                             double point_m[3]);

/* How far the body reaches from its centre along a unit vector; INFINITY for a slab seen
 * other than along its axis (to 1e-12). */
double atw_body_reach_m(const struct atw_body *body, const double direction[3]);

/* How far the body reaches from a line through its centre with this unit direction. */
double atw_body_reach_about_m(const struct atw_body *body, const double direction[3]);

/* Size below which the surface looks flat and single: the smallest radius of curvature of
 * its smooth parts or half the thickness, whichever is less. */
double atw_body_feature_size_m(const struct atw_body *body);

/* Distance of a point from the nearest edge, where two smooth parts of the surface meet
 * at an angle; INFINITY for a capsule or a slab, which have none. */
double atw_body_edge_distance_m(const struct atw_body *body, const double point_m[3]);

/* The body with its surface moved outwards: a true offset of a capsule or slab, a
 * cylinder or box keeps its edges sharp. */
struct atw_body atw_body_grown(const struct atw_body *body, double by_m);

double atw_body_volume_m3(const struct atw_body *body); /* INFINITY for a slab */

/* Upper bound of how far `inner` sticks out of `outer`; at most 0 if it is inside. Both
 * must be of one kind. Exact for capsules, boxes, slabs and for cylinders with parallel
 * axes; for tilted cylinders the foreshortening of the end discs is left out. */
double atw_body_excess_m(const struct atw_body *inner, const struct atw_body *outer);

#endif
