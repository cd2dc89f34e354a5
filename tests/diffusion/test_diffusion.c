/* Fick diffusion against closed solutions, and what must hold for every particle. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sf_bessel.h>

#include "diffusion/cells.h"
#include "diffusion/diffusion.h"
#include "diffusion/expansion.h"
#include "diffusion/particle.h"
#include "support/support.h"

#define NM2 1e-18

static const double off_grid[3] = {0.13, 0.31, -0.21};

struct kind {
    const char *name;
    particle_inside_fn inside;
    double (*series)(double, double, double, double);
    size_t n_y, n_z; /* 0: as n_x */
};

static const struct kind kinds[] = {
    {"sphere", particle_sphere, particle_sphere_series, 0, 0},
    {"cylinder", particle_cylinder, particle_cylinder_series, 4, 0},
    {"slab", particle_slab, particle_slab_series, 2, 2},
};

/* A core-shell particle on its grid and the solver for it. */
struct fixture {
    const struct kind *kind;
    struct atw_field *metal, *composition;
    struct atw_cells *cells;
    struct atw_diffusion *diffusion;
    size_t count;
    double h, *state, *out;
};

static void
open_fixture(struct fixture *f, const struct kind *kind, double h, double tolerance)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    size_t n = atw_grid_cover(28e-9, h * 1e-9) + 2;
    struct atw_grid grid = {.n_x = n,
                            .n_y = kind->n_y ? kind->n_y : n,
                            .n_z = kind->n_z ? kind->n_z : n,
                            .spacing_m = h * 1e-9};
    struct atw_field *core = particle_fill(&grid, kind->inside, 11.0, off_grid, 8);
    struct atw_error err;

    options.tolerance = tolerance;
    *f = (struct fixture){.kind = kind, .h = h};
    f->metal = particle_fill(&grid, kind->inside, 14.0, off_grid, 8);
    f->composition = particle_composition(f->metal, core);
    atw_field_destroy(core);
    CHECK_OK(atw_cells_create(&f->cells, f->metal, options.least_fraction, &err));
    CHECK_OK(atw_diffusion_create(&f->diffusion, f->metal, &options, &err));
    f->count = atw_diffusion_cell_count(f->diffusion);
    ck_assert_uint_eq(f->count, f->cells->count);
    f->state = malloc(f->count * sizeof *f->state);
    f->out = malloc(8 * f->count * sizeof *f->out);
    ck_assert(f->state && f->out);
    atw_diffusion_pack(f->diffusion, f->composition, f->state);
}

static void close_fixture(struct fixture *f)
{
    free(f->out);
    free(f->state);
    atw_diffusion_destroy(f->diffusion);
    atw_cells_destroy(f->cells);
    atw_field_destroy(f->composition);
    atw_field_destroy(f->metal);
}

/* Distance of a cell's voxel from the centre, axis or middle plane, nm. */
static double distance_nm(const struct fixture *f, size_t cell)
{
    const struct atw_grid *grid = &f->metal->grid;
    size_t voxel = f->cells->voxel[cell];
    size_t at[3] = {voxel % grid->n_x, voxel / grid->n_x % grid->n_y,
                    voxel / grid->n_x / grid->n_y};
    size_t extent[3] = {grid->n_x, grid->n_y, grid->n_z};
    double p[3];

    for (size_t k = 0; k < 3; k++)
        p[k] = ((double)at[k] - 0.5 * ((double)extent[k] - 1.0) - off_grid[k]) * f->h;
    if (f->kind->inside == particle_slab)
        return fabs(p[0]);
    return f->kind->inside == particle_cylinder
               ? hypot(p[0], p[2])
               : sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
}

static double greatest_difference(const double *a, const double *b, size_t count)
{
    double greatest = 0.0;

    for (size_t i = 0; i < count; i++)
        greatest = fmax(greatest, fabs(a[i] - b[i]));
    return greatest;
}

static void run(struct fixture *f, double S_nm2)
{
    struct atw_error err;
    double S = S_nm2 * NM2;

    CHECK_OK(atw_diffusion_states_at(f->diffusion, f->state, &S, 1, f->out, &err));
}

/* ---- closed solutions ----------------------------------------------------- */

