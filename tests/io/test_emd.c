/* EMD files: round trips, refusals, files of other programs, damaged files, full disks.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5.h>

#include "core/constants.h"
#include "io/emd.h"
#include "io/fixture.h"
#include "io/hdf5_access.h"
#include "support/support.h"

/* HDF5 1.10.8 itself loses 424 bytes for each object of a damaged file that it cannot
 * open; the leak checker shall look at our memory only. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

static const struct atw_emd_text counts = {.description = "test values", .unit = "count"};

START_TEST(volume_survives_exactly)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    struct atw_field *back = NULL;

    CHECK_OK(atw_emd_write_field(field, fixture_path("a.emd"), 0, &counts, NULL, &err));
    CHECK_OK(atw_emd_read_field(&back, fixture_path("a.emd"), NULL, 0.0, &err));
    fixture_check_same_field(field, back);
    atw_field_destroy(back);
    CHECK_OK(atw_emd_read_field(&back, fixture_path("a.emd"), "tomography", 3e-10, &err));
    ck_assert_double_eq(back->grid.spacing_m, 3e-10);
    atw_field_destroy(back);
    CHECK_FAILS(atw_emd_write_field(field, fixture_path("a.emd"), 0, &counts, NULL, &err),
                ATW_EOUTPUT, "--force");
    atw_field_destroy(field);
    ck_assert_uint_eq(fixture_entry_count(""), 1);
}
END_TEST

START_TEST(tilt_series_survives_exactly)
{
    struct atw_error err;
    struct atw_tilt_series *series = fixture_series();
    struct atw_tilt_series *back = NULL;

    CHECK_OK(atw_emd_write_series(series, fixture_path("a.emd"), 0, &counts, NULL, &err));
    CHECK_OK(atw_emd_read_series(&back, fixture_path("a.emd"), NULL, NULL, 0.0, &err));
    fixture_check_same_series(series, back);
    atw_tilt_series_destroy(back);
    atw_tilt_series_destroy(series);
}
END_TEST

/* Equal files also when they are written at different times. */
START_TEST(objects_carry_no_time_stamp)
{
    static const char *const objects[] = {"/",
                                          "/data",
                                          "/data/tomography",
                                          "/data/tomography/data",
                                          "/alloytwin",
                                          "/data/tomography/dim1"};
    struct atw_error err;
    struct atw_field *field = fixture_field();
    hid_t file;

    CHECK_OK(atw_emd_write_field(field, fixture_path("a.emd"), 0, &counts, NULL, &err));
    atw_field_destroy(field);
    file = H5Fopen(fixture_path("a.emd"), H5F_ACC_RDONLY, H5P_DEFAULT);
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
        H5O_info_t information;

        ck_assert(H5Oget_info_by_name(file, objects[i], &information, H5P_DEFAULT) >= 0);
        ck_assert_msg(information.ctime == 0 && information.mtime == 0, "%s", objects[i]);
    }
    (void)H5Fclose(file);
}
END_TEST

START_TEST(equal_content_makes_equal_files)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    size_t sizes[2];
    unsigned char *bytes[2];

    CHECK_OK(atw_emd_write_field(field, fixture_path("a.emd"), 0, &counts, NULL, &err));
    CHECK_OK(atw_emd_write_field(field, fixture_path("b.emd"), 0, &counts, NULL, &err));
    bytes[0] = fixture_load("a.emd", &sizes[0]);
    bytes[1] = fixture_load("b.emd", &sizes[1]);
    ck_assert_uint_eq(sizes[0], sizes[1]);
    ck_assert_mem_eq(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
    atw_field_destroy(field);
}
END_TEST

static void
check_attribute(hid_t file, const char *object, const char *key, const char *text)
{
    hid_t id = H5Oopen(file, object, H5P_DEFAULT);
    char found[64] = "";

    ck_assert_msg(id >= 0, "%s", object);
    ck_assert_msg(atw_hdf5_read_text(id, key, found, sizeof found), "%s of %s", key,
                  object);
    ck_assert_str_eq(found, text);
    (void)H5Oclose(id);
}

