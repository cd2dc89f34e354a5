/* Heating steps: temperature over time and the integral of the diffusivity. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "heating/heating.h"
#include "support/support.h"

enum { SEEDS = 20 };

static const struct atw_arrhenius_law law = {.D0_m2_per_s = 2.2e-3,
                                             .Q_J_per_mol = 208300.0};

static struct atw_heating_step step(void)
{
    return (struct atw_heating_step){.plateau_K = 673.15,
                                     .rest_K = 298.15,
                                     .dwell_s = 120.0,
                                     .time_constant_s = 14e-3};
}

static double integral(const struct atw_heating_step *s,
                       const struct atw_arrhenius_law *l)
{
    struct atw_error err;
    double S_m2 = NAN;

    CHECK_OK(atw_heating_diffusion_integral(s, l, &S_m2, &err));
    return S_m2;
}

static double
excess(const struct atw_heating_step *s, const struct atw_arrhenius_law *l, double t_s)
{
    double rest = t_s > s->dwell_s ? atw_arrhenius_diffusivity(l, s->rest_K) : 0.0;

    return atw_arrhenius_diffusivity(l, atw_heating_temperature_K(s, t_s)) - rest;
}

/* Simpson's rule in t with n intervals from a to b. */
static double simpson(const struct atw_heating_step *s,
                      const struct atw_arrhenius_law *l,
                      double a,
                      double b,
                      int n)
{
    double h = (b - a) / n, sum = 0.0;

    for (int i = 0; i < n; i++) {
        /* One-sided at the corner where the quench begins. */
        double left = a + i * h + (i == 0 ? 1e-13 * b : 0.0);

        sum += h / 6.0 *
               (excess(s, l, left) + 4.0 * excess(s, l, a + (i + 0.5) * h) +
                excess(s, l, i + 1 == n ? b : a + (i + 1) * h));
    }
    return sum;
}

static double brute_force(const struct atw_heating_step *s,
                          const struct atw_arrhenius_law *l)
{
    double tau = s->time_constant_s;

    return simpson(s, l, 0.0, s->dwell_s, 100000) +
           simpson(s, l, s->dwell_s, s->dwell_s + 3.0 * tau, 100000) +
           simpson(s, l, s->dwell_s + 3.0 * tau, s->dwell_s + 45.0 * tau, 100000);
}

START_TEST(arrhenius_law_has_its_closed_form)
{
    double at_400_degC = atw_arrhenius_diffusivity(&law, 673.15);
    struct atw_arrhenius_law flat = {.D0_m2_per_s = 3e-19, .Q_J_per_mol = 0.0};

    /* 2.2e-3 exp(-208300 / (8.31446 * 673.15)); the defaults aim at 1.5e-19 m2/s. */
    ck_assert_double_eq_tol(at_400_degC / 1.5e-19, 1.0, 0.02);
    ck_assert_double_eq_tol(
        log(at_400_degC / atw_arrhenius_diffusivity(&law, 2.0 * 673.15)),
        -208300.0 / (2.0 * ATW_GAS_CONSTANT_J_PER_MOL_K * 673.15), 1e-9);
    ck_assert_double_eq(atw_arrhenius_diffusivity(&flat, 500.0), 3e-19);
}
END_TEST

START_TEST(temperature_ramps_holds_and_falls)
{
    struct atw_heating_step s = step();

    ck_assert_double_eq(atw_heating_temperature_K(&s, 0.0), 298.15);
    ck_assert_double_eq_tol(atw_heating_temperature_K(&s, 14e-3),
                            298.15 + 375.0 * (1.0 - exp(-1.0)), 1e-9);
    ck_assert_double_eq_tol(atw_heating_temperature_K(&s, 60.0), 673.15, 1e-12);
    ck_assert_double_eq_tol(atw_heating_temperature_K(&s, 120.0 + 14e-3),
                            298.15 + 375.0 * exp(-1.0), 1e-9);
    s.dwell_s = 14e-3; /* the plateau is not reached */
    ck_assert_double_eq_tol(atw_heating_temperature_K(&s, 28e-3),
                            298.15 + 375.0 * (1.0 - exp(-1.0)) * exp(-1.0), 1e-9);
    s.time_constant_s = 0.0;
    ck_assert_double_eq(atw_heating_temperature_K(&s, 0.0), 673.15);
    ck_assert_double_eq(atw_heating_temperature_K(&s, 14e-3), 673.15);
    ck_assert_double_eq(atw_heating_temperature_K(&s, 15e-3), 298.15);
}
END_TEST

