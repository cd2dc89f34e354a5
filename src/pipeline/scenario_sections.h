/* Sections of a scenario: used by scenario.c only. */
#ifndef ATW_PIPELINE_SCENARIO_SECTIONS_H
#define ATW_PIPELINE_SCENARIO_SECTIONS_H

#include "pipeline/scenario.h"

enum atw_status atw_scenario_read_particle(struct atw_scenario_particle *particle,
                                           const struct atw_config *config,
                                           size_t index,
                                           struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_scenario_read_heating(struct atw_scenario *scenario,
                                          struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_scenario_read_microscope(struct atw_scenario *scenario,
                                             struct atw_error *err) ATW_MUST_CHECK;

#endif
