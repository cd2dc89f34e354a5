/* Kirchhoff's potential of one temperature, as a table. */
#include "diffusion/potential.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

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
    potential->piece[PIECES][0] = phi;
    potential->piece[PIECES][1] = D[NODES - 1] / PIECES;
    potential->piece[PIECES][2] = potential->piece[PIECES][3] = 0.0;
    potential->slope_0 = D[0];
    potential->slope_1 = D[NODES - 1];
    potential->T_K = T_K;
    return ATW_OK;
}

#define CHUNK 256

/* The piece of a place u in [0, PIECES], and what is left. Any other number, as of a step
 * that fails, gives some piece. */
static inline const double *
piece_of(const struct atw_potential *potential, double u, double *x)
{
    double shifted = (u - 0.5) + 0x1.8p52; /* whole: the last bits are the number */
    uint64_t bits;
    uint32_t k;

    memcpy(&bits, &shifted, sizeof bits);
    k = (uint32_t)bits;
    k = k <= PIECES ? k : 0;
    *x = u - (shifted - 0x1.8p52);
    return potential->piece[k];
}

/* In loops that have no branches: compositions at 0 and 1 lie on either side of them to
 * rounding, where processors would guess wrong half of the time. (a + |a|) / 2 is the
 * positive part, exactly. */
void atw_potential_values(const struct atw_potential *potential,
                          size_t count,
                          const double *c,
                          double *phi)
{
    double slope_0 = potential->slope_0, slope_1 = potential->slope_1;
    double u[CHUNK], outside[CHUNK];

    for (size_t first = 0; first < count; first += CHUNK) {
        size_t n = count - first < CHUNK ? count - first : CHUNK;
        const double *from = c + first;

        for (size_t i = 0; i < n; i++) {
            double above_0 = 0.5 * (from[i] + fabs(from[i]));
            double above_1 = 0.5 * ((above_0 - 1.0) + fabs(above_0 - 1.0));

            u[i] = (above_0 - above_1) * PIECES;
            outside[i] = slope_1 * above_1 + slope_0 * (from[i] - above_0);
        }
        for (size_t i = 0; i < n; i++) {
            double x;
            const double *p = piece_of(potential, u[i], &x);

            phi[first + i] = ((p[0] + x * p[1]) + x * x * (p[2] + x * p[3])) + outside[i];
        }
    }
}

double atw_potential_steepest(const struct atw_potential *potential,
                              double least,
                              double greatest)
{
    size_t first = (size_t)(PIECES * fmin(fmax(least, 0.0), 1.0));
    size_t last = (size_t)(PIECES * fmin(fmax(greatest, 0.0), 1.0));
    double steepest;

    steepest = PIECES * potential->piece[first][1];
    for (size_t k = first; k <= last; k++) {
        const double *p = potential->piece[k];

        for (double x = 0.5; x <= 1.0; x += 0.5)
            steepest =
                fmax(steepest, PIECES * (p[1] + x * (2.0 * p[2] + x * 3.0 * p[3])));
    }
    return steepest;
}

void atw_potential_slopes(const struct atw_potential *potential,
                          size_t count,
                          const double *c,
                          double *slope)
{
    for (size_t i = 0; i < count; i++) {
        double x;
        const double *p = piece_of(potential, PIECES * fmin(fmax(c[i], 0.0), 1.0), &x);

        slope[i] = PIECES * (p[1] + x * (2.0 * p[2] + x * 3.0 * p[3]));
    }
}
