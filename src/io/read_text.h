/* Whole text files in memory, for the line-oriented readers. */
#ifndef ATW_IO_READ_TEXT_H
#define ATW_IO_READ_TEXT_H

#include <stddef.h>

#include "core/status.h"

/* Read a text file; *text is zero-terminated, has *size bytes before the terminator and
 * belongs to the caller (free). A UTF-8 byte order mark at the start is dropped.
 *
 * ATW_EINPUT: it cannot be read, holds more than limit_bytes, or holds a zero byte (then
 * it is no text); ATW_ENOMEM. Outputs are untouched on failure. */
enum atw_status atw_read_text(char **text,
                              size_t *size,
                              const char *path,
                              size_t limit_bytes,
                              struct atw_error *err) ATW_MUST_CHECK;

#endif
