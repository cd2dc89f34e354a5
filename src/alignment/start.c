/* Methods that find the first shifts of the views. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignment/alignment.h"
#include "alignment/correlation.h"
#include "alignment/moments.h"
#include "alignment/track.h"
#include "alignment/view.h"

#define LARGEST_STRETCH 2.0

static enum atw_status no_memory(struct atw_error *err)
{
    return atw_error_set(err, ATW_ENOMEM, "alignment: out of memory");
}

/* ---- centre of mass ---- */

static enum atw_status run_com(const struct atw_tilt_series *series,
                               double most_shift_px,
                               double *u,
                               double *v,
                               struct atw_error *err)
{
    (void)most_shift_px;
    (void)err;
    for (size_t i = 0; i < series->n_tilt; i++) {
        struct atw_view_moments m = atw_view_moments(
            series->value + i * series->n_v * series->n_u, series->n_v, series->n_u);

        u[i] = m.u;
        v[i] = m.v;
    }
    return ATW_OK;
}

static const struct atw_alignment_method centre_of_mass = {
    .name = "com",
    .description = "centre of mass; for one object that every view sees whole",
    .finds_axis = 1,
    .run = run_com,
};

/* ---- sequential cross-correlation ---- */

/* How much wider than at `from` a flat object looks at `to`. */
static double stretch(double from_rad, double to_rad)
{
    double ratio = fabs(cos(to_rad)) / fmax(fabs(cos(from_rad)), 1e-9);

    return fmin(fmax(ratio, 1.0 / LARGEST_STRETCH), LARGEST_STRETCH);
}

struct chain {
    const struct atw_tilt_series *series;
    const struct atw_correlator *correlator;
    float *reference; /* [n_v][n_u], the neighbour as the view should look */
    double *u, *v;
};

/* Shift of view `to` from that of its neighbour `from`, which has one already. */
static enum atw_status
follow(const struct chain *chain, size_t from, size_t to, struct atw_error *err)
{
    const struct atw_tilt_series *series = chain->series;
    size_t pixels = series->n_v * series->n_u;
    double ratio = stretch(series->tilt_rad[from], series->tilt_rad[to]);
    struct atw_view_map map = {
        .uu = 1.0 / ratio, .vv = 1.0, .shift_u = chain->u[from] * (1.0 - 1.0 / ratio)};
    struct atw_displacement found;
    enum atw_status status;

    /* Stretched about the neighbour's own centre u[from], which stays where it is. */
    atw_view_resample(chain->reference, series->value + from * pixels, series->n_v,
                      series->n_u, &map);
    status = atw_correlate(chain->correlator, chain->reference,
                           series->value + to * pixels, &found, err);
    chain->u[to] = chain->u[from] + found.u;
    chain->v[to] = chain->v[from] + found.v;
    return status;
}

static enum atw_status
follow_all(const struct chain *chain, const size_t *order, struct atw_error *err)
{
    const struct atw_tilt_series *series = chain->series;
    size_t middle = 0;
    enum atw_status status = ATW_OK;

    for (size_t k = 1; k < series->n_tilt; k++)
        if (fabs(series->tilt_rad[order[k]]) < fabs(series->tilt_rad[order[middle]]))
            middle = k;
    chain->u[order[middle]] = chain->v[order[middle]] = 0.0;
    for (size_t k = middle; k + 1 < series->n_tilt && status == ATW_OK; k++)
        status = follow(chain, order[k], order[k + 1], err);
    for (size_t k = middle; k > 0 && status == ATW_OK; k--)
        status = follow(chain, order[k], order[k - 1], err);
    return status;
}

static enum atw_status run_xcorr(const struct atw_tilt_series *series,
                                 double most_shift_px,
                                 double *u,
                                 double *v,
                                 struct atw_error *err)
{
    double narrow = fmin((double)series->n_u, (double)series->n_v);
    const struct atw_correlation_options options = {
        .taper = 0.1, .high_pass = narrow / 8.0, .most_shift = most_shift_px};
    struct atw_correlator *correlator = NULL;
    size_t *order = calloc(series->n_tilt, sizeof *order);
    float *reference = calloc(series->n_v * series->n_u, sizeof *reference);
    enum atw_status status = ATW_OK;

    if (!order || !reference)
        status = no_memory(err);
    if (status == ATW_OK)
        status =
            atw_correlator_create(&correlator, series->n_v, series->n_u, &options, err);
    if (status == ATW_OK) {
        const struct chain chain = {.series = series,
                                    .correlator = correlator,
                                    .reference = reference,
                                    .u = u,
                                    .v = v};

        atw_sort_views(order, series->tilt_rad, series->n_tilt);
        status = follow_all(&chain, order, err);
    }
    atw_correlator_destroy(correlator);
    free(order);
    free(reference);
    return status;
}

