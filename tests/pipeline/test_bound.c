/* The bound against brute force: counts simulated at changed D0, Q and temperature, and
 * the Fisher matrix of them by its definition; what must be so when noise, knowledge or
 * particles change; every refusal. */
#include <math.h>
#include <string.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "pipeline/bound.h"
#include "pipeline/bound_internal.h"
#include "pipeline/fixture.h"
#include "support/support.h"

static struct atw_error err;

static const char few_views[] = "microscope.tilt.step=72 deg";
static const char coarse[] = "simulation.voxel=1.5 nm",
                  large[] = "microscope.pixel=2.4 nm";

enum { N_THETA = 3, OVERRIDES_MAX = 8 };

static struct atw_bound *bound_of(const struct atw_bound_options *options,
                                  const char *const *overrides)
{
    struct atw_config *config = NULL;
    struct atw_scenario *scenario = NULL;
    struct atw_bound *bound = NULL;

    CHECK_OK(fixture_load(&config, fixture_scenario, overrides, &err));
    CHECK_OK(atw_scenario_create(&scenario, config, &err));
    CHECK_OK(atw_bound_create(&bound, scenario, options, &err));
    atw_scenario_destroy(scenario);
    atw_config_destroy(config);
    return bound;
}

/* Expected counts of all series of a changed scenario, one after the other. */
static float *counts_of(const char *D0, const char *Q, const char *offset, size_t *count)
{
    const char *overrides[] = {"microscope.shot_noise=false",
                               "simulation.tolerance=1e-6",
                               "particles[1].temperature_offset=-34 K",
                               few_views,
                               coarse,
                               large,
                               D0,
                               Q,
                               offset,
                               NULL};
    struct fixture_run run;
    float *all = NULL;

    *count = 0;
    fixture_run_create(&run, fixture_scenario, overrides);
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 1; k <= run.scenario->n_steps; k++) {
            const struct atw_tilt_series *series =
                run.experiment->particle[p].step[k - 1].tomogram.series;
            size_t n = atw_tilt_series_pixel_count(series);

            all = realloc(all, (*count + n) * sizeof *all);
            ck_assert_ptr_nonnull(all);
            memcpy(all + *count, series->value, n * sizeof *all);
            *count += n;
        }
    fixture_run_destroy(&run);
    return all;
}

