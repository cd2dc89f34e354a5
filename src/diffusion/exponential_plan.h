/* The weights of Chebyshev's expansion of exp(s M), and which sums of it to take.
 *
 * A row is that of a state, w_k with sum_k w_k T_k(X) = exp(e(X)), e = -z (1 - X) - z d
 * (1 - X)^2, or that of its derivative s d/ds, e exp(e). Both by a discrete cosine
 * transform.
 *
 * The rows of many states span a space of few dimensions to any given
 * accuracy. Pivoted elimination finds states (the basis) of whose sums the others are
 * mixed; what is left of a row bounds, in the sum of absolute values, the error of its
 * state. Private to this room. */
#ifndef ATW_DIFFUSION_EXPONENTIAL_PLAN_H
#define ATW_DIFFUSION_EXPONENTIAL_PLAN_H

#include <stddef.h>

#include "core/status.h"

enum atw_exponential_kind {
    ATW_EXPONENTIAL_STATE,     /* exp(s M) c */
    ATW_EXPONENTIAL_DERIVATIVE /* s d/ds of it */
};

struct atw_exponential_plan {
    size_t n_states;
    const enum atw_exponential_kind *kind; /* [n_states], borrowed; NULL: all states */
    double tolerance;
    size_t n_columns; /* a multiple of `multiple` */
    size_t n_terms;   /* y_1 ... of the longest expansion */
    size_t *length;   /* [n_states], terms that each needs */
    double *weight;   /* [n_states][n_columns], of y_k in column k; 0 for y_0 */
};

/* Of the states from `first` on, over the first columns. */
struct atw_exponential_basis {
    size_t n_states; /* of the plan */
    size_t count;
    size_t *state; /* [count] */
    double *mix;   /* [n_states][n_states]: share of basis p in column p; unused for a
                    * state of the basis and before the first */
};

/* z = a s [n_states], not negative; dispersion d = a b (exponential.h), not negative.
 * ATW_ENOMEM; then nothing is to be freed. */
enum atw_status atw_exponential_plan(struct atw_exponential_plan *plan,
                                     const double *z,
                                     const enum atw_exponential_kind *kind,
                                     size_t n_states,
                                     double dispersion,
                                     double tolerance,
                                     size_t multiple,
                                     struct atw_error *err) ATW_MUST_CHECK;
void atw_exponential_plan_free(struct atw_exponential_plan *plan);

/* Whether a row is that of a state, not of a derivative. */
int atw_exponential_is_state(const struct atw_exponential_plan *plan, size_t state);

/* No weights beyond the terms a state needs. */
void atw_exponential_plan_cut(struct atw_exponential_plan *plan);

/* ATW_ENOMEM; then nothing is to be freed. */
enum atw_status atw_exponential_basis(struct atw_exponential_basis *basis,
                                      const struct atw_exponential_plan *plan,
                                      size_t first,
                                      size_t n_columns,
                                      struct atw_error *err) ATW_MUST_CHECK;
void atw_exponential_basis_free(struct atw_exponential_basis *basis);

int atw_exponential_basis_has(const struct atw_exponential_basis *basis, size_t state);

#endif
