/* Reconstruction methods: two ways, invariants, recovery, degenerate input, errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "core/constants.h"
#include "core/parallel.h"
#include "core/random.h"
#include "projection/projector.h"
#include "support/support.h"
#include "tomography/discs.h"
#include "tomography/reconstruction.h"

#define N 12 /* small problems: N x N voxels, N pixels */
#define N_SLICE 19
#define N_VIEW 9

static const struct atw_reconstruction_method *find(const char *name)
{
    const struct atw_reconstruction_method *method = NULL;
    struct atw_error err;

    CHECK_OK(atw_reconstruction_find(&method, name, &err));
    return method;
}

static struct atw_tilt_series *create_series(size_t n_tilt, size_t n_v, size_t n_u)
{
    struct atw_tilt_series *series = NULL;
    struct atw_error err;
    double tilt_rad[200];

    for (size_t i = 0; i < n_tilt; i++)
        tilt_rad[i] =
            1.3 * (n_tilt > 1 ? 2.0 * (double)i / (double)(n_tilt - 1) - 1.0 : 0);
    CHECK_OK(atw_tilt_series_create(&series, n_tilt, n_v, n_u, 1e-9, tilt_rad, &err));
    return series;
}

static struct atw_projector *create_projector(const struct atw_tilt_series *series)
{
    struct atw_projection_geometry geometry = {
        .grid = atw_reconstruction_default_grid(series),
        .n_u = series->n_u,
        .pixel_m = series->pixel_m,
        .n_tilt = series->n_tilt,
        .tilt_rad = series->tilt_rad};
    struct atw_projector *projector = NULL;
    struct atw_error err;

    CHECK_OK(atw_projector_create(&projector, &geometry, &err));
    return projector;
}

/* Counts with zeros among them. */
static void fill_poisson(struct atw_tilt_series *series, unsigned seed, double mean)
{
    struct atw_random_key key = {.seed = seed, .stage = ATW_RANDOM_TEST};
    struct atw_error err;
    gsl_rng *rng = NULL;

    CHECK_OK(atw_random_create(&rng, &key, &err));
    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        series->value[i] = (float)gsl_ran_poisson(rng, mean);
    gsl_rng_free(rng);
}

/* ---- two ways: a dense matrix, taken from the projector column by column ---- */

#define N_COLUMN (N * N)
#define N_ROW (N_VIEW * N)

static double *dense_matrix(void)
{
    struct atw_tilt_series *series = create_series(N_VIEW, 1, N);
    struct atw_projector *projector = create_projector(series);
    double *matrix = calloc(N_ROW * N_COLUMN, sizeof *matrix);
    float unit[N_COLUMN] = {0.0f};
    struct atw_error err;

    ck_assert_ptr_nonnull(matrix);
    for (int j = 0; j < N_COLUMN; j++) {
        unit[j] = 1.0f;
        CHECK_OK(atw_projector_forward(projector, unit, series->value, &err));
        unit[j] = 0.0f;
        for (int i = 0; i < N_ROW; i++)
            matrix[i * N_COLUMN + j] = (double)series->value[i];
    }
    atw_projector_destroy(projector);
    atw_tilt_series_destroy(series);
    return matrix;
}

static void multiply(const double *matrix, const double *x, double *y)
{
    for (int i = 0; i < N_ROW; i++) {
        y[i] = 0.0;
        for (int j = 0; j < N_COLUMN; j++)
            y[i] += matrix[i * N_COLUMN + j] * x[j];
    }
}

static void multiply_transposed(const double *matrix, const double *y, double *x)
{
    for (int j = 0; j < N_COLUMN; j++) {
        x[j] = 0.0;
        for (int i = 0; i < N_ROW; i++)
            x[j] += matrix[i * N_COLUMN + j] * y[i];
    }
}

static double misfit(const double *b, const double *p)
{
    double sum = 0.0;

    for (int i = 0; i < N_ROW; i++)
        sum += (b[i] - p[i]) * (b[i] - p[i]);
    return sum;
}

