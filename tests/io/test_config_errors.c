/* Every way a file can be wrong is refused with place, key, reason, range and remedy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/config.h"
#include "io/experiment_schema.h"
#include "io/scenario_schema.h"
#include "support/support.h"

#define HEAD "format: alloytwin-scenario/1\nname: x\n"
#define MATERIAL "material: {model: gold-silver}\n"
#define PARTICLES "particles:\n  - {name: A, model: au-ag-nanorod}\n"
#define HEATING "heating: {steps: [{set_point: 400 degC, dwell: 1 s}]}\n"
#define BODY MATERIAL PARTICLES HEATING

/* What mkdtemp() replaces. */
#define UNIQUE                                                                           \
    "XX"                                                                                 \
    "XX"                                                                                 \
    "XX"

static char minimal_path[600];

static void use_fixture_models(void)
{
    const char *top = getenv("top_srcdir");
    char data[512];

    snprintf(data, sizeof data, "%s/tests/data", top ? top : ".");
    snprintf(minimal_path, sizeof minimal_path, "%s/minimal.yaml", data);
    setenv("ALLOYTWIN_DATA", data, 1);
}

struct wrong {
    const char *text;
    const char *message; /* all of it, or how it begins */
};

static void check_refused(const struct atw_schema *schema, const struct wrong *wrong)
{
    struct atw_config *config = (struct atw_config *)1;
    struct atw_error err = {0};

    ck_assert_msg(atw_config_parse(&config, schema, wrong->text, strlen(wrong->text),
                                   "s.yaml", NULL, 0, &err) == ATW_EINPUT,
                  "taken for good:\n%s", wrong->text);
    ck_assert_ptr_null(config);
    ck_assert_msg(strncmp(err.text, wrong->message, strlen(wrong->message)) == 0,
                  "message is\n%s\nexpected\n%s", err.text, wrong->message);
}

static const struct wrong keys[] = {
    {HEAD BODY "simulation:\n  voxl: 1 nm\n",
     "s.yaml:8:3: simulation.voxl: unknown key; did you mean \"simulation.voxel\"?"},
    {HEAD BODY "voxel: 1 nm\n",
     "s.yaml:7:1: voxel: unknown key; did you mean \"simulation.voxel\"?"},
    {HEAD BODY "simulation:\n  seed: 3\n",
     "s.yaml:8:3: simulation.seed: unknown key; \"seed\" stands at the top of the file, "
     "for all of it"},
    {HEAD BODY "chip.type: table\n", "s.yaml:7:1: chip.type: unknown key"},
    {HEAD BODY "particles[]: 1\n", "s.yaml:7:1: particles[]: unknown key"},
    {HEAD BODY "zzz: 1\n", "s.yaml:7:1: zzz: unknown key; `alloytwin config explain`"},
    {HEAD BODY "seed: 1\nseed: 2\n",
     "s.yaml:8:1: seed: the key is already given in line 7; keep one"},
    {HEAD BODY "<<: {seed: 1}\n", "s.yaml:7:1: <<: unknown key"},
    {HEAD MATERIAL HEATING,
     "s.yaml:1:1: particles: the key is missing and has no default; needed: a list of "
     "groups of keys; allowed: at least 1 element"},
    {HEAD PARTICLES HEATING, "s.yaml:1:1: material.core.name: the key is missing and has "
                             "no default; needed: a text; or name a model that has it "
                             "with `model: NAME`"},
    {HEAD MATERIAL HEATING "particles:\n  - name: A\n",
     "s.yaml:6:5: particles[0].core_diameter: the key is missing"},
    {HEAD MATERIAL PARTICLES "heating: {steps: [{set_point: 400 degC}]}\n",
     "s.yaml:6:19: heating.steps[0].dwell: the key is missing"},
    {HEAD MATERIAL PARTICLES "heating: {steps: []}\n",
     "s.yaml:6:18: heating.steps: the list has 0 elements; it needs at least 1"},
    {"name: x\n" BODY, "s.yaml:1:1: format: the key is missing; a scenario begins with "
                       "\"format: alloytwin-scenario/1\""},
    {"format: alloytwin-experiment/1\n",
     "s.yaml:1:9: format: \"alloytwin-experiment/1\" is not the format of a scenario; "
     "expected \"alloytwin-scenario/1\""},
    {"format: [alloytwin-scenario/1]\n", "s.yaml:1:9: format: "},
    {"", "s.yaml:1:1: format: the key is missing"},
    {"just text", "s.yaml:1:1: a scenario is a group of keys"},
    {"[a, b]", "s.yaml:1:1: a scenario is a group of keys"},
};

