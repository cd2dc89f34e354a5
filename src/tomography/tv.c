/* Poisson likelihood with a total-variation penalty: EM, one step late.
 *
 *   maximise sum(b log A v - A v) - beta TV(v),  TV(v) = sum |grad v|_e,
 *   v <- v * A^T (b / A v) / (A^T 1 + beta dTV/dv),
 *
 * |g|_e = sqrt(g^2 + e^2) of forward differences in three dimensions, e a thousandth of
 * the largest voxel, beta the regularisation times the largest A^T 1: its effect does not
 * depend on the unit of the data. Edges stay, noise goes; contrast is lowered, by the
 * more the smaller a body. The denominator is kept above a tenth of A^T 1. Source: Green,
 * IEEE Trans. Med. Imaging 9 (1990) 84 (one step late); Panin, Zeng and Gullberg, IEEE
 * Trans. Nucl. Sci. 46 (1999) 2202 (with total variation). */
#include "tomography/tv.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "core/parallel.h"
#include "core/progress.h"
#include "tomography/data.h"

#define SMOOTHING 1e-3f
#define LEAST_DENOMINATOR 0.1f
/* Of the largest datum, as in EM. */
#define FLOOR_SHARE 1e-20f
#define REGULARISATION 0.02

struct step {
    const struct atw_grid *grid;
    const struct atw_reconstruction_options *options;
    const float *volume, *sensitivity;
    float *back; /* in: A^T (b / A v); out: the updated volume */
    float beta, floor;
    float inverse; /* of the largest voxel */
};

/* Forward differences at a voxel in units of the largest voxel, zero at the far faces,
 * and their length. */
struct slope {
    float x, y, z, length;
};

static struct slope slope_at(const struct step *s, size_t x, size_t y, size_t z)
{
    const struct atw_grid *grid = s->grid;
    size_t i = atw_grid_index(grid, x, y, z);
    float value = s->volume[i];
    struct slope g = {
        .x = x + 1 < grid->n_x ? (s->volume[i + 1] - value) * s->inverse : 0.0f,
        .y = y + 1 < grid->n_y ? (s->volume[i + grid->n_x] - value) * s->inverse : 0.0f,
        .z = z + 1 < grid->n_z
                 ? (s->volume[i + grid->n_x * grid->n_y] - value) * s->inverse
                 : 0.0f,
    };

    g.length = sqrtf(g.x * g.x + g.y * g.y + g.z * g.z + SMOOTHING * SMOOTHING);
    return g;
}

/* Derivative of the total variation with respect to a voxel. */
static float tv_derivative(const struct step *s, size_t x, size_t y, size_t z)
{
    struct slope here = slope_at(s, x, y, z);
    float sum = -(here.x + here.y + here.z) / here.length;

    if (x > 0) {
        struct slope g = slope_at(s, x - 1, y, z);

        sum += g.x / g.length;
    }
    if (y > 0) {
        struct slope g = slope_at(s, x, y - 1, z);

        sum += g.y / g.length;
    }
    if (z > 0) {
        struct slope g = slope_at(s, x, y, z - 1);

        sum += g.z / g.length;
    }
    return sum;
}

static void update_plane(void *context, size_t z, size_t worker)
{
    const struct step *s = context;

    (void)worker;
    for (size_t y = 0; y < s->grid->n_y; y++)
        for (size_t x = 0; x < s->grid->n_x; x++) {
            size_t i = atw_grid_index(s->grid, x, y, z);
            float seen = s->sensitivity[z * s->grid->n_x + x];
            float below = fmaxf(seen + s->beta * tv_derivative(s, x, y, z),
                                LEAST_DENOMINATOR * seen);
            float value = seen > 0.0f ? s->volume[i] * s->back[i] / below : 0.0f;

            s->back[i] = value > s->floor ? value : 0.0f;
        }
}

static float largest(const float *value, size_t count)
{
    float most = 0.0f;

    for (size_t i = 0; i < count; i++)
        most = fmaxf(most, value[i]);
    return most;
}

