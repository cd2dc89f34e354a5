/* Effects beyond ideal diffusion in a simulated experiment: their sizes in limiting
 * cases, their directions, and what the truth records of them. */
#include <math.h>
#include <string.h>

#include "core/constants.h"
#include "diffusion/sublimation.h"
#include "pipeline/fixture.h"
#include "support/support.h"

enum { OVERRIDES_MAX = 12 };

/* Only the truth of a run; its microscope has few views. */
static struct atw_truth *truth_of(const char *const *overrides)
{
    const char *all[OVERRIDES_MAX + 4] = {"microscope.tilt.step=72 deg",
                                          "simulation.tolerance=1e-5",
                                          "simulation.keep_dispersion=true"};
    struct fixture_run run;
    struct atw_truth *truth;
    size_t n = 3;

    for (size_t i = 0; overrides && overrides[i]; i++)
        all[n++] = overrides[i];
    all[n] = NULL;
    fixture_run_create(&run, fixture_scenario, all);
    truth = run.truth;
    run.truth = NULL;
    fixture_run_destroy(&run);
    return truth;
}

/* ---- heating as it truly was ---- */

START_TEST(gain_and_offset_shift_what_the_controller_reaches)
{
    static const char *const overrides[] = {FIXTURE_TABLE, "heating.set_point_gain=0.96",
                                            "heating.set_point_offset=3 K", NULL};
    struct atw_truth *truth = truth_of(overrides);
    double reached_K = 673.15 - 0.04 * 375.0 + 3.0;

    ck_assert_double_eq_tol(truth->set_point_K[0], reached_K, 1e-9);
    ck_assert_double_eq_tol(truth->particle[0].temperature_K[0], reached_K, 1e-9);
    ck_assert_double_eq_tol(truth->particle[1].temperature_K[0], reached_K - 34.0, 1e-9);
    ck_assert_double_eq(truth->dwell_s[0], 60.0);
    atw_truth_destroy(truth);
}
END_TEST

/* Common errors leave dT alone, local ones do not; the experiment says what was asked. */
START_TEST(jitter_is_drawn_recorded_and_repeated)
{
    static const char *const common[] = {FIXTURE_TABLE, "heating.jitter.set_point=2 K",
                                         "heating.jitter.dwell=1.5 s", NULL};
    static const char *const local[] = {"heating.jitter.local=2 K", NULL};
    struct fixture_run run, again;
    struct atw_truth *truth;

    fixture_run_create(&run, fixture_scenario, common);
    fixture_run_create(&again, fixture_scenario, common);
    truth = run.truth;
    for (size_t k = 0; k < 2; k++) {
        double error_K = truth->set_point_K[k] - run.scenario->set_point_K[k];
        double error_s = truth->dwell_s[k] - run.scenario->dwell_s[k];

        ck_assert(error_K != 0.0 && fabs(error_K) < 8.0);
        ck_assert(error_s != 0.0 && fabs(error_s) < 6.0);
        ck_assert_double_eq_tol(atw_truth_delta_T_K(truth, 1, k), -34.0, 1e-9);
        ck_assert_double_eq(run.experiment->particle[0].step[k].dwell_s,
                            run.scenario->dwell_s[k]);
        ck_assert_double_eq(run.experiment->particle[0].step[k].set_point_K,
                            run.scenario->set_point_K[k]);
        ck_assert_double_eq(truth->dwell_s[k], again.truth->dwell_s[k]);
        ck_assert_double_eq(truth->set_point_K[k], again.truth->set_point_K[k]);
    }
    fixture_run_destroy(&run);
    fixture_run_destroy(&again);
    truth = truth_of(local);
    ck_assert_double_eq_tol(truth->set_point_K[0], 673.15, 1e-9);
    ck_assert(fabs(atw_truth_delta_T_K(truth, 1, 0) + 34.0) > 1e-3);
    ck_assert(atw_truth_delta_T_K(truth, 1, 0) != atw_truth_delta_T_K(truth, 1, 1));
    atw_truth_destroy(truth);
}
END_TEST

