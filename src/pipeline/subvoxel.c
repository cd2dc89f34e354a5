/* Shares of voxels above a threshold. */
#include "pipeline/subvoxel.h"

#define POINTS 4 /* along each edge of a voxel */
#define ALL_POINTS (POINTS * POINTS * POINTS)

enum { N_NEAR = 27 };

/* The 3 x 3 x 3 values around a voxel. */
struct neighbourhood {
    float value[N_NEAR];
};

static size_t clamp(size_t i, int step, size_t n)
{
    if (step < 0)
        return i > 0 ? i - 1 : 0;
    return i + (size_t)step < n ? i + (size_t)step : n - 1;
}

/* The rows along x around one of them. */
static void
find_rows(const float *row[9], const struct atw_field *volume, size_t y, size_t z)
{
    const struct atw_grid *grid = &volume->grid;

    for (int c = -1; c <= 1; c++)
        for (int b = -1; b <= 1; b++)
            *row++ = volume->value + atw_grid_index(grid, 0, clamp(y, b, grid->n_y),
                                                    clamp(z, c, grid->n_z));
}

static struct neighbourhood neighbours(const float *const row[9], size_t x, size_t n_x)
{
    struct neighbourhood near;
    size_t before = clamp(x, -1, n_x), after = clamp(x, 1, n_x);

    for (size_t k = 0; k < 9; k++) {
        near.value[3 * k] = row[k][before];
        near.value[3 * k + 1] = row[k][x];
        near.value[3 * k + 2] = row[k][after];
    }
    return near;
}

/* Between three values, a stride apart, at point p of the voxel in the middle. */
static inline float at_point(const float *value, size_t stride, size_t p)
{
    static const float weight[POINTS] = {0.625F, 0.875F, 0.125F, 0.375F};
    const float *first = value + (p < POINTS / 2 ? 0 : stride);

    return first[0] + weight[p] * (first[stride] - first[0]);
}

/* Axis after axis, for the points of a row share what lies along the others. */
static float share_above(const struct neighbourhood *near, float threshold)
{
    float row[9 * POINTS], plane[3 * POINTS * POINTS];
    int count = 0;

    for (size_t i = 0; i < N_NEAR; i++)
        count += near->value[i] >= threshold;
    if (count == 0 || count == N_NEAR)
        return count == 0 ? 0.0F : 1.0F;
    count = 0;
    for (size_t i = 0; i < 9 * POINTS; i++)
        row[i] = at_point(near->value + i / POINTS * 3, 1, i % POINTS);
    for (size_t z = 0; z < 3; z++)
        for (size_t i = 0; i < POINTS * POINTS; i++)
            plane[z * POINTS * POINTS + i] =
                at_point(row + z * 3 * POINTS + i % POINTS, POINTS, i / POINTS);
    for (size_t i = 0; i < ALL_POINTS; i++)
        count += at_point(plane + i % (POINTS * POINTS), POINTS * POINTS,
                          i / (POINTS * POINTS)) >= threshold;
    return (float)count / (float)ALL_POINTS;
}

void atw_subvoxel_fraction(float *fraction,
                           const struct atw_field *volume,
                           double threshold,
                           const unsigned char *wanted)
{
    const struct atw_grid *grid = &volume->grid;

    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t y = 0; y < grid->n_y; y++) {
            size_t first = atw_grid_index(grid, 0, y, z);
            const float *row[9];

            find_rows(row, volume, y, z);
            for (size_t x = 0; x < grid->n_x; x++) {
                struct neighbourhood near;

                fraction[first + x] = 0.0F;
                if (wanted && !wanted[first + x])
                    continue;
                near = neighbours(row, x, grid->n_x);
                fraction[first + x] = share_above(&near, (float)threshold);
            }
        }
}