/* By brute force: ln D(T_ref), Q and dT each changed both ways in the scenario. */
START_TEST(photons_agree_with_brute_force)
{
    static const char *const with_offset[] = {"simulation.tolerance=1e-6",
                                              "particles[1].temperature_offset=-34 K",
                                              few_views,
                                              coarse,
                                              large,
                                              NULL};
    const struct atw_bound_options options = {.photons_only = 1};
    struct atw_bound *bound = bound_of(&options, with_offset);
    const double Q = 208.3e3, D0 = 7.3e-4, R = ATW_GAS_CONSTANT_J_PER_MOL_K;
    const double step[N_THETA] = {0.05, 2e3, 1.0};
    struct atw_information *information = NULL;
    float *changed[N_THETA][2], *mean;
    double covariance[N_THETA * N_THETA], condition;
    size_t count;

    mean = counts_of("material.diffusion.D0=7.3e-4 m2/s",
                     "material.diffusion.Q=208.3 kJ/mol",
                     "particles[1].temperature_offset=-34 K", &count);
    for (size_t i = 0; i < N_THETA; i++)
        for (int side = 0; side < 2; side++) {
            double by = side ? -step[i] : step[i];
            double changed_Q = Q + (i == 1 ? by : 0.0);
            char D0_text[80], Q_text[80], offset_text[80];

            snprintf(
                D0_text, sizeof D0_text, "material.diffusion.D0=%.17g m2/s",
                D0 * exp((i == 0 ? by : 0.0) + (changed_Q - Q) / (R * bound->T_ref_K)));
            snprintf(Q_text, sizeof Q_text, "material.diffusion.Q=%.17g J/mol",
                     changed_Q);
            snprintf(offset_text, sizeof offset_text,
                     "particles[1].temperature_offset=%.17g K",
                     -34.0 + (i == 2 ? by : 0.0));
            changed[i][side] = counts_of(D0_text, Q_text, offset_text, &count);
        }
    CHECK_OK(atw_information_create(&information, N_THETA, &err));
    for (size_t i = 0; i < N_THETA; i++) {
        for (size_t pixel = 0; pixel < count; pixel++)
            changed[i][0][pixel] =
                (float)(((double)changed[i][0][pixel] - (double)changed[i][1][pixel]) /
                        (2.0 * step[i]));
        free(changed[i][1]);
    }
    atw_information_add_counts(
        information, mean,
        (const float *const[]){changed[0][0], changed[1][0], changed[2][0]}, count, 1e-3);
    CHECK_OK(atw_information_covariance(covariance, &condition, information, &err));
    ck_assert_double_eq_tol(bound->row[0].ln_D_std / sqrt(covariance[0]), 1.0, 0.01);
    ck_assert_double_eq_tol(bound->row[0].Q_std_J_per_mol / sqrt(covariance[4]), 1.0,
                            0.01);
    ck_assert_double_eq_tol(bound->row[0].delta_T_std_K[1] / sqrt(covariance[8]), 1.0,
                            0.01);
    ck_assert_double_nan(bound->row[0].delta_T_std_K[0]);
    atw_information_destroy(information);
    for (size_t i = 0; i < N_THETA; i++)
        free(changed[i][0]);
    free(mean);
    atw_bound_destroy(bound);
}
END_TEST

/* Square pulses have a closed form: d ln S / dQ of the first step, d ln S / dT. */
START_TEST(chain_of_a_square_pulse)
{
    static const char *const square[] = {"heating.time_constant=0 s",
                                         "particles[1].temperature_offset=-34 K", NULL};
    const struct atw_bound_options options = {0};
    const double Q = 208.3e3, R = ATW_GAS_CONSTANT_J_PER_MOL_K, T_ref_K = 680.0;
    struct atw_config *config = NULL;
    struct atw_scenario *scenario = NULL;
    struct atw_bound_work work = {.options = &options};
    double chain[6], T_K[2], D[2], S;

    CHECK_OK(fixture_load(&config, fixture_scenario, square, &err));
    CHECK_OK(atw_scenario_create(&scenario, config, &err));
    work.scenario = scenario;
    CHECK_OK(atw_bound_chain(chain, &work, 1, T_ref_K, &err));
    for (size_t k = 0; k < 2; k++) {
        T_K[k] = scenario->set_point_K[k] - 34.0;
        D[k] = exp(-Q / (R * T_K[k]));
    }
    S = 60.0 * D[0] + 90.0 * D[1];
    ck_assert_double_eq(chain[0], 1.0);
    ck_assert_double_eq_tol(chain[1] * R / -(1.0 / T_K[0] - 1.0 / T_ref_K), 1.0, 1e-6);
    ck_assert_double_eq_tol(chain[2] * R * T_K[0] * T_K[0] / Q, 1.0, 1e-5);
    ck_assert_double_eq_tol(chain[5],
                            (60.0 * D[0] * Q / (R * T_K[0] * T_K[0]) +
                             90.0 * D[1] * Q / (R * T_K[1] * T_K[1])) /
                                S,
                            1e-5);
    atw_scenario_destroy(scenario);
    atw_config_destroy(config);
}
END_TEST

static double sigma(const struct atw_bound *bound, enum atw_bound_stage stage)
{
    return bound->row[stage].delta_T_std_K[1];
}

