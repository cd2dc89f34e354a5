/* Exact Euclidean distance of the voxels of a mask to the outside. */
#ifndef ATW_QUANTIFICATION_DISTANCE_H
#define ATW_QUANTIFICATION_DISTANCE_H

#include <stdint.h>

#include "quantification/segmentation.h"

/* Squared distance in voxels from each voxel centre to the nearest voxel centre outside,
 * 0 outside. Beyond the grid everything is outside. *out [n_z][n_y][n_x] belongs to the
 * caller, who frees it with free(). ATW_EINVAL if an edge is longer than 30000 voxels;
 * ATW_ENOMEM. Linear in the number of voxels, parallel, exact. */
enum atw_status atw_mask_squared_distance(int32_t **out,
                                          const struct atw_mask *mask,
                                          struct atw_error *err) ATW_MUST_CHECK;

#endif
