/* Driver of the iterative methods: each block of slices through all iterations in cache.
 * Room-internal. */
#ifndef ATW_TOMOGRAPHY_ITERATE_H
#define ATW_TOMOGRAPHY_ITERATE_H

#include "tomography/reconstruction.h"

/* Update one row of n_x voxels of all lanes; weight [n_x] is 1 / (A^T 1), or 0 where that
 * is 0. */
typedef void (*atw_iteration_update_fn)(const float *back,
                                        const float *weight,
                                        size_t n_x,
                                        size_t lanes,
                                        float floor,
                                        float *volume);

/* What tells one method from another. Arrays carry slices as lanes; leaf functions. */
struct atw_iteration {
    const char *name;
    float start;      /* value of every voxel before the first update */
    int needs_counts; /* negative data are refused */
    int needs_row_sum;
    /* view: in, projection of the current volume; out, what is projected back.
     * row_sum [n_u]: projection of a volume of ones, if needed, otherwise zeros. n_u
     * pixels of all lanes. */
    void (*compare)(const float *data,
                    const float *row_sum,
                    size_t n_u,
                    size_t lanes,
                    float floor,
                    float *view);
    atw_iteration_update_fn update;
    /* NULL for methods without subsets. Weights are of the subset, and 0 where it hardly
     * sees the voxel, which is then to be left alone. */
    atw_iteration_update_fn update_subset;
};

/* As atw_reconstruction_method.run. ATW_EINPUT for data that are not finite (or negative,
 * if the method needs counts), ATW_EINVAL for zero iterations or more
 * subsets than views, ATW_ENOMEM. */
enum atw_status atw_iterate(const struct atw_iteration *method,
                            const struct atw_projector *projector,
                            const float *series,
                            const struct atw_reconstruction_options *options,
                            float *volume,
                            double *residual,
                            struct atw_error *err) ATW_MUST_CHECK;

#endif
