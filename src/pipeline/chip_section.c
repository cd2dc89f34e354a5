/* The chip section: a table of temperatures, or the design of a sheet. */
#include "pipeline/chip_section.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/design.h"
#include "io/csv.h"

/* ---- table ---------------------------------------------------------------- */

static enum atw_status read_chip_table(double *set_point_K,
                                       double *temperature_K,
                                       size_t n_rows,
                                       size_t n_windows,
                                       const struct atw_config *config,
                                       struct atw_error *err)
{
    for (size_t row = 0; row < n_rows; row++) {
        size_t n = atw_config_count(config, "chip.table[%zu].temperatures", row);
        char path[64];

        snprintf(path, sizeof path, "chip.table[%zu].temperatures", row);
        if (n != n_windows)
            return atw_config_error(
                config, err, ATW_EINPUT, path,
                "%zu temperatures for %zu windows; give one per window", n, n_windows);
        set_point_K[row] = atw_config_number(config, "chip.table[%zu].set_point", row);
        for (size_t w = 0; w < n_windows; w++)
            temperature_K[row * n_windows + w] =
                atw_config_number(config, "chip.table[%zu].temperatures[%zu]", row, w);
    }
    return ATW_OK;
}

static enum atw_status read_table(struct atw_chip **out,
                                  const struct atw_chip_window *windows,
                                  size_t n_windows,
                                  const struct atw_config *config,
                                  struct atw_error *err)
{
    const double usual_time_constant_s = 14e-3;
    size_t n_rows = atw_config_count(config, "chip.table");
    double *set_point_K = calloc(n_rows + 1, sizeof *set_point_K);
    double *temperature_K = calloc(n_rows * n_windows + 1, sizeof *temperature_K);
    double time_constant_s = atw_config_is_set(config, "chip.time_constant")
                                 ? atw_config_number(config, "chip.time_constant")
                                 : usual_time_constant_s;
    struct atw_error reason = {0};
    enum atw_status status;

    if (!set_point_K || !temperature_K) {
        status = atw_error_set(err, ATW_ENOMEM, "scenario: out of memory");
        goto cleanup;
    }
    status = read_chip_table(set_point_K, temperature_K, n_rows, n_windows, config, err);
    if (status != ATW_OK)
        goto cleanup;
    if (atw_chip_create_table(out, windows, n_windows, set_point_K, n_rows, temperature_K,
                              time_constant_s, &reason) != ATW_OK)
        status = atw_config_error(config, err, ATW_EINPUT, "chip", "%s", reason.text);
cleanup:
    free(set_point_K);
    free(temperature_K);
    return status;
}

/* ---- design --------------------------------------------------------------- */

static double number(const struct atw_config *config, const char *map, const char *key)
{
    return atw_config_number(config, "chip.%s.%s", map, key);
}

static int says(const struct atw_config *config, const char *path, const char *choice)
{
    return strcmp(atw_config_text(config, "%s", path), choice) == 0;
}

static struct atw_chip_film read_film(const struct atw_config *config, const char *map)
{
    return (struct atw_chip_film){
        .thickness_m = number(config, map, "thickness"),
        .conductivity_W_per_m_K = number(config, map, "conductivity"),
        .heat_capacity_J_per_m3_K = number(config, map, "heat_capacity")};
}

static enum atw_heater_shape read_shape(const struct atw_config *config)
{
    if (says(config, "chip.heater.shape", "circular-spiral"))
        return ATW_HEATER_CIRCULAR_SPIRAL;
    if (says(config, "chip.heater.shape", "meander"))
        return ATW_HEATER_MEANDER;
    if (says(config, "chip.heater.shape", "polyline"))
        return ATW_HEATER_POLYLINE;
    return ATW_HEATER_DOUBLE_SPIRAL;
}

static struct atw_heater_geometry read_geometry(const struct atw_config *config)
{
    return (struct atw_heater_geometry){
        .shape = read_shape(config),
        .width_m = number(config, "heater", "width"),
        .pitch_m = number(config, "heater", "pitch"),
        .rotation_rad = number(config, "heater", "rotation"),
        .lead_width_m = number(config, "heater", "lead_width"),
        .inner_radius_m = number(config, "heater", "inner_radius"),
        .turns = number(config, "heater", "turns"),
        .reference_radius_m = number(config, "heater", "reference_radius"),
        .width_exponent = number(config, "heater", "width_exponent"),
        .narrowest_m = number(config, "heater", "narrowest"),
        .widest_m = number(config, "heater", "widest"),
        .n_lines = (size_t)atw_config_integer(config, "chip.heater.lines"),
        .line_length_m = number(config, "heater", "line_length")};
}

static struct atw_chip_design read_design(const struct atw_config *config)
{
    return (struct atw_chip_design){
        .membrane_shape = says(config, "chip.membrane.shape", "square")
                              ? ATW_MEMBRANE_SQUARE
                              : ATW_MEMBRANE_ROUND,
        .membrane_half_width_m = number(config, "membrane", "size"),
        .frame_K = number(config, "membrane", "frame_temperature"),
        .membrane = read_film(config, "membrane"),
        .encapsulation = read_film(config, "encapsulation"),
        .heater = read_film(config, "heater"),
        .encapsulated_everywhere = says(config, "chip.encapsulation.cover", "all"),
        .membrane_emissivity = number(config, "membrane", "emissivity"),
        .heater_emissivity = number(config, "heater", "emissivity"),
        .window_emissivity = number(config, "window", "emissivity"),
        .window_radius_m = number(config, "window", "radius"),
        .window_thickness_m = number(config, "window", "thickness"),
        .resistivity_ohm_m = number(config, "heater", "resistivity"),
        .tcr_per_K = number(config, "heater", "temperature_coefficient"),
        .resistivity_T_K = number(config, "heater", "resistivity_temperature"),
        .gas_loss_W_per_m2_K = atw_config_number(config, "chip.gas_loss"),
        .geometry = read_geometry(config),
        .calibration = says(config, "chip.controller.calibration", "centre")
                           ? ATW_CALIBRATED_AT_CENTRE
                           : ATW_CALIBRATED_ON_RESISTANCE,
        .greatest_current_A = number(config, "controller", "greatest_current"),
        .highest_K = number(config, "controller", "highest_set_point"),
        .cell_m = number(config, "mesh", "cell"),
        .max_iterations = (size_t)atw_config_integer(config, "chip.mesh.max_iterations")};
}

