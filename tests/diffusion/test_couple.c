/* A diffusion couple, pure core metal against pure shell metal: c depends on x / sqrt(t)
 * alone (Boltzmann), and the profile tells D at every composition (Matano),
 *
 *   D(c) = -1/(2t) dx/dc int_0^c x dc',    x from where the couple was joined.
 *
 * What comes out of a run must be the interdiffusivity that went in. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "diffusion/diffusion.h"
#include "diffusion/interdiffusion.h"
#include "diffusion/law.h"
#include "support/support.h"

enum { LENGTH = 900 }; /* cells along y */

#define H_M 1e-9
#define T_400_DEGC 673.15

/* models/materials/gold-silver-darken.yaml. */
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

/* models/materials/gold-palladium.yaml. */
static struct atw_interdiffusion gold_palladium(void)
{
    struct atw_interdiffusion model = gold_silver();

    model.core_in_shell = model.shell_in_shell =
        (struct atw_arrhenius_law){2.0e-5, 266.3e3};
    model.shell_in_core = (struct atw_arrhenius_law){7.6e-6, 195.1e3};
    model.interaction_J_per_mol = -32e3;
    model.interaction_slope_J_per_mol_K = 0.0;
    return model;
}

static double temperature_K;

static double held(const void *context, double t_s)
{
    (void)context;
    (void)t_s;
    return temperature_K;
}

/* Shell metal in the lower half, after t_s. */
static void
anneal_couple(const struct atw_interdiffusion *model, double t_s, double c[LENGTH])
{
    struct atw_diffusion_law law = {.diffusivity = atw_interdiffusion_diffusivity,
                                    .model = model};
    struct atw_diffusion_history history = {.temperature_K = held};
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_grid grid = {1, LENGTH, 1, H_M};
    struct atw_diffusion *diffusion = NULL;
    struct atw_field *metal = NULL;
    struct atw_error err;

    options.tolerance = 1e-7;
    CHECK_OK(atw_field_create(&metal, &grid, &err));
    for (size_t i = 0; i < LENGTH; i++) {
        metal->value[i] = 1.0F;
        c[i] = i < LENGTH / 2 ? 1.0 : 0.0;
    }
    CHECK_OK(atw_diffusion_create(&diffusion, metal, &options, &err));
    CHECK_OK(atw_diffusion_run(diffusion, c, &law, &history, &t_s, 1, c, NULL, &err));
    atw_diffusion_destroy(diffusion);
    atw_field_destroy(metal);
}

/* Greatest relative deviation of the Boltzmann-Matano D from the law, c 0.05 to 0.95,
 * where cells follow the profile. */
static double matano_error(const struct atw_interdiffusion *model,
                           double t_s,
                           const double *c,
                           size_t *n_faces)
{
    double integral = 0.0, greatest = 0.0;

    for (size_t i = LENGTH - 1; i > 0; i--) { /* c rises */
        double x = ((double)i - LENGTH / 2) * H_M, rise = c[i - 1] - c[i];
        double middle = 0.5 * (c[i] + c[i - 1]), D, found;

        if (middle > 0.05 && middle < 0.95 && rise < 0.02) {
            ++*n_faces;
            atw_interdiffusion_diffusivity(model, temperature_K, 1, &middle, &D);
            found = (integral + 0.5 * x * rise) * H_M / rise / (2.0 * t_s);
            greatest = fmax(greatest, fabs(found / D - 1.0));
        }
        integral += x * rise;
    }
    return greatest;
}

static const struct {
    const char *name;
    int palladium, thermodynamic_factor, vacancy_wind;
    enum atw_interdiffusion_limit limit;
    double T_K, t_s;
} couples[] = {
    {"gold-silver", 0, 1, 1, ATW_INTERDIFFUSION_DARKEN, T_400_DEGC, 4e3},
    {"ideal solution", 0, 0, 1, ATW_INTERDIFFUSION_DARKEN, T_400_DEGC, 8e3},
    {"no vacancy wind", 0, 1, 0, ATW_INTERDIFFUSION_DARKEN, 703.15, 1.5e3},
    {"no vacancy sources", 0, 1, 1, ATW_INTERDIFFUSION_NERNST_PLANCK, T_400_DEGC, 4e3},
    {"gold-palladium", 1, 1, 1, ATW_INTERDIFFUSION_DARKEN, 1100.0, 0.6}};

START_TEST(profile_of_a_couple_gives_the_law_back)
{
    struct atw_interdiffusion model =
        couples[_i].palladium ? gold_palladium() : gold_silver();
    double c[LENGTH], amount = 0.0, error;
    size_t n_faces = 0;

    model.thermodynamic_factor = couples[_i].thermodynamic_factor;
    model.vacancy_wind = couples[_i].vacancy_wind;
    model.limit = couples[_i].limit;
    temperature_K = couples[_i].T_K;
    anneal_couple(&model, couples[_i].t_s, c);
    error = matano_error(&model, couples[_i].t_s, c, &n_faces);
    printf("%s: D from the profile within %.2g at %zu faces\n", couples[_i].name, error,
           n_faces);
    ck_assert_uint_gt(n_faces, 60);
    ck_assert_double_lt(error, 0.01);
    for (size_t i = 0; i < LENGTH; i++) {
        ck_assert(c[i] >= -1e-6 && c[i] <= 1.0 + 1e-6);
        amount += c[i];
    }
    ck_assert_double_eq_tol(amount, LENGTH / 2, 1e-8);
    /* Neither end has felt the other. */
    ck_assert(c[0] > 1.0 - 1e-5 && c[LENGTH - 1] < 1e-5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("couple");
    TCase *tests = tcase_create("couple");

    tcase_add_loop_test(tests, profile_of_a_couple_gives_the_law_back, 0,
                        (int)(sizeof couples / sizeof *couples));
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
