/* A particle under analysis. */
#include "pipeline/specimen.h"

#include <math.h>
#include <stdlib.h>

#include "core/parallel.h"
#include "core/progress.h"
#include "pipeline/amount.h"
#include "pipeline/degrees.h"
#include "pipeline/deviation.h"
#include "pipeline/fitted_particle.h"
#include "pipeline/interval.h"
#include "pipeline/iterations.h"
#include "pipeline/registration.h"
#include "pipeline/start_state.h"

static const struct atw_tomogram *tomogram_of(const struct atw_specimen *specimen,
                                              size_t index)
{
    return index == 0 ? &specimen->particle->reference
                      : &specimen->particle->step[index - 1].tomogram;
}

const struct atw_tilt_series *atw_specimen_series(const struct atw_specimen *specimen,
                                                  size_t tomogram)
{
    return specimen->aligned[tomogram] ? specimen->aligned[tomogram]
                                       : tomogram_of(specimen, tomogram)->series;
}

int atw_specimen_is_measured(const struct atw_specimen *specimen, size_t tomogram)
{
    const struct atw_tomogram *one = tomogram_of(specimen, tomogram);

    return one->series || one->volume;
}

/* Instruments are shared by tomograms of the same geometry. */
static enum atw_status
assign_instrument(struct atw_specimen *specimen, size_t index, struct atw_error *err)
{
    const struct atw_tilt_series *own = atw_specimen_series(specimen, index);
    const struct atw_tilt_series *series =
        own ? own : tomogram_of(specimen, index)->views;
    uint64_t stream = (uint64_t)(specimen->particle - specimen->experiment->particle);
    struct atw_instrument **slot = &specimen->instrument[specimen->n_instruments];
    enum atw_status status;

    if (!series)
        return ATW_OK;
    for (size_t i = 0; i < specimen->n_instruments; i++)
        if (atw_instrument_fits(specimen->instrument[i], series)) {
            specimen->measurement[index].instrument = specimen->instrument[i];
            return ATW_OK;
        }
    status = atw_instrument_create(
        slot, specimen->experiment, series, stream,
        specimen->alignment[index] != NULL || specimen->particle->is_aligned, err);
    if (status != ATW_OK)
        return status;
    if (!own && !(specimen->experiment->counts_per_nm > 0.0)) {
        atw_instrument_silence(*slot);
        atw_warn("particle %s: the noise of its volumes is not known, so that degrees of "
                 "alloying come out too low; give them in electrons per nm, and "
                 "microscope.counts_per_unit",
                 specimen->particle->name);
    }
    specimen->measurement[index].instrument = *slot;
    specimen->n_instruments++;
    return ATW_OK;
}

static enum atw_status reconstruct(void *context, size_t index, struct atw_error *err)
{
    struct atw_specimen *specimen = context;
    struct atw_measurement *measurement = &specimen->measurement[index];
    const struct atw_tilt_series *series = atw_specimen_series(specimen, index);
    enum atw_status status;

    if (!atw_specimen_is_measured(specimen, index))
        return ATW_OK;
    if (!series)
        return atw_field_copy(&measurement->volume, tomogram_of(specimen, index)->volume,
                              err);
    status = atw_instrument_background(specimen->experiment, series,
                                       &measurement->background, err);
    if (status == ATW_OK)
        status = atw_instrument_reconstruct(measurement->instrument, series,
                                            measurement->background, &measurement->volume,
                                            err);
    if (status != ATW_OK)
        atw_error_prepend(err, "particle %s, step %zu", specimen->particle->name, index);
    atw_progress_step();
    return status;
}

static enum atw_status check_grids(const struct atw_specimen *specimen,
                                   struct atw_error *err)
{
    const struct atw_grid *first = &specimen->measurement[0].volume->grid;

    for (size_t i = 1; i < specimen->n_tomograms; i++) {
        const struct atw_field *volume = specimen->measurement[i].volume;
        const struct atw_grid *grid = volume ? &volume->grid : first;

        if (!atw_grid_equal(first, grid))
            return atw_error_set(
                err, ATW_EINPUT,
                "particle %s: step %zu is %zu x %zu x %zu voxels of %.4g nm, "
                "the room-temperature reference %zu x %zu x %zu of %.4g nm; "
                "they must agree: bring them to one frame and pixel size",
                specimen->particle->name, i, grid->n_x, grid->n_y, grid->n_z,
                grid->spacing_m * 1e9, first->n_x, first->n_y, first->n_z,
                first->spacing_m * 1e9);
    }
    return ATW_OK;
}

/* Intensity of the pure metals: from the detector calibration if there is one, otherwise
 * from the core of the unheated particle. */
static enum atw_status find_scale(struct atw_specimen *specimen, struct atw_error *err)
{
    const struct atw_experiment *experiment = specimen->experiment;
    const struct atw_segmentation_options otsu = {.rule = ATW_THRESHOLD_OTSU};
    struct atw_mask *core = NULL;
    enum atw_status status;

