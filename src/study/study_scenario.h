/* The scenario of a study, inside this room. */
#ifndef ATW_STUDY_STUDY_SCENARIO_H
#define ATW_STUDY_STUDY_SCENARIO_H

#include "study/study.h"

/* Read the scenario that outcome pipeline runs, the settings and the estimators, and see
 * that they load. ATW_EINPUT, ATW_ENOMEM. */
enum atw_status atw_study_read_scenario(struct atw_study *study,
                                        struct atw_error *err) ATW_MUST_CHECK;

#endif
