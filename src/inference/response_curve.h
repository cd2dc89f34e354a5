/* What an instrument sees of a particle against ln S, computed at the points of a lattice
 * as they are needed.
 *
 * The model behind it is expensive and smooth. Points lie at ln S = j h, h = 0.4, and are
 * computed once; in between a cubic Hermite polynomial interpolates, with slopes from
 * central differences of fourth order: the error is of fourth order in h, and the slope
 * continuous, as a fit needs it. The result does not depend on what was asked before. */
#ifndef ATW_INFERENCE_RESPONSE_CURVE_H
#define ATW_INFERENCE_RESPONSE_CURVE_H

#include <stddef.h>

#include "core/status.h"

struct atw_response_curve; /* opaque; for one thread at a time */

/* The response after S_m2. */
typedef enum atw_status (*atw_response_fn)(void *context,
                                           double S_m2,
                                           double *response,
                                           struct atw_error *err);

/* Computes nothing yet; context is borrowed. ATW_ENOMEM. */
enum atw_status atw_response_curve_create(struct atw_response_curve **out,
                                          atw_response_fn response,
                                          void *context,
                                          struct atw_error *err) ATW_MUST_CHECK;
void atw_response_curve_destroy(struct atw_response_curve *curve);

/* Degree and its slope d response / d ln S. Below 1e-22 m2 and above 1e-13 m2 the curve
 * is constant: nothing moves, everything is mixed. At most six evaluations. ATW_EINVAL
 * for an S that is not positive, ATW_EDIVERGED for a response that is not finite, else
 * what the function returns. */
enum atw_status atw_response_curve_at(struct atw_response_curve *curve,
                                      double S_m2,
                                      double *response,
                                      double *slope,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* S at which a response that falls with S passes a value, to a tenth of ln S or so, from
 * the points alone and few of them; NaN where it does not. guess_m2 is positive. Errors
 * of the response as above. */
enum atw_status atw_response_curve_find(struct atw_response_curve *curve,
                                        double value,
                                        double guess_m2,
                                        double *S_m2,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* S of the point, of the two between which a response that falls with S passes a value,
 * at which it is nearer to it; otherwise as atw_response_curve_find(). */
enum atw_status atw_response_curve_find_point(struct atw_response_curve *curve,
                                              double value,
                                              double guess_m2,
                                              double *S_m2,
                                              struct atw_error *err) ATW_MUST_CHECK;

/* Points computed so far. */
size_t atw_response_curve_evaluations(const struct atw_response_curve *curve);

#endif
