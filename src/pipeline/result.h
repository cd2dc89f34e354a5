/* Result: what the analysis found, and what scoring against the truth adds. */
#ifndef ATW_PIPELINE_RESULT_H
#define ATW_PIPELINE_RESULT_H

#include <jansson.h>

#include "pipeline/analyse.h"
#include "pipeline/bound.h"
#include "pipeline/truth.h"

struct atw_timings {
    double simulate_s, bound_s, analyse_s; /* NaN: not done */
};

/* The JSON of result.json, schema alloytwin-result/1. truth NULL: every truth is null;
 * bound likewise.
 * New reference, NULL without memory. */
json_t *atw_result_to_json(const struct atw_analysis *analysis,
                           const struct atw_truth *truth,
                           const struct atw_bound *bound,
                           const struct atw_timings *timings);

/* Table of the estimates for people, as `run` and `analyse` print it. */
void atw_result_print(const struct atw_analysis *analysis,
                      const struct atw_truth *truth,
                      const struct atw_bound *bound,
                      FILE *stream);

#endif
