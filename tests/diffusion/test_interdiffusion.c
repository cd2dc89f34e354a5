/* Interdiffusivity: a published table, limits, symmetry, the derivation of its factors.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "diffusion/interdiffusion.h"
#include "support/support.h"

#define T_400_DEGC 673.15
#define R ATW_GAS_CONSTANT_J_PER_MOL_K

/* Gold core, silver shell: models/materials/gold-silver-darken.yaml. */
static struct atw_interdiffusion gold_silver(void)
{
    return (struct atw_interdiffusion){.core_in_core = {6.1e-6, 170.9e3},
                                       .core_in_shell = {6.2e-5, 199.0e3},
                                       .shell_in_core = {7.9e-6, 169.0e3},
                                       .shell_in_shell = {1.3e-5, 175.9e3},
                                       .interaction_J_per_mol = -16402.0,
                                       .interaction_slope_J_per_mol_K = 1.14,
                                       .correlation_factor = 0.7815,
                                       .thermodynamic_factor = 1,
                                       .vacancy_wind = 1};
}

/* A pair without symmetry, for what must hold of any. */
static struct atw_interdiffusion awkward_pair(unsigned seed)
{
    struct atw_interdiffusion model = gold_silver();
    struct atw_arrhenius_law *law[] = {&model.core_in_core, &model.core_in_shell,
                                       &model.shell_in_core, &model.shell_in_shell};

    for (unsigned i = 0; i < 4; i++)
        *law[i] = (struct atw_arrhenius_law){
            .D0_m2_per_s = 1e-6 * exp(8.0 * atw_test_uniform(seed, i)),
            .Q_J_per_mol = 140e3 + 90e3 * atw_test_uniform(seed, 10 + i)};
    model.interaction_J_per_mol = 1e4 - 4e4 * atw_test_uniform(seed, 20);
    model.correlation_factor = 0.5 + 0.5 * atw_test_uniform(seed, 21);
    return model;
}

static double at(const struct atw_interdiffusion *model, double T_K, double x)
{
    double D = NAN;

    atw_interdiffusion_diffusivity(model, T_K, 1, &x, &D);
    return D;
}

static double
effective_Q(const struct atw_interdiffusion *model, double T_K, double x, double step_K)
{
    double colder = T_K - step_K, hotter = T_K + step_K;

    return R * log(at(model, hotter, x) / at(model, colder, x)) /
           (1.0 / colder - 1.0 / hotter);
}

/* The table of the literature survey at 400 degC, to the digits it gives. */
static const struct {
    double x, phi, S, D_1e19, Q_kJ_per_mol;
} table[] = {{0.0, 1.0, 1.0, 6.1, 169.0},    {0.25, 2.05, 1.06, 9.1, 168.0},
             {0.43, 2.37, 1.11, 7.8, 169.0}, {0.5, 2.40, 1.12, 6.8, 170.0},
             {0.75, 2.05, 1.15, 2.8, 175.0}, {1.0, 1.0, 1.0, 0.22, 199.0}};

START_TEST(gold_silver_has_the_published_values)
{
    struct atw_interdiffusion model = gold_silver();
    double x = table[_i].x, D = at(&model, T_400_DEGC, x) / 1e-19;

    ck_assert_double_eq_tol(
        atw_interdiffusion_thermodynamic_factor(&model, T_400_DEGC, x), table[_i].phi,
        0.0051);
    ck_assert_double_eq_tol(atw_interdiffusion_vacancy_wind(&model, T_400_DEGC, x),
                            table[_i].S, 0.0051);
    ck_assert_double_eq_tol(D, table[_i].D_1e19, D < 1.0 ? 0.0051 : 0.051);
    ck_assert_double_eq_tol(effective_Q(&model, 688.15, x, 15.0) / 1e3,
                            table[_i].Q_kJ_per_mol, 0.51);
}
END_TEST

/* In a pure metal the interdiffusivity is the tracer diffusivity of the other one. */
START_TEST(pure_metals_give_the_foreign_tracer)
{
    struct atw_interdiffusion model = awkward_pair((unsigned)_i);

    for (int limit = 0; limit < 2; limit++) {
        model.limit =
            limit ? ATW_INTERDIFFUSION_NERNST_PLANCK : ATW_INTERDIFFUSION_DARKEN;
        ck_assert_double_eq_tol(at(&model, 711.0, 0.0) / atw_arrhenius_diffusivity(
                                                             &model.shell_in_core, 711.0),
                                1.0, 1e-12);
        ck_assert_double_eq_tol(at(&model, 711.0, 1.0) / atw_arrhenius_diffusivity(
                                                             &model.core_in_shell, 711.0),
                                1.0, 1e-12);
        ck_assert_double_eq(at(&model, 711.0, -1e-3), at(&model, 711.0, 0.0));
        ck_assert_double_eq(at(&model, 711.0, 1.0 + 1e-3), at(&model, 711.0, 1.0));
    }
}
END_TEST

