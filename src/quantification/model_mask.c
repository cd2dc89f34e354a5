/* A mask from what the particle is known or assumed to be. */
#include <math.h>

#include "quantification/segmentation.h"

/* Voxel coordinate in the model of voxel i of the mask, along one axis. */
static double place(size_t i, size_t n, double spacing_m, size_t n_model, double pitch_m)
{
    return atw_grid_position_m(i, n, spacing_m) / pitch_m + 0.5 * ((double)n_model - 1.0);
}

static double
value_or_nothing(const struct atw_field *model, double x, double y, double z)
{
    const struct atw_grid *grid = &model->grid;

    if (x < 0.0 || y < 0.0 || z < 0.0 || x >= (double)grid->n_x ||
        y >= (double)grid->n_y || z >= (double)grid->n_z)
        return 0.0;
    return (double)model->value[atw_grid_index(grid, (size_t)x, (size_t)y, (size_t)z)];
}

/* Trilinear, vacuum beyond the grid. */
static double fraction_at(const struct atw_field *model, double x, double y, double z)
{
    double x_0 = floor(x), y_0 = floor(y), z_0 = floor(z), sum = 0.0;

    for (int corner = 0; corner < 8; corner++) {
        double i = corner & 1 ? 1.0 : 0.0, j = corner & 2 ? 1.0 : 0.0;
        double k = corner & 4 ? 1.0 : 0.0;
        double weight = (1.0 - fabs(x - x_0 - i)) * (1.0 - fabs(y - y_0 - j)) *
                        (1.0 - fabs(z - z_0 - k));

        if (weight > 0.0)
            sum += weight * value_or_nothing(model, x_0 + i, y_0 + j, z_0 + k);
    }
    return sum;
}

static void fill(struct atw_mask *mask, const struct atw_field *metal)
{
    const struct atw_grid *to = &mask->grid, *from = &metal->grid;

    for (size_t z = 0; z < to->n_z; z++)
        for (size_t y = 0; y < to->n_y; y++)
            for (size_t x = 0; x < to->n_x; x++)
                mask->inside[atw_grid_index(to, x, y, z)] =
                    fraction_at(
                        metal,
                        place(x, to->n_x, to->spacing_m, from->n_x, from->spacing_m),
                        place(y, to->n_y, to->spacing_m, from->n_y, from->spacing_m),
                        place(z, to->n_z, to->spacing_m, from->n_z, from->spacing_m)) >=
                    0.5;
}

enum atw_status atw_mask_from_model(struct atw_mask **out,
                                    const struct atw_field *metal,
                                    const struct atw_grid *grid,
                                    struct atw_error *err)
{
    struct atw_mask *mask = NULL;
    float least, greatest;
    enum atw_status status = atw_field_check_finite(metal, "model", err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    atw_field_range(metal, &least, &greatest);
    if (least < -1e-4F || greatest > 1.0F + 1e-4F)
        return atw_error_set(err, ATW_EINPUT,
                             "model: values from %g to %g; metal fractions lie in [0, 1]",
                             (double)least, (double)greatest);
    status = atw_mask_create(&mask, grid, err);
    if (status != ATW_OK)
        return status;
    fill(mask, metal);
    if (atw_mask_count(mask) == 0) {
        atw_mask_destroy(mask);
        return atw_error_set(err, ATW_EINVAL,
                             "model: no voxel holds half of metal; is it the metal "
                             "fraction of a particle?");
    }
    *out = mask;
    return ATW_OK;
}
