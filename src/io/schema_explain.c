/* What the schema tells people: suggestions, explanations, comments. */
#include <string.h>

#include "io/schema.h"

enum { WORD_MAX = 48, LINE_WIDTH = 88 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
 * Source: Boytsov, "Indexing methods for approximate dictionary searching", ACM JEA 16
 * (2011), section 2.2. */
static size_t edit_distance(const char *a, size_t n_a, const char *b, size_t n_b)
{
    size_t d[3][WORD_MAX + 1];
    size_t *before = d[0], *above = d[1], *row = d[2];

    if (n_a > WORD_MAX || n_b > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= n_b; j++)
        row[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        size_t *recycled = before;

        before = above;
        above = row;
        row = recycled;
        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            row[j] = smaller(above[j - 1] + (a[i - 1] != b[j - 1]),
                             smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], before[j - 2] + 1);
        }
    }
    return row[n_b];
}

static const char *key_elsewhere(const struct atw_schema *schema, const char *name)
{
    const struct atw_schema_entry *entry;
    size_t position = 0, length;

    while ((entry = atw_schema_next(schema, &position))) {
        const char *key = atw_schema_key(entry, &length);

        if (strlen(name) == length && strncmp(key, name, length) == 0)
            return entry->path;
    }
    return NULL;
}

const char *atw_schema_suggest(const struct atw_schema *schema,
                               const struct atw_schema_entry *parent,
                               const char *name)
{
    const struct atw_schema_entry *entry;
    const char *nearest = NULL;
    size_t n_name = strlen(name);
    size_t position = 0, length;
    size_t limit = n_name < 9 ? 2 : n_name / 3;

    while ((entry = atw_schema_next_child(schema, parent, &position))) {
        const char *key = atw_schema_key(entry, &length);
        size_t distance = edit_distance(name, n_name, key, length);

        /* Two edits turn any two-letter word into any other. */
        if (distance <= limit && distance < n_name && distance < length) {
            limit = distance - (distance > 0);
            nearest = entry->path;
        }
    }
    return nearest ? nearest : key_elsewhere(schema, name);
}

/* Nearest path of the whole table to a mistyped path. */
static const char *suggest_path(const struct atw_schema *schema, const char *path)
{
    const struct atw_schema_entry *entry;
    const char *dot = strrchr(path, '.');
    const char *nearest = NULL;
    size_t position = 0;
    size_t limit = strlen(path) / 3 + 1;

    while ((entry = atw_schema_next(schema, &position))) {
        size_t distance =
            edit_distance(path, strlen(path), entry->path, strlen(entry->path));

        if (distance < limit) {
            limit = distance;
            nearest = entry->path;
        }
    }
    return nearest ? nearest : key_elsewhere(schema, dot ? dot + 1 : path);
}

static void write_default(const struct atw_schema_entry *entry, FILE *stream)
{
    if (entry->default_text)
        fputs(*entry->default_text ? entry->default_text : "\"\"", stream);
    else if (entry->type == ATW_SCHEMA_MAP)
        fputs("as its keys say", stream);
    else if (entry->optional)
        fputs("unset", stream);
    else if (entry->type == ATW_SCHEMA_LIST && entry->min_length == 0)
        fputs("[]", stream);
    else
        fputs("none; required", stream);
}

static void write_keys(const struct atw_schema *schema,
                       const struct atw_schema_entry *parent,
                       FILE *stream)
{
    const struct atw_schema_entry *entry;
    size_t position = 0, length;

    fputs("  keys     ", stream);
    while ((entry = atw_schema_next_child(schema, parent, &position))) {
        const char *key = atw_schema_key(entry, &length);

        fprintf(stream, " %.*s", (int)length, key);
    }
    fputc('\n', stream);
}

static void explain_entry(const struct atw_schema *schema,
                          const struct atw_schema_entry *entry,
                          FILE *stream)
{
    char text[ATW_SCHEMA_TEXT_SIZE];

    atw_schema_describe_type(text, entry);
    fprintf(stream, "%s\n  %s\n  type      %s\n", entry->path, entry->doc, text);
    atw_schema_describe_range(text, entry);
    if (text[0])
        fprintf(stream, "  allowed   %s\n", text);
    fputs("  default   ", stream);
    write_default(entry, stream);
    fputc('\n', stream);
    if (entry->model_kind)
        fprintf(stream, "  model     reads models/%s/NAME.yaml beneath its own keys\n",
                entry->model_kind);
    if (entry->type == ATW_SCHEMA_MAP || entry->type == ATW_SCHEMA_LIST)
        write_keys(schema, entry, stream);
}

/* "particles" is meant as "particles[]". */
static const struct atw_schema_entry *find_loosely(const struct atw_schema *schema,
                                                   const char *key)
{
    const struct atw_schema_entry *entry = atw_schema_find(schema, key);
    char list[128];

    if (entry)
        return entry;
    snprintf(list, sizeof list, "%.120s[]", key);
    return atw_schema_find(schema, list);
}

enum atw_status atw_schema_explain(const struct atw_schema *schema,
                                   const char *key,
                                   FILE *stream,
                                   struct atw_error *err)
{
    const struct atw_schema_entry *entry;
    size_t position = 0;
    const char *suggestion;

    if (!key) {
        while ((entry = atw_schema_next(schema, &position)))
            explain_entry(schema, entry, stream);
        return ATW_OK;
    }
    entry = find_loosely(schema, key);
    if (entry) {
        explain_entry(schema, entry, stream);
        return ATW_OK;
    }
    suggestion = suggest_path(schema, key);
    return atw_error_set(err, ATW_EUSAGE, "no %s has a key \"%.80s\"%s%s%s", schema->name,
                         key, suggestion ? "; did you mean \"" : "",
                         suggestion ? suggestion : "", suggestion ? "\"?" : "");
}

/* Words of `text` in comment lines. */
static void write_wrapped(const char *text, size_t indent, FILE *stream)
{
    size_t column = 0;

    while (*text) {
        size_t word = strcspn(text, " ");

        if (column > 0 && column + 1 + word > LINE_WIDTH) {
            fputc('\n', stream);
            column = 0;
        }
        if (column == 0)
            column = (size_t)fprintf(stream, "%*s#", (int)indent, "");
        column += (size_t)fprintf(stream, " %.*s", (int)word, text);
        text += word + strspn(text + word, " ");
    }
    fputc('\n', stream);
}

void atw_schema_write_comment(const struct atw_schema_entry *entry,
                              size_t indent,
                              FILE *stream)
{
    char type[ATW_SCHEMA_TEXT_SIZE], range[ATW_SCHEMA_TEXT_SIZE];

    write_wrapped(entry->doc, indent, stream);
    if (entry->type == ATW_SCHEMA_MAP)
        return;
    atw_schema_describe_type(type, entry);
    atw_schema_describe_range(range, entry);
    fprintf(stream, "%*s# (%s%s%s; default: ", (int)indent, "", type,
            range[0] ? "; " : "", range);
    write_default(entry, stream);
    fputs(")\n", stream);
}
