/* Kirchhoff's potential of one temperature, as a table. */
#include "diffusion/potential.h"

#include <math.h>

#define PIECES ATW_POTENTIAL_PIECES

static enum atw_status
check(size_t count, const double *c, const double *D, double T_K, struct atw_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!(D[i] > 0.0) || !isfinite(D[i]))
            return atw_error_set(err, ATW_EINVAL,
                                 "diffusion: the diffusivity is %g m2/s at %g K and a "
                                 "shell metal fraction of %g; it must be positive and "
                                 "finite",
                                 D[i], T_K, c[i]);
    return ATW_OK;
}

enum atw_status atw_potential_reference(const struct atw_diffusion_law *law,
                                        double T_K,
                                        double *D_m2_per_s,
                                        struct atw_error *err)
{
    static const double c[5] = {0.0, 0.25, 0.5, 0.75, 1.0};
    double D[5] = {0};
    size_t count = law->diffusivity ? 5 : 1;
    enum atw_status status;

    if (law->diffusivity)
        law->diffusivity(law->model, T_K, count, c, D);
    else
        D[0] = law->constant_m2_per_s(law->model, T_K);
    status = check(count, c, D, T_K, err);
    *D_m2_per_s =
        law->diffusivity ? 0.2 * (((D[0] + D[1]) + (D[2] + D[3])) + D[4]) : D[0];
    return status;
}

static void
set_piece(double piece[4], double phi, double left, double middle, double right)
{
    double h = 1.0 / PIECES, rise = h * (left + 4.0 * middle + right) / 6.0;

    piece[0] = phi;
    piece[1] = h * left;
    piece[2] = 3.0 * rise - h * (2.0 * left + right);
    piece[3] = h * (left + right) - 2.0 * rise;
}

enum atw_status atw_potential_set(struct atw_potential *potential,
                                  const struct atw_diffusion_law *law,
                                  double T_K,
                                  struct atw_error *err)
{
    enum { NODES = 2 * PIECES + 1 }; /* with the middles */
    double c[NODES], D[NODES] = {0}, phi = 0.0;
    enum atw_status status;

    if (T_K == potential->T_K)
        return ATW_OK;
    potential->T_K = 0.0;
    for (int k = 0; k < NODES; k++)
        c[k] = (double)k / (NODES - 1);
    status = atw_potential_reference(law, T_K, &potential->D_ref_m2_per_s, err);
    if (status != ATW_OK)
        return status;
    law->diffusivity(law->model, T_K, NODES, c, D);
    status = check(NODES, c, D, T_K, err);
    if (status != ATW_OK)
        return status;
    for (int k = 0; k < NODES; k++)
        D[k] /= potential->D_ref_m2_per_s;
    potential->slope_least = potential->slope_greatest = D[0];
    for (int k = 0; k < NODES; k++) {
        potential->slope_least = fmin(potential->slope_least, D[k]);
        potential->slope_greatest = fmax(potential->slope_greatest, D[k]);
    }
    for (int k = 0; k < PIECES; k++) {
        set_piece(potential->piece[k], phi, D[2 * k], D[2 * k + 1], D[2 * k + 2]);
        phi += (D[2 * k] + 4.0 * D[2 * k + 1] + D[2 * k + 2]) / (6.0 * PIECES);
    }
    potential->slope_0 = D[0];
    potential->slope_1 = D[NODES - 1];
    potential->T_K = T_K;
    return ATW_OK;
}

/* The piece that holds c, and the place within it in [0, 1]. */
static const double *
locate(const struct atw_potential *potential, double c, double *inside, double *place)
{
    double u;
    int k;

    *inside = c > 0.0 ? c : 0.0;
    *inside = *inside < 1.0 ? *inside : 1.0;
    u = *inside * PIECES;
    k = (int)u;
    k = k < PIECES ? k : PIECES - 1;
    *place = u - (double)k;
    return potential->piece[k];
}

void atw_potential_values(const struct atw_potential *potential,
                          size_t count,
                          const double *c,
                          double *phi)
{
    for (size_t i = 0; i < count; i++) {
        double inside, x, outside;
        const double *p = locate(potential, c[i], &inside, &x);

        outside = c[i] - inside;
        phi[i] = (p[0] + x * (p[1] + x * (p[2] + x * p[3]))) +
                 outside * (outside < 0.0 ? potential->slope_0 : potential->slope_1);
    }
}

void atw_potential_slopes(const struct atw_potential *potential,
                          size_t count,
                          const double *c,
                          double *slope)
{
    for (size_t i = 0; i < count; i++) {
        double inside, x;
        const double *p = locate(potential, c[i], &inside, &x);

        slope[i] = PIECES * (p[1] + x * (2.0 * p[2] + x * 3.0 * p[3]));
    }
}
