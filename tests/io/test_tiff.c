/* TIFF stacks, walked page by page as a reader would. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/fixture.h"
#include "io/output.h"
#include "io/tiff_write.h"
#include "io/volume_file.h"
#include "support/support.h"

enum tag {
    WIDTH = 256,
    HEIGHT = 257,
    BITS = 258,
    COMPRESSION = 259,
    PHOTOMETRIC = 262,
    DESCRIPTION = 270,
    STRIP_OFFSET = 273,
    SAMPLES = 277,
    ROWS_PER_STRIP = 278,
    STRIP_BYTES = 279,
    X_RESOLUTION = 282,
    Y_RESOLUTION = 283,
    RESOLUTION_UNIT = 296,
    SAMPLE_FORMAT = 339
};

static uint32_t little(const unsigned char *bytes, size_t n)
{
    uint32_t value = 0;

    for (size_t i = n; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

/* The value of a tag in the directory at `at`; every page must have it. */
static uint32_t tag_of(const unsigned char *file, uint32_t at, enum tag tag)
{
    uint32_t count = little(file + at, 2), before = 0, value = 0;
    int found = 0;

    for (uint32_t i = 0; i < count; i++) {
        const unsigned char *entry = file + at + 2 + 12 * i;
        uint32_t number = little(entry, 2), type = little(entry + 2, 2);

        ck_assert_uint_gt(number, before); /* the standard wants them in order */
        before = number;
        if (number == (uint32_t)tag) {
            value = little(entry + 8, type == 3 ? 2 : 4);
            found = 1;
        }
    }
    ck_assert_msg(found, "no tag %d", (int)tag);
    return value;
}

static uint32_t next_page(const unsigned char *file, uint32_t at)
{
    return little(file + at + 2 + 12 * little(file + at, 2), 4);
}

static double rational(const unsigned char *file, uint32_t at)
{
    return (double)little(file + at, 4) / (double)little(file + at + 4, 4);
}

static float value_at(const unsigned char *file, uint32_t at)
{
    float value;

    memcpy(&value, file + at, sizeof value); /* the tests run on little-endian machines */
    return value;
}

/* One page: kind of values, pixel size, and the values from the highest row down. */
static void check_page(const unsigned char *file,
                       uint32_t at,
                       const float *value,
                       size_t n_y,
                       size_t n_x,
                       double pixel_nm)
{
    uint32_t strip = tag_of(file, at, STRIP_OFFSET);

    ck_assert_uint_eq(tag_of(file, at, WIDTH), n_x);
    ck_assert_uint_eq(tag_of(file, at, HEIGHT), n_y);
    ck_assert_uint_eq(tag_of(file, at, ROWS_PER_STRIP), n_y);
    ck_assert_uint_eq(tag_of(file, at, STRIP_BYTES), 4 * n_y * n_x);
    ck_assert_uint_eq(tag_of(file, at, BITS), 32);
    ck_assert_uint_eq(tag_of(file, at, SAMPLE_FORMAT), 3);
    ck_assert_uint_eq(tag_of(file, at, SAMPLES), 1);
    ck_assert_uint_eq(tag_of(file, at, COMPRESSION), 1);
    ck_assert_uint_eq(tag_of(file, at, PHOTOMETRIC), 1);
    ck_assert_uint_eq(tag_of(file, at, RESOLUTION_UNIT), 1);
    ck_assert_double_eq_tol(rational(file, tag_of(file, at, X_RESOLUTION)) * pixel_nm,
                            1.0, 1e-6);
    ck_assert_double_eq_tol(rational(file, tag_of(file, at, Y_RESOLUTION)) * pixel_nm,
                            1.0, 1e-6);
    for (size_t y = 0; y < n_y; y++)
        for (size_t x = 0; x < n_x; x++)
            ck_assert_float_eq(value_at(file, strip + 4 * (uint32_t)(y * n_x + x)),
                               value[(n_y - 1 - y) * n_x + x]);
}

static void check_stack(const char *name,
                        const float *value,
                        size_t n_section,
                        size_t n_y,
                        size_t n_x,
                        double pixel_nm)
{
    size_t size;
    unsigned char *file = fixture_load(name, &size);
    uint32_t at = little(file + 4, 4);

    ck_assert_mem_eq(file, "II*\0", 4);
    for (size_t i = 0; i < n_section; i++) {
        ck_assert_uint_gt(at, 0);
        ck_assert_uint_lt(at, size);
        check_page(file, at, value + i * n_y * n_x, n_y, n_x, pixel_nm);
        at = next_page(file, at);
    }
    ck_assert_uint_eq(at, 0);
    free(file);
}

