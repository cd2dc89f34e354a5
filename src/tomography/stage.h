/* Subsets of views for the iterative methods. Room-internal. */
#ifndef ATW_TOMOGRAPHY_STAGE_H
#define ATW_TOMOGRAPHY_STAGE_H

#include "projection/projector.h"

/* The views of one subset; all of them when there are no subsets. */
struct atw_stage {
    struct atw_projector *owned; /* NULL for the caller's own */
    const struct atw_projector *projector;
    const float *series;
    float *gathered; /* series, when it had to be gathered */
    float *weight;   /* [n_z][n_x] 1 / sensitivity */
    float *row_sum;  /* [slot][u] projection of ones; for the caller to fill */
    size_t data_at;  /* of its packed views; for the caller to fill */
};

/* Subset i of n: the views i, i + n, i + 2 n, ... of a series, so that each is spread
 * over all tilts. Weights are 0 where the subset hardly sees the voxel, if n > 1. What
 * has been allocated is released by atw_stage_release, also after a failure. ATW_ENOMEM.
 */
enum atw_status atw_stage_init(struct atw_stage *stage,
                               const struct atw_projector *projector,
                               const float *series,
                               size_t i,
                               size_t n,
                               struct atw_error *err) ATW_MUST_CHECK;
void atw_stage_release(struct atw_stage *stage);

/* New array [n_z][n_x] of 1 / sensitivity, 0 where that is not above `least` of the
 * greatest. NULL without memory. */
float *atw_stage_weight(const struct atw_projector *projector, float least);

#endif