START_TEST(every_dataset_says_what_it_is)
{
    struct atw_error err;
    struct atw_tilt_series *series = fixture_series();
    unsigned value = 0;
    hid_t file;
    hid_t group;

    CHECK_OK(atw_emd_write_series(series, fixture_path("a.emd"), 0, &counts, NULL, &err));
    file = H5Fopen(fixture_path("a.emd"), H5F_ACC_RDONLY, H5P_DEFAULT);
    ck_assert(file >= 0);
    ck_assert(atw_hdf5_read_unsigned(file, "version_minor", &value));
    ck_assert_uint_eq(value, 2);
    group = H5Gopen2(file, "/data/tomography", H5P_DEFAULT);
    ck_assert(atw_hdf5_read_unsigned(group, "emd_group_type", &value));
    ck_assert_uint_eq(value, 1);
    check_attribute(file, "/data/tomography/data", "description", "test values");
    check_attribute(file, "/data/tomography/data", "unit", "count");
    check_attribute(file, "/data/tomography/data", "axes", "angle,y,x");
    check_attribute(file, "/data/tomography/dim1", "units", "[deg]");
    check_attribute(file, "/data/tomography/dim1", "name", "angle");
    check_attribute(file, "/data/tomography/dim3", "units", "[n_m]");
    check_attribute(file, "/data/tomography/dim3", "name", "x");
    check_attribute(file, "/data/tomography/tilt_rad", "unit", "rad");
    (void)H5Gclose(group);
    (void)H5Fclose(file);
    atw_tilt_series_destroy(series);
}
END_TEST

/* A scenario longer than the 64 KiB an attribute may have. */
static char *long_text(void)
{
    char *text = malloc(100001);

    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < 100000; i++)
        text[i] = (char)('a' + i % 26);
    text[100000] = '\0';
    return text;
}

START_TEST(metadata_of_any_length_is_kept)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    struct atw_metadata *metadata = NULL;
    char *text = long_text();
    char *back = calloc(1, 100001);
    hid_t file;
    hid_t dataset;
    hid_t type;

    CHECK_OK(atw_metadata_create(&metadata, &err));
    CHECK_OK(atw_metadata_set(metadata, "seed", "20230510", &err));
    CHECK_OK(atw_metadata_set(metadata, "scenario", text, &err));
    CHECK_OK(
        atw_emd_write_field(field, fixture_path("a.emd"), 0, &counts, metadata, &err));
    file = H5Fopen(fixture_path("a.emd"), H5F_ACC_RDONLY, H5P_DEFAULT);
    dataset = H5Dopen2(file, "/alloytwin/scenario", H5P_DEFAULT);
    ck_assert(dataset >= 0);
    type = H5Dget_type(dataset);
    ck_assert_uint_eq(H5Tget_size(type), 100001);
    ck_assert(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, back) >= 0);
    ck_assert_str_eq(back, text);
    (void)H5Tclose(type);
    (void)H5Dclose(dataset);
    (void)H5Fclose(file);
    atw_metadata_destroy(metadata);
    atw_field_destroy(field);
    free(text);
    free(back);
}
END_TEST

START_TEST(several_volumes_live_in_one_file)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    struct atw_field *back = NULL;
    struct atw_tilt_series *series = fixture_series();
    struct atw_tilt_series *series_back = NULL;
    struct atw_emd *emd = NULL;
    char name[16];

    CHECK_OK(atw_emd_begin(&emd, fixture_path("result.emd"), 0, NULL, &err));
    for (int i = 0; i < 20; i++) {
        field->value[0] = (float)i;
        (void)snprintf(name, sizeof name, "step_%03d", i);
        CHECK_OK(atw_emd_add_field(emd, name, field, &counts, &err));
        CHECK_OK(atw_emd_add_number(emd, name, "temperature_K", 673.15 + i, &err));
        CHECK_OK(atw_emd_add_text(emd, name, "particle", "A", &err));
    }
    CHECK_OK(atw_emd_add_series(emd, "A_000", series, &counts, &err));
    ck_assert(!fixture_exists("result.emd"));
    CHECK_OK(atw_emd_commit(&emd, &err));
    ck_assert_ptr_null(emd);
    CHECK_OK(
        atw_emd_read_field(&back, fixture_path("result.emd"), "step_013", 0.0, &err));
    ck_assert_float_eq(back->value[0], 13.0f);
    atw_field_destroy(back);
    CHECK_OK(atw_emd_read_field(&back, fixture_path("result.emd"), "/data/step_019", 0.0,
                                &err));
    ck_assert_float_eq(back->value[0], 19.0f);
    fixture_check_same_field(field, back);
    CHECK_OK(atw_emd_read_series(&series_back, fixture_path("result.emd"), NULL, NULL,
                                 0.0, &err));
    fixture_check_same_series(series, series_back);
    atw_field_destroy(back);
    atw_field_destroy(field);
    atw_tilt_series_destroy(series);
    atw_tilt_series_destroy(series_back);
}
END_TEST

