/* JSON files and provenance. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/version.h"
#include "io/fixture.h"
#include "io/json_file.h"
#include "io/metadata.h"
#include "support/support.h"

static enum atw_status read_text(json_t **value, const char *text, struct atw_error *err)
{
    fixture_store_text("a.json", text);
    return atw_json_load(value, fixture_path("a.json"), err);
}

START_TEST(numbers_and_order_survive_exactly)
{
    struct atw_error err;
    json_t *value = json_object();
    json_t *back = NULL;
    size_t size;
    char *text;

    ck_assert_int_eq(json_object_set_new(value, "z", json_real(0.1 + 0.2)), 0);
    ck_assert_int_eq(json_object_set_new(value, "a", json_integer(20230510)), 0);
    ck_assert_int_eq(json_object_set_new(value, "m", atw_json_number(NAN)), 0);
    ck_assert_int_eq(json_object_set_new(value, "b", atw_json_number(-34.5)), 0);
    CHECK_OK(atw_json_save(value, fixture_path("b.json"), 0, &err));
    CHECK_OK(atw_json_load(&back, fixture_path("b.json"), &err));
    ck_assert(json_equal(value, back));
    text = (char *)fixture_load("b.json", &size);
    ck_assert_str_eq(text, "{\n  \"z\": 0.30000000000000004,\n  \"a\": 20230510,\n"
                           "  \"m\": null,\n  \"b\": -34.5\n}\n");
    free(text);
    json_decref(back);
    CHECK_FAILS(atw_json_save(value, fixture_path("b.json"), 0, &err), ATW_EOUTPUT,
                "--force");
    json_decref(value);
}
END_TEST

START_TEST(infinite_numbers_become_null)
{
    json_t *value = atw_json_number(INFINITY);

    ck_assert(json_is_null(value));
    json_decref(value);
    value = atw_json_number(2.5);
    ck_assert_double_eq(json_real_value(value), 2.5);
    json_decref(value);
}
END_TEST

START_TEST(mistakes_are_named_by_line_and_column)
{
    struct atw_error err;
    json_t *value = (json_t *)1;

    CHECK_FAILS(read_text(&value, "{\"a\": 1,\n  \"b\" 2}", &err), ATW_EINPUT,
                "a.json:2:7: not valid JSON");
    ck_assert_ptr_null(value);
    CHECK_FAILS(read_text(&value, "{\"a\": 1, \"a\": 2}", &err), ATW_EINPUT, "duplicate");
    CHECK_FAILS(read_text(&value, "", &err), ATW_EINPUT, "a.json:1:");
    CHECK_FAILS(read_text(&value, "{} {}", &err), ATW_EINPUT, "end of file expected");
    CHECK_FAILS(atw_json_load(&value, fixture_path("absent"), &err), ATW_EINPUT,
                "No such file");
}
END_TEST

START_TEST(failed_save_leaves_nothing)
{
    struct atw_error err;
    json_t *value = json_array();

    ck_assert_int_eq(json_array_append(value, value), -1); /* jansson guards itself */
    for (int i = 0; i < 5000; i++)
        ck_assert_int_eq(json_array_append_new(value, json_integer(i)), 0);
    CHECK_FAILS_ON_FULL_DISK(2000, atw_json_save(value, fixture_path("a.json"), 0, &err),
                             "cannot write");
    ck_assert_uint_eq(fixture_entry_count(""), 0);
    json_decref(value);
}
END_TEST

START_TEST(value_nested_in_itself_is_refused)
{
    struct atw_error err;
    json_t *outer = json_array();
    json_t *inner = json_array();

    ck_assert_int_eq(json_array_append(outer, inner), 0);
    ck_assert_int_eq(json_array_append(inner, outer), 0);
    CHECK_FAILS(atw_json_save(outer, fixture_path("a.json"), 0, &err), ATW_EINVAL,
                "cannot be written as JSON");
    ck_assert_uint_eq(fixture_entry_count(""), 0);
    json_array_clear(inner);
    json_decref(inner);
    json_decref(outer);
}
END_TEST

