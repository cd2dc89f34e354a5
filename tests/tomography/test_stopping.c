/* Stopping rules, and results that stay finite. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "support/support.h"
#include "tomography/discs.h"
#include "tomography/stopping.h"

#define N 32
#define N_SLICE 3
#define N_VIEW 21
#define MOST 60

static const struct atw_reconstruction_method *find(const char *name)
{
    const struct atw_reconstruction_method *method = NULL;
    struct atw_error err;

    CHECK_OK(atw_reconstruction_find(&method, name, &err));
    return method;
}

static struct atw_projection_geometry geometry_of(const struct atw_tilt_series *series)
{
    return (struct atw_projection_geometry){.grid =
                                                atw_reconstruction_default_grid(series),
                                            .n_u = series->n_u,
                                            .pixel_m = series->pixel_m,
                                            .n_tilt = series->n_tilt,
                                            .tilt_rad = series->tilt_rad};
}

/* A ball with a hollow, in counts per nm. */
static void fill_truth(float truth[N * N_SLICE * N])
{
    for (size_t i = 0; i < N * N_SLICE * N; i++) {
        double x = (double)(i % N) - 15.5, z = (double)(i / (N * N_SLICE)) - 15.5;
        double r = hypot(x, z);

        truth[i] = r < 11.0 && hypot(x - 4.0, z + 3.0) > 3.0 ? 1.0f : 0.0f;
    }
}

/* Its views, with Poisson noise when there are `counts` per voxel. */
static struct atw_tilt_series *create_series(double counts)
{
    static float truth[N * N_SLICE * N];
    struct atw_random_key key = {.seed = 7, .stage = ATW_RANDOM_TEST};
    struct atw_tilt_series *series = NULL;
    struct atw_projection_geometry geometry;
    struct atw_projector *projector = NULL;
    double tilt_rad[N_VIEW];
    struct atw_error err;
    gsl_rng *rng = NULL;

    for (int i = 0; i < N_VIEW; i++)
        tilt_rad[i] = 0.12 * (i - 10);
    fill_truth(truth);
    CHECK_OK(atw_tilt_series_create(&series, N_VIEW, N_SLICE, N, 1e-9, tilt_rad, &err));
    geometry = geometry_of(series);
    CHECK_OK(atw_projector_create(&projector, &geometry, &err));
    CHECK_OK(atw_projector_forward(projector, truth, series->value, &err));
    CHECK_OK(atw_random_create(&rng, &key, &err));
    for (size_t i = 0; counts > 0.0 && i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] =
            (float)(gsl_ran_poisson(rng, counts * (double)series->value[i]) / counts);
    gsl_rng_free(rng);
    atw_projector_destroy(projector);
    return series;
}

static double penalty; /* of the last solution */

static struct atw_field *solve(const struct atw_tilt_series *series,
                               const char *name,
                               size_t at_most,
                               const struct atw_stopping *stopping,
                               double *residual,
                               size_t *done)
{
    struct atw_projection_geometry geometry = geometry_of(series);
    struct atw_reconstruction_options options = {.iterations = at_most};
    struct atw_field *field = NULL;
    struct atw_error err;

    CHECK_OK(atw_reconstruct_until(&field, residual, done, &penalty, &geometry, series,
                                   find(name), &options, stopping, &err));
    return field;
}

static double truth_error(const struct atw_field *field)
{
    static float truth[N * N_SLICE * N];
    double error = 0.0;

    fill_truth(truth);
    for (size_t i = 0; i < N * N_SLICE * N; i++)
        error += pow((double)(field->value[i] - truth[i]), 2.0);
    return sqrt(error / (N * N_SLICE * N));
}

static void check_same(const struct atw_field *a, const struct atw_field *b)
{
    ck_assert_mem_eq(a->value, b->value, N * N_SLICE * N * sizeof(float));
}

static const char *const iterative[] = {"em", "os-em", "sirt", "cgls", "tv"};

START_TEST(without_a_rule_all_iterations_run)
{
    struct atw_tilt_series *series = create_series(30.0);
    struct atw_stopping none = {0};
    struct atw_reconstruction_options options = {.iterations = 6};
    struct atw_grid grid = atw_reconstruction_default_grid(series);
    struct atw_field *field, *plain = NULL;
    double residual[6];
    size_t done;
    struct atw_error err;

    field = solve(series, iterative[_i], 6, &none, residual, &done);
    ck_assert_uint_eq(done, 6);
    CHECK_OK(atw_reconstruct(&plain, series, &grid, find(iterative[_i]), &options, &err));
    check_same(field, plain);
    ck_assert_double_gt(residual[0], residual[5]);
    atw_field_destroy(field);
    atw_field_destroy(plain);
    atw_tilt_series_destroy(series);
}
END_TEST

