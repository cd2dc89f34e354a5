/* The tree against the schema: unknown and missing keys, defaults, order. */
#include <stdlib.h>
#include <string.h>

#include "io/config_tree.h"

struct context {
    struct atw_config *config;
    struct atw_error *err;
};

static enum atw_status validate_node(struct context *context,
                                     struct atw_config_node *node,
                                     const struct atw_schema_entry *entry);

static enum atw_status no_memory(struct context *context)
{
    return atw_error_set(context->err, ATW_ENOMEM, "config: out of memory");
}

static enum atw_status refuse_unknown(struct context *context,
                                      const struct atw_config_node *node,
                                      const struct atw_schema_entry *parent)
{
    char location[ATW_LOCATION_SIZE], path[ATW_CONFIG_PATH_SIZE];
    const struct atw_schema *schema = context->config->schema;
    const char *suggestion = atw_schema_suggest(schema, parent, node->key);

    atw_config_node_location(location, node, 1);
    atw_config_node_path(path, node);
    if (suggestion && strcmp(suggestion, node->key) == 0)
        return atw_error_set(context->err, ATW_EINPUT,
                             "%s: %s: unknown key; \"%s\" stands at the top of the file, "
                             "for all of it",
                             location, path, suggestion);
    if (suggestion)
        return atw_error_set(context->err, ATW_EINPUT,
                             "%s: %s: unknown key; did you mean \"%s\"?", location, path,
                             suggestion);
    return atw_error_set(
        context->err, ATW_EINPUT,
        "%s: %s: unknown key; `alloytwin config explain%s%s` lists the keys there are",
        location, path, strcmp(schema->name, "scenario") == 0 ? "" : " --",
        strcmp(schema->name, "scenario") == 0 ? "" : schema->name);
}

static enum atw_status refuse_missing(struct context *context,
                                      const struct atw_config_node *map,
                                      const struct atw_schema_entry *entry)
{
    char location[ATW_LOCATION_SIZE], path[ATW_CONFIG_PATH_SIZE];
    char type[ATW_SCHEMA_TEXT_SIZE], range[ATW_SCHEMA_TEXT_SIZE];
    const struct atw_config_node *model = map, *name = NULL;
    const char *key;
    size_t length;

    atw_config_node_location(location, map, 0);
    atw_config_node_path(path, map);
    key = atw_schema_key(entry, &length);
    atw_schema_describe_type(type, entry);
    atw_schema_describe_range(range, entry);
    while (model && !(model->entry && model->entry->model_kind))
        model = model->parent;
    if (model)
        name = atw_config_node_find(model, "model");
    return atw_error_set(
        context->err, ATW_EINPUT,
        "%s: %s%s%.*s: the key is missing and has no default; needed: %s%s%s%s", location,
        path, *path ? "." : "", (int)length, key, type, *range ? "; allowed: " : "",
        range,
        model && (!name || name->kind == ATW_CONFIG_NULL)
            ? "; or name a model that has it with `model: NAME`"
            : "");
}

/* The default of a row as a tree; NULL kind or empty containers where it has no text. */
static enum atw_status make_default(struct context *context,
                                    struct atw_config_node **out,
                                    const struct atw_schema_entry *entry)
{
    const struct atw_config_source *source = context->config->sources[ATW_SOURCE_DEFAULT];
    const char *text = entry->default_text;

    if (text && atw_schema_is_list(entry))
        return atw_config_read_text(out, text, strlen(text), source, context->err);
    if (entry->type == ATW_SCHEMA_MAP && !entry->optional)
        *out = atw_config_node_create(ATW_CONFIG_MAP, NULL, source);
    else if (entry->type == ATW_SCHEMA_LIST)
        *out = atw_config_node_create(ATW_CONFIG_LIST, NULL, source);
    else
        *out = atw_config_node_create(text ? ATW_CONFIG_SCALAR : ATW_CONFIG_NULL, text,
                                      source);
    return *out ? ATW_OK : no_memory(context);
}

static int is_required(const struct atw_schema_entry *entry)
{
    if (entry->type == ATW_SCHEMA_MAP || entry->optional)
        return 0;
    if (entry->type == ATW_SCHEMA_LIST)
        return entry->min_length > 0;
    return !entry->default_text;
}

/* Add an absent key. An unset optional one becomes null, so that the resolved file says
 * so and does not take it from a model that has changed since. */
static enum atw_status add_absent(struct context *context,
                                  struct atw_config_node *map,
                                  const struct atw_schema_entry *entry)
{
    struct atw_config_node *node = NULL;
    enum atw_status status;
    size_t length;
    char key[ATW_CONFIG_PATH_SIZE];
    const char *name = atw_schema_key(entry, &length);

    if (is_required(entry))
        return refuse_missing(context, map, entry);
    snprintf(key, sizeof key, "%.*s", (int)length, name);
    status = make_default(context, &node, entry);
    if (status == ATW_OK)
        status = atw_config_node_append(map, key, node, context->err);
    return status;
}

static enum atw_status check_keys(struct context *context,
                                  const struct atw_config_node *map,
                                  const struct atw_schema_entry *entry)
{
    for (size_t i = 0; i < map->n_children; i++)
        if (!atw_schema_child(context->config->schema, entry, map->children[i]->key))
            return refuse_unknown(context, map->children[i], entry);
    return ATW_OK;
}

/* Move a key of a map to place `index`; 0 if it is not there. */
static int
bring_to(struct atw_config_node *map, size_t index, const struct atw_schema_entry *entry)
{
    size_t length;
    const char *key = atw_schema_key(entry, &length);

    for (size_t i = index; i < map->n_children; i++) {
        struct atw_config_node *child = map->children[i];

        if (strlen(child->key) == length && strncmp(child->key, key, length) == 0) {
            map->children[i] = map->children[index];
            map->children[index] = child;
            return 1;
        }
    }
    return 0;
}

