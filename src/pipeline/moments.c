#include "pipeline/moments.h"

#include <gsl/gsl_eigen.h>

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

enum atw_status atw_moments_longest_axis(double axis[3],
                                         double *variance_m2,
                                         const struct atw_moments *moments,
                                         struct atw_error *err)
{
    gsl_matrix *matrix = gsl_matrix_alloc(3, 3), *vector = gsl_matrix_alloc(3, 3);
    gsl_vector *value = gsl_vector_alloc(3);
    gsl_eigen_symmv_workspace *workspace = gsl_eigen_symmv_alloc(3);
    enum atw_status status = ATW_OK;

    if (!matrix || !vector || !value || !workspace) {
        status = atw_error_set(err, ATW_ENOMEM, "moments: out of memory");
    } else {
        for (size_t i = 0; i < 3; i++)
            for (size_t j = 0; j < 3; j++)
                gsl_matrix_set(matrix, i, j, moments->second_m2[i][j]);
        gsl_eigen_symmv(matrix, value, vector, workspace);
        gsl_eigen_symmv_sort(value, vector, GSL_EIGEN_SORT_VAL_DESC);
        *variance_m2 = gsl_vector_get(value, 0);
        for (size_t i = 0; i < 3; i++)
            axis[i] = gsl_matrix_get(vector, i, 0) *
                      (gsl_matrix_get(vector, 1, 0) < 0.0 ? -1.0 : 1.0);
    }
    gsl_eigen_symmv_free(workspace);
    gsl_vector_free(value);
    gsl_matrix_free(vector);
    gsl_matrix_free(matrix);
    return status;
}
