/* Checks of data and options that all methods share. */
#include "tomography/data.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/wide.h"
#include "projection/block.h"

static int is_tame(float value)
{
    return fabsf(value) <= ATW_DATA_MOST; /* false for NaN */
}

/* No jumps, so that the compiler takes many values at a time. */
static int all_finite(const float *value, size_t count)
{
    int bad = 0;

    for (size_t i = 0; i < count; i++)
        bad |= !(fabsf(value[i]) <= FLT_MAX);
    return !bad;
}

/* Tame, and not negative if `needs_counts`; tells the largest magnitude. Magnitudes have
 * the order of their bits, NaN above all numbers. */
ATW_WIDE static int
all_usable(const float *value, size_t count, int needs_counts, float *most)
{
    float least = needs_counts ? 0.0f : -ATW_DATA_MOST;
    uint32_t largest = 0;
    int bad = 0;

    for (size_t i = 0; i < count; i++) {
        float magnitude = fabsf(value[i]);
        uint32_t bits;

        memcpy(&bits, &magnitude, sizeof bits);
        bad |= value[i] < least;
        largest = bits > largest ? bits : largest;
    }
    memcpy(most, &largest, sizeof largest);
    return !bad && is_tame(*most);
}

static enum atw_status check_options(const char *method,
                                     int needs_counts,
                                     size_t n_voxel,
                                     const struct atw_reconstruction_options *options,
                                     struct atw_error *err)
{
    if (options->iterations == 0)
        return atw_error_set(err, ATW_EINVAL,
                             "%s: 0 iterations: there must be at least one", method);
    if (!(options->regularisation >= 0.0 && isfinite(options->regularisation)))
        return atw_error_set(err, ATW_EINVAL,
                             "%s: regularisation %g: give a number from 0 up", method,
                             options->regularisation);
    if (options->has_bounds && !(options->lower <= options->upper &&
                                 is_tame(options->lower) && is_tame(options->upper)))
        return atw_error_set(
            err, ATW_EINVAL,
            "%s: bounds from %g to %g: they must be finite, the lower one "
            "not above the upper one",
            method, (double)options->lower, (double)options->upper);
    for (size_t i = 0; options->start && i < n_voxel; i++)
        if (!is_tame(options->start[i]) || (needs_counts && options->start[i] < 0.0f))
            return atw_error_set(err, ATW_EINPUT,
                                 "%s: voxel %zu of the start image is %g; it must be "
                                 "finite, below 1e30%s",
                                 method, i, (double)options->start[i],
                                 needs_counts ? " and not negative" : "");
    return ATW_OK;
}

enum atw_status atw_data_check(const char *method,
                               int needs_counts,
                               const struct atw_projector *projector,
                               const float *series,
                               const struct atw_reconstruction_options *options,
                               float *most,
                               struct atw_error *err)
{
    const struct atw_projection_geometry *geometry = atw_projector_geometry(projector);
    size_t view = geometry->grid.n_y * geometry->n_u;
    enum atw_status status = check_options(
        method, needs_counts, atw_grid_voxel_count(&geometry->grid), options, err);

    if (status != ATW_OK)
        return status;
    if (all_usable(series, geometry->n_tilt * view, needs_counts, most))
        return ATW_OK;
    for (size_t i = 0; i < geometry->n_tilt * view; i++)
        if (!is_tame(series[i]) || (needs_counts && series[i] < 0.0f))
            return atw_error_set(
                err, ATW_EINPUT,
                "%s: pixel (u %zu, v %zu) of view %zu is %g; the data must be finite, "
                "below 1e30%s",
                method, i % geometry->n_u, i % view / geometry->n_u, i / view + 1,
                (double)series[i],
                needs_counts ? " and not negative: subtract the background and clip at "
                               "zero"
                             : "");
    return ATW_OK;
}

enum atw_status atw_data_check_result(const char *method,
                                      const struct atw_field *volume,
                                      struct atw_error *err)
{
    size_t count = atw_grid_voxel_count(&volume->grid);

    if (all_finite(volume->value, count))
        return ATW_OK;
    for (size_t i = 0; i < count; i++)
        if (!isfinite(volume->value[i]))
            return atw_error_set(err, ATW_EDIVERGED,
                                 "%s: voxel %zu of the result is %g; scale the data to "
                                 "values near 1",
                                 method, i, (double)volume->value[i]);
    return ATW_OK;
}

void atw_data_constrain(const struct atw_reconstruction_options *options,
                        size_t count,
                        float *volume)
{
    for (size_t i = 0; i < count; i++) {
        if (options->has_bounds)
            volume[i] = fminf(fmaxf(volume[i], options->lower), options->upper);
        if (options->support && !(options->support[i] > 0.0f))
            volume[i] = 0.0f;
    }
}

void atw_data_mask_row(const struct atw_projector *projector,
                       const float *support,
                       size_t block,
                       size_t z,
                       float *row)
{
    const struct atw_grid *grid = &atw_projector_geometry(projector)->grid;
    size_t lanes = atw_block_lanes(projector);

    for (size_t lane = 0; lane < atw_block_slice_count(projector, block); lane++) {
        const float *inside = support + atw_grid_index(grid, 0, block * lanes + lane, z);

        for (size_t x = 0; x < grid->n_x; x++)
            if (!(inside[x] > 0.0f))
                row[x * lanes + lane] = 0.0f;
    }
}

double atw_data_misfit(const struct atw_projector *projector,
                       const float *series,
                       const float *projected)
{
    const struct atw_projection_geometry *geometry = atw_projector_geometry(projector);
    size_t count = geometry->n_tilt * geometry->grid.n_y * geometry->n_u;
    double misfit = 0.0, norm = 0.0;

    for (size_t i = 0; i < count; i++) {
        double difference = (double)series[i] - (double)projected[i];

        misfit += difference * difference;
        norm += (double)series[i] * (double)series[i];
    }
    return norm > 0.0 ? sqrt(misfit / norm) : 0.0;
}

void atw_data_collect_misfit(const struct atw_projector *projector,
                             const float *series,
                             const double *squares,
                             size_t iterations,
                             double *residual)
{
    const struct atw_projection_geometry *geometry = atw_projector_geometry(projector);
    double norm = 0.0;

    for (size_t i = 0; i < geometry->n_tilt * geometry->grid.n_y * geometry->n_u; i++)
        norm += (double)series[i] * (double)series[i];
    for (size_t i = 0; i < iterations; i++) {
        double misfit = 0.0;

        for (size_t b = 0; b < atw_block_count(projector); b++)
            misfit += squares[b * iterations + i];
        residual[i] = norm > 0.0 ? sqrt(misfit / norm) : 0.0;
    }
}
