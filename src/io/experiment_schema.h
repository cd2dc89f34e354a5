/* The schema of experiment.yaml: what a day at the microscope leaves behind. */
#ifndef ATW_IO_EXPERIMENT_SCHEMA_H
#define ATW_IO_EXPERIMENT_SCHEMA_H

#include "io/schema.h"

/* Of microscope.intensity_ratio; simulated materials must keep to it. */
#define ATW_INTENSITY_RATIO_AT_MOST 1e3

extern const struct atw_schema atw_experiment_schema;

#endif
