/* Loading scenarios and experiments: values, precedence, models, writing and hashing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/config.h"
#include "io/config_tree.h"
#include "io/experiment_schema.h"
#include "io/scenario_schema.h"
#include "support/support.h"

/* What mkdtemp() and mkstemp() replace. */
#define UNIQUE                                                                           \
    "XX"                                                                                 \
    "XX"                                                                                 \
    "XX"

static char data_directory[512], minimal_path[600], annotated_path[600];

static void use_fixture_models(void)
{
    const char *top = getenv("top_srcdir");

    snprintf(data_directory, sizeof data_directory, "%s/tests/data", top ? top : ".");
    snprintf(minimal_path, sizeof minimal_path, "%s/minimal.yaml", data_directory);
    snprintf(annotated_path, sizeof annotated_path, "%s/scenarios/annotated.yaml",
             top ? top : ".");
    setenv("ALLOYTWIN_DATA", data_directory, 1);
}

static struct atw_config *load(const char *const *overrides, size_t n_overrides)
{
    struct atw_config *config = NULL;
    struct atw_error err;

    CHECK_OK(atw_config_load(&config, &atw_scenario_schema, minimal_path, overrides,
                             n_overrides, &err));
    return config;
}

static struct atw_config *parse(const struct atw_schema *schema, const char *text)
{
    struct atw_config *config = NULL;
    struct atw_error err;

    CHECK_OK(atw_config_parse(&config, schema, text, strlen(text), "memory.yaml", NULL, 0,
                              &err));
    return config;
}

START_TEST(values_come_out_in_SI_units)
{
    struct atw_config *config = load(NULL, 0);

    ck_assert_str_eq(atw_config_text(config, "name"), "minimal");
    ck_assert_uint_eq(atw_config_count(config, "particles"), 2);
    ck_assert_uint_eq(atw_config_count(config, "heating.steps"), 4);
    ck_assert_double_eq(atw_config_number(config, "heating.steps[%d].set_point", 1),
                        410.0 + 273.15);
    ck_assert_double_eq(atw_config_number(config, "heating.steps[3].dwell"), 120.0);
    ck_assert_double_eq_tol(atw_config_number(config, "particles[1].azimuth"),
                            3.14159265358979323846 / 6.0, 1e-16);
    ck_assert_double_eq(atw_config_number(config, "simulation.voxel"), 0.4e-9);
    ck_assert_int_eq(atw_config_integer(config, "analysis.reconstruction.subsets"), 0);
    ck_assert(!atw_config_is_set(config, "analysis.reconstruction.iterations"));
    ck_assert_int_eq(atw_config_boolean(config, "microscope.shot_noise"), 1);
    ck_assert_int_eq(atw_config_boolean(config, "simulation.export_states"), 0);
    ck_assert_uint_eq(atw_config_count(config, "particles[0].core_offset"), 3);
    ck_assert_double_eq(atw_config_number(config, "particles[0].core_offset[2]"), 0.0);
    ck_assert_str_eq(atw_config_text(config, "analysis.estimators[0]"), "paper");
    ck_assert_str_eq(atw_config_directory(config), data_directory);
    ck_assert_ptr_eq(atw_config_schema(config), &atw_scenario_schema);
    atw_config_destroy(config);
}
END_TEST

START_TEST(optional_keys_are_unset_until_given)
{
    const char *const overrides[] = {"particles[1].temperature_offset=-34 K",
                                     "particles[1].window=null"};
    struct atw_config *config = load(overrides, 2);

    ck_assert(!atw_config_is_set(config, "particles[0].temperature_offset"));
    ck_assert(atw_config_is_set(config, "particles[0].window"));
    ck_assert(atw_config_is_set(config, "particles[1].temperature_offset"));
    ck_assert(!atw_config_is_set(config, "particles[1].window"));
    ck_assert_double_eq(atw_config_number(config, "particles[1].temperature_offset"),
                        -34.0);
    ck_assert(atw_config_is_set(config, "chip"));
    ck_assert(!atw_config_is_set(config, "heating.time_constant"));
    atw_config_destroy(config);
}
END_TEST

