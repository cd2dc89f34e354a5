/* From signal to detector counts: gain, background and shot noise.
 *
 * Electrons arrive independently, so counts are Poisson around their expectation; no
 * readout noise, as a photomultiplier counting mode would have it. */
#include "microscope/exposure_internal.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>

#include "core/parallel.h"
#include "core/wide.h"

static const double COUNTS_AT_MOST = 16777216.0; /* 2^24, exact in single precision */

static enum atw_status check_gain(const struct atw_microscope *microscope,
                                  struct atw_error *err)
{
    if (!(microscope->counts_per_nm > 0.0) || !isfinite(microscope->counts_per_nm))
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: gain of %g counts per nm must be positive and "
                             "finite",
                             microscope->counts_per_nm);
    if (!(microscope->background_counts >= 0.0) ||
        !isfinite(microscope->background_counts))
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: background of %g counts must be zero or "
                             "positive and finite",
                             microscope->background_counts);
    return ATW_OK;
}

static int is_countable(double mu)
{
    return mu >= 0.0 && mu <= COUNTS_AT_MOST;
}

/* Without an early end, so that the compiler takes many values at a time. */
ATW_WIDE static int
are_countable(const float *signal, size_t count, const struct atw_microscope *microscope)
{
    int bad = 0;

    for (size_t i = 0; i < count; i++)
        bad |= !is_countable(expected_counts(signal[i], microscope));
    return !bad;
}

enum atw_status atw_microscope_check_expected(const struct atw_tilt_series *series,
                                              const struct atw_microscope *microscope,
                                              struct atw_error *err)
{
    size_t count = atw_tilt_series_pixel_count(series);
    enum atw_status status = check_gain(microscope, err);

    if (status != ATW_OK || are_countable(series->value, count, microscope))
        return status;
    for (size_t i = 0; status == ATW_OK && i < count; i++) {
        double mu = expected_counts(series->value[i], microscope);

        if (!is_countable(mu))
            status = atw_error_set(
                err, ATW_EINVAL,
                "microscope: pixel (u %zu, v %zu) of view %zu expects %g counts; it must "
                "lie in [0, %.0f]: check the signal, or lower the peak counts",
                i % series->n_u, i / series->n_u % series->n_v,
                i / series->n_u / series->n_v + 1, mu, COUNTS_AT_MOST);
    }
    return status;
}

struct exposure_job {
    struct atw_tilt_series *series;
    const struct atw_microscope *microscope;
    const struct atw_random_key *key;
    gsl_rng **rng; /* [workers]; NULL without shot noise */
};

static void expose_view(void *context, size_t view, size_t worker)
{
    struct exposure_job *job = context;
    float *pixel = atw_tilt_series_view(job->series, view);
    size_t count = job->series->n_v * job->series->n_u;

    if (!job->rng) {
        for (size_t i = 0; i < count; i++)
            pixel[i] = (float)expected_counts(pixel[i], job->microscope);
        return;
    }
    struct atw_random_key key = *job->key;

    key.item += view;
    atw_random_seek(job->rng[worker], &key);
    for (size_t i = 0; i < count; i++)
        pixel[i] = (float)gsl_ran_poisson(job->rng[worker],
                                          expected_counts(pixel[i], job->microscope));
}

void atw_microscope_destroy_generators(gsl_rng **rng, size_t count)
{
    for (size_t i = 0; rng && i < count; i++)
        if (rng[i])
            gsl_rng_free(rng[i]);
    free(rng);
}

enum atw_status atw_microscope_create_generators(gsl_rng ***out,
                                                 size_t count,
                                                 const struct atw_random_key *key,
                                                 struct atw_error *err)
{
    enum atw_status status = ATW_OK;
    gsl_rng **rng = calloc(count, sizeof(gsl_rng *));

    *out = NULL;
    if (!rng)
        return atw_error_set(err, ATW_ENOMEM, "microscope: out of memory");
    for (size_t i = 0; status == ATW_OK && i < count; i++)
        status = atw_random_create(&rng[i], key, err);
    if (status != ATW_OK) {
        atw_microscope_destroy_generators(rng, count);
        return status;
    }
    *out = rng;
    return ATW_OK;
}

enum atw_status atw_microscope_expose(struct atw_tilt_series *series,
                                      const struct atw_microscope *microscope,
                                      const struct atw_random_key *key,
                                      struct atw_error *err)
{
    size_t n_workers = atw_parallel_thread_count();
    gsl_rng **rng = NULL;
    enum atw_status status = atw_microscope_check_expected(series, microscope, err);

    if (status == ATW_OK && microscope->shot_noise && !key)
        status =
            atw_error_set(err, ATW_EINVAL, "microscope: shot noise needs a random key");
    if (status == ATW_OK && microscope->shot_noise)
        status = atw_microscope_create_generators(&rng, n_workers, key, err);
    if (status != ATW_OK)
        return status;
    atw_parallel_for(
        series->n_tilt, expose_view,
        &(struct exposure_job){
            .series = series, .microscope = microscope, .key = key, .rng = rng});
    atw_microscope_destroy_generators(rng, n_workers);
    return ATW_OK;
}

enum atw_status atw_microscope_counts_per_nm(const struct atw_tilt_series *signal,
                                             double peak_counts,
                                             double *counts_per_nm,
                                             struct atw_error *err)
{
    size_t count = atw_tilt_series_pixel_count(signal);
    float brightest = signal->value[0];

    if (!(peak_counts > 0.0) || !isfinite(peak_counts))
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: peak of %g counts must be positive and finite",
                             peak_counts);
    for (size_t i = 1; i < count; i++)
        if (signal->value[i] > brightest)
            brightest = signal->value[i];
    if (!(brightest > 0.0F) || !isfinite(brightest))
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: brightest pixel is %g nm; is the particle in "
                             "the field of view?",
                             (double)brightest);
    *counts_per_nm = peak_counts / (double)brightest;
    return ATW_OK;
}