START_TEST(writer_refuses_what_it_cannot_keep)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    struct atw_emd *emd = NULL;

    atw_emd_abort(NULL);
    CHECK_OK(atw_emd_begin(&emd, fixture_path("a.emd"), 0, NULL, &err));
    CHECK_OK(atw_emd_add_field(emd, "one", field, &counts, &err));
    CHECK_FAILS(atw_emd_add_field(emd, "one", field, &counts, &err), ATW_EINVAL,
                "'one' was written before");
    CHECK_FAILS(atw_emd_add_field(emd, "a/b", field, &counts, &err), ATW_EINVAL,
                "group name 'a/b'");
    CHECK_FAILS(atw_emd_add_field(emd, "..", field, &counts, &err), ATW_EINVAL, "'..'");
    CHECK_FAILS(atw_emd_add_text(emd, "two", "k", "v", &err), ATW_EINVAL,
                "no group 'two'");
    field->value[3] = NAN;
    CHECK_FAILS(atw_emd_add_field(emd, "two", field, &counts, &err), ATW_EINPUT,
                "x 3, y 0, z 0");
    atw_emd_abort(emd);
    ck_assert_uint_eq(fixture_entry_count(""), 0);
    CHECK_FAILS(atw_emd_begin(&emd, "/dev/null", 1, NULL, &err), ATW_EOUTPUT, "device");
    CHECK_FAILS(atw_emd_begin(&emd, fixture_path("absent/a.emd"), 1, NULL, &err),
                ATW_EOUTPUT, "does not exist");
    atw_field_destroy(field);
}
END_TEST

/* Whatever the moment at which the disk fills up: a message, no file, and a library that
 * works afterwards. */
START_TEST(full_disk_is_survived)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    struct atw_field *back = NULL;
    size_t size;

    CHECK_OK(atw_emd_write_field(field, fixture_path("a.emd"), 0, &counts, NULL, &err));
    free(fixture_load("a.emd", &size));
    CHECK_FAILS_ON_FULL_DISK(
        (size - 1) * (size_t)_i / 12,
        atw_emd_write_field(field, fixture_path("b.emd"), 0, &counts, NULL, &err),
        "File too large");
    ck_assert_uint_eq(fixture_entry_count(""), 1);
    CHECK_OK(atw_emd_write_field(field, fixture_path("b.emd"), 0, &counts, NULL, &err));
    CHECK_OK(atw_emd_read_field(&back, fixture_path("b.emd"), NULL, 0.0, &err));
    fixture_check_same_field(field, back);
    atw_field_destroy(back);
    atw_field_destroy(field);
    ck_assert_int_eq(H5close(), 0);
}
END_TEST

