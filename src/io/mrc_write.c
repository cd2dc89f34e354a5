/* Writes volumes and tilt series as MRC2014 files. */
#include "io/mrc.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "core/version.h"
#include "io/mrc_header.h"
#include "io/output.h"

#define ANGSTROM_PER_METRE 1e10

enum space_group { SPACE_GROUP_STACK = 0, SPACE_GROUP_VOLUME = 1 };

struct block_of_values {
    const float *value;
    size_t n[3]; /* x, y, sections */
    double pixel_m;
    enum space_group space_group;
};

static void
set_statistics(struct atw_mrc_header *header, const float *value, size_t count)
{
    double sum = 0.0;
    double squares = 0.0;

    header->least = header->greatest = value[0];
    for (size_t i = 0; i < count; i++) {
        header->least = fminf(header->least, value[i]);
        header->greatest = fmaxf(header->greatest, value[i]);
        sum += (double)value[i];
    }
    for (size_t i = 0; i < count; i++) {
        double deviation = (double)value[i] - sum / (double)count;

        squares += deviation * deviation;
    }
    header->mean = (float)(sum / (double)count);
    header->rms = (float)sqrt(squares / (double)count);
}

static enum atw_status put_file(struct atw_output *output,
                                const struct block_of_values *block,
                                const char *note,
                                struct atw_error *err)
{
    struct atw_mrc_header header = {.space_group = (int32_t)block->space_group};
    unsigned char bytes[ATW_MRC_HEADER_BYTES];
    char label[ATW_MRC_LABEL_CHARACTERS + 1];
    size_t count = block->n[0] * block->n[1] * block->n[2];
    enum atw_status status;

    for (size_t i = 0; i < 3; i++) {
        if (block->n[i] > INT32_MAX)
            return atw_error_set(err, ATW_EINVAL,
                                 "'%s': %zu values along one axis do not fit an MRC file",
                                 atw_output_path(output), block->n[i]);
        header.n[i] = block->n[i];
        header.intervals[i] = (int32_t)block->n[i];
    }
    if (block->space_group == SPACE_GROUP_STACK)
        header.intervals[2] = 1; /* sections of a stack are no depth */
    for (size_t i = 0; i < 3; i++)
        header.cell_A[i] =
            (float)(block->pixel_m * ANGSTROM_PER_METRE * (double)header.intervals[i]);
    set_statistics(&header, block->value, count);
    (void)snprintf(label, sizeof label, "alloytwin %s%s%s", atw_version(),
                   note ? ": " : "", note ? note : "");
    atw_mrc_header_encode(bytes, &header, label);
    status = atw_output_write(output, bytes, sizeof bytes, err);
    if (status == ATW_OK)
        status = atw_mrc_put_values(output, block->value, count, err);
    return status;
}

enum atw_status atw_mrc_put_series(struct atw_output *output,
                                   const struct atw_tilt_series *series,
                                   const char *note,
                                   struct atw_error *err)
{
    struct block_of_values block = {.value = series->value,
                                    .n = {series->n_u, series->n_v, series->n_tilt},
                                    .pixel_m = series->pixel_m,
                                    .space_group = SPACE_GROUP_STACK};
    enum atw_status status =
        atw_tilt_series_check_finite(series, atw_output_path(output), err);

    return status == ATW_OK ? put_file(output, &block, note, err) : status;
}

static enum atw_status put_field(struct atw_output *output,
                                 const struct atw_field *field,
                                 const char *note,
                                 struct atw_error *err)
{
    struct block_of_values block = {
        .value = field->value,
        .n = {field->grid.n_x, field->grid.n_y, field->grid.n_z},
        .pixel_m = field->grid.spacing_m,
        .space_group = SPACE_GROUP_VOLUME};
    enum atw_status status = atw_field_check_finite(field, atw_output_path(output), err);

    return status == ATW_OK ? put_file(output, &block, note, err) : status;
}

/* Commit if all went well so far, drop the file otherwise. */
static enum atw_status
finish(struct atw_output *output, enum atw_status status, struct atw_error *err)
{
    if (status == ATW_OK)
        return atw_output_commit(&output, err);
    atw_output_abort(output);
    return status;
}

enum atw_status atw_mrc_write_field(const struct atw_field *field,
                                    const char *path,
                                    int force,
                                    const char *note,
                                    struct atw_error *err)
{
    struct atw_output *output = NULL;
    enum atw_status status = atw_output_begin(&output, path, force, err);

    if (status != ATW_OK)
        return status;
    return finish(output, put_field(output, field, note, err), err);
}

enum atw_status atw_mrc_write_series(const struct atw_tilt_series *series,
                                     const char *path,
                                     int force,
                                     const char *note,
                                     struct atw_error *err)
{
    struct atw_output *output = NULL;
    enum atw_status status = atw_output_begin(&output, path, force, err);

    if (status != ATW_OK)
        return status;
    return finish(output, atw_mrc_put_series(output, series, note, err), err);
}
