/* Reads volumes and tilt series from MRC files. */
#include "io/mrc.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/mrc_extended.h"
#include "io/mrc_header.h"
#include "io/mrc_range.h"

/* Values converted at a time. */
#define BLOCK_VALUES ((size_t)16384)
/* Pixel sizes along the axes may differ by rounding in the program that wrote them. */
#define CUBIC_TOLERANCE 1e-3

static enum atw_status
check_override(double pixel_size_m, const char *path, struct atw_error *err)
{
    if (pixel_size_m >= 0.0 && isfinite(pixel_size_m))
        return ATW_OK;
    return atw_error_set(err, ATW_EINVAL,
                         "'%s': pixel size %g m must be positive and finite", path,
                         pixel_size_m);
}

/* Open the file, decode its header and stop before the first value. */
static enum atw_status open_file(FILE **stream,
                                 struct atw_mrc_header *header,
                                 const char *path,
                                 struct atw_error *err)
{
    FILE *file = fopen(path, "rbe");
    unsigned char bytes[ATW_MRC_HEADER_BYTES];
    struct stat information;
    enum atw_status status = ATW_OK;

    if (!file)
        return atw_error_set(err, ATW_EINPUT, "cannot read '%s': %s", path,
                             strerror(errno));
    if (fstat(fileno(file), &information) != 0 || !S_ISREG(information.st_mode))
        status = atw_error_set(err, ATW_EINPUT, "cannot read '%s': not a file", path);
    else if (fread(bytes, 1, sizeof bytes, file) != sizeof bytes)
        status = atw_error_set(err, ATW_EINPUT,
                               "'%s' is not an MRC file: it has %lld bytes, fewer than a "
                               "header of %zu",
                               path, (long long)information.st_size, sizeof bytes);
    else
        status =
            atw_mrc_header_decode(header, bytes, (size_t)information.st_size, path, err);
    if (status == ATW_OK && fseeko(file, (off_t)header->data_offset, SEEK_SET) != 0)
        status =
            atw_error_set(err, ATW_EINPUT, "cannot read '%s': %s", path, strerror(errno));
    if (status == ATW_OK)
        *stream = file;
    else
        (void)fclose(file);
    return status;
}

static enum atw_status read_values(float *value,
                                   size_t count,
                                   FILE *stream,
                                   const struct atw_mrc_header *header,
                                   const char *path,
                                   struct atw_error *err)
{
    unsigned char bytes[4 * BLOCK_VALUES];

    for (size_t done = 0; done < count;) {
        size_t now = count - done < BLOCK_VALUES ? count - done : BLOCK_VALUES;

        if (fread(bytes, header->value_bytes, now, stream) != now)
            return atw_error_set(err, ATW_EINPUT, "cannot read '%s': %s", path,
                                 ferror(stream) ? strerror(errno) : "it became shorter");
        atw_mrc_decode_values(value + done, bytes, now, header);
        done += now;
    }
    return atw_mrc_check_range(header, value, count, stream, path, err);
}

/* The common pixel size of the first n_axes axes, or the caller's. */
static enum atw_status find_pixel_size(double *pixel_m,
                                       const struct atw_mrc_header *header,
                                       size_t n_axes,
                                       double override_m,
                                       const char *path,
                                       struct atw_error *err)
{
    double size_m[3];

    *pixel_m = override_m;
    if (override_m > 0.0)
        return ATW_OK;
    for (size_t axis = 0; axis < n_axes; axis++) {
        size_m[axis] = atw_mrc_header_pixel_m(header, axis);
        if (size_m[axis] > 0.0)
            continue;
        return atw_error_set(err, ATW_EINPUT,
                             "'%s' has no pixel size along %c (cell %g angstrom, %d "
                             "intervals); give the pixel size explicitly",
                             path, "xyz"[axis], (double)header -> cell_A[axis],
                             (int)header -> intervals[axis]);
    }
    for (size_t axis = 1; axis < n_axes; axis++)
        if (fabs(size_m[axis] - size_m[0]) > CUBIC_TOLERANCE * size_m[0])
            return atw_error_set(
                err, ATW_EINPUT,
                "'%s': the pixel size is %g nm along x but %g nm along "
                "%c; only %s can be used: resample it, or give the pixel "
                "size explicitly if the header is wrong",
                path, size_m[0] * 1e9, size_m[axis] * 1e9, "xyz"[axis],
                n_axes == 3 ? "cubic voxels" : "square pixels");
    *pixel_m = size_m[0];
    return ATW_OK;
}

