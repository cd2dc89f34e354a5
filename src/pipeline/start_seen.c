/* The state that an inferred particle is in, as a tomogram sees it. */
#include <math.h>
#include <stdlib.h>

#include "pipeline/start_internal.h"

/* Square of the spread, within a mask, of what a signal, exposed, reconstructs to. */
static enum atw_status see(double *squared,
                           const struct atw_instrument *instrument,
                           const struct atw_measurement *measurement,
                           const struct atw_mask *mask,
                           const struct atw_tilt_series *signal,
                           struct atw_error *err)
{
    double level = fmax(measurement->background, 0.0); /* as estimated */
    struct atw_tilt_series *counts = NULL;
    struct atw_field *volume = NULL;
    double spread = NAN;
    enum atw_status status = atw_tilt_series_copy(&counts, signal, err);

    if (status == ATW_OK)
        status = atw_instrument_expose(counts, instrument, level, err);
    if (status == ATW_OK)
        status = atw_instrument_reconstruct(instrument, counts, level, &volume, err);
    if (status == ATW_OK)
        status = atw_intensity_spread(&spread, volume, mask, err);
    atw_tilt_series_destroy(counts);
    atw_field_destroy(volume);
    *squared = spread * spread;
    return status;
}

enum atw_status atw_start_signal(struct atw_tilt_series **signal,
                                 const struct atw_start_state *start,
                                 size_t tomogram,
                                 struct atw_error *err)
{
    const struct atw_instrument own = atw_start_instrument(start, tomogram);

    return atw_instrument_signal(signal, &own, start->metal, start->composition, err);
}

enum atw_status atw_start_see_silent(double *squared,
                                     const struct atw_start_state *start,
                                     size_t tomogram,
                                     const struct atw_tilt_series *signal,
                                     struct atw_error *err)
{
    const struct atw_measurement *measurement = &start->specimen->measurement[tomogram];
    const struct atw_instrument own = atw_start_instrument(start, tomogram);
    const struct atw_instrument silent = atw_instrument_without_noise(&own);
    const struct atw_sample *sample = measurement->sample;
    const struct atw_instrument part = atw_instrument_of_slices(
        &silent, own.deviates ? sample->slices : measurement->slices);
    const struct atw_mask *mask = own.deviates ? sample->mask : measurement->interior;

    return see(squared, &part, measurement, mask, signal, err);
}

/* The interior, with the deviates given. */
static enum atw_status see_with(double *squared,
                                const struct atw_start_state *start,
                                size_t tomogram,
                                float *deviates,
                                const struct atw_tilt_series *signal,
                                struct atw_error *err)
{
    const struct atw_measurement *measurement = &start->specimen->measurement[tomogram];
    const struct atw_instrument own = atw_start_instrument(start, tomogram);
    struct atw_instrument part = atw_instrument_of_slices(&own, measurement->slices);

    part.deviates = deviates;
    return see(squared, &part, measurement, measurement->interior, signal, err);
}

static enum atw_status see_opposite(double *squared,
                                    const struct atw_start_state *start,
                                    size_t tomogram,
                                    const float *deviates,
                                    const struct atw_tilt_series *signal,
                                    struct atw_error *err)
{
    size_t count = atw_tilt_series_pixel_count(signal);
    float *opposite = malloc(count * sizeof *opposite);
    enum atw_status status;

    if (!opposite)
        return atw_error_set(err, ATW_ENOMEM, "start state: out of memory");
    for (size_t i = 0; i < count; i++)
        opposite[i] = -deviates[i];
    status = see_with(squared, start, tomogram, opposite, signal, err);
    free(opposite);
    return status;
}

enum atw_status atw_start_see_noisy(double *squared,
                                    const struct atw_start_state *start,
                                    size_t tomogram,
                                    const struct atw_tilt_series *signal,
                                    struct atw_error *err)
{
    float *deviates = start->specimen->measurement[tomogram].instrument->deviates;
    double plus, minus;
    enum atw_status status = see_with(&plus, start, tomogram, deviates, signal, err);

    if (status == ATW_OK)
        status = see_opposite(&minus, start, tomogram, deviates, signal, err);
    if (status == ATW_OK)
        *squared = 0.5 * (plus + minus);
    return status;
}

enum atw_status atw_start_see_draws(double *sum,
                                    const struct atw_start_state *start,
                                    size_t tomogram,
                                    const struct atw_tilt_series *signal,
                                    size_t count,
                                    struct atw_error *err)
{
    const struct atw_instrument own = atw_start_instrument(start, tomogram);
    enum atw_status status = ATW_OK;

    *sum = 0.0;
    for (size_t i = 1; i <= count && status == ATW_OK; i++) {
        float *deviates = NULL;
        double squared = NAN;

        status = atw_instrument_draw_own(&deviates, &own, i, err);
        if (status == ATW_OK)
            status = see_with(&squared, start, tomogram, deviates, signal, err);
        free(deviates);
        *sum += squared;
    }
    return status;
}
