/* Designs of sensitivity analysis: Morris trajectories and Saltelli blocks.
 *
 * Sources: Morris, Technometrics 33 (1991) 161; Saltelli et al., Comput. Phys. Commun.
 * 181 (2010) 259. Deviation from Morris: the levels are the midpoints (l + 1/2)/p of p
 * equal intervals and not l/(p - 1), whose ends 0 and 1 are infinite values of a normal
 * distribution. A step is half of the levels, 1/2 of the unit interval. */
#include <stdlib.h>

#include "study/design_sampled.h"

/* ---- Morris ---- */

static size_t count_morris(const struct atw_design_options *options)
{
    return atw_design_product(options->n_factors + 1, options->size);
}

static enum atw_status check_morris(const struct atw_design_options *options,
                                    struct atw_error *err)
{
    enum atw_status status = atw_design_check_size("morris", options, err);

    if (status == ATW_OK && (options->n_levels < 2 || options->n_levels % 2))
        status = atw_error_set(err, ATW_EINVAL,
                               "%zu levels; design morris needs an even number of levels",
                               options->n_levels);
    return status;
}

/* One trajectory: a random start, then each factor in random order steps once, to the
 * level half the range away. Every level is met equally often. */
static void
fill_trajectory(double *u, size_t n_factors, size_t n_levels, size_t *order, gsl_rng *rng)
{
    atw_design_permute(order, n_factors, rng);
    for (size_t i = 0; i < n_factors; i++) {
        double level = (double)(size_t)(gsl_rng_uniform(rng) * (double)n_levels);

        u[i] = (level + 0.5) / (double)n_levels;
    }
    for (size_t step = 1; step <= n_factors; step++) {
        double *row = u + step * n_factors;
        size_t moved = order[step - 1];

        for (size_t i = 0; i < n_factors; i++)
            row[i] = row[i - n_factors];
        row[moved] += row[moved] < 0.5 ? 0.5 : -0.5;
    }
}

static enum atw_status fill_morris(struct atw_points *points,
                                   const struct atw_design_options *options,
                                   struct atw_error *err)
{
    size_t order[ATW_DESIGN_FACTORS_MAX];
    size_t n = points->n_factors;
    gsl_rng *rng = NULL;
    enum atw_status status = atw_design_stream(&rng, options, 0, err);

    for (size_t k = 0; status == ATW_OK && k < options->size; k++)
        fill_trajectory(points->u + k * (n + 1) * n, n, options->n_levels, order, rng);
    gsl_rng_free(rng);
    return status;
}

const struct atw_design atw_design_morris = {
    .name = "morris",
    .description = "trajectories that move one factor at a time, to screen many factors",
    .count = count_morris,
    .check = check_morris,
    .fill = fill_morris};

/* ---- Saltelli ---- */

static size_t count_saltelli(const struct atw_design_options *options)
{
    return atw_design_product(options->n_factors + 2, options->size);
}

static enum atw_status check_saltelli(const struct atw_design_options *options,
                                      struct atw_error *err)
{
    return atw_design_check_power("saltelli", options, ATW_DESIGN_FACTORS_MAX / 2, err);
}

/* Rows A, B, and A with one coordinate of B for every factor. */
static void fill_block(double *u, const double *base, size_t n_factors)
{
    for (size_t row = 0; row < n_factors + 2; row++)
        for (size_t i = 0; i < n_factors; i++) {
            int from_B = row == 1 || row == i + 2;

            u[row * n_factors + i] = base[from_B ? n_factors + i : i];
        }
}

static enum atw_status fill_saltelli(struct atw_points *points,
                                     const struct atw_design_options *options,
                                     struct atw_error *err)
{
    size_t n = points->n_factors;
    uint64_t shift[ATW_DESIGN_FACTORS_MAX];
    double *base = malloc(options->size * 2 * n * sizeof *base);
    enum atw_status status;

    if (!base)
        return atw_error_set(err, ATW_ENOMEM, "design saltelli: out of memory");
    status = atw_sobol_shift(shift, 2 * n, options, err);
    if (status == ATW_OK)
        status = atw_sobol_points(base, options->size, 2 * n, shift, err);
    for (size_t k = 0; status == ATW_OK && k < options->size; k++)
        fill_block(points->u + k * (n + 2) * n, base + k * 2 * n, n);
    free(base);
    return status;
}

const struct atw_design atw_design_saltelli = {
    .name = "saltelli",
    .description = "blocks for Sobol' indices of first and total order",
    .count = count_saltelli,
    .check = check_saltelli,
    .fill = fill_saltelli};
