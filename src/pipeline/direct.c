/* Direct: the fit of one particle, stage by stage. */
#include "pipeline/direct.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/direct_internal.h"
#include "pipeline/instrument.h"

/* Views in the first stage of a fit, enough to know where it ends to a few per cent. */
#define FEW_VIEWS 12

/* A start need not be better than a standard deviation. A last step that promises 0.3
 * leaves a hundredth of that: Gauss and Newton gain the rest a hundred times as fast. */
static const struct atw_direct_effort effort_bare = {5, 1.0}, effort_first = {15, 1.0},
                                      effort_then = {4, 0.3};

/* S from hardly any alloying to none left. */
#define SCAN_LEAST_M2 0.3e-18
#define SCAN_MOST_M2 100e-18

/* ---- preparation ---- */

static const struct atw_tilt_series *series_of(const struct atw_specimen *specimen,
                                               size_t tomogram)
{
    return tomogram == 0 ? specimen->particle->reference.series
                         : specimen->particle->step[tomogram - 1].tomogram.series;
}

static void set_free(struct atw_direct_particle *particle)
{
    particle->n_free = 0;
    for (size_t i = 0; i < ATW_DIRECT_GLOBALS; i++) {
        int is_silica = i == ATW_DIRECT_SILICA || i == ATW_DIRECT_SILICA_CONTRAST;
        int is_damping = i == ATW_DIRECT_LN_DAMPING;

        if (!(is_silica && !(particle->globals.value[ATW_DIRECT_SILICA] > 0.0)) &&
            !(is_damping && !(particle->damping_core_nm > 0.0)))
            particle->free_index[particle->n_free++] = i;
    }
}

enum atw_status atw_direct_particle_start(struct atw_direct_particle *particle,
                                          const struct atw_specimen *specimen,
                                          struct atw_error *err)
{
    const struct atw_experiment *experiment = specimen->experiment;
    const struct atw_tilt_series *series = series_of(specimen, 0);
    enum atw_status status;

    *particle = (struct atw_direct_particle){
        .specimen = specimen,
        .counts_per_nm = specimen->scale.core,
        .shell_over_core = 1.0 / experiment->intensity_ratio,
        .damping_core_nm = experiment->analysis.model_damping_m * 1e9,
        .tilt_error_rad = experiment->analysis.direct.tilt_error_rad};
    if (!series)
        return atw_error_set(err, ATW_EINPUT,
                             "particle %s: there is no tilt series before heating",
                             specimen->particle->name);
    status = atw_direct_start(&particle->globals, specimen, err);
    particle->prior = particle->globals;
    set_free(particle);
    return status;
}

static void
centre_of(double centre[2], const float *view, size_t n_u, size_t n_v, double background)
{
    double total = 0.0, first[2] = {0.0, 0.0};

    for (size_t j = 0; j < n_v; j++)
        for (size_t i = 0; i < n_u; i++) {
            double value = (double)view[j * n_u + i] - background;

            total += value;
            first[0] += value * ((double)i - 0.5 * (double)(n_u - 1));
            first[1] += value * ((double)j - 0.5 * (double)(n_v - 1));
        }
    centre[0] = first[0] / total;
    centre[1] = first[1] / total;
}

/* Views lie where their centres of mass are those of the model's. */
static enum atw_status place_views(struct atw_direct_particle *particle,
                                   struct atw_direct_series *series,
                                   struct atw_error *err)
{
    size_t n_u = series->data->n_u, n_v = series->data->n_v;
    enum atw_status status = atw_direct_look(particle, series, err);

    for (size_t v = 0; v < series->data->n_tilt && status == ATW_OK; v++) {
        double seen[2], model[2];

        centre_of(seen, atw_tilt_series_view(series->data, v), n_u, n_v,
                  series->value[ATW_DIRECT_BACKGROUND]);
        centre_of(model, atw_tilt_series_view(series->signal, v), n_u, n_v, 0.0);
        for (size_t i = 0; i < 2; i++) {
            double shift = (seen[i] - model[i]) * series->data->pixel_m * 1e9;

            if (isfinite(shift))
                series->view[v].value[i] = series->view[v].prior[i] = shift;
        }
    }
    atw_direct_series_forget(series);
    return status;
}

static enum atw_status start_series(struct atw_direct_series *series,
                                    struct atw_direct_particle *particle,
                                    size_t tomogram,
                                    struct atw_error *err)
{
    const struct atw_specimen *specimen = particle->specimen;
    double blur_nm = specimen->experiment->analysis.model_blur_m * 1e9;
    enum atw_status status =
        atw_direct_series_create(series, series_of(specimen, tomogram), err);

    if (status == ATW_OK)
        status = atw_instrument_background(specimen->experiment, series->data,
                                           &series->prior[ATW_DIRECT_BACKGROUND], err);
    if (status != ATW_OK)
        return status;
    series->prior[ATW_DIRECT_BLUR] = fmax(blur_nm * blur_nm, 0.01);
    for (size_t i = 0; i < ATW_DIRECT_OF_SERIES; i++)
        series->value[i] = series->prior[i];
    return place_views(particle, series, err);
}

