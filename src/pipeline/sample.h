/* Every other slice of a tomogram's interior: for what neighbours tell alike, at half the
 * cost. Where there are few slices, or all are reconstructed anyhow, the sample is the
 * whole interior. */
#ifndef ATW_PIPELINE_SAMPLE_H
#define ATW_PIPELINE_SAMPLE_H

#include "pipeline/slices.h"

struct atw_sample {
    const struct atw_mask *mask;
    const struct atw_slices *slices;
    double share; /* of the interior's voxels */
    /* Owned; NULL: mask and slices are those of the interior, borrowed. */
    struct atw_mask *own_mask;
    struct atw_slices *own_slices;
};

/* `slices` are those of the interior, `whole` has its grid; the sample is the whole
 * interior unless `thins`. ATW_ENOMEM. */
enum atw_status atw_sample_create(struct atw_sample **out,
                                  const struct atw_mask *interior,
                                  const struct atw_slices *slices,
                                  const struct atw_projector *whole,
                                  int thins,
                                  struct atw_error *err) ATW_MUST_CHECK;
void atw_sample_destroy(struct atw_sample *sample);

#endif
