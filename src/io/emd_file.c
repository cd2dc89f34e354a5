/* EMD files being written: begin, attach, commit, abort; the datasets are in emd_add.c.
 */
#include "io/emd.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/emd_internal.h"
#include "io/hdf5_access.h"
#include "io/hdf5_driver.h"
#include "io/output.h"

#define EMD_VERSION_MAJOR 0u
#define EMD_VERSION_MINOR 2u

enum atw_status atw_emd_check(struct atw_emd *emd, herr_t result, struct atw_error *err)
{
    char reason[256];

    if (emd->error_number != 0)
        return atw_error_set(err, ATW_EOUTPUT, "cannot write '%s': %s",
                             atw_output_path(emd->output), strerror(emd->error_number));
    if (result >= 0)
        return ATW_OK;
    atw_hdf5_reason(reason, sizeof reason);
    return atw_error_set(err, ATW_EOUTPUT, "cannot write '%s': HDF5: %s",
                         atw_output_path(emd->output), reason);
}

static void close_file(struct atw_emd *emd)
{
    if (emd->file >= 0)
        (void)H5Fclose(emd->file);
    if (emd->driver >= 0)
        (void)H5FDunregister(emd->driver);
    emd->file = emd->driver = -1;
}

static herr_t create_file(struct atw_emd *emd)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t plan = H5Pcreate(H5P_FILE_CREATE);
    int descriptor = fileno(atw_output_stream(emd->output));

    /* The format of 1.8 guards its structures with checksums; programs since 2008 read
     * it. */
    if (access >= 0 && plan >= 0 && H5Pset_obj_track_times(plan, 0) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18) >= 0 &&
        H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
        atw_hdf5_driver_use(&emd->driver, access, descriptor, &emd->error_number) >= 0)
        emd->file = H5Fcreate(atw_output_temporary_path(emd->output), H5F_ACC_TRUNC, plan,
                              access);
    if (plan >= 0)
        H5Pclose(plan);
    if (access >= 0)
        H5Pclose(access);
    return emd->file < 0 ? -1 : 0;
}

/* What makes an HDF5 file an EMD file. */
static herr_t put_marks(struct atw_emd *emd)
{
    hid_t data;

    if (atw_hdf5_put_unsigned(emd->file, "version_major", EMD_VERSION_MAJOR) < 0 ||
        atw_hdf5_put_unsigned(emd->file, "version_minor", EMD_VERSION_MINOR) < 0)
        return -1;
    data = atw_hdf5_create_group(emd->file, "data");
    if (data < 0)
        return -1;
    H5Gclose(data);
    return 0;
}

static herr_t put_provenance(struct atw_emd *emd, const struct atw_metadata *metadata)
{
    hid_t group = atw_hdf5_create_group(emd->file, "alloytwin");
    herr_t result = group < 0 ? -1 : 0;

    for (size_t i = 0; result >= 0 && i < atw_metadata_count(metadata); i++)
        result = atw_hdf5_put_text_dataset(group, atw_metadata_key(metadata, i),
                                           atw_metadata_text(metadata, i));
    if (group >= 0)
        H5Gclose(group);
    return result;
}

enum atw_status atw_emd_begin_other(struct atw_emd **out,
                                    const char *path,
                                    int force,
                                    const struct atw_metadata *metadata,
                                    struct atw_error *err)
{
    struct atw_emd *emd = calloc(1, sizeof *emd);
    enum atw_status status = ATW_OK;
    herr_t result;

    atw_hdf5_silence();
    *out = NULL;
    if (!emd) {
        status = atw_error_set(err, ATW_ENOMEM, "'%s': out of memory", path);
        goto cleanup;
    }
    emd->file = emd->driver = -1;
    status = atw_output_begin(&emd->output, path, force, err);
    if (status == ATW_OK && atw_output_is_direct(emd->output))
        status = atw_error_set(err, ATW_EOUTPUT,
                               "cannot write '%s': an HDF5 file cannot go to a device or "
                               "pipe; name a file",
                               path);
    if (status != ATW_OK)
        goto cleanup;
    result = create_file(emd);
    if (result >= 0)
        result = put_provenance(emd, metadata);
    status = atw_emd_check(emd, result, err);
    if (status != ATW_OK)
        goto cleanup;
    *out = emd;
    emd = NULL; /* now owned by the caller */
cleanup:
    atw_emd_abort(emd);
    return status;
}

