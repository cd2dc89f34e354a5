/* Trace: its pieces with mitred joints, and what makes a drawn line impossible. */
#include "chip/trace.h"

#include <math.h>
#include <stdlib.h>

/* Overlap of two pieces that is put down to rounding, as a share of the smaller. */
#define ROUNDING 1e-6

void atw_trace_destroy(struct atw_trace *trace)
{
    if (!trace)
        return;
    free(trace->x_m);
    free(trace->y_m);
    free(trace->width_m);
    free(trace->piece);
    free(trace);
}

double atw_trace_reach_m(const struct atw_trace *trace)
{
    double reach_m = 0.0;

    for (size_t i = trace->first_sensed; i <= trace->last_sensed; i++)
        reach_m = fmax(reach_m, fmax(fabs(trace->x_m[i]), fabs(trace->y_m[i])) +
                                    0.5 * trace->width_m[i]);
    return reach_m;
}

double atw_trace_width_at(const struct atw_trace *trace, size_t piece, const double at[2])
{
    double dx = trace->x_m[piece + 1] - trace->x_m[piece];
    double dy = trace->y_m[piece + 1] - trace->y_m[piece];
    double along = ((at[0] - trace->x_m[piece]) * dx + (at[1] - trace->y_m[piece]) * dy) /
                   (dx * dx + dy * dy);

    along = fmin(fmax(along, 0.0), 1.0);
    return trace->width_m[piece] +
           along * (trace->width_m[piece + 1] - trace->width_m[piece]);
}

int atw_on_membrane(const struct atw_chip_design *design,
                    double x_m,
                    double y_m,
                    double margin_m)
{
    double limit_m = design->membrane_half_width_m * (1.0 + 1e-9) - margin_m;
    double distance_m = design->membrane_shape == ATW_MEMBRANE_ROUND
                            ? hypot(x_m, y_m)
                            : fmax(fabs(x_m), fabs(y_m));

    return distance_m <= limit_m;
}

/* Unit vector along a piece. */
static void direction(const struct atw_trace *trace, size_t piece, double along[2])
{
    double dx = trace->x_m[piece + 1] - trace->x_m[piece];
    double dy = trace->y_m[piece + 1] - trace->y_m[piece];
    double length = hypot(dx, dy);

    along[0] = dx / length;
    along[1] = dy / length;
}

/* Half of the joint at a point: to the left of the line, so that its distance from both
 * pieces is half the width. */
static void joint(const struct atw_trace *trace, size_t point, double left[2])
{
    size_t last = trace->n_points - 2;
    double before[2], after[2], scale;

    direction(trace, point > 0 ? point - 1 : 0, before);
    direction(trace, point <= last ? point : last, after);
    left[0] = -before[1] - after[1];
    left[1] = before[0] + after[0];
    scale =
        0.5 * trace->width_m[point] / fmax(left[1] * after[0] - left[0] * after[1], 1e-3);
    left[0] *= scale;
    left[1] *= scale;
}

static void make_piece(struct atw_trace *trace, size_t i)
{
    double from[2], to[2];
    struct atw_polygon *piece = &trace->piece[i];

    joint(trace, i, from);
    joint(trace, i + 1, to);
    *piece =
        (struct atw_polygon){.n = 4,
                             .x = {trace->x_m[i] - from[0], trace->x_m[i + 1] - to[0],
                                   trace->x_m[i + 1] + to[0], trace->x_m[i] + from[0]},
                             .y = {trace->y_m[i] - from[1], trace->y_m[i + 1] - to[1],
                                   trace->y_m[i + 1] + to[1], trace->y_m[i] + from[1]}};
}

/* ---- what is refused ------------------------------------------------------ */

static const char *key_of(const struct atw_chip_design *design)
{
    return design->geometry.shape == ATW_HEATER_POLYLINE ? "heater.path" : "heater.pitch";
}

static enum atw_status check_points(const struct atw_trace *trace,
                                    const struct atw_chip_design *design,
                                    struct atw_chip_key *key,
                                    struct atw_error *err)
{
    size_t last = trace->n_points - 1;

