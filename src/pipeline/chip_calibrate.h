/* Fit one parameter of a chip to a measured difference between two windows. */
#ifndef ATW_PIPELINE_CHIP_CALIBRATE_H
#define ATW_PIPELINE_CHIP_CALIBRATE_H

#include "io/config.h"

struct atw_chip_measurement {
    const char *parameter; /* "heater.conductivity", in chip.ranges */
    const char *window, *reference;
    double set_point_K, difference_K; /* T(window) - T(reference) */
};

struct atw_chip_calibrated {
    double value, low, high; /* of the parameter, SI; the range searched */
    double difference_K;     /* reached */
    size_t solves;
};

/* What chip.calibration says. ATW_EINPUT if one of its keys is not set. */
enum atw_status atw_chip_read_measurement(struct atw_chip_measurement *measurement,
                                          const struct atw_config *config,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* Value within its range at which the difference is met to 1e-4 K.
 *
 * *calibrated  the chip section with this value, as atw_chip_schema; the caller's
 *
 * ATW_EINPUT: the parameter has no range, no such window, or the difference is not met
 * anywhere between the ends of the range (the message says what is); errors of
 * atw_chip_read() and atw_chip_temperature(). */
enum atw_status atw_chip_calibrate(struct atw_chip_calibrated *result,
                                   struct atw_config **calibrated,
                                   const struct atw_config *config,
                                   const struct atw_chip_measurement *measurement,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Value of a chip's key in the unit it is written in. */
void atw_chip_format_value(char text[ATW_QUANTITY_TEXT_SIZE],
                           const struct atw_config *config,
                           const char *key,
                           double value);

#endif