/* The last iteration is the first that begins at or below the discrepancy, and the image
 * is that of as many iterations without a rule. */
START_TEST(iterations_end_at_the_discrepancy)
{
    const char *name = iterative[_i];
    struct atw_tilt_series *series = create_series(30.0);
    struct atw_stopping none = {0}, rule = {0};
    double residual[12], stopped[12], expected[12];
    struct atw_field *field, *same;
    size_t done, count;

    atw_field_destroy(solve(series, name, 12, &none, residual, &done));
    /* os-em begins its last quarter anew for another number of passes. */
    rule.discrepancy = strcmp(name, "os-em") ? 0.5 * (residual[6] + residual[7]) : 0.2;
    field = solve(series, name, 12, &rule, stopped, &done);
    if (strcmp(name, "os-em") != 0)
        ck_assert_uint_eq(done, 8);
    ck_assert_uint_gt(done, 1);
    ck_assert_uint_lt(done, 12);
    ck_assert_double_le(stopped[done - 1], rule.discrepancy);
    same = solve(series, name, done, &none, expected, &count);
    check_same(field, same);
    for (size_t i = 0; i < done; i++)
        ck_assert_double_eq(stopped[i], expected[i]);
    atw_field_destroy(field);
    atw_field_destroy(same);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(a_discrepancy_out_of_reach_runs_all)
{
    struct atw_tilt_series *series = create_series(30.0);
    struct atw_stopping rule = {.discrepancy = 1e-9};
    double residual[5];
    size_t done;

    atw_field_destroy(solve(series, "em", 5, &rule, residual, &done));
    ck_assert_uint_eq(done, 5);
    atw_tilt_series_destroy(series);
}
END_TEST

/* Of noisy data too many iterations fit the noise (not of tv). The rule must stop where
 * the image is about best, and give the image of all views at that count. */
START_TEST(held_out_views_stop_near_the_best_image)
{
    struct atw_tilt_series *series = create_series(3.0);
    struct atw_stopping rule = {.hold_out = 4}, none = {0};
    double residual[MOST], best = INFINITY, last = 0.0;
    size_t done, count;
    struct atw_field *field = solve(series, iterative[_i], MOST, &rule, residual, &done);

    ck_assert_uint_ge(done, 2);
    ck_assert_uint_lt(done, MOST);
    for (size_t n = 1; n <= MOST; n++) {
        struct atw_field *other =
            solve(series, iterative[_i], n, &none, residual, &count);

        last = truth_error(other);
        best = fmin(best, last);
        if (n == done)
            check_same(field, other);
        atw_field_destroy(other);
    }
    ck_assert_msg(truth_error(field) < 1.15 * best, "%s: %zu iterations: %g, best %g",
                  iterative[_i], done, truth_error(field), best);
    ck_assert_double_gt(last, 1.1 * best);
    atw_field_destroy(field);
    atw_tilt_series_destroy(series);
}
END_TEST

static double error_at(const struct atw_tilt_series *series, double weight)
{
    struct atw_projection_geometry geometry = geometry_of(series);
    struct atw_reconstruction_options options = {.iterations = 40,
                                                 .regularisation = weight};
    struct atw_field *field = NULL;
    struct atw_projector *projector = NULL;
    double error;
    struct atw_error err;

    CHECK_OK(atw_projector_create(&projector, &geometry, &err));
    CHECK_OK(atw_reconstruct_with(&field, projector, series, find("tv"), &options, &err));
    error = truth_error(field);
    atw_field_destroy(field);
    atw_projector_destroy(projector);
    return error;
}

/* The more noise, the more penalty, and its image is about the best that any weight
 * gives. */
START_TEST(held_out_views_choose_the_penalty)
{
    static const double counts[] = {0.3, 10.0, 1000.0};
    struct atw_stopping rule = {.hold_out = 4};
    double residual[40], before = INFINITY;
    size_t done;

    for (int i = 0; i < 3; i++) {
        struct atw_tilt_series *series = create_series(counts[i]);
        struct atw_field *field = solve(series, "tv", 40, &rule, residual, &done);
        double best = INFINITY, error = truth_error(field);

        ck_assert_uint_eq(done, 40);
        for (double weight = 0.02 / 64.0; weight < 1.0; weight *= 2.0)
            best = fmin(best, error_at(series, weight));
        printf("  %g counts: weight %g, error %.4f, best %.4f, usual %.4f\n", counts[i],
               penalty, error, best, error_at(series, 0.02));
        ck_assert_double_lt(penalty, before);
        ck_assert_double_eq(error, error_at(series, penalty));
        ck_assert_double_lt(error, 1.15 * best);
        before = penalty;
        atw_field_destroy(field);
        atw_tilt_series_destroy(series);
    }
}
END_TEST

/* The views held out are not seen: what is in them does not reach the trial, only the
 * count. Noise-free data keep improving. */
START_TEST(consistent_views_never_stop)
{
    struct atw_tilt_series *series = create_series(0.0);
    struct atw_stopping rule = {.hold_out = 3};
    double residual[25];
    size_t done;

    atw_field_destroy(solve(series, "em", 25, &rule, residual, &done));
    ck_assert_uint_eq(done, 25);
    atw_tilt_series_destroy(series);
}
END_TEST

static void refused(const char *name,
                    const struct atw_stopping *stopping,
                    size_t iterations,
                    const char *text)
{
    struct atw_tilt_series *series = create_series(30.0);
    struct atw_projection_geometry geometry = geometry_of(series);
    struct atw_reconstruction_options options = {.iterations = iterations};
    struct atw_field *field = NULL;
    double residual[5];
    size_t done;
    struct atw_error err;

    CHECK_FAILS(atw_reconstruct_until(&field, residual, &done, &penalty, &geometry,
                                      series, find(name), &options, stopping, &err),
                ATW_EINVAL, text);
    ck_assert_ptr_null(field);
    atw_tilt_series_destroy(series);
}

START_TEST(bad_rules_are_refused)
{
    const double bad[] = {-0.1, NAN, INFINITY};

    for (int i = 0; i < 3; i++)
        refused("em", &(struct atw_stopping){.discrepancy = bad[i]}, 5, "discrepancy");
    refused("em", &(struct atw_stopping){.hold_out = 1}, 5, "give 2 to 41");
    refused("em", &(struct atw_stopping){.hold_out = 42}, 5, "one view in 42 of 21");
    refused("wbp", &(struct atw_stopping){.hold_out = 3}, 5, "one step");
    refused("wbp", &(struct atw_stopping){.discrepancy = 0.1}, 5, "one step");
    refused("em", &(struct atw_stopping){0}, 0, "zero iterations");
}
END_TEST

static int method_count(void)
{
    int count = 0;

    while (atw_reconstruction_methods[count])
        count++;
    return count;
}

/* Numbers at the ends of what is allowed, and of what floats hold. */
START_TEST(extreme_data_stay_finite)
{
    static const float scale[] = {1e30f, 1e-30f, 1e-38f, 1e-45f};
    const struct atw_reconstruction_method *method = atw_reconstruction_methods[_i];
    struct atw_stopping none = {0};
    double residual[5];
    size_t done;

    for (int k = 0; k < 4; k++) {
        struct atw_tilt_series *series = create_series(0.0);
        struct atw_field *field;

        for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
            series->value[i] *= scale[k] / 40.0f;
        series->value[77] = scale[k];
        field = solve(series, method->name, 5, &none, residual, &done);
        for (size_t i = 0; i < N * N_SLICE * N; i++)
            ck_assert_msg(isfinite(field->value[i]), "%s at %g: voxel %zu", method->name,
                          (double)scale[k], i);
        for (size_t i = 0; i < done && !method->is_direct; i++)
            ck_assert(isfinite(residual[i]));
        atw_field_destroy(field);
        atw_tilt_series_destroy(series);
    }
}
END_TEST

START_TEST(data_beyond_the_limit_are_refused)
{
    struct atw_tilt_series *series = create_series(0.0);
    struct atw_grid grid = atw_reconstruction_default_grid(series);
    struct atw_field *field = NULL;
    struct atw_error err;

    series->value[100] = 1.1e30f;
    CHECK_FAILS(atw_reconstruct(&field, series, &grid, atw_reconstruction_methods[_i],
                                NULL, &err),
                ATW_EINPUT, "below 1e30");
    atw_tilt_series_destroy(series);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stopping");
    TCase *rules = tcase_create("rules");

    tcase_add_loop_test(rules, without_a_rule_all_iterations_run, 0, 5);
    tcase_add_loop_test(rules, iterations_end_at_the_discrepancy, 0, 5);
    tcase_add_test(rules, a_discrepancy_out_of_reach_runs_all);
    tcase_add_loop_test(rules, held_out_views_stop_near_the_best_image, 0, 4);
    tcase_add_test(rules, held_out_views_choose_the_penalty);
    tcase_add_test(rules, consistent_views_never_stop);
    tcase_add_test(rules, bad_rules_are_refused);
    tcase_add_loop_test(rules, extreme_data_stay_finite, 0, method_count());
    tcase_add_loop_test(rules, data_beyond_the_limit_are_refused, 0, method_count());
    suite_add_tcase(suite, rules);
    return atw_test_run(suite);
}
