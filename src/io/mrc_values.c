/* Values of MRC files: each data mode to and from single precision. */
#include <math.h>
#include <string.h>

#include "io/mrc_header.h"
#include "io/output.h"

/* Values encoded at a time; 64 KiB stay in the first cache levels. */
#define BLOCK_VALUES ((size_t)16384)

static uint16_t get_16(const unsigned char *bytes, int is_big_endian)
{
    unsigned high = bytes[is_big_endian ? 0 : 1];
    unsigned low = bytes[is_big_endian ? 1 : 0];

    return (uint16_t)(high << 8 | low);
}

/* Two's complement without relying on implementation-defined conversion. */
static float signed_value(unsigned bits, unsigned width)
{
    int value = (int)bits;

    return (float)(bits >> (width - 1) ? value - (1 << width) : value);
}

/* IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
static float half_value(uint16_t bits)
{
    int exponent = bits >> 10 & 0x1f;
    float fraction = (float)(bits & 0x3ff);
    float magnitude;

    if (exponent == 0x1f)
        magnitude = fraction > 0.0f ? NAN : INFINITY;
    else if (exponent == 0)
        magnitude = ldexpf(fraction, -24);
    else
        magnitude = ldexpf(fraction + 1024.0f, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

static float single_value(const unsigned char *bytes, int is_big_endian)
{
    uint32_t first = get_16(bytes, is_big_endian);
    uint32_t second = get_16(bytes + 2, is_big_endian);
    uint32_t bits = is_big_endian ? first << 16 | second : second << 16 | first;
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

void atw_mrc_decode_values(float *value,
                           const unsigned char *bytes,
                           size_t count,
                           const struct atw_mrc_header *header)
{
    int big = header->is_big_endian;

    switch (header->mode) {
    case ATW_MRC_INT8:
        for (size_t i = 0; i < count; i++)
            value[i] = signed_value(bytes[i], 8);
        break;
    case ATW_MRC_UINT8:
        for (size_t i = 0; i < count; i++)
            value[i] = (float)bytes[i];
        break;
    case ATW_MRC_INT16:
        for (size_t i = 0; i < count; i++)
            value[i] = signed_value(get_16(bytes + 2 * i, big), 16);
        break;
    case ATW_MRC_UINT16:
        for (size_t i = 0; i < count; i++)
            value[i] = (float)get_16(bytes + 2 * i, big);
        break;
    case ATW_MRC_FLOAT16:
        for (size_t i = 0; i < count; i++)
            value[i] = half_value(get_16(bytes + 2 * i, big));
        break;
    default:
        for (size_t i = 0; i < count; i++)
            value[i] = single_value(bytes + 4 * i, big);
        break;
    }
}

/* Little-endian bytes [4 count]. */
static void encode(unsigned char *bytes, const float *value, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;

        memcpy(&bits, &value[i], sizeof bits);
        for (size_t byte = 0; byte < 4; byte++)
            bytes[4 * i + byte] = (unsigned char)(bits >> (8 * byte));
    }
}

enum atw_status atw_mrc_put_values(struct atw_output *output,
                                   const float *value,
                                   size_t count,
                                   struct atw_error *err)
{
    unsigned char bytes[4 * BLOCK_VALUES];
    enum atw_status status = ATW_OK;

    while (status == ATW_OK && count > 0) {
        size_t now = count < BLOCK_VALUES ? count : BLOCK_VALUES;

        encode(bytes, value, now);
        status = atw_output_write(output, bytes, 4 * now, err);
        value += now;
        count -= now;
    }
    return status;
}