START_TEST(less_knowledge_never_helps_and_more_counts_do)
{
    static const char *const dim[] = {"microscope.peak_counts=50",
                                      "microscope.background=0",
                                      few_views,
                                      coarse,
                                      large,
                                      NULL};
    static const char *const bright[] = {"microscope.peak_counts=200",
                                         "microscope.background=0",
                                         few_views,
                                         coarse,
                                         large,
                                         NULL};
    const struct atw_bound_options all = {0}, photons = {.photons_only = 1};
    struct atw_bound *few = bound_of(&photons, dim), *many = bound_of(&all, bright);

    ck_assert_double_eq_tol(
        sigma(few, ATW_BOUND_PHOTONS) / sigma(many, ATW_BOUND_PHOTONS), 2.0, 0.01);
    ck_assert_int_eq(few->row[ATW_BOUND_BRIGHTNESS].is_known, 0);
    for (int stage = ATW_BOUND_BRIGHTNESS; stage <= ATW_BOUND_PARTICLE; stage++) {
        enum atw_bound_stage at = (enum atw_bound_stage)stage;

        ck_assert_int_eq(many->row[stage].is_known, 1);
        ck_assert_double_ge(sigma(many, at), sigma(many, at - 1) * (1.0 - 1e-9));
    }
    ck_assert_double_gt(sigma(many, ATW_BOUND_PARTICLE),
                        1.02 * sigma(many, ATW_BOUND_PHOTONS));
    ck_assert_int_eq(many->row[ATW_BOUND_DEGREES].is_known, 0);
    atw_bound_destroy(few);
    atw_bound_destroy(many);
}
END_TEST

/* One thread and three give the same bits; the degrees know less than the photons, and a
 * fit to single D's no more than the degrees. */
START_TEST(degrees_cost_what_they_cost_on_any_number_of_threads)
{
    static const char *const overrides[] = {"microscope.tilt.step=16 deg", coarse, large,
                                            "analysis.reconstruction.iterations=5", NULL};
    const struct atw_bound_options options = {.n_replicates = 6, .photons_only = 1};
    struct atw_bound *one, *three;

    atw_parallel_set_thread_count(1);
    one = bound_of(&options, overrides);
    atw_parallel_set_thread_count(3);
    three = bound_of(&options, overrides);
    ck_assert_double_gt(sigma(one, ATW_BOUND_DEGREES), sigma(one, ATW_BOUND_PHOTONS));
    ck_assert_double_gt(sigma(one, ATW_BOUND_D_LOG), 0.0);
    for (int stage = ATW_BOUND_DEGREES; stage < ATW_BOUND_STAGES; stage++)
        ck_assert(memcmp(&one->row[stage].ln_D_std, &three->row[stage].ln_D_std,
                         2 * sizeof(double)) == 0);
    for (size_t k = 0; k < 2; k++)
        ck_assert_double_gt(atw_bound_ln_S_std(one, ATW_BOUND_DEGREES, 0, k),
                            atw_bound_ln_S_std(one, ATW_BOUND_PHOTONS, 0, k));
    atw_bound_destroy(one);
    atw_bound_destroy(three);
}
END_TEST

/* Two particles nearly mixed at their last step, where the level of the alloyed particle
 * matters most. It is an imitation: that its noise is one draw costs a fit to single D's,
 * but is nothing the tomograms do not know. */
START_TEST(noise_of_the_alloyed_reference_is_not_in_the_degrees)
{
    static const char *const drawn[] = {"heating.steps[0].dwell=600 s",
                                        "heating.steps[1].dwell=1200 s",
                                        "microscope.tilt.step=8 deg",
                                        "simulation.voxel=1.5 nm",
                                        "analysis.alloying.reference_noise=matched",
                                        NULL};
    static const char *const absent[] = {"heating.steps[0].dwell=600 s",
                                         "heating.steps[1].dwell=1200 s",
                                         "microscope.tilt.step=8 deg",
                                         "simulation.voxel=1.5 nm",
                                         "analysis.alloying.reference_noise=none",
                                         NULL};
    const struct atw_bound_options options = {.n_replicates = 12, .photons_only = 1};
    struct atw_bound *with = bound_of(&options, drawn);
    struct atw_bound *without = bound_of(&options, absent);

    ck_assert_double_lt(sigma(with, ATW_BOUND_DEGREES),
                        1.05 * sigma(without, ATW_BOUND_DEGREES));
    ck_assert_double_gt(sigma(with, ATW_BOUND_D_LOG),
                        1.05 * sigma(without, ATW_BOUND_D_LOG));
    atw_bound_destroy(with);
    atw_bound_destroy(without);
}
END_TEST

