/* `diffuse SCENARIO`: a particle of a scenario through its whole heating programme. */
#include "cli/heated_scenario.h"

#include <math.h>
#include <stdio.h>

#include "cli/heated_output.h"
#include "cli/particle_file.h"
#include "core/progress.h"
#include "io/json_file.h"
#include "io/scenario_schema.h"
#include "pipeline/anneal.h"

/* Sums over the metal of one state. */
static void measure(struct atw_heated_numbers *n,
                    const struct atw_field *composition,
                    const struct atw_field *metal)
{
    double h = metal->grid.spacing_m, volume = 0.0, sum = 0.0, squares = 0.0;

    for (size_t i = 0; i < atw_grid_voxel_count(&metal->grid); i++) {
        double m = (double)metal->value[i];

        volume += m;
        sum += m * (double)composition->value[i];
    }
    n->mean = sum / volume;
    n->amount_m3 = sum * h * h * h;
    for (size_t i = 0; i < atw_grid_voxel_count(&metal->grid); i++) {
        double off = (double)composition->value[i] - n->mean;

        squares += (double)metal->value[i] * off * off;
    }
    n->std = sqrt(squares / volume);
}

/* State k; first is that before heating. */
static struct atw_heated_numbers numbers_of(const struct atw_truth *truth,
                                            size_t particle,
                                            size_t state,
                                            const struct atw_heated_numbers *first)
{
    const struct atw_truth_particle *p = &truth->particle[particle];
    struct atw_heated_numbers n = {.aspect_ratio = p->aspect_ratio[state]};

    measure(&n, p->composition[state], atw_truth_metal(p, state));
    n.alloying = n.lost_m3 = 0.0;
    for (size_t k = 0; k < state; k++)
        n.t_s += truth->dwell_s[k];
    if (state > 0) {
        n.alloying = first->std > 0.0 ? 1.0 - n.std / first->std : NAN;
        n.lost_m3 = p->lost[state] * first->amount_m3;
    }
    return n;
}

static void
describe(const struct atw_common *common, const struct atw_truth *truth, size_t particle)
{
    const struct atw_truth_particle *p = &truth->particle[particle];
    struct atw_heated_numbers first = numbers_of(truth, particle, 0, NULL);
    json_t *states = json_array(), *result;

    for (size_t k = 1; k <= truth->n_steps; k++) {
        struct atw_heated_numbers n = numbers_of(truth, particle, k, &first);
        json_t *state = atw_heated_json(&n);

        json_object_set_new(state, "temperature_K",
                            atw_json_number(p->temperature_K[k - 1]));
        json_object_set_new(state, "dwell_s", atw_json_number(truth->dwell_s[k - 1]));
        json_array_append_new(states, state);
        atw_log("step %zu, %.2f K for %.2f s", k, p->temperature_K[k - 1],
                truth->dwell_s[k - 1]);
        atw_heated_log(&n, k == truth->n_steps);
    }
    result = json_pack("{s:o, s:o}", "before", atw_heated_json(&first), "states", states);
    if (common->json) {
        json_dumpf(result, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
        putchar('\n');
    }
    json_decref(result);
}

static enum atw_status write_states(const struct atw_common *common,
                                    const struct atw_truth_particle *particle,
                                    struct atw_error *err)
{
    struct atw_metadata *metadata = NULL;
    enum atw_status status = atw_common_metadata(&metadata, common, err);
    char path[4096];

    for (size_t k = 1; k <= particle->n_steps && status == ATW_OK; k++) {
        atw_heated_path(path, common->output, k, particle->n_steps);
        status = atw_particle_file_write(particle->composition[k],
                                         atw_truth_metal(particle, k), path,
                                         common->force, metadata, err);
    }
    atw_metadata_destroy(metadata);
    return status;
}

static enum atw_status heat(struct atw_truth **out,
                            const struct atw_scenario *scenario,
                            size_t particle,
                            struct atw_error *err)
{
    struct atw_truth_particle *truth;
    enum atw_status status = atw_truth_create(out, scenario->name, scenario->n_particles,
                                              scenario->n_steps, err);

    if (status != ATW_OK)
        return status;
    for (size_t k = 0; k < scenario->n_steps; k++)
        (*out)->dwell_s[k] = scenario->held_s[k];
    truth = &(*out)->particle[particle];
    status = atw_anneal_phantom(&truth->phantom, scenario, particle, err);
    if (status == ATW_OK)
        status = atw_anneal(truth, scenario, particle, err);
    if (status != ATW_OK)
        atw_error_prepend(err, "particle %s", scenario->particle[particle].name);
    return status;
}

enum atw_status atw_heat_scenario(const struct atw_common *common,
                                  const char *path,
                                  const char *particle,
                                  struct atw_error *err)
{
    struct atw_config *config = NULL;
    struct atw_scenario *scenario = NULL;
    struct atw_truth *truth = NULL;
    size_t index = 0;
    enum atw_status status = atw_config_load(&config, &atw_scenario_schema, path,
                                             common->overrides, common->n_overrides, err);

    if (status == ATW_OK)
        status = atw_scenario_create(&scenario, config, err);
    if (status == ATW_OK && particle)
        status = atw_scenario_find_particle(scenario, particle, &index, err);
    if (status == ATW_OK)
        status = heat(&truth, scenario, index, err);
    if (status == ATW_OK)
        status = write_states(common, &truth->particle[index], err);
    if (status == ATW_OK)
        describe(common, truth, index);
    atw_truth_destroy(truth);
    atw_scenario_destroy(scenario);
    atw_config_destroy(config);
    return status;
}
