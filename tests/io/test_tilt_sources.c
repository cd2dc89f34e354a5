/* Tilt angles from .mdoc files and from extended headers of MRC files. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "io/fixture.h"
#include "io/mdoc.h"
#include "io/mrc.h"
#include "io/volume_file.h"
#include "support/support.h"

enum { HEADER = 1024, N = 3, VALUES = 4 * 2 * N };

static const double degrees[N] = {-46.25, 0.5, 44.0};

static void put(unsigned char *bytes, const void *value, size_t n, int big)
{
    const unsigned char *from = value; /* the tests run on little-endian machines */

    for (size_t i = 0; i < n; i++)
        bytes[i] = from[big ? n - 1 - i : i];
}

static void put_int(unsigned char *bytes, int32_t value, int big)
{
    put(bytes, &value, 4, big);
}

/* A stack of 4 x 2 x N bytes with an extended header of `extra` bytes; free() it. */
static unsigned char *
stack(size_t extra, const char *type, int n_int, int n_real, int big)
{
    unsigned char *bytes = calloc(1, HEADER + extra + VALUES);
    const int32_t n[3] = {4, 2, N};
    const int16_t counts[2] = {(int16_t)n_int, (int16_t)n_real};

    ck_assert_ptr_nonnull(bytes);
    for (int i = 0; i < 3; i++) {
        float cell = 2.5F * (float)n[i];

        put_int(bytes + 4 * i, n[i], big);
        put_int(bytes + 28 + 4 * i, n[i], big);
        put(bytes + 40 + 4 * i, &cell, 4, big);
        put_int(bytes + 64 + 4 * i, i + 1, big);
    }
    put_int(bytes + 92, (int32_t)extra, big);
    memcpy(bytes + 104, type, strlen(type));
    put(bytes + 128, &counts[0], 2, big);
    put(bytes + 130, &counts[1], 2, big);
    memcpy(bytes + 208, "MAP ", 4);
    memcpy(bytes + 212, big ? "\x11\x11" : "\x44\x44", 2);
    for (size_t i = 0; i < VALUES; i++)
        bytes[HEADER + extra + i] = (unsigned char)i;
    return bytes;
}

/* Four kinds of extended header in either byte order. */
static unsigned char *kind_of_stack(int kind, int big, size_t *size)
{
    static const size_t record[] = {8, 4 * 34, 128, 768};
    static const char *const type[] = {"SERI", "AGAR", "", "FEI1"};
    static const int n_int[] = {8, 2, 0, 0};
    /* A tilt, 4 bytes of stage, 2 of magnification; 32 reals; nothing. */
    static const int n_real[] = {1 | 4 | 8, 32, 32, 0};
    size_t extra = N * record[kind] + 64;
    unsigned char *bytes = stack(extra, type[kind], n_int[kind], n_real[kind], big);

    for (size_t i = 0; i < N; i++) {
        unsigned char *at = bytes + HEADER + i * record[kind];
        int16_t hundredths = (int16_t)lround(100.0 * degrees[i]);
        float single = (float)degrees[i];

        if (kind == 0)
            put(at, &hundredths, 2, big);
        else if (kind == 1)
            put(at + 8, &single, 4, big);
        else if (kind == 2)
            put(at, &single, 4, big);
        else {
            put_int(at, 768, big);
            put(at + 100, &degrees[i], 8, big);
        }
    }
    *size = HEADER + extra + VALUES;
    return bytes;
}

static void check_angles(const struct atw_tilt_series *series)
{
    ck_assert_uint_eq(series->n_tilt, N);
    for (size_t i = 0; i < N; i++)
        ck_assert_double_eq_tol(series->tilt_rad[i] / ATW_DEGREE_RAD, degrees[i], 1e-9);
    ck_assert_double_eq_tol(series->pixel_m, 2.5e-10, 1e-18);
    ck_assert_float_eq(series->value[VALUES - 1], VALUES - 1);
}

