/* Bound: how ln S of every step depends on D, Q and dT.
 *
 *   S_k = sum over i <= k of integral D(T_i(t)) dt
 *   ln D = ln D_ref - Q/R (1/T - 1/T_ref)
 *
 * Ramps and quenches make the integrals no closed form, so Q and dT are central
 * differences of them; by ln D the derivative is 1. */
#include "pipeline/bound_internal.h"

#include <math.h>

#include "core/constants.h"

#define Q_STEP_RELATIVE 1e-4
#define TEMPERATURE_STEP_K 0.01

/* S after every step at a changed Q and a shift of the set points. */
static enum atw_status integrate(double *S_m2,
                                 const struct atw_bound_work *work,
                                 size_t particle,
                                 double T_ref_K,
                                 double Q_factor,
                                 const double *shift_K,
                                 double sign,
                                 struct atw_error *err)
{
    const struct atw_scenario *scenario = work->scenario;
    const struct atw_arrhenius_law *law = &scenario->material.law;
    double Q = law->Q_J_per_mol * Q_factor, sum = 0.0;
    struct atw_arrhenius_law changed = {
        .D0_m2_per_s = atw_arrhenius_diffusivity(law, T_ref_K) *
                       exp(Q / (ATW_GAS_CONSTANT_J_PER_MOL_K * T_ref_K)),
        .Q_J_per_mol = Q};

    for (size_t k = 0; k < scenario->n_steps; k++) {
        struct atw_heating_step step;
        double S;
        enum atw_status status =
            atw_scenario_heating_step(scenario, particle, k, &step, err);

        if (status != ATW_OK)
            return status;
        step.plateau_K += sign * shift_K[k];
        status = atw_heating_diffusion_integral(&step, &changed, &S, err);
        if (status != ATW_OK)
            return status;
        sum += S;
        S_m2[k] = sum;
    }
    return ATW_OK;
}

/* Shift of every step for a dT that changes by the step of the difference. */
static void shifts(double *shift_K, const struct atw_bound_work *work)
{
    const struct atw_scenario *scenario = work->scenario;

    for (size_t k = 0; k < scenario->n_steps; k++)
        shift_K[k] =
            TEMPERATURE_STEP_K *
            atw_delta_T_share(work->options->delta_T_model, scenario->set_point_K,
                              scenario->dwell_s, scenario->n_steps, ATW_FRAME_K, k);
}

enum atw_status atw_bound_chain(double *chain,
                                const struct atw_bound_work *work,
                                size_t particle,
                                double T_ref_K,
                                struct atw_error *err)
{
    double zero[ATW_STEPS_MAX] = {0}, shift_K[ATW_STEPS_MAX];
    double more[ATW_STEPS_MAX], less[ATW_STEPS_MAX];
    double Q_width = 2.0 * Q_STEP_RELATIVE * work->scenario->material.law.Q_J_per_mol;
    enum atw_status status =
        integrate(more, work, particle, T_ref_K, 1.0 + Q_STEP_RELATIVE, zero, 0.0, err);

    if (status == ATW_OK)
        status = integrate(less, work, particle, T_ref_K, 1.0 - Q_STEP_RELATIVE, zero,
                           0.0, err);
    for (size_t k = 0; k < work->scenario->n_steps && status == ATW_OK; k++) {
        chain[3 * k] = 1.0;
        chain[3 * k + 1] = log(more[k] / less[k]) / Q_width;
    }
    shifts(shift_K, work);
    if (status == ATW_OK)
        status = integrate(more, work, particle, T_ref_K, 1.0, shift_K, 1.0, err);
    if (status == ATW_OK)
        status = integrate(less, work, particle, T_ref_K, 1.0, shift_K, -1.0, err);
    for (size_t k = 0; k < work->scenario->n_steps && status == ATW_OK; k++)
        chain[3 * k + 2] = log(more[k] / less[k]) / (2.0 * TEMPERATURE_STEP_K);
    return status;
}
