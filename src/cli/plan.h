/* The two kinds of `plan`: of a study, what it would cost; of a scenario, how to heat. */
#ifndef ATW_CLI_PLAN_H
#define ATW_CLI_PLAN_H

#include "cli/command.h"
#include "pipeline/plan.h"

struct atw_plan_arguments {
    struct atw_common common;
    const char *input; /* study or scenario */
    /* of a study */
    const char *mcse;
    size_t jobs, n_pilot;
    double wanted; /* Monte Carlo error of the bias; NaN: not asked */
    /* of a scenario; NULL: not given */
    const char *max_time, *max_temperature, *min_temperature, *min_dwell, *max_dose;
    const char *tilts[ATW_PLAN_TILTS_MAX];
    struct atw_plan_options options;
};

enum atw_status atw_plan_study(struct atw_plan_arguments *arguments,
                               struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_plan_scenario(struct atw_plan_arguments *arguments,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
