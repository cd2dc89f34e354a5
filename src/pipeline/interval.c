/* Forward model of one heating interval. */
#include "pipeline/interval.h"

#include <stdlib.h>

#include "diffusion/family.h"
#include "pipeline/deviation.h"

struct atw_interval {
    const struct atw_specimen *specimen;
    size_t step;
    struct atw_field *metal;       /* initial state: owned copies */
    struct atw_field *composition; /* scratch for the diffused state */
    struct atw_diffusion_family *family;
};

/* Voxels inside the mask count as metal throughout. */
static enum atw_status
metal_of_mask(struct atw_field **out, const struct atw_mask *mask, struct atw_error *err)
{
    enum atw_status status = atw_field_create(out, &mask->grid, err);
    size_t count = atw_grid_voxel_count(&mask->grid);

    for (size_t i = 0; status == ATW_OK && i < count; i++)
        (*out)->value[i] = mask->inside[i] ? 1.0F : 0.0F;
    return status;
}

/* Clipping the noise would alloy the particle before any heating. */
enum atw_status atw_interval_initial_state(struct atw_field **metal,
                                           struct atw_field **composition,
                                           const struct atw_specimen *specimen,
                                           size_t step,
                                           struct atw_error *err)
{
    const struct atw_measurement *before = &specimen->measurement[step];
    const struct atw_experiment_step *given = &specimen->particle->step[step];
    enum atw_status status;

    if (specimen->experiment->analysis.initial_state_given) {
        status = atw_field_copy(metal, given->initial_metal, err);
        if (status == ATW_OK)
            status = atw_field_copy(composition, given->initial_composition, err);
        return status;
    }
    status = metal_of_mask(metal, before->mask, err);
    if (status == ATW_OK)
        status = atw_composition_from_intensity(composition, before->volume, before->mask,
                                                &specimen->scale,
                                                ATW_COMPOSITION_AS_MEASURED, err);
    return status;
}

enum atw_status atw_interval_create(struct atw_interval **out,
                                    const struct atw_specimen *specimen,
                                    size_t step,
                                    struct atw_error *err)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_interval *interval = calloc(1, sizeof *interval);
    enum atw_status status;

    *out = NULL;
    if (!interval)
        return atw_error_set(err, ATW_ENOMEM, "interval: out of memory");
    interval->specimen = specimen;
    interval->step = step;
    options.tolerance = specimen->experiment->analysis.model_tolerance;
    status = atw_interval_initial_state(&interval->metal, &interval->composition,
                                        specimen, step, err);
    if (status == ATW_OK)
        status = atw_diffusion_family_create(&interval->family, interval->composition,
                                             interval->metal, &options, err);
    if (status == ATW_OK) {
        *out = interval;
        return ATW_OK;
    }
    atw_interval_destroy(interval);
    return status;
}

void atw_interval_destroy(struct atw_interval *interval)
{
    if (!interval)
        return;
    atw_field_destroy(interval->metal);
    atw_field_destroy(interval->composition);
    atw_diffusion_family_destroy(interval->family);
    free(interval);
}

size_t atw_interval_step(const struct atw_interval *interval)
{
    return interval->step;
}

/* Spread, within the interior of a tomogram, of the reconstruction a state would give. */
static enum atw_status imitated_spread(const struct atw_measurement *measurement,
                                       const struct atw_field *metal,
                                       const struct atw_field *composition,
                                       double *spread,
                                       struct atw_error *err)
{
    const struct atw_instrument part =
        atw_instrument_of_slices(measurement->instrument, measurement->slices);
    struct atw_field *volume = NULL;
    enum atw_status status = atw_instrument_imitate(
        &part, metal, composition, measurement->background, &volume, err);

    if (status == ATW_OK)
        status = atw_intensity_spread(spread, volume, measurement->interior, err);
    atw_field_destroy(volume);
    return status;
}

enum atw_status atw_interval_spread(struct atw_interval *interval,
                                    double S_m2,
                                    double *spread,
                                    struct atw_error *err)
{
    enum atw_status status =
        atw_diffusion_family_at(interval->family, S_m2, interval->composition, err);

    if (status != ATW_OK)
        return status;
    return imitated_spread(&interval->specimen->measurement[interval->step + 1],
                           interval->metal, interval->composition, spread, err);
}

void atw_interval_alloy(struct atw_field *composition, const struct atw_field *metal)
{
    size_t count = atw_grid_voxel_count(&metal->grid);
    double amount = 0.0, volume = 0.0;

    for (size_t i = 0; i < count; i++) {
        amount += (double)metal->value[i] * (double)composition->value[i];
        volume += (double)metal->value[i];
    }
    for (size_t i = 0; i < count; i++)
        composition->value[i] = metal->value[i] > 0.0F ? (float)(amount / volume) : 0.0F;
}

enum atw_status atw_interval_spread_alloyed(const struct atw_specimen *specimen,
                                            size_t tomogram,
                                            double *spread,
                                            double *squared_std,
                                            struct atw_error *err)
{
    struct atw_field *metal = NULL, *composition = NULL;
    enum atw_status status =
        atw_interval_initial_state(&metal, &composition, specimen, 0, err);

    if (status == ATW_OK) {
        atw_interval_alloy(composition, metal);
        status = atw_deviation_of_imitation(&specimen->measurement[tomogram], metal,
                                            composition, spread, squared_std, err);
    }
    atw_field_destroy(metal);
    atw_field_destroy(composition);
    return status;
}

enum atw_status atw_interval_volume_alloyed(const struct atw_specimen *specimen,
                                            size_t tomogram,
                                            struct atw_field **volume,
                                            struct atw_error *err)
{
    const struct atw_measurement *measurement = &specimen->measurement[tomogram];
    const struct atw_instrument part =
        atw_instrument_of_slices(measurement->instrument, measurement->slices);
    struct atw_field *metal = NULL, *composition = NULL;
    enum atw_status status =
        atw_interval_initial_state(&metal, &composition, specimen, 0, err);

    if (status == ATW_OK) {
        atw_interval_alloy(composition, metal);
        status = atw_instrument_imitate(&part, metal, composition,
                                        measurement->background, volume, err);
    }
    atw_field_destroy(metal);
    atw_field_destroy(composition);
    return status;
}
