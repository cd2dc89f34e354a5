/* Garbage and damaged files of every kind through the one door all commands use: a result
 * with finite values, or one message that names the file; never a crash. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "io/fixture.h"
#include "io/volume_file.h"
#include "support/support.h"

enum { HEADER = 1024, N_X = 5, N_Y = 4, N_TILT = 3, VALUES = N_X * N_Y * N_TILT };

/* See tests/io/test_emd.c. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

/* What reading came to, so that a test can ask for some of both. */
struct outcome {
    unsigned read, refused;
};

static void check_refusal(enum atw_status status, const struct atw_error *err)
{
    ck_assert_msg(status == ATW_EINPUT || status == ATW_EINVAL, "%d: %s", (int)status,
                  err->text);
    ck_assert_msg(strstr(err->text, "alloytwin-io-") != NULL, "no file in '%s'",
                  err->text);
}

static void try_volume(struct outcome *outcome, const char *name)
{
    struct atw_field *field = NULL;
    struct atw_error err = {0};
    enum atw_status status = atw_volume_read(&field, fixture_path(name), 0.0, &err);

    ck_assert((status == ATW_OK) == (field != NULL));
    if (status != ATW_OK)
        check_refusal(status, &err);
    outcome->refused += status != ATW_OK;
    outcome->read += status == ATW_OK;
    if (field) {
        ck_assert(field->grid.spacing_m > 0.0);
        CHECK_OK(atw_field_check_finite(field, name, &err));
    }
    atw_field_destroy(field);
}

static void try_tilts(struct outcome *outcome, const char *name, const char *angles)
{
    struct atw_tilt_series *series = NULL;
    struct atw_error err = {0};
    enum atw_status status = atw_tilts_read(
        &series, fixture_path(name), angles ? fixture_path(angles) : NULL, 0.0, &err);

    ck_assert((status == ATW_OK) == (series != NULL));
    if (status != ATW_OK)
        check_refusal(status, &err);
    outcome->refused += status != ATW_OK;
    outcome->read += status == ATW_OK;
    if (series) {
        ck_assert(series->pixel_m > 0.0);
        CHECK_OK(atw_tilt_series_check_finite(series, name, &err));
        for (size_t i = 0; i < series->n_tilt; i++)
            ck_assert(fabs(series->tilt_rad[i]) < 1.001 * ATW_PI);
    }
    atw_tilt_series_destroy(series);
}

START_TEST(random_bytes_are_no_file_of_any_kind)
{
    static const char *const names[] = {"a.emd", "a.h5", "a.mrc", "a.st", "a.rec"};
    static const char *const starts[] = {"", "\x89HDF\r\n\x1a\n", "PixelSpacing = 1\n[ZV",
                                         "-72\n"};
    struct outcome outcome = {0};
    unsigned char bytes[6000];

    fixture_store_text("good.tlt", "-10\n0\n10\n");
    for (unsigned seed = 0; seed < 300; seed++) {
        size_t size = (size_t)(atw_test_uniform(seed, 0) * (double)sizeof bytes);
        const char *name = names[seed % 5];
        size_t start;

        for (unsigned i = 0; i < size; i++)
            bytes[i] = (unsigned char)(256.0 * atw_test_uniform(seed, i + 1));
        start = strlen(starts[seed / 5 % 4]);
        if (size > start)
            memcpy(bytes, starts[seed / 5 % 4], start);
        fixture_store(name, bytes, size);
        fixture_store("bad.tlt", bytes, size);
        fixture_store("bad.mdoc", bytes, size);
        try_volume(&outcome, name);
        try_tilts(&outcome, name, NULL);
        try_tilts(&outcome, name, "good.tlt");
        try_tilts(&outcome, name, "bad.tlt");
        try_tilts(&outcome, name, "bad.mdoc");
    }
    ck_assert_uint_eq(outcome.read, 0);
}
END_TEST

static void put_word(unsigned char *bytes, int word, uint32_t value, int big)
{
    for (int i = 0; i < 4; i++)
        bytes[4 * (word - 1) + (big ? 3 - i : i)] = (unsigned char)(value >> (8 * i));
}

/* A stack of this mode in either byte order with an extended header of SerialEM's, whose
 * angles are 1, 2, 3 hundredths of a degree. Its size; the values are random bits. */
