/* Exact line integrals of convex bodies: means of the chord over screen elements.
 *
 * A chord falls to zero as a square root where the beam grazes the body. With u = c + r
 * sin(theta) between the two edges of a row the integrand is smooth, and two Gauss nodes
 * per element at the edges, one in the middle, are enough. The ends of the body along the
 * tilt axis are treated in the same way. The edges are found by bisection, starting from
 * those of the row before. */
#include <math.h>
#include <string.h>

#include "core/constants.h"
#include "microscope/scene.h"

static const double GAUSS_NODE = 0.57735026918962576451; /* 1 / sqrt(3) */
static const double EDGE_TOLERANCE = 3e-4;               /* of the pitch */
static const double STEADY_EDGE = 0.25; /* of the pitch, from row to row */
/* What one element gets too much its neighbours get too little: with a blur of so many
 * pitches fewer pairs will do. */
static const double BLURRED_PITCHES = 1.5, BLURRED_SHARE = 0.15;
enum { PAIRS_AT_MOST = 12, CHORDS_AT_ONCE = 64 };
static const double EDGE_ELEMENTS = 2.5; /* nearer to an edge the square root shows */

/* One body seen at one tilt. */
struct sight {
    const struct atw_scene_body *body;
    double growth_m;
    double across[3], beam[3];
    const struct atw_screen *screen;
    double u_least, u_greatest; /* of the whole silhouette */
    double bottom[3], top[3];   /* points farthest along the tilt axis, (u, v, -) */
};

/* Half-open row of the silhouette. */
struct span {
    double left, right;
};

/* Lengths in the body of the beams through (u + i step, v); negative if one misses. */
static void chords_at(const struct sight *sight,
                      double u,
                      double v,
                      double step,
                      size_t count,
                      double *length)
{
    const double origin[3] = {u * sight->across[0], v, u * sight->across[2]};
    const double next[3] = {step * sight->across[0], 0.0, step * sight->across[2]};

    sight->body->chords(sight->body->body, sight->growth_m, origin, next, sight->beam,
                        count, length);
}

static double chord_at(const struct sight *sight, double u, double v)
{
    double length;

    chords_at(sight, u, v, 0.0, 1, &length);
    return length;
}

static int hits(const struct sight *sight, double u, double v)
{
    return chord_at(sight, u, v) >= 0.0;
}

static void
farthest(const struct sight *sight, const double direction[3], double point_uv[3])
{
    double p[3];

    sight->body->farthest(sight->body->body, sight->growth_m, direction, p);
    point_uv[0] = p[0] * sight->across[0] + p[2] * sight->across[2];
    point_uv[1] = p[1];
    point_uv[2] = 0.0;
}

static struct sight sight_of(const struct atw_scene_body *body,
                             double growth_m,
                             double tilt_rad,
                             const struct atw_screen *screen)
{
    static const double up[3] = {0.0, 1.0, 0.0}, down[3] = {0.0, -1.0, 0.0};
    struct sight sight = {.body = body,
                          .growth_m = growth_m,
                          .across = {cos(tilt_rad), 0.0, sin(tilt_rad)},
                          .beam = {-sin(tilt_rad), 0.0, cos(tilt_rad)},
                          .screen = screen};
    const double left[3] = {-sight.across[0], 0.0, -sight.across[2]};
    double point[3];

    farthest(&sight, left, point);
    sight.u_least = point[0];
    farthest(&sight, sight.across, point);
    sight.u_greatest = point[0];
    farthest(&sight, up, sight.top);
    farthest(&sight, down, sight.bottom);
    return sight;
}

/* Step from the guess until the edge is between two points, *in hit and *out missed. */
static void bracket(const struct sight *sight,
                    double v,
                    double guess,
                    double step,
                    double *in,
                    double *out)
{
    double direction = *out > *in ? 1.0 : -1.0;
    int outwards = hits(sight, guess, v);
    double at = guess;

    *(outwards ? in : out) = guess;
    for (;; step *= 4.0) {
        at += outwards ? direction * step : -direction * step;
        if ((outwards ? *out - at : at - *in) * direction <= 0.0)
            return;
        if (hits(sight, at, v) != outwards) {
            *(outwards ? out : in) = at;
            return;
        }
        *(outwards ? in : out) = at;
    }
}

