/* The particle that the analysis infers from the unheated tomogram. */
#include "pipeline/start_internal.h"

#include <math.h>
#include <stdlib.h>

#include "core/constants.h"
#include "core/progress.h"
#include "pipeline/fitted_particle.h"
#include "pipeline/interval.h"
#include "pipeline/moments.h"

/* From the tilt axis: dT of joint is twice as uncertain as it need be at 45 degrees, and
 * not to be had at 90 (docs/estimators.md). */
#define OBLIQUE_DEGREES 30.0
/* Variance along a rod over that of a ball of its volume: a ball that the wedge has drawn
 * out has less. */
#define ROD_VARIANCE 2.0

/* Where counts would serve better than the tomogram. */
static enum atw_status tell_if_oblique(const struct atw_specimen *specimen,
                                       struct atw_error *err)
{
    const struct atw_measurement *unheated = &specimen->measurement[0];
    struct atw_moments moments =
        atw_moments_of(unheated->volume, unheated->mask, -INFINITY);
    double radius_m = cbrt(0.75 * moments.volume_m3 / ATW_PI);
    double ball_m2 = 0.2 * radius_m * radius_m, variance_m2, axis[3], degrees;
    enum atw_status status = atw_moments_longest_axis(axis, &variance_m2, &moments, err);

    if (status != ATW_OK || !atw_specimen_series(specimen, 0))
        return status;
    degrees = acos(fmin(axis[1], 1.0)) / ATW_DEGREE_RAD;
    if (degrees > OBLIQUE_DEGREES && variance_m2 > ROD_VARIANCE * ball_m2)
        atw_warn("particle %s lies %.0f degrees from the tilt axis: the missing wedge "
                 "hides its long sides from estimators that start from the tomogram; "
                 "analysis.joint.start: model has them start from a rod fitted to the "
                 "counts",
                 specimen->particle->name, degrees);
    return ATW_OK;
}

static enum atw_status find_particle(struct atw_start_state *start, struct atw_error *err)
{
    const struct atw_specimen *specimen = start->specimen;
    enum atw_status status =
        atw_interval_initial_state(&start->metal, &start->composition, specimen, 0, err);

    if (status != ATW_OK || specimen->experiment->analysis.initial_state_given)
        return status;
    if (specimen->experiment->analysis.starts_from_model)
        return atw_fitted_particle_fill(start->metal, start->composition, specimen, err);
    status = tell_if_oblique(specimen, err);
    if (status != ATW_OK)
        return status;
    return atw_two_phases_fit(start->metal, start->composition, &start->imaging, specimen,
                              err);
}

enum atw_status atw_start_state_create(struct atw_start_state **out,
                                       const struct atw_specimen *specimen,
                                       struct atw_error *err)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_start_state *start = calloc(1, sizeof *start);
    enum atw_status status;

    *out = NULL;
    if (start)
        start->reference = calloc(specimen->n_tomograms, sizeof *start->reference);
    if (!start || !start->reference) {
        free(start);
        return atw_error_set(err, ATW_ENOMEM, "start state: out of memory");
    }
    start->specimen = specimen;
    start->imaging = (struct atw_two_phases_imaging){.gain = 1.0};
    options.tolerance = specimen->experiment->analysis.model_tolerance;
    status = find_particle(start, err);
    if (status == ATW_OK)
        status = atw_diffusion_family_create(&start->family, start->composition,
                                             start->metal, &options, err);
    if (status == ATW_OK)
        *out = start;
    else
        atw_start_state_destroy(start);
    return status;
}

void atw_start_state_destroy(struct atw_start_state *start)
{
    if (!start)
        return;
    atw_field_destroy(start->metal);
    atw_field_destroy(start->composition);
    atw_diffusion_family_destroy(start->family);
    atw_start_references_release(start);
    free(start->known);
    free(start);
}

const struct atw_two_phases_imaging *
atw_start_state_imaging(const struct atw_start_state *start)
{
    return &start->imaging;
}

struct atw_instrument atw_start_instrument(const struct atw_start_state *start,
                                           size_t tomogram)
{
    return atw_two_phases_instrument(start->specimen->measurement[tomogram].instrument,
                                     &start->imaging);
}

enum atw_status atw_start_state_record(struct atw_tilt_series **series,
                                       struct atw_start_state *start,
                                       size_t tomogram,
                                       double S_m2,
                                       const struct atw_random_key *key,
                                       struct atw_error *err)
{
    const struct atw_measurement *measurement = &start->specimen->measurement[tomogram];
    struct atw_instrument instrument = atw_start_instrument(start, tomogram);
    float *deviates = NULL;
    enum atw_status status =
        atw_diffusion_family_at(start->family, S_m2, start->composition, err);

    *series = NULL;
    if (status == ATW_OK && instrument.deviates)
        status = atw_instrument_draw(&deviates, &instrument, key, err);
    instrument.deviates = deviates;
    if (status == ATW_OK)
        status =
            atw_instrument_record(series, &instrument, start->metal, start->composition,
                                  fmax(measurement->background, 0.0), err);
    free(deviates);
    return status;
}

enum atw_status atw_start_state_signal(struct atw_tilt_series **signal,
                                       struct atw_start_state *start,
                                       size_t tomogram,
                                       double S_m2,
                                       struct atw_error *err)
{
    const struct atw_instrument own = atw_start_instrument(start, tomogram);
    const struct atw_instrument silent = atw_instrument_without_noise(&own);
    enum atw_status status =
        atw_diffusion_family_at(start->family, S_m2, start->composition, err);

    *signal = NULL;
    if (status == ATW_OK)
        status = atw_instrument_record(signal, &silent, start->metal, start->composition,
                                       0.0, err);
    return status;
}

struct atw_variance_errors atw_start_state_errors(const struct atw_specimen *specimen,
                                                  size_t tomogram)
{
    const struct atw_measurement *unheated = &specimen->measurement[0];
    const struct atw_measurement *measurement = &specimen->measurement[tomogram];
    double range = unheated->spread * unheated->spread -
                   measurement->spread_alloyed * measurement->spread_alloyed;

    return (struct atw_variance_errors){.own = measurement->squared_spread_std / range,
                                        .unheated = unheated->squared_spread_std / range,
                                        .alloyed = measurement->squared_alloyed_std /
                                                   (sqrt(ATW_START_DRAWS) * range)};
}

size_t atw_start_state_like_step(const struct atw_specimen *specimen, size_t step)
{
    return atw_specimen_first_like(specimen, 1, step + 1) - 1; /* tomogram 0 is no step */
}
