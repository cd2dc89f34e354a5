/* Normal equations of one tilt series: Fisher scoring on the Poisson likelihood.
 *
 *   A_ij = sum over pixels of (d mu / d x_i)(d mu / d x_j) / mu
 *   b_i  = sum over pixels of (d mu / d x_i)(n - mu) / mu
 *
 * Derivatives by position and blur are differences of the recorded image itself. What a
 * view has of its own is eliminated view by view, then what the series has. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/parallel.h"
#include "inference/elimination.h"
#include "pipeline/direct_internal.h"
#include "pipeline/direct_priors.h"

enum { LANES = 8 };

/* Parameters in order: globals, ln S, those of the series, those of the view. */
struct linearisation {
    const struct atw_direct_particle *particle;
    struct atw_direct_series *series;
    size_t n_globals, n_kept; /* with ln S */
    double damping;
    double *matrix, *rhs; /* [view][n][n], [view][n], n = n_kept + OF_SERIES */
    double *gain;         /* [view] */
};

static size_t series_begin(const struct linearisation *l)
{
    return l->n_kept;
}

static size_t view_begin(const struct linearisation *l)
{
    return l->n_kept + ATW_DIRECT_OF_SERIES;
}

static size_t local_count(const struct linearisation *l)
{
    return view_begin(l) + ATW_DIRECT_OF_VIEW;
}

/* ---- derivatives of one view ---- */

static void scaled(float *out, const float *in, double factor, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (float)factor * in[i];
}

/* First derivative along one axis of an image, per pixel, to fourth order; 0 within two
 * pixels of the edge. */
static void slope(
    float *out, const float *image, size_t n_u, size_t n_v, size_t stride, double factor)
{
    float near = (float)(8.0 / 12.0 * factor), far = (float)(-1.0 / 12.0 * factor);

    memset(out, 0, n_u * n_v * sizeof *out);
    for (size_t j = 2; j + 2 < n_v; j++)
        for (size_t i = 2; i + 2 < n_u; i++) {
            const float *at = image + j * n_u + i;

            out[j * n_u + i] = near * (at[stride] - *(at - stride)) +
                               far * (at[2 * stride] - *(at - 2 * stride));
        }
}

/* Half of the Laplacian, by which an image grows with the variance of its blur. */
static void
half_laplacian(float *out, const float *image, size_t n_u, size_t n_v, double factor)
{
    float f = (float)(0.5 * factor);

    memset(out, 0, n_u * n_v * sizeof *out);
    for (size_t j = 1; j + 1 < n_v; j++)
        for (size_t i = 1; i + 1 < n_u; i++) {
            const float *at = image + j * n_u + i;

            out[j * n_u + i] =
                f * (at[1] + *(at - 1) + at[n_u] + *(at - n_u) - 4.0F * at[0]);
        }
}

/* By an angle: the image is turned, and another one. by_q [count] is per nm. */
static void by_angle(float *out,
                     const struct linearisation *l,
                     const struct atw_direct_pose *pose,
                     size_t angle,
                     const float *by_q,
                     const float *of_view,
                     size_t view)
{
    const struct atw_direct_series *series = l->series;
    size_t n_u = series->data->n_u, n_v = series->data->n_v, count = n_u * n_v;
    double counts = l->particle->counts_per_nm * exp(series->value[ATW_DIRECT_LN_SCALE]);
    double pixel_nm = series->data->pixel_m * 1e9;
    const float *by_u =
        of_view + ATW_DIRECT_SHIFT_U * count; /* of the shift, hence -d/du */
    const float *by_v = of_view + ATW_DIRECT_SHIFT_V * count;
    float on_q = (float)(counts * pose->q_by[angle]);
    float turn = (float)pose->angle_by[angle];

    for (size_t j = 0; j < n_v; j++)
        for (size_t i = 0; i < n_u; i++) {
            size_t at = j * n_u + i;
            float u = (float)(((double)i - 0.5 * (double)(n_u - 1)) * pixel_nm -
                              series->view[view].value[ATW_DIRECT_SHIFT_U]);
            float v = (float)(((double)j - 0.5 * (double)(n_v - 1)) * pixel_nm -
                              series->view[view].value[ATW_DIRECT_SHIFT_V]);

            out[at] = on_q * by_q[at] + turn * (by_u[at] * v - by_v[at] * u);
        }
}

