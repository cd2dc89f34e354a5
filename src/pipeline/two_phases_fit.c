/* Damping and gain that the unheated tomogram asks for.
 *
 * For every damping and gain there is a particle of two phases, and a reconstruction of
 * it. They are chosen so that it differs least from the tomogram, by Gauss-Newton steps
 * with forward differences through the whole search of the particle. Damping dims the
 * core more than the shell and the middle more than the rim: that tells it from a gain.
 */
#include <math.h>
#include <string.h>

#include "core/progress.h"
#include "pipeline/two_phases.h"

enum { DAMPING, GAIN, N_PARAMETERS };

/* Of 1/nm and of ln gain: differences, longest steps, and steps too short to matter. The
 * first is what damping must be for anyone to look for it: it moves dT by 0.3 K. */
static const double difference[N_PARAMETERS] = {1.0 / 600.0, 0.01};
static const double longest[N_PARAMETERS] = {1.0 / 100.0, 0.15};
static const double shortest[N_PARAMETERS] = {1.0 / 3000.0, 0.003};
#define STEPS_MOST 6
#define HALVINGS_MOST 3

/* Of the measured mean intensity: what noise and voxels may do, and what no particle of
 * two phases explains. */
#define MEAN_EXCESS_NOTICED 0.01
#define MEAN_EXCESS_MOST 0.05

struct search {
    const struct atw_specimen *specimen;
    struct atw_field *metal, *composition;
    struct atw_error *err;
};

struct trial {
    double parameter[N_PARAMETERS]; /* 1/nm, ln gain */
    struct atw_field *volume;
    double misfit; /* sum of squares within the mask */
    double excess; /* of the mean intensity, as a share of the measured one */
};

static struct atw_two_phases_imaging imaging_of(const struct trial *trial)
{
    return (struct atw_two_phases_imaging){.gain = exp(trial->parameter[GAIN]),
                                           .damping_per_nm = trial->parameter[DAMPING]};
}

/* trial->parameter is given. */
static enum atw_status attempt(struct trial *trial, const struct search *search)
{
    const struct atw_measurement *unheated = &search->specimen->measurement[0];
    const struct atw_two_phases_imaging imaging = imaging_of(trial);
    size_t count = atw_grid_voxel_count(&unheated->volume->grid);
    enum atw_status status =
        atw_two_phases_find(search->metal, search->composition, &trial->volume,
                            search->specimen, &imaging, search->err);

    if (status != ATW_OK)
        return status;
    trial->misfit = 0.0;
    for (size_t i = 0; i < count; i++)
        if (unheated->mask->inside[i]) {
            double r =
                (double)unheated->volume->value[i] - (double)trial->volume->value[i];

            trial->misfit += r * r;
        }
    trial->excess = atw_intensity_mean(trial->volume, unheated->mask) /
                        atw_intensity_mean(unheated->volume, unheated->mask) -
                    1.0;
    return ATW_OK;
}

static struct trial moved(const struct trial *from, const double step[N_PARAMETERS])
{
    struct trial to = {0};

    for (int j = 0; j < N_PARAMETERS; j++)
        to.parameter[j] = from->parameter[j] + step[j];
    to.parameter[DAMPING] = fmax(to.parameter[DAMPING], 0.0);
    return to;
}

/* Solve the normal equations of the free parameters for a step. */
static void solve(double step[N_PARAMETERS],
                  double matrix[N_PARAMETERS][N_PARAMETERS],
                  const double right[N_PARAMETERS],
                  const int *is_free)
{
    double determinant = matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0];

    for (int j = 0; j < N_PARAMETERS; j++) {
        int other = 1 - j;

        step[j] = 0.0;
        if (is_free[j] && is_free[other])
            step[j] =
                (right[j] * matrix[other][other] - right[other] * matrix[j][other]) /
                determinant;
        else if (is_free[j])
            step[j] = right[j] / matrix[j][j];
        step[j] = fmin(fmax(step[j], -longest[j]), longest[j]);
    }
}

