/* Figures of what a study found. */
#ifndef ATW_REPORT_STUDY_FIGURES_H
#define ATW_REPORT_STUDY_FIGURES_H

#include "core/status.h"

enum { ATW_STUDY_FIGURE_COUNT = 3 };

/* Of table NAME.csv in directory/tables the script plots/NAME.gp draws
 * directory/figures/NAME*.svg. */
extern const char *const atw_study_figure_names[ATW_STUDY_FIGURE_COUNT];

/* Draw those that are wanted. *drawn is 0 if there is no gnuplot. ATW_EINPUT: scripts not
 * found; ATW_EINTERNAL: gnuplot failed. */
enum atw_status atw_study_figures_draw(int *drawn,
                                       const char *directory,
                                       const int is_wanted[ATW_STUDY_FIGURE_COUNT],
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
