/* `model: NAME`: find models/KIND/NAME.yaml and merge it beneath the keys given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_tree.h"
#include "io/data_file.h"

enum { FOLDER_SIZE = 128 };

enum atw_status atw_config_list_models(struct atw_table **out,
                                       const char *kind,
                                       const char *directory,
                                       struct atw_error *err)
{
    char folder[FOLDER_SIZE];

    snprintf(folder, sizeof folder, "models/%.100s", kind);
    return atw_data_list(out, folder, directory, err);
}

static enum atw_status refuse_missing(const struct atw_config *config,
                                      const struct atw_config_node *name,
                                      const char *kind,
                                      struct atw_error *err)
{
    struct atw_table *models = NULL;
    char list[512] = "";
    enum atw_status status = atw_config_list_models(
        &models, kind, config->sources[ATW_SOURCE_FILE]->directory, err);

    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < atw_table_row_count(models); i++) {
        size_t used = strlen(list);

        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "",
                 atw_table_cell(models, i, 0).text);
    }
    atw_table_destroy(models);
    return atw_config_node_error(
        err, name,
        "no file models/%s/%.60s.yaml; available: %s; add the file, or point %s", kind,
        name->text, *list ? list : "none",
        "ALLOYTWIN_DATA at the directory that holds models/");
}

static int is_model_name(const char *name)
{
    return *name && *name != '.' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                        "._-") == strlen(name);
}

static enum atw_status find_model(const struct atw_config *config,
                                  char **path,
                                  const struct atw_config_node *name,
                                  const char *kind,
                                  struct atw_error *err)
{
    const char *base = config->sources[ATW_SOURCE_FILE]->directory;
    char folder[FOLDER_SIZE], file_name[FOLDER_SIZE];
    enum atw_status status;

    if (name->kind != ATW_CONFIG_SCALAR || !is_model_name(name->text) ||
        strlen(name->text) > 100)
        return atw_config_node_error(err, name,
                                     "must be the name of a model: letters, digits, '.', "
                                     "'_' and '-', without directory and \".yaml\"");
    snprintf(folder, sizeof folder, "models/%.100s", kind);
    snprintf(file_name, sizeof file_name, "%s.yaml", name->text);
    status = atw_data_find(path, folder, file_name, base, NULL);
    return status == ATW_EINPUT ? refuse_missing(config, name, kind, err) : status;
}

/* Drop what a model says beyond the schema in hand, if the wider schema knows it. */
static void
prune(const struct atw_schema *schema, struct atw_config_node *map, const char *path)
{
    for (size_t i = map->n_children; schema->model_schema && i-- > 0;) {
        struct atw_config_node *child = map->children[i];
        char name[ATW_CONFIG_PATH_SIZE], list[ATW_CONFIG_PATH_SIZE + 2];

        snprintf(name, sizeof name, "%.150s.%.90s", path, child->key);
        snprintf(list, sizeof list, "%s[]", name);
        if (atw_schema_find(schema, name)) {
            if (child->kind == ATW_CONFIG_MAP)
                prune(schema, child, name);
        } else if (!atw_schema_find(schema, list) &&
                   (atw_schema_find(schema->model_schema, name) ||
                    atw_schema_find(schema->model_schema, list))) {
            atw_config_node_destroy(atw_config_node_take(map, i));
        }
    }
}

/* Move into `own` what it lacks of `model`; the rest stays behind. */
static enum atw_status merge_beneath(struct atw_config_node *own,
                                     struct atw_config_node *model,
                                     struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < model->n_children && status == ATW_OK;) {
        struct atw_config_node *theirs = model->children[i];
        struct atw_config_node *ours = atw_config_node_find(own, theirs->key);

        if (!ours) {
            theirs = atw_config_node_take(model, i);
            status = atw_config_node_append(own, theirs->key, theirs, err);
            continue;
        }
        if (ours->kind == ATW_CONFIG_MAP && theirs->kind == ATW_CONFIG_MAP)
            status = merge_beneath(ours, theirs, err);
        i++;
    }
    return status;
}

static enum atw_status read_model(struct atw_config *config,
                                  struct atw_config_node **out,
                                  const char *path,
                                  const struct atw_schema_entry *entry,
                                  struct atw_error *err)
{
    const struct atw_config_source *source = NULL;
    struct atw_config_node *model = NULL;
    char *text = NULL;
    size_t length = 0;
    enum atw_status status = atw_config_read_file(&text, &length, path, err);

    if (status == ATW_OK)
        status = atw_config_add_source(config, &source, path, 1, err);
    if (status == ATW_OK)
        status = atw_config_read_text(&model, text, length, source, err);
    free(text);
    if (status != ATW_OK)
        return status;
    if (model->kind != ATW_CONFIG_MAP)
        status = atw_config_node_error(err, model, "a model file holds keys with values");
    else if (atw_config_node_find(model, "model"))
        status = atw_config_node_error(err, atw_config_node_find(model, "model"),
                                       "a model file cannot name a model");
    if (status == ATW_OK) {
        prune(config->schema, model, entry->path);
        *out = model;
    } else {
        atw_config_node_destroy(model);
    }
    return status;
}

static enum atw_status merge_into(struct atw_config *config,
                                  struct atw_config_node *map,
                                  const struct atw_schema_entry *entry,
                                  struct atw_error *err)
{
    const struct atw_config_node *name = atw_config_node_find(map, "model");
    struct atw_config_node *model = NULL;
    char *path = NULL;
    enum atw_status status;

    if (!name || name->kind == ATW_CONFIG_NULL)
        return ATW_OK;
    status = find_model(config, &path, name, entry->model_kind, err);
    if (status == ATW_OK)
        status = read_model(config, &model, path, entry, err);
    if (status == ATW_OK)
        status = merge_beneath(map, model, err);
    free(path);
    atw_config_node_destroy(model);
    return status;
}

/* Merge at every node that a schema path leads to. */
static enum atw_status merge_at(struct atw_config *config,
                                struct atw_config_node *node,
                                const char *path,
                                const struct atw_schema_entry *entry,
                                struct atw_error *err)
{
    size_t length = strcspn(path, ".[");
    char key[ATW_CONFIG_PATH_SIZE];
    struct atw_config_node *child;
    enum atw_status status = ATW_OK;

    if (!*path)
        return merge_into(config, node, entry, err);
    snprintf(key, sizeof key, "%.*s", (int)length, path);
    child = atw_config_node_find(node, key);
    path += length;
    if (!child)
        return ATW_OK;
    if (*path != '[')
        return merge_at(config, child, path + (*path == '.'), entry, err);
    path += 2;
    for (size_t i = 0; i < child->n_children && status == ATW_OK; i++)
        status = merge_at(config, child->children[i], path + (*path == '.'), entry, err);
    return status;
}

enum atw_status atw_config_merge_models(struct atw_config *config, struct atw_error *err)
{
    const struct atw_schema_entry *entry;
    enum atw_status status = ATW_OK;
    size_t position = 0;

    while (status == ATW_OK && (entry = atw_schema_next(config->schema, &position)))
        if (entry->model_kind)
            status = merge_at(config, config->root, entry->path, entry, err);
    return status;
}