START_TEST(extended_headers_give_angles)
{
    size_t size;
    unsigned char *bytes = kind_of_stack(_i / 2, _i % 2, &size);
    struct atw_tilt_series *series = NULL;
    struct atw_error err;

    fixture_store("a.mrc", bytes, size);
    CHECK_OK(atw_tilts_read(&series, fixture_path("a.mrc"), NULL, 0.0, &err));
    check_angles(series);
    atw_tilt_series_destroy(series);
    /* A file of angles is believed before. */
    fixture_store_text("a.rawtlt", "1\n2\n3\n");
    CHECK_OK(atw_tilts_read(&series, fixture_path("a.mrc"), NULL, 0.0, &err));
    ck_assert_double_eq_tol(series->tilt_rad[2], 3.0 * ATW_DEGREE_RAD, 1e-15);
    atw_tilt_series_destroy(series);
    free(bytes);
}
END_TEST

START_TEST(extended_headers_without_angles_are_no_help)
{
    /* No tilt bit; too short for three sections; bytes that do not add up; all zero. */
    static const struct {
        size_t extra;
        const char *type;
        int n_int, n_real;
    } bad[] = {{64, "SERI", 6, 4 | 8}, {5, "SERI", 2, 1},   {64, "SERI", 9, 1 | 4},
               {64, "SERI", 2, 1},     {64, "FEI1", 0, 0},  {0, "", 0, 0},
               {64, "AGAR", 0, 0},     {64, "AGAR", -4, 4}, {64, "SERI", 2, 1 | 64}};
    struct atw_tilt_series *series = NULL;
    struct atw_error err;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        unsigned char *bytes =
            stack(bad[i].extra, bad[i].type, bad[i].n_int, bad[i].n_real, 0);

        fixture_store("a.mrc", bytes, HEADER + bad[i].extra + VALUES);
        CHECK_FAILS(atw_tilts_read(&series, fixture_path("a.mrc"), NULL, 0.0, &err),
                    ATW_EINPUT, "holds no tilt angles");
        ck_assert_ptr_null(series);
        free(bytes);
    }
}
END_TEST

START_TEST(impossible_angles_of_an_extended_header_are_refused)
{
    size_t size;
    unsigned char *bytes = kind_of_stack(3, 0, &size);
    struct atw_tilt_series *series = NULL;
    struct atw_error err;
    double bad = NAN;

    put(bytes + HEADER + 768 + 100, &bad, 8, 0);
    fixture_store("a.mrc", bytes, size);
    CHECK_FAILS(atw_tilts_read(&series, fixture_path("a.mrc"), NULL, 0.0, &err),
                ATW_EINPUT, "section 2 a tilt of nan degrees");
    bad = 181.0;
    put(bytes + HEADER + 768 + 100, &bad, 8, 0);
    fixture_store("a.mrc", bytes, size);
    CHECK_FAILS(atw_tilts_read(&series, fixture_path("a.mrc"), NULL, 0.0, &err),
                ATW_EINPUT, "181 degrees");
    free(bytes);
}
END_TEST

static const char mdoc[] = "PixelSpacing = 3.5\n"
                           "ImageFile = a.mrc\n"
                           "\n"
                           "[T = SerialEM: a = b]\n"
                           "\n"
                           "[ZValue = 2]\r\n"
                           "TiltAngle = 44\r\n"
                           "PixelSpacing = 9\n"
                           "[ZValue = 0]\n"
                           "TiltAngle = -46.25\n"
                           "[ZValue = 1]\n"
                           "StagePosition = 1 2\n"
                           "TiltAngle = 0.5\n";

START_TEST(mdoc_gives_angles_by_section_and_pixel_size_if_the_header_has_none)
{
    static const char *const names[] = {"a.mrc.mdoc", "a.mdoc"};
    unsigned char *bytes = stack(0, "", 0, 0, 0);
    struct atw_tilt_series *series = NULL;
    struct atw_error err;

    fixture_store("a.mrc", bytes, HEADER + VALUES);
    fixture_store_text(names[_i], mdoc);
    CHECK_OK(atw_tilts_read(&series, fixture_path("a.mrc"), NULL, 0.0, &err));
    check_angles(series); /* the header's 2.5 angstrom count */
    atw_tilt_series_destroy(series);
    memset(bytes + 40, 0, 12);
    fixture_store("a.mrc", bytes, HEADER + VALUES);
    CHECK_OK(atw_tilts_read(&series, fixture_path("a.mrc"), fixture_path(names[_i]), 0.0,
                            &err));
    ck_assert_double_eq_tol(series->pixel_m, 3.5e-10, 1e-18);
    atw_tilt_series_destroy(series);
    CHECK_OK(atw_tilts_read(&series, fixture_path("a.mrc"), NULL, 1e-9, &err));
    ck_assert_double_eq(series->pixel_m, 1e-9);
    atw_tilt_series_destroy(series);
    free(bytes);
}
END_TEST

