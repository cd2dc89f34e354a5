/* Views moved, turned and stretched: cubic convolution without overshoot.
 *
 * Source: Keys, IEEE Trans. Acoust. Speech Signal Process. 29 (1981) 1153, a = -1/2:
 * exact for parabolas. Deviation: the result is clipped to the range of the pixels used,
 * as an undershoot below the background would be negative counts. */
#include "alignment/view.h"

#include <math.h>

enum { TAPS = 4 };

struct atw_view_map atw_view_rotation(double angle_rad, double shift_u, double shift_v)
{
    double c = cos(angle_rad), s = sin(angle_rad);

    return (struct atw_view_map){
        .uu = c, .uv = -s, .vu = s, .vv = c, .shift_u = shift_u, .shift_v = shift_v};
}

/* Weights of the samples at -1, 0, 1, 2 for a position f in [0, 1). */
static void keys_weights(double f, double weight[TAPS])
{
    double f2 = f * f, f3 = f2 * f;

    weight[0] = -0.5 * f + f2 - 0.5 * f3;
    weight[1] = 1.0 - 2.5 * f2 + 1.5 * f3;
    weight[2] = 0.5 * f + 2.0 * f2 - 1.5 * f3;
    weight[3] = -0.5 * f2 + 0.5 * f3;
}

/* The four samples around a position and their weights; indices stay inside. */
static void find_taps(double position, size_t n, size_t index[TAPS], double weight[TAPS])
{
    ptrdiff_t base;
    double beyond;

    /* edge pixels from there on */
    position = position > -1.0 ? position : -1.0;
    position = position < (double)n ? position : (double)n;
    base = (ptrdiff_t)(position + 1.0) - 1;
    beyond = position - (double)base;
    if (beyond > 1.0 - ATW_VIEW_WHOLE_PIXEL)
        base++;
    if (beyond < ATW_VIEW_WHOLE_PIXEL || beyond > 1.0 - ATW_VIEW_WHOLE_PIXEL)
        beyond = 0.0;
    keys_weights(beyond, weight);
    for (int tap = 0; tap < TAPS; tap++)
        index[tap] = atw_view_pixel(base + tap - 1, n);
}

static float
interpolate(const float *in, size_t n_v, size_t n_u, double position_u, double position_v)
{
    size_t u[TAPS], v[TAPS];
    double weight_u[TAPS], weight_v[TAPS], sum = 0.0;
    float low = INFINITY, high = -INFINITY;

    find_taps(position_u, n_u, u, weight_u);
    find_taps(position_v, n_v, v, weight_v);
    for (int j = 0; j < TAPS; j++) {
        double row = 0.0;

        for (int i = 0; i < TAPS; i++) {
            float value = in[v[j] * n_u + u[i]];

            row += weight_u[i] * (double)value;
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        sum += weight_v[j] * row;
    }
    return (float)sum < low ? low : (float)sum > high ? high : (float)sum;
}

void atw_view_resample(
    float *out, const float *in, size_t n_v, size_t n_u, const struct atw_view_map *map)
{
    for (size_t row = 0; row < n_v; row++)
        for (size_t column = 0; column < n_u; column++) {
            struct atw_view_place from = atw_view_find(map, n_v, n_u, column, row);

            out[row * n_u + column] = interpolate(in, n_v, n_u, from.column, from.row);
        }
}
