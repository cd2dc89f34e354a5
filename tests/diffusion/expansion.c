/* exp(s M) c by Chebyshev expansion of the exponential. */
#include "diffusion/expansion.h"

#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sf_bessel.h>

/* rate = M c. */
static void
apply(const struct atw_cells *cells, const double *c, double *rate, double *second)
{
    atw_cells_rate(cells, c, rate);
    atw_cells_rate(cells, rate, second);
    for (size_t i = 0; i < cells->count; i++)
        rate[i] -= cells->dispersion * second[i];
}

/* With M = a (X - 1), X in [-1, 1]: exp(s M) = sum_k (2 - [k = 0]) e^-z I_k(z) T_k(X),
 * z = a s. */
void expansion(const struct atw_cells *cells, const double *c, double s, double *out)
{
    size_t count = cells->count;
    double fastest = cells->stiffness * (1.0 + cells->dispersion * cells->stiffness);
    double a = 0.5 * fastest, z = a * s, weight;
    double *last = malloc(4 * count * sizeof *last), *here = last + count;
    double *rate = here + count, *second = rate + count;

    if (!last)
        abort();
    memcpy(last, c, count * sizeof *last);
    apply(cells, last, rate, second);
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
        apply(cells, here, rate, second);
        for (size_t i = 0; i < count; i++) {
            double next = 2.0 * (here[i] + rate[i] / a) - last[i];

            last[i] = here[i];
            here[i] = next;
        }
    }
    free(last);
}
