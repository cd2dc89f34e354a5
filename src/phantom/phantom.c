/* Phantom: the nested bodies of a shape put on a grid, one slice per task. */
#include "phantom/phantom.h"

#include <math.h>
#include <stdlib.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "phantom/voxel.h"

struct voxelisation {
    struct atw_phantom *phantom;
    struct atw_grid grid;
    struct atw_body core, metal, outer;
    double tolerance;
    int has_silica;
};

static void fill_voxel(const struct voxelisation *job, const double centre_m[3], size_t i)
{
    double edge_m = job->grid.spacing_m;
    double core, metal, outer;

    outer = atw_voxel_fraction(&job->outer, centre_m, edge_m, job->tolerance);
    if (outer == 0.0)
        return;
    metal = job->has_silica
                ? atw_voxel_fraction(&job->metal, centre_m, edge_m, job->tolerance)
                : outer;
    job->phantom->silica->value[i] = (float)fmax(outer - metal, 0.0);
    if (metal == 0.0)
        return;
    core = atw_voxel_fraction(&job->core, centre_m, edge_m, job->tolerance);
    job->phantom->metal->value[i] = (float)metal;
    job->phantom->composition->value[i] = (float)fmax(1.0 - core / metal, 0.0);
}

static void fill_slice(void *context, size_t z, size_t worker)
{
    const struct voxelisation *job = context;
    const struct atw_grid *grid = &job->grid;
    double centre_m[3];

    (void)worker;
    centre_m[2] = atw_grid_position_m(z, grid->n_z, grid->spacing_m);
    for (size_t y = 0; y < grid->n_y; y++) {
        centre_m[1] = atw_grid_position_m(y, grid->n_y, grid->spacing_m);
        for (size_t x = 0; x < grid->n_x; x++) {
            centre_m[0] = atw_grid_position_m(x, grid->n_x, grid->spacing_m);
            fill_voxel(job, centre_m, atw_grid_index(grid, x, y, z));
        }
    }
}

/* ---- fit ---- */

/* A slab fits if both its faces lie within the grid along the particle axis. */
static enum atw_status check_slab_fits(const struct atw_body *slab,
                                       const double half_m[3],
                                       struct atw_error *err)
{
    double available_m = 0.0;

    for (int i = 0; i < 3; i++)
        available_m += fabs(slab->axis[1][i]) * half_m[i];
    if (slab->half_length_m <= available_m * (1.0 + 1e-9))
        return ATW_OK;
    return atw_error_set(err, ATW_EINVAL,
                         "phantom: the slab is %g nm thick but the grid has %g nm along "
                         "its axis; use more or larger voxels",
                         2.0 * slab->half_length_m / ATW_METRE_PER_NM,
                         2.0 * available_m / ATW_METRE_PER_NM);
}

static enum atw_status check_fits(const struct atw_body *outer,
                                  const struct atw_grid *grid,
                                  struct atw_error *err)
{
    const double half_m[3] = {0.5 * (double)grid->n_x * grid->spacing_m,
                              0.5 * (double)grid->n_y * grid->spacing_m,
                              0.5 * (double)grid->n_z * grid->spacing_m};

    if (outer->kind == ATW_BODY_SLAB)
        return check_slab_fits(outer, half_m, err);
    for (int i = 0; i < 3; i++) {
        double direction[3] = {0.0, 0.0, 0.0}, reach_m;

        direction[i] = 1.0;
        reach_m = atw_body_reach_m(outer, direction);
        if (reach_m > half_m[i] * (1.0 + 1e-9))
            return atw_error_set(err, ATW_EINVAL,
                                 "phantom: the particle is %.6g nm wide along %c but the "
                                 "grid only %.6g nm; use more or larger voxels",
                                 2.0 * reach_m / ATW_METRE_PER_NM, "xyz"[i],
                                 2.0 * half_m[i] / ATW_METRE_PER_NM);
    }
    return ATW_OK;
}

static enum atw_status check_inputs(const struct atw_shape *shape,
                                    const struct atw_grid *grid,
                                    double tolerance,
                                    struct atw_error *err)
{
    struct atw_body outer;
    enum atw_status status = atw_shape_check(shape, err);

    if (status == ATW_OK)
        status = atw_grid_check(grid, err);
    if (status != ATW_OK)
        return status;
    if (!(tolerance >= 1e-6 && tolerance <= 0.1))
        return atw_error_set(err, ATW_EINVAL,
                             "phantom: tolerance %g must lie between 1e-6 and 0.1",
                             tolerance);
    outer = atw_shape_body(shape, ATW_SHAPE_OUTER);
    return check_fits(&outer, grid, err);
}

