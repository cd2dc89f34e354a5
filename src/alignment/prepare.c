/* A tilt series made fit for alignment. */
#include "alignment/prepare.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/clipped_sums.h"
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

static struct level
measure_frame(const float *view, size_t n_v, size_t n_u, double low, double high)
{
    struct atw_clipped_sums sums = {.low = low, .high = high, .pivot = (double)view[0]};
    struct level level = {.mean = sums.pivot};

    for (size_t v = 0; v < n_v; v++) {
        const float *row = view + v * n_u;

        if (v < FRAME_PIXELS || v + FRAME_PIXELS >= n_v || n_u <= 2 * FRAME_PIXELS) {
            atw_clipped_sums_add(&sums, row, n_u);
        } else {
            atw_clipped_sums_add(&sums, row, FRAME_PIXELS);
            atw_clipped_sums_add(&sums, row + n_u - FRAME_PIXELS, FRAME_PIXELS);
        }
    }
    if (sums.count > 0) {
        level.mean = atw_clipped_sums_mean(&sums);
        level.sigma = atw_clipped_sums_sigma(&sums);
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
static float cooled(const float *pixel, size_t n_u, double sigma)
{
    const float *above = pixel - n_u, *below = pixel + n_u;
    const float near[8] = {above[-1], above[0],  above[1], pixel[-1],
                           pixel[1],  below[-1], below[0], below[1]};
    float low = near[0], high = near[0];
    double sum = 0.0;

    for (int i = 1; i < 8; i++) {
        low = near[i] < low ? near[i] : low;
        high = near[i] > high ? near[i] : high;
    }
    if ((double)pixel[0] <=
        (double)high + 2.0 * ((double)high - (double)low) + HOT_SIGMAS * sigma)
        return pixel[0];
    for (int i = 0; i < 8; i++)
        sum += (double)near[i];
    return (float)(sum / 8.0);
}

static void
cool(float *out, const float *view, size_t n_v, size_t n_u, const struct level *level)
{
    for (size_t v = 0; v < n_v; v++)
        for (size_t u = 0; u < n_u; u++) {
            const float *pixel = view + v * n_u + u;
            int inside = u > 0 && v > 0 && u + 1 < n_u && v + 1 < n_v;
            float value = inside ? cooled(pixel, n_u, level->sigma) : *pixel;

            out[v * n_u + u] = (float)((double)value - level->mean);
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
