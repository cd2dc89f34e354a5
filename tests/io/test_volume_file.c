/* Volumes and tilt series by suffix. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/emd.h"
#include "io/fixture.h"
#include "io/volume_file.h"
#include "support/support.h"

static const char *const volume_names[] = {"a.emd", "a.h5",   "a.hdf5", "a.mrc", "a.rec",
                                           "a.st",  "a.mrcs", "a.map",  "A.MRC"};

START_TEST(volume_survives_under_every_suffix)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    struct atw_field *back = NULL;
    const char *path = fixture_path(volume_names[_i]);

    CHECK_OK(atw_volume_write(field, path, 0, NULL, &err));
    CHECK_OK(atw_volume_read(&back, path, 0.0, &err));
    fixture_check_same_field(field, back);
    atw_field_destroy(back);
    CHECK_OK(atw_volume_read(&back, path, 1e-9, &err));
    ck_assert_double_eq(back->grid.spacing_m, 1e-9);
    atw_field_destroy(field);
    atw_field_destroy(back);
    ck_assert_uint_eq(fixture_entry_count(""), 1);
}
END_TEST

START_TEST(tilt_series_survives_under_every_suffix)
{
    struct atw_error err;
    struct atw_tilt_series *series = fixture_series();
    struct atw_tilt_series *back = NULL;
    const char *path = fixture_path(volume_names[_i]);

    CHECK_OK(atw_tilts_write(series, path, 0, NULL, &err));
    CHECK_OK(atw_tilts_read(&back, path, NULL, 0.0, &err));
    fixture_check_same_series(series, back);
    atw_tilt_series_destroy(series);
    atw_tilt_series_destroy(back);
    ck_assert_uint_eq(fixture_entry_count(""), _i < 3 ? 1 : 2);
}
END_TEST

START_TEST(unknown_suffixes_are_refused_with_the_list)
{
    static const char *const bad[] = {"a.png", "a", "a.mrc/b", ".", "a.mrc.gz"};
    struct atw_error err;
    struct atw_field *field = (struct atw_field *)1;
    struct atw_tilt_series *series = fixture_series();

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_FAILS(atw_volume_read(&field, bad[i], 0.0, &err), ATW_EINVAL,
                    ".emd, .h5 or .hdf5 (EMD), or .mrc, .rec, .st, .mrcs or .map (MRC)");
        ck_assert_ptr_null(field);
        CHECK_FAILS(atw_tilts_write(series, bad[i], 0, NULL, &err), ATW_EINVAL, bad[i]);
    }
    atw_tilt_series_destroy(series);
    field = fixture_field();
    CHECK_FAILS(atw_volume_write(field, "a.txt", 0, NULL, &err), ATW_EINVAL, "suffix");
    atw_field_destroy(field);
    CHECK_FAILS(atw_tilts_read(&series, "a.txt", NULL, 0.0, &err), ATW_EINVAL, "suffix");
}
END_TEST

START_TEST(angles_beside_an_mrc_file_are_found)
{
    struct atw_error err;
    struct atw_tilt_series *series = fixture_series();
    struct atw_tilt_series *back = NULL;

    CHECK_OK(atw_tilts_write(series, fixture_path("v.1.mrc"), 0, NULL, &err));
    ck_assert(fixture_exists("v.1.rawtlt"));
    ck_assert_int_eq(rename(fixture_path("v.1.rawtlt"), fixture_path("v.1.tlt")), 0);
    CHECK_OK(atw_tilts_read(&back, fixture_path("v.1.mrc"), NULL, 0.0, &err));
    fixture_check_same_series(series, back);
    atw_tilt_series_destroy(back);
    atw_tilt_series_destroy(series);
    fixture_store_text("v.1.rawtlt", "1\n2\n3\n4\n");
    CHECK_FAILS(atw_tilts_read(&back, fixture_path("v.1.mrc"), NULL, 0.0, &err),
                ATW_EINPUT, "name the one to use");
    CHECK_OK(atw_tilts_read(&back, fixture_path("v.1.mrc"), fixture_path("v.1.rawtlt"),
                            0.0, &err));
    ck_assert_double_eq_tol(back->tilt_rad[3], 0.069813170079773, 1e-15);
    atw_tilt_series_destroy(back);
}
END_TEST

START_TEST(absurd_pixel_sizes_are_refused)
{
    static const double pixel_m[] = {1e-30, 1.0, 1e30};
    const char *volume = fixture_path("v.emd"), *tilts = fixture_path("t.mrc");
    struct atw_tilt_series *series = fixture_series();
    struct atw_field *field = fixture_field();
    struct atw_error err;

    CHECK_OK(atw_volume_write(field, volume, 0, NULL, &err));
    CHECK_OK(atw_tilts_write(series, tilts, 0, NULL, &err));
    atw_tilt_series_destroy(series);
    atw_field_destroy(field);
    for (size_t i = 0; i < 3; i++) {
        CHECK_FAILS(atw_volume_read(&field, volume, pixel_m[i], &err), ATW_EINPUT,
                    "it must lie between 0.0001 nm and 1e+06 nm");
        ck_assert_ptr_null(field);
        CHECK_FAILS(atw_tilts_read(&series, tilts, NULL, pixel_m[i], &err), ATW_EINPUT,
                    "it must lie between 0.0001 nm and 1e+06 nm");
        ck_assert_ptr_null(series);
    }
}
END_TEST

START_TEST(missing_or_miscounted_angles_are_named)
{
    struct atw_error err;
    struct atw_tilt_series *series = fixture_series();
    struct atw_tilt_series *back = (struct atw_tilt_series *)1;

    CHECK_OK(atw_tilts_write(series, fixture_path("a.mrc"), 0, NULL, &err));
    CHECK_OK(atw_tilts_write(series, fixture_path("a.emd"), 0, NULL, &err));
    atw_tilt_series_destroy(series);
    ck_assert_int_eq(unlink(fixture_path("a.rawtlt")), 0);
    CHECK_FAILS(atw_tilts_read(&back, fixture_path("a.mrc"), NULL, 0.0, &err), ATW_EINPUT,
                "this MRC file holds no tilt angles, and there is neither");
    ck_assert_ptr_null(back);
    fixture_store_text("three.tlt", "10\n20\n30\n");
    CHECK_FAILS(atw_tilts_read(&back, fixture_path("a.mrc"), fixture_path("three.tlt"),
                               0.0, &err),
                ATW_EINPUT, "has 4 views, but '");
    ck_assert_ptr_nonnull(strstr(err.text, "a.mrc"));
    ck_assert_ptr_nonnull(strstr(err.text, "three.tlt' has 3 angles"));
    CHECK_FAILS(atw_tilts_read(&back, fixture_path("a.emd"), fixture_path("three.tlt"),
                               0.0, &err),
                ATW_EINPUT, "three.tlt' has 3 angles");
}
END_TEST

START_TEST(stack_and_angles_are_written_together_or_not_at_all)
{
    struct atw_error err;
    struct atw_tilt_series *series = fixture_series();
    size_t size;
    char *text;

    fixture_store_text("a.rawtlt", "mine");
    CHECK_FAILS(atw_tilts_write(series, fixture_path("a.mrc"), 0, NULL, &err),
                ATW_EOUTPUT, "a.rawtlt' exists already");
    ck_assert_uint_eq(fixture_entry_count(""), 1);
    CHECK_FAILS_ON_FULL_DISK(
        1100, atw_tilts_write(series, fixture_path("a.mrc"), 1, NULL, &err),
        "a.mrc': File too large");
    ck_assert_uint_eq(fixture_entry_count(""), 1);
    text = (char *)fixture_load("a.rawtlt", &size);
    ck_assert_str_eq(text, "mine");
    free(text);
    CHECK_OK(atw_tilts_write(series, fixture_path("a.mrc"), 1, NULL, &err));
    text = (char *)fixture_load("a.rawtlt", &size);
    ck_assert_int_eq(strncmp(text, "-70.5\n-0.33333333333333", 22), 0);
    free(text);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(one_of_several_volumes_is_named_after_two_colons)
{
    static const struct atw_emd_text text = {.description = "test", .unit = "1"};
    struct atw_error err;
    struct atw_field *field = fixture_field(), *back = NULL;
    struct atw_tilt_series *series = fixture_series(), *series_back = NULL;
    struct atw_emd *emd = NULL;

    CHECK_OK(atw_emd_begin(&emd, fixture_path("a.emd"), 0, NULL, &err));
    CHECK_OK(atw_emd_add_series(emd, "a_series", series, &text, &err));
    CHECK_OK(atw_emd_add_field(emd, "volume", field, &text, &err));
    CHECK_OK(atw_emd_commit(&emd, &err));
    CHECK_OK(atw_volume_read(&back, fixture_path("a.emd::volume"), 0.0, &err));
    fixture_check_same_field(field, back);
    atw_field_destroy(back);
    CHECK_OK(atw_volume_read(&back, fixture_path("a.emd::/data/volume"), 0.0, &err));
    atw_field_destroy(back);
    CHECK_OK(
        atw_tilts_read(&series_back, fixture_path("a.emd::a_series"), NULL, 0.0, &err));
    fixture_check_same_series(series, series_back);
    atw_tilt_series_destroy(series_back);
    CHECK_FAILS(atw_volume_read(&back, fixture_path("a.emd::b"), 0.0, &err), ATW_EINPUT,
                "no group '/data/b' with three-dimensional data; /data has a_series, "
                "volume");
    CHECK_FAILS(atw_volume_read(&back, fixture_path("a.mrc::volume"), 0.0, &err),
                ATW_EINVAL, "only EMD files hold several volumes; leave '::volume' out");
    ck_assert_ptr_null(back);
    /* A name that has colons itself is a name. */
    CHECK_OK(atw_volume_write(field, fixture_path("a::b.emd"), 0, NULL, &err));
    CHECK_OK(atw_volume_read(&back, fixture_path("a::b.emd"), 0.0, &err));
    atw_field_destroy(back);
    atw_field_destroy(field);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(description_reaches_the_label)
{
    struct atw_error err;
    struct atw_metadata *metadata = NULL;
    struct atw_field *field = fixture_field();
    size_t size;
    unsigned char *bytes;

    CHECK_OK(atw_metadata_create(&metadata, &err));
    CHECK_OK(atw_metadata_set(metadata, "description", "gold fraction", &err));
    CHECK_OK(atw_volume_write(field, fixture_path("a.mrc"), 0, metadata, &err));
    CHECK_OK(atw_volume_write(field, fixture_path("a.emd"), 0, metadata, &err));
    bytes = fixture_load("a.mrc", &size);
    ck_assert_ptr_nonnull(memmem(bytes + 224, 80, ": gold fraction ", 16));
    free(bytes);
    bytes = fixture_load("a.emd", &size);
    ck_assert_ptr_nonnull(memmem(bytes, size, "gold fraction", 13));
    free(bytes);
    atw_field_destroy(field);
    atw_metadata_destroy(metadata);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("volume_file");
    TCase *tests = tcase_create("volume_file");
    int n_names = (int)(sizeof volume_names / sizeof *volume_names);

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_loop_test(tests, volume_survives_under_every_suffix, 0, n_names);
    tcase_add_loop_test(tests, tilt_series_survives_under_every_suffix, 0, n_names);
    tcase_add_test(tests, unknown_suffixes_are_refused_with_the_list);
    tcase_add_test(tests, angles_beside_an_mrc_file_are_found);
    tcase_add_test(tests, absurd_pixel_sizes_are_refused);
    tcase_add_test(tests, missing_or_miscounted_angles_are_named);
    tcase_add_test(tests, stack_and_angles_are_written_together_or_not_at_all);
    tcase_add_test(tests, one_of_several_volumes_is_named_after_two_colons);
    tcase_add_test(tests, description_reaches_the_label);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
