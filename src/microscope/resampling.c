/* One detector axis: samples of one pitch to blurred pixels of another.
 *
 * Weights are exact integrals of the Gaussian over sample and pixel, so sums are kept and
 * variances add: sigma^2 + pitch_in^2/12 + pitch_out^2/12. */
#include "microscope/resampling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "core/grid.h"
#include "core/wide.h"

enum { LANES = 8 }; /* partial sums of a dot product; one AVX register of floats */

/* Second antiderivative of the Gaussian; of the delta function when sigma is 0. */
static double ramp(double t, double sigma)
{
    double s;

    if (sigma <= 0.0)
        return t > 0.0 ? t : 0.0;
    s = t / sigma;
    return 0.5 * t * erfc(-s / sqrt(2.0)) +
           sigma * exp(-0.5 * s * s) / sqrt(2.0 * ATW_PI);
}

/* Mean over the pixel of what a unit sample contributes; rounding may make it -0. */
double atw_resampling_weight(double distance_m,
                             double pitch_in_m,
                             double pitch_out_m,
                             double sigma_m)
{
    double a = 0.5 * pitch_in_m, b = 0.5 * pitch_out_m, d = distance_m, s = sigma_m;

    return fmax(0.0, (ramp(d + b + a, s) - ramp(d + b - a, s) - ramp(d - b + a, s) +
                      ramp(d - b - a, s)) /
                         pitch_out_m);
}

static void
fill(struct atw_resampling *r, double pitch_in, double pitch_out, double sigma)
{
    double reach = 0.5 * (pitch_in + pitch_out) + ATW_RESAMPLING_SIGMAS * sigma;

    for (size_t i = 0; i < r->n_out; i++) {
        double centre = atw_grid_position_m(i, r->n_out, pitch_out);
        double lowest = ceil((centre - reach) / pitch_in + 0.5 * ((double)r->n_in - 1.0));

        lowest = fmax(0.0, fmin(lowest, (double)(r->n_in - r->n_taps)));
        r->first[i] = (size_t)lowest;
        for (size_t tap = 0; tap < r->n_taps; tap++) {
            double sample = atw_grid_position_m(r->first[i] + tap, r->n_in, pitch_in);

            r->weight[i * r->n_taps + tap] =
                (float)atw_resampling_weight(centre - sample, pitch_in, pitch_out, sigma);
        }
    }
}

static enum atw_status check_axis(size_t n_in,
                                  double pitch_in_m,
                                  size_t n_out,
                                  double pitch_out_m,
                                  double sigma_m,
                                  struct atw_error *err)
{
    if (n_in == 0 || n_out == 0)
        return atw_error_set(err, ATW_EINVAL,
                             "resampling: %zu samples to %zu pixels: both counts must be "
                             "positive",
                             n_in, n_out);
    if (!(pitch_in_m > 0.0) || !isfinite(pitch_in_m) || !(pitch_out_m > 0.0) ||
        !isfinite(pitch_out_m))
        return atw_error_set(err, ATW_EINVAL,
                             "resampling: pitches %g m and %g m must be positive and "
                             "finite",
                             pitch_in_m, pitch_out_m);
    if (!(sigma_m >= 0.0) || !isfinite(sigma_m))
        return atw_error_set(
            err, ATW_EINVAL,
            "resampling: blur of sigma %g m must be zero or positive and "
            "finite",
            sigma_m);
    return ATW_OK;
}

enum atw_status atw_resampling_create(struct atw_resampling **out,
                                      size_t n_in,
                                      double pitch_in_m,
                                      size_t n_out,
                                      double pitch_out_m,
                                      double sigma_m,
                                      struct atw_error *err)
{
    struct atw_resampling *r = NULL;
    enum atw_status status =
        check_axis(n_in, pitch_in_m, n_out, pitch_out_m, sigma_m, err);
    double taps;

    *out = NULL;
    if (status != ATW_OK)
        return status;
    taps = ceil((pitch_in_m + pitch_out_m + 2.0 * ATW_RESAMPLING_SIGMAS * sigma_m) /
                pitch_in_m) +
           1;
    r = calloc(1, sizeof *r);
    if (r) {
        r->n_in = n_in;
        r->n_out = n_out;
        r->n_taps = taps < (double)n_in ? (size_t)taps : n_in;
        r->first = calloc(n_out, sizeof *r->first);
        r->weight = calloc(n_out, r->n_taps * sizeof *r->weight);
    }
    if (!r || !r->first || !r->weight) {
        atw_resampling_destroy(r);
        return atw_error_set(err, ATW_ENOMEM,
                             "resampling: no memory for %zu samples to %zu pixels", n_in,
                             n_out);
    }
    fill(r, pitch_in_m, pitch_out_m, sigma_m);
    *out = r;
    return ATW_OK;
}

void atw_resampling_destroy(struct atw_resampling *resampling)
{
    if (!resampling)
        return;
    free(resampling->first);
    free(resampling->weight);
    free(resampling);
}

/* Of one pass: more would make the kernel's middle smaller than its sides. */
static const double VARIANCE_OF_PASS = 0.66;

void atw_blur_rows(double variance, size_t n_rows, size_t n, float *row)
{
    int passes = (int)ceil(variance / VARIANCE_OF_PASS);
    float side = passes > 0 ? (float)(0.5 * variance / passes) : 0.0F;

    for (size_t j = 0; j < n_rows; j++, row += n)
        for (int pass = 0; pass < passes; pass++) {
            float before = 0.0F;

            for (size_t i = 0; i < n; i++) {
                float here = row[i], after = i + 1 < n ? row[i + 1] : 0.0F;

                row[i] = here + side * (before - 2.0F * here + after);
                before = here;
            }
        }
}

/* Partial sums let the compiler use vector registers without reordering at its will. */
static inline __attribute__((always_inline)) float
dot(const float *a, const float *b, size_t count)
{
    float sum[LANES] = {0.0F};
    float total = 0.0F;
    size_t i = 0;

    for (; i + LANES <= count; i += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            sum[lane] += a[i + lane] * b[i + lane];
    for (; i < count; i++)
        total += a[i] * b[i];
    for (size_t lane = 0; lane < LANES; lane++)
        total += sum[lane];
    return total;
}

ATW_WIDE void atw_resample_rows(const struct atw_resampling *resampling,
                                size_t n_rows,
                                const float *in,
                                float *out)
{
    size_t n_in = resampling->n_in, n_out = resampling->n_out;
    size_t n_taps = resampling->n_taps;

    for (size_t row = 0; row < n_rows; row++)
        for (size_t i = 0; i < n_out; i++)
            out[row * n_out + i] = dot(resampling->weight + i * n_taps,
                                       in + row * n_in + resampling->first[i], n_taps);
}

ATW_WIDE void atw_resample_columns(const struct atw_resampling *resampling,
                                   size_t n_columns,
                                   const float *in,
                                   float *out)
{
    size_t n_taps = resampling->n_taps;

    memset(out, 0, resampling->n_out * n_columns * sizeof *out);
    for (size_t i = 0; i < resampling->n_out; i++)
        for (size_t tap = 0; tap < n_taps; tap++) {
            float weight = resampling->weight[i * n_taps + tap];
            const float *from = in + (resampling->first[i] + tap) * n_columns;

            for (size_t column = 0; column < n_columns; column++)
                out[i * n_columns + column] += weight * from[column];
        }
}