/* One step of the method as its file states it. Returns the squared misfit before. */
static double dense_step(const double *matrix, int is_em, const double *b, double *v)
{
    double p[N_ROW], back[N_COLUMN], rows[N_ROW], columns[N_COLUMN];
    double ones[N_ROW > N_COLUMN ? N_ROW : N_COLUMN];
    double sum;

    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++)
        ones[i] = 1.0;
    multiply(matrix, ones, rows);
    multiply_transposed(matrix, ones, columns);
    multiply(matrix, v, p);
    sum = misfit(b, p);
    for (int i = 0; i < N_ROW; i++)
        p[i] = is_em ? b[i] / p[i] : (b[i] - p[i]) / rows[i];
    multiply_transposed(matrix, p, back);
    for (int j = 0; j < N_COLUMN; j++)
        v[j] =
            is_em ? v[j] * back[j] / columns[j] : fmax(0.0, v[j] + back[j] / columns[j]);
    return sum;
}

static double squares(const struct atw_tilt_series *series)
{
    double sum = 0.0;

    for (size_t i = 0; i < atw_tilt_series_pixel_count(series); i++)
        sum += (double)series->value[i] * (double)series->value[i];
    return sum;
}

START_TEST(methods_equal_dense_linear_algebra)
{
    int is_em = _i == 0;
    struct atw_tilt_series *series = create_series(N_VIEW, N_SLICE, N);
    struct atw_projector *projector = create_projector(series);
    struct atw_reconstruction_options options = {.iterations = 7};
    static float volume[N][N_SLICE][N];
    double residual[7], expected[7] = {0.0};
    double *matrix = dense_matrix();
    struct atw_error err;

    fill_poisson(series, 4, 3.0);
    CHECK_OK(
        find(is_em ? "em" : "sirt")
            ->run(projector, series->value, &options, &volume[0][0][0], residual, &err));
    for (int y = 0; y < N_SLICE; y++) {
        double b[N_ROW], v[N_COLUMN];

        for (int i = 0; i < N_ROW; i++)
            b[i] = (double)series->value[(i / N * N_SLICE + y) * N + i % N];
        for (int j = 0; j < N_COLUMN; j++)
            v[j] = is_em ? 1.0 : 0.0;
        for (int k = 0; k < 7; k++)
            expected[k] += dense_step(matrix, is_em, b, v);
        for (int j = 0; j < N_COLUMN; j++)
            ck_assert_double_eq_tol((double)volume[j / N][y][j % N], v[j],
                                    2e-5 * (v[j] + 0.01));
    }
    for (int k = 0; k < 7; k++)
        ck_assert_double_eq_tol(residual[k], sqrt(expected[k] / squares(series)), 1e-5);
    free(matrix);
    atw_projector_destroy(projector);
    atw_tilt_series_destroy(series);
}
END_TEST

/* ---- what EM guarantees ---- */

/* Poisson deviance of data from their expectation. */
static double deviance(const float *data, const float *expected, size_t count)
{
    double sum = 0.0;

    for (size_t i = 0; i < count; i++) {
        double b = (double)data[i], p = (double)expected[i];

        sum += p - b + (b > 0.0 ? b * log(b / p) : 0.0);
    }
    return 2.0 * sum;
}

