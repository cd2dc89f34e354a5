/* The folder that `stats --figures` writes. */
#include "cli/study_output.h"

#include <stdio.h>
#include <sys/stat.h>

#include "core/progress.h"
#include "io/csv.h"
#include "io/json_file.h"
#include "io/output_directory.h"
#include "report/study_figures.h"
#include "study/response.h"

enum { PATH_SIZE = 4096 };

/* The order of the tables is that of the figures. */
static enum atw_status write_tables(int has_rows[ATW_STUDY_FIGURE_COUNT],
                                    const char *directory,
                                    const json_t *json,
                                    struct atw_error *err)
{
    struct atw_table *table[ATW_STUDY_TABLES];
    char path[PATH_SIZE];
    enum atw_status status = atw_study_tables(table, json, err);

    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < ATW_STUDY_TABLES; i++) {
        has_rows[i] = atw_table_row_count(table[i]) > 0;
        snprintf(path, sizeof path, "%s/tables/%s.csv", directory,
                 atw_study_figure_names[i]);
        if (status == ATW_OK && has_rows[i])
            status = atw_csv_write(table[i], path, 0, err);
        atw_table_destroy(table[i]);
    }
    return status;
}

static enum atw_status write_provenance(const char *directory,
                                        const struct atw_common *common,
                                        struct atw_error *err)
{
    struct atw_metadata *metadata = NULL;
    json_t *provenance = NULL;
    char path[PATH_SIZE];
    enum atw_status status = atw_common_metadata(&metadata, common, err);

    snprintf(path, sizeof path, "%s/provenance.json", directory);
    if (status == ATW_OK && !(provenance = atw_metadata_to_json(metadata)))
        status = atw_error_set(err, ATW_ENOMEM, "stats: out of memory");
    if (status == ATW_OK)
        status = atw_json_save(provenance, path, 0, err);
    json_decref(provenance);
    atw_metadata_destroy(metadata);
    return status;
}

static enum atw_status fill(int *drawn,
                            const char *directory,
                            const struct atw_common *common,
                            const json_t *json,
                            struct atw_error *err)
{
    int has_rows[ATW_STUDY_FIGURE_COUNT] = {0};
    char tables[PATH_SIZE], figures[PATH_SIZE], path[PATH_SIZE];
    enum atw_status status;

    snprintf(tables, sizeof tables, "%s/tables", directory);
    snprintf(figures, sizeof figures, "%s/figures", directory);
    snprintf(path, sizeof path, "%s/stats.json", directory);
    if (mkdir(tables, 0777) != 0 || mkdir(figures, 0777) != 0)
        return atw_error_set(err, ATW_EOUTPUT, "%s: cannot create folders: %m",
                             directory);
    status = atw_json_save(json, path, 0, err);
    if (status == ATW_OK)
        status = write_provenance(directory, common, err);
    if (status == ATW_OK)
        status = write_tables(has_rows, directory, json, err);
    if (status == ATW_OK)
        status = atw_study_figures_draw(drawn, directory, has_rows, err);
    return status;
}

enum atw_status atw_study_figures_write(const char *directory,
                                        const struct atw_common *common,
                                        const json_t *json,
                                        struct atw_error *err)
{
    struct atw_output_directory *output = NULL;
    int drawn = 1;
    enum atw_status status =
        atw_output_directory_begin(&output, directory, common->force, err);

    if (status != ATW_OK)
        return status;
    status = fill(&drawn, atw_output_directory_path(output), common, json, err);
    if (status == ATW_OK)
        status = atw_output_directory_commit(&output, err);
    else
        atw_output_directory_abort(output);
    if (status == ATW_OK && !drawn)
        atw_warn("stats: gnuplot was not found on the PATH; the figures are left out");
    return status;
}
