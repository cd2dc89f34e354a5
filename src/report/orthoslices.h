/* Three slices through a volume, along its axes, as one grey picture. */
#ifndef ATW_REPORT_ORTHOSLICES_H
#define ATW_REPORT_ORTHOSLICES_H

#include <stddef.h>

#include "core/grid.h"
#include "core/status.h"

struct atw_orthoslices_options {
    size_t at[3];          /* x, y, z of the voxel the slices go through */
    float least, greatest; /* black and white */
    size_t magnification;  /* screen pixels per voxel, at least 1 */
};

struct atw_picture {
    size_t width, height;
    unsigned char *grey; /* [height][width], top row first, owned */
};

/* Through the middle; black and white at the 1st and the 99.7th of 100 shares of the
 * values; one pixel per voxel. ATW_ENOMEM. */
enum atw_status atw_orthoslices_defaults(struct atw_orthoslices_options *options,
                                         const struct atw_field *volume,
                                         struct atw_error *err) ATW_MUST_CHECK;

/* x to the right and y upwards above left; z to the right of it, with the same y; below,
 * x to the right and z downwards (the beam comes from above at zero tilt). White bars
 * part the slices. The caller frees picture->grey.
 *
 * ATW_EINVAL: a voxel outside the volume, greatest not above least, a magnification that
 * is not 1 to 16; ATW_ENOMEM. */
enum atw_status atw_orthoslices(struct atw_picture *picture,
                                const struct atw_field *volume,
                                const struct atw_orthoslices_options *options,
                                struct atw_error *err) ATW_MUST_CHECK;

#endif
