/* The particle that the analysis infers from the unheated tomogram. */
#include "pipeline/start_state.h"

#include <math.h>
#include <stdlib.h>

#include "core/zero.h"
#include "diffusion/family.h"
#include "pipeline/interval.h"
#include "pipeline/subvoxel.h"

/* Estimators share their points on the curve. */
struct known_point {
    size_t tomogram;
    double S_m2, variance_left;
};

struct atw_start_state {
    const struct atw_specimen *specimen;
    struct atw_field *metal, *composition; /* the latter is overwritten by diffusion */
    struct atw_diffusion_family *family;
    struct atw_alloying_reference
        *reference; /* [n_tomograms]; spread_unalloyed 0: not yet */
    struct known_point *known;
    size_t n_known;
};

/* The search for the threshold: this close to the measured mean intensity, as a share of
 * it, in this range of shares of the way from shell to core. */
#define MEAN_TOLERANCE 5e-4
#define SHARE_LEAST 0.1
#define SHARE_GREATEST 0.9
#define SHARE_TOLERANCE 1e-4

/* Two pure phases: core where the intensity is above a threshold, by shares of voxels. */
static void sharpen(struct atw_start_state *start, double share)
{
    const struct atw_measurement *unheated = &start->specimen->measurement[0];
    const struct atw_intensity_scale *scale = &start->specimen->scale;
    double threshold = scale->shell + share * (scale->core - scale->shell);
    size_t count = atw_grid_voxel_count(&start->composition->grid);
    float *shell = start->composition->value;

    atw_subvoxel_fraction(shell, unheated->volume, threshold);
    for (size_t i = 0; i < count; i++) {
        float metal = start->metal->value[i], core = shell[i] < metal ? shell[i] : metal;

        shell[i] = metal > 0.0F ? 1.0F - core / metal : 0.0F;
    }
}

/* True next to or inside the mask: noise elsewhere is no metal. */
static int is_near(const struct atw_mask *mask, size_t x, size_t y, size_t z)
{
    const struct atw_grid *grid = &mask->grid;

    for (int axis = 0; axis < 3; axis++)
        for (int step = -1; step <= 1; step++) {
            size_t at[3] = {x, y, z}, extent[3] = {grid->n_x, grid->n_y, grid->n_z};

            if ((step < 0 && at[axis] == 0) || (step > 0 && at[axis] + 1 == extent[axis]))
                continue;
            at[axis] += (size_t)step;
            if (mask->inside[atw_grid_index(grid, at[0], at[1], at[2])])
                return 1;
        }
    return 0;
}

/* Metal by shares of voxels above the threshold of the mask. */
static void find_metal(struct atw_start_state *start)
{
    const struct atw_measurement *unheated = &start->specimen->measurement[0];
    const struct atw_grid *grid = &start->metal->grid;

    atw_subvoxel_fraction(start->metal->value, unheated->volume, unheated->threshold);
    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t y = 0; y < grid->n_y; y++)
            for (size_t x = 0; x < grid->n_x; x++)
                if (!is_near(unheated->mask, x, y, z))
                    start->metal->value[atw_grid_index(grid, x, y, z)] = 0.0F;
}

/* Mean intensity within the mask of the reconstruction that the sharpened particle would
 * give, over the measured one, less 1. */
static enum atw_status
mean_excess(void *context, double share, double *excess, struct atw_error *err)
{
    struct atw_start_state *start = context;
    const struct atw_measurement *unheated = &start->specimen->measurement[0];
    struct atw_field *volume = NULL;
    enum atw_status status;

    sharpen(start, share);
    status =
        atw_instrument_imitate(unheated->instrument, start->metal, start->composition,
                               unheated->background, &volume, err);
    if (status == ATW_OK)
        *excess = atw_intensity_mean(volume, unheated->mask) /
                      atw_intensity_mean(unheated->volume, unheated->mask) -
                  1.0;
    atw_field_destroy(volume);
    return status;
}

/* The blur moves a curved interface and the rim of the mask takes some of the intensity,
 * so the threshold is the one with which the particle, imaged and reconstructed again,
 * has the amount of metal that was measured. */
static enum atw_status match_amount(struct atw_start_state *start, struct atw_error *err)
{
    struct atw_zero_bracket bracket = {{SHARE_LEAST, SHARE_GREATEST}, {0.0, 0.0}};
    enum atw_status status = mean_excess(start, SHARE_LEAST, &bracket.value[0], err);
    double share;

