/* Forward model of one heating interval: the state measured before it, diffused by S and
 * seen through the instrument again, as the published route does. */
#ifndef ATW_PIPELINE_INTERVAL_H
#define ATW_PIPELINE_INTERVAL_H

#include "pipeline/specimen.h"

struct atw_interval; /* opaque */

/* Interval `step` of a specimen, which must outlive it. */
enum atw_status atw_interval_create(struct atw_interval **out,
                                    const struct atw_specimen *specimen,
                                    size_t step,
                                    struct atw_error *err) ATW_MUST_CHECK;
void atw_interval_destroy(struct atw_interval *interval);
size_t atw_interval_step(const struct atw_interval *interval);

/* Spread of intensities in the tomogram after the interval. */
enum atw_status atw_interval_spread(struct atw_interval *interval,
                                    double S_m2,
                                    double *spread,
                                    struct atw_error *err) ATW_MUST_CHECK;

/* Spread of the same particle once fully alloyed, and the standard deviation of its
 * square from the noise of the imitation. */
enum atw_status atw_interval_spread_alloyed(const struct atw_specimen *specimen,
                                            size_t tomogram,
                                            double *spread,
                                            double *squared_std,
                                            struct atw_error *err) ATW_MUST_CHECK;

/* State before `step`: known, if the experiment gives one and the analysis may use it,
 * otherwise as measured, noise and all. The fields belong to the caller; on failure too.
 */
enum atw_status atw_interval_initial_state(struct atw_field **metal,
                                           struct atw_field **composition,
                                           const struct atw_specimen *specimen,
                                           size_t step,
                                           struct atw_error *err) ATW_MUST_CHECK;

/* Replace a composition by its mean over the metal. */
void atw_interval_alloy(struct atw_field *composition, const struct atw_field *metal);

/* Reconstruction of the fully alloyed particle as seen in a tomogram with an instrument;
 * the one whose spread is atw_interval_spread_alloyed(). *volume is the caller's. */
enum atw_status atw_interval_volume_alloyed(const struct atw_specimen *specimen,
                                            size_t tomogram,
                                            struct atw_field **volume,
                                            struct atw_error *err) ATW_MUST_CHECK;

#endif
