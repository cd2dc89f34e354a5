/* The folder that `stats --figures` writes. */
#ifndef ATW_CLI_STUDY_OUTPUT_H
#define ATW_CLI_STUDY_OUTPUT_H

#include <jansson.h>

#include "cli/command.h"

/* directory/tables, directory/figures, stats.json and provenance.json, from the JSON of
 * the statistics; complete or not at all. Without gnuplot the figures are left out with a
 * warning. */
enum atw_status atw_study_figures_write(const char *directory,
                                        const struct atw_common *common,
                                        const json_t *json,
                                        struct atw_error *err) ATW_MUST_CHECK;

#endif
