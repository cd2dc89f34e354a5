/* Conjugate gradients on the normal equations, slice by slice.
 *
 *   minimise |b - A v|^2 in every slice, from v = 0 or the start image.
 *
 * Slices are independent problems and have their own step lengths. With a support the
 * problem is that of the voxels inside; bounds, which conjugate gradients cannot keep,
 * are applied to the result. A slice is left alone when its gradient has fallen to the
 * rounding of single precision. Source: Hestenes and Stiefel, J. Res. Natl. Bur. Stand.
 * 49 (1952) 409, section 10; in this form Bjoerck, Numerical Methods for Least Squares
 * Problems (1996), algorithm 7.4.1. */
#include "tomography/cgls.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/progress.h"
#include "tomography/data.h"

/* Of the squared gradient, against the first one. */
#define LEAST_GRADIENT 1e-13

/* An array [n_outer][n_slice][n_inner]: a volume or a series. */
struct shape {
    size_t n_outer, n_slice, n_inner;
};

static size_t length(const struct shape *shape)
{
    return shape->n_outer * shape->n_slice * shape->n_inner;
}

static void squares(const struct shape *shape, const float *value, double *sum)
{
    memset(sum, 0, shape->n_slice * sizeof *sum);
    for (size_t run = 0; run < shape->n_outer * shape->n_slice; run++) {
        const float *v = value + run * shape->n_inner;
        double part = 0.0;

        for (size_t i = 0; i < shape->n_inner; i++)
            part += (double)v[i] * (double)v[i];
        sum[run % shape->n_slice] += part;
    }
}

/* y = a y + b x, with a factor per slice; NULL is 1. */
static void combine(
    const struct shape *shape, const double *a, float *y, const double *b, const float *x)
{
    for (size_t run = 0; run < shape->n_outer * shape->n_slice; run++) {
        float factor_y = a ? (float)a[run % shape->n_slice] : 1.0f;
        float factor_x = b ? (float)b[run % shape->n_slice] : 1.0f;

        for (size_t i = run * shape->n_inner; i < (run + 1) * shape->n_inner; i++)
            y[i] = factor_y * y[i] + factor_x * x[i];
    }
}

struct solver {
    const struct atw_projector *projector;
    const struct atw_reconstruction_options *options;
    struct shape volume, series;
    float *x;                          /* caller's */
    float *gradient, *direction;       /* volumes */
    float *rest, *step;                /* series: b - A x, A direction */
    double *gamma, *first, *a, *minus; /* [n_slice] */
};

static enum atw_status find_gradient(struct solver *s, struct atw_error *err)
{
    enum atw_status status =
        atw_projector_backward(s->projector, s->rest, s->gradient, err);

    for (size_t i = 0; s->options->support && i < length(&s->volume); i++)
        if (!(s->options->support[i] > 0.0f))
            s->gradient[i] = 0.0f;
    return status;
}

static enum atw_status begin(struct solver *s, const float *b, struct atw_error *err)
{
    struct atw_reconstruction_options inside = {.support = s->options->support};
    enum atw_status status = ATW_OK;

    memcpy(s->rest, b, length(&s->series) * sizeof *b);
    memset(s->x, 0, length(&s->volume) * sizeof *s->x);
    if (s->options->start) {
        for (size_t i = 0; i < s->volume.n_slice; i++)
            s->minus[i] = -1.0;
        memcpy(s->x, s->options->start, length(&s->volume) * sizeof *s->x);
        atw_data_constrain(&inside, length(&s->volume), s->x);
        status = atw_projector_forward(s->projector, s->x, s->step, err);
        combine(&s->series, NULL, s->rest, s->minus, s->step);
    }
    if (status == ATW_OK)
        status = find_gradient(s, err);
    if (status != ATW_OK)
        return status;
    memcpy(s->direction, s->gradient, length(&s->volume) * sizeof *s->direction);
    squares(&s->volume, s->gradient, s->gamma);
    memcpy(s->first, s->gamma, s->volume.n_slice * sizeof *s->first);
    return ATW_OK;
}

