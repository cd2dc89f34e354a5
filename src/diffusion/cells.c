/* The finite volumes of a particle: numbering, apertures, pieces. */
#include "diffusion/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NO_CELL UINT32_MAX
#define LOOSE_SHARE 0.01 /* a loose piece above this share of the metal is refused */

/* Cells per voxel while they are being joined. */
struct numbering {
    const struct atw_field *metal;
    uint32_t *cell; /* [voxel], NO_CELL where there is none */
};

/* The face between a whole and a cut voxel lies in metal over nearly all its area, that
 * between two cut ones over about the larger fraction: the metal of the emptier voxel
 * sits next to the fuller one. Bounded by a multiple of the smaller capacity, which keeps
 * small cells from making the operator stiff; they follow their neighbours closely
 * anyway. docs/diffusion.md compares the rules. */
float atw_cells_aperture(float m, float n)
{
    float small = m < n ? m : n, large = m < n ? n : m;

    return large < 4.0F * small ? large : 4.0F * small;
}

static enum atw_status check_fractions(const struct atw_field *metal,
                                       struct atw_error *err)
{
    const struct atw_grid *grid = &metal->grid;
    size_t count = atw_grid_voxel_count(grid);

    for (size_t i = 0; i < count; i++)
        if (!(metal->value[i] >= 0.0F && metal->value[i] <= 1.0F))
            return atw_error_set(
                err, ATW_EINVAL,
                "diffusion: metal fraction %g at voxel (x %zu, y %zu, z %zu) must lie in "
                "[0, 1]",
                (double)metal->value[i], i % grid->n_x, i / grid->n_x % grid->n_y,
                i / grid->n_x / grid->n_y);
    return ATW_OK;
}

static size_t count_cells(const struct atw_field *metal, float least)
{
    size_t voxels = atw_grid_voxel_count(&metal->grid), count = 0;

    for (size_t i = 0; i < voxels; i++)
        count += metal->value[i] >= least;
    return count;
}

static void
number_cells(struct atw_cells *cells, struct numbering *numbering, float least)
{
    const struct atw_field *metal = numbering->metal;
    size_t voxels = atw_grid_voxel_count(&metal->grid);
    uint32_t next = 0;

    for (size_t i = 0; i < voxels; i++) {
        numbering->cell[i] = NO_CELL;
        if (metal->value[i] < least)
            continue;
        cells->voxel[next] = i;
        cells->capacity[next] = (double)metal->value[i];
        numbering->cell[i] = next++;
    }
}

/* The six neighbours of a cell and the apertures to them, as struct atw_cells_cut. */
static void join_cell(const struct atw_cells *cells,
                      const struct numbering *numbering,
                      uint32_t cell,
                      struct atw_cells_cut *cut)
{
    const struct atw_grid *grid = &cells->grid;
    size_t voxel = cells->voxel[cell];
    size_t at[3] = {voxel % grid->n_x, voxel / grid->n_x % grid->n_y,
                    voxel / grid->n_x / grid->n_y};
    size_t extent[3] = {grid->n_x, grid->n_y, grid->n_z};
    size_t stride[3] = {1, grid->n_x, grid->n_x * grid->n_y};

    *cut = (struct atw_cells_cut){.inverse_capacity = 1.0 / cells->capacity[cell],
                                  .cell = cell};
    for (size_t k = 0; k < 6; k++) {
        size_t axis = k / 2;
        int inside = k % 2 ? at[axis] + 1 < extent[axis] : at[axis] > 0;
        size_t other = k % 2 ? voxel + stride[axis] : voxel - stride[axis];

        cut->neighbour[k] = cell;
        if (!inside || numbering->cell[other] == NO_CELL)
            continue;
        cut->neighbour[k] = numbering->cell[other];
        cut->aperture[k] = atw_cells_aperture(numbering->metal->value[voxel],
                                              numbering->metal->value[other]);
    }
}

static int is_whole(const struct atw_cells_cut *cut)
{
    int whole = cut->inverse_capacity == 1.0;

    for (size_t k = 0; k < 6; k++)
        whole = whole && cut->aperture[k] == 1.0F;
    return whole;
}

/* Extend the last run by this cell or begin another one. Whole cells that follow each
 * other are neighbours along x, and so are their neighbours across: the offsets agree.
 * Runs do not cross blocks. */
static void
append_whole(struct atw_cells *cells, const struct atw_cells_cut *cut, int may_extend)
{
    struct atw_cells_run *last = &cells->run[cells->run_count - (cells->run_count > 0)];

    if (may_extend && cells->run_count > 0 && last->first + last->count == cut->cell) {
        last->count++;
        return;
    }
    last = &cells->run[cells->run_count++];
    last->first = cut->cell;
    last->count = 1;
    for (size_t k = 0; k < 4; k++)
        last->offset[k] = (int32_t)(cut->neighbour[k + 2] - cut->cell);
}

/* The operator is M^-1 B'AB; the row sums of the similar edge matrix B M^-1 B'A bound its
 * spectral radius by the greatest sum of the rates out of two neighbouring cells. */
