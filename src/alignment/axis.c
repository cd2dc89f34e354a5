/* Search for the tilt axis by the misfit of a quick reconstruction.
 *
 * A coarse row of trials finds the valley, golden sections its bottom. */
#include "alignment/axis.h"

#include <math.h>

#define COARSE_TRIALS 9
#define GOLDEN 0.6180339887498949
#define OFFSET_TOLERANCE_PX 0.05
#define ROTATION_TOLERANCE_RAD 5e-4

/* One unknown of the placement: an offset in pixels or an angle. */
struct search {
    const struct atw_placement *placement;
    int is_angle;
};

static enum atw_status
misfit_at(const struct search *search, double x, double *misfit, struct atw_error *err)
{
    return atw_placement_misfit(search->placement, search->is_angle ? 0.0 : x,
                                search->is_angle ? x : 0.0, misfit, err);
}

/* Golden sections of [low, high] down to the tolerance. */
static enum atw_status bisect(const struct search *search,
                              double low,
                              double high,
                              double tolerance,
                              double *best,
                              struct atw_error *err)
{
    double a = high - GOLDEN * (high - low), b = low + GOLDEN * (high - low);
    double at_a = 0.0, at_b = 0.0;
    enum atw_status status = misfit_at(search, a, &at_a, err);

    if (status == ATW_OK)
        status = misfit_at(search, b, &at_b, err);
    while (status == ATW_OK && high - low > tolerance) {
        if (at_a < at_b) {
            high = b;
            b = a;
            at_b = at_a;
            a = high - GOLDEN * (high - low);
            status = misfit_at(search, a, &at_a, err);
        } else {
            low = a;
            a = b;
            at_a = at_b;
            b = low + GOLDEN * (high - low);
            status = misfit_at(search, b, &at_b, err);
        }
    }
    *best = 0.5 * (low + high);
    return status;
}

/* Stay at zero unless the misfit falls by the share least_gain. */
static enum atw_status insist_on_gain(const struct search *search,
                                      double least_gain,
                                      double *best,
                                      struct atw_error *err)
{
    double at_zero = 0.0, at_best = 0.0;
    enum atw_status status = misfit_at(search, 0.0, &at_zero, err);

    if (status == ATW_OK)
        status = misfit_at(search, *best, &at_best, err);
    if (status == ATW_OK && !(at_best < (1.0 - least_gain) * at_zero))
        *best = 0.0;
    return status;
}

static enum atw_status find_least(const struct search *search,
                                  double reach,
                                  double tolerance,
                                  double least_gain,
                                  double *best,
                                  struct atw_error *err)
{
    double step = 2.0 * reach / (COARSE_TRIALS - 1), least = INFINITY, middle = 0.0;
    enum atw_status status = ATW_OK;

    for (int i = 0; i < COARSE_TRIALS && status == ATW_OK; i++) {
        double x = -reach + step * i, misfit = 0.0;

        status = misfit_at(search, x, &misfit, err);
        if (misfit < least) {
            least = misfit;
            middle = x;
        }
    }
    if (status != ATW_OK)
        return status;
    status = bisect(search, middle - step, middle + step, tolerance, best, err);
    return status == ATW_OK ? insist_on_gain(search, least_gain, best, err) : status;
}

enum atw_status atw_axis_find_offset(struct atw_placement *placement,
                                     double reach_px,
                                     double least_gain,
                                     struct atw_error *err)
{
    const struct search search = {.placement = placement};
    double best = 0.0;
    enum atw_status status =
        find_least(&search, reach_px, OFFSET_TOLERANCE_PX, least_gain, &best, err);

    for (size_t i = 0; i < placement->series->n_tilt && status == ATW_OK; i++) {
        placement->u[i] += best * cos(placement->rotation_rad);
        placement->v[i] += best * sin(placement->rotation_rad);
    }
    return status;
}

enum atw_status atw_axis_find_rotation(struct atw_placement *placement,
                                       double reach_rad,
                                       double least_gain,
                                       struct atw_error *err)
{
    const struct search search = {.placement = placement, .is_angle = 1};
    double best = 0.0;
    enum atw_status status =
        find_least(&search, reach_rad, ROTATION_TOLERANCE_RAD, least_gain, &best, err);

    if (status == ATW_OK)
        placement->rotation_rad += best;
    return status;
}
