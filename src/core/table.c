/* A tidy table: named columns, rows of numbers and short texts. */
#include "core/table.h"

#include <stdlib.h>
#include <string.h>

struct atw_table {
    size_t n_columns, n_rows, capacity_rows;
    char **names;           /* [n_columns] */
    struct atw_cell *cells; /* [n_rows][n_columns]; texts owned */
};

enum atw_status atw_table_create(struct atw_table **out,
                                 const char *const *column_names,
                                 size_t n_columns,
                                 struct atw_error *err)
{
    struct atw_table *table = NULL;

    *out = NULL;
    if (n_columns == 0)
        return atw_error_set(err, ATW_EINVAL, "table: needs at least one column");
    table = calloc(1, sizeof *table);
    if (!table)
        goto no_memory;
    table->names = calloc(n_columns, sizeof *table->names);
    if (!table->names)
        goto no_memory;
    table->n_columns = n_columns;
    for (size_t i = 0; i < n_columns; i++) {
        table->names[i] = strdup(column_names[i]);
        if (!table->names[i])
            goto no_memory;
    }
    *out = table;
    return ATW_OK;
no_memory:
    atw_table_destroy(table);
    return atw_error_set(err, ATW_ENOMEM, "table: out of memory");
}

void atw_table_destroy(struct atw_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; table->names && i < table->n_columns; i++)
        free(table->names[i]);
    for (size_t i = 0; i < table->n_rows * table->n_columns; i++)
        free((char *)(size_t)table->cells[i].text);
    free(table->names);
    free(table->cells);
    free(table);
}

static enum atw_status reserve_row(struct atw_table *table, struct atw_error *err)
{
    size_t capacity = table->capacity_rows ? 2 * table->capacity_rows : 16;
    struct atw_cell *cells;

    if (table->n_rows < table->capacity_rows)
        return ATW_OK;
    cells = reallocarray(table->cells, capacity * table->n_columns, sizeof *cells);
    if (!cells)
        return atw_error_set(err, ATW_ENOMEM, "table: no memory for %zu rows", capacity);
    table->cells = cells;
    table->capacity_rows = capacity;
    return ATW_OK;
}

enum atw_status atw_table_append(struct atw_table *table,
                                 const struct atw_cell *cells,
                                 struct atw_error *err)
{
    enum atw_status status = reserve_row(table, err);
    struct atw_cell *row;

    if (status != ATW_OK)
        return status;
    row = table->cells + table->n_rows * table->n_columns;
    for (size_t i = 0; i < table->n_columns; i++) {
        row[i] = cells[i];
        if (!cells[i].text)
            continue;
        row[i].text = strdup(cells[i].text);
        if (!row[i].text) {
            while (i-- > 0)
                free((char *)(size_t)row[i].text);
            return atw_error_set(err, ATW_ENOMEM, "table: out of memory");
        }
    }
    table->n_rows++;
    return ATW_OK;
}

size_t atw_table_row_count(const struct atw_table *table)
{
    return table->n_rows;
}

size_t atw_table_column_count(const struct atw_table *table)
{
    return table->n_columns;
}

const char *atw_table_column_name(const struct atw_table *table, size_t column)
{
    return table->names[column];
}

struct atw_cell atw_table_cell(const struct atw_table *table, size_t row, size_t column)
{
    return table->cells[row * table->n_columns + column];
}

size_t atw_table_find(const struct atw_table *table, const char *column_name)
{
    size_t i = 0;

    while (i < table->n_columns && strcmp(table->names[i], column_name) != 0)
        i++;
    return i;
}
