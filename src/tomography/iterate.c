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
#include <string.h>

#include "core/parallel.h"
#include "projection/block.h"

/* Projections below this share of the largest datum count as that much. */
#define FLOOR_SHARE 1e-20f

struct work {
    const struct atw_iteration *method;
    const struct atw_projector *projector;
    const float *series;
    float *volume;
    size_t iterations;
    float floor;
    float *weight;  /* [n_z][n_x] 1 / sensitivity */
    float *row_sum; /* packed order of views, one lane: [slot][u] */
    double *misfit; /* [block][iterations] sum of squares */
    size_t stride;  /* floats per worker in space */
    float *space;
};

/* The arrays of one worker inside its part of the space. */
struct desk {
    float *data, *volume, *back, *views, *scratch;
};

static size_t longest_group(const struct atw_projector *projector)
{
    size_t most = 0;

    for (size_t i = 0; i < atw_block_group_count(projector); i++)
        if (atw_block_group_length(projector, i) > most)
            most = atw_block_group_length(projector, i);
    return most;
}

static size_t padded(size_t length)
{
    return (length + 15) / 16 * 16;
}

static size_t desk_length(const struct atw_projector *projector)
{
    return padded(atw_block_views_length(projector)) +
           2 * padded(atw_block_volume_length(projector)) +
           padded(longest_group(projector)) + padded(atw_block_scratch_length(projector));
}

/* Arrays follow each other at multiples of 16 floats. */
static struct desk desk_of(const struct work *work, size_t worker)
{
    const struct atw_projector *projector = work->projector;
    struct desk desk = {.data = work->space + worker * work->stride};

    desk.volume = desk.data + padded(atw_block_views_length(projector));
    desk.back = desk.volume + padded(atw_block_volume_length(projector));
    desk.views = desk.back + padded(atw_block_volume_length(projector));
    desk.scratch = desk.views + padded(longest_group(projector));
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

/* One group of views: project, compare with the data, project back. Returns the misfit.
 */
static double visit_group(const struct work *work, const struct desk *desk, size_t group)
{
    const struct atw_projector *projector = work->projector;
    size_t n_u = atw_projector_geometry(projector)->n_u;
    size_t lanes = atw_block_lanes(projector);
    size_t length = atw_block_group_length(projector, group);
    const float *data = atw_block_group_views(projector, group, desk->data);
    const float *row_sum = work->row_sum + (size_t)(data - desk->data) / lanes;
    double misfit;

    atw_block_forward(projector, group, desk->volume, desk->scratch, desk->views);
    misfit = squared_distance(data, desk->views, length);
    for (size_t i = 0; i < length / lanes; i += n_u)
        work->method->compare(data + i * lanes, row_sum + i, n_u, lanes, work->floor,
                              desk->views + i * lanes);
    atw_block_backward(projector, group, desk->views, desk->scratch, desk->back);
    return misfit;
}

static void update_block(const struct work *work, const struct desk *desk)
{
    const struct atw_grid *grid = &atw_projector_geometry(work->projector)->grid;

    for (size_t z = 0; z < grid->n_z; z++)
        work->method->update(atw_block_row(work->projector, desk->back, z),
                             work->weight + z * grid->n_x, grid->n_x,
                             atw_block_lanes(work->projector), work->floor,
                             atw_block_row(work->projector, desk->volume, z));
}

/* Lanes without a slice stay zero, so that they add nothing to the misfit. */
static void start_block(const struct work *work, size_t block, const struct desk *desk)
{
    const struct atw_grid *grid = &atw_projector_geometry(work->projector)->grid;
    size_t lanes = atw_block_lanes(work->projector);
    size_t n_lane = atw_block_slice_count(work->projector, block);

    for (size_t z = 0; z < grid->n_z; z++) {
        float *row = atw_block_row(work->projector, desk->volume, z);

        for (size_t i = 0; i < grid->n_x * lanes; i++)
            row[i] = i % lanes < n_lane ? work->method->start : 0.0f;
    }
}

static void solve_block(void *context, size_t block, size_t worker)
{
    const struct work *work = context;
    struct desk desk = desk_of(work, worker);
    size_t back_size = atw_block_volume_length(work->projector) * sizeof *desk.back;

    atw_block_pack_views(work->projector, block, work->series, desk.data);
    start_block(work, block, &desk);
    for (size_t i = 0; i < work->iterations; i++) {
        double misfit = 0.0;

        memset(desk.back, 0, back_size);
        atw_block_spread(work->projector, desk.volume);
        for (size_t g = 0; g < atw_block_group_count(work->projector); g++)
            misfit += visit_group(work, &desk, g);
        work->misfit[block * work->iterations + i] = misfit;
        atw_block_fold(work->projector, desk.back);
        update_block(work, &desk);
    }
    atw_block_unpack_volume(work->projector, block, desk.volume, work->volume);
}

/* Largest datum; refuses what is not finite, or negative when counts are needed. */
static enum atw_status
check_series(const struct work *work, float *most, struct atw_error *err)
{
    const struct atw_projection_geometry *geometry =
        atw_projector_geometry(work->projector);
    size_t view = geometry->grid.n_y * geometry->n_u;

    *most = 0.0f;
    for (size_t i = 0; i < geometry->n_tilt * view; i++) {
        float value = work->series[i];

        if (!isfinite(value) || (work->method->needs_counts && value < 0.0f))
            return atw_error_set(
                err, ATW_EINPUT,
                "%s: pixel (u %zu, v %zu) of view %zu is %g; the data must be finite%s",
                work->method->name, i % geometry->n_u, i % view / geometry->n_u,
                i / view + 1, (double)value,
                work->method->needs_counts
                    ? " and not negative: subtract the background and clip at zero"
                    : "");
        *most = fmaxf(*most, fabsf(value));
    }
    return ATW_OK;
}

/* Projection of ones, by the desk of worker 0. Same for all lanes: keep the first. */
static void measure_rows(const struct work *work)
{
    struct desk desk = desk_of(work, 0);
    const struct atw_projector *projector = work->projector;
    struct work ones = *work;
    struct atw_iteration unit = {.start = 1.0f};

    ones.method = &unit;
    start_block(&ones, 0, &desk);
    atw_block_spread(projector, desk.volume);
    for (size_t g = 0; g < atw_block_group_count(projector); g++)
        atw_block_forward(projector, g, desk.volume, desk.scratch,
                          atw_block_group_views(projector, g, desk.data));
    for (size_t i = 0; i < atw_block_views_length(projector) / atw_block_lanes(projector);
         i++)
        work->row_sum[i] = desk.data[i * atw_block_lanes(projector)];
}

static void measure_columns(const struct work *work)
{
    const struct atw_grid *grid = &atw_projector_geometry(work->projector)->grid;
    const float *sensitivity = atw_projector_sensitivity(work->projector);

    for (size_t i = 0; i < grid->n_z * grid->n_x; i++)
        work->weight[i] = sensitivity[i] > 0.0f ? 1.0f / sensitivity[i] : 0.0f;
}

static enum atw_status work_init(struct work *work, struct atw_error *err)
{
    const struct atw_projection_geometry *geometry =
        atw_projector_geometry(work->projector);
    size_t n_block = atw_block_count(work->projector);
    size_t n_worker = atw_parallel_thread_count();

