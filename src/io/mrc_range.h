/* Whether the values of an MRC file are what its header says. Room-internal. */
#ifndef ATW_IO_MRC_RANGE_H
#define ATW_IO_MRC_RANGE_H

#include <stdio.h>

#include "io/mrc_header.h"

/* Compare the least and the greatest value with those in the header.
 *
 * Nothing else in a file tells signed from unsigned integers, or one byte order from the
 * other where both make sense of the counts. ATW_EINPUT if the range is not the header's,
 * but would be to a thousandth with another mode of the same width, the other byte order,
 * or as single precision, of which there would be fewer: the message names it. Where the
 * range does not agree, or is none (not rising, or not finite), single precision is also
 * refused if a tenth of it is beyond 1e15 or below 1e-15, and hardly any in the other
 * byte order. A warning if values lie further outside than the header's range is wide.
 *
 * Values are read again from header->data_offset only if they do not fit. */
enum atw_status atw_mrc_check_range(const struct atw_mrc_header *header,
                                    const float *value,
                                    size_t count,
                                    FILE *stream,
                                    const char *path,
                                    struct atw_error *err) ATW_MUST_CHECK;

#endif
