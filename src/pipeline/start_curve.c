/* What a tomogram would see of the inferred particle after heating.
 *
 * The curve of the variance left is imitated without noise, from every other slice.
 * Measured spreads have noise. It adds a variance V of its own to the square of a spread
 * and moves the image a little, and neither goes in proportion to the variance left: so
 * shares with noise, (s^2 - s_inf^2) / (s_0^2 - s_inf^2), have a small excess over those
 * without, smooth in the share. It is found for a few states, each seen with a draw n of
 * the noise and with -n: what n has in common with an image, 2 cov(image, n), is of one
 * draw and drops out of the mean. V itself, which a draw tells no better than a measured
 * spread does, drops out of shares, but not out of the level of the alloyed state: that
 * is the mean of several draws (docs/estimators.md). */
#include "pipeline/start_internal.h"

#include <math.h>
#include <stdlib.h>

#include "inference/response_curve.h"
#include "pipeline/interval.h"

/* Shares of the variance near which the excess is found, and where the search for the
 * first begins: small S cost least. */
static const double excess_share[ATW_START_SHARES] = {0.7, 0.4, 0.05};
#define SEARCH_START_M2 6e-20

/* ---- shares without noise -------------------------------------------------- */

/* Without memory for it, it is found again next time. */
static void remember(struct atw_start_state *start, struct atw_start_point point)
{
    struct atw_start_point *grown =
        reallocarray(start->known, start->n_known + 1, sizeof *grown);

    if (!grown)
        return;
    start->known = grown;
    grown[start->n_known++] = point;
}

/* Of a squared spread; ATW_EINVAL unless the references can tell one. s_0 is that of
 * tomogram 0, as in the measurement. */
static enum atw_status share_of(double *share,
                                double squared,
                                const struct atw_start_state *start,
                                size_t tomogram,
                                struct atw_error *err)
{
    const struct atw_alloying_reference silent = {
        .spread_unalloyed = sqrt(start->reference[0].unheated),
        .spread_alloyed = sqrt(start->reference[tomogram].alloyed)};

    return atw_variance_left(share, sqrt(squared), &silent, err);
}

/* Once the references without noise are known. */
static enum atw_status silent_share(double *share,
                                    struct atw_start_state *start,
                                    size_t tomogram,
                                    double S_m2,
                                    struct atw_error *err)
{
    struct atw_tilt_series *signal = NULL;
    double squared;
    enum atw_status status;

    for (size_t i = 0; i < start->n_known; i++)
        if (start->known[i].tomogram == tomogram && start->known[i].S_m2 == S_m2) {
            *share = start->known[i].silent_share;
            return ATW_OK;
        }
    status = atw_diffusion_family_at(start->family, S_m2, start->composition, err);
    if (status == ATW_OK)
        status = atw_start_signal(&signal, start, tomogram, err);
    if (status == ATW_OK)
        status = atw_start_see_silent(&squared, start, tomogram, signal, err);
    if (status == ATW_OK)
        status = share_of(share, squared, start, tomogram, err);
    atw_tilt_series_destroy(signal);
    if (status == ATW_OK)
        remember(start, (struct atw_start_point){tomogram, S_m2, *share});
    return status;
}

/* ---- the excess of shares with noise --------------------------------------- */

/* Knots come with rising share; one that repeats the last is left out. */
static void add_knot(struct atw_start_excess *excess, double share, double value)
{
    size_t n = excess->n_knots;

    if (n > 0 && !(share > excess->share[n - 1]))
        return;
    excess->share[n] = share;
    excess->value[n] = value;
    excess->n_knots++;
}

static enum atw_status make_interpolant(struct atw_start_excess *excess,
                                        struct atw_error *err)
{
    if (excess->n_knots < gsl_interp_type_min_size(gsl_interp_steffen))
        return ATW_OK;
    excess->interpolant = gsl_interp_alloc(gsl_interp_steffen, excess->n_knots);
    if (!excess->interpolant)
        return atw_error_set(err, ATW_ENOMEM, "start state: out of memory");
    gsl_interp_init(excess->interpolant, excess->share, excess->value, excess->n_knots);
    return ATW_OK;
}

/* Of the state that start->composition holds, whose share without noise is given. */
static enum atw_status excess_of_state(double *excess,
                                       double share,
                                       const struct atw_start_state *start,
                                       size_t tomogram,
                                       struct atw_error *err)
{
    double alloyed = start->reference[tomogram].noisy_alloyed, squared;
    struct atw_tilt_series *signal;
    enum atw_status status = atw_start_signal(&signal, start, tomogram, err);

