/* Diffusion in a rod in a coaxial rod: rings as cells of the general operator. */
#include "diffusion/axial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diffusion/axial_cells.h"
#include "diffusion/diffusion_internal.h"

struct atw_axial {
    struct atw_diffusion_family *family;
    struct atw_field *field; /* scratch: n_x along rho, n_y along z */
    double *volume;          /* [voxels], h^3; 0 outside */
    double widening_m2;
};

/* ---- life ---- */

static enum atw_status check_rods(const struct atw_axial_rod *metal,
                                  const struct atw_axial_rod *core,
                                  double spacing_m,
                                  struct atw_error *err)
{
    double beyond_m = core->half_length_m - metal->half_length_m;

    if (!(metal->radius_m > 0.0 && metal->half_length_m >= 0.0 && core->radius_m >= 0.0 &&
          core->half_length_m >= 0.0 && spacing_m > 0.0 &&
          isfinite(metal->half_length_m)))
        return atw_error_set(err, ATW_EINVAL,
                             "diffusion: a rod needs a positive radius, cells a size");
    if (core->radius_m + fmax(0.0, beyond_m) > metal->radius_m * (1.0 + 1e-12))
        return atw_error_set(err, ATW_EINVAL,
                             "diffusion: the core sticks out of the rod around it");
    return ATW_OK;
}

/* Volumes of the rings, and the composition they begin with. */
static void fill(struct atw_axial *axial,
                 const struct atw_axial_section *metal,
                 const struct atw_axial_section *core)
{
    const struct atw_grid *grid = &axial->field->grid;

    for (size_t j = 0; j < grid->n_y; j++)
        for (size_t i = 0; i < grid->n_x; i++) {
            size_t at = atw_grid_index(grid, i, j, 0);
            double volume = atw_axial_ring_volume(metal, i, j);

            axial->volume[at] = volume;
            axial->field->value[at] =
                volume > 0.0
                    ? (float)fmin(
                          fmax(1.0 - atw_axial_ring_volume(core, i, j) / volume, 0.0),
                          1.0)
                    : 1.0F;
        }
}

/* An edge that cuts a cell at a share f is as wide as after f (1 - f) / 2; the round ends
 * of the core meet all shares alike, 1/12 on average. Interpolated linearly it is wider
 * by another 1/24. */
static double widening_h2(const struct atw_axial_section *core)
{
    double f = core->radius - floor(core->radius);
    double barrel = atw_axial_barrel(core);

    return 1.0 / 24.0 + barrel * 0.5 * f * (1.0 - f) + (1.0 - barrel) / 12.0;
}

/* Cells as large as asked for, or a little less: a whole part of the radius. */
static struct atw_grid grid_of(const struct atw_axial_rod *metal, double spacing_m)
{
    size_t n_rho = (size_t)ceil(metal->radius_m / spacing_m - 1e-9);
    double h = metal->radius_m / (double)n_rho;

    return (struct atw_grid){
        .n_x = n_rho,
        .n_y = (size_t)ceil((metal->half_length_m + metal->radius_m) / h - 1e-9),
        .n_z = 1,
        .spacing_m = h};
}

static enum atw_status
allocate(struct atw_axial **out, const struct atw_grid *grid, struct atw_error *err)
{
    struct atw_axial *axial = calloc(1, sizeof *axial);

    *out = axial;
    if (axial)
        axial->volume = calloc(atw_grid_voxel_count(grid), sizeof *axial->volume);
    if (!axial || !axial->volume)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
    return atw_field_create(&axial->field, grid, err);
}

enum atw_status atw_axial_create(struct atw_axial **out,
                                 const struct atw_axial_rod *metal,
                                 const struct atw_axial_rod *core,
                                 double spacing_m,
                                 double tolerance,
                                 struct atw_error *err)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    enum atw_status status = check_rods(metal, core, spacing_m, err);
    struct atw_axial *axial = NULL;
    struct atw_cells *cells = NULL;
    struct atw_grid grid;

    *out = NULL;
    if (status != ATW_OK)
        return status;
    options.tolerance = tolerance;
    grid = grid_of(metal, spacing_m);
    status = allocate(&axial, &grid, err);
    if (status == ATW_OK) {
        double h = grid.spacing_m;
        const struct atw_axial_section whole = {(double)grid.n_x,
                                                metal->half_length_m / h};
        const struct atw_axial_section inner = {core->radius_m / h,
                                                core->half_length_m / h};

        axial->widening_m2 = widening_h2(&inner) * h * h;
        fill(axial, &whole, &inner);
        status = atw_axial_cells_create(&cells, &whole, &grid, axial->volume, err);
    }
    if (status == ATW_OK)
        status = atw_diffusion_family_of_cells(&axial->family, cells, axial->field,
                                               &options, err);
    if (status == ATW_OK)
        *out = axial;
    else
        atw_axial_destroy(axial);
    return status;
}

