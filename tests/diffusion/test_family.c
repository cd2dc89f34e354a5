/* The family of states: against direct integration, closed modes, and its promises. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diffusion/family.h"
#include "diffusion/particle.h"
#include "support/support.h"

#define NM2 1e-18

/* A core-shell sphere of radius 9 nm in voxels of 1 nm. */
struct fixture {
    struct atw_field *metal, *composition, *out;
    struct atw_diffusion_family *family;
};

static void open_fixture(struct fixture *f, double tolerance)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_grid grid = {.n_x = 22, .n_y = 20, .n_z = 24, .spacing_m = 1e-9};
    const double shift[3] = {0.13, 0.31, -0.21};
    struct atw_field *core = particle_fill(&grid, particle_sphere, 6.3, shift, 8);
    struct atw_error err;

    options.tolerance = tolerance;
    f->metal = particle_fill(&grid, particle_sphere, 8.4, shift, 8);
    f->composition = particle_composition(f->metal, core);
    atw_field_destroy(core);
    CHECK_OK(atw_field_copy(&f->out, f->composition, &err));
    CHECK_OK(atw_diffusion_family_create(&f->family, f->composition, f->metal, &options,
                                         &err));
}

static void close_fixture(struct fixture *f)
{
    atw_diffusion_family_destroy(f->family);
    atw_field_destroy(f->metal);
    atw_field_destroy(f->composition);
    atw_field_destroy(f->out);
}

static double greatest_difference(const struct atw_field *a, const struct atw_field *b)
{
    double greatest = 0.0;

    for (size_t i = 0; i < atw_grid_voxel_count(&a->grid); i++)
        greatest = fmax(greatest, fabs((double)a->value[i] - (double)b->value[i]));
    return greatest;
}

/* S below the first node, just beside nodes, and far into saturation. Direct integration
 * at a tenth of the tolerance is the reference; both errors and the interpolation's add.
 */
START_TEST(state_equals_direct_integration)
{
    static const double S_nm2[] = {0.003, 0.02, 0.1, 0.77, 2.385, 9.0, 31.0, 150.0};
    struct atw_diffusion_options tight = {.tolerance = 1e-6, .least_fraction = 1e-3};
    struct atw_field *direct = NULL;
    struct atw_error err;
    struct fixture f;

    open_fixture(&f, 1e-5);
    CHECK_OK(atw_diffusion_step(&direct, f.composition, f.metal, S_nm2[_i] * NM2, &tight,
                                &err));
    CHECK_OK(atw_diffusion_family_at(f.family, S_nm2[_i] * NM2, f.out, &err));
    ck_assert_msg(greatest_difference(f.out, direct) < 4e-5, "S = %g nm2: off by %g",
                  S_nm2[_i], greatest_difference(f.out, direct));
    atw_field_destroy(direct);
    close_fixture(&f);
}
END_TEST

START_TEST(order_of_questions_does_not_matter)
{
    struct atw_field *first = NULL;
    struct fixture f, g;
    struct atw_error err;

    open_fixture(&f, 1e-4);
    open_fixture(&g, 1e-4);
    CHECK_OK(atw_diffusion_family_at(f.family, 1.7 * NM2, f.out, &err));
    CHECK_OK(atw_field_copy(&first, f.out, &err));
    CHECK_OK(atw_diffusion_family_at(g.family, 40.0 * NM2, g.out, &err));
    CHECK_OK(atw_diffusion_family_at(g.family, 0.4 * NM2, g.out, &err));
    CHECK_OK(atw_diffusion_family_at(g.family, 1.7 * NM2, g.out, &err));
    ck_assert_double_eq(greatest_difference(first, g.out), 0.0);
    atw_field_destroy(first);
    close_fixture(&f);
    close_fixture(&g);
}
END_TEST

START_TEST(zero_returns_the_input)
{
    struct atw_error err;
    struct fixture f;

    open_fixture(&f, 1e-4);
    CHECK_OK(atw_diffusion_family_at(f.family, 5.0 * NM2, f.out, &err));
    ck_assert_double_gt(greatest_difference(f.out, f.composition), 0.1);
    CHECK_OK(atw_diffusion_family_at(f.family, 0.0, f.out, &err));
    ck_assert_double_eq(greatest_difference(f.out, f.composition), 0.0);
    close_fixture(&f);
}
END_TEST

/* Interpolation between nodes is smooth: a root finder sees no steps. Second differences
 * of the amount at the centre over a fine ladder in ln S stay small. */
START_TEST(state_is_smooth_across_nodes)
{
    double before[2] = {0.0, 0.0};
    struct atw_error err;
    struct fixture f;
    size_t centre;

    open_fixture(&f, 1e-6);
    centre = atw_grid_index(&f.out->grid, 11, 10, 12);
    for (int k = 0; k < 200; k++) {
        double S = 4.0 * NM2 * exp(0.01 * k), now;

        CHECK_OK(atw_diffusion_family_at(f.family, S, f.out, &err));
        now = (double)f.out->value[centre];
        if (k > 1)
            ck_assert_double_lt(fabs(now - 2.0 * before[1] + before[0]), 1e-4);
        before[0] = before[1];
        before[1] = now;
    }
    close_fixture(&f);
}
END_TEST

