/* Fick's operator on the cells and the Chebyshev solver for I - gamma operator.
 *
 * The operator is self-adjoint and negative in the inner product weighted with the
 * capacities and its spectrum lies in [-stiffness, 0], so Chebyshev iteration needs no
 * inner products: one sweep over memory per iteration.
 * Source: Saad, "Iterative Methods for Sparse Linear Systems" (2003), algorithm 12.1. */
#include "diffusion/cells.h"

#include <math.h>
#include <string.h>

#include "core/constants.h"

static void rate_of_run(const struct atw_cells_run *run,
                        const double scale[3],
                        const double *c,
                        double *rate)
{
    const double *here = c + run->first;
    const double *south = here + run->offset[0], *north = here + run->offset[1];
    const double *below = here + run->offset[2], *above = here + run->offset[3];
    size_t count = run->count;

    for (size_t i = 0; i < count; i++)
        rate[i] = scale[0] * ((here[i - 1] - here[i]) + (here[i + 1] - here[i])) +
                  scale[1] * ((south[i] - here[i]) + (north[i] - here[i])) +
                  scale[2] * ((below[i] - here[i]) + (above[i] - here[i]));
}

static double rate_of_cut(const struct atw_cells_cut *cut, const double *c)
{
    double here = c[cut->cell], flux[6];

    for (int k = 0; k < 6; k++)
        flux[k] = (double)cut->aperture[k] * (c[cut->neighbour[k]] - here);
    return cut->inverse_capacity *
           ((flux[0] + flux[1]) + (flux[2] + flux[3]) + (flux[4] + flux[5]));
}

/* rate[0] belongs to the first cell of the block. */
static void
rate_of_block(const struct atw_cells *cells, size_t block, const double *c, double *rate)
{
    const struct atw_cells_block *from = &cells->block[block], *to = from + 1;
    size_t first = block * ATW_CELLS_BLOCK;

    for (size_t r = from->first_run; r < to->first_run; r++)
        rate_of_run(&cells->run[r], cells->scale, c,
                    rate + (cells->run[r].first - first));
    for (size_t r = from->first_cut; r < to->first_cut; r++)
        rate[cells->cut[r].cell - first] = rate_of_cut(&cells->cut[r], c);
}

void atw_cells_rate(const struct atw_cells *cells, const double *c, double *rate)
{
    for (size_t block = 0; block < cells->block_count; block++)
        rate_of_block(cells, block, c, rate + block * ATW_CELLS_BLOCK);
}

static void times(size_t count, const double *factor, double *value)
{
    for (size_t i = 0; i < count; i++)
        value[i] *= factor[i];
}

void atw_cells_sweep(const struct atw_cells *cells,
                     const struct atw_cells_sweep *s,
                     const double *x,
                     const double *r,
                     const double *last,
                     double *next)
{
    double rate[ATW_CELLS_BLOCK];

    for (size_t block = 0; block < cells->block_count; block++) {
        size_t first = block * ATW_CELLS_BLOCK, left = cells->count - first;
        size_t count = left < ATW_CELLS_BLOCK ? left : ATW_CELLS_BLOCK;

        rate_of_block(cells, block, x, rate);
        if (s->slope)
            times(count, s->slope + first, rate);
        for (size_t i = 0; i < count; i++)
            next[first + i] = (s->on_x * x[first + i] + s->on_rate * rate[i]) +
                              (s->on_r * r[first + i] - s->on_last * last[first + i]);
    }
}

/* The fewest iterations that reach `reduction`, and the interval centre +- radius on
 * which the residual polynomial of that degree is small. Its lower end lies below the
 * smallest eigenvalue, 1, so that 1 is a root: uniform parts of the residual vanish
 * exactly. Otherwise a mean left over in each solve, however small, grows over many steps
 * of CVODE's extrapolation and the amount of metal drifts. */
static size_t
plan(double gamma_stiffness, double reduction, double *centre, double *radius)
{
    size_t count = 0;
    double above, wanted = acosh(1.0 / reduction);

    do {
        double edge = tan(0.25 * ATW_PI / (double)++count);

        *radius = 0.5 * gamma_stiffness * (1.0 + edge * edge);
        above = 1.0 - gamma_stiffness * edge * edge; /* centre - radius */
        *centre = above + *radius;
    } while (above <= 0.0 || (double)count * acosh(*centre / *radius) < wanted);
    return count;
}

/* The iterates z of (I - gamma operator slope) z = r, as x = slope z; here r is slope
 * times the right-hand side. */
static size_t iterate(const struct atw_cells *cells,
                      double gamma,
                      double reduction,
                      const double *slope,
                      double greatest_slope,
                      const double *r,
                      double *z,
                      double *work)
{
    double radius, centre, sigma, rho;
    size_t count =
        plan(gamma * greatest_slope * cells->stiffness, reduction, &centre, &radius);
    const double *x = r, *last = r;

    sigma = centre / radius;
    rho = 1.0 / sigma;
    if (count == 1) {
        memcpy(z, r, cells->count * sizeof *z); /* centre is 1 */
        return 0;
    }
    for (size_t k = 2; k <= count; k++) {
        double next_rho = 1.0 / (2.0 * sigma - rho);
        double momentum = next_rho * rho, pull = 2.0 * next_rho / radius;
        struct atw_cells_sweep s = {.on_x = 1.0 + momentum - pull,
                                    .on_rate = pull * gamma,
                                    .on_r = pull,
                                    .on_last = k > 3 ? momentum : 0.0,
                                    .slope = slope};
        double *next = (count - k) % 2 == 0 ? z : work;

        if (k == 2) { /* the first iterate, r / centre, is never stored */
            s.on_x /= centre;
            s.on_rate /= centre;
        }
        if (k == 3)
            s.on_r -= momentum / centre;
        atw_cells_sweep(cells, &s, x, r, last, next);
        last = k > 2 ? x : r;
        x = next;
        rho = next_rho;
    }
    return count - 1;
}

size_t atw_cells_solve(const struct atw_cells *cells,
                       double gamma,
                       double reduction,
                       const double *r,
                       double *z,
                       double *work)
{
    return iterate(cells, gamma, reduction, NULL, 1.0, r, z, work);
}

size_t atw_cells_solve_with_slope(const struct atw_cells *cells,
                                  double gamma,
                                  double reduction,
                                  const double *slope,
                                  double *r,
                                  double *z,
                                  double *work)
{
    double greatest = 0.0;
    size_t applications;

    for (size_t i = 0; i < cells->count; i++)
        greatest = slope[i] > greatest ? slope[i] : greatest;
    times(cells->count, slope, r);
    applications = iterate(cells, gamma, reduction, slope, greatest, r, z, work);
    for (size_t i = 0; i < cells->count; i++)
        z[i] /= slope[i];
    return applications;
}
