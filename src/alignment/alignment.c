/* Alignment of a tilt series: first shifts, axis, rounds against reprojections, outliers.
 */
#include "alignment/alignment.h"

#include <math.h>
#include <stdlib.h>

#include "alignment/axis.h"
#include "alignment/correlation.h"
#include "alignment/moments.h"
#include "alignment/outliers.h"
#include "alignment/placement.h"
#include "alignment/prepare.h"
#include "alignment/reprojection.h"
#include "alignment/track.h"
#include "core/constants.h"
#include "tomography/reconstruction.h"

#define FEWEST_VIEWS 3
#define FEWEST_PIXELS 8
/* Views whose mass varies by less show one whole object. */
#define SAME_MASS 0.05
/* The moments decide on the rotation if they know it this well; a worse value would do
 * more harm than a search. */
#define ROTATION_STD_RAD (0.3 * ATW_DEGREE_RAD)
#define ROTATION_REACH_RAD (8.0 * ATW_DEGREE_RAD)
#define ROTATION_FINE_RAD (1.5 * ATW_DEGREE_RAD)
/* A search must lower the misfit by this share to count. A turn of 0.5 degrees is worth 1
 * % for a few balls in 73 views; a specimen that changed gave 0.4 % for 6 degrees. Once a
 * search has moved the axis, less is asked of the next. */
#define COARSE_GAIN 0.01
#define FINE_GAIN 0.003
/* The axis is looked for in views at most this wide. */
#define WIDEST_IN_SEARCH 64
#define STILL_PX 0.02 /* rounds end when the views move by less */
#define ROUNDS_AFTER_REJECTION 2

const struct atw_alignment_options atw_alignment_defaults = {
    .rounds = 10, .find_rotation = 1, .find_axis = 1, .reject_sigmas = 6.0};

/* What the steps of one alignment share. */
struct job {
    const struct atw_alignment_options *options;
    const struct atw_alignment_method *method;
    size_t binning;
    struct atw_tilt_series *prepared, *coarse; /* the latter for the search of the axis */
    size_t coarsening; /* pixels of the one per pixel of the other */
    struct atw_view_moments *moments;
    int is_whole; /* one object, whole in every view */
    struct atw_correlator *correlator;
    struct atw_placement placement; /* its arrays are those of the result */
    struct atw_alignment *result;
};

static enum atw_status no_memory(struct atw_error *err)
{
    return atw_error_set(err, ATW_ENOMEM, "alignment: out of memory");
}

static enum atw_status check_series(const struct atw_tilt_series *series,
                                    struct atw_error *err)
{
    if (series->n_tilt < FEWEST_VIEWS)
        return atw_error_set(err, ATW_EINVAL,
                             "alignment: a series of %zu view%s cannot be aligned; at "
                             "least %d are needed",
                             series->n_tilt, series->n_tilt == 1 ? "" : "s",
                             FEWEST_VIEWS);
    if (series->n_u < FEWEST_PIXELS || series->n_v < FEWEST_PIXELS)
        return atw_error_set(err, ATW_EINVAL,
                             "alignment: views of %zu x %zu pixels are too small; at "
                             "least %d x %d are needed",
                             series->n_u, series->n_v, FEWEST_PIXELS, FEWEST_PIXELS);
    if (atw_reconstruction_check_views(series, err) != ATW_OK) {
        atw_error_prepend(err, "alignment");
        return ATW_EINPUT;
    }
    return ATW_OK;
}

static enum atw_status check_options(const struct atw_alignment_options *options,
                                     struct atw_error *err)
{
    if (!(options->reject_sigmas >= 0.0) || !isfinite(options->reject_sigmas))
        return atw_error_set(err, ATW_EINVAL,
                             "alignment: reject views beyond %g sigmas: it must be >= 0",
                             options->reject_sigmas);
    if (!(options->most_shift_px >= 0.0) || !isfinite(options->most_shift_px))
        return atw_error_set(err, ATW_EINVAL,
                             "alignment: largest shift of %g pixels: it must be >= 0",
                             options->most_shift_px);
    if (!(fabs(options->rotation_rad) <= 0.5 * ATW_PI))
        return atw_error_set(err, ATW_EINVAL,
                             "alignment: tilt axis turned by %g degrees: it must be "
                             "within -90 ... 90",
                             options->rotation_rad / ATW_DEGREE_RAD);
    return ATW_OK;
}

static enum atw_status
create_result(struct atw_alignment **out, size_t n_views, struct atw_error *err)
{
    struct atw_alignment *alignment = calloc(1, sizeof *alignment);

    if (alignment) {
        alignment->n_views = n_views;
        alignment->last_move_px = NAN;
        alignment->shift_u = calloc(n_views, sizeof(double));
        alignment->shift_v = calloc(n_views, sizeof(double));
        alignment->residual = calloc(n_views, sizeof(double));
        alignment->rejected = calloc(n_views, 1);
    }
    if (!alignment || !alignment->shift_u || !alignment->shift_v ||
        !alignment->residual || !alignment->rejected) {
        atw_alignment_destroy(alignment);
        return no_memory(err);
    }
    *out = alignment;
    return ATW_OK;
}

