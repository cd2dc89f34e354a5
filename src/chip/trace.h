/* Trace: the drawn line of the heater, from one lead to the other.
 *
 * A chain of straight pieces with a width at each point; pieces meet in mitred joints, so
 * that they neither overlap nor leave gaps. */
#ifndef ATW_CHIP_TRACE_H
#define ATW_CHIP_TRACE_H

#include "chip/design.h"

struct atw_trace {
    size_t n_points;
    double *x_m, *y_m, *width_m;      /* [n_points] */
    size_t first_sensed, last_sensed; /* points at which the voltage taps sit */
    struct atw_polygon *piece;        /* [n_points - 1] */
};

/* Draw the heater of a design and check it: pieces must be convex, must not overlap
 * others and must lie on the membrane, except that the ends may touch the frame.
 * ATW_EINVAL with the key; ATW_ENOMEM. */
enum atw_status atw_trace_create(struct atw_trace **out,
                                 const struct atw_chip_design *design,
                                 struct atw_chip_key *key,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_trace_destroy(struct atw_trace *trace);

/* Points and widths alone, without checks; *out as above but without pieces. */
enum atw_status atw_trace_draw(struct atw_trace **out,
                               const struct atw_chip_design *design,
                               struct atw_chip_key *key,
                               struct atw_error *err) ATW_MUST_CHECK;

/* Largest |x| or |y| of the sensed part, with its width. */
double atw_trace_reach_m(const struct atw_trace *trace);

/* Width at a place within a piece. */
double
atw_trace_width_at(const struct atw_trace *trace, size_t piece, const double at[2]);

/* Whether a point lies on the membrane, `margin_m` from the frame. */
int atw_on_membrane(const struct atw_chip_design *design,
                    double x_m,
                    double y_m,
                    double margin_m);

#endif
