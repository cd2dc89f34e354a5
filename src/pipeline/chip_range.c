/* Ranges of the parameters of a chip: texts with units, checked against the key they are
 * about. */
#include <stdio.h>

#include "io/units.h"
#include "pipeline/chip_section.h"

static const struct atw_schema_entry *find_row(const struct atw_config *config,
                                               const char *key)
{
    const struct atw_schema_entry *row;
    char path[128];
    int length = snprintf(path, sizeof path, "chip.%s", key);

    if (length < 0 || (size_t)length >= sizeof path)
        return NULL;
    row = atw_schema_find(atw_config_schema(config), path);
    if (!row || atw_schema_is_list(row) ||
        (row->type != ATW_SCHEMA_QUANTITY && row->type != ATW_SCHEMA_TEMPERATURE &&
         row->type != ATW_SCHEMA_NUMBER))
        return NULL;
    return row;
}

static enum atw_status parse(double *value,
                             const struct atw_schema_entry *row,
                             const char *text,
                             struct atw_error *err)
{
    struct atw_dimension dimension;

    if (row->type == ATW_SCHEMA_NUMBER)
        return atw_number_parse(value, text, err);
    dimension = atw_schema_dimension(row);
    return atw_quantity_parse(value, text, &dimension, err);
}

enum atw_status atw_chip_read_range(struct atw_chip_range *range,
                                    const struct atw_config *config,
                                    size_t index,
                                    struct atw_error *err)
{
    const char *key = atw_config_text(config, "chip.ranges[%zu].key", index);
    const char *low = atw_config_text(config, "chip.ranges[%zu].low", index);
    const char *high = atw_config_text(config, "chip.ranges[%zu].high", index);
    const struct atw_schema_entry *row = find_row(config, key);
    struct atw_error reason = {0};
    char path[64];

    snprintf(path, sizeof path, "chip.ranges[%zu]", index);
    if (!row)
        return atw_config_error(config, err, ATW_EINPUT, path,
                                "'%s' is no number that a chip has; give a key such as "
                                "heater.conductivity",
                                key);
    if (parse(&range->low, row, low, &reason) != ATW_OK ||
        parse(&range->high, row, high, &reason) != ATW_OK)
        return atw_config_error(config, err, ATW_EINPUT, path, "%s: %s", key,
                                reason.text);
    range->key = key;
    range->value = atw_config_number(config, "chip.%s", key);
    if (!(range->low < range->high))
        return atw_config_error(config, err, ATW_EINPUT, path,
                                "%s: low, %s, must be below high, %s", key, low, high);
    return ATW_OK;
}
