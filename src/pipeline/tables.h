/* Tidy tables of a run: DIR/tables/NAME.csv, the input of the figures. */
#ifndef ATW_PIPELINE_TABLES_H
#define ATW_PIPELINE_TABLES_H

#include "pipeline/table_source.h"

/* Write alloying, diffusion, arrhenius, histograms, curves and orthoslices into an
 * existing directory. ATW_EOUTPUT. */
enum atw_status atw_tables_write(const struct atw_table_source *source,
                                 const char *directory,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
