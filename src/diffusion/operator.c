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
#include "diffusion/kernel.h"

void atw_cells_rate(const struct atw_cells *cells, const double *c, double *rate)
{
    const struct atw_kernel *kernel = atw_kernel_best();

    for (size_t block = 0; block < cells->block_count; block++)
        kernel->rate(cells, block, c, rate + block * ATW_CELLS_BLOCK);
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
    const struct atw_kernel *kernel = atw_kernel_best();

    for (size_t block = 0; block < cells->block_count; block++)
        kernel->sweep(cells, block, s, x, r, last, next);
}

/* The fewest iterations that reach `reduction`, and the interval centre +- radius on
 * which the residual polynomial of that degree is small. Its lower end lies below the
 * smallest eigenvalue, 1, so that 1 is a root: uniform parts of the residual vanish
 * exactly. Otherwise a mean left over in each solve, however small, grows over many steps
 * of CVODE's extrapolation and the amount of metal drifts. */
static size_t
plan(double gamma_stiffness, double reduction, double *centre, double *radius)
{
    /* smaller counts have an interval that reaches below 0 */
    size_t count = (size_t)(0.24 * ATW_PI / atan(1.0 / sqrt(gamma_stiffness)));
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