START_TEST(volumes_and_tilt_series_are_told_apart)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    struct atw_tilt_series *series = fixture_series();
    struct atw_angles *angles = NULL;
    double tilt_rad[9] = {0.1};

    CHECK_OK(atw_emd_write_field(field, fixture_path("a.emd"), 0, &counts, NULL, &err));
    CHECK_OK(atw_emd_write_series(series, fixture_path("b.emd"), 0, &counts, NULL, &err));
    atw_field_destroy(field);
    atw_tilt_series_destroy(series);
    CHECK_FAILS(atw_emd_read_field(&field, fixture_path("b.emd"), NULL, 0.0, &err),
                ATW_EINPUT, "tilt series, not a volume");
    ck_assert_ptr_null(field);
    CHECK_FAILS(
        atw_emd_read_series(&series, fixture_path("a.emd"), NULL, NULL, 0.0, &err),
        ATW_EINPUT, "dim1 is in '[n_m]', not '[deg]'");
    ck_assert_ptr_null(series);
    CHECK_OK(atw_angles_create(&angles, tilt_rad, 9, "a.tlt", &err));
    CHECK_OK(
        atw_emd_read_series(&series, fixture_path("a.emd"), NULL, angles, 0.0, &err));
    ck_assert_uint_eq(series->n_tilt, 9);
    ck_assert_double_eq(series->tilt_rad[0], 0.1);
    ck_assert_double_eq(series->pixel_m, 6e-10);
    atw_tilt_series_destroy(series);
    CHECK_FAILS(
        atw_emd_read_series(&series, fixture_path("b.emd"), NULL, angles, 0.0, &err),
        ATW_EINPUT, "has 4 views, but 'a.tlt' has 9 angles");
    atw_angles_destroy(angles);
}
END_TEST