    for (size_t i = 0; i <= last; i++) {
        double x_m = trace->x_m[i], y_m = trace->y_m[i], width_m = trace->width_m[i];

        if (!(width_m > 0.0) || !isfinite(width_m) || !isfinite(x_m) || !isfinite(y_m))
            return atw_chip_complain(key, key_of(design), err,
                                     "point %zu of the trace at (%g, %g) um is %g um "
                                     "wide; numbers must be finite and widths positive",
                                     i + 1, x_m * 1e6, y_m * 1e6, width_m * 1e6);
        if (i < last && hypot(trace->x_m[i + 1] - x_m, trace->y_m[i + 1] - y_m) == 0.0)
            return atw_chip_complain(key, key_of(design), err,
                                     "points %zu and %zu of the trace are the same",
                                     i + 1, i + 2);
        if (!atw_on_membrane(design, x_m, y_m, i == 0 || i == last ? 0.0 : 0.5 * width_m))
            return atw_chip_complain(
                key,
                design->geometry.shape == ATW_HEATER_POLYLINE ? "heater.path" : "heater",
                err,
                "the trace leaves the membrane at (%.4g, %.4g) um, which is %g um wide "
                "from middle to frame; make the heater smaller or the membrane larger",
                x_m * 1e6, y_m * 1e6, design->membrane_half_width_m * 1e6);
    }
    return ATW_OK;
}

static enum atw_status check_overlap(const struct atw_trace *trace,
                                     const struct atw_chip_design *design,
                                     const struct atw_box *box,
                                     struct atw_chip_key *key,
                                     struct atw_error *err)
{
    for (size_t i = 0; i + 1 < trace->n_points; i++) {
        if (!atw_polygon_is_convex(&trace->piece[i]))
            return atw_chip_complain(
                key,
                design->geometry.shape == ATW_HEATER_POLYLINE ? "heater.path"
                                                              : "heater.width",
                err,
                "the trace turns too sharply for its width, %.4g um, near (%.4g, %.4g) "
                "um; make it narrower or its pieces longer",
                trace->width_m[i] * 1e6, trace->x_m[i] * 1e6, trace->y_m[i] * 1e6);
        for (size_t j = i + 2; j + 1 < trace->n_points; j++) {
            struct atw_polygon common;
            double centre[2] = {0.0, 0.0};

            if (!atw_box_overlap(&box[i], &box[j]))
                continue;
            atw_polygon_intersect(&common, &trace->piece[i], &trace->piece[j]);
            if (atw_polygon_area(&common, centre) >
                ROUNDING * fmin(atw_polygon_area(&trace->piece[i], NULL),
                                atw_polygon_area(&trace->piece[j], NULL)))
                return atw_chip_complain(
                    key, key_of(design), err,
                    "the trace crosses or overlaps itself near (%.4g, %.4g) um, where it "
                    "is %.4g um wide; draw it narrower or its lines further apart",
                    centre[0] * 1e6, centre[1] * 1e6, trace->width_m[i] * 1e6);
        }
    }
    return ATW_OK;
}

static enum atw_status make_pieces(struct atw_trace *trace,
                                   const struct atw_chip_design *design,
                                   struct atw_chip_key *key,
                                   struct atw_error *err)
{
    size_t n_pieces = trace->n_points - 1;
    struct atw_box *box = calloc(n_pieces, sizeof *box);
    enum atw_status status = check_points(trace, design, key, err);

    trace->piece = calloc(n_pieces, sizeof *trace->piece);
    if (status == ATW_OK && (!trace->piece || !box))
        status = atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    for (size_t i = 0; i < n_pieces && status == ATW_OK; i++) {
        make_piece(trace, i);
        box[i] = atw_polygon_box(&trace->piece[i]);
    }
    if (status == ATW_OK)
        status = check_overlap(trace, design, box, key, err);
    free(box);
    return status;
}

enum atw_status atw_trace_create(struct atw_trace **out,
                                 const struct atw_chip_design *design,
                                 struct atw_chip_key *key,
                                 struct atw_error *err)
{
    struct atw_trace *trace = NULL;
    enum atw_status status = atw_trace_draw(&trace, design, key, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    status = make_pieces(trace, design, key, err);
    if (status == ATW_OK)
        *out = trace;
    else
        atw_trace_destroy(trace);
    return status;
}