void atw_axial_destroy(struct atw_axial *axial)
{
    if (!axial)
        return;
    atw_diffusion_family_destroy(axial->family);
    atw_field_destroy(axial->field);
    free(axial->volume);
    free(axial);
}

/* ---- states ---- */

/* Cells without metal get the mean of their neighbours that have a value already: no flux
 * through the surface makes the composition flat across it. */
static void
continue_layer(float *value, char *is_known, size_t n_rho, size_t n_z, char *scratch)
{
    memcpy(scratch, is_known, n_rho * n_z);
    for (size_t j = 0; j < n_z; j++)
        for (size_t i = 0; i < n_rho; i++) {
            double sum = 0.0, n = 0.0;

            if (is_known[j * n_rho + i])
                continue;
            for (size_t y = j ? j - 1 : 0; y <= j + 1 && y < n_z; y++)
                for (size_t x = i ? i - 1 : 0; x <= i + 1 && x < n_rho; x++)
                    if (is_known[y * n_rho + x]) {
                        sum += (double)value[y * n_rho + x];
                        n += 1.0;
                    }
            if (n > 0.0) {
                value[j * n_rho + i] = (float)(sum / n);
                scratch[j * n_rho + i] = 1;
            }
        }
    memcpy(is_known, scratch, n_rho * n_z);
}

/* From the cells of the field to a table with a margin: mirrored at axis and middle. */
static enum atw_status expand(struct atw_axial_state *state,
                              const struct atw_axial *axial,
                              struct atw_error *err)
{
    const struct atw_grid *grid = &axial->field->grid;
    size_t n_rho = grid->n_x + 3, n_z = grid->n_y + 3;
    char *known = calloc(2, n_rho * n_z);

    *state = (struct atw_axial_state){
        .spacing_m = grid->spacing_m, .n_rho = n_rho, .n_z = n_z};
    state->value = calloc(n_rho * n_z, sizeof *state->value);
    if (!state->value || !known) {
        free(known);
        atw_axial_state_clear(state);
        return atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
    }
    for (size_t j = 0; j <= grid->n_y; j++)
        for (size_t i = 0; i <= grid->n_x; i++) {
            size_t from = atw_grid_index(grid, i > 0 ? i - 1 : 0, j > 0 ? j - 1 : 0, 0);

            if (!(axial->volume[from] > 0.0))
                continue;
            state->value[j * n_rho + i] = axial->field->value[from];
            known[j * n_rho + i] = 1;
        }
    continue_layer(state->value, known, n_rho, n_z, known + n_rho * n_z);
    continue_layer(state->value, known, n_rho, n_z, known + n_rho * n_z);
    free(known);
    return ATW_OK;
}

enum atw_status atw_axial_state_create(struct atw_axial_state *state,
                                       struct atw_axial *axial,
                                       double S_m2,
                                       struct atw_error *err)
{
    enum atw_status status =
        atw_diffusion_family_at(axial->family, S_m2, axial->field, err);

    *state = (struct atw_axial_state){0};
    return status == ATW_OK ? expand(state, axial, err) : status;
}

enum atw_status atw_axial_points_create(struct atw_axial_state *state,
                                        struct atw_axial *axial,
                                        double S_m2,
                                        struct atw_error *err)
{
    return atw_axial_state_create(state, axial, fmax(0.0, S_m2 - axial->widening_m2),
                                  err);
}

void atw_axial_state_clear(struct atw_axial_state *state)
{
    free(state->value);
    *state = (struct atw_axial_state){0};
}

double atw_axial_amount_m3(struct atw_axial *axial, const struct atw_axial_state *state)
{
    const struct atw_grid *grid = &axial->field->grid;
    double sum = 0.0;

    for (size_t j = 0; j < grid->n_y; j++)
        for (size_t i = 0; i < grid->n_x; i++)
            sum += axial->volume[atw_grid_index(grid, i, j, 0)] *
                   (double)state->value[(j + 1) * state->n_rho + i + 1];
    return ATW_AXIAL_WHOLE * sum * pow(grid->spacing_m, 3.0);
}
