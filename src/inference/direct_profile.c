/* How far dT may be from its best value: what scales its deviation, and profiles. */
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "inference/direct_internal.h"
#include "inference/profile.h"

#define PROFILE_TOLERANCE 1e-5 /* of the standard deviation, and of chi^2 */

double atw_direct_scale(const struct atw_direct_problem *problem,
                        double chi_square,
                        int *by_scatter)
{
    size_t freedom = problem->n_points - problem->n_parameters;
    double limit = atw_chi_square_limit(ATW_MISFIT_LEVEL, freedom);

    *by_scatter = chi_square > problem->dispersion * limit;
    return *by_scatter ? chi_square / (double)freedom : problem->dispersion;
}

double atw_direct_allowed_excess(const struct atw_direct_problem *problem,
                                 double chi_square,
                                 double coverage)
{
    double upper = 0.5 * (1.0 + coverage), factor;
    int by_scatter;
    double scale = atw_direct_scale(problem, chi_square, &by_scatter);

    factor = by_scatter ? gsl_cdf_tdist_Pinv(
                              upper, (double)(problem->n_points - problem->n_parameters))
                        : gsl_cdf_ugaussian_Pinv(upper);
    return factor * factor * scale;
}

static enum atw_status minimise_held(void *context,
                                     double value,
                                     const double *start,
                                     struct atw_least_squares_minimum *minimum,
                                     struct atw_error *err)
{
    struct atw_direct_problem *problem = context;

    problem->held_value = value;
    return atw_direct_fit(minimum, problem, start, err);
}

enum atw_status atw_direct_profile(double interval_K[2],
                                   struct atw_direct_problem *problem,
                                   const struct atw_least_squares_minimum *minimum,
                                   size_t particle,
                                   double std_K,
                                   double excess,
                                   struct atw_error *err)
{
    struct atw_profile profile = {.minimise = minimise_held,
                                  .problem = problem,
                                  .tolerance = PROFILE_TOLERANCE,
                                  .most = 1.0};
    size_t index = atw_direct_shift_index(problem, particle);
    enum atw_status status;

    problem->held = index;
    status = atw_profile_interval(interval_K, &profile, minimum, index,
                                  std_K / problem->T_ref_K, excess, err);
    problem->held = ATW_DIRECT_NO_PARAMETER;
    interval_K[0] *= problem->T_ref_K;
    interval_K[1] *= problem->T_ref_K;
    return status;
}
