/* Outcome `pipeline`: one experiment simulated, analysed and scored in memory. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pipeline/analyse.h"
#include "pipeline/simulate.h"
#include "study/outcome.h"

/* "paper/log/constant/A": estimator, weighting, model of dT, particle taken to be at the
 * set point. */
static void name_estimate(char name[ATW_ITEM_NAME_SIZE],
                          const struct atw_analysis *analysis,
                          const struct atw_estimate *estimate)
{
    snprintf(name, ATW_ITEM_NAME_SIZE, "%s/%s/%s/%s", estimate->estimator,
             estimate->weighting, estimate->delta_T_model,
             analysis->observed[estimate->nominal_particle].name);
}

/* "delta_T_K", with the particle behind it where there are several to compare. */
static void name_quantity(char name[ATW_ITEM_NAME_SIZE],
                          const char *quantity,
                          const struct atw_analysis *analysis,
                          const struct atw_estimate *estimate)
{
    if (analysis->experiment->n_particles > 2)
        snprintf(name, ATW_ITEM_NAME_SIZE, "%s/%s", quantity,
                 analysis->observed[estimate->particle].name);
    else
        snprintf(name, ATW_ITEM_NAME_SIZE, "%s", quantity);
}

/* A row of one quantity of an estimate, its numbers still to be filled in. */
static enum atw_status add_row(struct atw_item_row **row,
                               struct atw_item_result *result,
                               const char *quantity,
                               const struct atw_analysis *analysis,
                               const struct atw_estimate *estimate,
                               struct atw_error *err)
{
    char name[ATW_ITEM_NAME_SIZE], full_quantity[ATW_ITEM_NAME_SIZE];
    enum atw_status status;

    name_estimate(name, analysis, estimate);
    name_quantity(full_quantity, quantity, analysis, estimate);
    status = atw_item_add_row(row, result, name, full_quantity, err);
    if (status == ATW_OK)
        snprintf((*row)->status, sizeof(*row)->status, "%.*s", ATW_ITEM_STATUS_SIZE - 1,
                 estimate->status);
    return status;
}

static enum atw_status add_delta_T(struct atw_item_result *result,
                                   const struct atw_analysis *analysis,
                                   const struct atw_truth *truth,
                                   const struct atw_estimate *estimate,
                                   struct atw_error *err)
{
    struct atw_item_row *row;
    enum atw_status status = add_row(&row, result, "delta_T_K", analysis, estimate, err);

    if (status != ATW_OK)
        return status;
    row->truth = atw_truth_mean_delta_T_K(truth, estimate->particle);
    row->estimate = estimate->delta_T_K;
    row->std = estimate->std_K;
    memcpy(row->interval_68, estimate->interval_68_K, sizeof row->interval_68);
    memcpy(row->interval_95, estimate->interval_95_K, sizeof row->interval_95);
    return ATW_OK;
}

static enum atw_status add_Q(struct atw_item_result *result,
                             const struct atw_analysis *analysis,
                             const struct atw_truth *truth,
                             const struct atw_estimate *estimate,
                             struct atw_error *err)
{
    struct atw_item_row *row;
    enum atw_status status =
        add_row(&row, result, "Q_J_per_mol", analysis, estimate, err);

    if (status != ATW_OK)
        return status;
    row->truth = truth->Q_J_per_mol;
    row->estimate = estimate->Q_J_per_mol;
    row->std = estimate->Q_std_J_per_mol;
    return ATW_OK;
}

static enum atw_status score(struct atw_item_result *result,
                             const struct atw_analysis *analysis,
                             const struct atw_truth *truth,
                             struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < analysis->estimates.count && status == ATW_OK; i++) {
        const struct atw_estimate *estimate = &analysis->estimates.estimate[i];

        status = add_delta_T(result, analysis, truth, estimate, err);
        if (status == ATW_OK)
            status = add_Q(result, analysis, truth, estimate, err);
    }
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
        status = atw_analyse(&analysis, experiment, err);
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
