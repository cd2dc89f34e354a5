/* Models named on the command line. */
#include "cli/model.h"

#include <stdio.h>
#include <string.h>

#include "io/scenario_schema.h"

enum { OVERRIDE_SIZE = 256 };

enum atw_status atw_model_load(struct atw_config **out,
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

enum atw_status atw_model_material(struct atw_material *material,
                                   const char *name,
                                   double T_least_K,
                                   double T_most_K,
                                   const struct atw_common *common,
                                   struct atw_error *err)
{
    struct atw_config *config = NULL;
    enum atw_status status =
        atw_model_load(&config, &atw_material_schema, "material", name, common, err);

    if (status == ATW_OK)
        status = atw_material_read(material, config, T_least_K, T_most_K, err);
    atw_config_destroy(config);
    return status;
}

/* What a particle that comes from a file can still be told. */
static int is_treatment(const char *key)
{
    static const char *const keys[] = {"twin", "reshaping", "azimuth", "elevation"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t length = strlen(keys[i]);

        if (strncmp(key, keys[i], length) == 0 && strchr(".=", key[length]))
            return 1;
    }
    return 0;
}

/* "particle.twin.ratio=9" says "particles[0].twin.ratio=9" to the schema. */
static enum atw_status load_particle(struct atw_config **out,
                                     const struct atw_common *common,
                                     struct atw_error *err)
{
    static const char text[] =
        "particles: [{name: particle, core_diameter: 1 nm, shell_side: 0 nm}]\n";
    static const char section[] = "particle.";
    char renamed[ATW_OVERRIDES_MAX][OVERRIDE_SIZE];
    const char *overrides[ATW_OVERRIDES_MAX + 1];
    size_t n = 0;

    for (size_t i = 0; i < common->n_overrides; i++) {
        const char *given = common->overrides[i];

        if (strncmp(given, section, sizeof section - 1) != 0)
            continue;
        if (!is_treatment(given + sizeof section - 1))
            return atw_error_set(
                err, ATW_EUSAGE,
                "--set '%.80s': shape and size are those of the volume; "
                "make another with `alloytwin phantom SCENARIO --set "
                "particles[0].KEY=VALUE`. Allowed here: particle.twin.*, "
                ".reshaping, .azimuth, .elevation",
                given);
        if (strlen(given) + 8 > OVERRIDE_SIZE)
            return atw_error_set(err, ATW_EUSAGE, "--set '%.40s...': too long", given);
        snprintf(renamed[n], OVERRIDE_SIZE, "particles[0].%s",
                 given + sizeof section - 1);
        overrides[n] = renamed[n];
        n++;
    }
    return atw_config_parse(out, &atw_particles_schema, text, sizeof text - 1,
                            "command line", overrides, n, err);
}

enum atw_status atw_model_particle(struct atw_twin *twin,
                                   struct atw_shape *orientation,
                                   double *reshaping,
                                   const struct atw_common *common,
                                   struct atw_error *err)
{
    struct atw_config *config = NULL;
    enum atw_status status = load_particle(&config, common, err);

    if (status != ATW_OK)
        return status;
    *twin = atw_twin_read(config, 0);
    *orientation = (struct atw_shape){
        .azimuth_rad = atw_config_number(config, "particles[0].azimuth"),
        .elevation_rad = atw_config_number(config, "particles[0].elevation")};
    *reshaping = atw_config_number(config, "particles[0].reshaping");
    atw_config_destroy(config);
    return ATW_OK;
}

enum atw_status atw_model_check_overrides(const struct atw_common *common,
                                          const char *const *sections,
                                          size_t n_sections,
                                          struct atw_error *err)
{
    for (size_t i = 0; i < common->n_overrides; i++) {
        const char *given = common->overrides[i];
        size_t k = 0;

        while (k < n_sections && strncmp(given, sections[k], strlen(sections[k])) != 0)
            k++;
        if (k == n_sections && given != common->seed_override)
            return atw_error_set(err, ATW_EUSAGE,
                                 "--set '%.80s' says nothing to this command; it takes "
                                 "%sKEY=VALUE%s%s%s",
                                 given, sections[0], n_sections > 1 ? " and " : "",
                                 n_sections > 1 ? sections[1] : "",
                                 n_sections > 1 ? "KEY=VALUE" : "");
    }
    return ATW_OK;
}

enum atw_status atw_model_imaging(struct atw_imaging_settings *settings,
                                  const char *microscope_name,
                                  const char *material_name,
                                  const struct atw_common *common,
                                  struct atw_error *err)
{
    struct atw_config *config = NULL, *material = NULL;
    enum atw_status status = atw_model_load(&config, &atw_microscope_schema, "microscope",
                                            microscope_name, common, err);

    if (status == ATW_OK)
        status = atw_model_load(&material, &atw_material_schema, "material",
                                material_name, common, err);
    if (status == ATW_OK)
        status = atw_imaging_settings_read(settings, config, material, err);
    atw_config_destroy(config);
    atw_config_destroy(material);
    return status;
}
