/* Fits read from standard input, one line of results each; for arrhenius_scipy.py.
 *
 * Input, repeated: "WEIGHTING NOMINAL KNOWN COUNT" (0 log, 1 linear; index; 0 or 1), then
 * COUNT lines "PARTICLE NOMINAL_K D_M2_PER_S STD_M2_PER_S". Output: status, ln D(T_ref),
 * Q, dT of the second particle against the first, their deviations and chi^2. */
#include <math.h>
#include <stdio.h>

#include "inference/arrhenius.h"

#define POINTS_MAX 256

static int read_points(struct atw_diffusivity_point *points, size_t count, int known)
{
    for (size_t i = 0; i < count; i++) {
        if (scanf("%zu %lf %lf %lf", &points[i].particle, &points[i].nominal_K,
                  &points[i].D_m2_per_s, &points[i].D_std_m2_per_s) != 4)
            return 0;
        if (!known)
            points[i].D_std_m2_per_s = NAN;
    }
    return 1;
}

int main(void)
{
    struct atw_diffusivity_point points[POINTS_MAX] = {0};
    unsigned weighting;
    size_t nominal, count;
    int known;

    while (scanf("%u %zu %d %zu", &weighting, &nominal, &known, &count) == 4) {
        struct atw_arrhenius_options options = {
            .weighting = weighting ? ATW_WEIGHTING_LINEAR : ATW_WEIGHTING_LOG,
            .nominal_particle = nominal};
        struct atw_arrhenius_fit fit = {0};
        struct atw_error err = {0};
        enum atw_status status;

        if (count > POINTS_MAX || !read_points(points, count, known))
            return 2;
        status = atw_arrhenius_fit(&fit, points, count, 2, &options, &err);
        printf("%d %.12g %.12g %.12g %.12g %.12g %.12g %.12g\n", (int)status,
               fit.ln_D_ref, fit.Q_J_per_mol, fit.delta_T_K[1],
               sqrt(fit.covariance[0][0]), fit.Q_std_J_per_mol, fit.delta_T_std_K[1],
               fit.chi_square);
    }
    return 0;
}
