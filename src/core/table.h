/* A tidy table: named columns, rows of numbers and short texts.
 *
 * Column names carry their unit ("nominal_K"); an unknown number is NaN and is written as
 * an empty cell. */
#ifndef ATW_CORE_TABLE_H
#define ATW_CORE_TABLE_H

#include <stddef.h>

#include "core/status.h"

struct atw_cell {
    const char *text; /* NULL: the cell is a number */
    double number;
};

struct atw_table; /* opaque */

static inline struct atw_cell atw_cell_number(double number)
{
    return (struct atw_cell){.text = NULL, .number = number};
}

static inline struct atw_cell atw_cell_text(const char *text)
{
    return (struct atw_cell){.text = text, .number = 0.0};
}

/* Empty table with n_columns named columns; names are copied. ATW_EINVAL without columns.
 */
enum atw_status atw_table_create(struct atw_table **out,
                                 const char *const *column_names,
                                 size_t n_columns,
                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_table_destroy(struct atw_table *table);

/* Append one row of as many cells as there are columns; texts are copied. */
enum atw_status atw_table_append(struct atw_table *table,
                                 const struct atw_cell *cells,
                                 struct atw_error *err) ATW_MUST_CHECK;

size_t atw_table_row_count(const struct atw_table *table);
size_t atw_table_column_count(const struct atw_table *table);
const char *atw_table_column_name(const struct atw_table *table, size_t column);

/* Borrowed until the table is destroyed or appended to. */
struct atw_cell atw_table_cell(const struct atw_table *table, size_t row, size_t column);

/* Index of a named column; returns atw_table_column_count() if there is none. */
size_t atw_table_find(const struct atw_table *table, const char *column_name);

#endif
