/* Figures of the command chip. */
#include "report/chip_figures.h"

#include <stdlib.h>

#include "io/data_file.h"
#include "report/gnuplot.h"

enum { SCRIPTS = 2 };

enum atw_status
atw_chip_figures_draw(int *drawn, const char *directory, struct atw_error *err)
{
    static const char *const names[SCRIPTS] = {"chip_map.gp", "chip_profile.gp"};
    char *script[SCRIPTS] = {NULL};
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < SCRIPTS && status == ATW_OK; i++) {
        char *found = NULL;

        status = atw_data_find(&found, "plots", names[i], NULL, err);
        if (status == ATW_OK && !(script[i] = realpath(found, NULL)))
            status = atw_error_set(err, ATW_EINPUT, "plots/%s: %m", names[i]);
        free(found);
    }
    if (status == ATW_OK)
        status = atw_gnuplot_run(drawn, (const char *const *)script, SCRIPTS, directory,
                                 "tables='tables'; figures='figures'", err);
    for (size_t i = 0; i < SCRIPTS; i++)
        free(script[i]);
    return status;
}
