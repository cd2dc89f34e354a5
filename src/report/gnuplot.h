/* gnuplot as concurrent child processes, without a shell. */
#ifndef ATW_REPORT_GNUPLOT_H
#define ATW_REPORT_GNUPLOT_H

#include <stddef.h>

#include "core/status.h"

/* Run `gnuplot -d -e settings SCRIPT` for every script at once and wait for all.
 *
 * available     out: 0 if there is no gnuplot on the PATH; then nothing ran, and the
 *               return value is ATW_OK
 * scripts       absolute paths; NULL entries are skipped
 * directory     working directory of the children, so that `settings` may use relative
 *               names whatever characters the full path has
 * settings      gnuplot commands
 *
 * ATW_EINTERNAL: a process could not be started or failed; the message gives the script
 * and the first complaint gnuplot made. Complaints of scripts that succeed are warnings.
 */
enum atw_status atw_gnuplot_run(int *available,
                                const char *const *scripts,
                                size_t n_scripts,
                                const char *directory,
                                const char *settings,
                                struct atw_error *err) ATW_MUST_CHECK;

#endif
