/* Fick diffusion inside a particle that fills its voxels partly: states by the
 * exponential of the operator.
 *
 * The equation is treated in s = S / h^2 (h the voxel edge), where the operator has no
 * dimension and its stiffness depends on the shape alone. */
#include "diffusion/diffusion.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diffusion/cells.h"
#include "diffusion/diffusion_internal.h"

static enum atw_status check_options(const struct atw_diffusion_options *options,
                                     struct atw_error *err)
{
    if (!(options->tolerance >= 1e-8 && options->tolerance <= 1e-2))
        return atw_error_set(err, ATW_EINVAL,
                             "diffusion: tolerance %g must lie in 1e-8 .. 1e-2",
                             options->tolerance);
    if (!(options->least_fraction > 0.0 && options->least_fraction <= 0.5))
        return atw_error_set(err, ATW_EINVAL,
                             "diffusion: least_fraction %g must lie in (0, 0.5]",
                             options->least_fraction);
    return ATW_OK;
}

enum atw_status atw_diffusion_of_cells(struct atw_diffusion **out,
                                       struct atw_cells *cells,
                                       const struct atw_diffusion_options *options,
                                       struct atw_error *err)
{
    struct atw_diffusion *diffusion = NULL;
    enum atw_status status = check_options(options, err);

    *out = NULL;
    if (status == ATW_OK) {
        diffusion = calloc(1, sizeof *diffusion);
        if (!diffusion)
            status = atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
    }
    if (status != ATW_OK) {
        atw_cells_destroy(cells);
        return status;
    }
    diffusion->options = *options;
    diffusion->cells = cells;
    diffusion->work = malloc(cells->count * sizeof *diffusion->work);
    if (!diffusion->work) {
        status = atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                               cells->count);
        atw_diffusion_destroy(diffusion);
        return status;
    }
    *out = diffusion;
    return ATW_OK;
}

enum atw_status atw_diffusion_create(struct atw_diffusion **out,
                                     const struct atw_field *metal,
                                     const struct atw_diffusion_options *options,
                                     struct atw_error *err)
{
    struct atw_diffusion_options used = options ? *options : ATW_DIFFUSION_DEFAULTS;
    struct atw_cells *cells = NULL;
    enum atw_status status = check_options(&used, err);

    *out = NULL;
    if (status == ATW_OK)
        status = atw_cells_create(&cells, metal, used.least_fraction, err);
    if (status == ATW_OK && used.keeps_dispersion)
        cells->dispersion = 0.0;
    return status == ATW_OK ? atw_diffusion_of_cells(out, cells, &used, err) : status;
}

void atw_diffusion_destroy(struct atw_diffusion *diffusion)
{
    if (!diffusion)
        return;
    atw_chebyshev_destroy(diffusion->chebyshev);
    free(diffusion->work);
    atw_cells_destroy(diffusion->cells);
    free(diffusion);
}

size_t atw_diffusion_cell_count(const struct atw_diffusion *diffusion)
{
    return diffusion->cells->count;
}

struct atw_diffusion_statistics
atw_diffusion_statistics(const struct atw_diffusion *diffusion)
{
    return (struct atw_diffusion_statistics){.steps = diffusion->steps,
                                             .rejected = diffusion->rejected,
                                             .operator_applications =
                                                 diffusion->applications};
}

void atw_diffusion_pack(const struct atw_diffusion *diffusion,
                        const struct atw_field *composition,
                        double *state)
{
    const struct atw_cells *cells = diffusion->cells;

    assert(atw_grid_equal(&composition->grid, &cells->grid));
    for (size_t i = 0; i < cells->count; i++)
        state[i] = (double)composition->value[cells->voxel[i]];
}

void atw_diffusion_unpack(const struct atw_diffusion *diffusion,
                          const double *state,
                          struct atw_field *composition)
{
    const struct atw_cells *cells = diffusion->cells;

    assert(atw_grid_equal(&composition->grid, &cells->grid));
    for (size_t i = 0; i < cells->count; i++)
        composition->value[cells->voxel[i]] = (float)state[i];
}

double atw_diffusion_amount_m3(const struct atw_diffusion *diffusion, const double *state)
{
    const struct atw_cells *cells = diffusion->cells;
    double h = cells->grid.spacing_m, sum = 0.0;

    for (size_t i = 0; i < cells->count; i++)
        sum += cells->capacity[i] * state[i];
    return sum * h * h * h;
}

void atw_diffusion_rate(const struct atw_diffusion *diffusion,
                        const double *state,
                        double *rate_per_m2)
{
    const struct atw_cells *cells = diffusion->cells;
    double h = cells->grid.spacing_m, *second = diffusion->work;

    atw_cells_rate(cells, state, rate_per_m2);
    atw_cells_rate(cells, rate_per_m2, second);
    for (size_t i = 0; i < cells->count; i++)
        rate_per_m2[i] = (rate_per_m2[i] - cells->dispersion * second[i]) / (h * h);
}

double atw_diffusion_stiffness(const struct atw_diffusion *diffusion)
{
    const struct atw_cells *cells = diffusion->cells;
    double h = cells->grid.spacing_m;

    return cells->stiffness * (1.0 + cells->dispersion * cells->stiffness) / (h * h);
}

static enum atw_status run_step(struct atw_diffusion *diffusion,
                                struct atw_field *composition,
                                double S_m2,
                                struct atw_error *err)
{
    size_t count = atw_diffusion_cell_count(diffusion);
    double *state = malloc(count * sizeof *state);
    enum atw_status status;

    if (!state)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             count);
    atw_diffusion_pack(diffusion, composition, state);
    status = atw_diffusion_states_at(diffusion, state, &S_m2, 1, state, err);
    if (status == ATW_OK)
        atw_diffusion_unpack(diffusion, state, composition);
    free(state);
    return status;
}

enum atw_status atw_diffusion_step(struct atw_field **out,
                                   const struct atw_field *composition,
                                   const struct atw_field *metal,
                                   double S_m2,
                                   const struct atw_diffusion_options *options,
                                   struct atw_error *err)
{
    struct atw_diffusion *diffusion = NULL;
    struct atw_field *after = NULL;
    enum atw_status status;

    *out = NULL;
    if (!atw_grid_equal(&composition->grid, &metal->grid))
        return atw_error_set(
            err, ATW_EINVAL,
            "diffusion: composition (%zu x %zu x %zu voxels of %g m) and "
            "metal (%zu x %zu x %zu of %g m) must be on the same grid",
            composition->grid.n_x, composition->grid.n_y, composition->grid.n_z,
            composition->grid.spacing_m, metal->grid.n_x, metal->grid.n_y,
            metal->grid.n_z, metal->grid.spacing_m);
    status = atw_diffusion_create(&diffusion, metal, options, err);
    if (status == ATW_OK)
        status = atw_field_copy(&after, composition, err);
    if (status == ATW_OK)
        status = run_step(diffusion, after, S_m2, err);
    if (status == ATW_OK) {
        *out = after;
        after = NULL;
    }
    atw_field_destroy(after);
    atw_diffusion_destroy(diffusion);
    return status;
}