/* The Gauss-Newton step from *at. */
static enum atw_status find_step(double step[N_PARAMETERS],
                                 const struct trial *at,
                                 const int *is_free,
                                 const struct search *search)
{
    const struct atw_measurement *unheated = &search->specimen->measurement[0];
    size_t count = atw_grid_voxel_count(&unheated->volume->grid);
    double matrix[N_PARAMETERS][N_PARAMETERS] = {{0.0}}, right[N_PARAMETERS] = {0.0};
    struct trial beside[N_PARAMETERS] = {{.volume = NULL}};
    enum atw_status status = ATW_OK;

    for (int j = 0; j < N_PARAMETERS && status == ATW_OK; j++) {
        double aside[N_PARAMETERS] = {0.0};

        aside[j] = difference[j];
        beside[j] = moved(at, aside);
        if (is_free[j])
            status = attempt(&beside[j], search);
    }
    for (size_t i = 0; status == ATW_OK && i < count; i++) {
        double slope[N_PARAMETERS] = {0.0}, here = at->volume->value[i];

        if (!unheated->mask->inside[i])
            continue;
        for (int j = 0; j < N_PARAMETERS; j++)
            if (is_free[j])
                slope[j] = ((double)beside[j].volume->value[i] - here) / difference[j];
        for (int j = 0; j < N_PARAMETERS; j++) {
            right[j] += slope[j] * ((double)unheated->volume->value[i] - here);
            for (int k = 0; k < N_PARAMETERS; k++)
                matrix[j][k] += slope[j] * slope[k];
        }
    }
    for (int j = 0; j < N_PARAMETERS; j++)
        atw_field_destroy(beside[j].volume);
    if (status == ATW_OK)
        solve(step, matrix, right, is_free);
    return status;
}

static int is_short(const double step[N_PARAMETERS])
{
    for (int j = 0; j < N_PARAMETERS; j++)
        if (!(fabs(step[j]) < shortest[j]))
            return 0;
    return 1;
}

/* Go along the step as far as the misfit falls. *has_moved: it did somewhere. */
static enum atw_status go(struct trial *at,
                          int *has_moved,
                          double step[N_PARAMETERS],
                          const struct search *search)
{
    *has_moved = 0;
    for (int i = 0; i < HALVINGS_MOST && !is_short(step); i++) {
        struct trial next = moved(at, step);
        enum atw_status status = attempt(&next, search);

        if (status != ATW_OK)
            return status;
        if (next.misfit < at->misfit) {
            atw_field_destroy(at->volume);
            *at = next;
            *has_moved = 1;
            return ATW_OK;
        }
        atw_field_destroy(next.volume);
        for (int j = 0; j < N_PARAMETERS; j++)
            step[j] *= 0.5;
    }
    return ATW_OK;
}

static enum atw_status
minimise(struct trial *at, const int *is_free, const struct search *search)
{
    int has_moved = 1;
    enum atw_status status = ATW_OK;

    for (int i = 0; i < STEPS_MOST && has_moved && status == ATW_OK; i++) {
        double step[N_PARAMETERS];

        status = find_step(step, at, is_free, search);
        if (status == ATW_OK)
            status = go(at, &has_moved, step, search);
    }
    return status;
}

/* Whether a little damping would be better than none. */
static enum atw_status
asks_for_damping(int *asks, const struct trial *at, const struct search *search)
{
    const double little[N_PARAMETERS] = {[DAMPING] = difference[DAMPING]};
    struct trial trial = moved(at, little);
    enum atw_status status = attempt(&trial, search);

    *asks = status == ATW_OK && trial.misfit < at->misfit;
    atw_field_destroy(trial.volume);
    return status;
}

static int is_off(const struct trial *at, double accepted)
{
    return !(fabs(at->excess) <= accepted);
}

/* To the lowest misfit that damping alone or gain alone reaches; if neither gives the
 * mean intensity, or nothing is known of the gain, both together. */
static enum atw_status explain(struct trial *at,
                               int is_damping_free,
                               int is_gain_free,
                               const struct search *search)
{
    const int damping[N_PARAMETERS] = {[DAMPING] = 1}, gain[N_PARAMETERS] = {[GAIN] = 1};
    const int both[N_PARAMETERS] = {[DAMPING] = is_damping_free, [GAIN] = 1};
    struct trial other = moved(at, (const double[N_PARAMETERS]){0.0});
    enum atw_status status = ATW_OK;

    if (is_damping_free && !is_gain_free) {
        status = minimise(at, damping, search);
        if (status == ATW_OK)
            status = attempt(&other, search);
        if (status == ATW_OK)
            status = minimise(&other, gain, search);
        if (status == ATW_OK && other.misfit < at->misfit) {
            struct trial worse = *at;

            *at = other;
            other = worse;
        }
    }
    if (status == ATW_OK && (is_gain_free || is_off(at, MEAN_EXCESS_NOTICED)))
        status = minimise(at, both, search);
    atw_field_destroy(other.volume);
    return status;
}

