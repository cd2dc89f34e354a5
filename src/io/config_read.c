/* From YAML text to a tree, strictly: one document of maps, lists and scalars.
 *
 * What YAML has beyond that is refused (anchors, aliases, tags, several documents), as is
 * what could only be an accident or an attack (control characters, huge or deep files).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "io/config_tree.h"

enum { DEPTH_MAX = 16, KEYS_MAX = 256, KEY_LENGTH_MAX = 80 };

struct reader {
    yaml_parser_t parser;
    const char *text;
    size_t length;
    const struct atw_config_source *source;
    struct atw_error *err;
};

static enum atw_status
refuse(struct reader *reader, size_t line, size_t column, const char *what)
{
    if (!reader->source->has_lines)
        return atw_error_set(reader->err, ATW_EINPUT, "%s: \"%.80s\": %s",
                             reader->source->name, reader->text, what);
    return atw_error_set(reader->err, ATW_EINPUT, "%.350s:%zu:%zu: %s",
                         reader->source->name, line, column, what);
}

static enum atw_status
refuse_event(struct reader *reader, const yaml_event_t *event, const char *what)
{
    return refuse(reader, event->start_mark.line + 1, event->start_mark.column + 1, what);
}

static enum atw_status parser_error(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *problem = parser->problem ? parser->problem : "cannot be parsed";
    size_t line = 1, column = 1;
    char what[256];

    if (parser->error == YAML_MEMORY_ERROR)
        return atw_error_set(reader->err, ATW_ENOMEM, "config: out of memory");
    snprintf(what, sizeof what, "not valid YAML: %.200s", problem);
    if (parser->error != YAML_READER_ERROR)
        return refuse(reader, parser->problem_mark.line + 1,
                      parser->problem_mark.column + 1, what);
    for (size_t i = 0; i < parser->problem_offset && i < reader->length; i++) {
        column = reader->text[i] == '\n' ? 1 : column + 1;
        line += reader->text[i] == '\n';
    }
    snprintf(what, sizeof what, "not a text in UTF-8: %.200s", problem);
    return refuse(reader, line, column, what);
}

static enum atw_status next_event(struct reader *reader, yaml_event_t *event)
{
    if (!yaml_parser_parse(&reader->parser, event))
        return parser_error(reader);
    return ATW_OK;
}

/* Bytes that would garble a terminal or not survive being written and read again: control
 * characters but tab and newline, Unicode line separators, byte order marks and the
 * non-characters U+FFFE and U+FFFF. */
static int has_control_characters(const unsigned char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const unsigned char *t = text + i;

        if ((*t < 0x20 && *t != '\t' && *t != '\n') || *t == 0x7f)
            return 1;
        if (*t == 0xc2 && t[1] < 0xa0)
            return 1;
        if (*t == 0xe2 && t[1] == 0x80 && (t[2] == 0xa8 || t[2] == 0xa9))
            return 1;
        if (*t == 0xef && t[1] == 0xbb && t[2] == 0xbf)
            return 1;
        if (*t == 0xef && t[1] == 0xbf && (t[2] == 0xbe || t[2] == 0xbf))
            return 1;
    }
    return 0;
}

static enum atw_status check_event(struct reader *reader, const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;

    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return refuse_event(reader, event,
                            "aliases (*name) are not supported; write the value out");
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        if (has_control_characters(event->data.scalar.value, event->data.scalar.length))
            return refuse_event(reader, event, "the text holds control characters");
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    default:
        break;
    }
    if (anchor)
        return refuse_event(reader, event, "anchors (&name) are not supported");
    if (tag)
        return refuse_event(reader, event, "tags (!name) are not supported");
    return ATW_OK;
}

