/* What the tables of a run are made of. */
#ifndef ATW_PIPELINE_TABLE_SOURCE_H
#define ATW_PIPELINE_TABLE_SOURCE_H

#include "pipeline/analyse.h"
#include "pipeline/bound.h"
#include "pipeline/truth.h"

struct atw_table_source {
    const struct atw_analysis *analysis;
    const struct atw_truth *truth; /* NULL: unknown, its columns are empty */
    const struct atw_bound *bound; /* NULL: unknown, its column is empty */
};

#endif
