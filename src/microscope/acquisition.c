/* One draw of what happens while a tilt series is taken. */
#include "microscope/acquisition.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>

#include "core/constants.h"

static const double ROTATION_AT_MOST_RAD = 10.0 * ATW_DEGREE_RAD;

/* ---- checks ---- */

struct rule {
    const char *name;
    double value, least, greatest;
};

static enum atw_status check_settings(const struct atw_acquisition_settings *s,
                                      struct atw_error *err)
{
    const double any = 1e9;
    const struct rule rules[] = {
        {"tilt jitter (rad)", s->tilt_jitter_rad, 0.0, any},
        {"tilt backlash (rad)", s->tilt_backlash_rad, -any, any},
        {"angle turned during a view (rad)", s->turn_rad, 0.0, ATW_PI},
        {"random walk (m)", s->walk_m, 0.0, any},
        {"tracking error (m)", s->tracking_m, 0.0, any},
        {"drift within a frame (m)", s->frame_drift_m, 0.0, any},
        {"offset of the tilt axis (m)", s->axis_offset_m, -any, any},
        {"rotation of the tilt axis (rad)", s->axis_rotation_rad, -ROTATION_AT_MOST_RAD,
         ROTATION_AT_MOST_RAD},
        {"defocus (m)", s->defocus_m, -any, any},
        {"convergence semi-angle (rad)", s->convergence_rad, 0.0, 1.0},
        {"fraction of zone-axis views", s->zone_fraction, 0.0, 1.0},
        {"change in a zone-axis view", s->zone_change, 0.0, 0.99},
        {"tilt of the shadow (rad)", s->shadow_rad, 0.0, ATW_PI},
        {"loss in the shadow (1/rad)", s->shadow_loss_per_rad, 0.0, any},
        {"contamination (m)", s->contamination_m, 0.0, any},
        {"growth of the contamination (m)", s->contamination_per_view_m, 0.0, any},
        {"drift of the gain", s->gain_drift, -0.99, any}};

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!(rules[i].value >= rules[i].least && rules[i].value <= rules[i].greatest))
            return atw_error_set(
                err, ATW_EINVAL, "acquisition: %s is %g; it must lie in [%g, %g]",
                rules[i].name, rules[i].value, rules[i].least, rules[i].greatest);
    if ((int)s->order < 0 || s->order >= ATW_TILT_ORDERS)
        return atw_error_set(err, ATW_EINVAL, "acquisition: unknown order %d",
                             (int)s->order);
    return ATW_OK;
}

static int is_random(const struct atw_acquisition_settings *s)
{
    return s->tilt_jitter_rad > 0.0 || s->walk_m > 0.0 || s->tracking_m > 0.0 ||
           s->frame_drift_m > 0.0 || s->zone_fraction > 0.0;
}

/* ---- the order in which views are taken ---- */

static size_t nearest_zero(const double *tilt_rad, size_t n)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        if (fabs(tilt_rad[i]) < fabs(tilt_rad[best]))
            best = i;
    return best;
}

/* The view that is taken as number `rank`, and whether it is tilted to from above. */
static size_t view_at(const struct atw_acquisition *acquisition,
                      size_t rank,
                      size_t zero,
                      int *from_above)
{
    size_t n = acquisition->n_views;

    switch (acquisition->settings.order) {
    case ATW_TILT_DOWNWARD:
        *from_above = 1;
        return n - 1 - rank;
    case ATW_TILT_FROM_ZERO:
        *from_above = rank >= n - zero;
        return *from_above ? n - 1 - rank : zero + rank;
    case ATW_TILT_UPWARD:
    case ATW_TILT_ORDERS:
        break;
    }
    *from_above = 0;
    return rank;
}

/* ---- the draw ---- */

struct deviates {
    double jitter, walk[2], tracking[2], drift[2], zone, sign;
};

/* Always the same numbers in the same order, used or not. */
static struct deviates draw(gsl_rng *rng, const struct atw_random_key *key, size_t view)
{
    struct deviates d = {.zone = 1.0};
    struct atw_random_key own;

    if (!rng)
        return d;
    own = *key;
    own.item += view;
    atw_random_seek(rng, &own);
    d.jitter = gsl_ran_gaussian_ziggurat(rng, 1.0);
    for (int axis = 0; axis < 2; axis++) {
        d.walk[axis] = gsl_ran_gaussian_ziggurat(rng, 1.0);
        d.tracking[axis] = gsl_ran_gaussian_ziggurat(rng, 1.0);
        d.drift[axis] = gsl_ran_gaussian_ziggurat(rng, 1.0);
    }
    d.zone = gsl_rng_uniform(rng);
    d.sign = gsl_rng_uniform(rng) < 0.5 ? -1.0 : 1.0;
    return d;
}

/* Grows from 0 after refocusing to defocus_m just before the next time. */
static double sawtooth(const struct atw_acquisition *acquisition, size_t rank)
{
    const struct atw_acquisition_settings *s = &acquisition->settings;
    size_t period = s->refocus_views ? s->refocus_views : acquisition->n_views;

    return period > 1 ? s->defocus_m * (double)(rank % period) / (double)(period - 1)
                      : 0.0;
}

