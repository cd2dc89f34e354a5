/* Bound: what is left once the series have become shares of variance, and these D's.
 *
 * An ensemble of recordings of the same particles goes through the analysis. The scatter
 * of the shares q tells the information about ln S, together with their slopes
 * d q / d ln S, which come from recordings without noise of particles at a little more
 * and less S. D per interval follows from S as the two-step estimators form it,
 *
 *   D_k = (S_k - S_k-1) / t_k
 *   d ln D_k = (S_k d ln S_k - S_k-1 d ln S_k-1) / (S_k - S_k-1)
 *
 * to first order in the noise. The level of the alloyed particle, an imitation, has no
 * noise but the analysis's own: shares know it, the two-step estimators have it of one
 * draw. */
#include "pipeline/bound_internal.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_statistics_double.h>

#include "core/parallel.h"
#include "core/progress.h"
#include "pipeline/simulate.h"
#include "pipeline/specimen.h"

/* A line of the log for so many replicates. */
#define REPORT_EVERY 8

/* Seeds of replicates are this far apart, beyond those of any study of the scenario. */
#define SEED_STRIDE 0x9E3779B97F4A7C15u

/* What a share is made of. */
struct spreads {
    double heated;
    struct atw_alloying_reference reference;
};

/* All [job][particle][step]; jobs are the replicates, then the variants. */
struct ensemble {
    const struct atw_bound_work *work;
    size_t n_replicates, n_jobs, n_shares;
    double *share; /* counted from the alloyed reference of each job */
    struct spreads *spreads;
};

/* Of one job: [particle][step]. */
struct reading {
    const struct atw_experiment *experiment;
    double *share;
    struct spreads *spreads;
};

/* Task: the shares of one particle. */
static enum atw_status read_shares(void *context, size_t particle, struct atw_error *err)
{
    struct reading *reading = context;
    size_t n_steps = reading->experiment->particle[particle].n_steps;
    struct atw_specimen *specimen = NULL;
    enum atw_status status =
        atw_specimen_create(&specimen, reading->experiment, particle, err);

    for (size_t k = 0; k < n_steps && status == ATW_OK; k++) {
        const struct atw_measurement *measurement = &specimen->measurement[k + 1];

        reading->share[particle * n_steps + k] = measurement->variance_left;
        reading->spreads[particle * n_steps + k] = (struct spreads){
            .heated = measurement->spread,
            .reference = {.spread_unalloyed = specimen->measurement[0].spread,
                          .spread_alloyed = measurement->spread_alloyed}};
    }
    atw_specimen_destroy(specimen);
    return status;
}

/* The scenario of a job: recorded with its own seed, or changed and without noise. */
static struct atw_scenario scenario_of(const struct ensemble *ensemble, size_t job)
{
    int is_replicate = job < ensemble->n_replicates;
    struct atw_scenario scenario = atw_bound_scenario(
        ensemble->work->scenario,
        is_replicate ? ATW_BOUND_VARIANTS : job - ensemble->n_replicates);

    if (is_replicate)
        scenario.seed += SEED_STRIDE * (job + 1);
    else
        scenario.imaging.microscope.shot_noise = 0;
    return scenario;
}

/* Record and analyse as far as the shares. */
static enum atw_status
run_job(struct ensemble *ensemble, size_t job, struct atw_error *err)
{
    struct atw_scenario scenario = scenario_of(ensemble, job);
    struct atw_experiment *experiment = NULL;
    struct atw_truth *truth = NULL;
    enum atw_status status;

    status =
        atw_simulate_cached(&experiment, &truth, &scenario, ensemble->work->cache, err);
    if (status == ATW_OK)
        status = atw_analysis_settings_read(&experiment->analysis, scenario.config, err);
    if (status == ATW_OK) {
        struct reading reading = {.experiment = experiment,
                                  .share = ensemble->share + job * ensemble->n_shares,
                                  .spreads =
                                      ensemble->spreads + job * ensemble->n_shares};

        experiment->analysis.noise_seed = scenario.seed;
        atw_experiment_count_electrons(experiment);
        status = atw_parallel_try(experiment->n_particles, read_shares, &reading, err);
    }
    atw_truth_destroy(truth);
    atw_experiment_destroy(experiment);
    return status;
}

/* The alloyed spread of a share that has next to no noise: the root mean square over the
 * replicates. */
