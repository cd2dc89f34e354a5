/* Adds volumes and tilt series to an EMD file being written. */
#include "io/emd.h"

#include <stdio.h>
#include <stdlib.h>

#include <hdf5.h>

#include "core/constants.h"
#include "io/emd_internal.h"
#include "io/hdf5_access.h"
#include "io/output.h"

/* One axis of a dataset: coordinates are i * step, or degrees of angle_rad. */
struct axis {
    const char *name;
    const char *unit;
    size_t count;
    double step;
    const double *angle_rad;
};

static herr_t put_dimension(hid_t group, const char *name, const struct axis *axis)
{
    hsize_t count = axis->count;
    float *value = calloc(axis->count, sizeof *value);
    hid_t dataset = -1;
    herr_t result = -1;

    if (!value)
        return -1;
    for (size_t i = 0; i < axis->count; i++)
        value[i] = (float)(axis->angle_rad ? axis->angle_rad[i] / ATW_DEGREE_RAD
                                           : (double)i * axis->step);
    dataset = atw_hdf5_put_dataset(group, name, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, 1,
                                   &count, value);
    if (dataset >= 0 && atw_hdf5_put_text(dataset, "name", axis->name) >= 0 &&
        atw_hdf5_put_text(dataset, "units", axis->unit) >= 0)
        result = 0;
    if (dataset >= 0)
        H5Dclose(dataset);
    free(value);
    return result;
}

static herr_t put_angles(hid_t group, const struct axis *axis)
{
    hsize_t count = axis->count;
    hid_t dataset = atw_hdf5_put_dataset(group, "tilt_rad", H5T_IEEE_F64LE,
                                         H5T_NATIVE_DOUBLE, 1, &count, axis->angle_rad);
    herr_t result = -1;

    if (dataset >= 0 && atw_hdf5_put_text(dataset, "description", "tilt angles") >= 0 &&
        atw_hdf5_put_text(dataset, "unit", "rad") >= 0 &&
        atw_hdf5_put_text(dataset, "axes", "angle") >= 0)
        result = 0;
    if (dataset >= 0)
        H5Dclose(dataset);
    return result;
}

static herr_t put_data(hid_t group,
                       const char *name,
                       const struct axis axes[3],
                       const float *value,
                       const struct atw_emd_text *text)
{
    hsize_t dimension[3] = {axes[0].count, axes[1].count, axes[2].count};
    hid_t dataset = atw_hdf5_put_dataset(group, "data", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT,
                                         3, dimension, value);
    char names[64];
    herr_t result = -1;

    (void)snprintf(names, sizeof names, "%s,%s,%s", axes[0].name, axes[1].name,
                   axes[2].name);
    if (dataset >= 0 && atw_hdf5_put_text(dataset, "name", name) >= 0 &&
        atw_hdf5_put_text(dataset, "description", text->description) >= 0 &&
        atw_hdf5_put_text(dataset, "unit", text->unit) >= 0 &&
        atw_hdf5_put_text(dataset, "axes", names) >= 0)
        result = 0;
    if (dataset >= 0)
        H5Dclose(dataset);
    return result;
}

/* Fill a group just created: values, coordinates, exact spacing and angles. */
static herr_t put_group(hid_t group,
                        const char *name,
                        const struct axis axes[3],
                        const float *value,
                        const struct atw_emd_text *text,
                        double spacing_m)
{
    static const char *const dimension_names[] = {"dim1", "dim2", "dim3"};

    if (atw_hdf5_put_unsigned(group, "emd_group_type", ATW_EMD_GROUP_TYPE) < 0 ||
        atw_hdf5_put_double(group, "spacing_m", spacing_m) < 0 ||
        put_data(group, name, axes, value, text) < 0)
        return -1;
    for (size_t i = 0; i < 3; i++)
        if (put_dimension(group, dimension_names[i], &axes[i]) < 0)
            return -1;
    return axes[0].angle_rad ? put_angles(group, &axes[0]) : 0;
}

static enum atw_status
check_name(const struct atw_emd *emd, const char *name, struct atw_error *err)
{
    char path[ATW_EMD_LONGEST_NAME + 8];

    if (!atw_emd_is_name(name))
        return atw_error_set(err, ATW_EINVAL,
                             "'%s': group name '%.120s' may hold at most %d letters, "
                             "digits, '_', '-' and '.'",
                             atw_output_path(emd->output), name, ATW_EMD_LONGEST_NAME);
    (void)snprintf(path, sizeof path, "/data/%s", name);
    if (H5Lexists(emd->file, path, H5P_DEFAULT) > 0)
        return atw_error_set(err, ATW_EINVAL, "'%s': group '%s' was written before",
                             atw_output_path(emd->output), name);
    return ATW_OK;
}

static enum atw_status add_group(struct atw_emd *emd,
                                 const char *name,
                                 const struct axis axes[3],
                                 const float *value,
                                 const struct atw_emd_text *text,
                                 double spacing_m,
                                 struct atw_error *err)
{
    enum atw_status status = check_name(emd, name, err);
    char path[ATW_EMD_LONGEST_NAME + 8];
    herr_t result = -1;
    hid_t group;

    if (status == ATW_OK) {
        (void)snprintf(path, sizeof path, "/data/%s", name);
        group = atw_hdf5_create_group(emd->file, path);
        if (group >= 0) {
            result = put_group(group, name, axes, value, text, spacing_m);
            H5Gclose(group);
        }
        if (result >= 0)
            result = H5Fflush(emd->file, H5F_SCOPE_LOCAL);
        status = atw_emd_check(emd, result, err);
    }
    return status;
}

enum atw_status atw_emd_add_field(struct atw_emd *emd,
                                  const char *name,
                                  const struct atw_field *field,
                                  const struct atw_emd_text *text,
                                  struct atw_error *err)
{
    const struct atw_grid *grid = &field->grid;
    double step_nm = grid->spacing_m / ATW_METRE_PER_NM;
    const struct axis axes[3] = {
        {.name = "z", .unit = "[n_m]", .count = grid->n_z, .step = step_nm},
        {.name = "y", .unit = "[n_m]", .count = grid->n_y, .step = step_nm},
        {.name = "x", .unit = "[n_m]", .count = grid->n_x, .step = step_nm}};
    enum atw_status status = atw_field_check_finite(field, name, err);

    if (status != ATW_OK)
        return status;
    return add_group(emd, name, axes, field->value, text, grid->spacing_m, err);
}

enum atw_status atw_emd_add_series(struct atw_emd *emd,
                                   const char *name,
                                   const struct atw_tilt_series *series,
                                   const struct atw_emd_text *text,
                                   struct atw_error *err)
{
    double step_nm = series->pixel_m / ATW_METRE_PER_NM;
    const struct axis axes[3] = {
        {.name = "angle",
         .unit = "[deg]",
         .count = series->n_tilt,
         .angle_rad = series->tilt_rad},
        {.name = "y", .unit = "[n_m]", .count = series->n_v, .step = step_nm},
        {.name = "x", .unit = "[n_m]", .count = series->n_u, .step = step_nm}};
    enum atw_status status = atw_tilt_series_check_finite(series, name, err);

    if (status != ATW_OK)
        return status;
    return add_group(emd, name, axes, series->value, text, series->pixel_m, err);
}
