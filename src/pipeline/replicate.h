/* An analysed experiment once more, with other noise: what the analysis makes of what it
 * believes. */
#ifndef ATW_PIPELINE_REPLICATE_H
#define ATW_PIPELINE_REPLICATE_H

#include "pipeline/analyse.h"

/* Diffusivities of an experiment on the particles that were inferred from the unheated
 * tomograms, diffused by S_m2 [particle * ATW_STEPS_MAX + step] in all until the end of
 * each step, recorded as the analysis models the instrument and analysed like the first
 * one. Noise of series and of imitated references is that of the draw. *interval as of
 * atw_intervals_determine(), to be freed by the caller.
 *
 * Costs an analysis with `paper`. Not for two threads. ATW_EINVAL when a tomogram has no
 * tilt series; what atw_analyse() returns. */
enum atw_status atw_replicate_intervals(struct atw_interval_result **interval,
                                        struct atw_analysis *analysis,
                                        const double *S_m2,
                                        size_t draw,
                                        struct atw_error *err) ATW_MUST_CHECK;

#endif
