/* What the Poisson and the smooth exposure share. */
#ifndef ATW_MICROSCOPE_EXPOSURE_INTERNAL_H
#define ATW_MICROSCOPE_EXPOSURE_INTERNAL_H

#include "microscope/microscope.h"

/* counts_per_nm * signal + background of one pixel. */
static inline double expected_counts(float signal,
                                     const struct atw_microscope *microscope)
{
    return microscope->counts_per_nm * (double)signal + microscope->background_counts;
}

/* ATW_EINVAL naming the value, unless every pixel expects 0 to 2^24 counts. */
enum atw_status atw_microscope_check_expected(const struct atw_tilt_series *series,
                                              const struct atw_microscope *microscope,
                                              struct atw_error *err) ATW_MUST_CHECK;

/* One generator per thread, to be positioned before use. ATW_ENOMEM. */
enum atw_status atw_microscope_create_generators(gsl_rng ***out,
                                                 size_t count,
                                                 const struct atw_random_key *key,
                                                 struct atw_error *err) ATW_MUST_CHECK;
void atw_microscope_destroy_generators(gsl_rng **rng, size_t count);

#endif
