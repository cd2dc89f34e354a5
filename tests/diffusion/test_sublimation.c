/* Sublimation: recession in known cases, the law's exponents, refused parameters. */
#include <math.h>
#include <string.h>

#include "core/constants.h"
#include "diffusion/sublimation.h"
#include "support/support.h"

static struct atw_sublimation silver(void)
{
    return (struct atw_sublimation){.coefficient = 1.0,
                                    .A = 14.1327,
                                    .B = -14999.0,
                                    .C = -0.7845,
                                    .molar_mass_kg_per_mol = 0.107868,
                                    .density_kg_per_m3 = 10490.0};
}

/* Recession in 120 s, nm, to the digit that the literature survey gives. */
static const struct {
    double T_degC, recession_nm, tolerance;
} survey[] = {{430.0, 7e-6, 0.5e-6}, {600.0, 0.08, 0.005}, {700.0, 4.0, 0.5}};

START_TEST(silver_recedes_as_surveyed)
{
    struct atw_sublimation model = silver();
    double speed =
        atw_sublimation_speed_m_per_s(&model, survey[_i].T_degC + ATW_ZERO_CELSIUS_K);

    ck_assert_double_eq_tol(speed * 120.0 / ATW_METRE_PER_NM, survey[_i].recession_nm,
                            survey[_i].tolerance);
}
END_TEST

/* A silver surface at its melting point has 0.36 Pa, at 1283 K 1 Pa (of the liquid, which
 * the solid's equation still gives to a few per cent). */
START_TEST(vapour_pressure_has_a_known_point)
{
    struct atw_sublimation model = silver();

    ck_assert_double_eq_tol(atw_sublimation_vapour_pressure_Pa(&model, 1283.0), 1.0,
                            0.05);
}
END_TEST

/* Hertz-Knudsen from the kinetic theory of gases: each atom that hits leaves its volume.
 */
START_TEST(speed_is_the_flux_of_atoms_times_their_volume)
{
    const double boltzmann = 1.380649e-23, avogadro = 6.02214076e23;
    struct atw_sublimation model = silver();
    double T_K = 888.0, p_Pa = atw_sublimation_vapour_pressure_Pa(&model, T_K);
    double mass = 0.107868 / avogadro, volume = mass / 10490.0;
    double density = p_Pa / (boltzmann * T_K);
    double mean_speed = sqrt(8.0 * boltzmann * T_K / (ATW_PI * mass));

    ck_assert_double_eq_tol(atw_sublimation_speed_m_per_s(&model, T_K) /
                                (0.25 * density * mean_speed * volume),
                            1.0, 1e-9);
    model.coefficient = 0.238;
    ck_assert_double_eq_tol(atw_sublimation_speed_m_per_s(&model, T_K) /
                                (0.25 * density * mean_speed * volume),
                            0.238, 1e-9);
    model.coefficient = 0.0;
    ck_assert_double_eq(atw_sublimation_speed_m_per_s(&model, T_K), 0.0);
}
END_TEST

START_TEST(unusable_parameters_are_refused)
{
    struct atw_sublimation model = silver();
    struct atw_error err;

    CHECK_OK(atw_sublimation_check(&model, 1200.0, &err));
    model.coefficient = 1.5;
    CHECK_FAILS(atw_sublimation_check(&model, 700.0, &err), ATW_EINVAL,
                "coefficient 1.5 must lie between 0 and 1");
    model = silver();
    model.B = 0.0;
    CHECK_FAILS(atw_sublimation_check(&model, 700.0, &err), ATW_EINVAL,
                "must rise with temperature");
    model = silver();
    model.C = -60.0; /* falls with temperature from 576 K on */
    CHECK_FAILS(atw_sublimation_check(&model, 700.0, &err), ATW_EINVAL,
                "must rise with temperature");
    model = silver();
    model.A = 40.0;
    CHECK_FAILS(atw_sublimation_check(&model, 700.0, &err), ATW_EINVAL, "below 1e5 Pa");
    model.coefficient = 0.0; /* off: nothing to judge */
    CHECK_OK(atw_sublimation_check(&model, 700.0, &err));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sublimation");
    TCase *tests = tcase_create("sublimation");

    tcase_add_loop_test(tests, silver_recedes_as_surveyed, 0,
                        (int)(sizeof survey / sizeof *survey));
    tcase_add_test(tests, vapour_pressure_has_a_known_point);
    tcase_add_test(tests, speed_is_the_flux_of_atoms_times_their_volume);
    tcase_add_test(tests, unusable_parameters_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
