/* diffuse: one Fick step on a volume. */
#include "cli/commands.h"

#include <math.h>
#include <stdio.h>

#include "cli/model.h"
#include "cli/particle_file.h"
#include "cli/values.h"
#include "diffusion/diffusion.h"
#include "heating/heating.h"

enum {
    KEY_COMPOSITION = 0x2001,
    KEY_METAL,
    KEY_D,
    KEY_TIME,
    KEY_MATERIAL,
    KEY_TEMPERATURE,
    KEY_TOLERANCE
};

struct arguments {
    struct atw_common common;
    const char *composition, *metal, *D, *time, *material, *temperature, *tolerance;
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
    {"time", KEY_TIME, "VALUE", 0, "duration, e.g. \"120 s\"", 0},
    {"tolerance", KEY_TOLERANCE, "X", 0, "error of the composition (default 1e-5)", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_COMPOSITION:
        arguments->composition = argument;
        return 0;
    case KEY_METAL:
        arguments->metal = argument;
        return 0;
    case KEY_D:
        arguments->D = argument;
        return 0;
    case KEY_TIME:
        arguments->time = argument;
        return 0;
    case KEY_MATERIAL:
        arguments->material = argument;
        return 0;
    case KEY_TEMPERATURE:
        arguments->temperature = argument;
        return 0;
    case KEY_TOLERANCE:
        arguments->tolerance = argument;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected argument '%s'; files are named by options",
                   argument);
        return 0;
    case ARGP_KEY_END:
        if (!arguments->composition || !arguments->time)
            argp_error(state, "--composition and --time are needed");
        if (!arguments->D == !(arguments->material && arguments->temperature))
            argp_error(state, "give either --D, or --material and --temperature");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum atw_status
find_diffusivity(double *D, const struct arguments *arguments, struct atw_error *err)
{
    struct atw_arrhenius_law law;
    double T_K;
    enum atw_status status;

    if (arguments->D)
        return atw_option_quantity(D, "--D", arguments->D, "m2 s-1", err);
    status = atw_option_temperature(&T_K, "--temperature", arguments->temperature, err);
    if (status == ATW_OK)
        status = atw_model_law(&law, arguments->material, &arguments->common, err);
    if (status == ATW_OK)
        *D = atw_arrhenius_diffusivity(&law, T_K);
    return status;
}

/* S = D t, checked here so that the message names what the user typed. */
static enum atw_status
find_S(double *S_m2, const struct arguments *arguments, struct atw_error *err)
{
    double D, time_s;
    enum atw_status status = find_diffusivity(&D, arguments, err);

    if (status == ATW_OK)
        status = atw_option_quantity(&time_s, "--time", arguments->time, "s", err);
    if (status != ATW_OK)
        return status;
    if (!(D > 0.0) || !isfinite(D))
        return atw_error_set(err, ATW_EUSAGE,
                             "D = %g m2/s: a diffusivity must be positive and finite", D);
    if (!(time_s >= 0.0) || !isfinite(time_s))
        return atw_error_set(err, ATW_EUSAGE,
                             "--time %g s: a duration must not be negative", time_s);
    *S_m2 = D * time_s;
    return ATW_OK;
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_diffusion_options diffusion = ATW_DIFFUSION_DEFAULTS;
    struct atw_field *composition = NULL, *metal = NULL, *diffused = NULL;
    struct atw_metadata *metadata = NULL;
    double S_m2 = 0.0;
    enum atw_status status = atw_common_need_output(common, err);

    if (status == ATW_OK && arguments->tolerance)
        status = atw_option_number(&diffusion.tolerance, "--tolerance",
                                   arguments->tolerance, err);
    if (status == ATW_OK && !(diffusion.tolerance > 0.0 && diffusion.tolerance < 1.0))
        status = atw_error_set(err, ATW_EUSAGE,
                               "--tolerance '%s': give a number between 0 and 1",
                               arguments->tolerance);
    if (status == ATW_OK)
        status = find_S(&S_m2, arguments, err);
    if (status == ATW_OK)
        status = atw_particle_file_read(&composition, &metal, arguments->composition,
                                        arguments->metal, err);
    if (status == ATW_OK)
        status = atw_diffusion_step(&diffused, composition, metal, S_m2, &diffusion, err);
    if (status == ATW_OK)
        status = atw_common_metadata(&metadata, common, err);
    if (status == ATW_OK)
        status = atw_particle_file_write_like(arguments->composition, arguments->metal,
                                              diffused, metal, common->output,
                                              common->force, metadata, err);
    atw_field_destroy(composition);
    atw_field_destroy(metal);
    atw_field_destroy(diffused);
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
        "EMD file, the metal fraction with it). Time zero returns the input.",
        argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_diffuse = {
    "diffuse", "one diffusion step on a composition volume", run};
