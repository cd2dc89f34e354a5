/* Parallel-beam ray transform: the public calls, one task per block of slices. */
#include "projection/projector.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/array.h"
#include "core/constants.h"
#include "core/parallel.h"
#include "projection/block.h"
#include "projection/plan.h"

#define COUNT_AT_MOST ((size_t)1 << 20)
#define PITCH_RATIO_AT_MOST 1000.0

static enum atw_status check_counts(const struct atw_projection_geometry *geometry,
                                    struct atw_error *err)
{
    const struct atw_grid *grid = &geometry->grid;

    if (geometry->n_u == 0 || geometry->n_tilt == 0 || !geometry->tilt_rad)
        return atw_error_set(err, ATW_EINVAL,
                             "projector: %zu views of %zu pixels: there must be at least "
                             "one of each",
                             geometry->n_tilt, geometry->n_u);
    if (grid->n_y > SIZE_MAX / sizeof(float) / geometry->n_tilt / geometry->n_u)
        return atw_error_set(err, ATW_EINVAL,
                             "projector: %zu views of %zu x %zu pixels are more than can "
                             "be counted",
                             geometry->n_tilt, geometry->n_u, grid->n_y);
    if (geometry->n_u > COUNT_AT_MOST || geometry->n_tilt > COUNT_AT_MOST ||
        grid->n_x > COUNT_AT_MOST || grid->n_z > COUNT_AT_MOST)
        return atw_error_set(err, ATW_EINVAL,
                             "projector: slices of %zu x %zu voxels, %zu views of %zu "
                             "pixels: no count may exceed %zu",
                             grid->n_x, grid->n_z, geometry->n_tilt, geometry->n_u,
                             COUNT_AT_MOST);
    return ATW_OK;
}

static enum atw_status check_geometry(const struct atw_projection_geometry *geometry,
                                      struct atw_error *err)
{
    double ratio = geometry->pixel_m / geometry->grid.spacing_m;
    enum atw_status status = atw_grid_check(&geometry->grid, err);

    if (status == ATW_OK)
        status = check_counts(geometry, err);
    if (status != ATW_OK)
        return status;
    if (!(ratio >= 1.0 / PITCH_RATIO_AT_MOST && ratio <= PITCH_RATIO_AT_MOST))
        return atw_error_set(err, ATW_EINVAL,
                             "projector: pixel %g m for voxels of %g m: the pixel must "
                             "be positive and between 1/%g and %g voxels",
                             geometry->pixel_m, geometry->grid.spacing_m,
                             PITCH_RATIO_AT_MOST, PITCH_RATIO_AT_MOST);
    if (!(fabs(geometry->axis_offset_m) <=
          0.5 * (double)geometry->n_u * geometry->pixel_m))
        return atw_error_set(err, ATW_EINVAL,
                             "projector: the tilt axis is %g nm from the centre of the "
                             "detector, which ends at %g nm: the axis must be on it",
                             geometry->axis_offset_m / ATW_METRE_PER_NM,
                             0.5 * (double)geometry->n_u * geometry->pixel_m /
                                 ATW_METRE_PER_NM);
    for (size_t i = 0; i < geometry->n_tilt; i++)
        if (!isfinite(geometry->tilt_rad[i]))
            return atw_error_set(err, ATW_EINVAL,
                                 "projector: tilt angle %zu is %g rad; angles must be "
                                 "finite",
                                 i + 1, geometry->tilt_rad[i]);
    return ATW_OK;
}

static enum atw_status copy_geometry(struct atw_projector *projector,
                                     const struct atw_projection_geometry *geometry,
                                     struct atw_error *err)
{
    size_t size = geometry->n_tilt * sizeof *geometry->tilt_rad;
    double *tilt_rad = malloc(size);

    if (!tilt_rad)
        return atw_error_set(err, ATW_ENOMEM, "projector: no memory for %zu angles",
                             geometry->n_tilt);
    memcpy(tilt_rad, geometry->tilt_rad, size);
    projector->geometry = *geometry;
    projector->geometry.tilt_rad = tilt_rad;
    return ATW_OK;
}