void atw_alignment_destroy(struct atw_alignment *alignment)
{
    if (!alignment)
        return;
    free(alignment->shift_u);
    free(alignment->shift_v);
    free(alignment->residual);
    free(alignment->rejected);
    free(alignment);
}

static enum atw_status do_rounds(struct job *job, size_t most, struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < most && status == ATW_OK; i++) {
        status = atw_reprojection_round(&job->placement, job->correlator,
                                        job->result->residual, &job->result->last_move_px,
                                        err);
        job->result->rounds_done++;
        if (job->result->last_move_px * (double)job->binning < STILL_PX)
            break;
    }
    return status;
}

/* Rotation by the moments where they are sure of it. Returns 1 if so. */
static int rotate_by_moments(struct job *job)
{
    double std_rad;
    double rotation_rad = atw_rotation_of_moments(job->moments, job->prepared->tilt_rad,
                                                  job->prepared->n_tilt, &std_rad);

    if (!job->is_whole || !(std_rad < ROTATION_STD_RAD))
        return 0;
    job->placement.rotation_rad = rotation_rad;
    return 1;
}

typedef enum atw_status (*axis_search_fn)(struct atw_placement *,
                                          double,
                                          double,
                                          struct atw_error *);

/* Search on the coarse series: move the views by what it finds. */
static enum atw_status search_axis(struct job *job,
                                   axis_search_fn search,
                                   double reach,
                                   double least_gain,
                                   struct atw_error *err)
{
    size_t n = job->prepared->n_tilt;
    double scale = (double)job->coarsening;
    struct atw_placement coarse = job->placement;
    enum atw_status status = ATW_OK;

    coarse.series = job->coarse;
    coarse.u = calloc(2 * n, sizeof *coarse.u);
    if (!coarse.u)
        return no_memory(err);
    coarse.v = coarse.u + n;
    for (size_t i = 0; i < n; i++) {
        coarse.u[i] = job->placement.u[i] / scale;
        coarse.v[i] = job->placement.v[i] / scale;
    }
    status = search(&coarse, reach, least_gain, err);
    for (size_t i = 0; i < n && status == ATW_OK; i++) {
        job->placement.u[i] = coarse.u[i] * scale;
        job->placement.v[i] = coarse.v[i] * scale;
    }
    job->placement.rotation_rad = coarse.rotation_rad;
    free(coarse.u);
    return status;
}

static enum atw_status find_geometry(struct job *job, struct atw_error *err)
{
    const struct atw_alignment_options *options = job->options;
    int search_rotation = options->find_rotation && !rotate_by_moments(job);
    enum atw_status status = ATW_OK;

    if (!job->method->finds_axis)
        atw_placement_assume_axis(&job->placement);
    atw_placement_keep(&job->placement);
    if (options->find_axis && !job->method->finds_axis)
        status = search_axis(job, atw_axis_find_offset, (double)job->coarse->n_u / 8.0,
                             COARSE_GAIN, err);
    if (status == ATW_OK && search_rotation)
        status = search_axis(job, atw_axis_find_rotation, ROTATION_REACH_RAD, COARSE_GAIN,
                             err);
    if (status == ATW_OK)
        status = do_rounds(job, options->rounds, err);
    if (status != ATW_OK || !search_rotation)
        return status;
    status = search_axis(
        job, atw_axis_find_rotation, ROTATION_FINE_RAD,
        job->placement.rotation_rad != options->rotation_rad ? FINE_GAIN : COARSE_GAIN,
        err);
    return status == ATW_OK ? do_rounds(job, options->rounds, err) : status;
}

static enum atw_status drop_outliers(struct job *job, struct atw_error *err)
{
    struct atw_alignment *result = job->result;
    size_t count = 0;
    enum atw_status status;

    if (!(job->options->reject_sigmas > 0.0) || result->rounds_done == 0)
        return ATW_OK;
    status =
        atw_reject_outliers(result->rejected, result->residual, job->prepared->tilt_rad,
                            result->n_views, job->options->reject_sigmas, &count, err);
    if (status == ATW_OK && count > 0)
        status = do_rounds(job, ROUNDS_AFTER_REJECTION, err);
    return status;
}

