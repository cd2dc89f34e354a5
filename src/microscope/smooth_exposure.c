/* Shot noise that is a smooth function of the signal: fixed normal deviates pushed
 * through the Cornish-Fisher expansion of the Poisson law.
 *
 * Poisson counts jump when the signal moves, which defeats root finding through a noisy
 * simulation; common random numbers with this map do not. Source: Cornish and Fisher,
 * "Moments and cumulants in the specification of distributions", Rev. Inst. Int. Stat. 5
 * (1938): y = mu + sqrt(mu) [z + (z^2 - 1) skewness/6], skewness 1/sqrt(mu). */
#include "microscope/exposure_internal.h"

#include <math.h>

#include <gsl/gsl_randist.h>

#include "core/parallel.h"

enum { CHUNK = 1 << 16 }; /* part of the reproducibility contract */

struct deviates_job {
    float *z;
    size_t count;
    const struct atw_random_key *key;
    gsl_rng **rng; /* [workers] */
};

static void draw_chunk(void *context, size_t chunk, size_t worker)
{
    struct deviates_job *job = context;
    struct atw_random_key key = *job->key;
    size_t begin = chunk * CHUNK;
    size_t end = begin + CHUNK < job->count ? begin + CHUNK : job->count;

    key.item += chunk;
    atw_random_seek(job->rng[worker], &key);
    for (size_t i = begin; i < end; i++)
        job->z[i] = (float)gsl_ran_gaussian_ziggurat(job->rng[worker], 1.0);
}

enum atw_status atw_microscope_normal_deviates(float *z,
                                               size_t count,
                                               const struct atw_random_key *key,
                                               struct atw_error *err)
{
    size_t n_workers = atw_parallel_thread_count();
    gsl_rng **rng = NULL;
    enum atw_status status = atw_microscope_create_generators(&rng, n_workers, key, err);

    if (status != ATW_OK)
        return status;
    atw_parallel_for(
        (count + CHUNK - 1) / CHUNK, draw_chunk,
        &(struct deviates_job){.z = z, .count = count, .key = key, .rng = rng});
    atw_microscope_destroy_generators(rng, n_workers);
    return ATW_OK;
}

struct smooth_job {
    struct atw_tilt_series *series;
    const struct atw_microscope *microscope;
    const float *z;
};

static void expose_view_smoothly(void *context, size_t view, size_t worker)
{
    struct smooth_job *job = context;
    size_t count = job->series->n_v * job->series->n_u;
    float *pixel = atw_tilt_series_view(job->series, view);
    const float *z = job->z + view * count;

    (void)worker;
    for (size_t i = 0; i < count; i++) {
        double mu = expected_counts(pixel[i], job->microscope);
        double deviate = (double)z[i];
        double y = mu + deviate * sqrt(mu) + (deviate * deviate - 1.0) / 6.0;

        pixel[i] = y > 0.0 ? (float)y : 0.0f;
    }
}

enum atw_status atw_microscope_expose_smooth(struct atw_tilt_series *series,
                                             const struct atw_microscope *microscope,
                                             const float *z,
                                             struct atw_error *err)
{
    enum atw_status status;

    if (!microscope->shot_noise)
        return atw_microscope_expose(series, microscope, NULL, err);
    if (!z)
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: smooth shot noise needs normal deviates");
    status = atw_microscope_check_expected(series, microscope, err);
    if (status != ATW_OK)
        return status;
    atw_parallel_for(
        series->n_tilt, expose_view_smoothly,
        &(struct smooth_job){.series = series, .microscope = microscope, .z = z});
    return ATW_OK;
}
