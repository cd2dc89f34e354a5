/* The inner loops of the ray transform on packed slice blocks, and the tables they read.
 *
 * A view is computed in two steps. The sweep adds every voxel row, shifted by a whole
 * number of bins, to a line of bins a sixth of a voxel apart; the rebin integrates the
 * bins over the detector pixels. Bins of one class (position modulo ATW_SUBBINS) lie next
 * to each other, so that a shifted row is a run of consecutive numbers and an update is
 * one addition. docs/tomography.md has the equations. Room-internal: others use
 * projector.h and block.h. */
#ifndef ATW_PROJECTION_SWEEP_H
#define ATW_PROJECTION_SWEEP_H

#include <stddef.h>
#include <stdint.h>

/* Bins per voxel, and so classes of bins. */
#define ATW_SUBBINS 6
/* Rows that are added to all bins of a group before the next ones; below 256. */
#define ATW_SWEEP_BAND 64

/* Weights of the bins of a view in its pixels, in the order of the detector. A bin weighs
 * in n_tap pixels from the one it begins in; pixels from first_pixel on, which may lie
 * beside the detector, have n_bin entries each. Spare entries come first: they repeat a
 * bin with weights of zero. Bin j of the line is number (j mod ATW_SUBBINS) * pitch +
 * j / ATW_SUBBINS in memory. */
struct atw_rebin {
    size_t n_u, pitch, n_tap, n_bin, n_pixel;
    ptrdiff_t first_pixel;
    uint32_t *bin; /* [n_pixel][n_bin]; all lanes each */
    float *weight; /* [n_pixel][n_bin][n_tap] */
    uint32_t seen_first[ATW_SUBBINS], seen_end[ATW_SUBBINS]; /* of each class */
};

/* Rows of the volume one class of bins receives, counted from the start of the class. */
struct atw_row_range {
    uint8_t first, end;
};

/* One view. Rows are listed by band and class; the row at `row_offset` is added to the
 * line of its class shifted so that voxel 0 falls on its bin. */
struct atw_view {
    size_t tilt;        /* index in the caller's angle list */
    ptrdiff_t step;     /* from vector to vector along a row of the volume, in floats */
    size_t class_pitch; /* bins of one class, in floats: whole tiles */
    size_t n_tile, n_band;
    size_t first_tile, end_tile; /* of the bins that the detector sees */
    ptrdiff_t *row_offset;       /* [n_row] floats, of the voxel above bin 0 */
    uint32_t *class_start;       /* [n_band][class] into row_offset */
    struct atw_row_range *range; /* [n_band][n_tile][class] of the rows a tile meets */
    ptrdiff_t *centre_tile;      /* [n_band] a tile under the same voxels in all views */
    struct atw_rebin rebin;
};

/* Views with the same row direction whose bins stay in cache together. */
struct atw_group {
    size_t first, count; /* views */
    int overwrites;      /* the first on its copy of the volume: backward does not add */
    size_t n_row;
    size_t row_length;            /* voxels of a row, in floats */
    ptrdiff_t row_stride, origin; /* of the packed volume, in floats */
    ptrdiff_t step;               /* as of its views */
    uint32_t *lift;               /* [n_row][count] floats: bin of voxel 0 */
};

struct atw_sweep {
    size_t lanes; /* floats of a vector: slices side by side, at most */
    size_t tile;  /* floats summed in registers; border of a packed row */
    /* Bins of `count` views, view i at bins + i * bin_stride: sums of the shifted rows.
     * Written are, in all classes of all views, the tiles that the detector sees. */
    void (*forward)(const struct atw_view *view,
                    size_t count,
                    const float *volume,
                    float *bins,
                    size_t bin_stride);
    /* volume += transpose of forward, over the views of a group, or = if it overwrites.
     * The right border of the rows is used as working space. */
    void (*backward)(const struct atw_group *group, const float *bins, float *volume);
    /* View from bins; bins that no pixel sees are not read. */
    void (*to_view)(const struct atw_rebin *rebin,
                    size_t lanes,
                    const float *bins,
                    float *view);
    /* Its transpose; bins that no pixel sees become zero. */
    void (*to_bins)(const struct atw_rebin *rebin,
                    size_t lanes,
                    const float *view,
                    float *bins);
};

extern const struct atw_sweep atw_sweep_portable;
#ifdef __x86_64__
extern const struct atw_sweep atw_sweep_avx2;
extern const struct atw_sweep atw_sweep_avx512;
#endif

/* The fastest one this processor runs. */
const struct atw_sweep *atw_sweep_best(void);

#endif