START_TEST(other_files_are_refused)
{
    struct atw_error err;
    struct atw_field *field = fixture_field();
    hid_t file;

    CHECK_OK(atw_emd_write_field(field, fixture_path("a.emd"), 0, &counts, NULL, &err));
    atw_field_destroy(field);
    CHECK_FAILS(atw_emd_read_field(&field, fixture_path("a.emd"), "absent", 0.0, &err),
                ATW_EINPUT,
                "no group '/data/absent' with three-dimensional data; /data has "
                "tomography");
    CHECK_FAILS(
        atw_emd_read_field(&field, fixture_path("a.emd"), "/alloytwin", 0.0, &err),
        ATW_EINPUT, "no group '/alloytwin'");
    CHECK_FAILS(atw_emd_read_field(&field, fixture_path("a.emd"), NULL, -1.0, &err),
                ATW_EINVAL, "must be positive");
    CHECK_FAILS(atw_emd_read_field(&field, fixture_path("absent.emd"), NULL, 0.0, &err),
                ATW_EINPUT, "No such file");
    fixture_store_text("b.emd", "this is no HDF5 file");
    CHECK_FAILS(atw_emd_read_field(&field, fixture_path("b.emd"), NULL, 0.0, &err),
                ATW_EINPUT, "not an HDF5 file");
    file = H5Fcreate(fixture_path("c.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    (void)H5Fclose(file);
    CHECK_FAILS(atw_emd_read_field(&field, fixture_path("c.h5"), NULL, 0.0, &err),
                ATW_EINPUT, "no EMD group");
    ck_assert_ptr_null(field);
}
END_TEST

/* What another program might write: 2 x 3 x 4 values of any type, coordinates that need
 * not be single precision, the file in HDF5's oldest format. */
struct foreign_file {
    hid_t type;
    double step[3];
    const char *unit;
    const char *attribute;
    size_t missing_coordinates;
    int has_two_coordinates;
    int is_never_written;
};

static void store_foreign(const char *name, const struct foreign_file *foreign)
{
    static const char *const names[] = {"dim1", "dim2", "dim3"};
    const hsize_t dimension[] = {2, 3, 4};
    double value[24];
    hid_t file = H5Fcreate(fixture_path(name), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t parent = atw_hdf5_create_group(file, "/experiment");
    hid_t group = atw_hdf5_create_group(parent, "volume");
    hid_t dataset;

    for (int i = 0; i < 24; i++)
        value[i] = i;
    ck_assert(atw_hdf5_put_unsigned(group, "emd_group_type", 1) >= 0);
    if (foreign->is_never_written) {
        hid_t space = H5Screate_simple(3, dimension, NULL);

        dataset = H5Dcreate2(group, "data", foreign->type, space, H5P_DEFAULT,
                             H5P_DEFAULT, H5P_DEFAULT);
        (void)H5Sclose(space);
    } else {
        dataset = atw_hdf5_put_dataset(group, "data", foreign->type, H5T_NATIVE_DOUBLE, 3,
                                       dimension, value);
    }
    ck_assert(dataset >= 0);
    (void)H5Dclose(dataset);
    for (size_t axis = foreign->missing_coordinates; axis < 3; axis++) {
        const hsize_t two = 2;

        for (int i = 0; i < 4; i++)
            value[i] = 100.0 + i * foreign->step[axis];
        dataset = atw_hdf5_put_dataset(
            group, names[axis], H5T_IEEE_F64BE, H5T_NATIVE_DOUBLE, 1,
            foreign->has_two_coordinates ? &two : &dimension[axis], value);
        ck_assert(atw_hdf5_put_text(dataset, foreign->attribute, foreign->unit) >= 0);
        (void)H5Dclose(dataset);
    }
    (void)H5Gclose(group);
    (void)H5Gclose(parent);
    (void)H5Fclose(file);
}

START_TEST(files_of_other_programs_are_read)
{
    static const char *const texts[] = {"[n_m]",     "nm", "[\xC3\x85]", "[u_m]",
                                        "\xC2\xB5m", "m",  "angstrom",   "[p_m]"};
    const double si[] = {1e-9, 1e-9, 1e-10, 1e-6, 1e-6, 1.0, 1e-10, 1e-12};
    const hid_t types[] = {H5T_STD_I16BE, H5T_STD_U8LE, H5T_IEEE_F64LE, H5T_IEEE_F32BE};
    struct atw_error err;
    struct atw_field *field = NULL;
    struct foreign_file foreign = {.type = types[_i % 4],
                                   .step = {0.5, 0.5, 0.5},
                                   .unit = texts[_i],
                                   .has_two_coordinates = _i / 4,
                                   .attribute = _i % 2 ? "unit" : "units"};

    store_foreign("a.emd", &foreign);
    CHECK_OK(atw_emd_read_field(&field, fixture_path("a.emd"), NULL, 0.0, &err));
    ck_assert_uint_eq(field->grid.n_x, 4);
    ck_assert_uint_eq(field->grid.n_z, 2);
    ck_assert_double_eq_tol(field->grid.spacing_m, 0.5 * si[_i], 1e-9 * si[_i]);
    ck_assert_float_eq(field->value[23], 23.0f);
    atw_field_destroy(field);
    CHECK_OK(atw_emd_read_field(&field, fixture_path("a.emd"), "/experiment/volume", 0.0,
                                &err));
    atw_field_destroy(field);
}
END_TEST

START_TEST(unusable_coordinates_are_refused)
{
    const struct foreign_file good = {.type = H5T_IEEE_F32LE,
                                      .step = {0.5, 0.5, 0.5},
                                      .unit = "[n_m]",
                                      .attribute = "units"};
    struct foreign_file foreign = good;
    struct atw_error err;
    struct atw_field *field = NULL;

    foreign.step[0] = 0.6;
    store_foreign("a.emd", &foreign);
    CHECK_FAILS(atw_emd_read_field(&field, fixture_path("a.emd"), NULL, 0.0, &err),
                ATW_EINPUT, "0.6 nm along one axis but 0.5 nm along axis 2");
    foreign = good;
    foreign.step[1] = -0.5;
    store_foreign("a.emd", &foreign);
    CHECK_FAILS(atw_emd_read_field(&field, fixture_path("a.emd"), NULL, 0.0, &err),
                ATW_EINPUT, "axis 2 do not increase");
    foreign = good;
    foreign.unit = "[px]";
    store_foreign("a.emd", &foreign);
    CHECK_FAILS(atw_emd_read_field(&field, fixture_path("a.emd"), NULL, 0.0, &err),
                ATW_EINPUT, "dim1 is in '[px]'");
    CHECK_OK(atw_emd_read_field(&field, fixture_path("a.emd"), NULL, 1e-9, &err));
    atw_field_destroy(field);
    foreign = good;
    foreign.missing_coordinates = 3;
    store_foreign("a.emd", &foreign);
    CHECK_FAILS(atw_emd_read_field(&field, fixture_path("a.emd"), NULL, 0.0, &err),
                ATW_EINPUT, "give the pixel size");
    foreign = good;
    foreign.is_never_written = 1;
    store_foreign("a.emd", &foreign);
    CHECK_FAILS(atw_emd_read_field(&field, fixture_path("a.emd"), NULL, 0.0, &err),
                ATW_EINPUT, "not all of them are in the file");
}
END_TEST

/* Multiply the values of a dataset and replace the first, in place. */
static void change(const char *name, const char *object, double factor, double first)
{
    hid_t file = H5Fopen(fixture_path(name), H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, object, H5P_DEFAULT);
    double value[8] = {0};

    ck_assert(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >=
              0);
    for (int i = 0; i < 8; i++)
        value[i] *= factor;
    value[0] = first;
    ck_assert(
        H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0);
    (void)H5Dclose(dataset);
    (void)H5Fclose(file);
}

START_TEST(contradictions_are_refused)
{
    struct atw_error err;
    struct atw_tilt_series *series = fixture_series();
    const char *path = fixture_path("a.emd");

    CHECK_OK(atw_emd_write_series(series, path, 0, &counts, NULL, &err));
    atw_tilt_series_destroy(series);
    change("a.emd", "/data/tomography/dim1", 1.0, -70.0);
    CHECK_FAILS(atw_emd_read_series(&series, path, NULL, NULL, 0.0, &err), ATW_EINPUT,
                "disagree by -0.5 degrees in view 1");
    change("a.emd", "/data/tomography/tilt_rad", 1.0, -70.0 * ATW_DEGREE_RAD);
    change("a.emd", "/data/tomography/dim2", 1.0, 0.05);
    CHECK_FAILS(atw_emd_read_series(&series, path, NULL, NULL, 0.0, &err), ATW_EINPUT,
                "unevenly spaced");
    change("a.emd", "/data/tomography/dim2", 1.5, 0.0);
    CHECK_FAILS(atw_emd_read_series(&series, path, NULL, NULL, 0.0, &err), ATW_EINPUT,
                "0.39 nm along one axis but 0.26 nm along axis 3");
    change("a.emd", "/data/tomography/dim3", 1.5, 0.0);
    CHECK_FAILS(atw_emd_read_series(&series, path, NULL, NULL, 0.0, &err), ATW_EINPUT,
                "spacing_m 2.6e-10 contradicts the coordinates");
    change("a.emd", "/data/tomography/tilt_rad", 1.0, NAN);
    CHECK_FAILS(atw_emd_read_series(&series, path, NULL, NULL, 0.0, &err), ATW_EINPUT,
                "tilt_rad is not one finite number for each of the 4 views");
}
END_TEST

/* What another program leaves: no tilt_rad, only dim1. */
static void forget_exact_angles(const char *name)
{
    hid_t file = H5Fopen(fixture_path(name), H5F_ACC_RDWR, H5P_DEFAULT);

    ck_assert(H5Ldelete(file, "/data/tomography/tilt_rad", H5P_DEFAULT) >= 0);
    (void)H5Fclose(file);
}

START_TEST(angles_of_other_programs_are_doubted)
{
    struct atw_error err;
    struct atw_tilt_series *series = fixture_series();
    const char *path = fixture_path("a.emd");

    CHECK_OK(atw_emd_write_series(series, path, 0, &counts, NULL, &err));
    atw_tilt_series_destroy(series);
    forget_exact_angles("a.emd");
    CHECK_OK(atw_emd_read_series(&series, path, NULL, NULL, 0.0, &err));
    ck_assert_double_eq_tol(series->tilt_rad[3], 72.0 * ATW_DEGREE_RAD, 1e-7);
    atw_tilt_series_destroy(series);
    change("a.emd", "/data/tomography/dim1", 1.0, 200.0);
    CHECK_FAILS(atw_emd_read_series(&series, path, NULL, NULL, 0.0, &err), ATW_EINPUT,
                "view 1 a tilt of 200 degrees, which is outside -180 ... 180");
    change("a.emd", "/data/tomography/dim1", ATW_DEGREE_RAD, -1.23);
    CHECK_FAILS(atw_emd_read_series(&series, path, NULL, NULL, 0.0, &err), ATW_EINPUT,
                "looks like radians");
    change("a.emd", "/data/tomography/dim1", 1.0, NAN);
    CHECK_FAILS(atw_emd_read_series(&series, path, NULL, NULL, 0.0, &err), ATW_EINPUT,
                "dim1 is not one finite coordinate for each of the 4 views; correct it");
    ck_assert_ptr_null(series);
}
END_TEST

/* Without a spacing of our own the unit is not at fault. */
START_TEST(coordinates_that_are_no_numbers_are_named)
{
    struct foreign_file foreign = {.type = H5T_IEEE_F64LE,
                                   .step = {NAN, NAN, NAN},
                                   .unit = "nm",
                                   .attribute = "units"};
    struct atw_field *field = NULL;
    struct atw_error err;

    store_foreign("a.emd", &foreign);
    CHECK_FAILS(atw_emd_read_field(&field, fixture_path("a.emd"), NULL, 0.0, &err),
                ATW_EINPUT,
                "dim1 is not one finite coordinate for each of 2 pixels; give the pixel");
    ck_assert_ptr_null(field);
}
END_TEST

START_TEST(damaged_files_do_not_crash)
{
    struct atw_field *field = fixture_field();
    struct atw_tilt_series *series = NULL;
    size_t size;
    unsigned char *good;
    unsigned char *bad;
    unsigned refused = 0;

    ck_assert_int_eq(
        atw_emd_write_field(field, fixture_path("a.emd"), 0, &counts, NULL, NULL),
        ATW_OK);
    atw_field_destroy(field);
    good = fixture_load("a.emd", &size);
    bad = malloc(size);
    ck_assert_ptr_nonnull(bad);
    for (unsigned seed = 0; seed < 600; seed++) {
        struct atw_error err = {0};
        enum atw_status status;

        memcpy(bad, good, size);
        fixture_store("b.emd", bad, fixture_damage(bad, size, seed));
        status = atw_emd_read_field(&field, fixture_path("b.emd"), NULL, 0.0, &err);
        ck_assert_msg(status == ATW_OK || status == ATW_EINPUT, "seed %u: %d %s", seed,
                      (int)status, err.text);
        ck_assert((status == ATW_OK) == (field != NULL));
        refused += status != ATW_OK;
        atw_field_destroy(field);
        ck_assert_int_eq(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
        ck_assert_int_ne(
            atw_emd_read_series(&series, fixture_path("b.emd"), NULL, NULL, 0.0, NULL),
            ATW_OK);
    }
    ck_assert_uint_gt(refused, 150);
    free(good);
    free(bad);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("emd");
    TCase *tests = tcase_create("emd");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, volume_survives_exactly);
    tcase_add_test(tests, tilt_series_survives_exactly);
    tcase_add_test(tests, objects_carry_no_time_stamp);
    tcase_add_test(tests, equal_content_makes_equal_files);
    tcase_add_test(tests, every_dataset_says_what_it_is);
    tcase_add_test(tests, metadata_of_any_length_is_kept);
    tcase_add_test(tests, several_volumes_live_in_one_file);
    tcase_add_test(tests, writer_refuses_what_it_cannot_keep);
    tcase_add_loop_test(tests, full_disk_is_survived, 0, 13);
    tcase_add_test(tests, volumes_and_tilt_series_are_told_apart);
    tcase_add_test(tests, other_files_are_refused);
    tcase_add_loop_test(tests, files_of_other_programs_are_read, 0, 8);
    tcase_add_test(tests, unusable_coordinates_are_refused);
    tcase_add_test(tests, contradictions_are_refused);
    tcase_add_test(tests, angles_of_other_programs_are_doubted);
    tcase_add_test(tests, coordinates_that_are_no_numbers_are_named);
    tcase_add_test(tests, damaged_files_do_not_crash);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
