#include "inference/profile.h"

#include <math.h>

#include "core/zero.h"

#define EXPANSIONS_MAX 12
#define GROWTH 1.6

struct search {
    const struct atw_profile *profile;
    struct atw_least_squares_minimum last; /* start of the next fit */
    double chi_square_min, excess;
};

/* chi^2 with the parameter held at x, over what is allowed. */
static enum atw_status
excess_at(void *context, double x, double *value, struct atw_error *err)
{
    struct search *search = context;
    struct atw_least_squares_minimum minimum;
    enum atw_status status = search->profile->minimise(search->profile->problem, x,
                                                       search->last.theta, &minimum, err);

    if (status != ATW_OK)
        return status;
    search->last = minimum;
    *value = minimum.chi_square - search->chi_square_min - search->excess;
    return ATW_OK;
}

/* End of the interval on the side to which `reach` points. */
static enum atw_status find_end(double *end,
                                struct search *search,
                                double centre,
                                double reach,
                                struct atw_error *err)
{
    struct atw_zero_bracket bracket = {{centre, centre},
                                       {-search->excess, -search->excess}};
    double tolerance = search->profile->tolerance;
    double tolerance_x = tolerance * fabs(reach);
    enum atw_status status = ATW_OK;

    for (int i = 0; i < EXPANSIONS_MAX && status == ATW_OK; i++, reach *= GROWTH) {
        bracket.x[1] = centre + reach;
        if (!(fabs(bracket.x[1]) < search->profile->most))
            break;
        status = excess_at(search, bracket.x[1], &bracket.value[1], err);
        if (status == ATW_OK && bracket.value[1] >= 0.0)
            return atw_zero_find(end, excess_at, search, bracket, tolerance_x,
                                 tolerance * search->excess, err);
        bracket.x[0] = bracket.x[1];
        bracket.value[0] = bracket.value[1];
    }
    *end = reach < 0.0 ? -(double)INFINITY : (double)INFINITY;
    return status;
}

enum atw_status atw_profile_interval(double interval[2],
                                     const struct atw_profile *profile,
                                     const struct atw_least_squares_minimum *minimum,
                                     size_t index,
                                     double reach,
                                     double excess,
                                     struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (int side = 0; side < 2 && status == ATW_OK; side++) {
        struct search search = {.profile = profile,
                                .last = *minimum,
                                .chi_square_min = minimum->chi_square,
                                .excess = excess};

        status = find_end(&interval[side], &search, minimum->theta[index],
                          side == 0 ? -reach : reach, err);
    }
    return status;
}
