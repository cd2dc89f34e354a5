/* Test functions and their exact indices, from the variances of the terms of the
 * decomposition; docs/studies.md has them. */
#include "study/analytic.h"

#include <math.h>

#define ISHIGAMI_A 7.0
#define ISHIGAMI_B 0.1

double atw_ishigami(const double x[ATW_ISHIGAMI_FACTORS])
{
    double s1 = sin(x[0]), s2 = sin(x[1]);

    return s1 + ISHIGAMI_A * s2 * s2 + ISHIGAMI_B * pow(x[2], 4.0) * s1;
}

double atw_ishigami_mean(void)
{
    return ISHIGAMI_A / 2.0;
}

void atw_ishigami_indices(double first[ATW_ISHIGAMI_FACTORS],
                          double total[ATW_ISHIGAMI_FACTORS])
{
    const double b = ISHIGAMI_B, pi4 = pow(M_PI, 4.0);
    double V1 = 0.5 * (1.0 + b * pi4 / 5.0) * (1.0 + b * pi4 / 5.0);
    double V2 = ISHIGAMI_A * ISHIGAMI_A / 8.0;
    double V13 = b * b * pi4 * pi4 * (1.0 / 18.0 - 1.0 / 50.0);
    double V = V1 + V2 + V13;

    first[0] = V1 / V;
    first[1] = V2 / V;
    first[2] = 0.0;
    total[0] = (V1 + V13) / V;
    total[1] = V2 / V;
    total[2] = V13 / V;
}

static const double g_coefficient[ATW_G_FUNCTION_FACTORS] = {0.0,  1.0,  4.5,  9.0,
                                                             99.0, 99.0, 99.0, 99.0};

double atw_g_function(const double *x, size_t n_factors)
{
    double product = 1.0;

    for (size_t i = 0; i < n_factors; i++)
        product *= (fabs(4.0 * x[i] - 2.0) + g_coefficient[i]) / (1.0 + g_coefficient[i]);
    return product;
}

/* Each factor of the product has mean 1 and variance 1/3 / (1 + a)^2. */
void atw_g_function_indices(double *first, double *total, size_t n_factors)
{
    double variance = 1.0;

    for (size_t i = 0; i < n_factors; i++)
        variance *= 1.0 + 1.0 / (3.0 * pow(1.0 + g_coefficient[i], 2.0));
    variance -= 1.0;
    for (size_t i = 0; i < n_factors; i++) {
        double own = 1.0 / (3.0 * pow(1.0 + g_coefficient[i], 2.0));

        first[i] = own / variance;
        total[i] = own / (1.0 + own) * (variance + 1.0) / variance;
    }
}
