/* One EMD group open for reading: where the data are and what its axes say. */
#include "io/emd_source.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "core/progress.h"
#include "io/emd_search.h"
#include "io/hdf5_access.h"

/* Deflate shrinks by a factor of at most 1032; a dataset that claims to be larger than
 * its bytes can hold was never written. */
#define LARGEST_COMPRESSION ((hsize_t)1100)

#define NAME_SIZE 256
#define LIST_SIZE 200

struct unit {
    const char *name;
    enum atw_emd_quantity quantity;
    double si; /* metres or radians */
};

/* Brackets and underscores of EMD units ("[n_m]") are dropped before the comparison. */
static const struct unit units[] = {
    {"nm", ATW_EMD_LENGTH, 1e-9},
    {"A", ATW_EMD_LENGTH, 1e-10},
    {"\xC3\x85", ATW_EMD_LENGTH, 1e-10}, /* A with ring */
    {"angstrom", ATW_EMD_LENGTH, 1e-10},
    {"pm", ATW_EMD_LENGTH, 1e-12},
    {"um", ATW_EMD_LENGTH, 1e-6},
    {"\xC2\xB5m", ATW_EMD_LENGTH, 1e-6}, /* micro sign */
    {"\xCE\xBCm", ATW_EMD_LENGTH, 1e-6}, /* Greek mu */
    {"m", ATW_EMD_LENGTH, 1.0},
    {"deg", ATW_EMD_ANGLE, ATW_DEGREE_RAD},
    {"degrees", ATW_EMD_ANGLE, ATW_DEGREE_RAD},
    {"rad", ATW_EMD_ANGLE, 1.0},
};

static const struct unit *find_unit(const char *text)
{
    char plain[32];
    size_t length = 0;

    for (; *text && length + 1 < sizeof plain; text++)
        if (!strchr("[]_ ", *text))
            plain[length++] = *text;
    plain[length] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(plain, units[i].name) == 0)
            return &units[i];
    return NULL;
}

enum atw_status atw_emd_source_damaged(const struct atw_emd_source *source,
                                       const char *what,
                                       struct atw_error *err)
{
    char reason[256];

    atw_hdf5_reason(reason, sizeof reason);
    return atw_error_set(err, ATW_EINPUT, "'%s' is damaged: %s: HDF5: %s", source->path,
                         what, reason);
}

static enum atw_status open_file(struct atw_emd_source *source, struct atw_error *err)
{
    FILE *probe = fopen(source->path, "rbe");

    if (!probe)
        return atw_error_set(err, ATW_EINPUT, "cannot read '%s': %s", source->path,
                             strerror(errno));
    (void)fclose(probe);
    if (H5Fis_hdf5(source->path) <= 0)
        return atw_error_set(err, ATW_EINPUT, "'%s' is not an HDF5 file, so no EMD file",
                             source->path);
    source->file = H5Fopen(source->path, H5F_ACC_RDONLY, H5P_DEFAULT);
    return source->file < 0 ? atw_emd_source_damaged(source, "cannot open it", err)
                            : ATW_OK;
}

/* "/data" of "/data/A_000"; the root's is "/". */
static void cut_last(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash)
        slash[slash == path] = '\0';
}

/* Whoever does not say which one gets the first, and hears that there are more. */
static void tell_choice(const struct atw_emd_source *source)
{
    char own[NAME_SIZE] = "", parent[NAME_SIZE], names[LIST_SIZE];
    size_t count;

    if (H5Iget_name(source->group, own, sizeof own) <= 0)
        return;
    memcpy(parent, own, sizeof parent);
    cut_last(parent);
    count = atw_emd_list(source->file, parent, names, sizeof names);
    if (count > 1)
        atw_log("'%s' holds %zu volumes or tilt series (%s); this is %s, others can be "
                "named: %s::NAME",
                source->path, count, names, own, source->path);
}

static enum atw_status find_group(struct atw_emd_source *source, struct atw_error *err)
{
    int found = atw_emd_find_first(&source->group, &source->dataset, source->file);

    if (found > 0) {
        tell_choice(source);
        return ATW_OK;
    }
    if (found < 0)
        return atw_error_set(
            err, ATW_EINPUT,
            "'%s' is damaged: parts of it cannot be opened, and the rest "
            "holds no volume or tilt series",
            source->path);
    return atw_error_set(err, ATW_EINPUT,
                         "'%s' is an HDF5 file, but has no EMD group (emd_group_type 1) "
                         "with three-dimensional data; save it as Berkeley EMD 0.2 or as "
                         "MRC",
                         source->path);
}

static enum atw_status no_group(const struct atw_emd_source *source,
                                const char *group_path,
                                struct atw_error *err)
{
    char names[LIST_SIZE];
    size_t count = atw_emd_list(source->file, "/data", names, sizeof names);

    return atw_error_set(
        err, ATW_EINPUT, "'%s' has no group '%.200s' with three-dimensional data%s%s",
        source->path, group_path, count ? "; /data has " : "", count ? names : "");
}

static enum atw_status
open_group(struct atw_emd_source *source, const char *name, struct atw_error *err)
{
    char *group_path = NULL;
    enum atw_status status = ATW_OK;

    if (asprintf(&group_path, "%s%s", *name == '/' ? "" : "/data/", name) < 0)
        return atw_error_set(err, ATW_ENOMEM, "'%s': out of memory", source->path);
    source->group = H5Gopen2(source->file, group_path, H5P_DEFAULT);
    if (source->group >= 0)
        source->dataset = atw_emd_open_data(source->group);
    if (source->dataset < 0)
        status = no_group(source, group_path, err);
    free(group_path);
    return status;
}

