/* The 1024-byte header of MRC files, decoded and encoded. */
#include "io/mrc_header.h"

#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "core/progress.h"

/* Word numbers, from 1. */
enum word {
    WORD_N = 1,
    WORD_MODE = 4,
    WORD_INTERVALS = 8,
    WORD_CELL = 11,
    WORD_CELL_ANGLES = 14,
    WORD_AXES = 17,
    WORD_LEAST = 20,
    WORD_GREATEST = 21,
    WORD_MEAN = 22,
    WORD_SPACE_GROUP = 23,
    WORD_EXTENDED_BYTES = 24,
    WORD_EXTENDED_TYPE = 27,
    WORD_VERSION = 28,
    WORD_EXTENDED_COUNTS = 33,
    WORD_IMOD_STAMP = 39,
    WORD_IMOD_FLAGS = 40,
    WORD_MAP = 53,
    WORD_MACHINE_STAMP = 54,
    WORD_RMS = 55,
    WORD_LABEL_COUNT = 56,
    WORD_LABELS = 57
};

#define MRC_VERSION 20141
#define IMOD_STAMP 1146047817
#define IMOD_SIGNED_BYTES 1
#define SPACE_GROUP_VOLUME_STACK 401
#define RIGHT_ANGLE_DEG 90.0f
/* A float has no more decimal digits than this. */
#define FLOAT_DIGITS 9
#define ANGSTROM_PER_METRE 1e10

static size_t offset_of(int word)
{
    return 4 * ((size_t)word - 1);
}

