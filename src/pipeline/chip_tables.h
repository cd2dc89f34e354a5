/* Tidy tables of chips, the input of their figures. */
#ifndef ATW_PIPELINE_CHIP_TABLES_H
#define ATW_PIPELINE_CHIP_TABLES_H

#include "chip/chip.h"

/* A chip with the name that tables know it by. */
struct atw_named_chip {
    const char *name;
    struct atw_chip *chip;
};

/* Into an existing directory, for chips that are sheets (tables are left out):
 *
 * chip_profile.csv  chip, set_point_K, distance_um, T_K (along +x); mean_T_K, least_T_K,
 *                   greatest_T_K (around the circle); no rows without a sheet
 * chip_windows.csv  chip, window, x_um, y_um, distance_um, set_point_K, T_K; tables too
 *
 * ATW_EOUTPUT, and errors of atw_chip_solve(). */
enum atw_status atw_chip_tables_write(const struct atw_named_chip *chips,
                                      size_t n_chips,
                                      double set_point_K,
                                      const char *directory,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* chip_set_points.csv: set_point_K, window, T_K, power_W, current_A, resistance_ohm. */
enum atw_status atw_chip_set_points_write(const struct atw_chip *chip,
                                          const double *set_point_K,
                                          size_t n,
                                          const char *directory,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* chip_history.csv: window, t_s, heating_K, quench_K, up to eight time constants. */
enum atw_status atw_chip_history_write(const struct atw_chip *chip,
                                       double set_point_K,
                                       const char *directory,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* What the map is drawn from: chip_map.f32 (degC; raw floats of this machine, [y][x]),
 * chip_map.csv (its size and pixel), chip_trace.csv (outline of the trace). */
enum atw_status atw_chip_map_write(const struct atw_chip *chip,
                                   double set_point_K,
                                   double pixel_m,
                                   const char *directory,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
