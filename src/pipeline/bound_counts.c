/* Bound: Fisher information of the tilt series of one tomogram.
 *
 * Every derivative of the expected counts is a central difference of two series recorded
 * by the same microscope as the data. What belongs to a single view, its position, is
 * eliminated view by view. */
#include "pipeline/bound_internal.h"

#include <stdlib.h>

#include "core/parallel.h"
#include "core/progress.h"
#include "pipeline/anneal.h"

enum {
    SHIFT_U = ATW_BOUND_SERIES_PARAMETERS,
    SHIFT_V,
    VIEW_PARAMETERS,
    SHAPE_PARAMETERS = ATW_BOUND_SERIES_PARAMETERS - ATW_BOUND_AZIMUTH
};

/* Steps of the differences. */
#define LENGTH_STEP_M 0.05e-9
#define AZIMUTH_STEP_RAD 2e-3
#define RELATIVE_STEP 0.02

/* Expected counts below this are taken to have its variance. */
#define LEAST_COUNTS 1e-3

/* A scenario that differs from the one asked about in one particle or the microscope. */
struct altered {
    struct atw_scenario scenario;
    struct atw_scenario_particle *particle; /* owned */
};

static enum atw_status
alter(struct altered *altered, const struct atw_scenario *scenario, struct atw_error *err)
{
    altered->scenario = *scenario;
    altered->particle = malloc(scenario->n_particles * sizeof *altered->particle);
    if (!altered->particle)
        return atw_error_set(err, ATW_ENOMEM, "bound: out of memory");
    for (size_t i = 0; i < scenario->n_particles; i++)
        altered->particle[i] = scenario->particle[i];
    altered->scenario.particle = altered->particle;
    return ATW_OK;
}

static void alter_shape(struct atw_shape *shape, size_t parameter, double sign)
{
    double *length_m[] = {&shape->core_diameter_m, &shape->core_length_m,
                          &shape->shell_side_m, &shape->shell_tip_m};

    if (parameter == ATW_BOUND_AZIMUTH)
        shape->azimuth_rad += sign * AZIMUTH_STEP_RAD;
    else
        *length_m[parameter - ATW_BOUND_LENGTH] += sign * LENGTH_STEP_M;
}

/* Turn `more` into (more - less) / width. */
static void take_difference(struct atw_tilt_series *more,
                            const struct atw_tilt_series *less,
                            double width)
{
    size_t count = atw_tilt_series_pixel_count(more);

    for (size_t i = 0; i < count; i++)
        more->value[i] =
            (float)(((double)more->value[i] - (double)less->value[i]) / width);
}

/* The two sides of a difference: scenarios, truths and shifts. */
struct sides {
    const struct atw_scenario *scenario[2];
    const struct atw_truth *truth[2];
    double shift_m[2][2];
    double width;
};

static enum atw_status differentiate(struct atw_tilt_series **out,
                                     const struct atw_bound_work *work,
                                     const struct sides *sides,
                                     size_t particle,
                                     size_t tomogram,
                                     struct atw_error *err)
{
    struct atw_tilt_series *less = NULL;
    enum atw_status status =
        atw_bound_expect(out, work, sides->scenario[0], sides->truth[0], particle,
                         tomogram, sides->shift_m[0], err);

    if (status == ATW_OK)
        status = atw_bound_expect(&less, work, sides->scenario[1], sides->truth[1],
                                  particle, tomogram, sides->shift_m[1], err);
    if (status == ATW_OK)
        take_difference(*out, less, sides->width);
    atw_tilt_series_destroy(less);
    return status;
}

static enum atw_status by_D(struct atw_tilt_series **out,
                            const struct atw_bound_work *work,
                            size_t particle,
                            size_t tomogram,
                            struct atw_error *err)
{
    const struct sides sides = {
        .scenario = {work->scenario, work->scenario},
        .truth = {work->variant[ATW_BOUND_MORE], work->variant[ATW_BOUND_LESS]},
        .width = 2.0 * ATW_BOUND_LN_S_STEP};

    return differentiate(out, work, &sides, particle, tomogram, err);
}

static enum atw_status by_shift(struct atw_tilt_series **out,
                                const struct atw_bound_work *work,
                                size_t particle,
                                size_t tomogram,
                                size_t axis,
                                struct atw_error *err)
{
    double step_m = 0.2 * work->scenario->imaging.microscope.pixel_m;
    struct sides sides = {.scenario = {work->scenario, work->scenario},
                          .truth = {work->truth, work->truth},
                          .width = 2.0 * step_m * 1e9};

    sides.shift_m[0][axis] = step_m;
    sides.shift_m[1][axis] = -step_m;
    return differentiate(out, work, &sides, particle, tomogram, err);
}

/* Probe and contrast, both relative. */
static enum atw_status by_microscope(struct atw_tilt_series **out,
                                     const struct atw_bound_work *work,
                                     size_t particle,
                                     size_t tomogram,
                                     enum atw_bound_parameter parameter,
                                     struct atw_error *err)
{
    struct atw_scenario more = *work->scenario, less = *work->scenario;
    const struct sides sides = {.scenario = {&more, &less},
                                .truth = {work->truth, work->truth},
                                .width = 2.0 * RELATIVE_STEP};

