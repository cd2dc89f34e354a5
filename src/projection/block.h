/* The ray transform on packed slice blocks, for methods that iterate.
 *
 * Slices across the tilt axis are independent and share one geometry. A block holds
 * atw_block_lanes() of them side by side, [z][x][lane] with a border, and all its views,
 * [slot][u][lane]. A method packs a block once, iterates on it in cache and unpacks the
 * result; one block is one task. Lanes beyond the last slice hold zeros.
 *
 * Borders must be zero for a forward projection; back projections write into them. The
 * volume of a few slices, whose vectors hold neighbouring voxels instead of slices, is
 * held twice: along x, which is what atw_block_row() and unpack see, and along z, which
 * steep views use. atw_block_spread_rows() brings the second copy up to date with the
 * first before a forward projection, atw_block_fold_rows() adds it to the first after
 * the back projections; without a copy both do nothing.
 *
 * Views are worked on in groups. Slot order is the projector's own; pack and unpack
 * translate to the caller's order of tilts. Packed arrays come from atw_array_alloc().
 * Nothing here allocates or fails otherwise. */
#ifndef ATW_PROJECTION_BLOCK_H
#define ATW_PROJECTION_BLOCK_H

#include "projection/projector.h"

/* Slices in a block, 1 to ATW_BLOCK_LANES_MOST: fewer when there are few slices. Depends
 * on the projector only. */
#define ATW_BLOCK_LANES_MOST 16
size_t atw_block_lanes(const struct atw_projector *projector);
size_t atw_block_count(const struct atw_projector *projector);

/* Slices of a block that exist; the lanes from there on hold zeros. */
size_t atw_block_slice_count(const struct atw_projector *projector, size_t block);

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

/* The caller's index of the tilt in a slot. */
size_t atw_block_tilt(const struct atw_projector *projector, size_t slot);

/* Slots of views whose rows lie along x; those along z follow. Within either,
 * neighbouring slots hold neighbouring directions. */
size_t atw_block_shallow_count(const struct atw_projector *projector);

/* A projector of the views in slots first to first + count of `whole`, which must outlive
 * it: same blocks, same order, and the caller's indices of the tilts are those of
 * `whole`, so that its packed views are a run of those of `whole`. It does not know its
 * sensitivity. ATW_EINVAL if there are no such slots, ATW_ENOMEM. */
enum atw_status atw_block_part(struct atw_projector **out,
                               const struct atw_projector *whole,
                               size_t first,
                               size_t count,
                               struct atw_error *err) ATW_MUST_CHECK;

/* Row z of a packed volume: [n_x][lane]. */
float *atw_block_row(const struct atw_projector *projector, float *packed, size_t z);

/* Rows to spread, fold and update together, so that they stay in cache meanwhile. */
#define ATW_BLOCK_ROWS 8

/* Volume [z][y][x] -> packed block and its copy, the border left as it is; rows of a
 * packed block from z on -> volume. */
void atw_block_pack_volume(const struct atw_projector *projector,
                           size_t block,
                           const float *volume,
                           float *packed);
void atw_block_unpack_rows(const struct atw_projector *projector,
                           size_t block,
                           size_t z,
                           size_t count,
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

/* Of rows z to z + count: along z := along x, and along x := sum of what was projected
 * back to either. Nothing to do without a copy. */
void atw_block_spread_rows(const struct atw_projector *projector,
                           size_t z,
                           size_t count,
                           float *packed);
void atw_block_fold_rows(const struct atw_projector *projector,
                         size_t z,
                         size_t count,
                         float *packed);

/* views [count of the group][n_u][lane] = projections of the packed volume. */
void atw_block_forward(const struct atw_projector *projector,
                       size_t group,
                       const float *volume,
                       float *scratch,
                       float *views);

/* volume += transpose of atw_block_forward applied to the views of the group. Groups are
 * taken in order: the first of each row direction overwrites what was there. */
void atw_block_backward(const struct atw_projector *projector,
                        size_t group,
                        const float *views,
                        float *scratch,
                        float *volume);

/* sensitivity [n_z][n_x] = ones projected back, which all slices have in common. Packed
 * views, scratch and packed volume are the caller's to overwrite. */
void atw_block_sensitivity(const struct atw_projector *projector,
                           float *views,
                           float *scratch,
                           float *packed,
                           float *sensitivity);

#endif
