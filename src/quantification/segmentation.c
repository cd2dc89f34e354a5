/* Which voxels are particle: threshold, largest component, holes filled.
 *
 * Rules that take one level for the whole particle cut the shell of an unalloyed one,
 * which is less than half as bright as its core. The surface rule asks how bright the
 * particle is just inside its surface instead. */
#include "quantification/segmentation.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "quantification/component_internal.h"
#include "quantification/distance.h"
#include "quantification/threshold.h"

static const double START_FRACTION = 0.25; /* of the mean above Otsu's threshold */
static const double SETTLED = 0.01;        /* relative change, far below the noise */
enum { ROUNDS_AT_MOST = 30 };

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
    case ATW_THRESHOLD_SURFACE:
        if (parameter > 0.0 && isfinite(parameter))
            return ATW_OK;
        return atw_error_set(
            err, ATW_EINVAL,
            "segmentation: depth %g m below the surface must be positive "
            "and finite",
            parameter);
    }
    return atw_error_set(err, ATW_EINVAL, "segmentation: unknown threshold rule %d",
                         (int)options->rule);
}

/* Largest component at or above a threshold, its holes filled; may be empty. */
static enum atw_status mask_at(struct atw_mask *mask,
                               const struct atw_field *volume,
                               double threshold,
                               struct atw_error *err)
{
    size_t voxels = atw_grid_voxel_count(&mask->grid);
    enum atw_status status;

    for (size_t i = 0; i < voxels; i++)
        mask->inside[i] = (double)volume->value[i] >= threshold;
    status = atw_mask_keep_largest(mask, err);
    if (status == ATW_OK)
        status = atw_mask_fill_holes(mask, err);
    return status;
}

/* Mean intensity between depth_m and one voxel more below the surface of a mask. The
 * surface lies half a voxel before the nearest centre outside. */
static enum atw_status intensity_at_depth(double *intensity,
                                          const struct atw_field *volume,
                                          const struct atw_mask *mask,
                                          double depth_m,
                                          struct atw_error *err)
{
    size_t voxels = atw_grid_voxel_count(&mask->grid);
    double least = depth_m / mask->grid.spacing_m + 0.5, sum = 0.0;
    size_t count = 0;
    int32_t *squared = NULL;
    enum atw_status status = atw_mask_squared_distance(&squared, mask, err);

    if (status != ATW_OK)
        return status;
    for (size_t i = 0; i < voxels; i++)
        if ((double)squared[i] >= least * least &&
            (double)squared[i] < (least + 1.0) * (least + 1.0)) {
            sum += (double)volume->value[i];
            count++;
        }
    free(squared);
    if (count == 0)
        return atw_error_set(
            err, ATW_EINVAL,
            "segmentation: no voxel lies %g nm below the surface; reduce "
            "the depth",
            depth_m * 1e9);
    *intensity = sum / (double)count;
    return ATW_OK;
}

/* Fixed point of "half the intensity at a depth". The intensity changes little there, so
 * a few rounds do. */
static enum atw_status surface_threshold(double *threshold,
                                         const struct atw_field *volume,
                                         struct atw_mask *mask,
                                         double depth_m,
                                         const struct atw_otsu *otsu,
                                         struct atw_error *err)
{
    double t = START_FRACTION * otsu->mean_above;

    for (int round = 0; round < ROUNDS_AT_MOST; round++) {
        double intensity = 0.0, previous = t;
        enum atw_status status = mask_at(mask, volume, t, err);

        if (status == ATW_OK)
            status = intensity_at_depth(&intensity, volume, mask, depth_m, err);
        if (status != ATW_OK)
            return status;
        t = 0.5 * intensity;
        if (fabs(t - previous) <= SETTLED * fabs(t)) {
            *threshold = t;
            return ATW_OK;
        }
    }
    return atw_error_set(err, ATW_EDIVERGED,
                         "segmentation: the surface threshold still moves after %d "
                         "rounds, at %g; choose a depth within the outer layer or "
                         "another rule",
                         ROUNDS_AT_MOST, t);
}

static enum atw_status find_threshold(double *threshold,
                                      const struct atw_field *volume,
                                      struct atw_mask *scratch,
                                      const struct atw_segmentation_options *options,
                                      struct atw_error *err)
{
    struct atw_otsu otsu;
    enum atw_status status = atw_otsu_threshold(&otsu, volume, NULL, err);

    if (status != ATW_OK)
        return status;
    switch (options->rule) {
    case ATW_THRESHOLD_SURFACE:
        return surface_threshold(threshold, volume, scratch, options->parameter, &otsu,
                                 err);
    case ATW_THRESHOLD_FRACTION:
        *threshold = options->parameter * otsu.mean_above;
        break;
    case ATW_THRESHOLD_VALUE:
        *threshold = options->parameter;
        break;
    case ATW_THRESHOLD_OTSU:
        *threshold = otsu.threshold;
        break;
    }
    return ATW_OK;
}

enum atw_status atw_segment(struct atw_mask **out,
                            const struct atw_field *volume,
                            const struct atw_segmentation_options *options,
                            double *threshold,
                            struct atw_error *err)
{
    struct atw_mask *mask = NULL;
    double used = 0.0;
    enum atw_status status = check_options(options, err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_mask_create(&mask, &volume->grid, err);
    if (status == ATW_OK)
        status = find_threshold(&used, volume, mask, options, err);
    if (status == ATW_OK)
        status = mask_at(mask, volume, used, err);
    if (status == ATW_OK && atw_mask_count(mask) == 0)
        status = atw_error_set(
            err, ATW_EINVAL, "segmentation: no voxel reaches the threshold %g; lower it",
            used);
    if (status != ATW_OK) {
        atw_mask_destroy(mask);
        return status;
    }
    if (threshold)
        *threshold = used;
    *out = mask;
    return ATW_OK;
}
