/* HAADF contrast: published ratios, the intensity of a voxel, errors. */
#include <math.h>
#include <string.h>

#include "microscope/microscope.h"
#include "support/support.h"

static const struct atw_haadf_element GOLD = {
    .Z = 79.0, .density_kg_per_m3 = 19300.0, .molar_mass_kg_per_mol = 0.196967};
static const struct atw_haadf_element SILVER = {
    .Z = 47.0, .density_kg_per_m3 = 10490.0, .molar_mass_kg_per_mol = 0.107868};
static const struct atw_haadf_silica DENSE_SILICA = {
    .density_kg_per_m3 = 2200.0, .molar_mass_kg_per_mol = 0.0600843, .porosity = 0.0};
static const double EXPONENT = 1.84;

START_TEST(gold_outshines_silver_by_the_tabulated_ratio)
{
    struct atw_error err;
    struct atw_haadf_contrast contrast = {0};
    double densities = (19300.0 / 0.196967) / (10490.0 / 0.107868);

    CHECK_OK(atw_haadf_contrast_of(&contrast, &GOLD, &SILVER, NULL, EXPONENT, &err));
    ck_assert_double_eq(contrast.core, 1.0);
    ck_assert_double_eq(contrast.silica, 0.0);
    /* 2.60 per atom from tabulated scattering factors, 60-250 mrad at 200 kV. */
    ck_assert_double_eq_tol(1.0 / contrast.shell / densities, 2.60, 0.005);
    ck_assert_double_eq_tol(1.0 / contrast.shell, 2.62, 0.005);
}
END_TEST

START_TEST(silica_is_two_percent_of_gold_and_falls_with_porosity)
{
    struct atw_error err;
    struct atw_haadf_contrast dense = {0}, porous = {0};
    struct atw_haadf_silica silica = DENSE_SILICA;

    CHECK_OK(
        atw_haadf_contrast_of(&dense, &GOLD, &SILVER, &DENSE_SILICA, EXPONENT, &err));
    silica.porosity = 0.44;
    CHECK_OK(atw_haadf_contrast_of(&porous, &GOLD, &SILVER, &silica, EXPONENT, &err));
    ck_assert_double_eq_tol(dense.silica, 0.027, 0.001);
    ck_assert_double_eq_tol(porous.silica, 0.015, 0.001);
    ck_assert_double_eq_tol(porous.silica, 0.56 * dense.silica, 1e-15);
}
END_TEST

/* At n = 1 the signal is the density of nuclear charge: 30 electrons per SiO2. */
START_TEST(exponent_one_counts_protons)
{
    ck_assert_double_eq_tol(atw_haadf_silica_signal(&DENSE_SILICA, 1.0),
                            30.0 * 2200.0 / 0.0600843, 1e-6);
    ck_assert_double_eq_tol(atw_haadf_signal(19300.0, 0.196967, 79.0, 1.0),
                            79.0 * 19300.0 / 0.196967, 1e-3);
}
END_TEST

START_TEST(bad_materials_are_refused)
{
    struct atw_error err;
    const struct atw_haadf_contrast untouched = {.core = 3.0};
    struct atw_haadf_contrast contrast = untouched;
    struct atw_haadf_element bad = SILVER;
    struct atw_haadf_silica silica = DENSE_SILICA;

    bad.Z = 0.5;
    CHECK_FAILS(atw_haadf_contrast_of(&contrast, &GOLD, &bad, NULL, EXPONENT, &err),
                ATW_EINVAL, "atomic number of the shell metal is 0.5");
    bad = SILVER;
    bad.density_kg_per_m3 = -1.0;
    CHECK_FAILS(atw_haadf_contrast_of(&contrast, &bad, &GOLD, NULL, EXPONENT, &err),
                ATW_EINVAL, "density of the core metal is -1 kg/m3");
    bad = SILVER;
    bad.molar_mass_kg_per_mol = NAN;
    CHECK_FAILS(atw_haadf_contrast_of(&contrast, &GOLD, &bad, NULL, EXPONENT, &err),
                ATW_EINVAL, "molar mass");
    silica.porosity = 1.0;
    CHECK_FAILS(atw_haadf_contrast_of(&contrast, &GOLD, &SILVER, &silica, EXPONENT, &err),
                ATW_EINVAL, "porosity");
    silica = DENSE_SILICA;
    silica.density_kg_per_m3 = INFINITY;
    CHECK_FAILS(atw_haadf_contrast_of(&contrast, &GOLD, &SILVER, &silica, EXPONENT, &err),
                ATW_EINVAL, "density of the silica");
    CHECK_FAILS(atw_haadf_contrast_of(&contrast, &GOLD, &SILVER, NULL, 2.1, &err),
                ATW_EINVAL, "exponent of Z is 2.1");
    ck_assert_mem_eq(&contrast, &untouched, sizeof contrast);
}
END_TEST