/* Where a row leaves the body between a point inside and the limit of the silhouette. */
static double
find_edge(const struct sight *sight, double v, double inside, double limit, double guess)
{
    double tolerance = EDGE_TOLERANCE * sight->screen->pitch_u_m;
    double in = inside, out = limit;

    if ((guess - inside) * (limit - inside) > 0.0 &&
        fabs(guess - inside) < fabs(out - in))
        bracket(sight, v, guess, 4.0 * tolerance, &in, &out);
    while (fabs(out - in) > tolerance) {
        double middle = 0.5 * (in + out);

        if (hits(sight, middle, v))
            in = middle;
        else
            out = middle;
    }
    return 0.5 * (in + out);
}

/* Edges of the silhouette at v; 0 if the body is not met there. The segment between the
 * two farthest points along the tilt axis lies in the body, which is convex. */
static int find_span(const struct sight *sight, double v, struct span *span)
{
    double fraction = (v - sight->bottom[1]) / (sight->top[1] - sight->bottom[1]);
    double inside = sight->bottom[0] + fraction * (sight->top[0] - sight->bottom[0]);
    struct span guess = *span;

    if (!hits(sight, inside, v))
        return 0;
    span->left = find_edge(sight, v, inside, sight->u_least, guess.left);
    span->right = find_edge(sight, v, inside, sight->u_greatest, guess.right);
    return span->right > span->left;
}

/* Integral of the chord over [from, to] within the span, with the square roots at its
 * ends taken out. */
static double integrate_at_edge(
    const struct sight *sight, double v, const struct span *span, double from, double to)
{
    double centre = 0.5 * (span->left + span->right);
    double half = 0.5 * (span->right - span->left);
    double first = asin(fmax(-1.0, (from - centre) / half));
    double last = asin(fmin(1.0, (to - centre) / half));
    double sum = 0.0;

    for (int node = -1; node <= 1; node += 2) {
        double theta = 0.5 * (first + last) + 0.5 * node * GAUSS_NODE * (last - first);

        sum += cos(theta) * fmax(0.0, chord_at(sight, centre + half * sin(theta), v));
    }
    return 0.5 * (last - first) * half * sum;
}

/* Add weight * mean chord of elements first ... end - 1 by the edges of a row. */
static void trace_edge(const struct sight *sight,
                       double v,
                       const struct span *span,
                       double first,
                       double end,
                       double weight,
                       float *row)
{
    double pitch = sight->screen->pitch_u_m;
    double origin = -0.5 * (double)sight->screen->n_u * pitch;

    for (double i = first; i < end; i += 1.0) {
        double from = origin + i * pitch;

        row[(size_t)i] +=
            (float)(weight / pitch *
                    integrate_at_edge(sight, v, span, fmax(from, span->left),
                                      fmin(from + pitch, span->right)));
    }
}

/* The same of elements away from the edges: the chord in the middle, and what its
 * curvature adds, from those of the neighbours. */
static void trace_middle(const struct sight *sight,
                         double v,
                         double first,
                         double end,
                         double weight,
                         float *row)
{
    double pitch = sight->screen->pitch_u_m;
    double origin = -0.5 * (double)sight->screen->n_u * pitch;
    double length[CHORDS_AT_ONCE + 2];

    for (double i = first; i < end; i += CHORDS_AT_ONCE) {
        size_t count = (size_t)fmin(end - i, CHORDS_AT_ONCE);

        chords_at(sight, origin + (i - 0.5) * pitch, v, pitch, count + 2, length);
        for (size_t k = 1; k <= count; k++) {
            double bend = length[k - 1] - 2.0 * length[k] + length[k + 1];
            int is_inside = length[k - 1] >= 0.0 && length[k + 1] >= 0.0;
            double mean = length[k] + (is_inside ? bend / 24.0 : 0.0);

            row[(size_t)i + k - 1] += (float)(mean > 0.0 ? weight * mean : 0.0);
        }
    }
}

/* Add weight * mean chord of every element of a row, in nm. */
static void trace_row(const struct sight *sight,
                      double v,
                      const struct span *span,
                      double weight,
                      float *row)
{
    double n_u = (double)sight->screen->n_u, pitch = sight->screen->pitch_u_m;
    double left = span->left / pitch + 0.5 * n_u, right = span->right / pitch + 0.5 * n_u;
    double first = fmax(0.0, floor(left)), end = fmin(n_u, ceil(right));
    double middle = fmin(end, fmax(first, ceil(left + EDGE_ELEMENTS)));
    double middle_end = fmax(middle, fmin(end, floor(right - EDGE_ELEMENTS)));

    weight /= ATW_METRE_PER_NM;
    trace_edge(sight, v, span, first, middle, weight, row);
    trace_middle(sight, v, middle, middle_end, weight, row);
    trace_edge(sight, v, span, middle_end, end, weight, row);
}

