/* MRC files: round trips, every data mode and byte order, refusals, damaged files. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "io/fixture.h"
#include "io/mrc.h"
#include "io/mrc_header.h"
#include "support/support.h"

#define HEADER_BYTES 1024

/* A header written here word by word, from the paper, independent of the library. */
static void put_word(unsigned char *bytes, int word, uint32_t bits, int big)
{
    for (int i = 0; i < 4; i++)
        bytes[4 * (word - 1) + (big ? 3 - i : i)] = (unsigned char)(bits >> (8 * i));
}

static void put_real(unsigned char *bytes, int word, float value, int big)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_word(bytes, word, bits, big);
}

/* 3 x 2 x 2 values of 5 angstrom, no extended header, in the given mode. */
static void hand_made_header(unsigned char *bytes, int mode, int big)
{
    const uint32_t n[] = {3, 2, 2};

    memset(bytes, 0, HEADER_BYTES);
    for (int i = 0; i < 3; i++) {
        put_word(bytes, 1 + i, n[i], big);
        put_word(bytes, 8 + i, n[i], big);
        put_real(bytes, 11 + i, 5.0f * (float)n[i], big);
        put_real(bytes, 14 + i, 90.0f, big);
        put_word(bytes, 17 + i, (uint32_t)i + 1, big);
    }
    put_word(bytes, 4, (uint32_t)mode, big);
    put_word(bytes, 23, 1, big);
    put_word(bytes, 28, 20141, big);
    memcpy(bytes + 208, "MAP ", 4);
    memcpy(bytes + 212, big ? "\x11\x11\0\0" : "\x44\x44\0\0", 4);
}

static enum atw_status read_bytes(struct atw_field **field,
                                  const unsigned char *bytes,
                                  size_t size,
                                  struct atw_error *err)
{
    fixture_store("hand.mrc", bytes, size);
    return atw_mrc_read_field(field, fixture_path("hand.mrc"), 0.0, err);
}

/* Twelve values in each mode: the bit patterns and what they mean. */
struct mode_case {
    int mode;
    size_t value_bytes;
    uint32_t bits[12];
    float value[12];
};

static const struct mode_case mode_cases[] = {
    {0,
     1,
     {0, 1, 0x7f, 0x80, 0xff, 2, 3, 4, 5, 6, 7, 0xfe},
     {0, 1, 127, -128, -1, 2, 3, 4, 5, 6, 7, -2}},
    {1,
     2,
     {0, 1, 0x7fff, 0x8000, 0xffff, 0x0102, 3, 4, 5, 6, 7, 0xfffe},
     {0, 1, 32767, -32768, -1, 258, 3, 4, 5, 6, 7, -2}},
    {2,
     4,
     {0, 0x3f800000, 0xc0490fdb, 1, 0x7f7fffff, 0x80000000, 3, 4, 5, 6, 7, 0x41200000},
     {0, 1, -3.14159274f, 0x1p-149f, 0x1.fffffep127f, -0.0f, 0x1.8p-148f, 0x1p-147f,
      0x1.4p-147f, 0x1.8p-147f, 0x1.cp-147f, 10}},
    {6,
     2,
     {0, 1, 0x7fff, 0x8000, 0xffff, 0x0102, 3, 4, 5, 6, 7, 0xfffe},
     {0, 1, 32767, 32768, 65535, 258, 3, 4, 5, 6, 7, 65534}},
    {12,
     2,
     {0, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x0400, 0x8000, 0x3555, 0x4248, 0x3800,
      0xbc01},
     {0, 1, -2, 65504, 0x1p-24f, 0x1.ff8p-15f, 0x1p-14f, -0.0f, 0x1.554p-2f, 3.140625f,
      0.5f, -0x1.004p0f}},
};

START_TEST(every_mode_reads_in_both_byte_orders)
{
    const struct mode_case *mode_case = &mode_cases[_i / 2];
    int big = _i % 2;
    struct atw_error err;
    struct atw_field *field = NULL;
    unsigned char bytes[HEADER_BYTES + 48];
    size_t width = mode_case->value_bytes;

    hand_made_header(bytes, mode_case->mode, big);
    for (size_t i = 0; i < 12; i++)
        for (size_t byte = 0; byte < width; byte++)
            bytes[HEADER_BYTES + i * width + (big ? width - 1 - byte : byte)] =
                (unsigned char)(mode_case->bits[i] >> (8 * byte));
    CHECK_OK(read_bytes(&field, bytes, HEADER_BYTES + 12 * width, &err));
    ck_assert_uint_eq(field->grid.n_x, 3);
    ck_assert_uint_eq(field->grid.n_y, 2);
    ck_assert_uint_eq(field->grid.n_z, 2);
    ck_assert_double_eq(field->grid.spacing_m, 5e-10);
    ck_assert_mem_eq(field->value, mode_case->value, sizeof mode_case->value);
    atw_field_destroy(field);
}
END_TEST

