/* MRC headers that lie about the mode or the byte order of the values. */
#include <string.h>

#include "core/progress.h"
#include "io/fixture.h"
#include "io/mrc.h"
#include "io/mrc_header.h"
#include "support/support.h"

enum { COUNT = 12, WORD_MODE = 4, WORD_IMOD_STAMP = 39 };

#define IMOD_STAMP 1146047817u

static void put(unsigned char *bytes, uint32_t bits, size_t width, int big)
{
    for (size_t i = 0; i < width; i++)
        bytes[big ? width - 1 - i : i] = (unsigned char)(bits >> (8 * i));
}

/* 3 x 2 x 2 values in a file that says they are `mode`, little endian, from least to
 * greatest. */
static enum atw_status read_values(struct atw_field **field,
                                   const uint32_t bits[COUNT],
                                   size_t width,
                                   int values_are_big,
                                   uint32_t mode,
                                   float least,
                                   float greatest,
                                   struct atw_error *err)
{
    const struct atw_mrc_header header = {.n = {3, 2, 2},
                                          .intervals = {3, 2, 2},
                                          .cell_A = {15, 10, 10},
                                          .space_group = 1,
                                          .least = least,
                                          .greatest = greatest};
    unsigned char bytes[ATW_MRC_HEADER_BYTES + 4 * COUNT];

    atw_mrc_header_encode(bytes, &header, "");
    put(bytes + 4 * (WORD_MODE - 1), mode, 4, 0);
    for (size_t i = 0; i < COUNT; i++)
        put(bytes + ATW_MRC_HEADER_BYTES + i * width, bits[i], width, values_are_big);
    fixture_store("range.mrc", bytes, ATW_MRC_HEADER_BYTES + COUNT * width);
    return atw_mrc_read_field(field, fixture_path("range.mrc"), 0.0, err);
}

/* Whole numbers from 3 up by 7. */
static void fill(uint32_t bits[COUNT])
{
    for (uint32_t i = 0; i < COUNT; i++)
        bits[i] = 3 + 7 * i;
}

START_TEST(values_of_the_other_byte_order_are_found_out)
{
    uint32_t bits[COUNT];
    struct atw_field *field = NULL;
    struct atw_error err;

    fill(bits);
    CHECK_OK(read_values(&field, bits, 2, 0, 1, 3.0f, 80.0f, &err));
    atw_field_destroy(field);
    CHECK_FAILS(read_values(&field, bits, 2, 1, 1, 3.0f, 80.0f, &err), ATW_EINPUT,
                "read as mode 1 (16 bits, signed), little endian, values go from 768 to "
                "20480; the header says 3 to 80, as do the values read as mode 1 (16 "
                "bits, signed), big endian");
    ck_assert_ptr_null(field);
}
END_TEST

START_TEST(single_precision_of_the_other_byte_order_is_found_out)
{
    static const float value[COUNT] = {1.5f, -2.25f, 3.0f, 4.0f, 5.0f, 6.0f,
                                       7.0f, 8.0f,   9.0f, 1.0f, 2.0f, 11.75f};
    uint32_t bits[COUNT];
    struct atw_field *field = NULL;
    struct atw_error err;

    memcpy(bits, value, sizeof bits);
    CHECK_OK(read_values(&field, bits, 4, 0, 2, -2.25f, 11.75f, &err));
    atw_field_destroy(field);
    CHECK_FAILS(read_values(&field, bits, 4, 1, 2, -2.25f, 11.75f, &err), ATW_EINPUT,
                "mode 2 (32 bits, floating point), big endian: correct the header");
}
END_TEST

