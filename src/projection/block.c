/* Packed slice blocks: layout, and the transform of one block. */
#include "projection/block.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "projection/plan.h"

#define LANES ATW_BLOCK_LANES
#define ALIGNMENT 64

float *atw_block_alloc(size_t count)
{
    size_t size;
    float *block;

    if (count > SIZE_MAX / sizeof *block - ALIGNMENT)
        return NULL;
    size = (count * sizeof *block + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    block = aligned_alloc(ALIGNMENT, size);
    if (block)
        memset(block, 0, size);
    return block;
}

size_t atw_block_count(const struct atw_projector *projector)
{
    return (projector->geometry.grid.n_y + LANES - 1) / LANES;
}

size_t atw_block_volume_length(const struct atw_projector *projector)
{
    return (projector->geometry.grid.n_z + 2 * ATW_SWEEP_BORDER) * projector->row_pitch *
           LANES;
}

size_t atw_block_views_length(const struct atw_projector *projector)
{
    return projector->geometry.n_tilt * projector->geometry.n_u * LANES;
}

size_t atw_block_scratch_length(const struct atw_projector *projector)
{
    size_t most = 0;

    for (size_t i = 0; i < projector->n_group; i++)
        if (projector->group[i].count > most)
            most = projector->group[i].count;
    return most * projector->bin_stride;
}

size_t atw_block_group_count(const struct atw_projector *projector)
{
    return projector->n_group;
}

size_t atw_block_group_length(const struct atw_projector *projector, size_t group)
{
    return projector->group[group].count * projector->geometry.n_u * LANES;
}

float *
atw_block_group_views(const struct atw_projector *projector, size_t group, float *views)
{
    return views + projector->group[group].first * projector->geometry.n_u * LANES;
}

float *atw_block_row(const struct atw_projector *projector, float *packed, size_t z)
{
    return packed + atw_plan_voxel(projector, 0, z);
}

/* Slices of a block that exist. */
static size_t lane_count(const struct atw_projector *projector, size_t block)
{
    size_t left = projector->geometry.grid.n_y - block * LANES;

    return left < LANES ? left : LANES;
}

/* [lane][count] with the given stride between lanes -> [count][LANES]. */
static void
interleave(const float *in, size_t stride, size_t n_lane, size_t count, float *out)
{
    for (size_t lane = 0; lane < n_lane; lane++)
        for (size_t i = 0; i < count; i++)
            out[i * LANES + lane] = in[lane * stride + i];
    for (size_t lane = n_lane; lane < LANES; lane++)
        for (size_t i = 0; i < count; i++)
            out[i * LANES + lane] = 0.0f;
}

static void
separate(const float *in, size_t stride, size_t n_lane, size_t count, float *out)
{
    for (size_t lane = 0; lane < n_lane; lane++)
        for (size_t i = 0; i < count; i++)
            out[lane * stride + i] = in[i * LANES + lane];
}

void atw_block_pack_volume(const struct atw_projector *projector,
                           size_t block,
                           const float *volume,
                           float *packed)
{
    const struct atw_grid *grid = &projector->geometry.grid;

    for (size_t z = 0; z < grid->n_z; z++)
        interleave(volume + atw_grid_index(grid, 0, block * LANES, z), grid->n_x,
                   lane_count(projector, block), grid->n_x,
                   packed + atw_plan_voxel(projector, 0, z));
}

void atw_block_unpack_volume(const struct atw_projector *projector,
                             size_t block,
                             const float *packed,
                             float *volume)
{
    const struct atw_grid *grid = &projector->geometry.grid;

    for (size_t z = 0; z < grid->n_z; z++)
        separate(packed + atw_plan_voxel(projector, 0, z), grid->n_x,
                 lane_count(projector, block), grid->n_x,
                 volume + atw_grid_index(grid, 0, block * LANES, z));
}

/* First value of a block in one view of a series [tilt][v][u]. */
static size_t
series_index(const struct atw_projector *projector, size_t slot, size_t block)
{
    const struct atw_projection_geometry *geometry = &projector->geometry;

    return (projector->view[slot].tilt * geometry->grid.n_y + block * LANES) *
           geometry->n_u;
}

void atw_block_pack_views(const struct atw_projector *projector,
                          size_t block,
                          const float *series,
                          float *packed)
{
    size_t n_u = projector->geometry.n_u;

    for (size_t slot = 0; slot < projector->geometry.n_tilt; slot++)
        interleave(series + series_index(projector, slot, block), n_u,
                   lane_count(projector, block), n_u, packed + slot * n_u * LANES);
}

void atw_block_unpack_views(const struct atw_projector *projector,
                            size_t block,
                            const float *packed,
                            float *series)
{
    size_t n_u = projector->geometry.n_u;

    for (size_t slot = 0; slot < projector->geometry.n_tilt; slot++)
        separate(packed + slot * n_u * LANES, n_u, lane_count(projector, block), n_u,
                 series + series_index(projector, slot, block));
}

void atw_block_forward(const struct atw_projector *projector,
                       size_t group,
                       const float *volume,
                       float *scratch,
                       float *views)
{
    const struct atw_group *g = &projector->group[group];

    for (size_t i = 0; i < g->count; i++) {
        const struct atw_view *view = &projector->view[g->first + i];

        projector->sweep->forward(view, volume, scratch);
        projector->sweep->rebin(&view->to_view, scratch,
                                views + i * projector->geometry.n_u * LANES);
    }
}

void atw_block_backward(const struct atw_projector *projector,
                        size_t group,
                        const float *views,
                        float *scratch,
                        float *volume)
{
    const struct atw_group *g = &projector->group[group];

    for (size_t i = 0; i < g->count; i++)
        projector->sweep->rebin(&projector->view[g->first + i].to_bins,
                                views + i * projector->geometry.n_u * LANES,
                                scratch + i * projector->bin_stride);
    projector->sweep->backward(g, scratch, projector->bin_stride, volume);
}