    if (status == ATW_OK)
        status = atw_start_see_noisy(&squared, start, tomogram, signal, err);
    atw_tilt_series_destroy(signal);
    if (status == ATW_OK)
        *excess =
            (squared - alloyed) / (start->reference[0].noisy_unheated - alloyed) - share;
    return status;
}

/* A tomogram's curve without noise, for atw_response_curve_find_point(). */
struct silent_curve {
    struct atw_start_state *start;
    size_t tomogram;
};

static enum atw_status
silent_response(void *context, double S_m2, double *share, struct atw_error *err)
{
    const struct silent_curve *of = context;

    return silent_share(share, of->start, of->tomogram, S_m2, err);
}

/* Share and excess at the point of the curve, looked for from *S_m2, where the share is
 * near a value; *S_m2 is NaN if there is none. */
static enum atw_status compare_at(double *share,
                                  double *excess,
                                  struct atw_response_curve *curve,
                                  const struct silent_curve *of,
                                  double near,
                                  double *S_m2,
                                  struct atw_error *err)
{
    struct atw_start_state *start = of->start;
    enum atw_status status = atw_response_curve_find_point(curve, near, *S_m2, S_m2, err);

    if (status != ATW_OK || isnan(*S_m2))
        return status;
    status = silent_share(share, start, of->tomogram, *S_m2, err);
    if (status == ATW_OK)
        status = atw_diffusion_family_at(start->family, *S_m2, start->composition, err);
    if (status == ATW_OK)
        status = excess_of_state(excess, *share, start, of->tomogram, err);
    return status;
}

/* Shares and excesses of heated states, falling; *n of them. */
static enum atw_status compare_heated(struct atw_start_state *start,
                                      size_t tomogram,
                                      double share[ATW_START_SHARES],
                                      double excess[ATW_START_SHARES],
                                      size_t *n,
                                      struct atw_error *err)
{
    struct silent_curve of = {start, tomogram};
    struct atw_response_curve *curve;
    double S_m2 = SEARCH_START_M2;
    enum atw_status status = atw_response_curve_create(&curve, silent_response, &of, err);

    *n = 0;
    for (size_t i = 0; i < ATW_START_SHARES && status == ATW_OK && !isnan(S_m2); i++) {
        status =
            compare_at(&share[*n], &excess[*n], curve, &of, excess_share[i], &S_m2, err);
        *n += status == ATW_OK && !isnan(S_m2);
    }
    atw_response_curve_destroy(curve);
    return status;
}

/* The unheated state has none in tomogram 0 and those like it: it is the reference. */
static enum atw_status
find_excess(struct atw_start_state *start, size_t tomogram, struct atw_error *err)
{
    struct atw_start_reference *reference = &start->reference[tomogram];
    const struct atw_start_reference *first = &start->reference[0];
    double share[ATW_START_SHARES], excess[ATW_START_SHARES], one;
    size_t n;
    enum atw_status status = compare_heated(start, tomogram, share, excess, &n, err);

    if (status == ATW_OK)
        status = share_of(&one, reference->unheated, start, tomogram, err);
    if (status != ATW_OK)
        return status;
    add_knot(&reference->excess, 0.0, 0.0);
    for (size_t i = n; i > 0; i--)
        add_knot(&reference->excess, share[i - 1], excess[i - 1]);
    add_knot(&reference->excess, one,
             (reference->noisy_unheated - reference->noisy_alloyed) /
                     (first->noisy_unheated - reference->noisy_alloyed) -
                 one);
    return make_interpolant(&reference->excess, err);
}

/* Between the outermost knots. */
static double excess_at(const struct atw_start_excess *excess, double share)
{
    double last = excess->n_knots > 0 ? excess->share[excess->n_knots - 1] : 0.0;

    if (!excess->interpolant)
        return 0.0;
    return gsl_interp_eval(excess->interpolant, excess->share, excess->value,
                           fmin(fmax(share, 0.0), last), NULL);
}

/* ---- references ------------------------------------------------------------ */

static int has_noise(const struct atw_start_state *start, size_t tomogram)
{
    return start->specimen->measurement[tomogram].instrument->deviates != NULL;
}

