/* Driver of the iterative methods.
 *
 * Slices are independent, so one task takes one block of slices through all iterations
 * while its volume, its data and its working space stay in the cache of one core. Views
 * are compared and projected back group by group: no projection of the whole series is
 * ever stored. */
#include "tomography/iterate.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "core/array.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "projection/block.h"
#include "tomography/data.h"
#include "tomography/stage.h"

/* Projections below this share of the largest datum count as that much. */
#define FLOOR_SHARE 1e-20f
/* Subsets unless the caller says otherwise. */
#define SUBSETS 14

struct work {
    const struct atw_iteration *method;
    const struct atw_reconstruction_options *options;
    const struct atw_projector *projector;
    const float *series;
    float *volume;
    size_t iterations, subset_iterations;
    float floor, start;
    size_t n_stage; /* all views, and the subsets if there are several */
    struct atw_stage *stage;
    int tells_misfit;      /* the caller asks for residuals */
    double *misfit;        /* [block][iterations] sum of squares */
    size_t n_desk, stride; /* workers, floats of each in space */
    float *space;
};

/* The arrays of one worker inside its part of the space. */
struct desk {
    float *data, *volume, *back, *views, *scratch;
};

struct desk_size {
    size_t data, volume, views, scratch;
};

static size_t longest_group(const struct atw_projector *projector)
{
    size_t most = 0;

    for (size_t i = 0; i < atw_block_group_count(projector); i++)
        if (atw_block_group_length(projector, i) > most)
            most = atw_block_group_length(projector, i);
    return most;
}

static struct desk_size measure_desk(const struct work *work)
{
    struct desk_size size = {
        .data = atw_stage_padded(atw_block_views_length(work->projector)),
        .volume = atw_stage_padded(atw_block_volume_length(work->projector))};

    for (size_t i = 0; i < work->n_stage; i++) {
        const struct atw_projector *projector = work->stage[i].projector;
        size_t views = atw_stage_padded(longest_group(projector));
        size_t scratch = atw_stage_padded(atw_block_scratch_length(projector));

        size.views = views > size.views ? views : size.views;
        size.scratch = scratch > size.scratch ? scratch : size.scratch;
    }
    return size;
}

static size_t desk_length(const struct work *work)
{
    struct desk_size size = measure_desk(work);

    return size.data + 2 * size.volume + size.views + size.scratch;
}

/* Arrays follow each other at multiples of 16 floats. */
static struct desk desk_of(const struct work *work, size_t worker)
{
    struct desk_size size = measure_desk(work);
    struct desk desk = {.data = work->space + worker * work->stride};

    desk.volume = desk.data + size.data;
    desk.back = desk.volume + size.volume;
    desk.views = desk.back + size.volume;
    desk.scratch = desk.views + size.views;
    return desk;
}

static double squared_distance(const float *a, const float *b, size_t count)
{
    double part[4] = {0.0};

    for (size_t i = 0; i < count; i++) {
        double difference = (double)(a[i] - b[i]);

        part[i % 4] += difference * difference;
    }
    return part[0] + part[1] + part[2] + part[3];
}

/* One group of views: project, compare with the data, project back. Returns the misfit if
 * it is told: in double precision it costs a tenth of small slices. */
static double visit_group(const struct work *work,
                          const struct atw_stage *stage,
                          const struct desk *desk,
                          size_t group)
{
    const struct atw_projector *projector = stage->projector;
    size_t n_u = atw_projector_geometry(projector)->n_u;
    size_t lanes = atw_block_lanes(projector);
    size_t length = atw_block_group_length(projector, group);
    float *all = desk->data + stage->data_at;
    const float *data = atw_block_group_views(projector, group, all);
    const float *row_sum = stage->row_sum + (size_t)(data - all) / lanes;
    double misfit = 0.0;

    atw_block_forward(projector, group, desk->volume, desk->scratch, desk->views);
    if (work->tells_misfit)
        misfit = squared_distance(data, desk->views, length);
    for (size_t i = 0; i < length / lanes; i += n_u)
        work->method->compare(data + i * lanes, row_sum + i, n_u, lanes, work->floor,
                              desk->views + i * lanes);
    atw_block_backward(projector, group, desk->views, desk->scratch, desk->back);
    return misfit;
}

/* Bounds and support, of one packed row. */
static void constrain_row(const struct work *work, size_t block, size_t z, float *row)
{
    const struct atw_reconstruction_options *options = work->options;
    const struct atw_grid *grid = &atw_projector_geometry(work->projector)->grid;
    size_t lanes = atw_block_lanes(work->projector);
    size_t n_lane = atw_block_slice_count(work->projector, block);

    if (options->has_bounds)
        for (size_t x = 0; x < grid->n_x; x++)
            for (size_t lane = 0; lane < n_lane; lane++)
                row[x * lanes + lane] =
                    fminf(fmaxf(row[x * lanes + lane], options->lower), options->upper);
    if (options->support)
        atw_data_mask_row(work->projector, options->support, block, z, row);
}

