/* Connected components of a mask. */
#ifndef ATW_QUANTIFICATION_COMPONENT_INTERNAL_H
#define ATW_QUANTIFICATION_COMPONENT_INTERNAL_H

#include "quantification/segmentation.h"

/* Clear all but the largest 6-connected component. An empty mask stays empty. */
enum atw_status atw_mask_keep_largest(struct atw_mask *mask,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Set the voxels outside that no 6-connected way outside leads to the grid's border. */
enum atw_status atw_mask_fill_holes(struct atw_mask *mask,
                                    struct atw_error *err) ATW_MUST_CHECK;

#endif