static int is_null(const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;

    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (!*text || strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
}

static enum atw_status read_node(struct reader *reader,
                                 struct atw_config_node **out,
                                 const yaml_event_t *event,
                                 int depth);

static enum atw_status
read_list(struct reader *reader, struct atw_config_node *list, int depth)
{
    for (;;) {
        yaml_event_t event;
        struct atw_config_node *child = NULL;
        enum atw_status status = next_event(reader, &event);

        if (status != ATW_OK)
            return status;
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            return ATW_OK;
        }
        status = read_node(reader, &child, &event, depth);
        yaml_event_delete(&event);
        if (status == ATW_OK)
            status = atw_config_node_append(list, NULL, child, reader->err);
        if (status != ATW_OK)
            return status;
    }
}

static enum atw_status check_key(struct reader *reader,
                                 const struct atw_config_node *map,
                                 const yaml_event_t *event)
{
    const char *key = (const char *)event->data.scalar.value;
    const struct atw_config_node *same;
    char what[KEY_LENGTH_MAX + 80];
    enum atw_status status = check_event(reader, event);

    if (status != ATW_OK)
        return status;
    if (event->type != YAML_SCALAR_EVENT || !*key)
        return refuse_event(reader, event, "a key must be a plain word");
    if (event->data.scalar.length > KEY_LENGTH_MAX)
        return refuse_event(reader, event, "a key of more than 80 characters");
    if (map->n_children >= KEYS_MAX)
        return refuse_event(reader, event, "more than 256 keys in one group");
    same = atw_config_node_find(map, key);
    if (!same)
        return ATW_OK;
    snprintf(what, sizeof what, "%s: the key is already given in line %zu; keep one", key,
             same->key_line);
    return refuse_event(reader, event, what);
}

/* The value of a key whose event is given. */
static enum atw_status read_pair(struct reader *reader,
                                 struct atw_config_node *map,
                                 const yaml_event_t *key,
                                 int depth)
{
    yaml_event_t event;
    struct atw_config_node *child = NULL;
    enum atw_status status = check_key(reader, map, key);

    if (status == ATW_OK)
        status = next_event(reader, &event);
    if (status != ATW_OK)
        return status;
    status = read_node(reader, &child, &event, depth);
    yaml_event_delete(&event);
    if (status != ATW_OK)
        return status;
    child->key_line = key->start_mark.line + 1;
    child->key_column = key->start_mark.column + 1;
    return atw_config_node_append(map, (const char *)key->data.scalar.value, child,
                                  reader->err);
}

static enum atw_status
read_map(struct reader *reader, struct atw_config_node *map, int depth)
{
    for (;;) {
        yaml_event_t event;
        enum atw_status status = next_event(reader, &event);
        int at_end;

        if (status != ATW_OK)
            return status;
        at_end = event.type == YAML_MAPPING_END_EVENT;
        if (!at_end)
            status = read_pair(reader, map, &event, depth);
        yaml_event_delete(&event);
        if (at_end || status != ATW_OK)
            return status;
    }
}

/* The node that begins with an event; *out stays NULL on failure. */
static enum atw_status read_node(struct reader *reader,
                                 struct atw_config_node **out,
                                 const yaml_event_t *event,
                                 int depth)
{
    struct atw_config_node *node = NULL;
    enum atw_status status = check_event(reader, event);

    if (status != ATW_OK)
        return status;
    if (depth >= DEPTH_MAX)
        return refuse_event(reader, event, "nested more than 16 levels deep");
    if (event->type == YAML_SCALAR_EVENT)
        node = is_null(event)
                   ? atw_config_node_create(ATW_CONFIG_NULL, NULL, reader->source)
                   : atw_config_node_create(ATW_CONFIG_SCALAR,
                                            (const char *)event->data.scalar.value,
                                            reader->source);
    else
        node = atw_config_node_create(
            event->type == YAML_MAPPING_START_EVENT ? ATW_CONFIG_MAP : ATW_CONFIG_LIST,
            NULL, reader->source);
    if (!node)
        return atw_error_set(reader->err, ATW_ENOMEM, "config: out of memory");
    node->line = event->start_mark.line + 1;
    node->column = event->start_mark.column + 1;
    if (node->kind == ATW_CONFIG_MAP)
        status = read_map(reader, node, depth + 1);
    else if (node->kind == ATW_CONFIG_LIST)
        status = read_list(reader, node, depth + 1);
    if (status == ATW_OK)
        *out = node;
    else
        atw_config_node_destroy(node);
    return status;
}

