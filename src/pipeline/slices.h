/* The slices along the tilt axis that a mask has, reconstructed alone.
 *
 * What is asked of most imitations is a spread within a mask. Methods whose slices know
 * nothing of each other give the same numbers there without the other slices. */
#ifndef ATW_PIPELINE_SLICES_H
#define ATW_PIPELINE_SLICES_H

#include "core/tilt_series.h"
#include "quantification/segmentation.h"
#include "tomography/reconstruction.h"

/* Immutable after creation; may be shared by threads. */
struct atw_slices {
    size_t count;
    size_t *index;                   /* [count], rising */
    struct atw_projector *projector; /* of these slices */
};

/* The slices of the mask and those up to `margin` away from one of them. `whole` has the
 * mask's grid. ATW_ENOMEM. */
enum atw_status atw_slices_create(struct atw_slices **out,
                                  const struct atw_mask *mask,
                                  size_t margin,
                                  const struct atw_projector *whole,
                                  struct atw_error *err) ATW_MUST_CHECK;
void atw_slices_destroy(struct atw_slices *slices);

/* The part of a mask in every other of its slices along the tilt axis: what a sum over
 * the mask needs if its slices are alike. *out, the caller's, is NULL if it would have
 * fewer than `least`. ATW_ENOMEM. */
enum atw_status atw_slices_every_other(struct atw_mask **out,
                                       const struct atw_mask *mask,
                                       size_t least,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* These slices of a volume [n_z][n_y][n_x] from a whole series; the others are not
 * touched. The method must be slicewise; options hold no image (start, support). What the
 * method returns. */
enum atw_status atw_slices_reconstruct(const struct atw_slices *slices,
                                       const struct atw_tilt_series *series,
                                       const struct atw_reconstruction_method *method,
                                       const struct atw_reconstruction_options *options,
                                       struct atw_field *volume,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