/* What a step draws does not depend on how many follow, nor on another error. */
START_TEST(streams_of_steps_are_their_own)
{
    static const char *const two[] = {"heating.jitter.set_point=2 K", NULL};
    static const char *const three[] = {
        "heating.jitter.set_point=2 K", "heating.jitter.local=1 K",
        "heating.steps=[{set_point: 400 degC, dwell: 60 s}, {set_point: 410 degC, dwell: "
        "90 s}, {set_point: 415 degC, dwell: 9 s}]",
        NULL};
    struct atw_truth *a = truth_of(two), *b = truth_of(three);

    for (size_t k = 0; k < 2; k++)
        ck_assert_double_eq(a->set_point_K[k], b->set_point_K[k]);
    ck_assert(a->set_point_K[0] - 673.15 != a->set_point_K[1] - 683.15);
    atw_truth_destroy(a);
    atw_truth_destroy(b);
}
END_TEST

enum { SEEDS = 8, STEPS = 16 };

struct sample {
    double sum, squares, inside, n; /* inside: within one standard deviation */
};

static void take(struct sample *sample, double error, double std)
{
    sample->sum += error / std;
    sample->squares += error * error / (std * std);
    sample->inside += fabs(error) < std;
    sample->n += 1.0;
}

/* A Gaussian: mean, standard deviation and share within it, to five standard errors. */
static void check_gaussian(const struct sample *sample)
{
    double n = sample->n, spread = 1.0 / sqrt(n);

    ck_assert_double_eq_tol(sample->sum / n, 0.0, 5.0 * spread);
    ck_assert_double_eq_tol(sqrt(sample->squares / n), 1.0, 3.6 * spread);
    ck_assert_double_eq_tol(sample->inside / n, 0.683, 2.4 * spread);
}

START_TEST(jitter_has_the_spread_that_was_asked_for)
{
    char steps[40 * STEPS] = "heating.steps=[", seed[32];
    const char *overrides[] = {steps,
                               seed,
                               "heating.jitter.set_point=0.5 K",
                               "heating.jitter.dwell=2 s",
                               "heating.jitter.local=1.5 K",
                               NULL};
    struct sample set_point = {0}, dwell = {0}, local = {0};

    for (size_t k = 0; k < STEPS; k++)
        strcat(steps, "{set_point: 400 degC, dwell: 60 s},");
    steps[strlen(steps) - 1] = ']';
    for (int s = 0; s < SEEDS; s++) {
        struct atw_config *config = NULL;
        struct atw_scenario *scenario = NULL;
        struct atw_error err;

        snprintf(seed, sizeof seed, "seed=%d", 100 + s);
        CHECK_OK(fixture_load(&config, fixture_scenario, overrides, &err));
        CHECK_OK(atw_scenario_create(&scenario, config, &err));
        for (size_t k = 0; k < STEPS; k++) {
            take(&set_point, scenario->reached_K[k] - scenario->set_point_K[k], 0.5);
            take(&dwell, scenario->held_s[k] - scenario->dwell_s[k], 2.0);
            for (size_t i = 0; i < 2; i++)
                take(&local, scenario->local_error_K[i * STEPS + k], 1.5);
        }
        atw_scenario_destroy(scenario);
        atw_config_destroy(config);
    }
    check_gaussian(&set_point);
    check_gaussian(&dwell);
    check_gaussian(&local);
}
END_TEST

/* ---- composition-dependent diffusivity ---- */

#define EQUAL_TRACER "{D0: 7.3e-4 m2/s, Q: 208.3 kJ/mol}"

/* Equal tracers in an ideal solution are one constant diffusivity: the states are those
 * of the ideal path, and the effective diffusivity is that constant. */
START_TEST(equal_tracers_are_the_ideal_case)
{
    static const char *const overrides[] = {
        "material.diffusion.model=darken-manning",
        "material.diffusion.thermodynamic_factor=false",
        "material.diffusion.tracer.core_in_core=" EQUAL_TRACER,
        "material.diffusion.tracer.core_in_shell=" EQUAL_TRACER,
        "material.diffusion.tracer.shell_in_core=" EQUAL_TRACER,
        "material.diffusion.tracer.shell_in_shell=" EQUAL_TRACER,
        NULL};
    struct atw_truth *ideal = truth_of(NULL), *darken = truth_of(overrides);

    ck_assert(isnan(darken->Q_J_per_mol) && isnan(darken->D0_m2_per_s));
    ck_assert_double_eq_tol(ideal->Q_J_per_mol, 208300.0, 1e-6);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 2; k++) {
            const struct atw_truth_particle *a = &ideal->particle[i];
            const struct atw_truth_particle *b = &darken->particle[i];

            ck_assert_double_eq_tol(b->degree[k + 1], a->degree[k + 1], 1e-4);
            ck_assert(isnan(b->S_m2[k]));
            ck_assert_double_eq_tol(b->D_m2_per_s[k] * ideal->dwell_s[k] / a->S_m2[k],
                                    1.0, 3e-3);
        }
    atw_truth_destroy(ideal);
    atw_truth_destroy(darken);
}
END_TEST