struct solver {
    const struct atw_projector *projector;
    const float *series;
    float *view, *back;
    size_t n_pixel, n_voxel;
    struct step step;
};

/* One iteration on `volume`. */
static enum atw_status
iterate(struct solver *s, float *volume, double *residual, struct atw_error *err)
{
    enum atw_status status = atw_projector_forward(s->projector, volume, s->view, err);
    float most;

    if (status != ATW_OK)
        return status;
    if (residual)
        *residual = atw_data_misfit(s->projector, s->series, s->view);
    for (size_t i = 0; i < s->n_pixel; i++)
        s->view[i] = s->series[i] / fmaxf(s->view[i], s->step.floor);
    status = atw_projector_backward(s->projector, s->view, s->back, err);
    if (status != ATW_OK)
        return status;
    most = largest(volume, s->n_voxel);
    s->step.inverse = most > 2.0f * FLT_MIN ? 1.0f / most : 0.0f;
    s->step.volume = volume;
    s->step.back = s->back;
    atw_parallel_for(s->step.grid->n_z, update_plane, &s->step);
    for (size_t i = 0; i < s->n_voxel; i++)
        volume[i] = s->back[i];
    atw_data_constrain(s->step.options, s->n_voxel, volume);
    return ATW_OK;
}

static enum atw_status
iterate_all(struct solver *s, float *volume, double *residual, struct atw_error *err)
{
    const struct atw_reconstruction_options *options = s->step.options;
    enum atw_status status = ATW_OK;

    if (options->shows_progress)
        atw_progress_begin("tv", options->iterations);
    for (size_t i = 0; i < options->iterations && status == ATW_OK; i++) {
        status = iterate(s, volume, residual ? residual + i : NULL, err);
        if (options->shows_progress)
            atw_progress_step();
    }
    if (options->shows_progress)
        atw_progress_end();
    return status;
}

static void start(const struct solver *s, float *volume)
{
    const struct atw_reconstruction_options *options = s->step.options;

    for (size_t i = 0; i < s->n_voxel; i++)
        volume[i] = options->start ? options->start[i] : 1.0f;
    atw_data_constrain(options, s->n_voxel, volume);
}

static enum atw_status run(const struct atw_projector *projector,
                           const float *series,
                           const struct atw_reconstruction_options *options,
                           float *volume,
                           double *residual,
                           struct atw_error *err)
{
    const struct atw_projection_geometry *geometry = atw_projector_geometry(projector);
    const struct atw_grid *grid = &geometry->grid;
    const float *sensitivity = atw_projector_sensitivity(projector);
    double regularisation =
        options->regularisation > 0.0 ? options->regularisation : REGULARISATION;
    struct solver s = {
        .projector = projector,
        .series = series,
        .n_pixel = geometry->n_tilt * grid->n_y * geometry->n_u,
        .n_voxel = atw_grid_voxel_count(grid),
        .step = {.grid = grid, .options = options, .sensitivity = sensitivity}};
    float most;
    enum atw_status status =
        atw_data_check("tv", 1, projector, series, options, &most, err);

    if (status != ATW_OK)
        return status;
    s.step.floor = fmaxf(FLOOR_SHARE * most, FLT_MIN);
    s.step.beta = (float)regularisation * largest(sensitivity, grid->n_z * grid->n_x);
    s.view = malloc(s.n_pixel * sizeof *s.view);
    s.back = malloc(s.n_voxel * sizeof *s.back);
    if (!s.view || !s.back)
        status =
            atw_error_set(err, ATW_ENOMEM, "tv: no memory for a volume and a series");
    if (status == ATW_OK) {
        start(&s, volume);
        status = iterate_all(&s, volume, residual, err);
    }
    free(s.view);
    free(s.back);
    return status;
}

const struct atw_reconstruction_method atw_reconstruction_tv = {
    .name = "tv",
    .iterations = 40,
    .penalty = REGULARISATION,
    .is_resumable = 1,
    .n_volume = 1,
    .n_series = 1,
    .n_block = 1,
    .description = "expectation maximisation with a total-variation penalty",
    .run = run,
};
