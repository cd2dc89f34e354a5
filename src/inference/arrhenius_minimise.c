/* The Arrhenius fit as a problem of least squares. */
#include "inference/arrhenius_internal.h"

static int residuals(void *context, const double *theta, double *residual)
{
    const struct atw_arrhenius_problem *problem = context;

    for (size_t i = 0; i < problem->n_points; i++)
        if (!atw_arrhenius_residual(problem, theta, i, &residual[i]))
            return 0;
    return 1;
}

static void jacobian_row(void *context, const double *theta, size_t i, double *row)
{
    atw_arrhenius_jacobian_row(context, theta, i, row);
}

enum atw_status atw_arrhenius_minimise(struct atw_least_squares_minimum *minimum,
                                       const struct atw_arrhenius_problem *problem,
                                       const double *start,
                                       struct atw_error *err)
{
    const struct atw_least_squares least_squares = {.context = (void *)(size_t)problem,
                                                    .n_residuals = problem->n_points,
                                                    .n_parameters = problem->n_parameters,
                                                    .residuals = residuals,
                                                    .jacobian_row = jacobian_row,
                                                    .rounding =
                                                        atw_arrhenius_rounding(problem)};
    enum atw_status status =
        atw_least_squares_minimise(minimum, &least_squares, start, err);

    if (status != ATW_OK)
        atw_error_prepend(err, "Arrhenius fit");
    return status;
}