START_TEST(core_shell_follows_its_eigenfunction_series)
{
    struct fixture f;
    double before, after;

    open_fixture(&f, &kinds[_i], 0.5, 1e-5);
    before = atw_diffusion_amount_m3(f.diffusion, f.state);
    for (double S = 5.0; S < 25.0; S += 15.0) {
        double greatest = 0.0;

        run(&f, S);
        for (size_t i = 0; i < f.count; i++)
            greatest = fmax(greatest,
                            fabs(f.out[i] - f.kind->series(fmin(distance_nm(&f, i), 14.0),
                                                           14.0, 11.0, S)));
        after = atw_diffusion_amount_m3(f.diffusion, f.out);
        printf("%s, S = %g nm2: greatest error %.2f %% of the step, drift %.1e\n",
               f.kind->name, S, 100.0 * greatest, after / before - 1.0);
        ck_assert_double_le(greatest, 0.005);
        ck_assert_double_le(fabs(after / before - 1.0), 1e-10);
    }
    close_fixture(&f);
}
END_TEST

/* A core so small that the surface, where voxels are cut, is not felt. */
static void begin_with_small_core(struct fixture *f)
{
    struct atw_field *core =
        particle_fill(&f->metal->grid, f->kind->inside, 7.0, off_grid, 8);
    struct atw_field *composition = particle_composition(f->metal, core);

    atw_diffusion_pack(f->diffusion, composition, f->state);
    atw_field_destroy(composition);
    atw_field_destroy(core);
}

/* Root mean square; means over voxels are as points h^2/24 later. */
static double error_inside(const struct fixture *f, double S_nm2, const double *state)
{
    double sum = 0.0, later = f->h * f->h / 24.0;

    for (size_t i = 0; i < f->count; i++) {
        double r = fmin(distance_nm(f, i), 14.0);

        sum += pow(state[i] - f->kind->series(r, 14.0, 7.0, S_nm2 + later), 2.0);
    }
    return sqrt(sum / (double)f->count);
}

START_TEST(dispersion_of_the_grid_is_taken_off)
{
    for (double S = 1.0; S < 10.0; S *= 3.0) {
        struct fixture f;
        double without, with;

        open_fixture(&f, &kinds[_i], 1.0, 1e-6);
        begin_with_small_core(&f);
        run(&f, S);
        with = error_inside(&f, S, f.out);
        f.cells->dispersion = 0.0;
        expansion(f.cells, f.state, S / (f.h * f.h), f.out);
        without = error_inside(&f, S, f.out);
        printf("%s, S = %g nm2: error %.2e, with dispersion %.2e\n", f.kind->name, S,
               with, without);
        ck_assert_double_le(with, 0.6 * without);
        close_fixture(&f);
    }
}
END_TEST

/* Slowest mode that depends on the distance alone, and its wave number. */
static double radial_mode(const struct kind *kind, double r, double *k)
{
    double x;

    *k = (kind->inside == particle_sphere     ? 4.493409457909064
          : kind->inside == particle_cylinder ? gsl_sf_bessel_zero_J1(1)
                                              : M_PI) /
         14.0;
    x = *k * r;
    if (kind->inside == particle_slab)
        return cos(x);
    return kind->inside == particle_cylinder ? gsl_sf_bessel_J0(x) : gsl_sf_bessel_j0(x);
}

/* Error of the first radial mode after S = 5 nm2, root mean square over the metal. */
static double mode_error(const struct kind *kind, double h)
{
    struct fixture f;
    double k = 0.0, sum = 0.0, metal = 0.0;

    open_fixture(&f, kind, h, 1e-7);
    for (size_t i = 0; i < f.count; i++)
        f.state[i] = 0.5 + 0.5 * radial_mode(kind, fmin(distance_nm(&f, i), 14.0), &k);
    run(&f, 5.0);
    for (size_t i = 0; i < f.count; i++) {
        double exact = 0.5 + (f.state[i] - 0.5) * exp(-k * k * 5.0);

        sum += f.cells->capacity[i] * (f.out[i] - exact) * (f.out[i] - exact);
        metal += f.cells->capacity[i];
    }
    close_fixture(&f);
    return sqrt(sum / metal);
}

START_TEST(radial_modes_converge_at_second_order)
{
    double coarse = mode_error(&kinds[_i], 1.4), fine = mode_error(&kinds[_i], 0.7);
    double order = log2(coarse / fine);

    printf("%s: mode error %.2e, %.2e: order %.2f\n", kinds[_i].name, coarse, fine,
           order);
    ck_assert_double_ge(order, 1.8);
    ck_assert_double_le(order, 2.6);
}
END_TEST

