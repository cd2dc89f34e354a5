/* A pilot: a few items of a study, run to know what the whole would cost. */
#ifndef ATW_STUDY_PILOT_H
#define ATW_STUDY_PILOT_H

#include "study/study.h"

struct atw_pilot {
    size_t n_items, n_failed;
    struct atw_item_result *result; /* [n_items], owned */
    double elapsed_s;               /* mean time that an item took */
    double cost_s, cost_std_s; /* mean processor time, its spread (NaN for one item) */
    size_t memory_bytes;       /* most that a worker held */
    double ledger_bytes;       /* of the whole study, estimated */
};

/* Run n_items, spread over the study, one after the other in a forked worker. An item
 * that fails is a result. *pilot is filled; free with atw_pilot_clear(). ATW_EINVAL for
 * more items than the study has or none; ATW_ENOMEM, ATW_EINTERNAL. */
enum atw_status atw_pilot_run(struct atw_pilot *pilot,
                              const struct atw_study *study,
                              size_t n_items,
                              struct atw_error *err) ATW_MUST_CHECK;
void atw_pilot_clear(struct atw_pilot *pilot);

/* Mean of the standard deviations that an estimator reports about a quantity; NaN if no
 * item has one. row is that of the first item with answers. */
double atw_pilot_std(const struct atw_pilot *pilot, const struct atw_item_row *row);

/* Replicates until the standard error of the mean of numbers with this spread is
 * `wanted`; at least 2, and NaN if the spread is unknown. */
double atw_pilot_replicates(double std, double wanted);

#endif
