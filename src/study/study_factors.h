/* The factors of a study file, inside this room. */
#ifndef ATW_STUDY_STUDY_FACTORS_H
#define ATW_STUDY_STUDY_FACTORS_H

#include "study/study.h"

/* Read and check every factor: key, distribution, values. ATW_EINPUT, ATW_ENOMEM. */
enum atw_status atw_study_read_factors(struct atw_study *study,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
