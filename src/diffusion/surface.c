/* The surface of the cells. */
#include "diffusion/surface.h"

#include <stdlib.h>

#include "diffusion/sheet.h"

enum atw_status atw_surface_metal(struct atw_field **out,
                                  const struct atw_cells *cells,
                                  struct atw_error *err)
{
    enum atw_status status = atw_field_create(out, &cells->grid, err);

    for (size_t i = 0; i < cells->count && status == ATW_OK; i++)
        (*out)->value[cells->voxel[i]] = (float)cells->capacity[i];
    return status;
}

enum atw_status atw_surface_create(struct atw_surface **out,
                                   const struct atw_cells *cells,
                                   const struct atw_field *metal,
                                   struct atw_error *err)
{
    struct atw_surface *surface = calloc(1, sizeof *surface);

    *out = NULL;
    if (!surface)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
    surface->cell = malloc(cells->count * sizeof *surface->cell);
    surface->area = malloc(cells->count * sizeof *surface->area);
    if (!surface->cell || !surface->area) {
        atw_surface_destroy(surface);
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             cells->count);
    }
    for (size_t i = 0; i < cells->count; i++) {
        struct atw_surface_patch patch = atw_surface_patch(metal, cells->voxel[i]);

        if (patch.area == 0.0)
            continue;
        surface->cell[surface->count] = (uint32_t)i;
        surface->area[surface->count++] = patch.area;
    }
    *out = surface;
    return ATW_OK;
}

void atw_surface_destroy(struct atw_surface *surface)
{
    if (!surface)
        return;
    free(surface->cell);
    free(surface->area);
    free(surface);
}
