/* Grey pictures as PNG files: zlib streams of stored blocks, one block per row.
 *
 * Sources: W3C, Portable Network Graphics; RFC 1950 (zlib), RFC 1951 (deflate). */
#include "io/png_write.h"

#include <stdint.h>
#include <string.h>

#include "io/output.h"

/* A row and its filter byte fit one stored block of at most 65535 bytes. */
#define LONGEST_SIDE 16384
#define CRC_POLYNOMIAL 0xedb88320U
#define ADLER_MODULUS 65521U
#define GREY 0

/* The chunk being written: its checksum so far. */
struct chunk {
    struct atw_output *output;
    uint32_t crc;
};

static uint32_t crc_of(uint32_t crc, const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ CRC_POLYNOMIAL : crc >> 1;
    }
    return crc;
}

static void big_endian(unsigned char bytes[4], uint32_t value)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(value >> (24 - 8 * i));
}

static enum atw_status
put(struct chunk *chunk, const unsigned char *bytes, size_t count, struct atw_error *err)
{
    chunk->crc = crc_of(chunk->crc, bytes, count);
    return atw_output_write(chunk->output, bytes, count, err);
}

static enum atw_status
begin_chunk(struct chunk *chunk, const char *type, size_t size, struct atw_error *err)
{
    unsigned char length[4];
    enum atw_status status;

    big_endian(length, (uint32_t)size);
    status = atw_output_write(chunk->output, length, sizeof length, err);
    chunk->crc = UINT32_MAX;
    return status == ATW_OK ? put(chunk, (const unsigned char *)type, 4, err) : status;
}

static enum atw_status end_chunk(struct chunk *chunk, struct atw_error *err)
{
    unsigned char bytes[4];

    big_endian(bytes, ~chunk->crc);
    return atw_output_write(chunk->output, bytes, sizeof bytes, err);
}

static enum atw_status
put_header(struct chunk *chunk, size_t width, size_t height, struct atw_error *err)
{
    static const unsigned char signature[] = {137, 'P', 'N', 'G', '\r', '\n', 26, '\n'};
    unsigned char header[13] = {[8] = 8, [9] = GREY}; /* 8 bits, no interlace */
    enum atw_status status;

    big_endian(header, (uint32_t)width);
    big_endian(header + 4, (uint32_t)height);
    status = atw_output_write(chunk->output, signature, sizeof signature, err);
    if (status == ATW_OK)
        status = begin_chunk(chunk, "IHDR", sizeof header, err);
    if (status == ATW_OK)
        status = put(chunk, header, sizeof header, err);
    return status == ATW_OK ? end_chunk(chunk, err) : status;
}

static void add_to_adler(uint32_t sums[2], const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sums[0] = (sums[0] + bytes[i]) % ADLER_MODULUS;
        sums[1] = (sums[1] + sums[0]) % ADLER_MODULUS;
    }
}

/* A stored block: is it the last, length, its complement, filter none, pixels. */
static enum atw_status put_row(struct chunk *chunk,
                               uint32_t sums[2],
                               const unsigned char *grey,
                               size_t width,
                               int is_last,
                               struct atw_error *err)
{
    unsigned length = (unsigned)width + 1;
    const unsigned char head[6] = {(unsigned char)is_last,
                                   (unsigned char)(length & 0xff),
                                   (unsigned char)(length >> 8),
                                   (unsigned char)(~length & 0xff),
                                   (unsigned char)(~length >> 8 & 0xff),
                                   0};
    enum atw_status status = put(chunk, head, sizeof head, err);

    add_to_adler(sums, head + 5, 1);
    add_to_adler(sums, grey, width);
    return status == ATW_OK ? put(chunk, grey, width, err) : status;
}

static enum atw_status put_pixels(struct chunk *chunk,
                                  const unsigned char *grey,
                                  size_t width,
                                  size_t height,
                                  struct atw_error *err)
{
    static const unsigned char zlib_head[] = {0x78, 0x01};
    uint32_t sums[2] = {1, 0};
    unsigned char adler[4];
    enum atw_status status =
        begin_chunk(chunk, "IDAT", sizeof zlib_head + height * (width + 6) + 4, err);

    if (status == ATW_OK)
        status = put(chunk, zlib_head, sizeof zlib_head, err);
    for (size_t row = 0; row < height && status == ATW_OK; row++)
        status = put_row(chunk, sums, grey + row * width, width, row + 1 == height, err);
    big_endian(adler, sums[1] << 16 | sums[0]);
    if (status == ATW_OK)
        status = put(chunk, adler, sizeof adler, err);
    return status == ATW_OK ? end_chunk(chunk, err) : status;
}

enum atw_status atw_png_write(const unsigned char *grey,
                              size_t width,
                              size_t height,
                              const char *path,
                              int force,
                              struct atw_error *err)
{
    struct chunk chunk = {0};
    enum atw_status status;

    if (width == 0 || height == 0 || width > LONGEST_SIDE || height > LONGEST_SIDE)
        return atw_error_set(err, ATW_EINVAL,
                             "'%s': a picture of %zu x %zu pixels; 1 to %d are possible",
                             path, width, height, LONGEST_SIDE);
    status = atw_output_begin(&chunk.output, path, force, err);
    if (status == ATW_OK)
        status = put_header(&chunk, width, height, err);
    if (status == ATW_OK)
        status = put_pixels(&chunk, grey, width, height, err);
    if (status == ATW_OK)
        status = begin_chunk(&chunk, "IEND", 0, err);
    if (status == ATW_OK)
        status = end_chunk(&chunk, err);
    if (status == ATW_OK)
        return atw_output_commit(&chunk.output, err);
    atw_output_abort(chunk.output);
    return status;
}
