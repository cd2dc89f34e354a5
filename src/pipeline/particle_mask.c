/* The mask of a particle from a model of it that is fitted to its tilt series. */
#include "pipeline/particle_mask.h"

#include <math.h>
#include <string.h>

#include "core/progress.h"
#include "pipeline/direct.h"
#include "pipeline/moments.h"

static void fill(struct atw_mask *mask, const struct atw_body *body)
{
    const struct atw_grid *grid = &mask->grid;
    double h = grid->spacing_m;

    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t y = 0; y < grid->n_y; y++)
            for (size_t x = 0; x < grid->n_x; x++) {
                const double point_m[3] = {atw_grid_position_m(x, grid->n_x, h),
                                           atw_grid_position_m(y, grid->n_y, h),
                                           atw_grid_position_m(z, grid->n_z, h)};

                mask->inside[atw_grid_index(grid, x, y, z)] =
                    atw_body_distance_m(body, point_m, NULL) <= 0.0;
            }
}

enum atw_status atw_particle_mask(struct atw_mask **out,
                                  const struct atw_specimen *specimen,
                                  struct atw_error *err)
{
    const struct atw_mask *found = specimen->measurement[0].mask;
    struct atw_direct_shape fit;
    struct atw_moments moments;
    struct atw_shape shape;
    struct atw_body body;
    enum atw_status status = atw_direct_fit_shape(&fit, specimen, err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_mask_create(out, &found->grid, err);
    if (status != ATW_OK)
        return status;
    shape = atw_direct_shape_of(&fit.globals);
    if (specimen->alignment[0]) /* the fit is to the views as they were recorded */
        shape.azimuth_rad += specimen->alignment[0]->rotation_rad;
    body = atw_shape_body(&shape, ATW_SHAPE_METAL);
    moments = atw_moments_of(specimen->measurement[0].volume, found, -INFINITY);
    memcpy(body.centre_m, moments.centre_m, sizeof body.centre_m);
    fill(*out, &body);
    atw_log("particle %s: mask of a rod of %.2f x %.2f nm, fitted to its tilt series",
            specimen->particle->name,
            1e9 * (shape.core_diameter_m + 2.0 * shape.shell_side_m),
            1e9 * (shape.core_length_m + 2.0 * shape.shell_tip_m));
    return ATW_OK;
}
