/* A tilt series made fit for alignment: smaller, smoother, without background and hot
 * pixels. Room-internal, but for tests. */
#ifndef ATW_ALIGNMENT_PREPARE_H
#define ATW_ALIGNMENT_PREPARE_H

#include "core/tilt_series.h"

/* Views wider than this are binned before alignment. */
#define ATW_ALIGNMENT_WIDEST 128

/* Pixels of the raw series per pixel of the prepared one: 1 up to the widest. */
size_t atw_alignment_binning(const struct atw_tilt_series *series);

/* Per view: hot pixels (above all eight neighbours by twice their range and 6 sigmas of
 * the frame) become the mean of their neighbours; the clipped mean of a frame of three
 * pixels is taken off, so that values may be negative; pixels are averaged in squares of
 * `binning`, an incomplete rest shared by both edges; a Gaussian of one pixel smooths.
 * *out belongs to the caller. ATW_EINPUT: not finite; ATW_ENOMEM. */
enum atw_status atw_alignment_prepare(struct atw_tilt_series **out,
                                      const struct atw_tilt_series *series,
                                      size_t binning,
                                      struct atw_error *err) ATW_MUST_CHECK;

#endif