/* Without a range that tells. Numbers as small as diffusivities are put up with. */
START_TEST(single_precision_of_the_other_byte_order_is_wild)
{
    static const float value[COUNT] = {1.5f, -2.25f, 3.0f, 4.1f, 0.0f, 6.0f,
                                       7.0f, 8.3f,   9.0f, 1.0f, 0.0f, 11.75f};
    static const float ranges[][2] = {{0.0f, 0.0f}, {0.0f, -1.0f}, {-50.0f, 50.0f}};
    uint32_t bits[COUNT];
    float small[COUNT];
    struct atw_field *field = NULL;
    struct atw_error err;

    memcpy(bits, value, sizeof bits);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        CHECK_OK(read_values(&field, bits, 4, 0, 2, ranges[i][0], ranges[i][1], &err));
        atw_field_destroy(field);
        CHECK_FAILS(read_values(&field, bits, 4, 1, 2, ranges[i][0], ranges[i][1], &err),
                    ATW_EINPUT,
                    "read as little endian, 67 % of the values are beyond 1e+15 or below "
                    "1e-15, as big endian 0 %: correct the byte order in the header");
        ck_assert_ptr_null(field);
    }
    for (size_t i = 0; i < COUNT; i++)
        small[i] = 1.37e-19f * (1.0f + (float)i);
    memcpy(bits, small, sizeof bits);
    CHECK_OK(read_values(&field, bits, 4, 0, 2, 0.0f, 0.0f, &err));
    atw_field_destroy(field);
}
END_TEST

/* 0xfff0 is 65520 unsigned and -16 signed; 0x4800 is 8 as half precision. */
START_TEST(another_mode_of_the_same_width_is_found_out)
{
    uint32_t bits[COUNT];
    struct atw_field *field = NULL;
    struct atw_error err;

    fill(bits);
    bits[5] = 0xfff0;
    CHECK_FAILS(read_values(&field, bits, 2, 0, 6, -16.0f, 80.0f, &err), ATW_EINPUT,
                "as do the values read as mode 1 (16 bits, signed), little endian");
    CHECK_FAILS(read_values(&field, bits, 2, 0, 1, 3.0f, 65520.0f, &err), ATW_EINPUT,
                "read as mode 6 (16 bits, unsigned)");
    for (uint32_t i = 0; i < COUNT; i++)
        bits[i] = 0x3c00 + 0x111 * i;
    CHECK_FAILS(read_values(&field, bits, 2, 0, 1, 1.0f, 7.73046875f, &err), ATW_EINPUT,
                "read as mode 12 (16 bits, floating point)");
    fill(bits);
    bits[3] = 200;
    CHECK_FAILS(read_values(&field, bits, 1, 0, 0, 3.0f, 200.0f, &err), ATW_EINPUT,
                "read as mode 0 (8 bits, unsigned");
}
END_TEST

/* Twelve half words are six floats, or none if the range says otherwise. */
START_TEST(single_precision_called_integers_is_found_out)
{
    static const float value[COUNT / 2] = {1.5f, -2.25f, 3.0f, 4.0f, 11.75f, 6.0f};
    uint32_t floats[COUNT / 2], bits[COUNT];
    struct atw_field *field = NULL;
    struct atw_error err;

    memcpy(floats, value, sizeof floats);
    for (uint32_t i = 0; i < COUNT; i++)
        bits[i] = floats[i / 2] >> 16 * (i % 2) & 0xffff;
    CHECK_FAILS(read_values(&field, bits, 2, 0, 6, -2.25f, 11.75f, &err), ATW_EINPUT,
                "as do the values read as mode 2 (32 bits, floating point), little "
                "endian: correct the header, its mode and its sizes");
    CHECK_OK(read_values(&field, bits, 2, 0, 6, -2.25f, 11.5f, &err));
    atw_field_destroy(field);
}
END_TEST

/* A range that was not kept up to date, or never written, is no reason to refuse. */
START_TEST(stale_ranges_are_put_up_with)
{
    static const float ranges[][2] = {
        {0.0f, 0.0f}, {0.0f, -1.0f}, {0.0f, 100.0f}, {20.0f, 40.0f}, {1e9f, 2e9f}};
    uint32_t bits[COUNT];
    struct atw_field *field = NULL;
    struct atw_error err;

    fill(bits);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        CHECK_OK(read_values(&field, bits, 2, 0, 1, ranges[i][0], ranges[i][1], &err));
        ck_assert_float_eq(field->value[COUNT - 1], 80.0f);
        atw_field_destroy(field);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mrc range");
    TCase *tests = tcase_create("mrc range");

    atw_progress_set_quiet(1);
    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, values_of_the_other_byte_order_are_found_out);
    tcase_add_test(tests, single_precision_of_the_other_byte_order_is_found_out);
    tcase_add_test(tests, single_precision_of_the_other_byte_order_is_wild);
    tcase_add_test(tests, another_mode_of_the_same_width_is_found_out);
    tcase_add_test(tests, single_precision_called_integers_is_found_out);
    tcase_add_test(tests, stale_ranges_are_put_up_with);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
