/* States of rods in two coordinates: closed forms, order, amount, and the general solver.
 */
#include <math.h>
#include <stdio.h>

#include "diffusion/axial.h"
#include "diffusion/family.h"
#include "diffusion/particle.h"
#include "support/support.h"

#define NM 1e-9
#define NM2 1e-18
#define TOLERANCE 1e-7

static struct atw_error err;

static struct atw_axial *
make(double radius, double half, double core, double core_half, double spacing)
{
    const struct atw_axial_rod metal = {radius * NM, half * NM};
    const struct atw_axial_rod inner = {core * NM, core_half * NM};
    struct atw_axial *axial = NULL;

    CHECK_OK(atw_axial_create(&axial, &metal, &inner, spacing * NM, TOLERANCE, &err));
    return axial;
}

/* Greatest error along a ray at an angle to the axis, of a ball or in the middle of a
 * long rod. */
static double error_of(double spacing,
                       double S,
                       double half,
                       double (*series)(double, double, double, double))
{
    struct atw_axial *axial = make(6.0, half, 4.3, half, spacing);
    struct atw_axial_state state;
    double greatest = 0.0;

    CHECK_OK(atw_axial_points_create(&state, axial, S * NM2, &err));
    for (int ray = 0; ray <= (half > 0.0 ? 0 : 6); ray++)
        for (double r = 0.0; r < 6.0; r += 0.037) {
            double angle = 0.2617993878 * ray;
            double value =
                atw_axial_value(&state, r * cos(angle) * NM, r * sin(angle) * NM);

            greatest = fmax(greatest, fabs(value - series(r, 6.0, 4.3, S)));
        }
    atw_axial_state_clear(&state);
    atw_axial_destroy(axial);
    return greatest;
}

static void
check_order(double half, double (*series)(double, double, double, double), double most)
{
    double coarse = error_of(0.4, 1.0, half, series);
    double fine = error_of(0.2, 1.0, half, series);

    printf("error %.2e, %.2e\n", coarse, fine);
    ck_assert_double_lt(fine, most);
    ck_assert_double_gt(coarse / fine, 3.0);
}

START_TEST(ball_follows_its_series)
{
    check_order(0.0, particle_sphere_series, 8e-4);
}
END_TEST

START_TEST(middle_of_a_long_rod_follows_the_bessel_series)
{
    check_order(20.0, particle_cylinder_series, 7e-4);
}
END_TEST

/* Rounding of the sums over 4e3 rings. */
START_TEST(amount_is_kept)
{
    struct atw_axial *axial = make(6.0, 5.0, 4.3, 4.0, 0.15);
    const double S_nm2[] = {0.0, 0.1, 2.0, 50.0};
    double first = 0.0;

    for (size_t i = 0; i < 4; i++) {
        struct atw_axial_state state;
        double amount;

        CHECK_OK(atw_axial_state_create(&state, axial, S_nm2[i] * NM2, &err));
        amount = atw_axial_amount_m3(axial, &state);
        if (i == 0)
            first = amount;
        ck_assert_double_eq_tol(amount, first, 1e-7 * first); /* single precision */
        atw_axial_state_clear(&state);
    }
    /* two capsules in closed form */
    ck_assert_double_eq_tol(
        first / (NM * NM2),
        3.14159265359 * (36.0 * 10.0 + 288.0 - 4.3 * 4.3 * 8.0 - 4.0 / 3.0 * 79.507),
        1e-4 * first / (NM * NM2));
    atw_axial_destroy(axial);
}
END_TEST

static double greatest_against_voxels(double spacing)
{
    const struct atw_grid grid = {.n_x = 2 + (size_t)(9.0 / spacing) / 2 * 2,
                                  .n_y = 2 + (size_t)(17.0 / spacing) / 2 * 2,
                                  .n_z = 2 + (size_t)(9.0 / spacing) / 2 * 2,
                                  .spacing_m = spacing * NM};
    const double shift[3] = {0.0, 0.0, 0.0};
    struct atw_axial *axial = make(4.0, 4.0, 2.6, 4.0, 0.1);
    struct atw_diffusion_family *family = NULL;
    struct atw_axial_state state;
    struct atw_field *metal, *core, *composition;
    double greatest = 0.0;

    particle_rod_half_axis = 4.0;
    metal = particle_fill(&grid, particle_rod, 4.0, shift, 8);
    core = particle_fill(&grid, particle_rod, 2.6, shift, 8);
    composition = particle_composition(metal, core);
    CHECK_OK(atw_diffusion_family_create(&family, composition, metal, NULL, &err));
    CHECK_OK(atw_diffusion_family_at(family, 1.0 * NM2, composition, &err));
    CHECK_OK(atw_axial_points_create(&state, axial, 1.0 * NM2, &err));
    for (size_t z = 0; z < grid.n_z; z++)
        for (size_t y = 0; y < grid.n_y; y++)
            for (size_t x = 0; x < grid.n_x; x++) {
                size_t at = atw_grid_index(&grid, x, y, z);
                double rho = hypot(atw_grid_position_m(x, grid.n_x, grid.spacing_m),
                                   atw_grid_position_m(z, grid.n_z, grid.spacing_m));
                double along = atw_grid_position_m(y, grid.n_y, grid.spacing_m);

                if (metal->value[at] >= 1.0F)
                    greatest =
                        fmax(greatest, fabs((double)composition->value[at] -
                                            atw_axial_value(&state, rho, fabs(along))));
            }
    atw_axial_state_clear(&state);
    atw_diffusion_family_destroy(family);
    atw_field_destroy(metal);
    atw_field_destroy(core);
    atw_field_destroy(composition);
    atw_axial_destroy(axial);
    return greatest;
}

/* The general solver comes closer the finer its voxels are. */
START_TEST(voxels_agree)
{
    double coarse = greatest_against_voxels(0.6), fine = greatest_against_voxels(0.3);

    ck_assert_double_lt(fine, 4e-3);
    ck_assert_double_lt(fine, 0.5 * coarse);
}
END_TEST

START_TEST(rods_that_cannot_be_are_refused)
{
    const struct atw_axial_rod metal = {5e-9, 3e-9}, wide = {5.1e-9, 0.0};
    const struct atw_axial_rod far = {3e-9, 5.1e-9}, nothing = {0.0, 0.0};
    struct atw_axial *axial = NULL;

    CHECK_FAILS(atw_axial_create(&axial, &metal, &wide, 1e-9, 1e-5, &err), ATW_EINVAL,
                "sticks out");
    CHECK_FAILS(atw_axial_create(&axial, &metal, &far, 1e-9, 1e-5, &err), ATW_EINVAL,
                "sticks out");
    CHECK_FAILS(atw_axial_create(&axial, &nothing, &nothing, 1e-9, 1e-5, &err),
                ATW_EINVAL, "positive radius");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("axial");
    TCase *tests = tcase_create("axial");

    tcase_add_test(tests, ball_follows_its_series);
    tcase_add_test(tests, middle_of_a_long_rod_follows_the_bessel_series);
    tcase_add_test(tests, amount_is_kept);
    tcase_add_test(tests, voxels_agree);
    tcase_add_test(tests, rods_that_cannot_be_are_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