static const struct wrong values[] = {
    {HEAD BODY "simulation: {voxel: 0.01 nm}\n",
     "s.yaml:7:21: simulation.voxel: 0.01 nm is out of range; allowed: 0.05 nm to 10 nm"},
    {HEAD BODY "simulation: {voxel: 1 s}\n",
     "s.yaml:7:21: simulation.voxel: \"1 s\" has the wrong dimension; its unit must "
     "convert "
     "to m, for example \"1 nm\"; allowed: 0.05 nm to 10 nm"},
    {HEAD BODY "simulation: {voxel: 0.4}\n",
     "s.yaml:7:21: simulation.voxel: \"0.4\" has no unit; write for example \"0.4 nm\"; "
     "allowed: 0.05 nm to 10 nm"},
    {HEAD BODY "simulation: {voxel: }\n",
     "s.yaml:7:21: simulation.voxel: has no value; needed: a quantity with unit, such as "
     "nm; allowed: 0.05 nm to 10 nm; leave the key out for the default 0.4 nm"},
    {HEAD BODY "simulation: {voxel: [1 nm]}\n",
     "s.yaml:7:21: simulation.voxel: is a list; needed: a quantity with unit, such as "
     "nm"},
    {HEAD BODY "simulation: 3\n", "s.yaml:7:13: simulation: must be a group of keys"},
    {HEAD BODY "simulation: {tolerance: 1e-5 nm}\n",
     "s.yaml:7:25: simulation.tolerance: \"1e-5 nm\" is not a plain number"},
    {HEAD BODY "simulation: {export_states: yes}\n",
     "s.yaml:7:29: simulation.export_states: \"yes\" is neither true nor false"},
    {HEAD BODY "seed: 1.5\n", "s.yaml:7:7: seed: \"1.5\" is not a whole number"},
    {HEAD BODY "seed: -1\n",
     "s.yaml:7:7: seed: -1 is out of range; allowed: 0 to 9007199254740991"},
    {HEAD BODY "seed: 9007199254740993\n",
     "s.yaml:7:7: seed: 9007199254740993 is out of range"},
    {HEAD BODY "seed: 010\n", "s.yaml:7:7: seed: \"010\" begins with a zero"},
    {HEAD BODY "title: [a]\n",
     "s.yaml:7:8: title: is a list; needed: a text; use quotes"},
    {HEAD BODY "analysis: {segmentation: {rule: otzu}}\n",
     "s.yaml:7:33: analysis.segmentation.rule: \"otzu\" is not known; allowed: one of "
     "surface, otsu, fraction, value"},
    {HEAD BODY "analysis: {segmentation: {rule: 'otsu|value'}}\n", "s.yaml:7:33: "},
    {HEAD BODY "analysis: {estimators: paper}\n",
     "s.yaml:7:24: analysis.estimators: must be a list"},
    {HEAD BODY "analysis: {estimators: [[paper]]}\n",
     "s.yaml:7:25: analysis.estimators[0]: is a list; needed: a text; use quotes"},
    {HEAD MATERIAL HEATING "particles: [A]\n",
     "s.yaml:5:13: particles[0]: must be a group of keys"},
    {HEAD MATERIAL HEATING
     "particles: [{name: A, model: au-ag-nanorod, core_offset: [1 nm, 2 nm]}]\n",
     "s.yaml:5:58: particles[0].core_offset: the list has 2 elements; it needs 3"},
    {HEAD MATERIAL HEATING
     "particles: [{name: A, model: au-ag-nanorod, temperature_offset: -34 degC}]\n",
     "s.yaml:5:65: particles[0].temperature_offset: \"-34 degC\" is a point on the "
     "Celsius "
     "scale"},
    {HEAD MATERIAL PARTICLES "heating: {steps: [{set_point: -300 degC, dwell: 1 s}]}\n",
     "s.yaml:6:31: heating.steps[0].set_point: \"-300 degC\" is not above absolute zero"},
    {HEAD PARTICLES HEATING "material: {model: gold-silver, diffusion: {Q: 208 kJ}}\n",
     "s.yaml:6:47: material.diffusion.Q: \"208 kJ\" has the wrong dimension"},
};

