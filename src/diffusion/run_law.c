/* What law and history say at one time of a run. */
#include <math.h>

#include "core/constants.h"
#include "diffusion/run_internal.h"

static enum atw_status
temperature_at(const struct atw_run *run, double t_s, double *T_K, struct atw_error *err)
{
    *T_K = run->history->temperature_K(run->history->context, t_s);
    if (!(*T_K > 0.0) || !isfinite(*T_K))
        return atw_error_set(err, ATW_EINVAL,
                             "diffusion: the temperature at %g s is %g K; it must be "
                             "positive and finite",
                             t_s, *T_K);
    return ATW_OK;
}

/* D_ref / h^2 and k / h, 1/s. */
static enum atw_status speeds_at(const struct atw_run *run,
                                 double T_K,
                                 double *mixing,
                                 double *loss,
                                 struct atw_error *err)
{
    double h = run->diffusion->cells->grid.spacing_m;
    enum atw_status status = atw_potential_reference(run->law, T_K, mixing, err);

    *mixing /= h * h;
    *loss = 0.0;
    if (status != ATW_OK || !run->law->sublimation_m_per_s)
        return status;
    *loss = run->law->sublimation_m_per_s(run->law->model, T_K) / h;
    if (!(*loss >= 0.0) || !isfinite(*loss))
        return atw_error_set(
            err, ATW_EINVAL,
            "diffusion: the sublimation speed is %g m/s at %g K; it must "
            "be finite and not negative",
            *loss * h, T_K);
    return ATW_OK;
}

enum atw_status atw_run_clock_rate(const void *context,
                                   double t_s,
                                   double *rate_per_s,
                                   struct atw_error *err)
{
    const struct atw_run *run = context;
    double T_K, loss;
    enum atw_status status = temperature_at(run, t_s, &T_K, err);

    if (status == ATW_OK)
        status = speeds_at(run, T_K, rate_per_s, &loss, err);
    if (status == ATW_OK)
        *rate_per_s += loss;
    return status;
}

static double ratio_of(const struct atw_diffusion_sheet *sheet, double T_K)
{
    double excess_K = sheet->excess_Q_J_per_mol / ATW_GAS_CONSTANT_J_PER_MOL_K;

    return excess_K == 0.0
               ? sheet->ratio
               : sheet->ratio * exp(-excess_K * (1.0 / T_K - 1.0 / sheet->reference_K));
}

static enum atw_status
set_conductances(struct atw_run *run, double t_s, double T_K, struct atw_error *err)
{
    const struct atw_diffusion_history *history = run->history;
    double ratio[ATW_DIFFUSION_SHEETS_AT_MOST], scale[3];
    double stretch = history->stretch ? history->stretch(history->context, t_s) : 1.0;

    if (!(stretch >= 0.01 && stretch <= 100.0))
        return atw_error_set(err, ATW_EINVAL,
                             "diffusion: the stretch at %g s is %g; it must lie in 0.01 "
                             ".. 100",
                             t_s, stretch);
    if (T_K == run->T_K && stretch == run->stretch)
        return ATW_OK;
    for (size_t k = 0; k < run->law->n_sheets; k++)
        ratio[k] = ratio_of(&run->law->sheet[k], T_K);
    scale[0] = scale[2] = stretch;
    scale[1] = 1.0 / (stretch * stretch);
    atw_cells_set_paths(run->own, ratio, scale);
    run->T_K = T_K;
    run->stretch = stretch;
    return ATW_OK;
}

enum atw_status atw_run_set_paths(struct atw_run *run, double s, struct atw_error *err)
{
    double t_s = atw_clock_time_s(run->clock, s), T_K, mixing, loss;
    enum atw_status status = temperature_at(run, t_s, &T_K, err);

    if (status == ATW_OK)
        status = speeds_at(run, T_K, &mixing, &loss, err);
    if (status == ATW_OK && run->own)
        status = set_conductances(run, t_s, T_K, err);
    if (status == ATW_OK)
        run->share = mixing / (mixing + loss);
    return status;
}

enum atw_status
atw_run_set_potential(struct atw_run *run, double s, struct atw_error *err)
{
    double T_K;
    enum atw_status status =
        temperature_at(run, atw_clock_time_s(run->clock, s), &T_K, err);

    if (status == ATW_OK && run->law->diffusivity)
        status = atw_potential_set(&run->potential, run->law, T_K, err);
    return status;
}
