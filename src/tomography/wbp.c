/* Weighted back projection: every view filtered by the ramp and a window, then projected
 * back with the share of the half circle it stands for.
 *
 *   v = (sum over views of w_i A_i^T (b_i * k)) / (weight of a voxel in a view),
 *   k(n) = 2 integral over f from 0 to 1/2 of f W(f) cos(2 pi n f),
 *
 * f in cycles per pixel.
 *
 * The kernel is integrated and applied as a sum, so that nothing wraps around and the
 * mean is kept. w_i is half the distance to the neighbouring angles on either side, pi in
 * all if the angles go round; a gap of more than three times the median is a missing
 * wedge and counts as the median. Repeated angles share. Sources: Kak and Slaney,
 * Principles of Computerized Tomographic Imaging (1988) section 3.3 (ram-lak); Shepp and
 * Logan, IEEE Trans. Nucl. Sci. 21 (1974) 21; the other windows are the usual ones. */
#include "tomography/wbp.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "tomography/data.h"

/* Points of the integral of the kernel per pixel of its length. */
#define FREQUENCIES_PER_PIXEL 16
#define WEDGE_RATIO 3.0

/* f from 0 to 1/2 */
static double ram_lak(double f)
{
    (void)f;
    return 1.0;
}

static double shepp_logan(double f)
{
    return f > 0.0 ? sin(M_PI * f) / (M_PI * f) : 1.0;
}

static double cosine(double f)
{
    return cos(M_PI * f);
}

static double hamming(double f)
{
    return 0.54 + 0.46 * cos(2.0 * M_PI * f);
}

static double hann(double f)
{
    return 0.5 + 0.5 * cos(2.0 * M_PI * f);
}

static const struct {
    const char *name;
    double (*window)(double f);
} filters[] = {
    [ATW_FILTER_RAM_LAK] = {"ram-lak", ram_lak},
    [ATW_FILTER_SHEPP_LOGAN] = {"shepp-logan", shepp_logan},
    [ATW_FILTER_COSINE] = {"cosine", cosine},
    [ATW_FILTER_HAMMING] = {"hamming", hamming},
    [ATW_FILTER_HANN] = {"hann", hann},
};

enum atw_status atw_reconstruction_filter_find(enum atw_reconstruction_filter *filter,
                                               const char *name,
                                               struct atw_error *err)
{
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (strcmp(filters[i].name, name) == 0) {
            *filter = (enum atw_reconstruction_filter)i;
            return ATW_OK;
        }
    return atw_error_set(err, ATW_EINVAL,
                         "wbp: there is no filter '%s'; there are: ram-lak, shepp-logan, "
                         "cosine, hamming, hann",
                         name);
}

/* k(0 .. n-1), by the midpoint rule. */
static void fill_kernel(double (*window)(double f), size_t n, float *kernel)
{
    size_t n_f = FREQUENCIES_PER_PIXEL * n;

    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;

        for (size_t j = 0; j < n_f; j++) {
            double f = 0.5 * ((double)j + 0.5) / (double)n_f;

            sum += f * window(f) * cos(2.0 * M_PI * (double)i * f);
        }
        kernel[i] = (float)(sum / (double)n_f);
    }
}

struct angle {
    size_t view;
    double fold_rad; /* in [0, pi) */
};

static int compare_angles(const void *a, const void *b)
{
    const struct angle *left = a, *right = b;

    if (left->fold_rad != right->fold_rad)
        return left->fold_rad < right->fold_rad ? -1 : 1;
    return left->view < right->view ? -1 : 1;
}

static int compare_numbers(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static double gap_after(const struct angle *angle, size_t n, size_t i)
{
    return i + 1 < n ? angle[i + 1].fold_rad - angle[i].fold_rad
                     : angle[0].fold_rad + M_PI - angle[n - 1].fold_rad;
}

/* Median of the gaps that are not zero. */
static double median_gap(const struct angle *angle, size_t n, double *gap)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        if (gap_after(angle, n, i) > 0.0)
            gap[count++] = gap_after(angle, n, i);
    qsort(gap, count, sizeof *gap, compare_numbers);
    return gap[count / 2];
}

