/* Plan: what one series tells about ln S, from a ladder of states of each particle.
 *
 * S rises by a constant factor from rung to rung, from a thousandth of the squared radius
 * of the particle, where hardly anything has moved, to six tenths of it, where it is
 * mixed (the slowest mode across a cylinder falls as exp(-5.78 S / R^2)). */
#include "pipeline/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/parallel.h"
#include "core/progress.h"
#include "pipeline/simulate.h"
#include "pipeline/specimen.h"
#include "pipeline/start_state.h"

enum { RUNGS = 15, SIDES = 2, STATES_MAX = RUNGS * SIDES };

#define LEAST_SHARE 1e-3
#define GREATEST_SHARE 0.6
#define DIFFERENCE 0.05   /* of ln S to either side of a rung, for the photons */
#define LEAST_COUNTS 1e-3 /* expected counts below it are given that variance */

/* A scenario whose steps are the rungs, all particles at the set point. */
struct ladder {
    struct atw_scenario scenario;
    struct atw_scenario_particle particle[ATW_ARRHENIUS_PARTICLES_MAX];
    double set_point_K[STATES_MAX], dwell_s[STATES_MAX];
    double none[STATES_MAX * ATW_ARRHENIUS_PARTICLES_MAX];
    double *tilt_rad; /* owned */
};

static double radius_m(const struct atw_shape *shape)
{
    return shape->kind == ATW_SHAPE_SLAB
               ? 0.5 * shape->core_length_m + shape->shell_tip_m
               : 0.5 * shape->core_diameter_m + shape->shell_side_m;
}

/* ---- particles: one of each kind ---- */

static int is_same_shape(const struct atw_shape *a, const struct atw_shape *b)
{
    const double left[] = {a->core_diameter_m,  a->core_length_m,    a->shell_side_m,
                           a->shell_tip_m,      a->core_offset_m[0], a->core_offset_m[1],
                           a->core_offset_m[2], a->core_tilt_rad,    a->azimuth_rad,
                           a->elevation_rad,    a->silica_m};
    const double right[] = {b->core_diameter_m,  b->core_length_m,    b->shell_side_m,
                            b->shell_tip_m,      b->core_offset_m[0], b->core_offset_m[1],
                            b->core_offset_m[2], b->core_tilt_rad,    b->azimuth_rad,
                            b->elevation_rad,    b->silica_m};

    return a->kind == b->kind && memcmp(left, right, sizeof left) == 0;
}

static void sort_particles(struct atw_plan_series *series,
                           const struct atw_scenario *scenario,
                           size_t first[ATW_ARRHENIUS_PARTICLES_MAX])
{
    for (size_t p = 0; p < scenario->n_particles; p++) {
        size_t i = 0;

        while (i < series->count && !is_same_shape(&scenario->particle[first[i]].shape,
                                                   &scenario->particle[p].shape))
            i++;
        if (i == series->count)
            first[series->count++] = p;
        series->of_particle[p] = i;
    }
}

/* ---- ladder ---- */

/* ln S of the rungs, for all particles. */
static void set_rungs(double *ln_S, const struct atw_scenario *scenario)
{
    double least_m = INFINITY, greatest_m = 0.0, from, to;

    for (size_t p = 0; p < scenario->n_particles; p++) {
        double own_m = radius_m(&scenario->particle[p].shape);

        least_m = fmin(least_m, own_m);
        greatest_m = fmax(greatest_m, own_m);
    }
    from = log(LEAST_SHARE * least_m * least_m);
    to = log(GREATEST_SHARE * greatest_m * greatest_m);
    for (size_t i = 0; i < RUNGS; i++)
        ln_S[i] = from + (to - from) * (double)i / (double)(RUNGS - 1);
}

/* Dwells that bring the particles to the rungs; with two sides, a little before and after
 * each. */
static void set_steps(struct ladder *ladder, const double *ln_S, size_t sides)
{
    struct atw_scenario *scenario = &ladder->scenario;
    double T_K = scenario->set_point_K[0], before_m2 = 0.0;
    double D = atw_arrhenius_diffusivity(&scenario->material.law, T_K);

    for (size_t k = 0; k < RUNGS * sides; k++) {
        double side = sides == 1 ? 0.0 : k % 2 == 0 ? -DIFFERENCE : DIFFERENCE;
        double S_m2 = exp(ln_S[k / sides] + side);

        ladder->set_point_K[k] = T_K;
        ladder->dwell_s[k] = (S_m2 - before_m2) / D;
        before_m2 = S_m2;
    }
    scenario->n_steps = RUNGS * sides;
    scenario->set_point_K = scenario->reached_K = ladder->set_point_K;
    scenario->dwell_s = scenario->held_s = ladder->dwell_s;
    scenario->local_error_K = ladder->none;
    scenario->time_constant_s = 0.0;
    scenario->export_states = 0;
}