/* The first mode across a cylinder, J1(k r) cos(phi), tests conduction along the surface,
 * where the apertures decide. */
START_TEST(mode_across_the_cylinder_decays_at_its_rate)
{
    struct fixture f;
    double k = 1.8411837813406593 / 14.0, before = 0.0, after = 0.0, bias;

    open_fixture(&f, &kinds[1], 0.5, 1e-6);
    for (size_t i = 0; i < f.count; i++) {
        double r = fmin(distance_nm(&f, i), 14.0);
        double x = ((double)(f.cells->voxel[i] % f.metal->grid.n_x) -
                    0.5 * ((double)f.metal->grid.n_x - 1.0) - off_grid[0]) *
                   f.h;

        f.state[i] = 0.5 + 0.8 * gsl_sf_bessel_J1(k * r) * x / fmax(r, 1e-9);
    }
    run(&f, 40.0);
    for (size_t i = 0; i < f.count; i++) {
        double mode = f.cells->capacity[i] * (f.state[i] - 0.5);

        before += mode * (f.state[i] - 0.5);
        after += mode * (f.out[i] - 0.5);
    }
    bias = -log(after / before) / (40.0 * k * k) - 1.0;
    printf("cylinder, J1 mode: decay rate off by %.3f %%\n", 100.0 * bias);
    ck_assert_double_le(fabs(bias), 2e-3);
    close_fixture(&f);
}
END_TEST

/* ---- accuracy in time ----------------------------------------------------- */

START_TEST(tolerance_is_the_error_of_the_composition)
{
    static const double S_nm2[8] = {0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 6.0, 20.0};
    /* what taking off the dispersion adds to steps as sharp as a voxel */
    static const double beyond[8] = {2e-3, 2e-3, 2e-3, 1e-3, 5e-5};
    double S[8], tolerance = pow(10.0, -3 - _i % 4);
    struct fixture f;
    struct atw_error err;
    double *exact = NULL, greatest = 0.0;

    for (size_t k = 0; k < 8; k++)
        S[k] = S_nm2[k] * NM2;
    open_fixture(&f, &kinds[_i / 4], 1.0, tolerance);
    exact = malloc(f.count * sizeof *exact);
    CHECK_OK(atw_diffusion_states_at(f.diffusion, f.state, S, 8, f.out, &err));
    for (size_t k = 0; k < 8; k++) {
        const double *state = f.out + k * f.count;

        expansion(f.cells, f.state, S_nm2[k] / (f.h * f.h), exact);
        greatest = fmax(greatest, greatest_difference(state, exact, f.count));
        for (size_t i = 0; i < f.count; i++)
            ck_assert_msg(state[i] >= -3.0 * tolerance - beyond[k] &&
                              state[i] <= 1.0 + 3.0 * tolerance + beyond[k],
                          "S = %g nm2: %.9g", S_nm2[k], state[i]);
    }
    printf("%s, tolerance %g: greatest error %.2e\n", f.kind->name, tolerance, greatest);
    ck_assert_double_le(greatest, tolerance);
    ck_assert_double_ge(greatest, 0.05 * tolerance); /* no work is wasted */
    free(exact);
    close_fixture(&f);
}
END_TEST

START_TEST(family_of_states_equals_separate_runs)
{
    double S[4] = {0.0, 0.7 * NM2, 2.5 * NM2, 2.5 * NM2}, tolerance = 1e-5;
    struct fixture f;
    struct atw_error err;
    double *alone;

    open_fixture(&f, &kinds[1], 1.0, tolerance);
    CHECK_OK(atw_diffusion_states_at(f.diffusion, f.state, S, 4, f.out, &err));
    ck_assert_mem_eq(f.out, f.state, f.count * sizeof *f.out);
    ck_assert_mem_eq(f.out + 2 * f.count, f.out + 3 * f.count, f.count * sizeof *f.out);
    alone = f.out + 5 * f.count;
    for (size_t k = 1; k < 3; k++) {
        CHECK_OK(atw_diffusion_states_at(f.diffusion, f.state, &S[k], 1, alone, &err));
        ck_assert_double_le(greatest_difference(alone, f.out + k * f.count, f.count),
                            3.0 * tolerance);
    }
    close_fixture(&f);
}
END_TEST

