/* Reading values of a loaded config. Nothing here can fail but by our own mistake. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_tree.h"

static _Noreturn void abort_path(const char *path, const char *what)
{
    fprintf(stderr, "alloytwin: bug: config path \"%s\" %s\n", path, what);
    abort();
}

/* The deepest node on a path; *complete tells whether it is the one meant. */
static struct atw_config_node *
walk(const struct atw_config *config, const char *path, int *complete)
{
    struct atw_config_node *node = config->root;
    const char *rest = path;
    struct atw_path_step step;

    *complete = 0;
    do {
        struct atw_config_node *child;

        if (!atw_path_step_next(&step, &rest))
            abort_path(path, "is malformed");
        child = atw_config_node_find(node, step.key);
        if (!child)
            return node;
        node = child;
        if (!step.has_index)
            continue;
        if (step.index >= node->n_children)
            abort_path(path, "has an index out of range");
        node = node->children[step.index];
    } while (*rest);
    *complete = 1;
    return node;
}

/* Node of a path; NULL if the schema has it but the config does not. */
static const struct atw_config_node *find(const struct atw_config *config,
                                          const char *path)
{
    int complete;
    const struct atw_config_node *node = walk(config, path, &complete);
    char list[ATW_CONFIG_PATH_SIZE + 2];

    if (complete)
        return node;
    snprintf(list, sizeof list, "%s[]", path);
    if (!atw_schema_find(config->schema, path) && !atw_schema_find(config->schema, list))
        abort_path(path, "is not in the schema");
    return NULL;
}

static void expand(char path[ATW_CONFIG_PATH_SIZE], const char *format, va_list arguments)
{
    int length = vsnprintf(path, ATW_CONFIG_PATH_SIZE, format, arguments);

    if (length < 0 || length >= ATW_CONFIG_PATH_SIZE)
        abort_path(format, "is too long");
}

static const struct atw_config_node *
value_of(const struct atw_config *config, const char *path, unsigned types)
{
    const struct atw_config_node *node = find(config, path);

    if (!node || node->kind != ATW_CONFIG_SCALAR)
        abort_path(path, "is not set, or not a value");
    if (!(types & 1u << node->entry->type))
        abort_path(path, "is of another type");
    return node;
}

double atw_config_number(const struct atw_config *config, const char *path_format, ...)
{
    const unsigned types = 1u << ATW_SCHEMA_QUANTITY | 1u << ATW_SCHEMA_TEMPERATURE |
                           1u << ATW_SCHEMA_TEMPERATURE_DIFFERENCE |
                           1u << ATW_SCHEMA_NUMBER;
    char path[ATW_CONFIG_PATH_SIZE];
    va_list arguments;

    va_start(arguments, path_format);
    expand(path, path_format, arguments);
    va_end(arguments);
    return value_of(config, path, types)->number;
}

long long
atw_config_integer(const struct atw_config *config, const char *path_format, ...)
{
    char path[ATW_CONFIG_PATH_SIZE];
    va_list arguments;

    va_start(arguments, path_format);
    expand(path, path_format, arguments);
    va_end(arguments);
    return value_of(config, path, 1u << ATW_SCHEMA_INTEGER)->integer;
}

int atw_config_boolean(const struct atw_config *config, const char *path_format, ...)
{
    char path[ATW_CONFIG_PATH_SIZE];
    va_list arguments;

    va_start(arguments, path_format);
    expand(path, path_format, arguments);
    va_end(arguments);
    return value_of(config, path, 1u << ATW_SCHEMA_BOOLEAN)->integer != 0;
}

const char *atw_config_text(const struct atw_config *config, const char *path_format, ...)
{
    const unsigned types =
        1u << ATW_SCHEMA_TEXT | 1u << ATW_SCHEMA_CHOICE | 1u << ATW_SCHEMA_PATH;
    char path[ATW_CONFIG_PATH_SIZE];
    va_list arguments;

    va_start(arguments, path_format);
    expand(path, path_format, arguments);
    va_end(arguments);
    return value_of(config, path, types)->text;
}

size_t atw_config_count(const struct atw_config *config, const char *path_format, ...)
{
    char path[ATW_CONFIG_PATH_SIZE];
    const struct atw_config_node *node;
    va_list arguments;

    va_start(arguments, path_format);
    expand(path, path_format, arguments);
    va_end(arguments);
    node = find(config, path);
    if (node && node->kind != ATW_CONFIG_LIST && node->kind != ATW_CONFIG_NULL)
        abort_path(path, "is not a list");
    return node ? node->n_children : 0;
}

int atw_config_is_set(const struct atw_config *config, const char *path_format, ...)
{
    char path[ATW_CONFIG_PATH_SIZE];
    const struct atw_config_node *node;
    va_list arguments;

    va_start(arguments, path_format);
    expand(path, path_format, arguments);
    va_end(arguments);
    node = find(config, path);
    return node && node->kind != ATW_CONFIG_NULL;
}

char *atw_config_file_path(const struct atw_config *config, const char *path_format, ...)
{
    char path[ATW_CONFIG_PATH_SIZE];
    const struct atw_config_node *node;
    const char *directory;
    va_list arguments;
    char *result;

    va_start(arguments, path_format);
    expand(path, path_format, arguments);
    va_end(arguments);
    node = value_of(config, path, 1u << ATW_SCHEMA_PATH);
    directory = node->source->directory;
    if (node->text[0] == '/' || strcmp(directory, ".") == 0)
        return strdup(node->text);
    if (asprintf(&result, "%s/%s", directory, node->text) < 0)
        return NULL;
    return result;
}

enum atw_status atw_config_error(const struct atw_config *config,
                                 struct atw_error *err,
                                 enum atw_status status,
                                 const char *path,
                                 const char *format,
                                 ...)
{
    char location[ATW_LOCATION_SIZE], text[ATW_ERROR_TEXT_SIZE];
    va_list arguments;
    int complete;

    atw_config_node_location(location, walk(config, path, &complete), 0);
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return atw_error_set(err, status, "%s: %s: %s", location, path, text);
}