static enum atw_status
find_unheated(struct atw_start_state *start, size_t tomogram, struct atw_error *err)
{
    struct atw_start_reference *reference = &start->reference[tomogram];
    struct atw_tilt_series *signal = NULL;
    enum atw_status status;

    if (reference->is_unheated_known)
        return ATW_OK;
    status = atw_diffusion_family_at(start->family, 0.0, start->composition, err);
    if (status == ATW_OK)
        status = atw_start_signal(&signal, start, tomogram, err);
    if (status == ATW_OK)
        status = atw_start_see_silent(&reference->unheated, start, tomogram, signal, err);
    if (status == ATW_OK && has_noise(start, tomogram))
        status =
            atw_start_see_noisy(&reference->noisy_unheated, start, tomogram, signal, err);
    atw_tilt_series_destroy(signal);
    reference->is_unheated_known = status == ATW_OK;
    return status;
}

/* The level is that without noise where there is none. */
static enum atw_status
find_alloyed(struct atw_start_state *start, size_t tomogram, struct atw_error *err)
{
    struct atw_start_reference *reference = &start->reference[tomogram];
    struct atw_tilt_series *signal;
    double others;
    enum atw_status status;

    atw_interval_alloy(start->composition, start->metal);
    status = atw_start_signal(&signal, start, tomogram, err);
    if (status == ATW_OK)
        status = atw_start_see_silent(&reference->alloyed, start, tomogram, signal, err);
    reference->alloyed_level = reference->alloyed;
    if (status == ATW_OK && has_noise(start, tomogram)) {
        status =
            atw_start_see_noisy(&reference->noisy_alloyed, start, tomogram, signal, err);
        if (status == ATW_OK)
            status = atw_start_see_draws(&others, start, tomogram, signal,
                                         ATW_START_DRAWS - 1, err);
        if (status == ATW_OK)
            reference->alloyed_level =
                (reference->noisy_alloyed + others) / ATW_START_DRAWS;
    }
    atw_tilt_series_destroy(signal);
    return status;
}

static enum atw_status
find_references(struct atw_start_state *start, size_t tomogram, struct atw_error *err)
{
    struct atw_start_reference *reference = &start->reference[tomogram];
    enum atw_status status;

    if (reference->is_known)
        return ATW_OK;
    status = find_unheated(start, 0, err);
    if (status == ATW_OK)
        status = find_unheated(start, tomogram, err);
    if (status == ATW_OK)
        status = find_alloyed(start, tomogram, err);
    if (status == ATW_OK && has_noise(start, tomogram))
        status = find_excess(start, tomogram, err);
    reference->is_known = status == ATW_OK;
    return status;
}

void atw_start_references_release(struct atw_start_state *start)
{
    for (size_t i = 0; start->reference && i < start->specimen->n_tomograms; i++)
        gsl_interp_free(start->reference[i].excess.interpolant);
    free(start->reference);
}

/* ---- the curve ------------------------------------------------------------- */

/* The share on the scale of the measurement, whose alloyed reference is another particle:
 * that of the mask. The unheated spreads are those of one tomogram. */
static enum atw_status as_measured(double *variance_left,
                                   double own_share,
                                   const struct atw_start_state *start,
                                   size_t tomogram,
                                   struct atw_error *err)
{
    const struct atw_measurement *measurement = start->specimen->measurement;
    const struct atw_alloying_reference measured = {
        .spread_unalloyed = measurement[0].spread,
        .spread_alloyed = measurement[tomogram].spread_alloyed};
    double unheated = measured.spread_unalloyed * measured.spread_unalloyed;
    double alloyed = start->reference[tomogram].alloyed_level;
    double squared = alloyed + own_share * (unheated - alloyed);

    return atw_variance_left(variance_left, sqrt(fmax(squared, 0.0)), &measured, err);
}

enum atw_status atw_start_state_variance(struct atw_start_state *start,
                                         size_t tomogram,
                                         double S_m2,
                                         double *variance_left,
                                         struct atw_error *err)
{
    size_t like = atw_specimen_first_like(start->specimen, 0, tomogram);
    double share;
    enum atw_status status = find_references(start, like, err);

    if (status == ATW_OK)
        status = silent_share(&share, start, like, S_m2, err);
    if (status != ATW_OK)
        return status;
    share += excess_at(&start->reference[like].excess, share);
    return as_measured(variance_left, share, start, like, err);
}