    if (experiment->counts_per_nm > 0.0) {
        specimen->scale.core = experiment->counts_per_nm;
        specimen->scale.shell = experiment->counts_per_nm / experiment->intensity_ratio;
    } else {
        status = atw_segment(&core, specimen->measurement[0].volume, &otsu, NULL, err);
        if (status == ATW_OK)
            status = atw_intensity_scale_estimate(&specimen->scale,
                                                  specimen->measurement[0].volume, core,
                                                  experiment->intensity_ratio, err);
        atw_mask_destroy(core);
        if (status != ATW_OK)
            return status;
    }
    for (size_t i = 0; i < specimen->n_instruments; i++)
        specimen->instrument[i]->model.counts_per_nm = specimen->scale.core;
    return ATW_OK;
}

static enum atw_status
segment(struct atw_specimen *specimen, size_t index, struct atw_error *err)
{
    const struct atw_analysis_settings *analysis = &specimen->experiment->analysis;
    struct atw_measurement *measurement = &specimen->measurement[index];
    struct atw_mask *model = NULL;
    enum atw_status status;

    if (index > 0 && !analysis->segment_each_step) {
        measurement->mask = specimen->measurement[0].mask;
        measurement->interior = specimen->measurement[0].interior;
        measurement->threshold = specimen->measurement[0].threshold;
        return ATW_OK;
    }
    status = atw_segment(&measurement->mask, measurement->volume, &analysis->segmentation,
                         &measurement->threshold, err);
    if (status == ATW_OK && analysis->mask_of_model) {
        status = atw_fitted_particle_mask(&model, specimen, err);
        if (status == ATW_OK) {
            atw_mask_destroy(measurement->mask);
            measurement->mask = model;
        }
    }
    if (status == ATW_OK)
        status = atw_mask_erode(&measurement->interior, measurement->mask,
                                analysis->erosion_m, err);
    return status;
}

static enum atw_status
quantify(struct atw_specimen *specimen, size_t index, struct atw_error *err)
{
    struct atw_measurement *measurement = &specimen->measurement[index];
    enum atw_status status = segment(specimen, index, err);

    if (status == ATW_OK)
        status = atw_composition_from_intensity(
            &measurement->composition, measurement->volume, measurement->mask,
            &specimen->scale, ATW_COMPOSITION_CLIPPED, err);
    if (status == ATW_OK)
        status = atw_intensity_spread(&measurement->spread, measurement->volume,
                                      measurement->interior, err);
    if (status == ATW_OK)
        atw_amount_check(specimen, index);
    return status;
}

static enum atw_status
find_slices(struct atw_specimen *specimen, size_t index, struct atw_error *err)
{
    struct atw_measurement *measurement = &specimen->measurement[index];
    const struct atw_instrument *instrument = measurement->instrument;
    size_t first = atw_specimen_first_like(specimen, 0, index);
    enum atw_status status;

    if (!instrument)
        return ATW_OK;
    if (first < index) {
        measurement->slices = specimen->measurement[first].slices;
        measurement->sample = specimen->measurement[first].sample;
        return ATW_OK;
    }
    status = atw_slices_create(&measurement->slices, measurement->interior, 0,
                               instrument->projector, err);
    if (status != ATW_OK)
        return status;
    return atw_sample_create(
        &measurement->sample, measurement->interior, measurement->slices,
        instrument->projector,
        atw_instrument_of_slices(instrument, measurement->slices).slices != NULL, err);
}

static enum atw_status find_deviation(void *context, size_t index, struct atw_error *err)
{
    struct atw_specimen *specimen = context;

    return atw_deviation_of_spread(specimen, tomogram_of(specimen, index)->series, index,
                                   err);
}

typedef enum atw_status (*stage_fn)(struct atw_specimen *, size_t, struct atw_error *);

static enum atw_status
for_each_tomogram(struct atw_specimen *specimen, stage_fn stage, struct atw_error *err)
{
    for (size_t i = 0; i < specimen->n_tomograms; i++) {
        enum atw_status status = ATW_OK;

        if (atw_specimen_is_measured(specimen, i))
            status = stage(specimen, i, err);
        if (status != ATW_OK) {
            atw_error_prepend(err, "particle %s, step %zu", specimen->particle->name, i);
            return status;
        }
    }
    return ATW_OK;
}

static enum atw_status run_stages(struct atw_specimen *specimen, struct atw_error *err)
{
    struct atw_experiment_particle seen = *specimen->particle;
    enum atw_status status;

    seen.n_steps = specimen->n_tomograms - 1;
    status = atw_register_series(specimen->aligned, specimen->alignment, &seen,
                                 &specimen->experiment->analysis.alignment, err);

