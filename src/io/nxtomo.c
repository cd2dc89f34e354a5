/* Tilt series as NXtomo files. */
#include "io/nxtomo.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/constants.h"
#include "io/emd.h"
#include "io/emd_internal.h"
#include "io/hdf5_access.h"

/* Every integer up to here is exact in single precision. */
#define LARGEST_COUNT 16777216.0F

static hid_t create_class(hid_t parent, const char *name, const char *nexus_class)
{
    hid_t group = atw_hdf5_create_group(parent, name);

    if (group >= 0 && atw_hdf5_put_text(group, "NX_class", nexus_class) < 0) {
        H5Gclose(group);
        return -1;
    }
    return group;
}

static int are_counts(const struct atw_tilt_series *series)
{
    size_t n = atw_tilt_series_pixel_count(series);

    for (size_t i = 0; i < n; i++)
        if (fabsf(series->value[i]) > LARGEST_COUNT ||
            series->value[i] != rintf(series->value[i]))
            return 0;
    return 1;
}

static herr_t close_with(hid_t dataset, const char *key, const char *text)
{
    herr_t result = dataset < 0 ? -1 : 0;

    if (dataset >= 0 && key)
        result = atw_hdf5_put_text(dataset, key, text);
    if (dataset >= 0)
        H5Dclose(dataset);
    return result;
}

static herr_t
put_double(hid_t group, const char *name, const double *value, size_t n, const char *unit)
{
    hsize_t count = n;

    return close_with(atw_hdf5_put_dataset(group, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE,
                                           1, &count, value),
                      "units", unit);
}

static herr_t put_image_key(hid_t group, size_t n)
{
    hsize_t count = n;
    int32_t *key = calloc(n, sizeof *key); /* 0: a projection */
    hid_t dataset = key ? atw_hdf5_put_dataset(group, "image_key", H5T_STD_I32LE,
                                               H5T_NATIVE_INT32, 1, &count, key)
                        : (hid_t)-1;

    free(key);
    return close_with(dataset, NULL, NULL);
}

static herr_t put_detector(hid_t instrument, const struct atw_tilt_series *series)
{
    hsize_t shape[3] = {series->n_tilt, series->n_v, series->n_u};
    hid_t group = create_class(instrument, "detector", "NXdetector");
    hid_t type = are_counts(series) ? H5T_STD_I32LE : H5T_IEEE_F32LE;
    herr_t result = -1;

    if (group < 0)
        return -1;
    if (close_with(atw_hdf5_put_dataset(group, "data", type, H5T_NATIVE_FLOAT, 3, shape,
                                        series->value),
                   NULL, NULL) >= 0 &&
        put_image_key(group, series->n_tilt) >= 0 &&
        put_double(group, "x_pixel_size", &series->pixel_m, 1, "m") >= 0 &&
        put_double(group, "y_pixel_size", &series->pixel_m, 1, "m") >= 0)
        result = 0;
    H5Gclose(group);
    return result;
}

static herr_t put_source(hid_t instrument)
{
    hid_t group = create_class(instrument, "source", "NXsource");
    herr_t result =
        group < 0 ? -1 : atw_hdf5_put_text_dataset(group, "probe", "electron");

    if (group >= 0)
        H5Gclose(group);
    return result;
}

static herr_t put_instrument(hid_t entry, const struct atw_tilt_series *series)
{
    hid_t group = create_class(entry, "instrument", "NXinstrument");
    herr_t result = -1;

    if (group < 0)
        return -1;
    if (put_source(group) >= 0 && put_detector(group, series) >= 0)
        result = 0;
    H5Gclose(group);
    return result;
}

static herr_t put_sample(hid_t entry, const struct atw_tilt_series *series)
{
    hid_t group = create_class(entry, "sample", "NXsample");
    double *degrees = calloc(series->n_tilt, sizeof *degrees);
    herr_t result = -1;

    for (size_t i = 0; degrees && i < series->n_tilt; i++)
        degrees[i] = series->tilt_rad[i] / ATW_DEGREE_RAD;
    if (group >= 0 && degrees &&
        atw_hdf5_put_text_dataset(group, "name", "specimen") >= 0 &&
        put_double(group, "rotation_angle", degrees, series->n_tilt, "degree") >= 0)
        result = 0;
    if (group >= 0)
        H5Gclose(group);
    free(degrees);
    return result;
}

static herr_t link_to(hid_t entry, const char *from, const char *to)
{
    return H5Lcreate_hard(entry, from, entry, to, H5P_DEFAULT, H5P_DEFAULT);
}

static herr_t put_links(hid_t entry)
{
    hid_t group = create_class(entry, "data", "NXdata");
    herr_t result = -1;

    if (group < 0)
        return -1;
    if (atw_hdf5_put_text(group, "signal", "data") >= 0 &&
        link_to(entry, "instrument/detector/data", "data/data") >= 0 &&
        link_to(entry, "instrument/detector/image_key", "data/image_key") >= 0 &&
        link_to(entry, "sample/rotation_angle", "data/rotation_angle") >= 0)
        result = 0;
    H5Gclose(group);
    return result;
}

static herr_t put_entry(hid_t file, const struct atw_tilt_series *series)
{
    hid_t entry = create_class(file, "entry", "NXentry");
    herr_t result = -1;

    if (entry < 0)
        return -1;
    if (atw_hdf5_put_text(file, "default", "entry") >= 0 &&
        atw_hdf5_put_text(entry, "default", "data") >= 0 &&
        atw_hdf5_put_text_dataset(entry, "definition", "NXtomo") >= 0 &&
        atw_hdf5_put_text_dataset(entry, "title", "tilt series") >= 0 &&
        put_instrument(entry, series) >= 0 && put_sample(entry, series) >= 0 &&
        put_links(entry) >= 0)
        result = 0;
    H5Gclose(entry);
    return result;
}

enum atw_status atw_nxtomo_write(const struct atw_tilt_series *series,
                                 const char *path,
                                 int force,
                                 const struct atw_metadata *metadata,
                                 struct atw_error *err)
{
    struct atw_emd *file = NULL;
    enum atw_status status = atw_tilt_series_check_finite(series, path, err);

    if (status == ATW_OK)
        status = atw_emd_begin_other(&file, path, force, metadata, err);
    if (status == ATW_OK)
        status = atw_emd_check(file, put_entry(file->file, series), err);
    if (status == ATW_OK)
        return atw_emd_commit(&file, err);
    atw_emd_abort(file);
    return status;
}
