/* Direct: the fit of one particle, stage by stage. */
#include "pipeline/direct.h"

#include <math.h>
#include <stdlib.h>

#include "pipeline/direct_internal.h"

/* Views in the first stage of a fit, enough to know where it ends to a few per cent. */
#define FEW_VIEWS 12

enum { ITERATIONS_FIRST = 15, ITERATIONS_THEN = 4 };

/* Error of a stage that is read on a scale and not on the goniometer. */
#define TILT_ERROR_RAD 0.0087

/* ---- preparation ---- */

static const struct atw_tilt_series *series_of(const struct atw_specimen *specimen,
                                               size_t tomogram)
{
    return tomogram == 0 ? specimen->particle->reference.series
                         : specimen->particle->step[tomogram - 1].tomogram.series;
}

static void set_free(struct atw_direct_particle *particle)
{
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
        .tilt_error_rad = TILT_ERROR_RAD};
    if (!series)
        return atw_error_set(err, ATW_EINPUT,
                             "particle %s: there is no tilt series before heating",
                             specimen->particle->name);
    particle->pixel_m = series->pixel_m;
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

    if (status != ATW_OK)
        return status;
    series->prior[ATW_DIRECT_BACKGROUND] = specimen->measurement[tomogram].background;
    series->prior[ATW_DIRECT_BLUR] = fmax(blur_nm * blur_nm, 0.01);
    for (size_t i = 0; i < ATW_DIRECT_OF_SERIES; i++)
        series->value[i] = series->prior[i];
    return place_views(particle, series, err);
}

/* With few views first, then with all. */
static enum atw_status fit_in_stages(struct atw_direct_minimum *minimum,
                                     struct atw_direct_particle *particle,
                                     struct atw_direct_series *series,
                                     int with_globals,
                                     struct atw_error *err)
{
    size_t stride = (series->data->n_tilt + FEW_VIEWS - 1) / FEW_VIEWS;
    enum atw_status status = ATW_OK;

    if (stride > 1) {
        atw_direct_series_use(series, stride / 2, stride);
        status = atw_direct_minimise(minimum, particle, series, 1, with_globals,
                                     ITERATIONS_FIRST, err);
        atw_direct_series_use(series, 0, 1);
    }
    if (status == ATW_OK)
        status = atw_direct_minimise(minimum, particle, series, 1, with_globals,
                                     ITERATIONS_THEN, err);
    return status;
}

/* ---- the particle ---- */

static enum atw_status fill_shape(struct atw_direct_shape *fit,
                                  const struct atw_direct_minimum *minimum,
                                  struct atw_direct_particle *particle,
                                  struct atw_direct_series *series,
                                  struct atw_error *err)
{
    double covariance[ATW_DIRECT_GLOBALS * ATW_DIRECT_GLOBALS];
    enum atw_status status = atw_direct_covariance(covariance, particle, series, 1, err);

    fit->globals = particle->globals;
    fit->deviance = minimum->deviance;
    fit->n_iterations = minimum->n_iterations;
    fit->n_parameters = particle->n_free + ATW_DIRECT_OF_SERIES +
                        atw_direct_view_count(series) * ATW_DIRECT_OF_VIEW;
    for (size_t i = 0; i < ATW_DIRECT_GLOBALS; i++)
        fit->std.value[i] = NAN;
    for (size_t j = 0; j < particle->n_free && status == ATW_OK; j++)
        fit->std.value[particle->free_index[j]] =
            sqrt(covariance[j * (particle->n_free + 1)]);
    return status;
}

enum atw_status atw_direct_fit_shape(struct atw_direct_shape *fit,
                                     const struct atw_specimen *specimen,
                                     struct atw_error *err)
{
    struct atw_direct_particle particle;
    struct atw_direct_series series = {0};
    struct atw_direct_minimum minimum;
    enum atw_status status = atw_direct_particle_start(&particle, specimen, err);

    if (status == ATW_OK)
        status = start_series(&series, &particle, 0, err);
    if (status == ATW_OK)
        status = fit_in_stages(&minimum, &particle, &series, 1, err);
    if (status == ATW_OK)
        status = fill_shape(fit, &minimum, &particle, &series, err);
    atw_direct_series_clear(&series);
    atw_direct_particle_clear(&particle);
    return status;
}
