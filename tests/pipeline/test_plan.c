/* Plans: what they predict against the bound of the same scenario, computed another way;
 * limits taken from the scenario; every refusal. */
#include <math.h>
#include <string.h>

#include "pipeline/bound.h"
#include "pipeline/fixture.h"
#include "pipeline/plan.h"
#include "support/support.h"

static struct atw_error err;

static const struct atw_plan_options as_scenario = {.time_s = NAN,
                                                    .dose = NAN,
                                                    .coldest_K = NAN,
                                                    .hottest_K = NAN,
                                                    .shortest_s = NAN,
                                                    .n_steps_max = 3};

struct planned {
    struct atw_config *config;
    struct atw_scenario *scenario;
    struct atw_plan *plan;
};

static void load(struct planned *planned, const char *const *overrides)
{
    *planned = (struct planned){0};
    CHECK_OK(fixture_load(&planned->config, fixture_scenario, overrides, &err));
    CHECK_OK(atw_scenario_create(&planned->scenario, planned->config, &err));
}

static void release(struct planned *planned)
{
    atw_plan_destroy(planned->plan);
    atw_scenario_destroy(planned->scenario);
    atw_config_destroy(planned->config);
}

static const char *const coarse[] = {"simulation.voxel=1.5 nm",
                                     "microscope.pixel=2.4 nm",
                                     "microscope.tilt.step=12 deg",
                                     "particles[1].temperature_offset=-34 K",
                                     "particles[0].temperature_offset=0 K",
                                     NULL};

/* One ladder of states serves for every programme; the bound diffuses each anew. */
START_TEST(photons_are_those_of_the_bound)
{
    const struct atw_bound_options photons = {.photons_only = 1};
    struct atw_plan_options options = as_scenario;
    struct atw_bound *bound = NULL;
    struct planned planned;

    options.objective = ATW_PLAN_PHOTONS;
    load(&planned, coarse);
    CHECK_OK(atw_plan_create(&planned.plan, planned.scenario, &options, &err));
    CHECK_OK(atw_bound_create(&bound, planned.scenario, &photons, &err));
    ck_assert_double_eq_tol(planned.plan->scenario.precision.delta_T_std_K[1] /
                                bound->row[ATW_BOUND_PHOTONS].delta_T_std_K[1],
                            1.0, 0.03);
    ck_assert_double_eq_tol(planned.plan->scenario.precision.Q_std_J_per_mol /
                                bound->row[ATW_BOUND_PHOTONS].Q_std_J_per_mol,
                            1.0, 0.03);
    ck_assert_double_lt(planned.plan->best.precision.merit_K,
                        planned.plan->scenario.precision.merit_K);
    atw_bound_destroy(bound);
    release(&planned);
}
END_TEST

/* Errors told by one recording of each state, and the scatter of many recordings of two
 * states: the same to what so few slices allow. */
START_TEST(degrees_are_about_those_of_the_bound)
{
    const struct atw_bound_options recordings = {.photons_only = 1, .n_replicates = 40};
    struct atw_plan_options options = as_scenario;
    struct planned planned;
    struct atw_bound *bound;

    options.n_steps_max = 2;
    load(&planned, coarse);
    CHECK_OK(atw_plan_create(&planned.plan, planned.scenario, &options, &err));
    CHECK_OK(atw_bound_create(&bound, planned.scenario, &recordings, &err));
    ck_assert_double_eq_tol(planned.plan->scenario.precision.delta_T_std_K[1] /
                                bound->row[ATW_BOUND_DEGREES].delta_T_std_K[1],
                            1.0, 0.4);
    atw_bound_destroy(bound);
    release(&planned);
}
END_TEST

/* The limits are the scenario's: 150 s, 410 degC, three series of 13 views of 200 counts;
 * what is planned keeps them and is among the best of its rows. */
START_TEST(limits_are_those_of_the_scenario)
{
    struct planned planned;
    const struct atw_plan_row *best;
    double time_s = 0.0;

    load(&planned, coarse);
    CHECK_OK(atw_plan_create(&planned.plan, planned.scenario, &as_scenario, &err));
    best = &planned.plan->best;
    ck_assert_double_eq(planned.plan->options.time_s, 150.0);
    ck_assert_double_eq_tol(planned.plan->options.hottest_K, 683.15, 1e-9);
    ck_assert_double_eq_tol(planned.plan->options.coldest_K, 623.15, 1e-9);
    ck_assert_double_eq_tol(planned.plan->options.dose, 3.0 * 13.0 * 200.0, 1e-6);
    for (size_t k = 0; k < best->program.n_steps; k++) {
        ck_assert_double_le(best->program.set_point_K[k], 683.15 + 1e-9);
        time_s += best->program.dwell_s[k];
    }
    ck_assert_double_le(time_s, 150.0);
    ck_assert_double_eq_tol(best->counts * 13.0 * (double)(best->program.n_steps + 1),
                            planned.plan->options.dose, 1e-6);
    for (size_t n = 2; n <= planned.plan->options.n_steps_max; n++)
        ck_assert_double_le(best->precision.merit_K,
                            ATW_PLAN_WORTH_A_STEP *
                                planned.plan->with_steps[n].precision.merit_K);
    ck_assert_double_le(best->precision.merit_K,
                        planned.plan->scenario.precision.merit_K);
    ck_assert_double_le(planned.plan->split.precision.merit_K,
                        best->precision.merit_K * (1.0 + 1e-9));
    ck_assert_int_eq(planned.plan->published.exists, 1);
    ck_assert_uint_eq(planned.plan->published.program.n_steps, 4);
    release(&planned);
}
END_TEST

