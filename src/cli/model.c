/* Models named on the command line. */
#include "cli/model.h"

#include <stdio.h>
#include <string.h>

#include "io/scenario_schema.h"

/* Load one model as the only section of a scenario; overrides of other sections are left
 * to whoever loads those. */
static enum atw_status load_model(struct atw_config **out,
                                  const struct atw_schema *schema,
                                  const char *section,
                                  const char *name,
                                  const struct atw_common *common,
                                  struct atw_error *err)
{
    const char *overrides[ATW_OVERRIDES_MAX + 1];
    size_t n_overrides = 0, length = strlen(section);
    char text[512];

    if (strlen(name) > 200 || strpbrk(name, "\"\\\n"))
        return atw_error_set(err, ATW_EUSAGE, "'%s' is not the name of a model", name);
    for (size_t i = 0; i < common->n_overrides; i++)
        if (strncmp(common->overrides[i], section, length) == 0 &&
            common->overrides[i][length] == '.')
            overrides[n_overrides++] = common->overrides[i];
    snprintf(text, sizeof text, "%s: {model: \"%s\"}\n", section, name);
    return atw_config_parse(out, schema, text, strlen(text), "command line", overrides,
                            n_overrides, err);
}

enum atw_status atw_model_law(struct atw_arrhenius_law *law,
                              const char *material,
                              const struct atw_common *common,
                              struct atw_error *err)
{
    struct atw_config *config = NULL;
    enum atw_status status =
        load_model(&config, &atw_material_schema, "material", material, common, err);

    if (status != ATW_OK)
        return status;
    law->D0_m2_per_s = atw_config_number(config, "material.diffusion.D0");
    law->Q_J_per_mol = atw_config_number(config, "material.diffusion.Q");
    atw_config_destroy(config);
    return ATW_OK;
}

enum atw_status atw_model_imaging(struct atw_imaging_settings *settings,
                                  const char *microscope_name,
                                  const char *material_name,
                                  const struct atw_common *common,
                                  struct atw_error *err)
{
    struct atw_config *config = NULL, *material = NULL;
    enum atw_status status = load_model(&config, &atw_microscope_schema, "microscope",
                                        microscope_name, common, err);

    if (status == ATW_OK)
        status = load_model(&material, &atw_material_schema, "material", material_name,
                            common, err);
    if (status == ATW_OK)
        status = atw_imaging_settings_read(settings, config, material, err);
    atw_config_destroy(config);
    atw_config_destroy(material);
    return status;
}
