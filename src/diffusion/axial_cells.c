/* The rings of a rod as cells of the general operator. */
#include "diffusion/axial_cells.h"

#include <math.h>
#include <stdlib.h>

#include "diffusion/cells_internal.h"

/* Rings with less of their volume in the metal are left out. */
#define LEAST_FRACTION 1e-6

/* ---- geometry ---- */

static double clip(double x, double least, double most)
{
    return fmin(fmax(x, least), most);
}

static double radius_squared(const struct atw_axial_section *rod, double z)
{
    double beyond = fmax(0.0, z - rod->half);

    return fmax(0.0, rod->radius * rod->radius - beyond * beyond);
}

/* Integral of the squared radius from the middle to z. */
static double squares_to(const struct atw_axial_section *rod, double z)
{
    double r = rod->radius, beyond = clip(z - rod->half, 0.0, r);

    return r * r * (fmin(z, rod->half) + beyond) - beyond * beyond * beyond / 3.0;
}

/* The z up to which the rod is as wide as rho; negative: nowhere. */
static double reach(const struct atw_axial_section *rod, double rho)
{
    return rho < rod->radius ? rod->half + sqrt(rod->radius * rod->radius - rho * rho)
                             : -1.0;
}

/* Of a stretch [z, z + 1] within rho, over pi. */
static double volume_within(const struct atw_axial_section *rod, double rho, double z)
{
    double split = clip(reach(rod, rho), z, z + 1.0);

    return rho * rho * (split - z) + squares_to(rod, z + 1.0) - squares_to(rod, split);
}

double atw_axial_ring_volume(const struct atw_axial_section *rod, size_t i, size_t j)
{
    double z = (double)j, rho = (double)i;

    return 0.5 * (volume_within(rod, rho + 1.0, z) - volume_within(rod, rho, z));
}

/* Open area of the ring's face towards greater rho, or z. */
static double outer_aperture(const struct atw_axial_section *rod, size_t i, size_t j)
{
    double rho = (double)i + 1.0, z = (double)j;

    return rho * (clip(reach(rod, rho), z, z + 1.0) - z);
}

static double upper_aperture(const struct atw_axial_section *rod, size_t i, size_t j)
{
    double square = radius_squared(rod, (double)j + 1.0), rho = (double)i;

    return 0.5 * (fmin(square, (rho + 1.0) * (rho + 1.0)) - fmin(square, rho * rho));
}

/* ---- cells ---- */

struct assembly {
    const struct atw_axial_section *metal;
    struct atw_cells *cells;
    const double *volume;
    uint32_t *cell; /* [voxels]; UINT32_MAX where there is none */
};

/* Small cells do not make the operator stiff: see atw_cells_aperture(). */
static void join(struct assembly *a, size_t from, size_t to, int axis, double aperture)
{
    struct atw_cells_cut *lower, *upper;
    double most = 4.0 * fmin(a->volume[from], a->volume[to]);

    if (a->cell[from] == UINT32_MAX || a->cell[to] == UINT32_MAX)
        return;
    lower = &a->cells->cut[a->cell[from]];
    upper = &a->cells->cut[a->cell[to]];
    lower->neighbour[2 * axis + 1] = a->cell[to];
    upper->neighbour[2 * axis] = a->cell[from];
    lower->aperture[2 * axis + 1] = upper->aperture[2 * axis] =
        (float)(ATW_AXIAL_WHOLE * fmin(aperture, most));
}