/* One series more has to be worth it: of the rows that are as good as the best to a few
 * percent the one with the fewest steps is planned. */
START_TEST(no_step_is_planned_that_helps_little)
{
    struct atw_plan_options options = as_scenario;
    struct planned planned;
    size_t chosen, lowest = 2;

    options.objective = ATW_PLAN_PHOTONS;
    options.n_steps_max = 5;
    load(&planned, coarse);
    CHECK_OK(atw_plan_create(&planned.plan, planned.scenario, &options, &err));
    chosen = planned.plan->best.program.n_steps;
    for (size_t n = 2; n <= 5; n++)
        if (planned.plan->with_steps[n].precision.merit_K <
            planned.plan->with_steps[lowest].precision.merit_K)
            lowest = n;
    for (size_t n = 2; n < chosen; n++)
        ck_assert_double_gt(planned.plan->with_steps[n].precision.merit_K,
                            ATW_PLAN_WORTH_A_STEP *
                                planned.plan->with_steps[lowest].precision.merit_K);
    ck_assert_uint_lt(chosen, lowest);
    release(&planned);
}
END_TEST

static double merit_with(const struct atw_plan_tilts *tilts, size_t n_tilts)
{
    struct atw_plan_options options = as_scenario;
    struct planned planned;
    double merit_K;

    options.n_steps_max = 2;
    options.n_tilts = n_tilts;
    for (size_t i = 0; i < n_tilts; i++)
        options.tilts[i] = tilts[i];
    load(&planned, coarse);
    CHECK_OK(atw_plan_create(&planned.plan, planned.scenario, &options, &err));
    merit_K = planned.plan->best.precision.merit_K;
    ck_assert_double_eq_tol(planned.plan->best.counts *
                                (double)planned.plan->best.tilts.n_views * 3.0,
                            planned.plan->options.dose, 1e-6);
    release(&planned);
    return merit_K;
}

/* The best of both is the better of each alone, whichever comes first. */
START_TEST(the_better_tilts_are_chosen)
{
    const double degree = 0.017453292519943295;
    const struct atw_plan_tilts tilts[] = {
        {-36.0 * degree, 36.0 * degree, 6.0 * degree, 0},
        {-72.0 * degree, 72.0 * degree, 24.0 * degree, 0},
        {-36.0 * degree, 36.0 * degree, 6.0 * degree, 0}};
    double first = merit_with(&tilts[0], 1), second = merit_with(&tilts[1], 1);

    ck_assert_double_ne(first, second);
    ck_assert_double_eq(merit_with(&tilts[0], 2), fmin(first, second));
    ck_assert_double_eq(merit_with(&tilts[1], 2), fmin(first, second));
}
END_TEST

static void refuses(const char *override,
                    const struct atw_plan_options *options,
                    enum atw_status status,
                    const char *text)
{
    const char *const overrides[] = {coarse[0], coarse[1], coarse[2], override, NULL};
    struct planned planned;

    load(&planned, overrides);
    CHECK_FAILS(atw_plan_create(&planned.plan, planned.scenario, options, &err), status,
                text);
    ck_assert_ptr_null(planned.plan);
    release(&planned);
}

START_TEST(refuses_what_cannot_be_planned)
{
    struct atw_plan_options options = as_scenario;

    refuses("microscope.shot_noise=false", &options, ATW_EINPUT, "without noise");
    refuses("material.model=gold-silver-darken", &options, ATW_EINPUT, "integral of D");
    options.n_steps_max = 1;
    refuses(NULL, &options, ATW_EINVAL, "allowed: 2 to 12");
    options = as_scenario;
    options.hottest_K = 500.0;
    options.coldest_K = 600.0;
    refuses(NULL, &options, ATW_EINVAL, "below the coldest");
    options.coldest_K = 499.0;
    refuses(NULL, &options, ATW_EINPUT, "no programme within the limits tells dT");
    options = as_scenario;
    options.time_s = 15.0;
    refuses(NULL, &options, ATW_EINVAL, "do not fit into 15 s");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan");
    TCase *tests = tcase_create("plan");

    tcase_add_test(tests, photons_are_those_of_the_bound);
    tcase_add_test(tests, degrees_are_about_those_of_the_bound);
    tcase_add_test(tests, limits_are_those_of_the_scenario);
    tcase_add_test(tests, no_step_is_planned_that_helps_little);
    tcase_add_test(tests, the_better_tilts_are_chosen);
    tcase_add_test(tests, refuses_what_cannot_be_planned);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