static enum atw_status advance(struct solver *s, struct atw_error *err)
{
    enum atw_status status =
        atw_projector_forward(s->projector, s->direction, s->step, err);

    if (status != ATW_OK)
        return status;
    squares(&s->series, s->step, s->a);
    for (size_t i = 0; i < s->volume.n_slice; i++) {
        int is_done = !(s->a[i] > 0.0) || s->gamma[i] <= LEAST_GRADIENT * s->first[i];

        s->a[i] = is_done ? 0.0 : s->gamma[i] / s->a[i];
        s->minus[i] = -s->a[i];
    }
    combine(&s->volume, NULL, s->x, s->a, s->direction);
    combine(&s->series, NULL, s->rest, s->minus, s->step);
    status = find_gradient(s, err);
    squares(&s->volume, s->gradient, s->a);
    for (size_t i = 0; i < s->volume.n_slice; i++) {
        double gamma = s->a[i];

        s->a[i] = s->gamma[i] > 0.0 ? gamma / s->gamma[i] : 0.0;
        s->gamma[i] = gamma;
    }
    combine(&s->volume, s->a, s->direction, NULL, s->gradient);
    return status;
}

static double norm(const struct shape *shape, const float *value, double *sum)
{
    double total = 0.0;

    squares(shape, value, sum);
    for (size_t i = 0; i < shape->n_slice; i++)
        total += sum[i];
    return sqrt(total);
}

static enum atw_status
iterate(struct solver *s, const float *b, double *residual, struct atw_error *err)
{
    double scale = norm(&s->series, b, s->a);
    enum atw_status status = begin(s, b, err);

    if (s->options->shows_progress)
        atw_progress_begin("cgls", s->options->iterations);
    for (size_t i = 0; i < s->options->iterations && status == ATW_OK; i++) {
        if (residual)
            residual[i] = scale > 0.0 ? norm(&s->series, s->rest, s->a) / scale : 0.0;
        status = advance(s, err);
        if (s->options->shows_progress)
            atw_progress_step();
    }
    if (s->options->shows_progress)
        atw_progress_end();
    return status;
}

static void release(struct solver *s)
{
    free(s->gradient);
    free(s->direction);
    free(s->rest);
    free(s->step);
    free(s->gamma);
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
    struct solver s = {.projector = projector,
                       .options = options,
                       .volume = {grid->n_z, grid->n_y, grid->n_x},
                       .series = {geometry->n_tilt, grid->n_y, geometry->n_u},
                       .x = volume};
    float most;
    enum atw_status status =
        atw_data_check("cgls", 0, projector, series, options, &most, err);

    if (status != ATW_OK)
        return status;
    s.gradient = malloc(length(&s.volume) * sizeof(float));
    s.direction = malloc(length(&s.volume) * sizeof(float));
    s.rest = malloc(length(&s.series) * sizeof(float));
    s.step = malloc(length(&s.series) * sizeof(float));
    s.gamma = calloc(4 * grid->n_y, sizeof(double));
    if (!s.gradient || !s.direction || !s.rest || !s.step || !s.gamma) {
        status = atw_error_set(err, ATW_ENOMEM,
                               "cgls: no memory for two volumes and two series");
        goto cleanup;
    }
    s.first = s.gamma + grid->n_y;
    s.a = s.first + grid->n_y;
    s.minus = s.a + grid->n_y;
    status = iterate(&s, series, residual, err);
    if (status == ATW_OK)
        atw_data_constrain(options, length(&s.volume), volume);
cleanup:
    release(&s);
    return status;
}

const struct atw_reconstruction_method atw_reconstruction_cgls = {
    .name = "cgls",
    .iterations = 20,
    .n_volume = 2,
    .n_series = 2,
    .n_block = 1,
    .description = "conjugate gradients for least squares; may be negative",
    .run = run,
};
