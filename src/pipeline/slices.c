/* The slices along the tilt axis that a mask has. */
#include "pipeline/slices.h"

#include <stdlib.h>
#include <string.h>

static int has_any(const struct atw_mask *mask, size_t y)
{
    const struct atw_grid *grid = &mask->grid;

    for (size_t z = 0; z < grid->n_z; z++)
        if (memchr(mask->inside + atw_grid_index(grid, 0, y, z), 1, grid->n_x))
            return 1;
    return 0;
}

/* An empty mask has the slice in the middle. */
static void
find_range(struct atw_slices *slices, const struct atw_mask *mask, size_t margin)
{
    size_t n_y = mask->grid.n_y, first = 0, end = n_y;

    while (first < n_y && !has_any(mask, first))
        first++;
    if (first == n_y)
        first = n_y / 2;
    while (end > first + 1 && !has_any(mask, end - 1))
        end--;
    first = first > margin ? first - margin : 0;
    end = n_y - end > margin ? end + margin : n_y;
    slices->first = first;
    slices->count = end - first;
}

enum atw_status atw_slices_create(struct atw_slices **out,
                                  const struct atw_mask *mask,
                                  size_t margin,
                                  const struct atw_projector *whole,
                                  struct atw_error *err)
{
    struct atw_projection_geometry geometry = *atw_projector_geometry(whole);
    struct atw_slices *slices = calloc(1, sizeof *slices);
    enum atw_status status;

    *out = NULL;
    if (!slices)
        return atw_error_set(err, ATW_ENOMEM, "slices: out of memory");
    find_range(slices, mask, margin);
    geometry.grid.n_y = slices->count;
    status = atw_projector_create(&slices->projector, &geometry, err);
    if (status == ATW_OK)
        *out = slices;
    else
        free(slices);
    return status;
}

void atw_slices_destroy(struct atw_slices *slices)
{
    if (!slices)
        return;
    atw_projector_destroy(slices->projector);
    free(slices);
}

/* [tilt][v][u] of the slices. */
static float *cut(const struct atw_slices *slices, const struct atw_tilt_series *series)
{
    size_t part = slices->count * series->n_u;
    float *value = malloc(series->n_tilt * part * sizeof *value);

    for (size_t i = 0; value && i < series->n_tilt; i++)
        memcpy(value + i * part,
               atw_tilt_series_view(series, i) + slices->first * series->n_u,
               part * sizeof *value);
    return value;
}

/* [z][y][x] of the slices into a volume. */
static void
paste(struct atw_field *volume, const struct atw_slices *slices, const float *value)
{
    const struct atw_grid *grid = &volume->grid;
    size_t part = slices->count * grid->n_x;

    for (size_t z = 0; z < grid->n_z; z++)
        memcpy(volume->value + atw_grid_index(grid, 0, slices->first, z),
               value + z * part, part * sizeof *value);
}

enum atw_status atw_slices_reconstruct(const struct atw_slices *slices,
                                       const struct atw_tilt_series *series,
                                       const struct atw_reconstruction_method *method,
                                       const struct atw_reconstruction_options *options,
                                       struct atw_field *volume,
                                       struct atw_error *err)
{
    const struct atw_grid *grid = &atw_projector_geometry(slices->projector)->grid;
    float *data = cut(slices, series);
    float *value = malloc(atw_grid_voxel_count(grid) * sizeof *value);
    enum atw_status status = ATW_OK;

    if (!data || !value)
        status = atw_error_set(err, ATW_ENOMEM, "slices: out of memory");
    if (status == ATW_OK)
        status = method->run(slices->projector, data, options, value, NULL, err);
    if (status == ATW_OK)
        paste(volume, slices, value);
    free(data);
    free(value);
    return status;
}
