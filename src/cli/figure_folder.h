/* The folder that `--figures` of stats and bound writes. */
#ifndef ATW_CLI_FIGURE_FOLDER_H
#define ATW_CLI_FIGURE_FOLDER_H

#include <jansson.h>

#include "cli/command.h"
#include "core/table.h"

enum { ATW_FIGURE_FOLDER_TABLES = 3 };

struct atw_figure_folder {
    const struct atw_common *common;
    const char *command; /* of warnings, and of COMMAND.json */
    const json_t *json;
    /* Tables as tables/NAME.csv; one without rows is left out. NULL name: none. */
    const char *name[ATW_FIGURE_FOLDER_TABLES];
    const struct atw_table *table[ATW_FIGURE_FOLDER_TABLES];
    /* plots/NAME.gp draws figures/NAME*.svg of the table of that name. */
    int has_figure[ATW_FIGURE_FOLDER_TABLES];
};

/* directory/tables, directory/figures, COMMAND.json and provenance.json; complete or not
 * at all. Without gnuplot the figures are left out with a warning. */
enum atw_status atw_figure_folder_write(const struct atw_figure_folder *folder,
                                        const char *directory,
                                        struct atw_error *err) ATW_MUST_CHECK;

#endif