/* Far beyond mixing, where integration would take minutes, every piece is uniform with
 * the amount it began with; a grain that touches nothing keeps what it has. */
START_TEST(what_has_mixed_stays_as_it_is)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_diffusion_family *family = NULL;
    double amount = 0.0, metal = 0.0;
    struct atw_error err;
    struct fixture f;

    open_fixture(&f, 1e-4);
    for (size_t i = 0; i < atw_grid_voxel_count(&f.metal->grid); i++) {
        amount += (double)f.metal->value[i] * (double)f.composition->value[i];
        metal += (double)f.metal->value[i];
    }
    f.metal->value[0] = 0.9F;
    f.composition->value[0] = 0.17F;
    CHECK_OK(
        atw_diffusion_family_create(&family, f.composition, f.metal, &options, &err));
    for (int k = 0; k < 2; k++) {
        CHECK_OK(atw_diffusion_family_at(family, k ? 1e10 * NM2 : (double)INFINITY, f.out,
                                         &err));
        ck_assert_float_eq_tol(f.out->value[0], 0.17F, 1e-6F);
        for (size_t i = 1; i < atw_grid_voxel_count(&f.metal->grid); i++)
            if (f.metal->value[i] >= 1e-3F)
                ck_assert_double_eq_tol((double)f.out->value[i], amount / metal, 1e-5);
    }
    atw_diffusion_family_destroy(family);
    close_fixture(&f);
}
END_TEST

#define BAR 3000

/* A bar so long that it is far from mixed where the ladder ends: its slowest mode below
 * the end, just at it, and beyond. */
START_TEST(a_long_bar_goes_on_beyond_the_ladder)
{
    static const double S_nm2[] = {2e4, 9e4, 1.05e5, 1.3e5, 4e5, 2e6};
    struct atw_grid grid = {.n_x = 1, .n_y = BAR, .n_z = 1, .spacing_m = 1e-9};
    struct atw_diffusion_options options = {.tolerance = 1e-5, .least_fraction = 1e-3};
    struct atw_diffusion_family *family = NULL;
    struct atw_field *metal = NULL, *composition = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&metal, &grid, &err));
    CHECK_OK(atw_field_create(&composition, &grid, &err));
    for (size_t i = 0; i < BAR; i++) {
        metal->value[i] = 1.0F;
        composition->value[i] =
            (float)(0.5 + 0.5 * cos(acos(-1.0) * ((double)i + 0.5) / BAR));
    }
    CHECK_OK(atw_diffusion_family_create(&family, composition, metal, &options, &err));
    for (size_t k = 0; k < sizeof S_nm2 / sizeof *S_nm2; k++) {
        double q = acos(-1.0) / BAR, left = exp(-q * q * S_nm2[k]);

        CHECK_OK(atw_diffusion_family_at(family, S_nm2[k] * NM2, composition, &err));
        for (size_t i = 0; i < BAR; i++)
            ck_assert_double_eq_tol((double)composition->value[i],
                                    0.5 + 0.5 * left * cos(q * ((double)i + 0.5)), 3e-5);
    }
    atw_diffusion_family_destroy(family);
    atw_field_destroy(metal);
    atw_field_destroy(composition);
}
END_TEST

START_TEST(bad_input_is_refused)
{
    struct atw_grid other = {.n_x = 3, .n_y = 3, .n_z = 3, .spacing_m = 1e-9};
    struct atw_diffusion_family *family = NULL;
    struct atw_field *small = NULL;
    struct atw_error err;
    struct fixture f;

    open_fixture(&f, 1e-4);
    CHECK_FAILS(atw_diffusion_family_at(f.family, -1.0, f.out, &err), ATW_EINVAL,
                "not be negative");
    CHECK_FAILS(atw_diffusion_family_at(f.family, NAN, f.out, &err), ATW_EINVAL,
                "S is nan");
    CHECK_OK(atw_field_create(&small, &other, &err));
    CHECK_FAILS(atw_diffusion_family_create(&family, small, f.metal, NULL, &err),
                ATW_EINVAL, "different grids");
    CHECK_FAILS(atw_diffusion_family_create(&family, small, small, NULL, &err),
                ATW_EINVAL, "metal");
    ck_assert_ptr_null(family);
    atw_field_destroy(small);
    close_fixture(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("family");
    TCase *tests = tcase_create("family");

    tcase_add_loop_test(tests, state_equals_direct_integration, 0, 8);
    tcase_add_test(tests, order_of_questions_does_not_matter);
    tcase_add_test(tests, zero_returns_the_input);
    tcase_add_test(tests, state_is_smooth_across_nodes);
    tcase_add_test(tests, what_has_mixed_stays_as_it_is);
    tcase_add_test(tests, a_long_bar_goes_on_beyond_the_ladder);
    tcase_add_test(tests, bad_input_is_refused);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
