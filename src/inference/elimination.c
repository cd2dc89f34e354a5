/* Block elimination of normal equations, by Cholesky factors of scaled blocks. */
#include "inference/elimination.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Pivots of the block scaled to a unit diagonal below this are rounding. */
#define PIVOT_LEAST 1e-13

/* Lower Cholesky factor in place of a [n][n], its diagonal 1 before. Returns 0 if a is
 * not positive definite. */
static int factorise(double *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = a[i * n + j];

            for (size_t k = 0; k < j; k++)
                sum -= a[i * n + k] * a[j * n + k];
            if (i == j && !(sum > PIVOT_LEAST))
                return 0;
            a[i * n + j] = i == j ? sqrt(sum) : sum / a[j * n + j];
        }
    return 1;
}

/* x := (L L')^-1 x */
static void substitute(const double *factor, double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            x[i] -= factor[i * n + k] * x[k];
        x[i] /= factor[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            x[i] -= factor[k * n + i] * x[k];
        x[i] /= factor[i * n + i];
    }
}

/* The block of `matrix` [n][n] from row and column `first` on, scaled to a unit diagonal
 * and factorised; scale [n - first]. */
static int factorise_block(
    double *factor, double *scale, const double *matrix, size_t n, size_t first)
{
    size_t m = n - first;

    for (size_t i = 0; i < m; i++) {
        double diagonal = matrix[(first + i) * n + first + i];

        if (!(diagonal > 0.0) || !isfinite(diagonal))
            return 0;
        scale[i] = 1.0 / sqrt(diagonal);
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++)
            factor[i * m + j] = scale[i] * matrix[(first + i) * n + first + j] * scale[j];
    return factorise(factor, m);
}

static void solve_scaled(const double *factor, const double *scale, double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= scale[i];
    substitute(factor, x, n);
    for (size_t i = 0; i < n; i++)
        x[i] *= scale[i];
}

static enum atw_status refuse(struct atw_error *err)
{
    return atw_error_set(err, ATW_EDIVERGED,
                         "normal equations: the data do not determine all parameters");
}

/* Column j of the last rows, or the right-hand side for j = n_first, through the inverse
 * of the block. */
static void find_back(double *back,
                      const double *matrix,
                      const double *rhs,
                      const double *factor,
                      const double *scale,
                      size_t n,
                      size_t n_last)
{
    size_t n_first = n - n_last;
    double column[ATW_ELIMINATION_MAX];

    for (size_t j = 0; j <= n_first; j++) {
        for (size_t i = 0; i < n_last; i++)
            column[i] = j < n_first ? matrix[(n_first + i) * n + j] : rhs[n_first + i];
        solve_scaled(factor, scale, column, n_last);
        for (size_t i = 0; i < n_last; i++)
            back[i * (n_first + 1) + j] = column[i];
    }
}

enum atw_status atw_eliminate(double *matrix,
                              double *rhs,
                              double *back,
                              size_t n,
                              size_t n_last,
                              struct atw_error *err)
{
    size_t n_first = n - n_last;
    double *factor, scale[ATW_ELIMINATION_MAX];

    assert(n <= ATW_ELIMINATION_MAX && n_last <= n);
    factor = malloc((n_last * n_last + 1) * sizeof *factor);
    if (!factor)
        return atw_error_set(err, ATW_ENOMEM, "normal equations: out of memory");
    if (!factorise_block(factor, scale, matrix, n, n_first)) {
        free(factor);
        return refuse(err);
    }
    find_back(back, matrix, rhs, factor, scale, n, n_last);
    for (size_t i = 0; i < n_first; i++)
        for (size_t k = 0; k < n_last; k++) {
            double coupling = matrix[i * n + n_first + k];

            for (size_t j = 0; j < n_first; j++)
                matrix[i * n + j] -= coupling * back[k * (n_first + 1) + j];
            rhs[i] -= coupling * back[k * (n_first + 1) + n_first];
        }
    for (size_t i = 1; i < n_first; i++)
        memmove(matrix + i * n_first, matrix + i * n, n_first * sizeof *matrix);
    free(factor);
    return ATW_OK;
}

void atw_eliminated_solve(
    double *last, const double *back, const double *first, size_t n_first, size_t n_last)
{
    for (size_t i = 0; i < n_last; i++) {
        const double *row = back + i * (n_first + 1);

        last[i] = row[n_first];
        for (size_t j = 0; j < n_first; j++)
            last[i] -= row[j] * first[j];
    }
}

enum atw_status atw_normal_solve(double *solution,
                                 double *inverse,
                                 const double *matrix,
                                 const double *rhs,
                                 size_t n,
                                 struct atw_error *err)
{
    double *factor, scale[ATW_ELIMINATION_MAX], column[ATW_ELIMINATION_MAX];

    assert(n <= ATW_ELIMINATION_MAX);
    factor = malloc((n * n + 1) * sizeof *factor);
    if (!factor)
        return atw_error_set(err, ATW_ENOMEM, "normal equations: out of memory");
    if (!factorise_block(factor, scale, matrix, n, 0)) {
        free(factor);
        return refuse(err);
    }
    memcpy(solution, rhs, n * sizeof *solution);
    solve_scaled(factor, scale, solution, n);
    for (size_t j = 0; inverse && j < n; j++) {
        memset(column, 0, sizeof column);
        column[j] = 1.0;
        solve_scaled(factor, scale, column, n);
        for (size_t i = 0; i < n; i++)
            inverse[i * n + j] = column[i];
    }
    free(factor);
    return ATW_OK;
}