    if (parameter == ATW_BOUND_SIGMA) {
        more.imaging.microscope.blur_sigma_m *= 1.0 + RELATIVE_STEP;
        less.imaging.microscope.blur_sigma_m *= 1.0 - RELATIVE_STEP;
    } else {
        more.imaging.microscope.contrast.shell *= 1.0 + RELATIVE_STEP;
        less.imaging.microscope.contrast.shell *= 1.0 - RELATIVE_STEP;
    }
    return differentiate(out, work, &sides, particle, tomogram, err);
}

/* ---- shapes: another particle is diffused for either side ---- */

struct shapes {
    const struct atw_bound_work *work;
    struct atw_tilt_series **series; /* [(particle * SHAPE_PARAMETERS + parameter) *
                                        n_tomograms + tomogram]: derivatives */
};

static enum atw_status anneal_altered(struct atw_truth **truth,
                                      struct altered *altered,
                                      const struct atw_bound_work *work,
                                      size_t particle,
                                      size_t parameter,
                                      double sign,
                                      struct atw_error *err)
{
    enum atw_status status = alter(altered, work->scenario, err);

    if (status != ATW_OK)
        return status;
    alter_shape(&altered->particle[particle].shape, parameter, sign);
    return atw_bound_anneal(truth, &altered->scenario, particle, err);
}

/* Task: derivatives of all series of a particle by one parameter of its shape. */
static enum atw_status by_shape(void *context, size_t index, struct atw_error *err)
{
    struct shapes *shapes = context;
    const struct atw_bound_work *work = shapes->work;
    size_t particle = index / SHAPE_PARAMETERS;
    size_t parameter = ATW_BOUND_AZIMUTH + index % SHAPE_PARAMETERS;
    int is_length = parameter >= ATW_BOUND_LENGTH;
    struct altered more = {0}, less = {0};
    struct atw_truth *truth_more = NULL, *truth_less = NULL;
    enum atw_status status =
        anneal_altered(&truth_more, &more, work, particle, parameter, 1.0, err);

    if (status == ATW_OK)
        status = anneal_altered(&truth_less, &less, work, particle, parameter, -1.0, err);
    for (size_t k = 0; k < work->n_tomograms && status == ATW_OK; k++) {
        const struct sides sides = {.scenario = {&more.scenario, &less.scenario},
                                    .truth = {truth_more, truth_less},
                                    .width = is_length ? 2.0 * LENGTH_STEP_M * 1e9
                                                       : 2.0 * AZIMUTH_STEP_RAD};

        status = differentiate(&shapes->series[index * work->n_tomograms + k], work,
                               &sides, particle, k, err);
    }
    atw_truth_destroy(truth_more);
    atw_truth_destroy(truth_less);
    free(more.particle);
    free(less.particle);
    atw_progress_step();
    return status;
}

/* ---- information of one series ---- */

struct series {
    struct atw_tilt_series *mean;
    struct atw_tilt_series *by[VIEW_PARAMETERS]; /* NULL: does not depend on it */
};

static void clear_series(struct series *series)
{
    atw_tilt_series_destroy(series->mean);
    for (size_t i = 0; i < VIEW_PARAMETERS; i++)
        if (i < ATW_BOUND_AZIMUTH || i >= ATW_BOUND_SERIES_PARAMETERS)
            atw_tilt_series_destroy(series->by[i]); /* those of the shape are lent */
}

/* Counts by the logarithm of their scale, background left alone, and by the background.
 */
static enum atw_status
by_brightness(struct series *series, double background, struct atw_error *err)
{
    size_t count = atw_tilt_series_pixel_count(series->mean);
    enum atw_status status =
        atw_tilt_series_copy(&series->by[ATW_BOUND_SCALE], series->mean, err);

    if (status == ATW_OK)
        status = atw_tilt_series_copy(&series->by[ATW_BOUND_OFFSET], series->mean, err);
    for (size_t i = 0; i < count && status == ATW_OK; i++) {
        series->by[ATW_BOUND_SCALE]->value[i] -= (float)background;
        series->by[ATW_BOUND_OFFSET]->value[i] = 1.0f;
    }
    return status;
}

static enum atw_status record_all(struct series *series,
                                  const struct atw_bound_work *work,
                                  size_t particle,
                                  size_t tomogram,
                                  struct atw_error *err)
{
    const struct atw_microscope *microscope = &work->scenario->imaging.microscope;
    enum atw_status status = atw_bound_expect(&series->mean, work, work->scenario,
                                              work->truth, particle, tomogram, NULL, err);

