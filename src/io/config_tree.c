/* Nodes of a config tree: building, finding, and saying where they stand. */
#include "io/config_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct atw_config_node *atw_config_node_create(enum atw_config_kind kind,
                                               const char *text,
                                               const struct atw_config_source *source)
{
    struct atw_config_node *node = calloc(1, sizeof *node);

    if (!node)
        return NULL;
    node->kind = kind;
    node->source = source;
    if (!text)
        return node;
    node->text = strdup(text);
    if (!node->text) {
        atw_config_node_destroy(node);
        return NULL;
    }
    return node;
}

void atw_config_node_destroy(struct atw_config_node *node)
{
    if (!node)
        return;
    for (size_t i = 0; i < node->n_children; i++)
        atw_config_node_destroy(node->children[i]);
    free(node->children);
    free(node->key);
    free(node->text);
    free(node);
}

static int reserve_child(struct atw_config_node *parent)
{
    size_t capacity = parent->capacity ? 2 * parent->capacity : 8;
    struct atw_config_node **children;

    if (parent->n_children < parent->capacity)
        return 1;
    children = reallocarray(parent->children, capacity, sizeof(struct atw_config_node *));
    if (!children)
        return 0;
    parent->children = children;
    parent->capacity = capacity;
    return 1;
}

enum atw_status atw_config_node_append(struct atw_config_node *parent,
                                       const char *key,
                                       struct atw_config_node *child,
                                       struct atw_error *err)
{
    if (!child || !reserve_child(parent))
        goto no_memory;
    if (key && key != child->key) {
        free(child->key);
        child->key = strdup(key);
        if (!child->key)
            goto no_memory;
    }
    child->parent = parent;
    parent->children[parent->n_children++] = child;
    return ATW_OK;
no_memory:
    atw_config_node_destroy(child);
    return atw_error_set(err, ATW_ENOMEM, "config: out of memory");
}

struct atw_config_node *atw_config_node_take(struct atw_config_node *parent, size_t index)
{
    struct atw_config_node *child = parent->children[index];

    parent->n_children--;
    memmove(parent->children + index, parent->children + index + 1,
            (parent->n_children - index) * sizeof *parent->children);
    child->parent = NULL;
    return child;
}

void atw_config_node_replace(struct atw_config_node *node,
                             struct atw_config_node *content)
{
    struct atw_config_node old = *node;

    *node = *content;
    node->parent = old.parent;
    node->key = old.key;
    for (size_t i = 0; i < node->n_children; i++)
        node->children[i]->parent = node;
    for (size_t i = 0; i < old.n_children; i++)
        atw_config_node_destroy(old.children[i]);
    free(old.children);
    free(old.text);
    free(content->key);
    free(content);
}

struct atw_config_node *atw_config_node_find(const struct atw_config_node *map,
                                             const char *key)
{
    if (map->kind != ATW_CONFIG_MAP)
        return NULL;
    for (size_t i = 0; i < map->n_children; i++)
        if (strcmp(map->children[i]->key, key) == 0)
            return map->children[i];
    return NULL;
}

void atw_config_node_path(char path[ATW_CONFIG_PATH_SIZE],
                          const struct atw_config_node *node)
{
    size_t used, index = 0;

    if (!node->parent) {
        path[0] = '\0';
        return;
    }
    atw_config_node_path(path, node->parent);
    used = strlen(path);
    if (node->key) {
        snprintf(path + used, ATW_CONFIG_PATH_SIZE - used, "%s%.80s", used ? "." : "",
                 node->key);
        return;
    }
    while (node->parent->children[index] != node)
        index++;
    snprintf(path + used, ATW_CONFIG_PATH_SIZE - used, "[%zu]", index);
}

void atw_config_node_location(char location[ATW_LOCATION_SIZE],
                              const struct atw_config_node *node,
                              int of_key)
{
    size_t line = of_key ? node->key_line : node->line;
    size_t column = of_key ? node->key_column : node->column;

    /* What a default built stands where the file stops saying more. */
    while (node->parent && !node->source->has_lines &&
           strcmp(node->source->name, "default") == 0) {
        node = node->parent;
        line = node->line;
        column = node->column;
    }
    if (node->source->has_lines)
        snprintf(location, ATW_LOCATION_SIZE, "%.350s:%zu:%zu", node->source->name, line,
                 column);
    else
        snprintf(location, ATW_LOCATION_SIZE, "%.350s", node->source->name);
}

enum atw_status atw_config_node_error(struct atw_error *err,
                                      const struct atw_config_node *node,
                                      const char *format,
                                      ...)
{
    char location[ATW_LOCATION_SIZE], path[ATW_CONFIG_PATH_SIZE];
    char text[ATW_ERROR_TEXT_SIZE];
    va_list arguments;

    atw_config_node_location(location, node, 0);
    atw_config_node_path(path, node);
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return atw_error_set(err, ATW_EINPUT, "%s: %s%s%s", location, path,
                         path[0] ? ": " : "", text);
}

static int step_index(struct atw_path_step *step, const char **path)
{
    const char *text = *path + 1;
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > 9 || text[digits] != ']')
        return 0;
    step->has_index = 1;
    step->index = strtoul(text, NULL, 10);
    *path = text + digits + 1;
    return 1;
}

int atw_path_step_next(struct atw_path_step *step, const char **path)
{
    size_t length = strcspn(*path, ".[]");

    if (length == 0 || length >= sizeof step->key)
        return 0;
    memcpy(step->key, *path, length);
    step->key[length] = '\0';
    step->has_index = 0;
    *path += length;
    if (**path == '[' && !step_index(step, path))
        return 0;
    if (**path == '.') {
        ++*path;
        return **path != '\0';
    }
    return **path == '\0';
}
