/* Files of tilt angles. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "io/fixture.h"
#include "io/angles.h"
#include "support/support.h"

static enum atw_status
read_text(struct atw_angles **angles, const char *text, struct atw_error *err)
{
    fixture_store_text("a.rawtlt", text);
    return atw_angles_read(angles, fixture_path("a.rawtlt"), err);
}

START_TEST(degrees_become_radians_in_order)
{
    struct atw_error err;
    struct atw_angles *angles = NULL;

    CHECK_OK(read_text(&angles,
                       "\xEF\xBB\xBF# stage angles\n -72\t\r\n\n+1.5e1 # degrees\n"
                       "0\n.5\n-46.00",
                       &err));
    ck_assert_uint_eq(angles->count, 5);
    ck_assert_double_eq(angles->tilt_rad[0], -72.0 * ATW_DEGREE_RAD);
    ck_assert_double_eq(angles->tilt_rad[1], 15.0 * ATW_DEGREE_RAD);
    ck_assert_double_eq(angles->tilt_rad[2], 0.0);
    ck_assert_double_eq(angles->tilt_rad[3], 0.5 * ATW_DEGREE_RAD);
    ck_assert_double_eq(angles->tilt_rad[4], -46.0 * ATW_DEGREE_RAD);
    ck_assert_str_eq(angles->source, fixture_path("a.rawtlt"));
    atw_angles_destroy(angles);
    atw_angles_destroy(NULL);
}
END_TEST

START_TEST(anything_but_a_number_is_refused_with_its_line)
{
    static const char *const bad[] = {"12abc", "1 2",   "1,5",   "nan",   "inf",
                                      "0x10",  "--1",   "1e",    ".",     "+",
                                      "e5",    "1.2.3", "1e999", "12 deg"};
    struct atw_error err;
    struct atw_angles *angles = (struct atw_angles *)1;
    char text[64];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)snprintf(text, sizeof text, "1\n\n%s\n2\n", bad[i]);
        CHECK_FAILS(read_text(&angles, text, &err), ATW_EINPUT, "a.rawtlt:3: '");
        ck_assert_msg(strstr(err.text, bad[i]) != NULL, "%s", err.text);
        ck_assert_ptr_null(angles);
    }
}
END_TEST

START_TEST(impossible_angles_are_refused)
{
    struct atw_error err;
    struct atw_angles *angles = NULL;

    CHECK_FAILS(read_text(&angles, "1\n180.5\n", &err), ATW_EINPUT,
                ":2: tilt angle 180.5 degrees is outside -180 ... 180");
    CHECK_OK(read_text(&angles, "180\n-180\n", &err));
    atw_angles_destroy(angles);
    CHECK_FAILS(read_text(&angles, "# nothing\n\n", &err), ATW_EINPUT, "no tilt angle");
    CHECK_FAILS(read_text(&angles, "", &err), ATW_EINPUT, "no tilt angle");
    CHECK_FAILS(atw_angles_read(&angles, fixture_path("absent"), &err), ATW_EINPUT,
                "No such file");
    CHECK_FAILS(atw_angles_read(&angles, fixture_path(""), &err), ATW_EINPUT,
                "directory");
    fixture_store("a.rawtlt", "1\n\0002\n", 5);
    CHECK_FAILS(atw_angles_read(&angles, fixture_path("a.rawtlt"), &err), ATW_EINPUT,
                "byte 3 is zero");
}
END_TEST

START_TEST(radians_are_suspected)
{
    struct atw_error err;
    struct atw_angles *angles = NULL;

    CHECK_FAILS(read_text(&angles, "-1.2566\n-0.6283\n0\n0.6283\n1.2566\n", &err),
                ATW_EINPUT, "looks like radians; the file must hold degrees");
    /* Three angles, integers, or a wider range are believed. */
    CHECK_OK(read_text(&angles, "-1.2\n0.1\n1.2\n", &err));
    atw_angles_destroy(angles);
    CHECK_OK(read_text(&angles, "-1\n-1\n0\n0\n1\n1\n", &err));
    atw_angles_destroy(angles);
    CHECK_OK(read_text(&angles, "-1.5\n-0.5\n0.5\n1.7\n", &err));
    atw_angles_destroy(angles);
}
END_TEST

START_TEST(any_angle_survives_bit_for_bit)
{
    double tilt_rad[50];
    struct atw_error err;
    struct atw_angles *angles = NULL;

    for (unsigned i = 0; i < 50; i++)
        tilt_rad[i] = (atw_test_uniform((unsigned)_i, i) - 0.5) * 2.0 * ATW_PI;
    CHECK_OK(atw_angles_write(tilt_rad, 50, fixture_path("b.tlt"), 1, &err));
    CHECK_OK(atw_angles_read(&angles, fixture_path("b.tlt"), &err));
    ck_assert_uint_eq(angles->count, 50);
    ck_assert_mem_eq(angles->tilt_rad, tilt_rad, sizeof tilt_rad);
    atw_angles_destroy(angles);
}
END_TEST

START_TEST(whole_degrees_are_written_as_such)
{
    const double tilt_rad[] = {-72.0 * ATW_DEGREE_RAD, 0.0, 1.5 * ATW_DEGREE_RAD,
                               44.0 * (ATW_PI / 180.0)};
    struct atw_error err;
    size_t size;
    char *text;

    CHECK_OK(atw_angles_write(tilt_rad, 4, fixture_path("b.tlt"), 0, &err));
    text = (char *)fixture_load("b.tlt", &size);
    ck_assert_str_eq(text, "-72\n0\n1.5\n44\n");
    free(text);
}
END_TEST

START_TEST(writing_fails_cleanly)
{
    const double tilt_rad[] = {0.0, NAN};
    struct atw_error err;

    CHECK_FAILS(atw_angles_write(tilt_rad, 2, fixture_path("b.tlt"), 0, &err), ATW_EINVAL,
                "angle 2 is not finite");
    ck_assert_uint_eq(fixture_entry_count(""), 0);
    CHECK_OK(atw_angles_write(tilt_rad, 1, fixture_path("b.tlt"), 0, &err));
    CHECK_FAILS(atw_angles_write(tilt_rad, 1, fixture_path("b.tlt"), 0, &err),
                ATW_EOUTPUT, "--force");
}
END_TEST

START_TEST(damaged_files_do_not_crash)
{
    static const char good[] = "# angles\n-72\n-70.5\n\n-69\n1e1\n12.345678\n";

    for (unsigned seed = 0; seed < 400; seed++) {
        unsigned char bad[sizeof good];
        struct atw_error err = {0};
        struct atw_angles *angles = NULL;
        enum atw_status status;

        memcpy(bad, good, sizeof good);
        fixture_store("b.tlt", bad, fixture_damage(bad, strlen(good), seed));
        status = atw_angles_read(&angles, fixture_path("b.tlt"), &err);
        ck_assert_msg(status == ATW_OK || status == ATW_EINPUT, "seed %u: %s", seed,
                      err.text);
        ck_assert((status == ATW_OK) == (angles != NULL));
        atw_angles_destroy(angles);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("angles");
    TCase *tests = tcase_create("angles");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, degrees_become_radians_in_order);
    tcase_add_test(tests, anything_but_a_number_is_refused_with_its_line);
    tcase_add_test(tests, impossible_angles_are_refused);
    tcase_add_test(tests, radians_are_suspected);
    tcase_add_loop_test(tests, any_angle_survives_bit_for_bit, 0, 20);
    tcase_add_test(tests, whole_degrees_are_written_as_such);
    tcase_add_test(tests, writing_fails_cleanly);
    tcase_add_test(tests, damaged_files_do_not_crash);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
