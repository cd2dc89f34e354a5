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

/* Spread of the same particle once fully alloyed. */
enum atw_status atw_interval_spread_alloyed(const struct atw_specimen *specimen,
                                            size_t tomogram,
                                            double *spread,
                                            struct atw_error *err) ATW_MUST_CHECK;

#endif