static const struct wrong syntax[] = {
    {HEAD "a: [1, 2\nb: 3\n", "s.yaml:4:2: not valid YAML: "},
    {HEAD "title: \"open\n", "s.yaml:4:1: not valid YAML: "},
    {HEAD BODY "---\nname: y\n", "s.yaml:7:1: a second document; one per file"},
    {HEAD "title: &a x\n", "s.yaml:3:8: anchors (&name) are not supported"},
    {HEAD "title: *a\n", "s.yaml:3:8: aliases (*name) are not supported"},
    {HEAD "seed: !!int 3\n", "s.yaml:3:7: tags (!name) are not supported"},
    {HEAD "chip: !mine {}\n", "s.yaml:3:7: tags (!name) are not supported"},
    {HEAD "? [a, b]\n: c\n", "s.yaml:3:3: a key must be a plain word"},
    {HEAD "title: \"a\\x1b[31m\"\n", "s.yaml:3:8: the text holds control characters"},
    {HEAD "title: \"a\\0b\"\n", "s.yaml:3:8: the text holds control characters"},
    {HEAD "title: \"a\\Nb\"\n", "s.yaml:3:8: the text holds control characters"},
    {HEAD "title: \xFF\xFE\n", "s.yaml:3:8: not a text in UTF-8: "},
    {"format: x\ntitle: a\x01\n", "s.yaml:2:9: not a text in UTF-8: "},
    {HEAD "title: [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]\n",
     "s.yaml:3:23: nested more than 16 levels deep"},
};

static const struct wrong models[] = {
    {HEAD HEATING PARTICLES "material: {model: gold-slver}\n",
     "s.yaml:6:19: material.model: no file models/materials/gold-slver.yaml; available: "
     "gold-silver; add the file, or point ALLOYTWIN_DATA"},
    {HEAD BODY "chip: {model: ../chips/double-spiral-like}\n",
     "s.yaml:7:15: chip.model: must be the name of a model"},
    {HEAD BODY "chip: {model: [a]}\n", "s.yaml:7:15: chip.model: must be the name"},
    {HEAD BODY "chip: {model: ''}\n", "s.yaml:7:15: chip.model: must be the name"},
};

START_TEST(wrong_keys_are_refused)
{
    check_refused(&atw_scenario_schema, &keys[_i]);
}
END_TEST

START_TEST(wrong_values_are_refused)
{
    check_refused(&atw_scenario_schema, &values[_i]);
}
END_TEST

START_TEST(wrong_syntax_is_refused)
{
    check_refused(&atw_scenario_schema, &syntax[_i]);
}
END_TEST

START_TEST(wrong_models_are_refused)
{
    check_refused(&atw_scenario_schema, &models[_i]);
}
END_TEST

static const struct {
    const char *override;
    enum atw_status status;
    const char *message;
} overrides[] = {
    {"simulation.voxl=1 nm", ATW_EINPUT,
     "--set: simulation.voxl: unknown key; did you mean \"simulation.voxel\"?"},
    {"simulation.voxel=1 K", ATW_EINPUT,
     "--set: simulation.voxel: \"1 K\" has the wrong"},
    {"simulation.voxel=99 nm", ATW_EINPUT,
     "--set: simulation.voxel: 99 nm is out of range"},
    {"simulation.voxel", ATW_EUSAGE, "is not of the form key.path=VALUE"},
    {"=1", ATW_EUSAGE, "is not of the form"},
    {"a..b=1", ATW_EUSAGE, "is not of the form"},
    {"a.=1", ATW_EUSAGE, "is not of the form"},
    {"particles[x].window=1", ATW_EUSAGE, "is not of the form"},
    {"particles[-1].window=1", ATW_EUSAGE, "is not of the form"},
    {"particles[1]window=1", ATW_EUSAGE, "is not of the form"},
    {"particles[99999999999].window=1", ATW_EUSAGE, "is not of the form"},
    {"particles[2].window=edge", ATW_EINPUT, "no such element"},
    {"chip.table[9].set_point=1 K", ATW_EINPUT, "no such element"},
    {"simulation.list[0]=1", ATW_EINPUT, "there is no such list"},
    {"name.first=x", ATW_EINPUT, "has no keys"},
    {"name[0]=x", ATW_EINPUT, "this is not a list"},
    {"title=[a", ATW_EINPUT, "--set: \"[a\": not valid YAML"},
    {"title=*a", ATW_EINPUT, "aliases"},
    {"chip.model=nowhere", ATW_EINPUT, "--set: chip.model: no file models/chips/nowhere"},
};

