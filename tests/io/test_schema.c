/* The schema tables are consistent, and what they say to people is right. */
#include <stdlib.h>
#include <string.h>

#include "io/experiment_schema.h"
#include "io/scenario_schema.h"
#include "support/support.h"

static const struct atw_schema *const schemas[] = {
    &atw_scenario_schema, &atw_experiment_schema, &atw_chip_schema,
    &atw_material_schema, &atw_particles_schema,  &atw_microscope_schema,
};

static int is_number(const struct atw_schema_entry *entry)
{
    return entry->type >= ATW_SCHEMA_QUANTITY && entry->type <= ATW_SCHEMA_INTEGER;
}

/* A row's parent, found by its path; NULL at the top. */
static const struct atw_schema_entry *parent_of(const struct atw_schema *schema,
                                                const struct atw_schema_entry *entry)
{
    char path[128];
    char *dot;

    snprintf(path, sizeof path, "%s", entry->path);
    dot = strrchr(path, '.');
    if (!dot)
        return NULL;
    *dot = '\0';
    return atw_schema_find(schema, path);
}

START_TEST(every_row_is_complete_and_stands_below_its_container)
{
    const struct atw_schema *schema = schemas[_i];
    const struct atw_schema_entry *entry;
    size_t position = 0, count = 0;

    while ((entry = atw_schema_next(schema, &position))) {
        const struct atw_schema_entry *parent = parent_of(schema, entry);
        size_t last = strlen(entry->doc);

        count++;
        ck_assert_ptr_eq(atw_schema_find(schema, entry->path), entry);
        ck_assert_msg(!strchr(entry->path, '.') || parent, "%s: no row for its container",
                      entry->path);
        ck_assert_msg(!parent || parent->type <= ATW_SCHEMA_LIST, "%s", entry->path);
        ck_assert_msg(last > 5 && entry->doc[last - 1] == '.', "%s: doc", entry->path);
        ck_assert_msg(!(entry->optional && entry->default_text), "%s", entry->path);
        ck_assert_msg((entry->type == ATW_SCHEMA_CHOICE) == (entry->choices != NULL),
                      "%s", entry->path);
        ck_assert_msg(!is_number(entry) || entry->type >= ATW_SCHEMA_NUMBER ||
                          entry->si_unit,
                      "%s: no unit", entry->path);
        ck_assert_msg(entry->min <= entry->max, "%s", entry->path);
        if (entry->model_kind) {
            const struct atw_schema_entry *model =
                atw_schema_child(schema, entry, "model");

            ck_assert_msg(model && model->type == ATW_SCHEMA_TEXT && model->optional,
                          "%s", entry->path);
        }
    }
    ck_assert_uint_gt(count, 10);
}
END_TEST

START_TEST(both_ends_of_every_range_are_accepted_as_they_are_printed)
{
    const struct atw_schema_entry *entry;
    size_t position = 0;

    while ((entry = atw_schema_next(schemas[_i], &position))) {
        struct atw_dimension dimension = atw_schema_dimension(entry);
        double ends[2] = {entry->min, entry->max};

        for (size_t i = 0; i < 2 && atw_schema_has_range(entry); i++) {
            char text[ATW_QUANTITY_TEXT_SIZE];
            double value;

            atw_schema_format_number(text, entry, ends[i]);
            ck_assert_msg(strlen(text) < 18, "%s: ends at %s", entry->path, text);
            if (entry->si_unit)
                ck_assert_int_eq(atw_quantity_parse(&value, text, &dimension, NULL),
                                 ATW_OK);
            else
                ck_assert_int_eq(atw_number_parse(&value, text, NULL), ATW_OK);
            ck_assert_msg(value >= entry->min && value <= entry->max, "%s: %s",
                          entry->path, text);
        }
    }
}
END_TEST