/* A few rows at a time, from the back projections to the volume. */
static void update_block(const struct work *work,
                         const struct atw_stage *stage,
                         size_t block,
                         atw_iteration_update_fn update,
                         const struct desk *desk)
{
    const struct atw_grid *grid = &atw_projector_geometry(work->projector)->grid;
    size_t lanes = atw_block_lanes(work->projector);

    for (size_t z0 = 0; z0 < grid->n_z; z0 += ATW_BLOCK_ROWS) {
        size_t left = grid->n_z - z0;
        size_t count = left < ATW_BLOCK_ROWS ? left : ATW_BLOCK_ROWS;

        atw_block_fold_rows(stage->projector, z0, count, desk->back);
        for (size_t z = z0; z < z0 + count; z++) {
            float *row = atw_block_row(work->projector, desk->volume, z);

            update(atw_block_row(work->projector, desk->back, z),
                   stage->weight + z * grid->n_x, grid->n_x, lanes, work->floor, row);
            constrain_row(work, block, z, row);
        }
        atw_block_spread_rows(work->projector, z0, count, desk->volume);
    }
}

/* Lanes without a slice stay zero, so that they add nothing to the misfit. */
static void start_block(const struct work *work, size_t block, const struct desk *desk)
{
    const struct atw_grid *grid = &atw_projector_geometry(work->projector)->grid;
    size_t lanes = atw_block_lanes(work->projector);
    size_t n_lane = atw_block_slice_count(work->projector, block);

    if (work->options->start)
        atw_block_pack_volume(work->projector, block, work->options->start, desk->volume);
    for (size_t z = 0; z < grid->n_z; z++) {
        float *row = atw_block_row(work->projector, desk->volume, z);

        if (!work->options->start)
            for (size_t i = 0; i < grid->n_x * lanes; i += lanes)
                for (size_t lane = 0; lane < lanes; lane++)
                    row[i + lane] = lane < n_lane ? work->start : 0.0f;
        constrain_row(work, block, z, row);
    }
    atw_block_spread_rows(work->projector, 0, grid->n_z, desk->volume);
}

/* Projects, compares and projects back the views of a stage, then updates the volume. */
static double visit_stage(const struct work *work,
                          const struct atw_stage *stage,
                          size_t block,
                          atw_iteration_update_fn update,
                          const struct desk *desk)
{
    double misfit = 0.0;

    for (size_t g = 0; g < atw_block_group_count(stage->projector); g++)
        misfit += visit_group(work, stage, desk, g);
    update_block(work, stage, block, update, desk);
    return misfit;
}

/* One pass over all views: an update after each subset, or one after all. */
static double
pass(const struct work *work, size_t block, int in_subsets, const struct desk *desk)
{
    double misfit = 0.0;

    if (!in_subsets)
        return visit_stage(work, &work->stage[0], block, work->method->update, desk);
    for (size_t i = 1; i < work->n_stage; i++)
        misfit +=
            visit_stage(work, &work->stage[i], block, work->method->update_subset, desk);
    return misfit;
}

static void solve_block(void *context, size_t block, size_t worker)
{
    const struct work *work = context;
    struct desk desk = desk_of(work, worker);

    atw_block_pack_views(work->projector, block, work->series, desk.data);
    start_block(work, block, &desk);
    for (size_t i = 0; i < work->iterations; i++) {
        work->misfit[block * work->iterations + i] =
            pass(work, block, i < work->subset_iterations, &desk);
        if (work->options->shows_progress)
            atw_progress_step();
    }
    atw_block_unpack_rows(work->projector, block, 0,
                          atw_projector_geometry(work->projector)->grid.n_z, desk.volume,
                          work->volume);
}

/* Projection of ones, by the desk of worker 0. Same for all lanes: keep the first. */
static void measure_rows(const struct work *work, const struct atw_stage *stage)
{
    struct desk desk = desk_of(work, 0);
    const struct atw_projector *projector = stage->projector;
    size_t lanes = atw_block_lanes(projector);
    struct atw_reconstruction_options plain = {0};
    struct work ones = *work;

    ones.options = &plain;
    ones.start = 1.0f;
    start_block(&ones, 0, &desk);
    for (size_t g = 0; g < atw_block_group_count(projector); g++)
        atw_block_forward(projector, g, desk.volume, desk.scratch,
                          atw_block_group_views(projector, g, desk.data));
    for (size_t i = 0; i < atw_block_views_length(projector) / lanes; i++)
        stage->row_sum[i] = desk.data[i * lanes];
}

