/* The inner loops of the ray transform on packed slice blocks, and the tables they read.
 *
 * A view is computed in two steps. The sweep adds every voxel row, shifted by its own
 * amount, to a line of half-voxel bins; the rebin integrates those bins over the detector
 * pixels. All numbers of a block carry ATW_BLOCK_LANES values, one per slice, so a shift
 * and its two weights are the same for a whole row and all lanes. docs/tomography.md has
 * the equations. Room-internal: others use projector.h and block.h. */
#ifndef ATW_PROJECTION_SWEEP_H
#define ATW_PROJECTION_SWEEP_H

#include <stddef.h>
#include <stdint.h>

/* Voxels of zero border around a packed slice: the widest register tile. */
#define ATW_SWEEP_BORDER 12

/* A matrix whose rows are short runs of consecutive columns. */
struct atw_band {
    size_t n_row;
    uint32_t *first; /* [n_row] first column of the run */
    uint32_t *start; /* [n_row + 1] into weight */
    float *weight;
};

/* Rows of one view, those with an even shift first. Voxel (row, column) lands on the bins
 * shift + 2 column and the one after it, with weights 1 - fraction and fraction. */
struct atw_view {
    size_t tilt;           /* index in the caller's angle list */
    ptrdiff_t col_stride;  /* of the packed volume along the row, in floats */
    size_t n_tile;         /* tiles of bin pairs */
    ptrdiff_t *row_offset; /* [n_row] of the voxel above bin pair 0, in floats */
    float *row_fraction;   /* [n_row] */
    uint32_t *tile_rows;   /* [n_tile][parity][first, end) of the rows a tile meets */
    struct atw_band to_view, to_bins; /* rebin and its transpose */
};

struct atw_lift {
    uint32_t shift;
    float fraction;
};

/* Views with the same row direction whose bins stay in cache together. */
struct atw_group {
    size_t first, count; /* views */
    size_t n_row, n_col;
    ptrdiff_t row_stride, col_stride, origin; /* of the packed volume, in floats */
    struct atw_lift *lift;                    /* [n_row][count] */
};

struct atw_sweep {
    size_t tile; /* bin pairs per register tile, at most ATW_SWEEP_BORDER */
    /* bins = shifted sum of the rows of volume; all of the view's bins are written. */
    void (*forward)(const struct atw_view *view, const float *volume, float *bins);
    /* volume += transpose of forward, over the views of a group; view i of the group has
     * its bins at bins + i * bin_stride. */
    void (*backward)(const struct atw_group *group,
                     const float *bins,
                     size_t bin_stride,
                     float *volume);
    void (*rebin)(const struct atw_band *band, const float *in, float *out);
};

extern const struct atw_sweep atw_sweep_portable;
#ifdef __x86_64__
extern const struct atw_sweep atw_sweep_avx2;
extern const struct atw_sweep atw_sweep_avx512;
#endif

/* The fastest one this processor runs. */
const struct atw_sweep *atw_sweep_best(void);

#endif
