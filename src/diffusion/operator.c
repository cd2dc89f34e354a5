/* Fick's operator on the cells and the Chebyshev solver for I - gamma operator.
 *
 * The operator is self-adjoint and negative in the inner product weighted with the
 * capacities and its spectrum lies in [-stiffness, 0], so Chebyshev iteration needs no
 * inner products: one sweep over memory per iteration. As a polynomial in the operator it
 * keeps the amount of metal to rounding.
 * Source: Saad, "Iterative Methods for Sparse Linear Systems" (2003), algorithm 12.1. */
#include "diffusion/cells.h"

#include <math.h>

static void rate_of_run(const struct atw_cells_run *run, const double *c, double *rate)
{
    const double *here = c + run->first;
    const double *south = here + run->offset[0], *north = here + run->offset[1];
    const double *below = here + run->offset[2], *above = here + run->offset[3];
    size_t count = run->count;

    for (size_t i = 0; i < count; i++)
        rate[i] = ((here[i - 1] - here[i]) + (here[i + 1] - here[i])) +
                  ((south[i] - here[i]) + (north[i] - here[i])) +
                  ((below[i] - here[i]) + (above[i] - here[i]));
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
        rate_of_run(&cells->run[r], c, rate + (cells->run[r].first - first));
    for (size_t r = from->first_cut; r < to->first_cut; r++)
        rate[cells->cut[r].cell - first] = rate_of_cut(&cells->cut[r], c);
}

void atw_cells_rate(const struct atw_cells *cells, const double *c, double *rate)
{
    for (size_t block = 0; block < cells->block_count; block++)
        rate_of_block(cells, block, c, rate + block * ATW_CELLS_BLOCK);
}

/* next = on_x x + on_rate rate(x) + on_r r - on_last last */
struct sweep {
    double on_x, on_rate, on_r, on_last;
};

static void sweep(const struct atw_cells *cells,
                  const struct sweep *s,
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
        for (size_t i = 0; i < count; i++)
            next[first + i] = (s->on_x * x[first + i] + s->on_rate * rate[i]) +
                              (s->on_r * r[first + i] - s->on_last * last[first + i]);
    }
}

size_t atw_cells_solve(const struct atw_cells *cells,
                       double gamma,
                       double reduction,
                       const double *r,
                       double *z,
                       double *work)
{
    double radius = 0.5 * gamma * cells->stiffness, centre = 1.0 + radius;
    double sigma = radius > 0.0 ? centre / radius : INFINITY, rho = 1.0 / sigma;
    double iterations = ceil(acosh(1.0 / reduction) / acosh(sigma));
    size_t count = iterations > 1.0 ? (size_t)iterations : 1;
    const double *x = r, *last = r;

    if (count == 1) {
        for (size_t i = 0; i < cells->count; i++)
            z[i] = r[i] / centre;
        return 0;
    }
    for (size_t k = 2; k <= count; k++) {
        double next_rho = 1.0 / (2.0 * sigma - rho);
        double momentum = next_rho * rho, pull = 2.0 * next_rho / radius;
        struct sweep s = {.on_x = 1.0 + momentum - pull,
                          .on_rate = pull * gamma,
                          .on_r = pull,
                          .on_last = k > 3 ? momentum : 0.0};
        double *next = (count - k) % 2 == 0 ? z : work;

        if (k == 2) { /* the first iterate, r / centre, is never stored */
            s.on_x /= centre;
            s.on_rate /= centre;
        }
        if (k == 3)
            s.on_r -= momentum / centre;
        sweep(cells, &s, x, r, last, next);
        last = k > 2 ? x : r;
        x = next;
        rho = next_rho;
    }
    return count - 1;
}
