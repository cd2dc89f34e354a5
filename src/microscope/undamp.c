/* Damping undone: from counts that saturate with thickness to counts in proportion to it.
 *
 * The inverse of b = S (1 - exp(-t/L)), for any mixture of materials whose signal goes as
 * their attenuation; blur and noise on top make it approximate. */
#include <math.h>

#include "core/parallel.h"
#include "microscope/microscope.h"

/* Of the saturation: three mean free paths, beyond which nothing is learned. */
#define SHARE_AT_MOST 0.95F

struct undamp_job {
    struct atw_tilt_series *series;
    float saturation;
};

static void undamp_view(void *context, size_t view, size_t worker)
{
    struct undamp_job *job = context;
    float *value = atw_tilt_series_view(job->series, view);

    (void)worker;
    for (size_t i = 0; i < job->series->n_v * job->series->n_u; i++) {
        float share = value[i] / job->saturation;

        share = share < SHARE_AT_MOST ? share : SHARE_AT_MOST;
        value[i] = -job->saturation * log1pf(-share);
    }
}

enum atw_status atw_microscope_undamp(struct atw_tilt_series *series,
                                      double saturation_counts,
                                      struct atw_error *err)
{
    struct undamp_job job = {.series = series, .saturation = (float)saturation_counts};

    if (!(saturation_counts > 0.0) || !isfinite(saturation_counts))
        return atw_error_set(err, ATW_EINVAL,
                             "microscope: %g counts behind an opaque object; they must "
                             "be positive and finite",
                             saturation_counts);
    atw_parallel_for(series->n_tilt, undamp_view, &job);
    return ATW_OK;
}
