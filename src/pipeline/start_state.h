/* The particle that the analysis infers from the unheated tomogram (two_phases.h), and
 * what would be left of its variance after heating. */
#ifndef ATW_PIPELINE_START_STATE_H
#define ATW_PIPELINE_START_STATE_H

#include "inference/estimator.h"
#include "pipeline/specimen.h"
#include "pipeline/two_phases.h"

struct atw_start_state; /* opaque; for one thread at a time */

/* The specimen must have its measurements and is borrowed. With a known initial state in
 * the experiment and leave to use it, that is the start. ATW_EINPUT when the tomogram
 * does not show two phases; ATW_ENOMEM. */
enum atw_status atw_start_state_create(struct atw_start_state **out,
                                       const struct atw_specimen *specimen,
                                       struct atw_error *err) ATW_MUST_CHECK;
void atw_start_state_destroy(struct atw_start_state *start);

/* What the unheated tomogram said of gain and damping, for which the particle was sought.
 */
const struct atw_two_phases_imaging *
atw_start_state_imaging(const struct atw_start_state *start);

/* Variance that the analysis would find left in a tomogram (1 .. n_steps) after S_m2 in
 * all: over the references of the measurement, and 1 for S = 0. Found once for each S. */
enum atw_status atw_start_state_variance(struct atw_start_state *start,
                                         size_t tomogram,
                                         double S_m2,
                                         double *variance_left,
                                         struct atw_error *err) ATW_MUST_CHECK;

/* Errors of the three spreads behind the variance left in a tomogram (1 .. n_steps), over
 * the difference that divides it, as estimators from the start meet them: theirs is
 * another alloyed reference, for the measurement's drops out of the difference to
 * atw_start_state_variance(). NaN where deviations are unknown. */
struct atw_variance_errors atw_start_state_errors(const struct atw_specimen *specimen,
                                                  size_t tomogram);

/* The aligned tilt series that a tomogram (0 .. n_steps) would be after S_m2 in all, with
 * noise by `key` if the experiment has any. *series belongs to the caller. */
enum atw_status atw_start_state_record(struct atw_tilt_series **series,
                                       struct atw_start_state *start,
                                       size_t tomogram,
                                       double S_m2,
                                       const struct atw_random_key *key,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* What is expected of that series above its background, without noise. */
enum atw_status atw_start_state_signal(struct atw_tilt_series **signal,
                                       struct atw_start_state *start,
                                       size_t tomogram,
                                       double S_m2,
                                       struct atw_error *err) ATW_MUST_CHECK;

/* The first step whose tomogram sees a state just as that of `step`. */
size_t atw_start_state_like_step(const struct atw_specimen *specimen, size_t step);

#endif