/* The composed map of two intervals is the map of their sum. */
START_TEST(two_intervals_make_one)
{
    double S[2] = {1.3 * NM2, 2.2 * NM2}, sum = 3.5 * NM2, tolerance = 1e-5;
    struct fixture f;
    struct atw_error err;

    open_fixture(&f, &kinds[1], 1.0, tolerance);
    CHECK_OK(
        atw_diffusion_states_at(f.diffusion, f.state, &sum, 1, f.out + f.count, &err));
    CHECK_OK(atw_diffusion_states_at(f.diffusion, f.state, S, 1, f.out, &err));
    CHECK_OK(atw_diffusion_states_at(f.diffusion, f.out, S + 1, 1, f.out, &err));
    ck_assert_double_le(greatest_difference(f.out, f.out + f.count, f.count),
                        3.0 * tolerance);
    close_fixture(&f);
}
END_TEST

/* ---- every particle ------------------------------------------------------- */

/* A ragged particle: a ball whose voxels hold random metal fractions, some tiny. */
static struct atw_field *ragged(unsigned seed)
{
    struct atw_grid grid = {.n_x = 13, .n_y = 11, .n_z = 12, .spacing_m = 0.6e-9};
    struct atw_field *metal = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&metal, &grid, &err));
    for (unsigned i = 0; i < atw_grid_voxel_count(&grid); i++) {
        double x = atw_grid_position_m(i % 13, 13, 1.0);
        double y = atw_grid_position_m(i / 13 % 11, 11, 1.0);
        double z = atw_grid_position_m(i / 143, 12, 1.0), r = sqrt(x * x + y * y + z * z);

        if (r < 3.0)
            metal->value[i] = 1.0F;
        else if (r < 5.0)
            metal->value[i] = (float)pow(atw_test_uniform(seed, i), 3.0);
    }
    return metal;
}

static void fill_random(double *value, size_t count, unsigned seed)
{
    for (size_t i = 0; i < count; i++)
        value[i] = atw_test_uniform(seed, (unsigned)i);
}

START_TEST(operator_is_self_adjoint_and_bounded)
{
    struct atw_field *metal = ragged((unsigned)_i);
    struct atw_cells *cells = NULL;
    struct atw_error err;
    double xly = 0.0, ylx = 0.0, xlx = 0.0, xx = 0.0, sum = 0.0, *x, *y, *lx, *ly;

    CHECK_OK(atw_cells_create(&cells, metal, 1e-3, &err));
    x = malloc(4 * cells->count * sizeof *x);
    y = x + cells->count;
    lx = y + cells->count;
    ly = lx + cells->count;
    fill_random(x, 2 * cells->count, (unsigned)_i + 100);
    for (int power = 0; power < 30; power++) { /* towards the greatest eigenvalue */
        atw_cells_rate(cells, x, lx);
        atw_cells_rate(cells, y, ly);
        xly = ylx = xlx = xx = sum = 0.0;
        for (size_t i = 0; i < cells->count; i++) {
            xly += cells->capacity[i] * x[i] * ly[i];
            ylx += cells->capacity[i] * y[i] * lx[i];
            xlx += cells->capacity[i] * x[i] * lx[i];
            xx += cells->capacity[i] * x[i] * x[i];
            sum += cells->capacity[i] * lx[i];
        }
        ck_assert_double_eq_tol(xly / xlx, ylx / xlx, 1e-12);
        ck_assert_double_le(fabs(sum / xlx) * sqrt(xx), 1e-10);
        ck_assert_double_le(xlx, 0.0);
        ck_assert_double_le(-xlx, cells->stiffness * xx);
        for (size_t i = 0; i < cells->count; i++)
            x[i] = lx[i] / sqrt(xx);
    }
    ck_assert_double_ge(-xlx, 0.3 * cells->stiffness * xx);
    free(x);
    atw_cells_destroy(cells);
    atw_field_destroy(metal);
}
END_TEST

