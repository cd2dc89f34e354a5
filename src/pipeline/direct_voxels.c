/* Direct, for a particle of any shape: what the unheated tomogram shows is what was
 * there.
 *
 * The particle of two phases that the tomogram shows (start_state.h) diffuses to S, and
 * the analysis model of the instrument records it. Of every heated series ln S,
 * brightness s, background b and the position of every view are fitted to the counts n,
 *
 *   mu = s (e + u de/du + v de/dv) + b,      e = e(S): what is recorded of the particle,
 *
 * by Fisher scoring (weights 1 / mu), positions eliminated view by view; steps that do
 * not lower the deviance are halved. Nothing of the particle is fitted: its errors are in
 * ln S and show in the deviance (docs/estimators.md). */
#include "pipeline/direct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/parallel.h"
#include "inference/elimination.h"
#include "pipeline/start_state.h"

enum { LN_SCALE, BACKGROUND, LN_S, OF_SERIES }; /* ln S of heated ones alone */
enum { SHIFT_U, SHIFT_V, OF_VIEW };             /* pixels */
enum { OF_BOTH = OF_SERIES + OF_VIEW };

#define LN_S_DIFFERENCE 0.1
#define SHIFT_PRIOR_PIXELS 2.0
#define SCAN_LEAST_M2 0.3e-18
#define SCAN_MOST_M2 100e-18
#define STEPS_MOST 20
#define HALVINGS_MOST 6
#define LN_S_STEP_MOST 1.0
/* Of the deviance that a step promises: then it is the last one. */
#define GAIN_LEAST 0.1
/* Counts that tell ln S no better than this after some steps tell nothing of it. */
#define LN_S_VARIANCE_MOST 1.0
#define STEPS_LEAST 4

struct state {
    double value[OF_SERIES];
    double *shift; /* [n_tilt][OF_VIEW] */
};

/* Normal equations of the series with the positions of one view eliminated. */
struct view_equations {
    double matrix[OF_BOTH * OF_BOTH], rhs[OF_BOTH], back[OF_VIEW * OF_BOTH];
};

struct fit {
    struct atw_start_state *start;
    const struct atw_tilt_series *data; /* borrowed */
    size_t tomogram, n_own;             /* parameters of the series */
    struct state state, tried;
    struct atw_tilt_series *signal, *beside; /* at S, and at ln S + LN_S_DIFFERENCE */
    struct view_equations *equations;        /* [n_tilt] */
    float *counts, *mean;                    /* of one view */
    struct atw_deviance deviance;
    double ln_S_variance;
};

static void fit_clear(struct fit *fit)
{
    atw_tilt_series_destroy(fit->signal);
    atw_tilt_series_destroy(fit->beside);
    free(fit->state.shift);
    free(fit->tried.shift);
    free(fit->equations);
    free(fit->counts);
    free(fit->mean);
}

static enum atw_status fit_create(struct fit *fit,
                                  struct atw_specimen *specimen,
                                  size_t tomogram,
                                  struct atw_error *err)
{
    const struct atw_tilt_series *data = atw_specimen_series(specimen, tomogram);
    size_t pixels = data->n_v * data->n_u;

    *fit = (struct fit){.start = specimen->start,
                        .data = data,
                        .tomogram = tomogram,
                        .n_own = tomogram > 0 ? OF_SERIES : LN_S};
    fit->state.shift = calloc(data->n_tilt * OF_VIEW, sizeof(double));
    fit->tried.shift = calloc(data->n_tilt * OF_VIEW, sizeof(double));
    fit->equations = calloc(data->n_tilt, sizeof *fit->equations);
    fit->counts = calloc(pixels, sizeof *fit->counts);
    fit->mean = calloc(pixels, sizeof *fit->mean);
    fit->state.value[BACKGROUND] = specimen->measurement[tomogram].background;
    if (fit->state.shift && fit->tried.shift && fit->equations && fit->counts &&
        fit->mean)
        return ATW_OK;
    return atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
}

/* ---- what is expected ----------------------------------------------------- */

