/* Scenarios: values in SI, models resolved, and what contradicts itself refused with its
 * place; the truth they imply. */
#include <math.h>
#include <string.h>

#include "core/constants.h"
#include "io/scenario_schema.h"
#include "pipeline/fixture.h"
#include "support/support.h"

static const struct {
    const char *override, *message;
} contradictions[] = {
    {"particles[1].name=A", "test.yaml:10:5: particles[1]: a second particle named 'A'"},
    {"particles[1].name=a b", "name 'a b': use letters, digits and '-'"},
    {"particles[1].window=moon", "no window 'moon'; there are: centre, edge"},
    {"particles[1].core_offset=[9 nm, 0 nm, 0 nm]", "test.yaml:10:5: particles[1]: "},
    {"reference=C", "reference: no particle is named 'C'; there are: A B"},
    {"particles=[{name: A, window: edge, core_diameter: 9 nm, shell_side: 2 nm}]",
     "1 given; a temperature difference needs at least 2"},
    {"heating.steps[1].dwell=0 s", "heating.steps[1].dwell: 0 s; a heating step needs a"},
    {"heating.steps[1].set_point=20 degC",
     "heating.steps[1].set_point: chip: set point 20 degC is below the frame"},
    {"chip.controller.greatest_current=3 mA",
     "heating.steps[0].set_point: chip: set point 400 degC takes a current of 3.3"},
    {"microscope.tilt.last=-80 deg", "the last angle must not be below the first"},
    {"microscope.tilt.turn=5 deg", "turns 5 deg while a view is taken but only 4 deg"},
    {"microscope.drift.tracking=2 nm", "microscope.margin: the axis offset and three"},
    {"microscope.axis.offset=-4 nm", "move the particle by 4 nm, out of a margin of 3"},
    {"microscope.damping={enabled: true, core: 200 nm, shell: 75 nm}",
     "microscope.damping.shell: 75 nm, but a shell metal that scatters 0.38"},
    {"analysis.initial_state=given", "simulation.export_states: true"},
    {"analysis.estimators=[paper, pauper]", "unknown estimator 'pauper'; known: paper"},
    {"analysis.reconstruction.method=fbp", "there is no method 'fbp'"},
    {"analysis.background=dark", "background 'dark': give auto, none or a number"},
    {"heating.jitter.dwell=15 s",
     "heating.jitter.dwell: 15 s; step 1 lasts 60 s and could end before it began"},
    {"particles[0].temperature_offset=-400 K",
     "heating.steps[0].set_point: the particle would be at 273.15 K, below the 298.15 K"},
    {"material.core.density=1 g/cm3",
     "material.core: a length of the core metal scatters 0.136 times as much as"},
    {"material.shell.density=0.02 g/cm3", "a length of the core metal scatters 1.38e+03"},
    {"material.diffusion.model=darken-manning",
     "material.diffusion.tracer.core_in_core: D0 is missing"},
    {"chip.table=[{set_point: 400 degC, temperatures: [500 degC]}]",
     "1 temperatures for 3 windows"},
    {"chip.heater.width=20 um", "chip.heater.pitch: the trace crosses or overlaps"},
    {"chip.membrane.size=100 um", "chip.heater: the trace leaves the membrane"},
    {"chip.windows[1].x=100 um", "chip.windows[1]: window 'edge' at (100, 0) um"},
    {"chip.heater.shape=polyline", "a polyline needs chip.heater.path"},
    {"chip.ranges[0].low=200 W/(m K)", "chip.ranges[0]"},
    {"chip.ranges[0].key=heater.colour", "chip.ranges[0]"},
};

START_TEST(contradictions_are_refused_with_their_place)
{
    const char *overrides[] = {contradictions[_i].override, NULL};
    struct atw_config *config = NULL;
    struct atw_scenario *scenario = NULL;
    struct atw_error err;

    CHECK_OK(fixture_load(&config, fixture_scenario, overrides, &err));
    CHECK_FAILS(atw_scenario_create(&scenario, config, &err), ATW_EINPUT,
                contradictions[_i].message);
    ck_assert_ptr_null(scenario);
    ck_assert_msg(strncmp(err.text, "test.yaml:", 10) == 0 ||
                      strncmp(err.text, "--set: ", 7) == 0 ||
                      strstr(err.text, ".yaml:") != NULL,
                  "no place in '%s'", err.text);
    atw_config_destroy(config);
}
END_TEST

