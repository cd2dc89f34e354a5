/* Interdiffusivity of a binary alloy from the tracer diffusivities of its metals.
 *
 * With x the fraction of shell metal and D_core(x), D_shell(x) the tracer diffusivities,
 *
 *   Darken-Manning   D = (x D_core + (1 - x) D_shell) Phi S
 *   Nernst-Planck    D = D_core D_shell / (x D_shell + (1 - x) D_core) Phi
 *   Phi = 1 - 2 x (1 - x) L0 / (R T),      L0 = a + b T
 *   S   = 1 + ((1 - f) / f) x (1 - x) (D_shell - D_core)^2
 *           / [(x D_shell + (1 - x) D_core)(x D_core + (1 - x) D_shell)]
 *
 * Tracer diffusivities are interpolated log-linearly between the pure metals. Sources,
 * validity and the derivation of the second limit: models/materials/README.md. */
#ifndef ATW_DIFFUSION_INTERDIFFUSION_H
#define ATW_DIFFUSION_INTERDIFFUSION_H

#include <stddef.h>

#include "core/arrhenius_law.h"
#include "core/status.h"

enum atw_interdiffusion_limit {
    ATW_INTERDIFFUSION_DARKEN,       /* vacancies are made and lost wherever needed */
    ATW_INTERDIFFUSION_NERNST_PLANCK /* nowhere: both metals flow alike */
};

struct atw_interdiffusion {
    /* Tracer diffusivity of a metal in a pure one. */
    struct atw_arrhenius_law core_in_core, core_in_shell, shell_in_core, shell_in_shell;
    double interaction_J_per_mol;         /* a */
    double interaction_slope_J_per_mol_K; /* b */
    double correlation_factor;            /* f; fcc lattice 0.7815 */
    int thermodynamic_factor;             /* 0: Phi = 1, an ideal solution */
    int vacancy_wind;                     /* 0: S = 1; the Darken limit only */
    enum atw_interdiffusion_limit limit;
};

/* Phi and S at a composition in [0, 1]; 1 when switched off. */
double atw_interdiffusion_thermodynamic_factor(const struct atw_interdiffusion *model,
                                               double T_K,
                                               double x);
double atw_interdiffusion_vacancy_wind(const struct atw_interdiffusion *model,
                                       double T_K,
                                       double x);

/* D[i], m2/s, at compositions c[count]; c outside [0, 1] counts as the nearer end. model
 * is a struct atw_interdiffusion that atw_interdiffusion_check() accepts. */
void atw_interdiffusion_diffusivity(
    const void *model, double T_K, size_t count, const double *c, double *D_m2_per_s);

/* ATW_EINVAL for a tracer law that is not positive and finite, a correlation factor
 * outside (0, 1], or an interaction so repulsive that the alloy separates (Phi <= 0) at
 * any temperature from T_least_K up to T_most_K. */
enum atw_status atw_interdiffusion_check(const struct atw_interdiffusion *model,
                                         double T_least_K,
                                         double T_most_K,
                                         struct atw_error *err) ATW_MUST_CHECK;

#endif
