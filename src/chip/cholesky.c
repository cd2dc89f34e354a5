/* Sparse symmetric systems by CHOLMOD. */
#include "chip/cholesky.h"

#include <stdlib.h>
#include <string.h>

#include <suitesparse/cholmod.h>

struct atw_cholesky {
    cholmod_common common;
    cholmod_sparse *matrix;
    cholmod_factor *factor;
    cholmod_dense *right, *solution, *work1, *work2;
};

static enum atw_status out_of_memory(struct atw_error *err)
{
    return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
}

/* CHOLMOD would choose a method by size and print complaints. */
static void configure(cholmod_common *common)
{
    cholmod_start(common);
    common->supernodal = CHOLMOD_SIMPLICIAL;
    common->print = 0;
    common->try_catch = 1;
}

enum atw_status atw_cholesky_create(struct atw_cholesky **out,
                                    size_t n,
                                    const int *column,
                                    const int *row,
                                    struct atw_error *err)
{
    struct atw_cholesky *cholesky = calloc(1, sizeof *cholesky);
    size_t n_values = (size_t)column[n];

    *out = NULL;
    if (!cholesky)
        return out_of_memory(err);
    configure(&cholesky->common);
    cholesky->matrix = cholmod_allocate_sparse(n, n, n_values, 1, 1, -1, CHOLMOD_REAL,
                                               &cholesky->common);
    cholesky->right = cholmod_zeros(n, 1, CHOLMOD_REAL, &cholesky->common);
    if (cholesky->matrix && cholesky->right) {
        memcpy(cholesky->matrix->p, column, (n + 1) * sizeof *column);
        memcpy(cholesky->matrix->i, row, n_values * sizeof *row);
        memset(cholesky->matrix->x, 0, n_values * sizeof(double));
        cholesky->factor = cholmod_analyze(cholesky->matrix, &cholesky->common);
    }
    if (!cholesky->factor) {
        atw_cholesky_destroy(cholesky);
        return out_of_memory(err);
    }
    *out = cholesky;
    return ATW_OK;
}

void atw_cholesky_destroy(struct atw_cholesky *cholesky)
{
    if (!cholesky)
        return;
    cholmod_free_sparse(&cholesky->matrix, &cholesky->common);
    cholmod_free_factor(&cholesky->factor, &cholesky->common);
    cholmod_free_dense(&cholesky->right, &cholesky->common);
    cholmod_free_dense(&cholesky->solution, &cholesky->common);
    cholmod_free_dense(&cholesky->work1, &cholesky->common);
    cholmod_free_dense(&cholesky->work2, &cholesky->common);
    cholmod_finish(&cholesky->common);
    free(cholesky);
}

enum atw_status atw_cholesky_factor(struct atw_cholesky *cholesky,
                                    const double *value,
                                    struct atw_error *err)
{
    const int *column = cholesky->matrix->p;
    size_t n_values = (size_t)column[cholesky->matrix->ncol];

    memcpy(cholesky->matrix->x, value, n_values * sizeof *value);
    if (!cholmod_factorize(cholesky->matrix, cholesky->factor, &cholesky->common))
        return out_of_memory(err);
    if (cholesky->common.status == CHOLMOD_NOT_POSDEF ||
        cholesky->factor->minor < cholesky->factor->n)
        return atw_error_set(err, ATW_EDIVERGED,
                             "chip: the linear system is not positive definite");
    return ATW_OK;
}

enum atw_status atw_cholesky_solve(struct atw_cholesky *cholesky,
                                   const double *b,
                                   double *x,
                                   struct atw_error *err)
{
    size_t n = cholesky->factor->n;

    memcpy(cholesky->right->x, b, n * sizeof *b);
    if (!cholmod_solve2(CHOLMOD_A, cholesky->factor, cholesky->right, NULL,
                        &cholesky->solution, NULL, &cholesky->work1, &cholesky->work2,
                        &cholesky->common))
        return out_of_memory(err);
    memcpy(x, cholesky->solution->x, n * sizeof *x);
    return ATW_OK;
}
