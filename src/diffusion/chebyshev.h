/* Chebyshev's recurrence of the operator on the cells, and sums of its vectors.
 *
 * With L = a (X - 1), the spectrum of X in [-1, 1], the vectors y_k = T_k(X) c - c are
 *
 *   y_0 = 0, y_1 = r = L c / a, y_k+1 = 2 X y_k - y_k-1 + 2 r:
 *
 * their amount is zero to rounding and they vanish where c is uniform. The last
 * ATW_CHEBYSHEV_TERMS of them are kept, and added to sums all at once. A member of a team
 * works on its own part of the cells; after each vector the members meet. Private to this
 * room. */
#ifndef ATW_DIFFUSION_CHEBYSHEV_H
#define ATW_DIFFUSION_CHEBYSHEV_H

#include "core/team.h"
#include "diffusion/cells.h"
#include "diffusion/exponential_plan.h"
#include "diffusion/kernel.h"

#define ATW_CHEBYSHEV_TERMS (2 * ATW_KERNEL_TERMS)

struct atw_chebyshev {
    const struct atw_cells *cells; /* borrowed */
    const struct atw_kernel *kernel;
    const double *c; /* [count], borrowed; set by the user */
    double *r;
    double *row[ATW_CHEBYSHEV_TERMS]; /* y_k in row k % TERMS */
};

/* The cells of one member: whole blocks. */
struct atw_chebyshev_part {
    size_t first_block, end_block, first, end;
};

/* ATW_ENOMEM. */
enum atw_status atw_chebyshev_create(struct atw_chebyshev **out,
                                     const struct atw_cells *cells,
                                     struct atw_error *err) ATW_MUST_CHECK;
void atw_chebyshev_destroy(struct atw_chebyshev *chebyshev);

/* Threads worth having, 1 at least. */
size_t atw_chebyshev_threads(const struct atw_chebyshev *chebyshev);

struct atw_chebyshev_part atw_chebyshev_part(const struct atw_chebyshev *chebyshev,
                                             struct atw_team *team,
                                             size_t member);

/* r = L c / a. */
void atw_chebyshev_find_r(const struct atw_chebyshev *chebyshev,
                          const struct atw_chebyshev_part *part);

/* y_k of those before, k >= 1; y_1 is r. */
void atw_chebyshev_find_term(const struct atw_chebyshev *chebyshev,
                             size_t k,
                             const struct atw_chebyshev_part *part);

/* Add y_k ... y_k+TERMS-1, k a multiple of TERMS, to sum[j] [count] of each state j of
 * the basis, with the weights of the plan. */
void atw_chebyshev_add(const struct atw_chebyshev *chebyshev,
                       size_t k,
                       const struct atw_exponential_plan *plan,
                       const struct atw_exponential_basis *basis,
                       double *const *sum,
                       const struct atw_chebyshev_part *part);

/* sum[j] of a state that is not in the basis, of those that are: `count` cells from i,
 * ATW_KERNEL_CHUNK at most. */
void atw_chebyshev_mix(const struct atw_chebyshev *chebyshev,
                       size_t j,
                       const struct atw_exponential_basis *basis,
                       double *const *sum,
                       size_t i,
                       size_t count);

/* The states from `first` to `end` of sums that are complete, in the same cells: those
 * that are not in the basis are mixed of it, then c is added, but not to derivatives. */
void atw_chebyshev_complete(const struct atw_chebyshev *chebyshev,
                            const struct atw_exponential_plan *plan,
                            const struct atw_exponential_basis *basis,
                            size_t first,
                            size_t end,
                            double *const *sum,
                            size_t i,
                            size_t count);

#endif