enum atw_status atw_mrc_read_field(struct atw_field **out,
                                   const char *path,
                                   double pixel_size_m,
                                   struct atw_error *err)
{
    struct atw_mrc_header header = {0};
    struct atw_field *field = NULL;
    struct atw_grid grid;
    FILE *stream = NULL;
    enum atw_status status = check_override(pixel_size_m, path, err);

    *out = NULL;
    if (status == ATW_OK)
        status = open_file(&stream, &header, path, err);
    if (status != ATW_OK)
        return status;
    grid = (struct atw_grid){.n_x = header.n[0], .n_y = header.n[1], .n_z = header.n[2]};
    status = find_pixel_size(&grid.spacing_m, &header, 3, pixel_size_m, path, err);
    if (status == ATW_OK)
        status = atw_field_create(&field, &grid, err);
    if (status == ATW_OK)
        status = read_values(field->value, atw_grid_voxel_count(&grid), stream, &header,
                             path, err);
    if (status == ATW_OK)
        status = atw_field_check_finite(field, path, err);
    if (status == ATW_OK) {
        *out = field;
        field = NULL; /* now owned by the caller */
    }
    atw_field_destroy(field);
    (void)fclose(stream);
    return status;
}

static enum atw_status check_angle_count(const struct atw_mrc_header *header,
                                         const struct atw_angles *angles,
                                         const char *path,
                                         struct atw_error *err)
{
    if (angles->count == header->n[2])
        return ATW_OK;
    return atw_error_set(
        err, ATW_EINPUT,
        "'%s' has %zu views, but '%s' has %zu angles; each view needs one", path,
        header->n[2], angles->source, angles->count);
}

enum atw_status atw_mrc_read_stack(struct atw_tilt_series **out,
                                   const char *path,
                                   const struct atw_angles *angles,
                                   double pixel_size_m,
                                   struct atw_error *err)
{
    struct atw_mrc_header header = {0};
    struct atw_tilt_series *series = NULL;
    double pixel_m = 0.0;
    FILE *stream = NULL;
    enum atw_status status = check_override(pixel_size_m, path, err);

    *out = NULL;
    if (status == ATW_OK)
        status = open_file(&stream, &header, path, err);
    if (status != ATW_OK)
        return status;
    status = check_angle_count(&header, angles, path, err);
    if (status == ATW_OK)
        status = find_pixel_size(&pixel_m, &header, 2, pixel_size_m, path, err);
    if (status == ATW_OK)
        status = atw_tilt_series_create(&series, header.n[2], header.n[1], header.n[0],
                                        pixel_m, angles->tilt_rad, err);
    if (status == ATW_OK)
        status = read_values(series->value, atw_tilt_series_pixel_count(series), stream,
                             &header, path, err);
    if (status == ATW_OK)
        status = atw_tilt_series_check_finite(series, path, err);
    if (status == ATW_OK) {
        *out = series;
        series = NULL; /* now owned by the caller */
    }
    atw_tilt_series_destroy(series);
    (void)fclose(stream);
    return status;
}

static enum atw_status read_extended(struct atw_angles **angles,
                                     const struct atw_mrc_header *header,
                                     FILE *stream,
                                     const char *path,
                                     struct atw_error *err)
{
    size_t size = header->data_offset - ATW_MRC_HEADER_BYTES;
    unsigned char *bytes = malloc(size ? size : 1);
    enum atw_status status = ATW_OK;

    if (!bytes)
        return atw_error_set(err, ATW_ENOMEM, "'%s': out of memory", path);
    if (fseeko(stream, (off_t)ATW_MRC_HEADER_BYTES, SEEK_SET) != 0 ||
        fread(bytes, 1, size, stream) != size)
        status =
            atw_error_set(err, ATW_EINPUT, "cannot read '%s': %s", path, strerror(errno));
    if (status == ATW_OK)
        status = atw_mrc_extended_angles(angles, header, bytes, size, path, err);
    free(bytes);
    return status;
}

enum atw_status atw_mrc_inspect(struct atw_angles **angles,
                                double *pixel_m,
                                const char *path,
                                struct atw_error *err)
{
    struct atw_mrc_header header = {0};
    FILE *stream = NULL;
    enum atw_status status = open_file(&stream, &header, path, err);

    *angles = NULL;
    if (status != ATW_OK)
        return status;
    *pixel_m = atw_mrc_header_pixel_m(&header, 0);
    status = read_extended(angles, &header, stream, path, err);
    (void)fclose(stream);
    return status;
}
