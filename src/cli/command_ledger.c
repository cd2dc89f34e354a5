/* merge, status: ledgers brought together, and how far they are. */
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include "core/progress.h"
#include "study/ledger.h"

enum { REASONS_SHOWN = 10 };

struct arguments {
    struct atw_common common;
    char **ledger; /* borrowed from the command line */
    size_t n_ledgers;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case ARGP_KEY_ARG:
        arguments->ledger[arguments->n_ledgers++] = argument;
        return 0;
    case ARGP_KEY_END:
        if (arguments->n_ledgers == 0)
            argp_error(state, "name a ledger");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- merge ---- */

static enum atw_status merge_all(const struct arguments *arguments, struct atw_error *err)
{
    const char *path = arguments->common.output;
    struct atw_ledger *ledger = NULL;
    struct atw_ledger_counts counts;
    int is_new = access(path, F_OK) != 0;
    enum atw_status status;

    if (!is_new)
        status = atw_ledger_open(&ledger, path, ATW_LEDGER_WRITE, err);
    else
        status = atw_ledger_create_like(&ledger, path, arguments->ledger[0], err);
    for (size_t i = 0; i < arguments->n_ledgers && status == ATW_OK; i++)
        status = atw_ledger_merge(ledger, arguments->ledger[i], err);
    if (status == ATW_OK)
        status = atw_ledger_count(&counts, ledger, err);
    if (status == ATW_OK)
        atw_log("%s: %zu of %zu items done, %zu failed, %zu missing", path, counts.done,
                counts.wanted, counts.failed, counts.missing);
    atw_ledger_close(ledger);
    if (status != ATW_OK && is_new && ledger)
        unlink(path);
    return status;
}

static enum atw_status merge(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};
    enum atw_status status;

    arguments.ledger = calloc((size_t)argc + 1, sizeof *arguments.ledger);
    if (!arguments.ledger)
        return atw_error_set(err, ATW_ENOMEM, "merge: out of memory");
    atw_common_parse(&arguments.common, NULL, parse, "PART.db... -o FILE.db",
                     "Bring ledgers of one study together. FILE.db may exist; merging "
                     "again changes nothing. An item done in two ledgers must have the "
                     "same answers.",
                     argc, argv, &arguments);
    status = atw_common_need_output(&arguments.common, err);
    if (status == ATW_OK)
        status = merge_all(&arguments, err);
    free(arguments.ledger);
    return status;
}

/* ---- status ---- */

struct state {
    const char *path;
    const struct atw_ledger *ledger;
    struct atw_ledger_counts counts;
    char digest[ATW_SHA256_HEX_SIZE];
    struct atw_ledger_failure failure[REASONS_SHOWN];
    size_t n_failures;
};

static enum atw_status look(struct state *state, struct atw_error *err)
{
    enum atw_status status = atw_ledger_count(&state->counts, state->ledger, err);

    if (status == ATW_OK)
        status = atw_ledger_digest(state->ledger, state->digest, err);
    if (status == ATW_OK)
        status = atw_ledger_failures(state->failure, REASONS_SHOWN, &state->n_failures,
                                     state->ledger, err);
    return status;
}

static json_t *state_json(const struct state *state)
{
    const struct atw_ledger_counts *c = &state->counts;
    json_t *failures = json_array();

    for (size_t i = 0; i < state->n_failures; i++)
        json_array_append_new(
            failures,
            json_pack("{s:s, s:I, s:I, s:I, s:I}", "error", state->failure[i].error,
                      "count", (json_int_t)state->failure[i].count, "point",
                      (json_int_t)state->failure[i].item.point, "replicate",
                      (json_int_t)state->failure[i].item.replicate, "seed",
                      (json_int_t)state->failure[i].seed));
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:s, s:s, s:o}",
                     "ledger", state->path, "study",
                     atw_ledger_text(state->ledger, "name"), "points",
                     (json_int_t)atw_ledger_point_count(state->ledger), "replicates",
                     (json_int_t)atw_ledger_replicate_count(state->ledger), "wanted",
                     (json_int_t)c->wanted, "done", (json_int_t)c->done, "failed",
                     (json_int_t)c->failed, "missing", (json_int_t)c->missing, "cost_s",
                     c->cost_s, "version", atw_ledger_text(state->ledger, "version"),
                     "digest", state->digest, "failures", failures);
}

static void print_state(const struct state *state)
{
    const struct atw_ledger_counts *c = &state->counts;

    printf("%s: study %s, %zu points of %zu replicates\n", state->path,
           atw_ledger_text(state->ledger, "name"), atw_ledger_point_count(state->ledger),
           atw_ledger_replicate_count(state->ledger));
    printf("  done %zu, failed %zu, missing %zu of %zu; %.4g s of processor time\n",
           c->done, c->failed, c->missing, c->wanted, c->cost_s);
    for (size_t i = 0; i < state->n_failures; i++)
        printf("  %zu failed, first point=%u,replicate=%u: %s\n", state->failure[i].count,
               state->failure[i].item.point, state->failure[i].item.replicate,
               state->failure[i].error);
    printf("  made by %s; content %s\n", atw_ledger_text(state->ledger, "version"),
           state->digest);
}

static enum atw_status status_of(const char *path, json_t *rows, struct atw_error *err)
{
    struct atw_ledger *ledger = NULL;
    struct state state = {.path = path};
    enum atw_status status = atw_ledger_open(&ledger, path, ATW_LEDGER_READ, err);

    state.ledger = ledger;
    if (status == ATW_OK)
        status = look(&state, err);
    if (status == ATW_OK && rows)
        json_array_append_new(rows, state_json(&state));
    else if (status == ATW_OK)
        print_state(&state);
    atw_ledger_close(ledger);
    return status;
}

static enum atw_status status_run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};
    json_t *rows = NULL;
    enum atw_status status = ATW_OK;

    arguments.ledger = calloc((size_t)argc + 1, sizeof *arguments.ledger);
    if (!arguments.ledger)
        return atw_error_set(err, ATW_ENOMEM, "status: out of memory");
    atw_common_parse(&arguments.common, NULL, parse, "FILE.db...",
                     "How far studies are, also while they run: items done, failed and "
                     "missing, why they failed, and a hash of the content.",
                     argc, argv, &arguments);
    rows = arguments.common.json ? json_array() : NULL;
    for (size_t i = 0; i < arguments.n_ledgers && status == ATW_OK; i++)
        status = status_of(arguments.ledger[i], rows, err);
    if (status == ATW_OK && rows)
        json_dumpf(rows, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    json_decref(rows);
    free(arguments.ledger);
    return status;
}

const struct atw_command atw_command_merge = {
    "merge", "bring the ledgers of a study together", merge};
const struct atw_command atw_command_status = {
    "status", "how far a study is, also while it runs", status_run};
