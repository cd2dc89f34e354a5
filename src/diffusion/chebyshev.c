/* Chebyshev's recurrence of the operator on the cells, and sums of its vectors. */
#include "diffusion/chebyshev.h"

#include <stdlib.h>
#include <string.h>

#define TERMS ATW_CHEBYSHEV_TERMS

/* Blocks of cells per thread below which a second one does not pay. */
#define LEAST_BLOCKS 8

/* One by one: the heap keeps memory of this size, and gives larger pieces back. */
static double *vector_of(const struct atw_cells *cells)
{
    size_t length = (cells->count + 7) / 8 * 8 + 8; /* whole cache lines */
    double *vector = aligned_alloc(64, length * sizeof *vector);

    if (vector)
        memset(vector, 0, length * sizeof *vector);
    return vector;
}

enum atw_status atw_chebyshev_create(struct atw_chebyshev **out,
                                     const struct atw_cells *cells,
                                     struct atw_error *err)
{
    struct atw_chebyshev *chebyshev = calloc(1, sizeof *chebyshev);
    int is_complete;

    *out = NULL;
    if (!chebyshev)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
    chebyshev->cells = cells;
    chebyshev->kernel = atw_kernel_best();
    chebyshev->r = vector_of(cells);
    is_complete = chebyshev->r != NULL;
    for (size_t t = 0; t < TERMS && is_complete; t++) {
        chebyshev->row[t] = vector_of(cells);
        is_complete = chebyshev->row[t] != NULL;
    }
    if (!is_complete) {
        atw_chebyshev_destroy(chebyshev);
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             cells->count);
    }
    *out = chebyshev;
    return ATW_OK;
}

void atw_chebyshev_destroy(struct atw_chebyshev *chebyshev)
{
    if (!chebyshev)
        return;
    free(chebyshev->r);
    for (size_t t = 0; t < TERMS; t++)
        free(chebyshev->row[t]);
    free(chebyshev);
}

size_t atw_chebyshev_threads(const struct atw_chebyshev *chebyshev)
{
    size_t threads = chebyshev->cells->block_count / LEAST_BLOCKS;

    return threads > 1 ? threads : 1;
}

struct atw_chebyshev_part atw_chebyshev_part(const struct atw_chebyshev *chebyshev,
                                             struct atw_team *team,
                                             size_t member)
{
    const struct atw_cells *cells = chebyshev->cells;
    struct atw_chebyshev_part part;

    atw_team_share(team, member, cells->block_count, &part.first_block, &part.end_block);
    part.first = part.first_block * ATW_CELLS_BLOCK;
    part.end = part.end_block * ATW_CELLS_BLOCK;
    part.end = part.end < cells->count ? part.end : cells->count;
    part.first = part.first < part.end ? part.first : part.end;
    return part;
}

void atw_chebyshev_find_r(const struct atw_chebyshev *chebyshev,
                          const struct atw_chebyshev_part *part)
{
    double scale = 2.0 / chebyshev->cells->stiffness;

    for (size_t block = part->first_block; block < part->end_block; block++)
        chebyshev->kernel->rate(chebyshev->cells, block, chebyshev->c,
                                chebyshev->r + block * ATW_CELLS_BLOCK);
    for (size_t i = part->first; i < part->end; i++)
        chebyshev->r[i] *= scale;
}

void atw_chebyshev_find_term(const struct atw_chebyshev *chebyshev,
                             size_t k,
                             const struct atw_chebyshev_part *part)
{
    struct atw_cells_sweep sweep = {.on_x = 2.0,
                                    .on_rate = 4.0 / chebyshev->cells->stiffness,
                                    .on_r = 2.0,
                                    .on_last = k > 2 ? 1.0 : 0.0};
    double *const *row = chebyshev->row, *r = chebyshev->r;
    const double *last = k > 2 ? row[(k - 2) % TERMS] : r;

    if (k == 1) {
        memcpy(row[1] + part->first, r + part->first,
               (part->end - part->first) * sizeof *r);
        return;
    }
    for (size_t block = part->first_block; block < part->end_block; block++)
        chebyshev->kernel->sweep(chebyshev->cells, block, &sweep, row[(k - 1) % TERMS], r,
                                 last, row[k % TERMS]);
}

static int are_zero(const double *weight)
{
    int zeros = 0;

    for (size_t t = 0; t < ATW_KERNEL_TERMS; t++)
        zeros += weight[t] == 0.0;
    return zeros == ATW_KERNEL_TERMS;
}

/* A chunk stays in the first cache for all terms of a round. */
static void add_chunk(const struct atw_chebyshev *chebyshev,
                      const double *weight,
                      size_t i,
                      size_t count,
                      double *sum)
{
    const double *term[ATW_KERNEL_TERMS];

    for (size_t first = 0; first < TERMS; first += ATW_KERNEL_TERMS) {
        if (are_zero(weight + first))
            continue;
        for (size_t t = 0; t < ATW_KERNEL_TERMS; t++)
            term[t] = chebyshev->row[first + t] + i;
        chebyshev->kernel->accumulate(count, weight + first, term, sum + i);
    }
}

void atw_chebyshev_add(const struct atw_chebyshev *chebyshev,
                       size_t k,
                       const struct atw_exponential_plan *plan,
                       const struct atw_exponential_basis *basis,
                       double *const *sum,
                       const struct atw_chebyshev_part *part)
{
    for (size_t i = part->first; i < part->end; i += ATW_KERNEL_CHUNK) {
        size_t left = part->end - i;
        size_t count = left < ATW_KERNEL_CHUNK ? left : ATW_KERNEL_CHUNK;

        for (size_t p = 0; p < basis->count; p++) {
            size_t j = basis->state[p];

            add_chunk(chebyshev, plan->weight + j * plan->n_columns + k, i, count,
                      sum[j]);
        }
    }
}

void atw_chebyshev_mix(const struct atw_chebyshev *chebyshev,
                       size_t j,
                       const struct atw_exponential_basis *basis,
                       double *const *sum,
                       size_t i,
                       size_t count)
{
    const double *share = basis->mix + j * basis->n_states;

    memset(sum[j] + i, 0, count * sizeof(double));
    for (size_t first = 0; first < basis->count; first += ATW_KERNEL_TERMS) {
        const double *term[ATW_KERNEL_TERMS];
        double weight[ATW_KERNEL_TERMS] = {0.0};

        for (size_t t = 0; t < ATW_KERNEL_TERMS; t++) {
            int there = first + t < basis->count;

            term[t] = sum[basis->state[there ? first + t : first]] + i;
            weight[t] = there ? share[first + t] : 0.0;
        }
        chebyshev->kernel->accumulate(count, weight, term, sum[j] + i);
    }
}

void atw_chebyshev_complete(const struct atw_chebyshev *chebyshev,
                            const struct atw_exponential_plan *plan,
                            const struct atw_exponential_basis *basis,
                            size_t first,
                            size_t end,
                            double *const *sum,
                            size_t i,
                            size_t count)
{
    for (size_t j = first; j < end; j++)
        if (!atw_exponential_basis_has(basis, j))
            atw_chebyshev_mix(chebyshev, j, basis, sum, i, count);
    for (size_t j = first; j < end; j++)
        for (size_t n = i; n < i + count && atw_exponential_is_state(plan, j); n++)
            sum[j][n] += chebyshev->c[n];
}
