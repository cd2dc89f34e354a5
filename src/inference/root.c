/* The S = D t at which an expensive, nearly monotone function meets a target. */
#include "inference/root.h"

#include <math.h>

#define EVALUATIONS_MAX 60
/* First step: past the root by this factor if the slope is as expected. */
#define OVERSHOOT 1.3
#define FIRST_STEP_MIN 0.1
#define FIRST_STEP_MAX 2.0
/* Steps that look for a change of sign: the least doubles from one to the next, so that
 * they end; the greatest is so many times the last. */
#define GROWTH_MIN 2.0
#define GROWTH_MAX 4.0
/* Samples that an estimate of the root rests on: at least, at most. */
#define ESTIMATE_LEAST 3
#define ESTIMATE_MOST 4
/* Samples may agree by chance; so the change before must have been small, too: this many
 * tolerances. */
#define ESTIMATE_PATIENCE 20.0
/* Points closer to the root than this in ln S do not give its slope: their difference
 * drowns in the noise of the function. */
#define SLOPE_REACH 0.05
#define SLOPE_REACH_LEAST 2e-3

struct sample {
    double x, f; /* ln S; value - target */
};

struct search {
    atw_root_fn function;
    void *context;
    double target;
    const struct atw_root_options *options;
    double x_min, x_max;
    struct sample sample[EVALUATIONS_MAX]; /* in order of evaluation */
    size_t count;
    int limit_asked; /* and found above the target */
};

/* f = value - target at S. */
static enum atw_status
ask(const struct search *search, double S_m2, double *f, struct atw_error *err)
{
    double value = NAN;
    enum atw_status status = search->function(search->context, S_m2, &value, err);

    if (status == ATW_OK && !isfinite(value))
        status =
            atw_error_set(err, ATW_EDIVERGED,
                          "root search: the value at S = %.4g m2 is not finite", S_m2);
    *f = value - search->target;
    return status;
}

static enum atw_status evaluate(struct search *search, double x, struct atw_error *err)
{
    struct sample *sample = &search->sample[search->count];
    enum atw_status status;

    if (search->count == EVALUATIONS_MAX)
        return atw_error_set(err, ATW_EDIVERGED,
                             "root search: no root to the tolerance after %d evaluations",
                             EVALUATIONS_MAX);
    sample->x = x;
    status = ask(search, exp(x), &sample->f, err);
    search->count += status == ATW_OK;
    return status;
}

static enum atw_status check_options(const struct atw_root_options *options,
                                     double target,
                                     struct atw_error *err)
{
    if (!(options->S_min_m2 > 0.0) || !(options->S_max_m2 > options->S_min_m2) ||
        !isfinite(options->S_max_m2) || !(options->S_start_m2 > 0.0))
        return atw_error_set(err, ATW_EINVAL,
                             "root search: limits %g to %g m2 and start %g m2 must be "
                             "positive and in order",
                             options->S_min_m2, options->S_max_m2, options->S_start_m2);
    if (!(options->slope > 0.0) || !(options->tolerance_ln_S > 0.0) ||
        !(options->tolerance_value >= 0.0) || !(options->tolerance_estimate >= 0.0) ||
        !isfinite(target))
        return atw_error_set(err, ATW_EINVAL,
                             "root search: slope %g, tolerances %g, %g and %g and target "
                             "%g must be positive and finite",
                             options->slope, options->tolerance_ln_S,
                             options->tolerance_value, options->tolerance_estimate,
                             target);
    return ATW_OK;
}

static int is_met(const struct search *search, const struct sample *sample)
{
    return fabs(sample->f) <= search->options->tolerance_value;
}

/* Length of the next step away from the last sample, all samples having one sign: a
 * little beyond where the last two say the root is. *is_cut where that is as long as
 * steps may grow, and the root seems farther. */
static double next_step(const struct search *search, double previous, int *is_cut)
{
    const struct sample *last = &search->sample[search->count - 1];
    double least = FIRST_STEP_MIN * pow(GROWTH_MIN, (double)search->count - 2.0);
    double slope, step;

    *is_cut = 0;
    if (search->count == 1) {
        step = OVERSHOOT * fabs(last->f) / search->options->slope;
        return fmin(fmax(step, FIRST_STEP_MIN), FIRST_STEP_MAX);
    }
    slope = (last->f - last[-1].f) / (last->x - last[-1].x);
    step = slope > 0.0 ? OVERSHOOT * fabs(last->f) / slope : INFINITY;
    *is_cut = step > GROWTH_MAX * previous;
    return fmin(fmax(step, least), GROWTH_MAX * previous);
}