START_TEST(model_lies_above_default_and_below_file_and_set)
{
    const char *text = "format: alloytwin-scenario/1\n"
                       "name: x\n"
                       "material: {model: gold-silver, diffusion: {Q: 190 kJ/mol}}\n"
                       "particles:\n"
                       "  - {name: A, model: au-ag-nanorod, silica: 5 nm}\n"
                       "heating: {steps: [{set_point: 400 degC, dwell: 1 s}]}\n";
    const char *const overrides[] = {"particles[0].shell_tip=7 nm"};
    struct atw_config *config = NULL;
    struct atw_error err;

    CHECK_OK(atw_config_parse(&config, &atw_scenario_schema, text, strlen(text), "x.yaml",
                              overrides, 1, &err));
    ck_assert_double_eq(atw_config_number(config, "material.diffusion.Q"), 190e3);
    ck_assert_double_eq(atw_config_number(config, "material.diffusion.D0"), 7.3e-4);
    ck_assert_double_eq(atw_config_number(config, "particles[0].silica"), 5e-9);
    ck_assert_double_eq(atw_config_number(config, "particles[0].core_length"), 58e-9);
    ck_assert_double_eq(atw_config_number(config, "particles[0].shell_tip"), 7e-9);
    ck_assert_double_eq(atw_config_number(config, "particles[0].scale"), 1.0);
    ck_assert_uint_eq(atw_config_count(config, "chip.windows"), 0);
    atw_config_destroy(config);
}
END_TEST

START_TEST(overrides_reach_files_models_lists_and_absent_groups)
{
    const char *const overrides[] = {
        "particles[1].window=centre", /* in the file */
        "chip.windows[1].x=35 um",    /* in a list that only the model has */
        "simulation.voxel=0.5 nm",    /* in a group that is nowhere */
        "analysis.estimators=[joint, direct]",
        "heating.steps=[{set_point: 450 degC, dwell: 2 min}]",
        "heating.steps[0].dwell=3 min", /* later wins */
        "title=a = b",
    };
    struct atw_config *config = load(overrides, 7);

    ck_assert_str_eq(atw_config_text(config, "particles[1].window"), "centre");
    ck_assert_double_eq(atw_config_number(config, "chip.windows[1].x"), 35e-6);
    ck_assert_double_eq(atw_config_number(config, "simulation.voxel"), 0.5e-9);
    ck_assert_uint_eq(atw_config_count(config, "analysis.estimators"), 2);
    ck_assert_str_eq(atw_config_text(config, "analysis.estimators[1]"), "direct");
    ck_assert_uint_eq(atw_config_count(config, "heating.steps"), 1);
    ck_assert_double_eq(atw_config_number(config, "heating.steps[0].dwell"), 180.0);
    ck_assert_str_eq(atw_config_text(config, "title"), "a = b");
    atw_config_destroy(config);
}
END_TEST