static enum atw_status record(struct atw_tilt_series **signal,
                              const struct fit *fit,
                              double ln_S,
                              struct atw_error *err)
{
    atw_tilt_series_destroy(*signal);
    return atw_start_state_signal(signal, fit->start, fit->tomogram,
                                  fit->tomogram > 0 ? exp(ln_S) : 0.0, err);
}

/* Half the difference of the neighbours; 0 at the edges. */
static double slope(const float *value, size_t at, size_t count, size_t stride)
{
    if (at == 0 || at + 1 >= count)
        return 0.0;
    return 0.5 * ((double)value[stride] - (double)*(value - stride));
}

/* Signal of a pixel where the view really is, and its slopes along u and v. */
static double
shifted(const struct fit *fit, size_t view, size_t v, size_t u, double gradient[OF_VIEW])
{
    size_t n_u = fit->data->n_u, n_v = fit->data->n_v;
    const float *value = fit->signal->value + (view * n_v + v) * n_u + u;
    const double *shift = fit->state.shift + view * OF_VIEW;

    gradient[SHIFT_U] = slope(value, u, n_u, 1);
    gradient[SHIFT_V] = slope(value, v, n_v, n_u);
    return (double)*value + shift[SHIFT_U] * gradient[SHIFT_U] +
           shift[SHIFT_V] * gradient[SHIFT_V];
}

/* Deviance of the whole series at fit->state, whose signal is recorded. Interpolated
 * counts may be negative. */
static struct atw_deviance compare(struct fit *fit)
{
    struct atw_deviance deviance = {0};
    size_t n_u = fit->data->n_u, pixels = n_u * fit->data->n_v;
    double scale = exp(fit->state.value[LN_SCALE]), gradient[OF_VIEW];

    for (size_t view = 0; view < fit->data->n_tilt; view++) {
        for (size_t i = 0; i < pixels; i++) {
            double signal = shifted(fit, view, i / n_u, i % n_u, gradient);

            fit->counts[i] = fmaxf(fit->data->value[view * pixels + i], 0.0F);
            fit->mean[i] = (float)(scale * signal + fit->state.value[BACKGROUND]);
        }
        atw_deviance_add(&deviance, fit->counts, fit->mean, pixels);
    }
    return deviance;
}

/* ---- one step ------------------------------------------------------------- */

static void add_pixel(struct view_equations *equations,
                      const double *row,
                      double rest,
                      double weight,
                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        equations->rhs[i] += weight * row[i] * rest;
        for (size_t j = 0; j < n; j++)
            equations->matrix[i * n + j] += weight * row[i] * row[j];
    }
}

/* Normal equations of a view in the parameters of the series, then its position. */
static void linearise_view(void *context, size_t view, size_t worker)
{
    const struct fit *fit = context;
    struct view_equations *equations = &fit->equations[view];
    size_t n_u = fit->data->n_u, pixels = n_u * fit->data->n_v, n = fit->n_own + OF_VIEW;
    double scale = exp(fit->state.value[LN_SCALE]);

    (void)worker;
    memset(equations, 0, sizeof *equations);
    for (size_t i = 0; i < pixels; i++) {
        size_t at = view * pixels + i;
        double row[OF_BOTH], *of_view = row + fit->n_own;
        double signal = shifted(fit, view, i / n_u, i % n_u, of_view);
        double mean = scale * signal + fit->state.value[BACKGROUND];

        row[LN_SCALE] = scale * signal;
        row[BACKGROUND] = 1.0;
        if (fit->n_own > LN_S)
            row[LN_S] =
                scale *
                ((double)fit->beside->value[at] - (double)fit->signal->value[at]) /
                LN_S_DIFFERENCE;
        of_view[SHIFT_U] *= scale;
        of_view[SHIFT_V] *= scale;
        add_pixel(equations, row, (double)fmaxf(fit->data->value[at], 0.0F) - mean,
                  1.0 / fmax(mean, ATW_DEVIANCE_LEAST_MEAN), n);
    }
    for (size_t j = 0; j < OF_VIEW; j++) {
        size_t own = fit->n_own + j;
        double precision = 1.0 / (SHIFT_PRIOR_PIXELS * SHIFT_PRIOR_PIXELS);

        equations->matrix[own * (n + 1)] += precision;
        equations->rhs[own] -= precision * fit->state.shift[view * OF_VIEW + j];
    }
}

