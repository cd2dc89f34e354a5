/* Interpolation whose blur does not depend on where between the pixels a view is read.
 *
 * The weight of a pixel at distance x is
 *
 *   w(x) = sinc(c x) I0(b sqrt(1 - (x/6)^2)) / I0(b),   |x| < 6,   c = 0.74,   b = 6.25,
 *
 * divided by the sum of the twelve weights: a low-pass of which nothing is left at the
 * highest frequency of the pixels, so that nothing is folded back, which would depend on
 * the place. c and b are a choice: below 0.6 of the highest frequency waves of all places
 * are alike to 0.1 %, beyond to 2 %, and half the highest one keeps 97 %. Source of the
 * window: Kaiser, in System Analysis by Digital Computer (1966), chapter 7. */
#include "alignment/band.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_sf_bessel.h>
#include <gsl/gsl_sf_trig.h>

enum { TAPS = ATW_BAND_TAPS, PLACES = ATW_BAND_PLACES, HALF = TAPS / 2 };

#define CUT 0.74
#define WINDOW 6.25

static double kernel_at(double x)
{
    double inside = 1.0 - x * x / (HALF * HALF);

    return inside > 0.0 ? gsl_sf_sinc(CUT * x) * gsl_sf_bessel_I0(WINDOW * sqrt(inside))
                        : 0.0;
}

void atw_band_weights(double beyond, float weight[TAPS])
{
    double value[TAPS], sum = 0.0;

    for (int tap = 0; tap < TAPS; tap++) {
        value[tap] = kernel_at(beyond - (tap - (HALF - 1)));
        sum += value[tap];
    }
    for (int tap = 0; tap < TAPS; tap++)
        weight[tap] = (float)(value[tap] / sum);
}

void atw_band_kernel_init(struct atw_band_kernel *kernel)
{
    for (int place = 0; place <= PLACES; place++)
        atw_band_weights((double)place / PLACES, kernel->weight[place]);
}

/* The pixels around a position: the first of them, which may lie beside the frame. */
struct taps {
    ptrdiff_t first;
    float weight[TAPS];
};

static struct taps
find_taps(const struct atw_band_kernel *kernel, double position, size_t n)
{
    double whole, place;
    int row;
    float share;
    struct taps taps;

    /* edge pixels from there on */
    position = fmin(fmax(position, -(double)TAPS), (double)(n + TAPS));
    whole = floor(position + ATW_VIEW_WHOLE_PIXEL);
    place = fmax(position - whole, 0.0) * PLACES;
    row = place < PLACES ? (int)place : PLACES - 1;
    share = (float)(place - row);
    taps.first = (ptrdiff_t)whole - (HALF - 1);
    for (int tap = 0; tap < TAPS; tap++)
        taps.weight[tap] = (1.0F - share) * kernel->weight[row][tap] +
                           share * kernel->weight[row + 1][tap];
    return taps;
}

static int is_inside(ptrdiff_t first, size_t n)
{
    return first >= 0 && (size_t)first + TAPS <= n;
}

/* Weighted sum of TAPS x TAPS pixels, within their range. */
static float
weigh(const float *pixel, size_t pitch, const float weight_u[], const float weight_v[])
{
    float sum[TAPS] = {0.0F}, low[TAPS], high[TAPS], total = 0.0F;

    for (int i = 0; i < TAPS; i++)
        low[i] = high[i] = pixel[i];
    for (int j = 0; j < TAPS; j++)
        for (int i = 0; i < TAPS; i++) {
            float value = pixel[(size_t)j * pitch + (size_t)i];

            sum[i] += weight_v[j] * value;
            low[i] = value < low[i] ? value : low[i];
            high[i] = value > high[i] ? value : high[i];
        }
    for (int i = 0; i < TAPS; i++) {
        total += weight_u[i] * sum[i];
        low[0] = low[i] < low[0] ? low[i] : low[0];
        high[0] = high[i] > high[0] ? high[i] : high[0];
    }
    return total < low[0] ? low[0] : total > high[0] ? high[0] : total;
}

static float interpolate(
    const float *in, size_t n_v, size_t n_u, const struct taps *u, const struct taps *v)
{
    float patch[TAPS * TAPS];

    if (is_inside(u->first, n_u) && is_inside(v->first, n_v))
        return weigh(in + (size_t)v->first * n_u + (size_t)u->first, n_u, u->weight,
                     v->weight);
    for (int j = 0; j < TAPS; j++)
        for (int i = 0; i < TAPS; i++)
            patch[j * TAPS + i] = in[atw_view_pixel(v->first + j, n_v) * n_u +
                                     atw_view_pixel(u->first + i, n_u)];
    return weigh(patch, TAPS, u->weight, v->weight);
}

void atw_band_resample(const struct atw_band_kernel *kernel,
                       float *out,
                       const float *in,
                       size_t n_v,
                       size_t n_u,
                       const struct atw_view_map *map)
{
    for (size_t row = 0; row < n_v; row++)
        for (size_t column = 0; column < n_u; column++) {
            struct atw_view_place from = atw_view_find(map, n_v, n_u, column, row);
            struct taps u = find_taps(kernel, from.column, n_u);
            struct taps v = find_taps(kernel, from.row, n_v);

            out[row * n_u + column] = interpolate(in, n_v, n_u, &u, &v);
        }
}

/* Along the rows. */
static void filter_row(const float weight[TAPS], const float *in, size_t n_u, float *out)
{
    for (size_t i = 0; i < n_u; i++) {
        ptrdiff_t first = (ptrdiff_t)i - (HALF - 1);
        float sum = 0.0F;

        for (int tap = 0; tap < TAPS; tap++)
            sum += weight[tap] * in[atw_view_pixel(first + tap, n_u)];
        out[i] = sum;
    }
}

/* One row of what is filtered across the rows: whole rows at a time, which lie together.
 */
static void filter_across(const float weight[TAPS],
                          const float *in,
                          size_t n_v,
                          size_t n_u,
                          size_t row,
                          float *restrict out)
{
    ptrdiff_t first = (ptrdiff_t)row - (HALF - 1);

    memset(out, 0, n_u * sizeof *out);
    for (int tap = 0; tap < TAPS; tap++) {
        const float *line = in + atw_view_pixel(first + tap, n_v) * n_u;

        for (size_t i = 0; i < n_u; i++)
            out[i] += weight[tap] * line[i];
    }
}

void atw_band_filter(const float weight[ATW_BAND_TAPS],
                     float *view,
                     size_t n_v,
                     size_t n_u,
                     float *scratch)
{
    for (size_t row = 0; row < n_v; row++)
        filter_row(weight, view + row * n_u, n_u, scratch + row * n_u);
    for (size_t row = 0; row < n_v; row++)
        filter_across(weight, scratch, n_v, n_u, row, view + row * n_u);
}
