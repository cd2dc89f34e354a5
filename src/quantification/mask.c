/* Masks: memory, volume, erosion. */
#include "quantification/segmentation.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "quantification/distance.h"

enum atw_status
atw_mask_create(struct atw_mask **out, const struct atw_grid *grid, struct atw_error *err)
{
    struct atw_mask *mask = NULL;
    enum atw_status status = atw_grid_check(grid, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    mask = calloc(1, sizeof *mask);
    if (mask)
        mask->inside = calloc(atw_grid_voxel_count(grid), sizeof *mask->inside);
    if (!mask || !mask->inside) {
        atw_mask_destroy(mask);
        return atw_error_set(err, ATW_ENOMEM,
                             "mask: no memory for %zu x %zu x %zu voxels", grid->n_x,
                             grid->n_y, grid->n_z);
    }
    mask->grid = *grid;
    *out = mask;
    return ATW_OK;
}

void atw_mask_destroy(struct atw_mask *mask)
{
    if (!mask)
        return;
    free(mask->inside);
    free(mask);
}

size_t atw_mask_count(const struct atw_mask *mask)
{
    size_t voxels = atw_grid_voxel_count(&mask->grid);
    size_t count = 0;

    for (size_t i = 0; i < voxels; i++)
        count += mask->inside[i];
    return count;
}

double atw_mask_volume_m3(const struct atw_mask *mask)
{
    return (double)atw_mask_count(mask) * pow(mask->grid.spacing_m, 3.0);
}

enum atw_status atw_mask_check_grid(const struct atw_mask *mask,
                                    const struct atw_field *volume,
                                    const char *name,
                                    struct atw_error *err)
{
    const struct atw_grid *a = &volume->grid, *b = &mask->grid;

    if (atw_grid_equal(a, b))
        return ATW_OK;
    return atw_error_set(err, ATW_EINVAL,
                         "%s: volume of %zu x %zu x %zu voxels of %g m and mask of %zu x "
                         "%zu x %zu voxels of %g m: the grids must be equal",
                         name, a->n_x, a->n_y, a->n_z, a->spacing_m, b->n_x, b->n_y,
                         b->n_z, b->spacing_m);
}

/* Keep the voxels at least this deep; returns how many. */
static size_t keep_deep(struct atw_mask *mask, const int32_t *distance, double depth_m)
{
    size_t voxels = atw_grid_voxel_count(&mask->grid);
    double depth = depth_m / mask->grid.spacing_m;
    double least = depth * depth * (1.0 - 1e-9);
    size_t count = 0;

    for (size_t i = 0; i < voxels; i++) {
        mask->inside[i] = distance[i] > 0 && (double)distance[i] >= least;
        count += mask->inside[i];
    }
    return count;
}

enum atw_status atw_mask_erode(struct atw_mask **out,
                               const struct atw_mask *mask,
                               double depth_m,
                               struct atw_error *err)
{
    struct atw_mask *eroded = NULL;
    int32_t *distance = NULL;
    enum atw_status status;

    *out = NULL;
    if (!(depth_m >= 0.0) || !isfinite(depth_m))
        return atw_error_set(err, ATW_EINVAL,
                             "erosion: depth %g m must be zero or positive and finite",
                             depth_m);
    status = atw_mask_create(&eroded, &mask->grid, err);
    if (status == ATW_OK)
        status = atw_mask_squared_distance(&distance, mask, err);
    if (status == ATW_OK && keep_deep(eroded, distance, depth_m) == 0)
        status = atw_error_set(err, ATW_EINVAL,
                               "erosion: no voxel of the mask (%zu) lies %g nm deep; "
                               "reduce the depth or check the threshold",
                               atw_mask_count(mask), depth_m * 1e9);
    free(distance);
    if (status != ATW_OK) {
        atw_mask_destroy(eroded);
        return status;
    }
    *out = eroded;
    return ATW_OK;
}
