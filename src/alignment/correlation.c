/* Displacement between two views by cross-correlation.
 *
 * Plans are made by FFTW_ESTIMATE: measured ones differ from run to run, and with them
 * the last bits of every result. FFTW's planner is the one part of it that threads may
 * not enter together, hence the lock. */
#include "alignment/correlation.h"

#include <complex.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <fftw3.h>

#include "core/constants.h"

#define LARGEST_COUNT ((size_t)1 << 15)

static pthread_mutex_t planner = PTHREAD_MUTEX_INITIALIZER;

struct atw_correlator {
    size_t n_v, n_u, padded_v, padded_u, n_half; /* n_half: stored frequencies along u */
    long reach_u, reach_v;
    double *window_u, *window_v;
    double *filter; /* [padded_v][n_half], of the product of two spectra */
    fftw_plan forward, backward;
};

/* Scratch of one correlation. */
struct scratch {
    double *image;
    fftw_complex *reference, *view;
};

static void free_scratch(struct scratch *scratch)
{
    fftw_free(scratch->image);
    fftw_free(scratch->reference);
    fftw_free(scratch->view);
}

static int allocate_scratch(struct scratch *scratch,
                            const struct atw_correlator *correlator)
{
    size_t half = correlator->padded_v * correlator->n_half;

    scratch->image = fftw_alloc_real(correlator->padded_v * correlator->padded_u);
    scratch->reference = fftw_alloc_complex(half);
    scratch->view = fftw_alloc_complex(half);
    if (scratch->image && scratch->reference && scratch->view)
        return 1;
    free_scratch(scratch);
    return 0;
}

/* Smallest even product of 2, 3 and 5 that is not below n: FFTW is fast for these. */
static size_t fast_size(size_t n)
{
    for (n += n % 2;; n += 2) {
        size_t rest = n;

        for (size_t prime = 2; prime <= 5; prime++)
            while (rest % prime == 0)
                rest /= prime;
        if (rest == 1)
            return n;
    }
}

/* Hann flanks of a share `taper` of the axis, one in between. */
static void fill_window(double *window, size_t n, double taper)
{
    double flank = taper * (double)n;

    for (size_t i = 0; i < n; i++) {
        double depth = fmin((double)i + 0.5, (double)n - 0.5 - (double)i);

        window[i] = depth >= flank ? 1.0 : 0.5 - 0.5 * cos(ATW_PI * depth / flank);
    }
}

/* Square of the transfer of both Gaussians at the frequency f2 = |f|^2, per pixel^2. */
static double transfer_squared(double f2, const struct atw_correlation_options *options)
{
    double k = 2.0 * ATW_PI * ATW_PI * f2;
    double low = exp(-k * options->low_pass * options->low_pass);
    double high = options->high_pass > 0.0
                      ? 1.0 - exp(-k * options->high_pass * options->high_pass)
                      : 1.0;

    return low * low * high * high;
}

static void fill_filter(struct atw_correlator *correlator,
                        const struct atw_correlation_options *options)
{
    for (size_t row = 0; row < correlator->padded_v; row++)
        for (size_t column = 0; column < correlator->n_half; column++) {
            double wrapped = row <= correlator->padded_v / 2
                                 ? (double)row
                                 : (double)row - (double)correlator->padded_v;
            double fv = wrapped / (double)correlator->padded_v;
            double fu = (double)column / (double)correlator->padded_u;

            correlator->filter[row * correlator->n_half + column] =
                transfer_squared(fu * fu + fv * fv, options);
        }
}

static int make_plans(struct atw_correlator *correlator)
{
    struct scratch scratch;
    int rows = (int)correlator->padded_v, columns = (int)correlator->padded_u;

    if (!allocate_scratch(&scratch, correlator))
        return 0;
    (void)pthread_mutex_lock(&planner);
    correlator->forward =
        fftw_plan_dft_r2c_2d(rows, columns, scratch.image, scratch.view, FFTW_ESTIMATE);
    correlator->backward =
        fftw_plan_dft_c2r_2d(rows, columns, scratch.view, scratch.image, FFTW_ESTIMATE);
    (void)pthread_mutex_unlock(&planner);
    free_scratch(&scratch);
    return correlator->forward && correlator->backward;
}

