/* Grey pictures as PNG files.
 *
 * 8 bits per pixel, not compressed: no library is needed and equal pictures make equal
 * files. Programs that optimise PNG files shrink them. */
#ifndef ATW_IO_PNG_WRITE_H
#define ATW_IO_PNG_WRITE_H

#include <stddef.h>

#include "core/status.h"

/* Write grey [height][width], top row first, 0 black.
 * ATW_EINVAL: no pixels, or more than 16384 along a side; ATW_EOUTPUT as
 * atw_output_begin() and commit. */
enum atw_status atw_png_write(const unsigned char *grey,
                              size_t width,
                              size_t height,
                              const char *path,
                              int force,
                              struct atw_error *err) ATW_MUST_CHECK;

#endif
