/* Outcomes: what an item of a study computes. One row of the table each.
 *
 * The cheap ones have known answers and check engine and statistics; `null` also fails
 * and crashes on demand. */
#ifndef ATW_STUDY_OUTCOME_H
#define ATW_STUDY_OUTCOME_H

#include "study/study.h"

struct atw_outcome {
    const char *name, *description;
    const char *keys; /* "x1|x2": factors it takes; NULL: any key of a scenario */
    /* Compute one item into *result, whose item and seed are set. *state is NULL at first
     * and kept between items of one process. An error makes the item a failed one. */
    enum atw_status (*run)(struct atw_item_result *result,
                           const struct atw_study *study,
                           void **state,
                           struct atw_error *err);
    void (*close)(void *state); /* may be NULL */
};

extern const struct atw_outcome atw_outcome_pipeline;
extern const struct atw_outcome atw_outcome_posterior;
extern const struct atw_outcome atw_outcome_ishigami;
extern const struct atw_outcome atw_outcome_g_function;
extern const struct atw_outcome atw_outcome_normal_sample;
extern const struct atw_outcome atw_outcome_null;

/* Value of a factor by its key, where the study has one; otherwise the default. */
double atw_outcome_value(const struct atw_study *study,
                         const struct atw_item *item,
                         const char *key,
                         double otherwise);

/* NULL-terminated table of all outcomes. */
extern const struct atw_outcome *const atw_outcomes[];

/* NULL if there is none of that name. */
const struct atw_outcome *atw_outcome_find(const char *name);

#endif