/* ---- interface ---- */

enum atw_status atw_phantom_create_empty(struct atw_phantom **out,
                                         const struct atw_grid *grid,
                                         struct atw_error *err)
{
    struct atw_phantom *phantom = calloc(1, sizeof *phantom);
    enum atw_status status;

    *out = NULL;
    if (!phantom)
        return atw_error_set(err, ATW_ENOMEM, "phantom: out of memory");
    status = atw_field_create(&phantom->metal, grid, err);
    if (status == ATW_OK)
        status = atw_field_create(&phantom->composition, grid, err);
    if (status == ATW_OK)
        status = atw_field_create(&phantom->silica, grid, err);
    if (status != ATW_OK) {
        atw_phantom_destroy(phantom);
        return status;
    }
    *out = phantom;
    return ATW_OK;
}

enum atw_status atw_phantom_create(struct atw_phantom **out,
                                   const struct atw_shape *shape,
                                   const struct atw_grid *grid,
                                   double tolerance,
                                   struct atw_error *err)
{
    struct voxelisation job = {.grid = *grid, .tolerance = tolerance};
    enum atw_status status = check_inputs(shape, grid, tolerance, err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_phantom_create_empty(&job.phantom, grid, err);
    if (status != ATW_OK)
        return status;
    job.core = atw_shape_body(shape, ATW_SHAPE_CORE);
    job.metal = atw_shape_body(shape, ATW_SHAPE_METAL);
    job.outer = atw_shape_body(shape, ATW_SHAPE_OUTER);
    job.has_silica = shape->silica_m > 0.0;
    atw_parallel_for(grid->n_z, fill_slice, &job);
    *out = job.phantom;
    return ATW_OK;
}

enum atw_status atw_phantom_copy(struct atw_phantom **out,
                                 const struct atw_phantom *phantom,
                                 struct atw_error *err)
{
    struct atw_phantom *copy = calloc(1, sizeof *copy);
    enum atw_status status;

    *out = NULL;
    if (!copy)
        return atw_error_set(err, ATW_ENOMEM, "phantom: out of memory");
    status = atw_field_copy(&copy->metal, phantom->metal, err);
    if (status == ATW_OK)
        status = atw_field_copy(&copy->composition, phantom->composition, err);
    if (status == ATW_OK)
        status = atw_field_copy(&copy->silica, phantom->silica, err);
    if (status == ATW_OK)
        *out = copy;
    else
        atw_phantom_destroy(copy);
    return status;
}

void atw_phantom_destroy(struct atw_phantom *phantom)
{
    if (!phantom)
        return;
    atw_field_destroy(phantom->metal);
    atw_field_destroy(phantom->composition);
    atw_field_destroy(phantom->silica);
    free(phantom);
}

enum atw_status atw_phantom_grid(struct atw_grid *grid,
                                 const struct atw_shape *shape,
                                 double spacing_m,
                                 double margin_m,
                                 struct atw_error *err)
{
    struct atw_grid covering = {.spacing_m = spacing_m};
    double half_across_m, half_along_m;
    enum atw_status status = atw_shape_check(shape, err);

    if (status != ATW_OK)
        return status;
    if (!(spacing_m > 0.0) || !isfinite(spacing_m))
        return atw_error_set(err, ATW_EINVAL,
                             "phantom: voxel size %g nm must be positive and finite",
                             spacing_m / ATW_METRE_PER_NM);
    if (!(margin_m >= 0.0) || !isfinite(margin_m))
        return atw_error_set(err, ATW_EINVAL,
                             "phantom: margin %g nm must be finite and at least 0",
                             margin_m / ATW_METRE_PER_NM);
    if (shape->kind == ATW_SHAPE_SLAB)
        return atw_error_set(err, ATW_EINVAL,
                             "phantom: a slab is unbounded and has no grid of its own; "
                             "state the numbers of voxels");
    atw_shape_extent(shape, &half_across_m, &half_along_m);
    covering.n_x = atw_grid_cover(2.0 * (half_across_m + margin_m), spacing_m);
    covering.n_y = atw_grid_cover(2.0 * (half_along_m + margin_m), spacing_m);
    covering.n_z = covering.n_x;
    status = atw_grid_check(&covering, err);
    if (status == ATW_OK)
        *grid = covering;
    return status;
}
