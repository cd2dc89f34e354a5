/* Tidy tables of chips. */
#include "pipeline/chip_tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "chip/sheet_chip.h"
#include "core/constants.h"
#include "io/csv.h"
#include "io/output.h"

#define PROFILE_STEP_M 1e-6
#define UM_PER_M 1e6
#define NUMBER(value_) atw_cell_number(value_)
#define TEXT(value_) atw_cell_text(value_)
enum { PATH_SIZE = 4096, HISTORY_POINTS = 160 };

static enum atw_status save(struct atw_table *table,
                            const char *directory,
                            const char *name,
                            struct atw_error *err)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    return atw_csv_write(table, path, 0, err);
}

/* ---- profile and windows -------------------------------------------------- */

static enum atw_status add_profile(struct atw_table *table,
                                   const struct atw_named_chip *chip,
                                   double set_point_K,
                                   struct atw_error *err)
{
    const struct atw_chip_design *design = atw_chip_design(chip->chip);
    struct atw_chip_solution *solution = NULL;
    enum atw_status status;
    size_t n;

    if (!design)
        return ATW_OK;
    status = atw_chip_solve(&solution, chip->chip, set_point_K, err);
    /* The heater and its surroundings: further out the profile only falls. */
    n = (size_t)(0.5 * design->membrane_half_width_m / PROFILE_STEP_M) + 1;
    for (size_t i = 0; i < n && status == ATW_OK; i++) {
        double r_m = (double)i * PROFILE_STEP_M, span_K[2];
        double mean_K = atw_chip_solution_around(solution, r_m, span_K);

        status = atw_table_append(
            table,
            (const struct atw_cell[]){
                TEXT(chip->name), NUMBER(set_point_K), NUMBER(r_m * UM_PER_M),
                NUMBER(atw_chip_solution_at(solution, r_m, 0.0)), NUMBER(mean_K),
                NUMBER(span_K[0]), NUMBER(span_K[1])},
            err);
    }
    atw_chip_solution_destroy(solution);
    return status;
}

static enum atw_status add_windows(struct atw_table *table,
                                   const struct atw_named_chip *chip,
                                   double set_point_K,
                                   struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t w = 0; w < atw_chip_window_count(chip->chip) && status == ATW_OK; w++) {
        struct atw_chip_window window = atw_chip_window(chip->chip, w);
        double T_K;

        status = atw_chip_temperature(chip->chip, w, set_point_K, &T_K, err);
        if (status == ATW_OK)
            status = atw_table_append(
                table,
                (const struct atw_cell[]){
                    TEXT(chip->name), TEXT(window.name), NUMBER(window.x_m * UM_PER_M),
                    NUMBER(window.y_m * UM_PER_M),
                    NUMBER(hypot(window.x_m, window.y_m) * UM_PER_M), NUMBER(set_point_K),
                    NUMBER(T_K)},
                err);
    }
    return status;
}

enum atw_status atw_chip_tables_write(const struct atw_named_chip *chips,
                                      size_t n_chips,
                                      double set_point_K,
                                      const char *directory,
                                      struct atw_error *err)
{
    static const char *const profile_columns[] = {
        "chip",     "set_point_K", "distance_um", "T_K",
        "mean_T_K", "least_T_K",   "greatest_T_K"};
    static const char *const window_columns[] = {
        "chip", "window", "x_um", "y_um", "distance_um", "set_point_K", "T_K"};
    struct atw_table *profile = NULL, *windows = NULL;
    enum atw_status status = atw_table_create(&profile, profile_columns, 7, err);

    if (status == ATW_OK)
        status = atw_table_create(&windows, window_columns, 7, err);
    for (size_t i = 0; i < n_chips && status == ATW_OK; i++) {
        status = add_profile(profile, &chips[i], set_point_K, err);
        if (status == ATW_OK)
            status = add_windows(windows, &chips[i], set_point_K, err);
    }
    if (status == ATW_OK)
        status = save(profile, directory, "chip_profile.csv", err);
    if (status == ATW_OK)
        status = save(windows, directory, "chip_windows.csv", err);
    atw_table_destroy(profile);
    atw_table_destroy(windows);
    return status;
}

/* ---- set points, history -------------------------------------------------- */

static enum atw_status add_set_point(struct atw_table *table,
                                     const struct atw_chip *chip,
                                     double set_point_K,
                                     struct atw_error *err)
{
    struct atw_chip_operation operation;
    struct atw_chip_solution *solution = NULL;
    enum atw_status status = atw_chip_solve(&solution, chip, set_point_K, err);

    if (status != ATW_OK)
        return status;
    operation = atw_chip_solution_operation(solution);
    for (size_t w = 0; w < atw_chip_window_count(chip) && status == ATW_OK; w++) {
        double T_K;

        status = atw_chip_temperature(chip, w, set_point_K, &T_K, err);
        if (status == ATW_OK)
            status = atw_table_append(
                table,
                (const struct atw_cell[]){
                    NUMBER(set_point_K), TEXT(atw_chip_window(chip, w).name), NUMBER(T_K),
                    NUMBER(operation.power_W), NUMBER(operation.current_A),
                    NUMBER(operation.resistance_ohm)},
                err);
    }
    atw_chip_solution_destroy(solution);
    return status;
}

enum atw_status atw_chip_set_points_write(const struct atw_chip *chip,
                                          const double *set_point_K,
                                          size_t n,
                                          const char *directory,
                                          struct atw_error *err)
{
    static const char *const columns[] = {"set_point_K", "window",    "T_K",
                                          "power_W",     "current_A", "resistance_ohm"};
    struct atw_table *table = NULL;
    enum atw_status status = atw_table_create(&table, columns, 6, err);