START_TEST(em_keeps_the_counts_and_lowers_the_deviance)
{
    struct atw_tilt_series *series = create_series(N_VIEW, N_SLICE, N);
    struct atw_projector *projector = create_projector(series);
    const float *sensitivity = atw_projector_sensitivity(projector);
    size_t n_pixel = atw_tilt_series_pixel_count(series);
    float *projected = calloc(n_pixel, sizeof *projected);
    static float volume[N * N_SLICE * N];
    double counts = 0.0, last = INFINITY;
    struct atw_error err;

    fill_poisson(series, (unsigned)_i, _i % 2 ? 0.4 : 30.0);
    for (size_t i = 0; i < n_pixel; i++)
        counts += (double)series->value[i];
    for (size_t k = 1; k <= 12; k++) {
        struct atw_reconstruction_options options = {.iterations = k};
        double sum = 0.0, now;

        CHECK_OK(find("em")->run(projector, series->value, &options, volume, NULL, &err));
        for (size_t i = 0; i < N * N_SLICE * N; i++) {
            ck_assert(isfinite(volume[i]) && volume[i] >= 0.0f);
            sum += (double)volume[i] * (double)sensitivity[i / N / N_SLICE * N + i % N];
        }
        ck_assert_double_eq_tol(sum, counts, 3e-6 * counts);
        CHECK_OK(atw_projector_forward(projector, volume, projected, &err));
        now = deviance(series->value, projected, n_pixel);
        ck_assert_msg(now < last, "seed %d, iteration %zu: %g after %g", _i, k, now,
                      last);
        last = now;
    }
    free(projected);
    atw_projector_destroy(projector);
    atw_tilt_series_destroy(series);
}
END_TEST

/* ---- all methods ---- */