/* Is there as much in the file as count values of this type need? */
static int is_stored(hid_t dataset, hid_t type, hsize_t count)
{
    hid_t plan = H5Dget_create_plist(dataset);
    H5D_layout_t layout = plan < 0 ? H5D_LAYOUT_ERROR : H5Pget_layout(plan);
    hsize_t stored = H5Dget_storage_size(dataset);
    hsize_t needed = count * H5Tget_size(type);

    if (plan >= 0)
        H5Pclose(plan);
    if (layout == H5D_CHUNKED)
        return stored > 0 && needed / LARGEST_COMPRESSION <= stored;
    return stored >= needed;
}

/* Counts of a dataset with this rank, if its values are numbers that are really there. */
static int read_shape(hid_t dataset, int rank, hsize_t *dimension)
{
    hid_t space = H5Dget_space(dataset);
    hid_t type = H5Dget_type(dataset);
    H5T_class_t kind = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
    hsize_t count = 1;
    int fits = space >= 0 && H5Sget_simple_extent_ndims(space) == rank &&
               H5Sget_simple_extent_dims(space, dimension, NULL) == rank &&
               (kind == H5T_INTEGER || kind == H5T_FLOAT);

    for (int i = 0; fits && i < rank; i++)
        fits = dimension[i] > 0 && !__builtin_mul_overflow(count, dimension[i], &count) &&
               count <= SIZE_MAX / sizeof(double) / 16;
    fits = fits && is_stored(dataset, type, count);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    return fits;
}

double *
atw_emd_source_vector(const struct atw_emd_source *source, const char *name, size_t count)
{
    hid_t dataset = H5Lexists(source->group, name, H5P_DEFAULT) > 0
                        ? H5Dopen2(source->group, name, H5P_DEFAULT)
                        : (hid_t)-1;
    hsize_t dimension = 0;
    double *value = NULL;

    if (dataset >= 0 && read_shape(dataset, 1, &dimension) && dimension == count)
        value = calloc(count, sizeof *value);
    if (value &&
        H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) < 0) {
        free(value);
        value = NULL;
    }
    if (dataset >= 0)
        H5Dclose(dataset);
    for (size_t i = 0; value && i < count; i++)
        if (!isfinite(value[i])) {
            free(value);
            value = NULL;
        }
    return value;
}

static void
read_unit(struct atw_emd_source *source, const char *name, char *unit, size_t n)
{
    hid_t dataset = H5Dopen2(source->group, name, H5P_DEFAULT);

    if (dataset < 0)
        return;
    if (!atw_hdf5_read_text(dataset, "units", unit, n))
        (void)atw_hdf5_read_text(dataset, "unit", unit, n);
    H5Dclose(dataset);
}

/* One coordinate per value, or only the first two, as HyperSpy writes them. */
static double *
read_coordinates(const struct atw_emd_source *source, const char *name, size_t count)
{
    double *all = atw_emd_source_vector(source, name, count);
    double *two = all ? NULL : atw_emd_source_vector(source, name, 2);

    if (!two)
        return all;
    all = calloc(count, sizeof *all);
    for (size_t i = 0; all && i < count; i++)
        all[i] = two[0] + (double)i * (two[1] - two[0]);
    free(two);
    return all;
}

static void read_axis(struct atw_emd_source *source, size_t index)
{
    static const char *const names[] = {"dim1", "dim2", "dim3"};
    struct atw_emd_axis *axis = &source->axis[index];
    const struct unit *unit;

    axis->coordinate = read_coordinates(source, names[index], axis->count);
    if (!axis->coordinate)
        return;
    read_unit(source, names[index], axis->unit, sizeof axis->unit);
    unit = find_unit(axis->unit);
    if (!unit) {
        free(axis->coordinate);
        axis->coordinate = NULL;
        return;
    }
    axis->quantity = unit->quantity;
    axis->is_in_degrees = unit->quantity == ATW_EMD_ANGLE && unit->si != 1.0;
    for (size_t i = 0; i < axis->count; i++)
        axis->coordinate[i] *= unit->si;
}

enum atw_status atw_emd_source_open(struct atw_emd_source *source,
                                    const char *path,
                                    const char *name,
                                    struct atw_error *err)
{
    hsize_t dimension[3] = {0, 0, 0};
    enum atw_status status;

    atw_hdf5_silence();
    *source =
        (struct atw_emd_source){.path = path, .file = -1, .group = -1, .dataset = -1};
    status = open_file(source, err);
    if (status == ATW_OK)
        status = name ? open_group(source, name, err) : find_group(source, err);
    if (status != ATW_OK)
        return status;
    if (!read_shape(source->dataset, 3, dimension))
        return atw_error_set(err, ATW_EINPUT,
                             "'%s': the three-dimensional data are not plain numbers, or "
                             "not all of them are in the file",
                             path);
    for (size_t i = 0; i < 3; i++) {
        source->axis[i].count = (size_t)dimension[i];
        read_axis(source, i);
    }
    return ATW_OK;
}

void atw_emd_source_close(struct atw_emd_source *source)
{
    for (size_t i = 0; i < 3; i++)
        free(source->axis[i].coordinate);
    if (source->dataset >= 0)
        H5Dclose(source->dataset);
    if (source->group >= 0)
        H5Gclose(source->group);
    if (source->file >= 0)
        H5Fclose(source->file);
}
