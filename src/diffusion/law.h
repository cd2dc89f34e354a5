/* Diffusion laws that go beyond one constant, and runs through a heating history.
 *
 *   d(m c)/dt = div( A grad Phi(c, T) ) - k(T) area c (1 - c),
 *   Phi(c, T) = integral from 0 to c of D(c', T) dc'
 *
 * m is the metal fraction, c the fraction of shell metal, A = a + sum_k ratio_k(T) b_k
 * the conductance of a face: its open fraction a and what fast thin paths ("sheets") add.
 * docs/diffusion.md has the discretisation. */
#ifndef ATW_DIFFUSION_LAW_H
#define ATW_DIFFUSION_LAW_H

#include <stddef.h>

#include "diffusion/diffusion.h"

enum atw_diffusion_sheet_kind {
    ATW_DIFFUSION_SURFACE, /* a layer under the particle's surface */
    ATW_DIFFUSION_PLANE    /* a twin or grain boundary across the particle */
};

/* A path much thinner than a voxel, along which metal diffuses `ratio` times faster than
 * in the bulk of the same composition; it takes composition from the cells it crosses.
 * ratio(T) = ratio exp(-excess_Q / R (1/T - 1/reference_K)). */
struct atw_diffusion_sheet {
    enum atw_diffusion_sheet_kind kind;
    double thickness_m;
    double ratio;              /* D of the sheet over D of the bulk at reference_K */
    double excess_Q_J_per_mol; /* Q of the sheet less Q of the bulk; 0: constant ratio */
    double reference_K;        /* used where excess_Q_J_per_mol is not 0 */
    double point_m[3];         /* PLANE: a point (x, y, z) from the grid's centre */
    double normal[3];          /* PLANE: of any length but 0 */
};

#define ATW_DIFFUSION_SHEETS_AT_MOST 8

/* The callbacks must be smooth in T and c; their values are checked as they come. One of
 * the first two must be given and the other NULL. */
struct atw_diffusion_law {
    /* D_m2_per_s[i] at composition c[i] in [0, 1]: positive and finite. */
    void (*diffusivity)(
        const void *model, double T_K, size_t count, const double *c, double *D_m2_per_s);
    double (*constant_m2_per_s)(const void *model, double T_K); /* D without c */
    /* Speed at which a surface of pure shell metal recedes; NULL: none evaporates. */
    double (*sublimation_m_per_s)(const void *model, double T_K);
    const void *model;
    const struct atw_diffusion_sheet *sheet;
    size_t n_sheets; /* at most ATW_DIFFUSION_SHEETS_AT_MOST */
};

struct atw_diffusion_history {
    double (*temperature_K)(const void *context, double t_s);
    /* Length of the particle along y over that at t = 0, its volume kept: the state stays
     * on the grid of t = 0, only the conductances along (1/stretch^2) and across
     * (stretch) change, those of the sheets too. NULL: 1. */
    double (*stretch)(const void *context, double t_s);
    const void *context;
    /* Times where temperature or stretch have kinks or jumps, in any order; pulses
     * shorter than a hundredth of the piece they lie in are only seen with them. */
    const double *break_s;
    size_t n_breaks;
};

/* States at rising times t_s [n_times] from `state` at t = 0; out [n_times][cell count],
 * may begin at `state`. lost_m3 [n_times], or NULL: shell metal evaporated until then
 * (the metal fractions do not change). t = 0 returns the input exactly. Without
 * sublimation the amount is kept to rounding; compositions stay within those of the input
 * and, with it, 0 to the tolerance (they are not clipped).
 *
 * The integrator's variable is the reduced time, the integral of D(T(t)) at a fixed mean
 * composition: ramps and quenches cost nothing extra.
 *
 * ATW_EINVAL for times that are negative, not finite or falling, and for values of the
 * callbacks or sheets outside their ranges (names T and composition); ATW_ENOMEM;
 * ATW_EDIVERGED names the time reached. On failure out and lost_m3 are untouched. Memory:
 * about 25 doubles per cell, and n_times - 1. */
enum atw_status atw_diffusion_run(struct atw_diffusion *diffusion,
                                  const double *state,
                                  const struct atw_diffusion_law *law,
                                  const struct atw_diffusion_history *history,
                                  const double *t_s,
                                  size_t n_times,
                                  double *out,
                                  double *lost_m3,
                                  struct atw_error *err) ATW_MUST_CHECK;

#endif
