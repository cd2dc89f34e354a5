/* Materials: every file loads, what a model needs is demanded, the ideal case is told. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/scenario_schema.h"
#include "pipeline/fixture.h"
#include "pipeline/material.h"
#include "pipeline/treatment.h"
#include "support/support.h"

static enum atw_status read_material(struct atw_material *material,
                                     const char *name,
                                     const char *const *overrides,
                                     struct atw_error *err)
{
    struct atw_config *config = NULL;
    size_t n = 0;
    char text[128];
    enum atw_status status;

    while (overrides && overrides[n])
        n++;
    snprintf(text, sizeof text, "material: {model: %s}\n", name);
    status = atw_config_parse(&config, &atw_material_schema, text, strlen(text), "m.yaml",
                              overrides, n, err);
    if (status == ATW_OK)
        status = atw_material_read(material, config, 298.15, 750.0, err);
    atw_config_destroy(config);
    return status;
}

static const struct {
    const char *name;
    int depends_on_composition;
} files[] = {{"gold-silver", 0},
             {"gold-silver-bulk", 0},
             {"gold-silver-darken", 1},
             {"gold-palladium", 1}};

/* Positive, finite, and off by default whatever is not plain diffusion. */
START_TEST(files_load_and_leave_other_effects_off)
{
    struct atw_material material;
    struct atw_diffusion_law law;
    struct atw_error err;

    CHECK_OK(read_material(&material, files[_i].name, NULL, &err));
    law = atw_material_law(&material);
    ck_assert_int_eq(law.diffusivity != NULL, files[_i].depends_on_composition);
    ck_assert_int_eq(law.constant_m2_per_s != NULL, !files[_i].depends_on_composition);
    ck_assert(law.sublimation_m_per_s == NULL);
    ck_assert_double_eq(material.surface.ratio, 1.0);
    ck_assert_double_eq(material.reshaping.D0_m2_per_s, 0.0);
    for (double x = 0.0; x <= 1.0; x += 0.125) {
        double D = 0.0;

        if (law.diffusivity)
            law.diffusivity(law.model, 680.0, 1, &x, &D);
        else
            D = law.constant_m2_per_s(law.model, 680.0);
        ck_assert_msg(D > 1e-26 && D < 1e-16, "%s: D(%g) = %g", files[_i].name, x, D);
    }
}
END_TEST

/* The constants that the files and their README state, at 400 degC. */
START_TEST(constant_laws_have_the_stated_values)
{
    static const struct {
        const char *name;
        double D0, Q, D_400;
    } stated[] = {{"gold-silver", 7.3e-4, 208.3e3, 5.0e-20},
                  {"gold-silver-bulk", 6.2e-5, 199.0e3, 2.2e-20}};
    struct atw_material material;
    struct atw_diffusion_law law;
    struct atw_error err;
    double D;

    CHECK_OK(read_material(&material, stated[_i].name, NULL, &err));
    law = atw_material_law(&material);
    D = law.constant_m2_per_s(law.model, 673.15);
    ck_assert_double_eq_tol(
        D / (stated[_i].D0 * exp(-stated[_i].Q / (8.31446261815324 * 673.15))), 1.0,
        1e-12);
    ck_assert_double_eq_tol(D / stated[_i].D_400, 1.0, 0.025);
}
END_TEST

/* Palladium is the slow partner: at 400 degC far below gold-silver, as its Q says. */
START_TEST(the_second_system_is_another_one)
{
    struct atw_material silver, palladium;
    double x = 0.5, D_silver, D_palladium;
    struct atw_diffusion_law law;
    struct atw_error err;

    CHECK_OK(read_material(&silver, "gold-silver-darken", NULL, &err));
    CHECK_OK(read_material(&palladium, "gold-palladium", NULL, &err));
    law = atw_material_law(&silver);
    law.diffusivity(law.model, 673.15, 1, &x, &D_silver);
    law = atw_material_law(&palladium);
    law.diffusivity(law.model, 673.15, 1, &x, &D_palladium);
    ck_assert_double_lt(D_palladium, 0.01 * D_silver);
}
END_TEST

static const struct {
    const char *material, *override, *message;
} bad[] = {
    {"gold-silver", "material.diffusion.D0=null",
     "material.diffusion: D0 is missing; model arrhenius needs it"},
    {"gold-silver", "material.diffusion.Q=null", "Q is missing"},
    {"gold-silver", "material.diffusion.model=darken-manning",
     "material.diffusion.tracer.core_in_core: D0 is missing; model darken-manning needs"},
    {"gold-silver-darken", "material.diffusion.tracer.shell_in_core.Q=null",
     "material.diffusion.tracer.shell_in_core: Q is missing"},
    {"gold-silver-darken", "material.diffusion.interaction=9 kJ/mol",
     "such an alloy separates"},
    {"gold-silver", "material.diffusion.D0=0 m2/s", "material.diffusion.D0"},
    {"gold-silver", "material.diffusion.D0=-1e-5 m2/s", "material.diffusion.D0"},
    {"gold-silver", "material.surface.ratio=0.5", "material.surface.ratio"},
    {"gold-silver", "material.diffusion.limit=fick", "material.diffusion.limit"},
    {"gold-silver", "material.sublimation={coefficient: 0.5, A: 3, B: 0, C: 0}",
     "material.sublimation: sublimation: A = 3"},
    {"gold-silver", "material.reshaping.rate=-1 s-1", "material.reshaping.rate"},
};

START_TEST(what_a_model_lacks_is_named_with_its_place)
{
    const char *overrides[] = {bad[_i].override, NULL};
    struct atw_material material;
    struct atw_error err;

    CHECK_FAILS(read_material(&material, bad[_i].material, overrides, &err), ATW_EINPUT,
                bad[_i].message);
    ck_assert_msg(strchr(err.text, ':') != NULL && strstr(err.text, "material.") != NULL,
                  "no place in '%s'", err.text);
}
END_TEST

