/* Fisher information. */
#include "inference/information.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_eigen.h>

/* Eigenvalues of the scaled matrix below this share of the greatest are rounding. */
#define RANK_TOLERANCE 1e-10

enum atw_status
atw_information_create(struct atw_information **out, size_t n, struct atw_error *err)
{
    struct atw_information *information;

    *out = NULL;
    if (n == 0)
        return atw_error_set(err, ATW_EINVAL, "information: no parameters");
    information = calloc(1, sizeof *information);
    if (information)
        information->value = calloc(n * n, sizeof *information->value);
    if (!information || !information->value) {
        free(information);
        return atw_error_set(err, ATW_ENOMEM, "information: out of memory");
    }
    information->n = n;
    *out = information;
    return ATW_OK;
}

void atw_information_destroy(struct atw_information *information)
{
    if (!information)
        return;
    free(information->value);
    free(information);
}

static double weighted_product(
    const float *a, const float *b, const float *mean, size_t count, double least)
{
    double sum = 0.0;

    for (size_t i = 0; i < count; i++)
        sum += (double)a[i] * (double)b[i] / fmax((double)mean[i], least);
    return sum;
}

void atw_information_add_counts(struct atw_information *information,
                                const float *mean,
                                const float *const *derivative,
                                size_t count,
                                double least_mean)
{
    size_t n = information->n;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum;

            if (!derivative[i] || !derivative[j])
                continue;
            sum = weighted_product(derivative[i], derivative[j], mean, count, least_mean);
            information->value[i * n + j] += sum;
            if (j < i)
                information->value[j * n + i] += sum;
        }
}

void atw_information_add_linear(struct atw_information *information,
                                const double *jacobian,
                                const double *weight,
                                size_t count)
{
    size_t n = information->n;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t a = 0; a < count; a++)
                for (size_t b = 0; b < count; b++)
                    information->value[i * n + j] +=
                        jacobian[a * n + i] * weight[a * count + b] * jacobian[b * n + j];
}

void atw_information_add_part(struct atw_information *information,
                              const struct atw_information *part,
                              const size_t *index)
{
    for (size_t i = 0; i < part->n; i++)
        for (size_t j = 0; j < part->n; j++)
            information->value[index[i] * information->n + index[j]] +=
                part->value[i * part->n + j];
}

/* Eigenvalues and vectors of a symmetric matrix scaled to a unit diagonal; scale [n] is
 * 1 / sqrt(diagonal), 0 for a parameter without any information. */
struct spectrum {
    size_t n;
    double *scale;
    gsl_vector *value;
    gsl_matrix *vector;
};

static void spectrum_free(struct spectrum *spectrum)
{
    free(spectrum->scale);
    gsl_vector_free(spectrum->value);
    gsl_matrix_free(spectrum->vector);
}

static enum atw_status spectrum_of(struct spectrum *spectrum,
                                   const double *matrix,
                                   size_t n,
                                   struct atw_error *err)
{
    gsl_matrix *scaled = gsl_matrix_alloc(n, n);
    gsl_eigen_symmv_workspace *workspace = gsl_eigen_symmv_alloc(n);
    enum atw_status status = ATW_OK;