/* One node of a row's height: v = c + r sin(phi), which takes the square root out at the
 * ends of the body. */
static void trace_height(
    const struct sight *sight, double phi, double width, struct span *span, float *row)
{
    double centre = 0.5 * (sight->bottom[1] + sight->top[1]);
    double half = 0.5 * (sight->top[1] - sight->bottom[1]);
    double v = centre + half * sin(phi);

    if (find_span(sight, v, span))
        trace_row(sight, v, span, width * half * cos(phi) / sight->screen->pitch_v_m,
                  row);
}

/* Pairs of Gauss nodes for a row: the flatter the silhouette, the more, for every element
 * sees it end somewhere within the row; 0 where it is steep and the middle will do. */
static int pairs_for(const struct span *here,
                     const struct span *before,
                     double pitch,
                     double sigma_m)
{
    double change =
        fmax(fabs(here->left - before->left), fabs(here->right - before->right)) / pitch;

    if (change < STEADY_EDGE)
        return 0;
    if (sigma_m > BLURRED_PITCHES * pitch)
        change *= BLURRED_SHARE;
    return 3.0 * change < PAIRS_AT_MOST ? (int)ceil(3.0 * change) : PAIRS_AT_MOST;
}

static void
trace_element_row(const struct sight *sight, size_t j, struct span *span, float *row)
{
    const struct atw_screen *screen = sight->screen;
    double centre = 0.5 * (sight->bottom[1] + sight->top[1]);
    double half = 0.5 * (sight->top[1] - sight->bottom[1]);
    double from = ((double)j - 0.5 * (double)screen->n_v) * screen->pitch_v_m;
    double first = fmax(-1.0, (from - centre) / half);
    double last = fmin(1.0, (from + screen->pitch_v_m - centre) / half);
    struct span before = *span, scratch;
    double phi, width;
    int pairs;

    if (!(first < last))
        return;
    width = asin(last) - asin(first);
    phi = asin(first) + 0.5 * width;
    if (!find_span(sight, centre + half * sin(phi), span))
        return;
    pairs = pairs_for(span, &before, screen->pitch_u_m, screen->blur_sigma_m);
    if (pairs == 0) {
        trace_row(sight, centre + half * sin(phi), span,
                  width * half * cos(phi) / screen->pitch_v_m, row);
        return;
    }
    scratch = *span;
    width /= pairs;
    for (int pair = 0; pair < pairs; pair++)
        for (int node = -1; node <= 1; node += 2)
            trace_height(sight,
                         asin(first) + width * (pair + 0.5 + 0.5 * node * GAUSS_NODE),
                         0.5 * width, &scratch, row);
}

/* The first rows of a screen. */
static void trace_rows(const struct atw_scene_body *body,
                       double growth_m,
                       double tilt_rad,
                       const struct atw_screen *screen,
                       size_t n_rows,
                       float *length_nm)
{
    struct sight sight = sight_of(body, growth_m, tilt_rad, screen);
    struct span span = {NAN, NAN};

    if (!(sight.top[1] > sight.bottom[1]))
        return;
    for (size_t j = 0; j < n_rows; j++)
        trace_element_row(&sight, j, &span, length_nm + j * screen->n_u);
}

void atw_scene_trace(const struct atw_scene_body *body,
                     double growth_m,
                     double tilt_rad,
                     const struct atw_screen *screen,
                     float *length_nm)
{
    trace_rows(body, growth_m, tilt_rad, screen, screen->n_v, length_nm);
}

void atw_scene_trace_even(const struct atw_scene_body *body,
                          double growth_m,
                          double tilt_rad,
                          const struct atw_screen *screen,
                          float *length_nm)
{
    size_t n_u = screen->n_u, n_rows = (screen->n_v + 1) / 2;

    trace_rows(body, growth_m, tilt_rad, screen, n_rows, length_nm);
    for (size_t j = n_rows; j < screen->n_v; j++)
        memcpy(length_nm + j * n_u, length_nm + (screen->n_v - 1 - j) * n_u,
               n_u * sizeof *length_nm);
}
