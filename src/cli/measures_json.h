/* Measures of spread as JSON. */
#ifndef ATW_CLI_MEASURES_JSON_H
#define ATW_CLI_MEASURES_JSON_H

#include <jansson.h>

#include "quantification/spread_measures.h"

/* {"std": {"spread", "spread_std", "degree_linear", "degree_linear_std",
 * "degree_quadrature", "degree_quadrature_std"}, ...}: every measure with its degrees
 * between those of the unalloyed and the alloyed particle (zeroes: perfectly even). */
json_t *atw_measures_to_json(const struct atw_spread_measures *measures,
                             const struct atw_spread_measures *unalloyed,
                             const struct atw_spread_measures *alloyed);

/* [{"share", "mean", "std"}, ...] of the two Gaussians; empty if there are none. */
json_t *atw_peaks_to_json(const struct atw_spread_measures *measures);

#endif
