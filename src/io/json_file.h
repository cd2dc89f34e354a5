/* JSON files, read and written whole. */
#ifndef ATW_IO_JSON_FILE_H
#define ATW_IO_JSON_FILE_H

#include <jansson.h>

#include "core/status.h"

/* Load one JSON value; *out belongs to the caller (json_decref).
 * ATW_EINPUT: the file cannot be read or is not JSON (message "FILE:LINE:COLUMN: ..."),
 * an object has a key twice, or it is larger than 256 MiB; ATW_ENOMEM. */
enum atw_status
atw_json_load(json_t **out, const char *path, struct atw_error *err) ATW_MUST_CHECK;

/* Write indented by two blanks, keys in insertion order, reals with 17 significant digits
 * (which read back as the same number), a line feed at the end.
 * ATW_EOUTPUT as atw_output_begin() and commit; ATW_EINVAL if the value cannot be written
 * (nested in itself). */
enum atw_status atw_json_save(const json_t *value,
                              const char *path,
                              int force,
                              struct atw_error *err) ATW_MUST_CHECK;

/* A real, or null for a number that is not finite (which JSON has no way to write). New
 * reference; NULL without memory. */
json_t *atw_json_number(double number);

#endif
