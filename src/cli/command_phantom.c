/* phantom: composition and metal fraction of one particle of a scenario. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "cli/particle_file.h"
#include "core/progress.h"
#include "io/scenario_schema.h"
#include "pipeline/simulate.h"

enum { KEY_PARTICLE = 0x2001 };

struct arguments {
    struct atw_common common;
    const char *scenario, *particle;
};

static const struct argp_option options[] = {
    {"particle", KEY_PARTICLE, "NAME", 0, "which particle (default: the first)", 0}, {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = atw_common_input(state);

    switch (key) {
    case KEY_PARTICLE:
        arguments->particle = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->scenario)
            argp_error(state, "one input file at a time");
        arguments->scenario = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->scenario)
            argp_error(state, "name the input file");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum atw_status build(struct atw_phantom **phantom,
                             const struct atw_config *config,
                             const char *particle,
                             struct atw_error *err)
{
    struct atw_scenario *scenario = NULL;
    enum atw_status status = atw_scenario_create(&scenario, config, err);
    size_t index = 0;

    if (status == ATW_OK && particle)
        status = atw_scenario_find_particle(scenario, particle, &index, err);
    if (status == ATW_OK)
        status = atw_simulate_phantom(phantom, scenario, index, err);
    if (status == ATW_OK)
        atw_log("particle %s: core %.1f nm3, metal %.1f nm3, shell fraction %.4f",
                scenario->particle[index].name,
                atw_shape_core_volume_m3(&scenario->particle[index].shape) * 1e27,
                atw_shape_metal_volume_m3(&scenario->particle[index].shape) * 1e27,
                1.0 - atw_shape_core_volume_m3(&scenario->particle[index].shape) /
                          atw_shape_metal_volume_m3(&scenario->particle[index].shape));
    atw_scenario_destroy(scenario);
    return status;
}

static enum atw_status execute(const struct arguments *arguments, struct atw_error *err)
{
    const struct atw_common *common = &arguments->common;
    struct atw_config *config = NULL;
    struct atw_metadata *metadata = NULL;
    struct atw_phantom *phantom = NULL;
    enum atw_status status = atw_common_need_output(common, err);

    if (status == ATW_OK)
        status = atw_config_load(&config, &atw_scenario_schema, arguments->scenario,
                                 common->overrides, common->n_overrides, err);
    if (status == ATW_OK)
        status = build(&phantom, config, arguments->particle, err);
    if (status == ATW_OK)
        status = atw_common_metadata(&metadata, common, err);
    if (status == ATW_OK)
        status = atw_particle_file_write(phantom->composition, phantom->metal,
                                         common->output, common->force, metadata, err);
    atw_phantom_destroy(phantom);
    atw_metadata_destroy(metadata);
    atw_config_destroy(config);
    return status;
}

static enum atw_status run(int argc, char **argv, struct atw_error *err)
{
    struct arguments arguments = {0};

    atw_common_parse(
        &arguments.common, options, parse, "SCENARIO [--particle NAME] -o FILE",
        "Put one particle of a scenario on its simulation grid. FILE.emd holds "
        "composition and metal fraction; FILE.mrc is written as the pair "
        "FILE-composition.mrc and FILE-metal.mrc.",
        argc, argv, &arguments);
    return execute(&arguments, err);
}

const struct atw_command atw_command_phantom = {
    "phantom", "composition and metal-fraction volumes of a particle", run};