    if (status == ATW_OK)
        status = mean_excess(start, SHARE_GREATEST, &bracket.value[1], err);
    if (status != ATW_OK)
        return status;
    if (!(bracket.value[0] > 0.0 && bracket.value[1] < 0.0))
        return atw_error_set(err, ATW_EINPUT,
                             "particle %s: the tomogram taken before heating does not "
                             "show a core in a shell: thresholds between the two metals "
                             "give %+.1f to %+.1f %% of the intensity that was measured "
                             "too much",
                             start->specimen->particle->name, 100.0 * bracket.value[1],
                             100.0 * bracket.value[0]);
    return atw_zero_find(&share, mean_excess, start, bracket, SHARE_TOLERANCE,
                         MEAN_TOLERANCE, err);
}

static enum atw_status find_particle(struct atw_start_state *start, struct atw_error *err)
{
    const struct atw_specimen *specimen = start->specimen;
    enum atw_status status =
        atw_interval_initial_state(&start->metal, &start->composition, specimen, 0, err);

    if (status != ATW_OK || specimen->experiment->analysis.initial_state_given)
        return status;
    find_metal(start);
    return match_amount(start, err);
}

enum atw_status atw_start_state_create(struct atw_start_state **out,
                                       const struct atw_specimen *specimen,
                                       struct atw_error *err)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_start_state *start = calloc(1, sizeof *start);
    enum atw_status status;

    *out = NULL;
    if (start)
        start->reference = calloc(specimen->n_tomograms, sizeof *start->reference);
    if (!start || !start->reference) {
        free(start);
        return atw_error_set(err, ATW_ENOMEM, "start state: out of memory");
    }
    start->specimen = specimen;
    options.tolerance = specimen->experiment->analysis.model_tolerance;
    status = find_particle(start, err);
    if (status == ATW_OK)
        status = atw_diffusion_family_create(&start->family, start->composition,
                                             start->metal, &options, err);
    if (status == ATW_OK)
        *out = start;
    else
        atw_start_state_destroy(start);
    return status;
}

void atw_start_state_destroy(struct atw_start_state *start)
{
    if (!start)
        return;
    atw_field_destroy(start->metal);
    atw_field_destroy(start->composition);
    atw_diffusion_family_destroy(start->family);
    free(start->reference);
    free(start->known);
    free(start);
}

static enum atw_status spread_after(struct atw_start_state *start,
                                    size_t tomogram,
                                    double S_m2,
                                    double *spread,
                                    struct atw_error *err)
{
    enum atw_status status =
        atw_diffusion_family_at(start->family, S_m2, start->composition, err);

    if (status != ATW_OK)
        return status;
    return atw_interval_imitated_spread(&start->specimen->measurement[tomogram],
                                        start->metal, start->composition, spread, err);
}

/* Spreads of this particle before heating and fully alloyed. */
static enum atw_status
find_reference(struct atw_start_state *start, size_t tomogram, struct atw_error *err)
{
    struct atw_alloying_reference *reference = &start->reference[tomogram];
    struct atw_alloying_reference found;
    enum atw_status status;

    if (reference->spread_unalloyed > 0.0)
        return ATW_OK;
    status = spread_after(start, 0, 0.0, &found.spread_unalloyed, err);
    if (status != ATW_OK)
        return status;
    atw_interval_alloy(start->composition, start->metal);
    status = atw_interval_imitated_spread(&start->specimen->measurement[tomogram],
                                          start->metal, start->composition,
                                          &found.spread_alloyed, err);
    if (status == ATW_OK)
        *reference = found;
    return status;
}

/* Without memory for it, it is found again next time. */
static void remember(struct atw_start_state *start, struct known_point point)
{
    struct known_point *grown =
        reallocarray(start->known, start->n_known + 1, sizeof *grown);

    if (!grown)
        return;
    start->known = grown;
    grown[start->n_known++] = point;
}

enum atw_status atw_start_state_variance(struct atw_start_state *start,
                                         size_t tomogram,
                                         double S_m2,
                                         double *variance_left,
                                         struct atw_error *err)
{
    double spread;
    enum atw_status status;

    for (size_t i = 0; i < start->n_known; i++)
        if (start->known[i].tomogram == tomogram && start->known[i].S_m2 == S_m2) {
            *variance_left = start->known[i].variance_left;
            return ATW_OK;
        }
    status = find_reference(start, tomogram, err);
    if (status == ATW_OK)
        status = spread_after(start, tomogram, S_m2, &spread, err);
    if (status == ATW_OK)
        status =
            atw_variance_left(variance_left, spread, &start->reference[tomogram], err);
    if (status == ATW_OK)
        remember(start, (struct known_point){tomogram, S_m2, *variance_left});
    return status;
}

size_t atw_start_state_like_step(const struct atw_specimen *specimen, size_t step)
{
    const struct atw_measurement *own = &specimen->measurement[step + 1];
    size_t k = 0;

    while (k < step) {
        const struct atw_measurement *other = &specimen->measurement[k + 1];

        if (other->instrument == own->instrument && other->interior == own->interior)
            break;
        k++;
    }
    return k;
}
