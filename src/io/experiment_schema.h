/* The schema of experiment.yaml: what a day at the microscope leaves behind. */
#ifndef ATW_IO_EXPERIMENT_SCHEMA_H
#define ATW_IO_EXPERIMENT_SCHEMA_H

#include "io/schema.h"

extern const struct atw_schema atw_experiment_schema;

#endif