/* Write bytes to a file below a fresh directory, making its directories. */
static void write_file(const char *directory, const char *name, const char *text)
{
    char command[1200], path[1024];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", directory, name);
    snprintf(command, sizeof command, "mkdir -p \"$(dirname '%s')\"", path);
    ck_assert_int_eq(system(command), 0);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

static void remove_directory(const char *directory)
{
    char command[600];

    snprintf(command, sizeof command, "rm -r '%s'", directory);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(models_beside_the_scenario_hide_those_of_the_data_directory)
{
    char directory[] = "/tmp/alloytwin-config-" UNIQUE, path[128];
    const char *const overrides[] = {"particles=[{name: A, model: own}]"};
    struct atw_config *config = NULL;
    struct atw_table *models = NULL;
    struct atw_error err;

    ck_assert_ptr_nonnull(mkdtemp(directory));
    write_file(directory, "models/chips/double-spiral-like.yaml", "label: mine\n");
    write_file(directory, "models/particles/own.yaml",
               "{core_diameter: 10 nm, shell_side: 2 nm}");
    write_file(
        directory, "s.yaml",
        "{format: alloytwin-scenario/1, name: s, chip: {model: double-spiral-like},\n"
        " material: {model: gold-silver},\n"
        " heating: {steps: [{set_point: 400 degC, dwell: 1 s}]}}");
    snprintf(path, sizeof path, "%s/s.yaml", directory);
    CHECK_OK(atw_config_load(&config, &atw_scenario_schema, path, overrides, 1, &err));
    ck_assert_str_eq(atw_config_text(config, "chip.label"), "mine");
    ck_assert_double_eq(atw_config_number(config, "particles[0].core_diameter"), 1e-8);
    atw_config_destroy(config);
    CHECK_OK(atw_config_list_models(&models, "particles", directory, &err));
    ck_assert_uint_ge(atw_table_row_count(models), 2);
    ck_assert_str_eq(atw_table_cell(models, 0, 0).text, "own");
    ck_assert_str_eq(atw_table_cell(models, 1, 0).text, "au-ag-nanorod");
    atw_table_destroy(models);
    remove_directory(directory);
}
END_TEST

/* Compare all values of two trees bit for bit. */
static void check_same_values(const struct atw_config_node *a,
                              const struct atw_config_node *b)
{
    ck_assert_int_eq(a->kind, b->kind);
    ck_assert_ptr_eq(a->entry, b->entry);
    ck_assert_uint_eq(a->n_children, b->n_children);
    ck_assert_msg(memcmp(&a->number, &b->number, sizeof a->number) == 0,
                  "%s: %.17g became %.17g", a->entry->path, a->number, b->number);
    ck_assert_int_eq(a->integer, b->integer);
    if (a->kind == ATW_CONFIG_SCALAR && a->entry->type >= ATW_SCHEMA_CHOICE)
        ck_assert_str_eq(a->text, b->text);
    for (size_t i = 0; i < a->n_children; i++)
        check_same_values(a->children[i], b->children[i]);
}

static void check_round_trip(const struct atw_config *config, enum atw_config_style style)
{
    struct atw_config *again = NULL;
    struct atw_error err;
    char *text = NULL, *first, *second;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    atw_config_write(config, stream, style);
    ck_assert_int_eq(fclose(stream), 0);
    CHECK_OK(atw_config_parse(&again, atw_config_schema(config), text, size, "again.yaml",
                              NULL, 0, &err));
    check_same_values(config->root, again->root);
    first = atw_config_resolved_text(config);
    second = atw_config_resolved_text(again);
    ck_assert_str_eq(first, second);
    free(first);
    free(second);
    free(text);
    atw_config_destroy(again);
}

START_TEST(resolved_file_loads_to_the_same_bits_in_every_style)
{
    struct atw_config *config = load(NULL, 0);

    check_round_trip(config, ATW_CONFIG_PLAIN);
    check_round_trip(config, ATW_CONFIG_WITH_ORIGIN);
    check_round_trip(config, ATW_CONFIG_ANNOTATED);
    atw_config_destroy(config);
}
END_TEST

START_TEST(resolved_file_does_not_follow_a_model_that_has_changed)
{
    char directory[] = "/tmp/alloytwin-config-" UNIQUE, name[128];
    const char *text = "particles: [{name: A, model: rod}]";
    struct atw_config *config = NULL, *again = NULL;
    struct atw_error err;
    char *resolved;

    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(name, sizeof name, "%s/s.yaml", directory);
    write_file(directory, "models/particles/rod.yaml",
               "{core_diameter: 10 nm, shell_side: 2 nm}");
    CHECK_OK(atw_config_parse(&config, &atw_particles_schema, text, strlen(text), name,
                              NULL, 0, &err));
    resolved = atw_config_resolved_text(config);
    write_file(directory, "models/particles/rod.yaml",
               "{core_diameter: 20 nm, shell_side: 9 nm, scale: 2, window: edge,\n"
               " temperature_offset: -34 K}");
    CHECK_OK(atw_config_parse(&again, &atw_particles_schema, resolved, strlen(resolved),
                              name, NULL, 0, &err));
    check_same_values(config->root, again->root);
    atw_config_destroy(again);
    atw_config_destroy(config);
    free(resolved);
    remove_directory(directory);
}
END_TEST

START_TEST(ends_of_a_range_are_inside_and_the_next_number_is_not)
{
    static const struct {
        const char *override;
        int is_inside;
    } cases[] = {{"simulation.voxel=0.05 nm", 1},
                 {"simulation.voxel=10 nm", 1},
                 {"simulation.voxel=10.000000000000002 nm", 0},
                 {"simulation.voxel=0.04999999999999999 nm", 0},
                 {"microscope.tilt.last=90 deg", 1},
                 {"microscope.tilt.last=90.00000000000002 deg", 0},
                 {"seed=0", 1},
                 {"seed=9007199254740991", 1},
                 {"seed=9007199254740992", 0},
                 {"heating.steps[0].dwell=0 s", 1}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct atw_config *config = NULL;
        struct atw_error err = {0};
        enum atw_status status = atw_config_load(
            &config, &atw_scenario_schema, minimal_path, &cases[i].override, 1, &err);

        ck_assert_msg((status == ATW_OK) == cases[i].is_inside, "%s: %s",
                      cases[i].override, err.text);
        atw_config_destroy(config);
    }
}
END_TEST

START_TEST(awkward_values_survive_being_written)
{
    static const char *const titles[] = {
        "null",    "'~'",           "\"\"",
        "'true'",  "\"a: b # c\"",  "\"line\\nnext\\ttab\"",
        "\"  \"",  "\"\\\"q\\\\\"", "\xC3\xA9t\xC3\xA9 \xE2\x86\x92 300 K",
        "\"- x\"", "\"a  b \"",     "'null'",
        "'1e5'",   "\"'\"",         "'{a}'",
        "'*a'"};
    unsigned seed = (unsigned)_i;
    char text[2048];
    struct atw_config *config;

    snprintf(
        text, sizeof text,
        "format: alloytwin-scenario/1\nname: x\ndescription: %s\n"
        "material: {model: gold-silver}\n"
        "particles: [{name: A, model: au-ag-nanorod, azimuth: %.17g deg,\n"
        "  core_offset: [%.17g nm, %.17g pm, %.17g um], temperature_offset: %.17g K}]\n"
        "heating: {steps: [{set_point: %.17g degC, dwell: %.17g h}],\n"
        "  rest_temperature: %.17g K}\n"
        "microscope: {peak_counts: %.17g, blur: %.17g angstrom}\n",
        seed == 0 ? "''" : titles[seed % 16], 180.0 * atw_test_uniform(seed, 1),
        atw_test_uniform(seed, 2), 1e3 * atw_test_uniform(seed, 3),
        atw_test_uniform(seed, 4) / 7.0, -500.0 * atw_test_uniform(seed, 5),
        1e3 * atw_test_uniform(seed, 6), 200.0 * atw_test_uniform(seed, 7),
        1.0 + 400.0 * atw_test_uniform(seed, 8), 1.0 + atw_test_uniform(seed, 9),
        100.0 * atw_test_uniform(seed, 10));
    if (seed % 16 == 0)
        memcpy(strstr(text, "description: "), "title: abcdef", 13);
    config = parse(&atw_scenario_schema, text);
    check_round_trip(config, ATW_CONFIG_PLAIN);
    check_round_trip(config, ATW_CONFIG_WITH_ORIGIN);
    atw_config_destroy(config);
}
END_TEST

START_TEST(origins_tell_default_file_model_and_set)
{
    const char *const overrides[] = {"seed=7"};
    struct atw_config *config = load(overrides, 1);
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    atw_config_write(config, stream, ATW_CONFIG_WITH_ORIGIN);
    fclose(stream);
    ck_assert_ptr_nonnull(strstr(text, "seed: 7  # --set\n"));
    ck_assert_ptr_nonnull(strstr(text, "voxel: 0.4 nm  # default\n"));
    ck_assert_ptr_nonnull(strstr(text, "minimal.yaml:2\n"));
    ck_assert_ptr_nonnull(strstr(text, "models/materials/gold-silver.yaml:2\n"));
    free(text);
    atw_config_destroy(config);
}
END_TEST

START_TEST(hash_depends_on_the_meaning_and_not_on_the_writing)
{
    const char *a = "chip: {time_constant: 14 ms, label: x, model: null,\n"
                    "  windows: [{name: w, x: 1 um, y: 0 mm}]}";
    const char *b = "# comment\nchip:\n  windows:\n    - y: 0 nm\n      x: 1000 nm\n"
                    "      name: 'w'\n  label: \"x\"\n  time_constant: 0.014 s\n";
    const char *c = "chip: {time_constant: 15 ms, label: x, windows: []}";
    char hex[3][ATW_SHA256_HEX_SIZE];
    const char *const texts[] = {a, b, c};
    struct atw_error err;

    for (size_t i = 0; i < 3; i++) {
        struct atw_config *config = parse(&atw_chip_schema, texts[i]);

        CHECK_OK(atw_config_sha256(config, hex[i], &err));
        ck_assert_uint_eq(strlen(hex[i]), 64);
        atw_config_destroy(config);
    }
    ck_assert_str_eq(hex[0], hex[1]);
    ck_assert_str_ne(hex[0], hex[2]);
}
END_TEST

START_TEST(hash_is_that_of_the_resolved_text)
{
    struct atw_config *config = load(NULL, 0);
    char *text = atw_config_resolved_text(config);
    char hex[ATW_SHA256_HEX_SIZE], line[ATW_SHA256_HEX_SIZE] = "";
    char path[] = "/tmp/alloytwin-hash-" UNIQUE, command[64];
    struct atw_error err;
    int descriptor = mkstemp(path);
    FILE *pipe;

    CHECK_OK(atw_config_sha256(config, hex, &err));
    ck_assert_int_eq(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
    close(descriptor);
    snprintf(command, sizeof command, "sha256sum %s", path);
    pipe = popen(command, "r");
    ck_assert_ptr_nonnull(fgets(line, sizeof line, pipe));
    pclose(pipe);
    unlink(path);
    ck_assert_str_eq(line, hex);
    free(text);
    atw_config_destroy(config);
}
END_TEST

static const char experiment[] =
    "format: alloytwin-experiment/1\n"
    "title: Double spiral, centre against edge\n"
    "reference: A                       # assumed to be at the nominal temperature\n"
    "particles:\n"
    "  - name: A\n"
    "    reference_series: {tilts: A_000_RT.mrc, angles: A_000_RT.rawtlt}\n"
    "    steps:\n"
    "      - {set_point: \"400 degC\", dwell: \"120 s\", tilts: A_001_400C.mrc, angles: "
    "A_001_400C.rawtlt}\n"
    "      - {set_point: \"410 degC\", dwell: \"120 s\", volume: /data/v.emd,\n"
    "         initial_state: {composition: c.emd, metal: m.emd}}\n"
    "  - name: B\n"
    "    reference_series: {tilts: B_000_RT.mrc, angles: B_000_RT.rawtlt}\n"
    "    steps: []\n"
    "microscope: {model: haadf-200kv, intensity_ratio: 2.60, counts_per_unit: 1.0}\n"
    "analysis: {reconstruction: {method: em, iterations: 20}, estimators: [paper, joint, "
    "direct]}\n";

START_TEST(experiment_of_the_manual_loads)
{
    const char *const set[] = {"particles[1].reference_series.tilts=here/b.mrc"};
    struct atw_config *config = NULL;
    struct atw_error err;
    char *path;

    CHECK_OK(atw_config_parse(&config, &atw_experiment_schema, experiment,
                              sizeof experiment - 1, "dir/experiment.yaml", set, 1,
                              &err));
    ck_assert_uint_eq(atw_config_count(config, "particles[0].steps"), 2);
    ck_assert_uint_eq(atw_config_count(config, "particles[1].steps"), 0);
    ck_assert_double_eq(atw_config_number(config, "microscope.intensity_ratio"), 2.6);
    ck_assert_uint_eq(atw_config_count(config, "analysis.estimators"), 3);
    ck_assert(!atw_config_is_set(config, "pixel_size"));
    ck_assert(!atw_config_is_set(config, "particles[0].steps[0].volume"));
    ck_assert(!atw_config_is_set(config, "particles[0].steps[0].initial_state.metal"));
    ck_assert(atw_config_is_set(config, "particles[0].steps[1].initial_state.metal"));
    path = atw_config_file_path(config, "particles[0].steps[%zu].tilts", (size_t)0);
    ck_assert_str_eq(path, "dir/A_001_400C.mrc");
    free(path);
    path = atw_config_file_path(config, "particles[0].steps[1].volume");
    ck_assert_str_eq(path, "/data/v.emd");
    free(path);
    path = atw_config_file_path(config, "particles[1].reference_series.tilts");
    ck_assert_str_eq(path, "here/b.mrc");
    free(path);
    check_round_trip(config, ATW_CONFIG_PLAIN);
    atw_config_destroy(config);
}
END_TEST

START_TEST(one_group_loads_on_its_own_with_its_model)
{
    struct atw_config *config =
        parse(&atw_chip_schema, "chip: {model: double-spiral-like}");

    ck_assert_uint_eq(atw_config_count(config, "chip.windows"), 2);
    ck_assert_double_eq(atw_config_number(config, "chip.table[1].temperatures[1]"),
                        915.0 + 273.15);
    atw_config_destroy(config);
    config = parse(&atw_material_schema, "material: {model: gold-silver}");
    ck_assert_double_eq(atw_config_number(config, "material.core.atomic_number"), 79.0);
    ck_assert_double_eq_tol(atw_config_number(config, "material.shell.density"), 10490.0,
                            1e-11);
    atw_config_destroy(config);
    config = parse(&atw_microscope_schema, "microscope: {model: haadf-200kv}");
    ck_assert_double_eq(atw_config_number(config, "microscope.peak_counts"), 200.0);
    atw_config_destroy(config);
}
END_TEST

/* The first node a schema path leads to. */
static const struct atw_config_node *first_node(const struct atw_config *config,
                                                const char *path)
{
    const struct atw_config_node *node = config->root;

    while (*path && node) {
        size_t length = strcspn(path, ".[");
        char key[64];

        snprintf(key, sizeof key, "%.*s", (int)length, path);
        node = atw_config_node_find(node, key);
        path += length;
        if (*path == '[') {
            node =
                node && node->n_children > 0 && path[2] == '.' ? node->children[0] : node;
            path += 2;
        }
        path += *path == '.';
    }
    return node;
}

static void comment_of(char text[2048], const struct atw_schema_entry *entry)
{
    FILE *stream = fmemopen(text, 2048, "w");

    atw_schema_write_comment(entry, 0, stream);
    ck_assert_int_eq(fclose(stream), 0);
}

/* Remove the indentation of every line in place. */
static void unindent(char *text)
{
    char *to = text;

    for (const char *from = text; *from; from++)
        if (*from != ' ' || (to > text && to[-1] != '\n'))
            *to++ = *from;
    *to = '\0';
}

START_TEST(annotated_scenario_gives_and_explains_every_key)
{
    struct atw_config *config = NULL;
    const struct atw_schema_entry *entry;
    size_t position = 0, length = 0;
    struct atw_error err;
    char *text = NULL;

    CHECK_OK(
        atw_config_load(&config, &atw_scenario_schema, annotated_path, NULL, 0, &err));
    CHECK_OK(atw_config_read_file(&text, &length, annotated_path, &err));
    text[length] = '\0';
    unindent(text);
    while ((entry = atw_schema_next(&atw_scenario_schema, &position))) {
        const struct atw_config_node *node = first_node(config, entry->path);
        /* Lines break elsewhere when indented: look for the last line, which tells type,
         * range and default, and the beginning of the doc. */
        char comment[2048], start[40];
        const char *last;

        comment_of(comment, entry);
        last = strstr(comment, "# (");
        snprintf(start, sizeof start, "# %.36s", entry->doc);
        ck_assert_msg(node && strcmp(node->source->name, annotated_path) == 0,
                      "%s is not in the annotated scenario", entry->path);
        ck_assert_msg(strstr(text, start) && (!last || strstr(text, last)),
                      "%s: the annotated scenario does not say\n%s", entry->path,
                      comment);
    }
    check_round_trip(config, ATW_CONFIG_PLAIN);
    free(text);
    atw_config_destroy(config);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("config");
    TCase *tests = tcase_create("config");

    tcase_add_checked_fixture(tests, use_fixture_models, atw_units_free);
    tcase_add_test(tests, values_come_out_in_SI_units);
    tcase_add_test(tests, optional_keys_are_unset_until_given);
    tcase_add_test(tests, model_lies_above_default_and_below_file_and_set);
    tcase_add_test(tests, overrides_reach_files_models_lists_and_absent_groups);
    tcase_add_test(tests, models_beside_the_scenario_hide_those_of_the_data_directory);
    tcase_add_test(tests, resolved_file_loads_to_the_same_bits_in_every_style);
    tcase_add_test(tests, resolved_file_does_not_follow_a_model_that_has_changed);
    tcase_add_test(tests, ends_of_a_range_are_inside_and_the_next_number_is_not);
    tcase_add_loop_test(tests, awkward_values_survive_being_written, 0, 32);
    tcase_add_test(tests, origins_tell_default_file_model_and_set);
    tcase_add_test(tests, hash_depends_on_the_meaning_and_not_on_the_writing);
    tcase_add_test(tests, hash_is_that_of_the_resolved_text);
    tcase_add_test(tests, experiment_of_the_manual_loads);
    tcase_add_test(tests, one_group_loads_on_its_own_with_its_model);
    tcase_add_test(tests, annotated_scenario_gives_and_explains_every_key);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