static enum atw_status check_options(size_t n_v,
                                     size_t n_u,
                                     const struct atw_correlation_options *options,
                                     struct atw_error *err)
{
    if (n_v == 0 || n_u == 0 || n_v > LARGEST_COUNT || n_u > LARGEST_COUNT)
        return atw_error_set(err, ATW_EINVAL,
                             "correlation: views of %zu x %zu pixels: counts must be "
                             "from 1 to %zu",
                             n_u, n_v, LARGEST_COUNT);
    if (!(options->taper >= 0.0 && options->taper <= 0.5) ||
        !(options->low_pass >= 0.0) || !isfinite(options->low_pass) ||
        !(options->high_pass >= 0.0) || !isfinite(options->high_pass) ||
        !(options->most_shift >= 0.0) || !isfinite(options->most_shift))
        return atw_error_set(err, ATW_EINVAL,
                             "correlation: taper %g, low pass %g, high pass %g, largest "
                             "shift %g: none may be negative, the taper at most 0.5",
                             options->taper, options->low_pass, options->high_pass,
                             options->most_shift);
    return ATW_OK;
}

enum atw_status atw_correlator_create(struct atw_correlator **out,
                                      size_t n_v,
                                      size_t n_u,
                                      const struct atw_correlation_options *options,
                                      struct atw_error *err)
{
    struct atw_correlator *correlator;
    enum atw_status status = check_options(n_v, n_u, options, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    correlator = calloc(1, sizeof *correlator);
    if (correlator) {
        correlator->n_v = n_v;
        correlator->n_u = n_u;
        correlator->reach_u = (long)fmin(options->most_shift, (double)n_u - 1.0);
        correlator->reach_v = (long)fmin(options->most_shift, (double)n_v - 1.0);
        correlator->padded_v = fast_size(n_v + (size_t)correlator->reach_v + 2);
        correlator->padded_u = fast_size(n_u + (size_t)correlator->reach_u + 2);
        correlator->n_half = correlator->padded_u / 2 + 1;
        correlator->window_u = calloc(n_u, sizeof(double));
        correlator->window_v = calloc(n_v, sizeof(double));
        correlator->filter =
            calloc(correlator->padded_v * correlator->n_half, sizeof(double));
    }
    if (!correlator || !correlator->window_u || !correlator->window_v ||
        !correlator->filter || !make_plans(correlator)) {
        atw_correlator_destroy(correlator);
        return atw_error_set(err, ATW_ENOMEM,
                             "correlation: no memory for views of %zu x %zu pixels", n_u,
                             n_v);
    }
    fill_window(correlator->window_u, n_u, options->taper);
    fill_window(correlator->window_v, n_v, options->taper);
    fill_filter(correlator, options);
    *out = correlator;
    return ATW_OK;
}

void atw_correlator_destroy(struct atw_correlator *correlator)
{
    if (!correlator)
        return;
    (void)pthread_mutex_lock(&planner);
    if (correlator->forward)
        fftw_destroy_plan(correlator->forward);
    if (correlator->backward)
        fftw_destroy_plan(correlator->backward);
    (void)pthread_mutex_unlock(&planner);
    free(correlator->window_u);
    free(correlator->window_v);
    free(correlator->filter);
    free(correlator);
}

/* Spectrum of a view without its mean, faded and padded. Returns its filtered power. */
static double transform(const struct atw_correlator *correlator,
                        const float *view,
                        double *image,
                        fftw_complex *spectrum)
{
    size_t n_u = correlator->n_u, n_v = correlator->n_v;
    double sum = 0.0, weights = 0.0, power = 0.0;

    memset(image, 0, correlator->padded_v * correlator->padded_u * sizeof *image);
    for (size_t i = 0; i < n_v * n_u; i++) {
        double weight = correlator->window_v[i / n_u] * correlator->window_u[i % n_u];

        sum += weight * (double)view[i];
        weights += weight;
    }
    for (size_t i = 0; i < n_v * n_u; i++)
        image[i / n_u * correlator->padded_u + i % n_u] =
            correlator->window_v[i / n_u] * correlator->window_u[i % n_u] *
            ((double)view[i] - sum / weights);
    fftw_execute_dft_r2c(correlator->forward, image, spectrum);
    for (size_t i = 0; i < correlator->padded_v * correlator->n_half; i++) {
        size_t column = i % correlator->n_half;
        double re = creal(spectrum[i]), im = cimag(spectrum[i]);
        int is_single = column == 0 || column == correlator->n_half - 1;

        power += (is_single ? 1.0 : 2.0) * correlator->filter[i] * (re * re + im * im);
    }
    return power;
}

/* Correlation at a displacement of whole pixels. */
static double
value_at(const struct atw_correlator *correlator, const double *image, long u, long v)
{
    size_t row = (size_t)(v < 0 ? v + (long)correlator->padded_v : v);
    size_t column = (size_t)(u < 0 ? u + (long)correlator->padded_u : u);

    return image[row * correlator->padded_u + column];
}

/* Top of the paraboloid fitted to 3 x 3 values by least squares, within half a pixel and
 * a little of the middle one. */
static void find_top(const double z[3][3], double *u, double *v)
{
    double sum_u = 0.0, sum_v = 0.0, uu = 0.0, vv = 0.0, uv = 0.0, determinant;

    for (int j = 0; j < 3; j++)
        for (int i = 0; i < 3; i++) {
            sum_u += (i - 1) * z[j][i] / 6.0;
            sum_v += (j - 1) * z[j][i] / 6.0;
            uv += (i - 1) * (j - 1) * z[j][i] / 4.0;
            uu += (i == 1 ? -2.0 : 1.0) * z[j][i] / 6.0; /* half the second derivative */
            vv += (j == 1 ? -2.0 : 1.0) * z[j][i] / 6.0;
        }
    determinant = 4.0 * uu * vv - uv * uv;
    *u = *v = 0.0;
    if (!(uu < 0.0 && vv < 0.0 && determinant > 0.0))
        return;
    *u = fmin(fmax((uv * sum_v - 2.0 * vv * sum_u) / determinant, -0.75), 0.75);
    *v = fmin(fmax((uv * sum_u - 2.0 * uu * sum_v) / determinant, -0.75), 0.75);
}

static void find_peak(const struct atw_correlator *correlator,
                      const double *image,
                      struct atw_displacement *displacement)
{
    double best = -INFINITY, z[3][3], u, v;
    long best_u = 0, best_v = 0;

