/* Table of central slices through the compositions of a run. */
#ifndef ATW_PIPELINE_TABLE_SLICES_H
#define ATW_PIPELINE_TABLE_SLICES_H

#include "core/table.h"
#include "pipeline/table_source.h"

/* Plane "xy" is perpendicular to the beam at zero tilt, "xz" to the tilt axis; value is
 * the fraction of shell metal, empty outside the particle. */
enum atw_status atw_table_fill_slices(struct atw_table *table,
                                      const struct atw_table_source *source,
                                      struct atw_error *err) ATW_MUST_CHECK;

#endif
