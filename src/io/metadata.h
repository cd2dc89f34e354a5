/* Provenance: an ordered list of key and text that every output carries. */
#ifndef ATW_IO_METADATA_H
#define ATW_IO_METADATA_H

#include <stddef.h>

#include <jansson.h>

#include "core/status.h"

struct atw_metadata; /* opaque */

/* Empty list. ATW_ENOMEM. */
enum atw_status atw_metadata_create(struct atw_metadata **out,
                                    struct atw_error *err) ATW_MUST_CHECK;
void atw_metadata_destroy(struct atw_metadata *metadata);

/* Set a text, replacing an earlier one of the same key in its place; both are copied.
 * A key consists of letters, digits, "_" and "-" (it becomes a name in HDF5 and JSON);
 * the text is UTF-8 of any length, such as a resolved scenario. In a text that is not,
 * the bytes beyond ASCII become '?'. ATW_EINVAL (key), ATW_ENOMEM. */
enum atw_status atw_metadata_set(struct atw_metadata *metadata,
                                 const char *key,
                                 const char *text,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* Add what the program knows about itself:
 *
 * program       "alloytwin"
 * version       release, as --version prints it
 * git_id        description of the source at configure time
 * libraries     "name version, ..." of the libraries loaded at run time; where that
 *               differs from the one compiled against, both. UDUNITS is not listed: it
 *               cannot tell its version
 * command_line  argv joined by blanks, quoted as a shell would need it; left out without
 *               arguments (count 0)
 *
 * ATW_ENOMEM. */
enum atw_status atw_metadata_add_program(struct atw_metadata *metadata,
                                         int argument_count,
                                         const char *const *arguments,
                                         struct atw_error *err) ATW_MUST_CHECK;

/* A list that is NULL counts as empty in the functions below. */
size_t atw_metadata_count(const struct atw_metadata *metadata);
/* Borrowed until the list changes; index below the count. */
const char *atw_metadata_key(const struct atw_metadata *metadata, size_t index);
const char *atw_metadata_text(const struct atw_metadata *metadata, size_t index);
/* Text of a key, NULL if there is none. */
const char *atw_metadata_find(const struct atw_metadata *metadata, const char *key);

/* A JSON object of strings in list order; NULL without memory. */
json_t *atw_metadata_to_json(const struct atw_metadata *metadata);

#endif
