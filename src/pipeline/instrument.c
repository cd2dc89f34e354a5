/* The instrument as the analysis models it. */
#include "pipeline/instrument.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignment/alignment.h"
#include "tomography/background.h"

/* Width of the frame at the detector's edges in which the background is estimated. */
#define BACKGROUND_FRAME_PIXELS 3

/* Of a random item: the draws of one stream and their chunks. */
#define STREAM_BITS 32

enum atw_status atw_instrument_draw(float **out,
                                    const struct atw_instrument *instrument,
                                    const struct atw_random_key *key,
                                    struct atw_error *err)
{
    size_t count = instrument->n_tilt * instrument->model.n_v * instrument->model.n_u;
    enum atw_status status;

    *out = malloc(count * sizeof **out);
    if (!*out)
        return atw_error_set(err, ATW_ENOMEM, "instrument: no memory for noise");
    status = atw_microscope_normal_deviates(*out, count, key, err);
    if (status != ATW_OK) {
        free(*out);
        *out = NULL;
    }
    return status;
}

enum atw_status atw_instrument_draw_own(float **out,
                                        const struct atw_instrument *instrument,
                                        size_t number,
                                        struct atw_error *err)
{
    struct atw_random_key key = {.seed = instrument->experiment->analysis.noise_seed,
                                 .stage = ATW_RANDOM_REFERENCE_NOISE,
                                 .item = (instrument->stream << STREAM_BITS) +
                                         ((uint64_t)number << ATW_DRAW_BITS)};

    return atw_instrument_draw(out, instrument, &key, err);
}

static enum atw_status draw_deviates(struct atw_instrument *instrument,
                                     struct atw_error *err)
{
    const struct atw_experiment *experiment = instrument->experiment;

    if (!experiment->shot_noise || !experiment->analysis.reference_noise)
        return ATW_OK;
    return atw_instrument_draw_own(&instrument->deviates, instrument, 0, err);
}

static enum atw_status prepare_projection(struct atw_instrument *instrument,
                                          struct atw_error *err)
{
    struct atw_projection_geometry geometry = {.grid = instrument->grid,
                                               .n_u = instrument->model.n_u,
                                               .pixel_m = instrument->model.pixel_m,
                                               .n_tilt = instrument->n_tilt,
                                               .tilt_rad = instrument->tilt_rad};
    enum atw_status status = atw_projector_create(&instrument->projector, &geometry, err);

    if (status == ATW_OK)
        status =
            atw_optics_create(&instrument->optics, &instrument->grid, &instrument->model,
                              instrument->tilt_rad, instrument->n_tilt, err);
    return status;
}

enum atw_status atw_instrument_create(struct atw_instrument **out,
                                      const struct atw_experiment *experiment,
                                      const struct atw_tilt_series *series,
                                      uint64_t stream,
                                      int is_aligned,
                                      struct atw_error *err)
{
    struct atw_instrument *instrument = calloc(1, sizeof *instrument);
    enum atw_status status = atw_reconstruction_check_views(series, err);

    *out = NULL;
    if (status != ATW_OK)
        goto cleanup;
    if (instrument)
        instrument->tilt_rad = malloc(series->n_tilt * sizeof *instrument->tilt_rad);
    if (!instrument || !instrument->tilt_rad) {
        status = atw_error_set(err, ATW_ENOMEM, "instrument: out of memory");
        goto cleanup;
    }
    instrument->experiment = experiment;
    instrument->stream = stream;
    instrument->is_aligned = is_aligned;
    instrument->reconstruction = experiment->analysis.reconstruction;
    instrument->grid = atw_reconstruction_default_grid(series);
    instrument->n_tilt = series->n_tilt;
    memcpy(instrument->tilt_rad, series->tilt_rad, series->n_tilt * sizeof(double));
    instrument->model = (struct atw_microscope){
        .contrast = {.core = 1.0, .shell = 1.0 / experiment->intensity_ratio},
        .blur_sigma_m = experiment->analysis.model_blur_m,
        .damping_length_nm = experiment->analysis.model_damping_m * 1e9,
        .pixel_m = series->pixel_m,
        .n_u = series->n_u,
        .n_v = series->n_v};
    status = prepare_projection(instrument, err);
    if (status == ATW_OK)
        status = draw_deviates(instrument, err);
    if (status == ATW_OK) {
        instrument->model.shot_noise = instrument->deviates != NULL;
        *out = instrument;
        instrument = NULL;
    }
cleanup:
    atw_instrument_destroy(instrument);
    return status;
}

