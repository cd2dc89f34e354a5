/* Interdiffusivity of a binary alloy from the tracer diffusivities of its metals.
 *
 * Sources: Darken, Trans. AIME 175 (1948) 184; Manning, "Diffusion Kinetics for Atoms in
 * Crystals" (1968); models/materials/README.md says which of it was read where. */
#include "diffusion/interdiffusion.h"

#include <math.h>

#include "core/constants.h"

/* Tracer diffusivities of both metals at one composition. */
struct tracers {
    double core, shell;
};

/* Logarithms of the four end members at one temperature. */
struct end_members {
    double core_in_core, core_in_shell, shell_in_core, shell_in_shell;
};

static double log_law(const struct atw_arrhenius_law *law, double T_K)
{
    return log(law->D0_m2_per_s) -
           law->Q_J_per_mol / (ATW_GAS_CONSTANT_J_PER_MOL_K * T_K);
}

static struct end_members end_members_at(const struct atw_interdiffusion *model,
                                         double T_K)
{
    return (struct end_members){.core_in_core = log_law(&model->core_in_core, T_K),
                                .core_in_shell = log_law(&model->core_in_shell, T_K),
                                .shell_in_core = log_law(&model->shell_in_core, T_K),
                                .shell_in_shell = log_law(&model->shell_in_shell, T_K)};
}

static struct tracers tracers_at(const struct end_members *ends, double x)
{
    return (struct tracers){
        .core = exp((1.0 - x) * ends->core_in_core + x * ends->core_in_shell),
        .shell = exp((1.0 - x) * ends->shell_in_core + x * ends->shell_in_shell)};
}

/* L0 / (R T). */
static double reduced_interaction(const struct atw_interdiffusion *model, double T_K)
{
    return (model->interaction_J_per_mol + model->interaction_slope_J_per_mol_K * T_K) /
           (ATW_GAS_CONSTANT_J_PER_MOL_K * T_K);
}

double atw_interdiffusion_thermodynamic_factor(const struct atw_interdiffusion *model,
                                               double T_K,
                                               double x)
{
    if (!model->thermodynamic_factor)
        return 1.0;
    return 1.0 - 2.0 * x * (1.0 - x) * reduced_interaction(model, T_K);
}

static double wind(const struct atw_interdiffusion *model, struct tracers D, double x)
{
    double difference = D.shell - D.core, f = model->correlation_factor;

    if (!model->vacancy_wind)
        return 1.0;
    return 1.0 +
           (1.0 - f) / f * x * (1.0 - x) * difference * difference /
               ((x * D.shell + (1.0 - x) * D.core) * (x * D.core + (1.0 - x) * D.shell));
}

double atw_interdiffusion_vacancy_wind(const struct atw_interdiffusion *model,
                                       double T_K,
                                       double x)
{
    struct end_members ends = end_members_at(model, T_K);

    return wind(model, tracers_at(&ends, x), x);
}

static double kinetic_factor(const struct atw_interdiffusion *model,
                             const struct end_members *ends,
                             double x)
{
    struct tracers D = tracers_at(ends, x);

    if (model->limit == ATW_INTERDIFFUSION_NERNST_PLANCK)
        return D.core / (x * D.shell + (1.0 - x) * D.core) * D.shell;
    return (x * D.core + (1.0 - x) * D.shell) * wind(model, D, x);
}

void atw_interdiffusion_diffusivity(
    const void *model, double T_K, size_t count, const double *c, double *D_m2_per_s)
{
    const struct atw_interdiffusion *alloy = model;
    struct end_members ends = end_members_at(alloy, T_K);

    for (size_t i = 0; i < count; i++) {
        double x = fmin(fmax(c[i], 0.0), 1.0);

        D_m2_per_s[i] = kinetic_factor(alloy, &ends, x) *
                        atw_interdiffusion_thermodynamic_factor(alloy, T_K, x);
    }
}

static enum atw_status
check_law(const char *name, const struct atw_arrhenius_law *law, struct atw_error *err)
{
    if (law->D0_m2_per_s > 0.0 && isfinite(law->D0_m2_per_s) && law->Q_J_per_mol >= 0.0 &&
        isfinite(law->Q_J_per_mol))
        return ATW_OK;
    return atw_error_set(
        err, ATW_EINVAL,
        "interdiffusion: tracer %s has D0 = %g m2/s and Q = %g J/mol; D0 "
        "must be positive, Q not negative, both finite",
        name, law->D0_m2_per_s, law->Q_J_per_mol);
}

/* Phi is least in the middle, where it is 1 - L0 / (2 R T): monotonic in T. */
static enum atw_status
check_mixes(const struct atw_interdiffusion *model, double T_K, struct atw_error *err)
{
    double least = atw_interdiffusion_thermodynamic_factor(model, T_K, 0.5);

    if (least > 0.0)
        return ATW_OK;
    return atw_error_set(
        err, ATW_EINVAL,
        "interdiffusion: the thermodynamic factor is %g at %g K and equal "
        "parts; such an alloy separates. The interaction must stay below "
        "2 R T = %g J/mol",
        least, T_K, 2.0 * ATW_GAS_CONSTANT_J_PER_MOL_K * T_K);
}

enum atw_status atw_interdiffusion_check(const struct atw_interdiffusion *model,
                                         double T_least_K,
                                         double T_most_K,
                                         struct atw_error *err)
{
    enum atw_status status = check_law("core in core", &model->core_in_core, err);

    if (status == ATW_OK)
        status = check_law("core in shell", &model->core_in_shell, err);
    if (status == ATW_OK)
        status = check_law("shell in core", &model->shell_in_core, err);
    if (status == ATW_OK)
        status = check_law("shell in shell", &model->shell_in_shell, err);
    if (status != ATW_OK)
        return status;
    if (!(model->correlation_factor > 0.0 && model->correlation_factor <= 1.0))
        return atw_error_set(err, ATW_EINVAL,
                             "interdiffusion: correlation factor %g must lie in (0, 1]",
                             model->correlation_factor);
    status = check_mixes(model, T_least_K, err);
    if (status == ATW_OK)
        status = check_mixes(model, T_most_K, err);
    return status;
}
