/* Checking one value against its row: type, unit, range, choices. */
#include <string.h>

#include "io/config_tree.h"

static const char *kind_name(const struct atw_config_node *node)
{
    switch (node->kind) {
    case ATW_CONFIG_NULL:
        return "nothing";
    case ATW_CONFIG_SCALAR:
        return "a single value";
    case ATW_CONFIG_LIST:
        return "a list";
    case ATW_CONFIG_MAP:
        return "a group of keys";
    }
    return "";
}

static const char *separated(char range[ATW_SCHEMA_TEXT_SIZE],
                             const struct atw_schema_entry *entry)
{
    atw_schema_describe_range(range, entry);
    return *range ? "; allowed: " : "";
}

static enum atw_status refuse_kind(const struct atw_config_node *node,
                                   const struct atw_schema_entry *entry,
                                   struct atw_error *err)
{
    char type[ATW_SCHEMA_TEXT_SIZE], range[ATW_SCHEMA_TEXT_SIZE];
    const char *allowed = separated(range, entry);

    atw_schema_describe_value(type, entry);
    return atw_config_node_error(err, node, "is %s; needed: %s%s%s%s", kind_name(node),
                                 type, allowed, range,
                                 entry->type == ATW_SCHEMA_TEXT ? "; use quotes" : "");
}

static enum atw_status check_range(const struct atw_config_node *node,
                                   const struct atw_schema_entry *entry,
                                   double value,
                                   struct atw_error *err)
{
    char range[ATW_SCHEMA_TEXT_SIZE], text[ATW_QUANTITY_TEXT_SIZE];

    if (!atw_schema_has_range(entry) || (value >= entry->min && value <= entry->max))
        return ATW_OK;
    atw_schema_describe_range(range, entry);
    if (entry->type == ATW_SCHEMA_INTEGER)
        snprintf(text, sizeof text, "%lld", node->integer);
    else
        atw_schema_format_number(text, entry, value);
    return atw_config_node_error(err, node, "%s is out of range; allowed: %s", text,
                                 range);
}

static enum atw_status parse_number(struct atw_config_node *node,
                                    const struct atw_schema_entry *entry,
                                    struct atw_error *err)
{
    struct atw_dimension dimension = atw_schema_dimension(entry);

    if (entry->type == ATW_SCHEMA_NUMBER)
        return atw_number_parse(&node->number, node->text, err);
    if (entry->type == ATW_SCHEMA_INTEGER)
        return atw_integer_parse(&node->integer, node->text, err);
    return atw_quantity_parse(&node->number, node->text, &dimension, err);
}

static enum atw_status validate_number(struct atw_config_node *node,
                                       const struct atw_schema_entry *entry,
                                       struct atw_error *err)
{
    struct atw_error reason = {0};
    char range[ATW_SCHEMA_TEXT_SIZE];
    const char *allowed;
    enum atw_status status = parse_number(node, entry, &reason);

    if (status == ATW_EINTERNAL)
        return atw_error_set(err, status, "%s", reason.text);
    if (status != ATW_OK) {
        allowed = separated(range, entry);
        return atw_config_node_error(err, node, "%s%s%s", reason.text, allowed, range);
    }
    if (entry->type == ATW_SCHEMA_INTEGER)
        node->number = (double)node->integer;
    return check_range(node, entry, node->number, err);
}

static enum atw_status validate_boolean(struct atw_config_node *node,
                                        struct atw_error *err)
{
    node->integer = strcmp(node->text, "true") == 0;
    if (node->integer || strcmp(node->text, "false") == 0)
        return ATW_OK;
    return atw_config_node_error(err, node, "\"%.60s\" is neither true nor false",
                                 node->text);
}

static int is_choice(const char *choices, const char *text)
{
    size_t length = strlen(text);

    for (;;) {
        size_t word = strcspn(choices, "|");

        if (word == length && strncmp(choices, text, length) == 0)
            return 1;
        if (!choices[word])
            return 0;
        choices += word + 1;
    }
}

static enum atw_status validate_choice(const struct atw_config_node *node,
                                       const struct atw_schema_entry *entry,
                                       struct atw_error *err)
{
    char range[ATW_SCHEMA_TEXT_SIZE];

    if (is_choice(entry->choices, node->text))
        return ATW_OK;
    atw_schema_describe_range(range, entry);
    return atw_config_node_error(err, node, "\"%.60s\" is not known; allowed: %s",
                                 node->text, range);
}

enum atw_status atw_config_validate_value(struct atw_config_node *node,
                                          const struct atw_schema_entry *entry,
                                          struct atw_error *err)
{
    node->entry = entry;
    if (node->kind != ATW_CONFIG_SCALAR)
        return refuse_kind(node, entry, err);
    switch (entry->type) {
    case ATW_SCHEMA_QUANTITY:
    case ATW_SCHEMA_TEMPERATURE:
    case ATW_SCHEMA_TEMPERATURE_DIFFERENCE:
    case ATW_SCHEMA_NUMBER:
    case ATW_SCHEMA_INTEGER:
        return validate_number(node, entry, err);
    case ATW_SCHEMA_BOOLEAN:
        return validate_boolean(node, err);
    case ATW_SCHEMA_CHOICE:
        return validate_choice(node, entry, err);
    case ATW_SCHEMA_PATH:
        if (!*node->text)
            return atw_config_node_error(err, node, "the file name is empty");
        return ATW_OK;
    case ATW_SCHEMA_TEXT:
    case ATW_SCHEMA_MAP:
    case ATW_SCHEMA_LIST:
        break;
    }
    return ATW_OK;
}
