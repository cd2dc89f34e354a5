/* The pieces that a particle's cells form, and what each of them mixes to. */
#include <stdlib.h>
#include <string.h>

#include "diffusion/cells_internal.h"

#define NO_PIECE UINT32_MAX
#define LOOSE_SHARE 0.01 /* a loose piece above this share of the metal is refused */

/* Metal in the piece that holds `seed`, whose cells get its number. */
static double flood(struct atw_cells *cells,
                    const struct atw_cells_numbering *numbering,
                    uint32_t seed,
                    uint32_t number,
                    uint32_t *stack)
{
    double metal = 0.0;
    size_t depth = 0;

    stack[depth++] = seed;
    cells->piece[seed] = number;
    while (depth > 0) {
        struct atw_cells_cut cut;

        atw_cells_join(cells, numbering, stack[--depth], &cut);
        metal += cells->capacity[cut.cell];
        for (size_t k = 0; k < 6; k++)
            if (cells->piece[cut.neighbour[k]] == NO_PIECE) {
                cells->piece[cut.neighbour[k]] = number;
                stack[depth++] = cut.neighbour[k];
            }
    }
    return metal;
}

static enum atw_status refuse_piece(const struct atw_cells *cells,
                                    uint32_t seed,
                                    double share,
                                    struct atw_error *err)
{
    const struct atw_grid *grid = &cells->grid;
    size_t voxel = cells->voxel[seed];

    return atw_error_set(
        err, ATW_EINVAL,
        "diffusion: the metal is in separate pieces: the one that holds voxel (x %zu, y "
        "%zu, z %zu) has %.3g %% of it and touches no face of the rest (at most %g %% "
        "may "
        "be loose); diffuse the particles one by one",
        voxel % grid->n_x, voxel / grid->n_x % grid->n_y, voxel / grid->n_x / grid->n_y,
        100.0 * share, 100.0 * LOOSE_SHARE);
}

enum atw_status atw_cells_find_pieces(struct atw_cells *cells,
                                      const struct atw_cells_numbering *numbering,
                                      struct atw_error *err)
{
    uint32_t *stack = malloc(cells->count * sizeof *stack);
    enum atw_status status = ATW_OK;
    double total = 0.0, second = 0.0, greatest = 0.0;
    uint32_t greatest_seed = 0, second_seed = 0;

    cells->piece = malloc(cells->count * sizeof *cells->piece);
    if (!cells->piece || !stack) {
        status = atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                               cells->count);
        goto cleanup;
    }
    memset(cells->piece, 0xFF, cells->count * sizeof *cells->piece); /* NO_PIECE */
    for (uint32_t cell = 0; cell < cells->count; cell++) {
        double metal = 0.0;

        if (cells->piece[cell] == NO_PIECE)
            metal = flood(cells, numbering, cell, (uint32_t)cells->piece_count++, stack);
        total += metal;
        if (metal > greatest) {
            second = greatest;
            second_seed = greatest_seed;
            greatest = metal;
            greatest_seed = cell;
        } else if (metal > second) {
            second = metal;
            second_seed = cell;
        }
    }
    if (second > LOOSE_SHARE * total)
        status = refuse_piece(cells, second_seed, second / total, err);
cleanup:
    free(stack);
    return status;
}

enum atw_status atw_cells_mixed(const struct atw_cells *cells,
                                const double *c,
                                double *mixed,
                                struct atw_error *err)
{
    double *sum = calloc(2 * cells->piece_count, sizeof *sum), *metal;

    if (!sum)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu pieces",
                             cells->piece_count);
    metal = sum + cells->piece_count;
    for (size_t i = 0; i < cells->count; i++) {
        sum[cells->piece[i]] += cells->capacity[i] * c[i];
        metal[cells->piece[i]] += cells->capacity[i];
    }
    for (size_t i = 0; i < cells->count; i++)
        mixed[i] = sum[cells->piece[i]] / metal[cells->piece[i]];
    free(sum);
    return ATW_OK;
}
