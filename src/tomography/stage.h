/* Subsets of views for the iterative methods. Room-internal. */
#ifndef ATW_TOMOGRAPHY_STAGE_H
#define ATW_TOMOGRAPHY_STAGE_H

#include "projection/projector.h"

/* Views that are worked on before an update. */
struct atw_stage {
    struct atw_projector *owned; /* NULL for the caller's own */
    const struct atw_projector *projector;
    float *weight;  /* [n_z][n_x] 1 / sensitivity; filled by atw_stage_weigh() */
    float *row_sum; /* [slot][u] projection of ones; for the caller to fill */
    size_t data_at; /* of its packed views within those of all, in floats */
};

/* Stage 0 is all views of a projector; the others, if count > 1, are its subsets:
 * neighbouring directions together, which share the voxels they read, in bit-reversed
 * order, so that one subset sees across what the one before it saw. *out is the caller's;
 * it borrows the projector. count - 1 is at most the number of views. ATW_ENOMEM. */
enum atw_status atw_stages_create(struct atw_stage **out,
                                  size_t count,
                                  const struct atw_projector *projector,
                                  struct atw_error *err) ATW_MUST_CHECK;
void atw_stages_destroy(struct atw_stage *stage, size_t count);

/* Fill the weights; those of a subset are 0 where it hardly sees the voxel. Overwrites
 * packed views, scratch and packed volume. */
void atw_stage_weigh(struct atw_stage *stage,
                     float *views,
                     float *scratch,
                     float *packed);

/* Arrays of floats that follow each other start at whole cache lines. */
static inline size_t atw_stage_padded(size_t length)
{
    return (length + 15) / 16 * 16;
}

#endif