START_TEST(bytes_are_unsigned_only_when_imod_says_so)
{
    struct atw_error err;
    struct atw_field *field = NULL;
    unsigned char bytes[HEADER_BYTES + 12];

    hand_made_header(bytes, 0, 0);
    memset(bytes + HEADER_BYTES, 200, 12);
    put_word(bytes, 39, 1146047817, 0);
    CHECK_OK(read_bytes(&field, bytes, sizeof bytes, &err));
    ck_assert_float_eq(field->value[0], 200.0f);
    atw_field_destroy(field);
    put_word(bytes, 40, 1, 0);
    CHECK_OK(read_bytes(&field, bytes, sizeof bytes, &err));
    ck_assert_float_eq(field->value[0], -56.0f);
    atw_field_destroy(field);
}
END_TEST

START_TEST(extended_header_is_skipped)
{
    struct atw_error err;
    struct atw_field *field = NULL;
    unsigned char bytes[HEADER_BYTES + 5 + 12];

    hand_made_header(bytes, 0, 0);
    put_word(bytes, 24, 5, 0);
    memset(bytes + HEADER_BYTES, 99, 5);
    for (int i = 0; i < 12; i++)
        bytes[HEADER_BYTES + 5 + i] = (unsigned char)i;
    CHECK_OK(read_bytes(&field, bytes, sizeof bytes, &err));
    ck_assert_float_eq(field->value[0], 0.0f);
    ck_assert_float_eq(field->value[11], 11.0f);
    atw_field_destroy(field);
    put_word(bytes, 24, 0xfffffff0u, 0);
    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT,
                "not an MRC file");
    put_word(bytes, 24, 0x7fffffff, 0);
    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT, "truncated");
}
END_TEST

START_TEST(old_files_without_stamps_are_read)
{
    struct atw_error err;
    struct atw_field *field = NULL;
    unsigned char bytes[HEADER_BYTES + 24] = {0};

    for (int big = 0; big < 2; big++) {
        hand_made_header(bytes, 1, big);
        memset(bytes + 208, 0, 8);
        for (int i = 0; i < 3; i++)
            put_word(bytes, 17 + i, 0, big);
        CHECK_OK(read_bytes(&field, bytes, sizeof bytes, &err));
        ck_assert_uint_eq(field->grid.n_x, 3);
        atw_field_destroy(field);
    }
    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes - 1, &err), ATW_EINPUT,
                "no stamp \"MAP\", probably not an MRC file");
}
END_TEST

/* Some programs stamp every file with the order of the machine they were written on. */
START_TEST(a_stamp_that_lies_about_the_byte_order_is_not_believed)
{
    struct atw_error err;
    struct atw_field *field = NULL;
    unsigned char bytes[HEADER_BYTES + 24] = {0};

    for (int big = 0; big < 2; big++) {
        hand_made_header(bytes, 1, big);
        memcpy(bytes + 212, big ? "\x44\x44\0\0" : "\x11\x11\0\0", 4);
        bytes[HEADER_BYTES] = big ? 3 : 0;
        bytes[HEADER_BYTES + 1] = big ? 0 : 3;
        CHECK_OK(read_bytes(&field, bytes, sizeof bytes, &err));
        ck_assert_uint_eq(field->grid.n_x, 3);
        ck_assert_float_eq(field->value[0], 768.0f);
        atw_field_destroy(field);
    }
}
END_TEST

START_TEST(size_must_be_what_the_header_says)
{
    struct atw_error err;
    struct atw_field *field = (struct atw_field *)1;
    unsigned char bytes[HEADER_BYTES + 50] = {0};

    hand_made_header(bytes, 2, 0);
    CHECK_FAILS(read_bytes(&field, bytes, HEADER_BYTES + 47, &err), ATW_EINPUT,
                "truncated");
    ck_assert_ptr_null(field);
    ck_assert_msg(strstr(err.text, "make 1072 bytes, but the file has 1071"), "%s",
                  err.text);
    CHECK_FAILS(read_bytes(&field, bytes, HEADER_BYTES + 50, &err), ATW_EINPUT,
                "longer than its header says");
    CHECK_FAILS(read_bytes(&field, bytes, 1000, &err), ATW_EINPUT, "fewer than a header");
    for (int i = 1; i <= 3; i++)
        put_word(bytes, i, 0x7fffffff, 0);
    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT,
                "more than can be addressed");
}
END_TEST

