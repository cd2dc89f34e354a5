/* What many states of one expansion cost at least, besides the sweeps that one state
 * needs too: their sums with all operands in the first cache, and writing them. */
#ifndef ATW_BENCH_FAMILY_LIMIT_H
#define ATW_BENCH_FAMILY_LIMIT_H

#include <stddef.h>

#include "diffusion/cells.h"

struct family_limit {
    size_t n_terms, n_basis;
    double sums_s, write_s;
};

/* s [n_states] in h^2; work holds n_states states. Seconds are the least of several. */
struct family_limit measure_family_limit(const struct atw_cells *cells,
                                         double tolerance,
                                         const double *s,
                                         size_t n_states,
                                         const double *start,
                                         double *work);

#endif