void atw_instrument_destroy(struct atw_instrument *instrument)
{
    if (!instrument)
        return;
    atw_projector_destroy(instrument->projector);
    atw_optics_destroy(instrument->optics);
    free(instrument->tilt_rad);
    free(instrument->deviates);
    free(instrument);
}

void atw_instrument_silence(struct atw_instrument *instrument)
{
    free(instrument->deviates);
    instrument->deviates = NULL;
    instrument->model.shot_noise = 0;
}

struct atw_instrument
atw_instrument_without_noise(const struct atw_instrument *instrument)
{
    struct atw_instrument silent = *instrument;

    silent.deviates = NULL;
    silent.model.shot_noise = 0;
    return silent;
}

struct atw_instrument atw_instrument_of_slices(const struct atw_instrument *instrument,
                                               const struct atw_slices *slices)
{
    const struct atw_reconstruction_options *options = &instrument->reconstruction;
    struct atw_instrument part = *instrument;

    part.slices = NULL;
    if (instrument->experiment->analysis.method->is_slicewise && !options->start &&
        !options->support)
        part.slices = slices;
    return part;
}

int atw_instrument_fits(const struct atw_instrument *instrument,
                        const struct atw_tilt_series *series)
{
    return series->n_u == instrument->model.n_u && series->n_v == instrument->model.n_v &&
           series->n_tilt == instrument->n_tilt &&
           series->pixel_m == instrument->model.pixel_m &&
           memcmp(series->tilt_rad, instrument->tilt_rad,
                  series->n_tilt * sizeof *series->tilt_rad) == 0;
}

enum atw_status atw_instrument_background(const struct atw_experiment *experiment,
                                          const struct atw_tilt_series *series,
                                          double *level,
                                          struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    switch (experiment->analysis.background_rule) {
    case ATW_BACKGROUND_AUTO:
        status = atw_background_estimate(series, BACKGROUND_FRAME_PIXELS, level, err);
        break;
    case ATW_BACKGROUND_VALUE:
        *level = experiment->analysis.background_counts;
        break;
    case ATW_BACKGROUND_NONE:
        *level = 0.0;
        break;
    }
    return status == ATW_OK ? atw_background_check(series, *level, err) : status;
}

enum atw_status atw_instrument_prepare(const struct atw_instrument *instrument,
                                       struct atw_tilt_series *series,
                                       double background,
                                       struct atw_error *err)
{
    atw_background_subtract(series, background);
    if (!instrument->experiment->analysis.undamp)
        return ATW_OK;
    return atw_microscope_undamp(
        series,
        instrument->experiment->counts_per_nm * instrument->model.damping_length_nm, err);
}

/* Takes the background off the series in place. */
static enum atw_status reconstruct_in_place(const struct atw_instrument *instrument,
                                            struct atw_tilt_series *series,
                                            double background,
                                            struct atw_field **volume,
                                            struct atw_error *err)
{
    const struct atw_reconstruction_method *method =
        instrument->experiment->analysis.method;
    enum atw_status status = atw_field_create(volume, &instrument->grid, err);