struct path {
    size_t n;
    double *x_m, *y_m, *width_m;
};

static void path_clear(struct path *path)
{
    free(path->x_m);
    free(path->y_m);
    free(path->width_m);
}

/* One column in micrometres. */
static enum atw_status read_column(double **out,
                                   const struct atw_table *table,
                                   const char *name,
                                   struct atw_error *err)
{
    size_t column = atw_table_find(table, name), n = atw_table_row_count(table);

    if (column >= atw_table_column_count(table))
        return atw_error_set(err, ATW_EINPUT,
                             "no column %s; a heater has x_um, y_um, width_um", name);
    *out = calloc(n + 1, sizeof **out);
    if (!*out)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    for (size_t i = 0; i < n; i++) {
        struct atw_cell cell = atw_table_cell(table, i, column);

        if (cell.text)
            return atw_error_set(err, ATW_EINPUT, "%s in row %zu is no number", name,
                                 i + 1);
        (*out)[i] = 1e-6 * cell.number;
    }
    return ATW_OK;
}

static enum atw_status
read_path(struct path *path, const struct atw_config *config, struct atw_error *err)
{
    struct atw_table *table = NULL;
    char *file = NULL;
    enum atw_status status;

    if (!atw_config_is_set(config, "chip.heater.path"))
        return atw_config_error(config, err, ATW_EINPUT, "chip.heater.shape",
                                "a polyline needs chip.heater.path, a CSV file with "
                                "columns x_um, y_um, width_um");
    file = atw_config_file_path(config, "chip.heater.path");
    if (!file)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    status = atw_csv_read(&table, file, err);
    if (status == ATW_OK) {
        path->n = atw_table_row_count(table);
        status = read_column(&path->x_m, table, "x_um", err);
        if (status == ATW_OK)
            status = read_column(&path->y_m, table, "y_um", err);
        if (status == ATW_OK)
            status = read_column(&path->width_m, table, "width_um", err);
        if (status != ATW_OK)
            atw_error_prepend(err, "%s", file);
    }
    atw_table_destroy(table);
    free(file);
    return status;
}

static enum atw_status read_sheet(struct atw_chip **out,
                                  const struct atw_chip_window *windows,
                                  size_t n_windows,
                                  const struct atw_config *config,
                                  struct atw_error *err)
{
    struct atw_chip_design design = read_design(config);
    struct atw_chip_key key = {""};
    struct atw_error reason = {0};
    struct path path = {0};
    enum atw_status status = ATW_OK;
    char place[80];

    design.windows = windows;
    design.n_windows = n_windows;
    if (design.geometry.shape == ATW_HEATER_POLYLINE)
        status = read_path(&path, config, err);
    design.geometry.n_points = path.n;
    design.geometry.x_m = path.x_m;
    design.geometry.y_m = path.y_m;
    design.geometry.point_width_m = path.width_m;
    if (status == ATW_OK &&
        atw_chip_create_sheet(out, &design, &key, &reason) != ATW_OK) {
        snprintf(place, sizeof place, "chip%s%s", key.name[0] ? "." : "", key.name);
        status = atw_config_error(
            config, err, reason.status == ATW_EINVAL ? ATW_EINPUT : reason.status, place,
            "%s", reason.text);
    }
    path_clear(&path);
    return status;
}

/* ---- either --------------------------------------------------------------- */

static int is_table(const struct atw_config *config)
{
    return atw_config_is_set(config, "chip.type")
               ? says(config, "chip.type", "table")
               : atw_config_count(config, "chip.table") > 0;
}

enum atw_status atw_chip_read(struct atw_chip **out,
                              const struct atw_config *config,
                              struct atw_error *err)
{
    size_t n_windows = atw_config_count(config, "chip.windows");
    struct atw_chip_window *windows = calloc(n_windows + 1, sizeof *windows);
    struct atw_chip_range range;
    enum atw_status status = ATW_OK;

    *out = NULL;
    if (!windows)
        return atw_error_set(err, ATW_ENOMEM, "scenario: out of memory");
    for (size_t w = 0; w < n_windows; w++)
        windows[w] = (struct atw_chip_window){
            .name = atw_config_text(config, "chip.windows[%zu].name", w),
            .x_m = atw_config_number(config, "chip.windows[%zu].x", w),
            .y_m = atw_config_number(config, "chip.windows[%zu].y", w)};
    for (size_t i = 0; i < atw_config_count(config, "chip.ranges") && status == ATW_OK;
         i++)
        status = atw_chip_read_range(&range, config, i, err);
    if (status == ATW_OK)
        status = is_table(config) ? read_table(out, windows, n_windows, config, err)
                                  : read_sheet(out, windows, n_windows, config, err);
    free(windows);
    return status;
}
