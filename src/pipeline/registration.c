/* Alignment of all tilt series of one particle, so that their volumes lie on each other.
 */
#include "pipeline/registration.h"

#include <math.h>
#include <string.h>

#include "core/progress.h"

/* The electrons of a view know its centre to a few hundredths of a pixel; interpolation
 * blurs by more than shifts below this do. */
#define STILL_PX 0.2
/* At the ends of the axis. */
#define STRAIGHT_PX 0.5

static const struct atw_tilt_series *
series_of(const struct atw_experiment_particle *particle, size_t tomogram)
{
    return tomogram == 0 ? particle->reference.series
                         : particle->step[tomogram - 1].tomogram.series;
}

static struct atw_alignment_options
options_of(const struct atw_alignment_settings *settings)
{
    struct atw_alignment_options options = atw_alignment_defaults;

    options.method = settings->method;
    options.rounds = settings->rounds;
    options.reject_sigmas = settings->reject_sigmas;
    options.centre = 1;
    return options;
}

static int is_straight(const struct atw_alignment *alignment,
                       const struct atw_tilt_series *series)
{
    return atw_alignment_rms_px(alignment, series) < STILL_PX &&
           fabs(alignment->rotation_rad) * 0.5 * (double)series->n_v < STRAIGHT_PX;
}

/* First shifts alone are enough to tell for a whole object, and cheap. A series that
 * cannot be aligned is no reason to stop when nobody asked for it. */
static enum atw_status needs_alignment(const struct atw_tilt_series *series,
                                       const struct atw_alignment_settings *settings,
                                       int *needs,
                                       struct atw_error *err)
{
    struct atw_alignment_options options = options_of(settings);
    struct atw_alignment *alignment = NULL;
    struct atw_error reason = {0};
    enum atw_status status;

    options.rounds = 0;
    options.centre = 0; /* where the object lies does not matter here */
    status = atw_align(&alignment, series, &options, &reason);
    if (status == ATW_OK && strcmp(alignment->method, "com") != 0) {
        atw_alignment_destroy(alignment);
        options.rounds = settings->rounds;
        status = atw_align(&alignment, series, &options, &reason);
    }
    if (status == ATW_OK)
        *needs = !is_straight(alignment, series);
    atw_alignment_destroy(alignment);
    return status == ATW_ENOMEM ? atw_error_set(err, status, "%s", reason.text) : ATW_OK;
}

static enum atw_status align_one(struct atw_tilt_series **aligned,
                                 struct atw_alignment **kept,
                                 const struct atw_experiment_particle *particle,
                                 size_t tomogram,
                                 const struct atw_alignment_settings *settings,
                                 struct atw_error *err)
{
    const struct atw_tilt_series *series = series_of(particle, tomogram);
    struct atw_alignment_options options = options_of(settings);
    struct atw_alignment *alignment = NULL;
    enum atw_status status = atw_align(&alignment, series, &options, err);

    if (status == ATW_OK)
        status = atw_alignment_apply(aligned, series, alignment, err);
    if (status == ATW_OK)
        atw_log("particle %s, step %zu: %s: views moved by %.2f pixels rms, %zu dropped",
                particle->name, tomogram, alignment->method,
                atw_alignment_rms_px(alignment, series),
                series->n_tilt - (*aligned)->n_tilt);
    if (status == ATW_OK && kept)
        *kept = alignment;
    else
        atw_alignment_destroy(alignment);
    return status;
}

static enum atw_status align_all(struct atw_tilt_series **aligned,
                                 struct atw_alignment **kept,
                                 const struct atw_experiment_particle *particle,
                                 const struct atw_alignment_settings *settings,
                                 struct atw_error *err)
{
    for (size_t i = 0; i <= particle->n_steps; i++) {
        enum atw_status status = ATW_OK;

        if (series_of(particle, i))
            status = align_one(&aligned[i], kept ? &kept[i] : NULL, particle, i, settings,
                               err);
        if (status != ATW_OK) {
            atw_error_prepend(err, "particle %s, step %zu", particle->name, i);
            return status;
        }
    }
    return ATW_OK;
}

enum atw_status atw_register_series(struct atw_tilt_series **aligned,
                                    struct atw_alignment **kept,
                                    const struct atw_experiment_particle *particle,
                                    const struct atw_alignment_settings *settings,
                                    struct atw_error *err)
{
    int needs = settings->method != NULL;
    enum atw_status status = ATW_OK;

    if (settings->is_off)
        return ATW_OK;
    for (size_t i = 0; i <= particle->n_steps && status == ATW_OK && !needs; i++)
        if (series_of(particle, i))
            status = needs_alignment(series_of(particle, i), settings, &needs, err);
    return status == ATW_OK && needs ? align_all(aligned, kept, particle, settings, err)
                                     : status;
}