static void fill_cells(struct assembly *a)
{
    struct atw_cells *cells = a->cells;
    const struct atw_grid *grid = &cells->grid;

    for (uint32_t cell = 0; cell < cells->count; cell++) {
        struct atw_cells_cut *cut = &cells->cut[cell];

        cells->capacity[cell] = ATW_AXIAL_WHOLE * a->volume[cells->voxel[cell]];
        *cut = (struct atw_cells_cut){.inverse_capacity = 1.0 / cells->capacity[cell],
                                      .cell = cell};
        for (size_t k = 0; k < 6; k++)
            cut->neighbour[k] = cell;
    }
    for (size_t j = 0; j < grid->n_y; j++)
        for (size_t i = 0; i < grid->n_x; i++) {
            size_t here = atw_grid_index(grid, i, j, 0);

            if (i + 1 < grid->n_x)
                join(a, here, here + 1, 0, outer_aperture(a->metal, i, j));
            if (j + 1 < grid->n_y)
                join(a, here, here + grid->n_x, 1, upper_aperture(a->metal, i, j));
        }
    cells->cut_count = cells->count;
    cells->block_count = (cells->count + ATW_CELLS_BLOCK - 1) / ATW_CELLS_BLOCK;
    for (size_t b = 0; b <= cells->block_count; b++) {
        size_t first = b * ATW_CELLS_BLOCK;

        cells->block[b].first_cut = first < cells->count ? first : cells->count;
    }
    cells->piece_count = 1;
}

static size_t
number_rings(uint32_t *cell, const double *volume, const struct atw_grid *grid)
{
    size_t count = 0;

    for (size_t i = 0; i < atw_grid_voxel_count(grid); i++) {
        double whole = (double)(i % grid->n_x) + 0.5;

        cell[i] = volume[i] > LEAST_FRACTION * whole ? (uint32_t)count++ : UINT32_MAX;
    }
    return count;
}

static struct atw_cells *allocate_cells(size_t count, const struct atw_grid *grid)
{
    struct atw_cells *cells = calloc(1, sizeof *cells);

    if (!cells)
        return NULL;
    cells->grid = *grid;
    cells->count = count;
    cells->voxel = calloc(count, sizeof *cells->voxel);
    cells->capacity = calloc(count, sizeof *cells->capacity);
    cells->piece = calloc(count, sizeof *cells->piece);
    cells->run = calloc(1, sizeof *cells->run);
    cells->cut = aligned_alloc(64, count * sizeof *cells->cut);
    cells->block = calloc(count / ATW_CELLS_BLOCK + 2, sizeof *cells->block);
    for (size_t k = 0; k < 3; k++)
        cells->scale[k] = 1.0;
    if (cells->voxel && cells->capacity && cells->piece && cells->run && cells->cut &&
        cells->block)
        return cells;
    atw_cells_destroy(cells);
    return NULL;
}

/* As for voxels (cells.c), with the mean over the directions of a rod's surface: across
 * its barrel 1, over its round ends that of n_rho^4 + n_z^4, 8/15 + 1/5. */
static double dispersion_of(const struct atw_axial_section *rod)
{
    double barrel = atw_axial_barrel(rod);

    return (barrel + (1.0 - barrel) * 11.0 / 15.0) / 12.0;
}

enum atw_status atw_axial_cells_create(struct atw_cells **out,
                                       const struct atw_axial_section *metal,
                                       const struct atw_grid *grid,
                                       const double *volume,
                                       struct atw_error *err)
{
    size_t voxels = atw_grid_voxel_count(grid), count;
    struct assembly a = {
        .metal = metal, .volume = volume, .cell = malloc(voxels * sizeof *a.cell)};
    enum atw_status status = ATW_ENOMEM;

    *out = NULL;
    if (a.cell) {
        count = number_rings(a.cell, volume, grid);
        a.cells = allocate_cells(count, grid);
    }
    if (!a.cells) {
        atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu rings", voxels);
        goto cleanup;
    }
    for (size_t i = 0; i < voxels; i++)
        if (a.cell[i] != UINT32_MAX)
            a.cells->voxel[a.cell[i]] = i;
    fill_cells(&a);
    a.cells->dispersion = dispersion_of(metal);
    status = atw_cells_find_stiffness(a.cells, err);
cleanup:
    free(a.cell);
    if (status == ATW_OK)
        *out = a.cells;
    else
        atw_cells_destroy(a.cells);
    return status;
}
