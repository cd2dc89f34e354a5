/* Measures of how far the intensities of a particle are apart. */
#include "quantification/spread_measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"

enum { LEVELS = 2048, PEAK_BINS = 64, REPLICATES = 64 };

/* Of a Gaussian: standard deviation over median distance, and over the quartiles'. */
#define MAD_TO_STD 1.482602
#define IQR_TO_STD 0.741301

const char *const atw_spread_measure_names[ATW_SPREAD_MEASURES] = {"std", "mad", "iqr",
                                                                   "peaks"};

/* Numbers of voxels per level, slice by slice. */
struct levels {
    double least, width;
    size_t n_slices;
    float *count; /* [n_slices][LEVELS]; slices without voxels are left out */
};

static enum atw_status find_range(struct levels *levels,
                                  const struct atw_field *volume,
                                  const struct atw_mask *mask,
                                  struct atw_error *err)
{
    double least = INFINITY, greatest = -INFINITY;
    size_t voxels = atw_grid_voxel_count(&volume->grid);

    for (size_t i = 0; i < voxels; i++)
        if (mask->inside[i]) {
            least = fmin(least, (double)volume->value[i]);
            greatest = fmax(greatest, (double)volume->value[i]);
        }
    if (!(least <= greatest))
        return atw_error_set(err, ATW_EINVAL, "spread: the mask is empty");
    levels->least = least;
    levels->width = (greatest - least) / LEVELS;
    return ATW_OK;
}

static size_t fill_slice(const struct levels *levels,
                         float *count,
                         const struct atw_field *volume,
                         const struct atw_mask *mask,
                         size_t y)
{
    const struct atw_grid *grid = &mask->grid;
    size_t inside = 0;

    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t x = 0; x < grid->n_x; x++) {
            size_t i = atw_grid_index(grid, x, y, z), level;

            if (!mask->inside[i])
                continue;
            level =
                levels->width > 0.0
                    ? (size_t)(((double)volume->value[i] - levels->least) / levels->width)
                    : 0;
            count[level < LEVELS ? level : LEVELS - 1] += 1.0F;
            inside++;
        }
    return inside;
}

static double position(const struct levels *levels, double level)
{
    return levels->least + level * levels->width;
}

/* Level below which a share of all counts lies, interpolated within it. */
static double quantile(const double *count, double total, double share)
{
    double sum = 0.0;

    for (size_t i = 0; i < LEVELS; i++) {
        if (count[i] > 0.0 && sum + count[i] >= share * total)
            return (double)i + (share * total - sum) / count[i];
        sum += count[i];
    }
    return LEVELS;
}

/* Median distance from a level: counts folded at it, in levels. */
static double median_distance(const double *count, double total, double median)
{
    double folded[LEVELS] = {0.0};

    for (size_t i = 0; i < LEVELS; i++) {
        double from = fabs((double)i + 0.5 - median);
        size_t level = (size_t)from;

        folded[level < LEVELS ? level : LEVELS - 1] += count[i];
    }
    return quantile(folded, total, 0.5);
}

static double peak_distance(const struct levels *levels,
                            const double *count,
                            double total,
                            struct atw_two_gaussians *fit)
{
    double density[PEAK_BINS] = {0.0};
    struct atw_histogram histogram = {.n_bins = PEAK_BINS,
                                      .least = levels->least,
                                      .greatest = position(levels, LEVELS),
                                      .density = density};
    double bin = (double)(LEVELS / PEAK_BINS) * levels->width;

    for (size_t i = 0; i < LEVELS; i++)
        density[i / (LEVELS / PEAK_BINS)] += count[i] / (total * bin);
    if (atw_two_gaussians_fit(fit, &histogram, NULL) != ATW_OK)
        return NAN;
    return fit->mean[1] - fit->mean[0];
}

static void measure(struct atw_spread_measures *measures,
                    const struct levels *levels,
                    const double *count)
{
    double total = 0.0, mean = 0.0, variance = 0.0, median;

    for (size_t i = 0; i < LEVELS; i++) {
        total += count[i];
        mean += count[i] * ((double)i + 0.5);
    }
    mean /= total;
    for (size_t i = 0; i < LEVELS; i++)
        variance += count[i] * pow((double)i + 0.5 - mean, 2.0) / total;
    median = quantile(count, total, 0.5);
    measures->mean = position(levels, mean);
    measures->value[ATW_SPREAD_STD] = sqrt(variance) * levels->width;
    measures->value[ATW_SPREAD_MAD] =
        MAD_TO_STD * median_distance(count, total, median) * levels->width;
    measures->value[ATW_SPREAD_IQR] =
        IQR_TO_STD * (quantile(count, total, 0.75) - quantile(count, total, 0.25)) *
        levels->width;
    measures->value[ATW_SPREAD_PEAKS] =
        peak_distance(levels, count, total, &measures->peaks);
    for (size_t i = 0; i < ATW_SPREAD_MEASURES; i++)
        measures->value[i] /= measures->mean;
}

static void add_slice(double *count, const struct levels *levels, size_t slice, double n)
{
    const float *of_slice = levels->count + slice * LEVELS;

    for (size_t i = 0; i < LEVELS; i++)
        count[i] += n * (double)of_slice[i];
}

