/* Stopping rules: the discrepancy principle (Morozov, Soviet Math. Dokl. 7 (1966) 414,
 * cited from memory) and cross-validation by views that were held out. */
#include "tomography/stopping.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/progress.h"
#include "tomography/data.h"

/* How far from the usual weight of a penalty another is looked for. */
#define PENALTY_SPAN 256.0

static enum atw_status check_rules(const struct atw_tilt_series *series,
                                   const struct atw_reconstruction_method *method,
                                   const struct atw_reconstruction_options *options,
                                   const struct atw_stopping *stopping,
                                   struct atw_error *err)
{
    size_t n = stopping->hold_out;

    if (options->iterations == 0)
        return atw_error_set(err, ATW_EINVAL, "%s: zero iterations: give at least 1",
                             method->name);
    if (!(stopping->discrepancy >= 0.0 && isfinite(stopping->discrepancy)))
        return atw_error_set(err, ATW_EINVAL,
                             "reconstruction: discrepancy %g: give a number from 0 up",
                             stopping->discrepancy);
    if (n == 1 || n / 2 >= series->n_tilt)
        return atw_error_set(err, ATW_EINVAL,
                             "reconstruction: one view in %zu of %zu cannot be held out: "
                             "give 2 to %zu",
                             n, series->n_tilt, 2 * series->n_tilt - 1);
    if ((n > 0 || stopping->discrepancy > 0.0) && method->is_direct)
        return atw_error_set(err, ATW_EINVAL,
                             "reconstruction: %s has one step: there is nothing to stop",
                             method->name);
    return ATW_OK;
}

/* Iterations on some of the views. */
struct loop {
    const struct atw_projector *projector;
    const struct atw_tilt_series *series;
    const struct atw_reconstruction_method *method;
    struct atw_reconstruction_options options; /* start: the caller's */
    float *volume;
    double *residual; /* [iterations of options] */
};

/* Bring the volume from `done` to done + 1 iterations. */
static enum atw_status advance(struct loop *loop, size_t done, struct atw_error *err)
{
    struct atw_reconstruction_options options = loop->options;
    size_t first = loop->method->is_resumable ? done : 0;

    options.iterations = done + 1 - first;
    options.shows_progress = 0;
    if (first > 0)
        options.start = loop->volume;
    return loop->method->run(loop->projector, loop->series->value, &options, loop->volume,
                             loop->residual + first, err);
}

static enum atw_status run_all(struct loop *loop, size_t *done, struct atw_error *err)
{
    *done = loop->options.iterations;
    return loop->method->run(loop->projector, loop->series->value, &loop->options,
                             loop->volume, loop->residual, err);
}

static enum atw_status
run_to_discrepancy(struct loop *loop, double least, size_t *done, struct atw_error *err)
{
    size_t at_most = loop->options.iterations;
    enum atw_status status = ATW_OK;

    if (loop->options.shows_progress)
        atw_progress_begin(loop->method->name, at_most);
    for (*done = 0; *done < at_most && status == ATW_OK;) {
        status = advance(loop, *done, err);
        *done += 1;
        if (loop->options.shows_progress)
            atw_progress_step();
        if (loop->residual[*done - 1] <= least)
            break;
    }
    if (loop->options.shows_progress)
        atw_progress_end();
    return status;
}

/* The views that are held out, or the others. */
static enum atw_status choose(struct atw_tilt_series **out,
                              const struct atw_tilt_series *series,
                              size_t n,
                              int held_out,
                              struct atw_error *err)
{
    size_t view = series->n_v * series->n_u, count = 0;
    enum atw_status status;

    for (size_t i = 0; i < series->n_tilt; i++)
        count += (i % n == n / 2) == held_out;
    status = atw_tilt_series_create(out, count, series->n_v, series->n_u, series->pixel_m,
                                    NULL, err);
    if (status != ATW_OK)
        return status;
    count = 0;
    for (size_t i = 0; i < series->n_tilt; i++) {
        if ((i % n == n / 2) != held_out)
            continue;
        (*out)->tilt_rad[count] = series->tilt_rad[i];
        memcpy(atw_tilt_series_view(*out, count++), series->value + i * view,
               view * sizeof(float));
    }
    return ATW_OK;
}

static enum atw_status make_projector(struct atw_projector **out,
                                      const struct atw_projection_geometry *geometry,
                                      const struct atw_tilt_series *series,
                                      struct atw_error *err)
{
    struct atw_projection_geometry own = *geometry;

    own.n_tilt = series->n_tilt;
    own.tilt_rad = series->tilt_rad;
    return atw_projector_create(out, &own, err);
}

/* Views that are not reconstructed from. */
struct judge {
    struct atw_tilt_series *series;
    struct atw_projector *projector;
    float *view;
};

static enum atw_status judge_init(struct judge *judge,
                                  const struct atw_projection_geometry *geometry,
                                  const struct atw_tilt_series *all,
                                  size_t hold_out,
                                  struct atw_error *err)
{
    enum atw_status status = choose(&judge->series, all, hold_out, 1, err);

    if (status == ATW_OK)
        status = make_projector(&judge->projector, geometry, judge->series, err);
    if (status != ATW_OK)
        return status;
    judge->view = malloc(atw_tilt_series_pixel_count(judge->series) * sizeof(float));
    if (!judge->view)
        return atw_error_set(err, ATW_ENOMEM, "reconstruction: out of memory");
    return ATW_OK;
}

static void judge_release(struct judge *judge)
{
    atw_tilt_series_destroy(judge->series);
    atw_projector_destroy(judge->projector);
    free(judge->view);
}

