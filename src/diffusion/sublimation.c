/* Free evaporation of a metal from its surface (Langmuir, Hertz-Knudsen). */
#include "diffusion/sublimation.h"

#include <math.h>

#include "core/constants.h"

double atw_sublimation_vapour_pressure_Pa(const struct atw_sublimation *model, double T_K)
{
    return pow(10.0, model->A + model->B / T_K + model->C * log10(T_K));
}

double atw_sublimation_speed_m_per_s(const struct atw_sublimation *model, double T_K)
{
    double M = model->molar_mass_kg_per_mol;

    if (model->coefficient == 0.0)
        return 0.0;
    return model->coefficient * atw_sublimation_vapour_pressure_Pa(model, T_K) * M /
           model->density_kg_per_m3 /
           sqrt(2.0 * ATW_PI * M * ATW_GAS_CONSTANT_J_PER_MOL_K * T_K);
}

/* d ln p / dT = (-B ln 10 + C T) / T^2. */
static int rises_to(const struct atw_sublimation *model, double T_K)
{
    return -model->B * log(10.0) + model->C * T_K > 0.0;
}

enum atw_status atw_sublimation_check(const struct atw_sublimation *model,
                                      double T_most_K,
                                      struct atw_error *err)
{
    double p_Pa;

    if (!(model->coefficient >= 0.0 && model->coefficient <= 1.0))
        return atw_error_set(err, ATW_EINVAL,
                             "sublimation: coefficient %g must lie between 0 and 1",
                             model->coefficient);
    if (model->coefficient == 0.0)
        return ATW_OK;
    p_Pa = atw_sublimation_vapour_pressure_Pa(model, T_most_K);
    if (!(model->B < 0.0) || !rises_to(model, T_most_K) || !(p_Pa <= 1e5))
        return atw_error_set(
            err, ATW_EINVAL,
            "sublimation: A = %g, B = %g, C = %g is not the vapour pressure "
            "of a solid: %g Pa at %g K; it must rise with temperature and "
            "stay below 1e5 Pa",
            model->A, model->B, model->C, p_Pa, T_most_K);
    return ATW_OK;
}
