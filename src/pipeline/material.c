/* A material as the simulation needs it, read from its section. */
#include "pipeline/material.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pipeline/twin.h"

/* An Arrhenius law that a model needs but the schema cannot demand of every material. */
static enum atw_status read_law(struct atw_arrhenius_law *law,
                                const struct atw_config *config,
                                const char *path,
                                const char *needed_by,
                                struct atw_error *err)
{
    static const char *const keys[] = {"D0", "Q"};
    double *values[] = {&law->D0_m2_per_s, &law->Q_J_per_mol};

    for (size_t i = 0; i < 2; i++) {
        if (!atw_config_is_set(config, "%s.%s", path, keys[i]))
            return atw_config_error(
                config, err, ATW_EINPUT, path,
                "%s is missing; model %s needs it, or name a model file "
                "that has it with `model: NAME`",
                keys[i], needed_by);
        *values[i] = atw_config_number(config, "%s.%s", path, keys[i]);
    }
    return ATW_OK;
}

static enum atw_status read_tracers(struct atw_interdiffusion *alloy,
                                    const struct atw_config *config,
                                    struct atw_error *err)
{
    static const char *const names[] = {"core_in_core", "core_in_shell", "shell_in_core",
                                        "shell_in_shell"};
    struct atw_arrhenius_law *laws[] = {&alloy->core_in_core, &alloy->core_in_shell,
                                        &alloy->shell_in_core, &alloy->shell_in_shell};
    enum atw_status status = ATW_OK;

    for (size_t i = 0; i < 4 && status == ATW_OK; i++) {
        char path[64];

        snprintf(path, sizeof path, "material.diffusion.tracer.%s", names[i]);
        status = read_law(laws[i], config, path, "darken-manning", err);
    }
    return status;
}

static enum atw_status read_alloy(struct atw_interdiffusion *alloy,
                                  const struct atw_config *config,
                                  double T_least_K,
                                  double T_most_K,
                                  struct atw_error *err)
{
    struct atw_error reason = {0};
    enum atw_status status;

    alloy->interaction_J_per_mol =
        atw_config_number(config, "material.diffusion.interaction");
    alloy->interaction_slope_J_per_mol_K =
        atw_config_number(config, "material.diffusion.interaction_slope");
    alloy->correlation_factor =
        atw_config_number(config, "material.diffusion.correlation_factor");
    alloy->thermodynamic_factor =
        atw_config_boolean(config, "material.diffusion.thermodynamic_factor");
    alloy->vacancy_wind = atw_config_boolean(config, "material.diffusion.vacancy_wind");
    alloy->limit = strcmp(atw_config_text(config, "material.diffusion.limit"), "darken")
                       ? ATW_INTERDIFFUSION_NERNST_PLANCK
                       : ATW_INTERDIFFUSION_DARKEN;
    status = read_tracers(alloy, config, err);
    if (status == ATW_OK &&
        atw_interdiffusion_check(alloy, T_least_K, T_most_K, &reason) != ATW_OK)
        status = atw_config_error(config, err, ATW_EINPUT, "material.diffusion", "%s",
                                  reason.text);
    return status;
}

static enum atw_status read_diffusion(struct atw_material *material,
                                      const struct atw_config *config,
                                      double T_least_K,
                                      double T_most_K,
                                      struct atw_error *err)
{
    const char *model = atw_config_text(config, "material.diffusion.model");

    material->depends_on_composition = strcmp(model, "arrhenius") != 0;
    if (!material->depends_on_composition)
        return read_law(&material->law, config, "material.diffusion", model, err);
    material->law.D0_m2_per_s = material->law.Q_J_per_mol = NAN;
    return read_alloy(&material->alloy, config, T_least_K, T_most_K, err);
}

static enum atw_status read_sublimation(struct atw_sublimation *sublimation,
                                        const struct atw_config *config,
                                        double T_most_K,
                                        struct atw_error *err)
{
    struct atw_error reason = {0};

    *sublimation = (struct atw_sublimation){
        .coefficient = atw_config_number(config, "material.sublimation.coefficient"),
        .A = atw_config_number(config, "material.sublimation.A"),
        .B = atw_config_number(config, "material.sublimation.B"),
        .C = atw_config_number(config, "material.sublimation.C"),
        .molar_mass_kg_per_mol = atw_config_number(config, "material.shell.molar_mass"),
        .density_kg_per_m3 = atw_config_number(config, "material.shell.density")};
    if (atw_sublimation_check(sublimation, T_most_K, &reason) != ATW_OK)
        return atw_config_error(config, err, ATW_EINPUT, "material.sublimation", "%s",
                                reason.text);
    return ATW_OK;
}

enum atw_status atw_material_read(struct atw_material *material,
                                  const struct atw_config *config,
                                  double T_least_K,
                                  double T_most_K,
                                  struct atw_error *err)
{
    enum atw_status status;

    *material = (struct atw_material){0};
    status = read_diffusion(material, config, T_least_K, T_most_K, err);
    if (status == ATW_OK)
        status = read_sublimation(&material->sublimation, config, T_most_K, err);
    material->surface = atw_sheet_read(config, "material.surface");
    material->surface.kind = ATW_DIFFUSION_SURFACE;
    material->reshaping.D0_m2_per_s =
        atw_config_number(config, "material.reshaping.rate");
    material->reshaping.Q_J_per_mol =
        atw_config_number(config, "material.reshaping.activation_energy");
    return status;
}

static double constant(const void *model, double T_K)
{
    const struct atw_material *material = model;

    return atw_arrhenius_diffusivity(&material->law, T_K);
}

static void diffusivity(
    const void *model, double T_K, size_t count, const double *c, double *D_m2_per_s)
{
    const struct atw_material *material = model;

    atw_interdiffusion_diffusivity(&material->alloy, T_K, count, c, D_m2_per_s);
}

static double sublimation(const void *model, double T_K)
{
    const struct atw_material *material = model;

    return atw_sublimation_speed_m_per_s(&material->sublimation, T_K);
}

struct atw_diffusion_law atw_material_law(const struct atw_material *material)
{
    struct atw_diffusion_law law = {.model = material};

    if (material->depends_on_composition)
        law.diffusivity = diffusivity;
    else
        law.constant_m2_per_s = constant;
    if (material->sublimation.coefficient > 0.0)
        law.sublimation_m_per_s = sublimation;
    return law;
}