static enum atw_status judge_misfit(struct judge *judge,
                                    const float *volume,
                                    double *misfit,
                                    struct atw_error *err)
{
    enum atw_status status =
        atw_projector_forward(judge->projector, volume, judge->view, err);

    if (status == ATW_OK)
        *misfit = atw_data_misfit(judge->projector, judge->series->value, judge->view);
    return status;
}

/* Iterations after which the misfit with the views apart no longer falls. */
static enum atw_status count_iterations(struct loop *loop,
                                        struct judge *judge,
                                        size_t *best,
                                        struct atw_error *err)
{
    double least = INFINITY, misfit = 0.0;
    enum atw_status status = ATW_OK;

    for (*best = 0; *best < loop->options.iterations; *best += 1) {
        status = advance(loop, *best, err);
        if (status == ATW_OK)
            status = judge_misfit(judge, loop->volume, &misfit, err);
        if (status != ATW_OK || !(misfit < least))
            break;
        least = misfit;
    }
    return status;
}

static enum atw_status try_penalty(struct loop *loop,
                                   struct judge *judge,
                                   double penalty,
                                   double *misfit,
                                   struct atw_error *err)
{
    size_t done;
    enum atw_status status;

    loop->options.regularisation = penalty;
    status = run_all(loop, &done, err);
    return status == ATW_OK ? judge_misfit(judge, loop->volume, misfit, err) : status;
}

/* From the usual weight up by factors of two as long as the misfit with the views apart
 * falls; if the first step does not lower it, down. */
static enum atw_status choose_penalty(struct loop *loop,
                                      struct judge *judge,
                                      double *best,
                                      struct atw_error *err)
{
    const double usual = loop->method->penalty;
    const double low = usual / PENALTY_SPAN, high = usual * PENALTY_SPAN;
    double least = INFINITY, misfit = 0.0;
    enum atw_status status = try_penalty(loop, judge, usual, &least, err);

    *best = usual;
    for (int up = 1; up >= 0 && *best == usual; up--)
        while (status == ATW_OK && low < *best && *best < high) {
            double next = up ? 2.0 * *best : 0.5 * *best;

            status = try_penalty(loop, judge, next, &misfit, err);
            if (status != ATW_OK || !(misfit < least))
                break;
            least = misfit;
            *best = next;
        }
    return status;
}

/* Set the iterations, or the weight of the penalty, of `loop` to what is best for views
 * it does not see. */
static enum atw_status learn(struct loop *loop,
                             const struct atw_projection_geometry *geometry,
                             size_t hold_out,
                             struct atw_error *err)
{
    struct atw_tilt_series *kept = NULL;
    struct atw_projector *projector = NULL;
    struct judge judge = {NULL, NULL, NULL};
    struct loop trial = *loop;
    enum atw_status status = choose(&kept, loop->series, hold_out, 0, err);

    if (status == ATW_OK)
        status = make_projector(&projector, geometry, kept, err);
    if (status == ATW_OK)
        status = judge_init(&judge, geometry, loop->series, hold_out, err);
    if (status == ATW_OK) {
        trial.projector = projector;
        trial.series = kept;
        status = loop->method->penalty > 0.0 && loop->options.regularisation == 0.0
                     ? choose_penalty(&trial, &judge, &loop->options.regularisation, err)
                     : count_iterations(&trial, &judge, &loop->options.iterations, err);
    }
    judge_release(&judge);
    atw_projector_destroy(projector);
    atw_tilt_series_destroy(kept);
    return status;
}

static enum atw_status run_rules(struct loop *loop,
                                 const struct atw_projection_geometry *geometry,
                                 const struct atw_stopping *stopping,
                                 size_t *done,
                                 struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    if (stopping->hold_out > 0)
        status = learn(loop, geometry, stopping->hold_out, err);
    if (status != ATW_OK)
        return status;
    if (stopping->discrepancy > 0.0)
        return run_to_discrepancy(loop, stopping->discrepancy, done, err);
    return run_all(loop, done, err);
}

enum atw_status atw_reconstruct_until(struct atw_field **out,
                                      double *residual,
                                      size_t *done,
                                      double *penalty,
                                      const struct atw_projection_geometry *geometry,
                                      const struct atw_tilt_series *series,
                                      const struct atw_reconstruction_method *method,
                                      const struct atw_reconstruction_options *options,
                                      const struct atw_stopping *stopping,
                                      struct atw_error *err)
{
    struct atw_projector *projector = NULL;
    struct atw_field *field = NULL;
    struct loop loop = {
        .series = series, .method = method, .options = *options, .residual = residual};
    enum atw_status status = check_rules(series, method, options, stopping, err);

    *out = NULL;
    if (status == ATW_OK)
        status = make_projector(&projector, geometry, series, err);
    if (status == ATW_OK)
        status = atw_reconstruction_check_series(projector, series, err);
    if (status == ATW_OK)
        status = atw_field_create(&field, &geometry->grid, err);
    if (status != ATW_OK)
        goto cleanup;
    loop.projector = projector;
    loop.volume = field->value;
    status = run_rules(&loop, geometry, stopping, done, err);
    if (status == ATW_OK)
        status = atw_data_check_result(method->name, field, err);
    if (status != ATW_OK)
        goto cleanup;
    *penalty =
        loop.options.regularisation > 0.0 ? loop.options.regularisation : method->penalty;
    *out = field;
    field = NULL; /* now owned by the caller */
cleanup:
    atw_field_destroy(field);
    atw_projector_destroy(projector);
    return status;
}
