/* Bound: the states of the particles, as the scenario says and with a little more and
 * less diffusion. */
#include "pipeline/bound_internal.h"

#include <math.h>
#include <stdlib.h>

#include "core/parallel.h"
#include "pipeline/anneal.h"
#include "pipeline/simulate.h"

/* The states of every particle and their series, of the scenario and its variants. */
#define CACHE_BYTES ((size_t)576 << 20)

static enum atw_status anneal(struct atw_truth *truth,
                              const struct atw_scenario *scenario,
                              size_t particle,
                              struct atw_error *err)
{
    struct atw_truth_particle *subject = &truth->particle[particle];
    enum atw_status status =
        atw_anneal_phantom(&subject->phantom, scenario, particle, err);

    return status == ATW_OK ? atw_anneal(subject, scenario, particle, err) : status;
}

enum atw_status atw_bound_anneal(struct atw_truth **out,
                                 const struct atw_scenario *scenario,
                                 size_t particle,
                                 struct atw_error *err)
{
    struct atw_truth *truth = NULL;
    enum atw_status status = atw_truth_create(
        &truth, scenario->name, scenario->n_particles, scenario->n_steps, err);

    *out = NULL;
    if (status == ATW_OK)
        status = anneal(truth, scenario, particle, err);
    if (status == ATW_OK)
        *out = truth;
    else
        atw_truth_destroy(truth);
    return status;
}

struct atw_scenario atw_bound_scenario(const struct atw_scenario *scenario,
                                       size_t variant)
{
    struct atw_scenario changed = *scenario;

    if (variant != ATW_BOUND_VARIANTS)
        changed.material.law.D0_m2_per_s *=
            exp(variant == ATW_BOUND_MORE ? ATW_BOUND_LN_S_STEP : -ATW_BOUND_LN_S_STEP);
    return changed;
}

/* Task: one particle at the D of one variant. */
static enum atw_status anneal_variant(void *context, size_t index, struct atw_error *err)
{
    struct atw_bound_work *work = context;
    size_t n_particles = work->scenario->n_particles, variant = index / n_particles;
    const struct atw_scenario changed = atw_bound_scenario(work->scenario, variant);

    return anneal(work->variant[variant], &changed, index % n_particles, err);
}

static enum atw_status anneal_variants(struct atw_bound_work *work, struct atw_error *err)
{
    const struct atw_scenario *scenario = work->scenario;
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < ATW_BOUND_VARIANTS && status == ATW_OK; i++)
        status = atw_truth_create(&work->variant[i], scenario->name,
                                  scenario->n_particles, scenario->n_steps, err);
    if (status == ATW_OK)
        status = atw_parallel_try(ATW_BOUND_VARIANTS * scenario->n_particles,
                                  anneal_variant, work, err);
    return status;
}

/* The scenario itself: its states, what happened while each series was taken, and counts
 * per signal. */
static enum atw_status simulate(struct atw_bound_work *work, struct atw_error *err)
{
    struct atw_experiment *experiment = NULL;
    enum atw_status status = ATW_OK;

    work->truth = work->options->truth;
    work->counts_per_nm = work->options->counts_per_nm;
    if (work->options->n_replicates > 0)
        status = atw_stage_cache_create(&work->cache, CACHE_BYTES, err);
    if (work->truth || status != ATW_OK)
        return status;
    status = atw_simulate_cached(&experiment, &work->simulated, work->scenario,
                                 work->cache, err);
    if (status == ATW_OK)
        work->counts_per_nm = experiment->counts_per_nm;
    work->truth = work->simulated;
    atw_experiment_destroy(experiment);
    return status;
}

enum atw_status atw_bound_prepare(struct atw_bound_work *work, struct atw_error *err)
{
    size_t n_series = work->scenario->n_particles * work->n_tomograms;
    enum atw_status status;

    work->positions_known = calloc(2 * n_series, sizeof *work->positions_known);
    if (!work->positions_known)
        return atw_error_set(err, ATW_ENOMEM, "bound: out of memory");
    work->positions_unknown = work->positions_known + n_series;
    status = simulate(work, err);
    return status == ATW_OK ? anneal_variants(work, err) : status;
}
