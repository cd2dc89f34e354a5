/* diffuse: what one heating step does to a particle, or the whole programme of a
 * scenario.
 */
#include "cli/commands.h"

#include <stdio.h>

#include <jansson.h>

#include "cli/heat_request.h"
#include "cli/heated_particle.h"
#include "cli/heated_scenario.h"
#include "cli/particle_file.h"

enum {
    KEY_COMPOSITION = 0x2001,
    KEY_METAL,
    KEY_D,
    KEY_TIME,
    KEY_MATERIAL,
    KEY_TEMPERATURE,
    KEY_TIME_CONSTANT,
    KEY_REST,
    KEY_TOLERANCE,
    KEY_KEEP_DISPERSION,
    KEY_PARTICLE
};

struct arguments {
    struct atw_common common;
    const char *scenario, *particle; /* or what follows */
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
    {"keep-dispersion", KEY_KEEP_DISPERSION, NULL, 0,
     "leave what the grid delays short waves by, as all but one constant D do", 0},
    {"particle", KEY_PARTICLE, "NAME", 0,
     "with SCENARIO: which particle (default: the first)", 0},
    {0}};

/* What excludes or needs each other. */
static void check(const struct arguments *arguments, const struct argp_state *state)
{
    const struct atw_heat_options *heat = &arguments->heat;

    if (arguments->scenario) {
        if (arguments->composition || arguments->metal || heat->D || heat->material ||
            heat->temperature || heat->time || heat->time_constant || heat->rest ||
            heat->tolerance || heat->keeps_dispersion)
            argp_error(state, "a scenario says itself what is heated and how: change it "
                              "by --set KEY=VALUE");
        return;
    }
    if (arguments->particle)
        argp_error(state, "--particle needs a SCENARIO");
    if (!arguments->composition || !heat->time)
        argp_error(state, "--composition and --time are needed, or a SCENARIO");
    if (!heat->D == !(heat->material && heat->temperature) ||
        (heat->D && (heat->material || heat->temperature)))
        argp_error(state, "give either --D, or --material and --temperature");
    if (heat->D && heat->time_constant)
        argp_error(state, "--time-constant needs --material and --temperature");
    if (heat->rest && !heat->time_constant)
        argp_error(state, "--rest needs --time-constant");
}

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
    case KEY_KEEP_DISPERSION:
        heat->keeps_dispersion = 1;
        return 0;
    case KEY_PARTICLE:
        arguments->particle = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->scenario)
            argp_error(state, "one scenario at a time; unexpected argument '%s'",
                       argument);
        arguments->scenario = argument;
        return 0;
    case ARGP_KEY_END:
        check(arguments, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
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

        atw_heated_path(path, common->output, k + 1, particle->n_states);
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

static void print_json(const struct atw_heated_particle *particle)
{
    json_t *states = json_array(), *result;

    for (size_t k = 0; k < particle->n_states; k++)
        json_array_append_new(states, atw_heated_json(&particle->after[k]));
    result = json_pack("{s:o, s:o, s:{s:I, s:I, s:I, s:I}}", "before",
                       atw_heated_json(&particle->before), "states", states, "work",
                       "cells", (json_int_t)particle->n_cells, "steps",
                       (json_int_t)particle->work.steps, "rejected",
                       (json_int_t)particle->work.rejected, "operator_applications",
                       (json_int_t)particle->work.operator_applications);
    json_dumpf(result, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(result);
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_heat_request request;
    struct atw_field *composition = NULL, *metal = NULL;
    struct atw_heated_particle *particle = NULL;
    struct atw_metadata *metadata = NULL;
    enum atw_status status = atw_common_need_output(common, err);

    if (status == ATW_OK && arguments->scenario)
        return atw_heat_scenario(common, arguments->scenario, arguments->particle, err);
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
    for (size_t k = 0; status == ATW_OK && k < particle->n_states; k++)
        atw_heated_log(&particle->after[k], k + 1 == particle->n_states);
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
        "--composition FILE [--metal FILE] --D VALUE --time VALUE -o FILE\n"
        "SCENARIO [--particle NAME] -o FILE",
        "Let the metals of a particle interdiffuse: Fick's law inside the metal, no "
        "flux through its surface. Writes the composition (and, if both came in one "
        "EMD file, the metal fraction with it). Time zero returns the input. "
        "--set material.KEY=VALUE and --set particle.KEY=VALUE reach whatever a scenario "
        "can say: composition-dependent diffusivity, surface layer, twin plane, "
        "reshaping, sublimation. With a SCENARIO one of its particles goes through the "
        "whole heating programme, one file per step; --set reaches every key: size and "
        "shell of the particle, window, errors of set point and dwell too.",
        argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_diffuse = {
    "diffuse", "what a heating step does to a composition volume", run};
