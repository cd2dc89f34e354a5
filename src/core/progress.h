/* Progress, log lines and warnings on stderr; the bar only on a terminal.
 *
 * The settings are process-wide because stderr is. All functions may be called from any
 * thread. */
#ifndef ATW_CORE_PROGRESS_H
#define ATW_CORE_PROGRESS_H

#include <stddef.h>

#include "core/status.h"

/* quiet: no progress and no log lines; warnings are still written. */
void atw_progress_set_quiet(int quiet);

/* One line "alloytwin: ..." on stderr. */
void atw_log(const char *format, ...) ATW_PRINTF_LIKE(1, 2);
void atw_warn(const char *format, ...) ATW_PRINTF_LIKE(1, 2);

/* Begin a phase of `total` equal steps; ends the previous one. */
void atw_progress_begin(const char *phase, size_t total);
void atw_progress_step(void);
void atw_progress_end(void);

#endif
