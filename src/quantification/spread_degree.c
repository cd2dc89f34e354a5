/* Degree of alloying by any measure of spread, with its standard deviation. */
#include "quantification/spread_degree.h"

#include <math.h>

#include "quantification/spread_error.h"

static int is_same(const struct atw_spread_measures *a,
                   const struct atw_spread_measures *b)
{
    return a->mean == b->mean && a->value[ATW_SPREAD_STD] == b->value[ATW_SPREAD_STD];
}

struct atw_spread_degree atw_spread_degree_of(const struct atw_spread_measures *measures,
                                              const struct atw_spread_measures *unalloyed,
                                              const struct atw_spread_measures *alloyed,
                                              enum atw_spread_measure which,
                                              enum atw_alloying_measure form)
{
    const struct atw_alloying_reference reference = {unalloyed->value[which],
                                                     alloyed->value[which]};
    const struct atw_alloying_deviations deviations = {
        2.0 * measures->value[which] * measures->std[which],
        2.0 * unalloyed->value[which] * unalloyed->std[which],
        2.0 * alloyed->value[which] * alloyed->std[which]};
    struct atw_spread_degree degree = {NAN, NAN};

    if (atw_alloying_degree(&degree.value, measures->value[which], &reference, form,
                            NULL) != ATW_OK)
        return (struct atw_spread_degree){NAN, NAN};
    degree.std = is_same(measures, unalloyed) || is_same(measures, alloyed)
                     ? 0.0
                     : atw_alloying_degree_std(measures->value[which], &reference,
                                               &deviations, form);
    return degree;
}
