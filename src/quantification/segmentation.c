/* Which voxels are particle: threshold, largest component, holes filled. */
#include "quantification/segmentation.h"

#include <math.h>

#include "quantification/component_internal.h"
#include "quantification/threshold.h"

static enum atw_status check_options(const struct atw_segmentation_options *options,
                                     struct atw_error *err)
{
    double parameter = options->parameter;

    switch (options->rule) {
    case ATW_THRESHOLD_OTSU:
        return ATW_OK;
    case ATW_THRESHOLD_FRACTION:
        if (parameter > 0.0 && parameter < 1.0)
            return ATW_OK;
        return atw_error_set(err, ATW_EINVAL,
                             "segmentation: threshold at a fraction %g of the mean; it "
                             "must lie in (0, 1)",
                             parameter);
    case ATW_THRESHOLD_VALUE:
        if (isfinite(parameter))
            return ATW_OK;
        return atw_error_set(err, ATW_EINVAL, "segmentation: threshold %g must be finite",
                             parameter);
    }
    return atw_error_set(err, ATW_EINVAL, "segmentation: unknown threshold rule %d",
                         (int)options->rule);
}

static double threshold_of(const struct atw_segmentation_options *options,
                           const struct atw_otsu *otsu)
{
    switch (options->rule) {
    case ATW_THRESHOLD_FRACTION:
        return options->parameter * otsu->mean_above;
    case ATW_THRESHOLD_VALUE:
        return options->parameter;
    case ATW_THRESHOLD_OTSU:
        break;
    }
    return otsu->threshold;
}

static void
mark_at_or_above(struct atw_mask *mask, const struct atw_field *volume, double threshold)
{
    size_t voxels = atw_grid_voxel_count(&mask->grid);

    for (size_t i = 0; i < voxels; i++)
        mask->inside[i] = (double)volume->value[i] >= threshold;
}

enum atw_status atw_segment(struct atw_mask **out,
                            const struct atw_field *volume,
                            const struct atw_segmentation_options *options,
                            double *threshold,
                            struct atw_error *err)
{
    struct atw_mask *mask = NULL;
    struct atw_otsu otsu;
    double used;
    enum atw_status status = check_options(options, err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_otsu_threshold(&otsu, volume, NULL, err);
    if (status == ATW_OK)
        status = atw_mask_create(&mask, &volume->grid, err);
    if (status != ATW_OK)
        return status;
    used = threshold_of(options, &otsu);
    mark_at_or_above(mask, volume, used);
    status = atw_mask_keep_largest(mask, err);
    if (status == ATW_OK)
        status = atw_mask_fill_holes(mask, err);
    if (status == ATW_OK && atw_mask_count(mask) == 0)
        status = atw_error_set(err, ATW_EINVAL,
                               "segmentation: no voxel reaches the threshold %g; the "
                               "mean of the bright voxels is %g",
                               used, otsu.mean_above);
    if (status != ATW_OK) {
        atw_mask_destroy(mask);
        return status;
    }
    if (threshold)
        *threshold = used;
    *out = mask;
    return ATW_OK;
}