/* Whether even the limit is below the target. Asked once. */
static enum atw_status
is_beyond_limit(struct search *search, int *is_beyond, struct atw_error *err)
{
    enum atw_status status;
    double f;

    *is_beyond = 0;
    if (!search->options->has_limit || search->limit_asked)
        return ATW_OK;
    search->limit_asked = 1;
    status = ask(search, INFINITY, &f, err);
    *is_beyond = status == ATW_OK && f < 0.0;
    return status;
}

/* Walk towards the root until the last two samples bracket it, one of them meets the
 * target, or the end of the range is reached. */
static enum atw_status
bracket(struct search *search, enum atw_root_verdict *verdict, struct atw_error *err)
{
    double start = log(search->options->S_start_m2);
    enum atw_status status =
        evaluate(search, fmin(fmax(start, search->x_min), search->x_max), err);
    double direction, step = 0.0;
    int is_cut, is_beyond = 0;

    *verdict = ATW_ROOT_FOUND;
    if (status != ATW_OK)
        return status;
    direction = search->sample[0].f < 0.0 ? 1.0 : -1.0;
    for (;;) {
        const struct sample *last = &search->sample[search->count - 1];
        double end = direction > 0.0 ? search->x_max : search->x_min;

        if (is_met(search, last) || last->f * direction > 0.0)
            return ATW_OK;
        if (last->x == end) {
            *verdict = direction > 0.0 ? ATW_ROOT_BEYOND_MAX : ATW_ROOT_BELOW_MIN;
            return ATW_OK;
        }
        step = next_step(search, step, &is_cut);
        if (is_cut && direction > 0.0)
            status = is_beyond_limit(search, &is_beyond, err);
        if (is_beyond)
            *verdict = ATW_ROOT_BEYOND_MAX;
        if (status != ATW_OK || is_beyond)
            return status;
        status = evaluate(
            search, fmin(fmax(last->x + direction * step, search->x_min), search->x_max),
            err);
        if (status != ATW_OK)
            return status;
    }
}

/* Where to look next inside the bracket a, b, as a fraction of the way from a to b; c is
 * the sample before. */
static double
interpolate(const struct sample *a, const struct sample *b, const struct sample *c)
{
    double xi, phi;

    if (!c)
        return a->f / (a->f - b->f);
    xi = (a->x - b->x) / (c->x - b->x);
    phi = (a->f - b->f) / (c->f - b->f);
    if (phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi)
        return a->f / (b->f - a->f) * (c->f / (b->f - c->f)) +
               (c->x - a->x) / (b->x - a->x) * (a->f / (c->f - a->f)) *
                   (b->f / (c->f - b->f));
    return 0.5;
}

/* The samples nearest to the target, nearest first; returns how many. */
static size_t nearest_samples(struct sample near[ESTIMATE_MOST],
                              const struct search *search)
{
    size_t n = 0;

    for (size_t i = 0; i < search->count; i++) {
        struct sample sample = search->sample[i];

        for (size_t j = 0; j < n; j++)
            if (fabs(sample.f) < fabs(near[j].f)) {
                struct sample farther = near[j];

                near[j] = sample;
                sample = farther;
            }
        if (n < ESTIMATE_MOST)
            near[n++] = sample;
    }
    return n;
}

/* Whether x grows with f: only then is there an inverse to interpolate. */
static int is_increasing(const struct sample *sample, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (!((sample[i].x - sample[j].x) * (sample[i].f - sample[j].f) > 0.0))
                return 0;
    return 1;
}

/* Root of the inverse polynomial through the samples nearest to the target (Neville's
 * scheme), if the farthest of them changes it by no more than the tolerance and it lies
 * between a and b. That change is the error of the polynomial without that sample. */