START_TEST(wrong_overrides_are_refused)
{
    struct atw_config *config = NULL;
    struct atw_error err;

    CHECK_FAILS(atw_config_load(&config, &atw_scenario_schema, minimal_path,
                                &overrides[_i].override, 1, &err),
                overrides[_i].status, overrides[_i].message);
    ck_assert_ptr_null(config);
    ck_assert_int_eq(atw_config_load(&config, &atw_scenario_schema, minimal_path,
                                     &overrides[_i].override, 1, NULL),
                     overrides[_i].status);
}
END_TEST

START_TEST(unreadable_and_huge_files_are_refused)
{
    struct atw_config *config = NULL;
    struct atw_error err;
    size_t length = ATW_CONFIG_SIZE_MAX + 1;
    char *text = malloc(length);

    CHECK_FAILS(atw_config_load(&config, &atw_scenario_schema, "/nonexistent/a.yaml",
                                NULL, 0, &err),
                ATW_EINPUT, "/nonexistent/a.yaml: cannot be opened: No such file");
    CHECK_FAILS(atw_config_load(&config, &atw_scenario_schema, "/tmp", NULL, 0, &err),
                ATW_EINPUT, "/tmp: cannot be read: Is a directory");
    memset(text, '#', length);
    CHECK_FAILS(atw_config_parse(&config, &atw_scenario_schema, text, length, "s.yaml",
                                 NULL, 0, &err),
                ATW_EINPUT, "larger than 1 MiB");
    /* All keys of a megabyte are not compared with each other. */
    for (size_t i = 0; i + 8 < length; i += 8)
        snprintf(text + i, 9, "k%05zu:\n", i / 8 % 100000);
    CHECK_FAILS(atw_config_parse(&config, &atw_scenario_schema, text, length - 8,
                                 "s.yaml", NULL, 0, &err),
                ATW_EINPUT, "more than 256 keys");
    free(text);
}
END_TEST

