/* All measures of spread of an analysed experiment, and the degrees they give. */
#ifndef ATW_PIPELINE_SPREADS_H
#define ATW_PIPELINE_SPREADS_H

#include <jansson.h>

#include "core/table.h"
#include "pipeline/table_source.h"
#include "quantification/spread_degree.h"

struct atw_tomogram_spreads {
    struct atw_spread_measures measured;
    struct atw_spread_measures alloyed; /* of a fully alloyed particle seen the same way;
                                           0: perfectly even, for want of a series */
};

/* Measure all tomograms of all particles into analysis->spreads, [n_particles]
 * [n_tomograms]. They serve no estimate, so this is not part of atw_analyse(). Some 0.1 s
 * per tomogram, on all threads. ATW_ENOMEM and as atw_spread_measures_of(). */
enum atw_status atw_spreads_measure(struct atw_analysis *analysis,
                                    struct atw_error *err) ATW_MUST_CHECK;
void atw_spreads_destroy(struct atw_tomogram_spreads **spreads, size_t n_particles);

/* Degrees of a particle by every measure: {"std": {"degree_linear": [], ...}, ...}, one
 * element per heating step; null if nothing was measured. */
json_t *atw_spreads_to_json(const struct atw_analysis *analysis, size_t particle);

/* Rows of the tables `measures` and `peaks`; none if nothing was measured. */
enum atw_status atw_spreads_fill_measures(struct atw_table *table,
                                          const struct atw_table_source *source,
                                          struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_spreads_fill_peaks(struct atw_table *table,
                                       const struct atw_table_source *source,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
