/* Thousands of damaged files: never a crash, never a failure without a message, and what
 * loads also survives being written and read again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/config.h"
#include "io/config_tree.h"
#include "io/scenario_schema.h"
#include "support/support.h"

enum { MUTANTS_PER_SEED = 250, TEXT_MAX = 65536 };

static char *original;
static size_t original_length;

static void load_original(void)
{
    const char *top = getenv("top_srcdir");
    char path[600];

    snprintf(path, sizeof path, "%s/tests/data", top ? top : ".");
    setenv("ALLOYTWIN_DATA", path, 1);
    snprintf(path, sizeof path, "%s/tests/data/minimal.yaml", top ? top : ".");
    ck_assert_int_eq(atw_config_read_file(&original, &original_length, path, NULL),
                     ATW_OK);
    ck_assert_uint_gt(original_length, 100);
}

static void free_original(void)
{
    free(original);
    atw_units_free();
}

struct dice {
    unsigned seed, index;
};

static size_t roll(struct dice *dice, size_t n)
{
    return (size_t)(atw_test_uniform(dice->seed, dice->index++) * (double)n);
}

static const char *const pieces[] = {"\n",
                                     "  ",
                                     ": ",
                                     "- ",
                                     "[",
                                     "]",
                                     "{",
                                     "}",
                                     "\"",
                                     "'",
                                     "#",
                                     "&a ",
                                     "*a",
                                     "!x ",
                                     "|\n",
                                     ">\n",
                                     "? ",
                                     "---\n",
                                     "...\n",
                                     "%YAML",
                                     "null",
                                     "~",
                                     "1e999",
                                     "-0",
                                     "nan",
                                     "0x1",
                                     "010",
                                     " K",
                                     " degC",
                                     "\t",
                                     "\xFF",
                                     "\xC2\x85",
                                     "\xEF\xBB\xBF",
                                     "\\0",
                                     ",",
                                     "<<: ",
                                     "model: x\n",
                                     "true",
                                     "[[[[[[[[[[[[[[[[[[[[[[",
                                     "1e-320 nm",
                                     "9223372036854775807",
                                     "chip:\n",
                                     "name: A\n"};

/* Replace the n_out bytes at `at` by n_in others. */
static void
splice(char *text, size_t *length, size_t at, size_t n_out, const char *in, size_t n_in)
{
    if (n_out > *length - at)
        n_out = *length - at;
    if (*length - n_out + n_in > TEXT_MAX)
        return;
    memmove(text + at + n_in, text + at + n_out, *length - at - n_out);
    memcpy(text + at, in, n_in);
    *length += n_in - n_out;
}

static void mutate(char *text, size_t *length, struct dice *dice)
{
    size_t at = roll(dice, *length + 1);
    const char *piece = pieces[roll(dice, sizeof pieces / sizeof *pieces)];
    char byte = (char)roll(dice, 256), copy[64];
    size_t from = roll(dice, *length + 1), n_copy = roll(dice, sizeof copy);

    if (n_copy > *length - from)
        n_copy = *length - from;
    memcpy(copy, text + from, n_copy);
    switch (roll(dice, 5)) {
    case 0:
        splice(text, length, at, 1, &byte, 1);
        break;
    case 1:
        splice(text, length, at, roll(dice, 3), piece, strlen(piece));
        break;
    case 2:
        splice(text, length, at, roll(dice, 12), "", 0);
        break;
    case 3:
        splice(text, length, at, roll(dice, 20), copy, n_copy);
        break;
    default:
        splice(text, length, at, 0, piece, strlen(piece));
        break;
    }
}

static void check_survivor(const struct atw_config *config)
{
    struct atw_config *again = NULL;
    struct atw_error err;
    char *text = atw_config_resolved_text(config), *second;

    ck_assert_ptr_nonnull(text);
    CHECK_OK(atw_config_parse(&again, &atw_scenario_schema, text, strlen(text), "again",
                              NULL, 0, &err));
    second = atw_config_resolved_text(again);
    ck_assert_str_eq(text, second);
    free(second);
    free(text);
    atw_config_destroy(again);
}

START_TEST(mutants_load_or_are_refused_with_a_message)
{
    struct dice dice = {.seed = (unsigned)_i};
    char *text = malloc(TEXT_MAX);
    unsigned loaded = 0;

    for (int mutant = 0; mutant < MUTANTS_PER_SEED; mutant++) {
        struct atw_config *config = NULL;
        struct atw_error err = {0};
        size_t length = original_length, edits = roll(&dice, 2) ? 1 : 1 + roll(&dice, 4);

        memcpy(text, original, original_length);
        for (size_t i = 0; i < edits; i++)
            mutate(text, &length, &dice);
        if (atw_config_parse(&config, &atw_scenario_schema, text, length, "mutant.yaml",
                             NULL, 0, &err) == ATW_OK) {
            loaded++;
            check_survivor(config);
        } else {
            ck_assert_int_eq(err.status, ATW_EINPUT);
            ck_assert_msg(strstr(err.text, ".yaml:") && strlen(err.text) > 20,
                          "no place in the message '%s'", err.text);
            ck_assert_ptr_null(config);
        }
        atw_config_destroy(config);
    }
    /* Both outcomes are really seen. */
    ck_assert_uint_gt(loaded, 0);
    ck_assert_uint_lt(loaded, MUTANTS_PER_SEED / 2);
    free(text);
}
END_TEST

START_TEST(mutated_overrides_apply_or_are_refused_with_a_message)
{
    static const char *const valid[] = {"particles[1].window=edge",
                                        "simulation.voxel=1 nm", "chip.windows[0].x=3 um",
                                        "heating.steps=[{set_point: 1 K, dwell: 1 s}]"};
    struct dice dice = {.seed = 1000u + (unsigned)_i};
    char *text = malloc(TEXT_MAX + 1);

    for (int mutant = 0; mutant < MUTANTS_PER_SEED; mutant++) {
        const char *override = valid[roll(&dice, 4)];
        const char *const overrides[] = {text};
        struct atw_config *config = NULL;
        struct atw_error err = {0};
        size_t length = strlen(override);

        memcpy(text, override, length);
        mutate(text, &length, &dice);
        text[length] = '\0';
        if (atw_config_parse(&config, &atw_scenario_schema, original, original_length,
                             "s.yaml", overrides, 1, &err) == ATW_OK)
            check_survivor(config);
        else
            ck_assert_msg(err.status == ATW_EINPUT || err.status == ATW_EUSAGE, "%s",
                          err.text);
        ck_assert(config || err.text[0]);
        atw_config_destroy(config);
    }
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("config_mutations");
    TCase *tests = tcase_create("config_mutations");

    tcase_add_checked_fixture(tests, load_original, free_original);
    tcase_add_loop_test(tests, mutants_load_or_are_refused_with_a_message, 0, 16);
    tcase_add_loop_test(tests, mutated_overrides_apply_or_are_refused_with_a_message, 0,
                        4);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
