/* One integration in pieces: for the family of states. Private to this room. */
#ifndef ATW_DIFFUSION_DIFFUSION_INTERNAL_H
#define ATW_DIFFUSION_DIFFUSION_INTERNAL_H

#include "diffusion/diffusion.h"

/* Begin at S = 0 with a state [cell count]. */
enum atw_status atw_diffusion_start(struct atw_diffusion *diffusion,
                                    const double *state,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Go on to S_m2, not below the last one. ATW_EDIVERGED names the S reached; state is then
 * untouched. */
enum atw_status atw_diffusion_advance(struct atw_diffusion *diffusion,
                                      double S_m2,
                                      double *state,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* dc/dS of a state, 1/m2. */
void atw_diffusion_rate(const struct atw_diffusion *diffusion,
                        const double *state,
                        double *rate);

/* No mode decays faster than exp(-S * stiffness), 1/m2. */
double atw_diffusion_stiffness(const struct atw_diffusion *diffusion);

#endif
