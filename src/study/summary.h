/* What the answers in a ledger say: performance at every point, sensitivity to the
 * factors, differences between points, criteria. */
#ifndef ATW_STUDY_SUMMARY_H
#define ATW_STUDY_SUMMARY_H

#include <stdio.h>

#include <jansson.h>

#include "study/calibration.h"
#include "study/ledger.h"
#include "study/performance.h"
#include "study/sensitivity.h"

/* Answers of one estimator about one quantity. */
struct atw_summary_group {
    char estimator[ATW_ITEM_NAME_SIZE];
    char quantity[ATW_ITEM_NAME_SIZE];
    struct atw_answer *answer; /* [n_points][n_replicates]; NaN where there is none */
    struct atw_rank *rank;     /* the same; NULL: no posterior was sampled */
};

struct atw_summary {
    const struct atw_ledger *ledger; /* borrowed */
    struct atw_config *study;        /* the study as stored in the ledger */
    const struct atw_design *design; /* NULL: unknown to this release */
    struct atw_ledger_counts counts;
    size_t n_points, n_replicates, n_factors;
    unsigned char *status; /* enum atw_item_status of every item */
    size_t n_groups;
    struct atw_summary_group *group;
};

/* Read all answers. Memory: 40 bytes for every answer, 48 with a rank. ATW_EINPUT,
 * ATW_ENOMEM. */
enum atw_status atw_summary_create(struct atw_summary **out,
                                   const struct atw_ledger *ledger,
                                   struct atw_error *err) ATW_MUST_CHECK;
void atw_summary_destroy(struct atw_summary *summary);

/* Measures of a group at a point. A failed item, and a done one without an answer, count
 * as failures; a missing one is not counted. ATW_ENOMEM. */
enum atw_status atw_summary_performance(struct atw_performance *performance,
                                        const struct atw_summary *summary,
                                        size_t group,
                                        size_t point,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* The same of all points together. */
enum atw_status atw_summary_overall(struct atw_performance *performance,
                                    const struct atw_summary *summary,
                                    size_t group,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Number of items of a point with a status. */
size_t atw_summary_count(const struct atw_summary *summary,
                         size_t point,
                         enum atw_item_status status);

/* Mean over the replicates of a point of estimate - truth, or of the estimate if the
 * truth is unknown; NaN without any. This is what sensitivity is about. */
double
atw_summary_response(const struct atw_summary *summary, size_t group, size_t point);

/* One criterion of the study, judged. */
struct atw_verdict {
    const char *measure, *estimator, *quantity; /* as the criterion says */
    double at_most, at_least;                   /* NaN: not asked */
    size_t n_judged;                            /* points and estimators */
    int is_met;                                 /* 0 also if nothing could be judged */
    /* The worst case. */
    size_t point;
    const char *worst_estimator; /* NULL: nothing judged */
    struct atw_measure worst;
};

/* Judge criterion `index` of the study. A measure that is unknown is not met. */
enum atw_status atw_summary_judge(struct atw_verdict *verdict,
                                  const struct atw_summary *summary,
                                  size_t index,
                                  struct atw_error *err) ATW_MUST_CHECK;

/* Points that a table for people shows; designs may have a million. */
enum { ATW_SUMMARY_POINTS_SHOWN = 200 };

/* Everything as JSON, schema alloytwin-stats/1 (docs/studies.md), of points and
 * differences the first n_most. Memory: 10 kB for every point and group. *json belongs to
 * the caller. */
enum atw_status atw_summary_to_json(json_t **json,
                                    const struct atw_summary *summary,
                                    size_t n_most,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* The measures of every point and group as a table, for CSV. */
enum atw_status atw_summary_to_table(struct atw_table **table,
                                     const struct atw_summary *summary,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* Tables for people, from that JSON, which needs no more points than are shown. */
void atw_summary_print(const json_t *json, FILE *stream);

#endif
