/* Otsu's threshold: the cut that leaves the least variance within two classes.
 *
 * Equivalently the greatest variance between them, w_0 w_1 (mu_1 - mu_0)^2; Otsu (1979),
 * eq. 18. */
#include "quantification/threshold.h"

#include <math.h>

enum { BINS = 512 };

struct bins {
    double least, width;
    double count[BINS];
    double sum[BINS];
};

static int is_inside(const struct atw_mask *mask, size_t i)
{
    return !mask || mask->inside[i];
}

/* False when no voxel is inside. */
static int find_range(const struct atw_field *volume,
                      const struct atw_mask *mask,
                      double *least,
                      double *greatest)
{
    size_t voxels = atw_grid_voxel_count(&volume->grid);

    *least = INFINITY;
    *greatest = -INFINITY;
    for (size_t i = 0; i < voxels; i++)
        if (is_inside(mask, i)) {
            *least = fmin(*least, (double)volume->value[i]);
            *greatest = fmax(*greatest, (double)volume->value[i]);
        }
    return *least <= *greatest;
}

static void
fill_bins(struct bins *bins, const struct atw_field *volume, const struct atw_mask *mask)
{
    size_t voxels = atw_grid_voxel_count(&volume->grid);

    for (size_t i = 0; i < voxels; i++)
        if (is_inside(mask, i)) {
            double value = (double)volume->value[i];
            size_t bin = (size_t)((value - bins->least) / bins->width);

            bin = bin < BINS ? bin : BINS - 1;
            bins->count[bin] += 1.0;
            bins->sum[bin] += value - bins->least; /* small numbers keep their digits */
        }
}

/* Best cut: bins below `cut` are the lower class. Plateaus are halved. */
static void find_cut(struct atw_otsu *otsu, const struct bins *bins)
{
    double n = 0.0, total = 0.0, below = 0.0, sum = 0.0, best = -1.0;
    size_t first = 1, last = 1;

    for (size_t i = 0; i < BINS; i++) {
        n += bins->count[i];
        total += bins->sum[i];
    }
    for (size_t cut = 1; cut < BINS; cut++) {
        double between;

        below += bins->count[cut - 1];
        sum += bins->sum[cut - 1];
        if (below == 0.0 || below == n)
            continue;
        between =
            below * (n - below) * pow((total - sum) / (n - below) - sum / below, 2.0);
        if (between > best) {
            best = between;
            first = cut;
            otsu->mean_below = bins->least + sum / below;
            otsu->mean_above = bins->least + (total - sum) / (n - below);
        }
        if (between >= best)
            last = cut;
    }
    otsu->threshold = bins->least + 0.5 * (double)(first + last) * bins->width;
}

enum atw_status atw_otsu_threshold(struct atw_otsu *otsu,
                                   const struct atw_field *volume,
                                   const struct atw_mask *mask,
                                   struct atw_error *err)
{
    struct bins bins = {.least = 0.0};
    double greatest;
    enum atw_status status =
        mask ? atw_mask_check_grid(mask, volume, "threshold", err) : ATW_OK;

    if (status == ATW_OK)
        status = atw_field_check_finite(volume, "threshold", err);
    if (status != ATW_OK)
        return status;
    if (!find_range(volume, mask, &bins.least, &greatest))
        return atw_error_set(err, ATW_EINVAL, "threshold: the mask is empty");
    bins.width = (greatest - bins.least) / BINS;
    if (!(bins.width > 0.0))
        return atw_error_set(
            err, ATW_EINVAL,
            "threshold: all values are %g; a threshold needs two classes", greatest);
    fill_bins(&bins, volume, mask);
    find_cut(otsu, &bins);
    return ATW_OK;
}
