/* A run by Runge-Kutta-Chebyshev steps: their lengths, and states in between. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diffusion/rkc.h"
#include "diffusion/run_internal.h"

/* Error allowed per step for a wanted error of the composition. Steps of second order add
 * up to 0.05 times the 2/3 power of the error of each, measured on core-shell particles
 * (docs/diffusion.md); nearly half of the tolerance is kept in hand. */
#define SUM_OF_ERRORS 0.05
#define SHARE 0.55

/* Where a run is given up: paths that outrun the bulk by many orders of magnitude, as at
 * rest with an activation energy of their own, are for backward differences. */
#define STAGES_AT_MOST 20000
#define SHORTEST 1e-13 /* of the run, or of the time in which 1000 cells in a row mix */

struct journey {
    double end, tolerance, length; /* reduced time; error per step; next step */
    double shortest;               /* step */
    double s, taken;               /* where `start` is; the step to there */
    size_t stages;                 /* so far */
};

static enum atw_status allocate(struct atw_run *run, struct atw_error *err)
{
    size_t n_vectors = run->law->diffusivity ? 7 : 5;
    size_t stride = (run->count + 7) / 8 * 8 + 8; /* whole cache lines */
    double *vector = aligned_alloc(64, n_vectors * stride * sizeof *vector);

    if (!vector)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             run->count);
    for (size_t k = 0; run->surface && k < run->surface->count; k++)
        run->greatest_loss =
            fmax(run->greatest_loss,
                 run->surface->area[k] / run->cells->capacity[run->surface->cell[k]]);
    run->vectors = vector;
    run->start = vector;
    run->start_rate = vector + stride;
    run->end = vector + 2 * stride;
    run->end_rate = vector + 3 * stride;
    run->spare = vector + 4 * stride;
    if (n_vectors > 5) {
        run->phi[0] = vector + 5 * stride;
        run->phi[1] = vector + 6 * stride;
    }
    return ATW_OK;
}

/* Greatest rate at which a mode decays, now and at the end of a step that may follow: at
 * the compositions there are, whose range only shrinks. */
static enum atw_status spectral_radius(struct atw_run *run,
                                       const struct journey *journey,
                                       double *radius,
                                       struct atw_error *err)
{
    double at[2] = {journey->s, fmin(journey->s + journey->length, journey->end)};
    enum atw_status status = ATW_OK;

    *radius = 0.0;
    for (int k = 0; k < 2 && status == ATW_OK; k++) {
        double slope = 1.0;

        status = atw_run_set_paths(run, at[k], err);
        if (status == ATW_OK)
            status = atw_run_set_potential(run, at[k], err);
        if (status == ATW_OK && run->law->diffusivity)
            slope = atw_potential_steepest(&run->potential, run->least, run->greatest);
        *radius = fmax(*radius, run->share * run->cells->stiffness * slope +
                                    (1.0 - run->share) * run->greatest_loss);
    }
    return status;
}

static void swap(double **a, double **b)
{
    double *c = *a;

    *a = *b;
    *b = c;
}

/* `end` becomes `start`; the old start stays in `end` for states in between. */
static void accept(struct atw_run *run, const struct atw_run_step *step)
{
    double lost = run->lost, rate = run->lost_rate;

    swap(&run->start, &run->end);
    swap(&run->start_rate, &run->end_rate);
    run->lost = run->end_lost;
    run->lost_rate = run->end_lost_rate;
    run->end_lost = lost;
    run->end_lost_rate = rate;
    run->least = step->least;
    run->greatest = step->greatest;
}

/* Without losses no composition leaves the range there is (maximum principle), and rates
 * can only shrink where conductances do not change with time: what is left to happen may
 * be less than the error. */
static int is_at_rest(const struct atw_run *run,
                      const struct journey *journey,
                      const struct atw_run_step *step)
{
    double least = 0.01 * run->diffusion->options.tolerance, ratio = 1.0;

    if (run->surface)
        return 0;
    if (step->greatest - step->least <= least)
        return 1;
    if (run->law->diffusivity)
        ratio = run->potential.slope_greatest / run->potential.slope_least;
    return !run->own &&
           step->greatest_rate * ratio * (journey->end - journey->s) <= least;
}