START_TEST(damaged_files_do_not_crash)
{
    static const char good[] =
        "{\"schema\": \"alloytwin-result/1\", \"seed\": 20230510,\n"
        " \"list\": [1, -2.5e-3, null, true, \"\\u00e9\", {}]}\n";

    for (unsigned seed = 0; seed < 400; seed++) {
        unsigned char bad[sizeof good];
        struct atw_error err = {0};
        json_t *value = NULL;
        enum atw_status status;

        memcpy(bad, good, sizeof good);
        fixture_store("b.json", bad, fixture_damage(bad, strlen(good), seed));
        status = atw_json_load(&value, fixture_path("b.json"), &err);
        ck_assert_msg(status == ATW_OK || status == ATW_EINPUT, "seed %u: %s", seed,
                      err.text);
        json_decref(value);
    }
}
END_TEST

START_TEST(metadata_keeps_order_and_replaces_texts)
{
    struct atw_error err;
    struct atw_metadata *metadata = NULL;
    json_t *json;

    CHECK_OK(atw_metadata_create(&metadata, &err));
    CHECK_OK(atw_metadata_set(metadata, "seed", "1", &err));
    CHECK_OK(atw_metadata_set(metadata, "scenario", "a: 1\n", &err));
    CHECK_OK(atw_metadata_set(metadata, "seed", "2", &err));
    ck_assert_uint_eq(atw_metadata_count(metadata), 2);
    ck_assert_str_eq(atw_metadata_key(metadata, 0), "seed");
    ck_assert_str_eq(atw_metadata_text(metadata, 0), "2");
    ck_assert_str_eq(atw_metadata_find(metadata, "scenario"), "a: 1\n");
    ck_assert_ptr_null(atw_metadata_find(metadata, "absent"));
    ck_assert_ptr_null(atw_metadata_find(NULL, "absent"));
    CHECK_FAILS(atw_metadata_set(metadata, "a/b", "", &err), ATW_EINVAL, "key 'a/b'");
    CHECK_FAILS(atw_metadata_set(metadata, "", "", &err), ATW_EINVAL, "letters");
    CHECK_OK(atw_metadata_set(metadata, "file", "caf\xe9", &err));
    ck_assert_str_eq(atw_metadata_find(metadata, "file"), "caf?");
    json = atw_metadata_to_json(metadata);
    ck_assert_str_eq(json_string_value(json_object_get(json, "seed")), "2");
    ck_assert_uint_eq(json_object_size(json), 3);
    json_decref(json);
    atw_metadata_destroy(metadata);
    atw_metadata_destroy(NULL);
}
END_TEST

START_TEST(program_describes_itself)
{
    static const char *const arguments[] = {"alloytwin",         "run",  "my file.yaml",
                                            "--set=a.b[2]=20 K", "it's", ""};
    struct atw_error err;
    struct atw_metadata *metadata = NULL;

    CHECK_OK(atw_metadata_create(&metadata, &err));
    CHECK_OK(atw_metadata_add_program(metadata, 6, arguments, &err));
    ck_assert_str_eq(atw_metadata_find(metadata, "program"), "alloytwin");
    ck_assert_str_eq(atw_metadata_find(metadata, "version"), atw_version());
    ck_assert_str_eq(atw_metadata_find(metadata, "command_line"),
                     "alloytwin run 'my file.yaml' '--set=a.b[2]=20 K' 'it'\\''s' ''");
    ck_assert_ptr_nonnull(strstr(atw_metadata_find(metadata, "libraries"), "hdf5 1."));
    ck_assert_ptr_nonnull(strstr(atw_metadata_find(metadata, "libraries"), "gsl 2."));
    atw_metadata_destroy(metadata);
    CHECK_OK(atw_metadata_create(&metadata, &err));
    CHECK_OK(atw_metadata_add_program(metadata, 0, NULL, &err));
    ck_assert_ptr_null(atw_metadata_find(metadata, "command_line"));
    atw_metadata_destroy(metadata);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json_file");
    TCase *tests = tcase_create("json_file");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, numbers_and_order_survive_exactly);
    tcase_add_test(tests, infinite_numbers_become_null);
    tcase_add_test(tests, mistakes_are_named_by_line_and_column);
    tcase_add_test(tests, failed_save_leaves_nothing);
    tcase_add_test(tests, value_nested_in_itself_is_refused);
    tcase_add_test(tests, damaged_files_do_not_crash);
    tcase_add_test(tests, metadata_keeps_order_and_replaces_texts);
    tcase_add_test(tests, program_describes_itself);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
