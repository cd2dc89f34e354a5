/* The particle that the analysis infers from the unheated tomogram.
 *
 * The curve of the variance left is imitated with the noise that the measured spreads
 * have: the mean of a draw of it and of its negative. The noise adds its own variance to
 * the square of a spread, and does not in proportion to the variance left; but what it
 * has in common with the image, 2 cov(image, noise), belongs to one draw and drops out of
 * the mean. The variance of the noise itself, which a draw tells no better than a
 * measured spread does, drops out of shares, but not out of the level of the alloyed
 * state: that is the mean of several draws (docs/estimators.md). */
#include "pipeline/start_state.h"

#include <math.h>
#include <stdlib.h>

#include "core/constants.h"
#include "core/progress.h"
#include "diffusion/family.h"
#include "pipeline/fitted_particle.h"
#include "pipeline/interval.h"
#include "pipeline/moments.h"

/* From the tilt axis: dT of joint is twice as uncertain as it need be at 45 degrees, and
 * not to be had at 90 (docs/estimators.md). */
#define OBLIQUE_DEGREES 30.0
/* Variance along a rod over that of a ball of its volume: a ball that the wedge has drawn
 * out has less. */
#define ROD_VARIANCE 2.0

/* Spreads of the inferred particle as a tomogram sees it. */
struct reference {
    struct atw_alloying_reference spread; /* spread_unalloyed 0: not known yet */
    double alloyed_level; /* square of the alloyed one, the mean of several draws */
};

/* Estimators share their points on the curve. */
struct known_point {
    size_t tomogram;
    double S_m2, variance_left;
};

struct atw_start_state {
    const struct atw_specimen *specimen;
    struct atw_two_phases_imaging imaging;
    struct atw_field *metal, *composition; /* the latter is overwritten by diffusion */
    struct atw_diffusion_family *family;
    struct reference *reference; /* [n_tomograms] */
    struct known_point *known;
    size_t n_known;
};

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
    free(start->reference);
    free(start->known);
    free(start);
}

const struct atw_two_phases_imaging *
atw_start_state_imaging(const struct atw_start_state *start)
{
    return &start->imaging;
}

/* The instrument of a tomogram as the unheated one says it is; it owns nothing. */
static struct atw_instrument own_instrument(const struct atw_start_state *start,
                                            size_t tomogram)
{
    return atw_two_phases_instrument(start->specimen->measurement[tomogram].instrument,
                                     &start->imaging);
}

/* The same where only the interior is wanted. */
static struct atw_instrument interior_instrument(const struct atw_start_state *start,
                                                 size_t tomogram)
{
    const struct atw_instrument own = own_instrument(start, tomogram);

    return atw_instrument_of_slices(&own, start->specimen->measurement[tomogram].slices);
}

/* Square of the spread of what a signal, exposed, reconstructs to. */
static enum atw_status exposed_squared_spread(double *squared,
                                              const struct atw_instrument *instrument,
                                              const struct atw_measurement *measurement,
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
        status = atw_intensity_spread(&spread, volume, measurement->interior, err);
    atw_tilt_series_destroy(counts);
    atw_field_destroy(volume);
    *squared = spread * spread;
    return status;
}

/* The same with the opposite noise. */
static enum atw_status opposite_squared_spread(double *squared,
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
    status = exposed_squared_spread(squared, &opposite, measurement, signal, err);
    free(opposite.deviates);
    return status;
}

/* Of the state that start->composition holds, as the tomogram sees it. */
static enum atw_status imitated_spread(const struct atw_start_state *start,
                                       size_t tomogram,
                                       double *spread,
                                       struct atw_error *err)
{
    const struct atw_measurement *measurement = &start->specimen->measurement[tomogram];
    const struct atw_instrument part = interior_instrument(start, tomogram);
    struct atw_tilt_series *signal;
    double squared = NAN, opposite;
    enum atw_status status =
        atw_instrument_signal(&signal, &part, start->metal, start->composition, err);

    if (status == ATW_OK)
        status = exposed_squared_spread(&squared, &part, measurement, signal, err);
    opposite = squared;
    if (status == ATW_OK && part.deviates)
        status = opposite_squared_spread(&opposite, &part, measurement, signal, err);
    atw_tilt_series_destroy(signal);
    *spread = sqrt(0.5 * (squared + opposite));
    return status;
}

static enum atw_status spread_after(struct atw_start_state *start,
                                    size_t tomogram,
                                    double S_m2,
                                    double *spread,
                                    struct atw_error *err)
{
    enum atw_status status =
        atw_diffusion_family_at(start->family, S_m2, start->composition, err);

    if (status != ATW_OK)
        return status;
    return imitated_spread(start, tomogram, spread, err);
}

/* Of the alloyed state that start->composition holds, whose spread with the instrument's
 * own noise is given. */
