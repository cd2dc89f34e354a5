/* How far dT may be from its best value: what scales its deviation, and profiles. */
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "core/zero.h"
#include "inference/direct_internal.h"

/* Chance of as large a chi^2 below which the counts do not explain the misfit. */
#define MISFIT_LEVEL 0.01

#define PROFILE_TOLERANCE 1e-5
#define EXCESS_TOLERANCE 1e-6
enum { EXPANSIONS_MAX = 40 };

double atw_direct_scale(const struct atw_direct_problem *problem,
                        double chi_square,
                        int *by_scatter)
{
    size_t freedom = problem->n_points - problem->n_parameters;
    double limit = freedom ? gsl_cdf_chisq_Qinv(MISFIT_LEVEL, (double)freedom) : INFINITY;

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

struct profile {
    struct atw_direct_problem *problem;
    struct atw_least_squares_minimum last;
    double chi_square_min, excess;
};

static enum atw_status
excess_at(void *context, double x, double *value, struct atw_error *err)
{
    struct profile *profile = context;
    struct atw_least_squares_minimum minimum;
    enum atw_status status;

    profile->problem->held_value = x;
    status = atw_direct_fit(&minimum, profile->problem, profile->last.theta, err);
    if (status != ATW_OK)
        return status;
    profile->last = minimum;
    *value = minimum.chi_square - profile->chi_square_min - profile->excess;
    return ATW_OK;
}

static enum atw_status find_end(double *end,
                                struct profile *profile,
                                double centre,
                                double reach,
                                struct atw_error *err)
{
    struct atw_zero_bracket bracket = {{centre, centre},
                                       {-profile->excess, -profile->excess}};
    double tolerance = PROFILE_TOLERANCE * fabs(reach);
    enum atw_status status = ATW_OK;

    for (int i = 0; i < EXPANSIONS_MAX && status == ATW_OK; i++, reach *= 1.6) {
        bracket.x[1] = centre + reach;
        if (!(fabs(bracket.x[1]) < 1.0))
            break;
        status = excess_at(profile, bracket.x[1], &bracket.value[1], err);
        if (status == ATW_OK && bracket.value[1] >= 0.0)
            return atw_zero_find(end, excess_at, profile, bracket, tolerance,
                                 EXCESS_TOLERANCE * profile->excess, err);
        bracket.x[0] = bracket.x[1];
        bracket.value[0] = bracket.value[1];
    }
    *end = reach < 0.0 ? -(double)INFINITY : (double)INFINITY;
    return status;
}

enum atw_status atw_direct_profile(double interval_K[2],
                                   struct atw_direct_problem *problem,
                                   const struct atw_least_squares_minimum *minimum,
                                   size_t particle,
                                   double std_K,
                                   double excess,
                                   struct atw_error *err)
{
    size_t index = atw_direct_shift_index(problem, particle);
    double centre = minimum->theta[index];
    enum atw_status status = ATW_OK;

    problem->held = index;
    for (int side = 0; side < 2 && status == ATW_OK; side++) {
        struct profile profile = {problem, *minimum, minimum->chi_square, excess};
        double reach = (side ? std_K : -std_K) / problem->T_ref_K;
        double end;

        status = find_end(&end, &profile, centre, reach, err);
        interval_K[side] = problem->T_ref_K * end;
    }
    problem->held = ATW_DIRECT_NO_PARAMETER;
    return status;
}
