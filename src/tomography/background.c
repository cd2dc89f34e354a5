/* Constant background of a tilt series: a clipped mean of the empty edges. */
#include "tomography/background.h"

#include <float.h>
#include <math.h>

#include "core/clipped_sums.h"
#include "core/progress.h"
#include "core/wide.h"

#define CLIP_SIGMA 3.0
/* More than this many times as much below the level as above is no noise. */
#define BELOW_AT_MOST 2.0
/* Each round clips less than the one before; a few suffice, this is a stop. */
#define ROUNDS_AT_MOST 50

struct moments {
    size_t count;
    double mean, sigma;
};

/* Moments of the frame's pixels within [low, high], summed about `pivot`. */
static struct moments measure(const struct atw_tilt_series *series,
                              size_t frame,
                              double low,
                              double high,
                              double pivot)
{
    struct atw_clipped_sums sums = {.low = low, .high = high, .pivot = pivot};
    size_t n_u = series->n_u;

    for (size_t row = 0; row < series->n_tilt * series->n_v; row++) {
        const float *value = series->value + row * n_u;

        atw_clipped_sums_add(&sums, value, frame);
        atw_clipped_sums_add(&sums, value + n_u - frame, frame);
    }
    if (sums.count == 0)
        return (struct moments){0};
    return (struct moments){.count = sums.count,
                            .mean = atw_clipped_sums_mean(&sums),
                            .sigma = atw_clipped_sums_sigma(&sums)};
}

enum atw_status atw_background_estimate(const struct atw_tilt_series *series,
                                        size_t frame,
                                        double *level,
                                        struct atw_error *err)
{
    struct moments kept;
    enum atw_status status;

    if (frame == 0)
        return atw_error_set(err, ATW_EINVAL,
                             "background: a frame of 0 pixels: it must be at least 1");
    if (frame > series->n_u / 2)
        return atw_error_set(
            err, ATW_EINPUT,
            "views of %zu pixels across the tilt axis have no empty frame "
            "of %zu on either side to estimate the background in: give "
            "it as a number",
            series->n_u, frame);
    status = atw_tilt_series_check_finite(series, "background", err);
    if (status != ATW_OK)
        return status;
    kept = measure(series, frame, -DBL_MAX, DBL_MAX, (double)series->value[0]);
    for (int round = 0; round < ROUNDS_AT_MOST; round++) {
        /* A little slack, so that equal pixels are not lost to rounding. */
        double reach = CLIP_SIGMA * kept.sigma + 1e-9 * fabs(kept.mean);
        struct moments next =
            measure(series, frame, kept.mean - reach, kept.mean + reach, kept.mean);

        if (next.count == 0 || next.count == kept.count)
            break;
        kept = next;
    }
    *level = kept.mean;
    return ATW_OK;
}

enum atw_status atw_background_check(const struct atw_tilt_series *series,
                                     double level,
                                     struct atw_error *err)
{
    double above = 0.0, below = 0.0;

    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++) {
        double value = (double)series->value[i] - level;

        above += fmax(value, 0.0);
        below += fmax(-value, 0.0);
    }
    if (!(above > 0.0))
        return atw_error_set(err, ATW_EINPUT,
                             "no pixel is above the background of %.6g: the series is "
                             "empty, or shows dark objects on a bright ground, which "
                             "must be inverted first",
                             level);
    if (below > BELOW_AT_MOST * above)
        atw_warn("%.0f %% of the intensity is below the background of %.6g: dark objects "
                 "must be inverted first, objects at the edges need a background that is "
                 "given",
                 100.0 * below / (above + below), level);
    return ATW_OK;
}

ATW_WIDE void atw_background_subtract(struct atw_tilt_series *series, double level)
{
    size_t count = atw_tilt_series_pixel_count(series);
    float *value = series->value;

    for (size_t i = 0; i < count; i++) {
        double above = (double)value[i] - level;

        value[i] = above > 0.0 ? (float)above : 0.0f;
    }
}
