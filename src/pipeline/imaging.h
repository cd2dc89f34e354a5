/* Take the tilt series of the simulated particles. */
#ifndef ATW_PIPELINE_IMAGING_H
#define ATW_PIPELINE_IMAGING_H

#include "core/tilt_series.h"
#include "pipeline/scenario.h"
#include "pipeline/truth.h"

/* What goes on with the stage and the detector while the series of a particle after
 * `tomogram` heating steps is taken, to truth->particle[particle].acquisition[tomogram].
 * ATW_EINVAL, ATW_ENOMEM. */
enum atw_status atw_imaging_acquire(const struct atw_scenario *scenario,
                                    struct atw_truth *truth,
                                    size_t particle,
                                    size_t tomogram,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* An acquisition in which nothing goes wrong. */
enum atw_status atw_imaging_acquire_perfect(struct atw_acquisition **out,
                                            const struct atw_scenario *scenario,
                                            struct atw_error *err) ATW_MUST_CHECK;

/* Detector frame that holds the particle with its margin at any tilt, in every state. */
struct atw_microscope atw_imaging_frame(const struct atw_scenario *scenario,
                                        const struct atw_truth *truth,
                                        size_t particle);

/* The noise-free series of a particle as an acquisition sees it on a detector, mostly
 * atw_imaging_frame(), core metal * nm. Tasks
 * for different series do not disturb each other. ATW_EINVAL, ATW_ENOMEM. */
enum atw_status atw_imaging_signal(struct atw_tilt_series **out,
                                   const struct atw_scenario *scenario,
                                   const struct atw_truth *truth,
                                   size_t particle,
                                   size_t tomogram,
                                   const struct atw_microscope *microscope,
                                   const struct atw_acquisition *acquisition,
                                   struct atw_error *err) ATW_MUST_CHECK;

/* Detector counts per nm of core metal, before damping: from the brightest pixel of the
 * reference particle before heating in a perfect acquisition, or from the beam current,
 * for which perfect_signal may be NULL. ATW_EINVAL. */
enum atw_status atw_imaging_counts_per_nm(double *counts_per_nm,
                                          const struct atw_scenario *scenario,
                                          const struct atw_tilt_series *perfect_signal,
                                          struct atw_error *err) ATW_MUST_CHECK;

/* What the detector records of a noise-free series, in place. ATW_EINVAL, ATW_ENOMEM. */
enum atw_status atw_imaging_expose(struct atw_tilt_series *series,
                                   const struct atw_scenario *scenario,
                                   const struct atw_truth *truth,
                                   size_t particle,
                                   size_t tomogram,
                                   double counts_per_nm,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
