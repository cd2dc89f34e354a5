/* Stacks of pictures as TIFF files for ImageJ.
 *
 * The file is header, then per page: directory, two rationals, description, values.
 * Source: Adobe, TIFF revision 6.0; for the description, ImageJ's own files. */
#include "io/tiff_write.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "io/mrc_header.h"
#include "io/output.h"

#define HEADER_BYTES 8
#define ENTRIES 14
#define DIRECTORY_BYTES (2 + 12 * ENTRIES + 4)
#define RATIONAL_BYTES 8
#define DESCRIPTION_BYTES 256 /* of every page, so that all are equally long */
#define PAGE_HEAD (DIRECTORY_BYTES + RATIONAL_BYTES + DESCRIPTION_BYTES)
#define RESOLUTION_DENOMINATOR 1000000U

enum type { ASCII = 2, SHORT = 3, LONG = 4, RATIONAL = 5 };

struct entry {
    uint16_t tag, type;
    uint32_t count, value;
};

static void put_little(unsigned char *bytes, uint32_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
}

static size_t page_bytes(const struct atw_tiff_stack *stack)
{
    return PAGE_HEAD + 4 * stack->n_y * stack->n_x;
}

static enum atw_status
check_size(const struct atw_tiff_stack *stack, const char *path, struct atw_error *err)
{
    size_t pixels = 0, bytes = 0;

    if (!__builtin_mul_overflow(stack->n_y, stack->n_x, &pixels) &&
        pixels < UINT32_MAX / 4 &&
        !__builtin_mul_overflow(stack->n_section, page_bytes(stack), &bytes) &&
        bytes <= UINT32_MAX - HEADER_BYTES)
        return ATW_OK;
    return atw_error_set(err, ATW_EINVAL,
                         "'%s': %zu x %zu x %zu values need more than the 4 GiB that a "
                         "TIFF file can hold; write MRC or EMD",
                         path, stack->n_x, stack->n_y, stack->n_section);
}

static void describe(char text[DESCRIPTION_BYTES], const struct atw_tiff_stack *stack)
{
    size_t n = stack->n_section * stack->n_y * stack->n_x;
    float least = stack->value[0], greatest = least;
    int used;

    for (size_t i = 0; i < n; i++) {
        least = fminf(least, stack->value[i]);
        greatest = fmaxf(greatest, stack->value[i]);
    }
    memset(text, 0, DESCRIPTION_BYTES);
    used = snprintf(text, DESCRIPTION_BYTES,
                    "ImageJ=1.53t\nimages=%zu\nslices=%zu\nunit=nm\nloop=false\n"
                    "min=%.9g\nmax=%.9g\n",
                    stack->n_section, stack->n_section, (double)least, (double)greatest);
    if (stack->spacing_m > 0.0)
        (void)snprintf(text + used, DESCRIPTION_BYTES - (size_t)used, "spacing=%.9g\n",
                       stack->spacing_m * 1e9);
}

/* Directory, resolution and description of the page that begins at `start`. */
static void fill_head(unsigned char head[PAGE_HEAD],
                      const struct atw_tiff_stack *stack,
                      const char *description,
                      uint32_t start,
                      int is_last)
{
    uint32_t rational = start + DIRECTORY_BYTES, text = rational + RATIONAL_BYTES;
    uint32_t rows = (uint32_t)stack->n_y, bytes = (uint32_t)(4 * stack->n_y * stack->n_x);
    double per_nm = 1e-9 / stack->pixel_m * RESOLUTION_DENOMINATOR;
    const struct entry entries[ENTRIES] = {
        {256, LONG, 1, (uint32_t)stack->n_x},
        {257, LONG, 1, rows},
        {258, SHORT, 1, 32}, /* bits */
        {259, SHORT, 1, 1},  /* not compressed */
        {262, SHORT, 1, 1},  /* 0 is black */
        {270, ASCII, (uint32_t)strlen(description) + 1, text},
        {273, LONG, 1, start + PAGE_HEAD},
        {277, SHORT, 1, 1}, /* one value per pixel */
        {278, LONG, 1, rows},
        {279, LONG, 1, bytes},
        {282, RATIONAL, 1, rational},
        {283, RATIONAL, 1, rational},
        {296, SHORT, 1, 1}, /* per unit of the description */
        {339, SHORT, 1, 3}, /* reals */
    };

    put_little(head, ENTRIES, 2);
    for (size_t i = 0; i < ENTRIES; i++) {
        unsigned char *at = head + 2 + 12 * i;

        put_little(at, entries[i].tag, 2);
        put_little(at + 2, entries[i].type, 2);
        put_little(at + 4, entries[i].count, 4);
        put_little(at + 8, entries[i].value, 4);
    }
    put_little(head + DIRECTORY_BYTES - 4,
               is_last ? 0 : start + (uint32_t)page_bytes(stack), 4);
    put_little(head + DIRECTORY_BYTES,
               per_nm < UINT32_MAX ? (uint32_t)llround(per_nm) : UINT32_MAX, 4);
    put_little(head + DIRECTORY_BYTES + 4, RESOLUTION_DENOMINATOR, 4);
    memcpy(head + DIRECTORY_BYTES + RATIONAL_BYTES, description, DESCRIPTION_BYTES);
}

enum atw_status atw_tiff_put(struct atw_output *output,
                             const struct atw_tiff_stack *stack,
                             struct atw_error *err)
{
    unsigned char head[PAGE_HEAD] = {'I', 'I', 42, 0, HEADER_BYTES};
    char description[DESCRIPTION_BYTES];
    enum atw_status status = check_size(stack, atw_output_path(output), err);

    if (status != ATW_OK)
        return status;
    describe(description, stack);
    status = atw_output_write(output, head, HEADER_BYTES, err);
    for (size_t i = 0; i < stack->n_section && status == ATW_OK; i++) {
        fill_head(head, stack, description,
                  (uint32_t)(HEADER_BYTES + i * page_bytes(stack)),
                  i + 1 == stack->n_section);
        status = atw_output_write(output, head, sizeof head, err);
        for (size_t y = stack->n_y; y-- > 0 && status == ATW_OK;)
            status = atw_mrc_put_values(output,
                                        stack->value + (i * stack->n_y + y) * stack->n_x,
                                        stack->n_x, err);
    }
    return status;
}
