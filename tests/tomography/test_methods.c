/* Methods one by one: conjugate gradients, weighted back projection, total variation, and
 * all of them against what other programs reach. */
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/constants.h"
#include "core/random.h"
#include "support/support.h"
#include "tomography/discs.h"
#include "tomography/reconstruction.h"

static const struct atw_reconstruction_method *find(const char *name)
{
    const struct atw_reconstruction_method *method = NULL;
    struct atw_error err;

    CHECK_OK(atw_reconstruction_find(&method, name, &err));
    return method;
}

static struct atw_field *solve(const struct atw_tilt_series *series,
                               const char *name,
                               const struct atw_reconstruction_options *options)
{
    struct atw_grid grid = atw_reconstruction_default_grid(series);
    struct atw_field *field = NULL;
    struct atw_error err;

    CHECK_OK(atw_reconstruct(&field, series, &grid, find(name), options, &err));
    return field;
}

START_TEST(errors_are_those_of_other_programs)
{
    const struct discs_peer *peer = &discs_peers[_i];
    struct atw_reconstruction_options options = {.iterations = peer->iterations};
    struct atw_tilt_series *series = discs_series(1);
    struct atw_field *field = solve(series, peer->method, &options);

    ck_assert_double_eq_tol(discs_error(field->value, 1), peer->error, peer->tolerance);
    atw_field_destroy(field);
    atw_tilt_series_destroy(series);
}
END_TEST

/* ---- conjugate gradients ---- */

#define N 10
#define N_VIEW 8
#define N_ROW (N_VIEW * N)
#define N_COLUMN (N * N)

static struct atw_tilt_series *small_series(void)
{
    struct atw_tilt_series *series = NULL;
    double tilt_rad[N_VIEW];
    struct atw_error err;

    for (int i = 0; i < N_VIEW; i++)
        tilt_rad[i] = 0.35 * (i - 3.5);
    CHECK_OK(atw_tilt_series_create(&series, N_VIEW, 2, N, 1e-9, tilt_rad, &err));
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] = (float)(2.0 + sin(1.7 * (double)i));
    return series;
}

/* [column][row], of one slice. */
static void dense_matrix(const struct atw_tilt_series *series,
                         double matrix[N_COLUMN][N_ROW])
{
    struct atw_projection_geometry geometry = {.grid = {N, 1, N, 1e-9},
                                               .n_u = N,
                                               .pixel_m = 1e-9,
                                               .n_tilt = N_VIEW,
                                               .tilt_rad = series->tilt_rad};
    struct atw_projector *projector = NULL;
    struct atw_error err;

    CHECK_OK(atw_projector_create(&projector, &geometry, &err));
    for (int j = 0; j < N_COLUMN; j++) {
        float unit[N_COLUMN] = {0.0f}, view[N_ROW];

        unit[j] = 1.0f;
        CHECK_OK(atw_projector_forward(projector, unit, view, &err));
        for (int i = 0; i < N_ROW; i++)
            matrix[j][i] = (double)view[i];
    }
    atw_projector_destroy(projector);
}