static int is_settled(const struct search *search,
                      const struct sample *a,
                      const struct sample *b,
                      double *x)
{
    struct sample near[ESTIMATE_MOST];
    size_t n = nearest_samples(near, search);
    double tolerance = search->options->tolerance_estimate;
    double root[ESTIMATE_MOST], change = INFINITY, change_before = INFINITY;

    if (!(tolerance > 0.0) || n < ESTIMATE_LEAST || !is_increasing(near, n))
        return 0;
    for (size_t i = 0; i < n; i++)
        root[i] = near[i].x;
    for (size_t k = 1; k < n; k++) {
        double before = root[0];

        for (size_t i = 0; i + k < n; i++)
            root[i] = (near[i].f * root[i + 1] - near[i + k].f * root[i]) /
                      (near[i].f - near[i + k].f);
        change_before = change;
        change = fabs(root[0] - before);
    }
    *x = root[0];
    return change <= tolerance && change_before <= ESTIMATE_PATIENCE * tolerance &&
           (root[0] - a->x) * (root[0] - b->x) <= 0.0;
}

/* Close the bracket of the last two samples; returns the interpolated root in *x. */
static enum atw_status close_in(struct search *search, double *x, struct atw_error *err)
{
    double tolerance = search->options->tolerance_ln_S;
    struct sample a = search->sample[search->count - 1];
    struct sample b = search->sample[search->count - 2];
    struct sample c = {0.0, 0.0};
    int have_c = 0;

    if (search->count > 2) {
        c = b;
        b = a;
        a = c;
        c = search->sample[search->count - 3];
        have_c = 1;
    }
    while (!is_met(search, &a) && fabs(b.x - a.x) > tolerance) {
        double margin = 0.5 * tolerance / fabs(b.x - a.x);
        double t = interpolate(&a, &b, have_c ? &c : NULL);
        const struct sample *s;
        enum atw_status status;

        if (is_settled(search, &a, &b, x))
            return ATW_OK;
        t = fmin(fmax(t, margin), 1.0 - margin);
        status = evaluate(search, a.x + t * (b.x - a.x), err);
        if (status != ATW_OK)
            return status;
        s = &search->sample[search->count - 1];
        if ((s->f > 0.0) == (a.f > 0.0)) {
            c = a;
        } else {
            c = b;
            b = a;
        }
        a = *s;
        have_c = 1;
    }
    *x = is_met(search, &a) ? a.x : a.x + a.f / (a.f - b.f) * (b.x - a.x);
    return ATW_OK;
}

/* Secant slope from the root x to a sample on one side (+1, -1): the nearest one beyond
 * SLOPE_REACH, else the farthest. Returns its distance, 0 if there is none. */
static double
side_slope(const struct search *search, double x, double side, double *slope)
{
    double best = 0.0;

    for (size_t i = 0; i < search->count; i++) {
        const struct sample *s = &search->sample[i];
        double distance = side * (s->x - x);

        if (distance < SLOPE_REACH_LEAST ||
            (best >= SLOPE_REACH ? distance < SLOPE_REACH || distance > best
                                 : distance < best))
            continue;
        best = distance;
        *slope = side * s->f / distance;
    }
    return best;
}

/* Slope at the root x of the parabola through it and a sample on either side; the secant
 * where there are samples on one side only. */
static double slope_at(const struct search *search, double x)
{
    double below = NAN, above = NAN;
    double left = side_slope(search, x, -1.0, &below);
    double right = side_slope(search, x, 1.0, &above);

    if (left == 0.0 || right == 0.0)
        return left == 0.0 ? above : below;
    return (below * right + above * left) / (left + right);
}

enum atw_status atw_root_find(struct atw_root *root,
                              atw_root_fn function,
                              void *context,
                              double target,
                              const struct atw_root_options *options,
                              struct atw_error *err)
{
    struct search search = {
        .function = function, .context = context, .target = target, .options = options};
    enum atw_root_verdict verdict;
    enum atw_status status = check_options(options, target, err);
    double x = NAN;

    if (status != ATW_OK)
        return status;
    search.x_min = log(options->S_min_m2);
    search.x_max = log(options->S_max_m2);
    status = bracket(&search, &verdict, err);
    if (status == ATW_OK && verdict == ATW_ROOT_FOUND) {
        if (is_met(&search, &search.sample[search.count - 1]))
            x = search.sample[search.count - 1].x;
        else
            status = close_in(&search, &x, err);
    }
    if (status != ATW_OK)
        return status;
    *root = (struct atw_root){.verdict = verdict,
                              .S_m2 = exp(x),
                              .slope = isnan(x) ? NAN : slope_at(&search, x),
                              .evaluations = search.count + (size_t)search.limit_asked};
    return ATW_OK;
}
