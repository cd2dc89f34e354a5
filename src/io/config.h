/* Config: an input file (scenario, experiment) read, completed and checked by a schema.
 *
 * Loading does everything that can fail: it reads the YAML, applies the --set overrides,
 * merges the models that the file names beneath its own keys, fills in defaults and
 * checks every value. Precedence: default < model < file < --set. Reading values
 * afterwards cannot fail; a path that is not in the schema, an index out of range or a
 * value that is not set is a bug of the caller and aborts.
 *
 * Messages have the form `file:line:column: key: what is wrong; allowed range; remedy`.
 *
 * Models are looked for in `models/KIND/NAME.yaml` below the directory of the file and
 * where io/data_file.h says. */
#ifndef ATW_IO_CONFIG_H
#define ATW_IO_CONFIG_H

#include <stddef.h>
#include <stdio.h>

#include "core/status.h"
#include "core/table.h"
#include "io/schema.h"

enum { ATW_CONFIG_SIZE_MAX = 1 << 20, ATW_SHA256_HEX_SIZE = 65 };

struct atw_config; /* opaque */

/* Load a file.
 *
 * overrides  n_overrides texts "key.path=VALUE", VALUE a YAML scalar or flow collection,
 *            applied in order; a key of a list element is "particles[1].window"
 *
 * ATW_EINPUT for a file that cannot be read, is larger than ATW_CONFIG_SIZE_MAX, is not
 * one plain YAML document, or does not satisfy the schema; ATW_EUSAGE for an override
 * that is not KEY=VALUE. */
enum atw_status atw_config_load(struct atw_config **out,
                                const struct atw_schema *schema,
                                const char *path,
                                const char *const *overrides,
                                size_t n_overrides,
                                struct atw_error *err) ATW_MUST_CHECK;

/* The same from a text in memory; `name` stands for the file in messages, and its
 * directory part is where models and paths are relative to. */
enum atw_status atw_config_parse(struct atw_config **out,
                                 const struct atw_schema *schema,
                                 const char *text,
                                 size_t length,
                                 const char *name,
                                 const char *const *overrides,
                                 size_t n_overrides,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_config_destroy(struct atw_config *config);

/* Values. The path is a printf format: atw_config_number(c, "particles[%zu].scale", i).
 */

/* SI value of a quantity, temperature or number. */
double atw_config_number(const struct atw_config *config, const char *path_format, ...)
    ATW_PRINTF_LIKE(2, 3);
long long atw_config_integer(const struct atw_config *config,
                             const char *path_format,
                             ...) ATW_PRINTF_LIKE(2, 3);
int atw_config_boolean(const struct atw_config *config, const char *path_format, ...)
    ATW_PRINTF_LIKE(2, 3);
/* Text, choice or path as written; borrowed from the config. */
const char *atw_config_text(const struct atw_config *config, const char *path_format, ...)
    ATW_PRINTF_LIKE(2, 3);
/* Number of elements of a list. */
size_t atw_config_count(const struct atw_config *config, const char *path_format, ...)
    ATW_PRINTF_LIKE(2, 3);
/* Whether an optional key, or a map, has a value. */
int atw_config_is_set(const struct atw_config *config, const char *path_format, ...)
    ATW_PRINTF_LIKE(2, 3);

/* A path relative to the file it stands in (after --set: to the current directory), made
 * usable; free() it. NULL without memory. */
char *atw_config_file_path(const struct atw_config *config, const char *path_format, ...)
    ATW_PRINTF_LIKE(2, 3);

/* Directory of the loaded file; borrowed. */
const char *atw_config_directory(const struct atw_config *config);
const struct atw_schema *atw_config_schema(const struct atw_config *config);

/* Record an error about a value that only a later stage could judge, preceded by where it
 * stands: `file:line:column: path: `. Returns status. */
enum atw_status atw_config_error(const struct atw_config *config,
                                 struct atw_error *err,
                                 enum atw_status status,
                                 const char *path,
                                 const char *format,
                                 ...) ATW_PRINTF_LIKE(5, 6);

/* How a resolved config is written. */
enum atw_config_style {
    ATW_CONFIG_PLAIN = 0,
    ATW_CONFIG_WITH_ORIGIN = 1, /* "# default", "# file:line" or "# --set" */
    ATW_CONFIG_ANNOTATED = 2    /* each key below its doc, type, range and default */
};

/* Write all values, given and default, in the order of the schema and in display units,
 * as a file that loads to the same SI values bit for bit. The caller checks ferror(). */
void atw_config_write(const struct atw_config *config,
                      FILE *stream,
                      enum atw_config_style style);

/* Write one top-level section in plain style, as it stands in a file of its own. */
void atw_config_write_section(const struct atw_config *config,
                              const char *section,
                              FILE *stream);

/* The plain form as text; free() it. NULL without memory. It does not depend on where the
 * file stands or how it was written. */
char *atw_config_resolved_text(const struct atw_config *config);

/* Every value as a line "path: value", such as "particles[1].window: edge", in the order
 * of the schema; free() it. NULL without memory. */
char *atw_config_key_lines(const struct atw_config *config);

/* SHA-256 of that text in hexadecimal. */
enum atw_status atw_config_sha256(const struct atw_config *config,
                                  char hex[ATW_SHA256_HEX_SIZE],
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Models of a kind ("chips") that a file in `directory` may name: columns name, file. */
enum atw_status atw_config_list_models(struct atw_table **out,
                                       const char *kind,
                                       const char *directory,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
