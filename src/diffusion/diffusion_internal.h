/* What the files of the solver share. Private to this room. */
#ifndef ATW_DIFFUSION_DIFFUSION_INTERNAL_H
#define ATW_DIFFUSION_DIFFUSION_INTERNAL_H

#include "diffusion/cells.h"
#include "diffusion/denormals.h"
#include "diffusion/diffusion.h"
#include "diffusion/exponential.h"
#include "diffusion/exponential_ladder.h"
#include "diffusion/family.h"

struct atw_diffusion {
    struct atw_diffusion_options options;
    struct atw_cells *cells;
    struct atw_chebyshev *chebyshev; /* NULL until it is needed */
    double *work;                    /* [cells->count] */
    size_t applications;             /* of the operator, since creation */
    size_t steps, rejected;          /* of atw_diffusion_run() */
};

/* As atw_diffusion_create(), of cells that it takes over whatever comes of it. */
enum atw_status atw_diffusion_of_cells(struct atw_diffusion **out,
                                       struct atw_cells *cells,
                                       const struct atw_diffusion_options *options,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* As atw_diffusion_family_create(), of cells that it takes over whatever comes of it. */
enum atw_status atw_diffusion_family_of_cells(struct atw_diffusion_family **out,
                                              struct atw_cells *cells,
                                              const struct atw_field *composition,
                                              const struct atw_diffusion_options *options,
                                              struct atw_error *err) ATW_MUST_CHECK;

/* ATW_EINVAL for a value that is not finite. */
enum atw_status atw_diffusion_check_state(const struct atw_diffusion *diffusion,
                                          const double *c,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* As atw_diffusion_states_at() for checked input, into out[k] [cell count]. */
enum atw_status atw_diffusion_states_into(struct atw_diffusion *diffusion,
                                          const double *state,
                                          const double *S_m2,
                                          size_t n_states,
                                          double *const *out,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* dc/dS of a state, 1/m2; overwrites diffusion->work. */
void atw_diffusion_rate(const struct atw_diffusion *diffusion,
                        const double *state,
                        double *rate);

/* No mode decays faster than exp(-S * stiffness), 1/m2. */
double atw_diffusion_stiffness(const struct atw_diffusion *diffusion);

#endif