/* One slice of each pair twice; an odd one out as it is. */
static void draw_half(double *count, const struct levels *levels, gsl_rng *rng)
{
    memset(count, 0, LEVELS * sizeof *count);
    for (size_t i = 0; i + 1 < levels->n_slices; i += 2)
        add_slice(count, levels, i + gsl_rng_uniform_int(rng, 2), 2.0);
    if (levels->n_slices % 2)
        add_slice(count, levels, levels->n_slices - 1, 1.0);
}

/* Mean squares by which the peaks of a replicate are off. */
static void add_peaks(struct atw_two_gaussians *sum,
                      const struct atw_two_gaussians *half,
                      const struct atw_two_gaussians *whole)
{
    for (int i = 0; i < 2; i++) {
        sum->share[i] += pow(half->share[i] - whole->share[i], 2.0) / REPLICATES;
        sum->mean[i] += pow(half->mean[i] - whole->mean[i], 2.0) / REPLICATES;
        sum->std[i] += pow(half->std[i] - whole->std[i], 2.0) / REPLICATES;
    }
}

/* NaN if a replicate has no peaks, as for their distance. */
static void take_roots(struct atw_two_gaussians *sum, double distance_std)
{
    for (int i = 0; i < 2; i++) {
        sum->share[i] = isnan(distance_std) ? NAN : sqrt(sum->share[i]);
        sum->mean[i] = isnan(distance_std) ? NAN : sqrt(sum->mean[i]);
        sum->std[i] = isnan(distance_std) ? NAN : sqrt(sum->std[i]);
    }
}

static void
replicate(struct atw_spread_measures *measures, const struct levels *levels, gsl_rng *rng)
{
    double count[LEVELS], mean = 0.0, sum[ATW_SPREAD_MEASURES] = {0.0};

    for (size_t r = 0; r < REPLICATES; r++) {
        struct atw_spread_measures half = {.mean = 0.0};

        draw_half(count, levels, rng);
        measure(&half, levels, count);
        mean += pow(half.mean - measures->mean, 2.0) / REPLICATES;
        add_peaks(&measures->peaks_std, &half.peaks, &measures->peaks);
        for (size_t i = 0; i < ATW_SPREAD_MEASURES; i++)
            sum[i] += pow(half.value[i] - measures->value[i], 2.0) / REPLICATES;
    }
    measures->mean_std = sqrt(mean);
    for (size_t i = 0; i < ATW_SPREAD_MEASURES; i++)
        measures->std[i] = sqrt(sum[i]);
    take_roots(&measures->peaks_std, measures->std[ATW_SPREAD_PEAKS]);
}

static enum atw_status create_levels(struct levels *levels,
                                     const struct atw_field *volume,
                                     const struct atw_mask *mask,
                                     struct atw_error *err)
{
    enum atw_status status = atw_mask_check_grid(mask, volume, "spread", err);

    if (status == ATW_OK)
        status = atw_field_check_finite(volume, "spread", err);
    if (status == ATW_OK)
        status = find_range(levels, volume, mask, err);
    if (status != ATW_OK)
        return status;
    levels->count = calloc(mask->grid.n_y * LEVELS, sizeof *levels->count);
    if (!levels->count)
        return atw_error_set(err, ATW_ENOMEM, "spread: out of memory");
    for (size_t y = 0; y < mask->grid.n_y; y++)
        if (fill_slice(levels, levels->count + levels->n_slices * LEVELS, volume, mask,
                       y) > 0)
            levels->n_slices++;
    return ATW_OK;
}

enum atw_status atw_spread_measures_of(struct atw_spread_measures *measures,
                                       const struct atw_field *volume,
                                       const struct atw_mask *mask,
                                       struct atw_error *err)
{
    const struct atw_random_key key = {.stage = ATW_RANDOM_DEVIATION};
    struct levels levels = {.count = NULL};
    struct atw_spread_measures found = {.mean = 0.0};
    double count[LEVELS] = {0.0};
    gsl_rng *rng = NULL;
    enum atw_status status = create_levels(&levels, volume, mask, err);

    if (status == ATW_OK && levels.width > 0.0) {
        for (size_t i = 0; i < levels.n_slices; i++)
            add_slice(count, &levels, i, 1.0);
        measure(&found, &levels, count);
    } else if (status == ATW_OK) {
        found.mean = levels.least;
        found.value[ATW_SPREAD_PEAKS] = found.std[ATW_SPREAD_PEAKS] = NAN;
    }
    if (status == ATW_OK && !(found.mean > 0.0))
        status = atw_error_set(err, ATW_EINVAL,
                               "spread: mean intensity within the mask is %g; it must be "
                               "positive",
                               found.mean);
    if (status == ATW_OK)
        status = atw_random_create(&rng, &key, err);
    if (status == ATW_OK) {
        if (levels.width > 0.0)
            replicate(&found, &levels, rng);
        *measures = found;
    }
    if (rng)
        gsl_rng_free(rng);
    free(levels.count);
    return status;
}