/* d mu / d x of all parameters of a view, [n][count]; `images`: those of the slopes, then
 * that of the particle and its derivative by q. */
static void derivatives_of(float *out,
                           const struct linearisation *l,
                           size_t used,
                           const float *images)
{
    const struct atw_direct_series *series = l->series;
    size_t n_u = series->data->n_u, n_v = series->data->n_v, count = n_u * n_v;
    size_t view = series->first + used * series->stride;
    size_t n_slopes = series->slopes ? series->slopes->n_images : 0;
    double counts = l->particle->counts_per_nm * exp(series->value[ATW_DIRECT_LN_SCALE]);
    double pixel_nm = series->data->pixel_m * 1e9;
    const float *signal = images + n_slopes * count, *by_q = signal + count;
    struct atw_direct_pose pose = atw_direct_view_pose(l->particle, series, view);
    float *of_series = out + series_begin(l) * count;
    float *of_view = out + view_begin(l) * count;

    scaled(of_series + ATW_DIRECT_LN_SCALE * count, signal, counts, count);
    for (size_t i = 0; i < count; i++)
        of_series[ATW_DIRECT_BACKGROUND * count + i] = 1.0F;
    half_laplacian(of_series + ATW_DIRECT_BLUR * count, signal, n_u, n_v,
                   counts / (pixel_nm * pixel_nm));
    slope(of_view + ATW_DIRECT_SHIFT_U * count, signal, n_u, n_v, 1, -counts / pixel_nm);
    slope(of_view + ATW_DIRECT_SHIFT_V * count, signal, n_u, n_v, n_u,
          -counts / pixel_nm);
    by_angle(of_view + ATW_DIRECT_TILT * count, l, &pose, ATW_DIRECT_BY_TILT, by_q,
             of_view, view);
    for (size_t j = 0; j < l->n_globals; j++) {
        size_t global = l->particle->free_index[j];

        if (global == ATW_DIRECT_AZIMUTH || global == ATW_DIRECT_ELEVATION)
            by_angle(out + j * count, l, &pose,
                     global == ATW_DIRECT_AZIMUTH ? ATW_DIRECT_BY_AZIMUTH
                                                  : ATW_DIRECT_BY_ELEVATION,
                     by_q, of_view, view);
        else
            scaled(out + j * count, images + series->slope_of[global] * count, counts,
                   count);
    }
    if (series->is_heated)
        scaled(out + l->n_globals * count, images + (n_slopes - 1) * count, counts,
               count);
}

/* Look up what derivatives_of() needs. */
static enum atw_status
look_up(float *images, const struct linearisation *l, size_t used, struct atw_error *err)
{
    const struct atw_direct_series *series = l->series;
    size_t view = series->first + used * series->stride;
    enum atw_status status = ATW_OK;

    if (series->slopes) {
        status = atw_direct_view_images(images, series->slopes, l->particle, series, view,
                                        0, err);
        images += series->slopes->n_images * series->data->n_u * series->data->n_v;
    }
    if (status == ATW_OK)
        status = atw_direct_view_images(images, series->table, l->particle, series, view,
                                        1, err);
    return status;
}

/* ---- normal equations of one view ---- */

static double dot(const float *restrict a, const float *restrict b, size_t count)
{
    float lane[LANES] = {0.0F};
    double sum = 0.0;
    size_t i = 0;

    for (; i + LANES <= count; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            lane[k] += a[i + k] * b[i + k];
    for (; i < count; i++)
        sum += (double)a[i] * (double)b[i];
    for (size_t k = 0; k < LANES; k++)
        sum += (double)lane[k];
    return sum;
}

/* Weight every row by 1 / sqrt(mu); `residual` becomes (n - mu) / sqrt(mu). */
static void
weigh(float *derivative, float *residual, const float *mean, size_t n, size_t count)
{
    for (size_t i = 0; i < count; i++)
        residual[i] = (residual[i] - mean[i]) / sqrtf(mean[i]);
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < count; i++)
            derivative[j * count + i] /= sqrtf(mean[i]);
}