START_TEST(headers_that_make_no_sense_are_refused)
{
    struct atw_error err;
    struct atw_field *field = NULL;
    unsigned char bytes[HEADER_BYTES + 48] = {0};

    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT,
                "not an MRC file");
    hand_made_header(bytes, 2, 0);
    put_word(bytes, 2, 0, 0);
    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT,
                "not positive");
    hand_made_header(bytes, 77, 0);
    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT,
                "mode 77 is unknown");
    hand_made_header(bytes, 4, 0);
    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT,
                "mode 4 (complex or packed)");
    hand_made_header(bytes, 2, 0);
    put_word(bytes, 17, 3, 0);
    put_word(bytes, 19, 1, 0);
    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT,
                "axis order 3 2 1");
    hand_made_header(bytes, 2, 0);
    put_word(bytes, 23, 401, 0);
    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT,
                "stack of several volumes");
    CHECK_FAILS(atw_mrc_read_field(&field, fixture_path("absent.mrc"), 0.0, &err),
                ATW_EINPUT, "No such file");
    CHECK_FAILS(atw_mrc_read_field(&field, fixture_path(""), 0.0, &err), ATW_EINPUT,
                "not a file");
}
END_TEST

START_TEST(pixel_size_must_be_there_and_cubic)
{
    struct atw_error err;
    struct atw_field *field = NULL;
    unsigned char bytes[HEADER_BYTES + 48] = {0};
    const float bad_cells[] = {0.0f, -1.0f, NAN, INFINITY};

    for (size_t i = 0; i < 4; i++) {
        hand_made_header(bytes, 2, 0);
        put_real(bytes, 12, bad_cells[i], 0);
        CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT,
                    "no pixel size along y");
    }
    hand_made_header(bytes, 2, 0);
    put_word(bytes, 10, 0, 0);
    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT,
                "no pixel size along z");
    hand_made_header(bytes, 2, 0);
    put_real(bytes, 13, 10.02f, 0);
    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT,
                "0.5 nm along x but 0.501 nm along z");
    CHECK_OK(atw_mrc_read_field(&field, fixture_path("hand.mrc"), 4e-10, &err));
    ck_assert_double_eq(field->grid.spacing_m, 4e-10);
    atw_field_destroy(field);
    CHECK_FAILS(atw_mrc_read_field(&field, fixture_path("hand.mrc"), -4e-10, &err),
                ATW_EINVAL, "must be positive");
}
END_TEST

START_TEST(values_that_are_not_finite_are_named)
{
    struct atw_error err;
    struct atw_field *field = NULL;
    unsigned char bytes[HEADER_BYTES + 48] = {0};

    hand_made_header(bytes, 2, 0);
    put_real(bytes, 257 + 1 * 6 + 1 * 3 + 2, NAN, 0);
    CHECK_FAILS(read_bytes(&field, bytes, sizeof bytes, &err), ATW_EINPUT,
                "x 2, y 1, z 1");
    hand_made_header(bytes, 12, 0);
    bytes[HEADER_BYTES + 1] = 0x7c;
    CHECK_FAILS(read_bytes(&field, bytes, HEADER_BYTES + 24, &err), ATW_EINPUT,
                "x 0, y 0, z 0");
}
END_TEST

START_TEST(volume_survives_exactly)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    struct atw_field *back = NULL;

    CHECK_OK(atw_mrc_write_field(field, fixture_path("a.mrc"), 0, "L", &err));
    CHECK_OK(atw_mrc_read_field(&back, fixture_path("a.mrc"), 0.0, &err));
    fixture_check_same_field(field, back);
    CHECK_FAILS(atw_mrc_write_field(field, fixture_path("a.mrc"), 0, "L", &err),
                ATW_EOUTPUT, "--force");
    atw_field_destroy(field);
    atw_field_destroy(back);
}
END_TEST

static int32_t word_of(const unsigned char *bytes, int word)
{
    int32_t value;

    memcpy(&value, bytes + 4 * (word - 1), sizeof value);
    return value;
}

