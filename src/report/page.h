/* The page of a report, section by section. */
#ifndef ATW_REPORT_PAGE_H
#define ATW_REPORT_PAGE_H

#include <stdio.h>

#include "report/figures.h"

/* Whether an estimate of result.json has a number that nothing speaks against. */
int atw_report_is_ok(const json_t *estimate);

/* Title, the measurement in one sentence, and its results at a glance. */
void atw_report_put_summary(FILE *page, const struct atw_report_run *run);

/* Table of the estimates with their intervals; the truth, where known, in its first row.
 */
void atw_report_put_estimates(FILE *page, const struct atw_report_run *run);

/* Table of what was measured in each heating step of each particle. */
void atw_report_put_steps(FILE *page, const struct atw_report_run *run);

/* The figures with captions, or why one is missing. Reads the files below
 * directory/figures. ATW_EOUTPUT: one that has been drawn cannot be read back. */
enum atw_status
atw_report_put_figures(FILE *page,
                       const struct atw_report_run *run,
                       const enum atw_report_figure_state state[ATW_REPORT_FIGURE_COUNT],
                       const char *directory,
                       struct atw_error *err) ATW_MUST_CHECK;

/* Where the numbers come from and how to get them again. */
void atw_report_put_provenance(FILE *page, const struct atw_report_run *run);

#endif
