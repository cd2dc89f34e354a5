/* Tables as comma-separated text (RFC 4180, with line feeds alone as line ends).
 *
 * The first line names the columns. A number that is unknown (NaN) is an empty cell; an
 * infinite one is inf or -inf. A text is quoted where it could be taken for a number or
 * where the format demands it, so that writing and reading give the same table. */
#ifndef ATW_IO_CSV_H
#define ATW_IO_CSV_H

#include "core/status.h"
#include "core/table.h"

/* Numbers get 15 digits, or 17 where 15 do not read back as the same number.
 * ATW_EOUTPUT as atw_output_begin() and commit. */
enum atw_status atw_csv_write(const struct atw_table *table,
                              const char *path,
                              int force,
                              struct atw_error *err) ATW_MUST_CHECK;

/* *out belongs to the caller. Blanks around an unquoted cell are dropped; carriage
 * returns before line feeds are accepted; blank lines are skipped where there is more
 * than one column.
 *
 * A cell is a number if it is one strictly ("12abc", "1,5" and "nan" are not), a text
 * otherwise. Unquoted, a column may not mix the two: in a column with numbers, an
 * unquoted text is an error, because it is most likely a number gone wrong.
 *
 * ATW_EINPUT, with file and line: such a mixture, a number beyond the range of a double,
 * a row with too few or too many cells, a column without a name or with the name of
 * another, a stray or missing quotation mark, no header line, more than 4096 columns, or
 * a file larger than 256 MiB; ATW_ENOMEM. */
enum atw_status atw_csv_read(struct atw_table **out,
                             const char *path,
                             struct atw_error *err) ATW_MUST_CHECK;

#endif
