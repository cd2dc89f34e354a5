/* The folder that `--figures` of stats and bound writes. */
#include "cli/figure_folder.h"

#include <stdio.h>
#include <sys/stat.h>

#include "core/progress.h"
#include "io/csv.h"
#include "io/json_file.h"
#include "io/output_directory.h"
#include "report/named_figures.h"

enum { PATH_SIZE = 4096 };

static int has_rows(const struct atw_figure_folder *folder, size_t i)
{
    return folder->name[i] && atw_table_row_count(folder->table[i]) > 0;
}

static enum atw_status write_tables(const struct atw_figure_folder *folder,
                                    const char *directory,
                                    struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < ATW_FIGURE_FOLDER_TABLES && status == ATW_OK; i++) {
        char path[PATH_SIZE];

        if (!has_rows(folder, i))
            continue;
        snprintf(path, sizeof path, "%s/tables/%s.csv", directory, folder->name[i]);
        status = atw_csv_write(folder->table[i], path, 0, err);
    }
    return status;
}

static enum atw_status draw(int *drawn,
                            const struct atw_figure_folder *folder,
                            const char *directory,
                            struct atw_error *err)
{
    const char *figure[ATW_FIGURE_FOLDER_TABLES] = {NULL};

    for (size_t i = 0; i < ATW_FIGURE_FOLDER_TABLES; i++)
        if (folder->has_figure[i] && has_rows(folder, i))
            figure[i] = folder->name[i];
    return atw_named_figures_draw(drawn, directory, figure, ATW_FIGURE_FOLDER_TABLES,
                                  err);
}

static enum atw_status write_provenance(const struct atw_figure_folder *folder,
                                        const char *directory,
                                        struct atw_error *err)
{
    struct atw_metadata *metadata = NULL;
    json_t *provenance = NULL;
    char path[PATH_SIZE];
    enum atw_status status = atw_common_metadata(&metadata, folder->common, err);

    snprintf(path, sizeof path, "%s/provenance.json", directory);
    if (status == ATW_OK && !(provenance = atw_metadata_to_json(metadata)))
        status = atw_error_set(err, ATW_ENOMEM, "%s: out of memory", folder->command);
    if (status == ATW_OK)
        status = atw_json_save(provenance, path, 0, err);
    json_decref(provenance);
    atw_metadata_destroy(metadata);
    return status;
}

static enum atw_status fill(int *drawn,
                            const struct atw_figure_folder *folder,
                            const char *directory,
                            struct atw_error *err)
{
    char tables[PATH_SIZE], figures[PATH_SIZE], path[PATH_SIZE];
    enum atw_status status;

    snprintf(tables, sizeof tables, "%s/tables", directory);
    snprintf(figures, sizeof figures, "%s/figures", directory);
    snprintf(path, sizeof path, "%s/%s.json", directory, folder->command);
    if (mkdir(tables, 0777) != 0 || mkdir(figures, 0777) != 0)
        return atw_error_set(err, ATW_EOUTPUT, "%s: cannot create folders: %m",
                             directory);
    status = atw_json_save(folder->json, path, 0, err);
    if (status == ATW_OK)
        status = write_provenance(folder, directory, err);
    if (status == ATW_OK)
        status = write_tables(folder, directory, err);
    if (status == ATW_OK)
        status = draw(drawn, folder, directory, err);
    return status;
}

enum atw_status atw_figure_folder_write(const struct atw_figure_folder *folder,
                                        const char *directory,
                                        struct atw_error *err)
{
    struct atw_output_directory *output = NULL;
    int drawn = 1;
    enum atw_status status =
        atw_output_directory_begin(&output, directory, folder->common->force, err);

    if (status != ATW_OK)
        return status;
    status = fill(&drawn, folder, atw_output_directory_path(output), err);
    if (status == ATW_OK)
        status = atw_output_directory_commit(&output, err);
    else
        atw_output_directory_abort(output);
    if (status == ATW_OK && !drawn)
        atw_warn("%s: gnuplot was not found on the PATH; the figures are left out",
                 folder->command);
    return status;
}
