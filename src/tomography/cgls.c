/* Conjugate gradients on the normal equations, slice by slice.
 *
 *   minimise |b - A v|^2 in every slice, from v = 0 or the start image.
 *
 * Slices are independent problems and have their own step lengths; a block of them is
 * taken through all iterations at once, a slice to a lane. With a support the problem is
 * that of the voxels inside; bounds, which conjugate gradients cannot keep, are applied
 * to the result. A slice is left alone when its gradient has fallen to the rounding of
 * single precision. Source: Hestenes and Stiefel, J. Res. Natl. Bur. Stand. 49 (1952)
 * 409, section 10; in this form Bjoerck, Numerical Methods for Least Squares Problems
 * (1996), algorithm 7.4.1. */
#include "tomography/cgls.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/array.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "projection/block.h"
#include "tomography/data.h"
#include "tomography/stage.h"

/* Of the squared gradient, against the first one. */
#define LEAST_GRADIENT 1e-13

struct solver {
    const struct atw_projector *projector;
    const struct atw_reconstruction_options *options;
    const float *series;
    float *volume;
    size_t lanes;
    double *misfit; /* [block][iterations] sum of squares */
    size_t stride;  /* floats per worker in space */
    float *space;
};

/* What a worker holds of its block, packed, and the numbers of every lane. */
struct desk {
    size_t block;
    float *x, *gradient, *direction; /* volumes */
    float *rest, *step;              /* views: b - A x, A direction */
    float *scratch;
    double gamma[ATW_BLOCK_LANES_MOST], first[ATW_BLOCK_LANES_MOST];
};

static size_t desk_length(const struct solver *s)
{
    return 3 * atw_stage_padded(atw_block_volume_length(s->projector)) +
           2 * atw_stage_padded(atw_block_views_length(s->projector)) +
           atw_stage_padded(atw_block_scratch_length(s->projector));
}

/* The volumes have to be zero: nothing else clears the border of what is projected. */
static struct desk desk_of(const struct solver *s, size_t block, size_t worker)
{
    size_t volume = atw_stage_padded(atw_block_volume_length(s->projector));
    size_t views = atw_stage_padded(atw_block_views_length(s->projector));
    struct desk desk = {.block = block, .x = s->space + worker * s->stride};

    desk.gradient = desk.x + volume;
    desk.direction = desk.gradient + volume;
    desk.rest = desk.direction + volume;
    desk.step = desk.rest + views;
    desk.scratch = desk.step + views;
    memset(desk.x, 0, 3 * volume * sizeof *desk.x);
    return desk;
}

/* ---- lanes ---------------------------------------------------------------- */

/* sum[lane] += squares of values [count][lane] */
static void add_squares(const float *value, size_t count, size_t lanes, double *sum)
{
    for (size_t i = 0; i < count * lanes; i += lanes)
        for (size_t lane = 0; lane < lanes; lane++)
            sum[lane] += (double)value[i + lane] * (double)value[i + lane];
}

/* y = a y + b x, [count][lane], with a factor per lane; NULL is 1. */
static void combine(size_t count,
                    size_t lanes,
                    const double *a,
                    float *y,
                    const double *b,
                    const float *x)
{
    float factor_y[ATW_BLOCK_LANES_MOST], factor_x[ATW_BLOCK_LANES_MOST];

    for (size_t lane = 0; lane < lanes; lane++) {
        factor_y[lane] = a ? (float)a[lane] : 1.0f;
        factor_x[lane] = b ? (float)b[lane] : 1.0f;
    }
    for (size_t i = 0; i < count * lanes; i += lanes)
        for (size_t lane = 0; lane < lanes; lane++)
            y[i + lane] = factor_y[lane] * y[i + lane] + factor_x[lane] * x[i + lane];
}

static const struct atw_grid *grid_of(const struct solver *s)
{
    return &atw_projector_geometry(s->projector)->grid;
}

static size_t view_count(const struct solver *s)
{
    return atw_block_views_length(s->projector) / s->lanes;
}

static void squares_of_volume(const struct solver *s, float *packed, double *sum)
{
    memset(sum, 0, ATW_BLOCK_LANES_MOST * sizeof *sum);
    for (size_t z = 0; z < grid_of(s)->n_z; z++)
        add_squares(atw_block_row(s->projector, packed, z), grid_of(s)->n_x, s->lanes,
                    sum);
}

static void squares_of_views(const struct solver *s, const float *views, double *sum)
{
    memset(sum, 0, ATW_BLOCK_LANES_MOST * sizeof *sum);
    add_squares(views, view_count(s), s->lanes, sum);
}

static void combine_volumes(
    const struct solver *s, const double *a, float *y, const double *b, float *x)
{
    for (size_t z = 0; z < grid_of(s)->n_z; z++)
        combine(grid_of(s)->n_x, s->lanes, a, atw_block_row(s->projector, y, z), b,
                atw_block_row(s->projector, x, z));
}

/* ---- iterations ----------------------------------------------------------- */

/* Zero outside the support. */
static void mask(const struct solver *s, const struct desk *desk, float *packed)
{
    for (size_t z = 0; s->options->support && z < grid_of(s)->n_z; z++)
        atw_data_mask_row(s->projector, s->options->support, desk->block, z,
                          atw_block_row(s->projector, packed, z));
}