/* One accepted step, not beyond `stop`. */
static enum atw_status
advance(struct atw_run *run, struct journey *journey, double stop, struct atw_error *err)
{
    struct atw_run_step step;
    enum atw_status status;
    int accepted = 0;

    while (!accepted) {
        double radius, share, length;
        size_t stages;

        status = spectral_radius(run, journey, &radius, err);
        if (status != ATW_OK)
            return status;
        if (journey->length == 0.0)
            journey->length = 0.5 / radius;
        length = journey->length;
        if (length < journey->shortest || length > atw_rkc_longest(radius) ||
            journey->stages > STAGES_AT_MOST)
            return atw_error_set(err, ATW_EDIVERGED, "diffusion: too stiff for steps");
        if (journey->s + 1.01 * length > stop)
            length = stop - journey->s;
        stages = atw_rkc_stages(length, radius);
        journey->stages += stages;
        status = atw_run_step(run, journey->s, length, stages, &step, err);
        if (status != ATW_OK)
            return status;
        share = 0.8 / cbrt(fmax(step.error / journey->tolerance, 1e-3));
        accepted = step.error <= journey->tolerance;
        run->diffusion->steps += (size_t)accepted;
        run->diffusion->rejected += !accepted;
        journey->length = length * fmin(fmax(share, 0.1), accepted ? 5.0 : 0.9);
        journey->taken = length;
    }
    journey->s += journey->taken;
    if (journey->s > stop || stop - journey->s < SHORTEST * stop)
        journey->s = stop;
    accept(run, &step);
    if (is_at_rest(run, journey, &step))
        journey->s = journey->end;
    return ATW_OK;
}

/* The state at s within the step just taken: cubic, with the rates at both ends; `start`
 * itself at its end. */
static void state_at(const struct atw_run *run,
                     const struct journey *journey,
                     double s,
                     double *state)
{
    double h = journey->taken, x = h > 0.0 ? 1.0 - (journey->s - s) / h : 1.0;
    double y = 1.0 - x, on_end = x * x * (3.0 - 2.0 * x), on_rate = x * x * y * h;
    double on_start = 1.0 - on_end, on_start_rate = x * y * y * h;

    if (x >= 1.0 || x < 0.0) { /* below 0: at rest since */
        memcpy(state, run->start, run->count * sizeof *state);
        return;
    }
    for (size_t i = 0; i < run->count; i++)
        state[i] = (on_start * run->end[i] + on_end * run->start[i]) +
                   (on_start_rate * run->end_rate[i] - on_rate * run->start_rate[i]);
}

static double lost_at(const struct atw_run *run, const struct journey *journey, double s)
{
    double h = journey->taken, x = h > 0.0 ? 1.0 - (journey->s - s) / h : 1.0;
    double y = 1.0 - x, on_end = x * x * (3.0 - 2.0 * x);

    if (x >= 1.0 || x < 0.0)
        return run->lost;
    return (1.0 - on_end) * run->end_lost + on_end * run->lost +
           x * y * h * (y * run->end_lost_rate - x * run->lost_rate);
}

/* The next reduced time at which a history has a kink, or the end. */
static double next_stop(const struct atw_run *run, const struct journey *journey)
{
    double stop = journey->end;

    for (size_t k = 0; k < run->history->n_breaks; k++) {
        double s = atw_clock_at(run->clock, run->history->break_s[k]);

        if (s > journey->s * (1.0 + 1e-9) && s < stop)
            stop = s;
    }
    return stop;
}

enum atw_status atw_run_by_rkc(struct atw_run *run,
                               const double *state,
                               const double *t_s,
                               size_t n_times,
                               double *states,
                               double *lost,
                               struct atw_error *err)
{
    struct journey journey = {
        .end = atw_clock_at(run->clock, t_s[n_times - 1]),
        .tolerance = pow(SHARE * run->diffusion->options.tolerance / SUM_OF_ERRORS, 1.5)};
    enum atw_status status = allocate(run, err);

    if (status != ATW_OK)
        return status;
    memcpy(run->start, state, run->count * sizeof *state);
    journey.shortest = SHORTEST * fmin(journey.end, 1e6 / run->cells->stiffness);
    if (journey.end > 0.0)
        status = atw_run_first_rate(run, 0.0, err);
    for (size_t k = 0; k < n_times && status == ATW_OK; k++) {
        double s = atw_clock_at(run->clock, t_s[k]);

        while (journey.s < s && status == ATW_OK)
            status = advance(run, &journey, next_stop(run, &journey), err);
        if (status != ATW_OK)
            return status;
        lost[k] = lost_at(run, &journey, s);
        if (k + 1 < n_times)
            state_at(run, &journey, s, states + k * run->count);
        else
            run->last = run->start; /* steps do not pass the end */
    }
    return status;
}