START_TEST(names_of_the_metals_do_not_matter)
{
    struct atw_interdiffusion model = awkward_pair((unsigned)_i), swapped = model;

    swapped.core_in_core = model.shell_in_shell;
    swapped.shell_in_shell = model.core_in_core;
    swapped.core_in_shell = model.shell_in_core;
    swapped.shell_in_core = model.core_in_shell;
    for (double x = 0.0; x <= 1.0; x += 0.0625)
        for (int limit = 0; limit < 2; limit++) {
            model.limit = swapped.limit =
                limit ? ATW_INTERDIFFUSION_NERNST_PLANCK : ATW_INTERDIFFUSION_DARKEN;
            ck_assert_double_eq_tol(at(&model, 650.0, x) / at(&swapped, 650.0, 1.0 - x),
                                    1.0, 1e-12);
        }
}
END_TEST

/* Equal tracers: nothing but the thermodynamic factor is left, in either limit. */
START_TEST(equal_tracers_leave_the_thermodynamic_factor)
{
    struct atw_interdiffusion model = gold_silver();
    double x = 0.2385, tracer;

    model.core_in_core = model.core_in_shell = model.shell_in_core = model.shell_in_shell;
    tracer = atw_arrhenius_diffusivity(&model.shell_in_shell, 640.0);
    for (int limit = 0; limit < 2; limit++) {
        model.limit =
            limit ? ATW_INTERDIFFUSION_NERNST_PLANCK : ATW_INTERDIFFUSION_DARKEN;
        model.thermodynamic_factor = 1;
        ck_assert_double_eq_tol(
            at(&model, 640.0, x) / tracer,
            1.0 - 2.0 * x * (1.0 - x) * (-16402.0 + 1.14 * 640.0) / (R * 640.0), 1e-12);
        model.thermodynamic_factor = 0;
        ck_assert_double_eq_tol(at(&model, 640.0, x) / tracer, 1.0, 1e-12);
    }
}
END_TEST

/* Phi is x (1-x) / (R T) times the second derivative of the Gibbs energy of mixing. */
START_TEST(thermodynamic_factor_is_the_curvature_of_the_gibbs_energy)
{
    struct atw_interdiffusion model = gold_silver();
    double T_K = 655.0, x = 0.3125, d = 1e-4, G[3];
    double L0 = -16402.0 + 1.14 * T_K;

    for (int i = 0; i < 3; i++) {
        double y = x + (i - 1) * d;

        G[i] = R * T_K * (y * log(y) + (1.0 - y) * log(1.0 - y)) + y * (1.0 - y) * L0;
    }
    ck_assert_double_eq_tol(
        x * (1.0 - x) / (R * T_K) * (G[0] - 2.0 * G[1] + G[2]) / (d * d),
        atw_interdiffusion_thermodynamic_factor(&model, T_K, x), 1e-5);
}
END_TEST

/* Without vacancy sources the fluxes of both metals cancel: solve that for two metals and
 * a common force by hand. */
START_TEST(nernst_planck_flux_cancels)
{
    struct atw_interdiffusion model = awkward_pair((unsigned)_i);
    double T_K = 690.0, x = 0.3, phi, core, shell, force, flux_shell, flux_core;

    model.limit = ATW_INTERDIFFUSION_NERNST_PLANCK;
    phi = atw_interdiffusion_thermodynamic_factor(&model, T_K, x);
    core = exp(0.7 * log(atw_arrhenius_diffusivity(&model.core_in_core, T_K)) +
               0.3 * log(atw_arrhenius_diffusivity(&model.core_in_shell, T_K)));
    shell = exp(0.7 * log(atw_arrhenius_diffusivity(&model.shell_in_core, T_K)) +
                0.3 * log(atw_arrhenius_diffusivity(&model.shell_in_shell, T_K)));
    /* Unit gradient of x; fluxes -D (phi dx + fraction force). */
    force = (core - shell) * phi / (x * shell + (1.0 - x) * core);
    flux_shell = -shell * (phi + x * force);
    flux_core = -core * (-phi + (1.0 - x) * force);
    ck_assert_double_eq_tol((flux_shell + flux_core) / flux_shell, 0.0, 1e-10);
    ck_assert_double_eq_tol(-flux_shell / at(&model, T_K, x), 1.0, 1e-10);
}
END_TEST