static double known_level(const struct ensemble *ensemble, size_t i)
{
    double sum = 0.0;

    for (size_t r = 0; r < ensemble->n_replicates; r++) {
        double level =
            ensemble->spreads[r * ensemble->n_shares + i].reference.spread_alloyed;

        sum += level * level;
    }
    return sqrt(sum / (double)ensemble->n_replicates);
}

/* Shares [replicate][particle][step] counted from the known level. */
static enum atw_status count_from_known_level(double *share,
                                              const struct ensemble *ensemble,
                                              struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < ensemble->n_shares; i++) {
        double level = known_level(ensemble, i);

        for (size_t r = 0; r < ensemble->n_replicates && status == ATW_OK; r++) {
            size_t at = r * ensemble->n_shares + i;
            struct atw_alloying_reference reference = ensemble->spreads[at].reference;

            reference.spread_alloyed = level;
            status = atw_variance_left(&share[at], ensemble->spreads[at].heated,
                                       &reference, err);
        }
    }
    return status;
}

static void find_slopes(double *slope, const struct ensemble *ensemble)
{
    const double *variant = ensemble->share + ensemble->n_replicates * ensemble->n_shares;
    const double *more = variant + ATW_BOUND_MORE * ensemble->n_shares;
    const double *less = variant + ATW_BOUND_LESS * ensemble->n_shares;

    for (size_t i = 0; i < ensemble->n_shares; i++)
        slope[i] = (more[i] - less[i]) / (2.0 * ATW_BOUND_LN_S_STEP);
}

/* Sample covariance of the shares of each particle; particles are independent. */
static void
find_covariance(double *covariance, const double *share, const struct ensemble *ensemble)
{
    const struct atw_scenario *scenario = ensemble->work->scenario;
    size_t n_steps = scenario->n_steps, stride = ensemble->n_shares;

    for (size_t p = 0; p < scenario->n_particles; p++)
        for (size_t j = 0; j < n_steps; j++)
            for (size_t k = 0; k < n_steps; k++) {
                size_t a = p * n_steps + j, b = p * n_steps + k;

                covariance[a * n_steps + k] = gsl_stats_covariance(
                    share + a, stride, share + b, stride, ensemble->n_replicates);
            }
}

enum atw_status atw_bound_measure_degrees(struct atw_bound_degrees *degrees,
                                          const struct atw_bound_work *work,
                                          struct atw_error *err)
{
    size_t n_steps = work->scenario->n_steps;
    size_t n_shares = work->scenario->n_particles * n_steps;
    size_t n_replicates = work->options->n_replicates;
    struct ensemble ensemble = {.work = work,
                                .n_replicates = n_replicates,
                                .n_jobs = n_replicates + ATW_BOUND_VARIANTS,
                                .n_shares = n_shares};
    double *known = calloc(n_replicates * n_shares, sizeof *known);
    enum atw_status status = ATW_OK;

    degrees->slope = calloc(n_shares, sizeof *degrees->slope);
    degrees->covariance = calloc(n_shares * n_steps, sizeof *degrees->covariance);
    degrees->covariance_own = calloc(n_shares * n_steps, sizeof *degrees->covariance_own);
    ensemble.share = calloc(ensemble.n_jobs * n_shares, sizeof *ensemble.share);
    ensemble.spreads = calloc(ensemble.n_jobs * n_shares, sizeof *ensemble.spreads);
    if (!known || !degrees->slope || !degrees->covariance || !degrees->covariance_own ||
        !ensemble.share || !ensemble.spreads) {
        status = atw_error_set(err, ATW_ENOMEM, "bound: out of memory");
        goto cleanup;
    }
    for (size_t job = 0; job < ensemble.n_jobs && status == ATW_OK; job++) {
        if (job % REPORT_EVERY == 0)
            atw_log("replicate %zu of %zu", job + 1, ensemble.n_jobs);
        status = run_job(&ensemble, job, err);
    }
    if (status == ATW_OK)
        status = count_from_known_level(known, &ensemble, err);
    if (status == ATW_OK) {
        find_slopes(degrees->slope, &ensemble);
        find_covariance(degrees->covariance, known, &ensemble);
        find_covariance(degrees->covariance_own, ensemble.share, &ensemble);
    }
cleanup:
    free(known);
    free(ensemble.share);
    free(ensemble.spreads);
    return status;
}
