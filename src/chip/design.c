/* Design of a heating chip: what is refused before anything is computed. */
#include "chip/design.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum atw_status atw_chip_complain(struct atw_chip_key *key,
                                  const char *name,
                                  struct atw_error *err,
                                  const char *format,
                                  ...)
{
    char text[ATW_ERROR_TEXT_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (key)
        snprintf(key->name, sizeof key->name, "%s", name);
    return atw_error_set(err, ATW_EINVAL, "%s", text);
}

struct limit {
    const char *name, *unit;
    double value;
    double min, max;
    double factor; /* from SI to the unit of the message */
};

static enum atw_status check_limits(const struct limit *limits,
                                    size_t count,
                                    struct atw_chip_key *key,
                                    struct atw_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct limit *limit = &limits[i];

        if (limit->value >= limit->min && limit->value <= limit->max)
            continue;
        return atw_chip_complain(
            key, limit->name, err, "%.6g%s is not physical; allowed: %.6g to %.6g%s",
            limit->value * limit->factor, limit->unit, limit->min * limit->factor,
            limit->max * limit->factor, limit->unit);
    }
    return ATW_OK;
}

#define FILM_LIMITS(name_, film_, thinnest_)                                             \
    {name_ ".thickness", " nm", (film_).thickness_m, thinnest_, 1e-4, 1e9},              \
        {name_ ".conductivity",                                                          \
         " W/(m K)",                                                                     \
         (film_).conductivity_W_per_m_K,                                                 \
         1e-3,                                                                           \
         5e3,                                                                            \
         1.0},                                                                           \
    {                                                                                    \
        name_ ".heat_capacity", " J/(m3 K)", (film_).heat_capacity_J_per_m3_K, 1e4, 1e8, \
            1.0                                                                          \
    }

static enum atw_status check_materials(const struct atw_chip_design *design,
                                       struct atw_chip_key *key,
                                       struct atw_error *err)
{
    const struct limit limits[] = {
        {"membrane.size", " um", design->membrane_half_width_m, 1e-6, 1e-2, 1e6},
        {"membrane.frame_temperature", " K", design->frame_K, 1.0, 2000.0, 1.0},
        FILM_LIMITS("membrane", design->membrane, 1e-9),
        FILM_LIMITS("encapsulation", design->encapsulation, 0.0),
        FILM_LIMITS("heater", design->heater, 1e-9),
        {"membrane.emissivity", "", design->membrane_emissivity, 0.0, 1.0, 1.0},
        {"heater.emissivity", "", design->heater_emissivity, 0.0, 1.0, 1.0},
        {"window.emissivity", "", design->window_emissivity, 0.0, 1.0, 1.0},
        {"window.radius", " um", design->window_radius_m, 0.0, 1e-3, 1e6},
        {"window.thickness", " nm", design->window_thickness_m, 1e-9, 1e-4, 1e9},
        {"heater.resistivity", " ohm m", design->resistivity_ohm_m, 1e-9, 1.0, 1.0},
        {"heater.temperature_coefficient", " 1/K", design->tcr_per_K, -0.1, 0.1, 1.0},
        {"gas_loss", " W/(m2 K)", design->gas_loss_W_per_m2_K, 0.0, 1e7, 1.0},
        {"controller.highest_set_point", " K", design->highest_K, 1.0, 4000.0, 1.0},
        {"controller.greatest_current", " mA", design->greatest_current_A, 1e-9, 1e3,
         1e3},
        {"mesh.cell", " um", design->cell_m, 1e-8, 1e-3, 1e6}};

    return check_limits(limits, sizeof limits / sizeof *limits, key, err);
}

enum atw_status atw_chip_design_check(const struct atw_chip_design *design,
                                      struct atw_chip_key *key,
                                      struct atw_error *err)
{
    enum atw_status status = check_materials(design, key, err);

    if (status != ATW_OK)
        return status;
    if (design->calibration == ATW_CALIBRATED_ON_RESISTANCE && design->tcr_per_K == 0.0)
        return atw_chip_complain(key, "heater.temperature_coefficient", err,
                                 "a resistance that does not depend on temperature "
                                 "cannot be regulated");
    return ATW_OK;
}