static void add_view_priors(double *matrix,
                            double *rhs,
                            const struct linearisation *l,
                            const struct atw_direct_view *view)
{
    size_t n = local_count(l), begin = view_begin(l);

    for (size_t i = 0; i < ATW_DIRECT_OF_VIEW; i++) {
        double std = atw_direct_view_prior_std(i, l->particle->tilt_error_rad);
        double *diagonal = &matrix[(begin + i) * n + begin + i];

        *diagonal += 1.0 / (std * std);
        rhs[begin + i] += (view->prior[i] - view->value[i]) / (std * std);
        *diagonal *= 1.0 + l->damping;
    }
}

static void sum_view(double *matrix,
                     double *rhs,
                     const struct linearisation *l,
                     size_t used,
                     const float *images,
                     float *scratch)
{
    const struct atw_direct_series *series = l->series;
    size_t n = local_count(l), count = series->data->n_u * series->data->n_v;
    size_t v = series->first + used * series->stride;
    float *derivative = scratch, *mean = scratch + n * count, *residual = mean + count;

    derivatives_of(derivative, l, used, images);
    atw_direct_expect(mean, l->particle, series,
                      atw_tilt_series_view(series->signal, used));
    memcpy(residual, atw_tilt_series_view(series->data, v), count * sizeof *residual);
    weigh(derivative, residual, mean, n, count);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++)
            matrix[i * n + j] = matrix[j * n + i] =
                dot(derivative + i * count, derivative + j * count, count);
        rhs[i] = dot(derivative + i * count, residual, count);
    }
    add_view_priors(matrix, rhs, l, &series->view[v]);
}

/* What the deviance gains by the eliminated unknowns while the n_first others stay. */
static double
gain_of(const double *rhs, const double *back, size_t n_first, size_t n_last)
{
    double gain = 0.0;

    for (size_t i = 0; i < n_last; i++)
        gain += rhs[n_first + i] * back[i * (n_first + 1) + n_first];
    return gain;
}

/* Task: one view, its own parameters eliminated. */
static enum atw_status linearise_view(void *context, size_t used, struct atw_error *err)
{
    const struct linearisation *l = context;
    size_t n = local_count(l), count = l->series->data->n_u * l->series->data->n_v;
    size_t n_left = view_begin(l);
    size_t v = l->series->first + used * l->series->stride;
    double *back =
        l->series->back_of_view + v * ATW_DIRECT_OF_VIEW * (ATW_DIRECT_LOCALS_MAX + 1);
    double matrix[ATW_DIRECT_LOCALS_MAX * ATW_DIRECT_LOCALS_MAX];
    double rhs[ATW_DIRECT_LOCALS_MAX];
    float *scratch = malloc(2 * (n + 2) * count * sizeof *scratch);
    float *images = scratch + (n + 2) * count;
    enum atw_status status;

    if (!scratch)
        return atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
    status = look_up(images, l, used, err);
    if (status == ATW_OK)
        sum_view(matrix, rhs, l, used, images, scratch);
    free(scratch);
    if (status != ATW_OK)
        return status;
    status = atw_eliminate(matrix, rhs, back, n, ATW_DIRECT_OF_VIEW, err);
    if (status != ATW_OK)
        return status;
    l->gain[used] = gain_of(rhs, back, n_left, ATW_DIRECT_OF_VIEW);
    memcpy(l->matrix + used * n_left * n_left, matrix, n_left * n_left * sizeof *matrix);
    memcpy(l->rhs + used * n_left, rhs, n_left * sizeof *rhs);
    return ATW_OK;
}

/* ---- one series ---- */

/* Sum over the views, priors of the series; then what the series has is eliminated. */
static enum atw_status collect(double *matrix,
                               double *rhs,
                               double *gain,
                               const struct linearisation *l,
                               struct atw_error *err)
{
    size_t n = view_begin(l), n_views = atw_direct_view_count(l->series);
    double sum[ATW_DIRECT_LOCALS_MAX * ATW_DIRECT_LOCALS_MAX] = {0.0};
    double right[ATW_DIRECT_LOCALS_MAX] = {0.0};
    enum atw_status status;

