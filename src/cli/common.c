/* Options that every command understands. */
#include "cli/command.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/values.h"
#include "core/parallel.h"
#include "core/progress.h"

enum { KEY_SET = 0x1001, KEY_SEED, KEY_THREADS, KEY_JSON, KEY_FORCE };

static const struct argp_option common_options[] = {
    {NULL, 0, NULL, 0, "Common options:", 10},
    {"out", 'o', "PATH", 0, "where the output goes", 10},
    {"force", KEY_FORCE, NULL, 0, "replace existing output", 10},
    {"set", KEY_SET, "KEY=VALUE", 0, "override a value of the input file; repeatable",
     10},
    {"seed", KEY_SEED, "N", 0, "seed of the random streams", 10},
    {"threads", KEY_THREADS, "N", 0, "number of threads (default: one per processor)",
     10},
    {"quiet", 'q', NULL, 0, "no progress and log lines", 10},
    {"json", KEY_JSON, NULL, 0, "result as JSON on stdout", 10},
    {0}};

struct parse {
    struct atw_common *common;
    void *input;
    argp_parser_t own_parser; /* of the command */
};

size_t atw_common_count(const struct argp_state *state,
                        const char *option,
                        const char *text,
                        size_t least,
                        size_t most)
{
    struct atw_error err = {0};
    size_t count = least;

    if (atw_option_count(&count, option, text, least, most, &err) != ATW_OK)
        argp_error(state, "%s", err.text);
    return count;
}

static void
add_override(struct atw_common *common, const char *text, const struct argp_state *state)
{
    if (common->n_overrides >= ATW_OVERRIDES_MAX)
        argp_error(state, "more than %d times --set", ATW_OVERRIDES_MAX);
    if (!strchr(text, '='))
        argp_error(state, "--set '%s': give KEY=VALUE", text);
    common->overrides[common->n_overrides++] = text;
}

static error_t parse_common(int key, char *argument, struct argp_state *state)
{
    struct atw_common *common = ((struct parse *)state->input)->common;

    switch (key) {
    case 'o':
        common->output = argument;
        return 0;
    case KEY_FORCE:
        common->force = 1;
        return 0;
    case KEY_SET:
        add_override(common, argument, state);
        return 0;
    case KEY_SEED:
        snprintf(common->seed_override, sizeof common->seed_override, "seed=%zu",
                 atw_common_count(state, "--seed", argument, 0, SIZE_MAX));
        return 0;
    case KEY_THREADS:
        common->threads = atw_common_count(state, "--threads", argument, 0, SIZE_MAX);
        return 0;
    case 'q':
        common->quiet = 1;
        return 0;
    case KEY_JSON:
        common->json = 1;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp common_argp = {.options = common_options,
                                        .parser = parse_common};

struct atw_common *atw_common_of(const struct argp_state *state)
{
    return ((struct parse *)state->input)->common;
}

void *atw_common_input(const struct argp_state *state)
{
    return ((struct parse *)state->input)->input;
}

/* argp hands a child its input only through the parent's parser, so this one stands in
 * front of every command's own. */
static error_t parse_own(int key, char *argument, struct argp_state *state)
{
    const struct parse *parse = state->input;

    if (key == ARGP_KEY_INIT)
        state->child_inputs[0] = state->input;
    return parse->own_parser(key, argument, state);
}

void atw_common_parse(struct atw_common *common,
                      const struct argp_option *options,
                      argp_parser_t parser,
                      const char *arguments_doc,
                      const char *doc,
                      int argc,
                      char **argv,
                      void *input)
{
    const struct argp_child children[] = {{.argp = &common_argp}, {0}};
    const struct argp argp = {.options = options,
                              .parser = parse_own,
                              .args_doc = arguments_doc,
                              .doc = doc,
                              .children = children};
    struct parse parse = {.common = common, .input = input, .own_parser = parser};
    char name[64];
    char *own_name = argv[0];

    *common = (struct atw_common){.argument_count = argc, .arguments = argv};
    snprintf(name, sizeof name, "alloytwin %s", own_name);
    argv[0] = name;
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &parse);
    argv[0] = own_name;
    if (common->seed_override[0])
        common->overrides[common->n_overrides++] = common->seed_override;
    atw_progress_set_quiet(common->quiet);
    atw_parallel_set_thread_count(common->threads);
}

/* 0 without --seed. */
static int name_noise_seed(struct atw_common *common)
{
    if (!common->seed_override[0])
        return 0;
    snprintf(common->noise_override, sizeof common->noise_override, "analysis.noise_%s",
             common->seed_override);
    return 1;
}

void atw_common_seed_analysis_alone(struct atw_common *common)
{
    if (name_noise_seed(common)) /* in the place of the other, the last */
        common->overrides[common->n_overrides - 1] = common->noise_override;
}

void atw_common_seed_analysis(struct atw_common *common)
{
    if (!name_noise_seed(common))
        return;
    memmove(common->overrides + 1, common->overrides,
            common->n_overrides * sizeof *common->overrides);
    common->overrides[0] = common->noise_override; /* before what --set says */
    common->n_overrides++;
}

enum atw_status atw_common_need_output(const struct atw_common *common,
                                       struct atw_error *err)
{
    if (common->output)
        return ATW_OK;
    return atw_error_set(err, ATW_EUSAGE, "say where the output goes: -o PATH");
}

enum atw_status atw_common_metadata(struct atw_metadata **out,
                                    const struct atw_common *common,
                                    struct atw_error *err)
{
    size_t count = (size_t)common->argument_count + 1;
    const char **words = calloc(count, sizeof *words);
    enum atw_status status = atw_metadata_create(out, err);

    if (status == ATW_OK && !words)
        status = atw_error_set(err, ATW_ENOMEM, "command line: out of memory");
    if (status == ATW_OK) {
        words[0] = "alloytwin";
        for (size_t i = 1; i < count; i++)
            words[i] = common->arguments[i - 1];
        status = atw_metadata_add_program(*out, (int)count, words, err);
    }
    free(words);
    if (status != ATW_OK) {
        atw_metadata_destroy(*out);
        *out = NULL;
    }
    return status;
}
