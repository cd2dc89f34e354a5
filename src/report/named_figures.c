/* Figures by the names of their scripts. */
#include "report/named_figures.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/data_file.h"
#include "report/gnuplot.h"

static enum atw_status find_script(char **script, const char *name, struct atw_error *err)
{
    char *found = NULL, file[64];
    enum atw_status status;

    snprintf(file, sizeof file, "%s.gp", name);
    status = atw_data_find(&found, "plots", file, NULL, err);
    if (status == ATW_OK && !(*script = realpath(found, NULL)))
        status = atw_error_set(err, ATW_EINPUT, "plots/%s: %m", file);
    free(found);
    return status;
}

enum atw_status atw_named_figures_draw(int *drawn,
                                       const char *directory,
                                       const char *const *names,
                                       size_t n,
                                       struct atw_error *err)
{
    char **script = calloc(n, sizeof *script);
    enum atw_status status = ATW_OK;

    *drawn = 1;
    if (!script)
        return atw_error_set(err, ATW_ENOMEM, "figures: out of memory");
    for (size_t i = 0; i < n && status == ATW_OK; i++)
        if (names[i])
            status = find_script(&script[i], names[i], err);
    if (status == ATW_OK)
        status = atw_gnuplot_run(drawn, (const char *const *)script, n, directory,
                                 "tables='tables'; figures='figures'", err);
    for (size_t i = 0; i < n; i++)
        free(script[i]);
    free(script);
    return status;
}
