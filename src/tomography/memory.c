/* What a reconstruction will hold: the lengths of its arrays, and what the heap keeps of
 * arrays that come and go.
 *
 * Lengths follow src/projection for the widest vectors. A freed array leaves a hole that
 * the next one of its size need not fit into, and the C library gives the top of the heap
 * back only beyond twice the largest array it has seen freed. */
#include "tomography/memory.h"

#include <math.h>

#include "core/parallel.h"
#include "projection/block.h"

/* Up to FEW slices are worked on one by one; SOME fill half of the widest vector. */
#define FEW 4
#define SOME 8
/* Floats summed in registers, the border of a packed row; views of a group; bins of a
 * voxel. */
#define TILE 128.0
#define GROUP 12.0
#define BINS 6.0
/* Bins that begin in a pixel, at most, with a place and two weights each. */
#define WEIGHTS 27.0
/* Subsets of os-em unless the caller says otherwise. */
#define SUBSETS 14.0
/* Stacks, arenas and what else is small. */
#define ALLOWANCE (1024.0 * 1024.0)

/* Lengths in floats. */
struct lengths {
    double volume, series;         /* whole ones */
    double block, views, scratch;  /* of a worker */
    double workers, tables, plane; /* plane: voxels of a slice */
    double parts;                  /* subsets with projectors of their own */
};

static struct lengths measure(const struct atw_reconstruction_method *method,
                              const struct atw_grid *grid,
                              const struct atw_tilt_series *series,
                              const struct atw_reconstruction_options *options)
{
    double n_y = (double)grid->n_y, n_x = (double)grid->n_x, n_z = (double)grid->n_z;
    double n_u = (double)series->n_u, n_tilt = (double)series->n_tilt;
    double lanes = n_y <= FEW ? 1.0 : n_y <= SOME ? SOME : ATW_BLOCK_LANES_MOST;
    double copies = n_y <= SOME ? 2.0 : 1.0; /* along x and along z */
    double bins = BINS * (lanes * (n_x + n_z) + TILE);
    double subsets = options && options->subsets > 0 ? (double)options->subsets
                                                     : fmin(SUBSETS, n_tilt);

    return (struct lengths){
        .volume = n_x * n_y * n_z,
        .series = n_tilt * n_y * n_u,
        .block = copies * (fmax(n_x, n_z) + SOME) *
                 (lanes * fmax(n_x, n_z) + 2.0 * TILE + 2.0 * ATW_BLOCK_LANES_MOST),
        .views = n_tilt * n_u * lanes,
        .scratch = fmin(GROUP, n_tilt) * (bins + n_u * lanes),
        .workers = fmin((double)atw_parallel_thread_count(), ceil(n_y / lanes)),
        .tables = n_tilt * (WEIGHTS * (n_u + 1.0) + 8.0 * fmax(n_x, n_z)),
        .plane = n_x * n_z,
        .parts = method->has_subsets ? subsets : 0.0};
}

/* Beside the volume and the series. */
static double working_space(const struct atw_reconstruction_method *method,
                            const struct lengths *is)
{
    double made = is->block + is->views + is->scratch; /* to make a projector */
    double passing = is->workers * made;               /* a projection or its transpose */
    double space = is->tables + made + (double)method->n_volume * is->volume +
                   (double)method->n_series * is->series + 2.0 * is->plane;

    if (method->n_volume + method->n_series == 0) /* block by block */
        space += is->workers * ((double)method->n_block * is->block +
                                (double)method->n_views * is->views + is->scratch);
    else
        space += passing;
    if (method->n_volume > 0) /* one projection after the other */
        space += passing + 2.0 * is->workers * fmax(is->block, is->views);
    if (is->parts > 0.0)
        space += is->parts * is->plane;
    return space;
}

double atw_reconstruction_memory(const struct atw_reconstruction_method *method,
                                 const struct atw_grid *grid,
                                 const struct atw_tilt_series *series,
                                 const struct atw_reconstruction_options *options,
                                 const struct atw_stopping *stopping)
{
    struct lengths is = measure(method, grid, series, options);
    double space = is.volume + is.series + working_space(method, &is);

    if (stopping && stopping->hold_out > 0) /* views apart, and their projectors */
        space += 2.0 * is.series + is.tables + 2.0 * (is.block + is.views + is.scratch) +
                 is.plane;
    return (double)sizeof(float) * space + ALLOWANCE;
}