static float real_of(const unsigned char *bytes, int word)
{
    float value;

    memcpy(&value, bytes + 4 * (word - 1), sizeof value);
    return value;
}

START_TEST(written_header_has_every_field_of_the_standard)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    size_t size;
    unsigned char *bytes;
    double mean = atw_field_sum(field) / 315.0;

    CHECK_OK(atw_mrc_write_field(field, fixture_path("a.mrc"), 0, "L-shape", &err));
    bytes = fixture_load("a.mrc", &size);
    ck_assert_uint_eq(size, 1024 + 4 * 315);
    ck_assert_int_eq(word_of(bytes, 1), 7);
    ck_assert_int_eq(word_of(bytes, 3), 9);
    ck_assert_int_eq(word_of(bytes, 4), 2);
    ck_assert_int_eq(word_of(bytes, 9), 5);
    ck_assert_float_eq(real_of(bytes, 11), 42.0f);
    ck_assert_float_eq(real_of(bytes, 13), 54.0f);
    ck_assert_float_eq(real_of(bytes, 15), 90.0f);
    ck_assert_int_eq(word_of(bytes, 18), 2);
    ck_assert_float_eq(real_of(bytes, 20), -0.1f);
    ck_assert_float_eq_tol(real_of(bytes, 22), (float)mean, 1e-6f);
    ck_assert_int_eq(word_of(bytes, 23), 1);
    ck_assert_int_eq(word_of(bytes, 28), 20141);
    ck_assert_mem_eq(bytes + 208, "MAP DD\0\0", 8);
    ck_assert_int_eq(word_of(bytes, 56), 1);
    ck_assert_mem_eq(bytes + 224, "alloytwin 0.", 12);
    ck_assert_msg(memmem(bytes + 224, 80, ": L-shape  ", 11) != NULL, "label");
    /* Voxel (x 2, y 3, z 4) is where [z][y][x] puts it. */
    ck_assert_float_eq(real_of(bytes, 257 + (4 * 5 + 3) * 7 + 2),
                       field->value[(4 * 5 + 3) * 7 + 2]);
    free(bytes);
    atw_field_destroy(field);
}
END_TEST

START_TEST(tilt_series_survives_exactly)
{
    struct atw_error err;
    struct atw_tilt_series *series = fixture_series();
    struct atw_tilt_series *back = NULL;
    struct atw_angles *angles = NULL;
    size_t size;
    unsigned char *bytes;

    CHECK_OK(atw_mrc_write_series(series, fixture_path("a.st"), 0, NULL, &err));
    bytes = fixture_load("a.st", &size);
    ck_assert_int_eq(word_of(bytes, 23), 0);
    ck_assert_int_eq(word_of(bytes, 3), 4);
    ck_assert_int_eq(word_of(bytes, 10), 1);
    free(bytes);
    CHECK_OK(atw_angles_create(&angles, series->tilt_rad, 4, "memory", &err));
    CHECK_OK(atw_mrc_read_stack(&back, fixture_path("a.st"), angles, 0.0, &err));
    fixture_check_same_series(series, back);
    atw_tilt_series_destroy(back);
    angles->count = 3;
    CHECK_FAILS(atw_mrc_read_stack(&back, fixture_path("a.st"), angles, 0.0, &err),
                ATW_EINPUT, "has 4 views, but 'memory' has 3 angles");
    ck_assert_ptr_null(back);
    atw_angles_destroy(angles);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(depth_of_a_stack_means_nothing)
{
    struct atw_error err;
    struct atw_tilt_series *series = NULL;
    struct atw_angles *angles = NULL;
    const double tilt_rad[] = {0.1, 0.2};
    unsigned char bytes[HEADER_BYTES + 48] = {0};

    hand_made_header(bytes, 2, 0);
    put_word(bytes, 23, 0, 0);
    put_real(bytes, 13, 0.0f, 0);
    fixture_store("a.mrc", bytes, sizeof bytes);
    CHECK_OK(atw_angles_create(&angles, tilt_rad, 2, "memory", &err));
    CHECK_OK(atw_mrc_read_stack(&series, fixture_path("a.mrc"), angles, 0.0, &err));
    ck_assert_double_eq(series->pixel_m, 5e-10);
    atw_tilt_series_destroy(series);
    put_real(bytes, 12, 20.0f, 0);
    fixture_store("a.mrc", bytes, sizeof bytes);
    CHECK_FAILS(atw_mrc_read_stack(&series, fixture_path("a.mrc"), angles, 0.0, &err),
                ATW_EINPUT, "square pixels");
    atw_angles_destroy(angles);
}
END_TEST

START_TEST(common_pixel_sizes_survive_exactly)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    struct atw_field *back = NULL;
    char text[32];

    /* Hundredths of an angstrom from 0.01 to 10, as anyone would write them. */
    (void)snprintf(text, sizeof text, "%de-12",
                   1 + (int)(1000.0 * atw_test_uniform((unsigned)_i, 0)));
    field->grid.spacing_m = strtod(text, NULL);
    CHECK_OK(atw_mrc_write_field(field, fixture_path("a.mrc"), 0, NULL, &err));
    CHECK_OK(atw_mrc_read_field(&back, fixture_path("a.mrc"), 0.0, &err));
    fixture_check_same_field(field, back);
    atw_field_destroy(field);
    atw_field_destroy(back);
}
END_TEST

