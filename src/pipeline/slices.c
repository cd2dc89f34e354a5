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

static void add_near(struct atw_slices *slices, size_t y, size_t margin, size_t n_y)
{
    size_t next = slices->count ? slices->index[slices->count - 1] + 1 : 0;
    size_t first = y > margin ? y - margin : 0;

    for (size_t i = first > next ? first : next; i < n_y && i <= y + margin; i++)
        slices->index[slices->count++] = i;
}

/* An empty mask has the slice in the middle. */
static void
find_slices(struct atw_slices *slices, const struct atw_mask *mask, size_t margin)
{
    size_t n_y = mask->grid.n_y;

    for (size_t y = 0; y < n_y; y++)
        if (has_any(mask, y))
            add_near(slices, y, margin, n_y);
    if (slices->count == 0)
        add_near(slices, n_y / 2, margin, n_y);
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
    if (slices)
        slices->index = malloc(mask->grid.n_y * sizeof *slices->index);
    if (!slices || !slices->index) {
        free(slices);
        return atw_error_set(err, ATW_ENOMEM, "slices: out of memory");
    }
    find_slices(slices, mask, margin);
    geometry.grid.n_y = slices->count;
    status = atw_projector_create(&slices->projector, &geometry, err);
    if (status == ATW_OK)
        *out = slices;
    else
        atw_slices_destroy(slices);
    return status;
}

void atw_slices_destroy(struct atw_slices *slices)
{
    if (!slices)
        return;
    atw_projector_destroy(slices->projector);
    free(slices->index);
    free(slices);
}

enum atw_status atw_slices_every_other(struct atw_mask **out,
                                       const struct atw_mask *mask,
                                       size_t least,
                                       struct atw_error *err)
{
    const struct atw_grid *grid = &mask->grid;
    size_t first = 0, end = grid->n_y;
    enum atw_status status;

    *out = NULL;
    while (first < end && !has_any(mask, first))
        first++;
    while (end > first && !has_any(mask, end - 1))
        end--;
    if ((end - first + 1) / 2 < least)
        return ATW_OK;
    status = atw_mask_create(out, grid, err);
    for (size_t z = 0; status == ATW_OK && z < grid->n_z; z++)
        for (size_t y = first; y < end; y += 2) {
            size_t row = atw_grid_index(grid, 0, y, z);

            memcpy((*out)->inside + row, mask->inside + row, grid->n_x);
        }
    return status;
}

/* [tilt][v][u] of the slices. */
static float *cut(const struct atw_slices *slices, const struct atw_tilt_series *series)
{
    size_t n_u = series->n_u;
    float *value = malloc(series->n_tilt * slices->count * n_u * sizeof *value);
    float *to = value;

    for (size_t i = 0; value && i < series->n_tilt; i++)
        for (size_t k = 0; k < slices->count; k++, to += n_u)
            memcpy(to, atw_tilt_series_view(series, i) + slices->index[k] * n_u,
                   n_u * sizeof *to);
    return value;
}

/* [z][y][x] of the slices into a volume. */
static void
paste(struct atw_field *volume, const struct atw_slices *slices, const float *value)
{
    const struct atw_grid *grid = &volume->grid;

    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t k = 0; k < slices->count; k++, value += grid->n_x)
            memcpy(volume->value + atw_grid_index(grid, 0, slices->index[k], z), value,
                   grid->n_x * sizeof *value);
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
