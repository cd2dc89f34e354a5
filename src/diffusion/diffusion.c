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

/* Half the stiffness times s that is gone at once; beyond, states of particles without
 * narrow necks hardly change any more. */
#define PIECE 1e5

/* A change of the composition that rounding makes. */
#define ROUNDING 1e-13

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
    diffusion->work = malloc(diffusion->cells->count * sizeof *diffusion->work);
    if (!diffusion->work) {
        status = atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                               diffusion->cells->count);
        goto cleanup;
    }
    status = atw_exponential_create(&diffusion->exponential, diffusion->cells, err);
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
    atw_exponential_destroy(diffusion->exponential);
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
    return (struct atw_diffusion_statistics){.steps = diffusion->run.steps,
                                             .solves = diffusion->run.solves,
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

enum atw_status atw_diffusion_check_state(const struct atw_diffusion *diffusion,
                                          const double *c,
                                          struct atw_error *err)
{
    for (size_t i = 0; i < diffusion->cells->count; i++)
        if (!isfinite(c[i]))
            return atw_error_set(err, ATW_EINVAL,
                                 "diffusion: the composition of cell %zu is %g; it must "
                                 "be finite",
                                 i, c[i]);
    return ATW_OK;
}

/* Advance diffusion->work by one piece, or further where it rests: changes over equal
 * stretches cannot grow, so that the rest changes it by at most `change` per piece. */
static enum atw_status
skip_piece(struct atw_diffusion *diffusion, double *s0, double s, struct atw_error *err)
{
    double piece = 2.0 * PIECE / diffusion->cells->stiffness, change = 0.0;
    size_t count = diffusion->cells->count;
    double *after = malloc(count * sizeof *after), *work = diffusion->work;
    enum atw_status status;

    if (!after)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             count);
    status =
        atw_exponential_states(diffusion->exponential, diffusion->options.tolerance, work,
                               &piece, 1, &after, &diffusion->applications, err);
    for (size_t i = 0; i < count && status == ATW_OK; i++) {
        change = fmax(change, fabs(after[i] - work[i]));
        work[i] = after[i];
    }
    *s0 += piece;
    if (change <= ROUNDING ||
        change * ((s - *s0) / piece) <= 0.1 * diffusion->options.tolerance)
        *s0 = fmax(*s0, s);
    free(after);
    return status;
}

/* The states of equal S are one; those of S = s0 are `work`. Distinct ones that lie
 * within a piece are found together. */
static enum atw_status find_group(struct atw_diffusion *diffusion,
                                  double s0,
                                  const double *s,
                                  size_t n_states,
                                  double *const *out,
                                  struct atw_error *err)
{
    size_t size = diffusion->cells->count * sizeof(double), distinct = 0;
    double *ds = malloc(n_states * sizeof *ds);
    double **to = malloc(n_states * sizeof *to);
    enum atw_status status = ATW_OK;

    if (!ds || !to)
        status = atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                               n_states);
    for (size_t k = 0; k < n_states && status == ATW_OK; k++)
        if (s[k] > (k > 0 ? s[k - 1] : s0)) {
            ds[distinct] = s[k] - s0;
            to[distinct++] = out[k];
        }
    if (status == ATW_OK)
        status = atw_exponential_states(diffusion->exponential,
                                        diffusion->options.tolerance, diffusion->work, ds,
                                        distinct, to, &diffusion->applications, err);
    for (size_t k = 0; k < n_states && status == ATW_OK; k++)
        if (!(s[k] > (k > 0 ? s[k - 1] : s0)))
            memcpy(out[k], k > 0 ? out[k - 1] : diffusion->work, size);
    free(ds);
    free(to);
    return status;
}

/* From diffusion->work at s = 0 to rising s. */
static enum atw_status find_states(struct atw_diffusion *diffusion,
                                   const double *s,
                                   size_t n_states,
                                   double *const *out,
                                   struct atw_error *err)
{
    double piece = 2.0 * PIECE / diffusion->cells->stiffness, s0 = 0.0;
    enum atw_status status = ATW_OK;
    size_t k = 0, n;

    while (k < n_states && status == ATW_OK) {
        while (s[k] - s0 > piece && status == ATW_OK)
            status = skip_piece(diffusion, &s0, s[k], err);
        for (n = k; n < n_states && s[n] - s0 <= piece; n++)
            ;
        if (status == ATW_OK)
            status = find_group(diffusion, s0, s + k, n - k, out + k, err);
        k = n;
    }
    return status;
}

enum atw_status atw_diffusion_states_into(struct atw_diffusion *diffusion,
                                          const double *state,
                                          const double *S_m2,
                                          size_t n_states,
                                          double *const *out,
                                          struct atw_error *err)
{
    double h = diffusion->cells->grid.spacing_m;
    double *s = malloc((n_states + 1) * sizeof *s);
    enum atw_status status;

    if (!s)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                             n_states);
    for (size_t k = 0; k < n_states; k++)
        s[k] = S_m2[k] / (h * h);
    memcpy(diffusion->work, state, diffusion->cells->count * sizeof *state);
    status = find_states(diffusion, s, n_states, out, err);
    free(s);
    return status;
}

enum atw_status atw_diffusion_states_at(struct atw_diffusion *diffusion,
                                        const double *state,
                                        const double *S_m2,
                                        size_t n_states,
                                        double *out,
                                        struct atw_error *err)
{
    double **to;
    enum atw_status status = check_times(S_m2, n_states, err);

    if (status != ATW_OK || n_states == 0)
        return status;
    status = atw_diffusion_check_state(diffusion, state, err);
    if (status != ATW_OK)
        return status;
    to = malloc(n_states * sizeof *to);
    if (!to)
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu states",
                             n_states);
    for (size_t k = 0; k < n_states; k++)
        to[k] = out + k * diffusion->cells->count;
    status = atw_diffusion_states_into(diffusion, state, S_m2, n_states, to, err);
    free(to);
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
