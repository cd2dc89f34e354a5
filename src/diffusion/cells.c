/* The finite volumes of a particle: numbering, apertures, pieces. */
#include "diffusion/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diffusion/cells_internal.h"

#define NO_CELL UINT32_MAX

/* Second differences along three axes are the Laplacian and 1/12 of the sum of fourth
 * derivatives; for a plane wave that is (n_x^4 + n_y^4 + n_z^4) k^4 / 12, and the mean
 * over directions n is 3/5 of k^4 / 12. */
#define DISPERSION (1.0 / 20.0)

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
number_cells(struct atw_cells *cells, struct atw_cells_numbering *numbering, float least)
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

void atw_cells_join(const struct atw_cells *cells,
                    const struct atw_cells_numbering *numbering,
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

/* What sheet k adds to the faces of a cell, where there is a neighbour. */
static int join_sheet(const struct atw_cells *cells,
                      const struct atw_cells_numbering *numbering,
                      const struct atw_cells_cut *cut,
                      size_t sheet,
                      float extra[6])
{
    const struct atw_grid *grid = &cells->grid;
    size_t voxel = cells->voxel[cut->cell];
    size_t stride[3] = {1, grid->n_x, grid->n_x * grid->n_y};
    int any = 0;

    for (size_t k = 0; k < 6; k++) {
        size_t from = k % 2 ? voxel : voxel - stride[k / 2];

        extra[k] = 0.0F;
        if (cut->aperture[k] > 0.0F)
            extra[k] = numbering->plus[sheet][from][k / 2];
        any = any || extra[k] > 0.0F;
    }
    return any;
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

static int meets_sheet(const struct atw_cells *cells,
                       const struct atw_cells_numbering *numbering,
                       const struct atw_cells_cut *cut)
{
    float extra[6];
    int any = 0;

    for (size_t sheet = 0; sheet < numbering->n_sheets && !any; sheet++)
        any = join_sheet(cells, numbering, cut, sheet, extra);
    return any;
}

static void append_cut(struct atw_cells *cells,
                       const struct atw_cells_numbering *numbering,
                       const struct atw_cells_cut *cut)
{
    struct atw_cells_paths *paths = cells->paths;

    if (paths) {
        memcpy(paths->base[cells->cut_count], cut->aperture, sizeof paths->base[0]);
        for (size_t sheet = 0; sheet < numbering->n_sheets; sheet++)
            join_sheet(cells, numbering, cut, sheet,
                       paths->extra[sheet * cells->count + cells->cut_count]);
    }
    cells->cut[cells->cut_count++] = *cut;
}

static void join_cells(struct atw_cells *cells,
                       const struct atw_cells_numbering *numbering)
{
    struct atw_cells_cut cut;

    for (uint32_t cell = 0; cell < cells->count; cell++) {
        atw_cells_join(cells, numbering, cell, &cut);
        if (cell % ATW_CELLS_BLOCK == 0)
            cells->block[cell / ATW_CELLS_BLOCK] =
                (struct atw_cells_block){cells->run_count, cells->cut_count};
        if (is_whole(&cut) && !meets_sheet(cells, numbering, &cut))
            append_whole(cells, &cut, cell % ATW_CELLS_BLOCK != 0);
        else
            append_cut(cells, numbering, &cut);
    }
    cells->block[cells->block_count] =
        (struct atw_cells_block){cells->run_count, cells->cut_count};
}

static int allocate_paths(struct atw_cells *cells, size_t n_sheets)
{
    struct atw_cells_paths *paths = calloc(1, sizeof *paths);
    size_t count = cells->count;

    cells->paths = paths;
    if (!paths)
        return 0;
    paths->n_sheets = n_sheets;
    paths->base = malloc(count * sizeof *paths->base);
    paths->extra = malloc((n_sheets * count + 1) * sizeof *paths->extra);
    return paths->base && paths->extra;
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

static enum atw_status build(struct atw_cells *cells,
                             struct atw_cells_numbering *numbering,
                             float least,
                             int adjustable,
                             struct atw_error *err)
{
    static const double along_all[3] = {1.0, 1.0, 1.0};
    enum atw_status status;

    numbering->cell =
        malloc(atw_grid_voxel_count(&cells->grid) * sizeof *numbering->cell);
    if (!numbering->cell || !allocate(cells) ||
        (adjustable && !allocate_paths(cells, numbering->n_sheets)))
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             cells->count);
    number_cells(cells, numbering, least);
    status = atw_cells_find_pieces(cells, numbering, err);
    if (status != ATW_OK)
        return status;
    join_cells(cells, numbering);
    trim(cells);
    memcpy(cells->scale, along_all, sizeof cells->scale);
    return atw_cells_find_stiffness(cells, err);
}

static enum atw_status create(struct atw_cells **out,
                              struct atw_cells_numbering *numbering,
                              double least_fraction,
                              int adjustable,
                              struct atw_error *err)
{
    const struct atw_field *metal = numbering->metal;
    struct atw_cells *cells = NULL;
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
    if (!cells)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
    cells->grid = metal->grid;
    cells->count = count;
    cells->dispersion = DISPERSION;
    status = build(cells, numbering, least, adjustable, err);
    free(numbering->cell);
    if (status == ATW_OK)
        *out = cells;
    else
        atw_cells_destroy(cells);
    return status;
}

enum atw_status atw_cells_create(struct atw_cells **out,
                                 const struct atw_field *metal,
                                 double least_fraction,
                                 struct atw_error *err)
{
    struct atw_cells_numbering numbering = {.metal = metal};

    return create(out, &numbering, least_fraction, 0, err);
}

enum atw_status atw_cells_create_with_paths(struct atw_cells **out,
                                            const struct atw_field *metal,
                                            double least_fraction,
                                            float (*const *plus)[3],
                                            size_t n_sheets,
                                            struct atw_error *err)
{
    struct atw_cells_numbering numbering = {
        .metal = metal, .plus = plus, .n_sheets = n_sheets};

    return create(out, &numbering, least_fraction, 1, err);
}

void atw_cells_destroy(struct atw_cells *cells)
{
    if (!cells)
        return;
    if (cells->paths) {
        free(cells->paths->base);
        free(cells->paths->extra);
        free(cells->paths->out_rate);
    }
    free(cells->paths);
    free(cells->block);
    free(cells->cut);
    free(cells->run);
    free(cells->capacity);
    free(cells->piece);
    free(cells->voxel);
    free(cells);
}
