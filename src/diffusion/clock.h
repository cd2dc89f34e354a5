/* The reduced time of a heating history: s(t) = integral of a rate over t, and back.
 *
 * Integrated by Simpson's rule on pieces that are halved until each is right to 1e-8 of
 * itself, so that ramps through twenty orders of magnitude are resolved. Private to this
 * room. */
#ifndef ATW_DIFFUSION_CLOCK_H
#define ATW_DIFFUSION_CLOCK_H

#include <stddef.h>

#include "core/status.h"

/* ds/dt at t_s, positive and finite; the status of a failure goes on to the caller. */
typedef enum atw_status (*atw_clock_rate_fn)(const void *context,
                                             double t_s,
                                             double *rate_per_s,
                                             struct atw_error *err);

struct atw_clock; /* opaque */

/* From 0 to stop_s [n_stops], rising; stops and breaks end pieces. ATW_EINVAL if more
 * than a hundred thousand pieces are needed; ATW_ENOMEM; what the rate gives. */
enum atw_status atw_clock_create(struct atw_clock **out,
                                 atw_clock_rate_fn rate,
                                 const void *context,
                                 const double *stop_s,
                                 size_t n_stops,
                                 const double *break_s,
                                 size_t n_breaks,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_clock_destroy(struct atw_clock *clock);

/* s at a stop: exactly the sum over the pieces before it. */
double atw_clock_at(const struct atw_clock *clock, double t_s);

/* The time at which s is reached; the ends of the range for s beyond them. */
double atw_clock_time_s(const struct atw_clock *clock, double s);

#endif