static enum atw_status validate_map(struct context *context,
                                    struct atw_config_node *map,
                                    const struct atw_schema_entry *entry)
{
    const struct atw_schema *schema = context->config->schema;
    const struct atw_schema_entry *child;
    enum atw_status status = check_keys(context, map, entry);
    size_t position = 0, index = 0;

    while (status == ATW_OK &&
           (child = atw_schema_next_child(schema, entry, &position))) {
        if (!bring_to(map, index, child)) {
            status = add_absent(context, map, child);
            if (status != ATW_OK)
                break;
            bring_to(map, index, child);
        }
        status = validate_node(context, map->children[index], child);
        index++;
    }
    return status;
}

static enum atw_status check_length(struct context *context,
                                    const struct atw_config_node *list,
                                    const struct atw_schema_entry *entry)
{
    size_t n = list->n_children;

    if (entry->length > 0 && n != entry->length)
        return atw_config_node_error(context->err, list,
                                     "the list has %zu elements; it needs %zu", n,
                                     entry->length);
    if (n < entry->min_length)
        return atw_config_node_error(context->err, list,
                                     "the list has %zu elements; it needs at least %zu",
                                     n, entry->min_length);
    return ATW_OK;
}

static enum atw_status validate_element(struct context *context,
                                        struct atw_config_node *node,
                                        const struct atw_schema_entry *entry)
{
    if (entry->type != ATW_SCHEMA_LIST)
        return atw_config_validate_value(node, entry, context->err);
    node->entry = entry;
    if (node->kind != ATW_CONFIG_MAP)
        return atw_config_node_error(context->err, node,
                                     "must be a group of keys, as in \"- key: value\"");
    return validate_map(context, node, entry);
}

static enum atw_status validate_list(struct context *context,
                                     struct atw_config_node *list,
                                     const struct atw_schema_entry *entry)
{
    enum atw_status status;

    if (list->kind != ATW_CONFIG_LIST)
        return atw_config_node_error(
            context->err, list, "must be a list, as in \"[a, b]\"%s",
            entry->type == ATW_SCHEMA_LIST ? " or lines that begin with \"- \"" : "");
    status = check_length(context, list, entry);
    for (size_t i = 0; i < list->n_children && status == ATW_OK; i++)
        status = validate_element(context, list->children[i], entry);
    return status;
}

static enum atw_status refuse_null(struct context *context,
                                   const struct atw_config_node *node,
                                   const struct atw_schema_entry *entry)
{
    char type[ATW_SCHEMA_TEXT_SIZE], range[ATW_SCHEMA_TEXT_SIZE];
    const char *text = entry->default_text;

    atw_schema_describe_type(type, entry);
    atw_schema_describe_range(range, entry);
    return atw_config_node_error(context->err, node, "has no value; needed: %s%s%s%s%s",
                                 type, *range ? "; allowed: " : "", range,
                                 text ? "; leave the key out for the default " : "",
                                 text ? text : "");
}

static enum atw_status validate_node(struct context *context,
                                     struct atw_config_node *node,
                                     const struct atw_schema_entry *entry)
{
    node->entry = entry;
    if (node->kind == ATW_CONFIG_NULL && entry->optional)
        return ATW_OK;
    if (node->kind == ATW_CONFIG_NULL && entry->type == ATW_SCHEMA_MAP)
        node->kind = ATW_CONFIG_MAP; /* "chip:" and nothing beneath it */
    if (node->kind == ATW_CONFIG_NULL)
        return refuse_null(context, node, entry);
    if (atw_schema_is_list(entry))
        return validate_list(context, node, entry);
    if (entry->type != ATW_SCHEMA_MAP)
        return atw_config_validate_value(node, entry, context->err);
    if (node->kind != ATW_CONFIG_MAP)
        return atw_config_node_error(context->err, node,
                                     "must be a group of keys, as in \"key: value\"");
    return validate_map(context, node, entry);
}

/* Before anything else, so that the wrong kind of file is called that. */
static enum atw_status check_format(struct context *context)
{
    const char *expected = context->config->schema->format;
    const char *name = context->config->schema->name;
    const struct atw_config_node *root = context->config->root;
    const struct atw_config_node *node;

    if (!expected)
        return ATW_OK;
    node = atw_config_node_find(root, "format");
    if (!node)
        return atw_config_node_error(context->err, root,
                                     "format: the key is missing; a %s begins with "
                                     "\"format: %s\"",
                                     name, expected);
    if (node->kind == ATW_CONFIG_SCALAR && strcmp(node->text, expected) == 0)
        return ATW_OK;
    return atw_config_node_error(
        context->err, node, "\"%.60s\" is not the format of a %s; expected \"%s\"",
        node->kind == ATW_CONFIG_SCALAR ? node->text : "", name, expected);
}

enum atw_status atw_config_validate(struct atw_config *config, struct atw_error *err)
{
    struct context context = {config, err};
    struct atw_config_node *root = config->root;
    enum atw_status status;

    if (root->kind == ATW_CONFIG_NULL)
        root->kind = ATW_CONFIG_MAP;
    if (root->kind != ATW_CONFIG_MAP)
        return atw_config_node_error(err, root,
                                     "a %s is a group of keys, as in \"key: "
                                     "value\"",
                                     config->schema->name);
    status = check_format(&context);
    return status == ATW_OK ? validate_map(&context, root, NULL) : status;
}
