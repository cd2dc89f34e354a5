/* Shares of voxels above a threshold. */
#include "pipeline/subvoxel.h"

#define POINTS 4 /* along each edge of a voxel */
#define ALL_POINTS (POINTS * POINTS * POINTS)

/* The 3 x 3 x 3 values around a voxel. */
struct neighbourhood {
    float value[27], least, greatest;
};

static size_t clamp(size_t i, int step, size_t n)
{
    if (step < 0)
        return i > 0 ? i - 1 : 0;
    return i + (size_t)step < n ? i + (size_t)step : n - 1;
}

static struct neighbourhood
neighbours(const struct atw_field *volume, size_t x, size_t y, size_t z)
{
    const struct atw_grid *grid = &volume->grid;
    struct neighbourhood near = {.least = volume->value[atw_grid_index(grid, x, y, z)]};
    size_t k = 0;

    near.greatest = near.least;
    for (int c = -1; c <= 1; c++)
        for (int b = -1; b <= 1; b++)
            for (int a = -1; a <= 1; a++) {
                float value = volume->value[atw_grid_index(grid, clamp(x, a, grid->n_x),
                                                           clamp(y, b, grid->n_y),
                                                           clamp(z, c, grid->n_z))];

                near.value[k++] = value;
                near.least = value < near.least ? value : near.least;
                near.greatest = value > near.greatest ? value : near.greatest;
            }
    return near;
}

/* First of the two neighbours along an axis, and the weight of the second, for point p.
 */
static int split(int p, float *weight)
{
    float at = ((float)p + 0.5F) / (float)POINTS + 0.5F; /* 1 is the centre */
    int first = at < 1.0F ? 0 : 1;

    *weight = at - (float)first;
    return first;
}

static float interpolate(const float *value, int px, int py, int pz)
{
    float wx, wy, wz, sum = 0.0F;
    int x = split(px, &wx), y = split(py, &wy), z = split(pz, &wz);

    for (int k = 0; k < 8; k++) {
        int a = k & 1, b = k >> 1 & 1, c = k >> 2;

        sum += (a ? wx : 1.0F - wx) * (b ? wy : 1.0F - wy) * (c ? wz : 1.0F - wz) *
               value[((z + c) * 3 + y + b) * 3 + x + a];
    }
    return sum;
}

static float share_above(const struct neighbourhood *near, float threshold)
{
    int count = 0;

    if (near->least >= threshold)
        return 1.0F;
    if (near->greatest < threshold)
        return 0.0F;
    for (int p = 0; p < ALL_POINTS; p++)
        count += interpolate(near->value, p % POINTS, p / POINTS % POINTS,
                             p / (POINTS * POINTS)) >= threshold;
    return (float)count / (float)ALL_POINTS;
}

void atw_subvoxel_fraction(float *fraction,
                           const struct atw_field *volume,
                           double threshold,
                           const unsigned char *wanted)
{
    const struct atw_grid *grid = &volume->grid;

    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t y = 0; y < grid->n_y; y++)
            for (size_t x = 0; x < grid->n_x; x++) {
                size_t at = atw_grid_index(grid, x, y, z);
                struct neighbourhood near;

                fraction[at] = 0.0F;
                if (wanted && !wanted[at])
                    continue;
                near = neighbours(volume, x, y, z);
                fraction[at] = share_above(&near, (float)threshold);
            }
}
