/* How uncertain a spread is: noise of slices, which is independent. */
#include "quantification/spread_error.h"

#include <math.h>

/* s^2 = q / m^2 - 1 with m the mean and q the mean square: what a slice adds to both. */
struct moments {
    double count, mean, square;
};

static enum atw_status check(const struct atw_field *const *volume,
                             size_t n_volumes,
                             const struct atw_mask *mask,
                             struct atw_error *err)
{
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < n_volumes && status == ATW_OK; i++)
        status = atw_mask_check_grid(mask, volume[i], "spread", err);
    return status;
}

static enum atw_status moments_of(struct moments *moments,
                                  const struct atw_field *volume,
                                  const struct atw_mask *mask,
                                  struct atw_error *err)
{
    size_t voxels = atw_grid_voxel_count(&volume->grid);

    *moments = (struct moments){0.0, 0.0, 0.0};
    for (size_t i = 0; i < voxels; i++)
        if (mask->inside[i]) {
            double value = (double)volume->value[i];

            moments->count += 1.0;
            moments->mean += value;
            moments->square += value * value;
        }
    if (moments->count == 0.0)
        return atw_error_set(err, ATW_EINVAL, "spread: the mask is empty");
    moments->mean /= moments->count;
    moments->square /= moments->count;
    if (!(moments->mean > 0.0) || !isfinite(moments->square))
        return atw_error_set(err, ATW_EINVAL,
                             "spread: mean intensity within the mask is %g; it must be "
                             "positive and finite",
                             moments->mean);
    return ATW_OK;
}

/* Change of s^2 for a small change of mean and mean square. */
static double response(const struct moments *at, double mean, double square)
{
    return square / (at->mean * at->mean) -
           2.0 * at->square * mean / (at->mean * at->mean * at->mean);
}

/* Sums over a slice y: of a, of b, and of twice a b. */
struct slice_sums {
    double a, b, volume_a, volume_b, ab;
};

static struct slice_sums sum_slice(const struct atw_field *volume,
                                   const struct atw_field *noise_a,
                                   const struct atw_field *noise_b,
                                   const struct atw_mask *mask,
                                   size_t y)
{
    const struct atw_grid *grid = &mask->grid;
    struct slice_sums sums = {0.0, 0.0, 0.0, 0.0, 0.0};

    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t x = 0; x < grid->n_x; x++) {
            size_t i = atw_grid_index(grid, x, y, z);
            double a, b, value;

            if (!mask->inside[i])
                continue;
            a = (double)noise_a->value[i];
            b = (double)noise_b->value[i];
            value = (double)volume->value[i];
            sums.a += a;
            sums.b += b;
            sums.volume_a += 2.0 * value * a;
            sums.volume_b += 2.0 * value * b;
            sums.ab += 2.0 * a * b;
        }
    return sums;
}

enum atw_status atw_squared_spread_std(double *std,
                                       const struct atw_field *volume,
                                       const struct atw_field *noise_a,
                                       const struct atw_field *noise_b,
                                       const struct atw_mask *mask,
                                       struct atw_error *err)
{
    const struct atw_field *const all[] = {volume, noise_a, noise_b};
    struct moments at;
    double variance = 0.0;
    enum atw_status status = check(all, 3, mask, err);

    if (status == ATW_OK)
        status = moments_of(&at, volume, mask, err);
    if (status != ATW_OK)
        return status;
    for (size_t y = 0; y < mask->grid.n_y; y++) {
        struct slice_sums sums = sum_slice(volume, noise_a, noise_b, mask, y);
        double a = response(&at, sums.a, sums.volume_a) / at.count;
        double b = response(&at, sums.b, sums.volume_b) / at.count;
        double noise = response(&at, 0.0, sums.ab) / at.count;

        variance += 0.5 * (a * a + b * b - noise * noise);
    }
    *std = sqrt(fmax(variance, 0.0));
    return ATW_OK;
}

enum atw_status atw_squared_spread_std_of_pair(double *std,
                                               const struct atw_field *volume_a,
                                               const struct atw_field *volume_b,
                                               const struct atw_mask *mask,
                                               struct atw_error *err)
{
    const struct atw_field *const both[] = {volume_a, volume_b};
    const struct atw_grid *grid = &mask->grid;
    struct moments a, b;
    double variance = 0.0;
    enum atw_status status = check(both, 2, mask, err);

    if (status == ATW_OK)
        status = moments_of(&a, volume_a, mask, err);
    if (status == ATW_OK)
        status = moments_of(&b, volume_b, mask, err);
    if (status != ATW_OK)
        return status;
    a.mean = 0.5 * (a.mean + b.mean);
    a.square = 0.5 * (a.square + b.square);
    for (size_t y = 0; y < grid->n_y; y++) {
        double mean = 0.0, square = 0.0, difference;

        for (size_t z = 0; z < grid->n_z; z++)
            for (size_t x = 0; x < grid->n_x; x++) {
                size_t i = atw_grid_index(grid, x, y, z);
                double one = (double)volume_a->value[i];
                double other = (double)volume_b->value[i];

                if (mask->inside[i]) {
                    mean += one - other;
                    square += one * one - other * other;
                }
            }
        difference = response(&a, mean, square) / a.count;
        variance += 0.5 * difference * difference;
    }
    *std = sqrt(variance);
    return ATW_OK;
}

double atw_variance_left_std(double spread,
                             const struct atw_alloying_reference *reference,
                             const struct atw_alloying_deviations *deviations)
{
    double s_0 = reference->spread_unalloyed, s_inf = reference->spread_alloyed;
    double range = s_0 * s_0 - s_inf * s_inf;
    double left = (spread * spread - s_inf * s_inf) / range;

    return hypot(deviations->squared_spread,
                 hypot(left * deviations->squared_unalloyed,
                       (1.0 - left) * deviations->squared_alloyed)) /
           range;
}

/* Of a spread, from that of its square: exact to second order, zero for no spread. */
static double of_root(double squared_std, double spread)
{
    return spread > 0.0 ? 0.5 * squared_std / spread : sqrt(squared_std);
}

double atw_alloying_degree_std(double spread,
                               const struct atw_alloying_reference *reference,
                               const struct atw_alloying_deviations *deviations,
                               enum atw_alloying_measure measure)
{
    double s_0 = reference->spread_unalloyed, s_inf = reference->spread_alloyed;
    double left, std;

    if (measure == ATW_ALLOYING_LINEAR) {
        double degree = (s_0 - spread) / (s_0 - s_inf);

        return hypot(of_root(deviations->squared_spread, spread),
                     hypot((1.0 - degree) * of_root(deviations->squared_unalloyed, s_0),
                           degree * of_root(deviations->squared_alloyed, s_inf))) /
               (s_0 - s_inf);
    }
    left = (spread * spread - s_inf * s_inf) / (s_0 * s_0 - s_inf * s_inf);
    left = fmax(left, 0.0);
    std = atw_variance_left_std(spread, reference, deviations);
    return 0.5 * (sqrt(left + std) - sqrt(fmax(left - std, 0.0)));
}