START_TEST(mistakes_in_a_model_file_are_reported_there)
{
    static const struct wrong files[] = {
        {"labl: x\n", "models/chips/m.yaml:1:1: chip.labl: unknown key; did you mean "
                      "\"chip.label\"?"},
        {"time_constant: 14\n",
         "models/chips/m.yaml:1:16: chip.time_constant: \"14\" has no"},
        {"model: other\n", "models/chips/m.yaml:1:8: model: a model file cannot name"},
        {"text\n", "models/chips/m.yaml:1:1: a model file holds keys"},
        {"a: &b c\n", "models/chips/m.yaml:1:4: anchors"},
    };
    char directory[] = "/tmp/alloytwin-model-" UNIQUE, path[128], command[128];
    const char *const set[] = {"chip.model=m"};
    struct atw_config *config = NULL;
    struct atw_error err;

    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(command, sizeof command, "mkdir -p %s/models/chips", directory);
    ck_assert_int_eq(system(command), 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        FILE *file;

        snprintf(path, sizeof path, "%s/models/chips/m.yaml", directory);
        file = fopen(path, "w");
        ck_assert_ptr_nonnull(file);
        fputs(files[i].text, file);
        fclose(file);
        snprintf(path, sizeof path, "%s/s.yaml", directory);
        CHECK_FAILS(atw_config_parse(&config, &atw_scenario_schema, HEAD BODY,
                                     strlen(HEAD BODY), path, set, 1, &err),
                    ATW_EINPUT, files[i].message);
    }
    snprintf(command, sizeof command, "rm -r %s", directory);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(experiment_takes_of_a_model_only_what_it_knows)
{
    /* The microscope model holds tilts and blur, which an experiment has no keys for;
     * written in the experiment itself they are mistakes. */
    const char *good = "format: alloytwin-experiment/1\nparticles: [{name: A}]\n"
                       "microscope: {model: haadf-200kv}\n";
    const struct wrong bad = {"format: alloytwin-experiment/1\nparticles: [{name: A}]\n"
                              "microscope: {model: haadf-200kv, blur: 1 nm}\n",
                              "s.yaml:3:34: microscope.blur: unknown key"};
    struct atw_config *config = NULL;
    struct atw_error err;

    CHECK_OK(atw_config_parse(&config, &atw_experiment_schema, good, strlen(good),
                              "s.yaml", NULL, 0, &err));
    atw_config_destroy(config);
    check_refused(&atw_experiment_schema, &bad);
}
END_TEST

START_TEST(later_errors_name_the_place_of_the_value)
{
    const char *const set[] = {"particles[1].window=middle"};
    struct atw_config *config = NULL;
    struct atw_error err;

    CHECK_OK(atw_config_load(&config, &atw_scenario_schema, minimal_path, set, 1, &err));
    CHECK_FAILS(atw_config_error(config, &err, ATW_EINVAL, "particles[1].window",
                                 "no window \"%s\"", "middle"),
                ATW_EINVAL, "--set: particles[1].window: no window \"middle\"");
    CHECK_FAILS(atw_config_error(config, &err, ATW_EINPUT, "particles[0].window", "bad"),
                ATW_EINPUT, "minimal.yaml:6:45: particles[0].window: bad");
    CHECK_FAILS(
        atw_config_error(config, &err, ATW_EINPUT, "simulation.voxel", "too small"),
        ATW_EINPUT, "minimal.yaml:1:1: simulation.voxel: too small");
    atw_config_destroy(config);
}
END_TEST

static void read_wrongly(const struct atw_config *config, int how)
{
    switch (how) {
    case 0:
        atw_config_number(config, "simulation.voxl");
        break;
    case 1:
        atw_config_integer(config, "simulation.voxel");
        break;
    case 2:
        atw_config_number(config, "particles[2].scale");
        break;
    case 3:
        atw_config_number(config, "particles[0].temperature_offset");
        break;
    case 4:
        atw_config_count(config, "name");
        break;
    case 5:
        atw_config_text(config, "chip");
        break;
    default:
        atw_config_is_set(config, "chip..x");
        break;
    }
}

START_TEST(wrong_reading_is_our_bug_and_aborts)
{
    struct atw_config *config = NULL;
    struct atw_error err;

    CHECK_OK(atw_config_load(&config, &atw_scenario_schema, minimal_path, NULL, 0, &err));
    read_wrongly(config, _i);
}
END_TEST

#define COUNT(array) ((int)(sizeof array / sizeof *array))

int main(void)
{
    Suite *suite = suite_create("config_errors");
    TCase *tests = tcase_create("config_errors");

    tcase_add_checked_fixture(tests, use_fixture_models, atw_units_free);
    tcase_add_loop_test(tests, wrong_keys_are_refused, 0, COUNT(keys));
    tcase_add_loop_test(tests, wrong_values_are_refused, 0, COUNT(values));
    tcase_add_loop_test(tests, wrong_syntax_is_refused, 0, COUNT(syntax));
    tcase_add_loop_test(tests, wrong_models_are_refused, 0, COUNT(models));
    tcase_add_loop_test(tests, wrong_overrides_are_refused, 0, COUNT(overrides));
    tcase_add_test(tests, unreadable_and_huge_files_are_refused);
    tcase_add_test(tests, mistakes_in_a_model_file_are_reported_there);
    tcase_add_test(tests, experiment_takes_of_a_model_only_what_it_knows);
    tcase_add_test(tests, later_errors_name_the_place_of_the_value);
    if (!getenv("CK_FORK") || strcmp(getenv("CK_FORK"), "no") != 0)
        tcase_add_loop_test_raise_signal(tests, wrong_reading_is_our_bug_and_aborts, 6, 0,
                                         7);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