/* The dose of a series stays what it is, however many views it has. */
static enum atw_status set_tilts(struct ladder *ladder,
                                 const struct atw_plan_tilts *tilts,
                                 struct atw_error *err)
{
    struct atw_scenario *scenario = &ladder->scenario;
    double views = (double)tilts->n_views / (double)scenario->n_tilt;

    ladder->tilt_rad = malloc(tilts->n_views * sizeof *ladder->tilt_rad);
    if (!ladder->tilt_rad)
        return atw_error_set(err, ATW_ENOMEM, "plan: out of memory");
    for (size_t i = 0; i < tilts->n_views; i++)
        ladder->tilt_rad[i] = tilts->first_rad + (double)i * tilts->step_rad;
    scenario->n_tilt = tilts->n_views;
    scenario->tilt_rad = ladder->tilt_rad;
    scenario->imaging.peak_counts /= views;
    scenario->imaging.electrons_per_pixel /= views;
    return ATW_OK;
}

static enum atw_status build(struct ladder *ladder,
                             const struct atw_scenario *scenario,
                             const struct atw_plan_series *series,
                             const size_t *first,
                             const struct atw_plan_tilts *tilts,
                             size_t sides,
                             struct atw_error *err)
{
    double ln_S[RUNGS];

    memset(ladder, 0, sizeof *ladder);
    ladder->scenario = *scenario;
    for (size_t i = 0; i < series->count; i++) {
        ladder->particle[i] = scenario->particle[first[i]];
        ladder->particle[i].has_offset = 1;
        ladder->particle[i].offset_K = 0.0;
    }
    ladder->scenario.particle = ladder->particle;
    ladder->scenario.n_particles = series->count;
    ladder->scenario.reference = series->of_particle[scenario->reference];
    set_rungs(ln_S, scenario);
    set_steps(ladder, ln_S, sides);
    /* Contamination grows from series to series: rungs are no such series. */
    ladder->scenario.imaging.acquisition.contamination_per_view_m = 0.0;
    return set_tilts(ladder, tilts, err);
}

/* ---- what a ladder shows ---- */

static enum atw_status fill_model(struct atw_series_model *model,
                                  const double *ln_S,
                                  const double *q,
                                  const double *slope,
                                  const double *ln_own,
                                  struct atw_error *err)
{
    enum atw_status status = atw_curve_create(&model->q, ln_S, q, RUNGS, err);

    if (status == ATW_OK)
        status = atw_curve_create(&model->slope, ln_S, slope, RUNGS, err);
    if (status == ATW_OK)
        status = atw_curve_create(&model->ln_own, ln_S, ln_own, RUNGS, err);
    model->least_ln_S = ln_S[0];
    model->greatest_ln_S = ln_S[RUNGS - 1];
    return status;
}

/* By central differences; what is left never rises, whatever the noise says. */
static void find_slopes(double *slope, const double *ln_S, const double *q)
{
    for (size_t i = 0; i < RUNGS; i++) {
        size_t low = i > 0 ? i - 1 : 0, high = i + 1 < RUNGS ? i + 1 : i;

        slope[i] = fmin((q[high] - q[low]) / (ln_S[high] - ln_S[low]), 0.0);
    }
}

struct reading {
    const struct atw_scenario *scenario; /* the one asked about */
    const struct atw_experiment *experiment;
    struct atw_plan_series *series;
};

static enum atw_status read_specimen(struct atw_series_model *model,
                                     const struct atw_specimen *specimen,
                                     const struct atw_scenario *scenario,
                                     struct atw_error *err)
{
    struct atw_variance_errors errors = {0};
    double ln_S[RUNGS], q[RUNGS], slope[RUNGS], ln_own[RUNGS];

    set_rungs(ln_S, scenario);
    for (size_t i = 0; i < RUNGS; i++) {
        errors = atw_start_state_errors(specimen, i + 1);
        q[i] = specimen->measurement[i + 1].variance_left;
        ln_own[i] = log(errors.own);
        if (!isfinite(q[i]) || !isfinite(ln_own[i]))
            return atw_error_set(err, ATW_EINPUT,
                                 "particle %s: the analysis finds no variance left, or "
                                 "not how uncertain it is; there is nothing to plan with",
                                 specimen->particle->name);
    }
    find_slopes(slope, ln_S, q);
    model->unheated = errors.unheated; /* of all rungs */
    model->alloyed = errors.alloyed;
    return fill_model(model, ln_S, q, slope, ln_own, err);
}