    for (size_t i = 0; i < n && status == ATW_OK; i++)
        status = add_set_point(table, chip, set_point_K[i], err);
    if (status == ATW_OK)
        status = save(table, directory, "chip_set_points.csv", err);
    atw_table_destroy(table);
    return status;
}

static enum atw_status add_history(struct atw_table *table,
                                   const struct atw_chip *chip,
                                   double step_s,
                                   const double *heating_K,
                                   const double *quench_K,
                                   struct atw_error *err)
{
    size_t n_windows = atw_chip_window_count(chip);
    enum atw_status status = ATW_OK;

    for (size_t w = 0; w < n_windows; w++)
        for (size_t i = 0; i < HISTORY_POINTS && status == ATW_OK; i++)
            status = atw_table_append(
                table,
                (const struct atw_cell[]){TEXT(atw_chip_window(chip, w).name),
                                          NUMBER((double)(i + 1) * step_s),
                                          NUMBER(heating_K[i * n_windows + w]),
                                          NUMBER(quench_K[i * n_windows + w])},
                err);
    return status;
}

enum atw_status atw_chip_history_write(const struct atw_chip *chip,
                                       double set_point_K,
                                       const char *directory,
                                       struct atw_error *err)
{
    static const char *const columns[] = {"window", "t_s", "heating_K", "quench_K"};
    size_t n_values = HISTORY_POINTS * atw_chip_window_count(chip);
    double *heating_K = calloc(n_values, sizeof *heating_K);
    double *quench_K = calloc(n_values, sizeof *quench_K), step_s = 0.0;
    struct atw_table *table = NULL;
    enum atw_status status = atw_table_create(&table, columns, 4, err);

    if (status == ATW_OK && (!heating_K || !quench_K))
        status = atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    if (status == ATW_OK)
        status = atw_chip_time_constant(chip, set_point_K, &step_s, err);
    step_s *= 8.0 / HISTORY_POINTS;
    if (status == ATW_OK)
        status = atw_chip_history(chip, set_point_K, step_s, HISTORY_POINTS, heating_K,
                                  quench_K, err);
    if (status == ATW_OK)
        status = add_history(table, chip, step_s, heating_K, quench_K, err);
    if (status == ATW_OK)
        status = save(table, directory, "chip_history.csv", err);
    atw_table_destroy(table);
    free(heating_K);
    free(quench_K);
    return status;
}

/* ---- map ------------------------------------------------------------------ */

/* Once around: down one side of the pieces and back along the other. */
static enum atw_status
write_trace(const struct atw_trace *trace, const char *directory, struct atw_error *err)
{
    static const char *const columns[] = {"x_um", "y_um"};
    struct atw_table *table = NULL;
    size_t n = trace->n_points - 1;
    enum atw_status status = atw_table_create(&table, columns, 2, err);

    for (size_t i = 0; i <= 2 * n + 2 && status == ATW_OK; i++) {
        int back = i > n && i < 2 * n + 2;
        size_t point = i <= n ? i : back ? 2 * n + 1 - i : 0;
        size_t piece = point < n ? point : n - 1;
        size_t corner = point < n ? (back ? 3 : 0) : (back ? 2 : 1);
        const struct atw_polygon *polygon = &trace->piece[piece];

        status = atw_table_append(
            table,
            (const struct atw_cell[]){NUMBER(polygon->x[corner] * UM_PER_M),
                                      NUMBER(polygon->y[corner] * UM_PER_M)},
            err);
    }
    if (status == ATW_OK)
        status = save(table, directory, "chip_trace.csv", err);
    atw_table_destroy(table);
    return status;
}

static enum atw_status
write_values(const struct atw_field *map, const char *directory, struct atw_error *err)
{
    size_t n = atw_grid_voxel_count(&map->grid);
    struct atw_output *output = NULL;
    char path[PATH_SIZE];
    enum atw_status status;

    snprintf(path, sizeof path, "%s/chip_map.f32", directory);
    for (size_t i = 0; i < n; i++)
        map->value[i] -= (float)ATW_ZERO_CELSIUS_K;
    status = atw_output_begin(&output, path, 0, err);
    if (status == ATW_OK)
        status = atw_output_write(output, map->value, n * sizeof *map->value, err);
    if (status == ATW_OK)
        return atw_output_commit(&output, err);
    atw_output_abort(output);
    return status;
}

enum atw_status atw_chip_map_write(const struct atw_chip *chip,
                                   double set_point_K,
                                   double pixel_m,
                                   const char *directory,
                                   struct atw_error *err)
{
    static const char *const columns[] = {"n_x", "n_y", "pixel_um", "set_point_K"};
    struct atw_chip_solution *solution = NULL;
    struct atw_field *map = NULL;
    struct atw_table *table = NULL;
    enum atw_status status = atw_chip_solve(&solution, chip, set_point_K, err);

    if (status == ATW_OK)
        status = atw_chip_solution_map(&map, solution, pixel_m, err);
    if (status == ATW_OK)
        status = atw_table_create(&table, columns, 4, err);
    if (status == ATW_OK)
        status = atw_table_append(table,
                                  (const struct atw_cell[]){NUMBER((double)map->grid.n_x),
                                                            NUMBER((double)map->grid.n_y),
                                                            NUMBER(pixel_m * UM_PER_M),
                                                            NUMBER(set_point_K)},
                                  err);
    if (status == ATW_OK)
        status = save(table, directory, "chip_map.csv", err);
    if (status == ATW_OK)
        status = write_values(map, directory, err);
    if (status == ATW_OK)
        status = write_trace(atw_chip_trace(chip), directory, err);
    atw_table_destroy(table);
    atw_field_destroy(map);
    atw_chip_solution_destroy(solution);
    return status;
}
