/* Reconstruction methods: one file and one table row each. */
#ifndef ATW_TOMOGRAPHY_RECONSTRUCTION_H
#define ATW_TOMOGRAPHY_RECONSTRUCTION_H

#include "core/grid.h"
#include "core/tilt_series.h"
#include "projection/projector.h"

struct atw_reconstruction_options {
    size_t iterations;
};

struct atw_reconstruction_method {
    const char *name;
    const char *description;
    /* series: background-free, finite, non-negative where the method asks for it. volume
     * [n_z][n_y][n_x] is written. residual [iterations], relative L2 misfit of the data
     * before each update, or NULL. */
    enum atw_status (*run)(const struct atw_projector *projector,
                           const float *series,
                           const struct atw_reconstruction_options *options,
                           float *volume,
                           double *residual,
                           struct atw_error *err);
};

/* NULL-terminated table of all methods. */
extern const struct atw_reconstruction_method *const atw_reconstruction_methods[];

/* ATW_EINVAL lists the methods there are. */
enum atw_status atw_reconstruction_find(const struct atw_reconstruction_method **method,
                                        const char *name,
                                        struct atw_error *err) ATW_MUST_CHECK;

/* Reconstruct a tilt series on a grid: n_y of the grid must equal n_v and the voxel the
 * pixel. Values: (series unit) per nm. *out belongs to the caller. */
enum atw_status atw_reconstruct(struct atw_field **out,
                                const struct atw_tilt_series *series,
                                const struct atw_grid *grid,
                                const struct atw_reconstruction_method *method,
                                const struct atw_reconstruction_options *options,
                                struct atw_error *err) ATW_MUST_CHECK;

/* Grid a series is reconstructed on by default: n_x = n_z = n_u, n_y = n_v. */
struct atw_grid atw_reconstruction_default_grid(const struct atw_tilt_series *series);

#endif
