/* HAADF contrast of the materials in a configuration. */
#include "pipeline/contrast.h"

#include "io/experiment_schema.h"

static struct atw_haadf_element read_element(const struct atw_config *config,
                                             const char *which)
{
    return (struct atw_haadf_element){
        .Z = atw_config_number(config, "material.%s.atomic_number", which),
        .density_kg_per_m3 = atw_config_number(config, "material.%s.density", which),
        .molar_mass_kg_per_mol =
            atw_config_number(config, "material.%s.molar_mass", which)};
}

/* The experiment that is written must be one that can be read. */
static enum atw_status check_ratio(const struct atw_haadf_contrast *contrast,
                                   const struct atw_config *config,
                                   double z_exponent,
                                   struct atw_error *err)
{
    double ratio = contrast->core / contrast->shell;

    if (ratio > 1.0 && ratio <= ATW_INTENSITY_RATIO_AT_MOST)
        return ATW_OK;
    return atw_config_error(config, err, ATW_EINPUT, "material.core",
                            "a length of the core metal scatters %.3g times as much as "
                            "one of the shell metal, (density / molar_mass) Z^%g with "
                            "microscope.z_exponent; the core must be brighter, up to %g "
                            "times",
                            ratio, z_exponent, ATW_INTENSITY_RATIO_AT_MOST);
}

enum atw_status atw_contrast_read(struct atw_haadf_contrast *contrast,
                                  const struct atw_config *config,
                                  double z_exponent,
                                  struct atw_error *err)
{
    struct atw_haadf_element core = read_element(config, "core");
    struct atw_haadf_element shell = read_element(config, "shell");
    struct atw_haadf_silica silica = {
        .density_kg_per_m3 = atw_config_number(config, "material.silica.density"),
        .molar_mass_kg_per_mol = atw_config_number(config, "material.silica.molar_mass"),
        .porosity = atw_config_number(config, "material.silica.porosity")};
    struct atw_error reason = {0};

    if (atw_haadf_contrast_of(contrast, &core, &shell, &silica, z_exponent, &reason) !=
        ATW_OK)
        return atw_config_error(config, err, ATW_EINPUT, "material", "%s", reason.text);
    return check_ratio(contrast, config, z_exponent, err);
}
