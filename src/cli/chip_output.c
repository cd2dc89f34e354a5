/* Files of the command chip: map, picture, or a directory with everything. */
#include "cli/chip_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "chip/sheet_chip.h"
#include "core/constants.h"
#include "core/progress.h"
#include "io/emd.h"
#include "io/json_file.h"
#include "io/output.h"
#include "io/output_directory.h"
#include "report/named_figures.h"

enum { PATH_SIZE = 4096 };

double atw_chip_table_set_point_K(size_t row)
{
    return 100.0 * (double)(row + 1) + ATW_ZERO_CELSIUS_K;
}

static int has_suffix(const char *path, const char *suffix)
{
    size_t length = strlen(path), n = strlen(suffix);

    return length > n && strcmp(path + length - n, suffix) == 0;
}

static enum atw_status describe(struct atw_metadata **metadata,
                                const struct atw_chip_files *files,
                                const struct atw_config *config,
                                struct atw_error *err)
{
    char hex[ATW_SHA256_HEX_SIZE], *text = NULL;
    enum atw_status status = atw_common_metadata(metadata, files->common, err);

    if (status == ATW_OK)
        status = atw_config_sha256(config, hex, err);
    if (status == ATW_OK)
        status = atw_metadata_set(*metadata, "chip_sha256", hex, err);
    if (status == ATW_OK) {
        text = atw_config_resolved_text(config);
        status = text ? atw_metadata_set(*metadata, "chip", text, err)
                      : atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
    }
    free(text);
    return status;
}

static enum atw_status write_map(const struct atw_chip_files *files,
                                 const char *path,
                                 int force,
                                 const struct atw_metadata *metadata,
                                 struct atw_error *err)
{
    static const struct atw_emd_text text = {
        .description = "temperature of the membrane, y and x from its lower left corner",
        .unit = "K"};
    struct atw_chip_solution *solution = NULL;
    struct atw_field *map = NULL;
    enum atw_status status =
        atw_chip_solve(&solution, files->chip[0].chip, files->set_point_K, err);

    if (status == ATW_OK)
        status = atw_chip_solution_map(&map, solution, files->pixel_m, err);
    if (status == ATW_OK)
        status = atw_emd_write_field(map, path, force, &text, metadata, err);
    atw_field_destroy(map);
    atw_chip_solution_destroy(solution);
    return status;
}

/* Tables below directory/tables, figures below directory/figures. */
static enum atw_status fill(const struct atw_chip_files *files,
                            const char *directory,
                            int map_alone,
                            int *drawn,
                            struct atw_error *err)
{
    static const char *const names[] = {"chip_map", "chip_profile"};
    double set_point_K[ATW_CHIP_TABLE_ROWS];
    size_t n_chips = files->chip[1].chip ? 2 : 1;
    char tables[PATH_SIZE], figures[PATH_SIZE];
    enum atw_status status = ATW_OK;

    snprintf(tables, sizeof tables, "%s/tables", directory);
    snprintf(figures, sizeof figures, "%s/figures", directory);
    if (mkdir(tables, 0777) != 0 || mkdir(figures, 0777) != 0)
        return atw_error_set(err, ATW_EOUTPUT, "%s: cannot create folders: %m",
                             directory);
    status = atw_chip_map_write(files->chip[0].chip, files->set_point_K, files->pixel_m,
                                tables, err);
    if (status == ATW_OK)
        status =
            atw_chip_tables_write(files->chip, n_chips, files->set_point_K, tables, err);
    for (size_t i = 0; i < ATW_CHIP_TABLE_ROWS; i++)
        set_point_K[i] = atw_chip_table_set_point_K(i);
    if (status == ATW_OK && !map_alone)
        status =
            atw_chip_history_write(files->chip[0].chip, files->set_point_K, tables, err);
    if (status == ATW_OK && !map_alone && files->with_table)
        status = atw_chip_set_points_write(files->chip[0].chip, set_point_K,
                                           ATW_CHIP_TABLE_ROWS, tables, err);
    if (status == ATW_OK)
        status = atw_named_figures_draw(drawn, directory, names,
                                        sizeof names / sizeof *names, err);
    return status;
}

