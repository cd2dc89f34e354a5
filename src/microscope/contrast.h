/* HAADF contrast of materials: signal per length, relative to the core metal.
 *
 * An atom scatters into the annular detector as Z^n; a length of material scatters as the
 * number of atoms in it: I = (rho / M) sum over the atoms of a formula unit of Z^n.
 * Source of n: models/microscopes/README.md. */
#ifndef ATW_MICROSCOPE_CONTRAST_H
#define ATW_MICROSCOPE_CONTRAST_H

#include "core/status.h"

struct atw_haadf_element {
    double Z;
    double density_kg_per_m3;
    double molar_mass_kg_per_mol;
};

/* SiO2, possibly with pores. Density and molar mass are those of the solid. */
struct atw_haadf_silica {
    double density_kg_per_m3;
    double molar_mass_kg_per_mol;
    double porosity; /* empty fraction of the layer's volume, 0 = dense */
};

/* Signals per length relative to the core metal. */
struct atw_haadf_contrast {
    double core;  /* 1 by definition */
    double shell; /* 1 / intensity ratio */
    double silica;
};

/* (rho / M) Z^n of an element, in mol/m3. No checks. */
double atw_haadf_signal(double density_kg_per_m3,
                        double molar_mass_kg_per_mol,
                        double Z,
                        double exponent);

/* (1 - porosity) (rho / M) (14^n + 2 8^n), in mol/m3 as above. No checks. */
double atw_haadf_silica_signal(const struct atw_haadf_silica *silica, double exponent);

/* Signal per length of contamination, carbon of this density, in mol/m3 as above. */
double atw_haadf_carbon_signal(double density_kg_per_m3, double exponent);

/* Contrast of a particle relative to its core metal. silica NULL: no signal from silica.
 *
 * ATW_EINVAL if Z is not in [1, 118], a density or molar mass is not positive and finite,
 * the porosity is not in [0, 1), or the exponent is not in [1, 2] (Z^2 is unscreened
 * Rutherford scattering; published exponents are 1.6 to 2). */
enum atw_status atw_haadf_contrast_of(struct atw_haadf_contrast *contrast,
                                      const struct atw_haadf_element *core,
                                      const struct atw_haadf_element *shell,
                                      const struct atw_haadf_silica *silica,
                                      double exponent,
                                      struct atw_error *err) ATW_MUST_CHECK;

#endif
