/* A particle from a model of it that is fitted to its tilt series. */
#include "pipeline/fitted_particle.h"

#include <math.h>
#include <string.h>

#include "core/parallel.h"
#include "core/progress.h"
#include "phantom/voxel.h"
#include "pipeline/direct.h"
#include "pipeline/moments.h"

/* Of the share of a voxel; the analysis' own noise is a hundred times that. */
#define SHARE_TOLERANCE 1e-3

struct bodies {
    struct atw_body core, metal;
    struct atw_direct_shape fit;
};

/* The fit knows directions and sizes; the reconstruction, where it put the particle. */
static enum atw_status find_bodies(struct bodies *found,
                                   const struct atw_specimen *specimen,
                                   struct atw_error *err)
{
    const struct atw_measurement *unheated = &specimen->measurement[0];
    struct atw_moments moments;
    struct atw_shape shape;
    enum atw_status status = atw_direct_fit_shape(&found->fit, specimen, err);

    if (status != ATW_OK)
        return status;
    shape = atw_direct_shape_of(&found->fit.globals);
    if (specimen->alignment[0]) /* the fit is to the views as they were recorded */
        shape.azimuth_rad += specimen->alignment[0]->rotation_rad;
    moments = atw_moments_of(unheated->volume, unheated->mask, -INFINITY);
    found->core = atw_shape_body(&shape, ATW_SHAPE_CORE);
    found->metal = atw_shape_body(&shape, ATW_SHAPE_METAL);
    memcpy(found->core.centre_m, moments.centre_m, sizeof moments.centre_m);
    memcpy(found->metal.centre_m, moments.centre_m, sizeof moments.centre_m);
    atw_log("particle %s: a rod of %.2f x %.2f nm, fitted to its tilt series",
            specimen->particle->name,
            1e9 * (shape.core_diameter_m + 2.0 * shape.shell_side_m),
            1e9 * (shape.core_length_m + 2.0 * shape.shell_tip_m));
    return ATW_OK;
}

static void voxel_centre(double point_m[3], const struct atw_grid *grid, size_t i)
{
    size_t x = i % grid->n_x, y = i / grid->n_x % grid->n_y,
           z = i / grid->n_x / grid->n_y;

    point_m[0] = atw_grid_position_m(x, grid->n_x, grid->spacing_m);
    point_m[1] = atw_grid_position_m(y, grid->n_y, grid->spacing_m);
    point_m[2] = atw_grid_position_m(z, grid->n_z, grid->spacing_m);
}

enum atw_status atw_fitted_particle_mask(struct atw_mask **out,
                                         const struct atw_specimen *specimen,
                                         struct atw_error *err)
{
    const struct atw_grid *grid = &specimen->measurement[0].mask->grid;
    struct bodies found;
    enum atw_status status = find_bodies(&found, specimen, err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_mask_create(out, grid, err);
    for (size_t i = 0; status == ATW_OK && i < atw_grid_voxel_count(grid); i++) {
        double point_m[3];

        voxel_centre(point_m, grid, i);
        (*out)->inside[i] = atw_body_distance_m(&found.metal, point_m, NULL) <= 0.0;
    }
    return status;
}

struct filling {
    const struct bodies *found;
    struct atw_field *metal, *composition;
};

static void fill_slice(void *context, size_t z, size_t worker)
{
    const struct filling *filling = context;
    const struct atw_grid *grid = &filling->metal->grid;
    size_t slice = grid->n_x * grid->n_y;

    (void)worker;
    for (size_t i = z * slice; i < (z + 1) * slice; i++) {
        double point_m[3], all, core = 0.0;

        voxel_centre(point_m, grid, i);
        all = atw_voxel_fraction(&filling->found->metal, point_m, grid->spacing_m,
                                 SHARE_TOLERANCE);
        if (all > 0.0)
            core = fmin(all, atw_voxel_fraction(&filling->found->core, point_m,
                                                grid->spacing_m, SHARE_TOLERANCE));
        filling->metal->value[i] = (float)all;
        filling->composition->value[i] = all > 0.0 ? (float)(1.0 - core / all) : 0.0F;
    }
}

static enum atw_status check_fit(const struct atw_direct_shape *fit,
                                 const struct atw_specimen *specimen,
                                 struct atw_error *err)
{
    double excess = atw_deviance_excess(&fit->deviance, fit->n_parameters);

    if (excess <= ATW_DEVIANCE_EXCESS_MOST)
        return ATW_OK;
    return atw_error_set(
        err, ATW_EINPUT,
        "particle %s is no rod in a shell: the deviance of its counts is "
        "%.3g times that of a perfect model, %.3g allowed; "
        "analysis.joint.start: reconstruction assumes no shape",
        specimen->particle->name, 1.0 + excess, 1.0 + ATW_DEVIANCE_EXCESS_MOST);
}

enum atw_status atw_fitted_particle_fill(struct atw_field *metal,
                                         struct atw_field *composition,
                                         const struct atw_specimen *specimen,
                                         struct atw_error *err)
{
    struct bodies found;
    struct filling filling = {&found, metal, composition};
    enum atw_status status = find_bodies(&found, specimen, err);

    if (status == ATW_OK)
        status = check_fit(&found.fit, specimen, err);
    if (status == ATW_OK)
        atw_parallel_for(metal->grid.n_z, fill_slice, &filling);
    return status;
}
