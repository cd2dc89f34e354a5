/* Shares of voxels above a threshold, from the volume interpolated in between. */
#ifndef ATW_PIPELINE_SUBVOXEL_H
#define ATW_PIPELINE_SUBVOXEL_H

#include "core/grid.h"

/* fraction [n_z][n_y][n_x]: the share of each voxel in which the trilinear interpolation
 * of the volume is at or above the threshold, from 4 x 4 x 4 points; beyond the grid the
 * volume goes on as it ends. 0 where `wanted` [n_z][n_y][n_x] is 0; NULL: all are. */
void atw_subvoxel_fraction(float *fraction,
                           const struct atw_field *volume,
                           double threshold,
                           const unsigned char *wanted);

#endif