/* What ImageJ reads, as one line of the first page's description. */
static int says(const char *name, const char *line)
{
    size_t size;
    unsigned char *file = fixture_load(name, &size);
    const char *text =
        (const char *)file + tag_of(file, little(file + 4, 4), DESCRIPTION);
    const char *found = strstr(text, line);
    int is_line =
        found && (found == text || found[-1] == '\n') && found[strlen(line)] == '\n';

    free(file);
    return is_line;
}

START_TEST(volume_is_a_stack_of_planes_with_its_top_row_first)
{
    struct atw_field *field = fixture_field();
    struct atw_error err;

    CHECK_OK(atw_volume_write(field, fixture_path("a.tif"), 0, NULL, &err));
    check_stack("a.tif", field->value, 9, 5, 7, 0.6);
    ck_assert(says("a.tif", "ImageJ=1.53t"));
    ck_assert(says("a.tif", "images=9"));
    ck_assert(says("a.tif", "slices=9"));
    ck_assert(says("a.tif", "unit=nm"));
    ck_assert(says("a.tif", "spacing=0.6"));
    ck_assert(says("a.tif", "min=-0.100000001"));
    atw_field_destroy(field);
}
END_TEST

START_TEST(tilt_series_is_a_stack_of_views_with_angles_beside_it)
{
    struct atw_tilt_series *series = fixture_series();
    struct atw_error err;
    size_t size;
    char *angles;

    CHECK_OK(atw_tilts_write(series, fixture_path("a.TIFF"), 0, NULL, &err));
    check_stack("a.TIFF", series->value, 4, 3, 6, 0.26);
    ck_assert(says("a.TIFF", "slices=4"));
    ck_assert(!says("a.TIFF", "spacing=0.26")); /* views are no depth */
    angles = (char *)fixture_load("a.rawtlt", &size);
    ck_assert_int_eq(strncmp(angles, "-70.5\n", 6), 0);
    free(angles);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(what_tiff_cannot_hold_is_refused_before_it_is_written)
{
    static const size_t sizes[][3] = {
        {2, 32768, 32768},                  /* 8 GiB */
        {3, 16384, 32768},                  /* 6 GiB, of which a page would fit */
        {SIZE_MAX / 8, 8, 8},               /* more than can be counted */
        {1, SIZE_MAX / 2, SIZE_MAX / 2 + 1} /* and in one page */
    };
    const float value = 0.0F;
    struct atw_error err;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const struct atw_tiff_stack stack = {.value = &value,
                                             .n_section = sizes[i][0],
                                             .n_y = sizes[i][1],
                                             .n_x = sizes[i][2],
                                             .pixel_m = 1e-9};
        struct atw_output *output = NULL;

        CHECK_OK(atw_output_begin(&output, fixture_path("a.tif"), 0, &err));
        CHECK_FAILS(atw_tiff_put(output, &stack, &err), ATW_EINVAL,
                    "more than the 4 GiB that a TIFF file can hold; write MRC or EMD");
        atw_output_abort(output);
    }
    ck_assert_uint_eq(fixture_entry_count(""), 0);
}
END_TEST

START_TEST(failures_leave_nothing_behind)
{
    struct atw_tilt_series *series = fixture_series();
    struct atw_field *field = fixture_field(), *back = NULL;
    struct atw_error err;

    CHECK_FAILS_ON_FULL_DISK(
        700, atw_volume_write(field, fixture_path("a.tif"), 0, NULL, &err),
        "a.tif': File too large");
    CHECK_FAILS_ON_FULL_DISK(
        700, atw_tilts_write(series, fixture_path("a.tif"), 0, NULL, &err),
        "a.tif': File too large");
    field->value[3] = series->value[4] = NAN;
    CHECK_FAILS(atw_volume_write(field, fixture_path("a.tif"), 0, NULL, &err), ATW_EINPUT,
                "x 3, y 0, z 0");
    CHECK_FAILS(atw_tilts_write(series, fixture_path("a.tif"), 0, NULL, &err), ATW_EINPUT,
                "u 4, v 0");
    ck_assert_uint_eq(fixture_entry_count(""), 0);
    CHECK_FAILS(atw_volume_read(&back, fixture_path("a.tif"), 0.0, &err), ATW_EINVAL,
                "TIFF and NXtomo are written, not read; convert it to MRC");
    ck_assert_ptr_null(back);
    atw_tilt_series_destroy(series);
    atw_field_destroy(field);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tiff");
    TCase *tests = tcase_create("tiff");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, volume_is_a_stack_of_planes_with_its_top_row_first);
    tcase_add_test(tests, tilt_series_is_a_stack_of_views_with_angles_beside_it);
    tcase_add_test(tests, what_tiff_cannot_hold_is_refused_before_it_is_written);
    tcase_add_test(tests, failures_leave_nothing_behind);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
