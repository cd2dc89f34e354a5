/* Trace: the points of each kind of heater.
 *
 * Both spirals are bifilar: two arms, each r = r_i + p theta / pi, half a turn apart, run
 * side by side from a hairpin near the centre to leads on opposite sides, so that lines
 * never cross and the very centre is free for a window. */
#include <math.h>
#include <stdlib.h>

#include "chip/trace.h"
#include "core/constants.h"

/* A curve is drawn in pieces that turn by at most this and are not longer than this
 * share of the pitch. */
#define GREATEST_TURN_RAD 0.1
#define GREATEST_PIECE 0.15
#define HAIRPIN_PIECES 24
#define POINTS_MAX 100000.0

struct pen {
    struct atw_trace *trace;
    size_t room;
    double cosine, sine; /* of the rotation */
    int failed;
};

static void put(struct pen *pen, double x_m, double y_m, double width_m)
{
    struct atw_trace *trace = pen->trace;
    size_t at = trace->n_points;

    if (at >= pen->room) {
        pen->failed = 1;
        return;
    }
    trace->x_m[at] = pen->cosine * x_m - pen->sine * y_m;
    trace->y_m[at] = pen->sine * x_m + pen->cosine * y_m;
    trace->width_m[at] = width_m;
    trace->n_points++;
}

static double width_at_radius(const struct atw_heater_geometry *geometry, double r_m)
{
    double width;

    if (geometry->shape != ATW_HEATER_CIRCULAR_SPIRAL)
        return geometry->width_m;
    width = geometry->width_m *
            pow(r_m / geometry->reference_radius_m, -geometry->width_exponent);
    return fmin(fmax(width, geometry->narrowest_m), geometry->widest_m);
}

/* ---- spirals -------------------------------------------------------------- */

static double arm_radius(const struct atw_heater_geometry *geometry, double theta)
{
    return geometry->inner_radius_m + geometry->pitch_m * theta / ATW_PI;
}

static size_t arm_pieces(const struct atw_heater_geometry *geometry, double span)
{
    double outer_m = arm_radius(geometry, 2.0 * ATW_PI * geometry->turns);
    double step = fmin(GREATEST_TURN_RAD, GREATEST_PIECE * geometry->pitch_m / outer_m);

    return (size_t)ceil(span / step);
}

/* From theta = `from` to `to`; the second arm is turned by half a turn. */
static void put_arm(struct pen *pen,
                    const struct atw_heater_geometry *geometry,
                    double from,
                    double to,
                    double turned)
{
    size_t pieces = arm_pieces(geometry, fabs(to - from));

    for (size_t i = 0; i <= pieces; i++) {
        double theta = from + (to - from) * (double)i / (double)pieces;
        double r_m = arm_radius(geometry, theta);

        put(pen, r_m * cos(theta + turned), r_m * sin(theta + turned),
            width_at_radius(geometry, r_m));
    }
}

/* Point of an arm and its unit tangent, outwards. */
static void arm_tangent(const struct atw_heater_geometry *geometry,
                        double theta,
                        double turned,
                        double at[2],
                        double along[2])
{
    double r_m = arm_radius(geometry, theta), slope_m = geometry->pitch_m / ATW_PI;
    double angle = theta + turned, length = hypot(r_m, slope_m);

    at[0] = r_m * cos(angle);
    at[1] = r_m * sin(angle);
    along[0] = (slope_m * cos(angle) - r_m * sin(angle)) / length;
    along[1] = (slope_m * sin(angle) + r_m * cos(angle)) / length;
}

/* Round bend from the inner end of the first arm to that of the second, as a cubic Bezier
 * curve that leaves and meets them smoothly; for parallel arms nearly half a circle. */
static void put_hairpin(struct pen *pen, const struct atw_heater_geometry *geometry)
{
    double handle_m = 2.0 / 3.0 * geometry->pitch_m, from[2], out[2], to[2], in[2];

    arm_tangent(geometry, 0.0, 0.0, from, out);
    arm_tangent(geometry, ATW_PI, ATW_PI, to, in);
    for (int i = 1; i < HAIRPIN_PIECES; i++) {
        double t = (double)i / HAIRPIN_PIECES, u = 1.0 - t, at[2];

        for (int k = 0; k < 2; k++)
            at[k] = u * u * u * from[k] +
                    3.0 * u * u * t * (from[k] - handle_m * out[k]) +
                    3.0 * u * t * t * (to[k] - handle_m * in[k]) + t * t * t * to[k];
        put(pen, at[0], at[1], width_at_radius(geometry, hypot(at[0], at[1])));
    }
}

