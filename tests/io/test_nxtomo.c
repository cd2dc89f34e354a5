/* NXtomo files, read with HDF5 alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5.h>

#include "io/fixture.h"
#include "io/hdf5_access.h"
#include "io/nxtomo.h"
#include "io/volume_file.h"
#include "support/support.h"

static hid_t write_and_open(const struct atw_tilt_series *series)
{
    struct atw_metadata *metadata = NULL;
    struct atw_error err;
    hid_t file;

    CHECK_OK(atw_metadata_create(&metadata, &err));
    CHECK_OK(atw_metadata_set(metadata, "scenario", "seed: 1\n", &err));
    CHECK_OK(atw_tilts_write(series, fixture_path("a.nxs"), 0, metadata, &err));
    atw_metadata_destroy(metadata);
    file = H5Fopen(fixture_path("a.nxs"), H5F_ACC_RDONLY, H5P_DEFAULT);
    ck_assert(file >= 0);
    return file;
}

static void check_class(hid_t file, const char *path, const char *expected)
{
    hid_t group = H5Gopen2(file, path, H5P_DEFAULT);
    char found[32] = "";

    ck_assert_msg(group >= 0, "%s", path);
    ck_assert(atw_hdf5_read_text(group, "NX_class", found, sizeof found));
    ck_assert_str_eq(found, expected);
    (void)H5Gclose(group);
}

static void check_text(hid_t file, const char *path, const char *expected)
{
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT), type;
    char found[64] = "";

    ck_assert_msg(dataset >= 0, "%s", path);
    type = H5Dget_type(dataset);
    ck_assert_uint_lt(H5Tget_size(type), sizeof found);
    ck_assert(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, found) >= 0);
    ck_assert_str_eq(found, expected);
    (void)H5Tclose(type);
    (void)H5Dclose(dataset);
}

/* Numbers [count] of a dataset whose attribute "units" is as expected, NULL: none. */
static void check_numbers(
    hid_t file, const char *path, const char *unit, const double *expected, size_t count)
{
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    double found[128];
    char text[32] = "";

    ck_assert_msg(dataset >= 0, "%s", path);
    ck_assert_uint_eq(H5Dget_storage_size(dataset) % count, 0);
    ck_assert(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, found) >=
              0);
    for (size_t i = 0; i < count; i++)
        ck_assert_double_eq_tol(found[i], expected[i], 1e-13 * (1.0 + fabs(expected[i])));
    ck_assert_int_eq(atw_hdf5_read_text(dataset, "units", text, sizeof text),
                     unit != NULL);
    ck_assert_str_eq(text, unit ? unit : "");
    (void)H5Dclose(dataset);
}

static H5T_class_t kind_of_data(hid_t file)
{
    hid_t dataset = H5Dopen2(file, "/entry/instrument/detector/data", H5P_DEFAULT);
    hid_t type = H5Dget_type(dataset);
    H5T_class_t kind = H5Tget_class(type);

    (void)H5Tclose(type);
    (void)H5Dclose(dataset);
    return kind;
}

START_TEST(entry_has_what_the_definition_asks_for)
{
    static const double degrees[] = {-70.5, -1.0 / 3.0, 0.0, 72.0};
    const double key[] = {0.0, 0.0, 0.0, 0.0};
    struct atw_tilt_series *series = fixture_series();
    hid_t file = write_and_open(series);

    check_class(file, "/entry", "NXentry");
    check_class(file, "/entry/instrument", "NXinstrument");
    check_class(file, "/entry/instrument/source", "NXsource");
    check_class(file, "/entry/instrument/detector", "NXdetector");
    check_class(file, "/entry/sample", "NXsample");
    check_class(file, "/entry/data", "NXdata");
    check_text(file, "/entry/definition", "NXtomo");
    check_text(file, "/entry/instrument/source/probe", "electron");
    check_text(file, "/alloytwin/scenario", "seed: 1\n");
    check_numbers(file, "/entry/instrument/detector/image_key", NULL, key, 4);
    check_numbers(file, "/entry/instrument/detector/x_pixel_size", "m", &series->pixel_m,
                  1);
    check_numbers(file, "/entry/instrument/detector/y_pixel_size", "m", &series->pixel_m,
                  1);
    check_numbers(file, "/entry/sample/rotation_angle", "degree", degrees, 4);
    check_numbers(file, "/entry/data/rotation_angle", "degree", degrees, 4);
    check_numbers(file, "/entry/data/image_key", NULL, key, 4);
    (void)H5Fclose(file);
    atw_tilt_series_destroy(series);
}
END_TEST

/* Whole numbers are stored as such, anything else as it is. */
START_TEST(counts_are_integers_and_other_values_are_not_rounded)
{
    struct atw_tilt_series *series = fixture_series();
    size_t n = atw_tilt_series_pixel_count(series);
    double expected[128];
    hid_t file;

    ck_assert_uint_eq(n, 72);
    if (_i == 0)
        for (size_t i = 0; i < n; i++)
            series->value[i] = (float)(i * i) - 5.0F;
    for (size_t i = 0; i < n; i++)
        expected[i] = (double)series->value[i];
    file = write_and_open(series);
    ck_assert_int_eq(kind_of_data(file), _i == 0 ? H5T_INTEGER : H5T_FLOAT);
    check_numbers(file, "/entry/instrument/detector/data", NULL, expected, n);
    check_numbers(file, "/entry/data/data", NULL, expected, n);
    (void)H5Fclose(file);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(failures_leave_nothing_behind)
{
    struct atw_tilt_series *series = fixture_series(), *back = NULL;
    struct atw_field *field = fixture_field();
    struct atw_error err;

    CHECK_FAILS_ON_FULL_DISK(
        100 + 900 * (size_t)_i,
        atw_tilts_write(series, fixture_path("a.nxs"), 0, NULL, &err),
        "a.nxs': File too large");
    series->value[4] = NAN;
    CHECK_FAILS(atw_tilts_write(series, fixture_path("a.nxs"), 0, NULL, &err), ATW_EINPUT,
                "u 4, v 0");
    CHECK_FAILS(atw_volume_write(field, fixture_path("a.nxs"), 0, NULL, &err), ATW_EINVAL,
                "NXtomo holds tilt series, not volumes; write EMD or MRC");
    CHECK_FAILS(atw_tilts_read(&back, fixture_path("a.nxs"), NULL, 0.0, &err), ATW_EINVAL,
                "written, not read");
    ck_assert_ptr_null(back);
    ck_assert_uint_eq(fixture_entry_count(""), 0);
    atw_tilt_series_destroy(series);
    atw_field_destroy(field);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nxtomo");
    TCase *tests = tcase_create("nxtomo");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, entry_has_what_the_definition_asks_for);
    tcase_add_loop_test(tests, counts_are_integers_and_other_values_are_not_rounded, 0,
                        2);
    tcase_add_loop_test(tests, failures_leave_nothing_behind, 0, 4);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