static enum atw_status write_directory(const struct atw_chip_files *files,
                                       const struct atw_metadata *metadata,
                                       struct atw_error *err)
{
    struct atw_output_directory *output = NULL;
    char path[PATH_SIZE];
    int drawn = 0;
    enum atw_status status = atw_output_directory_begin(&output, files->common->output,
                                                        files->common->force, err);

    if (status != ATW_OK)
        return status;
    status = fill(files, atw_output_directory_path(output), 0, &drawn, err);
    snprintf(path, sizeof path, "%s/chip.emd", atw_output_directory_path(output));
    if (status == ATW_OK)
        status = write_map(files, path, 0, metadata, err);
    snprintf(path, sizeof path, "%s/provenance.json", atw_output_directory_path(output));
    if (status == ATW_OK) {
        json_t *provenance = atw_metadata_to_json(metadata);

        status = provenance ? atw_json_save(provenance, path, 0, err)
                            : atw_error_set(err, ATW_ENOMEM, "chip: out of memory");
        json_decref(provenance);
    }
    if (status == ATW_OK)
        status = atw_output_directory_commit(&output, err);
    else
        atw_output_directory_abort(output);
    if (status == ATW_OK && !drawn)
        atw_warn("chip: gnuplot was not found on the PATH; the figures are left out");
    return status;
}

/* ---- picture alone -------------------------------------------------------- */

static enum atw_status
copy_file(const char *from, struct atw_output *output, struct atw_error *err)
{
    FILE *file = fopen(from, "rb");
    char bytes[8192];
    size_t n;
    enum atw_status status = ATW_OK;

    if (!file)
        return atw_error_set(err, ATW_EINTERNAL, "gnuplot drew no map");
    while (status == ATW_OK && (n = fread(bytes, 1, sizeof bytes, file)) > 0)
        status = atw_output_write(output, bytes, n, err);
    fclose(file);
    return status;
}

/* Draw in a folder beside the picture, which is removed again. */
static enum atw_status write_picture(const struct atw_chip_files *files,
                                     struct atw_error *err)
{
    struct atw_output_directory *scratch = NULL;
    struct atw_output *output = NULL;
    char path[PATH_SIZE];
    int drawn = 0;
    enum atw_status status =
        atw_output_begin(&output, files->common->output, files->common->force, err);

    snprintf(path, sizeof path, "%s.drawing", files->common->output);
    if (status == ATW_OK)
        status = atw_output_directory_begin(&scratch, path, 0, err);
    if (status == ATW_OK)
        status = fill(files, atw_output_directory_path(scratch), 1, &drawn, err);
    if (status == ATW_OK && !drawn)
        status = atw_error_set(err, ATW_EINTERNAL,
                               "gnuplot, which draws the map, was not found on the PATH; "
                               "-o FILE.emd needs none");
    if (status == ATW_OK) {
        snprintf(path, sizeof path, "%s/figures/chip_map.png",
                 atw_output_directory_path(scratch));
        status = copy_file(path, output, err);
    }
    if (status == ATW_OK)
        status = atw_output_commit(&output, err);
    atw_output_abort(output);
    atw_output_directory_abort(scratch);
    return status;
}

enum atw_status atw_chip_files_write(const struct atw_chip_files *files,
                                     const struct atw_config *config,
                                     struct atw_error *err)
{
    const char *path = files->common->output;
    struct atw_metadata *metadata = NULL;
    enum atw_status status = describe(&metadata, files, config, err);

    if (status == ATW_OK) {
        if (has_suffix(path, ".emd"))
            status = write_map(files, path, files->common->force, metadata, err);
        else if (has_suffix(path, ".png"))
            status = write_picture(files, err);
        else
            status = write_directory(files, metadata, err);
    }
    atw_metadata_destroy(metadata);
    return status;
}
