/* Loading a config: the stages in order, and what they share. */
#include "io/config.h"

#include <stdlib.h>
#include <string.h>

#include "io/config_tree.h"

static char *directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return strdup(".");
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static void source_destroy(struct atw_config_source *source)
{
    if (!source)
        return;
    free(source->name);
    free(source->directory);
    free(source);
}

enum atw_status atw_config_add_source(struct atw_config *config,
                                      const struct atw_config_source **out,
                                      const char *name,
                                      int has_lines,
                                      struct atw_error *err)
{
    struct atw_config_source **sources = reallocarray(
        config->sources, config->n_sources + 1, sizeof(struct atw_config_source *));
    struct atw_config_source *source = calloc(1, sizeof *source);

    if (sources)
        config->sources = sources;
    if (!sources || !source)
        goto no_memory;
    source->has_lines = has_lines;
    source->name = strdup(name);
    source->directory = has_lines ? directory_of(name) : strdup(".");
    if (!source->name || !source->directory)
        goto no_memory;
    config->sources[config->n_sources++] = source;
    if (out)
        *out = source;
    return ATW_OK;
no_memory:
    source_destroy(source);
    return atw_error_set(err, ATW_ENOMEM, "config: out of memory");
}

void atw_config_destroy(struct atw_config *config)
{
    if (!config)
        return;
    atw_config_node_destroy(config->root);
    for (size_t i = 0; i < config->n_sources; i++)
        source_destroy(config->sources[i]);
    free(config->sources);
    free(config);
}

static enum atw_status
add_sources(struct atw_config *config, const char *name, struct atw_error *err)
{
    enum atw_status status = atw_config_add_source(config, NULL, name, 1, err);

    if (status == ATW_OK)
        status = atw_config_add_source(config, NULL, "--set", 0, err);
    if (status == ATW_OK)
        status = atw_config_add_source(config, NULL, "default", 0, err);
    return status;
}

/* From the tree as read to the tree as meant. */
static enum atw_status resolve(struct atw_config *config,
                               const char *const *overrides,
                               size_t n_overrides,
                               struct atw_error *err)
{
    char *done = calloc(n_overrides + 1, 1);
    enum atw_status status;

    if (!done)
        return atw_error_set(err, ATW_ENOMEM, "config: out of memory");
    status = atw_config_override(config, overrides, n_overrides, done, 0, err);
    if (status == ATW_OK)
        status = atw_config_merge_models(config, err);
    if (status == ATW_OK)
        status = atw_config_override(config, overrides, n_overrides, done, 1, err);
    if (status == ATW_OK)
        status = atw_config_validate(config, err);
    free(done);
    return status;
}

enum atw_status atw_config_parse(struct atw_config **out,
                                 const struct atw_schema *schema,
                                 const char *text,
                                 size_t length,
                                 const char *name,
                                 const char *const *overrides,
                                 size_t n_overrides,
                                 struct atw_error *err)
{
    struct atw_config *config = calloc(1, sizeof *config);
    enum atw_status status;

    *out = NULL;
    if (!config)
        return atw_error_set(err, ATW_ENOMEM, "config: out of memory");
    config->schema = schema;
    status = add_sources(config, name, err);
    if (status == ATW_OK)
        status = atw_config_read_text(&config->root, text, length,
                                      config->sources[ATW_SOURCE_FILE], err);
    if (status == ATW_OK)
        status = resolve(config, overrides, n_overrides, err);
    if (status == ATW_OK)
        *out = config;
    else
        atw_config_destroy(config);
    return status;
}

enum atw_status atw_config_load(struct atw_config **out,
                                const struct atw_schema *schema,
                                const char *path,
                                const char *const *overrides,
                                size_t n_overrides,
                                struct atw_error *err)
{
    char *text = NULL;
    size_t length = 0;
    enum atw_status status;

    *out = NULL;
    status = atw_config_read_file(&text, &length, path, err);
    if (status != ATW_OK)
        return status;
    status =
        atw_config_parse(out, schema, text, length, path, overrides, n_overrides, err);
    free(text);
    return status;
}

const char *atw_config_directory(const struct atw_config *config)
{
    return config->sources[ATW_SOURCE_FILE]->directory;
}

const struct atw_schema *atw_config_schema(const struct atw_config *config)
{
    return config->schema;
}