static double brightness(const struct atw_acquisition_settings *s,
                         double tilt_rad,
                         const struct deviates *d)
{
    double factor = d->zone < s->zone_fraction ? 1.0 + d->sign * s->zone_change : 1.0;

    if (s->shadow_rad > 0.0 && fabs(tilt_rad) > s->shadow_rad)
        factor *=
            fmax(0.0, 1.0 - s->shadow_loss_per_rad * (fabs(tilt_rad) - s->shadow_rad));
    return factor;
}

static void take(struct atw_acquisition *acquisition,
                 const double *tilt_rad,
                 size_t views_before,
                 gsl_rng *rng,
                 const struct atw_random_key *key)
{
    const struct atw_acquisition_settings *s = &acquisition->settings;
    size_t n = acquisition->n_views, zero = nearest_zero(tilt_rad, n);
    double walk[2] = {0.0, 0.0};

    for (size_t rank = 0; rank < n; rank++) {
        int from_above;
        size_t i = view_at(acquisition, rank, zero, &from_above);
        struct deviates d = draw(rng, key, i);
        struct atw_view *view = &acquisition->view[i];

        for (int axis = 0; axis < 2; axis++) {
            walk[axis] += s->walk_m * d.walk[axis];
            if (rank == 0 || (s->recentre_views && rank % s->recentre_views == 0))
                walk[axis] = 0.0;
        }
        view->tilt_rad = tilt_rad[i] + s->tilt_jitter_rad * d.jitter +
                         (from_above ? s->tilt_backlash_rad : 0.0);
        view->shift_u_m = walk[0] + s->tracking_m * d.tracking[0];
        view->shift_v_m = walk[1] + s->tracking_m * d.tracking[1];
        view->drift_u_m = s->frame_drift_m * d.drift[0];
        view->drift_v_m = s->frame_drift_m * d.drift[1];
        view->defocus_m = sawtooth(acquisition, rank);
        view->brightness = brightness(s, view->tilt_rad, &d);
        view->contamination_m = s->contamination_m + s->contamination_per_view_m *
                                                         (double)(views_before + rank);
        view->gain = 1.0 + (n > 1 ? s->gain_drift * (double)rank / (double)(n - 1) : 0.0);
    }
}

enum atw_status atw_acquisition_create(struct atw_acquisition **out,
                                       const struct atw_acquisition_settings *settings,
                                       const double *tilt_rad,
                                       size_t n_tilt,
                                       size_t views_before,
                                       const struct atw_random_key *key,
                                       struct atw_error *err)
{
    struct atw_acquisition *acquisition = NULL;
    gsl_rng *rng = NULL;
    enum atw_status status = check_settings(settings, err);

    *out = NULL;
    if (status == ATW_OK && (n_tilt == 0 || !tilt_rad))
        status = atw_error_set(err, ATW_EINVAL, "acquisition: no tilt angles");
    for (size_t i = 0; status == ATW_OK && i < n_tilt; i++)
        if (!isfinite(tilt_rad[i]))
            status = atw_error_set(err, ATW_EINVAL,
                                   "acquisition: tilt angle %zu is not finite", i + 1);
    if (status == ATW_OK && is_random(settings) && !key)
        status = atw_error_set(err, ATW_EINVAL,
                               "acquisition: random effects need a random key");
    if (status == ATW_OK && key)
        status = atw_random_create(&rng, key, err);
    if (status != ATW_OK)
        return status;
    acquisition = calloc(1, sizeof *acquisition);
    if (acquisition)
        acquisition->view = calloc(n_tilt, sizeof *acquisition->view);
    if (acquisition && acquisition->view) {
        acquisition->settings = *settings;
        acquisition->n_views = n_tilt;
        take(acquisition, tilt_rad, views_before, rng, key);
        *out = acquisition;
        acquisition = NULL; /* now owned by the caller */
    } else {
        status = atw_error_set(err, ATW_ENOMEM, "acquisition: out of memory");
    }
    atw_acquisition_destroy(acquisition);
    if (rng)
        gsl_rng_free(rng);
    return status;
}

void atw_acquisition_destroy(struct atw_acquisition *acquisition)
{
    if (!acquisition)
        return;
    free(acquisition->view);
    free(acquisition);
}

double atw_view_defocus_sigma_m(const struct atw_acquisition *acquisition, size_t view)
{
    return 0.5 * acquisition->settings.convergence_rad *
           fabs(acquisition->view[view].defocus_m);
}

double atw_acquisition_reach_m(const struct atw_acquisition *acquisition)
{
    double reach = 0.0;

    for (size_t i = 0; i < acquisition->n_views; i++) {
        const struct atw_view *view = &acquisition->view[i];
        double u = fabs(view->shift_u_m + acquisition->settings.axis_offset_m) +
                   0.5 * fabs(view->drift_u_m);
        double v = fabs(view->shift_v_m) + 0.5 * fabs(view->drift_v_m);

        reach = fmax(reach, fmax(u, v));
    }
    return reach;
}
