/* The validation that must hold: without noise, with the true state at the start of every
 * interval and the exact instrument, the published route returns the temperature
 * difference to 0.1 K and every diffusivity to 1 %. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pipeline/fixture.h"
#include "support/support.h"

static const char *const by_table[] = {
    FIXTURE_TABLE,
    "microscope.shot_noise=false",
    "simulation.export_states=true",
    "simulation.projection=voxels",
    "analysis.initial_state=given",
    "analysis.model.blur=0.5 nm",
    "heating.steps=[{set_point: 400 degC, dwell: 30 s}, {set_point: 410 degC, dwell: 30 "
    "s}, {set_point: 420 degC, dwell: 30 s}]",
    NULL};

/* The same difference without a chip. */
static const char *const by_offset[] = {
    "microscope.shot_noise=false",
    "simulation.export_states=true",
    "simulation.projection=voxels",
    "analysis.initial_state=given",
    "analysis.model.blur=0.5 nm",
    "heating.steps=[{set_point: 400 degC, dwell: 30 s}, {set_point: 410 degC, dwell: 30 "
    "s}, {set_point: 420 degC, dwell: 30 s}]",
    "particles[0].temperature_offset=0 K",
    "particles[1].temperature_offset=-34 K",
    NULL};

static void check_diffusivities(const struct atw_analysis *analysis,
                                const struct atw_truth *truth)
{
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 3; k++) {
            double D = analysis->estimates.interval[i * ATW_STEPS_MAX + k].D_m2_per_s;
            double ratio = D / truth->particle[i].D_m2_per_s[k];

            printf("  particle %zu, step %zu: D / true D = %.5f\n", i, k, ratio);
            ck_assert_msg(fabs(ratio - 1.0) <= 0.01, "particle %zu, step %zu: %g", i, k,
                          ratio);
        }
}

/* The curve from the true unheated state holds for all steps. */
static void check_joint(const struct atw_analysis *analysis)
{
    for (size_t i = 0; i < analysis->estimates.count; i++) {
        const struct atw_estimate *estimate = &analysis->estimates.estimate[i];

        if (strcmp(estimate->estimator, "joint") != 0 ||
            strcmp(estimate->delta_T_model, "constant") != 0)
            continue;
        printf("  joint: dT = %.4f K, Q = %.2f kJ/mol\n", estimate->delta_T_K,
               estimate->Q_J_per_mol * 1e-3);
        ck_assert_str_eq(estimate->status, "ok");
        ck_assert_double_eq_tol(estimate->delta_T_K, -34.0, 0.1);
        ck_assert_double_eq_tol(estimate->Q_J_per_mol, 208300.0, 0.01 * 208300.0);
        return;
    }
    ck_abort_msg("no estimate of joint");
}

static void check_route(const char *const *overrides)
{
    struct fixture_run run;
    struct atw_analysis *analysis;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, overrides);
    ck_assert_double_eq_tol(atw_truth_mean_delta_T_K(run.truth, 1), -34.0, 1e-9);
    CHECK_OK(atw_analyse(&analysis, run.experiment, &err));
    for (size_t weighting = 0; weighting < 2; weighting++) {
        const char *name = weighting == 0 ? "log" : "linear";
        const struct atw_estimate *estimate = fixture_estimate(analysis, name, 0, 1);

        printf("  %s: dT = %.4f K, Q = %.2f kJ/mol\n", name, estimate->delta_T_K,
               estimate->Q_J_per_mol * 1e-3);
        ck_assert_str_eq(estimate->status, "ok");
        ck_assert_msg(fabs(estimate->delta_T_K + 34.0) <= 0.1, "%s: dT = %g K", name,
                      estimate->delta_T_K);
        ck_assert_double_eq_tol(estimate->Q_J_per_mol, 208300.0, 0.01 * 208300.0);
    }
    check_diffusivities(analysis, run.truth);
    check_joint(analysis);
    atw_analysis_destroy(analysis);
    fixture_run_destroy(&run);
}

START_TEST(matched_route_is_exact_with_a_table_of_temperatures)
{
    check_route(by_table);
}
END_TEST

START_TEST(matched_route_is_exact_with_an_explicit_offset)
{
    check_route(by_offset);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("matched");
    TCase *tests = tcase_create("matched");

    tcase_add_test(tests, matched_route_is_exact_with_a_table_of_temperatures);
    tcase_add_test(tests, matched_route_is_exact_with_an_explicit_offset);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