/* Skip to the first node's event, or an end-of-stream event for an empty text. */
static enum atw_status first_event(struct reader *reader, yaml_event_t *event)
{
    for (;;) {
        enum atw_status status = next_event(reader, event);

        if (status != ATW_OK || (event->type != YAML_STREAM_START_EVENT &&
                                 event->type != YAML_DOCUMENT_START_EVENT))
            return status;
        yaml_event_delete(event);
    }
}

static enum atw_status expect_end(struct reader *reader)
{
    for (;;) {
        yaml_event_t event;
        enum atw_status status = next_event(reader, &event);
        int at_end;

        if (status != ATW_OK)
            return status;
        at_end = event.type == YAML_STREAM_END_EVENT;
        if (event.type == YAML_DOCUMENT_START_EVENT)
            status = refuse_event(reader, &event, "a second document; one per file");
        yaml_event_delete(&event);
        if (at_end || status != ATW_OK)
            return status;
    }
}

static enum atw_status read_document(struct reader *reader, struct atw_config_node **root)
{
    yaml_event_t event;
    enum atw_status status = first_event(reader, &event);

    if (status != ATW_OK)
        return status;
    if (event.type == YAML_STREAM_END_EVENT) {
        *root = atw_config_node_create(ATW_CONFIG_NULL, NULL, reader->source);
        if (*root)
            (*root)->line = (*root)->column = 1;
        else
            status = atw_error_set(reader->err, ATW_ENOMEM, "config: out of memory");
        yaml_event_delete(&event);
        return status;
    }
    status = read_node(reader, root, &event, 0);
    yaml_event_delete(&event);
    return status == ATW_OK ? expect_end(reader) : status;
}

enum atw_status atw_config_read_text(struct atw_config_node **out,
                                     const char *text,
                                     size_t length,
                                     const struct atw_config_source *source,
                                     struct atw_error *err)
{
    struct reader reader = {.text = text, .length = length, .source = source, .err = err};
    struct atw_config_node *root = NULL;
    enum atw_status status;

    *out = NULL;
    if (length > ATW_CONFIG_SIZE_MAX)
        return atw_error_set(err, ATW_EINPUT, "%.350s: larger than 1 MiB", source->name);
    if (!yaml_parser_initialize(&reader.parser))
        return atw_error_set(err, ATW_ENOMEM, "config: out of memory");
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, length);
    status = read_document(&reader, &root);
    yaml_parser_delete(&reader.parser);
    if (status == ATW_OK)
        *out = root;
    else
        atw_config_node_destroy(root);
    return status;
}

enum atw_status
atw_config_read_file(char **text, size_t *length, const char *path, struct atw_error *err)
{
    FILE *file = fopen(path, "rb");
    char *buffer = NULL;
    enum atw_status status = ATW_OK;
    size_t got;

    if (!file)
        return atw_error_set(err, ATW_EINPUT, "%.350s: cannot be opened: %s", path,
                             strerror(errno));
    buffer = malloc(ATW_CONFIG_SIZE_MAX + 1);
    if (!buffer) {
        status = atw_error_set(err, ATW_ENOMEM, "config: out of memory");
        goto cleanup;
    }
    got = fread(buffer, 1, ATW_CONFIG_SIZE_MAX + 1, file);
    if (ferror(file)) {
        status = atw_error_set(err, ATW_EINPUT, "%.350s: cannot be read: %s", path,
                               strerror(errno));
        goto cleanup;
    }
    *text = buffer;
    *length = got;
    buffer = NULL;
cleanup:
    free(buffer);
    fclose(file);
    return status;
}