/* What was simulated before is used as it is; one view in three, standing for those
 * beside it, tells the same to a few percent. */
START_TEST(a_simulated_scenario_serves_as_it_is)
{
    static const char *const overrides[] = {"microscope.tilt.step=6 deg", coarse, large,
                                            NULL};
    struct fixture_run run;
    struct atw_bound *simulated, *anew = NULL, *fewer = NULL;
    struct atw_bound_options options = {.photons_only = 1};

    simulated = bound_of(&options, overrides);
    fixture_run_create(&run, fixture_scenario, overrides);
    options.truth = run.truth;
    options.counts_per_nm = run.experiment->counts_per_nm;
    CHECK_OK(atw_bound_create(&anew, run.scenario, &options, &err));
    ck_assert(memcmp(&simulated->row[0].ln_D_std, &anew->row[0].ln_D_std,
                     2 * sizeof(double)) == 0);
    options.view_stride = 3;
    CHECK_OK(atw_bound_create(&fewer, run.scenario, &options, &err));
    ck_assert_double_ne(sigma(fewer, ATW_BOUND_PHOTONS), sigma(anew, ATW_BOUND_PHOTONS));
    ck_assert_double_eq_tol(
        sigma(fewer, ATW_BOUND_PHOTONS) / sigma(anew, ATW_BOUND_PHOTONS), 1.0, 0.02);
    atw_bound_destroy(simulated);
    atw_bound_destroy(anew);
    atw_bound_destroy(fewer);
    fixture_run_destroy(&run);
}
END_TEST

static void refuses(const char *override,
                    size_t n_replicates,
                    enum atw_status status,
                    const char *text)
{
    const char *const overrides[] = {override, NULL};
    const struct atw_bound_options options = {.n_replicates = n_replicates};
    struct atw_config *config = NULL;
    struct atw_scenario *scenario = NULL;
    struct atw_bound *bound = NULL;

    CHECK_OK(fixture_load(&config, fixture_scenario, override ? overrides : NULL, &err));
    CHECK_OK(atw_scenario_create(&scenario, config, &err));
    CHECK_FAILS(atw_bound_create(&bound, scenario, &options, &err), status, text);
    ck_assert_ptr_null(bound);
    atw_scenario_destroy(scenario);
    atw_config_destroy(config);
}

START_TEST(refuses_what_has_no_bound)
{
    refuses("microscope.shot_noise=false", 0, ATW_EINPUT, "without noise");
    refuses("material.model=gold-silver-darken", 0, ATW_EINPUT, "integral of D alone");
    refuses("particles[1].twin.ratio=1000", 0, ATW_EINPUT, "particle B");
    refuses(NULL, 3, ATW_EINVAL, "at least 5 are needed");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bound");
    TCase *tests = tcase_create("bound");

    tcase_add_test(tests, photons_agree_with_brute_force);
    tcase_add_test(tests, chain_of_a_square_pulse);
    tcase_add_test(tests, less_knowledge_never_helps_and_more_counts_do);
    tcase_add_test(tests, degrees_cost_what_they_cost_on_any_number_of_threads);
    tcase_add_test(tests, noise_of_the_alloyed_reference_is_not_in_the_degrees);
    tcase_add_test(tests, a_simulated_scenario_serves_as_it_is);
    tcase_add_test(tests, refuses_what_has_no_bound);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
