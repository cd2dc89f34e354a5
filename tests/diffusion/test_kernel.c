/* The loops over cells give the same numbers on every kind of processor. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diffusion/cells.h"
#include "diffusion/kernel.h"
#include "diffusion/particle.h"
#include "support/support.h"

static const double off_grid[3] = {0.13, 0.31, -0.21};

struct fixture {
    struct atw_field *metal;
    struct atw_cells *cells;
    size_t stride;
    double *value; /* rows of `stride` */
};

#define ROWS 8

static double *row(struct fixture *f, size_t k)
{
    return f->value + k * f->stride;
}

/* A ball of several blocks, and rows of random numbers of both signs. */
static void open_fixture(struct fixture *f)
{
    struct atw_grid grid = {.n_x = 32, .n_y = 32, .n_z = 32, .spacing_m = 1e-9};
    struct atw_error err;

    *f = (struct fixture){.metal =
                              particle_fill(&grid, particle_sphere, 14.0, off_grid, 8)};
    CHECK_OK(atw_cells_create(&f->cells, f->metal, 1e-3, &err));
    ck_assert_uint_gt(f->cells->block_count, 3);
    f->stride = f->cells->count;
    f->value = malloc(ROWS * f->stride * sizeof *f->value);
    ck_assert_ptr_nonnull(f->value);
    for (size_t i = 0; i < ROWS * f->stride; i++)
        f->value[i] = 2.0 * atw_test_uniform(7, (unsigned)i) - 1.0;
}

static void close_fixture(struct fixture *f)
{
    free(f->value);
    atw_cells_destroy(f->cells);
    atw_field_destroy(f->metal);
}

static void
rates(struct fixture *f, const struct atw_kernel *kernel, const double *c, double *rate)
{
    for (size_t block = 0; block < f->cells->block_count; block++)
        kernel->rate(f->cells, block, c, rate + block * ATW_CELLS_BLOCK);
}

START_TEST(rate_is_the_same_to_the_last_bit)
{
    struct fixture f;

    open_fixture(&f);
    rates(&f, &atw_kernel_portable, row(&f, 0), row(&f, 1));
    rates(&f, atw_kernel_best(), row(&f, 0), row(&f, 2));
    ck_assert_mem_eq(row(&f, 1), row(&f, 2), f.stride * sizeof(double));
    close_fixture(&f);
}
END_TEST

START_TEST(sweep_is_the_same_to_the_last_bit)
{
    struct fixture f;
    struct atw_cells_sweep sweep = {
        .on_x = 1.7, .on_rate = 0.3, .on_r = 0.21, .on_last = 0.9};

    open_fixture(&f);
    sweep.slope = _i ? row(&f, 3) : NULL;
    for (size_t block = 0; block < f.cells->block_count; block++) {
        atw_kernel_portable.sweep(f.cells, block, &sweep, row(&f, 0), row(&f, 1),
                                  row(&f, 2), row(&f, 4));
        atw_kernel_best()->sweep(f.cells, block, &sweep, row(&f, 0), row(&f, 1),
                                 row(&f, 2), row(&f, 5));
    }
    ck_assert_mem_eq(row(&f, 4), row(&f, 5), f.stride * sizeof(double));
    close_fixture(&f);
}
END_TEST

/* The definition, term by term, to rounding. */
START_TEST(sweep_combines_the_rate_with_three_vectors)
{
    struct fixture f;
    struct atw_cells_sweep sweep = {
        .on_x = 1.7, .on_rate = 0.3, .on_r = 0.21, .on_last = 0.9};

    open_fixture(&f);
    rates(&f, atw_kernel_best(), row(&f, 0), row(&f, 3));
    atw_cells_sweep(f.cells, &sweep, row(&f, 0), row(&f, 1), row(&f, 2), row(&f, 4));
    for (size_t i = 0; i < f.stride; i++)
        ck_assert_double_eq_tol(row(&f, 4)[i],
                                1.7 * row(&f, 0)[i] + 0.3 * row(&f, 3)[i] +
                                    0.21 * row(&f, 1)[i] - 0.9 * row(&f, 2)[i],
                                1e-14);
    close_fixture(&f);
}
END_TEST

static void rough(const void *model, double T_K, size_t count, const double *c, double *D)
{
    (void)model;
    (void)T_K;
    for (size_t i = 0; i < count; i++)
        D[i] = 1e-19 * (1.3 + sin(9.0 * c[i]));
}

/* Values on both sides of 0 and 1, and none. */
START_TEST(potential_is_the_same_to_the_last_bit)
{
    static struct atw_potential potential;
    struct atw_diffusion_law law = {.diffusivity = rough};
    struct atw_error err = {0};
    struct fixture f;

    open_fixture(&f);
    CHECK_OK(atw_potential_set(&potential, &law, 600.0, &err));
    row(&f, 0)[0] = 1.0;
    row(&f, 0)[1] = 0.0;
    row(&f, 0)[2] = NAN;
    row(&f, 0)[3] = INFINITY;
    row(&f, 0)[4] = 1.0 - 1e-16;
    for (size_t n = f.stride - 5; n <= f.stride; n++) {
        atw_kernel_portable.potential(&potential, n, row(&f, 0), row(&f, 1));
        atw_kernel_best()->potential(&potential, n, row(&f, 0), row(&f, 2));
        ck_assert(isnan(row(&f, 1)[2]) && isnan(row(&f, 2)[2]));
        row(&f, 1)[2] = row(&f, 2)[2] = row(&f, 1)[3] = row(&f, 2)[3] = 0.0;
        ck_assert_mem_eq(row(&f, 1), row(&f, 2), n * sizeof(double));
    }
    close_fixture(&f);
}
END_TEST

START_TEST(stage_is_the_same_to_the_last_bit)
{
    struct atw_kernel_stage stage = {.on_start = 0.3,
                                     .on_last = 1.7,
                                     .on_before = -1.0,
                                     .on_rate = 0.013,
                                     .on_first = -0.002};
    struct fixture f;

    open_fixture(&f);
    stage.start = row(&f, 0);
    stage.last = row(&f, 1);
    stage.first = row(&f, 2);
    stage.before = stage.next = row(&f, 5);
    memcpy(row(&f, 5), row(&f, 3), f.stride * sizeof(double));
    atw_kernel_portable.stage(7, f.stride - 7, &stage, row(&f, 4));
    memcpy(row(&f, 6), row(&f, 3), f.stride * sizeof(double));
    stage.before = stage.next = row(&f, 6);
    atw_kernel_best()->stage(7, f.stride - 7, &stage, row(&f, 4));
    ck_assert_mem_eq(row(&f, 5), row(&f, 6), f.stride * sizeof(double));
    ck_assert_double_eq_tol(row(&f, 6)[9],
                            0.3 * row(&f, 0)[9] + 1.7 * row(&f, 1)[9] - row(&f, 3)[9] +
                                0.013 * row(&f, 4)[2] - 0.002 * row(&f, 2)[9],
                            1e-15);
    close_fixture(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kernel");
    TCase *tests = tcase_create("kernel");

    tcase_add_test(tests, rate_is_the_same_to_the_last_bit);
    tcase_add_loop_test(tests, sweep_is_the_same_to_the_last_bit, 0, 2);
    tcase_add_test(tests, sweep_combines_the_rate_with_three_vectors);
    tcase_add_test(tests, potential_is_the_same_to_the_last_bit);
    tcase_add_test(tests, stage_is_the_same_to_the_last_bit);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
