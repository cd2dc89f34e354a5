/* Degree of alloying by any measure of spread, with its standard deviation. */
#ifndef ATW_QUANTIFICATION_SPREAD_DEGREE_H
#define ATW_QUANTIFICATION_SPREAD_DEGREE_H

#include "quantification/alloying.h"
#include "quantification/spread_measures.h"

struct atw_spread_degree {
    double value, std; /* NaN: not determined */
};

/* From the spread of the unalloyed particle to that of the alloyed one, in the given
 * form. NaN where the references do not allow a degree; std 0 for a reference measured
 * against itself, whose degree is 0 or 1 by definition. */
struct atw_spread_degree atw_spread_degree_of(const struct atw_spread_measures *measures,
                                              const struct atw_spread_measures *unalloyed,
                                              const struct atw_spread_measures *alloyed,
                                              enum atw_spread_measure which,
                                              enum atw_alloying_measure form);

#endif