/* Where a line from (x, y) in direction (dx, dy) meets the frame. */
static double distance_to_frame(const struct atw_chip_design *design,
                                const struct pen *pen,
                                const double at[2],
                                const double along[2])
{
    double x = pen->cosine * at[0] - pen->sine * at[1];
    double y = pen->sine * at[0] + pen->cosine * at[1];
    double dx = pen->cosine * along[0] - pen->sine * along[1];
    double dy = pen->sine * along[0] + pen->cosine * along[1];
    double half_m = design->membrane_half_width_m, b = x * dx + y * dy;

    if (design->membrane_shape == ATW_MEMBRANE_ROUND)
        return -b + sqrt(fmax(b * b + half_m * half_m - x * x - y * y, 0.0));
    return fmin(dx != 0.0 ? (copysign(half_m, dx) - x) / dx : INFINITY,
                dy != 0.0 ? (copysign(half_m, dy) - y) / dy : INFINITY);
}

/* Lead that goes straight on from `at`: one width further it begins to widen, over twice
 * its final width. `inwards` puts the points in the order frame to heater. */
static void put_lead(struct pen *pen,
                     const struct atw_chip_design *design,
                     const double at[2],
                     const double along[2],
                     double width_m,
                     int inwards)
{
    double lead_m = design->geometry.lead_width_m;
    double way[3] = {width_m, width_m + 2.0 * lead_m,
                     distance_to_frame(design, pen, at, along)};
    double width[3] = {width_m, lead_m, lead_m};

    if (lead_m == 0.0 || way[2] <= way[1])
        return;
    for (int i = 0; i < 3; i++) {
        int k = inwards ? 2 - i : i;

        put(pen, at[0] + way[k] * along[0], at[1] + way[k] * along[1], width[k]);
    }
}

static void draw_spiral(struct pen *pen, const struct atw_chip_design *design)
{
    const struct atw_heater_geometry *geometry = &design->geometry;
    double end = 2.0 * ATW_PI * geometry->turns, at[2], along[2];
    double width_m = width_at_radius(geometry, arm_radius(geometry, end));

    arm_tangent(geometry, end, 0.0, at, along);
    put_lead(pen, design, at, along, width_m, 1);
    pen->trace->first_sensed = pen->trace->n_points;
    put_arm(pen, geometry, end, 0.0, 0.0);
    put_hairpin(pen, geometry);
    put_arm(pen, geometry, ATW_PI, end, ATW_PI);
    pen->trace->last_sensed = pen->trace->n_points - 1;
    arm_tangent(geometry, end, ATW_PI, at, along);
    put_lead(pen, design, at, along, width_m, 0);
}

/* ---- meander, polyline ---------------------------------------------------- */

static void draw_meander(struct pen *pen, const struct atw_chip_design *design)
{
    const struct atw_heater_geometry *geometry = &design->geometry;
    double half_m = 0.5 * geometry->line_length_m, width_m = geometry->width_m;
    double last = 0.5 * ((double)geometry->n_lines - 1.0) * geometry->pitch_m;
    double side = geometry->n_lines % 2 ? 1.0 : -1.0; /* of the second lead */

    put_lead(pen, design, (double[2]){-half_m, -last}, (double[2]){-1.0, 0.0}, width_m,
             1);
    pen->trace->first_sensed = pen->trace->n_points;
    for (size_t i = 0; i < geometry->n_lines; i++) {
        double from = i % 2 ? half_m : -half_m;
        double y_m = (double)i * geometry->pitch_m - last;

        put(pen, from, y_m, width_m);
        put(pen, -from, y_m, width_m);
    }
    pen->trace->last_sensed = pen->trace->n_points - 1;
    put_lead(pen, design, (double[2]){side * half_m, last}, (double[2]){side, 0.0},
             width_m, 0);
}

static void draw_polyline(struct pen *pen, const struct atw_chip_design *design)
{
    const struct atw_heater_geometry *geometry = &design->geometry;

    for (size_t i = 0; i < geometry->n_points; i++)
        put(pen, geometry->x_m[i], geometry->y_m[i], geometry->point_width_m[i]);
    pen->trace->first_sensed = 0;
    pen->trace->last_sensed = geometry->n_points - 1;
}

