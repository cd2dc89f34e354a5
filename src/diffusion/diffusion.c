/* Fick diffusion inside a particle that fills its voxels partly: states by CVODE.
 *
 * The equation is integrated in s = S / h^2 (h the voxel edge), where the operator has no
 * dimension and its stiffness depends on the shape alone. */
#include "diffusion/diffusion.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/ode.h"
#include "diffusion/cells.h"
#include "diffusion/diffusion_internal.h"

static int rate(double t, const double *c, double *dc_dt, void *context)
{
    struct atw_diffusion *diffusion = context;

    (void)t;
    diffusion->applications++;
    atw_cells_rate(diffusion->cells, c, dc_dt);
    return 0;
}

static int solve(double t,
                 const double *c,
                 double gamma,
                 double reduction,
                 const double *r,
                 double *z,
                 void *context)
{
    struct atw_diffusion *diffusion = context;

    (void)t;
    (void)c;
    diffusion->applications +=
        atw_cells_solve(diffusion->cells, gamma, reduction, r, z, diffusion->work);
    return 0;
}

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

enum atw_status atw_diffusion_create(struct atw_diffusion **out,
                                     const struct atw_field *metal,
                                     const struct atw_diffusion_options *options,
                                     struct atw_error *err)
{
    struct atw_diffusion_options used = options ? *options : ATW_DIFFUSION_DEFAULTS;
    struct atw_ode_options accuracy = {.absolute_tolerance =
                                           ATW_DIFFUSION_STEP_SHARE * used.tolerance,
                                       .max_steps = 100000,
                                       .norm = ATW_ODE_NORM_MAX};
    struct atw_ode_problem problem = {.rhs = rate, .solve = solve};
    struct atw_diffusion *diffusion = NULL;
    enum atw_status status = check_options(&used, err);

    *out = NULL;
    if (status != ATW_OK)
        return status;
    diffusion = calloc(1, sizeof *diffusion);
    if (!diffusion)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: out of memory");
    diffusion->options = used;
    status = atw_cells_create(&diffusion->cells, metal, used.least_fraction, err);
    if (status != ATW_OK)
        goto cleanup;
    problem.count = diffusion->cells->count;
    problem.context = diffusion;
    diffusion->work = malloc(problem.count * sizeof *diffusion->work);
    if (!diffusion->work) {
        status = atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                               problem.count);
        goto cleanup;
    }
    status = atw_ode_create(&diffusion->ode, &problem, &accuracy, err);
    if (status != ATW_OK)
        goto cleanup;
    *out = diffusion;
    diffusion = NULL;
cleanup:
    atw_diffusion_destroy(diffusion);
    return status;
}

void atw_diffusion_destroy(struct atw_diffusion *diffusion)
{
    if (!diffusion)
        return;
    atw_ode_destroy(diffusion->ode);
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
    struct atw_ode_statistics ode = atw_ode_statistics(diffusion->ode);

    return (struct atw_diffusion_statistics){.steps = ode.steps + diffusion->run.steps,
                                             .solves = ode.solves + diffusion->run.solves,
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

static enum atw_status
check_times(const double *S_m2, size_t n_states, struct atw_error *err)
{
    for (size_t k = 0; k < n_states; k++) {
        if (!(S_m2[k] >= 0.0) || !isfinite(S_m2[k]))
            return atw_error_set(
                err, ATW_EINVAL,
                "diffusion: S %zu is %g m2; it must be finite and not negative", k,
                S_m2[k]);
        if (k > 0 && S_m2[k] < S_m2[k - 1])
            return atw_error_set(
                err, ATW_EINVAL,
                "diffusion: S %zu (%g m2) is below the one before it (%g "
                "m2); they must be rising",
                k, S_m2[k], S_m2[k - 1]);
    }
    return ATW_OK;
}

enum atw_status atw_diffusion_start(struct atw_diffusion *diffusion,
                                    const double *state,
                                    struct atw_error *err)
{
    return atw_ode_start(diffusion->ode, 0.0, state, err);
}

enum atw_status atw_diffusion_advance(struct atw_diffusion *diffusion,
                                      double S_m2,
                                      double *state,
                                      struct atw_error *err)
{
    double h = diffusion->cells->grid.spacing_m;
    unsigned mode = atw_diffusion_flush_denormals();
    enum atw_status status = atw_ode_advance(diffusion->ode, S_m2 / (h * h), state, err);

    atw_diffusion_restore_denormals(mode);
    if (status == ATW_EDIVERGED)
        atw_error_prepend(err, "diffusion: stopped at S = %.6g m2",
                          atw_ode_time(diffusion->ode) * h * h);
    return status;
}

void atw_diffusion_rate(const struct atw_diffusion *diffusion,
                        const double *state,
                        double *rate_per_m2)
{
    double h = diffusion->cells->grid.spacing_m;

    atw_cells_rate(diffusion->cells, state, rate_per_m2);
    for (size_t i = 0; i < diffusion->cells->count; i++)
        rate_per_m2[i] /= h * h;
}

double atw_diffusion_stiffness(const struct atw_diffusion *diffusion)
{
    double h = diffusion->cells->grid.spacing_m;

    return diffusion->cells->stiffness / (h * h);
}

static enum atw_status integrate(struct atw_diffusion *diffusion,
                                 const double *state,
                                 const double *S_m2,
                                 size_t n_states,
                                 double *states,
                                 struct atw_error *err)
{
    enum atw_status status = atw_diffusion_start(diffusion, state, err);

    for (size_t k = 0; k < n_states && status == ATW_OK; k++)
        status = atw_diffusion_advance(diffusion, S_m2[k],
                                       states + k * diffusion->cells->count, err);
    return status;
}

enum atw_status atw_diffusion_states_at(struct atw_diffusion *diffusion,
                                        const double *state,
                                        const double *S_m2,
                                        size_t n_states,
                                        double *out,
                                        struct atw_error *err)
{
    size_t size = diffusion->cells->count * sizeof *out;
    double *states = NULL;
    enum atw_status status = check_times(S_m2, n_states, err);

    if (status != ATW_OK || n_states == 0)
        return status;
    states = n_states <= SIZE_MAX / size ? malloc(n_states * size) : NULL;
    if (!states)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                             n_states);
    status = integrate(diffusion, state, S_m2, n_states, states, err);
    if (status == ATW_OK)
        memcpy(out, states, n_states * size);
    free(states);
    return status;
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