static double dot(const double *a, const double *b, int n)
{
    double sum = 0.0;

    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The textbook, in double precision. */
static void dense_cgls(double matrix[N_COLUMN][N_ROW], double *r, int steps, double *x)
{
    double s[N_COLUMN], p[N_COLUMN], q[N_ROW], gamma, last;

    for (int j = 0; j < N_COLUMN; j++)
        p[j] = s[j] = dot(matrix[j], r, N_ROW);
    gamma = dot(s, s, N_COLUMN);
    memset(x, 0, N_COLUMN * sizeof *x);
    for (int k = 0; k < steps; k++) {
        double alpha;

        memset(q, 0, sizeof q);
        for (int j = 0; j < N_COLUMN; j++)
            for (int i = 0; i < N_ROW; i++)
                q[i] += matrix[j][i] * p[j];
        alpha = gamma / dot(q, q, N_ROW);
        for (int j = 0; j < N_COLUMN; j++)
            x[j] += alpha * p[j];
        for (int i = 0; i < N_ROW; i++)
            r[i] -= alpha * q[i];
        for (int j = 0; j < N_COLUMN; j++)
            s[j] = dot(matrix[j], r, N_ROW);
        last = gamma;
        gamma = dot(s, s, N_COLUMN);
        for (int j = 0; j < N_COLUMN; j++)
            p[j] = s[j] + gamma / last * p[j];
    }
}

START_TEST(conjugate_gradients_equal_the_textbook)
{
    static double matrix[N_COLUMN][N_ROW];
    struct atw_tilt_series *series = small_series();
    struct atw_reconstruction_options options = {.iterations = 3};
    struct atw_field *field = solve(series, "cgls", &options);

    dense_matrix(series, matrix);
    for (int y = 0; y < 2; y++) {
        double r[N_ROW], x[N_COLUMN];

        for (int i = 0; i < N_ROW; i++)
            r[i] = (double)series->value[(i / N * 2 + y) * N + i % N];
        dense_cgls(matrix, r, 3, x);
        for (int j = 0; j < N_COLUMN; j++)
            ck_assert_double_eq_tol((double)field->value[(j / N * 2 + y) * N + j % N],
                                    x[j], 2e-5);
    }
    atw_field_destroy(field);
    atw_tilt_series_destroy(series);
}
END_TEST

/* A start image of the solution leaves nothing to do. */
START_TEST(conjugate_gradients_start_where_they_are_told)
{
    struct atw_tilt_series *series = small_series();
    struct atw_reconstruction_options options = {.iterations = 60};
    struct atw_field *first = solve(series, "cgls", &options), *then;

    options = (struct atw_reconstruction_options){.iterations = 2, .start = first->value};
    then = solve(series, "cgls", &options);
    for (size_t i = 0; i < 2 * N_COLUMN; i++)
        ck_assert_double_eq_tol((double)then->value[i], (double)first->value[i], 2e-2);
    atw_field_destroy(first);
    atw_field_destroy(then);
    atw_tilt_series_destroy(series);
}
END_TEST

/* ---- weighted back projection ---- */

#define N_TURN 180

/* Mean within r voxels of the middle: value 1 there, outside the off-centre disc. */
static double mean_about(const float *volume, double x0, double z0, double r)
{
    double sum = 0.0, count = 0.0;

    for (int z = 0; z < N_DISC; z++)
        for (int x = 0; x < N_DISC; x++)
            if (hypot(x - x0, z - z0) <= r) {
                sum += (double)volume[z * N_DISC + x];
                count += 1.0;
            }
    return sum / count;
}

START_TEST(back_projection_of_a_half_turn_is_quantitative)
{
    static const char *const names[] = {"ram-lak", "shepp-logan", "cosine", "hamming",
                                        "hann"};
    struct atw_reconstruction_options options = {.iterations = 1};
    double tilt_rad[N_TURN], middle = 0.5 * (N_DISC - 1);
    struct atw_tilt_series *series;
    struct atw_field *field;
    struct atw_error err;

    for (int i = 0; i < N_TURN; i++)
        tilt_rad[i] = (i - 90) * ATW_DEGREE_RAD;
    series = discs_series_at(1, N_TURN, tilt_rad);
    CHECK_OK(atw_reconstruction_filter_find(&options.filter, names[_i], &err));
    field = solve(series, "wbp", &options);
    /* Values 1 and 2.5; the truncated line of bins leaves a few tenths of a percent. */
    ck_assert_double_eq_tol(mean_about(field->value, middle - 40, middle - 30, 25), 1.0,
                            0.005);
    ck_assert_double_eq_tol(
        mean_about(field->value, middle + 0.13 * N_DISC, middle + 0.09 * N_DISC, 25), 2.5,
        0.0125);
    ck_assert_double_le(discs_error(field->value, 1), 0.06);
    atw_field_destroy(field);
    atw_tilt_series_destroy(series);
}
END_TEST

/* Every third angle three times, in another order and turned by half a turn. */
START_TEST(repeated_angles_count_once)
{
    struct atw_tilt_series *series = small_series(), *repeated = NULL;
    double tilt_rad[N_VIEW + 6];
    struct atw_field *a, *b;
    struct atw_error err;

    for (size_t i = 0; i < N_VIEW + 6; i++)
        tilt_rad[i] =
            series->tilt_rad[i < N_VIEW ? N_VIEW - 1 - i : (i - N_VIEW) / 2 * 3];
    CHECK_OK(atw_tilt_series_create(&repeated, N_VIEW + 6, 2, N, 1e-9, tilt_rad, &err));
    for (size_t i = 0; i < N_VIEW + 6; i++)
        memcpy(atw_tilt_series_view(repeated, i),
               atw_tilt_series_view(series,
                                    i < N_VIEW ? N_VIEW - 1 - i : (i - N_VIEW) / 2 * 3),
               2 * N * sizeof(float));
    a = solve(series, "wbp", NULL);
    b = solve(repeated, "wbp", NULL);
    for (int i = 0; i < 2 * N_COLUMN; i++)
        ck_assert_double_eq_tol((double)a->value[i], (double)b->value[i], 1e-5);
    atw_field_destroy(a);
    atw_field_destroy(b);
    atw_tilt_series_destroy(series);
    atw_tilt_series_destroy(repeated);
}
END_TEST

START_TEST(unknown_filters_are_refused)
{
    enum atw_reconstruction_filter filter = ATW_FILTER_COSINE;
    struct atw_error err;

    CHECK_FAILS(atw_reconstruction_filter_find(&filter, "coffee", &err), ATW_EINVAL,
                "hamming, hann");
    ck_assert_int_eq(filter, ATW_FILTER_COSINE);
}
END_TEST

/* ---- total variation ---- */

START_TEST(without_penalty_it_is_em)
{
    struct atw_tilt_series *series = small_series();
    struct atw_reconstruction_options options = {.iterations = 9, .regularisation = 1e-9};
    struct atw_field *em = solve(series, "em", &options);
    struct atw_field *tv = solve(series, "tv", &options);

    for (int i = 0; i < 2 * N_COLUMN; i++)
        ck_assert_double_eq_tol((double)tv->value[i], (double)em->value[i], 1e-4);
    atw_field_destroy(em);
    atw_field_destroy(tv);
    atw_tilt_series_destroy(series);
}
END_TEST

/* About 40 counts in the brightest pixel. */
START_TEST(total_variation_beats_em_on_noisy_counts)
{
    struct atw_random_key key = {.seed = 3, .stage = ATW_RANDOM_TEST};
    struct atw_tilt_series *series = discs_series(1);
    struct atw_reconstruction_options options = {.iterations = 40};
    struct atw_field *em = NULL, *tv = NULL;
    struct atw_error err;
    gsl_rng *rng = NULL;

    CHECK_OK(atw_random_create(&rng, &key, &err));
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] =
            5.0f * (float)gsl_ran_poisson(rng, 0.2 * (double)series->value[i]);
    gsl_rng_free(rng);
    em = solve(series, "em", NULL);
    tv = solve(series, "tv", &options);
    ck_assert_msg(discs_error(tv->value, 1) < 0.6 * discs_error(em->value, 1),
                  "RMSE %g, EM %g", discs_error(tv->value, 1), discs_error(em->value, 1));
    atw_field_destroy(em);
    atw_field_destroy(tv);
    atw_tilt_series_destroy(series);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reconstruction_methods");
    TCase *tests = tcase_create("methods");

    tcase_add_loop_test(tests, errors_are_those_of_other_programs, 0, N_DISCS_PEER);
    tcase_add_test(tests, conjugate_gradients_equal_the_textbook);
    tcase_add_test(tests, conjugate_gradients_start_where_they_are_told);
    tcase_add_loop_test(tests, back_projection_of_a_half_turn_is_quantitative, 0, 5);
    tcase_add_test(tests, repeated_angles_count_once);
    tcase_add_test(tests, unknown_filters_are_refused);
    tcase_add_test(tests, without_penalty_it_is_em);
    tcase_add_test(tests, total_variation_beats_em_on_noisy_counts);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