    if (n_worker > n_block)
        n_worker = n_block;
    work->stride = desk_length(work->projector);
    work->space = atw_block_alloc(n_worker * work->stride);
    work->weight = calloc(geometry->grid.n_z * geometry->grid.n_x, sizeof(float));
    work->row_sum = calloc(geometry->n_tilt * geometry->n_u, sizeof(float));
    work->misfit = calloc(n_block * work->iterations, sizeof *work->misfit);
    if (!work->space || !work->weight || !work->row_sum || !work->misfit)
        return atw_error_set(err, ATW_ENOMEM, "%s: no memory: %zu MiB for %zu threads",
                             work->method->name,
                             n_worker * work->stride * sizeof(float) >> 20, n_worker);
    measure_columns(work);
    measure_rows(work);
    return ATW_OK;
}

static void work_release(struct work *work)
{
    free(work->space);
    free(work->weight);
    free(work->row_sum);
    free(work->misfit);
}

/* Sum the blocks in order, whatever order they were solved in. */
static void collect_residual(const struct work *work, double *residual)
{
    const struct atw_projection_geometry *geometry =
        atw_projector_geometry(work->projector);
    double norm = 0.0;

    for (size_t i = 0; i < geometry->n_tilt * geometry->grid.n_y * geometry->n_u; i++)
        norm += (double)work->series[i] * (double)work->series[i];
    for (size_t i = 0; i < work->iterations; i++) {
        double misfit = 0.0;

        for (size_t b = 0; b < atw_block_count(work->projector); b++)
            misfit += work->misfit[b * work->iterations + i];
        residual[i] = norm > 0.0 ? sqrt(misfit / norm) : 0.0;
    }
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
                        .projector = projector,
                        .series = series,
                        .volume = volume,
                        .iterations = options->iterations};
    enum atw_status status;
    float most;

    if (options->iterations == 0)
        return atw_error_set(err, ATW_EINVAL,
                             "%s: 0 iterations: there must be at least one",
                             method->name);
    status = check_series(&work, &most, err);
    if (status != ATW_OK)
        return status;
    work.floor = fmaxf(FLOOR_SHARE * most, FLT_MIN);
    status = work_init(&work, err);
    if (status != ATW_OK)
        goto cleanup;
    atw_parallel_for(atw_block_count(projector), solve_block, &work);
    if (residual)
        collect_residual(&work, residual);
cleanup:
    work_release(&work);
    return status;
}