/* The whole-cell stencil and the cut-cell path are two ways to one operator. */
START_TEST(operator_equals_the_sum_over_faces)
{
    struct atw_field *metal = ragged((unsigned)_i);
    const struct atw_grid *grid = &metal->grid;
    struct atw_cells *cells = NULL;
    struct atw_error err;
    double *c, *rate, *field;

    CHECK_OK(atw_cells_create(&cells, metal, 1e-3, &err));
    ck_assert_uint_gt(cells->run_count, 0);
    c = malloc(2 * cells->count * sizeof *c);
    rate = c + cells->count;
    field = calloc(atw_grid_voxel_count(grid), sizeof *field);
    fill_random(c, cells->count, (unsigned)_i);
    for (size_t i = 0; i < cells->count; i++)
        field[cells->voxel[i]] = c[i];
    atw_cells_rate(cells, c, rate);
    for (size_t i = 0; i < cells->count; i++) {
        size_t voxel = cells->voxel[i], stride[3] = {1, 13, 143};
        double flux = 0.0;

        for (size_t k = 0; k < 6; k++) { /* the ball does not touch the grid's border */
            size_t other = k % 2 ? voxel + stride[k / 2] : voxel - stride[k / 2];

            if (metal->value[other] >= 1e-3F)
                flux +=
                    (double)atw_cells_aperture(metal->value[voxel], metal->value[other]) *
                    (field[other] - field[voxel]);
        }
        ck_assert_double_eq_tol(rate[i], flux / (double)metal->value[voxel], 1e-12);
    }
    free(field);
    free(c);
    atw_cells_destroy(cells);
    atw_field_destroy(metal);
}
END_TEST

START_TEST(solver_reaches_the_reduction_and_keeps_the_amount)
{
    struct atw_field *metal = ragged((unsigned)_i);
    struct atw_cells *cells = NULL;
    struct atw_error err;
    double *r, *z, *work, *rate;

    CHECK_OK(atw_cells_create(&cells, metal, 1e-3, &err));
    r = malloc(4 * cells->count * sizeof *r);
    z = r + cells->count;
    work = z + cells->count;
    rate = work + cells->count;
    fill_random(r, cells->count, (unsigned)_i);
    for (double gamma = 0.01; gamma < 200.0; gamma *= 7.0)
        for (double reduction = 0.3; reduction > 1e-11; reduction *= 0.03) {
            double left = 0.0, all = 0.0, change = 0.0, amount = 0.0;
            size_t cost = atw_cells_solve(cells, gamma, reduction, r, z, work);

            atw_cells_rate(cells, z, rate);
            for (size_t i = 0; i < cells->count; i++) {
                double residual = r[i] - z[i] + gamma * rate[i];

                left += cells->capacity[i] * residual * residual;
                all += cells->capacity[i] * r[i] * r[i];
                change += cells->capacity[i] * (z[i] - r[i]);
                amount += cells->capacity[i] * r[i];
            }
            ck_assert_msg(sqrt(left / all) <= reduction,
                          "gamma %g, reduction %g: reached %g in %zu", gamma, reduction,
                          sqrt(left / all), cost);
            ck_assert_double_le(fabs(change / amount), 1e-12);
        }
    free(r);
    atw_cells_destroy(cells);
    atw_field_destroy(metal);
}
END_TEST

START_TEST(amount_is_kept_and_extremes_shrink)
{
    struct atw_field *metal = ragged((unsigned)_i);
    struct atw_diffusion *diffusion = NULL;
    struct atw_error err;
    double S[3] = {0.02 * NM2, 0.5 * NM2, 30.0 * NM2}, tolerance = 1e-5;
    double *state, amount, low = 1.0, high = 0.0;
    size_t count;

    CHECK_OK(atw_diffusion_create(&diffusion, metal, NULL, &err));
    count = atw_diffusion_cell_count(diffusion);
    state = malloc(4 * count * sizeof *state);
    fill_random(state, count, (unsigned)_i + 50);
    amount = atw_diffusion_amount_m3(diffusion, state);
    CHECK_OK(atw_diffusion_states_at(diffusion, state, S, 3, state + count, &err));
    for (size_t k = 0; k < 4; k++) {
        const double *now = state + k * count;
        double least = INFINITY, greatest = -INFINITY;

        for (size_t i = 0; i < count; i++) {
            least = fmin(least, now[i]);
            greatest = fmax(greatest, now[i]);
        }
        ck_assert_double_le(fabs(atw_diffusion_amount_m3(diffusion, now) / amount - 1.0),
                            1e-10);
        if (k > 0) {
            ck_assert_double_ge(least, low - tolerance);
            ck_assert_double_le(greatest, high + tolerance);
        }
        low = least;
        high = greatest;
    }
    free(state);
    atw_diffusion_destroy(diffusion);
    atw_field_destroy(metal);
}
END_TEST