    if (status == ATW_OK)
        status = for_each_tomogram(specimen, assign_instrument, err);
    if (status == ATW_OK)
        status = atw_choose_iterations(specimen, err);
    if (status == ATW_OK)
        status = atw_parallel_try(specimen->n_tomograms, reconstruct, specimen, err);
    if (status == ATW_OK)
        status = check_grids(specimen, err);
    if (status == ATW_OK)
        status = find_scale(specimen, err);
    if (status == ATW_OK)
        status = for_each_tomogram(specimen, quantify, err);
    if (status == ATW_OK)
        status = for_each_tomogram(specimen, find_slices, err);
    if (status == ATW_OK)
        status = atw_parallel_try(specimen->n_tomograms, find_deviation, specimen, err);
    if (status == ATW_OK)
        status = for_each_tomogram(specimen, atw_degrees_find_reference, err);
    if (status == ATW_OK) {
        atw_deviations_smooth(specimen);
        status = for_each_tomogram(specimen, atw_degrees_find, err);
    }
    atw_degrees_forget_missing(specimen);
    return status;
}

static enum atw_status create(struct atw_specimen **out,
                              const struct atw_experiment *experiment,
                              size_t particle,
                              size_t n_tomograms,
                              struct atw_error *err)
{
    struct atw_specimen *specimen = calloc(1, sizeof *specimen);
    enum atw_status status = ATW_ENOMEM;

    *out = NULL;
    if (!specimen)
        goto cleanup;
    specimen->experiment = experiment;
    specimen->particle = &experiment->particle[particle];
    specimen->n_tomograms = n_tomograms;
    specimen->measurement = calloc(specimen->n_tomograms, sizeof *specimen->measurement);
    specimen->instrument = calloc(specimen->n_tomograms, sizeof(struct atw_instrument *));
    specimen->aligned = calloc(specimen->n_tomograms, sizeof(struct atw_tilt_series *));
    specimen->alignment = calloc(specimen->n_tomograms, sizeof(struct atw_alignment *));
    if (!specimen->measurement || !specimen->instrument || !specimen->aligned ||
        !specimen->alignment)
        goto cleanup;
    status = run_stages(specimen, err);
    if (status == ATW_OK) {
        *out = specimen;
        return ATW_OK;
    }
cleanup:
    if (status == ATW_ENOMEM)
        atw_error_set(err, ATW_ENOMEM, "specimen: out of memory");
    atw_specimen_destroy(specimen);
    return status;
}

enum atw_status atw_specimen_create(struct atw_specimen **out,
                                    const struct atw_experiment *experiment,
                                    size_t particle,
                                    struct atw_error *err)
{
    return create(out, experiment, particle, experiment->particle[particle].n_steps + 1,
                  err);
}

enum atw_status atw_specimen_create_unheated(struct atw_specimen **out,
                                             const struct atw_experiment *experiment,
                                             size_t particle,
                                             struct atw_error *err)
{
    return create(out, experiment, particle, 1, err);
}

static void destroy_measurements(struct atw_specimen *specimen)
{
    for (size_t i = specimen->n_tomograms; i-- > 0;) {
        struct atw_measurement *measurement = &specimen->measurement[i];

        atw_field_destroy(measurement->volume);
        atw_field_destroy(measurement->composition);
        if (atw_specimen_first_like(specimen, 0, i) == i) {
            atw_slices_destroy(measurement->slices);
            atw_sample_destroy(measurement->sample);
        }
        if (i > 0 && measurement->mask == specimen->measurement[0].mask)
            continue; /* borrowed from tomogram 0 */
        atw_mask_destroy(measurement->mask);
        atw_mask_destroy(measurement->interior);
    }
    free(specimen->measurement);
}

void atw_specimen_destroy(struct atw_specimen *specimen)
{
    if (!specimen)
        return;
    atw_interval_destroy(specimen->interval);
    atw_start_state_destroy(specimen->start);
    if (specimen->measurement)
        destroy_measurements(specimen);
    for (size_t i = 0; i < specimen->n_instruments; i++)
        atw_instrument_destroy(specimen->instrument[i]);
    for (size_t i = 0; specimen->aligned && i < specimen->n_tomograms; i++)
        atw_tilt_series_destroy(specimen->aligned[i]);
    for (size_t i = 0; specimen->alignment && i < specimen->n_tomograms; i++)
        atw_alignment_destroy(specimen->alignment[i]);
    free(specimen->alignment);
    free(specimen->aligned);
    free(specimen->instrument);
    free(specimen);
}

size_t
atw_specimen_first_like(const struct atw_specimen *specimen, size_t from, size_t tomogram)
{
    const struct atw_measurement *own = &specimen->measurement[tomogram];
    size_t first = from;

    while (specimen->measurement[first].instrument != own->instrument ||
           specimen->measurement[first].interior != own->interior)
        first++;
    return first;
}

int atw_specimen_can_imitate(const struct atw_specimen *specimen)
{
    for (size_t i = 0; i < specimen->n_tomograms; i++)
        if (atw_specimen_is_measured(specimen, i) && !specimen->measurement[i].instrument)
            return 0;
    return 1;
}