static double points_needed(const struct atw_heater_geometry *geometry)
{
    const double leads = 16.0;

    switch (geometry->shape) {
    case ATW_HEATER_POLYLINE:
        return (double)geometry->n_points + leads;
    case ATW_HEATER_MEANDER:
        return 2.0 * (double)geometry->n_lines + leads;
    default:
        return 2.0 * (double)arm_pieces(geometry, 2.0 * ATW_PI * geometry->turns) +
               HAIRPIN_PIECES + leads;
    }
}

static enum atw_status check_shape(const struct atw_heater_geometry *geometry,
                                   struct atw_chip_key *key,
                                   struct atw_error *err)
{
    if (geometry->shape == ATW_HEATER_POLYLINE)
        return geometry->n_points >= 2
                   ? ATW_OK
                   : atw_chip_complain(key, "heater.path", err,
                                       "%zu points; a line needs at least 2",
                                       geometry->n_points);
    if (!(geometry->width_m > 0.0) || !isfinite(geometry->width_m))
        return atw_chip_complain(key, "heater.width", err, "%g um must be positive",
                                 geometry->width_m * 1e6);
    if (!(geometry->pitch_m > 0.0) || !isfinite(geometry->pitch_m))
        return atw_chip_complain(key, "heater.pitch", err, "%g um must be positive",
                                 geometry->pitch_m * 1e6);
    if (geometry->shape == ATW_HEATER_MEANDER)
        return geometry->n_lines > 0 && geometry->line_length_m > 0.0
                   ? ATW_OK
                   : atw_chip_complain(key, "heater.lines", err,
                                       "%zu lines of %g um; a meander needs both",
                                       geometry->n_lines, geometry->line_length_m * 1e6);
    if (!(geometry->turns > 0.5))
        return atw_chip_complain(key, "heater.turns", err,
                                 "%g turns; a spiral of two arms needs more than half a "
                                 "turn",
                                 geometry->turns);
    if (geometry->shape == ATW_HEATER_CIRCULAR_SPIRAL &&
        !(geometry->narrowest_m > 0.0 && geometry->narrowest_m <= geometry->widest_m))
        return atw_chip_complain(key, "heater.narrowest", err,
                                 "%g um must be positive and not above heater.widest, "
                                 "%g um",
                                 geometry->narrowest_m * 1e6, geometry->widest_m * 1e6);
    return ATW_OK;
}

enum atw_status atw_trace_draw(struct atw_trace **out,
                               const struct atw_chip_design *design,
                               struct atw_chip_key *key,
                               struct atw_error *err)
{
    const struct atw_heater_geometry *geometry = &design->geometry;
    struct pen pen = {.cosine = cos(geometry->rotation_rad),
                      .sine = sin(geometry->rotation_rad)};
    enum atw_status status = check_shape(geometry, key, err);
    double points;

    *out = NULL;
    if (status != ATW_OK)
        return status;
    points = points_needed(geometry);
    if (!(points <= POINTS_MAX))
        return atw_chip_complain(key, "heater", err,
                                 "a line of %.3g pieces; at most %g are supported",
                                 points, POINTS_MAX);
    pen.room = (size_t)points;
    pen.trace = calloc(1, sizeof *pen.trace);
    if (!pen.trace)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    pen.trace->x_m = calloc(pen.room, sizeof(double));
    pen.trace->y_m = calloc(pen.room, sizeof(double));
    pen.trace->width_m = calloc(pen.room, sizeof(double));
    if (!pen.trace->x_m || !pen.trace->y_m || !pen.trace->width_m) {
        atw_trace_destroy(pen.trace);
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    }
    if (geometry->shape == ATW_HEATER_POLYLINE)
        draw_polyline(&pen, design);
    else if (geometry->shape == ATW_HEATER_MEANDER)
        draw_meander(&pen, design);
    else
        draw_spiral(&pen, design);
    if (pen.failed) {
        atw_trace_destroy(pen.trace);
        return atw_error_set(err, ATW_EINTERNAL, "chip: the trace outgrew its room");
    }
    *out = pen.trace;
    return ATW_OK;
}