START_TEST(uniform_state_stays_exactly_uniform)
{
    static const double levels[4] = {0.0, 0.1, 0.43, 1.0};
    struct atw_field *metal = ragged(3);
    struct atw_diffusion *diffusion = NULL;
    struct atw_error err;
    double S = 5.0 * NM2, *state;
    size_t count;

    CHECK_OK(atw_diffusion_create(&diffusion, metal, NULL, &err));
    count = atw_diffusion_cell_count(diffusion);
    state = malloc(count * sizeof *state);
    for (size_t i = 0; i < count; i++)
        state[i] = levels[_i];
    CHECK_OK(atw_diffusion_states_at(diffusion, state, &S, 1, state, &err));
    for (size_t i = 0; i < count; i++)
        ck_assert_double_eq(state[i], levels[_i]);
    free(state);
    atw_diffusion_destroy(diffusion);
    atw_field_destroy(metal);
}
END_TEST

/* Processors are tens of times slower on subnormal numbers, which the tail of a diffusing
 * step is full of. */
START_TEST(tails_hold_no_subnormal_numbers)
{
    enum { LONG = 600, TIMES = 60 };
    struct atw_grid grid = {.n_x = LONG, .n_y = 1, .n_z = 1, .spacing_m = 1e-9};
    static double state[(TIMES + 1) * LONG];
    double S[TIMES];
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_field *metal = NULL;
    struct atw_diffusion *diffusion = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&metal, &grid, &err));
    for (size_t i = 0; i < LONG; i++)
        metal->value[i] = 1.0F;
    state[0] = 1.0;
    options.tolerance = 1e-8; /* short first steps spread the thinnest tails */
    for (int k = 0; k < TIMES; k++)
        S[k] = 1e-6 * pow(1.5, k) * NM2;
    CHECK_OK(atw_diffusion_create(&diffusion, metal, &options, &err));
    CHECK_OK(atw_diffusion_states_at(diffusion, state, S, TIMES, state + LONG, &err));
    for (size_t i = 0; i < (TIMES + 1) * LONG; i++)
        ck_assert_int_ne(fpclassify(state[i]), FP_SUBNORMAL);
    ck_assert_double_gt(DBL_MIN / (3.0 + state[0]), 0.0); /* the mode is restored */
    atw_diffusion_destroy(diffusion);
    atw_field_destroy(metal);
}
END_TEST

/* A quarter turn about z: (x, y) -> (y, n - 1 - x). */
static struct atw_field *turned(const struct atw_field *field)
{
    const struct atw_grid *from = &field->grid;
    struct atw_grid grid = {from->n_y, from->n_x, from->n_z, from->spacing_m};
    struct atw_field *result = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&result, &grid, &err));
    for (size_t z = 0; z < from->n_z; z++)
        for (size_t y = 0; y < from->n_y; y++)
            for (size_t x = 0; x < from->n_x; x++)
                result->value[atw_grid_index(&grid, y, from->n_x - 1 - x, z)] =
                    field->value[atw_grid_index(from, x, y, z)];
    return result;
}

START_TEST(step_commutes_with_a_quarter_turn)
{
    struct atw_field *metal = ragged((unsigned)_i), *composition = NULL, *after = NULL;
    struct atw_field *metal_turned = turned(metal), *turned_first = NULL, *start;
    struct atw_error err;
    float least, greatest;

    CHECK_OK(atw_field_copy(&composition, metal, &err));
    for (unsigned i = 0; i < atw_grid_voxel_count(&metal->grid); i++)
        composition->value[i] = (float)atw_test_uniform((unsigned)_i + 9, i);
    start = turned(composition);
    CHECK_OK(atw_diffusion_step(&after, composition, metal, 0.4 * NM2, NULL, &err));
    CHECK_OK(
        atw_diffusion_step(&turned_first, start, metal_turned, 0.4 * NM2, NULL, &err));
    atw_field_destroy(start);
    start = turned(after);
    for (size_t i = 0; i < atw_grid_voxel_count(&start->grid); i++)
        start->value[i] -= turned_first->value[i];
    atw_field_range(start, &least, &greatest);
    ck_assert_double_le((double)fmaxf(greatest, -least), 1e-6);
    atw_field_destroy(start);
    atw_field_destroy(turned_first);
    atw_field_destroy(metal_turned);
    atw_field_destroy(after);
    atw_field_destroy(composition);
    atw_field_destroy(metal);
}
END_TEST

