/* exp(s L) c by Chebyshev expansion of the exponential. */
#include "diffusion/expansion.h"

#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sf_bessel.h>

/* With L = a (X - 1), X in [-1, 1]: exp(s L) = sum_k (2 - [k = 0]) e^-z I_k(z) T_k(X),
 * z = a s. */
void expansion(const struct atw_cells *cells, const double *c, double s, double *out)
{
    size_t count = cells->count;
    double a = 0.5 * cells->stiffness, z = a * s, weight;
    double *last = malloc(3 * count * sizeof *last), *here = last + count;
    double *rate = here + count;

    if (!last)
        abort();
    memcpy(last, c, count * sizeof *last);
    atw_cells_rate(cells, last, rate);
    weight = gsl_sf_bessel_In_scaled(0, z);
    for (size_t i = 0; i < count; i++) {
        here[i] = last[i] + rate[i] / a;
        out[i] = weight * last[i];
    }
    for (int k = 1; k < 10000; k++) {
        weight = 2.0 * gsl_sf_bessel_In_scaled(k, z);
        for (size_t i = 0; i < count; i++)
            out[i] += weight * here[i];
        if (weight < 1e-15)
            break;
        atw_cells_rate(cells, here, rate);
        for (size_t i = 0; i < count; i++) {
            double next = 2.0 * (here[i] + rate[i] / a) - last[i];

            last[i] = here[i];
            here[i] = next;
        }
    }
    free(last);
}
