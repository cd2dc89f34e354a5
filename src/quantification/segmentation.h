/* Which voxels are particle.
 *
 * A reconstructed surface is blurred, so the mask depends on the threshold. A plane
 * surface keeps its place under a symmetric blur at half the intensity just inside it,
 * which is the shell metal before alloying and the alloy after. See
 * docs/quantification.md for the bias of each rule. */
#ifndef ATW_QUANTIFICATION_SEGMENTATION_H
#define ATW_QUANTIFICATION_SEGMENTATION_H

#include "core/grid.h"

struct atw_mask {
    struct atw_grid grid;
    unsigned char *inside; /* [n_z][n_y][n_x], 0 or 1, owned */
};

enum atw_threshold_rule {
    ATW_THRESHOLD_OTSU,     /* between the two classes of the histogram */
    ATW_THRESHOLD_FRACTION, /* fraction of the mean above Otsu's threshold */
    ATW_THRESHOLD_VALUE,    /* absolute */
    ATW_THRESHOLD_SURFACE   /* half the intensity at a depth below the surface itself */
};

struct atw_segmentation_options {
    enum atw_threshold_rule rule;
    /* FRACTION: in (0, 1). VALUE: finite. SURFACE: depth in m, positive, beyond the blur
     * and well within the outer layer (1 nm for a 3 nm shell). OTSU: not used. */
    double parameter;
};

/* All voxels outside. *out belongs to the caller. ATW_EINVAL (grid), ATW_ENOMEM. */
enum atw_status atw_mask_create(struct atw_mask **out,
                                const struct atw_grid *grid,
                                struct atw_error *err) ATW_MUST_CHECK;
void atw_mask_destroy(struct atw_mask *mask);

/* Number of voxels inside, and their volume. */
size_t atw_mask_count(const struct atw_mask *mask);
double atw_mask_volume_m3(const struct atw_mask *mask);

/* ATW_EINVAL unless volume and mask have the same grid. `name` begins the message. */
enum atw_status atw_mask_check_grid(const struct atw_mask *mask,
                                    const struct atw_field *volume,
                                    const char *name,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Voxels at or above the threshold; only the largest 6-connected component is kept (the
 * one met first in index order among equals) and its enclosed holes are filled: voxels
 * with no 6-connected way to the border of the grid.
 *
 * The SURFACE threshold t is the fixed point of "t = half the mean intensity of the
 * voxels between depth and depth + one voxel below the surface at t", found by iteration.
 *
 * ATW_EINVAL if the parameter is out of range, nothing is left, nothing is as deep as
 * SURFACE asks or the volume is constant; ATW_EINPUT if a voxel is not finite;
 * ATW_EDIVERGED if the iteration does not settle to 1 %; ATW_ENOMEM. Linear in the number
 * of voxels; SURFACE costs five to ten times as much as the others. */
enum atw_status atw_segment(struct atw_mask **out,
                            const struct atw_field *volume,
                            const struct atw_segmentation_options *options,
                            double *threshold, /* used; may be NULL */
                            struct atw_error *err) ATW_MUST_CHECK;

/* Voxels of a grid whose centre has half of metal or more in a model of the particle, its
 * metal fraction on any other grid: the two are centred on each other, values between the
 * model's voxels are trilinear, vacuum beyond. No threshold and no noise enter, but the
 * position, direction and size of the particle must be known. ATW_EINPUT if a fraction is
 * not finite or outside [0, 1]; ATW_EINVAL if nothing is inside; ATW_ENOMEM. */
enum atw_status atw_mask_from_model(struct atw_mask **out,
                                    const struct atw_field *metal,
                                    const struct atw_grid *grid,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Voxels whose centre is at least depth_m away from every voxel centre outside (exact
 * Euclidean distance, equality within 1e-9). What lies beyond the grid is outside. Any
 * depth up to one voxel keeps the mask as it is. ATW_EINVAL if the depth is negative or
 * not finite, or if nothing is left; ATW_ENOMEM. */
enum atw_status atw_mask_erode(struct atw_mask **out,
                               const struct atw_mask *mask,
                               double depth_m,
                               struct atw_error *err) ATW_MUST_CHECK;

#endif
