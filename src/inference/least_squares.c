/* Nonlinear least squares by Levenberg-Marquardt. */
#include "inference/least_squares.h"

#include <math.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multifit_nlinear.h>

#define ITERATIONS_MAX 1000
/* Below this the steps drown in rounding: the reduction of chi^2 is its square. */
#define GRADIENT_COSINE_GOAL 1e-9
/* A projection of the residuals onto a column this close to their rounding error is 0. */
#define ROUNDING_MARGIN 10.0
/* Residuals outside the model: so large that the step is never accepted, yet finite. */
#define RESIDUAL_OUTSIDE 1e100

static int residuals(const gsl_vector *x, void *params, gsl_vector *f)
{
    const struct atw_least_squares *problem = params;

    if (!problem->residuals(problem->context, x->data, f->data))
        gsl_vector_set_all(f, RESIDUAL_OUTSIDE);
    return GSL_SUCCESS;
}

static int jacobian(const gsl_vector *x, void *params, gsl_matrix *J)
{
    const struct atw_least_squares *problem = params;

    for (size_t i = 0; i < problem->n_residuals; i++)
        problem->jacobian_row(problem->context, x->data, i, gsl_matrix_ptr(J, i, 0));
    return GSL_SUCCESS;
}

static double largest_cosine(const gsl_matrix *J, const gsl_vector *f, double rounding)
{
    double size = gsl_blas_dnrm2(f);
    double largest = 0.0;

    for (size_t j = 0; j < J->size2; j++) {
        gsl_vector_const_view column = gsl_matrix_const_column(J, j);
        double norm = gsl_blas_dnrm2(&column.vector);
        double product;

        gsl_blas_ddot(&column.vector, f, &product);
        if (!isfinite(product) || !isfinite(norm))
            return INFINITY;
        if (norm > 0.0 && fabs(product) > ROUNDING_MARGIN * rounding * norm)
            largest = fmax(largest, fabs(product) / norm / size);
    }
    return largest;
}

/* Divide each column by its norm. Returns 0 if a column vanishes. */
static int scale_columns(gsl_matrix *J, gsl_vector *norm)
{
    for (size_t j = 0; j < J->size2; j++) {
        gsl_vector_view column = gsl_matrix_column(J, j);
        double size = gsl_blas_dnrm2(&column.vector);

        if (!(size > 0.0) || !isfinite(size))
            return 0;
        gsl_vector_scale(&column.vector, 1.0 / size);
        gsl_vector_set(norm, j, size);
    }
    return 1;
}

static void sum_covariance(struct atw_least_squares_minimum *minimum,
                           const gsl_matrix *V,
                           const gsl_vector *singular,
                           const gsl_vector *norm)
{
    for (size_t a = 0; a < V->size1; a++) {
        for (size_t b = 0; b < V->size1; b++) {
            double sum = 0.0;

            for (size_t k = 0; k < V->size2; k++) {
                double s = gsl_vector_get(singular, k);

                sum += gsl_matrix_get(V, a, k) / s * (gsl_matrix_get(V, b, k) / s);
            }
            minimum->covariance[a][b] =
                sum / gsl_vector_get(norm, a) / gsl_vector_get(norm, b);
        }
    }
}

/* (J'J)^-1 and the condition number; infinite when J has not full rank. */
static enum atw_status find_covariance(struct atw_least_squares_minimum *minimum,
                                       const gsl_matrix *J,
                                       struct atw_error *err)
{
    enum atw_status status = ATW_OK;
    size_t n = J->size2;
    gsl_matrix *U = gsl_matrix_alloc(J->size1, n), *V = gsl_matrix_alloc(n, n);
    gsl_vector *singular = gsl_vector_alloc(n), *norm = gsl_vector_alloc(n);

    if (!U || !V || !singular || !norm) {
        status = atw_error_set(err, ATW_ENOMEM, "least squares: out of memory");
        goto cleanup;
    }
    minimum->condition_number = INFINITY;
    gsl_matrix_memcpy(U, J);
    if (!scale_columns(U, norm) || gsl_linalg_SV_decomp_jacobi(U, V, singular) != 0)
        goto cleanup;
    if (gsl_vector_get(singular, n - 1) > 0.0) {
        minimum->condition_number =
            gsl_vector_get(singular, 0) / gsl_vector_get(singular, n - 1);
        sum_covariance(minimum, V, singular, norm);
    }
cleanup:
    gsl_vector_free(norm);
    gsl_vector_free(singular);
    gsl_matrix_free(V);
    gsl_matrix_free(U);
    return status;
}

static void iterate(gsl_multifit_nlinear_workspace *work, double rounding)
{
    for (size_t i = 0; i < ITERATIONS_MAX; i++) {
        const gsl_matrix *J = gsl_multifit_nlinear_jac(work);
        const gsl_vector *f = gsl_multifit_nlinear_residual(work);

        if (largest_cosine(J, f, rounding) <= GRADIENT_COSINE_GOAL)
            return;
        if (gsl_multifit_nlinear_iterate(work) != GSL_SUCCESS)
            return; /* no progress; the caller looks at the gradient */
    }
}

static enum atw_status read_minimum(struct atw_least_squares_minimum *minimum,
                                    const gsl_multifit_nlinear_workspace *work,
                                    double rounding,
                                    struct atw_error *err)
{
    const gsl_vector *x = gsl_multifit_nlinear_position(work);
    const gsl_vector *f = gsl_multifit_nlinear_residual(work);
    const gsl_matrix *J = gsl_multifit_nlinear_jac(work);

    for (size_t j = 0; j < x->size; j++)
        minimum->theta[j] = gsl_vector_get(x, j);
    gsl_blas_ddot(f, f, &minimum->chi_square);
    minimum->gradient_cosine = largest_cosine(J, f, rounding);
    return find_covariance(minimum, J, err);
}

enum atw_status atw_least_squares_minimise(struct atw_least_squares_minimum *minimum,
                                           const struct atw_least_squares *problem,
                                           const double *start,
                                           struct atw_error *err)
{
    gsl_multifit_nlinear_parameters parameters =
        gsl_multifit_nlinear_default_parameters();
    gsl_multifit_nlinear_fdf fdf = {.f = residuals,
                                    .df = jacobian,
                                    .n = problem->n_residuals,
                                    .p = problem->n_parameters,
                                    .params = (void *)(size_t)problem};
    gsl_vector_const_view x = gsl_vector_const_view_array(start, problem->n_parameters);
    gsl_multifit_nlinear_workspace *work;
    enum atw_status status;

    parameters.trs = gsl_multifit_nlinear_trs_lm;
    parameters.solver = gsl_multifit_nlinear_solver_qr;
    parameters.scale = gsl_multifit_nlinear_scale_more;
    work =
        gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters, fdf.n, fdf.p);
    if (!work)
        return atw_error_set(err, ATW_ENOMEM, "least squares: out of memory");
    gsl_multifit_nlinear_init(&x.vector, &fdf, work);
    iterate(work, problem->rounding);
    *minimum = (struct atw_least_squares_minimum){0};
    status = read_minimum(minimum, work, problem->rounding, err);
    gsl_multifit_nlinear_free(work);
    return status;
}

double atw_chi_square_limit(double level, size_t degrees_of_freedom)
{
    return degrees_of_freedom > 0 ? gsl_cdf_chisq_Qinv(level, (double)degrees_of_freedom)
                                  : (double)INFINITY;
}
