/* Two Gaussians in a histogram, by least squares of sqrt(density). */
#include "quantification/two_gaussians.h"

#include <math.h>

#include <gsl/gsl_multifit_nlinear.h>

/* Parameters: logit of the lower share, two means, logarithms of two deviations. In units
 * of the histogram's range. */
enum { PARAMETERS = 5, BINS_LEAST = 8, ITERATIONS = 200 };

#define TOLERANCE 1e-8
#define STD_LEAST 1e-4 /* of the range */

static double density_of(const double *p, double x, double width)
{
    double lower = 1.0 / (1.0 + exp(-p[0])), sum = 0.0;

    for (int i = 0; i < 2; i++) {
        double std = STD_LEAST + exp(p[3 + i]), share = i == 0 ? lower : 1.0 - lower;
        double from = (x - 0.5 * width - p[1 + i]) / (std * M_SQRT2);
        double to = (x + 0.5 * width - p[1 + i]) / (std * M_SQRT2);

        sum += 0.5 * share * (erf(to) - erf(from)) / width;
    }
    return sum;
}

/* Residuals in units of the range: density times range integrates to 1 over [0, 1]. */
static int residuals(const gsl_vector *p, void *context, gsl_vector *f)
{
    const struct atw_histogram *histogram = context;
    double range = histogram->greatest - histogram->least;
    double width = 1.0 / (double)histogram->n_bins;

    for (size_t i = 0; i < histogram->n_bins; i++)
        gsl_vector_set(f, i,
                       sqrt(density_of(p->data, ((double)i + 0.5) * width, width)) -
                           sqrt(histogram->density[i] * range));
    return GSL_SUCCESS;
}

struct half {
    double weight, mean, std;
};

static struct half half_of(const struct atw_histogram *histogram, size_t from, size_t to)
{
    struct half half = {0.0, 0.0, 0.0};
    double width = 1.0 / (double)histogram->n_bins;

    for (size_t i = from; i < to; i++) {
        half.weight += histogram->density[i];
        half.mean += histogram->density[i] * ((double)i + 0.5) * width;
    }
    if (!(half.weight > 0.0))
        return half;
    half.mean /= half.weight;
    for (size_t i = from; i < to; i++)
        half.std += histogram->density[i] *
                    pow(((double)i + 0.5) * width - half.mean, 2.0) / half.weight;
    half.std = sqrt(half.std);
    return half;
}

/* The cut with the greatest variance between the halves; 0 if there is none. */
static size_t find_cut(const struct atw_histogram *histogram)
{
    double best = 0.0;
    size_t cut = 0;

    for (size_t i = 1; i < histogram->n_bins; i++) {
        struct half below = half_of(histogram, 0, i);
        struct half above = half_of(histogram, i, histogram->n_bins);
        double between = below.weight * above.weight * pow(above.mean - below.mean, 2.0);

        if (between > best) {
            best = between;
            cut = i;
        }
    }
    return cut;
}

static void
set_start(gsl_vector *start, const struct atw_histogram *histogram, size_t cut)
{
    struct half below = half_of(histogram, 0, cut);
    struct half above = half_of(histogram, cut, histogram->n_bins);
    double width = 1.0 / (double)histogram->n_bins;

    gsl_vector_set(start, 0, log(below.weight / above.weight));
    gsl_vector_set(start, 1, below.mean);
    gsl_vector_set(start, 2, above.mean);
    gsl_vector_set(start, 3, log(fmax(below.std, 0.5 * width)));
    gsl_vector_set(start, 4, log(fmax(above.std, 0.5 * width)));
}

static void unpack(struct atw_two_gaussians *fit,
                   const struct atw_histogram *histogram,
                   const gsl_vector *p)
{
    double range = histogram->greatest - histogram->least, greatest = 0.0, sum = 0.0;
    double width = 1.0 / (double)histogram->n_bins;
    double lower = 1.0 / (1.0 + exp(-gsl_vector_get(p, 0)));
    int first = gsl_vector_get(p, 1) <= gsl_vector_get(p, 2) ? 0 : 1;

    for (int i = 0; i < 2; i++) {
        size_t from = (size_t)(i == 0 ? first : 1 - first);

        fit->share[i] = from == 0 ? lower : 1.0 - lower;
        fit->mean[i] = histogram->least + range * gsl_vector_get(p, 1 + from);
        fit->std[i] = range * (STD_LEAST + exp(gsl_vector_get(p, 3 + from)));
    }
    for (size_t i = 0; i < histogram->n_bins; i++) {
        double density = histogram->density[i] * range;

        greatest = fmax(greatest, density);
        sum += pow(density - density_of(p->data, ((double)i + 0.5) * width, width), 2.0);
    }
    fit->misfit = sqrt(sum * width) / greatest;
}

static enum atw_status solve(struct atw_two_gaussians *fit,
                             const struct atw_histogram *histogram,
                             gsl_multifit_nlinear_workspace *workspace,
                             gsl_multifit_nlinear_fdf *problem,
                             const gsl_vector *start,
                             struct atw_error *err)
{
    const gsl_vector *p = gsl_multifit_nlinear_position(workspace);
    int info = 0, code = gsl_multifit_nlinear_init(start, problem, workspace);

    if (code == GSL_SUCCESS)
        code = gsl_multifit_nlinear_driver(ITERATIONS, TOLERANCE, TOLERANCE, 0.0, NULL,
                                           NULL, &info, workspace);
    /* no more progress is as good as converged: the misfit tells how good that is */
    if (code != GSL_SUCCESS && code != GSL_ENOPROG && code != GSL_EMAXITER)
        return atw_error_set(err, ATW_EDIVERGED, "two Gaussians: %s", gsl_strerror(code));
    for (size_t i = 0; i < PARAMETERS; i++)
        if (!isfinite(gsl_vector_get(p, i)))
            return atw_error_set(err, ATW_EDIVERGED, "two Gaussians: no minimum found");
    unpack(fit, histogram, p);
    return ATW_OK;
}

enum atw_status atw_two_gaussians_fit(struct atw_two_gaussians *fit,
                                      const struct atw_histogram *histogram,
                                      struct atw_error *err)
{
    gsl_multifit_nlinear_parameters parameters =
        gsl_multifit_nlinear_default_parameters();
    struct atw_histogram copy = *histogram;
    gsl_multifit_nlinear_fdf problem = {
        .f = residuals, .n = histogram->n_bins, .p = PARAMETERS, .params = &copy};
    gsl_multifit_nlinear_workspace *workspace = NULL;
    gsl_vector *start = NULL;
    enum atw_status status = ATW_ENOMEM;
    size_t cut;

    if (histogram->n_bins < BINS_LEAST)
        return atw_error_set(err, ATW_EINVAL, "two Gaussians: %zu bins; at least %d",
                             histogram->n_bins, BINS_LEAST);
    cut = find_cut(histogram);
    if (cut == 0)
        return atw_error_set(err, ATW_EINVAL, "two Gaussians: all values in one bin");
    start = gsl_vector_alloc(PARAMETERS);
    workspace = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters,
                                           histogram->n_bins, PARAMETERS);
    if (start && workspace) {
        set_start(start, histogram, cut);
        status = solve(fit, histogram, workspace, &problem, start, err);
    } else {
        atw_error_set(err, ATW_ENOMEM, "two Gaussians: out of memory");
    }
    gsl_multifit_nlinear_free(workspace); /* takes NULL */
    gsl_vector_free(start);
    return status;
}
