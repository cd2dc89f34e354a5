/* HAADF contrast of materials: signal per length, relative to the core metal.
 *
 * I = (rho / M) sum Z^n. At n = 1.84 gold is 2.62 times silver per volume, and silica is
 * 1.5 to 2.7 % of gold. */
#include "microscope/contrast.h"

#include <math.h>

static const double Z_SILICON = 14.0;
static const double Z_OXYGEN = 8.0;
static const double Z_CARBON = 6.0;
static const double CARBON_KG_PER_MOL = 0.012011;

double atw_haadf_signal(double density_kg_per_m3,
                        double molar_mass_kg_per_mol,
                        double Z,
                        double exponent)
{
    return density_kg_per_m3 / molar_mass_kg_per_mol * pow(Z, exponent);
}

double atw_haadf_silica_signal(const struct atw_haadf_silica *silica, double exponent)
{
    double Z_power = pow(Z_SILICON, exponent) + 2.0 * pow(Z_OXYGEN, exponent);

    return (1.0 - silica->porosity) * silica->density_kg_per_m3 /
           silica->molar_mass_kg_per_mol * Z_power;
}

double atw_haadf_carbon_signal(double density_kg_per_m3, double exponent)
{
    return atw_haadf_signal(density_kg_per_m3, CARBON_KG_PER_MOL, Z_CARBON, exponent);
}

static enum atw_status check_matter(const char *name,
                                    double density_kg_per_m3,
                                    double molar_mass_kg_per_mol,
                                    struct atw_error *err)
{
    if (!(density_kg_per_m3 > 0.0) || !isfinite(density_kg_per_m3))
        return atw_error_set(err, ATW_EINVAL,
                             "contrast: density of the %s is %g kg/m3; it must be "
                             "positive and finite",
                             name, density_kg_per_m3);
    if (!(molar_mass_kg_per_mol > 0.0) || !isfinite(molar_mass_kg_per_mol))
        return atw_error_set(err, ATW_EINVAL,
                             "contrast: molar mass of the %s is %g kg/mol; it must be "
                             "positive and finite",
                             name, molar_mass_kg_per_mol);
    return ATW_OK;
}

static enum atw_status check_element(const char *name,
                                     const struct atw_haadf_element *element,
                                     struct atw_error *err)
{
    if (!(element->Z >= 1.0 && element->Z <= 118.0))
        return atw_error_set(err, ATW_EINVAL,
                             "contrast: atomic number of the %s is %g; it must lie in "
                             "[1, 118]",
                             name, element->Z);
    return check_matter(name, element->density_kg_per_m3, element->molar_mass_kg_per_mol,
                        err);
}

static enum atw_status check_silica(const struct atw_haadf_silica *silica,
                                    struct atw_error *err)
{
    if (!(silica->porosity >= 0.0 && silica->porosity < 1.0))
        return atw_error_set(err, ATW_EINVAL,
                             "contrast: porosity of the silica is %g; it must lie in "
                             "[0, 1)",
                             silica->porosity);
    return check_matter("silica", silica->density_kg_per_m3,
                        silica->molar_mass_kg_per_mol, err);
}

enum atw_status atw_haadf_contrast_of(struct atw_haadf_contrast *contrast,
                                      const struct atw_haadf_element *core,
                                      const struct atw_haadf_element *shell,
                                      const struct atw_haadf_silica *silica,
                                      double exponent,
                                      struct atw_error *err)
{
    enum atw_status status = check_element("core metal", core, err);
    double core_signal;

    if (status == ATW_OK)
        status = check_element("shell metal", shell, err);
    if (status == ATW_OK && silica)
        status = check_silica(silica, err);
    if (status != ATW_OK)
        return status;
    if (!(exponent >= 1.0 && exponent <= 2.0))
        return atw_error_set(err, ATW_EINVAL,
                             "contrast: exponent of Z is %g; it must lie in [1, 2]",
                             exponent);
    core_signal = atw_haadf_signal(core->density_kg_per_m3, core->molar_mass_kg_per_mol,
                                   core->Z, exponent);
    contrast->core = 1.0;
    contrast->shell = atw_haadf_signal(shell->density_kg_per_m3,
                                       shell->molar_mass_kg_per_mol, shell->Z, exponent) /
                      core_signal;
    contrast->silica =
        silica ? atw_haadf_silica_signal(silica, exponent) / core_signal : 0.0;
    return ATW_OK;
}