/* Step and inverse information of the series; *gain: of the deviance, as it promises. */
static enum atw_status find_step(double step[OF_SERIES],
                                 double inverse[OF_SERIES * OF_SERIES],
                                 double *gain,
                                 struct fit *fit,
                                 struct atw_error *err)
{
    double matrix[OF_SERIES * OF_SERIES] = {0.0}, rhs[OF_SERIES] = {0.0};
    size_t n = fit->n_own;
    enum atw_status status = ATW_OK;

    atw_parallel_for(fit->data->n_tilt, linearise_view, fit);
    for (size_t view = 0; view < fit->data->n_tilt && status == ATW_OK; view++) {
        struct view_equations *one = &fit->equations[view];

        status =
            atw_eliminate(one->matrix, one->rhs, one->back, n + OF_VIEW, OF_VIEW, err);
        for (size_t i = 0; i < n * n; i++)
            matrix[i] += one->matrix[i];
        for (size_t i = 0; i < n; i++)
            rhs[i] += one->rhs[i];
    }
    if (status == ATW_OK)
        status = atw_normal_solve(step, inverse, matrix, rhs, n, err);
    *gain = 0.0;
    for (size_t i = 0; i < n && status == ATW_OK; i++)
        *gain += step[i] * rhs[i];
    return status;
}

/* fit->tried is fit->state moved by `share` of the step. */
static void move(struct fit *fit, const double *step, double share)
{
    for (size_t i = 0; i < fit->n_own; i++)
        fit->tried.value[i] = fit->state.value[i] + share * step[i];
    for (size_t view = 0; view < fit->data->n_tilt; view++) {
        double last[OF_VIEW];

        atw_eliminated_solve(last, fit->equations[view].back, step, fit->n_own, OF_VIEW);
        for (size_t j = 0; j < OF_VIEW; j++)
            fit->tried.shift[view * OF_VIEW + j] =
                fit->state.shift[view * OF_VIEW + j] + share * last[j];
    }
}

static void swap_states(struct fit *fit)
{
    struct state other = fit->state;

    fit->state = fit->tried;
    fit->tried = other;
}

/* Along the step until the deviance is lower. *has_moved 0: it is nowhere. */
static enum atw_status
go(struct fit *fit, int *has_moved, const double *step, struct atw_error *err)
{
    double share = fit->n_own > LN_S && fabs(step[LN_S]) > LN_S_STEP_MOST
                       ? LN_S_STEP_MOST / fabs(step[LN_S])
                       : 1.0;
    enum atw_status status = ATW_OK;

    *has_moved = 0;
    for (int i = 0; i < HALVINGS_MOST && !*has_moved && status == ATW_OK; i++) {
        struct atw_deviance deviance;

        move(fit, step, share);
        swap_states(fit);
        status = record(&fit->signal, fit, fit->state.value[LN_S], err);
        if (status != ATW_OK)
            break;
        deviance = compare(fit);
        *has_moved = deviance.value < fit->deviance.value;
        if (*has_moved)
            fit->deviance = deviance;
        else
            swap_states(fit);
        share *= 0.5;
    }
    if (status == ATW_OK && !*has_moved)
        status = record(&fit->signal, fit, fit->state.value[LN_S], err);
    return status;
}

/* ---- one series ----------------------------------------------------------- */

/* The best of some S, a factor of three apart. */
static enum atw_status scan(struct fit *fit, struct atw_error *err)
{
    double best = INFINITY, best_ln_S = log(SCAN_LEAST_M2);
    enum atw_status status = ATW_OK;

