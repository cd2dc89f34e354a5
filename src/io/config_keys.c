/* A loaded config as a flat list of "path: value" lines, and what two of them differ in.
 */
#include <stdlib.h>
#include <string.h>

#include "io/config_tree.h"

static void put_lines(const struct atw_config_node *node, FILE *stream)
{
    char path[ATW_CONFIG_PATH_SIZE];

    if (node->kind == ATW_CONFIG_MAP || node->kind == ATW_CONFIG_LIST) {
        for (size_t i = 0; i < node->n_children; i++)
            put_lines(node->children[i], stream);
        return;
    }
    atw_config_node_path(path, node);
    fprintf(stream, "%s: ", path);
    atw_config_write_value(node, stream);
    fputc('\n', stream);
}

char *atw_config_key_lines(const struct atw_config *config)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    int failed;

    if (!stream)
        return NULL;
    put_lines(config->root, stream);
    failed = ferror(stream);
    if (fclose(stream) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}