START_TEST(square_pulse_integrates_to_diffusivity_times_dwell)
{
    struct atw_heating_step s = step();

    s.time_constant_s = 0.0;
    ck_assert_double_eq(integral(&s, &law),
                        atw_arrhenius_diffusivity(&law, 673.15) * 120.0);
    s = step();
    s.rest_K = s.plateau_K; /* neither ramp nor quench */
    ck_assert_double_eq_tol(integral(&s, &law) /
                                (atw_arrhenius_diffusivity(&law, 673.15) * 120.0),
                            1.0, 1e-13);
    s = step();
    s.dwell_s = 0.0;
    ck_assert_double_eq(integral(&s, &law), 0.0);
}
END_TEST

/* With Q = 0 nothing depends on temperature, whatever dwell and time constant. */
START_TEST(constant_diffusivity_integrates_to_the_dwell)
{
    const struct atw_arrhenius_law flat = {.D0_m2_per_s = 3e-19};
    struct atw_heating_step s = step();

    for (s.dwell_s = 1e-9; s.dwell_s < 1e9; s.dwell_s *= 7.7)
        ck_assert_double_eq_tol(integral(&s, &flat) / (3e-19 * s.dwell_s), 1.0, 1e-13);
}
END_TEST

START_TEST(integral_agrees_with_brute_force)
{
    unsigned seed = (unsigned)_i + 1;
    struct atw_arrhenius_law l = law;
    struct atw_heating_step s = step();

    l.Q_J_per_mol = 350e3 * atw_test_uniform(seed, 0);
    s.plateau_K = 300.0 + 700.0 * atw_test_uniform(seed, 1);
    /* Dwells from a thousandth of the time constant to a hundred of them. */
    s.dwell_s = s.time_constant_s * pow(10.0, -3.0 + 5.0 * atw_test_uniform(seed, 2));
    ck_assert_double_eq_tol(integral(&s, &l) / brute_force(&s, &l), 1.0, 1e-9);
}
END_TEST

/* ln D changes by hundreds per time constant where the quench begins. */
START_TEST(steep_laws_agree_with_brute_force)
{
    const struct atw_arrhenius_law steep = {.D0_m2_per_s = 1.0, .Q_J_per_mol = 2e6};
    struct atw_heating_step s = step();

    for (double dwell = 0.5; dwell < 50.0; dwell *= 3.1) {
        s.dwell_s = dwell * s.time_constant_s;
        ck_assert_double_eq_tol(integral(&s, &steep) / brute_force(&s, &steep), 1.0,
                                1e-7);
    }
}
END_TEST

/* For a dwell far below the time constant the pulse is a triangle of rise a = dT/dt dwell
 * and a tail exp(-t/tau): with small a, S - D(rest) dwell = D'(rest) a tau to first
 * order. */
START_TEST(a_short_pulse_counts_mostly_by_its_tail)
{
    struct atw_heating_step s = step();
    double D_rest, slope, rise_K;

    s.dwell_s = 1e-8 * s.time_constant_s;
    D_rest = atw_arrhenius_diffusivity(&law, s.rest_K);
    slope =
        D_rest * law.Q_J_per_mol / (ATW_GAS_CONSTANT_J_PER_MOL_K * s.rest_K * s.rest_K);
    rise_K = (s.plateau_K - s.rest_K) * 1e-8;
    ck_assert_double_eq_tol(integral(&s, &law) /
                                (D_rest * s.dwell_s + slope * rise_K * s.time_constant_s),
                            1.0, 1e-6);
}
END_TEST

/* Euler's constant; the ramp falls short by tau times the integral of
 * (1 - exp(-g y)) / y, which is ln g + 0.5772 for large g = Q (Tp - T0) / (R Tp^2). The
 * quench gives back about tau / g. The law is steeper at low temperature than g says, so
 * the true loss is a little larger. */
START_TEST(ramps_take_a_few_time_constants_off_the_dwell)
{
    struct atw_heating_step s = step();
    double D = atw_arrhenius_diffusivity(&law, s.plateau_K);
    double g = law.Q_J_per_mol * 375.0 / (ATW_GAS_CONSTANT_J_PER_MOL_K * 673.15 * 673.15);
    double lost = (D * 120.0 - integral(&s, &law)) / (D * s.time_constant_s);

    ck_assert_double_gt(lost, log(g) + 0.57722 - 1.1 / g);
    ck_assert_double_lt(lost, log(g) + 0.57722 + 1.0);
    s.dwell_s = 240.0; /* the loss is that of two edges, however far apart */
    ck_assert_double_eq_tol((D * 240.0 - integral(&s, &law)) / (D * s.time_constant_s),
                            lost, 1e-8);
    s.time_constant_s *= 10.0; /* and proportional to the time constant */
    ck_assert_double_eq_tol((D * 240.0 - integral(&s, &law)) / (D * s.time_constant_s),
                            lost, 1e-8);
}
END_TEST

