/* Voxels as cubes: the width of their shadows, and what is kept. */
#include <math.h>
#include <stdio.h>

#include "core/constants.h"
#include "microscope/cubes.h"
#include "support/support.h"

enum { N = 41, N_U = 120, N_TILT = 200 };

#define VOXEL_NM 0.6
#define FINE_NM 0.271 /* no part of the voxel: all phases alike */
#define WIDTH_NM 1.5

static double tilt_rad[N_TILT];

/* So wide that sampling it does not show. */
static struct atw_field *create_ball(void)
{
    const struct atw_grid grid = {N, 1, N, VOXEL_NM * 1e-9};
    struct atw_field *ball = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&ball, &grid, &err));
    for (size_t z = 0; z < N; z++)
        for (size_t x = 0; x < N; x++) {
            double a = atw_grid_position_m(x, N, VOXEL_NM);
            double b = atw_grid_position_m(z, N, VOXEL_NM);

            ball->value[z * N + x] =
                (float)exp(-0.5 * (a * a + b * b) / pow(WIDTH_NM, 2.0));
        }
    return ball;
}

static struct atw_tilt_series *project(const struct atw_field *ball)
{
    const struct atw_projection_geometry geometry = {.grid = ball->grid,
                                                     .n_u = N_U,
                                                     .pixel_m = FINE_NM * 1e-9,
                                                     .n_tilt = N_TILT,
                                                     .tilt_rad = tilt_rad};
    struct atw_tilt_series *series = NULL;
    struct atw_error err;

    CHECK_OK(atw_cubes_project(&series, ball, &geometry, &err));
    return series;
}

/* Variances of ball, shadow of a cube and detector add, in the mean over tilts (one view
 * is off by the rounding of the projector's rows); the boxes of the projector alone are
 * h^2/24 short of it at most, a third of that on average. */
START_TEST(shadows_are_those_of_cubes)
{
    double expected =
        WIDTH_NM * WIDTH_NM + (VOXEL_NM * VOXEL_NM + FINE_NM * FINE_NM) / 12.0;
    struct atw_field *ball = create_ball();
    struct atw_tilt_series *series;
    double excess = 0.0;

    for (unsigned i = 0; i < N_TILT; i++)
        tilt_rad[i] = ATW_PI * (atw_test_uniform(1, i) - 0.5);
    series = project(ball);
    for (size_t view = 0; view < N_TILT; view++) {
        const float *row = atw_tilt_series_view(series, view);
        double sum = 0.0, squares = 0.0;

        for (size_t u = 0; u < N_U; u++) {
            sum += (double)row[u];
            squares += (double)row[u] * pow(atw_grid_position_m(u, N_U, FINE_NM), 2.0);
        }
        ck_assert_double_eq_tol(sum * FINE_NM, atw_field_sum(ball) * VOXEL_NM * VOXEL_NM,
                                1e-3);
        excess += (squares / sum - expected) / N_TILT;
    }
    printf("  variance beyond that of cubes: %.5f nm2\n", excess);
    ck_assert_double_eq_tol(excess, 0.0, 0.15 * VOXEL_NM * VOXEL_NM / 24.0);
    atw_tilt_series_destroy(series);
    atw_field_destroy(ball);
}
END_TEST

START_TEST(box_is_the_cube_along_the_axes_and_least_between)
{
    ck_assert_double_eq_tol(atw_projector_box_variance(0.0), 1.0 / 12.0, 1e-12);
    ck_assert_double_eq_tol(atw_projector_box_variance(-ATW_PI / 2.0), 1.0 / 12.0, 1e-12);
    ck_assert_double_eq_tol(atw_projector_box_variance(ATW_PI / 4.0), 1.0 / 24.0, 1e-12);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cubes");
    TCase *tests = tcase_create("cubes");

    tcase_add_test(tests, shadows_are_those_of_cubes);
    tcase_add_test(tests, box_is_the_cube_along_the_axes_and_least_between);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