    if (status != ATW_OK)
        return status;
    status = atw_instrument_prepare(instrument, series, background, err);
    if (status == ATW_OK && instrument->slices)
        status = atw_slices_reconstruct(instrument->slices, series, method,
                                        &instrument->reconstruction, *volume, err);
    else if (status == ATW_OK)
        status = method->run(instrument->projector, series->value,
                             &instrument->reconstruction, (*volume)->value, NULL, err);
    if (status != ATW_OK) {
        atw_field_destroy(*volume);
        *volume = NULL;
    }
    return status;
}

enum atw_status atw_instrument_reconstruct(const struct atw_instrument *instrument,
                                           const struct atw_tilt_series *series,
                                           double background,
                                           struct atw_field **volume,
                                           struct atw_error *err)
{
    struct atw_tilt_series *copy = NULL;
    enum atw_status status = atw_tilt_series_copy(&copy, series, err);

    *volume = NULL;
    if (status == ATW_OK)
        status = reconstruct_in_place(instrument, copy, background, volume, err);
    atw_tilt_series_destroy(copy);
    return status;
}

enum atw_status atw_instrument_signal(struct atw_tilt_series **series,
                                      const struct atw_instrument *instrument,
                                      const struct atw_field *metal,
                                      const struct atw_field *composition,
                                      struct atw_error *err)
{
    const struct atw_microscope *model = &instrument->model;
    struct atw_field *intensity = NULL;
    enum atw_status status = atw_microscope_intensity(&intensity, metal, composition,
                                                      NULL, &model->contrast, err);

    *series = NULL;
    if (status == ATW_OK && atw_optics_fit(instrument->optics, &intensity->grid))
        status = atw_optics_signal(series, intensity, instrument->optics,
                                   model->damping_length_nm, err);
    else if (status == ATW_OK)
        status = atw_microscope_signal(series, intensity, model, instrument->tilt_rad,
                                       instrument->n_tilt, err);
    atw_field_destroy(intensity);
    return status;
}

/* As the interpolation of alignment does, which leaves no negative counts. */
static enum atw_status filter(struct atw_tilt_series *series, struct atw_error *err)
{
    size_t count = atw_tilt_series_pixel_count(series);
    enum atw_status status = atw_alignment_filter(series, err);

    for (size_t i = 0; i < count && status == ATW_OK; i++)
        series->value[i] = fmaxf(series->value[i], 0.0F);
    return status;
}

enum atw_status atw_instrument_expose(struct atw_tilt_series *series,
                                      const struct atw_instrument *instrument,
                                      double background,
                                      struct atw_error *err)
{
    struct atw_microscope model = instrument->model;
    enum atw_status status;

    model.background_counts = background;
    status = atw_microscope_expose_smooth(series, &model, instrument->deviates, err);
    return status == ATW_OK && instrument->is_aligned ? filter(series, err) : status;
}

enum atw_status atw_instrument_record(struct atw_tilt_series **series,
                                      const struct atw_instrument *instrument,
                                      const struct atw_field *metal,
                                      const struct atw_field *composition,
                                      double background,
                                      struct atw_error *err)
{
    enum atw_status status =
        atw_instrument_signal(series, instrument, metal, composition, err);

    if (status == ATW_OK)
        status = atw_instrument_expose(*series, instrument, background, err);
    if (status != ATW_OK) {
        atw_tilt_series_destroy(*series);
        *series = NULL;
    }
    return status;
}

enum atw_status atw_instrument_imitate(const struct atw_instrument *instrument,
                                       const struct atw_field *metal,
                                       const struct atw_field *composition,
                                       double background,
                                       struct atw_field **volume,
                                       struct atw_error *err)
{
    double level = fmax(background, 0.0); /* as estimated */
    struct atw_tilt_series *series;
    enum atw_status status =
        atw_instrument_record(&series, instrument, metal, composition, level, err);

    *volume = NULL;
    if (status == ATW_OK)
        status = reconstruct_in_place(instrument, series, level, volume, err);
    atw_tilt_series_destroy(series);
    return status;
}