/* desk->step = projections of a volume. */
static void project(const struct solver *s, const struct desk *desk, float *packed)
{
    atw_block_spread_rows(s->projector, 0, grid_of(s)->n_z, packed);
    for (size_t g = 0; g < atw_block_group_count(s->projector); g++)
        atw_block_forward(s->projector, g, packed, desk->scratch,
                          atw_block_group_views(s->projector, g, desk->step));
}

static void find_gradient(const struct solver *s, const struct desk *desk)
{
    for (size_t g = 0; g < atw_block_group_count(s->projector); g++)
        atw_block_backward(s->projector, g,
                           atw_block_group_views(s->projector, g, desk->rest),
                           desk->scratch, desk->gradient);
    atw_block_fold_rows(s->projector, 0, grid_of(s)->n_z, desk->gradient);
    mask(s, desk, desk->gradient);
}

static void begin(const struct solver *s, struct desk *desk)
{
    atw_block_pack_views(s->projector, desk->block, s->series, desk->rest);
    if (s->options->start) {
        atw_block_pack_volume(s->projector, desk->block, s->options->start, desk->x);
        mask(s, desk, desk->x);
        project(s, desk, desk->x);
        for (size_t i = 0; i < atw_block_views_length(s->projector); i++)
            desk->rest[i] -= desk->step[i];
    }
    find_gradient(s, desk);
    combine_volumes(s, NULL, desk->direction, NULL, desk->gradient);
    squares_of_volume(s, desk->gradient, desk->gamma);
    memcpy(desk->first, desk->gamma, sizeof desk->first);
}

static void advance(const struct solver *s, struct desk *desk)
{
    double a[ATW_BLOCK_LANES_MOST], minus[ATW_BLOCK_LANES_MOST];

    project(s, desk, desk->direction);
    squares_of_views(s, desk->step, a);
    for (size_t i = 0; i < s->lanes; i++) {
        int is_done = !(a[i] > 0.0) || desk->gamma[i] <= LEAST_GRADIENT * desk->first[i];

        a[i] = is_done ? 0.0 : desk->gamma[i] / a[i];
        minus[i] = -a[i];
    }
    combine_volumes(s, NULL, desk->x, a, desk->direction);
    combine(view_count(s), s->lanes, NULL, desk->rest, minus, desk->step);
    find_gradient(s, desk);
    squares_of_volume(s, desk->gradient, a);
    for (size_t i = 0; i < s->lanes; i++) {
        double gamma = a[i];

        a[i] = desk->gamma[i] > 0.0 ? gamma / desk->gamma[i] : 0.0;
        desk->gamma[i] = gamma;
    }
    combine_volumes(s, a, desk->direction, NULL, desk->gradient);
}

static double misfit_of(const struct solver *s, const struct desk *desk)
{
    double sum[ATW_BLOCK_LANES_MOST], total = 0.0;

    squares_of_views(s, desk->rest, sum);
    for (size_t i = 0; i < s->lanes; i++)
        total += sum[i];
    return total;
}

static void solve_block(void *context, size_t block, size_t worker)
{
    const struct solver *s = context;
    struct desk desk = desk_of(s, block, worker);

    begin(s, &desk);
    for (size_t i = 0; i < s->options->iterations; i++) {
        if (s->misfit)
            s->misfit[block * s->options->iterations + i] = misfit_of(s, &desk);
        advance(s, &desk);
        if (s->options->shows_progress)
            atw_progress_step();
    }
    atw_block_unpack_rows(s->projector, block, 0, grid_of(s)->n_z, desk.x, s->volume);
}

static enum atw_status solve(struct solver *s, double *residual, struct atw_error *err)
{
    size_t n_block = atw_block_count(s->projector);
    size_t n_worker = atw_parallel_thread_count();

    n_worker = n_worker < n_block ? n_worker : n_block;
    s->stride = desk_length(s);
    s->space = atw_array_alloc(n_worker * s->stride, sizeof(float));
    if (residual)
        s->misfit = calloc(n_block * s->options->iterations, sizeof *s->misfit);
    if (!s->space || (residual && !s->misfit))
        return atw_error_set(err, ATW_ENOMEM, "cgls: no memory: %zu MiB for %zu threads",
                             n_worker * s->stride * sizeof(float) >> 20, n_worker);
    if (s->options->shows_progress)
        atw_progress_begin("cgls", n_block * s->options->iterations);
    atw_parallel_for(n_block, solve_block, s);
    if (s->options->shows_progress)
        atw_progress_end();
    if (residual)
        atw_data_collect_misfit(s->projector, s->series, s->misfit,
                                s->options->iterations, residual);
    return ATW_OK;
}

static enum atw_status run(const struct atw_projector *projector,
                           const float *series,
                           const struct atw_reconstruction_options *options,
                           float *volume,
                           double *residual,
                           struct atw_error *err)
{
    const struct atw_grid *grid = &atw_projector_geometry(projector)->grid;
    struct solver s = {.projector = projector,
                       .options = options,
                       .series = series,
                       .volume = volume,
                       .lanes = atw_block_lanes(projector)};
    float most;
    enum atw_status status =
        atw_data_check("cgls", 0, projector, series, options, &most, err);

    if (status == ATW_OK)
        status = solve(&s, residual, err);
    if (status == ATW_OK)
        atw_data_constrain(options, atw_grid_voxel_count(grid), volume);
    free(s.space);
    free(s.misfit);
    return status;
}

const struct atw_reconstruction_method atw_reconstruction_cgls = {
    .name = "cgls",
    .iterations = 20,
    .n_block = 3,
    .n_views = 2,
    .description = "conjugate gradients for least squares; may be negative",
    .run = run,
};
