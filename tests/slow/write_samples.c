/* Writes the volume and tilt series of tests/io/fixture.c in every format into a folder,
 * for other programs to read. Usage: write_samples FOLDER */
#include <stdio.h>
#include <stdlib.h>

#include "io/emd.h"
#include "io/fixture.h"
#include "io/volume_file.h"

static int failed(const char *what, const struct atw_error *err)
{
    (void)fprintf(stderr, "write_samples: %s: %s\n", what, err->text);
    return EXIT_FAILURE;
}

static enum atw_status write_result(const char *path,
                                    const struct atw_field *field,
                                    const struct atw_tilt_series *series,
                                    const struct atw_metadata *metadata,
                                    struct atw_error *err)
{
    const struct atw_emd_text text = {.description = "sample", .unit = "1"};
    struct atw_emd *emd = NULL;
    enum atw_status status = atw_emd_begin(&emd, path, 1, metadata, err);

    if (status == ATW_OK)
        status = atw_emd_add_field(emd, "A_000", field, &text, err);
    if (status == ATW_OK)
        status = atw_emd_add_number(emd, "A_000", "temperature_K", 673.15, err);
    if (status == ATW_OK)
        status = atw_emd_add_series(emd, "B_000", series, &text, err);
    if (status == ATW_OK)
        return atw_emd_commit(&emd, err);
    atw_emd_abort(emd);
    return status;
}

static int copy_volume(const char *from, const char *to)
{
    struct atw_error err = {0};
    struct atw_field *field = NULL;
    enum atw_status status = atw_volume_read(&field, from, 0.0, &err);

    if (status == ATW_OK)
        status = atw_volume_write(field, to, 1, NULL, &err);
    atw_field_destroy(field);
    return status == ATW_OK ? EXIT_SUCCESS : failed(from, &err);
}

int main(int argc, char **argv)
{
    static const char *const volumes[] = {"emd", "mrc", "tif"};
    static const char *const series_suffixes[] = {"emd", "mrc", "nxs", "tif"};
    struct atw_error err = {0};
    struct atw_metadata *metadata = NULL;
    struct atw_field *field = NULL;
    struct atw_tilt_series *series = NULL;
    char path[PATH_MAX];

    if (argc == 3)
        return copy_volume(argv[1], argv[2]);
    if (argc != 2) {
        (void)fputs("usage: write_samples FOLDER | VOLUME COPY\n", stderr);
        return EXIT_FAILURE;
    }
    field = fixture_field();
    series = fixture_series();
    if (atw_metadata_create(&metadata, &err) != ATW_OK ||
        atw_metadata_add_program(metadata, argc, (const char *const *)argv, &err) !=
            ATW_OK ||
        atw_metadata_set(metadata, "scenario", "seed: 20230510\n", &err) != ATW_OK)
        return failed("metadata", &err);
    for (size_t i = 0; i < sizeof volumes / sizeof *volumes; i++) {
        (void)snprintf(path, sizeof path, "%s/volume.%s", argv[1], volumes[i]);
        if (atw_volume_write(field, path, 1, metadata, &err) != ATW_OK)
            return failed(path, &err);
    }
    for (size_t i = 0; i < sizeof series_suffixes / sizeof *series_suffixes; i++) {
        (void)snprintf(path, sizeof path, "%s/tilts.%s", argv[1], series_suffixes[i]);
        if (atw_tilts_write(series, path, 1, metadata, &err) != ATW_OK)
            return failed(path, &err);
    }
    (void)snprintf(path, sizeof path, "%s/result.emd", argv[1]);
    if (write_result(path, field, series, metadata, &err) != ATW_OK)
        return failed(path, &err);
    atw_field_destroy(field);
    atw_tilt_series_destroy(series);
    atw_metadata_destroy(metadata);
    return EXIT_SUCCESS;
}
