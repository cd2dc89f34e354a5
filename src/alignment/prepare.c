/* A tilt series made fit for alignment. */
#include "alignment/prepare.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/parallel.h"

#define FRAME_PIXELS 3
#define CLIP_SIGMAS 3.0
#define CLIP_ROUNDS 20
#define HOT_SIGMAS 6.0
#define SMOOTH_SIGMA 1.0
enum { SMOOTH_REACH = 4 };

struct level {
    double mean, sigma;
};

static int in_frame(size_t i, size_t n_v, size_t n_u)
{
    size_t u = i % n_u, v = i / n_u;

    return u < FRAME_PIXELS || v < FRAME_PIXELS || u + FRAME_PIXELS >= n_u ||
           v + FRAME_PIXELS >= n_v;
}

static struct level
measure_frame(const float *view, size_t n_v, size_t n_u, double low, double high)
{
    double count = 0.0, sum = 0.0, squares = 0.0, pivot = (double)view[0];
    struct level level = {.mean = pivot};

    for (size_t i = 0; i < n_v * n_u; i++) {
        double value = (double)view[i];

        if (!in_frame(i, n_v, n_u) || value < low || value > high)
            continue;
        count += 1.0;
        sum += value - pivot;
        squares += (value - pivot) * (value - pivot);
    }
    if (count > 0.0) {
        level.mean = pivot + sum / count;
        level.sigma = sqrt(fmax(squares / count - (sum / count) * (sum / count), 0.0));
    }
    return level;
}

/* Clipped mean of the frame of a view. */
static struct level find_level(const float *view, size_t n_v, size_t n_u)
{
    struct level level = measure_frame(view, n_v, n_u, -DBL_MAX, DBL_MAX);

    for (int round = 0; round < CLIP_ROUNDS; round++) {
        double reach = CLIP_SIGMAS * level.sigma + 1e-9 * fabs(level.mean);
        struct level next =
            measure_frame(view, n_v, n_u, level.mean - reach, level.mean + reach);

        if (next.sigma == level.sigma)
            break;
        level = next;
    }
    return level;
}

/* The value of a pixel inside the edges, or what its neighbours say if it is hot. */
static float cooled(const float *view, size_t n_u, size_t at, double sigma)
{
    float low = INFINITY, high = -INFINITY;
    double sum = 0.0;

    for (int j = -1; j <= 1; j++)
        for (int i = -1; i <= 1; i++) {
            float value = view[(size_t)((long)at + j * (long)n_u + i)];

            if (i == 0 && j == 0)
                continue;
            low = value < low ? value : low;
            high = value > high ? value : high;
            sum += (double)value;
        }
    if ((double)view[at] <=
        (double)high + 2.0 * ((double)high - (double)low) + HOT_SIGMAS * sigma)
        return view[at];
    return (float)(sum / 8.0);
}

static void
cool(float *out, const float *view, size_t n_v, size_t n_u, const struct level *level)
{
    for (size_t i = 0; i < n_v * n_u; i++) {
        size_t u = i % n_u, v = i / n_u;
        int inside = u > 0 && v > 0 && u + 1 < n_u && v + 1 < n_v;
        float value = inside ? cooled(view, n_u, i, level->sigma) : view[i];

        out[i] = (float)((double)value - level->mean);
    }
}

/* Mean of binning x binning pixels; `first` skips half of what does not fill a bin. */
static void bin_view(float *out,
                     size_t m_v,
                     size_t m_u,
                     const float *in,
                     size_t n_v,
                     size_t n_u,
                     size_t binning)
{
    size_t first_u = (n_u - m_u * binning) / 2, first_v = (n_v - m_v * binning) / 2;

    for (size_t v = 0; v < m_v; v++)
        for (size_t u = 0; u < m_u; u++) {
            double sum = 0.0;

            for (size_t j = 0; j < binning; j++)
                for (size_t i = 0; i < binning; i++)
                    sum += (double)
                        in[(first_v + v * binning + j) * n_u + first_u + u * binning + i];
            out[v * m_u + u] = (float)(sum / (double)(binning * binning));
        }
}

/* One line of n values, `stride` apart, smoothed; edge values continue. line [n] is
 * scratch. */
static void smooth_line(float *value, size_t n, size_t stride, float *line)
{
    double weight[SMOOTH_REACH + 1], total = 0.0;

    for (int k = 0; k <= SMOOTH_REACH; k++) {
        weight[k] = exp(-0.5 * k * k / (SMOOTH_SIGMA * SMOOTH_SIGMA));
        total += k == 0 ? weight[k] : 2.0 * weight[k];
    }
    for (size_t i = 0; i < n; i++)
        line[i] = value[i * stride];
    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;

        for (long k = -SMOOTH_REACH; k <= SMOOTH_REACH; k++) {
            long at = (long)i + k;

            at = at < 0 ? 0 : (at >= (long)n ? (long)n - 1 : at);
            sum += weight[labs(k)] * (double)line[at];
        }
        value[i * stride] = (float)(sum / total);
    }
}

static void smooth_view(float *view, size_t n_v, size_t n_u, float *line)
{
    for (size_t v = 0; v < n_v; v++)
        smooth_line(view + v * n_u, n_u, 1, line);
    for (size_t u = 0; u < n_u; u++)
        smooth_line(view + u, n_v, n_u, line);
}

struct preparation {
    const struct atw_tilt_series *raw;
    struct atw_tilt_series *prepared;
    size_t binning;
};

static enum atw_status prepare_view(void *context, size_t index, struct atw_error *err)
{
    const struct preparation *p = context;
    const float *raw = p->raw->value + index * p->raw->n_v * p->raw->n_u;
    float *view = atw_tilt_series_view(p->prepared, index);
    size_t n_v = p->raw->n_v, n_u = p->raw->n_u;
    float *scratch = calloc(n_v * n_u, sizeof *scratch);
    struct level level = find_level(raw, n_v, n_u);

    if (!scratch)
        return atw_error_set(err, ATW_ENOMEM, "alignment: out of memory");
    cool(scratch, raw, n_v, n_u, &level);
    bin_view(view, p->prepared->n_v, p->prepared->n_u, scratch, n_v, n_u, p->binning);
    smooth_view(view, p->prepared->n_v, p->prepared->n_u, scratch);
    free(scratch);
    return ATW_OK;
}

size_t atw_alignment_binning(const struct atw_tilt_series *series)
{
    return (series->n_u + ATW_ALIGNMENT_WIDEST - 1) / ATW_ALIGNMENT_WIDEST;
}

enum atw_status atw_alignment_prepare(struct atw_tilt_series **out,
                                      const struct atw_tilt_series *series,
                                      size_t binning,
                                      struct atw_error *err)
{
    struct preparation p = {.raw = series, .binning = binning};
    enum atw_status status = atw_tilt_series_check_finite(series, "alignment", err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_tilt_series_create(
            &p.prepared, series->n_tilt, series->n_v / binning, series->n_u / binning,
            series->pixel_m * (double)binning, series->tilt_rad, err);
    if (status != ATW_OK)
        return status;
    status = atw_parallel_try(series->n_tilt, prepare_view, &p, err);
    if (status == ATW_OK)
        *out = p.prepared;
    else
        atw_tilt_series_destroy(p.prepared);
    return status;
}
