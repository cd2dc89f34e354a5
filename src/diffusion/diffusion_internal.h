/* What the files of the solver share. Private to this room. */
#ifndef ATW_DIFFUSION_DIFFUSION_INTERNAL_H
#define ATW_DIFFUSION_DIFFUSION_INTERNAL_H

#include "core/ode.h"
#include "diffusion/cells.h"
#include "diffusion/denormals.h"
#include "diffusion/diffusion.h"

/* Greatest error allowed per step, in units of the wanted error of the composition: the
 * errors of the steps add up, less what later diffusion smooths away. Measured on
 * core-shell particles, see docs/diffusion.md. */
#define ATW_DIFFUSION_STEP_SHARE 0.3

struct atw_diffusion {
    struct atw_diffusion_options options;
    struct atw_cells *cells;
    struct atw_ode *ode;
    double *work;                  /* [cells->count] */
    size_t applications;           /* of the operator, since creation */
    struct atw_ode_statistics run; /* of atw_diffusion_run() */
};

/* ---- one integration in pieces: for the family of states ------------------- */

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
