/* Loops of the rebin, compiled once per instruction set with the vectors of vector.h.
 *
 * Pixel after pixel along the detector, with the bins that begin in it: a bin is read or
 * written once, and so is a pixel. */
#ifndef ATW_PROJECTION_REBIN_BODY_H
#define ATW_PROJECTION_REBIN_BODY_H

#include <string.h>

#include "projection/sweep.h"
#include "projection/vector.h"

#define TAP_VALUE VECTOR
#define TAP_LANES VECTOR_LANES
#define TAP_SPLAT(x) SPLAT(x)
#define TAP_LOAD(p) LOAD(p)
#define TAP_STORE(p, v) STORE(p, v)
#define TAP(name) name##_of_vectors
#include "projection/rebin_taps.h"
/* One slice alone: numbers. */
#include "projection/rebin_taps.h"

/* Taps of entry i that lie on the detector: from *first; its bin begins in *pixel. */
INLINE size_t taps_end(const struct atw_rebin *rebin,
                       size_t i,
                       ptrdiff_t *pixel,
                       size_t *first)
{
    ptrdiff_t left;

    *pixel = rebin->first_pixel + (ptrdiff_t)(i / rebin->n_bin);
    *first = *pixel < 0 ? (size_t) - *pixel : 0;
    left = (ptrdiff_t)rebin->n_u - *pixel;
    return left < (ptrdiff_t)rebin->n_tap ? (size_t)left : rebin->n_tap;
}

/* Any number of taps and lanes, into a view of zeros. */
INLINE void
sum_any(const struct atw_rebin *rebin, size_t lanes, const float *bins, float *view)
{
    for (size_t i = 0; i < rebin->n_pixel * rebin->n_bin; i++) {
        const float *weight = rebin->weight + i * rebin->n_tap;
        const float *from = bins + rebin->bin[i] * lanes;
        ptrdiff_t pixel;
        size_t tap, end = taps_end(rebin, i, &pixel, &tap);

        for (; tap < end; tap++)
            for (size_t lane = 0; lane < lanes; lane++)
                view[(size_t)(pixel + (ptrdiff_t)tap) * lanes + lane] +=
                    weight[tap] * from[lane];
    }
}

INLINE void
spread_any(const struct atw_rebin *rebin, size_t lanes, const float *view, float *bins)
{
    for (size_t i = 0; i < rebin->n_pixel * rebin->n_bin; i++) {
        const float *weight = rebin->weight + i * rebin->n_tap;
        float *to = bins + rebin->bin[i] * lanes;
        ptrdiff_t pixel;
        size_t first, end = taps_end(rebin, i, &pixel, &first);

        memset(to, 0, lanes * sizeof *to);
        for (size_t tap = first; tap < end; tap++)
            for (size_t lane = 0; lane < lanes; lane++)
                to[lane] +=
                    weight[tap] * view[(size_t)(pixel + (ptrdiff_t)tap) * lanes + lane];
    }
}

/* The usual numbers of bins, 6 over the cosine, as literals for the compiler to unroll.
 */
#define WITH_BINS(function, rebin, n_tap, from, to)                                      \
    do {                                                                                 \
        if ((rebin)->n_bin == 6)                                                         \
            function(rebin, 6, n_tap, from, to);                                         \
        else if ((rebin)->n_bin == 7)                                                    \
            function(rebin, 7, n_tap, from, to);                                         \
        else if ((rebin)->n_bin == 8)                                                    \
            function(rebin, 8, n_tap, from, to);                                         \
        else if ((rebin)->n_bin == 9)                                                    \
            function(rebin, 9, n_tap, from, to);                                         \
        else                                                                             \
            function(rebin, (rebin)->n_bin, n_tap, from, to);                            \
    } while (0)

TARGET static void
to_view(const struct atw_rebin *rebin, size_t lanes, const float *bins, float *view)
{
    memset(view, 0, rebin->n_u * lanes * sizeof *view);
    if (rebin->n_pixel == 0)
        return;
    if (lanes == VECTOR_LANES && rebin->n_tap == 2)
        WITH_BINS(sum_of_vectors, rebin, 2, bins, view);
    else if (lanes == VECTOR_LANES && rebin->n_tap == 3)
        sum_of_vectors(rebin, rebin->n_bin, 3, bins, view);
    else if (lanes == VECTOR_LANES && rebin->n_tap == 4)
        sum_of_vectors(rebin, rebin->n_bin, 4, bins, view);
    else if (lanes == 1 && rebin->n_tap == 2)
        WITH_BINS(sum_of_numbers, rebin, 2, bins, view);
    else
        sum_any(rebin, lanes, bins, view);
}

/* Bins of a class that no pixel sees lie at its ends. */
TARGET static void
to_bins(const struct atw_rebin *rebin, size_t lanes, const float *view, float *bins)
{
    for (size_t class = 0; class < ATW_SUBBINS; class ++) {
        float *line = bins + class * rebin->pitch * lanes;
        size_t first = rebin->seen_first[class], end = rebin->seen_end[class];

        memset(line, 0, first * lanes * sizeof *line);
        memset(line + end * lanes, 0, (rebin->pitch - end) * lanes * sizeof *line);
    }
    if (rebin->n_pixel == 0)
        return;
    if (lanes == VECTOR_LANES && rebin->n_tap == 2)
        WITH_BINS(spread_of_vectors, rebin, 2, view, bins);
    else if (lanes == VECTOR_LANES && rebin->n_tap == 3)
        spread_of_vectors(rebin, rebin->n_bin, 3, view, bins);
    else if (lanes == VECTOR_LANES && rebin->n_tap == 4)
        spread_of_vectors(rebin, rebin->n_bin, 4, view, bins);
    else if (lanes == 1 && rebin->n_tap == 2)
        WITH_BINS(spread_of_numbers, rebin, 2, view, bins);
    else
        spread_any(rebin, lanes, view, bins);
}

#endif
