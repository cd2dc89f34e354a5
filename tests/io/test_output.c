/* Safe output files and directories. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/fixture.h"
#include "io/output.h"
#include "io/output_directory.h"
#include "support/support.h"

static void check_text(const char *name, const char *expected)
{
    size_t size;
    char *text = (char *)fixture_load(name, &size);

    ck_assert_str_eq(text, expected);
    free(text);
}

static enum atw_status
write_text(const char *name, int force, const char *text, struct atw_error *err)
{
    struct atw_output *output = NULL;
    enum atw_status status = atw_output_begin(&output, fixture_path(name), force, err);

    if (status != ATW_OK)
        return status;
    (void)fputs(text, atw_output_stream(output));
    return atw_output_commit(&output, err);
}

START_TEST(file_appears_only_at_commit)
{
    struct atw_error err;
    struct atw_output *output = NULL;

    CHECK_OK(atw_output_begin(&output, fixture_path("a"), 0, &err));
    CHECK_OK(atw_output_write(output, "one", 3, &err));
    ck_assert(!fixture_exists("a"));
    ck_assert_uint_eq(fixture_entry_count(""), 1);
    CHECK_OK(atw_output_commit(&output, &err));
    ck_assert_ptr_null(output);
    check_text("a", "one");
    ck_assert_uint_eq(fixture_entry_count(""), 1);
}
END_TEST

START_TEST(abort_leaves_nothing)
{
    struct atw_error err;
    struct atw_output *output = NULL;

    atw_output_abort(NULL);
    CHECK_OK(atw_output_begin(&output, fixture_path("a"), 0, &err));
    CHECK_OK(atw_output_write(output, "one", 3, &err));
    atw_output_abort(output);
    ck_assert_uint_eq(fixture_entry_count(""), 0);
}
END_TEST

START_TEST(existing_file_needs_force)
{
    struct atw_error err;

    CHECK_OK(write_text("a", 0, "old", &err));
    CHECK_FAILS(write_text("a", 0, "new", &err), ATW_EOUTPUT, "--force");
    ck_assert_msg(strstr(err.text, fixture_path("a")) != NULL, "no path in '%s'",
                  err.text);
    check_text("a", "old");
    CHECK_OK(write_text("a", 1, "new", &err));
    check_text("a", "new");
    ck_assert_uint_eq(fixture_entry_count(""), 1);
}
END_TEST

START_TEST(file_created_meanwhile_is_not_overwritten)
{
    struct atw_error err;
    struct atw_output *output = NULL;

    CHECK_OK(atw_output_begin(&output, fixture_path("a"), 0, &err));
    fixture_store_text("a", "someone else's");
    CHECK_FAILS(atw_output_commit(&output, &err), ATW_EOUTPUT, "File exists");
    ck_assert_ptr_null(output);
    check_text("a", "someone else's");
    ck_assert_uint_eq(fixture_entry_count(""), 1);
}
END_TEST

START_TEST(two_writers_of_one_name_do_not_meet)
{
    struct atw_error err;
    struct atw_output *first = NULL;
    struct atw_output *second = NULL;

    CHECK_OK(atw_output_begin(&first, fixture_path("a"), 1, &err));
    CHECK_OK(atw_output_begin(&second, fixture_path("a"), 1, &err));
    CHECK_OK(atw_output_write(first, "first", 5, &err));
    CHECK_OK(atw_output_write(second, "second", 6, &err));
    CHECK_OK(atw_output_commit(&first, &err));
    CHECK_OK(atw_output_commit(&second, &err));
    check_text("a", "second");
    ck_assert_uint_eq(fixture_entry_count(""), 1);
}
END_TEST

START_TEST(link_is_followed)
{
    struct atw_error err;
    struct stat information;

    CHECK_OK(write_text("target", 0, "old", &err));
    ck_assert_int_eq(symlink(fixture_path("target"), fixture_path("link")), 0);
    CHECK_FAILS(write_text("link", 0, "new", &err), ATW_EOUTPUT, "--force");
    CHECK_OK(write_text("link", 1, "new", &err));
    check_text("target", "new");
    ck_assert_int_eq(lstat(fixture_path("link"), &information), 0);
    ck_assert(S_ISLNK(information.st_mode));
}
END_TEST

START_TEST(impossible_places_are_refused)
{
    struct atw_error err;

    CHECK_FAILS(write_text("absent/a", 0, "x", &err), ATW_EOUTPUT, "absent");
    CHECK_FAILS(write_text("absent/a", 0, "x", &err), ATW_EOUTPUT, "does not exist");
    ck_assert_int_eq(mkdir(fixture_path("folder"), 0777), 0);
    CHECK_FAILS(write_text("folder", 1, "x", &err), ATW_EOUTPUT, "is a directory");
    CHECK_OK(write_text("file", 0, "x", &err));
    CHECK_FAILS(write_text("file/a", 0, "x", &err), ATW_EOUTPUT, "Not a directory");
}
END_TEST

START_TEST(unwritable_folder_is_refused)
{
    struct atw_error err;
    int was_root = geteuid() == 0;

    ck_assert_int_eq(mkdir(fixture_path("locked"), 0555), 0);
    ck_assert_int_eq(chmod(fixture_path(""), 0755), 0);
    if (was_root)
        ck_assert_int_eq(seteuid(65534), 0);
    CHECK_FAILS(write_text("locked/a", 0, "x", &err), ATW_EOUTPUT, "Permission denied");
    if (was_root)
        ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

static enum atw_status write_blocks(const char *path, struct atw_error *err)
{
    static const char block[4096];
    struct atw_output *output = NULL;
    enum atw_status status = atw_output_begin(&output, path, 1, err);

    for (int i = 0; status == ATW_OK && i < 100; i++)
        status = atw_output_write(output, block, sizeof block, err);
    atw_output_abort(output);
    return status;
}

START_TEST(full_disk_is_noticed_and_leaves_nothing)
{
    struct atw_error err;

    CHECK_OK(write_text("a", 0, "old", &err));
    CHECK_FAILS_ON_FULL_DISK(20000, write_blocks(fixture_path("a"), &err),
                             "File too large");
    check_text("a", "old");
    ck_assert_uint_eq(fixture_entry_count(""), 1);
}
END_TEST

static enum atw_status print_lines(const char *path, struct atw_error *err)
{
    struct atw_output *output = NULL;
    enum atw_status status = atw_output_begin(&output, path, 0, err);

    if (status != ATW_OK)
        return status;
    for (int i = 0; i < 10000; i++)
        (void)fprintf(atw_output_stream(output), "line %d\n", i);
    return atw_output_commit(&output, err);
}

START_TEST(unchecked_write_errors_show_at_commit)
{
    struct atw_error err;

    CHECK_FAILS_ON_FULL_DISK(20000, print_lines(fixture_path("a"), &err), "cannot write");
    ck_assert_uint_eq(fixture_entry_count(""), 0);
}
END_TEST

START_TEST(device_is_written_directly)
{
    struct atw_error err;
    struct atw_output *output = NULL;

    CHECK_OK(atw_output_begin(&output, "/dev/null", 0, &err));
    ck_assert(atw_output_is_direct(output));
    CHECK_OK(atw_output_write(output, "x", 1, &err));
    CHECK_OK(atw_output_commit(&output, &err));
    CHECK_OK(atw_output_begin(&output, "/dev/full", 0, &err));
    CHECK_OK(atw_output_write(output, "x", 1, &err));
    CHECK_FAILS(atw_output_commit(&output, &err), ATW_EOUTPUT, "No space left");
    ck_assert_int_eq(access("/dev/full", F_OK), 0);
}
END_TEST

static void put_in(const struct atw_output_directory *directory, const char *name)
{
    char path[PATH_MAX];
    FILE *stream;

    (void)snprintf(path, sizeof path, "%s/%s", atw_output_directory_path(directory),
                   name);
    stream = fopen(path, "w");
    ck_assert_ptr_nonnull(stream);
    (void)fputs("{\"program\": \"alloytwin\"}\n", stream);
    ck_assert_int_eq(fclose(stream), 0);
}

static enum atw_status
write_directory(const char *name, int force, const char *file, struct atw_error *err)
{
    struct atw_output_directory *directory = NULL;
    enum atw_status status =
        atw_output_directory_begin(&directory, fixture_path(name), force, err);

    if (status != ATW_OK)
        return status;
    put_in(directory, file);
    return atw_output_directory_commit(&directory, err);
}

START_TEST(directory_appears_only_at_commit)
{
    struct atw_error err;
    struct atw_output_directory *directory = NULL;

    CHECK_OK(atw_output_directory_begin(&directory, fixture_path("run//"), 0, &err));
    put_in(directory, "result.json");
    ck_assert(!fixture_exists("run"));
    CHECK_OK(atw_output_directory_commit(&directory, &err));
    ck_assert_ptr_null(directory);
    ck_assert(fixture_exists("run/result.json"));
    ck_assert_uint_eq(fixture_entry_count(""), 1);
}
END_TEST

START_TEST(aborted_directory_is_removed_with_its_files)
{
    struct atw_error err;
    struct atw_output_directory *directory = NULL;
    char inner[PATH_MAX];

    atw_output_directory_abort(NULL);
    CHECK_OK(atw_output_directory_begin(&directory, fixture_path("run"), 0, &err));
    (void)snprintf(inner, sizeof inner, "%s/tables",
                   atw_output_directory_path(directory));
    ck_assert_int_eq(mkdir(inner, 0777), 0);
    put_in(directory, "tables/a.csv");
    atw_output_directory_abort(directory);
    ck_assert_uint_eq(fixture_entry_count(""), 0);
}
END_TEST

START_TEST(own_and_empty_directories_are_replaced_with_force)
{
    struct atw_error err;

    ck_assert_int_eq(mkdir(fixture_path("run"), 0777), 0);
    CHECK_FAILS(write_directory("run", 0, "provenance.json", &err), ATW_EOUTPUT,
                "--force");
    CHECK_OK(write_directory("run", 1, "provenance.json", &err));
    CHECK_OK(write_directory("run", 1, "result.json", &err));
    ck_assert(!fixture_exists("run/provenance.json"));
    ck_assert_int_eq(mkdir(fixture_path("run/experiment"), 0777), 0);
    ck_assert_int_eq(unlink(fixture_path("run/result.json")), 0);
    fixture_store_text("run/experiment/experiment.yaml",
                       "format: alloytwin-experiment/1\n");
    CHECK_OK(write_directory("run", 1, "report.html", &err));
    ck_assert(!fixture_exists("run/experiment"));
    ck_assert_uint_eq(fixture_entry_count(""), 1);
    ck_assert_uint_eq(fixture_entry_count("run"), 1);
}
END_TEST

START_TEST(foreign_directories_are_never_replaced)
{
    struct atw_error err;

    ck_assert_int_eq(mkdir(fixture_path("home"), 0777), 0);
    ck_assert_int_eq(mkdir(fixture_path("home/experiment"), 0777), 0);
    fixture_store_text("home/experiment/thesis.tex", "years of work, alloytwin\n");
    fixture_store_text("home/result.json", "{\"program\": \"another\"}\n");
    CHECK_FAILS(write_directory("home", 1, "a", &err), ATW_EOUTPUT,
                "was not written by alloytwin");
    ck_assert(fixture_exists("home/experiment/thesis.tex"));
    fixture_store_text("file", "x");
    CHECK_FAILS(write_directory("file", 1, "a", &err), ATW_EOUTPUT,
                "a file of that name");
    CHECK_FAILS(write_directory("home/.", 1, "a", &err), ATW_EOUTPUT,
                "a name of its own");
    CHECK_FAILS(write_directory("absent/run", 1, "a", &err), ATW_EOUTPUT,
                "does not exist");
    ck_assert_uint_eq(fixture_entry_count(""), 2);
}
END_TEST

START_TEST(directory_filled_meanwhile_is_kept)
{
    struct atw_error err;
    struct atw_output_directory *directory = NULL;

    CHECK_OK(atw_output_directory_begin(&directory, fixture_path("run"), 1, &err));
    ck_assert_int_eq(mkdir(fixture_path("run"), 0777), 0);
    fixture_store_text("run/notes.txt", "x");
    CHECK_FAILS(atw_output_directory_commit(&directory, &err), ATW_EOUTPUT,
                "was not written by alloytwin");
    ck_assert(fixture_exists("run/notes.txt"));
    ck_assert_uint_eq(fixture_entry_count(""), 1);
}
END_TEST

START_TEST(linked_directory_is_replaced_where_it_is)
{
    struct atw_error err;
    struct stat information;

    ck_assert_int_eq(mkdir(fixture_path("disk"), 0777), 0);
    ck_assert_int_eq(symlink(fixture_path("disk"), fixture_path("run")), 0);
    CHECK_OK(write_directory("run", 1, "result.json", &err));
    ck_assert(fixture_exists("disk/result.json"));
    ck_assert_int_eq(lstat(fixture_path("run"), &information), 0);
    ck_assert(S_ISLNK(information.st_mode));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output");
    TCase *tests = tcase_create("output");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, file_appears_only_at_commit);
    tcase_add_test(tests, abort_leaves_nothing);
    tcase_add_test(tests, existing_file_needs_force);
    tcase_add_test(tests, file_created_meanwhile_is_not_overwritten);
    tcase_add_test(tests, two_writers_of_one_name_do_not_meet);
    tcase_add_test(tests, link_is_followed);
    tcase_add_test(tests, impossible_places_are_refused);
    tcase_add_test(tests, unwritable_folder_is_refused);
    tcase_add_test(tests, full_disk_is_noticed_and_leaves_nothing);
    tcase_add_test(tests, unchecked_write_errors_show_at_commit);
    tcase_add_test(tests, device_is_written_directly);
    tcase_add_test(tests, directory_appears_only_at_commit);
    tcase_add_test(tests, aborted_directory_is_removed_with_its_files);
    tcase_add_test(tests, own_and_empty_directories_are_replaced_with_force);
    tcase_add_test(tests, foreign_directories_are_never_replaced);
    tcase_add_test(tests, directory_filled_meanwhile_is_kept);
    tcase_add_test(tests, linked_directory_is_replaced_where_it_is);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