static enum atw_status measure_sensitivity(struct atw_projector *projector,
                                           struct atw_error *err)
{
    const struct atw_grid *grid = &projector->geometry.grid;
    float *volume = atw_array_alloc(atw_block_volume_length(projector), sizeof(float));
    float *views = atw_array_alloc(atw_block_views_length(projector), sizeof(float));
    float *scratch = atw_array_alloc(atw_block_scratch_length(projector), sizeof(float));
    enum atw_status status = ATW_OK;

    projector->sensitivity = calloc(grid->n_z * grid->n_x, sizeof(float));
    if (!volume || !views || !scratch || !projector->sensitivity) {
        status = atw_error_set(err, ATW_ENOMEM, "projector: no memory for a slice block");
        goto cleanup;
    }
    atw_block_sensitivity(projector, views, scratch, volume, projector->sensitivity);
cleanup:
    free(volume);
    free(views);
    free(scratch);
    return status;
}

/* With the views of `whole` from slot `first` on and no sensitivity, or both its own if
 * that is NULL. */
static enum atw_status create(struct atw_projector **out,
                              const struct atw_projection_geometry *geometry,
                              const struct atw_sweep *sweep,
                              const struct atw_projector *whole,
                              size_t first,
                              struct atw_error *err)
{
    struct atw_projector *projector = calloc(1, sizeof *projector);
    enum atw_status status;

    if (!projector)
        return atw_error_set(err, ATW_ENOMEM, "projector: out of memory");
    projector->sweep = sweep;
    projector->whole = whole;
    if (whole) {
        projector->view = whole->view + first;
        projector->bin_stride = whole->bin_stride;
    }
    status = copy_geometry(projector, geometry, err);
    if (status == ATW_OK)
        status = atw_plan_build(projector, err);
    if (status == ATW_OK && !whole)
        status = measure_sensitivity(projector, err);
    if (status != ATW_OK)
        goto cleanup;
    *out = projector;
    projector = NULL; /* now owned by the caller */
cleanup:
    atw_projector_destroy(projector);
    return status;
}

enum atw_status atw_projector_create_for(struct atw_projector **out,
                                         const struct atw_projection_geometry *geometry,
                                         const struct atw_sweep *sweep,
                                         struct atw_error *err)
{
    enum atw_status status = check_geometry(geometry, err);

    *out = NULL;
    return status == ATW_OK ? create(out, geometry, sweep, NULL, 0, err) : status;
}

enum atw_status atw_block_part(struct atw_projector **out,
                               const struct atw_projector *whole,
                               size_t first,
                               size_t count,
                               struct atw_error *err)
{
    struct atw_projection_geometry geometry = whole->geometry;
    double *tilt_rad = NULL;
    enum atw_status status;

    *out = NULL;
    if (first >= geometry.n_tilt || count == 0 || count > geometry.n_tilt - first)
        return atw_error_set(err, ATW_EINVAL,
                             "projector: views %zu to %zu of %zu cannot be a part", first,
                             first + count, geometry.n_tilt);
    tilt_rad = malloc(count * sizeof *tilt_rad);
    if (!tilt_rad)
        return atw_error_set(err, ATW_ENOMEM, "projector: no memory for %zu angles",
                             count);
    for (size_t i = 0; i < count; i++)
        tilt_rad[i] = whole->geometry.tilt_rad[whole->view[first + i].tilt];
    geometry.n_tilt = count;
    geometry.tilt_rad = tilt_rad;
    status = create(out, &geometry, whole->sweep, whole, first, err);
    free(tilt_rad);
    return status;
}

enum atw_status atw_projector_create(struct atw_projector **out,
                                     const struct atw_projection_geometry *geometry,
                                     struct atw_error *err)
{
    return atw_projector_create_for(out, geometry, atw_sweep_best(), err);
}

void atw_projector_destroy(struct atw_projector *projector)
{
    if (!projector)
        return;
    atw_plan_release(projector);
    free((double *)projector->geometry.tilt_rad);
    free(projector->sensitivity);
    free(projector);
}

const struct atw_projection_geometry *
atw_projector_geometry(const struct atw_projector *projector)
{
    return &projector->geometry;
}

