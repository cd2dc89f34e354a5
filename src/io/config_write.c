/* Writing a loaded config as a file that loads to the same values, and hashing it. */
#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "io/config_tree.h"

enum { INDENT = 2 };

struct writer {
    FILE *stream;
    enum atw_config_style style;
};

static int is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("_./-", c);
}

/* Whether YAML reads the text back as it is without quotes, for any reader: words that
 * some take for a boolean or a number get quotes. */
static int is_plain(const char *text)
{
    static const char *const special[] = {"null", "true", "false", "yes", "no",
                                          "on",   "off",  "y",     "n"};
    size_t length = strlen(text);

    if (length == 0 ||
        !((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z')))
        return 0;
    for (size_t i = 0; i < length; i++)
        if (!is_word(text[i]) &&
            !(text[i] == ' ' && i + 1 < length && text[i + 1] != ' '))
            return 0;
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (strcasecmp(text, special[i]) == 0)
            return 0;
    return 1;
}

static void write_text(const char *text, FILE *stream)
{
    if (is_plain(text)) {
        fputs(text, stream);
        return;
    }
    fputc('"', stream);
    for (; *text; text++) {
        if (*text == '\n')
            fputs("\\n", stream);
        else if (*text == '\t')
            fputs("\\t", stream);
        else if (*text == '"' || *text == '\\')
            fprintf(stream, "\\%c", *text);
        else
            fputc(*text, stream);
    }
    fputc('"', stream);
}

void atw_config_write_value(const struct atw_config_node *node, FILE *stream)
{
    char text[ATW_QUANTITY_TEXT_SIZE];

    if (node->kind == ATW_CONFIG_NULL) {
        fputs("null", stream);
        return;
    }
    switch (node->entry->type) {
    case ATW_SCHEMA_QUANTITY:
    case ATW_SCHEMA_TEMPERATURE:
    case ATW_SCHEMA_TEMPERATURE_DIFFERENCE:
    case ATW_SCHEMA_NUMBER:
        atw_schema_format_number(text, node->entry, node->number);
        fputs(text, stream);
        break;
    case ATW_SCHEMA_INTEGER:
        fprintf(stream, "%lld", node->integer);
        break;
    case ATW_SCHEMA_BOOLEAN:
        fputs(node->integer ? "true" : "false", stream);
        break;
    case ATW_SCHEMA_CHOICE:
    case ATW_SCHEMA_TEXT:
    case ATW_SCHEMA_PATH:
        write_text(node->text, stream);
        break;
    case ATW_SCHEMA_MAP:
    case ATW_SCHEMA_LIST:
        break;
    }
}

static void end_line(const struct writer *writer, const struct atw_config_node *node)
{
    const struct atw_config_source *source = node->source;

    if (writer->style == ATW_CONFIG_WITH_ORIGIN) {
        fprintf(writer->stream, "  # %s", source->name);
        if (source->has_lines)
            fprintf(writer->stream, ":%zu", node->line);
    }
    fputc('\n', writer->stream);
}

static void write_values(const struct writer *writer, const struct atw_config_node *list)
{
    fputs(" [", writer->stream);
    for (size_t i = 0; i < list->n_children; i++) {
        fputs(i ? ", " : "", writer->stream);
        atw_config_write_value(list->children[i], writer->stream);
    }
    fputc(']', writer->stream);
    end_line(writer, list);
}

static void
write_map(const struct writer *writer, const struct atw_config_node *map, int indent);

/* Elements of a list of maps; the first key stands behind the dash. */
static void write_elements(const struct writer *writer,
                           const struct atw_config_node *list,
                           int indent)
{
    fputc('\n', writer->stream);
    for (size_t i = 0; i < list->n_children; i++) {
        if (writer->style == ATW_CONFIG_ANNOTATED) {
            fprintf(writer->stream, "%*s-\n", indent, "");
            write_map(writer, list->children[i], indent + INDENT);
        } else {
            fprintf(writer->stream, "%*s- ", indent, "");
            write_map(writer, list->children[i], -(indent + INDENT));
        }
    }
}

static void
write_node(const struct writer *writer, const struct atw_config_node *node, int indent)
{
    fprintf(writer->stream, "%s:", node->key);
    if (node->kind == ATW_CONFIG_MAP) {
        fputc('\n', writer->stream);
        write_map(writer, node, indent + INDENT);
    } else if (node->kind == ATW_CONFIG_LIST && node->n_children > 0 &&
               node->entry->type == ATW_SCHEMA_LIST) {
        write_elements(writer, node, indent + INDENT);
    } else if (node->kind == ATW_CONFIG_LIST) {
        write_values(writer, node);
    } else {
        fputc(' ', writer->stream);
        atw_config_write_value(node, writer->stream);
        end_line(writer, node);
    }
}

/* Only the first element of a list is annotated: the others repeat its keys. */
static int is_explained(const struct atw_config_node *node)
{
    for (; node->parent; node = node->parent)
        if (node->parent->kind == ATW_CONFIG_LIST && node->parent->children[0] != node)
            return 0;
    return 1;
}

/* Keys of a map, indented; a negative indent says the first line is begun already. */
static void
write_map(const struct writer *writer, const struct atw_config_node *map, int indent)
{
    int is_begun = indent < 0;

    indent = abs(indent);
    for (size_t i = 0; i < map->n_children; i++) {
        const struct atw_config_node *child = map->children[i];

        if (writer->style == ATW_CONFIG_ANNOTATED && is_explained(child)) {
            fputs(i > 0 ? "\n" : "", writer->stream);
            atw_schema_write_comment(child->entry, (size_t)indent, writer->stream);
        }
        if (!is_begun || i > 0)
            fprintf(writer->stream, "%*s", indent, "");
        write_node(writer, child, indent);
    }
}

void atw_config_write(const struct atw_config *config,
                      FILE *stream,
                      enum atw_config_style style)
{
    struct writer writer = {stream, style};

    write_map(&writer, config->root, 0);
}

void atw_config_write_section(const struct atw_config *config,
                              const char *section,
                              FILE *stream)
{
    struct writer writer = {stream, ATW_CONFIG_PLAIN};

    for (size_t i = 0; i < config->root->n_children; i++)
        if (strcmp(config->root->children[i]->key, section) == 0)
            write_node(&writer, config->root->children[i], 0);
}

char *atw_config_resolved_text(const struct atw_config *config)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    int failed;

    if (!stream)
        return NULL;
    atw_config_write(config, stream, ATW_CONFIG_PLAIN);
    failed = ferror(stream);
    if (fclose(stream) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}

enum atw_status atw_config_sha256(const struct atw_config *config,
                                  char hex[ATW_SHA256_HEX_SIZE],
                                  struct atw_error *err)
{
    char *text = atw_config_resolved_text(config);
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];

    if (!text)
        return atw_error_set(err, ATW_ENOMEM, "config: out of memory");
    sha256_init(&context);
    sha256_update(&context, strlen(text), (const uint8_t *)text);
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    free(text);
    return ATW_OK;
}