/* ---- fields, pieces and errors -------------------------------------------- */

START_TEST(step_leaves_voxels_without_metal_alone)
{
    struct atw_grid grid = {.n_x = 6, .n_y = 3, .n_z = 3, .spacing_m = 1e-9};
    struct atw_field *metal = NULL, *composition = NULL, *after = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&metal, &grid, &err));
    CHECK_OK(atw_field_create(&composition, &grid, &err));
    for (size_t i = 0; i < 54; i++) {
        metal->value[i] = i % 6 < 4 ? 1.0F : i % 6 == 4 ? 5e-4F : 0.0F;
        composition->value[i] = i % 6 < 2 ? 0.0F : i % 6 < 4 ? 1.0F : 0.25F;
    }
    CHECK_OK(atw_diffusion_step(&after, composition, metal, 100.0 * NM2, NULL, &err));
    for (size_t i = 0; i < 54; i++)
        ck_assert_double_eq_tol((double)after->value[i], i % 6 < 4 ? 0.5 : 0.25, 1e-5);
    atw_field_destroy(after);
    CHECK_OK(atw_diffusion_step(&after, composition, metal, 0.0, NULL, &err));
    ck_assert_mem_eq(after->value, composition->value, 54 * sizeof(float));
    atw_field_destroy(after);
    atw_field_destroy(composition);
    atw_field_destroy(metal);
}
END_TEST

/* A bar of 100 voxels, and apart from it a piece of `loose` metal in two voxels. */
static struct atw_field *bar_and_piece(float loose)
{
    struct atw_grid grid = {.n_x = 104, .n_y = 1, .n_z = 1, .spacing_m = 1e-9};
    struct atw_field *metal = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_create(&metal, &grid, &err));
    for (size_t i = 0; i < 100; i++)
        metal->value[i] = 1.0F;
    metal->value[102] = metal->value[103] = 0.5F * loose;
    return metal;
}

START_TEST(loose_sliver_keeps_its_composition)
{
    struct atw_field *metal = bar_and_piece(0.8F), *composition = NULL, *after = NULL;
    struct atw_error err;

    CHECK_OK(atw_field_copy(&composition, metal, &err));
    for (size_t i = 0; i < 104; i++)
        composition->value[i] = i < 50 ? 0.0F : i < 100 ? 1.0F : 0.3F;
    CHECK_OK(atw_diffusion_step(&after, composition, metal, 1e5 * NM2, NULL, &err));
    ck_assert_double_eq_tol((double)after->value[0], 0.5, 1e-4);
    ck_assert_double_eq_tol((double)after->value[102], 0.3, 1e-7);
    ck_assert_double_eq_tol((double)after->value[103], 0.3, 1e-7);
    atw_field_destroy(after);
    atw_field_destroy(composition);
    atw_field_destroy(metal);
}
END_TEST

START_TEST(bad_metal_and_options_are_refused)
{
    struct atw_diffusion_options options = ATW_DIFFUSION_DEFAULTS;
    struct atw_diffusion *diffusion = (struct atw_diffusion *)1;
    struct atw_field *metal = bar_and_piece(2.0F);
    struct atw_error err;

    CHECK_FAILS(atw_diffusion_create(&diffusion, metal, NULL, &err), ATW_EINVAL,
                "holds voxel (x 102, y 0, z 0) has 1.96 %");
    ck_assert_ptr_null(diffusion);
    metal->value[7] = 1.5F;
    CHECK_FAILS(atw_diffusion_create(&diffusion, metal, NULL, &err), ATW_EINVAL,
                "1.5 at voxel (x 7");
    metal->value[7] = -0.25F;
    CHECK_FAILS(atw_diffusion_create(&diffusion, metal, NULL, &err), ATW_EINVAL, "-0.25");
    metal->value[7] = NAN;
    CHECK_FAILS(atw_diffusion_create(&diffusion, metal, NULL, &err), ATW_EINVAL, "nan");
    memset(metal->value, 0, 104 * sizeof *metal->value);
    CHECK_FAILS(atw_diffusion_create(&diffusion, metal, NULL, &err), ATW_EINVAL,
                "0 voxels");
    options.tolerance = 0.1;
    CHECK_FAILS(atw_diffusion_create(&diffusion, metal, &options, &err), ATW_EINVAL,
                "tolerance 0.1");
    options = (struct atw_diffusion_options){.tolerance = 1e-5, .least_fraction = 0.0};
    CHECK_FAILS(atw_diffusion_create(&diffusion, metal, &options, &err), ATW_EINVAL,
                "least_fraction 0");
    atw_field_destroy(metal);
    atw_diffusion_destroy(NULL);
    atw_cells_destroy(NULL);
}
END_TEST