static enum atw_status find_alloyed_level(double *level,
                                          double spread,
                                          const struct atw_start_state *start,
                                          size_t tomogram,
                                          struct atw_error *err)
{
    const struct atw_measurement *measurement = &start->specimen->measurement[tomogram];
    struct atw_instrument part = interior_instrument(start, tomogram);
    struct atw_tilt_series *signal;
    enum atw_status status;

    *level = spread * spread;
    if (!part.deviates)
        return ATW_OK;
    status = atw_instrument_signal(&signal, &part, start->metal, start->composition, err);
    for (size_t i = 1; i < ATW_START_DRAWS && status == ATW_OK; i++) {
        double drawn = NAN;

        status = atw_instrument_draw_own(&part.deviates, &part, i, err);
        if (status == ATW_OK)
            status = exposed_squared_spread(&drawn, &part, measurement, signal, err);
        free(part.deviates);
        *level += drawn;
    }
    *level /= ATW_START_DRAWS;
    atw_tilt_series_destroy(signal);
    return status;
}

/* Before heating and fully alloyed. */
static enum atw_status
find_reference(struct atw_start_state *start, size_t tomogram, struct atw_error *err)
{
    struct reference *reference = &start->reference[tomogram], found;
    enum atw_status status;

    if (reference->spread.spread_unalloyed > 0.0)
        return ATW_OK;
    status = spread_after(start, 0, 0.0, &found.spread.spread_unalloyed, err);
    if (status != ATW_OK)
        return status;
    atw_interval_alloy(start->composition, start->metal);
    status = imitated_spread(start, tomogram, &found.spread.spread_alloyed, err);
    if (status == ATW_OK)
        status = find_alloyed_level(&found.alloyed_level, found.spread.spread_alloyed,
                                    start, tomogram, err);
    if (status == ATW_OK)
        *reference = found;
    return status;
}

/* Without memory for it, it is found again next time. */
static void remember(struct atw_start_state *start, struct known_point point)
{
    struct known_point *grown =
        reallocarray(start->known, start->n_known + 1, sizeof *grown);

    if (!grown)
        return;
    start->known = grown;
    grown[start->n_known++] = point;
}

/* The share on the scale of the measurement, whose alloyed reference is another particle:
 * that of the mask. The unheated spreads are those of one tomogram. */
static enum atw_status as_measured(double *variance_left,
                                   double own_share,
                                   const struct atw_start_state *start,
                                   size_t tomogram,
                                   struct atw_error *err)
{
    const struct atw_measurement *measurement = start->specimen->measurement;
    const struct atw_alloying_reference measured = {
        .spread_unalloyed = measurement[0].spread,
        .spread_alloyed = measurement[tomogram].spread_alloyed};
    double unheated = measured.spread_unalloyed * measured.spread_unalloyed;
    double alloyed = start->reference[tomogram].alloyed_level;
    double squared = alloyed + own_share * (unheated - alloyed);

    return atw_variance_left(variance_left, sqrt(fmax(squared, 0.0)), &measured, err);
}

enum atw_status atw_start_state_variance(struct atw_start_state *start,
                                         size_t tomogram,
                                         double S_m2,
                                         double *variance_left,
                                         struct atw_error *err)
{
    double spread;
    enum atw_status status;

    for (size_t i = 0; i < start->n_known; i++)
        if (start->known[i].tomogram == tomogram && start->known[i].S_m2 == S_m2) {
            *variance_left = start->known[i].variance_left;
            return ATW_OK;
        }
    status = find_reference(start, tomogram, err);
    if (status == ATW_OK)
        status = spread_after(start, tomogram, S_m2, &spread, err);
    if (status == ATW_OK)
        status = atw_variance_left(variance_left, spread,
                                   &start->reference[tomogram].spread, err);
    if (status == ATW_OK)
        status = as_measured(variance_left, *variance_left, start, tomogram, err);
    if (status == ATW_OK)
        remember(start, (struct known_point){tomogram, S_m2, *variance_left});
    return status;
}

enum atw_status atw_start_state_record(struct atw_tilt_series **series,
                                       struct atw_start_state *start,
                                       size_t tomogram,
                                       double S_m2,
                                       const struct atw_random_key *key,
                                       struct atw_error *err)
{
    const struct atw_measurement *measurement = &start->specimen->measurement[tomogram];
    struct atw_instrument instrument = own_instrument(start, tomogram);
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
    const struct atw_instrument own = own_instrument(start, tomogram);
    const struct atw_instrument silent = atw_instrument_without_noise(&own);
    enum atw_status status =
        atw_diffusion_family_at(start->family, S_m2, start->composition, err);

    *signal = NULL;
    if (status == ATW_OK)
        status = atw_instrument_record(signal, &silent, start->metal, start->composition,
                                       0.0, err);
    return status;
}

size_t atw_start_state_like_step(const struct atw_specimen *specimen, size_t step)
{
    return atw_specimen_first_like(specimen, 1, step + 1) - 1; /* tomogram 0 is no step */
}
