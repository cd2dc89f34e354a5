/* An independent route to the same states: exp(s M) c, M = L - b L^2 with b the
 * dispersion of the cells, by Chebyshev's expansion in M (the room's is one in L),
 * accurate to rounding. The operator L is the room's own.
 * Source: Tal-Ezer, SIAM J. Numer. Anal. 23 (1986) 11. */
#ifndef ATW_TESTS_DIFFUSION_EXPANSION_H
#define ATW_TESTS_DIFFUSION_EXPANSION_H

#include "diffusion/cells.h"

/* out [count] = the state after s = S / h^2. */
void expansion(const struct atw_cells *cells, const double *c, double s, double *out);

#endif
