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

enum atw_status atw_start_see_silent(double *squared,
                                     const struct atw_start_state *start,
                                     size_t tomogram,
                                     struct atw_error *err)
{
    const struct atw_measurement *measurement = &start->specimen->measurement[tomogram];
    const struct atw_instrument own = atw_start_instrument(start, tomogram);
    const struct atw_instrument silent = atw_instrument_without_noise(&own);
    const struct atw_sample *sample = measurement->sample;
    const struct atw_instrument part = atw_instrument_of_slices(
        &silent, own.deviates ? sample->slices : measurement->slices);
    const struct atw_mask *mask = own.deviates ? sample->mask : measurement->interior;
    struct atw_tilt_series *signal;
    enum atw_status status =
        atw_instrument_signal(&signal, &part, start->metal, start->composition, err);

    if (status == ATW_OK)
        status = see(squared, &part, measurement, mask, signal, err);
    atw_tilt_series_destroy(signal);
    return status;
}

static enum atw_status see_opposite(double *squared,
                                    const struct atw_instrument *instrument,
                                    const struct atw_measurement *measurement,
                                    const struct atw_tilt_series *signal,
                                    struct atw_error *err)
{
    size_t count = atw_tilt_series_pixel_count(signal);
    struct atw_instrument opposite = *instrument;
    enum atw_status status;

    opposite.deviates = malloc(count * sizeof *opposite.deviates);
    if (!opposite.deviates)
        return atw_error_set(err, ATW_ENOMEM, "start state: out of memory");
    for (size_t i = 0; i < count; i++)
        opposite.deviates[i] = -instrument->deviates[i];
    status = see(squared, &opposite, measurement, measurement->interior, signal, err);
    free(opposite.deviates);
    return status;
}

enum atw_status atw_start_see_noisy(double *squared,
                                    const struct atw_start_state *start,
                                    size_t tomogram,
                                    struct atw_error *err)
{
    const struct atw_measurement *measurement = &start->specimen->measurement[tomogram];
    const struct atw_instrument own = atw_start_instrument(start, tomogram);
    const struct atw_instrument part =
        atw_instrument_of_slices(&own, measurement->slices);
    struct atw_tilt_series *signal;
    double plus, minus;
    enum atw_status status =
        atw_instrument_signal(&signal, &part, start->metal, start->composition, err);

    if (status == ATW_OK)
        status = see(&plus, &part, measurement, measurement->interior, signal, err);
    if (status == ATW_OK)
        status = see_opposite(&minus, &part, measurement, signal, err);
    if (status == ATW_OK)
        *squared = 0.5 * (plus + minus);
    atw_tilt_series_destroy(signal);
    return status;
}

/* Square of the spread of a signal with a draw of its own. */
static enum atw_status see_drawn(double *squared,
                                 struct atw_instrument instrument,
                                 const struct atw_measurement *measurement,
                                 const struct atw_tilt_series *signal,
                                 size_t number,
                                 struct atw_error *err)
{
    enum atw_status status =
        atw_instrument_draw_own(&instrument.deviates, &instrument, number, err);

    if (status == ATW_OK)
        status =
            see(squared, &instrument, measurement, measurement->interior, signal, err);
    free(instrument.deviates);
    return status;
}

enum atw_status atw_start_see_draws(double *sum,
                                    const struct atw_start_state *start,
                                    size_t tomogram,
                                    size_t count,
                                    struct atw_error *err)
{
    const struct atw_measurement *measurement = &start->specimen->measurement[tomogram];
    const struct atw_instrument own = atw_start_instrument(start, tomogram);
    const struct atw_instrument part =
        atw_instrument_of_slices(&own, measurement->slices);
    struct atw_tilt_series *signal;
    enum atw_status status;

    *sum = 0.0;
    status = atw_instrument_signal(&signal, &part, start->metal, start->composition, err);
    for (size_t i = 1; i <= count && status == ATW_OK; i++) {
        double squared = NAN;

        status = see_drawn(&squared, part, measurement, signal, i, err);
        *sum += squared;
    }
    atw_tilt_series_destroy(signal);
    return status;
}
