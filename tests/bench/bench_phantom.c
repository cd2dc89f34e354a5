/* Time to voxelise the default rod on one thread, and how close its volume comes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "core/timing.h"
#include "phantom/phantom.h"

static enum atw_status
run(const struct atw_shape *shape, double tolerance, struct atw_error *err)
{
    struct atw_phantom *phantom = NULL;
    struct atw_grid grid;
    enum atw_status status = atw_phantom_grid(&grid, shape, 0.4e-9, 2e-9, err);
    double start, voxel_m3, volume_m3;

    start = atw_now_s();
    if (status == ATW_OK)
        status = atw_phantom_create(&phantom, shape, &grid, tolerance, err);
    if (status != ATW_OK)
        return status;
    voxel_m3 = pow(grid.spacing_m, 3.0);
    volume_m3 = atw_field_sum(phantom->metal) * voxel_m3;
    printf("%3zu x %3zu x %3zu  azimuth %2.0f deg  tolerance %.0e  %.3f s  volume %+.1e "
           "relative\n",
           grid.n_x, grid.n_y, grid.n_z, shape->azimuth_rad / ATW_DEGREE_RAD, tolerance,
           atw_now_s() - start, volume_m3 / atw_shape_metal_volume_m3(shape) - 1.0);
    atw_phantom_destroy(phantom);
    return ATW_OK;
}

int main(void)
{
    struct atw_error err = {0};
    struct atw_shape rod = {.kind = ATW_SHAPE_NANOROD,
                            .core_diameter_m = 22e-9,
                            .core_length_m = 58e-9,
                            .shell_side_m = 3e-9,
                            .shell_tip_m = 3e-9};
    struct atw_shape turned = rod;

    turned.azimuth_rad = 20.0 * ATW_DEGREE_RAD;
    turned.elevation_rad = 5.0 * ATW_DEGREE_RAD;
    atw_parallel_set_thread_count(1);
    if (run(&rod, 1e-4, &err) != ATW_OK || run(&turned, 1e-4, &err) != ATW_OK ||
        run(&turned, 1e-6, &err) != ATW_OK) {
        fprintf(stderr, "%s\n", err.text);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
