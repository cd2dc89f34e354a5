/* Chip: local temperature of a window at a controller set point.
 *
 * One interface for every chip model: the sheet, which computes temperatures from the
 * design of the heater (docs/chip.md), and the table, which takes them from the user. */
#ifndef ATW_CHIP_CHIP_H
#define ATW_CHIP_CHIP_H

#include <stddef.h>

#include "core/status.h"

struct atw_chip_window {
    const char *name;
    double x_m, y_m; /* from the heater centre */
};

struct atw_chip; /* opaque; holds one model and its parameters */
struct atw_chip_design;
struct atw_chip_key;

/* Chip from the design of its membrane, heater and controller (chip/design.h), which is
 * copied. ATW_EINVAL with the key that is wrong in *key (may be NULL); ATW_ENOMEM. Cost:
 * some 0.2 s; each new set point then costs some 0.3 s once and is remembered. */
enum atw_status atw_chip_create_sheet(struct atw_chip **out,
                                      const struct atw_chip_design *design,
                                      struct atw_chip_key *key,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* Tabulated chip: temperature_K[row][window], interpolated linearly in the set point.
 * All arrays are copied. set_point_K must rise strictly. ATW_EINVAL, ATW_ENOMEM. */
enum atw_status atw_chip_create_table(struct atw_chip **out,
                                      const struct atw_chip_window *windows,
                                      size_t n_windows,
                                      const double *set_point_K,
                                      size_t n_set_points,
                                      const double *temperature_K,
                                      double time_constant_s,
                                      struct atw_error *err) ATW_MUST_CHECK;
void atw_chip_destroy(struct atw_chip *chip);

size_t atw_chip_window_count(const struct atw_chip *chip);
struct atw_chip_window atw_chip_window(const struct atw_chip *chip, size_t index);

/* Index of a named window. ATW_EINVAL lists the windows there are. */
enum atw_status atw_chip_find_window(const struct atw_chip *chip,
                                     const char *name,
                                     size_t *index,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Steady temperature of a window. ATW_EINVAL with the allowed range when the set point
 * lies outside what the model knows or the controller reaches; ATW_EDIVERGED. Threads may
 * share a chip: the answer does not depend on who asked before. */
enum atw_status atw_chip_temperature(const struct atw_chip *chip,
                                     size_t window,
                                     double set_point_K,
                                     double *temperature_K,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Time constant of heating and quench at a set point: of a sheet the time after which the
 * rise of the centre has fallen to 1/e once the current is cut. Errors as above. */
enum atw_status atw_chip_time_constant(const struct atw_chip *chip,
                                       double set_point_K,
                                       double *time_constant_s,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
