/* The schema of a study: which question an ensemble answers. */
#ifndef ATW_IO_STUDY_SCHEMA_H
#define ATW_IO_STUDY_SCHEMA_H

#include "io/schema.h"

extern const struct atw_schema atw_study_schema;

#endif
