/* Response curves and what the figures of a study show, from the JSON of its statistics
 * and the answers. */
#ifndef ATW_STUDY_RESPONSE_H
#define ATW_STUDY_RESPONSE_H

#include "study/summary.h"

/* "responses" of the JSON of `stats`: mean error of every estimator at every value of
 * every factor, over all items that have it; a continuous factor in eight equal bins of
 * its distribution. Designs grid, random, latin-hypercube and sobol; empty for others,
 * whose points have no meaning of their own, and without replicates. ATW_EINPUT,
 * ATW_ENOMEM. */
enum atw_status atw_summary_add_responses(json_t *json,
                                          const struct atw_summary *summary,
                                          struct atw_error *err) ATW_MUST_CHECK;

enum {
    ATW_STUDY_RESPONSE, /* factor, value, x; estimator, quantity, n, error, mcse, spread
                         */
    ATW_STUDY_BARS,     /* of indices and differences: kind, label, estimator, quantity,
                           value, low, high: 95 % */
    ATW_STUDY_RANKS,    /* estimator, quantity, bin, n_bins, n, count */
    ATW_STUDY_TABLES
};

/* Tidy tables of that JSON; the caller destroys each. A table may be empty. */
enum atw_status atw_study_tables(struct atw_table *table[ATW_STUDY_TABLES],
                                 const json_t *json,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
