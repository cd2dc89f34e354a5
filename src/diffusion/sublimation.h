/* Free evaporation of a metal from its surface (Langmuir, Hertz-Knudsen).
 *
 *   v(T) = a p(T) V / sqrt(2 pi M R T),      log10(p / Pa) = A + B / T + C log10 T
 *
 * v is the speed at which a surface of the pure metal recedes, a the evaporation
 * coefficient, V = M / density the molar volume. */
#ifndef ATW_DIFFUSION_SUBLIMATION_H
#define ATW_DIFFUSION_SUBLIMATION_H

#include "core/status.h"

struct atw_sublimation {
    double coefficient; /* a, 0 to 1; 0: none */
    double A, B, C;     /* of the vapour pressure, T in K */
    double molar_mass_kg_per_mol;
    double density_kg_per_m3;
};

double atw_sublimation_vapour_pressure_Pa(const struct atw_sublimation *model,
                                          double T_K);
double atw_sublimation_speed_m_per_s(const struct atw_sublimation *model, double T_K);

/* ATW_EINVAL for a coefficient outside [0, 1] and, unless it is 0, for a vapour pressure
 * that does not rise with temperature up to T_most_K or exceeds 1e5 Pa there. */
enum atw_status atw_sublimation_check(const struct atw_sublimation *model,
                                      double T_most_K,
                                      struct atw_error *err) ATW_MUST_CHECK;

#endif
