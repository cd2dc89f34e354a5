/* Volume fraction of a convex body in one cubic voxel.
 *
 * The volume is the integral over u of the area of the slice at u, the area is the
 * integral over v of the chord along w, and the chord is known in closed form; w is the
 * axis closest to the surface normal. Both integrands are smooth between the points where
 * the surface crosses an edge of the slice or of the cube. Those are ends of chords too,
 * so they are found exactly and the two integrals are taken piece by piece, each by an
 * embedded Gauss-Kronrod pair, halved where the pair disagrees (edges of the body).
 *
 * Nodes and weights: 5-point Kronrod extension of the 2-point Gauss rule, exact to degree
 * 7; Kronrod, "Nodes and Weights of Quadrature Formulas" (1965). */
#include "phantom/voxel.h"

#include <math.h>

enum { MOST_BREAKS = 24, MOST_HALVINGS = 12, MOST_SPLITS = 12 };

#define EDGE_ERROR 1e-3

static const double gauss_node = 0.57735026918962576451;   /* 1 / sqrt(3) */
static const double kronrod_node = 0.92582009977255146157; /* sqrt(6 / 7) */

/* A cube seen along its three axes; u, v and w run over [-half, half]. */
struct cube {
    const struct atw_body *body;
    double centre[3];
    double half;
    int u, v, w;     /* which grid axis each of them is */
    double slice_at; /* u of the slice being integrated */
    double area_tolerance;
};

typedef double (*integrand_fn)(struct cube *cube, double x);

struct breaks {
    double at[MOST_BREAKS];
    int count;
};

/* ---- one-dimensional integration ---- */

/* Sums of the integrand at the nodes of one piece: centre, Gauss pair, Kronrod pair. */
struct samples {
    double centre, gauss, kronrod;
    double greatest;
    int zeros;
};

static double note(struct samples *samples, double value)
{
    samples->greatest = value > samples->greatest ? value : samples->greatest;
    samples->zeros += value == 0.0;
    return value;
}

static struct samples
sample(integrand_fn f, struct cube *cube, double centre, double half)
{
    struct samples s = {.greatest = 0.0};

    s.centre = note(&s, f(cube, centre));
    s.gauss = note(&s, f(cube, centre - gauss_node * half));
    s.gauss += note(&s, f(cube, centre + gauss_node * half));
    s.kronrod = note(&s, f(cube, centre - kronrod_node * half));
    s.kronrod += note(&s, f(cube, centre + kronrod_node * half));
    return s;
}

static double integrate(
    integrand_fn f, struct cube *cube, double a, double b, double tolerance, int halvings)
{
    double centre = 0.5 * (a + b), half = 0.5 * (b - a);
    struct samples s = sample(f, cube, centre, half);
    double sum =
        28.0 / 45.0 * s.centre + 27.0 / 55.0 * s.gauss + 98.0 / 495.0 * s.kronrod;
    double error = half * fabs(sum - s.gauss);

    /* The body ends inside the piece, where agreement of the pair means nothing. */
    if (s.zeros > 0)
        error = half * s.greatest;
    if (error <= tolerance || halvings == 0)
        return half * sum;
    /* A kink stays in one of the halves, so the share per half may fall more slowly than
     * by two. */
    return integrate(f, cube, a, centre, 0.7 * tolerance, halvings - 1) +
           integrate(f, cube, centre, b, 0.7 * tolerance, halvings - 1);
}

/* Keep the list sorted; points outside the open range it was begun with are dropped. */
static void add_break(struct breaks *breaks, double x)
{
    int i = breaks->count - 1;

    if (!(x > breaks->at[0] && x < breaks->at[i]))
        return;
    for (; breaks->at[i] > x; i--)
        breaks->at[i + 1] = breaks->at[i];
    breaks->at[i + 1] = x;
    breaks->count++;
}

static double integrate_pieces(integrand_fn f,
                               struct cube *cube,
                               const struct breaks *breaks,
                               double tolerance)
{
    double sum = 0.0;

    for (int i = 0; i + 1 < breaks->count; i++)
        if (breaks->at[i + 1] - breaks->at[i] > 1e-9 * cube->half)
            sum += integrate(f, cube, breaks->at[i], breaks->at[i + 1], tolerance,
                             MOST_HALVINGS);
    return sum;
}