    *spectrum = (struct spectrum){.n = n,
                                  .scale = malloc(n * sizeof(double)),
                                  .value = gsl_vector_alloc(n),
                                  .vector = gsl_matrix_alloc(n, n)};
    if (!scaled || !workspace || !spectrum->scale || !spectrum->value ||
        !spectrum->vector) {
        status = atw_error_set(err, ATW_ENOMEM, "information: out of memory");
        goto cleanup;
    }
    for (size_t i = 0; i < n; i++) {
        double diagonal = matrix[i * n + i];

        spectrum->scale[i] = diagonal > 0.0 ? 1.0 / sqrt(diagonal) : 0.0;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            gsl_matrix_set(scaled, i, j,
                           spectrum->scale[i] * matrix[i * n + j] * spectrum->scale[j]);
    gsl_eigen_symmv(scaled, spectrum->value, spectrum->vector, workspace);
    gsl_eigen_symmv_sort(spectrum->value, spectrum->vector, GSL_EIGEN_SORT_VAL_DESC);
cleanup:
    gsl_eigen_symmv_free(workspace);
    gsl_matrix_free(scaled);
    return status;
}

static double eigenvalue(const struct spectrum *spectrum, size_t i)
{
    return gsl_vector_get(spectrum->value, i);
}

static int is_rounding(const struct spectrum *spectrum, size_t i)
{
    return !(eigenvalue(spectrum, i) > RANK_TOLERANCE * eigenvalue(spectrum, 0));
}

/* Component of eigenvector i along parameter `row` in the inverse's own units. */
static double component(const struct spectrum *spectrum, size_t row, size_t i)
{
    return spectrum->scale[row] * gsl_matrix_get(spectrum->vector, row, i);
}

/* out -= B U^-1 B', U being the unwanted block that `spectrum` is of, B = information
 * between kept and unwanted parameters. */
static void take_away(struct atw_information *out,
                      const struct atw_information *information,
                      const size_t *kept,
                      const size_t *unwanted,
                      const struct spectrum *spectrum,
                      double *along)
{
    size_t n = information->n;

    for (size_t e = 0; e < spectrum->n; e++) {
        if (is_rounding(spectrum, e))
            continue;
        for (size_t i = 0; i < out->n; i++) {
            along[i] = 0.0;
            for (size_t u = 0; u < spectrum->n; u++)
                along[i] += information->value[kept[i] * n + unwanted[u]] *
                            component(spectrum, u, e);
        }
        for (size_t i = 0; i < out->n; i++)
            for (size_t j = 0; j < out->n; j++)
                out->value[i * out->n + j] -=
                    along[i] * along[j] / eigenvalue(spectrum, e);
    }
}

static enum atw_status eliminate(struct atw_information *out,
                                 const struct atw_information *information,
                                 const size_t *kept,
                                 const size_t *unwanted,
                                 size_t n_unwanted,
                                 struct atw_error *err)
{
    double *block = malloc(n_unwanted * n_unwanted * sizeof *block);
    double *along = malloc(out->n * sizeof *along);
    struct spectrum spectrum = {0};
    enum atw_status status = ATW_ENOMEM;

    if (!block || !along) {
        atw_error_set(err, ATW_ENOMEM, "information: out of memory");
        goto cleanup;
    }
    for (size_t i = 0; i < n_unwanted; i++)
        for (size_t j = 0; j < n_unwanted; j++)
            block[i * n_unwanted + j] =
                information->value[unwanted[i] * information->n + unwanted[j]];
    status = spectrum_of(&spectrum, block, n_unwanted, err);
    if (status == ATW_OK)
        take_away(out, information, kept, unwanted, &spectrum, along);
    spectrum_free(&spectrum);
cleanup:
    free(block);
    free(along);
    return status;
}

enum atw_status atw_information_reduce(struct atw_information **out,
                                       const struct atw_information *information,
                                       const int *keep,
                                       const int *known,
                                       struct atw_error *err)
{
    size_t n = information->n, n_kept = 0, n_unwanted = 0;
    size_t *kept = malloc(2 * n * sizeof *kept), *unwanted = kept ? kept + n : NULL;
    struct atw_information *reduced = NULL;
    enum atw_status status;

    *out = NULL;
    if (!kept)
        return atw_error_set(err, ATW_ENOMEM, "information: out of memory");
    for (size_t i = 0; i < n; i++) {
        if (known && known[i])
            continue;
        if (keep[i])
            kept[n_kept++] = i;
        else
            unwanted[n_unwanted++] = i;
    }
    status = atw_information_create(&reduced, n_kept, err);
    for (size_t i = 0; i < n_kept && status == ATW_OK; i++)
        for (size_t j = 0; j < n_kept; j++)
            reduced->value[i * n_kept + j] = information->value[kept[i] * n + kept[j]];
    if (status == ATW_OK && n_unwanted > 0)
        status = eliminate(reduced, information, kept, unwanted, n_unwanted, err);
    free(kept);
    if (status == ATW_OK)
        *out = reduced;
    else
        atw_information_destroy(reduced);
    return status;
}

enum atw_status atw_information_covariance(double *covariance,
                                           double *condition_number,
                                           const struct atw_information *information,
                                           struct atw_error *err)
{
    size_t n = information->n;
    struct spectrum spectrum;
    enum atw_status status = spectrum_of(&spectrum, information->value, n, err);

    if (status != ATW_OK)
        goto cleanup;
    memset(covariance, 0, n * n * sizeof *covariance);
    if (is_rounding(&spectrum, n - 1)) {
        for (size_t i = 0; i < n; i++)
            covariance[i * n + i] = INFINITY;
        *condition_number = INFINITY;
        goto cleanup;
    }
    *condition_number = sqrt(eigenvalue(&spectrum, 0) / eigenvalue(&spectrum, n - 1));
    for (size_t e = 0; e < n; e++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                covariance[i * n + j] += component(&spectrum, i, e) *
                                         component(&spectrum, j, e) /
                                         eigenvalue(&spectrum, e);
cleanup:
    spectrum_free(&spectrum);
    return status;
}