/* The slow metal rules without vacancy sources, the fast one with them. */
START_TEST(limits_bracket_each_other_and_are_positive)
{
    struct atw_interdiffusion darken = awkward_pair((unsigned)_i), planck;
    struct atw_error err = {0};

    planck = darken;
    planck.limit = ATW_INTERDIFFUSION_NERNST_PLANCK;
    if (atw_interdiffusion_check(&darken, 500.0, 900.0, &err) != ATW_OK)
        return;
    for (double T_K = 500.0; T_K <= 900.0; T_K += 50.0)
        for (double x = 0.0; x <= 1.0; x += 0.0625) {
            ck_assert_double_gt(at(&planck, T_K, x), 0.0);
            ck_assert_double_ge(at(&darken, T_K, x) * (1.0 + 1e-12), at(&planck, T_K, x));
            ck_assert(atw_interdiffusion_vacancy_wind(&darken, T_K, x) >= 1.0);
        }
}
END_TEST

/* Manning: S cannot exceed 1/f, reached when one metal does not move. */
START_TEST(vacancy_wind_is_bounded_by_the_correlation_factor)
{
    struct atw_interdiffusion model = gold_silver();

    model.core_in_core.D0_m2_per_s = model.core_in_shell.D0_m2_per_s = 1e-30;
    ck_assert_double_eq_tol(atw_interdiffusion_vacancy_wind(&model, 700.0, 0.4),
                            1.0 / 0.7815, 1e-9);
    model.vacancy_wind = 0;
    ck_assert_double_eq(atw_interdiffusion_vacancy_wind(&model, 700.0, 0.4), 1.0);
}
END_TEST

START_TEST(unusable_models_are_refused)
{
    struct atw_interdiffusion model = gold_silver();
    struct atw_error err;

    CHECK_OK(atw_interdiffusion_check(&model, 298.15, 1000.0, &err));
    model.core_in_shell.D0_m2_per_s = 0.0;
    CHECK_FAILS(atw_interdiffusion_check(&model, 600.0, 700.0, &err), ATW_EINVAL,
                "tracer core in shell has D0 = 0");
    model = gold_silver();
    model.shell_in_core.Q_J_per_mol = NAN;
    CHECK_FAILS(atw_interdiffusion_check(&model, 600.0, 700.0, &err), ATW_EINVAL,
                "shell in core");
    model = gold_silver();
    model.correlation_factor = 0.0;
    CHECK_FAILS(atw_interdiffusion_check(&model, 600.0, 700.0, &err), ATW_EINVAL,
                "correlation factor 0 must lie in (0, 1]");
    model = gold_silver();
    model.interaction_J_per_mol = 12e3; /* critical temperature L0 / 2R: 790 K */
    model.interaction_slope_J_per_mol_K = 0.0;
    CHECK_FAILS(atw_interdiffusion_check(&model, 600.0, 900.0, &err), ATW_EINVAL,
                "such an alloy separates");
    CHECK_OK(atw_interdiffusion_check(&model, 800.0, 900.0, &err));
    model.thermodynamic_factor = 0;
    CHECK_OK(atw_interdiffusion_check(&model, 600.0, 900.0, &err));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("interdiffusion");
    TCase *tests = tcase_create("interdiffusion");

    tcase_add_loop_test(tests, gold_silver_has_the_published_values, 0,
                        (int)(sizeof table / sizeof *table));
    tcase_add_loop_test(tests, pure_metals_give_the_foreign_tracer, 0, 10);
    tcase_add_loop_test(tests, names_of_the_metals_do_not_matter, 0, 10);
    tcase_add_test(tests, equal_tracers_leave_the_thermodynamic_factor);
    tcase_add_test(tests, thermodynamic_factor_is_the_curvature_of_the_gibbs_energy);
    tcase_add_loop_test(tests, nernst_planck_flux_cancels, 0, 10);
    tcase_add_loop_test(tests, limits_bracket_each_other_and_are_positive, 0, 20);
    tcase_add_test(tests, vacancy_wind_is_bounded_by_the_correlation_factor);
    tcase_add_test(tests, unusable_models_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
