/* --set key.path=VALUE: changes to the tree before it is checked. */
#include <string.h>

#include "io/config_tree.h"

static enum atw_status
refuse_step(struct atw_error *err, const char *override, const char *what, size_t count)
{
    return atw_error_set(err, ATW_EINPUT, "--set: \"%.120s\": %s (it has %zu elements)",
                         override, what, count);
}

/* Where a step leads to from *node; NULL if that is yet to be made. *later is set when it
 * enters a list that a model may bring. */
static enum atw_status follow(struct atw_config_node **node,
                              const struct atw_path_step *step,
                              const char *override,
                              int *later,
                              struct atw_error *err)
{
    struct atw_config_node *child = *node ? atw_config_node_find(*node, step->key) : NULL;

    if (*node && (*node)->kind != ATW_CONFIG_MAP && (*node)->kind != ATW_CONFIG_NULL)
        return atw_error_set(err, ATW_EINPUT,
                             "--set: \"%.120s\": what stands before %.80s has no keys",
                             override, step->key);
    *node = child;
    if (!step->has_index)
        return ATW_OK;
    if (!child) {
        *later = 1;
        return ATW_OK;
    }
    if (child->kind != ATW_CONFIG_LIST)
        return refuse_step(err, override, "this is not a list", child->n_children);
    if (step->index >= child->n_children)
        return refuse_step(err, override,
                           "the list has no such element; the first is [0]",
                           child->n_children);
    *node = child->children[step->index];
    return ATW_OK;
}

/* Check that the path can be walked, making only maps on the way, or set *later. */
static enum atw_status reach(struct atw_config_node *root,
                             const char *path,
                             const char *override,
                             int *later,
                             struct atw_error *err)
{
    struct atw_config_node *node = root;
    struct atw_path_step step;
    enum atw_status status;

    do {
        if (!atw_path_step_next(&step, &path))
            return atw_error_set(
                err, ATW_EUSAGE,
                "--set: \"%.120s\" is not of the form key.path=VALUE, for "
                "example \"particles[1].window=edge\"",
                override);
        status = follow(&node, &step, override, later, err);
    } while (status == ATW_OK && !*later && *path);
    return status;
}

/* Put a value at a path known to be within reach; takes the value. */
static enum atw_status put(struct atw_config *config,
                           const char *path,
                           struct atw_config_node *value,
                           struct atw_error *err)
{
    const struct atw_config_source *source = config->sources[ATW_SOURCE_SET];
    struct atw_config_node *node = config->root;
    struct atw_path_step step;

    while (*path && atw_path_step_next(&step, &path)) {
        struct atw_config_node *child = atw_config_node_find(node, step.key);

        if (!child) {
            enum atw_status status;

            node->kind = ATW_CONFIG_MAP; /* it may have been null */
            child = *path ? atw_config_node_create(ATW_CONFIG_MAP, NULL, source) : value;
            status = atw_config_node_append(node, step.key, child, err);
            if (status != ATW_OK || !*path) {
                if (*path)
                    atw_config_node_destroy(value);
                return status;
            }
        }
        node = step.has_index ? child->children[step.index] : child;
    }
    atw_config_node_replace(node, value);
    return ATW_OK;
}

static enum atw_status apply(struct atw_config *config,
                             const char *override,
                             char *done,
                             int after_models,
                             struct atw_error *err)
{
    const char *equals = strchr(override, '=');
    size_t length = equals ? (size_t)(equals - override) : 0;
    char path[ATW_CONFIG_PATH_SIZE] = "";
    struct atw_config_node *value = NULL;
    enum atw_status status;
    int later = 0;

    if (length < sizeof path)
        memcpy(path, override, length);
    status = reach(config->root, path, override, &later, err);
    if (status == ATW_OK && later && after_models)
        status = refuse_step(err, override, "there is no such list", 0);
    if (status != ATW_OK || later)
        return status;
    status = atw_config_read_text(&value, equals + 1, strlen(equals + 1),
                                  config->sources[ATW_SOURCE_SET], err);
    if (status != ATW_OK)
        return status;
    *done = 1;
    return put(config, path, value, err);
}

enum atw_status atw_config_override(struct atw_config *config,
                                    const char *const *overrides,
                                    size_t n_overrides,
                                    char *done,
                                    int after_models,
                                    struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < n_overrides && status == ATW_OK; i++)
        if (!done[i])
            status = apply(config, overrides[i], &done[i], after_models, err);
    return status;
}
