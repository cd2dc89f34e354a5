/* exp(s M) c for constant L, M = L - b L^2 with b the dispersion of the cells: states at
 * several s in one pass of Chebyshev's recurrence.
 *
 * With L = a (X - 1), the spectrum of X in [-1, 1], and z = a s:
 *
 *   exp(s M) = sum_k w_k T_k(X),
 *
 * w_k the cosine coefficients of exp(-z (1 - X) - z a b (1 - X)^2) in X = cos(theta), so
 * that the vectors T_k(X) c serve every s; about sqrt(2 z ln(1/tolerance)) of them are
 * needed. Carried are y_k = T_k(X) c - c (chebyshev.h). For a single s the
 * sum over y_k is rather taken backwards (Clenshaw), which needs no y_k twice: with
 * y_k = sum_j<k (2 - [j = k - 1]) U_j(X) r the sum over k is sum_j g_j U_j(X) r,
 * g_j = w_j+1 + 2 sum_k>j+1 w_k.
 *
 * For many s the sums would cost more than the vectors. But weights of neighbouring s are
 * nearly dependent (exponential_plan.h): few sums are taken, the other states are mixed
 * of them.
 *
 * Source of the expansion: Tal-Ezer & Kosloff, J. Chem. Phys. 81 (1984) 3967. Private to
 * this room. */
#ifndef ATW_DIFFUSION_EXPONENTIAL_H
#define ATW_DIFFUSION_EXPONENTIAL_H

#include <stddef.h>

#include "diffusion/chebyshev.h"
#include "diffusion/exponential_plan.h"

/* out[j] [count] = exp(s[j] M) c, or s d/ds of it where kind[j] says so (kind may be
 * NULL), for s >= 0, in any order, to `tolerance` of the range of c; out[j] may not be c.
 * s = 0 gives c exactly. The vectors of the recurrence are overwritten, one state alone
 * touches 3 of them. Adds the applications of L to
 * *applications. Threads as in core/team, with the same result. ATW_ENOMEM, before
 * anything is written; nothing else fails. */
enum atw_status atw_exponential_states(struct atw_chebyshev *chebyshev,
                                       double tolerance,
                                       const double *c,
                                       const double *s,
                                       const enum atw_exponential_kind *kind,
                                       size_t n_states,
                                       double *const *out,
                                       size_t *applications,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* The plan of such states, whose columns come in whole rounds of the recurrence. As
 * atw_exponential_plan(). */
enum atw_status atw_exponential_plan_of_cells(struct atw_exponential_plan *plan,
                                              const struct atw_cells *cells,
                                              double tolerance,
                                              const double *s,
                                              const enum atw_exponential_kind *kind,
                                              size_t n_states,
                                              struct atw_error *err) ATW_MUST_CHECK;

#endif
