/* Whether the values of an MRC file are what its header says. */
#include "io/mrc_range.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/progress.h"

/* Values read at a time. */
#define BLOCK_VALUES ((size_t)16384)
/* Of the header's range: rounding of the program that wrote it. */
#define TOLERANCE 1e-3
/* Values beyond this or below its inverse are wild. More than one in WILD_SHARE of them,
 * and in the other byte order at most one in TAMED_SHARE of that, is the wrong order. */
#define TAME_MOST 1e15f
#define WILD_SHARE 10
#define TAMED_SHARE 20

struct range {
    double least, greatest;
};

/* NaN makes a range that nothing agrees with. */
static void extend(struct range *range, const float *value, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!((double)value[i] >= range->least))
            range->least = (double)value[i];
        if (!((double)value[i] <= range->greatest))
            range->greatest = (double)value[i];
    }
}

static int agrees(const struct range *range, const struct atw_mrc_header *header)
{
    double slack = TOLERANCE * ((double)header->greatest - (double)header->least);

    return fabs(range->least - (double)header->least) <= slack &&
           fabs(range->greatest - (double)header->greatest) <= slack;
}

static int leaves(const struct range *range, const struct atw_mrc_header *header)
{
    double slack = TOLERANCE * ((double)header->greatest - (double)header->least);

    return range->least < (double)header->least - slack ||
           range->greatest > (double)header->greatest + slack;
}

/* Range of `left` values of the file under another header, as far as it is within that of
 * the header; nothing if it cannot be read. */
static struct range
read_range(const struct atw_mrc_header *header, size_t left, FILE *stream)
{
    struct range range = {INFINITY, -INFINITY};
    unsigned char bytes[4 * BLOCK_VALUES];
    float value[BLOCK_VALUES];

    if (fseeko(stream, (off_t)header->data_offset, SEEK_SET) != 0)
        return range;
    while (left > 0 && !leaves(&range, header)) {
        size_t now = left < BLOCK_VALUES ? left : BLOCK_VALUES;

        if (fread(bytes, header->value_bytes, now, stream) != now)
            break;
        atw_mrc_decode_values(value, bytes, now, header);
        extend(&range, value, now);
        left -= now;
    }
    return range;
}

/* Headers that differ in what nothing but the values can tell, or say integers where
 * there are half or a quarter as many floats. Not the other way round: bytes of floats
 * fill the range of any integer. */
static int would_agree(struct atw_mrc_header *other, FILE *stream)
{
    static const struct {
        int mode;
        size_t bytes;
    } modes[] = {{ATW_MRC_INT8, 1},   {ATW_MRC_UINT8, 1},   {ATW_MRC_INT16, 2},
                 {ATW_MRC_UINT16, 2}, {ATW_MRC_FLOAT16, 2}, {ATW_MRC_FLOAT32, 4}};
    size_t n_bytes = other->n[0] * other->n[1] * other->n[2] * other->value_bytes;
    size_t own_bytes = other->value_bytes;
    int own_order = other->is_big_endian;

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        for (int swap = 0; swap < (modes[i].bytes > 1 ? 2 : 1); swap++) {
            struct range range;

            if (modes[i].bytes != own_bytes &&
                (modes[i].mode != ATW_MRC_FLOAT32 || n_bytes % modes[i].bytes != 0))
                continue;
            other->mode = modes[i].mode;
            other->value_bytes = modes[i].bytes;
            other->is_big_endian = swap ? !own_order : own_order;
            range = read_range(other, n_bytes / modes[i].bytes, stream);
            if (agrees(&range, other))
                return 1;
        }
    return 0;
}

/* Not zero, and of a size that no measured number in sensible units has: NaN too. */
static int is_wild(float value)
{
    float size = fabsf(value);

    return !(size == 0.0f || (size >= 1.0f / TAME_MOST && size <= TAME_MOST));
}

static float swapped(float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    bits = __builtin_bswap32(bits);
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Single precision in the wrong byte order has exponents at random. */
static enum atw_status check_order(const struct atw_mrc_header *header,
                                   const float *value,
                                   size_t count,
                                   const char *path,
                                   struct atw_error *err)
{
    size_t wild = 0, wild_swapped = 0;

    if (header->mode != ATW_MRC_FLOAT32)
        return ATW_OK;
    for (size_t i = 0; i < count; i++) {
        wild += (size_t)is_wild(value[i]);
        wild_swapped += (size_t)is_wild(swapped(value[i]));
    }
    if (wild <= count / WILD_SHARE || wild_swapped > wild / TAMED_SHARE)
        return ATW_OK;
    return atw_error_set(
        err, ATW_EINPUT,
        "'%s': read as %s endian, %.0f %% of the values are beyond %g or "
        "below %g, as %s endian %.0f %%: correct the byte order in the "
        "header",
        path, header->is_big_endian ? "big" : "little",
        100.0 * (double)wild / (double)count, (double)TAME_MOST, 1.0 / (double)TAME_MOST,
        header->is_big_endian ? "little" : "big",
        100.0 * (double)wild_swapped / (double)count);
}

static const char *name_of(int mode)
{
    switch (mode) {
    case ATW_MRC_INT8:
        return "mode 0 (8 bits, signed)";
    case ATW_MRC_UINT8:
        return "mode 0 (8 bits, unsigned, with IMOD's stamp)";
    case ATW_MRC_INT16:
        return "mode 1 (16 bits, signed)";
    case ATW_MRC_UINT16:
        return "mode 6 (16 bits, unsigned)";
    case ATW_MRC_FLOAT16:
        return "mode 12 (16 bits, floating point)";
    default:
        return "mode 2 (32 bits, floating point)";
    }
}

static void warn_of_outliers(const struct range *range,
                             const struct atw_mrc_header *header,
                             const char *path)
{
    double least = (double)header->least, greatest = (double)header->greatest;
    double width = greatest - least;

    if (range->least < least - width || range->greatest > greatest + width)
        atw_warn("'%s': values from %g to %g, but the header says %g to %g: is its data "
                 "mode right, and the byte order?",
                 path, range->least, range->greatest, least, greatest);
}

enum atw_status atw_mrc_check_range(const struct atw_mrc_header *header,
                                    const float *value,
                                    size_t count,
                                    FILE *stream,
                                    const char *path,
                                    struct atw_error *err)
{
    struct range range = {INFINITY, -INFINITY};
    struct atw_mrc_header other = *header;

    if (!(header->least < header->greatest) || !isfinite(header->least) ||
        !isfinite(header->greatest))
        return check_order(header, value, count, path, err);
    extend(&range, value, count);
    if (agrees(&range, header))
        return ATW_OK;
    if (would_agree(&other, stream))
        return atw_error_set(
            err, ATW_EINPUT,
            "'%s': read as %s, %s, values go from %g to %g; the header says %g to %g, as "
            "do the values read as %s, %s: correct the header%s",
            path, name_of(header->mode),
            header->is_big_endian ? "big endian" : "little endian", range.least,
            range.greatest, (double)header->least, (double)header->greatest,
            name_of(other.mode), other.is_big_endian ? "big endian" : "little endian",
            other.value_bytes == header->value_bytes ? "" : ", its mode and its sizes");
    if (check_order(header, value, count, path, err) != ATW_OK)
        return ATW_EINPUT;
    warn_of_outliers(&range, header, path);
    return ATW_OK;
}
