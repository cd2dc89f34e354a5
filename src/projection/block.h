/* The ray transform on packed slice blocks, for methods that iterate.
 *
 * Slices across the tilt axis are independent and share one geometry. A block holds
 * ATW_BLOCK_LANES of them side by side, [z][x][lane] with a zero border, and all its
 * views, [slot][u][lane]. A method packs a block once, iterates on it in cache and
 * unpacks the result; one block is one task. Lanes beyond the last slice hold zeros.
 *
 * Views are worked on in groups. Slot order is the projector's own; pack and unpack
 * translate to the caller's order of tilts. Packed arrays must be aligned to 64 bytes
 * (atw_block_alloc). Nothing here allocates or fails otherwise. */
#ifndef ATW_PROJECTION_BLOCK_H
#define ATW_PROJECTION_BLOCK_H

#include "projection/projector.h"

#define ATW_BLOCK_LANES 16

/* Zero-filled and aligned; free() it. NULL without memory. */
float *atw_block_alloc(size_t count);

size_t atw_block_count(const struct atw_projector *projector);

/* Lengths in floats of a packed volume, of all packed views, and of the working space
 * one thread needs. */
size_t atw_block_volume_length(const struct atw_projector *projector);
size_t atw_block_views_length(const struct atw_projector *projector);
size_t atw_block_scratch_length(const struct atw_projector *projector);

size_t atw_block_group_count(const struct atw_projector *projector);

/* Packed views of a group, within all packed views, and their length in floats. */
float *
atw_block_group_views(const struct atw_projector *projector, size_t group, float *views);
size_t atw_block_group_length(const struct atw_projector *projector, size_t group);

/* Row z of a packed volume: [n_x][lane]. */
float *atw_block_row(const struct atw_projector *projector, float *packed, size_t z);

/* Volume [z][y][x] <-> packed block; only the interior is written by pack, so the border
 * must be zero already. */
void atw_block_pack_volume(const struct atw_projector *projector,
                           size_t block,
                           const float *volume,
                           float *packed);
void atw_block_unpack_volume(const struct atw_projector *projector,
                             size_t block,
                             const float *packed,
                             float *volume);

/* Series [tilt][v][u] <-> packed views. */
void atw_block_pack_views(const struct atw_projector *projector,
                          size_t block,
                          const float *series,
                          float *packed);
void atw_block_unpack_views(const struct atw_projector *projector,
                            size_t block,
                            const float *packed,
                            float *series);

/* views [count of the group][n_u][lane] = projections of the packed volume. */
void atw_block_forward(const struct atw_projector *projector,
                       size_t group,
                       const float *volume,
                       float *scratch,
                       float *views);

/* volume += transpose of atw_block_forward applied to the views of the group. */
void atw_block_backward(const struct atw_projector *projector,
                        size_t group,
                        const float *views,
                        float *scratch,
                        float *volume);

#endif
