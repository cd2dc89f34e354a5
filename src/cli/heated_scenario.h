/* `diffuse SCENARIO`: a particle of a scenario through its whole heating programme, as it
 * in truth was: size and shell of the particle, its window, errors of set point and
 * dwell, and everything that the material does. */
#ifndef ATW_CLI_HEATED_SCENARIO_H
#define ATW_CLI_HEATED_SCENARIO_H

#include "cli/command.h"

/* Write one file per heating step, log and, if asked, print their numbers. particle NULL:
 * the first one. */
enum atw_status atw_heat_scenario(const struct atw_common *common,
                                  const char *scenario,
                                  const char *particle,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
