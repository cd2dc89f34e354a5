/* What a pixel sees of the samples of a finer axis, wherever it lies.
 *
 * The weight of resampling.h, tabulated over the distance of pixel and sample: a pixel
 * may then be anywhere (shifts, shear, rotation) and different in every row. Linear
 * interpolation in a table of 1/32 sample is good to 1e-4 of the weight. */
#ifndef ATW_MICROSCOPE_FOOTPRINT_H
#define ATW_MICROSCOPE_FOOTPRINT_H

#include <stddef.h>

#include "core/status.h"

struct atw_footprint {
    double pitch_m; /* of the samples */
    double reach_m; /* half width of the footprint */
    size_t n_taps;  /* samples that reach one pixel, at most */
    size_t n_table;
    float *table; /* [n_table], weight at distance i pitch / 32; owned */
};

/* ATW_EINVAL if a pitch is not positive or sigma negative, ATW_ENOMEM. */
enum atw_status atw_footprint_create(struct atw_footprint **out,
                                     double pitch_sample_m,
                                     double pitch_pixel_m,
                                     double sigma_m,
                                     struct atw_error *err) ATW_MUST_CHECK;
void atw_footprint_destroy(struct atw_footprint *footprint);

/* Weights of the samples that a pixel at position_m sees, of n_samples centred on 0:
 * weight [n_taps] of samples first, first + 1, ...; returns how many there are. */
size_t atw_footprint_weights(const struct atw_footprint *footprint,
                             size_t n_samples,
                             double position_m,
                             size_t *first,
                             float *weight);

#endif
