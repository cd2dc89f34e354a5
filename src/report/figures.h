/* The figures of a report: one row of a table and one gnuplot script each. */
#ifndef ATW_REPORT_FIGURES_H
#define ATW_REPORT_FIGURES_H

#include "report/run_files.h"

enum { ATW_REPORT_FIGURE_COUNT = 8 };

struct atw_report_figure {
    const char *name;          /* of the script NAME.gp and the anchor in the page */
    const char *file;          /* in figures/ */
    const char *title;         /* heading */
    const char *caption;       /* what is seen, in which units */
    const char *caption_truth; /* added where the truth is known; NULL: nothing */
    enum atw_report_table needs[2];
};

/* In the order of the page. */
extern const struct atw_report_figure atw_report_figures[ATW_REPORT_FIGURE_COUNT];

enum atw_report_figure_state {
    ATW_REPORT_FIGURE_DRAWN,
    ATW_REPORT_FIGURE_NO_ROWS,   /* a table it needs is empty */
    ATW_REPORT_FIGURE_LEFT_OUT,  /* it is about what this run did not compute */
    ATW_REPORT_FIGURE_NO_GNUPLOT /* the program is not there */
};

/* Draw every figure that has data into directory/figures, all at once. The files appear
 * together at the end; figures of an earlier report that are not drawn now are removed.
 * ATW_EINPUT: scripts not found; ATW_EOUTPUT; ATW_EINTERNAL: gnuplot failed. */
enum atw_status
atw_report_figures_draw(enum atw_report_figure_state state[ATW_REPORT_FIGURE_COUNT],
                        const struct atw_report_run *run,
                        const char *directory,
                        struct atw_error *err) ATW_MUST_CHECK;

#endif
