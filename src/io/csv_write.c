/* Writes tables as comma-separated text. */
#include "io/csv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/number_text.h"
#include "io/output.h"

/* Would the reader take this unquoted text for something else? */
static int needs_quotes(const char *text, int among_numbers)
{
    size_t length = strlen(text);

    return among_numbers || length == 0 || strpbrk(text, ",\"\r\n") ||
           strchr(" \t", text[0]) || strchr(" \t", text[length - 1]) ||
           atw_number_is_decimal(text) || strcmp(text, "inf") == 0 ||
           strcmp(text, "-inf") == 0;
}

static void put_text(FILE *stream, const char *text, int quoted)
{
    if (!quoted) {
        (void)fputs(text, stream);
        return;
    }
    (void)fputc('"', stream);
    for (; *text; text++) {
        if (*text == '"')
            (void)fputc('"', stream);
        (void)fputc(*text, stream);
    }
    (void)fputc('"', stream);
}

static int column_has_number(const struct atw_table *table, size_t column)
{
    size_t n_rows = atw_table_row_count(table);

    for (size_t row = 0; row < n_rows; row++) {
        struct atw_cell cell = atw_table_cell(table, row, column);

        if (!cell.text && !isnan(cell.number))
            return 1;
    }
    return 0;
}

static void put_cell(FILE *stream, struct atw_cell cell, int among_numbers)
{
    char number[ATW_NUMBER_TEXT_SIZE];

    if (cell.text) {
        put_text(stream, cell.text, needs_quotes(cell.text, among_numbers));
        return;
    }
    atw_decimal_format(number, cell.number);
    (void)fputs(number, stream);
}

static void put_table(FILE *stream, const struct atw_table *table, const int *has_number)
{
    size_t n_rows = atw_table_row_count(table);
    size_t n_columns = atw_table_column_count(table);

    for (size_t column = 0; column < n_columns; column++) {
        const char *name = atw_table_column_name(table, column);

        put_text(stream, name, needs_quotes(name, 0));
        (void)fputc(column + 1 < n_columns ? ',' : '\n', stream);
    }
    for (size_t row = 0; row < n_rows; row++)
        for (size_t column = 0; column < n_columns; column++) {
            put_cell(stream, atw_table_cell(table, row, column), has_number[column]);
            (void)fputc(column + 1 < n_columns ? ',' : '\n', stream);
        }
}

enum atw_status atw_csv_write(const struct atw_table *table,
                              const char *path,
                              int force,
                              struct atw_error *err)
{
    size_t n_columns = atw_table_column_count(table);
    struct atw_output *output = NULL;
    enum atw_status status = atw_output_begin(&output, path, force, err);
    int *has_number = NULL;

    if (status != ATW_OK)
        return status;
    has_number = calloc(n_columns, sizeof *has_number);
    if (!has_number) {
        status = atw_error_set(err, ATW_ENOMEM, "'%s': out of memory", path);
        goto cleanup;
    }
    for (size_t column = 0; column < n_columns; column++)
        has_number[column] = column_has_number(table, column);
    put_table(atw_output_stream(output), table, has_number);
    status = atw_output_commit(&output, err);
cleanup:
    atw_output_abort(output);
    free(has_number);
    return status;
}
