/* Unit texts as scale and offset to an SI unit: the only file that sees UDUNITS. */
#ifndef ATW_IO_UNIT_SCALE_H
#define ATW_IO_UNIT_SCALE_H

#include <stddef.h>

#include "core/status.h"

/* si = factor * value, plus 273.15 K for the Celsius scale. */
struct atw_unit_scale {
    double factor;
    int is_power_of_ten; /* factor is 10^power_of_ten, to be applied to the decimal text
                          */
    int power_of_ten;
    int is_celsius; /* factor 1 and the offset of the Celsius scale */
};

enum atw_unit_answer {
    ATW_UNIT_OK,
    ATW_UNIT_UNKNOWN,      /* not a unit */
    ATW_UNIT_INCOMPATIBLE, /* a unit of something else */
    ATW_UNIT_NOT_A_FACTOR, /* another zero point or a logarithm, and not degC */
    ATW_UNIT_NO_DATABASE   /* UDUNITS' files are missing */
};

/* How `unit` (UTF-8, trimmed) converts to `si_unit`. */
enum atw_unit_answer
atw_unit_find(struct atw_unit_scale *scale, const char *unit, const char *si_unit);

#endif
