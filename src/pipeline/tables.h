/* Tidy tables of a run: DIR/tables/NAME.csv, the input of the figures. */
#ifndef ATW_PIPELINE_TABLES_H
#define ATW_PIPELINE_TABLES_H

#include "pipeline/analyse.h"
#include "pipeline/truth.h"

/* Write alloying, diffusion, arrhenius, histograms, curves and orthoslices into an
 * existing directory. truth NULL: its columns are empty. ATW_EOUTPUT. */
enum atw_status atw_tables_write(const struct atw_analysis *analysis,
                                 const struct atw_truth *truth,
                                 const char *directory,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
