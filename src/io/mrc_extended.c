/* Tilt angles in the extended headers of MRC files. */
#include "io/mrc_extended.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"

#define FEI_ALPHA_OFFSET 100
#define FEI_LEAST_RECORD 108
#define OLD_FEI_REALS 32 /* of files without a type */
#define SERIALEM_TILT 1
#define LARGEST_ANGLE_DEG 180.0

enum angle_kind { NO_ANGLES, HUNDREDTHS, SINGLE, DOUBLE };

/* Where the angle of each section is. */
struct layout {
    size_t record, offset;
    enum angle_kind kind;
};

static uint64_t get_bits(const unsigned char *bytes, size_t n, int is_big_endian)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < n; i++)
        bits = bits << 8 | bytes[is_big_endian ? i : n - 1 - i];
    return bits;
}

static double
get_angle(const unsigned char *bytes, enum angle_kind kind, int is_big_endian)
{
    uint16_t low;
    uint32_t single;
    uint64_t bits;
    int16_t hundredths;
    float real;
    double value;

    switch (kind) {
    case HUNDREDTHS:
        low = (uint16_t)get_bits(bytes, sizeof low, is_big_endian);
        memcpy(&hundredths, &low, sizeof hundredths);
        return hundredths / 100.0;
    case SINGLE:
        single = (uint32_t)get_bits(bytes, sizeof single, is_big_endian);
        memcpy(&real, &single, sizeof real);
        return (double)real;
    default:
        bits = get_bits(bytes, sizeof bits, is_big_endian);
        memcpy(&value, &bits, sizeof value);
        return value;
    }
}

/* Bytes per section that the bits of SerialEM stand for; 0 for bits nobody has defined.
 */
static int serialem_bytes(int flags)
{
    static const int bytes[] = {2, 6, 4, 2, 2, 4};
    int sum = 0;

    for (size_t bit = 0; bit < sizeof bytes / sizeof *bytes; bit++) {
        if (flags & 1 << bit)
            sum += bytes[bit];
        flags &= ~(1 << bit);
    }
    return flags == 0 ? sum : 0;
}

static struct layout
find_layout(const struct atw_mrc_header *header, const unsigned char *bytes, size_t size)
{
    const char *type = header->extended_type;
    int n_int = header->n_int, n_real = header->n_real;

    if ((strcmp(type, "FEI1") == 0 || strcmp(type, "FEI2") == 0) && size >= 4) {
        uint64_t record = get_bits(bytes, 4, header->is_big_endian);

        if (record >= FEI_LEAST_RECORD && record <= size)
            return (struct layout){
                .record = (size_t)record, .offset = FEI_ALPHA_OFFSET, .kind = DOUBLE};
        return (struct layout){0};
    }
    if (n_int < 0 || n_real < 0)
        return (struct layout){0};
    if (strcmp(type, "AGAR") != 0 && n_real & SERIALEM_TILT &&
        serialem_bytes(n_real) == n_int)
        return (struct layout){.record = (size_t)n_int, .kind = HUNDREDTHS};
    if ((strcmp(type, "AGAR") == 0 && n_real > 0) ||
        (n_int == 0 && n_real == OLD_FEI_REALS))
        return (struct layout){.record = 4 * ((size_t)n_int + (size_t)n_real),
                               .offset = 4 * (size_t)n_int,
                               .kind = SINGLE};
    return (struct layout){0};
}

static enum atw_status read_angles(double *tilt_rad,
                                   const struct atw_mrc_header *header,
                                   const struct layout *layout,
                                   const unsigned char *bytes,
                                   const char *path,
                                   struct atw_error *err)
{
    for (size_t i = 0; i < header->n[2]; i++) {
        double degrees = get_angle(bytes + i * layout->record + layout->offset,
                                   layout->kind, header->is_big_endian);

        if (!(fabs(degrees) <= LARGEST_ANGLE_DEG))
            return atw_error_set(err, ATW_EINPUT,
                                 "'%s': the extended header gives section %zu a tilt of "
                                 "%g degrees, which is outside -180 ... 180; name a file "
                                 "of angles",
                                 path, i + 1, degrees);
        tilt_rad[i] = degrees * ATW_DEGREE_RAD;
    }
    return atw_angles_check_unit(tilt_rad, header->n[2], path, err);
}

static int are_all_zero(const double *tilt_rad, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tilt_rad[i] != 0.0)
            return 0;
    return 1;
}

enum atw_status atw_mrc_extended_angles(struct atw_angles **out,
                                        const struct atw_mrc_header *header,
                                        const unsigned char *bytes,
                                        size_t size,
                                        const char *path,
                                        struct atw_error *err)
{
    struct layout layout = find_layout(header, bytes, size);
    size_t n = header->n[2];
    double *tilt_rad = NULL;
    char source[600];
    enum atw_status status;

    *out = NULL;
    if (layout.kind == NO_ANGLES || n > size / layout.record)
        return ATW_OK;
    tilt_rad = calloc(n, sizeof *tilt_rad);
    if (!tilt_rad)
        return atw_error_set(err, ATW_ENOMEM, "'%s': out of memory", path);
    (void)snprintf(source, sizeof source, "%.500s (extended header)", path);
    status = read_angles(tilt_rad, header, &layout, bytes, path, err);
    if (status == ATW_OK && !are_all_zero(tilt_rad, n))
        status = atw_angles_create(out, tilt_rad, n, source, err);
    free(tilt_rad);
    return status;
}
