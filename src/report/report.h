/* Report of a finished run: the figures and one self-contained HTML page.
 *
 * Input is a run directory as `alloytwin run` and `alloytwin analyse` leave it behind:
 * result.json, tables/{alloying,diffusion,arrhenius,histograms,curves,orthoslices}.csv
 * and, if there, provenance.json. A truth that is unknown is left out everywhere. */
#ifndef ATW_REPORT_REPORT_H
#define ATW_REPORT_REPORT_H

#include "core/status.h"

/* Draw run_directory/figures and write the page.
 *
 * run_directory  must be writable; figures/ is created when it is not there
 * html_path      NULL: run_directory/report.html, which is replaced
 * force          nonzero lets an existing html_path be replaced
 *
 * The figures are drawn by gnuplot processes, all at once, from the scripts in
 * plots/ (found as io/data_file.h says). Without
 * gnuplot a warning is given and the page says that figures are missing. Files appear
 * under their names only when complete; the same input gives the same bytes.
 *
 * ATW_EINPUT: a file is missing or not as described (the message names it and the place),
 * or the gnuplot scripts are not found. ATW_EOUTPUT: figures or page cannot be written.
 * ATW_EINTERNAL: gnuplot failed (its first message is given). ATW_ENOMEM. */
enum atw_status atw_report_write(const char *run_directory,
                                 const char *html_path,
                                 int force,
                                 struct atw_error *err) ATW_MUST_CHECK;

#endif