/* From what was stated, given in *at, to what the tomogram asks for. Without calibration
 * a gain makes up for damping, so that neither can be tried alone. */
static enum atw_status adapt(struct trial *at, const struct search *search)
{
    const struct atw_experiment *experiment = search->specimen->experiment;
    int is_damping_free = !(experiment->analysis.model_damping_m > 0.0);
    int is_gain_free = !(experiment->counts_per_nm > 0.0);
    int is_stated_off = is_off(at, MEAN_EXCESS_NOTICED);
    int asks = is_stated_off || (is_damping_free && is_gain_free);
    double excess = at->excess;
    enum atw_status status = ATW_OK;

    if (!asks && is_damping_free)
        status = asks_for_damping(&asks, at, search);
    if (status == ATW_OK && asks)
        status = explain(at, is_damping_free, is_gain_free, search);
    if (at->parameter[DAMPING] < difference[DAMPING] && !is_stated_off)
        *at = (struct trial){.volume = at->volume, .excess = excess};
    return status;
}

static void report(const struct atw_two_phases_imaging *imaging,
                   const struct atw_specimen *specimen)
{
    double change = 100.0 * (imaging->gain - 1.0);

    if (imaging->damping_per_nm > 0.0)
        atw_warn("particle %s: the tomogram taken before heating shows damping that "
                 "analysis.model.damping does not state, a mean free path of about %.0f "
                 "nm in the core; estimators that start from it use that",
                 specimen->particle->name, 1.0 / imaging->damping_per_nm);
    if (fabs(change) > 100.0 * MEAN_EXCESS_NOTICED)
        atw_warn("particle %s: the tomogram taken before heating shows a particle whose "
                 "metals are %+.1f %% brighter than microscope.counts_per_unit or the "
                 "core say; estimators that start from it use that",
                 specimen->particle->name, change);
}

static enum atw_status
refuse(const struct trial *at, const struct atw_specimen *specimen, struct atw_error *err)
{
    return atw_error_set(err, ATW_EINPUT,
                         "particle %s: the tomogram taken before heating does not show a "
                         "core in a shell: the two metals that it is closest to would "
                         "give %.1f %% %s intensity than was measured; see whether "
                         "microscope.intensity_ratio and analysis.model.damping are "
                         "those of the series",
                         specimen->particle->name, 100.0 * fabs(at->excess),
                         at->excess < 0.0 ? "less" : "more");
}

/* In fields of its own: those of the caller hold the particle of what was stated. */
static enum atw_status
adapt_aside(struct trial *at, const struct search *own, struct atw_error *err)
{
    struct search aside = {.specimen = own->specimen, .err = err};
    enum atw_status status = atw_field_copy(&aside.metal, own->metal, err);

    if (status == ATW_OK)
        status = atw_field_copy(&aside.composition, own->composition, err);
    if (status == ATW_OK)
        status = adapt(at, &aside);
    if (at->parameter[DAMPING] < shortest[DAMPING])
        at->parameter[DAMPING] = 0.0;
    atw_field_destroy(aside.metal);
    atw_field_destroy(aside.composition);
    return status;
}

enum atw_status atw_two_phases_fit(struct atw_field *metal,
                                   struct atw_field *composition,
                                   struct atw_two_phases_imaging *imaging,
                                   const struct atw_specimen *specimen,
                                   struct atw_error *err)
{
    const struct search own = {specimen, metal, composition, err};
    struct trial at = {0};
    enum atw_status status = attempt(&at, &own);

    if (status == ATW_OK)
        status = adapt_aside(&at, &own, err);
    if (status == ATW_OK && is_off(&at, MEAN_EXCESS_MOST))
        status = refuse(&at, specimen, err);
    *imaging = imaging_of(&at);
    if (status == ATW_OK && (at.parameter[DAMPING] != 0.0 || at.parameter[GAIN] != 0.0)) {
        report(imaging, specimen);
        atw_field_destroy(at.volume);
        status = attempt(&at, &own);
    }
    atw_field_destroy(at.volume);
    return status;
}
