/* Reads volumes and tilt series from Berkeley EMD files. */
#include "io/emd.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "io/emd_source.h"
#include "io/hdf5_access.h"

#define CUBIC_TOLERANCE 1e-3
/* A coordinate may be off an even spacing by this part of a step. */
#define EVEN_TOLERANCE 1e-2
/* Single-precision coordinates against exact values. */
#define SPACING_TOLERANCE 1e-5
#define ANGLE_TOLERANCE_RAD 2e-6
/* A half turn and what single precision adds. */
#define LARGEST_ANGLE_RAD (180.0001 * ATW_DEGREE_RAD)

/* Whether there are as many as values along the axis, all finite, in whatever unit, or
 * the first two of them. */
static int has_coordinates(const struct atw_emd_source *source, size_t index)
{
    static const char *const names[] = {"dim1", "dim2", "dim3"};
    double *all = atw_emd_source_vector(source, names[index], source->axis[index].count);
    double *two = all ? NULL : atw_emd_source_vector(source, names[index], 2);
    int has = all || two;

    free(all);
    free(two);
    return has;
}

/* Mean step along an axis of lengths; 0 if it has none. */
static enum atw_status find_step(double *step_m,
                                 const struct atw_emd_source *source,
                                 size_t index,
                                 struct atw_error *err)
{
    const struct atw_emd_axis *axis = &source->axis[index];
    const double *at = axis->coordinate;

    *step_m = 0.0;
    if (axis->quantity != ATW_EMD_LENGTH || axis->count < 2)
        return ATW_OK;
    *step_m = (at[axis->count - 1] - at[0]) / (double)(axis->count - 1);
    if (!(*step_m > 0.0) || !isfinite(*step_m))
        return atw_error_set(err, ATW_EINPUT,
                             "'%s': the coordinates of axis %zu do not increase",
                             source->path, index + 1);
    for (size_t i = 0; i < axis->count; i++)
        if (fabs(at[i] - at[0] - (double)i * *step_m) > EVEN_TOLERANCE * *step_m)
            return atw_error_set(err, ATW_EINPUT,
                                 "'%s': the coordinates of axis %zu are unevenly spaced "
                                 "from number %zu on; resample the data",
                                 source->path, index + 1, i + 1);
    return ATW_OK;
}

/* The common step of axes first .. 2; 0 if the file tells none. */
static enum atw_status common_step(double *step_m,
                                   const struct atw_emd_source *source,
                                   size_t first,
                                   struct atw_error *err)
{
    *step_m = 0.0;
    for (size_t i = first; i < 3; i++) {
        double step = 0.0;
        enum atw_status status = find_step(&step, source, i, err);

        if (status != ATW_OK)
            return status;
        if (step > 0.0 && *step_m > 0.0 &&
            fabs(step - *step_m) > CUBIC_TOLERANCE * *step_m)
            return atw_error_set(
                err, ATW_EINPUT,
                "'%s': the spacing is %g nm along one axis but %g nm along axis %zu; "
                "only "
                "equal ones can be used: resample it, or give the pixel size explicitly",
                source->path, *step_m * 1e9, step * 1e9, i + 1);
        if (step > 0.0 && *step_m == 0.0)
            *step_m = step;
    }
    return ATW_OK;
}

static enum atw_status find_spacing(double *spacing_m,
                                    const struct atw_emd_source *source,
                                    size_t first_axis,
                                    double override_m,
                                    struct atw_error *err)
{
    double exact_m = 0.0;
    double step_m = 0.0;
    enum atw_status status;

