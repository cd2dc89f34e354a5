/* The chip section of a scenario or model file. */
#ifndef ATW_PIPELINE_CHIP_SECTION_H
#define ATW_PIPELINE_CHIP_SECTION_H

#include "chip/chip.h"
#include "io/config.h"

/* Chip that a loaded scenario, or the section alone (atw_chip_schema), describes.
 * ATW_EINPUT with file, line and key; ATW_EDIVERGED, ATW_ENOMEM. */
enum atw_status atw_chip_read(struct atw_chip **out,
                              const struct atw_config *config,
                              struct atw_error *err) ATW_MUST_CHECK;

/* Range of a parameter in SI, from chip.ranges. */
struct atw_chip_range {
    const char *key; /* "heater.conductivity"; borrowed from the config */
    double low, high, value;
};

/* Element `index` of chip.ranges. ATW_EINPUT: no such key, not a number with a unit, low
 * not below high, or the value of the key outside the range. */
enum atw_status atw_chip_read_range(struct atw_chip_range *range,
                                    const struct atw_config *config,
                                    size_t index,
                                    struct atw_error *err) ATW_MUST_CHECK;

#endif