    if (status == ATW_OK && tomogram > 0)
        status = by_D(&series->by[ATW_BOUND_LN_S], work, particle, tomogram, err);
    if (work->options->photons_only || status != ATW_OK)
        return status;
    status = by_brightness(series, microscope->background_counts, err);
    for (size_t axis = 0; axis < 2 && status == ATW_OK; axis++)
        status =
            by_shift(&series->by[SHIFT_U + axis], work, particle, tomogram, axis, err);
    if (status == ATW_OK && microscope->blur_sigma_m > 0.0)
        status = by_microscope(&series->by[ATW_BOUND_SIGMA], work, particle, tomogram,
                               ATW_BOUND_SIGMA, err);
    if (status == ATW_OK)
        status = by_microscope(&series->by[ATW_BOUND_CONTRAST], work, particle, tomogram,
                               ATW_BOUND_CONTRAST, err);
    return status;
}

static enum atw_status add_view(struct atw_information *positions_known,
                                struct atw_information *positions_unknown,
                                const struct series *series,
                                size_t view,
                                struct atw_error *err)
{
    static const int keep[VIEW_PARAMETERS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0};
    static const int known[VIEW_PARAMETERS] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1};
    static const size_t same[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    size_t count = series->mean->n_u * series->mean->n_v, begin = view * count;
    const float *derivative[VIEW_PARAMETERS];
    struct atw_information *whole = NULL, *part = NULL;
    enum atw_status status = atw_information_create(&whole, VIEW_PARAMETERS, err);

    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < VIEW_PARAMETERS; i++)
        derivative[i] = series->by[i] ? series->by[i]->value + begin : NULL;
    atw_information_add_counts(whole, series->mean->value + begin, derivative, count,
                               LEAST_COUNTS);
    status = atw_information_reduce(&part, whole, keep, known, err);
    if (status == ATW_OK)
        atw_information_add_part(positions_known, part, same);
    atw_information_destroy(part);
    part = NULL;
    if (status == ATW_OK)
        status = atw_information_reduce(&part, whole, keep, NULL, err);
    if (status == ATW_OK)
        atw_information_add_part(positions_unknown, part, same);
    atw_information_destroy(part);
    atw_information_destroy(whole);
    return status;
}

/* What the views that are used tell, for all of the series. */
static void
extrapolate(struct atw_information *information, size_t n_used, size_t n_views)
{
    for (size_t i = 0; i < information->n * information->n; i++)
        information->value[i] *= (double)n_views / (double)n_used;
}

struct exposure {
    struct atw_bound_work *work;
    struct shapes shapes;
};

/* Task: one series of one particle. */
static enum atw_status expose_series(void *context, size_t index, struct atw_error *err)
{
    struct exposure *exposure = context;
    struct atw_bound_work *work = exposure->work;
    size_t particle = index / work->n_tomograms, tomogram = index % work->n_tomograms;
    struct series series = {0};
    enum atw_status status = atw_information_create(&work->positions_known[index],
                                                    ATW_BOUND_SERIES_PARAMETERS, err);

    if (status == ATW_OK)
        status = atw_information_create(&work->positions_unknown[index],
                                        ATW_BOUND_SERIES_PARAMETERS, err);
    if (status != ATW_OK || (work->options->photons_only && tomogram == 0))
        return status; /* before heating nothing is told about D */
    status = record_all(&series, work, particle, tomogram, err);
    for (size_t i = 0; i < SHAPE_PARAMETERS && !work->options->photons_only; i++)
        series.by[ATW_BOUND_AZIMUTH + i] =
            exposure->shapes
                .series[(particle * SHAPE_PARAMETERS + i) * work->n_tomograms + tomogram];
    for (size_t v = 0; status == ATW_OK && v < series.mean->n_tilt; v++)
        status = add_view(work->positions_known[index], work->positions_unknown[index],
                          &series, v, err);
    if (status == ATW_OK) {
        size_t n_views = work->scenario->n_tilt;

        extrapolate(work->positions_known[index], series.mean->n_tilt, n_views);
        extrapolate(work->positions_unknown[index], series.mean->n_tilt, n_views);
    }
    clear_series(&series);
    atw_progress_step();
    return status;
}

enum atw_status atw_bound_expose(struct atw_bound_work *work, struct atw_error *err)
{
    size_t n_series = work->scenario->n_particles * work->n_tomograms;
    size_t n_shapes =
        work->options->photons_only ? 0 : work->scenario->n_particles * SHAPE_PARAMETERS;
    struct exposure exposure = {.work = work, .shapes = {.work = work}};
    enum atw_status status;

    exposure.shapes.series =
        calloc(n_shapes * work->n_tomograms + 1, sizeof *exposure.shapes.series);
    if (!exposure.shapes.series)
        return atw_error_set(err, ATW_ENOMEM, "bound: out of memory");
    atw_progress_begin("information", n_shapes + n_series);
    status = atw_parallel_try(n_shapes, by_shape, &exposure.shapes, err);
    if (status == ATW_OK)
        status = atw_parallel_try(n_series, expose_series, &exposure, err);
    for (size_t i = 0; i < n_shapes * work->n_tomograms; i++)
        atw_tilt_series_destroy(exposure.shapes.series[i]);
    free(exposure.shapes.series);
    return status;
}