/* Between the slowest and the fastest of the law at the temperature: pure silver and a
 * quarter silver, some fortyfold apart. */
START_TEST(effective_diffusivity_lies_within_the_law)
{
    static const char *const overrides[] = {"material.model=gold-silver-darken", NULL};
    struct atw_truth *truth = truth_of(overrides);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 2; k++) {
            double T_K = truth->particle[i].temperature_K[k];
            double slowest = 6.2e-5 * exp(-199e3 / (8.31446 * T_K));

            ck_assert_double_gt(truth->particle[i].D_m2_per_s[k], 2.0 * slowest);
            ck_assert_double_lt(truth->particle[i].D_m2_per_s[k], 60.0 * slowest);
        }
    atw_truth_destroy(truth);
}
END_TEST

/* ---- paths, shape, loss ---- */

static double amount(const struct atw_truth_particle *particle, size_t state)
{
    const struct atw_field *metal = atw_truth_metal(particle, state);
    double sum = 0.0;

    for (size_t i = 0; i < atw_grid_voxel_count(&metal->grid); i++)
        sum += (double)metal->value[i] * (double)particle->composition[state]->value[i];
    return sum;
}

/* Twin in B alone: B alloys faster, A as before; half the ratio at twice the thickness is
 * the same; nothing is made or lost. */
START_TEST(a_twin_speeds_up_its_own_particle)
{
    static const char *const one[] = {"particles[1].twin.ratio=4e3", NULL};
    static const char *const other[] = {"particles[1].twin.ratio=2e3",
                                        "particles[1].twin.thickness=1 nm", NULL};
    static const char *const outside[] = {"particles[1].twin.ratio=4e3",
                                          "particles[1].twin.offset=40 nm", NULL};
    struct atw_truth *plain = truth_of(NULL), *twin = truth_of(one);
    struct atw_truth *same = truth_of(other), *missed = truth_of(outside);

    for (size_t k = 1; k <= 2; k++) {
        ck_assert_double_eq_tol(twin->particle[0].degree[k], plain->particle[0].degree[k],
                                1e-6);
        ck_assert_double_gt(twin->particle[1].degree[k],
                            plain->particle[1].degree[k] + 0.03);
        ck_assert_double_eq_tol(same->particle[1].degree[k], twin->particle[1].degree[k],
                                0.02);
        ck_assert_double_eq_tol(missed->particle[1].degree[k],
                                plain->particle[1].degree[k], 1e-4);
        ck_assert_double_eq_tol(
            amount(&twin->particle[1], k) / amount(&twin->particle[1], 0), 1.0, 1e-6);
    }
    atw_truth_destroy(plain);
    atw_truth_destroy(twin);
    atw_truth_destroy(same);
    atw_truth_destroy(missed);
}
END_TEST

/* A layer of activation energy lower by dQ is faster by exp(dQ / R (1/T - 1/T_ref)) at
 * the colder particle: the two ways to say one ratio agree. */
START_TEST(a_path_may_have_its_own_activation_energy)
{
    static const char *const by_Q[] = {
        "particles[1].twin.ratio=500", "particles[1].twin.Q_difference=-80 kJ/mol",
        "heating.steps=[{set_point: 400 degC, dwell: 90 s}]", NULL};
    char ratio[64];
    const char *by_ratio[] = {ratio, "heating.steps=[{set_point: 400 degC, dwell: 90 s}]",
                              NULL};
    struct atw_truth *a = truth_of(by_Q), *b;

    snprintf(ratio, sizeof ratio, "particles[1].twin.ratio=%.9g",
             500.0 * exp(80e3 / 8.31446261815324 * (1.0 / 639.15 - 1.0 / 673.15)));
    b = truth_of(by_ratio);
    ck_assert_double_eq_tol(a->particle[1].degree[1], b->particle[1].degree[1], 1e-3);
    atw_truth_destroy(a);
    atw_truth_destroy(b);
}
END_TEST

