/* The chip of a run in its report: its profile, and that of a chip it is compared with.
 */
#ifndef ATW_PIPELINE_RUN_CHIP_H
#define ATW_PIPELINE_RUN_CHIP_H

#include "pipeline/scenario.h"

/* The chip named by chip.compare; NULL when unset. ATW_EINPUT with the place. */
enum atw_status atw_run_chip_compared(struct atw_chip **out,
                                      const struct atw_scenario *scenario,
                                      struct atw_error *err) ATW_MUST_CHECK;

/* chip_profile.csv and chip_windows.csv (pipeline/chip_tables.h) at the first set point;
 * nothing if the scenario's temperatures are not computed. compared may be NULL. */
enum atw_status atw_run_chip_write(const struct atw_scenario *scenario,
                                   struct atw_chip *compared,
                                   const char *directory,
                                   struct atw_error *err) ATW_MUST_CHECK;

#endif