/* From prepared pixels, and the centre of the bins, to those of the raw series. */
static void scale_result(struct job *job, const struct atw_tilt_series *series)
{
    struct atw_alignment *result = job->result;
    double scale = (double)job->binning;
    size_t rest_u = series->n_u - job->prepared->n_u * job->binning;
    size_t rest_v = series->n_v - job->prepared->n_v * job->binning;
    double *across = job->placement.u;
    struct atw_track path;

    for (size_t i = 0; i < result->n_views; i++) {
        result->shift_u[i] = scale * result->shift_u[i] - 0.5 * (double)(rest_u % 2);
        result->shift_v[i] = scale * result->shift_v[i] - 0.5 * (double)(rest_v % 2);
    }
    result->last_move_px *= scale;
    result->rotation_rad = job->placement.rotation_rad;
    atw_placement_turn(&job->placement, -result->rotation_rad);
    path = atw_track_fit(series->tilt_rad, across, result->rejected, result->n_views, 1);
    atw_placement_turn(&job->placement, result->rotation_rad);
    result->axis_offset_px = path.constant;
    result->method = job->method->name;
}

static enum atw_status measure(struct job *job, struct atw_error *err)
{
    const struct atw_tilt_series *prepared = job->prepared;
    size_t n = prepared->n_tilt, pixels = prepared->n_v * prepared->n_u;

    job->moments = calloc(n, sizeof *job->moments);
    if (!job->moments)
        return no_memory(err);
    for (size_t i = 0; i < n; i++) {
        const float *view = prepared->value + i * pixels;
        int is_flat = 1;

        for (size_t k = 1; k < pixels && is_flat; k++)
            is_flat = view[k] == view[0];
        if (is_flat)
            return atw_error_set(err, ATW_EINPUT,
                                 "alignment: view %zu at %.4g degrees has no contrast; "
                                 "leave it out",
                                 i + 1, prepared->tilt_rad[i] / ATW_DEGREE_RAD);
        job->moments[i] = atw_view_moments(view, prepared->n_v, prepared->n_u);
    }
    job->is_whole = atw_mass_variation(job->moments, n) < SAME_MASS;
    job->method = job->options->method;
    if (!job->method)
        return atw_alignment_find(&job->method, job->is_whole ? "com" : "xcorr", err);
    return ATW_OK;
}

static enum atw_status create_correlator(struct job *job, struct atw_error *err)
{
    const struct atw_tilt_series *prepared = job->prepared;
    double narrow = fmin((double)prepared->n_u, (double)prepared->n_v);
    const struct atw_correlation_options options = {
        .taper = 0.1, .high_pass = narrow / 4.0, .most_shift = narrow / 8.0};

    return atw_correlator_create(&job->correlator, prepared->n_v, prepared->n_u, &options,
                                 err);
}

static enum atw_status run_stages(struct job *job, struct atw_error *err)
{
    const struct atw_alignment_options *options = job->options;
    double most_shift_px = options->most_shift_px / (double)job->binning;
    enum atw_status status = measure(job, err);

    if (!(most_shift_px > 0.0))
        most_shift_px = (double)job->prepared->n_u / 4.0;
    if (status == ATW_OK)
        status = create_correlator(job, err);
    if (status == ATW_OK)
        status = job->method->run(job->prepared, most_shift_px, job->placement.u,
                                  job->placement.v, err);
    if (status == ATW_OK)
        status = find_geometry(job, err);
    if (status == ATW_OK)
        status = drop_outliers(job, err);
    if (status != ATW_OK)
        return status;
    atw_placement_keep(&job->placement);
    return options->centre ? atw_placement_centre(&job->placement, err) : ATW_OK;
}

static enum atw_status
prepare(struct job *job, const struct atw_tilt_series *series, struct atw_error *err)
{
    enum atw_status status =
        atw_alignment_prepare(&job->prepared, series, job->binning, err);

    if (status != ATW_OK)
        return status;
    job->coarsening = (job->prepared->n_u + WIDEST_IN_SEARCH - 1) / WIDEST_IN_SEARCH;
    return atw_alignment_prepare(&job->coarse, series, job->binning * job->coarsening,
                                 err);
}

enum atw_status atw_align(struct atw_alignment **out,
                          const struct atw_tilt_series *series,
                          const struct atw_alignment_options *options,
                          struct atw_error *err)
{
    struct job job = {.options = options ? options : &atw_alignment_defaults,
                      .binning = atw_alignment_binning(series)};
    enum atw_status status = check_series(series, err);

    *out = NULL;
    if (status == ATW_OK)
        status = check_options(job.options, err);
    if (status == ATW_OK)
        status = prepare(&job, series, err);
    if (status == ATW_OK)
        status = create_result(&job.result, series->n_tilt, err);
    if (status == ATW_OK) {
        job.placement = (struct atw_placement){.series = job.prepared,
                                               .u = job.result->shift_u,
                                               .v = job.result->shift_v,
                                               .rotation_rad = job.options->rotation_rad,
                                               .rejected = job.result->rejected};
        status = run_stages(&job, err);
    }
    if (status == ATW_OK) {
        scale_result(&job, series);
        *out = job.result;
        job.result = NULL; /* now owned by the caller */
    }
    atw_alignment_destroy(job.result);
    atw_correlator_destroy(job.correlator);
    atw_tilt_series_destroy(job.prepared);
    atw_tilt_series_destroy(job.coarse);
    free(job.moments);
    return status;
}
