/* Stacks of pictures as TIFF files for ImageJ, written only.
 *
 * One page per section, 32-bit reals, not compressed, little endian. The description of
 * the first page has ImageJ's words for the number of slices, the unit (nm) and the
 * distance of sections; the resolution has the pixel size. TIFF shows its first row at
 * the top, so rows are written from the highest y downwards: a picture looks as in
 * `alloytwin slices`, and an array read from the file has y reversed. */
#ifndef ATW_IO_TIFF_WRITE_H
#define ATW_IO_TIFF_WRITE_H

#include <stddef.h>

#include "core/status.h"

struct atw_output;

struct atw_tiff_stack {
    const float *value; /* [n_section][n_y][n_x] */
    size_t n_section, n_y, n_x;
    double pixel_m;
    double spacing_m; /* between sections; 0: they are no depth */
};

/* Into an output that the caller commits. ATW_EINVAL: it would take more than the 4 GiB
 * of a TIFF file; ATW_EOUTPUT. Values must be finite. */
enum atw_status atw_tiff_put(struct atw_output *output,
                             const struct atw_tiff_stack *stack,
                             struct atw_error *err) ATW_MUST_CHECK;

#endif
