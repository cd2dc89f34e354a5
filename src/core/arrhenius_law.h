/* Arrhenius law of a rate that heat activates: a diffusivity, a rate of reshaping. */
#ifndef ATW_CORE_ARRHENIUS_LAW_H
#define ATW_CORE_ARRHENIUS_LAW_H

struct atw_arrhenius_law {
    double D0_m2_per_s; /* another unit where the law is not of a diffusivity */
    double Q_J_per_mol;
};

/* D(T) = D0 exp(-Q / (R T)), m2/s; T_K must be positive. */
double atw_arrhenius_diffusivity(const struct atw_arrhenius_law *law, double T_K);

#endif