/* Task: one particle of the ladder through the analysis. */
static enum atw_status read_degrees(void *context, size_t index, struct atw_error *err)
{
    struct reading *reading = context;
    struct atw_specimen *specimen = NULL;
    enum atw_status status =
        atw_specimen_create(&specimen, reading->experiment, index, err);

    if (status == ATW_OK)
        status = read_specimen(&reading->series->model[index], specimen,
                               reading->scenario, err);
    atw_specimen_destroy(specimen);
    return status;
}

/* Information about ln S in expected counts on either side of a rung. */
static double information_of(const struct atw_tilt_series *less,
                             const struct atw_tilt_series *more)
{
    size_t count = atw_tilt_series_pixel_count(less);
    double sum = 0.0;

    for (size_t i = 0; i < count; i++) {
        double slope =
            ((double)more->value[i] - (double)less->value[i]) / (2.0 * DIFFERENCE);
        double mean = 0.5 * ((double)more->value[i] + (double)less->value[i]);

        sum += slope * slope / fmax(mean, LEAST_COUNTS);
    }
    return sum;
}

/* Task: one particle of the ladder as it is. */
static enum atw_status read_photons(void *context, size_t index, struct atw_error *err)
{
    struct reading *reading = context;
    const struct atw_experiment_step *step = reading->experiment->particle[index].step;
    double ln_S[RUNGS], slope[RUNGS], none[RUNGS] = {0};

    set_rungs(ln_S, reading->scenario);
    for (size_t i = 0; i < RUNGS; i++)
        slope[i] = sqrt(information_of(step[SIDES * i].tomogram.series,
                                       step[SIDES * i + 1].tomogram.series));
    return fill_model(&reading->series->model[index], ln_S, none, slope, none, err);
}

static enum atw_status climb(struct atw_plan_series *series,
                             struct ladder *ladder,
                             const struct atw_scenario *scenario,
                             enum atw_plan_objective objective,
                             struct atw_error *err)
{
    struct atw_experiment *experiment = NULL;
    struct atw_truth *truth = NULL;
    enum atw_status status;

    if (objective == ATW_PLAN_PHOTONS) { /* as expected, not as drawn and digitised */
        ladder->scenario.imaging.microscope.shot_noise = 0;
        ladder->scenario.imaging.gain = 1.0;
        ladder->scenario.imaging.offset = 0.0;
        ladder->scenario.imaging.acquisition.gain_drift = 0.0;
    }
    status = atw_simulate(&experiment, &truth, &ladder->scenario, err);
    if (status == ATW_OK)
        status = atw_analysis_settings_read(&experiment->analysis, scenario->config, err);
    if (status == ATW_OK) {
        struct reading reading = {
            .scenario = scenario, .experiment = experiment, .series = series};

        atw_experiment_count_electrons(experiment);
        status = atw_parallel_try(
            series->count, objective == ATW_PLAN_PHOTONS ? read_photons : read_degrees,
            &reading, err);
    }
    atw_progress_end();
    atw_truth_destroy(truth);
    atw_experiment_destroy(experiment);
    return status;
}

enum atw_status atw_plan_measure_series(struct atw_plan_series *series,
                                        const struct atw_scenario *scenario,
                                        enum atw_plan_objective objective,
                                        const struct atw_plan_tilts *tilts,
                                        struct atw_error *err)
{
    size_t first[ATW_ARRHENIUS_PARTICLES_MAX];
    struct ladder *ladder = malloc(sizeof *ladder);
    enum atw_status status;

    *series = (struct atw_plan_series){0};
    if (!ladder)
        return atw_error_set(err, ATW_ENOMEM, "plan: out of memory");
    sort_particles(series, scenario, first);
    status = build(ladder, scenario, series, first, tilts,
                   objective == ATW_PLAN_PHOTONS ? SIDES : 1, err);
    if (status == ATW_OK)
        status = climb(series, ladder, scenario, objective, err);
    free(ladder->tilt_rad);
    free(ladder);
    return status;
}

void atw_plan_series_clear(struct atw_plan_series *series)
{
    for (size_t i = 0; i < series->count; i++)
        atw_series_model_clear(&series->model[i]);
    *series = (struct atw_plan_series){0};
}
