/* Runge-Kutta-Chebyshev steps of second order for dy/ds = f(s, y) with a negative real
 * spectrum: explicit, but stable up to 0.65 stages^2 over the spectral radius.
 *
 *   Y_0 = y_n, F_j = f(s_n + c_j h, Y_j),
 *   Y_j = (1 - mu_j - nu_j) Y_0 + mu_j Y_j-1 + nu_j Y_j-2
 *         + h (mu~_j F_j-1 + gamma~_j F_0),
 *
 * y_n+1 = Y_m; the local error is 0.8 (y_n - y_n+1) + 0.4 h (F_0 + F_m). Sums of weights
 * alone: what every rate leaves unchanged, every step does.
 *
 * Source: Sommeijer, Shampine & Verwer, "RKC: an explicit solver for parabolic PDEs",
 * J. Comput. Appl. Math. 88 (1997) 315. Private to this room. */
#ifndef ATW_DIFFUSION_RKC_H
#define ATW_DIFFUSION_RKC_H

#include <stddef.h>

#define ATW_RKC_STAGES_AT_MOST 2000 /* rounding grows as their square */

/* The recurrence over the stages of one step. */
struct atw_rkc {
    size_t stages, stage;
    double w0, w1, T[2], T1[2], T2[2]; /* T_j(w0) and derivatives of stage, stage - 1 */
    double b[2], a;                    /* b of stage, stage - 1; a of stage */
    /* Weights of the stage; those of rates without h. */
    double on_start, on_last, on_before, on_rate, on_first;
    double time; /* c_j */
};

/* Stages that a step of `length` needs, at least 2; the greatest step for the most. */
size_t atw_rkc_stages(double length, double spectral_radius);
double atw_rkc_longest(double spectral_radius);

/* Begin a step: the weights of stage 1 (on_last and on_before are 0). */
void atw_rkc_begin(struct atw_rkc *rkc, size_t stages);
/* On to the next stage. */
void atw_rkc_next(struct atw_rkc *rkc);

#endif
