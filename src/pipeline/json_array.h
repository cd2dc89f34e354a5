/* Arrays of numbers as JSON. */
#ifndef ATW_PIPELINE_JSON_ARRAY_H
#define ATW_PIPELINE_JSON_ARRAY_H

#include <stddef.h>

#include <jansson.h>

/* Numbers that are not finite become null. NULL values: an array of nulls. New reference.
 */
json_t *atw_json_array(const double *values, size_t count);

#endif