START_TEST(near_misses_get_the_right_suggestion)
{
    const struct atw_schema *schema = &atw_scenario_schema;
    const struct atw_schema_entry *simulation = atw_schema_find(schema, "simulation");
    const struct atw_schema_entry *particle = atw_schema_find(schema, "particles[7]");

    ck_assert_str_eq(atw_schema_suggest(schema, simulation, "voxl"), "simulation.voxel");
    ck_assert_str_eq(atw_schema_suggest(schema, simulation, "tolernace"),
                     "simulation.tolerance");
    ck_assert_str_eq(atw_schema_suggest(schema, NULL, "particle"), "particles[]");
    ck_assert_str_eq(atw_schema_suggest(schema, NULL, "voxel"), "simulation.voxel");
    ck_assert_str_eq(atw_schema_suggest(schema, particle, "windwo"),
                     "particles[].window");
    ck_assert_str_eq(atw_schema_suggest(schema, particle, "dwell"),
                     "heating.steps[].dwell");
    /* Swapped neighbours count once. */
    ck_assert_str_eq(atw_schema_suggest(schema, particle, "hsaep"), "particles[].shape");
    ck_assert_ptr_null(atw_schema_suggest(schema, NULL, "qwertyuiop"));
    ck_assert_ptr_null(atw_schema_suggest(schema, NULL, ""));
}
END_TEST

static char *explain(const char *key)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    ck_assert_int_eq(atw_schema_explain(&atw_scenario_schema, key, stream, NULL), ATW_OK);
    fclose(stream);
    return text;
}

START_TEST(explain_tells_type_unit_default_range_and_choices)
{
    char *text = explain("simulation.voxel");

    ck_assert_ptr_nonnull(strstr(text, "voxels of phantom and diffusion"));
    ck_assert_ptr_nonnull(strstr(text, "such as nm"));
    ck_assert_ptr_nonnull(strstr(text, "0.05 nm to 10 nm"));
    ck_assert_ptr_nonnull(strstr(text, "0.4 nm\n"));
    free(text);
    text = explain("particles[3].shape");
    ck_assert_ptr_nonnull(strstr(text, "one of nanorod, sphere, cylinder, box, slab"));
    free(text);
    text = explain("particles");
    ck_assert_ptr_nonnull(strstr(text, "models/particles/NAME.yaml"));
    ck_assert_ptr_nonnull(strstr(text, "temperature_offset"));
    free(text);
}
END_TEST

START_TEST(explain_without_key_lists_every_key)
{
    const struct atw_schema_entry *entry;
    size_t position = 0;
    char *text = explain(NULL);

    while ((entry = atw_schema_next(&atw_scenario_schema, &position)))
        ck_assert_msg(strstr(text, entry->path) && strstr(text, entry->doc), "%s",
                      entry->path);
    free(text);
}
END_TEST

START_TEST(explaining_an_unknown_key_is_a_usage_error_with_a_suggestion)
{
    struct atw_error err;

    CHECK_FAILS(
        atw_schema_explain(&atw_scenario_schema, "simulation.voxle", stdout, &err),
        ATW_EUSAGE, "did you mean \"simulation.voxel\"?");
    CHECK_FAILS(atw_schema_explain(&atw_scenario_schema, "voxel", stdout, &err),
                ATW_EUSAGE, "did you mean \"simulation.voxel\"?");
    CHECK_FAILS(atw_schema_explain(&atw_scenario_schema, "zzz", stdout, &err), ATW_EUSAGE,
                "no scenario has a key \"zzz\"");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("schema");
    TCase *tests = tcase_create("schema");
    int n = (int)(sizeof schemas / sizeof *schemas);

    tcase_add_checked_fixture(tests, NULL, atw_units_free);
    tcase_add_loop_test(tests, every_row_is_complete_and_stands_below_its_container, 0,
                        n);
    tcase_add_loop_test(tests, both_ends_of_every_range_are_accepted_as_they_are_printed,
                        0, n);
    tcase_add_test(tests, near_misses_get_the_right_suggestion);
    tcase_add_test(tests, explain_tells_type_unit_default_range_and_choices);
    tcase_add_test(tests, explain_without_key_lists_every_key);
    tcase_add_test(tests, explaining_an_unknown_key_is_a_usage_error_with_a_suggestion);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