/* Few views alone: enough for a start. */
static void use_few_views(struct atw_direct_series *series)
{
    size_t stride = (series->data->n_tilt + FEW_VIEWS - 1) / FEW_VIEWS;

    atw_direct_series_use(series, stride / 2, stride);
}

/* What was expected beforehand. */
static void restart(struct atw_direct_particle *particle,
                    struct atw_direct_series *series)
{
    atw_direct_particle_set(particle, &particle->prior);
    memcpy(series->value, series->prior, sizeof series->value);
    for (size_t v = 0; v < series->data->n_tilt; v++)
        memcpy(series->view[v].value, series->view[v].prior,
               sizeof series->view[v].value);
    atw_direct_series_forget(series);
    atw_direct_series_forget_derivatives(series);
}

/* The particle from few views of its series before heating, bare and, if there is any,
 * with silica: then from the start again, as a bare one goes astray in the halo. */
static enum atw_status find_particle(struct atw_direct_minimum *minimum,
                                     struct atw_direct_particle *particle,
                                     struct atw_direct_series *series,
                                     struct atw_error *err)
{
    int has_silica = 0;
    enum atw_status status;

    use_few_views(series);
    status =
        atw_direct_minimise(minimum, NULL, particle, series, 1, 1, &effort_bare, err);
    if (status == ATW_OK)
        status = atw_direct_find_silica(&has_silica, particle, series, err);
    if (status == ATW_OK && has_silica) {
        restart(particle, series);
        set_free(particle);
    }
    if (status == ATW_OK && (has_silica || !minimum->has_converged))
        status = atw_direct_minimise(minimum, NULL, particle, series, 1, 1, &effort_first,
                                     err);
    atw_direct_series_use(series, 0, 1);
    return status;
}

/* ---- the particle ---- */

static void fill_shape(struct atw_direct_shape *fit,
                       const struct atw_direct_minimum *minimum,
                       const struct atw_direct_particle *particle,
                       const double *covariance,
                       size_t n)
{
    fit->globals = particle->globals;
    fit->deviance = minimum->deviance;
    fit->n_iterations = minimum->n_iterations;
    for (size_t i = 0; i < ATW_DIRECT_GLOBALS; i++)
        fit->std.value[i] = NAN;
    for (size_t j = 0; j < particle->n_free; j++)
        fit->std.value[particle->free_index[j]] = sqrt(covariance[j * (n + 1)]);
}

static size_t parameters_of(const struct atw_direct_series *series)
{
    return ATW_DIRECT_OF_SERIES + (series->is_heated ? 1U : 0U) +
           atw_direct_view_count(series) * ATW_DIRECT_OF_VIEW;
}

enum atw_status atw_direct_fit_shape(struct atw_direct_shape *fit,
                                     const struct atw_specimen *specimen,
                                     struct atw_error *err)
{
    double covariance[ATW_DIRECT_GLOBALS * ATW_DIRECT_GLOBALS];
    struct atw_direct_particle particle;
    struct atw_direct_series series = {0};
    struct atw_direct_minimum minimum;
    enum atw_status status = atw_direct_particle_start(&particle, specimen, err);

    if (status == ATW_OK)
        status = start_series(&series, &particle, 0, err);
    if (status == ATW_OK)
        status = find_particle(&minimum, &particle, &series, err);
    if (status == ATW_OK)
        status = atw_direct_minimise(&minimum, covariance, &particle, &series, 1, 1,
                                     &effort_then, err);
    if (status == ATW_OK) {
        fill_shape(fit, &minimum, &particle, covariance, particle.n_free);
        fit->n_parameters = particle.n_free + parameters_of(&series);
    }
    atw_direct_series_clear(&series);
    atw_direct_particle_clear(&particle);
    return status;
}

/* ---- heated series ---- */

/* The best of some S, a factor of three apart. */
static enum atw_status scan_ln_S(struct atw_direct_particle *particle,
                                 struct atw_direct_series *series,
                                 struct atw_error *err)
{
    double best = INFINITY, best_ln_S = NAN;
    enum atw_status status = ATW_OK;

    use_few_views(series);
    for (double S_m2 = SCAN_LEAST_M2; S_m2 < SCAN_MOST_M2 && status == ATW_OK;
         S_m2 *= 3.0) {
        struct atw_deviance deviance = {0};
        double penalty = 0.0;

        series->ln_S = log(S_m2);
        atw_direct_series_forget(series);
        status = atw_direct_compare(&deviance, &penalty, particle, series, err);
        if (deviance.value < best) {
            best = deviance.value;
            best_ln_S = series->ln_S;
        }
    }
    series->ln_S = series->prior_ln_S = best_ln_S;
    atw_direct_series_use(series, 0, 1);
    return status;
}