enum atw_status atw_emd_begin(struct atw_emd **out,
                              const char *path,
                              int force,
                              const struct atw_metadata *metadata,
                              struct atw_error *err)
{
    enum atw_status status = atw_emd_begin_other(out, path, force, metadata, err);

    if (status == ATW_OK)
        status = atw_emd_check(*out, put_marks(*out), err);
    if (status != ATW_OK) {
        atw_emd_abort(*out);
        *out = NULL;
    }
    return status;
}

int atw_emd_is_name(const char *name)
{
    const char *c = name;

    while (isalnum((unsigned char)*c) || (*c && strchr("_-.", *c)))
        c++;
    return c != name && *c == '\0' && c - name <= ATW_EMD_LONGEST_NAME &&
           strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* Attach a text, or a number if text is NULL. */
static enum atw_status add_attribute(struct atw_emd *emd,
                                     const char *name,
                                     const char *key,
                                     const char *text,
                                     double number,
                                     struct atw_error *err)
{
    enum atw_status status;
    char path[ATW_EMD_LONGEST_NAME + 8];
    hid_t group;

    (void)snprintf(path, sizeof path, "/data/%.*s", ATW_EMD_LONGEST_NAME, name);
    group = atw_emd_is_name(name) ? H5Gopen2(emd->file, path, H5P_DEFAULT) : (hid_t)-1;
    if (group < 0) {
        status = atw_error_set(err, ATW_EINVAL, "'%s': no group '%.120s' to attach %s to",
                               atw_output_path(emd->output), name, key);
    } else {
        herr_t result = text ? atw_hdf5_put_text(group, key, text)
                             : atw_hdf5_put_double(group, key, number);

        status = atw_emd_check(emd, result, err);
        H5Gclose(group);
    }
    return status;
}

enum atw_status atw_emd_add_text(struct atw_emd *emd,
                                 const char *name,
                                 const char *key,
                                 const char *text,
                                 struct atw_error *err)
{
    return add_attribute(emd, name, key, text, 0.0, err);
}

enum atw_status atw_emd_add_number(struct atw_emd *emd,
                                   const char *name,
                                   const char *key,
                                   double value,
                                   struct atw_error *err)
{
    return add_attribute(emd, name, key, NULL, value, err);
}

enum atw_status atw_emd_commit(struct atw_emd **emd, struct atw_error *err)
{
    struct atw_emd *file = *emd;
    herr_t result = H5Fclose(file->file);
    enum atw_status status;

    *emd = NULL;
    file->file = -1;
    status = atw_emd_check(file, result, err);
    if (status == ATW_OK)
        status = atw_output_commit(&file->output, err);
    atw_emd_abort(file);
    return status;
}

void atw_emd_abort(struct atw_emd *emd)
{
    if (!emd)
        return;
    close_file(emd);
    atw_output_abort(emd->output);
    free(emd);
}

enum atw_status atw_emd_write_field(const struct atw_field *field,
                                    const char *path,
                                    int force,
                                    const struct atw_emd_text *text,
                                    const struct atw_metadata *metadata,
                                    struct atw_error *err)
{
    struct atw_emd *emd = NULL;
    enum atw_status status = atw_emd_begin(&emd, path, force, metadata, err);

    if (status != ATW_OK)
        return status;
    status = atw_emd_add_field(emd, ATW_EMD_SINGLE_NAME, field, text, err);
    if (status == ATW_OK)
        return atw_emd_commit(&emd, err);
    atw_emd_abort(emd);
    return status;
}

enum atw_status atw_emd_write_series(const struct atw_tilt_series *series,
                                     const char *path,
                                     int force,
                                     const struct atw_emd_text *text,
                                     const struct atw_metadata *metadata,
                                     struct atw_error *err)
{
    struct atw_emd *emd = NULL;
    enum atw_status status = atw_emd_begin(&emd, path, force, metadata, err);

    if (status != ATW_OK)
        return status;
    status = atw_emd_add_series(emd, ATW_EMD_SINGLE_NAME, series, text, err);
    if (status == ATW_OK)
        return atw_emd_commit(&emd, err);
    atw_emd_abort(emd);
    return status;
}