static struct atw_field *field_of(size_t n, const float *value)
{
    const struct atw_grid grid = {.n_x = n, .n_y = 1, .n_z = 1, .spacing_m = 0.4e-9};
    struct atw_field *field = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&field, &grid, &err));
    memcpy(field->value, value, n * sizeof *value);
    return field;
}

START_TEST(voxel_mixes_metals_and_silica_by_fraction)
{
    struct atw_error err;
    const struct atw_haadf_contrast contrast = {1.0, 0.4, 0.02};
    struct atw_field *metal = field_of(3, (float[]){1.0F, 0.5F, 0.0F});
    struct atw_field *composition = field_of(3, (float[]){0.25F, 1.0F, 0.0F});
    struct atw_field *silica = field_of(3, (float[]){0.0F, 0.5F, 1.0F});
    struct atw_field *out = NULL;

    CHECK_OK(atw_microscope_intensity(&out, metal, composition, silica, &contrast, &err));
    ck_assert_float_eq_tol(out->value[0], 0.75F + 0.25F * 0.4F, 1e-7F);
    ck_assert_float_eq_tol(out->value[1], 0.2F + 0.01F, 1e-7F);
    ck_assert_float_eq_tol(out->value[2], 0.02F, 1e-7F);
    atw_field_destroy(out);
    CHECK_OK(atw_microscope_intensity(&out, metal, composition, NULL, &contrast, &err));
    ck_assert_float_eq(out->value[2], 0.0F);
    atw_field_destroy(out);
    atw_field_destroy(metal);
    atw_field_destroy(composition);
    atw_field_destroy(silica);
}
END_TEST

START_TEST(intensity_refuses_unequal_grids_and_negative_contrast)
{
    struct atw_error err;
    struct atw_haadf_contrast contrast = {1.0, 0.4, 0.02};
    struct atw_field *metal = field_of(2, (float[]){1.0F, 0.5F});
    struct atw_field *other = field_of(1, (float[]){0.25F});
    struct atw_field *out = metal;

    CHECK_FAILS(atw_microscope_intensity(&out, metal, other, NULL, &contrast, &err),
                ATW_EINVAL, "one grid");
    ck_assert_ptr_null(out);
    CHECK_FAILS(atw_microscope_intensity(&out, metal, metal, other, &contrast, &err),
                ATW_EINVAL, "one grid");
    contrast.silica = -0.1;
    CHECK_FAILS(atw_microscope_intensity(&out, metal, metal, NULL, &contrast, &err),
                ATW_EINVAL, "contrast of the silica is -0.1");
    atw_field_destroy(metal);
    atw_field_destroy(other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("contrast");
    TCase *tests = tcase_create("contrast");

    tcase_add_test(tests, gold_outshines_silver_by_the_tabulated_ratio);
    tcase_add_test(tests, silica_is_two_percent_of_gold_and_falls_with_porosity);
    tcase_add_test(tests, exponent_one_counts_protons);
    tcase_add_test(tests, bad_materials_are_refused);
    tcase_add_test(tests, voxel_mixes_metals_and_silica_by_fraction);
    tcase_add_test(tests, intensity_refuses_unequal_grids_and_negative_contrast);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