/* S of one series with the particle as it is known so far. */
static enum atw_status start_heated(struct atw_direct_series *series,
                                    struct atw_direct_particle *particle,
                                    size_t tomogram,
                                    double ln_S_before,
                                    struct atw_error *err)
{
    struct atw_direct_minimum minimum;
    enum atw_status status = start_series(series, particle, tomogram, err);

    if (status != ATW_OK)
        return status;
    series->is_heated = 1;
    series->ln_S = series->prior_ln_S = ln_S_before + log(2.0);
    if (isnan(ln_S_before))
        status = scan_ln_S(particle, series, err);
    if (status == ATW_OK) {
        use_few_views(series);
        status = atw_direct_minimise(&minimum, NULL, particle, series, 1, 0,
                                     &effort_first, err);
        atw_direct_series_use(series, 0, 1);
    }
    return status;
}

static enum atw_status start_all(struct atw_direct_particle *particle,
                                 struct atw_direct_series *series,
                                 const size_t *tomogram,
                                 size_t n_series,
                                 struct atw_error *err)
{
    struct atw_direct_minimum minimum;
    enum atw_status status = start_series(&series[0], particle, 0, err);

    if (status == ATW_OK)
        status = find_particle(&minimum, particle, &series[0], err);
    for (size_t k = 1; k < n_series && status == ATW_OK; k++)
        status = start_heated(&series[k], particle, tomogram[k],
                              k > 1 ? series[k - 1].ln_S : (double)NAN, err);
    return status;
}

static void fill_measured(struct atw_ln_S_measured *measured,
                          const struct atw_direct_minimum *minimum,
                          const struct atw_direct_particle *particle,
                          const struct atw_direct_series *series,
                          const size_t *tomogram,
                          size_t n_series,
                          const double *covariance)
{
    size_t n_steps = particle->specimen->particle->n_steps;
    size_t n = particle->n_free + n_series - 1;

    *measured = (struct atw_ln_S_measured){.n_steps = n_steps,
                                           .deviance = minimum->deviance,
                                           .n_parameters = particle->n_free,
                                           .start = ATW_LN_S_FROM_MODEL};
    for (size_t k = 0; k < n_series; k++)
        measured->n_parameters += parameters_of(&series[k]);
    for (size_t k = 0; k < n_steps; k++) {
        measured->ln_S[k] = NAN;
        measured->covariance[k * (n_steps + 1)] = INFINITY;
    }
    for (size_t k = 1; k < n_series; k++) {
        size_t row = (tomogram[k] - 1) * n_steps;

        measured->ln_S[tomogram[k] - 1] = series[k].ln_S;
        for (size_t i = 1; i < n_series; i++)
            measured->covariance[row + tomogram[i] - 1] =
                covariance[(particle->n_free + k - 1) * n + particle->n_free + i - 1];
    }
}

static enum atw_status fit_all(struct atw_ln_S_measured *measured,
                               struct atw_direct_shape *fit,
                               struct atw_direct_particle *particle,
                               struct atw_direct_series *series,
                               const size_t *tomogram,
                               size_t n_series,
                               struct atw_error *err)
{
    size_t n = particle->n_free + n_series - 1;
    double *covariance = malloc(n * n * sizeof *covariance);
    struct atw_direct_minimum minimum;
    enum atw_status status = ATW_ENOMEM;

    if (!covariance)
        return atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
    status = atw_direct_minimise(&minimum, covariance, particle, series, n_series, 1,
                                 &effort_then, err);
    if (status == ATW_OK)
        fill_measured(measured, &minimum, particle, series, tomogram, n_series,
                      covariance);
    if (status == ATW_OK && fit) {
        fill_shape(fit, &minimum, particle, covariance, n);
        fit->n_parameters = measured->n_parameters;
    }
    free(covariance);
    return status;
}

enum atw_status atw_direct_fit_ln_S(struct atw_ln_S_measured *measured,
                                    struct atw_direct_shape *fit,
                                    const struct atw_specimen *specimen,
                                    struct atw_error *err)
{
    size_t tomogram[ATW_LN_S_MAX + 1] = {0}, n_series = 1; /* those there are */
    size_t n_steps = specimen->particle->n_steps;
    struct atw_direct_series *series = calloc(n_steps + 1, sizeof *series);
    struct atw_direct_particle particle = {0};
    enum atw_status status = ATW_ENOMEM;

    if (!series) {
        atw_error_set(err, ATW_ENOMEM, "direct: out of memory");
        goto cleanup;
    }
    for (size_t i = 1; i <= n_steps; i++)
        if (series_of(specimen, i))
            tomogram[n_series++] = i;
    status = atw_direct_particle_start(&particle, specimen, err);
    if (status == ATW_OK)
        status = start_all(&particle, series, tomogram, n_series, err);
    if (status == ATW_OK)
        status = fit_all(measured, fit, &particle, series, tomogram, n_series, err);
cleanup:
    for (size_t k = 0; series && k < n_series; k++)
        atw_direct_series_clear(&series[k]);
    free(series);
    atw_direct_particle_clear(&particle);
    return status;
}
