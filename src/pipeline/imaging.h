/* Take the tilt series of the simulated particles. */
#ifndef ATW_PIPELINE_IMAGING_H
#define ATW_PIPELINE_IMAGING_H

#include "core/tilt_series.h"
#include "pipeline/scenario.h"
#include "pipeline/truth.h"

/* Detector counts per nm of core metal, before damping: from the brightest pixel of the
 * reference particle before heating in a perfect acquisition, or from the beam current.
 * ATW_EINVAL, ATW_ENOMEM. */
enum atw_status atw_imaging_counts_per_nm(double *counts_per_nm,
                                          const struct atw_scenario *scenario,
                                          const struct atw_truth *truth,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* The series that is recorded of a particle after `tomogram` heating steps. What really
 * happened meanwhile goes to truth->particle[particle].acquisition[tomogram]: tasks for
 * different tomograms do not disturb each other. ATW_EINVAL, ATW_ENOMEM. */
enum atw_status atw_imaging_record(struct atw_tilt_series **out,
                                   const struct atw_scenario *scenario,
                                   struct atw_truth *truth,
                                   size_t particle,
                                   size_t tomogram,
                                   double counts_per_nm,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