    *spacing_m = override_m;
    if (override_m < 0.0 || !isfinite(override_m))
        return atw_error_set(err, ATW_EINVAL,
                             "'%s': pixel size %g m must be positive and finite",
                             source->path, override_m);
    if (override_m > 0.0)
        return ATW_OK;
    status = common_step(&step_m, source, first_axis, err);
    if (status != ATW_OK)
        return status;
    if (!atw_hdf5_read_double(source->group, "spacing_m", &exact_m))
        exact_m = step_m;
    if (!(exact_m > 0.0) && !has_coordinates(source, first_axis))
        return atw_error_set(err, ATW_EINPUT,
                             "'%s': dim%zu is not one finite coordinate for each of %zu "
                             "pixels; give the pixel size explicitly",
                             source->path, first_axis + 1,
                             source->axis[first_axis].count);
    if (!(exact_m > 0.0) || !isfinite(exact_m))
        return atw_error_set(err, ATW_EINPUT,
                             "'%s' has no coordinates in a known unit of length (dim%zu "
                             "is in '%s'); give the pixel size explicitly",
                             source->path, first_axis + 1, source->axis[first_axis].unit);
    if (step_m > 0.0 && fabs(step_m - exact_m) > SPACING_TOLERANCE * exact_m)
        return atw_error_set(err, ATW_EINPUT,
                             "'%s': spacing_m %g contradicts the coordinates, which are "
                             "%g m apart; give the pixel size explicitly",
                             source->path, exact_m, step_m);
    *spacing_m = exact_m;
    return ATW_OK;
}

static enum atw_status
read_data(float *value, const struct atw_emd_source *source, struct atw_error *err)
{
    if (H5Dread(source->dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) <
        0)
        return atw_emd_source_damaged(source, "cannot read the data", err);
    return ATW_OK;
}

static enum atw_status read_field(struct atw_field **out,
                                  const struct atw_emd_source *source,
                                  double pixel_size_m,
                                  struct atw_error *err)
{
    struct atw_grid grid = {.n_x = source->axis[2].count,
                            .n_y = source->axis[1].count,
                            .n_z = source->axis[0].count};
    struct atw_field *field = NULL;
    enum atw_status status;

    if (source->axis[0].quantity == ATW_EMD_ANGLE)
        return atw_error_set(
            err, ATW_EINPUT,
            "'%s' holds a tilt series, not a volume; reconstruct it first", source->path);
    status = find_spacing(&grid.spacing_m, source, 0, pixel_size_m, err);
    if (status == ATW_OK)
        status = atw_field_create(&field, &grid, err);
    if (status == ATW_OK)
        status = read_data(field->value, source, err);
    if (status == ATW_OK)
        status = atw_field_check_finite(field, source->path, err);
    if (status == ATW_OK) {
        *out = field;
        field = NULL; /* now owned by the caller */
    }
    atw_field_destroy(field);
    return status;
}

enum atw_status atw_emd_read_field(struct atw_field **out,
                                   const char *path,
                                   const char *name,
                                   double pixel_size_m,
                                   struct atw_error *err)
{
    struct atw_emd_source source;
    enum atw_status status = atw_emd_source_open(&source, path, name, err);

    *out = NULL;
    if (status == ATW_OK)
        status = read_field(out, &source, pixel_size_m, err);
    atw_emd_source_close(&source);
    return status;
}

/* Angles of another program may be impossible, or radians under the name of degrees. */
static enum atw_status check_coordinates(const struct atw_emd_source *source,
                                         struct atw_error *err)
{
    const struct atw_emd_axis *axis = &source->axis[0];

    for (size_t i = 0; i < axis->count; i++)
        if (fabs(axis->coordinate[i]) > LARGEST_ANGLE_RAD)
            return atw_error_set(err, ATW_EINPUT,
                                 "'%s': dim1 gives view %zu a tilt of %g degrees, which "
                                 "is outside -180 ... 180; name a file of angles",
                                 source->path, i + 1,
                                 axis->coordinate[i] / ATW_DEGREE_RAD);
    return axis->is_in_degrees
               ? atw_angles_check_unit(axis->coordinate, axis->count, source->path, err)
               : ATW_OK;
}

