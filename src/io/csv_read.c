/* Reads comma-separated text into tables.
 *
 * The text is parsed in place: a cell is cut out by a terminating zero, quotation marks
 * are removed by moving the rest of the cell. */
#include "io/csv.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/number_text.h"
#include "io/read_text.h"

#define SIZE_LIMIT_BYTES ((size_t)256 << 20)
#define MOST_COLUMNS 4096
#define BLANKS " \t"

struct reader {
    const char *path;
    char *rest;  /* not yet parsed; the character after a cell was replaced by zero */
    size_t line; /* of the cell being parsed, from 1 */
    int at_end;  /* nothing follows the last cell parsed */
    struct atw_error *err;
};

struct raw_cell {
    char *text;
    int is_quoted;
    int ends_row;
};

/* The first unquoted number and text seen in a column, by line (0: none yet). */
struct column_kind {
    size_t number_line;
    size_t text_line;
    const char *text;
};

/* Take the separator after a cell: a comma, a line end, or the end of the file. */
static void end_cell(struct reader *reader, char *end, struct raw_cell *cell)
{
    if (*end == '\r' && end[1] == '\n')
        *end++ = '\0';
    cell->ends_row = *end != ',';
    reader->at_end = *end == '\0';
    if (*end == '\n')
        reader->line++;
    reader->rest = reader->at_end ? end : end + 1;
    *end = '\0';
}

static enum atw_status next_quoted(struct reader *reader, struct raw_cell *cell)
{
    size_t first_line = reader->line;
    char *from = cell->text + 1;
    char *to = cell->text;

    cell->is_quoted = 1;
    for (;; from++) {
        if (*from == '\0')
            return atw_error_set(reader->err, ATW_EINPUT,
                                 "%s:%zu: the quotation mark is never closed",
                                 reader->path, first_line);
        if (*from == '"' && *++from != '"')
            break;
        reader->line += *from == '\n';
        *to++ = *from;
    }
    from += strspn(from, BLANKS);
    if (*from != ',' && *from != '\n' && *from != '\0' &&
        !(*from == '\r' && from[1] == '\n'))
        return atw_error_set(reader->err, ATW_EINPUT,
                             "%s:%zu: '%c' after a closing quotation mark; double "
                             "quotation marks inside a quoted cell",
                             reader->path, reader->line, *from);
    end_cell(reader, from, cell);
    *to = '\0';
    return ATW_OK;
}

static enum atw_status next_unquoted(struct reader *reader, struct raw_cell *cell)
{
    char *end = cell->text + strcspn(cell->text, ",\"\n");
    size_t line = reader->line;
    char *last;

    if (*end == '"')
        return atw_error_set(reader->err, ATW_EINPUT,
                             "%s:%zu: quotation mark inside an unquoted cell; put the "
                             "whole cell between quotation marks and double those inside",
                             reader->path, line);
    if (*end == '\n' && end > cell->text && end[-1] == '\r')
        end--;
    end_cell(reader, end, cell);
    last = cell->text + strlen(cell->text);
    while (last > cell->text && strchr(BLANKS "\r", last[-1]))
        *--last = '\0';
    return ATW_OK;
}

static enum atw_status next_cell(struct reader *reader, struct raw_cell *cell)
{
    *cell = (struct raw_cell){.text = reader->rest + strspn(reader->rest, BLANKS)};
    return *cell->text == '"' ? next_quoted(reader, cell) : next_unquoted(reader, cell);
}

static enum atw_status
check_name(const struct reader *reader, char *const *names, size_t count)
{
    if (names[count][0] == '\0')
        return atw_error_set(reader->err, ATW_EINPUT,
                             "%s:1: column %zu has no name; the first line must name "
                             "every column",
                             reader->path, count + 1);
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], names[count]) == 0)
            return atw_error_set(reader->err, ATW_EINPUT,
                                 "%s:1: columns %zu and %zu are both named '%s'",
                                 reader->path, i + 1, count + 1, names[i]);
    return ATW_OK;
}

/* Column names of the first line; *names is an array of borrowed texts, to be freed. */
static enum atw_status
read_header(struct reader *reader, char ***names, size_t *n_columns)
{
    struct raw_cell cell = {0};
    enum atw_status status;

    *n_columns = 0;
    do {
        char **larger = reallocarray(*names, *n_columns + 1, sizeof **names);

        if (!larger)
            return atw_error_set(reader->err, ATW_ENOMEM, "'%s': out of memory",
                                 reader->path);
        *names = larger;
        if (*n_columns == MOST_COLUMNS)
            return atw_error_set(reader->err, ATW_EINPUT, "%s:1: more than %d columns",
                                 reader->path, MOST_COLUMNS);
        status = next_cell(reader, &cell);
        if (status != ATW_OK)
            return status;
        (*names)[*n_columns] = cell.text;
        status = check_name(reader, *names, *n_columns);
        (*n_columns)++;
    } while (status == ATW_OK && !cell.ends_row);
    return status;
}

