/* Outcome `pipeline`: one experiment simulated, analysed and scored in memory. */
#include <stdio.h>

#include "pipeline/analyse.h"
#include "pipeline/simulate.h"
#include "study/outcome.h"
#include "study/outcome_estimates.h"

static enum atw_status score(struct atw_item_result *result,
                             const struct atw_analysis *analysis,
                             const struct atw_truth *truth,
                             struct atw_error *err)
{
    const struct atw_observations observations = {.n_particles =
                                                      analysis->experiment->n_particles,
                                                  .particles = analysis->observed};
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < analysis->estimates.count && status == ATW_OK; i++)
        status = atw_outcome_add_estimate(
            result, &observations, &analysis->estimates, i,
            atw_truth_mean_delta_T_K(truth, analysis->estimates.estimate[i].particle),
            truth->Q_J_per_mol, err);
    return status;
}

/* What a worker keeps of stages that its next item may need: full-size rods are some
 * 35 MB of states and 10 MB of series each. */
#define CACHE_BYTES ((size_t)192 << 20)

/* The analysis section of the scenario is all the analysis learns of it. */
static enum atw_status simulate_and_analyse(struct atw_item_result *result,
                                            const struct atw_config *config,
                                            struct atw_stage_cache *cache,
                                            struct atw_error *err)
{
    struct atw_scenario *scenario = NULL;
    struct atw_experiment *experiment = NULL;
    struct atw_truth *truth = NULL;
    struct atw_analysis *analysis = NULL;
    enum atw_status status = atw_scenario_create(&scenario, config, err);

    if (status == ATW_OK)
        status = atw_simulate_cached(&experiment, &truth, scenario, cache, err);
    if (status == ATW_OK)
        status = atw_analysis_settings_read(&experiment->analysis, config, err);
    if (status == ATW_OK)
        atw_experiment_count_electrons(experiment);
    if (status == ATW_OK)
        status = atw_analyse_without_curves(&analysis, experiment, err);
    if (status == ATW_OK)
        status = score(result, analysis, truth, err);
    atw_analysis_destroy(analysis);
    atw_truth_destroy(truth);
    atw_experiment_destroy(experiment);
    atw_scenario_destroy(scenario);
    return status;
}

static enum atw_status run_pipeline(struct atw_item_result *result,
                                    const struct atw_study *study,
                                    void **state,
                                    struct atw_error *err)
{
    char seed[48], noise_seed[64];
    const char *const extra[] = {seed, noise_seed};
    struct atw_config *config = NULL;
    enum atw_status status = ATW_OK;

    snprintf(seed, sizeof seed, "seed=%llu", (unsigned long long)result->seed);
    snprintf(noise_seed, sizeof noise_seed, "analysis.noise_seed=%llu",
             (unsigned long long)result->seed);
    if (!*state)
        status =
            atw_stage_cache_create((struct atw_stage_cache **)state, CACHE_BYTES, err);
    if (status == ATW_OK)
        status = atw_study_scenario(&config, study, result->item.point, extra, 2, err);
    if (status == ATW_OK)
        status = simulate_and_analyse(result, config, *state, err);
    atw_config_destroy(config);
    return status;
}

static void close_pipeline(void *state)
{
    atw_stage_cache_destroy(state);
}

const struct atw_outcome atw_outcome_pipeline = {
    .name = "pipeline",
    .description = "a scenario simulated, analysed and scored",
    .keys = NULL,
    .run = run_pipeline,
    .close = close_pipeline};