START_TEST(a_particle_needs_a_window_or_an_offset)
{
    static const char text[] =
        "format: alloytwin-scenario/1\nname: x\nmaterial: {model: gold-silver}\n"
        "particles:\n"
        "  - {name: A, temperature_offset: 0 K, core_diameter: 9 nm, core_length: 9 nm, "
        "shell_side: 2 nm, shell_tip: 2 nm}\n"
        "  - {name: B, core_diameter: 9 nm, core_length: 9 nm, "
        "shell_side: 2 nm, shell_tip: 2 nm}\n"
        "heating: {steps: [{set_point: 400 degC, dwell: 1 s}]}\n"
        "microscope: {model: haadf-200kv}\n";
    struct atw_config *config = NULL;
    struct atw_scenario *scenario = NULL;
    struct atw_error err;

    CHECK_OK(fixture_load(&config, text, NULL, &err));
    CHECK_FAILS(atw_scenario_create(&scenario, config, &err), ATW_EINPUT,
                "test.yaml:6:5: particles[1]: give its window on the chip or a");
    atw_config_destroy(config);
}
END_TEST

START_TEST(local_temperature_comes_from_window_or_offset)
{
    static const char *const overrides[] = {"particles[0].temperature_offset=5 K", NULL};
    struct atw_config *config = NULL;
    struct atw_scenario *scenario = NULL;
    struct atw_error err;
    double T_K, first_K;

    CHECK_OK(fixture_load(&config, fixture_scenario, overrides, &err));
    CHECK_OK(atw_scenario_create(&scenario, config, &err));
    CHECK_OK(atw_scenario_local_temperature(scenario, 0, 1, &T_K, &err));
    ck_assert_double_eq_tol(T_K, 410.0 + ATW_ZERO_CELSIUS_K + 5.0, 1e-9);
    CHECK_OK(atw_scenario_local_temperature(scenario, 1, 1, &T_K, &err));
    /* The window of the computed chip; its difference grows with the rise. */
    CHECK_OK(atw_scenario_local_temperature(scenario, 1, 0, &first_K, &err));
    ck_assert_double_eq_tol(first_K, 400.0 + ATW_ZERO_CELSIUS_K - 34.0, 0.5);
    ck_assert_double_lt(T_K - first_K, 9.3);
    ck_assert_double_gt(T_K - first_K, 8.5);
    ck_assert_double_gt(scenario->time_constant_s, 3e-3);
    ck_assert_double_lt(scenario->time_constant_s, 40e-3);
    ck_assert_uint_eq(scenario->n_tilt, 37);
    ck_assert_double_eq_tol(scenario->tilt_rad[36], 72.0 * ATW_DEGREE_RAD, 1e-12);
    ck_assert_double_eq_tol(scenario->dwell_s[1], 90.0, 1e-12);
    atw_scenario_destroy(scenario);
    atw_config_destroy(config);
}
END_TEST

START_TEST(mean_difference_is_weighted_with_the_dwell)
{
    struct atw_truth *truth;
    struct atw_error err;

    CHECK_OK(atw_truth_create(&truth, "x", 2, 3, &err));
    truth->reference = 1;
    for (size_t k = 0; k < 3; k++) {
        truth->dwell_s[k] = 10.0 * (double)(k + 1);
        truth->particle[1].temperature_K[k] = 700.0;
        truth->particle[0].temperature_K[k] = 690.0 - 5.0 * (double)k;
    }
    ck_assert_double_eq_tol(atw_truth_delta_T_K(truth, 0, 2), -20.0, 1e-12);
    /* (10 * 10 + 20 * 15 + 30 * 20) / 60 */
    ck_assert_double_eq_tol(atw_truth_mean_delta_T_K(truth, 0), -1000.0 / 60.0, 1e-12);
    ck_assert_double_eq(atw_truth_mean_delta_T_K(truth, 1), 0.0);
    atw_truth_destroy(truth);
    atw_truth_destroy(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scenario");
    TCase *tests = tcase_create("scenario");
    int n = (int)(sizeof contradictions / sizeof *contradictions);

    tcase_add_loop_test(tests, contradictions_are_refused_with_their_place, 0, n);
    tcase_add_test(tests, a_particle_needs_a_window_or_an_offset);
    tcase_add_test(tests, local_temperature_comes_from_window_or_offset);
    tcase_add_test(tests, mean_difference_is_weighted_with_the_dwell);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