const float *atw_projector_sensitivity(const struct atw_projector *projector)
{
    return projector->sensitivity;
}

/* Working space of one call: a slice per worker of each array. */
struct transform {
    const struct atw_projector *projector;
    const float *in;
    float *out;
    size_t volume_length, views_length, scratch_length;
    float *volume, *views, *scratch;
};

static void transform_release(struct transform *transform)
{
    free(transform->volume);
    free(transform->views);
    free(transform->scratch);
}

static enum atw_status transform_init(struct transform *transform,
                                      const struct atw_projector *projector,
                                      const float *in,
                                      float *out,
                                      struct atw_error *err)
{
    size_t n_worker = atw_parallel_thread_count();

    if (n_worker > atw_block_count(projector))
        n_worker = atw_block_count(projector);
    *transform = (struct transform){
        .projector = projector,
        .in = in,
        .out = out,
        .volume_length = atw_block_volume_length(projector),
        .views_length = atw_block_views_length(projector),
        .scratch_length = atw_block_scratch_length(projector),
    };
    transform->volume =
        atw_array_alloc(n_worker * transform->volume_length, sizeof(float));
    transform->views = atw_array_alloc(n_worker * transform->views_length, sizeof(float));
    transform->scratch =
        atw_array_alloc(n_worker * transform->scratch_length, sizeof(float));
    if (transform->volume && transform->views && transform->scratch)
        return ATW_OK;
    transform_release(transform);
    return atw_error_set(err, ATW_ENOMEM,
                         "projector: no memory for %zu slice blocks of %zu bytes",
                         n_worker, 4 * transform->volume_length);
}

static void forward_block(void *context, size_t block, size_t worker)
{
    const struct transform *t = context;
    float *volume = t->volume + worker * t->volume_length;
    float *views = t->views + worker * t->views_length;
    float *scratch = t->scratch + worker * t->scratch_length;

    atw_block_pack_volume(t->projector, block, t->in, volume);
    for (size_t group = 0; group < atw_block_group_count(t->projector); group++)
        atw_block_forward(t->projector, group, volume, scratch,
                          atw_block_group_views(t->projector, group, views));
    atw_block_unpack_views(t->projector, block, views, t->out);
}

static void backward_block(void *context, size_t block, size_t worker)
{
    const struct transform *t = context;
    float *volume = t->volume + worker * t->volume_length;
    float *views = t->views + worker * t->views_length;
    float *scratch = t->scratch + worker * t->scratch_length;
    size_t n_z = t->projector->geometry.grid.n_z;

    atw_block_pack_views(t->projector, block, t->in, views);
    for (size_t group = 0; group < atw_block_group_count(t->projector); group++)
        atw_block_backward(t->projector, group,
                           atw_block_group_views(t->projector, group, views), scratch,
                           volume);
    for (size_t z = 0; z < n_z; z += ATW_BLOCK_ROWS) {
        size_t count = n_z - z < ATW_BLOCK_ROWS ? n_z - z : ATW_BLOCK_ROWS;

        atw_block_fold_rows(t->projector, z, count, volume);
        atw_block_unpack_rows(t->projector, block, z, count, volume, t->out);
    }
}

static enum atw_status run(const struct atw_projector *projector,
                           atw_parallel_task_fn task,
                           const float *in,
                           float *out,
                           struct atw_error *err)
{
    struct transform transform;
    enum atw_status status = transform_init(&transform, projector, in, out, err);

    if (status != ATW_OK)
        return status;
    atw_parallel_for(atw_block_count(projector), task, &transform);
    transform_release(&transform);
    return ATW_OK;
}

enum atw_status atw_projector_forward(const struct atw_projector *projector,
                                      const float *volume,
                                      float *series,
                                      struct atw_error *err)
{
    return run(projector, forward_block, volume, series, err);
}

enum atw_status atw_projector_backward(const struct atw_projector *projector,
                                       const float *series,
                                       float *volume,
                                       struct atw_error *err)
{
    return run(projector, backward_block, series, volume, err);
}

double atw_projector_box_variance(double tilt_rad)
{
    double width = fmax(fabs(cos(tilt_rad)), fabs(sin(tilt_rad)));

    return width * width / 12.0;
}