/* Shell metal in the outer 2 nm at both ends. */
static double amount_at_ends(const struct atw_truth_particle *particle, size_t state)
{
    const struct atw_field *metal = particle->phantom->metal;
    const struct atw_grid *grid = &metal->grid;
    double sum = 0.0;

    for (size_t z = 0; z < grid->n_z; z++)
        for (size_t y = 0; y < grid->n_y; y++)
            for (size_t x = 0; x < grid->n_x; x++) {
                size_t i = atw_grid_index(grid, x, y, z);

                if (fabs(atw_grid_position_m(y, grid->n_y, grid->spacing_m)) > 8e-9 &&
                    hypot(atw_grid_position_m(x, grid->n_x, grid->spacing_m),
                          atw_grid_position_m(z, grid->n_z, grid->spacing_m)) < 3e-9)
                    sum += (double)metal->value[i] *
                           (double)particle->composition[state]->value[i];
            }
    return sum;
}

/* Core bare at the ends: the layer carries silver over their middle, where bulk diffusion
 * has hardly brought any. Around a closed shell there is nothing to short-circuit. */
START_TEST(a_surface_layer_spreads_shell_metal_over_bare_ends)
{
    static const char *const plain[] = {
        "particles[0].shape=cylinder", "particles[0].shell_tip=0 nm",
        "heating.steps=[{set_point: 380 degC, dwell: 60 s}]", NULL};
    static const char *const fast[] = {
        "particles[0].shape=cylinder", "particles[0].shell_tip=0 nm",
        "heating.steps=[{set_point: 380 degC, dwell: 60 s}]",
        "material.surface.ratio=1e3", NULL};
    struct atw_truth *a = truth_of(plain), *b = truth_of(fast);

    ck_assert_double_gt(amount_at_ends(&b->particle[0], 1),
                        3.0 * amount_at_ends(&a->particle[0], 1) + 1.0);
    ck_assert_double_eq_tol(amount(&b->particle[0], 1) / amount(&b->particle[0], 0), 1.0,
                            1e-6);
    ck_assert_double_eq_tol(b->particle[1].degree[1], a->particle[1].degree[1], 0.01);
    atw_truth_destroy(a);
    atw_truth_destroy(b);
}
END_TEST

/* The rod becomes shorter and thicker at one volume, in the images too. */
START_TEST(reshaping_keeps_the_metal_and_what_it_is_made_of)
{
    static const char *const overrides[] = {"material.reshaping.rate=3e9 s-1",
                                            "particles[1].reshaping=0",
                                            "particles[0].azimuth=30 deg", NULL};
    struct atw_truth *truth = truth_of(overrides);
    const struct atw_truth_particle *soft = &truth->particle[0];
    double exponent = 3e9 * 60.0 * exp(-150e3 / (8.31446261815324 * 673.15));

    ck_assert_double_eq_tol(soft->aspect_ratio[1], 1.0 + 0.4 * exp(-exponent), 1e-3);
    ck_assert_double_lt(soft->aspect_ratio[2], soft->aspect_ratio[1]);
    ck_assert_ptr_nonnull(soft->reshaped[2]);
    ck_assert_ptr_null(truth->particle[1].reshaped[2]);
    ck_assert_double_eq(truth->particle[1].aspect_ratio[2], 1.4);
    for (size_t k = 1; k <= 2; k++) {
        ck_assert_double_eq_tol(atw_field_sum(atw_truth_metal(soft, k)) /
                                    atw_field_sum(soft->phantom->metal),
                                1.0, 2e-3);
        ck_assert_double_eq_tol(amount(soft, k) / amount(soft, 0), 1.0, 3e-3);
    }
    atw_truth_destroy(truth);
}
END_TEST

/* At 410 degC nothing to speak of; with a pressure 7e4 times as high, what Hertz-Knudsen
 * says of a silver surface. What is left keeps its composition as long as the surface is
 * pure silver. */
