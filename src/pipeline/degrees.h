/* Degrees of alloying of a particle's tomograms. Private to pipeline/specimen. */
#ifndef ATW_PIPELINE_DEGREES_H
#define ATW_PIPELINE_DEGREES_H

#include "pipeline/specimen.h"

/* Spread of the fully alloyed particle as the instrument of a tomogram shows it, 0 where
 * the tomogram cannot be imitated. Tomograms before it have theirs. */
enum atw_status atw_degrees_find_reference(struct atw_specimen *specimen,
                                           size_t index,
                                           struct atw_error *err) ATW_MUST_CHECK;

/* Degrees and variance left of a tomogram, with their deviations. */
enum atw_status atw_degrees_find(struct atw_specimen *specimen,
                                 size_t index,
                                 struct atw_error *err) ATW_MUST_CHECK;

/* NaN for all that is not known of steps without a tomogram. */
void atw_degrees_forget_missing(struct atw_specimen *specimen);

#endif