static const struct atw_alignment_method cross_correlation = {
    .name = "xcorr",
    .description = "cross-correlation of neighbouring views, stretched by their cosines",
    .run = run_xcorr,
};

/* ---- common line along the axis, centre of mass across ---- */

/* What a view has in each row: its projection onto the tilt axis, common to all views. */
static void project_rows(float *profile, const float *view, size_t n_v, size_t n_u)
{
    for (size_t row = 0; row < n_v; row++) {
        double sum = 0.0;

        for (size_t i = 0; i < n_u; i++)
            sum += (double)view[row * n_u + i];
        profile[row] = (float)sum;
    }
}

/* The mean profile at the shifts so far. */
static void average_profiles(float *mean,
                             const float *profile,
                             const double *v,
                             size_t n_tilt,
                             size_t n_v,
                             float *moved)
{
    memset(mean, 0, n_v * sizeof *mean);
    for (size_t i = 0; i < n_tilt; i++) {
        /* A profile is a view one pixel high, lying. */
        struct atw_view_map map = {.uu = 1.0, .vv = 1.0, .shift_u = v[i]};

        atw_view_resample(moved, profile + i * n_v, 1, n_v, &map);
        for (size_t row = 0; row < n_v; row++)
            mean[row] += moved[row] / (float)n_tilt;
    }
}

enum { COMMON_LINE_ROUNDS = 4 };

static enum atw_status match_profiles(const struct atw_tilt_series *series,
                                      const struct atw_correlator *correlator,
                                      float *profile,
                                      float *mean,
                                      float *moved,
                                      double *v,
                                      struct atw_error *err)
{
    size_t n_v = series->n_v;
    enum atw_status status = ATW_OK;

    for (int round = 0; round < COMMON_LINE_ROUNDS; round++) {
        average_profiles(mean, profile, v, series->n_tilt, n_v, moved);
        for (size_t i = 0; i < series->n_tilt && status == ATW_OK; i++) {
            struct atw_view_map map = {.uu = 1.0, .vv = 1.0, .shift_u = v[i]};
            struct atw_displacement found;

            atw_view_resample(moved, profile + i * n_v, 1, n_v, &map);
            status = atw_correlate(correlator, mean, moved, &found, err);
            v[i] += found.u;
        }
    }
    return status;
}

static enum atw_status run_common_line(const struct atw_tilt_series *series,
                                       double most_shift_px,
                                       double *u,
                                       double *v,
                                       struct atw_error *err)
{
    const struct atw_correlation_options options = {.taper = 0.05,
                                                    .most_shift = most_shift_px};
    struct atw_correlator *correlator = NULL;
    float *profile = calloc(series->n_v, (series->n_tilt + 2) * sizeof *profile);
    float *mean;
    enum atw_status status = run_com(series, most_shift_px, u, v, err);

    if (!profile)
        return no_memory(err);
    mean = profile + series->n_v * series->n_tilt;
    for (size_t i = 0; i < series->n_tilt; i++)
        project_rows(profile + i * series->n_v,
                     series->value + i * series->n_v * series->n_u, series->n_v,
                     series->n_u);
    if (status == ATW_OK)
        status = atw_correlator_create(&correlator, 1, series->n_v, &options, err);
    if (status == ATW_OK)
        status =
            match_profiles(series, correlator, profile, mean, mean + series->n_v, v, err);
    atw_correlator_destroy(correlator);
    free(profile);
    return status;
}

static const struct atw_alignment_method common_line = {
    .name = "common-line",
    .description = "common projection onto the axis along it, centre of mass across it",
    .finds_axis = 1,
    .run = run_common_line,
};

const struct atw_alignment_method *const atw_alignment_methods[] = {
    &centre_of_mass,
    &cross_correlation,
    &common_line,
    NULL,
};

enum atw_status atw_alignment_find(const struct atw_alignment_method **method,
                                   const char *name,
                                   struct atw_error *err)
{
    char known[256] = "";
    size_t used = 0;

    for (size_t i = 0; atw_alignment_methods[i]; i++) {
        const char *candidate = atw_alignment_methods[i]->name;

        if (strcmp(candidate, name) == 0) {
            *method = atw_alignment_methods[i];
            return ATW_OK;
        }
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 candidate);
    }
    return atw_error_set(err, ATW_EINVAL,
                         "alignment: there is no method '%s'; there are: %s", name,
                         known);
}
