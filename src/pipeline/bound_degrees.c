/* Bound: what is left once the series have become shares of variance, and these D's.
 *
 * An ensemble of recordings of the same particles goes through the analysis. The scatter
 * of the shares q and their slopes d q / d ln S tell the information about ln S; D per
 * interval follows from S as the two-step estimators form it,
 *
 *   D_k = (S_k - S_k-1) / t_k,   d ln D_k = (S_k d ln S_k - S_k-1 d ln S_k-1) / (S_k -
 * S_k-1)
 *
 * to first order in the noise. */
#include "pipeline/bound_internal.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_linalg.h>

#include "core/parallel.h"
#include "core/progress.h"
#include "pipeline/simulate.h"
#include "pipeline/specimen.h"

/* Recordings of either side that a slope is the mean over; they share their noise. */
#define SLOPE_REPLICATES 4

/* A line of the log for so many replicates. */
#define REPORT_EVERY 8

/* Seeds of replicates are this far apart, beyond those of any study of the scenario. */
#define SEED_STRIDE 0x9E3779B97F4A7C15u

struct ensemble {
    const struct atw_bound_work *work;
    size_t n_replicates;
    double *share; /* [job][particle][step], see job_of() */
};

/* Job i: replicates of the scenario first, then SLOPE_REPLICATES of either side. */
static size_t variant_of(const struct ensemble *ensemble, size_t job, size_t *replicate)
{
    size_t beyond = job - ensemble->n_replicates;

    if (job < ensemble->n_replicates) {
        *replicate = job;
        return ATW_BOUND_VARIANTS;
    }
    *replicate = beyond % SLOPE_REPLICATES;
    return beyond / SLOPE_REPLICATES;
}

struct reading {
    const struct atw_experiment *experiment;
    double *share; /* [particle][step] */
};

/* Task: the shares of one particle. */
static enum atw_status read_shares(void *context, size_t particle, struct atw_error *err)
{
    struct reading *reading = context;
    size_t n_steps = reading->experiment->particle[particle].n_steps;
    struct atw_specimen *specimen = NULL;
    enum atw_status status =
        atw_specimen_create(&specimen, reading->experiment, particle, err);

    for (size_t k = 0; k < n_steps && status == ATW_OK; k++)
        reading->share[particle * n_steps + k] =
            specimen->measurement[k + 1].variance_left;
    atw_specimen_destroy(specimen);
    return status;
}

/* Record one replicate and analyse it as far as the shares. */
static enum atw_status
replicate(struct ensemble *ensemble, size_t job, struct atw_error *err)
{
    size_t index, variant = variant_of(ensemble, job, &index);
    struct atw_scenario scenario = atw_bound_scenario(ensemble->work->scenario, variant);
    size_t n_shares = scenario.n_particles * scenario.n_steps;
    struct atw_experiment *experiment = NULL;
    struct atw_truth *truth = NULL;
    enum atw_status status;

    scenario.seed += SEED_STRIDE * (index + 1);
    status =
        atw_simulate_cached(&experiment, &truth, &scenario, ensemble->work->cache, err);
    if (status == ATW_OK)
        status = atw_analysis_settings_read(&experiment->analysis, scenario.config, err);
    if (status == ATW_OK) {
        struct reading reading = {.experiment = experiment,
                                  .share = ensemble->share + job * n_shares};

        experiment->analysis.noise_seed = scenario.seed;
        atw_experiment_count_electrons(experiment);
        status = atw_parallel_try(experiment->n_particles, read_shares, &reading, err);
    }
    atw_truth_destroy(truth);
    atw_experiment_destroy(experiment);
    return status;
}

static void find_slopes(double *slope, const struct ensemble *ensemble, size_t n_shares)
{
    const double *more = ensemble->share + ensemble->n_replicates * n_shares;
    const double *less = more + SLOPE_REPLICATES * n_shares;

    for (size_t i = 0; i < n_shares; i++) {
        double sum = 0.0;

        for (size_t r = 0; r < SLOPE_REPLICATES; r++)
            sum += more[r * n_shares + i] - less[r * n_shares + i];
        slope[i] = sum / (SLOPE_REPLICATES * 2.0 * ATW_BOUND_LN_S_STEP);
    }
}

static double mean_of(const struct ensemble *ensemble, size_t n_shares, size_t i)
{
    double sum = 0.0;

    for (size_t r = 0; r < ensemble->n_replicates; r++)
        sum += ensemble->share[r * n_shares + i];
    return sum / (double)ensemble->n_replicates;
}

/* Sample covariance of the shares of each particle; particles are independent. */
static void
find_covariance(double *covariance, const struct ensemble *ensemble, size_t n_steps)
{
    size_t n_particles = ensemble->work->scenario->n_particles;
    size_t n_shares = n_particles * n_steps;

    for (size_t p = 0; p < n_particles; p++)
        for (size_t j = 0; j < n_steps; j++)
            for (size_t k = 0; k < n_steps; k++) {
                size_t a = p * n_steps + j, b = p * n_steps + k;
                double mean_a = mean_of(ensemble, n_shares, a);
                double mean_b = mean_of(ensemble, n_shares, b), sum = 0.0;

                for (size_t r = 0; r < ensemble->n_replicates; r++)
                    sum += (ensemble->share[r * n_shares + a] - mean_a) *
                           (ensemble->share[r * n_shares + b] - mean_b);
                covariance[a * n_steps + k] =
                    sum / ((double)ensemble->n_replicates - 1.0);
            }
}

enum atw_status atw_bound_measure_degrees(struct atw_bound_degrees *degrees,
                                          const struct atw_bound_work *work,
                                          struct atw_error *err)
{
    size_t n_steps = work->scenario->n_steps;
    size_t n_shares = work->scenario->n_particles * n_steps;
    struct ensemble ensemble = {.work = work,
                                .n_replicates = work->options->n_replicates};
    size_t n_jobs = ensemble.n_replicates + ATW_BOUND_VARIANTS * SLOPE_REPLICATES;
    enum atw_status status = ATW_OK;

    degrees->slope = calloc(n_shares, sizeof *degrees->slope);
    degrees->covariance = calloc(n_shares * n_steps, sizeof *degrees->covariance);
    ensemble.share = calloc(n_jobs * n_shares, sizeof *ensemble.share);
    if (!degrees->slope || !degrees->covariance || !ensemble.share) {
        status = atw_error_set(err, ATW_ENOMEM, "bound: out of memory");
        goto cleanup;
    }
    for (size_t job = 0; job < n_jobs && status == ATW_OK; job++) {
        if (job % REPORT_EVERY == 0)
            atw_log("replicate %zu of %zu", job + 1, n_jobs);
        status = replicate(&ensemble, job, err);
    }
    if (status == ATW_OK) {
        find_slopes(degrees->slope, &ensemble, n_shares);
        find_covariance(degrees->covariance, &ensemble, n_steps);
    }
cleanup:
    free(ensemble.share);
    return status;
}
