/* exp(s M) c at ever larger s, found a few at a time by one recurrence that goes on where
 * it stopped.
 *
 * The vectors of Chebyshev's recurrence (exponential.h) do not depend on s, so those that
 * gave the first states give the later ones as well, with other weights. The sums they
 * went into do depend on s, and which s will be asked for is not known. But the weights
 * of all later s, as far as the recurrence has come, span a space of some ten dimensions
 * again (exponential_plan.h): the sums of a basis of it are carried along, and at each
 * stop those of the next basis are mixed of them. A climb to s costs the vectors of one
 * pass to s, and ten sums of them. Errors of mixing do not build up: measured errors are
 * below 0.4 of the tolerance on every rung. Private to this room. */
#ifndef ATW_DIFFUSION_EXPONENTIAL_LADDER_H
#define ATW_DIFFUSION_EXPONENTIAL_LADDER_H

#include <stddef.h>

#include "diffusion/cells.h"
#include "core/status.h"

struct atw_exponential_ladder; /* opaque; for one thread at a time */

/* For s rising [n_states] > 0; each state to `tolerance` of the range of c. cells and c
 * [count] are borrowed. Memory: 17 doubles per cell, and 10 to 15 for the sums.
 * ATW_ENOMEM. */
enum atw_status atw_exponential_ladder_create(struct atw_exponential_ladder **out,
                                              const struct atw_cells *cells,
                                              double tolerance,
                                              const double *c,
                                              const double *s,
                                              size_t n_states,
                                              struct atw_error *err) ATW_MUST_CHECK;
void atw_exponential_ladder_destroy(struct atw_exponential_ladder *ladder);

/* States that the next climb finds, 0 at the top. Groups are fixed: they do not depend on
 * when they are found. */
size_t atw_exponential_ladder_group(const struct atw_exponential_ladder *ladder);

/* state[0] ... = the states of the next group, [count] each, the caller's to free().
 * Adds the applications of L to *applications. Threads as in core/team, with the same
 * result. ATW_ENOMEM, with nothing done. */
enum atw_status atw_exponential_ladder_climb(struct atw_exponential_ladder *ladder,
                                             double **state,
                                             size_t *applications,
                                             struct atw_error *err) ATW_MUST_CHECK;

#endif