    for (size_t used = 0; used < n_views; used++) {
        for (size_t i = 0; i < n * n; i++)
            sum[i] += l->matrix[used * n * n + i];
        for (size_t i = 0; i < n; i++)
            right[i] += l->rhs[used * n + i];
        *gain += l->gain[used];
    }
    for (size_t i = 0; i < ATW_DIRECT_OF_SERIES; i++) {
        double prior = l->series->prior[i];
        double std = atw_direct_series_prior_std(i, prior);
        double *diagonal = &sum[(series_begin(l) + i) * (n + 1)];

        *diagonal += 1.0 / (std * std);
        right[series_begin(l) + i] += (prior - l->series->value[i]) / (std * std);
        *diagonal *= 1.0 + l->damping;
    }
    if (l->series->is_heated) {
        double weight = 1.0 / (ATW_DIRECT_LN_S_PRIOR_STD * ATW_DIRECT_LN_S_PRIOR_STD);

        sum[l->n_globals * (n + 1)] += weight;
        right[l->n_globals] += weight * (l->series->prior_ln_S - l->series->ln_S);
    }
    status = atw_eliminate(sum, right, l->series->back_of_series, n, ATW_DIRECT_OF_SERIES,
                           err);
    if (status != ATW_OK)
        return status;
    *gain += gain_of(right, l->series->back_of_series, l->n_kept, ATW_DIRECT_OF_SERIES);
    memcpy(matrix, sum, l->n_kept * l->n_kept * sizeof *matrix);
    memcpy(rhs, right, l->n_kept * sizeof *rhs);
    return ATW_OK;
}

enum atw_status atw_direct_linearise(double *matrix,
                                     double *rhs,
                                     double *gain,
                                     struct atw_direct_particle *particle,
                                     struct atw_direct_series *series,
                                     int with_globals,
                                     double damping,
                                     struct atw_error *err)
{
    size_t n_views = atw_direct_view_count(series), n;
    struct linearisation l = {.particle = particle,
                              .series = series,
                              .n_globals = with_globals ? particle->n_free : 0,
                              .damping = damping};
    enum atw_status status;

    l.n_kept = l.n_globals + (series->is_heated ? 1 : 0);
    n = view_begin(&l);
    l.matrix = malloc(n_views * (n * n + n + 1) * sizeof *l.matrix);
    if (!l.matrix)
        return atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
    l.rhs = l.matrix + n_views * n * n;
    l.gain = l.rhs + n_views * n;
    status = atw_direct_look(particle, series, err);
    if (status == ATW_OK)
        status = atw_parallel_try(n_views, linearise_view, &l, err);
    if (status == ATW_OK)
        status = collect(matrix, rhs, gain, &l, err);
    free(l.matrix);
    return status;
}

void atw_direct_series_step(struct atw_direct_series *series,
                            const double *first,
                            size_t n_first)
{
    double x[ATW_DIRECT_LOCALS_MAX], step[ATW_DIRECT_OF_VIEW];
    size_t n_left = n_first + ATW_DIRECT_OF_SERIES;

    memcpy(x, first, n_first * sizeof *x);
    atw_eliminated_solve(x + n_first, series->back_of_series, x, n_first,
                         ATW_DIRECT_OF_SERIES);
    for (size_t i = 0; i < ATW_DIRECT_OF_SERIES; i++)
        series->value[i] += x[n_first + i];
    for (size_t v = series->first; v < series->data->n_tilt; v += series->stride) {
        atw_eliminated_solve(step,
                             series->back_of_view +
                                 v * ATW_DIRECT_OF_VIEW * (ATW_DIRECT_LOCALS_MAX + 1),
                             x, n_left, ATW_DIRECT_OF_VIEW);
        for (size_t i = 0; i < ATW_DIRECT_OF_VIEW; i++)
            series->view[v].value[i] += step[i];
    }
    if (series->is_heated)
        series->ln_S += first[n_first - 1];
    series->value[ATW_DIRECT_BLUR] = fmax(series->value[ATW_DIRECT_BLUR], 0.01);
    atw_direct_series_forget(series);
}
