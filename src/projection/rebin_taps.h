/* Bins that weigh in a few pixels, once per type of value. The including file defines
 * TAP_VALUE, the type, TAP_LANES, how many floats it has, TAP_SPLAT, TAP_LOAD, TAP_STORE,
 * and TAP, which names the functions; without them it gets functions of single numbers.
 * They are undefined at the end. Where speed matters, the caller gives n_bin and n_tap as
 * literals. */
#include "projection/sweep.h"
#include "projection/vector.h"

#ifndef TAP_VALUE
#define TAP_VALUE float
#define TAP_LANES 1
#define TAP_SPLAT(x) (x)
#define TAP_LOAD(p) (*(p))
#define TAP_STORE(p, v) (*(p) = (v))
#define TAP(name) name##_of_numbers
#endif

/* Taps of boxes no wider than a pixel are two, of wider ones three, of the sharp kernel
 * on the former four. */
#define TAPS_MOST 4

/* What the detector has at a pixel; nothing beside it. */
INLINE TAP_VALUE TAP(pixel)(const struct atw_rebin *rebin,
                            const float *view,
                            ptrdiff_t pixel)
{
    return pixel < 0 || pixel >= (ptrdiff_t)rebin->n_u
               ? TAP_SPLAT(0.0f)
               : TAP_LOAD(view + pixel * TAP_LANES);
}

/* Sums of a pixel's own bins are kept apart from what bins before it have left there, so
 * that pixels do not wait for each other. */
INLINE void TAP(sum)(const struct atw_rebin *rebin,
                     size_t n_bin,
                     size_t n_tap,
                     const float *bins,
                     float *view)
{
    const uint32_t *bin = rebin->bin;
    const float *weight = rebin->weight;
    ptrdiff_t pixel = rebin->first_pixel, end = pixel + (ptrdiff_t)rebin->n_pixel;
    TAP_VALUE left[TAPS_MOST] = {TAP_SPLAT(0.0f)};

    for (; pixel < end; pixel++, bin += n_bin, weight += n_tap * n_bin) {
        TAP_VALUE own[TAPS_MOST] = {TAP_SPLAT(0.0f)};

        for (size_t i = 0; i < n_bin; i++) {
            TAP_VALUE value = TAP_LOAD(bins + bin[i] * TAP_LANES);

#pragma GCC unroll 4
            for (size_t tap = 0; tap < n_tap; tap++)
                own[tap] += TAP_SPLAT(weight[n_tap * i + tap]) * value;
        }
        if (pixel >= 0)
            TAP_STORE(view + pixel * TAP_LANES, own[0] + left[0]);
#pragma GCC unroll 4
        for (size_t tap = 1; tap < n_tap; tap++)
            left[tap - 1] = own[tap] + left[tap];
    }
    for (size_t tap = 0; tap + 1 < n_tap; tap++, pixel++)
        if (pixel >= 0 && pixel < (ptrdiff_t)rebin->n_u)
            TAP_STORE(view + pixel * TAP_LANES, left[tap]);
}

INLINE void TAP(spread)(const struct atw_rebin *rebin,
                        size_t n_bin,
                        size_t n_tap,
                        const float *view,
                        float *bins)
{
    const uint32_t *bin = rebin->bin;
    const float *weight = rebin->weight;
    ptrdiff_t pixel = rebin->first_pixel, end = pixel + (ptrdiff_t)rebin->n_pixel;
    TAP_VALUE here[TAPS_MOST];

    for (size_t tap = 0; tap + 1 < n_tap; tap++)
        here[tap] = TAP(pixel)(rebin, view, pixel + (ptrdiff_t)tap);
    for (; pixel < end; pixel++, bin += n_bin, weight += n_tap * n_bin) {
        here[n_tap - 1] = TAP(pixel)(rebin, view, pixel + (ptrdiff_t)n_tap - 1);
        for (size_t i = 0; i < n_bin; i++) {
            TAP_VALUE sum = TAP_SPLAT(weight[n_tap * i]) * here[0];

#pragma GCC unroll 4
            for (size_t tap = 1; tap < n_tap; tap++)
                sum += TAP_SPLAT(weight[n_tap * i + tap]) * here[tap];
            TAP_STORE(bins + bin[i] * TAP_LANES, sum);
        }
#pragma GCC unroll 4
        for (size_t tap = 1; tap < n_tap; tap++)
            here[tap - 1] = here[tap];
    }
}

#undef TAP_VALUE
#undef TAP_LANES
#undef TAP_SPLAT
#undef TAP_LOAD
#undef TAP_STORE
#undef TAP
#undef TAPS_MOST