    for (double S_m2 = SCAN_LEAST_M2;
         fit->tomogram > 0 && S_m2 < SCAN_MOST_M2 && status == ATW_OK; S_m2 *= 3.0) {
        double value;

        status = record(&fit->signal, fit, log(S_m2), err);
        if (status != ATW_OK)
            break;
        value = compare(fit).value;
        if (value < best) {
            best = value;
            best_ln_S = log(S_m2);
        }
    }
    fit->state.value[LN_S] = best_ln_S;
    return status;
}

/* Nothing left to mix, or nothing mixed yet: every S does. */
static int is_untold(const struct fit *fit, int n_steps)
{
    return fit->n_own > LN_S && n_steps >= STEPS_LEAST &&
           !(fit->ln_S_variance <= LN_S_VARIANCE_MOST);
}

static enum atw_status minimise(struct fit *fit, struct atw_error *err)
{
    int has_moved = 1, n_steps = 0;
    double gain = INFINITY;
    enum atw_status status = record(&fit->signal, fit, fit->state.value[LN_S], err);

    if (status == ATW_OK)
        fit->deviance = compare(fit);
    while (n_steps < STEPS_MOST && has_moved && gain > GAIN_LEAST &&
           !is_untold(fit, n_steps) && status == ATW_OK) {
        double step[OF_SERIES], inverse[OF_SERIES * OF_SERIES];

        if (fit->n_own > LN_S)
            status =
                record(&fit->beside, fit, fit->state.value[LN_S] + LN_S_DIFFERENCE, err);
        if (status == ATW_OK)
            status = find_step(step, inverse, &gain, fit, err);
        if (status != ATW_OK)
            break;
        if (fit->n_own > LN_S)
            fit->ln_S_variance = inverse[LN_S * (OF_SERIES + 1)];
        status = go(fit, &has_moved, step, err);
        n_steps++;
    }
    if (status == ATW_OK && has_moved && gain > GAIN_LEAST && !is_untold(fit, n_steps))
        status = atw_error_set(err, ATW_EDIVERGED,
                               "step %zu: the fit to the counts has not ended after %d "
                               "steps",
                               fit->tomogram, STEPS_MOST);
    return status;
}

static enum atw_status fit_series(struct atw_ln_S_measured *measured,
                                  struct atw_specimen *specimen,
                                  size_t tomogram,
                                  struct atw_error *err)
{
    struct fit fit;
    enum atw_status status = fit_create(&fit, specimen, tomogram, err);

    if (status == ATW_OK)
        status = scan(&fit, err);
    if (status == ATW_OK)
        status = minimise(&fit, err);
    if (status == ATW_OK) {
        measured->deviance.value += fit.deviance.value;
        measured->deviance.expected += fit.deviance.expected;
        measured->deviance.variance += fit.deviance.variance;
        measured->deviance.n_counts += fit.deviance.n_counts;
        measured->n_parameters += fit.n_own + OF_VIEW * fit.data->n_tilt;
    }
    if (status == ATW_OK && tomogram > 0) {
        measured->ln_S[tomogram - 1] = fit.state.value[LN_S];
        measured->covariance[(tomogram - 1) * (measured->n_steps + 1)] =
            fit.ln_S_variance;
    }
    fit_clear(&fit);
    return status;
}

enum atw_status atw_direct_voxels_fit_ln_S(struct atw_ln_S_measured *measured,
                                           struct atw_specimen *specimen,
                                           struct atw_error *err)
{
    size_t n_steps = specimen->particle->n_steps;
    enum atw_status status = ATW_OK;

    *measured = (struct atw_ln_S_measured){.n_steps = n_steps,
                                           .start = ATW_LN_S_FROM_RECONSTRUCTION};
    for (size_t k = 0; k < n_steps; k++) {
        measured->ln_S[k] = NAN;
        measured->covariance[k * (n_steps + 1)] = INFINITY;
    }
    if (!specimen->start)
        status = atw_start_state_create(&specimen->start, specimen, err);
    for (size_t i = 0; i <= n_steps && status == ATW_OK; i++)
        if (atw_specimen_series(specimen, i))
            status = fit_series(measured, specimen, i, err);
    return status;
}