/* ---- the cube ---- */

static int chord(const struct cube *cube,
                 const double offset[3],
                 int axis,
                 double *enter,
                 double *leave)
{
    double origin[3], direction[3] = {0.0, 0.0, 0.0};

    for (int i = 0; i < 3; i++)
        origin[i] = cube->centre[i] + offset[i];
    direction[axis] = 1.0;
    return atw_body_chord(cube->body, origin, direction, enter, leave);
}

static void break_at_chord_ends(const struct cube *cube,
                                const double offset[3],
                                int axis,
                                struct breaks *breaks)
{
    double enter, leave;

    if (!chord(cube, offset, axis, &enter, &leave))
        return;
    add_break(breaks, enter);
    add_break(breaks, leave);
}

/* Length of the chord along w inside the cube, at (slice_at, v). */
static double length_at(struct cube *cube, double v)
{
    double offset[3], enter, leave;

    offset[cube->u] = cube->slice_at;
    offset[cube->v] = v;
    offset[cube->w] = 0.0;
    if (!chord(cube, offset, cube->w, &enter, &leave))
        return 0.0;
    enter = enter > -cube->half ? enter : -cube->half;
    leave = leave < cube->half ? leave : cube->half;
    return leave > enter ? leave - enter : 0.0;
}

static double area_at(struct cube *cube, double u)
{
    struct breaks breaks = {.at = {-cube->half, cube->half}, .count = 2};
    double offset[3];

    cube->slice_at = u;
    offset[cube->u] = u;
    offset[cube->v] = 0.0;
    for (int side = -1; side <= 1; side += 2) {
        offset[cube->w] = side * cube->half;
        break_at_chord_ends(cube, offset, cube->v, &breaks);
    }
    return integrate_pieces(length_at, cube, &breaks, cube->area_tolerance);
}

/* Extreme of the parabola through three values at -1, 0 and 1, or NAN if beyond them. */
static double extreme_of(const double value[3])
{
    double curvature = 0.5 * (value[0] + value[2]) - value[1];
    double slope = 0.5 * (value[2] - value[0]);

    if (!(fabs(slope) < 2.0 * fabs(curvature)))
        return NAN;
    return value[1] - 0.25 * slope * slope / curvature;
}

/* On a face w = +-half: where the surface crosses its two edges along u, and how far it
 * bulges between them (nearly: only what is left of the bulge can escape the nodes). */
static void break_on_face(const struct cube *cube, double w, struct breaks *breaks)
{
    enum { MIDDLE = 1, ALL = 7 };
    double offset[3] = {0.0, 0.0, 0.0}, enter[3], leave[3];
    int hits = 0; /* bit i: line i meets the body */

    offset[cube->w] = w;
    for (int i = 0; i < 3; i++) {
        offset[cube->v] = (i - 1) * cube->half;
        if (!chord(cube, offset, cube->u, &enter[i], &leave[i]))
            continue;
        hits |= 1 << i;
        if (i != MIDDLE) {
            add_break(breaks, enter[i]);
            add_break(breaks, leave[i]);
        }
    }
    if (hits == ALL) {
        add_break(breaks, extreme_of(enter));
        add_break(breaks, extreme_of(leave));
    } else if (hits & 1 << MIDDLE) {
        add_break(breaks, enter[MIDDLE]);
        add_break(breaks, leave[MIDDLE]);
    }
}

/* Where the surface crosses the edges of the cube along u, and where the body reaches
 * farthest along v and w: a cap that pokes through a face without touching an edge is
 * then met at its summit. */
static void break_along_u(const struct cube *cube, struct breaks *breaks)
{
    const int others[2] = {cube->v, cube->w};

    for (int side = -1; side <= 1; side += 2)
        break_on_face(cube, side * cube->half, breaks);
    for (int i = 0; i < 2; i++)
        for (int side = -1; side <= 1; side += 2) {
            double direction[3] = {0.0, 0.0, 0.0}, summit[3];

            direction[others[i]] = side;
            atw_body_farthest_point(cube->body, direction, summit);
            add_break(breaks, summit[cube->u] - cube->centre[cube->u]);
        }
}

