/* Figures by the names of their scripts, for what is no run: chip, study, bound. */
#ifndef ATW_REPORT_NAMED_FIGURES_H
#define ATW_REPORT_NAMED_FIGURES_H

#include <stddef.h>

#include "core/status.h"

/* Draw directory/figures from directory/tables by plots/NAME.gp of every name [n], all at
 * once; NULL: none. *drawn is 0 if there is no gnuplot. ATW_EINPUT: scripts not found;
 * ATW_EINTERNAL: gnuplot failed; ATW_ENOMEM. */
enum atw_status atw_named_figures_draw(int *drawn,
                                       const char *directory,
                                       const char *const *names,
                                       size_t n,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