static int32_t get_int(const unsigned char *header, int word, int is_big_endian)
{
    const unsigned char *b = header + offset_of(word);
    uint32_t bits = is_big_endian ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
                                        (uint32_t)b[2] << 8 | (uint32_t)b[3]
                                  : (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 |
                                        (uint32_t)b[1] << 8 | (uint32_t)b[0];
    int32_t value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static int16_t get_short(const unsigned char *b, int is_big_endian)
{
    uint16_t bits = (uint16_t)(is_big_endian ? b[0] << 8 | b[1] : b[1] << 8 | b[0]);
    int16_t value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static float get_float(const unsigned char *header, int word, int is_big_endian)
{
    int32_t bits = get_int(header, word, is_big_endian);
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static void put_int(unsigned char *header, int word, int32_t value)
{
    unsigned char *b = header + offset_of(word);
    uint32_t bits = (uint32_t)value;

    for (int i = 0; i < 4; i++)
        b[i] = (unsigned char)(bits >> (8 * i));
}

static void put_float(unsigned char *header, int word, float value)
{
    int32_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_int(header, word, bits);
}

/* Bytes of one value; 0 for a mode this program cannot read. */
static size_t bytes_of_mode(int mode)
{
    switch (mode) {
    case ATW_MRC_INT8:
    case ATW_MRC_UINT8:
        return 1;
    case ATW_MRC_INT16:
    case ATW_MRC_UINT16:
    case ATW_MRC_FLOAT16:
        return 2;
    case ATW_MRC_FLOAT32:
        return 4;
    default:
        return 0;
    }
}

/* Modes that exist, whether or not they can be read: complex ones and packed 4 bits. */
static int is_known_mode(int mode)
{
    return mode == 3 || mode == 4 || mode == 16 || mode == 101 ||
           (mode < ATW_MRC_UINT8 && bytes_of_mode(mode) > 0);
}

static int makes_sense(const unsigned char *bytes, int is_big_endian)
{
    for (int i = 0; i < 3; i++)
        if (get_int(bytes, WORD_N + i, is_big_endian) <= 0)
            return 0;
    return is_known_mode(get_int(bytes, WORD_MODE, is_big_endian)) &&
           get_int(bytes, WORD_EXTENDED_BYTES, is_big_endian) >= 0;
}

/* Files without a stamp are little endian first. */
static int find_byte_order(const unsigned char *bytes, const char *path)
{
    const unsigned char *stamp = bytes + offset_of(WORD_MACHINE_STAMP);
    int stamped_big = stamp[0] == 0x11 && stamp[1] == 0x11;
    int stamped_little = stamp[0] == 0x44 && (stamp[1] == 0x44 || stamp[1] == 0x41);

    if (makes_sense(bytes, stamped_big) || !makes_sense(bytes, !stamped_big))
        return stamped_big;
    if (stamped_big || stamped_little)
        atw_warn("'%s': stamped %s endian, but the counts make sense as %s endian only: "
                 "read as that",
                 path, stamped_big ? "big" : "little", stamped_big ? "little" : "big");
    return !stamped_big;
}

static int has_map_stamp(const unsigned char *bytes)
{
    return memcmp(bytes + offset_of(WORD_MAP), "MAP", 3) == 0;
}

static enum atw_status check_axes(const unsigned char *bytes,
                                  int is_big_endian,
                                  const char *path,
                                  struct atw_error *err)
{
    int32_t axis[3];

    for (int i = 0; i < 3; i++)
        axis[i] = get_int(bytes, WORD_AXES + i, is_big_endian);
    if (axis[0] == 1 && axis[1] == 2 && axis[2] == 3)
        return ATW_OK;
    if (axis[0] == 0 && axis[1] == 0 && axis[2] == 0)
        return ATW_OK; /* left unset by several programs, which mean 1 2 3 */
    return atw_error_set(
        err, ATW_EINPUT,
        "'%s': axis order %d %d %d is not supported, only 1 2 3; reorder "
        "the volume with the program that wrote it",
        path, (int)axis[0], (int)axis[1], (int)axis[2]);
}

static int mode_of(const unsigned char *bytes, int is_big_endian)
{
    int mode = get_int(bytes, WORD_MODE, is_big_endian);
    int is_from_imod = get_int(bytes, WORD_IMOD_STAMP, is_big_endian) == IMOD_STAMP;
    int flags = get_int(bytes, WORD_IMOD_FLAGS, is_big_endian);

    if (mode == ATW_MRC_INT8 && is_from_imod && !(flags & IMOD_SIGNED_BYTES))
        return ATW_MRC_UINT8;
    return mode;
}

/* Compare the size of the file with what the header implies, without overflow. */
static enum atw_status check_size(const struct atw_mrc_header *header,
                                  size_t file_bytes,
                                  const char *path,
                                  struct atw_error *err)
{
    size_t expected = header->value_bytes;

    for (int i = 0; i < 3; i++)
        if (__builtin_mul_overflow(expected, header->n[i], &expected))
            expected = SIZE_MAX;
    if (expected == SIZE_MAX ||
        __builtin_add_overflow(expected, header->data_offset, &expected))
        return atw_error_set(
            err, ATW_EINPUT,
            "'%s': %zu x %zu x %zu values are more than can be addressed", path,
            header->n[0], header->n[1], header->n[2]);
    if (file_bytes == expected)
        return ATW_OK;
    return atw_error_set(
        err, ATW_EINPUT,
        "'%s' is %s: %zu x %zu x %zu values of %zu bytes after %zu bytes of header make "
        "%zu bytes, but the file has %zu",
        path, file_bytes < expected ? "truncated" : "longer than its header says",
        header->n[0], header->n[1], header->n[2], header->value_bytes,
        header->data_offset, expected, file_bytes);
}

static enum atw_status not_mrc(const char *path, const char *why, struct atw_error *err)
{
    return atw_error_set(err, ATW_EINPUT, "'%s' is not an MRC file: %s", path, why);
}

/* Files older than the year 2000 have no stamp; then everything else must fit. */
static enum atw_status check_kind(const unsigned char *bytes,
                                  int is_big_endian,
                                  const char *path,
                                  struct atw_error *err)
{
    int32_t mode = get_int(bytes, WORD_MODE, is_big_endian);

    if (!makes_sense(bytes, is_big_endian) && !has_map_stamp(bytes))
        return not_mrc(path, "the stamp \"MAP\" is missing and the header makes no sense",
                       err);
    if (!is_known_mode(mode))
        return atw_error_set(err, ATW_EINPUT,
                             "'%s': data mode %d is unknown; modes 0, 1, 2, 6 and 12 can "
                             "be read",
                             path, (int)mode);
    if (!makes_sense(bytes, is_big_endian))
        return not_mrc(path, "the header has a count that is not positive", err);
    if (bytes_of_mode(mode) == 0)
        return atw_error_set(
            err, ATW_EINPUT,
            "'%s': data mode %d (complex or packed) cannot be read, only "
            "0, 1, 2, 6 and 12; convert it to mode 2",
            path, (int)mode);
    return ATW_OK;
}

enum atw_status atw_mrc_header_decode(struct atw_mrc_header *header,
                                      const unsigned char bytes[ATW_MRC_HEADER_BYTES],
                                      size_t file_bytes,
                                      const char *path,
                                      struct atw_error *err)
{
    int big = find_byte_order(bytes, path);
    enum atw_status status = check_kind(bytes, big, path, err);

    if (status == ATW_OK)
        status = check_axes(bytes, big, path, err);
    if (status != ATW_OK)
        return status;
    *header = (struct atw_mrc_header){
        .mode = mode_of(bytes, big),
        .is_big_endian = big,
        .space_group = get_int(bytes, WORD_SPACE_GROUP, big),
        .least = get_float(bytes, WORD_LEAST, big),
        .greatest = get_float(bytes, WORD_GREATEST, big),
        .mean = get_float(bytes, WORD_MEAN, big),
        .rms = get_float(bytes, WORD_RMS, big),
    };
    memcpy(header->extended_type, bytes + offset_of(WORD_EXTENDED_TYPE), 4);
    header->n_int = get_short(bytes + offset_of(WORD_EXTENDED_COUNTS), big);
    header->n_real = get_short(bytes + offset_of(WORD_EXTENDED_COUNTS) + 2, big);
    header->value_bytes = bytes_of_mode(header->mode);
    header->data_offset =
        ATW_MRC_HEADER_BYTES + (size_t)get_int(bytes, WORD_EXTENDED_BYTES, big);
    for (int i = 0; i < 3; i++) {
        header->n[i] = (size_t)get_int(bytes, WORD_N + i, big);
        header->intervals[i] = get_int(bytes, WORD_INTERVALS + i, big);
        header->cell_A[i] = get_float(bytes, WORD_CELL + i, big);
    }
    if (header->space_group >= SPACE_GROUP_VOLUME_STACK)
        return atw_error_set(err, ATW_EINPUT,
                             "'%s' is a stack of several volumes (space group %d); write "
                             "one file per volume",
                             path, (int)header->space_group);
    status = check_size(header, file_bytes, path, err);
    if (status != ATW_OK && !has_map_stamp(bytes))
        atw_error_prepend(err, "no stamp \"MAP\", probably not an MRC file");
    return status;
}

static void put_label(unsigned char *bytes, const char *label)
{
    unsigned char *to = bytes + offset_of(WORD_LABELS);
    size_t length = strlen(label);

    memset(to, ' ', ATW_MRC_LABEL_CHARACTERS);
    for (size_t i = 0; i < length && i < ATW_MRC_LABEL_CHARACTERS; i++)
        to[i] = label[i] >= ' ' && label[i] <= '~' ? (unsigned char)label[i]
                                                   : (unsigned char)'?';
    put_int(bytes, WORD_LABEL_COUNT, 1);
}

void atw_mrc_header_encode(unsigned char bytes[ATW_MRC_HEADER_BYTES],
                           const struct atw_mrc_header *header,
                           const char *label)
{
    static const unsigned char little_endian[] = {0x44, 0x44, 0, 0};

    memset(bytes, 0, ATW_MRC_HEADER_BYTES);
    for (int i = 0; i < 3; i++) {
        put_int(bytes, WORD_N + i, (int32_t)header->n[i]);
        put_int(bytes, WORD_INTERVALS + i, header->intervals[i]);
        put_float(bytes, WORD_CELL + i, header->cell_A[i]);
        put_float(bytes, WORD_CELL_ANGLES + i, RIGHT_ANGLE_DEG);
        put_int(bytes, WORD_AXES + i, i + 1);
    }
    put_int(bytes, WORD_MODE, ATW_MRC_FLOAT32);
    put_float(bytes, WORD_LEAST, header->least);
    put_float(bytes, WORD_GREATEST, header->greatest);
    put_float(bytes, WORD_MEAN, header->mean);
    put_float(bytes, WORD_RMS, header->rms);
    put_int(bytes, WORD_SPACE_GROUP, header->space_group);
    put_int(bytes, WORD_VERSION, MRC_VERSION);
    memcpy(bytes + offset_of(WORD_MAP), "MAP ", 4);
    memcpy(bytes + offset_of(WORD_MACHINE_STAMP), little_endian, sizeof little_endian);
    put_label(bytes, label);
}

/* "2.6e+00" angstrom as metres: the decimal number of metres nearest to it, which is not
 * always the nearest number of angstrom divided by 1e10. */
static double metres_of(const char *angstrom)
{
    const char *exponent = strchr(angstrom, 'e');
    char text[48];

    (void)snprintf(text, sizeof text, "%.*se%ld", (int)(exponent - angstrom), angstrom,
                   strtol(exponent + 1, NULL, 10) - 10);
    return strtod(text, NULL);
}

double atw_mrc_header_pixel_m(const struct atw_mrc_header *header, size_t axis)
{
    float cell_A = header->cell_A[axis];
    double intervals = (double)header->intervals[axis];
    double exact_A = (double)cell_A / intervals;

    if (!(intervals > 0.0) || !(cell_A > 0.0f) || !isfinite(cell_A))
        return 0.0;
    for (int digits = 1; digits <= FLOAT_DIGITS; digits++) {
        char text[32];

        (void)snprintf(text, sizeof text, "%.*e", digits - 1, exact_A);
        if ((float)(strtod(text, NULL) * intervals) == cell_A)
            return metres_of(text);
    }
    return exact_A / ANGSTROM_PER_METRE;
}
