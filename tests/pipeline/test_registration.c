/* Alignment as a stage of the analysis: left alone what is aligned, found what is not. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/fixture.h"
#include "pipeline/registration.h"
#include "pipeline/specimen.h"
#include "support/support.h"

/* Roll every view of a series by whole pixels, at most two, by seed: exact, and the frame
 * is empty where it wraps. */
static void roll(struct atw_tilt_series *series, unsigned seed)
{
    size_t n_u = series->n_u, n_v = series->n_v;
    float *copy = malloc(n_u * n_v * sizeof *copy);

    ck_assert_ptr_nonnull(copy);
    for (size_t i = 0; i < series->n_tilt; i++) {
        size_t u = (size_t)(5.0 * atw_test_uniform(seed, 2 * (unsigned)i)) + n_u - 2;
        size_t v = (size_t)(5.0 * atw_test_uniform(seed, 2 * (unsigned)i + 1)) + n_v - 2;
        float *view = atw_tilt_series_view(series, i);

        memcpy(copy, view, n_u * n_v * sizeof *copy);
        for (size_t k = 0; k < n_u * n_v; k++)
            view[(k / n_u + v) % n_v * n_u + (k % n_u + u) % n_u] = copy[k];
    }
    free(copy);
}

static void roll_particle(struct atw_experiment_particle *particle)
{
    roll(particle->reference.series, 1);
    for (size_t k = 0; k < particle->n_steps; k++)
        roll(particle->step[k].tomogram.series, 2 + (unsigned)k);
}

START_TEST(aligned_series_are_used_as_they_are)
{
    struct fixture_run run;
    struct atw_tilt_series *aligned[ATW_STEPS_MAX + 1] = {NULL};
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, NULL);
    ck_assert(!run.experiment->analysis.alignment.is_off);
    CHECK_OK(atw_register_series(aligned, NULL, &run.experiment->particle[0],
                                 &run.experiment->analysis.alignment, &err));
    for (size_t k = 0; k <= run.experiment->particle[0].n_steps; k++)
        ck_assert_ptr_null(aligned[k]);
    fixture_run_destroy(&run);
}
END_TEST

/* Degrees of alloying of shifted series against those of unshifted ones; without
 * alignment they are far off. */
START_TEST(degrees_of_alloying_survive_shifts)
{
    struct fixture_run run;
    struct atw_specimen *straight = NULL, *shifted = NULL, *blind = NULL;
    struct atw_error err;
    double worst_blind = 0.0;

    fixture_run_create(&run, fixture_scenario, NULL);
    CHECK_OK(atw_specimen_create(&straight, run.experiment, 0, &err));
    roll_particle(&run.experiment->particle[0]);
    CHECK_OK(atw_specimen_create(&shifted, run.experiment, 0, &err));
    ck_assert_ptr_nonnull(shifted->aligned[0]);
    run.experiment->analysis.alignment.is_off = 1;
    CHECK_OK(atw_specimen_create(&blind, run.experiment, 0, &err));
    ck_assert_ptr_null(blind->aligned[0]);
    for (size_t k = 1; k < straight->n_tomograms; k++) {
        double expected = atw_specimen_degree(straight, k);

        ck_assert_double_eq_tol(atw_specimen_degree(shifted, k), expected, 0.05);
        worst_blind = fmax(worst_blind, fabs(atw_specimen_degree(blind, k) - expected));
    }
    ck_assert_double_gt(worst_blind, 0.1);
    atw_specimen_destroy(straight);
    atw_specimen_destroy(shifted);
    atw_specimen_destroy(blind);
    fixture_run_destroy(&run);
}
END_TEST

START_TEST(a_method_asked_for_is_used_on_every_series)
{
    struct fixture_run run;
    struct atw_tilt_series *aligned[ATW_STEPS_MAX + 1] = {NULL};
    struct atw_alignment_settings settings;
    struct atw_error err;

    fixture_run_create(&run, fixture_scenario, NULL);
    settings = run.experiment->analysis.alignment;
    CHECK_OK(atw_alignment_find(&settings.method, "com", &err));
    settings.rounds = 0;
    CHECK_OK(atw_register_series(aligned, NULL, &run.experiment->particle[0], &settings,
                                 &err));
    for (size_t k = 0; k <= run.experiment->particle[0].n_steps; k++) {
        ck_assert_ptr_nonnull(aligned[k]);
        atw_tilt_series_destroy(aligned[k]);
    }
    run.experiment->particle[0].step[0].tomogram.series->n_tilt = 2;
    memset(aligned, 0, sizeof aligned);
    CHECK_FAILS(
        atw_register_series(aligned, NULL, &run.experiment->particle[0], &settings, &err),
        ATW_EINVAL, "particle A, step 1: alignment: a series of 2 views");
    atw_tilt_series_destroy(aligned[0]);
    fixture_run_destroy(&run);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("registration");
    TCase *tests = tcase_create("registration");

    tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
    tcase_add_test(tests, aligned_series_are_used_as_they_are);
    tcase_add_test(tests, degrees_of_alloying_survive_shifts);
    tcase_add_test(tests, a_method_asked_for_is_used_on_every_series);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