START_TEST(numbers_of_ones_own_need_no_file)
{
    static const char text[] =
        "material:\n"
        "  diffusion: {D0: 2.5e-5 m2/s, Q: 2.0 eV}\n"
        "  core: {name: a, atomic_number: 29, density: 9 g/cm3, molar_mass: 60 g/mol}\n"
        "  shell: {name: b, atomic_number: 28, density: 9 g/cm3, molar_mass: 60 g/mol}\n";
    struct atw_config *config = NULL;
    struct atw_material material;
    struct atw_error err;

    CHECK_OK(atw_config_parse(&config, &atw_material_schema, text, strlen(text), "m.yaml",
                              NULL, 0, &err));
    CHECK_OK(atw_material_read(&material, config, 298.15, 750.0, &err));
    ck_assert_double_eq(material.law.D0_m2_per_s, 2.5e-5);
    ck_assert_double_eq_tol(material.law.Q_J_per_mol, 2.0 * 96485.33212, 0.1);
    atw_config_destroy(config);
}
END_TEST

/* ---- treatment ---- */

static const struct atw_heating_step steps[] = {
    {.plateau_K = 680.0, .rest_K = 298.15, .dwell_s = 90.0, .time_constant_s = 14e-3},
    {.plateau_K = 700.0, .rest_K = 298.15, .dwell_s = 45.0, .time_constant_s = 14e-3}};

static struct atw_treatment *treat(const struct atw_material *material, double reshaping)
{
    struct atw_treatment_options options = {.material = material,
                                            .twin = {.ratio = 1.0},
                                            .aspect_ratio = 2.5,
                                            .reshaping = reshaping};
    struct atw_treatment *treatment = NULL;
    struct atw_error err;

    CHECK_OK(atw_treatment_create(&treatment, &options, steps, 2, &err));
    return treatment;
}

static int is_ideal(const char *override)
{
    const char *overrides[] = {override, NULL};
    struct atw_material material;
    struct atw_treatment *treatment;
    struct atw_error err;
    int ideal;

    CHECK_OK(read_material(&material, "gold-silver", overrides, &err));
    treatment = treat(&material, 1.0);
    ideal = atw_treatment_is_ideal(treatment);
    atw_treatment_destroy(treatment);
    return ideal;
}

START_TEST(only_plain_diffusion_is_ideal)
{
    ck_assert(is_ideal("material.diffusion.Q=190 kJ/mol"));
    ck_assert(!is_ideal("material.surface.ratio=10"));
    ck_assert(!is_ideal("material.reshaping.rate=1 s-1"));
    ck_assert(!is_ideal("material.sublimation.coefficient=0.1"));
}
END_TEST

/* AR - 1 = (AR_0 - 1) exp(-integral of the rate): on the plateau the rate is constant;
 * ramps and quenches of 14 ms count like a few hundredths of a second. */
START_TEST(aspect_ratio_decays_with_the_rate)
{
    static const char *overrides[] = {"material.reshaping.rate=2e8 s-1",
                                      "material.reshaping.activation_energy=150 kJ/mol",
                                      NULL};
    struct atw_material material;
    struct atw_treatment *treatment, *held;
    struct atw_error err;
    double k_680, k_700, expected;

    CHECK_OK(read_material(&material, "gold-silver", overrides, &err));
    treatment = treat(&material, 1.0);
    k_680 = 2e8 * exp(-150e3 / (8.31446261815324 * 680.0));
    k_700 = 2e8 * exp(-150e3 / (8.31446261815324 * 700.0));
    ck_assert_double_eq(atw_treatment_aspect_ratio(treatment, 0.0), 2.5);
    expected = 1.0 + 1.5 * exp(-60.0 * k_680);
    ck_assert_double_eq_tol(atw_treatment_aspect_ratio(treatment, 60.0), expected, 1e-4);
    expected = 1.0 + 1.5 * exp(-90.0 * k_680 - 45.0 * k_700);
    ck_assert_double_eq_tol(
        atw_treatment_aspect_ratio(treatment, atw_treatment_end_s(treatment, 1)),
        expected, 1e-3);
    /* Nothing happens while it is cold, and the volume L w^2 is kept. */
    ck_assert_double_eq_tol(
        atw_treatment_aspect_ratio(treatment, atw_treatment_end_s(treatment, 0)),
        1.0 + 1.5 * exp(-90.0 * k_680), 1e-3);
    ck_assert_double_eq_tol(pow(atw_treatment_stretch(treatment, 60.0), 1.5),
                            atw_treatment_aspect_ratio(treatment, 60.0) / 2.5, 1e-12);
    held = treat(&material, 0.0); /* by its coat */
    ck_assert_double_eq(atw_treatment_stretch(held, 60.0), 1.0);
    ck_assert(!atw_treatment_reshapes(held));
    atw_treatment_destroy(held);
    atw_treatment_destroy(treatment);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("material");
    TCase *tests = tcase_create("material");

    tcase_add_loop_test(tests, files_load_and_leave_other_effects_off, 0,
                        (int)(sizeof files / sizeof *files));
    tcase_add_loop_test(tests, constant_laws_have_the_stated_values, 0, 2);
    tcase_add_test(tests, the_second_system_is_another_one);
    tcase_add_loop_test(tests, what_a_model_lacks_is_named_with_its_place, 0,
                        (int)(sizeof bad / sizeof *bad));
    tcase_add_test(tests, numbers_of_ones_own_need_no_file);
    tcase_add_test(tests, only_plain_diffusion_is_ideal);
    tcase_add_test(tests, aspect_ratio_decays_with_the_rate);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
