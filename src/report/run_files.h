/* The files of a finished run that a report needs, read and checked. */
#ifndef ATW_REPORT_RUN_FILES_H
#define ATW_REPORT_RUN_FILES_H

#include <stdio.h>

#include <jansson.h>

#include "core/status.h"

enum atw_report_table {
    ATW_REPORT_ALLOYING,
    ATW_REPORT_DIFFUSION,
    ATW_REPORT_ARRHENIUS,
    ATW_REPORT_HISTOGRAMS,
    ATW_REPORT_CURVES,
    ATW_REPORT_ORTHOSLICES,
    ATW_REPORT_POSTERIOR, /* has rows only where one was sampled */
    ATW_REPORT_CHIP,      /* only where a chip was computed */
    ATW_REPORT_TABLE_COUNT
};

struct atw_report_run {
    json_t *result;     /* object, schema alloytwin-result/1, lists checked */
    json_t *provenance; /* object, or NULL when there is no such file */
    int has_truth;      /* any true value is known */
    int has_rows[ATW_REPORT_TABLE_COUNT];
};

/* Read result.json and provenance.json of a run directory and check the tables' headers.
 * ATW_EINPUT naming the file (and line or key); on failure *run holds nothing. */
enum atw_status atw_report_run_read(struct atw_report_run *run,
                                    const char *directory,
                                    struct atw_error *err) ATW_MUST_CHECK;
void atw_report_run_clear(struct atw_report_run *run);

/* Whether a run may do without the table, or without rows in it. */
int atw_report_table_is_optional(enum atw_report_table table);

/* Number behind a key, or NaN: absent, null or not a number. */
double atw_report_number(const json_t *object, const char *key);
/* Number at a place in the list behind a key, or NaN. */
double atw_report_element(const json_t *object, const char *key, size_t index);
/* Text behind a key, borrowed; "" if it is absent or not a text. */
const char *atw_report_text(const json_t *object, const char *key);

/* Put ": " and what a result is of, escaped: the scenario, the title of an experiment of
 * one's own, or nothing at all if it has neither. */
void atw_report_put_name(FILE *page, const json_t *result);

#endif
