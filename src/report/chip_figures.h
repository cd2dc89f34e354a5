/* Figures of the command chip. */
#ifndef ATW_REPORT_CHIP_FIGURES_H
#define ATW_REPORT_CHIP_FIGURES_H

#include "core/status.h"

/* Draw directory/figures/chip_map.png and chip_profile.svg from directory/tables.
 * *drawn is 0 if there is no gnuplot. ATW_EINPUT: scripts not found; ATW_EINTERNAL. */
enum atw_status atw_chip_figures_draw(int *drawn,
                                      const char *directory,
                                      struct atw_error *err) ATW_MUST_CHECK;

#endif
