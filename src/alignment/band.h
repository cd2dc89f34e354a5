/* Views moved and turned by sub-pixel amounts, all of them blurred alike. Room-internal,
 * but for tests. */
#ifndef ATW_ALIGNMENT_BAND_H
#define ATW_ALIGNMENT_BAND_H

#include "alignment/view.h"

/* Pixels in a row that make one of the result, and places between two pixels whose
 * weights are tabulated. */
enum { ATW_BAND_TAPS = 12, ATW_BAND_PLACES = 256 };

struct atw_band_kernel {
    float weight[ATW_BAND_PLACES + 1][ATW_BAND_TAPS];
};

/* Of the pixels about one that is read `beyond` it, 0 .. 1 pixel; it is number
 * ATW_BAND_TAPS / 2 - 1. */
void atw_band_weights(double beyond, float weight[ATW_BAND_TAPS]);

/* The weights of all places. Some 0.5 ms. */
void atw_band_kernel_init(struct atw_band_kernel *kernel);

/* out [n_v][n_u](p) = in (map p), from 12 x 12 pixels, clipped to their range. Beyond the
 * frame the nearest edge pixel goes on. Frequencies near the highest that pixels show are
 * taken off, wherever between the pixels a view is read: what moved by a whole number of
 * them is no copy. */
void atw_band_resample(const struct atw_band_kernel *kernel,
                       float *out,
                       const float *in,
                       size_t n_v,
                       size_t n_u,
                       const struct atw_view_map *map);

/* view [n_v][n_u], in place: what that does to a view that is where it should be, without
 * clipping. The weights are those of 0 beyond. scratch [n_v][n_u]. */
void atw_band_filter(const float weight[ATW_BAND_TAPS],
                     float *view,
                     size_t n_v,
                     size_t n_u,
                     float *scratch);

#endif
