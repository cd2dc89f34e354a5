/* From reconstructed intensity to composition. */
#include "quantification/composition.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort_float.h>
#include <gsl/gsl_statistics_float.h>

#include "quantification/threshold.h"

enum atw_status atw_composition_from_intensity(struct atw_field **out,
                                               const struct atw_field *volume,
                                               const struct atw_mask *mask,
                                               const struct atw_intensity_scale *scale,
                                               enum atw_composition_range range,
                                               struct atw_error *err)
{
    size_t voxels = atw_grid_voxel_count(&volume->grid);
    double span = scale->core - scale->shell;
    enum atw_status status = ATW_OK;

    *out = NULL;
    if (!isfinite(span) || span == 0.0)
        return atw_error_set(err, ATW_EINVAL,
                             "composition: intensities of core metal %g and shell metal "
                             "%g must be finite and differ",
                             scale->core, scale->shell);
    status = atw_mask_check_grid(mask, volume, "composition", err);
    if (status == ATW_OK)
        status = atw_field_check_finite(volume, "composition", err);
    if (status == ATW_OK)
        status = atw_field_create(out, &volume->grid, err);
    for (size_t i = 0; status == ATW_OK && i < voxels; i++)
        if (mask->inside[i]) {
            double c = (scale->core - (double)volume->value[i]) / span;

            if (range == ATW_COMPOSITION_CLIPPED)
                c = fmin(1.0, fmax(0.0, c));
            (*out)->value[i] = (float)c;
        }
    return status;
}

/* Median of the values inside the mask at or above a threshold; there is at least one. */
static enum atw_status upper_median(double *median,
                                    const struct atw_field *volume,
                                    const struct atw_mask *mask,
                                    double threshold,
                                    struct atw_error *err)
{
    size_t voxels = atw_grid_voxel_count(&volume->grid);
    size_t count = 0;
    float *upper = malloc(atw_mask_count(mask) * sizeof *upper);

    if (!upper)
        return atw_error_set(err, ATW_ENOMEM, "composition: out of memory");
    for (size_t i = 0; i < voxels; i++)
        if (mask->inside[i] && (double)volume->value[i] >= threshold)
            upper[count++] = volume->value[i];
    gsl_sort_float(upper, 1, count);
    *median = gsl_stats_float_median_from_sorted_data(upper, 1, count);
    free(upper);
    return ATW_OK;
}

enum atw_status atw_intensity_scale_estimate(struct atw_intensity_scale *scale,
                                             const struct atw_field *volume,
                                             const struct atw_mask *mask,
                                             double intensity_ratio,
                                             struct atw_error *err)
{
    struct atw_otsu otsu;
    double core = 0.0;
    enum atw_status status;

    if (!(intensity_ratio > 1.0) || !isfinite(intensity_ratio))
        return atw_error_set(
            err, ATW_EINVAL,
            "composition: intensity ratio %g of core to shell metal must "
            "be above 1 and finite",
            intensity_ratio);
    status = atw_otsu_threshold(&otsu, volume, mask, err);
    if (status == ATW_OK)
        status = upper_median(&core, volume, mask, otsu.threshold, err);
    if (status == ATW_OK && !(core > 0.0))
        status = atw_error_set(err, ATW_EINVAL,
                               "composition: median of the bright voxels is %g; it must "
                               "be positive",
                               core);
    if (status != ATW_OK) {
        atw_error_prepend(err, "intensity scale");
        return status;
    }
    scale->core = core;
    scale->shell = core / intensity_ratio;
    return ATW_OK;
}

double atw_intensity_total(const struct atw_field *volume)
{
    size_t voxels = atw_grid_voxel_count(&volume->grid);
    double sum = 0.0;

    for (size_t i = 0; i < voxels; i++)
        sum += (double)volume->value[i];
    return sum;
}

static double slice_total(const struct atw_field *volume, size_t y)
{
    const struct atw_grid *grid = &volume->grid;
    double sum = 0.0;

    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t x = 0; x < grid->n_x; x++)
            sum += (double)volume->value[atw_grid_index(grid, x, y, z)];
    return sum;
}

double atw_intensity_change_std(const struct atw_field *volume,
                                const struct atw_field *first)
{
    double unheated = atw_intensity_total(first), variance = 0.0;
    double scale = atw_intensity_total(volume) / unheated;

    for (size_t y = 0; y + 1 < volume->grid.n_y; y += 2) {
        double one = slice_total(volume, y) - scale * slice_total(first, y);
        double other = slice_total(volume, y + 1) - scale * slice_total(first, y + 1);

        variance += (one - other) * (one - other);
    }
    return sqrt(variance) / fabs(unheated);
}

double atw_intensity_mean(const struct atw_field *volume, const struct atw_mask *mask)
{
    size_t voxels = atw_grid_voxel_count(&volume->grid), inside = 0;
    double sum = 0.0;

    for (size_t i = 0; i < voxels; i++)
        if (mask->inside[i]) {
            sum += (double)volume->value[i];
            inside++;
        }
    return inside ? sum / (double)inside : NAN;
}