/* Stages i, i + n, i + 2 n ... at desk i of n. */
static void weigh_stages(void *context, size_t i, size_t worker)
{
    const struct work *work = context;
    struct desk desk = desk_of(work, i);

    (void)worker;
    for (size_t k = i; k < work->n_stage; k += work->n_desk)
        atw_stage_weigh(&work->stage[k], desk.data, desk.scratch, desk.back);
}

static enum atw_status work_init(struct work *work, struct atw_error *err)
{
    size_t n_block = atw_block_count(work->projector);
    enum atw_status status =
        atw_stages_create(&work->stage, work->n_stage, work->projector, err);

    if (status != ATW_OK)
        return status;
    work->n_desk = atw_parallel_thread_count();
    if (work->n_desk > n_block)
        work->n_desk = n_block;
    work->stride = desk_length(work);
    work->space = atw_array_alloc(work->n_desk * work->stride, sizeof(float));
    work->misfit = calloc(n_block * work->iterations, sizeof *work->misfit);
    if (!work->space || !work->misfit)
        return atw_error_set(
            err, ATW_ENOMEM, "%s: no memory: %zu MiB for %zu threads", work->method->name,
            work->n_desk * work->stride * sizeof(float) >> 20, work->n_desk);
    atw_parallel_for(work->n_desk, weigh_stages, work);
    for (size_t i = 0; work->method->needs_row_sum && i < work->n_stage; i++)
        measure_rows(work, &work->stage[i]);
    return ATW_OK;
}

static void work_release(struct work *work)
{
    atw_stages_destroy(work->stage, work->n_stage);
    free(work->space);
    free(work->misfit);
}

/* Methods with subsets start where the projections have the sum of the data, so that the
 * limit on one update does not show. */
static void scale_start(struct work *work)
{
    const struct atw_projection_geometry *geometry =
        atw_projector_geometry(work->projector);
    const float *sensitivity = atw_projector_sensitivity(work->projector);
    double data = 0.0, ones = 0.0;

    for (size_t i = 0; i < geometry->n_tilt * geometry->grid.n_y * geometry->n_u; i++)
        data += (double)work->series[i];
    for (size_t i = 0; i < geometry->grid.n_z * geometry->grid.n_x; i++)
        ones += (double)sensitivity[i] * (double)geometry->grid.n_y;
    if (work->method->update_subset && data > 0.0 && ones > 0.0)
        work->start = (float)(data / ones);
}

/* How many subsets, and for how many passes: the last quarter, at least one, has none. */
static enum atw_status plan_subsets(struct work *work, struct atw_error *err)
{
    size_t n_tilt = atw_projector_geometry(work->projector)->n_tilt;
    size_t n_subset = work->options->subsets;

    work->n_stage = 1;
    if (!work->method->update_subset)
        return ATW_OK;
    if (n_subset > n_tilt)
        return atw_error_set(err, ATW_EINVAL,
                             "%s: %zu subsets of %zu views: give 1 to %zu",
                             work->method->name, n_subset, n_tilt, n_tilt);
    if (n_subset == 0)
        n_subset = n_tilt < SUBSETS ? n_tilt : SUBSETS;
    if (n_subset == 1)
        return ATW_OK;
    work->n_stage += n_subset;
    work->subset_iterations = work->iterations - (work->iterations + 3) / 4;
    return ATW_OK;
}

enum atw_status atw_iterate(const struct atw_iteration *method,
                            const struct atw_projector *projector,
                            const float *series,
                            const struct atw_reconstruction_options *options,
                            float *volume,
                            double *residual,
                            struct atw_error *err)
{
    struct work work = {.method = method,
                        .options = options,
                        .projector = projector,
                        .series = series,
                        .volume = volume,
                        .start = method->start,
                        .iterations = options->iterations,
                        .tells_misfit = residual != NULL};
    float most;
    enum atw_status status = atw_data_check(method->name, method->needs_counts, projector,
                                            series, options, &most, err);

    if (status == ATW_OK)
        status = plan_subsets(&work, err);
    if (status != ATW_OK)
        return status;
    scale_start(&work);
    work.floor = fmaxf(FLOOR_SHARE * most, FLT_MIN);
    status = work_init(&work, err);
    if (status != ATW_OK)
        goto cleanup;
    if (options->shows_progress)
        atw_progress_begin(method->name, atw_block_count(projector) * work.iterations);
    atw_parallel_for(atw_block_count(projector), solve_block, &work);
    if (options->shows_progress)
        atw_progress_end();
    if (residual)
        atw_data_collect_misfit(projector, series, work.misfit, work.iterations,
                                residual);
cleanup:
    work_release(&work);
    return status;
}
