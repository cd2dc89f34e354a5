/* Arrays of numbers as JSON. */
#include "pipeline/json_array.h"

#include "io/json_file.h"

json_t *atw_json_array(const double *values, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, values ? atw_json_number(values[i]) : json_null());
    return array;
}