START_TEST(integral_rises_with_dwell_and_temperature)
{
    struct atw_heating_step s = step();
    double before = 0.0;

    for (s.dwell_s = 1e-5; s.dwell_s < 1e4; s.dwell_s *= 1.3) {
        double now = integral(&s, &law);

        ck_assert_double_gt(now, before);
        before = now;
    }
    s = step();
    before = 0.0;
    for (s.plateau_K = s.rest_K; s.plateau_K < 1600.0; s.plateau_K += 7.3) {
        double now = integral(&s, &law);

        ck_assert_double_gt(now, before);
        before = now;
    }
}
END_TEST

/* In the ramp, on the plateau, at its end, in the quench, long after. */
START_TEST(integral_until_agrees_with_brute_force)
{
    static const double times[] = {5e-3, 0.02, 0.09, 0.1, 0.104, 0.15, 40.0};
    struct atw_heating_step s = step();
    struct atw_error err;

    s.dwell_s = 0.1;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        double t_s = times[i], heated_s = fmin(t_s, s.dwell_s), S_m2 = NAN;
        double expected = simpson(&s, &law, 0.0, heated_s, 100000);

        if (t_s > s.dwell_s)
            expected += simpson(&s, &law, s.dwell_s, fmin(t_s, 0.8), 100000);
        CHECK_OK(atw_heating_integral_until(&s, &law, t_s, &S_m2, &err));
        ck_assert_double_eq_tol(S_m2 / expected, 1.0, 1e-8);
    }
}
END_TEST

START_TEST(all_of_the_integral_has_come_by_the_duration)
{
    struct atw_heating_step s = step();
    double S_m2 = NAN, late_m2 = NAN;
    struct atw_error err;

    ck_assert_double_eq_tol(atw_heating_duration_s(&s), 120.0 + 40.0 * 14e-3, 1e-12);
    CHECK_OK(
        atw_heating_integral_until(&s, &law, atw_heating_duration_s(&s), &S_m2, &err));
    ck_assert_double_eq(S_m2, integral(&s, &law));
    s.time_constant_s = 0.0;
    CHECK_OK(atw_heating_integral_until(&s, &law, 30.0, &S_m2, &err));
    CHECK_OK(atw_heating_integral_until(&s, &law, 300.0, &late_m2, &err));
    ck_assert_double_eq_tol(late_m2 / S_m2, 4.0, 1e-12);
    CHECK_FAILS(atw_heating_integral_until(&s, &law, -1.0, &S_m2, &err), ATW_EINVAL,
                "time -1 s must not be negative");
}
END_TEST

#define REFUSED(change, text)                                                            \
    do {                                                                                 \
        struct atw_heating_step s = step();                                              \
        struct atw_arrhenius_law l = law;                                                \
        double S_m2 = 2.385;                                                             \
                                                                                         \
        change;                                                                          \
        CHECK_FAILS(atw_heating_diffusion_integral(&s, &l, &S_m2, &err), ATW_EINVAL,     \
                    text);                                                               \
        ck_assert_double_eq(S_m2, 2.385);                                                \
    } while (0)

START_TEST(values_out_of_range_are_named)
{
    struct atw_error err;

    REFUSED(s.dwell_s = -1.0, "dwell -1 s");
    REFUSED(s.dwell_s = INFINITY, "dwell inf s");
    REFUSED(s.time_constant_s = -1e-3, "time constant -0.001 s");
    REFUSED(s.time_constant_s = NAN, "time constant nan");
    REFUSED(s.rest_K = 0.0, "rest temperature 0 K must lie between 1 and 100000 K");
    REFUSED(s.plateau_K = NAN, "plateau temperature nan K");
    REFUSED(s.plateau_K = 290.0, "below the rest temperature 298.15 K");
    REFUSED(l.D0_m2_per_s = 0.0, "D0 0 m2/s");
    REFUSED(l.Q_J_per_mol = -1.0, "activation energy -1 J/mol");
    REFUSED(l.Q_J_per_mol = 1e9, "between 0 and 1e+07 J/mol");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("heating");
    TCase *tests = tcase_create("heating");

    tcase_add_test(tests, arrhenius_law_has_its_closed_form);
    tcase_add_test(tests, temperature_ramps_holds_and_falls);
    tcase_add_test(tests, square_pulse_integrates_to_diffusivity_times_dwell);
    tcase_add_test(tests, constant_diffusivity_integrates_to_the_dwell);
    tcase_add_loop_test(tests, integral_agrees_with_brute_force, 0, SEEDS);
    tcase_add_test(tests, steep_laws_agree_with_brute_force);
    tcase_add_test(tests, a_short_pulse_counts_mostly_by_its_tail);
    tcase_add_test(tests, ramps_take_a_few_time_constants_off_the_dwell);
    tcase_add_test(tests, integral_rises_with_dwell_and_temperature);
    tcase_add_test(tests, integral_until_agrees_with_brute_force);
    tcase_add_test(tests, all_of_the_integral_has_come_by_the_duration);
    tcase_add_test(tests, values_out_of_range_are_named);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
