/* Sparse symmetric systems, solved directly: the only place that knows CHOLMOD.
 *
 * A x = b with A = L D L'. Source: Chen, Davis, Hager, Rajamanickam, "Algorithm 887:
 * CHOLMOD", ACM Trans. Math. Softw. 35 (2008) 22. Its simplicial method is used, which
 * calls no BLAS: results do not depend on which one is installed, nor on threads. */
#ifndef ATW_CHIP_CHOLESKY_H
#define ATW_CHIP_CHOLESKY_H

#include <stddef.h>

#include "core/status.h"

struct atw_cholesky; /* opaque; for one thread at a time */

/* Lower triangle by columns: the rows of column j are row[column[j]] to
 * row[column[j + 1] - 1], rising, the first being j. Both arrays are copied. */
enum atw_status atw_cholesky_create(struct atw_cholesky **out,
                                    size_t n,
                                    const int *column,
                                    const int *row,
                                    struct atw_error *err) ATW_MUST_CHECK;
void atw_cholesky_destroy(struct atw_cholesky *cholesky);

/* Factorise for these values [column[n]]. ATW_EDIVERGED if A is not positive definite,
 * ATW_ENOMEM. */
enum atw_status atw_cholesky_factor(struct atw_cholesky *cholesky,
                                    const double *value,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* x = A^-1 b by the last factor; x may be b. ATW_ENOMEM. */
enum atw_status atw_cholesky_solve(struct atw_cholesky *cholesky,
                                   const double *b,
                                   double *x,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