START_TEST(bad_times_and_states_are_refused)
{
    static const double bad[3][2] = {{-1e-18, 1.0}, {NAN, 1.0}, {2e-18, 1e-18}};
    static const char *const text[3] = {"-1e-18", "nan", "rising"};
    struct fixture f;
    struct atw_error err;
    struct atw_field *other = NULL, *after = (struct atw_field *)1;
    struct atw_grid grid;

    open_fixture(&f, &kinds[2], 1.0, 1e-5);
    f.out[0] = f.out[f.count] = -7.0;
    for (size_t k = 0; k < 3; k++) {
        CHECK_FAILS(atw_diffusion_states_at(f.diffusion, f.state, bad[k], 2, f.out, &err),
                    ATW_EINVAL, text[k]);
        ck_assert(f.out[0] == -7.0 && f.out[f.count] == -7.0);
    }
    f.state[1] = NAN;
    CHECK_FAILS(atw_diffusion_states_at(f.diffusion, f.state, bad[2], 1, f.out, &err),
                ATW_EINVAL, "cell 1 is nan");
    ck_assert_double_eq(f.out[0], -7.0);
    CHECK_OK(atw_diffusion_states_at(f.diffusion, f.state, NULL, 0, f.out, &err));
    grid = f.metal->grid;
    grid.n_x--;
    CHECK_OK(atw_field_create(&other, &grid, &err));
    CHECK_FAILS(atw_diffusion_step(&after, other, f.metal, 1e-18, NULL, &err), ATW_EINVAL,
                "same grid");
    ck_assert_ptr_null(after);
    atw_field_destroy(other);
    close_fixture(&f);
}
END_TEST

static void add_properties(TCase *tests)
{
    tcase_add_loop_test(tests, operator_is_self_adjoint_and_bounded, 0, 5);
    tcase_add_loop_test(tests, operator_equals_the_sum_over_faces, 0, 5);
    tcase_add_loop_test(tests, solver_reaches_the_reduction_and_keeps_the_amount, 0, 3);
    tcase_add_loop_test(tests, amount_is_kept_and_extremes_shrink, 0, 5);
    tcase_add_loop_test(tests, uniform_state_stays_exactly_uniform, 0, 4);
    tcase_add_test(tests, tails_hold_no_subnormal_numbers);
    tcase_add_loop_test(tests, step_commutes_with_a_quarter_turn, 0, 3);
    tcase_add_test(tests, step_leaves_voxels_without_metal_alone);
    tcase_add_test(tests, loose_sliver_keeps_its_composition);
    tcase_add_test(tests, bad_metal_and_options_are_refused);
    tcase_add_test(tests, bad_times_and_states_are_refused);
}

int main(void)
{
    Suite *suite = suite_create("diffusion");
    TCase *tests = tcase_create("diffusion");

    tcase_add_loop_test(tests, core_shell_follows_its_eigenfunction_series, 0, 3);
    tcase_add_loop_test(tests, dispersion_of_the_grid_is_taken_off, 0, 2);
    tcase_add_loop_test(tests, radial_modes_converge_at_second_order, 0, 3);
    tcase_add_test(tests, mode_across_the_cylinder_decays_at_its_rate);
    tcase_add_loop_test(tests, tolerance_is_the_error_of_the_composition, 0, 12);
    tcase_add_test(tests, family_of_states_equals_separate_runs);
    tcase_add_test(tests, two_intervals_make_one);
    add_properties(tests);
    suite_add_tcase(suite, tests);
    return atw_test_run(suite);
}