/* Share of each view in the half circle. `gap` is working space. */
static void weigh_views(
    const double *tilt_rad, size_t n, struct angle *angle, double *gap, double *weight)
{
    double median;

    for (size_t i = 0; i < n; i++) {
        angle[i] = (struct angle){i, fmod(tilt_rad[i], M_PI)};
        if (angle[i].fold_rad < 0.0)
            angle[i].fold_rad += M_PI;
    }
    qsort(angle, n, sizeof *angle, compare_angles);
    median = median_gap(angle, n, gap);
    for (size_t i = 0; i < n; i++)
        weight[i] = 0.0;
    for (size_t i = 0; i < n; i++) {
        double half = gap_after(angle, n, i);

        half = 0.5 * (half > WEDGE_RATIO * median ? median : half);
        weight[angle[i].view] += half;
        weight[angle[(i + 1) % n].view] += half;
    }
}

struct filtering {
    const struct atw_projection_geometry *geometry;
    const float *series, *kernel;
    const double *weight;
    float *out;
};

/* One view: convolution of its rows with the kernel. */
static void filter_view(void *context, size_t view, size_t worker)
{
    const struct filtering *f = context;
    size_t n_u = f->geometry->n_u, n_v = f->geometry->grid.n_y;
    double h = f->geometry->grid.spacing_m, p = f->geometry->pixel_m;
    /* Kernel in 1/pixel^2, sum over pixels; weight of a voxel in a view: h^2 / p nm. */
    double scale = f->weight[view] * ATW_METRE_PER_NM / p * p / h * p / h;

    (void)worker;
    for (size_t v = 0; v < n_v; v++) {
        const float *in = f->series + (view * n_v + v) * n_u;
        float *out = f->out + (view * n_v + v) * n_u;

        for (size_t u = 0; u < n_u; u++) {
            float sum = 0.0f;

            for (size_t i = 0; i <= u; i++)
                sum += in[i] * f->kernel[u - i];
            for (size_t i = u + 1; i < n_u; i++)
                sum += in[i] * f->kernel[i - u];
            out[u] = (float)(scale * (double)sum);
        }
    }
}

static enum atw_status report_misfit(const struct atw_projector *projector,
                                     const float *series,
                                     const float *volume,
                                     size_t iterations,
                                     float *projected,
                                     double *residual,
                                     struct atw_error *err)
{
    enum atw_status status = atw_projector_forward(projector, volume, projected, err);

    for (size_t i = 0; status == ATW_OK && i < iterations; i++)
        residual[i] = atw_data_misfit(projector, series, projected);
    return status;
}

static enum atw_status run(const struct atw_projector *projector,
                           const float *series,
                           const struct atw_reconstruction_options *options,
                           float *volume,
                           double *residual,
                           struct atw_error *err)
{
    const struct atw_projection_geometry *geometry = atw_projector_geometry(projector);
    size_t n_tilt = geometry->n_tilt, n_u = geometry->n_u;
    float *filtered = NULL, *kernel = NULL, most;
    struct angle *angle = NULL;
    double *number = NULL;
    enum atw_status status =
        atw_data_check("wbp", 0, projector, series, options, &most, err);

    if (status != ATW_OK)
        return status;
    filtered = malloc(n_tilt * geometry->grid.n_y * n_u * sizeof *filtered);
    kernel = malloc(n_u * sizeof *kernel);
    angle = malloc(n_tilt * sizeof *angle);
    number = malloc(2 * n_tilt * sizeof *number);
    if (!filtered || !kernel || !angle || !number) {
        status = atw_error_set(err, ATW_ENOMEM, "wbp: no memory for the filtered series");
        goto cleanup;
    }
    fill_kernel(filters[options->filter].window, n_u, kernel);
    weigh_views(geometry->tilt_rad, n_tilt, angle, number + n_tilt, number);
    atw_parallel_for(n_tilt, filter_view,
                     &(struct filtering){geometry, series, kernel, number, filtered});
    status = atw_projector_backward(projector, filtered, volume, err);
    if (status != ATW_OK)
        goto cleanup;
    atw_data_constrain(options, atw_grid_voxel_count(&geometry->grid), volume);
    if (residual)
        status = report_misfit(projector, series, volume, options->iterations, filtered,
                               residual, err);
cleanup:
    free(filtered);
    free(kernel);
    free(angle);
    free(number);
    return status;
}

const struct atw_reconstruction_method atw_reconstruction_wbp = {
    .name = "wbp",
    .iterations = 1,
    .is_direct = 1,
    .is_slicewise = 1,
    .n_series = 1,
    .n_block = 1,
    .description = "weighted back projection, one step; five filters",
    .run = run,
};