static double edge_stiffness(const struct atw_cells_cut *cut, const double *out_rate)
{
    double greatest = 0.0;

    for (size_t k = 0; k < 6; k++)
        if (cut->neighbour[k] != cut->cell)
            greatest = fmax(greatest, out_rate[cut->cell] + out_rate[cut->neighbour[k]]);
    return greatest;
}

static void
join_cells(struct atw_cells *cells, const struct numbering *numbering, double *out_rate)
{
    struct atw_cells_cut cut;

    for (uint32_t cell = 0; cell < cells->count; cell++) {
        join_cell(cells, numbering, cell, &cut);
        if (cell % ATW_CELLS_BLOCK == 0)
            cells->block[cell / ATW_CELLS_BLOCK] =
                (struct atw_cells_block){cells->run_count, cells->cut_count};
        if (is_whole(&cut))
            append_whole(cells, &cut, cell % ATW_CELLS_BLOCK != 0);
        else
            cells->cut[cells->cut_count++] = cut;
        out_rate[cell] = 0.0;
        for (size_t k = 0; k < 6; k++)
            out_rate[cell] += (double)cut.aperture[k] * cut.inverse_capacity;
    }
    cells->block[cells->block_count] =
        (struct atw_cells_block){cells->run_count, cells->cut_count};
    cells->stiffness = cells->run_count > 0 ? 12.0 : 0.0;
    for (size_t i = 0; i < cells->cut_count; i++)
        cells->stiffness =
            fmax(cells->stiffness, edge_stiffness(&cells->cut[i], out_rate));
}

/* Metal in the piece that holds `seed`, whose cells are marked in `seen`. */
static double flood(const struct atw_cells *cells,
                    const struct numbering *numbering,
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

        join_cell(cells, numbering, stack[--depth], &cut);
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

static enum atw_status check_pieces(const struct atw_cells *cells,
                                    const struct numbering *numbering,
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

static int allocate(struct atw_cells *cells)
{
    size_t count = cells->count;

    cells->block_count = (count + ATW_CELLS_BLOCK - 1) / ATW_CELLS_BLOCK;
    cells->voxel = malloc(count * sizeof *cells->voxel);
    cells->capacity = malloc(count * sizeof *cells->capacity);
    cells->run = malloc(count * sizeof *cells->run);
    cells->cut = aligned_alloc(64, count * sizeof *cells->cut);
    cells->block = malloc((cells->block_count + 1) * sizeof *cells->block);
    return cells->voxel && cells->capacity && cells->run && cells->cut && cells->block;
}

/* Give back what the estimate "every cell could be one" took too much. */
static void trim(struct atw_cells *cells)
{
    struct atw_cells_run *run =
        realloc(cells->run, (cells->run_count + 1) * sizeof *cells->run);
    struct atw_cells_cut *cut =
        aligned_alloc(64, (cells->cut_count + 1) * sizeof *cells->cut);

    if (run)
        cells->run = run;
    if (cut) {
        memcpy(cut, cells->cut, cells->cut_count * sizeof *cut);
        free(cells->cut);
        cells->cut = cut;
    }
}

enum atw_status atw_cells_create(struct atw_cells **out,
                                 const struct atw_field *metal,
                                 double least_fraction,
                                 struct atw_error *err)
{
    struct numbering numbering = {.metal = metal};
    struct atw_cells *cells = NULL;
    double *out_rate = NULL;
    float least = (float)least_fraction;
    enum atw_status status = check_fractions(metal, err);
    size_t count = 0;

    *out = NULL;
    if (status != ATW_OK)
        return status;
    count = count_cells(metal, least);
    if (count == 0 || count > INT32_MAX)
        return atw_error_set(err, ATW_EINVAL,
                             "diffusion: %zu voxels have a metal fraction of %g or more; "
                             "1 to %d can be treated",
                             count, least_fraction, INT32_MAX);
    cells = calloc(1, sizeof *cells);
    numbering.cell = malloc(atw_grid_voxel_count(&metal->grid) * sizeof *numbering.cell);
    out_rate = malloc(count * sizeof *out_rate);
    if (cells) {
        cells->grid = metal->grid;
        cells->count = count;
    }
    if (!cells || !numbering.cell || !out_rate || !allocate(cells)) {
        status =
            atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells", count);
        goto cleanup;
    }
    number_cells(cells, &numbering, least);
    status = check_pieces(cells, &numbering, err);
    if (status != ATW_OK)
        goto cleanup;
    join_cells(cells, &numbering, out_rate);
    trim(cells);
    *out = cells;
    cells = NULL;
cleanup:
    atw_cells_destroy(cells);
    free(out_rate);
    free(numbering.cell);
    return status;
}

void atw_cells_destroy(struct atw_cells *cells)
{
    if (!cells)
        return;
    free(cells->block);
    free(cells->cut);
    free(cells->run);
    free(cells->capacity);
    free(cells->voxel);
    free(cells);
}
