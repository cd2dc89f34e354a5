/* Looking things up in a schema, and saying in words what a row demands. */
#include "io/schema.h"

#include <string.h>

const struct atw_schema_entry *atw_schema_next(const struct atw_schema *schema,
                                               size_t *position)
{
    size_t index = *position;

    for (size_t i = 0; i < schema->n_parts; i++) {
        if (index < schema->parts[i]->n_entries) {
            ++*position;
            return &schema->parts[i]->entries[index];
        }
        index -= schema->parts[i]->n_entries;
    }
    return NULL;
}

/* Compare paths, skipping what stands in brackets. */
static int same_path(const char *a, const char *b)
{
    while (*a == *b && *a) {
        if (*a == '[') {
            a += strcspn(a, "]");
            b += strcspn(b, "]");
        }
        a += *a != '\0';
        b += *b != '\0';
    }
    return *a == *b;
}

const struct atw_schema_entry *atw_schema_find(const struct atw_schema *schema,
                                               const char *path)
{
    size_t position = 0;
    const struct atw_schema_entry *entry;

    while ((entry = atw_schema_next(schema, &position)))
        if (same_path(entry->path, path))
            return entry;
    return NULL;
}

static int is_child(const struct atw_schema_entry *entry,
                    const struct atw_schema_entry *parent)
{
    size_t prefix = parent ? strlen(parent->path) : 0;

    if (parent &&
        (strncmp(entry->path, parent->path, prefix) != 0 || entry->path[prefix] != '.'))
        return 0;
    return strchr(entry->path + prefix + (parent != NULL), '.') == NULL;
}

const struct atw_schema_entry *
atw_schema_next_child(const struct atw_schema *schema,
                      const struct atw_schema_entry *parent,
                      size_t *position)
{
    const struct atw_schema_entry *entry;

    while ((entry = atw_schema_next(schema, position)))
        if (is_child(entry, parent))
            return entry;
    return NULL;
}

const struct atw_schema_entry *atw_schema_child(const struct atw_schema *schema,
                                                const struct atw_schema_entry *parent,
                                                const char *name)
{
    size_t position = 0;
    const struct atw_schema_entry *entry;
    size_t length;

    while ((entry = atw_schema_next_child(schema, parent, &position))) {
        const char *key = atw_schema_key(entry, &length);

        if (strlen(name) == length && strncmp(key, name, length) == 0)
            return entry;
    }
    return NULL;
}

const char *atw_schema_key(const struct atw_schema_entry *entry, size_t *length)
{
    const char *dot = strrchr(entry->path, '.');
    const char *key = dot ? dot + 1 : entry->path;

    *length = strcspn(key, "[");
    return key;
}

int atw_schema_is_list(const struct atw_schema_entry *entry)
{
    return entry->path[strlen(entry->path) - 1] == ']';
}

int atw_schema_has_range(const struct atw_schema_entry *entry)
{
    return entry->min != 0.0 || entry->max != 0.0;
}

struct atw_dimension atw_schema_dimension(const struct atw_schema_entry *entry)
{
    enum atw_quantity_kind kind = ATW_QUANTITY_SCALED;

    if (entry->type == ATW_SCHEMA_TEMPERATURE)
        kind = ATW_QUANTITY_TEMPERATURE;
    else if (entry->type == ATW_SCHEMA_TEMPERATURE_DIFFERENCE)
        kind = ATW_QUANTITY_TEMPERATURE_DIFFERENCE;
    return (struct atw_dimension){kind, entry->si_unit, entry->display_unit};
}

void atw_schema_format_number(char text[ATW_QUANTITY_TEXT_SIZE],
                              const struct atw_schema_entry *entry,
                              double value)
{
    struct atw_dimension dimension = atw_schema_dimension(entry);

    if (entry->si_unit)
        atw_quantity_format(text, value, &dimension);
    else
        atw_number_format(text, value);
}

static const char *type_name(const struct atw_schema_entry *entry)
{
    switch (entry->type) {
    case ATW_SCHEMA_MAP:
        return "a group of keys";
    case ATW_SCHEMA_LIST:
        return "a list of groups of keys";
    case ATW_SCHEMA_QUANTITY:
        return "a quantity with unit";
    case ATW_SCHEMA_TEMPERATURE:
        return "a temperature with unit";
    case ATW_SCHEMA_TEMPERATURE_DIFFERENCE:
        return "a temperature difference with unit";
    case ATW_SCHEMA_NUMBER:
        return "a number";
    case ATW_SCHEMA_INTEGER:
        return "a whole number";
    case ATW_SCHEMA_BOOLEAN:
        return "true or false";
    case ATW_SCHEMA_CHOICE:
        return "a choice";
    case ATW_SCHEMA_TEXT:
        return "a text";
    case ATW_SCHEMA_PATH:
        return "a file name";
    }
    return "";
}

void atw_schema_describe_value(char text[ATW_SCHEMA_TEXT_SIZE],
                               const struct atw_schema_entry *entry)
{
    const char *unit = entry->display_unit ? entry->display_unit : entry->si_unit;

    snprintf(text, ATW_SCHEMA_TEXT_SIZE, "%s%s%s", type_name(entry),
             unit ? ", such as " : "", unit ? unit : "");
}

void atw_schema_describe_type(char text[ATW_SCHEMA_TEXT_SIZE],
                              const struct atw_schema_entry *entry)
{
    char value[ATW_SCHEMA_TEXT_SIZE];

    atw_schema_describe_value(value, entry);
    if (!atw_schema_is_list(entry) || entry->type == ATW_SCHEMA_LIST)
        snprintf(text, ATW_SCHEMA_TEXT_SIZE, "%s", value);
    else if (entry->length > 0)
        snprintf(text, ATW_SCHEMA_TEXT_SIZE, "a list: %zu times %.400s", entry->length,
                 value);
    else
        snprintf(text, ATW_SCHEMA_TEXT_SIZE, "a list: %.400s", value);
}

static void describe_choices(char text[ATW_SCHEMA_TEXT_SIZE], const char *choices)
{
    size_t used = (size_t)snprintf(text, ATW_SCHEMA_TEXT_SIZE, "one of ");

    for (; *choices && used + 3 < ATW_SCHEMA_TEXT_SIZE; choices++) {
        text[used++] = *choices == '|' ? ',' : *choices;
        if (*choices == '|')
            text[used++] = ' ';
    }
    text[used] = '\0';
}

void atw_schema_describe_range(char text[ATW_SCHEMA_TEXT_SIZE],
                               const struct atw_schema_entry *entry)
{
    char min[ATW_QUANTITY_TEXT_SIZE], max[ATW_QUANTITY_TEXT_SIZE];

    text[0] = '\0';
    if (entry->choices) {
        describe_choices(text, entry->choices);
    } else if (atw_schema_has_range(entry)) {
        atw_schema_format_number(min, entry, entry->min);
        atw_schema_format_number(max, entry, entry->max);
        snprintf(text, ATW_SCHEMA_TEXT_SIZE, "%s to %s", min, max);
    } else if (atw_schema_is_list(entry) && entry->min_length > 0) {
        snprintf(text, ATW_SCHEMA_TEXT_SIZE, "at least %zu element%s", entry->min_length,
                 entry->min_length == 1 ? "" : "s");
    } else if (entry->type == ATW_SCHEMA_TEMPERATURE) {
        snprintf(text, ATW_SCHEMA_TEXT_SIZE, "above 0 K");
    }
}
