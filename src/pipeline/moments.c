#include "pipeline/moments.h"

struct atw_moments atw_moments_of(const struct atw_field *volume,
                                  const struct atw_mask *mask,
                                  double threshold)
{
    const struct atw_grid *grid = &volume->grid;
    double n = 0.0, first[3] = {0.0}, second[3][3] = {{0.0}}, h = grid->spacing_m;
    struct atw_moments moments = {0};

    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t y = 0; y < grid->n_y; y++)
            for (size_t x = 0; x < grid->n_x; x++) {
                size_t index = atw_grid_index(grid, x, y, z);
                const double r[3] = {atw_grid_position_m(x, grid->n_x, h),
                                     atw_grid_position_m(y, grid->n_y, h),
                                     atw_grid_position_m(z, grid->n_z, h)};

                if (!mask->inside[index] || (double)volume->value[index] < threshold)
                    continue;
                n += 1.0;
                for (size_t i = 0; i < 3; i++) {
                    first[i] += r[i];
                    for (size_t j = 0; j < 3; j++)
                        second[i][j] += r[i] * r[j];
                }
            }
    moments.volume_m3 = n * h * h * h;
    for (size_t i = 0; i < 3 && n > 0.0; i++)
        moments.centre_m[i] = first[i] / n;
    for (size_t i = 0; i < 3 && n > 0.0; i++)
        for (size_t j = 0; j < 3; j++)
            moments.second_m2[i][j] =
                second[i][j] / n - moments.centre_m[i] * moments.centre_m[j];
    return moments;
}
