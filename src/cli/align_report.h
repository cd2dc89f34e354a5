/* What was found by an alignment, as log lines and as JSON. */
#ifndef ATW_CLI_ALIGN_REPORT_H
#define ATW_CLI_ALIGN_REPORT_H

#include "alignment/alignment.h"
#include "cli/view_list.h"

/* The series is the one aligned, the list says which views of the file it has. */
void atw_align_log(const struct atw_alignment *alignment,
                   const struct atw_tilt_series *series,
                   const struct atw_view_list *list);

/* To stdout; docs/commands.md has the form. ATW_ENOMEM. */
enum atw_status atw_align_print_json(const struct atw_alignment *alignment,
                                     const struct atw_tilt_series *series,
                                     const struct atw_view_list *list,
                                     struct atw_error *err) ATW_MUST_CHECK;

#endif
