/* Reconstruction methods: one file and one table row each. */
#ifndef ATW_TOMOGRAPHY_RECONSTRUCTION_H
#define ATW_TOMOGRAPHY_RECONSTRUCTION_H

#include "core/grid.h"
#include "core/tilt_series.h"
#include "projection/projector.h"

enum atw_reconstruction_filter {
    ATW_FILTER_RAM_LAK,
    ATW_FILTER_SHEPP_LOGAN,
    ATW_FILTER_COSINE,
    ATW_FILTER_HAMMING,
    ATW_FILTER_HANN
};

/* ATW_EINVAL lists the filters there are. */
enum atw_status atw_reconstruction_filter_find(enum atw_reconstruction_filter *filter,
                                               const char *name,
                                               struct atw_error *err) ATW_MUST_CHECK;

struct atw_reconstruction_options {
    size_t iterations;                     /* at least 1; one-step methods ignore it */
    size_t subsets;                        /* of os-em; 0 chooses */
    enum atw_reconstruction_filter filter; /* of wbp */
    double regularisation;                 /* of tv; 0 chooses */
    /* Of every voxel, after every update; one-step and unbounded methods: at the end. */
    int has_bounds;
    float lower, upper;
    const float *support; /* [n_z][n_y][n_x], zero where the volume is; or NULL */
    const float *start;   /* image to start from, same shape; NULL: the method's own */
    int shows_progress;   /* iterative methods: a phase of their own on the terminal */
};

struct atw_reconstruction_method {
    const char *name;
    const char *description;
    size_t iterations; /* that serve most data */
    double penalty;    /* its weight that serves most data; 0: the method has none */
    int is_direct;     /* one step */
    int has_subsets;   /* of views, each with a projector of its own */
    int is_resumable;  /* going on from an image is the same as not having stopped */
    int is_slicewise;  /* slices across the tilt axis know nothing of each other */
    /* Whole arrays needed beside the data and the result; volumes and sets of all views
     * of one block per thread; see memory.h. */
    size_t n_volume, n_series, n_block, n_views;
    /* series: background-free, finite, non-negative where the method asks for it. volume
     * [n_z][n_y][n_x] is written, untouched on failure. residual [iterations], relative
     * L2 misfit of the data before each update, or NULL; zero for data that are zero.
     * The result is finite and does not depend on the number of threads. ATW_EINPUT
     * naming the first pixel not allowed, ATW_EINVAL for zero iterations, ATW_ENOMEM. */
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

/* Reconstruct a tilt series on a grid. The grid's n_y must equal n_v and its voxel the
 * pixel to 1e-6. The tilt axis is at the detector centre. Values: (series unit) per nm.
 * *out belongs to the caller. options NULL: the default number of iterations.
 * ATW_EINVAL (grid, options), ATW_EINPUT (data), ATW_ENOMEM. */
enum atw_status atw_reconstruct(struct atw_field **out,
                                const struct atw_tilt_series *series,
                                const struct atw_grid *grid,
                                const struct atw_reconstruction_method *method,
                                const struct atw_reconstruction_options *options,
                                struct atw_error *err) ATW_MUST_CHECK;

/* The same with a projector made before, for many series of one geometry, or for an axis
 * off the centre or a pixel other than the voxel. ATW_EINVAL as
 * atw_reconstruction_check_series(). */
enum atw_status atw_reconstruct_with(struct atw_field **out,
                                     const struct atw_projector *projector,
                                     const struct atw_tilt_series *series,
                                     const struct atw_reconstruction_method *method,
                                     const struct atw_reconstruction_options *options,
                                     struct atw_error *err) ATW_MUST_CHECK;

/* ATW_EINVAL if the counts of the series, its pixel across the axis or its angles are not
 * the projector's. */
enum atw_status atw_reconstruction_check_series(const struct atw_projector *projector,
                                                const struct atw_tilt_series *series,
                                                struct atw_error *err) ATW_MUST_CHECK;

/* ATW_EINPUT unless the views are from two directions at least: one direction says
 * nothing of where along the beam anything is. */
enum atw_status atw_reconstruction_check_views(const struct atw_tilt_series *series,
                                               struct atw_error *err) ATW_MUST_CHECK;

/* Grid a series is reconstructed on by default: n_x = n_z = n_u, n_y = n_v. */
struct atw_grid atw_reconstruction_default_grid(const struct atw_tilt_series *series);

#endif