START_TEST(unusable_volumes_are_not_written)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    struct atw_tilt_series *series = fixture_series();

    field->value[7] = NAN;
    CHECK_FAILS(atw_mrc_write_field(field, fixture_path("a.mrc"), 0, NULL, &err),
                ATW_EINPUT, "x 0, y 1, z 0");
    series->value[7] = INFINITY;
    CHECK_FAILS(atw_mrc_write_series(series, fixture_path("a.mrc"), 0, NULL, &err),
                ATW_EINPUT, "u 1, v 1");
    ck_assert_uint_eq(fixture_entry_count(""), 0);
    field->value[7] = 0.0f;
    CHECK_FAILS_ON_FULL_DISK(
        1500, atw_mrc_write_field(field, fixture_path("a.mrc"), 0, NULL, &err),
        "File too large");
    ck_assert_uint_eq(fixture_entry_count(""), 0);
    atw_field_destroy(field);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(damaged_files_do_not_crash)
{
    struct atw_field *field = fixture_field();
    size_t size;
    unsigned char *good;
    unsigned char *bad;
    unsigned refused = 0;

    ck_assert_int_eq(atw_mrc_write_field(field, fixture_path("a.mrc"), 0, NULL, NULL),
                     ATW_OK);
    atw_field_destroy(field);
    good = fixture_load("a.mrc", &size);
    bad = malloc(size);
    ck_assert_ptr_nonnull(bad);
    for (unsigned seed = 0; seed < 600; seed++) {
        struct atw_error err = {0};
        enum atw_status status;

        memcpy(bad, good, size);
        fixture_store("b.mrc", bad, fixture_damage(bad, size, seed));
        status = atw_mrc_read_field(&field, fixture_path("b.mrc"), 0.0, &err);
        ck_assert_msg(status == ATW_OK || status == ATW_EINPUT, "seed %u: %d %s", seed,
                      (int)status, err.text);
        ck_assert((status == ATW_OK) == (field != NULL));
        refused += status != ATW_OK;
        atw_field_destroy(field);
    }
    ck_assert_uint_gt(refused, 150);
    free(good);
    free(bad);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mrc");
    TCase *tests = tcase_create("mrc");
    int n_modes = (int)(sizeof mode_cases / sizeof *mode_cases);

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, every_mode_reads_in_both_byte_orders, 0, 2 * n_modes);
    tcase_add_test(tests, bytes_are_unsigned_only_when_imod_says_so);
    tcase_add_test(tests, extended_header_is_skipped);
    tcase_add_test(tests, old_files_without_stamps_are_read);
    tcase_add_test(tests, a_stamp_that_lies_about_the_byte_order_is_not_believed);
    tcase_add_test(tests, size_must_be_what_the_header_says);
    tcase_add_test(tests, headers_that_make_no_sense_are_refused);
    tcase_add_test(tests, pixel_size_must_be_there_and_cubic);
    tcase_add_test(tests, values_that_are_not_finite_are_named);
    tcase_add_test(tests, volume_survives_exactly);
    tcase_add_test(tests, written_header_has_every_field_of_the_standard);
    tcase_add_test(tests, tilt_series_survives_exactly);
    tcase_add_test(tests, depth_of_a_stack_means_nothing);
    tcase_add_loop_test(tests, common_pixel_sizes_survive_exactly, 0, 40);
    tcase_add_test(tests, unusable_volumes_are_not_written);
    tcase_add_test(tests, damaged_files_do_not_crash);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
