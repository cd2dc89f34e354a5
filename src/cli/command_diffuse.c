/* diffuse: what one heating step does to a particle. */
#include "cli/commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli/heat_request.h"
#include "cli/heated_particle.h"
#include "cli/particle_file.h"
#include "core/progress.h"
#include "io/json_file.h"

enum {
    KEY_COMPOSITION = 0x2001,
    KEY_METAL,
    KEY_D,
    KEY_TIME,
    KEY_MATERIAL,
    KEY_TEMPERATURE,
    KEY_TIME_CONSTANT,
    KEY_REST,
    KEY_TOLERANCE
};

struct arguments {
    struct atw_common common;
    const char *composition, *metal;
    struct atw_heat_options heat;
};

static const struct argp_option options[] = {
    {"composition", KEY_COMPOSITION, "FILE", 0,
     "fraction of shell metal, or both in one EMD", 0},
    {"metal", KEY_METAL, "FILE", 0, "metal fraction", 0},
    {"D", KEY_D, "VALUE", 0, "diffusivity, e.g. \"1.5e-19 m2/s\"", 0},
    {"material", KEY_MATERIAL, "NAME", 0, "take D from models/materials/NAME.yaml ...",
     0},
    {"temperature", KEY_TEMPERATURE, "VALUE", 0,
     "... at this temperature, e.g. \"400 degC\"", 0},
    {"time", KEY_TIME, "VALUE", 0,
     "duration, e.g. \"120 s\"; several, \"30 s, 60 s\", write as many files", 0},
    {"time-constant", KEY_TIME_CONSTANT, "VALUE", 0,
     "of ramp and quench, e.g. \"14 ms\" (default: the temperature holds all the time)",
     0},
    {"rest", KEY_REST, "VALUE", 0,
     "temperature before and after, with --time-constant (default 25 degC)", 0},
    {"tolerance", KEY_TOLERANCE, "X", 0, "error of the composition (default 1e-5)", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);
    struct atw_heat_options *heat = &arguments->heat;

    switch (key) {
    case KEY_COMPOSITION:
        arguments->composition = argument;
        return 0;
    case KEY_METAL:
        arguments->metal = argument;
        return 0;
    case KEY_D:
        heat->D = argument;
        return 0;
    case KEY_TIME:
        heat->time = argument;
        return 0;
    case KEY_MATERIAL:
        heat->material = argument;
        return 0;
    case KEY_TEMPERATURE:
        heat->temperature = argument;
        return 0;
    case KEY_TIME_CONSTANT:
        heat->time_constant = argument;
        return 0;
    case KEY_REST:
        heat->rest = argument;
        return 0;
    case KEY_TOLERANCE:
        heat->tolerance = argument;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected argument '%s'; files are named by options",
                   argument);
        return 0;
    case ARGP_KEY_END:
        if (!arguments->composition || !heat->time)
            argp_error(state, "--composition and --time are needed");
        if (!heat->D == !(heat->material && heat->temperature) ||
            (heat->D && (heat->material || heat->temperature)))
            argp_error(state, "give either --D, or --material and --temperature");
        if (heat->D && heat->time_constant)
            argp_error(state, "--time-constant needs --material and --temperature");
        if (heat->rest && !heat->time_constant)
            argp_error(state, "--rest needs --time-constant");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* "a/b.emd" and 2 give "a/b-002.emd"; the only state keeps its name. */
static void state_path(char path[4096], const char *output, size_t state, size_t n_states)
{
    const char *suffix = strrchr(output, '.');
    int stem =
        suffix && !strchr(suffix, '/') ? (int)(suffix - output) : (int)strlen(output);

    if (n_states == 1)
        snprintf(path, 4096, "%s", output);
    else
        snprintf(path, 4096, "%.*s-%03zu%s", stem, output, state + 1, output + stem);
}

static enum atw_status write_states(struct atw_heated_particle *particle,
                                    const struct arguments *arguments,
                                    const struct atw_metadata *metadata,
                                    struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    enum atw_status status = ATW_OK;

    for (size_t k = 0; k < particle->n_states && status == ATW_OK; k++) {
        struct atw_phantom *state = NULL;
        char path[4096];

        state_path(path, common->output, k, particle->n_states);
        status = atw_heated_particle_state(&state, particle, k, err);
        if (status == ATW_OK && particle->reshapes)
            status = atw_particle_file_write(state->composition, state->metal, path,
                                             common->force, metadata, err);
        else if (status == ATW_OK)
            status = atw_particle_file_write_like(
                arguments->composition, arguments->metal, state->composition,
                state->metal, path, common->force, metadata, err);
        atw_phantom_destroy(state);
    }
    return status;
}

static json_t *numbers(const struct atw_heated_numbers *n)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "time_s",
                     atw_json_number(n->t_s), "amount_m3", atw_json_number(n->amount_m3),
                     "mean", atw_json_number(n->mean), "std", atw_json_number(n->std),
                     "alloying", atw_json_number(n->alloying), "lost_m3",
                     atw_json_number(n->lost_m3), "aspect_ratio",
                     atw_json_number(n->aspect_ratio));
}

