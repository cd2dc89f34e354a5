/* Views of a tilt series named by number on the command line. */
#ifndef ATW_CLI_VIEW_LIST_H
#define ATW_CLI_VIEW_LIST_H

#include <stddef.h>

#include "core/status.h"
#include "core/tilt_series.h"

/* Which views of a series are used. */
struct atw_view_list {
    size_t n_all;   /* of the series in the file */
    size_t n;       /* of those used */
    size_t *number; /* [n], owned: the place of each in the file, from 1 */
};

/* Take the views named in text, such as "4,50-52", out of the series; NULL: none.
 * ATW_EUSAGE: not such a list, a number below 1 or beyond the last view, or no view is
 * left; the series is then untouched. ATW_ENOMEM. */
enum atw_status atw_view_list_exclude(struct atw_view_list *list,
                                      struct atw_tilt_series **series,
                                      const char *option,
                                      const char *text,
                                      struct atw_error *err) ATW_MUST_CHECK;
void atw_view_list_clear(struct atw_view_list *list);

#endif
