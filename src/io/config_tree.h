/* The tree behind a config: what YAML said, where it said it, and what it means. */
#ifndef ATW_IO_CONFIG_TREE_H
#define ATW_IO_CONFIG_TREE_H

#include <stddef.h>

#include "io/config.h"

enum { ATW_LOCATION_SIZE = 400, ATW_CONFIG_PATH_SIZE = 256 };

enum atw_config_kind {
    ATW_CONFIG_NULL,
    ATW_CONFIG_SCALAR,
    ATW_CONFIG_LIST,
    ATW_CONFIG_MAP
};

/* Where nodes come from: a file, "--set", or "default". */
struct atw_config_source {
    char *name;
    char *directory;
    int has_lines;
};

struct atw_config_node {
    enum atw_config_kind kind;
    struct atw_config_node *parent;
    char *key;  /* in a map; NULL in a list and at the root */
    char *text; /* of a scalar */
    const struct atw_config_source *source;
    size_t line, column;         /* of the value, from 1 */
    size_t key_line, key_column; /* of its key */
    struct atw_config_node **children;
    size_t n_children, capacity;
    /* Known once validated. */
    const struct atw_schema_entry *entry;
    double number;
    long long integer;
};

struct atw_config {
    const struct atw_schema *schema;
    struct atw_config_source **sources; /* [0] the file, [1] --set, [2] default, models */
    size_t n_sources;
    struct atw_config_node *root;
};

enum { ATW_SOURCE_FILE, ATW_SOURCE_SET, ATW_SOURCE_DEFAULT };

/* ---- nodes (config_tree.c) ---- */

/* Takes a copy of the text (NULL for none). NULL without memory. */
struct atw_config_node *atw_config_node_create(enum atw_config_kind kind,
                                               const char *text,
                                               const struct atw_config_source *source);
void atw_config_node_destroy(struct atw_config_node *node);

/* Append a child under a key (NULL: list element), which is copied; takes the child in
 * any case. */
enum atw_status atw_config_node_append(struct atw_config_node *parent,
                                       const char *key,
                                       struct atw_config_node *child,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* Take child `index` out of its parent; the caller owns it. */
struct atw_config_node *atw_config_node_take(struct atw_config_node *parent,
                                             size_t index);

/* Put `content` in the place of `node`, keeping key and position; takes `content`. */
void atw_config_node_replace(struct atw_config_node *node,
                             struct atw_config_node *content);

struct atw_config_node *atw_config_node_find(const struct atw_config_node *map,
                                             const char *key);

/* "particles[1].window" of a node; "" for the root. */
void atw_config_node_path(char path[ATW_CONFIG_PATH_SIZE],
                          const struct atw_config_node *node);

/* `file:line:column`, "--set" or "default" of a node's value, or of its key. */
void atw_config_node_location(char location[ATW_LOCATION_SIZE],
                              const struct atw_config_node *node,
                              int of_key);

/* ATW_EINPUT with "location: path: " in front. */
enum atw_status atw_config_node_error(struct atw_error *err,
                                      const struct atw_config_node *node,
                                      const char *format,
                                      ...) ATW_PRINTF_LIKE(3, 4);

/* One component of a path: a key and maybe an index. */
struct atw_path_step {
    char key[ATW_CONFIG_PATH_SIZE];
    int has_index;
    size_t index;
};

/* Take the first component off a path; 0 if it is not well formed. */
int atw_path_step_next(struct atw_path_step *step, const char **path);

/* ---- stages of loading, in order ---- */

/* config.c: register a source that lives as long as the config. */
enum atw_status atw_config_add_source(struct atw_config *config,
                                      const struct atw_config_source **out,
                                      const char *name,
                                      int has_lines,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* config_read.c: one YAML document as a tree. */
enum atw_status atw_config_read_text(struct atw_config_node **out,
                                     const char *text,
                                     size_t length,
                                     const struct atw_config_source *source,
                                     struct atw_error *err) ATW_MUST_CHECK;
/* A whole file; free() the text. */
enum atw_status atw_config_read_file(char **text,
                                     size_t *length,
                                     const char *path,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* config_override.c: apply overrides. Those that reach into a list which is not there yet
 * wait for the models: call with after_models 0, merge, then with 1. `done` has one flag
 * per override, zero at first. */
enum atw_status atw_config_override(struct atw_config *config,
                                    const char *const *overrides,
                                    size_t n_overrides,
                                    char *done,
                                    int after_models,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* config_model.c: merge the models named in the tree. */
enum atw_status atw_config_merge_models(struct atw_config *config,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* config_validate.c: check the tree, fill in defaults, put it into the schema's order. */
enum atw_status atw_config_validate(struct atw_config *config,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* config_value.c: check one value and store what it means. */
enum atw_status atw_config_validate_value(struct atw_config_node *node,
                                          const struct atw_schema_entry *entry,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* config_write.c: one value as it stands in a file. */
void atw_config_write_value(const struct atw_config_node *node, FILE *stream);

#endif