static void print_json(const struct atw_heated_particle *particle)
{
    json_t *states = json_array(), *result;

    for (size_t k = 0; k < particle->n_states; k++)
        json_array_append_new(states, numbers(&particle->after[k]));
    result = json_pack(
        "{s:o, s:o, s:{s:I, s:I, s:I, s:I}}", "before", numbers(&particle->before),
        "states", states, "work", "cells", (json_int_t)particle->n_cells, "steps",
        (json_int_t)particle->work.steps, "solves", (json_int_t)particle->work.solves,
        "operator_applications", (json_int_t)particle->work.operator_applications);
    json_dumpf(result, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(result);
}

static void log_states(const struct atw_heated_particle *particle)
{
    for (size_t k = 0; k < particle->n_states; k++) {
        const struct atw_heated_numbers *n = &particle->after[k];

        atw_log("%g s: alloyed %.4f, mean %.6f, std %.6f%s", n->t_s, n->alloying, n->mean,
                n->std, k + 1 < particle->n_states ? "" : ", end");
    }
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_heat_request request;
    struct atw_field *composition = NULL, *metal = NULL;
    struct atw_heated_particle *particle = NULL;
    struct atw_metadata *metadata = NULL;
    enum atw_status status = atw_common_need_output(common, err);

    if (status == ATW_OK)
        status = atw_heat_request_read(&request, &arguments->heat, common, err);
    if (status == ATW_OK)
        status = atw_particle_file_read(&composition, &metal, arguments->composition,
                                        arguments->metal, err);
    if (status == ATW_OK)
        status = atw_heated_particle_create(&particle, &request, composition, metal, err);
    if (status == ATW_OK)
        status = atw_common_metadata(&metadata, common, err);
    if (status == ATW_OK)
        status = write_states(particle, arguments, metadata, err);
    if (status == ATW_OK)
        log_states(particle);
    if (status == ATW_OK && common->json)
        print_json(particle);
    atw_field_destroy(composition);
    atw_field_destroy(metal);
    atw_heated_particle_destroy(particle);
    atw_metadata_destroy(metadata);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(
        &arguments.common, options, parse,
        "--composition FILE [--metal FILE] --D VALUE --time VALUE -o FILE",
        "Let the metals of a particle interdiffuse: Fick's law inside the metal, no "
        "flux through its surface. Writes the composition (and, if both came in one "
        "EMD file, the metal fraction with it). Time zero returns the input. "
        "--set material.KEY=VALUE and --set particle.KEY=VALUE reach whatever a scenario "
        "can say: composition-dependent diffusivity, surface layer, twin plane, "
        "reshaping, sublimation.",
        argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_diffuse = {
    "diffuse", "what a heating step does to a composition volume", run};
