/* Block elimination of the normal equations of a fit with nuisance parameters.
 *
 * Data come view by view, series by series; each has parameters that no other one shares.
 * Eliminating those of every view, then those of every series, leaves a system of the few
 * that all share, and what was eliminated follows from its solution (Schur complement of
 * a block-arrow matrix). */
#ifndef ATW_INFERENCE_ELIMINATION_H
#define ATW_INFERENCE_ELIMINATION_H

#include <stddef.h>

#include "core/status.h"

enum { ATW_ELIMINATION_MAX = 128 };

/* matrix [n][n] symmetric and positive definite, rhs [n]. The last n_last unknowns are
 * eliminated: matrix and rhs become those of the n - n_last others, [n - n_last] packed.
 * back [n_last][n - n_last + 1]: x_last = back[.][n - n_last] - back[.][0..] x_first.
 * ATW_EDIVERGED if the block of the last ones is not positive definite; everything is
 * then as before. n is at most ATW_ELIMINATION_MAX. */
enum atw_status atw_eliminate(double *matrix,
                              double *rhs,
                              double *back,
                              size_t n,
                              size_t n_last,
                              struct atw_error *err) ATW_MUST_CHECK;

/* The eliminated unknowns [n_last] for the n_first others. */
void atw_eliminated_solve(
    double *last, const double *back, const double *first, size_t n_first, size_t n_last);

/* Solution [n] and, unless NULL, the inverse [n][n] of the matrix. ATW_EDIVERGED if it is
 * not positive definite. */
enum atw_status atw_normal_solve(double *solution,
                                 double *inverse,
                                 const double *matrix,
                                 const double *rhs,
                                 size_t n,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