START_TEST(sublimation_takes_away_the_flux_of_a_silver_surface)
{
    static const char *const real[] = {"material.sublimation.coefficient=1", NULL};
    static const char *const strong[] = {"material.sublimation.coefficient=1",
                                         "material.sublimation.A=19", NULL};
    struct atw_sublimation model = {.coefficient = 1.0,
                                    .A = 19.0,
                                    .B = -14999.0,
                                    .C = -0.7845,
                                    .molar_mass_kg_per_mol = 0.107868,
                                    .density_kg_per_m3 = 10490.0};
    struct atw_truth *plain = truth_of(NULL), *a = truth_of(real), *b = truth_of(strong);
    const struct atw_truth_particle *hot = &b->particle[0];
    double shell_m3 = amount(hot, 0) * 1e-27;
    double area_m2 = ATW_PI * 20e-9 * 28e-9; /* of a capsule: pi d L */
    double most = atw_sublimation_speed_m_per_s(&model, 673.15) * 60.0 * area_m2;

    ck_assert_double_gt(a->particle[0].lost[2], 0.0);
    ck_assert_double_lt(a->particle[0].lost[2], 1e-5);
    ck_assert_double_eq_tol(a->particle[0].degree[2], plain->particle[0].degree[2], 1e-5);
    /* Within what the fraction of silver there falls to, and the area of voxels. */
    ck_assert_double_lt(hot->lost[1], 1.02 * most / shell_m3);
    ck_assert_double_gt(hot->lost[1], 0.9 * most / shell_m3);
    ck_assert_double_lt(1.0 - amount(hot, 1) / amount(hot, 0), 0.1 * hot->lost[1]);
    ck_assert_double_gt(hot->lost[2], hot->lost[1]);
    atw_truth_destroy(plain);
    atw_truth_destroy(a);
    atw_truth_destroy(b);
}
END_TEST

/* ---- mismatch ---- */

/* All lengths of a particle by a factor s are times by s^2: D t / R^2 is all there is. On
 * a grid that scales along, to rounding. */
START_TEST(one_per_cent_in_size_is_two_in_diffusivity)
{
    static const char *const larger[] = {
        "particles[0].scale=1.25",    "particles[1].scale=1.25",
        "simulation.voxel=1.25 nm",   "analysis.segmentation.erosion=1.875 nm",
        "heating.time_constant=0 ms", NULL};
    static const char *const shorter[] = {
        "heating.time_constant=0 ms",
        "heating.steps=[{set_point: 400 degC, dwell: 38.4 s}, {set_point: 410 degC, "
        "dwell: 57.6 s}]",
        NULL};
    struct atw_truth *a = truth_of(larger), *b = truth_of(shorter);

    for (size_t i = 0; i < 2; i++)
        for (size_t k = 1; k <= 2; k++)
            ck_assert_double_eq_tol(a->particle[i].degree[k], b->particle[i].degree[k],
                                    2e-4);
    atw_truth_destroy(a);
    atw_truth_destroy(b);
}
END_TEST

START_TEST(shell_scale_changes_the_shell_alone)
{
    static const char *const overrides[] = {"particles[1].shell_scale=1.5",
                                            "particles[1].scale=1.1", NULL};
    struct atw_config *config = NULL;
    struct atw_scenario *scenario = NULL;
    const struct atw_shape *shape;
    struct atw_error err;

    CHECK_OK(fixture_load(&config, fixture_scenario, overrides, &err));
    CHECK_OK(atw_scenario_create(&scenario, config, &err));
    shape = &scenario->particle[1].shape;
    ck_assert_double_eq_tol(shape->core_diameter_m, 13.2e-9, 1e-18);
    ck_assert_double_eq_tol(shape->shell_side_m, 6.6e-9, 1e-18);
    ck_assert_double_eq_tol(shape->shell_tip_m, 6.6e-9, 1e-18);
    ck_assert_double_eq_tol(scenario->particle[0].shape.shell_side_m, 4e-9, 1e-18);
    atw_scenario_destroy(scenario);
    atw_config_destroy(config);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("anneal");
    TCase *tests = tcase_create("anneal");

    tcase_add_test(tests, gain_and_offset_shift_what_the_controller_reaches);
    tcase_add_test(tests, jitter_is_drawn_recorded_and_repeated);
    tcase_add_test(tests, jitter_has_the_spread_that_was_asked_for);
    tcase_add_test(tests, streams_of_steps_are_their_own);
    tcase_add_test(tests, equal_tracers_are_the_ideal_case);
    tcase_add_test(tests, effective_diffusivity_lies_within_the_law);
    tcase_add_test(tests, a_twin_speeds_up_its_own_particle);
    tcase_add_test(tests, a_path_may_have_its_own_activation_energy);
    tcase_add_test(tests, a_surface_layer_spreads_shell_metal_over_bare_ends);
    tcase_add_test(tests, reshaping_keeps_the_metal_and_what_it_is_made_of);
    tcase_add_test(tests, sublimation_takes_away_the_flux_of_a_silver_surface);
    tcase_add_test(tests, one_per_cent_in_size_is_two_in_diffusivity);
    tcase_add_test(tests, shell_scale_changes_the_shell_alone);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
