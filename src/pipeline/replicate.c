/* An analysed experiment once more. */
#include "pipeline/replicate.h"

#include <stdlib.h>

#include "pipeline/start_state.h"

static struct atw_random_key
key_of(const struct atw_analysis *analysis, size_t draw, size_t particle, size_t tomogram)
{
    uint64_t number = ((uint64_t)draw * analysis->experiment->n_particles + particle) *
                          (ATW_STEPS_MAX + 1) +
                      tomogram;

    return (struct atw_random_key){.seed = analysis->experiment->analysis.noise_seed,
                                   .stage = ATW_RANDOM_REPLICATE,
                                   .item = number << ATW_DRAW_BITS};
}

static enum atw_status record(struct atw_tomogram *tomogram,
                              const struct atw_analysis *analysis,
                              size_t particle,
                              size_t index,
                              const double *S_m2,
                              size_t draw,
                              struct atw_error *err)
{
    struct atw_specimen *specimen = analysis->specimen[particle];
    const struct atw_random_key key = key_of(analysis, draw, particle, index);
    double S = index > 0 ? S_m2[particle * ATW_STEPS_MAX + index - 1] : 0.0;

    *tomogram = (struct atw_tomogram){NULL, NULL, NULL};
    if (!atw_specimen_is_measured(specimen, index))
        return ATW_OK;
    if (!atw_specimen_series(specimen, index))
        return atw_error_set(err, ATW_EINVAL,
                             "particle %s: only a tilt series can be recorded again, and "
                             "tomogram %zu is a volume",
                             specimen->particle->name, index);
    return atw_start_state_record(&tomogram->series, specimen->start, index, S, &key,
                                  err);
}

/* The particle of the analysed experiment with other series; steps are owned. */
static enum atw_status record_particle(struct atw_experiment_particle *copy,
                                       const struct atw_analysis *analysis,
                                       size_t particle,
                                       const double *S_m2,
                                       size_t draw,
                                       struct atw_error *err)
{
    struct atw_specimen *specimen = analysis->specimen[particle];
    enum atw_status status = ATW_OK;

    *copy = *specimen->particle;
    copy->reference = (struct atw_tomogram){NULL, NULL, NULL};
    copy->is_aligned |= specimen->alignment[0] != NULL;
    copy->step = calloc(copy->n_steps + 1, sizeof *copy->step);
    if (!copy->step)
        return atw_error_set(err, ATW_ENOMEM, "replicate: out of memory");
    if (!specimen->start)
        status = atw_start_state_create(&specimen->start, specimen, err);
    if (status == ATW_OK)
        status = record(&copy->reference, analysis, particle, 0, S_m2, draw, err);
    for (size_t k = 0; k < copy->n_steps && status == ATW_OK; k++) {
        copy->step[k].set_point_K = specimen->particle->step[k].set_point_K;
        copy->step[k].dwell_s = specimen->particle->step[k].dwell_s;
        status =
            record(&copy->step[k].tomogram, analysis, particle, k + 1, S_m2, draw, err);
    }
    return status;
}

static void release(struct atw_experiment *copy)
{
    for (size_t p = 0; copy->particle && p < copy->n_particles; p++) {
        struct atw_experiment_particle *particle = &copy->particle[p];

        atw_tilt_series_destroy(particle->reference.series);
        for (size_t k = 0; particle->step && k < particle->n_steps; k++)
            atw_tilt_series_destroy(particle->step[k].tomogram.series);
        free(particle->step);
    }
    free(copy->particle);
}

/* Series are recorded in alignment. */
static enum atw_status set_up(struct atw_experiment *copy,
                              const struct atw_experiment *experiment,
                              size_t draw,
                              struct atw_error *err)
{
    *copy = *experiment;
    copy->particle = NULL;
    if (experiment->analysis.initial_state_given)
        return atw_error_set(err, ATW_EINVAL,
                             "states that are measured can be drawn again, and "
                             "analysis.initial_state is given");
    copy->analysis.alignment.is_off = 1;
    copy->analysis.noise_seed = experiment->analysis.noise_seed + 1 + draw;
    copy->analysis.estimator[0] = &atw_estimator_paper;
    copy->analysis.n_estimators = 1;
    copy->particle = calloc(copy->n_particles, sizeof *copy->particle);
    if (!copy->particle)
        return atw_error_set(err, ATW_ENOMEM, "replicate: out of memory");
    return ATW_OK;
}

enum atw_status atw_replicate_intervals(struct atw_interval_result **interval,
                                        struct atw_analysis *analysis,
                                        const double *S_m2,
                                        size_t draw,
                                        struct atw_error *err)
{
    struct atw_analysis *again = NULL;
    struct atw_experiment copy;
    enum atw_status status = set_up(&copy, analysis->experiment, draw, err);

    *interval = NULL;
    for (size_t p = 0; p < copy.n_particles && status == ATW_OK; p++)
        status = record_particle(&copy.particle[p], analysis, p, S_m2, draw, err);
    if (status == ATW_OK)
        status = atw_analyse_without_curves(&again, &copy, err);
    if (status == ATW_OK) {
        *interval = again->estimates.interval;
        again->estimates.interval = NULL; /* now owned by the caller */
    }
    atw_analysis_destroy(again);
    release(&copy);
    return status;
}
