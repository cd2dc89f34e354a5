/* `model: NAME`: find models/KIND/NAME.yaml and merge it beneath the keys given. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/config_tree.h"

enum { DIRECTORY_COUNT = 4, DIRECTORY_SIZE = 4096 };

/* Directory number i of the search path; 0 if there is none. */
static int model_directory(char text[DIRECTORY_SIZE], size_t i, const char *base)
{
    const char *data = getenv("ALLOYTWIN_DATA");
    ssize_t length;
    char *slash;
    int used = 0;

    switch (i) {
    case 0:
        used = snprintf(text, DIRECTORY_SIZE, "%s/models", base);
        break;
    case 1:
        if (data && *data)
            used = snprintf(text, DIRECTORY_SIZE, "%s/models", data);
        break;
    case 2:
        length = readlink("/proc/self/exe", text, DIRECTORY_SIZE - 1);
        text[length > 0 ? length : 0] = '\0';
        slash = strrchr(text, '/');
        if (slash)
            used = (int)(slash - text) +
                   snprintf(slash, DIRECTORY_SIZE - (size_t)(slash - text), "/models");
        break;
    case 3:
        used = snprintf(text, DIRECTORY_SIZE, "%s/models", ATW_DATA_DIRECTORY);
        break;
    default:
        break;
    }
    return used > 0 && used < DIRECTORY_SIZE;
}

/* Length of NAME in "NAME.yaml", 0 if the file is not a model. */
static size_t model_name_length(const char *file_name)
{
    size_t length = strlen(file_name);

    if (file_name[0] == '.' || length < 6 || strcmp(file_name + length - 5, ".yaml") != 0)
        return 0;
    return length - 5;
}

static enum atw_status add_model(struct atw_table *table,
                                 const char *directory,
                                 const char *file_name,
                                 struct atw_error *err)
{
    char name[256], path[DIRECTORY_SIZE + 512];

    snprintf(name, sizeof name, "%.*s", (int)model_name_length(file_name), file_name);
    for (size_t i = 0; i < atw_table_row_count(table); i++)
        if (strcmp(atw_table_cell(table, i, 0).text, name) == 0)
            return ATW_OK; /* hidden by a directory searched earlier */
    snprintf(path, sizeof path, "%s/%s", directory, file_name);
    return atw_table_append(
        table, (struct atw_cell[]){atw_cell_text(name), atw_cell_text(path)}, err);
}

static int is_model_file(const struct dirent *item)
{
    return model_name_length(item->d_name) > 0;
}

static enum atw_status
add_directory(struct atw_table *table, const char *directory, struct atw_error *err)
{
    struct dirent **items = NULL;
    int n_items = scandir(directory, &items, is_model_file, alphasort);
    enum atw_status status = ATW_OK;

    for (int i = 0; i < n_items; i++) {
        if (status == ATW_OK)
            status = add_model(table, directory, items[i]->d_name, err);
        free(items[i]);
    }
    free(items);
    return status;
}

enum atw_status atw_config_list_models(struct atw_table **out,
                                       const char *kind,
                                       const char *directory,
                                       struct atw_error *err)
{
    static const char *const columns[] = {"name", "file"};
    char base[DIRECTORY_SIZE], text[DIRECTORY_SIZE + 64];
    struct atw_table *table = NULL;
    enum atw_status status;

    *out = NULL;
    status = atw_table_create(&table, columns, 2, err);
    for (size_t i = 0; i < DIRECTORY_COUNT && status == ATW_OK; i++) {
        if (!model_directory(base, i, directory))
            continue;
        snprintf(text, sizeof text, "%s/%.60s", base, kind);
        status = add_directory(table, text, err);
    }
    if (status == ATW_OK)
        *out = table;
    else
        atw_table_destroy(table);
    return status;
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
                                  char path[DIRECTORY_SIZE + 256],
                                  const struct atw_config_node *name,
                                  const char *kind,
                                  struct atw_error *err)
{
    const char *base = config->sources[ATW_SOURCE_FILE]->directory;
    char directory[DIRECTORY_SIZE];

    if (name->kind != ATW_CONFIG_SCALAR || !is_model_name(name->text) ||
        strlen(name->text) > 100)
        return atw_config_node_error(err, name,
                                     "must be the name of a model: letters, digits, '.', "
                                     "'_' and '-', without directory and \".yaml\"");
    for (size_t i = 0; i < DIRECTORY_COUNT; i++) {
        if (!model_directory(directory, i, base))
            continue;
        snprintf(path, DIRECTORY_SIZE + 256, "%s/%s/%s.yaml", directory, kind,
                 name->text);
        if (access(path, F_OK) == 0)
            return ATW_OK;
    }
    return refuse_missing(config, name, kind, err);
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
    char path[DIRECTORY_SIZE + 256];
    enum atw_status status;

    if (!name || name->kind == ATW_CONFIG_NULL)
        return ATW_OK;
    status = find_model(config, path, name, entry->model_kind, err);
    if (status == ATW_OK)
        status = read_model(config, &model, path, entry, err);
    if (status == ATW_OK)
        status = merge_beneath(map, model, err);
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
