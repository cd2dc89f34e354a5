/* Small pieces of HDF5 used by the EMD reader and writer. */
#include "io/hdf5_access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer attribute texts are not read: ours and those of EMD files are names and units.
 */
#define LONGEST_TEXT ((size_t)65536)

void atw_hdf5_silence(void)
{
    (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

struct reason {
    char *text;
    size_t size;
};

static herr_t keep_last(unsigned depth, const H5E_error2_t *error, void *context)
{
    struct reason *reason = context;

    (void)depth;
    if (error->desc && *error->desc)
        (void)snprintf(reason->text, reason->size, "%s", error->desc);
    return 0;
}

void atw_hdf5_reason(char *text, size_t size)
{
    struct reason reason = {.text = text, .size = size};

    (void)snprintf(text, size, "unknown reason");
    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_last, &reason);
}

static hid_t text_type(size_t length)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    if (H5Tset_size(type, length + 1) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0) {
        H5Tclose(type);
        return -1;
    }
    return type;
}

static herr_t put_attribute(
    hid_t object, const char *name, hid_t file_type, hid_t type, const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute =
        H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    herr_t result = attribute < 0 ? -1 : H5Awrite(attribute, type, value);

    if (attribute >= 0)
        H5Aclose(attribute);
    if (space >= 0)
        H5Sclose(space);
    return result;
}

herr_t atw_hdf5_put_text(hid_t object, const char *name, const char *text)
{
    hid_t type = text_type(strlen(text));
    herr_t result = type < 0 ? -1 : put_attribute(object, name, type, type, text);

    if (type >= 0)
        H5Tclose(type);
    return result;
}

herr_t atw_hdf5_put_unsigned(hid_t object, const char *name, unsigned value)
{
    return put_attribute(object, name, H5T_STD_U32LE, H5T_NATIVE_UINT, &value);
}

herr_t atw_hdf5_put_double(hid_t object, const char *name, double value)
{
    return put_attribute(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

/* Open an attribute that holds exactly one element of a class; negative otherwise. */
static hid_t
open_scalar(hid_t object, const char *name, H5T_class_t kind, H5T_class_t other)
{
    hid_t attribute =
        H5Aexists(object, name) > 0 ? H5Aopen(object, name, H5P_DEFAULT) : (hid_t)-1;
    hid_t space = attribute < 0 ? -1 : H5Aget_space(attribute);
    hid_t type = attribute < 0 ? -1 : H5Aget_type(attribute);
    H5T_class_t found = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
    int fits = space >= 0 && H5Sget_simple_extent_npoints(space) == 1 &&
               (found == kind || found == other);

    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    if (attribute >= 0 && !fits) {
        H5Aclose(attribute);
        return -1;
    }
    return attribute;
}

static int read_number(hid_t object, const char *name, hid_t type, void *value)
{
    hid_t attribute = open_scalar(object, name, H5T_INTEGER, H5T_FLOAT);
    int is_read = attribute >= 0 && H5Aread(attribute, type, value) >= 0;

    if (attribute >= 0)
        H5Aclose(attribute);
    return is_read;
}

int atw_hdf5_read_unsigned(hid_t object, const char *name, unsigned *value)
{
    unsigned found = 0;

    if (!read_number(object, name, H5T_NATIVE_UINT, &found))
        return 0;
    *value = found;
    return 1;
}

int atw_hdf5_read_double(hid_t object, const char *name, double *value)
{
    double found = 0.0;

    if (!read_number(object, name, H5T_NATIVE_DOUBLE, &found))
        return 0;
    *value = found;
    return 1;
}

static int read_variable_text(hid_t attribute, hid_t type, char *text, size_t size)
{
    char *found = NULL;
    hid_t space;

    if (H5Aread(attribute, type, &found) < 0 || !found)
        return 0;
    (void)snprintf(text, size, "%s", found);
    space = H5Aget_space(attribute);
    (void)H5Dvlen_reclaim(type, space, H5P_DEFAULT, &found);
    (void)H5Sclose(space);
    return 1;
}

static int read_fixed_text(hid_t attribute, hid_t type, char *text, size_t size)
{
    size_t length = H5Tget_size(type);
    char *found = length > LONGEST_TEXT ? NULL : calloc(1, length + 1);
    int is_read = found && H5Aread(attribute, type, found) >= 0;

    if (is_read)
        (void)snprintf(text, size, "%s", found);
    free(found);
    return is_read;
}

int atw_hdf5_read_text(hid_t object, const char *name, char *text, size_t size)
{
    hid_t attribute = open_scalar(object, name, H5T_STRING, H5T_STRING);
    hid_t type = attribute < 0 ? -1 : H5Aget_type(attribute);
    int is_read = 0;

    if (type >= 0 && H5Tis_variable_str(type) > 0)
        is_read = read_variable_text(attribute, type, text, size);
    else if (type >= 0)
        is_read = read_fixed_text(attribute, type, text, size);
    if (type >= 0)
        H5Tclose(type);
    if (attribute >= 0)
        H5Aclose(attribute);
    return is_read;
}

static hid_t put_in_space(hid_t parent,
                          const char *name,
                          hid_t file_type,
                          hid_t memory_type,
                          hid_t space,
                          const void *value)
{
    hid_t plan = H5Pcreate(H5P_DATASET_CREATE);
    hid_t dataset = -1;

    if (plan >= 0 && H5Pset_obj_track_times(plan, 0) >= 0)
        dataset =
            H5Dcreate2(parent, name, file_type, space, H5P_DEFAULT, plan, H5P_DEFAULT);
    if (plan >= 0)
        H5Pclose(plan);
    if (dataset >= 0 &&
        H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) < 0) {
        H5Dclose(dataset);
        dataset = -1;
    }
    return dataset;
}

hid_t atw_hdf5_put_dataset(hid_t parent,
                           const char *name,
                           hid_t file_type,
                           hid_t memory_type,
                           int rank,
                           const hsize_t *dimension,
                           const void *value)
{
    hid_t space = H5Screate_simple(rank, dimension, NULL);
    hid_t dataset =
        space < 0 ? -1 : put_in_space(parent, name, file_type, memory_type, space, value);

    if (space >= 0)
        H5Sclose(space);
    return dataset;
}

herr_t atw_hdf5_put_text_dataset(hid_t parent, const char *name, const char *text)
{
    hid_t type = text_type(strlen(text));
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t dataset =
        type < 0 || space < 0 ? -1 : put_in_space(parent, name, type, type, space, text);

    if (dataset >= 0)
        H5Dclose(dataset);
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    return dataset < 0 ? -1 : 0;
}

hid_t atw_hdf5_create_group(hid_t parent, const char *name)
{
    hid_t plan = H5Pcreate(H5P_GROUP_CREATE);
    hid_t group = -1;

    if (plan >= 0 && H5Pset_obj_track_times(plan, 0) >= 0)
        group = H5Gcreate2(parent, name, H5P_DEFAULT, plan, H5P_DEFAULT);
    if (plan >= 0)
        H5Pclose(plan);
    return group;
}
