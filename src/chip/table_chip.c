/* Tabulated chip: window temperatures at some set points, linear between them.
 *
 * A table takes a measured or simulated characteristic as it is and has no physics of its
 * own; see models/chips/README.md. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chip/chip_internal.h"
#include "core/constants.h"

struct table {
    double *set_point_K;   /* [n_rows], rising */
    double *temperature_K; /* [n_rows][n_windows] */
    size_t n_rows, n_windows;
    double time_constant_s;
};

static void table_destroy(void *parameters)
{
    struct table *table = parameters;

    if (!table)
        return;
    free(table->set_point_K);
    free(table->temperature_K);
    free(table);
}

/* Row below the set point, so that the next row exists; 0 when there is but one. */
static size_t row_below(const struct table *table, double set_point_K)
{
    size_t row = 0;

    while (row + 2 < table->n_rows && table->set_point_K[row + 1] <= set_point_K)
        row++;
    return row;
}

static enum atw_status table_temperature(const void *parameters,
                                         size_t window,
                                         double set_point_K,
                                         double *temperature_K,
                                         struct atw_error *err)
{
    const struct table *table = parameters;
    double first_K = table->set_point_K[0];
    double last_K = table->set_point_K[table->n_rows - 1];
    /* A set point converted from degC may miss the end of the table by rounding. */
    double slack_K = 1e-9;
    const double *below, *above;
    size_t row;
    double share;

    if (set_point_K < first_K - slack_K || set_point_K > last_K + slack_K)
        return atw_error_set(err, ATW_EINVAL,
                             "chip: set point %.6g degC is outside the table, which runs "
                             "from %.6g to %.6g degC",
                             set_point_K - ATW_ZERO_CELSIUS_K,
                             first_K - ATW_ZERO_CELSIUS_K, last_K - ATW_ZERO_CELSIUS_K);
    if (table->n_rows == 1) {
        *temperature_K = table->temperature_K[window];
        return ATW_OK;
    }
    row = row_below(table, set_point_K);
    below = &table->temperature_K[row * table->n_windows];
    above = below + table->n_windows;
    share = (set_point_K - table->set_point_K[row]) /
            (table->set_point_K[row + 1] - table->set_point_K[row]);
    *temperature_K = (1.0 - share) * below[window] + share * above[window];
    return ATW_OK;
}

static enum atw_status table_time_constant(const void *parameters,
                                           double set_point_K,
                                           double *time_constant_s,
                                           struct atw_error *err)
{
    const struct table *table = parameters;

    (void)set_point_K;
    (void)err;
    *time_constant_s = table->time_constant_s;
    return ATW_OK;
}

static const struct atw_chip_model table_model = {.name = "table",
                                                  .temperature = table_temperature,
                                                  .time_constant = table_time_constant,
                                                  .destroy = table_destroy};

static enum atw_status check_row(const double *set_point_K,
                                 const double *temperature_K,
                                 size_t row,
                                 size_t n_windows,
                                 struct atw_error *err)
{
    if (!(set_point_K[row] > 0.0) || !isfinite(set_point_K[row]))
        return atw_error_set(
            err, ATW_EINVAL,
            "chip: set point %g K in row %zu must be positive and finite",
            set_point_K[row], row + 1);
    if (row > 0 && !(set_point_K[row] > set_point_K[row - 1]))
        return atw_error_set(err, ATW_EINVAL,
                             "chip: set points must rise from row to row, but row %zu "
                             "(%g K) follows %g K",
                             row + 1, set_point_K[row], set_point_K[row - 1]);
    for (size_t i = 0; i < n_windows; i++) {
        double value_K = temperature_K[row * n_windows + i];

        if (!(value_K > 0.0) || !isfinite(value_K))
            return atw_error_set(
                err, ATW_EINVAL,
                "chip: temperature %g K of window %zu in row %zu must be "
                "positive and finite",
                value_K, i + 1, row + 1);
    }
    return ATW_OK;
}

static double *copy(const double *values, size_t count)
{
    double *copied = calloc(count, sizeof *copied);

    if (copied)
        memcpy(copied, values, count * sizeof *copied);
    return copied;
}

static struct table *table_create(const double *set_point_K,
                                  size_t n_rows,
                                  const double *temperature_K,
                                  size_t n_windows)
{
    struct table *table = calloc(1, sizeof *table);

    if (!table)
        return NULL;
    *table = (struct table){.set_point_K = copy(set_point_K, n_rows),
                            .temperature_K = copy(temperature_K, n_rows * n_windows),
                            .n_rows = n_rows,
                            .n_windows = n_windows};
    if (table->set_point_K && table->temperature_K)
        return table;
    table_destroy(table);
    return NULL;
}

enum atw_status atw_chip_create_table(struct atw_chip **out,
                                      const struct atw_chip_window *windows,
                                      size_t n_windows,
                                      const double *set_point_K,
                                      size_t n_set_points,
                                      const double *temperature_K,
                                      double time_constant_s,
                                      struct atw_error *err)
{
    struct table *table;
    enum atw_status status = ATW_OK;

    *out = NULL;
    if (n_windows == 0 || n_set_points == 0)
        return atw_error_set(
            err, ATW_EINVAL,
            "chip: a table of %zu set points and %zu windows; there must "
            "be at least one of each",
            n_set_points, n_windows);
    if (!(time_constant_s >= 0.0) || !isfinite(time_constant_s))
        return atw_error_set(err, ATW_EINVAL,
                             "chip: time constant %g s must be finite and at least 0",
                             time_constant_s);
    for (size_t row = 0; row < n_set_points && status == ATW_OK; row++)
        status = check_row(set_point_K, temperature_K, row, n_windows, err);
    if (status != ATW_OK)
        return status;
    table = table_create(set_point_K, n_set_points, temperature_K, n_windows);
    if (!table)
        return atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    table->time_constant_s = time_constant_s;
    return atw_chip_create(out, &table_model, table, windows, n_windows, err);
}