static enum atw_status
check_kind(const struct reader *reader, const char *name, const struct column_kind *kind)
{
    if (kind->number_line == 0 || kind->text_line == 0)
        return ATW_OK;
    return atw_error_set(reader->err, ATW_EINPUT,
                         "%s:%zu: '%.60s' in column '%s' is not a number, but line %zu "
                         "has one there; correct it, or put texts of this column between "
                         "quotation marks",
                         reader->path, kind->text_line, kind->text, name,
                         kind->number_line);
}

static enum atw_status convert(const struct reader *reader,
                               const struct raw_cell *raw,
                               const char *name,
                               size_t line,
                               struct column_kind *kind,
                               struct atw_cell *cell)
{
    double number = NAN;

    *cell = atw_cell_text(raw->text);
    if (raw->is_quoted)
        return ATW_OK;
    if (strcmp(raw->text, "inf") == 0 || strcmp(raw->text, "-inf") == 0)
        number = *raw->text == '-' ? -INFINITY : INFINITY;
    else if (atw_number_is_decimal(raw->text) && !atw_decimal_parse(raw->text, &number))
        return atw_error_set(reader->err, ATW_EINPUT,
                             "%s:%zu: %.60s in column '%s' is too large for a number",
                             reader->path, line, raw->text, name);
    if (*raw->text == '\0' || !isnan(number)) {
        *cell = atw_cell_number(number);
        if (*raw->text != '\0' && kind->number_line == 0)
            kind->number_line = line;
    } else if (kind->text_line == 0) {
        kind->text_line = line;
        kind->text = raw->text;
    }
    return check_kind(reader, name, kind);
}

static int is_blank_line(const struct raw_cell *cell)
{
    return cell->ends_row && !cell->is_quoted && *cell->text == '\0';
}

/* One row into cells [n_columns]; *is_row is 0 for a line to be skipped. */
static enum atw_status read_row(struct reader *reader,
                                char *const *names,
                                size_t n_columns,
                                struct column_kind *kinds,
                                struct atw_cell *cells,
                                int *is_row)
{
    size_t first_line = reader->line;
    size_t count = 0;
    struct raw_cell raw = {0};
    enum atw_status status = ATW_OK;

    *is_row = 0;
    while (status == ATW_OK && !raw.ends_row) {
        size_t line = reader->line;

        status = next_cell(reader, &raw);
        if (status != ATW_OK)
            return status;
        if (count == 0 && is_blank_line(&raw) && (n_columns > 1 || reader->at_end))
            return ATW_OK;
        if (count < n_columns)
            status =
                convert(reader, &raw, names[count], line, &kinds[count], &cells[count]);
        count++;
    }
    if (status == ATW_OK && count != n_columns)
        return atw_error_set(reader->err, ATW_EINPUT,
                             "%s:%zu: %zu cells, but the header names %zu columns",
                             reader->path, first_line, count, n_columns);
    *is_row = 1;
    return status;
}

static enum atw_status read_rows(struct reader *reader,
                                 char *const *names,
                                 size_t n_columns,
                                 struct atw_table *table)
{
    struct column_kind *kinds = calloc(n_columns, sizeof *kinds);
    struct atw_cell *cells = calloc(n_columns, sizeof *cells);
    enum atw_status status = ATW_OK;
    int is_row = 0;

    if (!kinds || !cells)
        status =
            atw_error_set(reader->err, ATW_ENOMEM, "'%s': out of memory", reader->path);
    while (status == ATW_OK && !reader->at_end) {
        status = read_row(reader, names, n_columns, kinds, cells, &is_row);
        if (status == ATW_OK && is_row)
            status = atw_table_append(table, cells, reader->err);
    }
    free(cells);
    free(kinds);
    return status;
}

enum atw_status
atw_csv_read(struct atw_table **out, const char *path, struct atw_error *err)
{
    struct reader reader = {.path = path, .line = 1, .err = err};
    struct atw_table *table = NULL;
    char *text = NULL;
    char **names = NULL;
    size_t size = 0;
    size_t n_columns = 0;
    enum atw_status status;

    *out = NULL;
    status = atw_read_text(&text, &size, path, SIZE_LIMIT_BYTES, err);
    if (status != ATW_OK)
        return status;
    reader.rest = text;
    status = read_header(&reader, &names, &n_columns);
    if (status == ATW_OK)
        status = atw_table_create(&table, (const char *const *)names, n_columns, err);
    if (status == ATW_OK)
        status = read_rows(&reader, names, n_columns, table);
    if (status == ATW_OK) {
        *out = table;
        table = NULL; /* now owned by the caller */
    }
    atw_table_destroy(table);
    free(names);
    free(text);
    return status;
}
