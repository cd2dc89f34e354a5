/* Files of the command chip. */
#ifndef ATW_CLI_CHIP_OUTPUT_H
#define ATW_CLI_CHIP_OUTPUT_H

#include "cli/command.h"
#include "io/config.h"
#include "pipeline/chip_tables.h"

/* Set points of the table: 100, 200, ... 1300 degC. */
enum { ATW_CHIP_TABLE_ROWS = 13 };
double atw_chip_table_set_point_K(size_t row);

struct atw_chip_files {
    const struct atw_common *common;
    struct atw_named_chip chip[2]; /* the second for comparison, or without a chip */
    double set_point_K, pixel_m;
    int with_table;
};

/* common->output: FILE.emd a map, FILE.png a picture of it, otherwise a directory with
 * chip.emd, tables/ and figures/. ATW_EOUTPUT; ATW_EINTERNAL: gnuplot failed or, for a
 * picture alone, is not there; errors of the chip. */
enum atw_status atw_chip_files_write(const struct atw_chip_files *files,
                                     const struct atw_config *config,
                                     struct atw_error *err) ATW_MUST_CHECK;

#endif
