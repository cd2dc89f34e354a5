/* Bound: from the information of the series of a particle to that about ln S of its
 * steps. */
#include "pipeline/bound_internal.h"

/* What a particle shares among its series. */
enum { SHARED = ATW_BOUND_SERIES_PARAMETERS - ATW_BOUND_CONTRAST };

/* One series: ln S and what the particle shares, the rest eliminated or known. */
static enum atw_status reduce_series(struct atw_information **out,
                                     const struct atw_bound_work *work,
                                     size_t series,
                                     enum atw_bound_stage stage,
                                     struct atw_error *err)
{
    static const int keep[ATW_BOUND_SERIES_PARAMETERS] = {1, 0, 0, 0, 1, 1, 1, 1, 1, 1};
    int brightness = stage < ATW_BOUND_BRIGHTNESS, probe = stage < ATW_BOUND_BLUR;
    const int known[ATW_BOUND_SERIES_PARAMETERS] = {0, brightness, brightness, probe};
    const struct atw_information *information = stage < ATW_BOUND_POSITIONS
                                                    ? work->positions_known[series]
                                                    : work->positions_unknown[series];

    return atw_information_reduce(out, information, keep, known, err);
}

enum atw_status atw_bound_of_particle(struct atw_information **out,
                                      const struct atw_bound_work *work,
                                      size_t particle,
                                      enum atw_bound_stage stage,
                                      struct atw_error *err)
{
    size_t n_steps = work->n_tomograms - 1, n = n_steps + SHARED;
    int flags[2 * (ATW_STEPS_MAX + SHARED)] = {0}, *keep = flags, *known = flags + n;
    struct atw_information *whole = NULL;
    enum atw_status status = atw_information_create(&whole, n, err);

    *out = NULL;
    for (size_t k = 0; k < work->n_tomograms && status == ATW_OK; k++) {
        struct atw_information *part = NULL;
        size_t index[1 + SHARED];

        index[0] = k > 0 ? k - 1 : 0; /* before heating ln S has no information */
        for (size_t i = 0; i < SHARED; i++)
            index[1 + i] = n_steps + i;
        status = reduce_series(&part, work, particle * work->n_tomograms + k, stage, err);
        if (status == ATW_OK)
            atw_information_add_part(whole, part, index);
        atw_information_destroy(part);
    }
    for (size_t i = 0; i < n; i++) {
        keep[i] = i < n_steps;
        known[i] = i >= n_steps && stage < ATW_BOUND_PARTICLE;
    }
    if (status == ATW_OK)
        status = atw_information_reduce(out, whole, keep, known, err);
    atw_information_destroy(whole);
    return status;
}
