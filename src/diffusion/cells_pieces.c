/* The pieces that a particle's cells form. */
#include <stdlib.h>

#include "diffusion/cells_internal.h"

#define LOOSE_SHARE 0.01 /* a loose piece above this share of the metal is refused */

/* Metal in the piece that holds `seed`, whose cells are marked in `seen`. */
static double flood(const struct atw_cells *cells,
                    const struct atw_cells_numbering *numbering,
                    uint32_t seed,
                    unsigned char *seen,
                    uint32_t *stack)
{
    double metal = 0.0;
    size_t depth = 0;

    stack[depth++] = seed;
    seen[seed] = 1;
    while (depth > 0) {
        struct atw_cells_cut cut;

        atw_cells_join(cells, numbering, stack[--depth], &cut);
        metal += cells->capacity[cut.cell];
        for (size_t k = 0; k < 6; k++)
            if (!seen[cut.neighbour[k]]) {
                seen[cut.neighbour[k]] = 1;
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

enum atw_status atw_cells_check_pieces(const struct atw_cells *cells,
                                       const struct atw_cells_numbering *numbering,
                                       struct atw_error *err)
{
    unsigned char *seen = calloc(cells->count, sizeof *seen);
    uint32_t *stack = malloc(cells->count * sizeof *stack);
    enum atw_status status = ATW_OK;
    double total = 0.0, second = 0.0, greatest = 0.0;
    uint32_t greatest_seed = 0, second_seed = 0;

    if (!seen || !stack) {
        status = atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                               cells->count);
        goto cleanup;
    }
    for (uint32_t cell = 0; cell < cells->count; cell++) {
        double metal = seen[cell] ? 0.0 : flood(cells, numbering, cell, seen, stack);

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
    free(seen);
    return status;
}
