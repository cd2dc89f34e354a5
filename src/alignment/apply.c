/* The aligned series, and how far the raw one was from it. */
#include <math.h>
#include <stdlib.h>

#include "alignment/alignment.h"
#include "alignment/band.h"
#include "alignment/track.h"
#include "core/parallel.h"

struct application {
    const struct atw_tilt_series *raw;
    const struct atw_alignment *alignment;
    struct atw_tilt_series *aligned;
    size_t *source; /* [kept views] */
    struct atw_band_kernel kernel;
};

static void apply_view(void *context, size_t index, size_t worker)
{
    const struct application *a = context;
    size_t from = a->source[index];
    struct atw_view_map map =
        atw_view_rotation(a->alignment->rotation_rad, a->alignment->shift_u[from],
                          a->alignment->shift_v[from]);

    (void)worker;
    atw_band_resample(&a->kernel, atw_tilt_series_view(a->aligned, index),
                      a->raw->value + from * a->raw->n_v * a->raw->n_u, a->raw->n_v,
                      a->raw->n_u, &map);
}

enum atw_status atw_alignment_apply(struct atw_tilt_series **out,
                                    const struct atw_tilt_series *series,
                                    const struct atw_alignment *alignment,
                                    struct atw_error *err)
{
    struct application a = {.raw = series, .alignment = alignment};
    size_t n = 0;
    enum atw_status status;

    *out = NULL;
    if (alignment->n_views != series->n_tilt)
        return atw_error_set(err, ATW_EINVAL,
                             "alignment: of %zu views, but the series has %zu",
                             alignment->n_views, series->n_tilt);
    a.source = calloc(series->n_tilt, sizeof *a.source);
    if (!a.source)
        return atw_error_set(err, ATW_ENOMEM, "alignment: out of memory");
    for (size_t i = 0; i < series->n_tilt; i++)
        if (!alignment->rejected[i])
            a.source[n++] = i;
    if (n == 0)
        status = atw_error_set(err, ATW_EINVAL, "alignment: every view is rejected");
    else
        status = atw_tilt_series_create(&a.aligned, n, series->n_v, series->n_u,
                                        series->pixel_m, NULL, err);
    if (status == ATW_OK) {
        for (size_t i = 0; i < n; i++)
            a.aligned->tilt_rad[i] = series->tilt_rad[a.source[i]];
        atw_band_kernel_init(&a.kernel);
        atw_parallel_for(n, apply_view, &a);
        *out = a.aligned;
    }
    free(a.source);
    return status;
}

struct filtering {
    struct atw_tilt_series *series;
    float weight[ATW_BAND_TAPS];
    float *scratch; /* [workers][n_v][n_u] */
};

static void filter_view(void *context, size_t view, size_t worker)
{
    const struct filtering *f = context;
    size_t n_v = f->series->n_v, n_u = f->series->n_u;

    atw_band_filter(f->weight, atw_tilt_series_view(f->series, view), n_v, n_u,
                    f->scratch + worker * n_v * n_u);
}

enum atw_status atw_alignment_filter(struct atw_tilt_series *series,
                                     struct atw_error *err)
{
    struct filtering f = {.series = series};

    f.scratch = malloc(atw_parallel_thread_count() * series->n_v * series->n_u *
                       sizeof *f.scratch);
    if (!f.scratch)
        return atw_error_set(err, ATW_ENOMEM, "alignment: out of memory");
    atw_band_weights(0.0, f.weight);
    atw_parallel_for(series->n_tilt, filter_view, &f);
    free(f.scratch);
    return ATW_OK;
}

double atw_alignment_rms_px(const struct atw_alignment *alignment,
                            const struct atw_tilt_series *series)
{
    size_t n = alignment->n_views;
    struct atw_track path =
        atw_track_fit(series->tilt_rad, alignment->shift_u, alignment->rejected, n, 0);
    double mean_v = 0.0, squares = 0.0, kept = 0.0;

    for (size_t i = 0; i < n; i++)
        if (!alignment->rejected[i]) {
            mean_v += alignment->shift_v[i];
            kept += 1.0;
        }
    for (size_t i = 0; i < n; i++) {
        double u = alignment->shift_u[i] - atw_track_at(&path, series->tilt_rad[i]);
        double v = alignment->shift_v[i] - mean_v / kept;

        if (!alignment->rejected[i])
            squares += u * u + v * v;
    }
    return sqrt(squares / kept);
}
