/* Histogram of the voxels inside a mask. */
#include "quantification/composition.h"

#include <math.h>
#include <stdlib.h>

static enum atw_status
check_bins(double least, double greatest, size_t n_bins, struct atw_error *err)
{
    if (n_bins == 0)
        return atw_error_set(err, ATW_EINVAL, "histogram: no bins");
    if (!isfinite(least) || !isfinite(greatest) || !(least < greatest))
        return atw_error_set(
            err, ATW_EINVAL,
            "histogram: range from %g to %g must be finite and not empty", least,
            greatest);
    return ATW_OK;
}

static void count_voxels(struct atw_histogram *histogram,
                         const struct atw_field *volume,
                         const struct atw_mask *mask)
{
    size_t voxels = atw_grid_voxel_count(&volume->grid);
    double bins = (double)histogram->n_bins;
    double scale = bins / (histogram->greatest - histogram->least);

    for (size_t i = 0; i < voxels; i++)
        if (mask->inside[i]) {
            double bin = floor(((double)volume->value[i] - histogram->least) * scale);

            histogram->density[(size_t)fmax(0.0, fmin(bins - 1.0, bin))] += 1.0;
        }
}

enum atw_status atw_histogram_create(struct atw_histogram **out,
                                     const struct atw_field *volume,
                                     const struct atw_mask *mask,
                                     double least,
                                     double greatest,
                                     size_t n_bins,
                                     struct atw_error *err)
{
    struct atw_histogram *histogram = NULL;
    size_t inside;
    enum atw_status status = check_bins(least, greatest, n_bins, err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_mask_check_grid(mask, volume, "histogram", err);
    if (status == ATW_OK)
        status = atw_field_check_finite(volume, "histogram", err);
    if (status != ATW_OK)
        return status;
    inside = atw_mask_count(mask);
    if (inside == 0)
        return atw_error_set(err, ATW_EINVAL, "histogram: the mask is empty");
    histogram = calloc(1, sizeof *histogram);
    if (histogram)
        histogram->density = calloc(n_bins, sizeof *histogram->density);
    if (!histogram || !histogram->density) {
        atw_histogram_destroy(histogram);
        return atw_error_set(err, ATW_ENOMEM, "histogram: no memory for %zu bins",
                             n_bins);
    }
    histogram->n_bins = n_bins;
    histogram->least = least;
    histogram->greatest = greatest;
    count_voxels(histogram, volume, mask);
    for (size_t i = 0; i < n_bins; i++)
        histogram->density[i] *= (double)n_bins / ((double)inside * (greatest - least));
    *out = histogram;
    return ATW_OK;
}

void atw_histogram_destroy(struct atw_histogram *histogram)
{
    if (!histogram)
        return;
    free(histogram->density);
    free(histogram);
}
