/* Number of iterations by a stopping rule, once per particle. */
#include "pipeline/iterations.h"

#include <stdlib.h>

#include "core/progress.h"

static enum atw_status check_views(const struct atw_specimen *specimen,
                                   const struct atw_tilt_series *series,
                                   struct atw_error *err)
{
    size_t n = specimen->experiment->analysis.stopping.hold_out;

    if (n / 2 < series->n_tilt && series->n_tilt > 1)
        return ATW_OK;
    return atw_error_set(err, ATW_EINPUT,
                         "particle %s: analysis.reconstruction.hold_out: one view in %zu "
                         "of %zu cannot be held out; give 2 to %zu",
                         specimen->particle->name, n, series->n_tilt,
                         2 * series->n_tilt - 1);
}

static enum atw_status count(size_t *iterations,
                             double *penalty,
                             const struct atw_specimen *specimen,
                             size_t tomogram,
                             struct atw_error *err)
{
    const struct atw_analysis_settings *analysis = &specimen->experiment->analysis;
    const struct atw_instrument *instrument = specimen->measurement[tomogram].instrument;
    const struct atw_tilt_series *series = atw_specimen_series(specimen, tomogram);
    struct atw_tilt_series *counts = NULL;
    struct atw_field *volume = NULL;
    double *residual = calloc(analysis->reconstruction.iterations, sizeof *residual);
    double background;
    enum atw_status status;

    if (!residual)
        return atw_error_set(err, ATW_ENOMEM, "iterations: out of memory");
    status = atw_instrument_background(specimen->experiment, series, &background, err);
    if (status == ATW_OK)
        status = atw_tilt_series_copy(&counts, series, err);
    if (status == ATW_OK)
        status = atw_instrument_prepare(instrument, counts, background, err);
    if (status == ATW_OK)
        status = atw_reconstruct_until(
            &volume, residual, iterations, penalty,
            atw_projector_geometry(instrument->projector), counts, analysis->method,
            &analysis->reconstruction, &analysis->stopping, err);
    free(residual);
    atw_field_destroy(volume);
    atw_tilt_series_destroy(counts);
    return status;
}

enum atw_status atw_choose_iterations(struct atw_specimen *specimen,
                                      struct atw_error *err)
{
    const struct atw_analysis_settings *analysis = &specimen->experiment->analysis;
    size_t first = 0, iterations;
    double penalty;
    enum atw_status status = ATW_OK;

    while (first < specimen->n_tomograms && !atw_specimen_series(specimen, first))
        first++;
    if (first == specimen->n_tomograms ||
        (analysis->stopping.discrepancy == 0.0 && analysis->stopping.hold_out == 0))
        return ATW_OK;
    if (analysis->stopping.hold_out > 0)
        status = check_views(specimen, atw_specimen_series(specimen, first), err);
    if (status == ATW_OK)
        status = count(&iterations, &penalty, specimen, first, err);
    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < specimen->n_instruments; i++) {
        specimen->instrument[i]->reconstruction.iterations = iterations;
        specimen->instrument[i]->reconstruction.regularisation = penalty;
    }
    if (penalty > 0.0)
        atw_log("particle %s: penalty of %s %g", specimen->particle->name,
                analysis->method->name, penalty);
    atw_log("particle %s: %zu iterations of %s by the stopping rule%s",
            specimen->particle->name, iterations, analysis->method->name,
            iterations == analysis->reconstruction.iterations ? ", all that are allowed"
                                                              : "");
    return ATW_OK;
}