/* The file's own angles: exact ones if they are there and agree with dim1. Allocated. */
static enum atw_status
read_angles(double **tilt_rad, const struct atw_emd_source *source, struct atw_error *err)
{
    const struct atw_emd_axis *axis = &source->axis[0];
    double *exact;

    if (!has_coordinates(source, 0))
        return atw_error_set(
            err, ATW_EINPUT,
            "'%s': dim1 is not one finite coordinate for each of the %zu "
            "views; correct it, or give a file of angles",
            source->path, axis->count);
    if (axis->quantity != ATW_EMD_ANGLE)
        return atw_error_set(err, ATW_EINPUT,
                             "'%s' holds a volume (dim1 is in '%s', not '[deg]'), not a "
                             "tilt series; if it is one, give a file of angles",
                             source->path, axis->unit);
    exact = atw_emd_source_vector(source, "tilt_rad", axis->count);
    if (!exact && H5Lexists(source->group, "tilt_rad", H5P_DEFAULT) > 0)
        return atw_error_set(err, ATW_EINPUT,
                             "'%s': tilt_rad is not one finite number for each of the "
                             "%zu views; correct it, or give a file of angles",
                             source->path, axis->count);
    for (size_t i = 0; exact && i < axis->count; i++)
        if (fabs(exact[i] - axis->coordinate[i]) > ANGLE_TOLERANCE_RAD) {
            double difference = exact[i] - axis->coordinate[i];

            free(exact);
            return atw_error_set(err, ATW_EINPUT,
                                 "'%s': tilt_rad and dim1 disagree by %g degrees in view "
                                 "%zu; correct one, or give a file of angles",
                                 source->path, difference / ATW_DEGREE_RAD, i + 1);
        }
    if (!exact && check_coordinates(source, err) != ATW_OK)
        return ATW_EINPUT;
    if (!exact) {
        exact = calloc(axis->count, sizeof *exact);
        if (!exact)
            return atw_error_set(err, ATW_ENOMEM, "'%s': out of memory", source->path);
        memcpy(exact, axis->coordinate, axis->count * sizeof *exact);
    }
    *tilt_rad = exact;
    return ATW_OK;
}

static enum atw_status read_series(struct atw_tilt_series **out,
                                   const struct atw_emd_source *source,
                                   const double *tilt_rad,
                                   double pixel_size_m,
                                   struct atw_error *err)
{
    struct atw_tilt_series *series = NULL;
    double pixel_m = 0.0;
    enum atw_status status = find_spacing(&pixel_m, source, 1, pixel_size_m, err);

    if (status == ATW_OK)
        status =
            atw_tilt_series_create(&series, source->axis[0].count, source->axis[1].count,
                                   source->axis[2].count, pixel_m, tilt_rad, err);
    if (status == ATW_OK)
        status = read_data(series->value, source, err);
    if (status == ATW_OK)
        status = atw_tilt_series_check_finite(series, source->path, err);
    if (status == ATW_OK) {
        *out = series;
        series = NULL; /* now owned by the caller */
    }
    atw_tilt_series_destroy(series);
    return status;
}

enum atw_status atw_emd_read_series(struct atw_tilt_series **out,
                                    const char *path,
                                    const char *name,
                                    const struct atw_angles *angles,
                                    double pixel_size_m,
                                    struct atw_error *err)
{
    struct atw_emd_source source;
    double *own_angles = NULL;
    enum atw_status status = atw_emd_source_open(&source, path, name, err);

    *out = NULL;
    if (status == ATW_OK && !angles)
        status = read_angles(&own_angles, &source, err);
    else if (status == ATW_OK && angles->count != source.axis[0].count)
        status = atw_error_set(
            err, ATW_EINPUT,
            "'%s' has %zu views, but '%s' has %zu angles; each view needs one", path,
            source.axis[0].count, angles->source, angles->count);
    if (status == ATW_OK)
        status = read_series(out, &source, angles ? angles->tilt_rad : own_angles,
                             pixel_size_m, err);
    free(own_angles);
    atw_emd_source_close(&source);
    return status;
}