static double cube_volume(struct cube *cube, double tolerance)
{
    double direction[3] = {0.0, 0.0, 0.0}, reach, centre;
    struct breaks breaks = {.count = 2};
    double face = 4.0 * cube->half * cube->half;

    direction[cube->u] = 1.0;
    reach = atw_body_reach_m(cube->body, direction);
    centre = cube->body->centre_m[cube->u] - cube->centre[cube->u];
    breaks.at[0] = fmax(-cube->half, centre - reach);
    breaks.at[1] = fmin(cube->half, centre + reach);
    break_along_u(cube, &breaks);
    cube->area_tolerance = 0.1 * tolerance * face;
    return integrate_pieces(area_at, cube, &breaks, 0.3 * tolerance * face * cube->half);
}

static void look_along_normal(struct cube *cube, const double normal[3])
{
    cube->w = 0;
    for (int i = 1; i < 3; i++)
        if (fabs(normal[i]) > fabs(normal[cube->w]))
            cube->w = i;
    cube->u = (cube->w + 1) % 3;
    cube->v = (cube->w + 2) % 3;
}

/* What decides whether a cube is split before it is integrated. */
struct splitting {
    const struct atw_body *body;
    double smooth_edge; /* cubes of at most this edge see the surface as a graph */
    double sharp_edge;  /* and of this where an edge of the body may cross them */
    double least_edge;
};

static int must_split(const struct splitting *rule, const double centre[3], double edge)
{
    if (edge < rule->least_edge)
        return 0;
    if (edge > rule->smooth_edge)
        return 1;
    return edge > rule->sharp_edge &&
           atw_body_edge_distance_m(rule->body, centre) < 0.5 * sqrt(3.0) * edge;
}

static double fraction_of(const struct splitting *rule,
                          const double centre[3],
                          double edge,
                          double tolerance)
{
    struct cube cube = {.body = rule->body, .half = 0.5 * edge};
    double normal[3], sum = 0.0;
    double distance = atw_body_distance_m(rule->body, centre, normal);

    if (fabs(distance) >= sqrt(3.0) * cube.half)
        return distance < 0.0 ? 1.0 : 0.0;
    /* Half of the children or fewer lie on the surface, and their errors average. */
    if (must_split(rule, centre, edge)) {
        for (int child = 0; child < 8; child++) {
            double at[3];

            for (int i = 0; i < 3; i++)
                at[i] = centre[i] + 0.25 * edge * (child >> i & 1 ? 1.0 : -1.0);
            sum += fraction_of(rule, at, 0.5 * edge, 1.5 * tolerance);
        }
        return 0.125 * sum;
    }
    for (int i = 0; i < 3; i++)
        cube.centre[i] = centre[i];
    look_along_normal(&cube, normal);
    return fmin(cube_volume(&cube, tolerance) / (edge * edge * edge), 1.0);
}

/* Cubes that are not small against the features of the body are split first: the surface
 * is then a graph over the face it is seen from, which the search for breaks relies on.
 * Edges of the body are kinks that no break marks. What the halving leaves of them is
 * some 1e-3 of a cube, in a share of the cubes that falls by four with each splitting. */
double atw_voxel_fraction(const struct atw_body *body,
                          const double centre_m[3],
                          double edge_m,
                          double tolerance)
{
    double splits = ceil(log2(EDGE_ERROR / fmin(tolerance, EDGE_ERROR)) / 2.0) + 1.0;
    struct splitting rule = {.body = body,
                             .smooth_edge = 0.25 * atw_body_feature_size_m(body),
                             .least_edge = ldexp(edge_m, -MOST_SPLITS)};

    rule.sharp_edge = edge_m * exp2(-splits) * (1.0 + 1e-9);
    return fraction_of(&rule, centre_m, edge_m, tolerance);
}