START_TEST(bad_mdoc_files_are_refused)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"PixelSpacing = 1\nTiltAngle = 3\n", "no section [ZValue"},
        {"[FrameSet = 0]\nTiltAngle = 3\n", "no section [ZValue"},
        {"[ZValue = 1]\nTiltAngle = 3\n", ":1: the number of a section"},
        {"[ZValue = x]\n", ":1: the number of a section"},
        {"[ZValue = -1]\n", ":1: the number of a section"},
        {"[ZValue = 0]\n[ZValue = 1]\nTiltAngle = 3\n", "for section [ZValue = 0] of 2"},
        {"[ZValue = 0]\nTiltAngle = 3\n[ZValue = 0]\nTiltAngle = 3\n",
         ":4: the section has a TiltAngle already"},
        {"[ZValue = 0]\nTiltAngle = 181\n", ":2: TiltAngle must be"},
        {"[ZValue = 0]\nTiltAngle = nan\n", ":2: TiltAngle must be"},
        {"PixelSpacing = 0\n[ZValue = 0]\nTiltAngle = 1\n", ":1: PixelSpacing must be"},
        {"[ZValue = 0]\nTiltAngle = -1.2\n[ZValue = 1]\nTiltAngle = 0.1\n"
         "[ZValue = 2]\nTiltAngle = 0.3\n[ZValue = 3]\nTiltAngle = 1.2\n",
         "looks like radians"},
    };
    struct atw_angles *angles = (struct atw_angles *)1;
    struct atw_error err;
    double pixel_m = 7.0;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        fixture_store_text("a.mdoc", bad[i].text);
        CHECK_FAILS(atw_mdoc_read(&angles, &pixel_m, fixture_path("a.mdoc"), &err),
                    ATW_EINPUT, bad[i].message);
        ck_assert_ptr_null(angles);
        ck_assert_double_eq(pixel_m, 7.0);
    }
}
END_TEST

START_TEST(damaged_files_do_not_crash)
{
    unsigned read = 0;

    for (unsigned seed = 0; seed < 800; seed++) {
        size_t size = sizeof mdoc - 1;
        unsigned char *bad = seed % 2 ? kind_of_stack((int)(seed / 2 % 4), 0, &size)
                                      : (unsigned char *)strdup(mdoc);
        struct atw_angles *angles = NULL;
        struct atw_error err = {0};
        double pixel_m;
        enum atw_status status;

        ck_assert_ptr_nonnull(bad);
        fixture_store(seed % 2 ? "b.mrc" : "b.mdoc", bad,
                      fixture_damage(bad, size, seed));
        if (seed % 2)
            status = atw_mrc_inspect(&angles, &pixel_m, fixture_path("b.mrc"), &err);
        else
            status = atw_mdoc_read(&angles, &pixel_m, fixture_path("b.mdoc"), &err);
        ck_assert_msg(status == ATW_OK || status == ATW_EINPUT, "seed %u: %s", seed,
                      err.text);
        read += angles != NULL;
        for (size_t i = 0; angles && i < angles->count; i++)
            ck_assert(fabs(angles->tilt_rad[i]) <= ATW_PI);
        atw_angles_destroy(angles);
        free(bad);
    }
    ck_assert_uint_gt(read, 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tilt sources");
    TCase *tests = tcase_create("tilt sources");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, extended_headers_give_angles, 0, 8);
    tcase_add_test(tests, extended_headers_without_angles_are_no_help);
    tcase_add_test(tests, impossible_angles_of_an_extended_header_are_refused);
    tcase_add_loop_test(
        tests, mdoc_gives_angles_by_section_and_pixel_size_if_the_header_has_none, 0, 2);
    tcase_add_test(tests, bad_mdoc_files_are_refused);
    tcase_add_test(tests, damaged_files_do_not_crash);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