static size_t stack(unsigned char *bytes, uint32_t mode, size_t width, int big)
{
    const uint32_t n[3] = {N_X, N_Y, N_TILT}, extra = 2 * N_TILT;
    size_t size = HEADER + extra + VALUES * width;

    memset(bytes, 0, HEADER + extra);
    for (int i = 0; i < 3; i++) {
        float cell = 4.0F * (float)n[i];
        uint32_t bits;

        memcpy(&bits, &cell, sizeof bits);
        put_word(bytes, 1 + i, n[i], big);
        put_word(bytes, 8 + i, n[i], big);
        put_word(bytes, 11 + i, bits, big);
        put_word(bytes, 17 + i, (uint32_t)i + 1, big);
    }
    put_word(bytes, 4, mode, big);
    put_word(bytes, 24, extra, big);
    memcpy(bytes + 104, "SERI", 4);
    bytes[128 + big] = 2; /* bytes per section */
    bytes[130 + big] = 1; /* a tilt angle */
    memcpy(bytes + 208, "MAP ", 4);
    memcpy(bytes + 212, big ? "\x11\x11" : "\x44\x44", 2);
    for (size_t i = 0; i < N_TILT; i++)
        bytes[HEADER + 2 * i + (size_t)big] = (unsigned char)(i + 1);
    for (unsigned i = HEADER + extra; i < size; i++)
        bytes[i] = (unsigned char)(100.0 * atw_test_uniform(mode, i));
    return size;
}

static const struct {
    uint32_t mode;
    size_t width;
} modes[] = {{0, 1}, {1, 2}, {2, 4}, {6, 2}, {12, 2}};

START_TEST(damaged_mrc_files_of_every_mode_do_no_harm)
{
    struct outcome volumes = {0}, series = {0};
    unsigned char bytes[HEADER + 2 * N_TILT + 4 * VALUES];
    int big = _i % 2;

    for (unsigned seed = 0; seed < 150; seed++) {
        size_t size = stack(bytes, modes[_i / 2].mode, modes[_i / 2].width, big);

        /* Without damage once, so that it is known that it can be read. */
        fixture_store("a.mrc", bytes, seed ? fixture_damage(bytes, size, seed) : size);
        try_volume(&volumes, "a.mrc");
        try_tilts(&series, "a.mrc", NULL);
        if (seed == 0)
            ck_assert(volumes.read == 1 && series.read == 1);
    }
    ck_assert_uint_gt(volumes.refused, 30);
    ck_assert_uint_gt(series.refused, 30);
    ck_assert_uint_gt(volumes.read, 10);
}
END_TEST

START_TEST(damaged_emd_series_do_no_harm)
{
    struct atw_tilt_series *series = fixture_series();
    struct outcome outcome = {0};
    unsigned char *good, *bad;
    struct atw_error err;
    size_t size;

    CHECK_OK(atw_tilts_write(series, fixture_path("a.emd"), 0, NULL, &err));
    atw_tilt_series_destroy(series);
    good = fixture_load("a.emd", &size);
    bad = malloc(size);
    ck_assert_ptr_nonnull(bad);
    for (unsigned seed = 1; seed < 400; seed++) {
        memcpy(bad, good, size);
        fixture_store("b.emd", bad, fixture_damage(bad, size, seed));
        try_tilts(&outcome, "b.emd", NULL);
        try_volume(&outcome, "b.emd");
        try_volume(&outcome, "b.emd::tomography");
    }
    ck_assert_uint_gt(outcome.refused, 800); /* it holds no volume */
    ck_assert_uint_gt(outcome.read, 20);
    free(good);
    free(bad);
}
END_TEST

/* What the header says cannot make the program ask for all memory there is. */
START_TEST(sizes_that_lie_are_refused_before_memory_is_asked_for)
{
    static const uint32_t lies[] = {0, 0x7fffffff, 0x80000000, 0xffffffff, 65536, 4, 6};
    unsigned char bytes[HEADER + 2 * N_TILT + 4 * VALUES];
    struct outcome outcome = {0};

    for (int word = 1; word <= 3; word++)
        for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
            size_t size = stack(bytes, 2, 4, 0);

            if (lies[i] == bytes[4 * (word - 1)])
                continue;
            put_word(bytes, word, lies[i], 0);
            fixture_store("a.mrc", bytes, size);
            try_volume(&outcome, "a.mrc");
            try_tilts(&outcome, "a.mrc", NULL);
        }
    ck_assert_uint_eq(outcome.read, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("garbage");
    TCase *tests = tcase_create("garbage");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, random_bytes_are_no_file_of_any_kind);
    tcase_add_loop_test(tests, damaged_mrc_files_of_every_mode_do_no_harm, 0,
                        2 * (int)(sizeof modes / sizeof *modes));
    tcase_add_test(tests, damaged_emd_series_do_no_harm);
    tcase_add_test(tests, sizes_that_lie_are_refused_before_memory_is_asked_for);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