START_TEST(residual_falls_on_consistent_data)
{
    const struct atw_reconstruction_method *method = atw_reconstruction_methods[_i];
    struct atw_tilt_series *series = create_series(N_VIEW, N_SLICE, N);
    struct atw_projector *projector = create_projector(series);
    struct atw_reconstruction_options options = {
        .iterations = 15, .subsets = 2, .regularisation = 1e-9};
    static float volume[N * N_SLICE * N];
    double residual[15];
    struct atw_error err;

    for (int i = 0; i < N * N_SLICE * N; i++)
        volume[i] = (float)(1.0 + sin(0.37 * i));
    CHECK_OK(atw_projector_forward(projector, volume, series->value, &err));
    CHECK_OK(method->run(projector, series->value, &options, volume, residual, &err));
    for (int k = 1; k < 15 && method->iterations > 1; k++)
        ck_assert_double_lt(residual[k], residual[k - 1]);
    ck_assert_double_lt(residual[14], method->iterations > 1 ? 0.05 : 0.5);
    atw_projector_destroy(projector);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(thread_count_does_not_change_a_bit)
{
    const struct atw_reconstruction_method *method = atw_reconstruction_methods[_i];
    struct atw_tilt_series *series = create_series(N_VIEW, 4 * N_SLICE, N);
    struct atw_projector *projector = create_projector(series);
    struct atw_reconstruction_options options = {.iterations = 4};
    static float volume[2][4 * N * N_SLICE * N];
    double residual[2][4];
    struct atw_error err;

    fill_poisson(series, 9, 5.0);
    for (int i = 0; i < 2; i++) {
        atw_parallel_set_thread_count(i ? 3 : 1);
        CHECK_OK(method->run(projector, series->value, &options, volume[i], residual[i],
                             &err));
    }
    ck_assert_mem_eq(volume[0], volume[1], sizeof volume[0]);
    ck_assert_mem_eq(residual[0], residual[1], sizeof residual[0]);
    atw_projector_destroy(projector);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(degenerate_data_stay_finite)
{
    const struct atw_reconstruction_method *method = atw_reconstruction_methods[_i];
    static const float scale[] = {0.0f, 1e-30f, 1e-20f, 1e30f};
    struct atw_error err;

    for (size_t n_view = 1; n_view <= 3; n_view += 2)
        for (size_t k = 0; k < sizeof scale / sizeof *scale; k++) {
            struct atw_tilt_series *series = create_series(n_view, 2, 9);
            /* Corners and sides of this grid are never seen. */
            struct atw_grid grid = {31, 2, 15, 1e-9};
            struct atw_reconstruction_options options = {.iterations = 40};
            struct atw_field *field = NULL;
            double sum = 0.0;

            /* One bright pixel among zeros drives most voxels to zero. */
            series->value[4] = scale[k];
            CHECK_OK(atw_reconstruct(&field, series, &grid, method, &options, &err));
            CHECK_OK(atw_field_check_finite(field, method->name, &err));
            sum = atw_field_sum(field);
            ck_assert_msg(scale[k] > 0.0f ? sum != 0.0 : sum == 0.0, "%s, scale %g: %g",
                          method->name, (double)scale[k], sum);
            if (n_view == 1)
                ck_assert_float_eq(field->value[atw_grid_index(&grid, 0, 0, 7)], 0.0f);
            atw_field_destroy(field);
            atw_tilt_series_destroy(series);
        }
}
END_TEST

START_TEST(reusing_a_projector_gives_the_same)
{
    struct atw_tilt_series *series = create_series(N_VIEW, N_SLICE, N);
    struct atw_projector *projector = create_projector(series);
    struct atw_grid grid = atw_reconstruction_default_grid(series);
    struct atw_field *a = NULL, *b = NULL;
    struct atw_error err;

    fill_poisson(series, 5, 5.0);
    CHECK_OK(atw_reconstruct(&a, series, &grid, find("em"), NULL, &err));
    CHECK_OK(atw_reconstruct_with(&b, projector, series, find("em"), NULL, &err));
    ck_assert(atw_grid_equal(&a->grid, &grid));
    ck_assert_mem_eq(a->value, b->value, N * N_SLICE * N * sizeof(float));
    atw_field_destroy(a);
    atw_field_destroy(b);
    atw_projector_destroy(projector);
    atw_tilt_series_destroy(series);
}
END_TEST

/* ---- recovery ---- */

START_TEST(em_recovers_the_disc_phantom)
{
    struct atw_tilt_series *series = discs_series(1);
    struct atw_grid grid = atw_reconstruction_default_grid(series);
    struct atw_field *field = NULL;
    struct atw_error err;
    double error;

    CHECK_OK(atw_reconstruct(&field, series, &grid, find("em"), NULL, &err));
    error = discs_error(field->value, 1);
    ck_assert_msg(error <= 0.086, "RMSE %g", error);
    atw_field_destroy(field);
    atw_tilt_series_destroy(series);
}
END_TEST

/* ---- errors ---- */

START_TEST(unknown_methods_are_refused)
{
    const struct atw_reconstruction_method *method = NULL;
    struct atw_error err;

    CHECK_FAILS(atw_reconstruction_find(&method, "magic", &err), ATW_EINVAL, "em, sirt");
    ck_assert_ptr_null(method);
}
END_TEST

START_TEST(bad_data_are_refused)
{
    struct atw_tilt_series *series = create_series(3, 2, 5);
    struct atw_grid grid = atw_reconstruction_default_grid(series);
    struct atw_reconstruction_options none = {.iterations = 0};
    struct atw_field *field = (struct atw_field *)1;
    struct atw_error err;

    CHECK_FAILS(atw_reconstruct(&field, series, &grid, find("em"), &none, &err),
                ATW_EINVAL, "at least one");
    series->value[13] = -2.0f;
    CHECK_FAILS(atw_reconstruct(&field, series, &grid, find("em"), NULL, &err),
                ATW_EINPUT, "pixel (u 3, v 0) of view 2 is -2");
    CHECK_OK(atw_reconstruct(&field, series, &grid, find("sirt"), NULL, &err));
    atw_field_destroy(field);
    series->value[13] = NAN;
    CHECK_FAILS(atw_reconstruct(&field, series, &grid, find("em"), NULL, &err),
                ATW_EINPUT, "nan");
    CHECK_FAILS(atw_reconstruct(&field, series, &grid, find("sirt"), NULL, &err),
                ATW_EINPUT, "finite");
    ck_assert_ptr_null(field);
    atw_tilt_series_destroy(series);
}
END_TEST

/* Opposite views are one direction. */
START_TEST(one_direction_makes_no_volume)
{
    double tilt_rad[3] = {0.5, 0.5, 0.5 - M_PI};
    struct atw_tilt_series *series = NULL;
    struct atw_error err;

    CHECK_OK(atw_tilt_series_create(&series, 1, 2, 4, 1e-9, tilt_rad, &err));
    CHECK_FAILS(atw_reconstruction_check_views(series, &err), ATW_EINPUT,
                "the series has 1 view, taken at 28.65 degrees: a volume needs views "
                "from two directions at least");
    atw_tilt_series_destroy(series);
    CHECK_OK(atw_tilt_series_create(&series, 3, 2, 4, 1e-9, tilt_rad, &err));
    CHECK_FAILS(atw_reconstruction_check_views(series, &err), ATW_EINPUT,
                "3 views, all taken at");
    series->tilt_rad[1] = 0.51;
    CHECK_OK(atw_reconstruction_check_views(series, &err));
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(grids_that_do_not_fit_are_refused)
{
    struct atw_tilt_series *series = create_series(3, 2, 5);
    struct atw_grid grid = atw_reconstruction_default_grid(series);
    struct atw_field *field = NULL;
    struct atw_error err;

    grid.n_y = 3;
    CHECK_FAILS(atw_reconstruct(&field, series, &grid, find("em"), NULL, &err),
                ATW_EINVAL, "3 slices from 2 detector rows");
    grid.n_y = 2;
    grid.spacing_m = 1.1e-9;
    CHECK_FAILS(atw_reconstruct(&field, series, &grid, find("em"), NULL, &err),
                ATW_EINVAL, "voxels of 1.1e-09 m");
    grid.spacing_m = 1e-9;
    grid.n_x = 0;
    CHECK_FAILS(atw_reconstruct(&field, series, &grid, find("em"), NULL, &err),
                ATW_EINVAL, "positive");
    ck_assert_ptr_null(field);
    atw_tilt_series_destroy(series);
}
END_TEST

START_TEST(series_that_do_not_fit_the_projector_are_refused)
{
    struct atw_tilt_series *series = create_series(3, 2, 5);
    struct atw_projector *projector = create_projector(series);
    struct atw_field *field = NULL;
    struct atw_error err;

    series->tilt_rad[1] += 0.01;
    CHECK_FAILS(atw_reconstruct_with(&field, projector, series, find("em"), NULL, &err),
                ATW_EINVAL, "view 2");
    series->pixel_m = 2e-9;
    CHECK_FAILS(atw_reconstruct_with(&field, projector, series, find("em"), NULL, &err),
                ATW_EINVAL, "pixels of 2e-09 m");
    series->n_v = 1;
    CHECK_FAILS(atw_reconstruct_with(&field, projector, series, find("em"), NULL, &err),
                ATW_EINVAL, "does not fit");
    ck_assert_ptr_null(field);
    atw_projector_destroy(projector);
    atw_tilt_series_destroy(series);
}
END_TEST

static int method_count(void)
{
    int count = 0;

    while (atw_reconstruction_methods[count])
        count++;
    return count;
}

int main(void)
{
    Suite *suite = suite_create("reconstruction");
    TCase *tests = tcase_create("reconstruction");

    tcase_add_loop_test(tests, methods_equal_dense_linear_algebra, 0, 2);
    tcase_add_loop_test(tests, em_keeps_the_counts_and_lowers_the_deviance, 0, 6);
    tcase_add_loop_test(tests, residual_falls_on_consistent_data, 0, method_count());
    tcase_add_loop_test(tests, thread_count_does_not_change_a_bit, 0, method_count());
    tcase_add_loop_test(tests, degenerate_data_stay_finite, 0, method_count());
    tcase_add_test(tests, reusing_a_projector_gives_the_same);
    tcase_add_test(tests, em_recovers_the_disc_phantom);
    tcase_add_test(tests, unknown_methods_are_refused);
    tcase_add_test(tests, bad_data_are_refused);
    tcase_add_test(tests, one_direction_makes_no_volume);
    tcase_add_test(tests, grids_that_do_not_fit_are_refused);
    tcase_add_test(tests, series_that_do_not_fit_the_projector_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
