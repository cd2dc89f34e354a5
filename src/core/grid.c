/* Regular grid of cubic voxels and single-precision fields on it. */
#include "core/grid.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/array.h"

enum atw_status atw_grid_check(const struct atw_grid *grid, struct atw_error *err)
{
    if (grid->n_x == 0 || grid->n_y == 0 || grid->n_z == 0)
        return atw_error_set(err, ATW_EINVAL,
                             "grid: %zu x %zu x %zu voxels: every count must be positive",
                             grid->n_x, grid->n_y, grid->n_z);
    if (!(grid->spacing_m > 0.0) || !isfinite(grid->spacing_m))
        return atw_error_set(err, ATW_EINVAL,
                             "grid: voxel size %g m must be positive and finite",
                             grid->spacing_m);
    if (grid->n_x > SIZE_MAX / sizeof(double) / grid->n_y / grid->n_z)
        return atw_error_set(err, ATW_EINVAL,
                             "grid: %zu x %zu x %zu voxels exceed the address space",
                             grid->n_x, grid->n_y, grid->n_z);
    return ATW_OK;
}

int atw_grid_equal(const struct atw_grid *a, const struct atw_grid *b)
{
    return a->n_x == b->n_x && a->n_y == b->n_y && a->n_z == b->n_z &&
           fabs(a->spacing_m - b->spacing_m) <= 1e-6 * a->spacing_m;
}

size_t atw_grid_cover(double extent_m, double spacing_m)
{
    /* The slack keeps an extent that is a whole number of voxels from gaining two. */
    size_t half = (size_t)ceil(0.5 * extent_m / spacing_m - 1e-9);

    return half > 0 ? 2 * half : 2;
}

enum atw_status atw_field_create(struct atw_field **out,
                                 const struct atw_grid *grid,
                                 struct atw_error *err)
{
    struct atw_field *field = NULL;
    enum atw_status status = atw_grid_check(grid, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    field = calloc(1, sizeof *field);
    if (field)
        field->value = atw_array_alloc(atw_grid_voxel_count(grid), sizeof *field->value);
    if (!field || !field->value) {
        atw_field_destroy(field);
        return atw_error_set(err, ATW_ENOMEM,
                             "field: no memory for %zu x %zu x %zu voxels", grid->n_x,
                             grid->n_y, grid->n_z);
    }
    field->grid = *grid;
    *out = field;
    return ATW_OK;
}

enum atw_status atw_field_copy(struct atw_field **out,
                               const struct atw_field *field,
                               struct atw_error *err)
{
    enum atw_status status = atw_field_create(out, &field->grid, err);

    if (status == ATW_OK)
        memcpy((*out)->value, field->value,
               atw_grid_voxel_count(&field->grid) * sizeof *field->value);
    return status;
}

void atw_field_destroy(struct atw_field *field)
{
    if (!field)
        return;
    free(field->value);
    free(field);
}

double atw_field_sum(const struct atw_field *field)
{
    size_t count = atw_grid_voxel_count(&field->grid);
    double sum = 0.0;

    for (size_t i = 0; i < count; i++)
        sum += (double)field->value[i];
    return sum;
}

void atw_field_range(const struct atw_field *field, float *least, float *greatest)
{
    size_t count = atw_grid_voxel_count(&field->grid);

    *least = *greatest = field->value[0];
    for (size_t i = 1; i < count; i++) {
        *least = fminf(*least, field->value[i]);
        *greatest = fmaxf(*greatest, field->value[i]);
    }
}

enum atw_status atw_field_check_finite(const struct atw_field *field,
                                       const char *name,
                                       struct atw_error *err)
{
    const struct atw_grid *grid = &field->grid;
    size_t count = atw_grid_voxel_count(grid);

    for (size_t i = 0; i < count; i++)
        if (!isfinite(field->value[i]))
            return atw_error_set(
                err, ATW_EINPUT,
                "%s: voxel (x %zu, y %zu, z %zu) is %g; a volume must be "
                "finite everywhere",
                name, i % grid->n_x, i / grid->n_x % grid->n_y, i / grid->n_x / grid->n_y,
                (double)field->value[i]);
    return ATW_OK;
}
