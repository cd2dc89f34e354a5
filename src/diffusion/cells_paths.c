/* Conductances that change during a run, and the bound of the operator's spectrum. */
#include <math.h>
#include <stdlib.h>

#include "diffusion/cells_internal.h"

/* The operator is M^-1 B'AB; the row sums of the similar edge matrix B M^-1 B'A bound its
 * spectral radius by the greatest sum of the rates out of two neighbouring cells. */
static double edge_stiffness(const struct atw_cells_cut *cut, const double *out_rate)
{
    double greatest = 0.0;

    for (size_t k = 0; k < 6; k++)
        if (cut->neighbour[k] != cut->cell)
            greatest = fmax(greatest, out_rate[cut->cell] + out_rate[cut->neighbour[k]]);
    return greatest;
}

/* out_rate holds that of the whole cells already unless `whole_too`. */
static double
bound_spectrum(const struct atw_cells *cells, double *out_rate, int whole_too)
{
    double whole = 2.0 * (cells->scale[0] + cells->scale[1] + cells->scale[2]);
    double stiffness = cells->run_count > 0 ? 2.0 * whole : 0.0;

    for (size_t i = 0; i < cells->count && whole_too; i++)
        out_rate[i] = whole;
    for (size_t i = 0; i < cells->cut_count; i++) {
        const struct atw_cells_cut *cut = &cells->cut[i];
        double sum = 0.0;

        for (size_t k = 0; k < 6; k++)
            sum += (double)cut->aperture[k] * cut->inverse_capacity;
        out_rate[cut->cell] = sum;
    }
    for (size_t i = 0; i < cells->cut_count; i++)
        stiffness = fmax(stiffness, edge_stiffness(&cells->cut[i], out_rate));
    return stiffness;
}

/* Steps that bring the bound within some per cent of the radius. */
#define REFINEMENTS 12

/* With all signs of the operator made positive, |L|, its spectral radius is at most the
 * greatest (|L| x)_i / x_i for any positive x (Collatz), and the better the closer x is
 * to the mode, which iterating does. On a grid |L| has the radius of L. */
static void
refine_stiffness(struct atw_cells *cells, const double *out_rate, double *x, double *Lx)
{
    for (size_t i = 0; i < cells->count; i++)
        x[i] = 1.0;
    for (int k = 0; k < REFINEMENTS; k++) {
        double bound = 0.0, scale = 1.0 / cells->stiffness;

        atw_cells_rate(cells, x, Lx);
        for (size_t i = 0; i < cells->count; i++) {
            Lx[i] += 2.0 * out_rate[i] * x[i];
            bound = fmax(bound, Lx[i] / x[i]);
        }
        for (size_t i = 0; i < cells->count; i++)
            x[i] = fmax(scale * Lx[i], 1e-30);
        cells->stiffness = fmin(cells->stiffness, bound * (1.0 + 1e-9));
    }
}

enum atw_status atw_cells_find_stiffness(struct atw_cells *cells, struct atw_error *err)
{
    double *out_rate = malloc(cells->count * sizeof *out_rate);
    double *x = malloc(2 * cells->count * sizeof *x);

    if (!out_rate || !x) {
        free(out_rate);
        free(x);
        return atw_error_set(err, ATW_ENOMEM, "diffusion: no memory for %zu cells",
                             cells->count);
    }
    cells->stiffness = bound_spectrum(cells, out_rate, 1);
    if (cells->stiffness > 0.0)
        refine_stiffness(cells, out_rate, x, x + cells->count);
    free(x);
    if (cells->paths)
        cells->paths->out_rate = out_rate;
    else
        free(out_rate);
    return ATW_OK;
}

void atw_cells_set_paths(struct atw_cells *cells,
                         const double *ratio,
                         const double scale[3])
{
    const struct atw_cells_paths *paths = cells->paths;
    int rescaled = 0;

    for (size_t axis = 0; axis < 3; axis++) {
        rescaled = rescaled || cells->scale[axis] != scale[axis];
        cells->scale[axis] = scale[axis];
    }
    for (size_t i = 0; i < cells->cut_count; i++)
        for (size_t k = 0; k < 6; k++) {
            double sum = (double)paths->base[i][k];

            for (size_t sheet = 0; sheet < paths->n_sheets; sheet++)
                sum += ratio[sheet] * (double)paths->extra[sheet * cells->count + i][k];
            cells->cut[i].aperture[k] = (float)(scale[k / 2] * sum);
        }
    cells->stiffness = bound_spectrum(cells, paths->out_rate, rescaled);
}
