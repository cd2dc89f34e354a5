/* Regular grid of cubic voxels and single-precision fields on it.
 *
 * Volumes are flat and row-major, [z][y][x] with x fastest. The tilt axis is y, the beam
 * is z at zero tilt. Coordinates are measured from the volume centre ((n-1)/2). */
#ifndef ATW_CORE_GRID_H
#define ATW_CORE_GRID_H

#include <stddef.h>

#include "core/status.h"

struct atw_grid {
    size_t n_x, n_y, n_z;
    double spacing_m; /* voxel edge */
};

struct atw_field {
    struct atw_grid grid;
    float *value; /* [n_z][n_y][n_x], owned */
};

static inline size_t atw_grid_voxel_count(const struct atw_grid *grid)
{
    return grid->n_x * grid->n_y * grid->n_z;
}

static inline size_t
atw_grid_index(const struct atw_grid *grid, size_t x, size_t y, size_t z)
{
    return (z * grid->n_y + y) * grid->n_x + x;
}

/* Coordinate of voxel centre i of n along one axis, from the centre of the axis. */
static inline double atw_grid_position_m(size_t i, size_t n, double spacing_m)
{
    return ((double)i - 0.5 * ((double)n - 1.0)) * spacing_m;
}

/* ATW_EINVAL if a count is zero, the spacing is not positive and finite, or the number of
 * voxels overflows what can be allocated. */
enum atw_status atw_grid_check(const struct atw_grid *grid,
                               struct atw_error *err) ATW_MUST_CHECK;

/* True when counts are equal and spacings agree to 1e-6 relative. */
int atw_grid_equal(const struct atw_grid *a, const struct atw_grid *b);

/* Smallest number of voxels whose extent covers extent_m, made even. */
size_t atw_grid_cover(double extent_m, double spacing_m);

/* Zero-filled field; *out belongs to the caller. ATW_EINVAL (grid), ATW_ENOMEM. */
enum atw_status atw_field_create(struct atw_field **out,
                                 const struct atw_grid *grid,
                                 struct atw_error *err) ATW_MUST_CHECK;
enum atw_status atw_field_copy(struct atw_field **out,
                               const struct atw_field *field,
                               struct atw_error *err) ATW_MUST_CHECK;
void atw_field_destroy(struct atw_field *field);

/* Sum over all voxels, accumulated in double precision in index order. */
double atw_field_sum(const struct atw_field *field);
void atw_field_range(const struct atw_field *field, float *least, float *greatest);

/* ATW_EINPUT naming the first voxel that is NaN or infinite. */
enum atw_status atw_field_check_finite(const struct atw_field *field,
                                       const char *name,
                                       struct atw_error *err) ATW_MUST_CHECK;

#endif