    for (long row = -correlator->reach_v; row <= correlator->reach_v; row++)
        for (long column = -correlator->reach_u; column <= correlator->reach_u;
             column++) {
            double value = value_at(correlator, image, column, row);

            if (value > best) {
                best = value;
                best_u = column;
                best_v = row;
            }
        }
    for (int j = 0; j < 3; j++)
        for (int i = 0; i < 3; i++)
            z[j][i] = value_at(correlator, image, best_u + i - 1, best_v + j - 1);
    find_top(z, &u, &v);
    displacement->u = (double)best_u + u;
    displacement->v = (double)best_v + v;
    displacement->coefficient = best;
}

enum atw_status atw_correlate(const struct atw_correlator *correlator,
                              const float *reference,
                              const float *view,
                              struct atw_displacement *displacement,
                              struct atw_error *err)
{
    struct scratch scratch;
    double power;

    *displacement = (struct atw_displacement){0};
    if (!allocate_scratch(&scratch, correlator))
        return atw_error_set(err, ATW_ENOMEM, "correlation: out of memory");
    power = transform(correlator, reference, scratch.image, scratch.reference);
    power *= transform(correlator, view, scratch.image, scratch.view);
    if (power > 0.0) {
        for (size_t i = 0; i < correlator->padded_v * correlator->n_half; i++)
            scratch.view[i] *=
                conj(scratch.reference[i]) * (correlator->filter[i] / sqrt(power));
        fftw_execute_dft_c2r(correlator->backward, scratch.view, scratch.image);
        find_peak(correlator, scratch.image, displacement);
    }
    free_scratch(&scratch);
    return ATW_OK;
}
