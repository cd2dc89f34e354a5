/* Figures of what a study found: response curves, indices and differences, ranks. */
#include "report/study_figures.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/data_file.h"
#include "report/gnuplot.h"

const char *const atw_study_figure_names[ATW_STUDY_FIGURE_COUNT] = {
    "study_response", "study_bars", "study_ranks"};

enum atw_status atw_study_figures_draw(int *drawn,
                                       const char *directory,
                                       const int is_wanted[ATW_STUDY_FIGURE_COUNT],
                                       struct atw_error *err)
{
    char *script[ATW_STUDY_FIGURE_COUNT] = {NULL};
    enum atw_status status = ATW_OK;

    *drawn = 1;
    for (size_t i = 0; i < ATW_STUDY_FIGURE_COUNT && status == ATW_OK; i++) {
        char *found = NULL, name[64];

        if (!is_wanted[i])
            continue;
        snprintf(name, sizeof name, "%s.gp", atw_study_figure_names[i]);
        status = atw_data_find(&found, "plots", name, NULL, err);
        if (status == ATW_OK && !(script[i] = realpath(found, NULL)))
            status = atw_error_set(err, ATW_EINPUT, "plots/%s: %m", name);
        free(found);
    }
    if (status == ATW_OK)
        status =
            atw_gnuplot_run(drawn, (const char *const *)script, ATW_STUDY_FIGURE_COUNT,
                            directory, "tables='tables'; figures='figures'", err);
    for (size_t i = 0; i < ATW_STUDY_FIGURE_COUNT; i++)
        free(script[i]);
    return status;
}
